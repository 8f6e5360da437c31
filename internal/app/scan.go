// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"fmt"
	"time"

	"allmende/internal/engine/detect"
	"allmende/internal/platform/db"
)

// Tree is what a scan of source finds.
type Tree = detect.Tree

// ScanDocument writes a scan as a document that others read: "spdx" (SPDX 2.3) or "cyclonedx"
// (CycloneDX 1.6), both JSON.
func ScanDocument(t Tree, format string, now time.Time) ([]byte, error) {
	s := detect.Stamp{At: now, Version: Version, Unique: db.NewID()}
	switch format {
	case "spdx":
		return t.SPDX(s)
	case "cyclonedx":
		return t.CycloneDX(s)
	}
	return nil, fmt.Errorf("format %q: want spdx or cyclonedx", format)
}
