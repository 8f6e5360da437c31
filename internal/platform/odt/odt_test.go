// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package odt_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"allmende/internal/platform/odt"
)

func write(t *testing.T, d *odt.Document) ([]byte, map[string]string) {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
		if i == 0 && (f.Name != "mimetype" || f.Method != zip.Store) {
			t.Errorf("the first file is %s, packed by method %d", f.Name, f.Method)
		}
	}
	return b.Bytes(), out
}

// wellFormed reads a part to its end and returns its characters.
func wellFormed(t *testing.T, name, text string) string {
	t.Helper()
	var said strings.Builder
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return said.String()
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c, ok := tok.(xml.CharData); ok {
			said.Write(c)
			said.WriteByte(' ')
		}
	}
}

func TestADocumentIsWellFormedAndSaysItsType(t *testing.T) {
	d := &odt.Document{Title: "Bericht & Anlagen", Lang: "de", Made: time.Unix(0, 0)}
	d.Heading(1, "Prüfung <2026>")
	d.Para("Erste Zeile\nzweite  Zeile\x00 mit \xff")
	d.Table([]string{"Nr.", "Titel"}, [][]string{{"1", "a & b\nc"}, {"2"}})
	file, parts := write(t, d)
	if string(file[30:38]) != "mimetype" || string(file[38:38+39]) != "application/vnd.oasis.opendocument.text" {
		t.Errorf("the file begins %q", file[:80])
	}
	for _, name := range []string{"META-INF/manifest.xml", "content.xml", "styles.xml", "meta.xml"} {
		if parts[name] == "" {
			t.Errorf("there is no %s", name)
		}
		wellFormed(t, name, parts[name])
		if name != "META-INF/manifest.xml" && !strings.Contains(parts["META-INF/manifest.xml"], `"`+name+`"`) {
			t.Errorf("the manifest does not name %s", name)
		}
	}
	said := wellFormed(t, "content.xml", parts["content.xml"])
	for _, want := range []string{"Prüfung <2026>", "Erste Zeile", "a & b", "Titel"} {
		if !strings.Contains(said, want) {
			t.Errorf("the document does not say %q: %s", want, said)
		}
	}
	if n := strings.Count(parts["content.xml"], "<table:table-cell"); n != 6 {
		t.Errorf("%d cells, want 6", n)
	}
	if !strings.Contains(parts["meta.xml"], "Bericht &amp; Anlagen") || !strings.Contains(parts["styles.xml"], `fo:language="de"`) {
		t.Error("title or language is missing")
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\x00b\t  c")
	f.Fuzz(func(t *testing.T, text string) {
		d := &odt.Document{Title: text, Lang: "en"}
		d.Heading(2, text)
		d.Para(text)
		d.Table([]string{text}, [][]string{{text}})
		_, parts := write(t, d)
		for name, part := range parts {
			if name != "mimetype" {
				wellFormed(t, name, part)
			}
		}
	})
}

// No word is broken for want of room, facts stand beside their names, and each page says which
// it is.
func TestColumnsAreAsWideAsTheirWords(t *testing.T) {
	d := &odt.Document{Title: "Bericht", Lang: "de", Made: time.Unix(0, 0)}
	d.Table([]string{"Nr.", "Feststellung"}, [][]string{{"1", "Zugangsschlüsselverwaltungsordnung ohne Ablauf"}, {"2", strings.Repeat("lang ", 40)}})
	d.Facts([][2]string{{"Frist", "08.12.2026"}, {"Maßnahme", "Erst <dies>\ndann das"}})
	d.Facts(nil)
	_, parts := write(t, d)
	for _, want := range []string{`style:name="T1.1" style:family="table-column"><style:table-column-properties style:rel-column-width="6*"`, `style:name="T1.2" style:family="table-column"><style:table-column-properties style:rel-column-width="37*"`,
		`<text:p text:style-name="PH">Maßnahme</text:p>`, `<text:p text:style-name="PC">Erst &lt;dies&gt;</text:p><text:p text:style-name="PC">dann das</text:p>`} {
		if !strings.Contains(parts["content.xml"], want) {
			t.Errorf("the content lacks %s:\n%s", want, parts["content.xml"])
		}
	}
	if strings.Count(parts["content.xml"], "<table:table ") != 2 || !strings.Contains(parts["styles.xml"], "<text:page-count/>") {
		t.Error("an empty list of facts made a table, or pages are not counted")
	}
	wellFormed(t, "content.xml", parts["content.xml"])
	wellFormed(t, "styles.xml", parts["styles.xml"])
}
