// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bomwrite

import (
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/spdx"
)

type cdxDocument struct {
	Schema       string           `json:"$schema"`
	Format       string           `json:"bomFormat"`
	SpecVersion  string           `json:"specVersion"`
	Serial       string           `json:"serialNumber"`
	Version      int              `json:"version"`
	Metadata     cdxMetadata      `json:"metadata"`
	Components   []cdxComponent   `json:"components"`
	Dependencies []cdxDependency  `json:"dependencies,omitempty"`
	Compositions []cdxComposition `json:"compositions,omitempty"`
}

type cdxMetadata struct {
	Timestamp  string        `json:"timestamp"`
	Tools      cdxTools      `json:"tools"`
	Authors    []cdxParty    `json:"authors,omitempty"`
	Component  cdxComponent  `json:"component"`
	Properties []cdxProperty `json:"properties,omitempty"`
}

type cdxTools struct {
	Components []cdxComponent `json:"components"`
}

type cdxParty struct {
	Name string `json:"name"`
}

type cdxProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type cdxComponent struct {
	Ref        string         `json:"bom-ref,omitempty"`
	Type       string         `json:"type"`
	Group      string         `json:"group,omitempty"`
	Name       string         `json:"name"`
	Version    string         `json:"version,omitempty"`
	Scope      string         `json:"scope,omitempty"`
	Hashes     []cdxHash      `json:"hashes,omitempty"`
	Licenses   []cdxLicence   `json:"licenses,omitempty"`
	Copyright  string         `json:"copyright,omitempty"`
	CPE        string         `json:"cpe,omitempty"`
	PURL       string         `json:"purl,omitempty"`
	Supplier   *cdxParty      `json:"supplier,omitempty"`
	References []cdxReference `json:"externalReferences,omitempty"`
	Components []cdxComponent `json:"components,omitempty"`
	Properties []cdxProperty  `json:"properties,omitempty"`
}

type cdxReference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type cdxHash struct {
	Alg   string `json:"alg"`
	Value string `json:"content"`
}

type cdxLicence struct {
	License         *cdxLicenceName `json:"license,omitempty"`
	Expression      string          `json:"expression,omitempty"`
	Acknowledgement string          `json:"acknowledgement,omitempty"`
}

type cdxLicenceName struct {
	ID              string `json:"id,omitempty"`
	Name            string `json:"name,omitempty"`
	Acknowledgement string `json:"acknowledgement,omitempty"`
}

type cdxDependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

type cdxComposition struct {
	Aggregate string `json:"aggregate"`
}

// CycloneDX writes CycloneDX 1.6 in JSON.
func CycloneDX(d *bom.Document, a About) ([]byte, error) {
	w := cdxWriter{doc: d, root: product(d), refs: refsOf(d), inner: make([][]int, len(d.Components))}
	var top []int
	for i := range d.Components {
		if p := int(d.Components[i].Parent); p >= 0 && i != w.root {
			w.inner[p] = append(w.inner[p], i)
		} else if i != w.root {
			top = append(top, i)
		}
	}
	out := cdxDocument{Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", SpecVersion: "1.6", Serial: "urn:uuid:" + a.ID, Version: 1,
		Metadata: cdxMetadata{Timestamp: stamp(a.Made), Tools: cdxTools{[]cdxComponent{{Type: "application", Name: a.Tool, Version: a.Version}}},
			Component: cdxComponent{Ref: "product", Type: "application", Name: a.Name, Version: a.Release}},
		Components: []cdxComponent{}}
	if a.Author != "" {
		out.Metadata.Authors = []cdxParty{{a.Author}}
	}
	if a.Licences != "" {
		out.Metadata.Properties = []cdxProperty{{"allmende:licences", a.Licences}}
	}
	if w.root >= 0 {
		out.Metadata.Component = w.component(w.root)
	}
	for _, i := range top {
		out.Components = append(out.Components, w.component(i))
	}
	for i, to := range d.Edges {
		if len(to) > 0 {
			out.Dependencies = append(out.Dependencies, cdxDependency{w.refs[i], w.targets(to)})
		}
	}
	switch d.Complete {
	case bom.Complete:
		out.Compositions = []cdxComposition{{"complete"}}
	case bom.Incomplete:
		out.Compositions = []cdxComposition{{"incomplete"}}
	}
	return encode(out)
}

type cdxWriter struct {
	doc   *bom.Document
	root  int
	refs  []string
	inner [][]int // what is nested in each component
}

// refsOf keeps the references of the document read, and gives one to what had none or the same.
func refsOf(d *bom.Document) []string {
	out, seen := make([]string, len(d.Components)), map[string]bool{"": true, "product": true}
	for i := range d.Components {
		ref := d.Components[i].Ref
		for n := i; seen[ref]; n++ {
			ref = "component-" + strconv.Itoa(n)
		}
		out[i], seen[ref] = ref, true
	}
	return out
}

func (w cdxWriter) targets(to []int32) (out []string) {
	for _, t := range to {
		if ref := w.refs[t]; !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

var (
	cdxTypes = strings.Fields("application framework library container platform operating-system device device-driver firmware file machine-learning-model data cryptographic-asset")
	cdxAlgs  = map[string]int{"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128, "SHA3-256": 64, "SHA3-384": 96, "SHA3-512": 128,
		"BLAKE2b-256": 64, "BLAKE2b-384": 96, "BLAKE2b-512": 128, "BLAKE3": 64}
)

// component writes one with all that is nested in it; the reader bounds how deep that is.
func (w cdxWriter) component(i int) cdxComponent {
	c := &w.doc.Components[i]
	out := cdxComponent{Ref: w.refs[i], Type: "library", Group: c.Group, Name: c.Name, Version: c.Version, Copyright: c.Copyright, CPE: c.CPE, PURL: c.PURL}
	if slices.Contains(cdxTypes, c.Type) {
		out.Type = c.Type
	}
	if slices.Contains([]string{"required", "optional", "excluded"}, c.Scope) {
		out.Scope = c.Scope
	}
	if c.Supplier != "" {
		out.Supplier = &cdxParty{c.Supplier}
	}
	for _, h := range c.Hashes {
		if n := cdxAlgs[h.Alg]; n == len(h.Value) && hexadecimal(h.Value) {
			out.Hashes = append(out.Hashes, cdxHash(h))
		}
	}
	if address(c.Location) {
		out.References = []cdxReference{{"distribution", c.Location}}
	}
	out.Licenses, out.Properties = cdxLicences(c.Declared, c.Concluded)
	for _, n := range w.inner[i] {
		out.Components = append(out.Components, w.component(n))
	}
	return out
}

func hexadecimal(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// cdxLicences writes what is declared and concluded. The format takes either one expression or
// several licences by id or name; where both cannot stand there, the concluded one does, and the
// declared one becomes a property.
func cdxLicences(declared, concluded string) ([]cdxLicence, []cdxProperty) {
	ours, simple := cdxNames(concluded, "concluded")
	theirs, too := cdxNames(declared, "declared")
	switch {
	case declared == "" && concluded == "":
		return nil, nil
	case concluded == "" && !too:
		return []cdxLicence{{Expression: readLicence(declared).expr.String(), Acknowledgement: "declared"}}, nil
	case simple && too:
		return append(theirs, ours...), nil
	case declared == "":
		return []cdxLicence{{Expression: readLicence(concluded).expr.String(), Acknowledgement: "concluded"}}, nil
	}
	property := []cdxProperty{{"allmende:licence:declared", declared}}
	if simple {
		return ours, property
	}
	return []cdxLicence{{Expression: readLicence(concluded).expr.String(), Acknowledgement: "concluded"}}, property
}

// cdxNames writes a licence as ids and names, where it is one or several that all apply.
func cdxNames(text, said string) (out []cdxLicence, simple bool) {
	if text == "" {
		return nil, true
	}
	l := readLicence(text)
	if !l.ok {
		return []cdxLicence{{License: &cdxLicenceName{Name: text, Acknowledgement: said}}}, true
	}
	all := []spdx.Expr{l.expr}
	if l.expr.Op == spdx.And {
		all = l.expr.Args
	}
	for _, e := range all {
		if e.Op != spdx.Leaf || e.Licence.Exception != "" || e.Licence.Plus {
			return nil, false
		}
		one := &cdxLicenceName{Name: e.Licence.ID, Acknowledgement: said}
		if _, listed := spdx.Find(e.Licence.ID); listed {
			one = &cdxLicenceName{ID: e.Licence.ID, Acknowledgement: said}
		}
		out = append(out, cdxLicence{License: one})
	}
	return out, true
}
