// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"encoding/xml"
	"strings"
	"unicode/utf8"
)

// wanted is what the message to a stranger's file asks for.
const wanted = "CycloneDX 1.2–1.7 (JSON, XML), SPDX 2.2–2.3 (JSON, tag-value, YAML, RDF, XML) or SPDX 3.0 (JSON-LD)"

// A kind is one way to write down a bill of materials.
type kind struct {
	read func(data []byte, lim Limits) (*Document, error)

	// most bounds the bytes of a format that is read as a whole tree; 0 does not.
	most int64
}

var (
	cyclonedxJSON = kind{read: readCycloneDXJSON}
	cyclonedxXML  = kind{read: readCycloneDXXML, most: 32 << 20}
	spdxJSON      = kind{read: readSPDXJSON}
	spdx3JSON     = kind{read: readSPDX3}
	spdxTagValue  = kind{read: readSPDXTagValue}
	spdxYAML      = kind{read: readSPDXYAML, most: 4 << 20}
	spdxRDF       = kind{read: readSPDXRDF, most: 16 << 20}
	spdxXML       = kind{read: readSPDXXML, most: 16 << 20}
)

// detect finds the kind by content.
func detect(data []byte) (kind, error) {
	text := bytes.TrimLeft(data, " \t\r\n")
	if len(text) == 0 {
		return kind{}, &Problem{Code: "bom.empty"}
	}
	if what := binaryName(text); what != "" {
		if what == "ZIP" {
			return kind{}, &Problem{Code: "bom.zip"}
		}
		return kind{}, &Problem{Code: "bom.not_text", Got: what}
	}
	switch text[0] {
	case '{', '[':
		return detectJSON(data, true)
	case '<':
		return detectXML(data)
	}
	return detectText(data)
}

// binaryName names the files people upload by mistake.
func binaryName(text []byte) string {
	for magic, name := range map[string]string{
		"PK\x03\x04": "ZIP", "\x1f\x8b": "gzip", "%PDF": "PDF", "\x28\xb5\x2f\xfd": "zstd", "\x7fELF": "ELF",
	} {
		if bytes.HasPrefix(text, []byte(magic)) {
			return name
		}
	}
	head := text[:min(len(text), 512)]
	if bytes.IndexByte(head, 0) >= 0 {
		return "binary"
	}
	return ""
}

// detectJSON looks at the members of the outermost object until one tells.
func detectJSON(data []byte, outermost bool) (kind, error) {
	s := newScanner(data, Limits{Depth: Defaults.Depth})
	if s.dec.PeekKind() != '{' {
		s.skip()
		return kind{}, s.problemOr(unknownFormat("[ … ]"))
	}
	first := ""
	for name := range s.members {
		if first == "" {
			first = clip(string(name), 40)
		}
		if found := jsonKind(string(name)); found.read != nil {
			return found, nil
		}
		wrapped, at := outermost && string(name) == "sbom", s.offset()
		if s.skip(); wrapped && s.err == nil && data[at] == '{' {
			return unwrapped(at, s.dec.InputOffset()), nil
		}
	}
	return kind{}, s.problemOr(unknownFormat(`{ "` + first + `" … }`))
}

// unwrapped reads {"sbom": {…}}, as GitHub's API hands out its SPDX documents.
// What surrounds the document is blanked, so that lines and columns stay.
func unwrapped(from, to int64) kind {
	return kind{read: func(data []byte, lim Limits) (*Document, error) {
		inner := blank(data[:to], int(from))
		found, err := detectJSON(inner, false)
		if err != nil {
			return nil, err
		}
		return found.read(inner, lim)
	}}
}

func jsonKind(member string) kind {
	switch member {
	case "bomFormat", "specVersion":
		return cyclonedxJSON
	case "spdxVersion", "SPDXID":
		return spdxJSON
	case "@graph", "@context":
		return spdx3JSON
	}
	return kind{}
}

func unknownFormat(got string) *Problem {
	return &Problem{Code: "bom.format_unknown", Got: got, Want: wanted}
}

// detectXML looks at the root element.
func detectXML(data []byte) (kind, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.RawToken()
		if err != nil {
			return kind{}, xmlProblem(err).at(d.InputPos())
		}
		root, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch root.Name.Local {
		case "bom":
			return cyclonedxXML, nil
		case "RDF":
			return spdxRDF, nil
		case "Document":
			return spdxXML, nil
		}
		return kind{}, unknownFormat("<" + clip(root.Name.Local, 40) + ">")
	}
}

// maxHead is how far into a text the version of SPDX is looked for.
const maxHead = 1 << 20

// detectText tells SPDX in YAML and tag-value apart: both have "SPDXID:", but
// only one spells the version with a small letter.
func detectText(data []byte) (kind, error) {
	if !utf8.Valid(data) {
		return kind{}, &Problem{Code: "bom.encoding", Got: "UTF-8"}
	}
	for line := range bytes.Lines(data[:min(len(data), maxHead)]) {
		name, _, found := strings.Cut(string(line[:min(len(line), 80)]), ":")
		switch strings.Trim(name, "\"' \t\r\n") {
		case "SPDXVersion":
			return spdxTagValue, nil
		case "spdxVersion":
			if found {
				return spdxYAML, nil
			}
		}
	}
	first, _, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	return kind{}, unknownFormat(`"` + clip(strings.TrimSpace(string(first)), 40) + `"`)
}

// clip cuts s to n bytes for a message, never inside a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(s[:n], "\uFFFD") + "…"
}
