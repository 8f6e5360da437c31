// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/sheet"

	"github.com/xuri/excelize/v2"
)

func TestReadCSV(t *testing.T) {
	for name, tt := range map[string]struct {
		in    string
		head  string
		rows  []string
		lines []int
	}{
		"semicolons":         {"Name;Version\nZammad;6.3\n", "Name|Version", []string{"Zammad|6.3"}, []int{2}},
		"commas":             {"Name,Version\nZammad,6.3", "Name|Version", []string{"Zammad|6.3"}, []int{2}},
		"tabs":               {"Name\tVersion\r\nZammad\t6.3\r\n", "Name|Version", []string{"Zammad|6.3"}, []int{2}},
		"comma in quotes":    {"\"Name, lang; kurz;x\";Version\n", "Name, lang; kurz;x|Version", nil, nil},
		"one column":         {"Name\nÖffi\n", "Name", []string{"Öffi"}, []int{2}},
		"byte order mark":    {"\ufeffName;Version\nÖffi;1\n", "Name|Version", []string{"Öffi|1"}, []int{2}},
		"windows-1252":       {"Name;Preis\n\xd6ffi;5 \x80\n", "Name|Preis", []string{"Öffi|5 €"}, []int{2}},
		"utf-16":             {"\xff\xfeN\x00;\x00V\x00\n\x00\xd6\x00;\x001\x00", "N|V", []string{"Ö|1"}, []int{2}},
		"sep line":           {"sep=,\nName,Zweck;Ziel\na,b\n", "Name|Zweck;Ziel", []string{"a|b"}, []int{3}},
		"line break quoted":  {"Name;Zweck\na;\"eins\nzwei\"\nb;drei\n", "Name|Zweck", []string{"a|eins\nzwei", "b|drei"}, []int{2, 4}},
		"doubled quotes":     {"Name;Zweck\na;\"das \"\"Amt\"\"\"\n", "Name|Zweck", []string{`a|das "Amt"`}, []int{2}},
		"empty lines":        {"\n\nName;Zweck\n;\n\na;b\n", "Name|Zweck", []string{"a|b"}, []int{6}},
		"trailing separator": {"Name;Zweck;\na;b;\n", "Name|Zweck|", []string{"a|b|"}, []int{2}},
		"white space":        {" Name ; Zweck\n  a ;b  \n", "Name|Zweck", []string{"a|b"}, []int{2}},
		"guarded formula":    {"Name;Zweck\n'=1+1;'Amt\n", "Name|Zweck", []string{"=1+1|'Amt"}, []int{2}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sheet.Read([]byte(tt.in), sheet.Default)
			if err != nil {
				t.Fatal(err)
			}
			var rows []string
			for _, r := range got.Rows {
				rows = append(rows, strings.Join(r, "|"))
			}
			if strings.Join(got.Head, "|") != tt.head || !slices.Equal(rows, tt.rows) || !slices.Equal(got.Lines, tt.lines) {
				t.Errorf("got %q %q %v, want %q %q %v", got.Head, rows, got.Lines, tt.head, tt.rows, tt.lines)
			}
		})
	}
}

// long is a table of n rows; the given lines of the file are replaced.
func long(n int, broken map[int]string) []byte {
	var b strings.Builder
	b.WriteString("Name;Version;Zweck\n")
	for line := 2; line <= n+1; line++ {
		if text, ok := broken[line]; ok {
			b.WriteString(text + "\n")
			continue
		}
		fmt.Fprintf(&b, "Programm %d;1.%d;Amt\n", line, line)
	}
	return []byte(b.String())
}

func TestBrokenLinesAreNamed(t *testing.T) {
	for name, tt := range map[string]struct {
		broken map[int]string
		want   []int
		kept   int
	}{
		"too few cells":    {map[int]string{4711: "Programm;1"}, []int{4711}, 4999},
		"too many cells":   {map[int]string{4711: "Programm;1;Amt;noch eins"}, []int{4711}, 4999},
		"quote within":     {map[int]string{4711: `Programm "alt";1;Amt`}, []int{4711}, 4999},
		"quote unfinished": {map[int]string{4711: `"Programm;1;Amt`}, []int{4711}, 4709},
		"nul":              {map[int]string{4711: "Prog\x00ramm;1;Amt"}, []int{4711}, 4999},
		"several":          {map[int]string{7: "x", 4711: "y", 5000: `a"b;c;d`}, []int{7, 4711, 5000}, 4997},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sheet.Read(long(5000, tt.broken), sheet.Default)
			var lines []int
			for _, b := range sheet.Broken(err) {
				lines = append(lines, b.Line)
			}
			if !slices.Equal(lines, tt.want) || fault.Of(err) != fault.Unreadable {
				t.Errorf("broken lines %v (%v), want %v", lines, err, tt.want)
			}
			if got == nil || len(got.Rows) != tt.kept {
				t.Errorf("the other rows are missing: %d, want %d", len(got.Rows), tt.kept)
			}
			if say := texts(t).Say("en", err); !strings.Contains(say, "Line 4,711: ") {
				t.Errorf("said %q", say)
			}
		})
	}
}

func texts(t *testing.T) lang.Catalogue {
	c, err := lang.Load(sheet.Files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLimitsAreNamed(t *testing.T) {
	small := sheet.Limits{Bytes: 4000, Unpacked: 50_000, Rows: 10, Columns: 5, Cell: 100, Broken: 3}
	for name, tt := range map[string]struct {
		in   []byte
		want string
	}{
		"bytes":   {bytes.Repeat([]byte("a;b\n"), 1001), "The file is 4004 B in size. At most 4000 B are read."},
		"rows":    {long(11, nil), "The table has more than 10 rows. Please split it."},
		"columns": {[]byte("a;b;c;d;e;f\n"), "Line 1: the line has 6 columns, 5 are allowed."},
		"cell":    {[]byte("a;b\n1;" + strings.Repeat("x", 101) + "\n"), "Line 2: a cell is 101 B long, 100 B are allowed. Is a closing quotation mark missing?"},
		"broken":  {[]byte("a;b\n1\n2\n3\n4\n"), "More than 3 lines are broken. Nothing was read after line 4."},
		"empty":   {[]byte(" \n\n"), "There is no table in the file."},
		"old":     {[]byte("\xd0\xcf\x11\xe0\xa1\xb1"), "This is an Excel file in the old format"},
		"no xlsx": {[]byte("PK\x03\x04 and nothing else"), "The file cannot be read as XLSX."},
		"bomb":    {bomb(t), "Unpacked, the file would be larger than 48 kB."},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sheet.Read(tt.in, small)
			if k := fault.Of(err); k != fault.TooLarge && k != fault.Unreadable {
				t.Errorf("kind %v of %v", k, err)
			}
			if got := texts(t).Say("en", err); !strings.Contains(got, tt.want) {
				t.Errorf("said %q, want %q", got, tt.want)
			}
		})
	}
}

// bomb is a small zip that unpacks to a megabyte.
func bomb(t *testing.T) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	w.Write(make([]byte, 1<<20))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var table = sheet.Table{
	Head: []string{"Name", "Zweck", "Version"},
	Rows: [][]string{{"Öffi", "Fahrplan\nzweite Zeile", "6.10"}, {"=1+1", `das "Amt"; und mehr`, "-5"}, {"@scope/name", "", "+49"}},
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer) error{
		"csv":  func(b *bytes.Buffer) error { return sheet.WriteCSV(b, table) },
		"xlsx": func(b *bytes.Buffer) error { return sheet.WriteXLSX(b, "Software", table) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			got, err := sheet.Read(b.Bytes(), sheet.Default)
			if err != nil || !reflect.DeepEqual(got.Head, table.Head) || !reflect.DeepEqual(got.Rows, table.Rows) {
				t.Errorf("got %q %q (%v)", got.Head, got.Rows, err)
			}
		})
	}
}

func TestCSVHoldsNoFormula(t *testing.T) {
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"'=1+1;", ";-5\r\n", "'@scope/name;;'+49"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in %q", want, b.String())
		}
	}
}

func TestNegativeNumbersAreNumbers(t *testing.T) {
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, sheet.Table{Head: []string{"Betrag"}, Rows: [][]string{{"−6.950,75"}, {"-12"}, {"-1+cmd"}, {"-"}, {"−x"}}}); err != nil {
		t.Fatal(err)
	}
	if want := "Betrag\r\n-6.950,75\r\n-12\r\n'-1+cmd\r\n'-\r\n−x\r\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestReadXLSXFromAnOffice(t *testing.T) {
	f := excelize.NewFile()
	f.NewSheet("Bestand")
	date, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
	for cell, v := range map[string]any{"A2": "Name", "B2": "Seit", "C2": "Zahl", "A4": "Öffi", "B4": 45292, "C4": 7.5} {
		if err := f.SetCellValue("Bestand", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	f.SetCellStyle("Bestand", "B4", "B4", date)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := sheet.Read(b.Bytes(), sheet.Default)
	if err != nil || !reflect.DeepEqual(got, &sheet.Table{Head: []string{"Name", "Seit", "Zahl"}, Rows: [][]string{{"Öffi", "2024-01-01", "7.5"}}, Lines: []int{4}}) {
		t.Errorf("got %+v, %v: want the second sheet, the date readable", got, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"Name;Version\nZammad;6.3\n", "a,b\n\"x\ny\",1\n", "sep=|\na|b\n1|2", "\xff\xfea\x00;\x00", "a\tb\n'=1\t\"\"\"\"\n", "\xd6;\x80\n1;2"} {
		f.Add([]byte(s))
	}
	lim := sheet.Limits{Bytes: 1 << 16, Unpacked: 1 << 18, Rows: 100, Columns: 20, Cell: 1000, Broken: 10}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := sheet.Read(data, lim)
		if got == nil {
			if k := fault.Of(err); k != fault.Unreadable && k != fault.TooLarge {
				t.Errorf("no table and no sentence: %v", err)
			}
			return
		}
		if len(got.Rows) != len(got.Lines) || len(got.Rows) > lim.Rows {
			t.Errorf("%d rows, %d lines", len(got.Rows), len(got.Lines))
		}
		for _, r := range got.Rows {
			if len(r) != len(got.Head) {
				t.Errorf("a row of %d cells below a head of %d", len(r), len(got.Head))
			}
		}
		again(t, *got)
	})
}

// again writes a table and reads it back; nothing may change. The head is plain, for the
// separator is guessed from it.
func again(t *testing.T, want sheet.Table) {
	for i := range want.Head {
		want.Head[i] = fmt.Sprint("column ", i)
	}
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := sheet.Read(b.Bytes(), sheet.Limits{Bytes: 1 << 20, Rows: 100, Columns: 20, Cell: 2000, Broken: 10})
	if err != nil || !reflect.DeepEqual(got.Rows, want.Rows) {
		t.Errorf("wrote %q, read %+v (%v)", want.Rows, got, err)
	}
}
