// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
)

// A stream is a body that is made while it is read: a head, then one line again and again,
// then a tail.
type stream struct {
	head, tail string
	line       func(i int) string
	lines      int

	at   int
	rest string
}

func (s *stream) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if s.rest == "" {
			switch {
			case s.at == 0:
				s.rest = s.head
			case s.at <= s.lines:
				s.rest = s.line(s.at - 1)
			case s.at == s.lines+1:
				s.rest = s.tail
			default:
				if n == 0 {
					err = io.EOF
				}
				return n, err
			}
			s.at++
		}
		k := copy(p[n:], s.rest)
		n, s.rest = n+k, s.rest[k:]
	}
	return n, nil
}

// blanks are so many megabytes of nothing.
func blanks(mib int) *stream {
	line := strings.Repeat(" ", 1<<20)
	return &stream{line: func(int) string { return line }, lines: mib}
}

// within packs a body into the file of a multipart form, as it is read.
func within(body io.Reader) (kind string, form io.Reader) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.CreateFormFile("file", "bom.json")
	return w.FormDataContentType(), io.MultiReader(&b, body, strings.NewReader("\r\n--"+w.Boundary()+"--\r\n"))
}

// workbook packs an XLSX whose parts are streams.
func workbook(sheet, words *stream) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, part := range map[string]io.Reader{
		"[Content_Types].xml":        strings.NewReader(`<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`),
		"_rels/.rels":                strings.NewReader(`<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/workbook.xml":            strings.NewReader(`<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/_rels/workbook.xml.rels": strings.NewReader(`<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`),
		"xl/worksheets/sheet1.xml":   sheet,
		"xl/sharedStrings.xml":       words,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.Copy(w, part)
		}
		if err != nil {
			panic(err)
		}
	}
	z.Close()
	return b.Bytes()
}

const mainNS = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`

func sheetOf(row func(i int) string, rows int) *stream {
	return &stream{head: `<?xml version="1.0"?><worksheet ` + mainNS + `><sheetData><row r="1"><c t="inlineStr"><is><t>Name</t></is></c></row>`, tail: `</sheetData></worksheet>`, line: row, lines: rows}
}

func wordsOf(n int) *stream {
	return &stream{head: `<?xml version="1.0"?><sst ` + mainNS + `>`, tail: `</sst>`, line: func(int) string { return "<si><t>a</t></si>" }, lines: n}
}

// peak returns how much the heap held at most while f ran, garbage included, in MiB.
func peak(f func()) int {
	runtime.GC()
	read := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	most, done, seen := read(), make(chan bool), make(chan uint64)
	go func() {
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				seen <- most
				return
			case <-tick.C:
				most = max(most, read())
			}
		}
	}()
	f()
	close(done)
	return int(<-seen >> 20)
}

// parts is a document of n components.
func parts(n int) *stream {
	return &stream{head: `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","name":"Werk"}},"components":[{"type":"library","name":"x"}`, tail: "]}",
		lines: n - 1, line: func(i int) string { return fmt.Sprintf(`,{"type":"library","name":"n%d","version":"1.0"}`, i) }}
}

// What is far too large is refused with the limit in the sentence, costs a bounded amount
// of memory, and leaves nothing. Bodies come as a stream; most senders do not say how long
// they are.
func TestHugeInputIsRefused(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	_, city := join(t, a, "", "Musterstadt")
	server := httptest.NewServer(a.Handler)
	defer server.Close()
	before := everything(t, a)
	raw, table := "application/octet-stream", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	inForm := func(body io.Reader) func() (string, io.Reader) {
		return func() (string, io.Reader) { return within(body) }
	}
	as := func(kind string, body io.Reader) func() (string, io.Reader) {
		return func() (string, io.Reader) { return kind, body }
	}
	small := &stream{head: `<row r="2"><c t="s"><v>1</v></c></row>`}
	for _, tt := range []struct {
		what, path string
		size       int64 // announced; -1 where not
		body       func() (kind string, body io.Reader)
		status     int
		tongue     string
		say        string
		most       int // MiB of the heap
	}{
		{"200 MB, announced", "/api/v1/sbom/documents", 200 << 20, as(raw, blanks(200)), 413, "de", "209.715.200 Bytes, die Grenze ist 134.217.728", 300},
		{"200 MB, not announced", "/api/v1/sbom/documents", -1, as(raw, blanks(200)), 413, "de", "die Grenze ist 134.217.728", 600},
		{"200 MB in a form", "/api/v1/sbom/documents", -1, inForm(blanks(200)), 413, "en", "the limit is 134,217,728", 600},
		{"300 MB by the page", "/sbom/upload", -1, inForm(blanks(300)), 422, "de", "die Grenze ist 268.435.456", 1000},
		{"1,000,000 components", "/api/v1/sbom/documents", -1, as(raw, parts(1_000_000)), 413, "de", "mehr als 500.000 Bestandteile (einstellbar mit --max-components). Stelle: Zeile 1, Spalte", 800},
		{"a gzip bomb of 200 MB", "/api/v1/sbom/documents", -1, as(raw, bytes.NewReader(gzOf(blanks(200)))), 413, "de", "die Grenze ist 134.217.728", 400},
		{"a CSV of 200 MB", "/api/v1/estate/import", -1, as("text/csv", blanks(200)), 413, "de", "größer als 20 MB", 300},
		{"a CSV of 200 MB by the page", "/estate/import", -1, inForm(blanks(200)), 422, "en", "larger than 20 MB", 300},
		{"a CSV of 500,000 lines", "/api/v1/estate/import", -1, as("text/csv", &stream{head: "Name\n", lines: 500_000, line: func(i int) string { return fmt.Sprintln("n", i) }}), 413, "de", "mehr als 100.000 Zeilen", 300},
		{"an XLSX that unpacks to 210 MB", "/api/v1/estate/import", -1, as(table, bytes.NewReader(workbook(blanks(210), wordsOf(1)))), 413, "de", "größer als 200 MB", 300},
		{"an XLSX of 600,000 words", "/api/v1/estate/import", -1, as(table, bytes.NewReader(workbook(small, wordsOf(600_000)))), 413, "de", "die Grenze sind 2.000.000 Elemente", 300},
		{"an XLSX of 3,100,000 cells in a row", "/api/v1/estate/import", -1, as(table, bytes.NewReader(workbook(
			sheetOf(func(int) string { return "<c><v>1</v></c>" }, 3_100_000), wordsOf(1)))), 413, "en", "the limit is 12,000,000 elements", 300},
		{"JSON of 200 MB", "/api/v1/estate/software", -1, as("application/json", blanks(200)), 413, "en", "1048576", 300},
		{"a form of 200 MB", "/estate/new", -1, as("application/x-www-form-urlencoded", &stream{head: "name=", lines: 200, line: func(int) string { return strings.Repeat("a", 1<<20) }}), 413, "de", "Zu groß", 300},
	} {
		kind, body := tt.body()
		status, answer := 0, ""
		mib := peak(func() { status, answer = city.over(server, tt.tongue, tt.path, kind, tt.size, body) })
		if status != tt.status || !strings.Contains(answer, tt.say) {
			t.Errorf("%s (%s): %d, want %d and %q in\n%.800s", tt.what, tt.tongue, status, tt.status, tt.say, answer)
		}
		if mib > tt.most {
			t.Errorf("%s: the heap held %d MiB, want at most %d", tt.what, mib, tt.most)
		}
		t.Logf("%s: %d MiB", tt.what, mib)
	}
	unchanged(t, a, "huge input", before)
	if status := city.status("/readyz"); status != 200 {
		t.Errorf("after all that readyz answers %d", status)
	}
}

// over sends a body over the network; size is what it announces, -1 for nothing.
func (c caller) over(server *httptest.Server, tongue, path, kind string, size int64, body io.Reader) (status int, answer string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), "POST", server.URL+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.ContentLength = size
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Accept-Language", tongue)
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		c.t.Errorf("%s is not answered: %v", path, err)
		return 0, ""
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		c.t.Error(err)
	}
	return a.StatusCode, string(text)
}

func gzOf(body io.Reader) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.Copy(z, body)
	z.Close()
	return b.Bytes()
}
