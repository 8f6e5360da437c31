// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "encoding/json"

// spdxLists are the elements of SPDX in XML that may be repeated: in JSON they
// are lists. The schema of the two is the same otherwise.
var spdxLists = map[string]bool{
	"creators": true, "documentDescribes": true, "packages": true, "files": true, "snippets": true,
	"relationships": true, "checksums": true, "externalRefs": true,
}

// readSPDXXML reads SPDX 2 in XML, the form that mirrors the JSON, by turning
// it into JSON. Places in messages are paths only.
func readSPDXXML(data []byte, lim Limits) (*Document, error) {
	root, err := readTree(data, lim)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(root.members())
	if err != nil {
		return nil, xmlProblem(err)
	}
	doc, err := readSPDXJSON(text, lim)
	if err != nil {
		return nil, err.(*Problem).at(0, 0)
	}
	doc.Encoding = "xml"
	for i := range doc.Warnings {
		doc.Warnings[i].Line, doc.Warnings[i].Column = 0, 0
	}
	return doc, nil
}

// members gives the children as the members of an object.
func (n *node) members() map[string]any {
	object := make(map[string]any, len(n.children))
	for _, c := range n.children {
		name := c.name.Local
		var value any = c.plainText()
		if len(c.children) > 0 {
			value = c.members()
		}
		if spdxLists[name] {
			list, _ := object[name].([]any)
			value = append(list, value)
		}
		object[name] = value
	}
	return object
}
