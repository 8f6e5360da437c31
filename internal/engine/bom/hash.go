// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "strings"

// hashNames spells SPDX's algorithms as CycloneDX does.
var hashNames = map[string]string{
	"SHA1": "SHA-1", "SHA224": "SHA-224", "SHA256": "SHA-256", "SHA384": "SHA-384", "SHA512": "SHA-512",
	"SHA3256": "SHA3-256", "SHA3384": "SHA3-384", "SHA3512": "SHA3-512",
	"BLAKE2B256": "BLAKE2b-256", "BLAKE2B384": "BLAKE2b-384", "BLAKE2B512": "BLAKE2b-512",
}

// hashName gives the one spelling: "SHA-256" for SHA256, sha256 and SHA-256.
func hashName(s string) string {
	if n, ok := hashNames[s]; ok {
		return n
	}
	plain := strings.NewReplacer("-", "", "_", "").Replace(strings.ToUpper(s))
	if n, ok := hashNames[plain]; ok {
		return n
	}
	return plain
}
