// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"allmende/internal/fault"
)

// readCSV reads what spreadsheets, databases and people write as CSV: separated by
// semicolon, comma or tab, in UTF-8, UTF-16 or Windows-1252, with line breaks in quotes.
func readCSV(data []byte, lim Limits) (*Table, error) {
	text := decode(data)
	text, comma, skipped := separator(text)
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	b := builder{lim: lim, exact: true}
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return b.done(nil)
		}
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			err = b.quoted(p, skipped)
		} else if err == nil {
			line, _ := r.FieldPos(0)
			err = b.add(line+skipped, unguarded(cells))
		}
		if err != nil {
			return b.done(err)
		}
	}
}

// quoted notes a line whose quotation marks do not match. In the head it is the end.
func (b *builder) quoted(p *csv.ParseError, skipped int) error {
	why := fault.New(fault.Unreadable, "sheet.quotes", p.StartLine+skipped, p.Column)
	if b.table.Head == nil {
		return why
	}
	return b.refuse(p.StartLine+skipped, why)
}

// separator finds what separates the cells: what Excel's first line "sep=;" says, else
// what is most frequent outside quotes in the first line that is not empty.
func separator(text []byte) (rest []byte, comma rune, skipped int) {
	first, after, _ := bytes.Cut(text, []byte("\n"))
	if said, ok := bytes.CutPrefix(bytes.TrimRight(first, "\r"), []byte("sep=")); ok && len(said) == 1 && strings.ContainsAny(";,\t|", string(said)) {
		return after, rune(said[0]), 1
	}
	best, most := ';', 0
	for _, c := range ";,\t" {
		if n := outside(bytes.TrimLeft(text, "\r\n \t"), byte(c)); n > most {
			best, most = c, n
		}
	}
	return text, best, 0
}

// outside counts c in the first line, quoted text left out.
func outside(text []byte, c byte) (n int) {
	quoted := false
	for _, b := range text {
		switch {
		case b == '"':
			quoted = !quoted
		case b == '\n' && !quoted:
			return n
		case b == c && !quoted:
			n++
		}
	}
	return n
}

// decode brings bytes into UTF-8 without byte order mark. What is not UTF-8 is taken for
// Windows-1252, which most office programs in Germany still write.
func decode(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], 1, 0)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], 0, 1)
	}
	if utf8.Valid(data) {
		return data
	}
	out := make([]byte, 0, len(data)+len(data)/8)
	for _, b := range data {
		r := rune(b)
		if b >= 0x80 && b < 0xa0 {
			r = windows[b-0x80]
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// windows are the characters 0x80 to 0x9f of Windows-1252.
var windows = [32]rune{'€', 0xfffd, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0xfffd, 'Ž', 0xfffd,
	0xfffd, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0xfffd, 'ž', 'Ÿ'}

func fromUTF16(data []byte, high, low int) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i+high])<<8 | uint16(data[2*i+low])
	}
	return []byte(string(utf16.Decode(units)))
}

// What spreadsheets would take for a formula when they open a CSV.
const formula = "=+-@\t\r"

// negative is a number below nothing: digits alone calculate nothing.
var negative = regexp.MustCompile(`^[-−][0-9][0-9.,]*$`)

// guarded puts an apostrophe before what a spreadsheet would calculate instead of show. A
// negative number gets the minus sign that a spreadsheet reads.
// https://owasp.org/www-community/attacks/CSV_Injection
func guarded(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		if negative.MatchString(c) {
			c = "-" + strings.TrimLeft(c, "-−")
		} else if c != "" && strings.ContainsRune(formula, rune(c[0])) {
			c = "'" + c
		}
		out[i] = c
	}
	return out
}

// unguarded takes the apostrophe away again, in place.
func unguarded(cells []string) []string {
	for i, c := range cells {
		if len(c) > 1 && c[0] == '\'' && strings.ContainsRune(formula, rune(c[1])) {
			cells[i] = c[1:]
		}
	}
	return cells
}

// WriteCSV writes a table as office programs in Germany open it with a double click:
// UTF-8 with byte order mark, semicolons, lines ended by CR LF.
func WriteCSV(w io.Writer, t Table) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = ';', true
	if err := c.Write(guarded(t.Head)); err != nil {
		return err
	}
	for _, row := range t.Rows {
		if err := c.Write(guarded(row)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
