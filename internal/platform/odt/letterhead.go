// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package odt

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"allmende/internal/platform/door"
)

// A Letterhead is the design of a house: page, head and foot with pictures, fonts and
// headings, taken from a text document or template that an office program wrote. What is
// written in it is left out; the words are always ours.
type Letterhead struct {
	styles string
	extra  []part // pictures
}

// Bounds of a letterhead, whose file somebody else packed.
const (
	mostParts  = 500
	mostPacked = 20 << 20 // bytes, also of what is in it
)

type part struct {
	name, kind string
	data       []byte
}

// ReadLetterhead reads an .odt or .ott file. One with macros, without the page "Standard" or
// with something unreadable is refused.
func ReadLetterhead(data []byte) (*Letterhead, error) {
	if len(data) > mostPacked {
		return nil, fmt.Errorf("larger than %d MiB", mostPacked>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	if len(z.File) > mostParts {
		return nil, fmt.Errorf("it has %d parts, want at most %d", len(z.File), mostParts)
	}
	l, left, kind := &Letterhead{}, int64(mostPacked), ""
	for _, f := range z.File {
		name := path.Clean(f.Name)
		if strings.HasPrefix(name, "Basic/") || strings.HasPrefix(name, "Scripts/") {
			return nil, fmt.Errorf("it has macros (%s); save it without", name)
		}
		if name != "mimetype" && name != "styles.xml" && path.Dir(name) != "Pictures" {
			continue
		}
		text, err := unpack(f, left)
		if left -= int64(len(text)); err != nil || left <= 0 {
			return nil, cmp.Or(err, fmt.Errorf("%s: unpacked it is larger than %d MiB", name, mostPacked>>20))
		}
		switch name {
		case "mimetype":
			kind = strings.TrimSpace(string(text))
		case "styles.xml":
			l.styles = string(text)
		default:
			l.extra = append(l.extra, part{name: name, kind: mediaType(name), data: text})
		}
	}
	if kind != mime && kind != mime+"-template" {
		return nil, fmt.Errorf("it is %q, want a text document or template (.odt, .ott)", kind)
	}
	return l, l.complete()
}

func unpack(f *zip.File, most int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, most))
}

func mediaType(name string) string {
	return map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}[strings.ToLower(path.Ext(name))]
}

// ours are the paragraphs that our documents name, and what they rest on in a house's design.
var ours = []struct{ name, parent, own string }{
	{"H1", "Heading_20_1", ""}, {"H2", "Heading_20_2", ""}, {"H3", "Heading_20_3", ""}, {"P", "Text_20_body", ""}, {"PC", "Standard", ""},
	{"PH", "Standard", `<style:text-properties fo:font-weight="bold"/>`},
}

// complete checks the styles and adds what our documents name and they lack.
func (l *Letterhead) complete() error {
	names, err := styleNames(l.styles)
	if err != nil {
		return fmt.Errorf("styles.xml: %w", err)
	}
	end := strings.LastIndex(l.styles, "</office:styles>")
	if end < 0 || !names["master Standard"] {
		return errors.New("styles.xml has no page style named Standard, want one of an office program")
	}
	var add strings.Builder
	for _, s := range ours {
		if names["paragraph "+s.name] {
			continue
		}
		parent := ""
		if names["paragraph "+s.parent] {
			parent = ` style:parent-style-name="` + s.parent + `"`
		}
		fmt.Fprintf(&add, `<style:style style:name="%s" style:family="paragraph"%s>%s</style:style>`, s.name, parent, s.own)
	}
	l.styles = l.styles[:end] + add.String() + l.styles[end:]
	return nil
}

// styleNames reads which styles there are that a text can name: "paragraph H1" is one of family
// and name, since a table and a paragraph may be called the same; a page is "master " and its
// name. Automatic styles of this part are those of head and
// foot alone.
// Prefixes have to be the usual ones, since we write with them.
func styleNames(text string) (map[string]bool, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	names := map[string]bool{}
	for within := []string(nil); ; {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if within = append(within, t.Name.Space+":"+t.Name.Local); len(within) > 100 {
				return nil, errors.New("too deep")
			}
			note(names, t, slices.Contains(within, "office:styles"))
		case xml.EndElement:
			within = within[:max(0, len(within)-1)]
		case xml.Directive: // a DOCTYPE could say what entities mean
			return nil, errors.New("a directive")
		}
	}
}

// note notes the name of a page, and of a style where those stand that a text can name.
func note(names map[string]bool, t xml.StartElement, common bool) {
	said := map[string]string{}
	for _, a := range t.Attr {
		if a.Name.Space == "style" {
			said[a.Name.Local] = a.Value
		}
	}
	switch {
	case said["name"] == "":
	case t.Name.Local == "master-page":
		names["master "+said["name"]] = true
	case t.Name.Local == "style" && common:
		names[said["family"]+" "+said["name"]] = true
	}
}

// pictures are what a design brings along; none of our own.
func (l *Letterhead) pictures() []part {
	if l == nil {
		return nil
	}
	return l.extra
}

// Letterheads are those of organisations, by id; that of "default" is for all others.
type Letterheads map[string]*Letterhead

// ReadLetterheads reads all .odt and .ott files of a folder; a file is named after the
// organisation.
func ReadLetterheads(folder string) (Letterheads, error) {
	all := Letterheads{}
	for _, kind := range []string{"*.odt", "*.ott"} {
		files, err := filepath.Glob(filepath.Join(folder, kind))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			l, err := ReadLetterhead(data)
			if err != nil {
				return nil, fmt.Errorf("letterhead %s: %w", filepath.Base(f), err)
			}
			all[strings.TrimSuffix(filepath.Base(f), filepath.Ext(f))] = l
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("letterheads: no .odt or .ott file in %s", folder)
	}
	return all, nil
}

type key struct{}

// With offers letterheads to the documents of a request.
func (all Letterheads) With(ctx context.Context) context.Context {
	return context.WithValue(ctx, key{}, all)
}

// Dress gives a document the letterhead of the organisation that the viewer acts for, where
// there is one.
func (d *Document) Dress(ctx context.Context) *Document {
	all, _ := ctx.Value(key{}).(Letterheads)
	if d.head = all[string(door.From(ctx).Org)]; d.head == nil {
		d.head = all["default"]
	}
	return d
}
