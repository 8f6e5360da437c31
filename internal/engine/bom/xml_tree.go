// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"encoding/xml"
	"io"
)

// A node is an XML element with all that is in it.
type node struct {
	name     xml.Name
	attrs    []xml.Attr
	text     []byte // the character data directly inside
	children []*node
	offset   int64
}

// readTree reads a whole XML document, no deeper than the limit says.
func readTree(data []byte, lim Limits) (*node, error) {
	if err := checkDoctype(data); err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	top := &node{}
	open, count := []*node{top}, 0
	for {
		t, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, xmlProblem(err).at(d.InputPos())
		}
		here := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			count++
			if err := xmlLimits(d, lim, len(open), 0, count); err != nil {
				return nil, err
			}
			child := &node{name: t.Name, attrs: t.Attr, offset: d.InputOffset()}
			here.children = append(here.children, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			here.addText(t)
		}
	}
	if len(top.children) == 0 {
		return nil, &Problem{Code: "bom.truncated"}
	}
	return top.children[0], nil
}

// addText keeps character data, but not the blanks between elements.
func (n *node) addText(t xml.CharData) {
	if len(n.text) > 0 || len(bytes.TrimSpace(t)) > 0 {
		n.text = append(n.text, t...)
	}
}

// plainText gives the character data without the blanks around it.
func (n *node) plainText() string { return string(bytes.TrimSpace(n.text)) }

// attr gives an attribute by its local name.
func (n *node) attr(local string) string {
	for _, a := range n.attrs {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// child gives the first child of that name, nil when there is none.
func (n *node) child(local string) *node {
	for _, c := range n.children {
		if c.name.Local == local {
			return c
		}
	}
	return nil
}

// value gives the trimmed text of the first child of that name.
func (n *node) value(local string) string {
	if c := n.child(local); c != nil {
		return c.plainText()
	}
	return ""
}
