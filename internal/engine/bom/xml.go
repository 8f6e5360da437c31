// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// checkDoctype refuses documents that declare entities: expanding them is how
// a small file becomes a huge one. Nothing of the kind is in a bill of materials.
func checkDoctype(data []byte) error {
	for _, word := range []string{"<!DOCTYPE", "<!ENTITY"} {
		at := bytes.Index(data, []byte(word))
		if at < 0 || inComment(data[:at]) {
			continue
		}
		return (&Problem{Code: "bom.doctype", Got: word}).at(locate(data, int64(at)))
	}
	return nil
}

// inComment tells whether the last <!-- or <![CDATA[ is still open.
func inComment(before []byte) bool {
	return bytes.LastIndex(before, []byte("<!--")) > bytes.LastIndex(before, []byte("-->")) ||
		bytes.LastIndex(before, []byte("<![CDATA[")) > bytes.LastIndex(before, []byte("]]>"))
}

var xmlDeclaration = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']*)["'][^>]*\?>`)

// plainXML gives the document in UTF-8 without a declaration that says
// otherwise. Lines and columns stay where they are.
func plainXML(data []byte) ([]byte, error) {
	found := xmlDeclaration.FindSubmatchIndex(data[:min(len(data), 512)])
	if found == nil {
		return data, nil
	}
	label := strings.ToLower(string(data[found[2]:found[3]]))
	switch label {
	case "utf-8", "utf8":
		return data, nil
	case "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii":
		return blank(data, found[1]), nil
	case "iso-8859-1", "latin1", "windows-1252":
		return blank(fromLatin1(data), found[1]), nil
	}
	return nil, &Problem{Code: "bom.encoding", Got: "UTF-8, UTF-16", Path: clip(label, 40)}
}

// blank overwrites the first n bytes with blanks, except line ends.
func blank(data []byte, n int) []byte {
	data = bytes.Clone(data)
	for i := range n {
		if data[i] != '\n' {
			data[i] = ' '
		}
	}
	return data
}

func fromLatin1(data []byte) []byte {
	out := make([]byte, 0, len(data)+len(data)/16)
	for _, c := range data {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

// checkXML walks through the document once, before a library builds a tree of
// it: it must be well-formed, not too deep, and not have too many components.
// It gives the name of the root element.
func checkXML(data []byte, lim Limits, counted string) (root xml.Name, err error) {
	if err := checkDoctype(data); err != nil {
		return root, err
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	components, elements := 0, 0
	for depth := 0; ; {
		t, err := d.Token()
		if err == io.EOF {
			return root, rootMissing(root)
		}
		if err != nil {
			return root, xmlProblem(err).at(d.InputPos())
		}
		switch t := t.(type) {
		case xml.StartElement:
			if root.Local == "" {
				root = t.Name
			}
			if t.Name.Local == counted {
				components++
			}
			depth++
			elements++
			if err := xmlLimits(d, lim, depth, components, elements); err != nil {
				return root, err
			}
		case xml.EndElement:
			depth--
		}
	}
}

func rootMissing(root xml.Name) error {
	if root.Local == "" {
		return &Problem{Code: "bom.truncated"}
	}
	return nil
}

// maxElements bounds the elements of a document that is read as a tree.
const maxElements = 1_000_000

func xmlLimits(d *xml.Decoder, lim Limits, depth, components, elements int) error {
	p := &Problem{}
	switch {
	case depth > lim.Depth:
		p.Code, p.Want = "bom.too_deep", itoa(lim.Depth)
	case components > lim.Components:
		p.Code, p.Want = "bom.too_many_components", itoa(lim.Components)
	case elements > maxElements:
		p.Code, p.Want = "bom.too_many_elements", itoa(maxElements)
	default:
		return nil
	}
	return p.at(d.InputPos())
}

// xmlProblem says why it is no XML.
func xmlProblem(err error) *Problem {
	p := &Problem{Code: "bom.xml_invalid", Got: clip(err.Error(), 200), Want: "XML"}
	var e *xml.SyntaxError
	if errors.As(err, &e) {
		p.Got = clip(e.Msg, 200)
	}
	switch {
	case errors.Is(err, io.EOF), strings.Contains(p.Got, "unexpected EOF"):
		p.Code, p.Got = "bom.truncated", ""
	case strings.Contains(p.Got, "invalid UTF-8"):
		p.Code, p.Got = "bom.encoding", "UTF-8"
	}
	return p
}
