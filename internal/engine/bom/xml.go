// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// checkDoctype refuses documents that declare entities: expanding them is how
// a small file becomes a huge one. Nothing of the kind is in a bill of materials.
func checkDoctype(data []byte) error {
	for _, word := range []string{"<!DOCTYPE", "<!ENTITY", "<!doctype"} {
		if at := bytes.Index(data, []byte(word)); at >= 0 && !inComment(data, at) {
			p := &Problem{Code: "bom.doctype", Got: word}
			p.Line, p.Column = locate(data, int64(at))
			return p
		}
	}
	return nil
}

// inComment tells whether the last <!-- or <![CDATA[ before at is still open.
func inComment(data []byte, at int) bool {
	before := data[:at]
	return bytes.LastIndex(before, []byte("<!--")) > bytes.LastIndex(before, []byte("-->")) ||
		bytes.LastIndex(before, []byte("<![CDATA[")) > bytes.LastIndex(before, []byte("]]>"))
}

// charset lets documents pass that were UTF-16 before they were converted.
func charset(label string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii":
		return input, nil
	case "iso-8859-1", "latin1":
		return latin1(input)
	}
	return nil, errors.New("unknown character set " + clip(label, 40))
}

// latin1 turns ISO 8859-1 into UTF-8.
func latin1(input io.Reader) (io.Reader, error) {
	data, err := io.ReadAll(input)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, c := range data {
		b.WriteRune(rune(c))
	}
	return strings.NewReader(b.String()), nil
}

// xmlProblem says where the XML broke.
func xmlProblem(err error) *Problem {
	p := &Problem{Code: "bom.xml_invalid", Got: clip(err.Error(), 200), Want: "XML"}
	var e *xml.SyntaxError
	if errors.As(err, &e) {
		p.Line, p.Got = e.Line, clip(e.Msg, 200)
	}
	if errors.Is(err, io.EOF) || strings.Contains(p.Got, "unexpected EOF") {
		p.Code, p.Got = "bom.truncated", ""
	}
	return p
}
