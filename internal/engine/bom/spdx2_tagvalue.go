// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A tagReader reads SPDX 2 in tag-value form: "Tag: value" line by line, where
// a value may be <text>…</text> over several lines (SPDX 2.3, annex G). It is
// our own, because the general library refuses documents with snippets inside
// a package section, among them the specification's own example.
type tagReader struct {
	spdx2
	pack      *Component // the package section we are in
	packAt    int64
	packages  int
	relations int
}

// readSPDXTagValue reads SPDX 2.0–2.3 in tag-value form.
func readSPDXTagValue(data []byte, lim Limits) (*Document, error) {
	if !utf8.Valid(data) {
		return nil, &Problem{Code: "bom.encoding", Got: "UTF-8"}
	}
	r := &tagReader{spdx2: newSPDX2(newBuilder(data, lim), "tag-value")}
	for at := 0; at < len(data) && r.err == nil; {
		tag, value, next, err := nextTag(data, at)
		if err != nil {
			return nil, err
		}
		if tag != "" {
			r.take(tag, value, int64(at))
		}
		at = next
	}
	r.closePackage()
	return r.finishSPDX2()
}

// nextTag reads the line at an offset, or the lines up to </text>; tag is empty
// for blank lines and comments.
func nextTag(data []byte, at int) (tag, value string, next int, err error) {
	end := len(data)
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		end = at + i
	}
	line := strings.TrimSpace(string(data[at:end]))
	if line == "" || line[0] == '#' {
		return "", "", end + 1, nil
	}
	tag, value, found := strings.Cut(line, ":")
	if !found || strings.ContainsAny(tag, " \t<") {
		p := &Problem{Code: "bom.tagvalue_invalid", Got: clip(line, 80), Want: "Tag: value"}
		return "", "", 0, p.at(locate(data, int64(at)))
	}
	value = strings.TrimSpace(value)
	if !strings.HasPrefix(value, "<text>") {
		return tag, value, end + 1, nil
	}
	return longText(data, at, tag)
}

// longText reads a value that is enclosed in <text> and </text>.
func longText(data []byte, at int, tag string) (string, string, int, error) {
	start := at + bytes.Index(data[at:], []byte("<text>")) + len("<text>")
	length := bytes.Index(data[start:], []byte("</text>"))
	if length < 0 {
		return "", "", 0, (&Problem{Code: "bom.truncated", Path: tag}).at(locate(data, int64(at)))
	}
	next := start + length + len("</text>")
	if i := bytes.IndexByte(data[next:], '\n'); i >= 0 {
		next += i + 1
	} else {
		next = len(data)
	}
	return tag, string(data[start : start+length]), next, nil
}

// take sorts one tag.
func (r *tagReader) take(tag, value string, at int64) {
	text := func() string { return r.text(value, tag) }
	switch tag {
	case "SPDXVersion":
		if p := r.version(value, tag); p != nil {
			r.stop(p.at(locate(r.data, at)))
		}
	case "DocumentName":
		r.doc.Name = text()
	case "DocumentNamespace":
		r.doc.Serial = text()
	case "Created":
		r.doc.Created = r.time(text(), tag, at)
	case "Creator":
		r.creator(text())
	case "SPDXID":
		r.takeID(text())
	case "Relationship":
		r.takeRelationship(value)
	case "PackageName":
		r.closePackage()
		r.pack, r.packAt = &Component{Name: text()}, at
	case "FileName", "LicenseID", "SnippetSPDXID", "SnippetSPDXIdentifier":
		if strings.HasPrefix(tag, "Snippet") {
			r.define(text(), notPackage)
		}
		r.closePackage()
	default:
		if r.pack != nil {
			r.takeField(tag, text())
		}
	}
}

// takeID takes the identifier of the section we are in.
func (r *tagReader) takeID(id string) {
	if r.pack != nil && r.pack.Ref == "" {
		r.pack.Ref = id
		return
	}
	r.define(id, notPackage)
}

// takeField takes a tag of a package section.
func (r *tagReader) takeField(tag, value string) {
	c := r.pack
	switch tag {
	case "PackageVersion":
		c.Version = value
	case "PackageSupplier":
		_, c.Supplier = spdxActor(value)
	case "PackageOriginator":
		if c.Supplier == "" {
			_, c.Supplier = spdxActor(value)
		}
	case "PackageLicenseDeclared":
		c.Declared = licence(value)
	case "PackageLicenseConcluded":
		c.Concluded = licence(value)
	case "PackageDownloadLocation":
		c.Location = stated(value)
	case "PackageCopyrightText":
		c.Copyright = stated(value)
	case "PrimaryPackagePurpose":
		c.Type = purpose(value)
	case "PackageChecksum":
		if alg, sum, found := strings.Cut(value, ":"); found {
			c.Hashes = append(c.Hashes, Hash{Alg: hashName(strings.TrimSpace(alg)), Value: strings.TrimSpace(sum)})
		}
	case "ExternalRef":
		if words := strings.Fields(value); len(words) >= 3 {
			reference(c, words[1], strings.Join(words[2:], " "))
		}
	}
}

// takeRelationship takes "SPDXRef-A DEPENDS_ON SPDXRef-B".
func (r *tagReader) takeRelationship(value string) {
	entry := r.relations
	r.relations++
	words := strings.Fields(value)
	if len(words) < 3 {
		return
	}
	r.relationship(r.element(words[0]), words[1], r.element(words[2]), entry)
}

// closePackage takes the package whose section ends here.
func (r *tagReader) closePackage() {
	if r.pack == nil {
		return
	}
	c, index := *r.pack, r.packages
	r.pack = nil
	r.packages++
	r.addPackage(c, func() string { return "Package[" + itoa(index+1) + "]" }, r.packAt)
}
