// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package version

import "strings"

// Fingerprint gives a number that two equal versions of an ecosystem share: 1.0 and
// 1.0.0, 1.0-rc1 and 1.0RC01. Different versions may share it too, so it only sorts
// out, cheaply, what cannot be equal in a list of thousands; Compare decides.
// It is made of the numbers in the text other than zero.
func Fingerprint(ecosystem, text string) uint64 {
	text = compared(orders[Base(ecosystem)], text)
	hash := uint64(fnvOffset)
	for i := 0; i < len(text); {
		if !isDigit(text[i]) || text[i] == '0' {
			i++
			continue
		}
		for ; i < len(text) && isDigit(text[i]); i++ {
			hash = (hash ^ uint64(text[i])) * fnvPrime
		}
		hash = (hash ^ '.') * fnvPrime
	}
	return hash
}

// FNV-1a, 64 bits.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// compared cuts off what the order does not look at: SemVer's build metadata, and
// what follows the numbers of an Alpine version.
func compared(o *order, text string) string {
	switch {
	case o == nil:
		return text
	case o == apk:
		if i := strings.IndexFunc(text, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }); i >= 0 {
			return text[:i]
		}
	case o.family == numbers:
		text, _, _ = strings.Cut(text, "+")
	}
	return text
}
