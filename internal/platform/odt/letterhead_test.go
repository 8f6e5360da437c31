// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package odt

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allmende/internal/platform/door"
)

// design is a text document of a house: its page, a head with a picture, headings.
func design(t testing.TB, change func(map[string]string)) []byte {
	t.Helper()
	parts := map[string]string{"mimetype": mime + "-template", "content.xml": "<x/>", "Pictures/wappen.png": "\x89PNG",
		"styles.xml": `<?xml version="1.0"?><office:document-styles ` + spaces + ` xmlns:draw="urn:d"><office:styles><style:style style:name="Standard" style:family="paragraph"/><style:style style:name="Heading_20_1" style:family="paragraph"/><style:style style:name="H3" style:family="paragraph"/></office:styles>` +
			`<office:master-styles><style:master-page style:name="Standard"><style:header><text:p>Stadt Quittenstadt</text:p></style:header></style:master-page></office:master-styles></office:document-styles>`}
	if change != nil {
		change(parts)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A document in the design of the house has its page and picture, our words, and each style
// that it names, once.
func TestADocumentWearsTheDesignOfTheHouse(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "city.ott"), design(t, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	heads, err := ReadLetterheads(folder)
	if err != nil {
		t.Fatal(err)
	}
	write := func(org string) map[string]string {
		ctx := heads.With(door.With(t.Context(), door.Viewer{Org: "city"}))
		if org != "city" {
			ctx = heads.With(door.With(t.Context(), door.Viewer{Org: "foreign"}))
		}
		d := (&Document{Title: "Akte", Lang: "de"}).Dress(ctx)
		d.Heading(1, "Unsere Worte")
		var b bytes.Buffer
		if err := d.Write(&b); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, f := range z.File {
			text, err := unpack(f, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			out[f.Name] = string(text)
		}
		return out
	}
	city := write("city")
	for part, wants := range map[string][]string{
		"styles.xml":            {"Stadt Quittenstadt", `style:name="H1" style:family="paragraph" style:parent-style-name="Heading_20_1"`, `style:name="P" style:family="paragraph">`},
		"META-INF/manifest.xml": {`full-path="Pictures/wappen.png" manifest:media-type="image/png"`}, "content.xml": {"Unsere Worte"}, "Pictures/wappen.png": {"PNG"}, "mimetype": {mime},
	} {
		for _, want := range wants {
			if !strings.Contains(city[part], want) {
				t.Errorf("%s lacks %s: %s", part, want, city[part])
			}
		}
	}
	if n := strings.Count(city["styles.xml"], `style:name="H3"`); n != 1 || city["mimetype"] != mime {
		t.Errorf("H3 stands there %d times, type %s", n, city["mimetype"])
	}
	if strings.Contains(write("foreign")["styles.xml"], "Quittenstadt") {
		t.Error("another city's documents wear the design")
	}
}

// A table, a word or a style of the head alone may be called as our paragraphs are: those are
// added all the same, once each, and all that a text names is there in its family.
func TestStylesAreToldByTheirFamily(t *testing.T) {
	l, err := ReadLetterhead(design(t, func(p map[string]string) {
		p["styles.xml"] = strings.Replace(p["styles.xml"], "</office:styles>", `<style:style style:name="H1" style:family="table"/><style:style style:name="PC" style:family="text"/><style:style style:name="Text_20_body" style:family="table"/></office:styles>`+
			`<office:automatic-styles><style:style style:name="P" style:family="paragraph"/></office:automatic-styles>`, 1)
	}))
	if err != nil {
		t.Fatal(err)
	}
	d := &Document{Title: "Akte", Lang: "de", head: l}
	d.Heading(1, "Titel")
	d.Heading(2, "Teil")
	d.Heading(3, "Abschnitt")
	d.Para("Text")
	d.Facts([][2]string{{"Name", "Wert"}})
	d.Table([]string{"Kopf"}, [][]string{{"Zelle"}})
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		text, err := unpack(f, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
	}
	strict(t, parts["styles.xml"], parts["content.xml"])
	if strings.Contains(parts["styles.xml"], `style:name="P" style:family="paragraph" style:parent-style-name`) {
		t.Error("a paragraph rests on the style of a table")
	}
}

// strict reads as a program does that takes the standard at its word: each style that a text
// names is there once, in the family that it is used in, where a text can name it.
func strict(t *testing.T, styles, content string) {
	t.Helper()
	there := map[string]int{}
	var used []string
	for _, part := range []struct{ text, home string }{{styles, "styles"}, {content, "automatic-styles"}} {
		var within []string
		for d := xml.NewDecoder(strings.NewReader(part.text)); ; {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch e := tok.(type) {
			case xml.StartElement:
				within = append(within, e.Name.Local)
				said := map[string]string{}
				for _, a := range e.Attr {
					said[a.Name.Local] = a.Value
				}
				family := map[string]string{"p": "paragraph", "h": "paragraph", "table": "table", "table-column": "table-column", "table-cell": "table-cell"}[e.Name.Local]
				switch {
				case e.Name.Local == "style" && slices.Contains(within, part.home):
					there[said["family"]+" "+said["name"]]++
				case family != "" && slices.Contains(within, "text") && said["style-name"] != "":
					used = append(used, family+" "+said["style-name"])
				}
			case xml.EndElement:
				within = within[:len(within)-1]
			}
		}
	}
	if len(used) < 10 {
		t.Errorf("only %d styles are named", len(used))
	}
	for _, u := range used {
		if there[u] != 1 {
			t.Errorf("%s is named and there %d times", u, there[u])
		}
	}
}

// What is no letterhead is refused with a sentence that says why.
func TestWhatIsNoLetterhead(t *testing.T) {
	for want, change := range map[string]func(map[string]string){
		"macros (Basic/Standard/Module1.xml)": func(p map[string]string) { p["Basic/Standard/Module1.xml"] = "x" },
		"want a text document":                func(p map[string]string) { p["mimetype"] = "application/zip" },
		"no page style named Standard":        func(p map[string]string) { p["styles.xml"] = "<a></a>" },
		"a directive":                         func(p map[string]string) { p["styles.xml"] = `<!DOCTYPE a [<!ENTITY b "c">]>` + p["styles.xml"] },
		"styles.xml: XML syntax error":        func(p map[string]string) { p["styles.xml"] = "<a" },
		"too deep":                            func(p map[string]string) { p["styles.xml"] = strings.Repeat("<a>", 200) },
		"larger than 20 MiB":                  func(p map[string]string) { p["Pictures/a.png"] = strings.Repeat("a", mostPacked+1) },
	} {
		if _, err := ReadLetterhead(design(t, change)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := ReadLetterhead([]byte("no zip")); err == nil {
		t.Error("what is no archive is taken")
	}
	if _, err := ReadLetterheads(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no .odt or .ott") {
		t.Error("an empty folder is taken", err)
	}
}

// Whatever a file holds, it is read or refused; what is read can be written with.
func FuzzLetterhead(f *testing.F) {
	f.Add(design(f, nil))
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := ReadLetterhead(data); err == nil {
			d := &Document{head: l}
			if err := d.Write(io.Discard); err != nil {
				t.Error(err)
			}
		}
	})
}
