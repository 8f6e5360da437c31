// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package filetype

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"slices"
	"strings"
)

// How far an archive is looked into.
const (
	mostParts  = 10_000
	mostRead   = 128 << 20 // bytes unpacked in all, for what is packed in what is packed
	mostSpread = 200       // unpacked size by packed size, beyond
	freeSpread = 64 << 20  // which is never held against anybody
	mostDeep   = 3
	headBytes  = 512
)

// zip looks at what is packed, and says which office document it is, if one.
func (l *looker) zip(data []byte, depth int) Finding {
	f := Finding{Media: "application/zip"}
	if depth >= mostDeep {
		f.Problem = Nested
		return f
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		f.Problem = Broken
		return f
	}
	if bomb(r.File, len(data)) {
		f.Problem = Bomb
		return f
	}
	f.Media = packed(r)
	for _, part := range r.File {
		if p := l.part(f.Media, part, depth); p != "" {
			return Finding{f.Media, p, Clean(part.Name)}
		}
	}
	return f
}

// bomb reports whether an archive declares too much: too many parts, far more than it holds,
// or parts that lie on top of each other.
func bomb(parts []*zip.File, size int) bool {
	var in, out uint64
	for _, p := range parts {
		if p.UncompressedSize64 > 1<<40 || p.CompressedSize64 > uint64(size) {
			return true
		}
		in, out = in+p.CompressedSize64, out+p.UncompressedSize64
	}
	return len(parts) > mostParts || in > uint64(size) || out > freeSpread && out > mostSpread*uint64(size)
}

const openDocument = "application/vnd.oasis.opendocument."

// stated are the media types that a part "mimetype" may state of the whole: books, and the kinds of
// OpenDocument. Anything else that it says is believed by nobody.
var stated = func() []string {
	out := []string{"application/epub+zip"}
	for kind := range strings.FieldsSeq("text text-template text-master text-web spreadsheet spreadsheet-template presentation presentation-template graphics graphics-template chart chart-template formula formula-template image image-template base database") {
		out = append(out, openDocument+kind)
	}
	return out
}()

// ending is the record at the end of every zip (APPNOTE, section 4.3.16); whoever opens one looks for
// it within the longest comment, whatever the file begins with.
var ending = []byte("PK\x05\x06")

// ends reports whether a file ends as a zip does and can be opened as one.
func ends(data []byte) bool {
	tail := data[max(0, len(data)-22-65535):]
	if bytes.LastIndex(tail, ending) < 0 {
		return false
	}
	_, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	return err == nil
}

// packed is the media type of what is packed as a zip.
func packed(r *zip.Reader) string {
	dirs := map[string]bool{}
	for _, p := range r.File {
		if p.Name == "mimetype" {
			if head, err := l512(p); err == nil {
				if kind := strings.TrimSpace(string(head)); slices.Contains(stated, kind) {
					return kind
				}
			}
		}
		dir, _, _ := strings.Cut(p.Name, "/")
		dirs[dir] = true
	}
	const open = "application/vnd.openxmlformats-officedocument."
	switch {
	case dirs["[Content_Types].xml"] && dirs["word"]:
		return open + "wordprocessingml.document"
	case dirs["[Content_Types].xml"] && dirs["xl"]:
		return open + "spreadsheetml.sheet"
	case dirs["[Content_Types].xml"] && dirs["ppt"]:
		return open + "presentationml.presentation"
	}
	return "application/zip"
}

// part says what is wrong with one part; empty for nothing.
func (l *looker) part(media string, p *zip.File, depth int) string {
	name := strings.ToLower(strings.ReplaceAll(p.Name, `\`, "/"))
	switch {
	case p.Flags&1 != 0:
		return Locked
	case strings.HasSuffix(name, "/"):
		return ""
	case path.Base(name) == "vbaproject.bin", strings.HasPrefix(name, "xl/macrosheets/"):
		return Macros
	case strings.HasPrefix(media, openDocument) && (strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/")):
		return Macros
	case name == "meta-inf/manifest.mf" && media == "application/zip", strings.HasSuffix(name, ".class"), name == "androidmanifest.xml":
		return Program
	}
	data, err := l512(p)
	if err != nil {
		return Broken
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, oleHead) {
		if data, err = l.whole(p); err != nil {
			return Broken
		}
		if data == nil {
			return Bomb
		}
	}
	if media != "application/zip" && !bytes.HasPrefix(data, []byte("PK\x03\x04")) && !bytes.HasPrefix(data, oleHead) {
		return program(data) // the parts of a document bear names of their own: .bin, .rels
	}
	return l.look(path.Base(name), data, depth+1).Problem
}

// program is the problem of what runs by itself; other beginnings are none inside a document.
func program(head []byte) string {
	for _, m := range magic {
		if m.problem == Program && strings.HasPrefix(string(head), m.begin) {
			return Program
		}
	}
	return ""
}

// l512 is the beginning of a part.
func l512(p *zip.File) ([]byte, error) {
	r, err := p.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, headBytes))
}

// whole unpacks a part, as far as the budget goes; nil where it does not.
func (l *looker) whole(p *zip.File) ([]byte, error) {
	r, err := p.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, l.budget+1))
	if int64(len(data)) > l.budget {
		return nil, nil
	}
	l.budget -= int64(len(data))
	return data, err
}
