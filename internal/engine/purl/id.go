// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package purl

import (
	"crypto/sha256"
	"encoding/binary"

	"allmende/internal/ospo"
)

// ID gives the number under which a package is stored: the first 63 bits of the
// SHA-256 of its key. It is the same on every machine and never negative.
func ID(key string) ospo.PackageID {
	var buf [512]byte
	sum := sha256.Sum256(append(buf[:0], key...))
	return ospo.PackageID(binary.BigEndian.Uint64(sum[:8]) >> 1)
}
