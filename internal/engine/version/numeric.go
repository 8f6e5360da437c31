// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package version

import "cmp"

// A numeric is a version of up to four plain numbers, 2.14.1. Most are, and most
// comparisons in a match of a whole estate are between two of them; the library
// needs some 5 microseconds for what takes nanoseconds here.
type numeric struct {
	part  [4]uint32
	parts uint8 // 0: not of this form
}

// A lengthRule says which of 1.0 and 1.0.0 comes first.
type lengthRule uint8

const (
	same   lengthRule = iota // neither: missing parts are zero
	longer                   // the longer one lies behind
)

// numeric reads a text of plain numbers without leading zeros, which some orders
// take for fractions.
func (o *order) numeric(text string) (n numeric) {
	if o == semver && text[0] == 'v' {
		text = text[1:]
	}
	for i := 0; int(n.parts) < o.numbers; i++ {
		start, value := i, uint32(0)
		for ; i < len(text) && isDigit(text[i]); i++ {
			value = value*10 + uint32(text[i]-'0')
		}
		if i == start || i-start > 9 || text[start] == '0' && i-start > 1 {
			return numeric{}
		}
		n.part[n.parts] = value
		n.parts++
		if i == len(text) {
			return n
		}
		if text[i] != '.' {
			return numeric{}
		}
	}
	return numeric{}
}

func (n numeric) compare(m numeric, rule lengthRule) int {
	for i := range min(n.parts, m.parts) {
		if n.part[i] != m.part[i] {
			return cmp.Compare(n.part[i], m.part[i])
		}
	}
	if rule == longer {
		return cmp.Compare(n.parts, m.parts)
	}
	for i := range n.part { // what is not there is zero
		if n.part[i] != m.part[i] {
			return cmp.Compare(n.part[i], m.part[i])
		}
	}
	return 0
}
