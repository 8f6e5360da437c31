// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package sheet reads and writes tables that people keep in spreadsheets: CSV as the
// usual programs write it, and XLSX. It is the only package that knows excelize.
package sheet

import (
	"bytes"
	"embed"
	"errors"
	"io/fs"
	"strings"

	"allmende/internal/fault"
)

//go:embed lang
var embedded embed.FS

// Files holds the texts of the package.
var Files fs.FS = embedded

// Limits bounds what is read; the sentence of a refusal names the limit that was passed.
type Limits struct {
	Bytes    int64 // of the file
	Unpacked int64 // of an XLSX once unpacked
	Rows     int
	Columns  int
	Cell     int // bytes of one cell
	Broken   int // lines reported as broken before the reader gives up
}

// Default reads the register of any city: 20 MB, 100,000 rows.
var Default = Limits{Bytes: 20 << 20, Unpacked: 200 << 20, Rows: 100_000, Columns: 200, Cell: 32 << 10, Broken: 1000}

// A Table is what was read: a head and rows that are as wide as it. Empty rows are left out.
type Table struct {
	Head  []string
	Rows  [][]string
	Lines []int // line of the file on which Rows[i] begins; in XLSX the row's number
}

// A LineError says which line of the file cannot be read, and why.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return e.Err.Error() }

// Unwrap returns the reason, a fault.
func (e *LineError) Unwrap() error { return e.Err }

// Broken lists the lines named in an error of [Read].
func Broken(err error) []*LineError {
	if one, ok := errors.AsType[*LineError](err); ok && error(one) == err {
		return []*LineError{one}
	}
	var out []*LineError
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			out = append(out, Broken(e)...)
		}
	}
	return out
}

// Read reads a table from CSV or XLSX, whichever data is. Where only single lines cannot
// be read, the table holds the others and the error names each broken line, see [Broken].
// Any other error is a fault about the whole file, and there is no table.
func Read(data []byte, lim Limits) (*Table, error) {
	switch {
	case int64(len(data)) > lim.Bytes:
		return nil, fault.New(fault.TooLarge, "sheet.too_large", size(int64(len(data))), size(lim.Bytes))
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fault.New(fault.Unreadable, "sheet.empty")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data, lim)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, fault.New(fault.Unreadable, "sheet.old_excel")
	}
	return readCSV(data, lim)
}

// builder takes rows one by one and keeps to the limits.
type builder struct {
	lim    Limits
	exact  bool // a row has as many cells as the head, or it is broken
	table  Table
	broken []error
}

// errFull says that the reader need not go on.
var errFull = errors.New("enough")

// add takes one row. It returns errFull or a fault about the whole file.
func (b *builder) add(line int, cells []string) error {
	width := len(cells)
	for width > 0 && strings.TrimSpace(cells[width-1]) == "" {
		width--
	}
	switch {
	case width == 0:
		return nil
	case width > b.lim.Columns:
		return fault.New(fault.TooLarge, "sheet.too_many_columns", line, width, b.lim.Columns)
	case b.table.Head == nil:
		return b.head(cells, width)
	case len(b.table.Rows) == b.lim.Rows:
		return fault.New(fault.TooLarge, "sheet.too_many_rows", b.lim.Rows)
	}
	return b.row(line, cells, width)
}

func (b *builder) head(cells []string, width int) error {
	if b.exact {
		width = len(cells) // a column without heading is a column
	}
	for _, c := range cells[:width] {
		if len(c) > b.lim.Cell {
			return fault.New(fault.TooLarge, "sheet.cell_too_long", 1, size(int64(len(c))), size(int64(b.lim.Cell)))
		}
		b.table.Head = append(b.table.Head, strings.TrimSpace(c))
	}
	return nil
}

func (b *builder) row(line int, cells []string, width int) error {
	want := len(b.table.Head)
	if width > want || b.exact && len(cells) < want {
		return b.refuse(line, fault.New(fault.Unreadable, "sheet.cells", line, len(cells), want))
	}
	row := make([]string, want)
	for i, c := range cells[:min(width, want)] {
		if len(c) > b.lim.Cell {
			return b.refuse(line, fault.New(fault.Unreadable, "sheet.cell_too_long", line, size(int64(len(c))), size(int64(b.lim.Cell))))
		}
		if strings.ContainsRune(c, 0) {
			return b.refuse(line, fault.New(fault.Unreadable, "sheet.nul", line, i+1))
		}
		row[i] = strings.ReplaceAll(strings.TrimSpace(c), "\r", "\n")
	}
	b.table.Rows = append(b.table.Rows, row)
	b.table.Lines = append(b.table.Lines, line)
	return nil
}

// refuse notes a broken line; after Limits.Broken of them nobody reads on.
func (b *builder) refuse(line int, why error) error {
	b.broken = append(b.broken, &LineError{line, why})
	if len(b.broken) >= b.lim.Broken {
		b.broken = append(b.broken, &LineError{line, fault.New(fault.Unreadable, "sheet.too_many_broken", b.lim.Broken, line)})
		return errFull
	}
	return nil
}

// done returns the table, once it was read to the end.
func (b *builder) done(err error) (*Table, error) {
	if err != nil && err != errFull {
		return nil, err
	}
	if b.table.Head == nil {
		return nil, fault.New(fault.Unreadable, "sheet.empty")
	}
	return &b.table, errors.Join(b.broken...)
}
