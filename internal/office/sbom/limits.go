// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"cmp"

	"allmende/internal/engine/bom"
)

// Limits bound what uploads may cost. Messages name them. Zero means the default.
type Limits struct {
	Bytes      int64 // of one document, unpacked
	Components int   // in one document
	Depth      int   // of nesting
	Warnings   int   // remembered of one document
	Files      int   // in one upload or archive
	Archive    int64 // bytes of an archive, packed
}

// Defaults are generous for real documents and harmless for a server.
var Defaults = Limits{Bytes: bom.Defaults.Bytes, Components: bom.Defaults.Components, Depth: bom.Defaults.Depth,
	Warnings: bom.Defaults.Warnings, Files: 20_000, Archive: 256 << 20}

// Or returns l with the zero fields taken from d.
func (l Limits) Or(d Limits) Limits {
	return Limits{cmp.Or(l.Bytes, d.Bytes), cmp.Or(l.Components, d.Components), cmp.Or(l.Depth, d.Depth),
		cmp.Or(l.Warnings, d.Warnings), cmp.Or(l.Files, d.Files), cmp.Or(l.Archive, d.Archive)}
}

func (l Limits) document() bom.Limits {
	return bom.Limits{Bytes: l.Bytes, Components: l.Components, Depth: l.Depth, Warnings: l.Warnings}
}
