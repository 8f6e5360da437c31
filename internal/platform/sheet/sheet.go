// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package sheet reads and writes tables that people keep in spreadsheets: CSV as the
// usual programs write it, and XLSX.
package sheet

// Limits bounds what is read; messages name the limit that was passed.
type Limits struct {
	Bytes    int64 // of the file
	Unpacked int64 // of an XLSX once unpacked
	Rows     int
	Columns  int
	Cell     int // bytes of one cell
}

// Default is what reads a register of any city: 20 MB, 100,000 rows.
var Default = Limits{Bytes: 20 << 20, Unpacked: 200 << 20, Rows: 100_000, Columns: 200, Cell: 32 << 10}
