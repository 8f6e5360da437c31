// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"errors"
	"testing"
)

// FuzzRead holds every reader to its word: a document or a Problem with a
// sentence, indexes that exist, trees that end.
func FuzzRead(f *testing.F) {
	for _, name := range []string{
		"antrag.cdx.json", "antrag.cdx.xml", "antrag.spdx.json", "antrag.spdx", "antrag.spdx.yaml", "antrag.spdx.rdf",
		"antrag.spdx.xml", "antrag.spdx3.json",
	} {
		f.Add(fixture(f, name))
	}
	for _, s := range []string{
		cdx + `"components":[{"name":"a","name":"b"}],"dependencies":[{"ref":"a","dependsOn":["a",1]}]}`,
		`{"sbom":{"spdxVersion":"SPDX-2.3","packages":[null]}}`,
		`<?xml version="1.0" encoding="ISO-8859-1"?><bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1"/>`,
		"spdxVersion: SPDX-2.2\nrelationships: [null]\n", "SPDXVersion: SPDX-2.1\nPackageName: <text>a\nb</text>",
		"\xff\xfe{\x00}\x00", `{"@context":"https://spdx.org/rdf/3.0.1/x","@graph":[{"type":"SpdxDocument","rootElement":{"type":"software_Package"}}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Read(data, Limits{Bytes: 1 << 20, Components: 1000, Depth: 50, Warnings: 20})
		if err != nil {
			checkProblem(t, err)
			return
		}
		checkDocument(t, doc)
		if _, err := CheckSchema(data); err != nil {
			checkProblem(t, err)
		}
	})
}

func checkProblem(t *testing.T, err error) {
	var p *Problem
	if !errors.As(err, &p) || Codes[p.Code] == "" || len(p.Error()) > 2000 {
		t.Fatalf("no fit refusal: %v", err)
	}
}

func checkDocument(t *testing.T, doc *Document) {
	n := int32(len(doc.Components))
	if doc.Root < -1 || doc.Root >= int(n) || len(doc.Edges) != int(n) || doc.WarningTotal < len(doc.Warnings) {
		t.Fatalf("root %d, %d components, %d edge lists", doc.Root, n, len(doc.Edges))
	}
	for i, parent := range doc.Tree() {
		if parent < -2 || parent >= n || doc.Components[i].Parent >= int32(i) {
			t.Fatalf("component %d has the parent %d and lies in %d", i, parent, doc.Components[i].Parent)
		}
		for _, to := range doc.Edges[i] {
			if to < 0 || to >= n || to == int32(i) {
				t.Fatalf("component %d depends on %d", i, to)
			}
		}
		if i < 20 && len(doc.Path(i)) == 0 {
			t.Fatalf("component %d has no path", i)
		}
		doc.Components[i].Key()
	}
	for _, w := range doc.Warnings {
		if Codes[w.Code] == "" || len(w.String()) > 3000 {
			t.Fatalf("no fit warning: %v", w)
		}
	}
}
