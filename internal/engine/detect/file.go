// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"allmende/internal/engine/spdx"
)

// How a licence was found.
const (
	Tag      = "tag"      // SPDX-License-Identifier in the file
	Text     = "text"     // the text of a licence, word for word
	Notice   = "notice"   // a customary notice or reference
	Changed  = "changed"  // a text like that of a licence, with other words
	Extra    = "extra"    // words that follow a text and may be a further condition
	Beside   = "beside"   // the file's .license, REUSE.toml or .reuse/dep5
	Manifest = "manifest" // a package manifest declares it
)

// Bounds of what is looked at. A header is where tags and notices stand; the whole is read of
// manifests and of files that are named like licences.
const (
	HeaderBytes = 16 << 10
	WholeBytes  = 1 << 20
	mostFound   = 50 // findings of one file
	mostLine    = 500
)

// A Finding is a licence found in a file, or said of it.
type Finding struct {
	Kind    string   `json:"kind"`
	Licence string   `json:"licence"`           // as an SPDX expression; as it stands where it could not be read
	Certain bool     `json:"certain"`           // it is an expression of listed ids or LicenseRefs
	Line    int      `json:"line,omitempty"`    // from 1
	Percent int      `json:"percent,omitempty"` // how much of the text is the licence's, where it was changed
	Changes []string `json:"changes,omitempty"` // the first words that differ, as "wanted → got"
	From    string   `json:"from,omitempty"`    // the file that says so, where it is another one
}

// A File is what was found in one.
type File struct {
	Path      string    `json:"path"`
	Size      int64     `json:"size"`
	SHA1      string    `json:"sha1,omitempty"` // by whoever read it
	Findings  []Finding `json:"findings,omitempty"`
	Copyright []string  `json:"copyright,omitempty"`
	Note      string    `json:"note,omitempty"` // why it was not looked at: "large", "binary", "archive", "link", "unreadable"

	Package *Package `json:"package,omitempty"` // of a manifest
	rules   []annotation
	left    stint // out of the rules, for there are too many
}

// Licences are the distinct licences of its findings, but for changed texts and what follows one.
func (f File) Licences() (out []string) {
	for _, x := range f.Findings {
		if x.Kind != Changed && x.Kind != Extra && !slices.Contains(out, x.Licence) {
			out = append(out, x.Licence)
		}
	}
	return out
}

// Whole reports whether all of a file is wanted, rather than its header.
func Whole(name string) bool { return Named(name) || manifestOf(name) != nil || rulesOf(name) != nil }

// names are how files with the text of a licence begin, in capitals.
var names = []string{"LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "UNLICENSE", "NOTICE", "LIZENZ", "EUPL", "GPL-", "LGPL-", "AGPL-", "MIT-LICENSE", "PATENTS", "LEGAL"}

// Named reports whether a file is named like the text of a licence, or lies in LICENSES/.
func Named(name string) bool {
	base := strings.ToUpper(path.Base(name))
	if path.Base(path.Dir(name)) == "LICENSES" {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".go", ".py", ".js", ".ts", ".java", ".c", ".h", ".html", ".css", ".png", ".svg", ".json", ".xml", ".yml", ".yaml":
		return false // license.go is about licences, and none
	case ".license":
		return false // says of another file what applies to it
	}
	return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(base, n) })
}

// Read looks into a file. data is its beginning, or all of it where [Whole] says so.
func Read(name string, size int64, data []byte) File {
	f := File{Path: name, Size: size}
	head := data[:min(len(data), HeaderBytes)]
	if binary(head) {
		f.Note = "binary"
		return f
	}
	f.tags(head)
	switch {
	case Named(name):
		f.texts(data)
	case manifestOf(name) != nil:
		f.manifest(data)
	case rulesOf(name) != nil:
		f.rules, f.left = rulesOf(name)(name, data)
	case !f.has(Tag) && speaks(head):
		f.notices(head)
	}
	if len(f.Findings) > mostFound {
		f.Findings = f.Findings[:mostFound]
	}
	return f
}

func (f *File) has(kind string) bool {
	return slices.ContainsFunc(f.Findings, func(x Finding) bool { return x.Kind == kind })
}

func (f *File) add(x Finding) {
	if !slices.ContainsFunc(f.Findings, func(y Finding) bool { return y.Kind == x.Kind && y.Licence == x.Licence }) {
		f.Findings = append(f.Findings, x)
	}
}

// said is what stands in a field for a licence, as a finding.
func said(kind, text string, line int) Finding {
	r := spdx.Normalise(text)
	if r.Definite() {
		return Finding{Kind: kind, Licence: r.Expr.String(), Certain: r.Certainty == spdx.Exact, Line: line}
	}
	return Finding{Kind: kind, Licence: short(strings.TrimSpace(text)), Line: line}
}

// binary reports whether data is no text: a zero byte, or mostly no UTF-8.
func binary(head []byte) bool {
	return bytes.IndexByte(head, 0) >= 0
}

func short(s string) string {
	if len(s) > mostLine {
		s = s[:mostLine]
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
}
