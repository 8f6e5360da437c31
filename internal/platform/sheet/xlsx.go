// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"allmende/internal/fault"

	"github.com/xuri/excelize/v2"
)

// one workbook is read at a time: unpacked they are large.
var one sync.Mutex

// readXLSX reads the first sheet that is not empty. Excelize has been seen to panic on
// damaged files; that is a damaged file like any other.
func readXLSX(data []byte, lim Limits) (t *Table, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, fault.Because(fmt.Errorf("excelize: %v", p), fault.Unreadable, "sheet.damaged")
		}
	}()
	one.Lock()
	defer one.Unlock()
	if err := unpack(data, lim.Unpacked); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: lim.Unpacked, UnzipXMLSizeLimit: lim.Unpacked, // nothing is put into temporary files
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, fault.Because(err, fault.Unreadable, "sheet.damaged")
	}
	defer f.Close()
	for _, name := range f.GetSheetList() {
		t, err := readSheet(f, name, lim)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Key != "sheet.empty" {
			return t, err
		}
	}
	return nil, fault.New(fault.Unreadable, "sheet.empty")
}

// What a workbook may hold at most, in tags. A tag of a few bytes becomes hundreds in
// memory once excelize has read it; sheets it reads row by row, all else at once.
const (
	tagsInSheet = 12_000_000
	tagsInPart  = 2_000_000
)

// unpack measures what the file really unpacks to: what its directory says may be a lie.
func unpack(data []byte, limit int64) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fault.Because(err, fault.Unreadable, "sheet.damaged")
	}
	left := limit
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			return fault.Because(err, fault.Unreadable, "sheet.damaged")
		}
		most := tagsInPart
		if strings.HasPrefix(strings.ToLower(part.Name), "xl/worksheets/") {
			most = tagsInSheet
		}
		tags := tally{most: most}
		n, err := io.Copy(&tags, io.LimitReader(r, left+1))
		r.Close()
		if left -= n; left < 0 {
			return fault.New(fault.TooLarge, "sheet.bomb", size(limit))
		}
		if tags.n > most {
			return fault.New(fault.TooLarge, "sheet.too_many_tags", most)
		}
		if err != nil {
			return fault.Because(err, fault.Unreadable, "sheet.damaged")
		}
	}
	return nil
}

// A tally counts tags, up to as many as may be.
type tally struct{ n, most int }

func (t *tally) Write(p []byte) (int, error) {
	if t.n += bytes.Count(p, []byte("<")); t.n > t.most {
		return 0, errFull
	}
	return len(p), nil
}

func readSheet(f *excelize.File, name string, lim Limits) (*Table, error) {
	rows, err := f.Rows(name)
	if err != nil {
		return nil, fault.Because(err, fault.Unreadable, "sheet.damaged")
	}
	defer rows.Close()
	b := builder{lim: lim}
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, fault.Because(err, fault.Unreadable, "sheet.damaged")
		}
		if err := b.add(line, cells); err != nil {
			return b.done(err)
		}
	}
	if err := rows.Error(); err != nil {
		return nil, fault.Because(err, fault.Unreadable, "sheet.damaged")
	}
	return b.done(nil)
}

// WriteXLSX writes a table as the one sheet of a workbook, its head fixed and bold.
func WriteXLSX(w io.Writer, name string, t Table) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := fill(s, bold, t); err != nil {
		return err
	}
	return f.Write(w)
}

func fill(s *excelize.StreamWriter, bold int, t Table) error {
	err := errors.Join(
		s.SetColWidth(1, max(1, len(t.Head)), 22),
		s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		s.SetRow("A1", values(t.Head), excelize.RowOpts{StyleID: bold}))
	for i, row := range t.Rows {
		err = errors.Join(err, s.SetRow("A"+strconv.Itoa(i+2), values(row)))
	}
	return errors.Join(err, s.Flush())
}

// values writes texts as texts: in XLSX nothing of them is calculated.
func values(cells []string) []any {
	out := make([]any, len(cells))
	for i, c := range cells {
		out[i] = c
	}
	return out
}

// size writes a number of bytes in the unit that fits.
func size(n int64) string {
	switch {
	case n >= 10<<20:
		return strconv.FormatInt(n>>20, 10) + " MB"
	case n >= 10<<10:
		return strconv.FormatInt(n>>10, 10) + " kB"
	}
	return strconv.FormatInt(n, 10) + " B"
}
