// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package odt writes text documents in the OpenDocument format (ISO/IEC 26300, version
// 1.3): headings, paragraphs, tables with a head, in one language and with a title, so that
// office programs and screen readers find their way.
package odt

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// A Document is put together from top to bottom.
type Document struct {
	Title, Lang string // Lang is "de" or "en"
	Made        time.Time
	body        bytes.Buffer
	widths      bytes.Buffer // styles of columns
	tables      int
	below       int
	head        *Letterhead // nil is our own design
}

// Heading adds a heading; level 1 is the document's own.
func (d *Document) Heading(level int, text string) {
	level += d.below
	fmt.Fprintf(&d.body, `<text:h text:style-name="H%d" text:outline-level="%d">%s</text:h>`, min(level, 3), level, inline(text))
}

// Below moves the headings of what is written down by some levels: so what is a document of its
// own becomes a chapter of another one.
func (d *Document) Below(by int, write func() error) error {
	d.below += by
	defer func() { d.below -= by }()
	return write()
}

// Para adds a paragraph for each line of a text.
func (d *Document) Para(text string) {
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		d.body.WriteString(`<text:p text:style-name="P">` + inline(line) + `</text:p>`)
	}
}

// Table adds a table. Its first row is repeated on each page; rows that are too short end
// in empty cells. Columns are as wide as what stands in them wants.
func (d *Document) Table(head []string, rows [][]string) {
	d.open(widths(append([][]string{head}, rows...), len(head)))
	d.body.WriteString(`<table:table-header-rows>`)
	d.row("TH", "PH", head, len(head))
	d.body.WriteString(`</table:table-header-rows>`)
	for _, r := range rows {
		d.row("TC", "PC", r, len(head))
	}
	d.body.WriteString(`</table:table>`)
}

// Facts adds what is known of one thing: a name and a value each, without lines around them.
func (d *Document) Facts(facts [][2]string) {
	if len(facts) == 0 {
		return
	}
	d.open([]int{22, 78})
	for _, f := range facts {
		d.body.WriteString(`<table:table-row>`)
		for i, style := range []string{"PH", "PC"} {
			d.body.WriteString(`<table:table-cell table:style-name="TF" office:value-type="string">`)
			for line := range strings.SplitSeq(strings.ReplaceAll(f[i], "\r\n", "\n"), "\n") {
				d.body.WriteString(`<text:p text:style-name="` + style + `">` + inline(line) + `</text:p>`)
			}
			d.body.WriteString(`</table:table-cell>`)
		}
		d.body.WriteString(`</table:table-row>`)
	}
	d.body.WriteString(`</table:table>`)
}

// open begins a table over the whole width, its columns in a ratio to each other.
func (d *Document) open(ratio []int) {
	d.tables++
	fmt.Fprintf(&d.body, `<table:table table:name="T%d" table:style-name="T">`, d.tables)
	for i, w := range ratio {
		fmt.Fprintf(&d.widths, `<style:style style:name="T%d.%d" style:family="table-column"><style:table-column-properties style:rel-column-width="%d*"/></style:style>`, d.tables, i+1, w)
		fmt.Fprintf(&d.body, `<table:table-column table:style-name="T%d.%d"/>`, d.tables, i+1)
	}
}

// roomy is from how many letters on a text is broken into lines rather than given more room.
const roomy = 30

// widths are the ratio of columns: no word is to be broken, and short texts stay on one line.
func widths(rows [][]string, columns int) []int {
	out := make([]int, columns)
	for _, r := range rows {
		for i := range min(columns, len(r)) {
			out[i] = max(out[i], min(roomy, utf8.RuneCountInString(r[i])))
			for word := range strings.FieldsSeq(r[i]) {
				out[i] = max(out[i], utf8.RuneCountInString(word))
			}
		}
	}
	for i := range out {
		out[i] += 3 // what stands around
	}
	return out
}

func (d *Document) row(cell, para string, texts []string, width int) {
	d.body.WriteString(`<table:table-row>`)
	for i := range width {
		text := ""
		if i < len(texts) {
			text = texts[i]
		}
		fmt.Fprintf(&d.body, `<table:table-cell table:style-name="%s" office:value-type="string">`, cell)
		for line := range strings.SplitSeq(text, "\n") {
			d.body.WriteString(`<text:p text:style-name="` + para + `">` + inline(line) + `</text:p>`)
		}
		d.body.WriteString(`</table:table-cell>`)
	}
	d.body.WriteString(`</table:table-row>`)
}

// inline escapes a text. What XML cannot hold becomes U+FFFD; runs of blanks are kept.
func inline(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(strings.ToValidUTF8(text, string(utf8.RuneError))))
	s := strings.ReplaceAll(b.String(), "&#x9;", "<text:tab/>")
	return strings.ReplaceAll(s, "  ", ` <text:s/>`)
}

const spaces = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
	`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
	`xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" ` +
	`xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"`

const mime = "application/vnd.oasis.opendocument.text"

func (d *Document) manifest() string {
	var pictures strings.Builder
	for _, p := range d.head.pictures() {
		fmt.Fprintf(&pictures, `<manifest:file-entry manifest:full-path="%s" manifest:media-type="%s"/>`, inline(p.name), p.kind)
	}
	return strings.Replace(manifest, "</manifest:manifest>", pictures.String()+"</manifest:manifest>", 1)
}

const manifest = xml.Header + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
	`<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="` + mime + `"/>` +
	`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>` +
	`<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>` +
	`<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>`

// Write writes the document. Its type is the first file and not packed, so that the file
// can be told without unpacking (part 2 of the standard, 3.3).
func (d *Document) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	type file struct {
		name, text string
		method     uint16
	}
	parts := []file{
		{"mimetype", mime, zip.Store},
		{"META-INF/manifest.xml", d.manifest(), zip.Deflate},
		{"meta.xml", d.meta(), zip.Deflate},
		{"styles.xml", d.styles(), zip.Deflate},
		{"content.xml", xml.Header + `<office:document-content ` + spaces + `><office:automatic-styles>` + automatic + d.widths.String() + `</office:automatic-styles><office:body><office:text>` +
			d.body.String() + `</office:text></office:body></office:document-content>`, zip.Deflate},
	}
	for _, p := range d.head.pictures() {
		parts = append(parts, file{p.name, string(p.data), zip.Deflate})
	}
	var all error
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: p.method}
		create := z.CreateHeader
		if p.method == zip.Store { // with its size in front, where a glance finds it
			n := uint64(len(p.text))
			h.CRC32, h.CompressedSize64, h.UncompressedSize64, create = crc32.ChecksumIEEE([]byte(p.text)), n, n, z.CreateRaw
		}
		f, err := create(h)
		if err == nil {
			_, err = io.WriteString(f, p.text)
		}
		all = errors.Join(all, err)
	}
	return errors.Join(all, z.Close())
}

func (d *Document) meta() string {
	return xml.Header + `<office:document-meta ` + spaces + `><office:meta><meta:generator>Allmende</meta:generator><dc:title>` + inline(d.Title) + `</dc:title><dc:language>` + inline(d.Lang) +
		`</dc:language><dc:date>` + d.Made.UTC().Format(time.RFC3339) + `</dc:date></office:meta></office:document-meta>`
}

// styles are the page (A4) and what headings and paragraphs look like everywhere.
func (d *Document) styles() string {
	if d.head != nil {
		return d.head.styles
	}
	country := map[string]string{"de": "DE", "en": "GB"}[d.Lang]
	heading := func(n int, size string) string {
		return fmt.Sprintf(`<style:style style:name="H%d" style:display-name="Heading %d" style:family="paragraph" style:default-outline-level="%d"><style:paragraph-properties fo:margin-top="0.5cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="%s" fo:font-weight="bold"/></style:style>`, n, n, n, size)
	}
	return xml.Header + `<office:document-styles ` + spaces + `><office:styles>` +
		`<style:default-style style:family="paragraph"><style:text-properties fo:font-family="Fira Sans, Liberation Sans, sans-serif" fo:font-size="10.5pt" fo:language="` + inline(d.Lang) + `" fo:country="` + country + `"/></style:default-style>` +
		heading(1, "18pt") + heading(2, "14pt") + heading(3, "12pt") +
		`<style:style style:name="P" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm"/></style:style>` +
		`<style:style style:name="PF" style:family="paragraph"><style:paragraph-properties fo:text-align="end"/><style:text-properties fo:font-size="9pt"/></style:style>` +
		`<style:style style:name="PC" style:family="paragraph"/><style:style style:name="PH" style:family="paragraph"><style:text-properties fo:font-weight="bold"/></style:style>` +
		`</office:styles><office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/><style:footer-style><style:header-footer-properties fo:margin-top="0.5cm"/></style:footer-style></style:page-layout></office:automatic-styles>` +
		`<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:footer><text:p text:style-name="PF">` + inline(d.Title) + ` · <text:page-number text:select-page="current"/> / <text:page-count/></text:p></style:footer></style:master-page></office:master-styles></office:document-styles>`
}

const automatic = `<style:style style:name="T" style:family="table"><style:table-properties fo:margin-bottom="0.4cm" table:border-model="collapsing" style:width="17cm" table:align="margins"/></style:style>` +
	`<style:style style:name="TF" style:family="table-cell"><style:table-cell-properties fo:padding="0.05cm" fo:border="none"/></style:style>` +
	`<style:style style:name="TH" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" fo:border="0.5pt solid #000000" fo:background-color="#e6e6e6"/></style:style>` +
	`<style:style style:name="TC" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" fo:border="0.5pt solid #000000"/></style:style>`
