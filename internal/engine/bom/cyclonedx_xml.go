// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"strings"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

const cyclonedxNamespace = "http://cyclonedx.org/schema/bom/"

// maxXMLComponents bounds what the library holds in memory: a component of its
// tree takes the room of ten of ours.
const maxXMLComponents = 100_000

// A cyclonedxXMLReader puts together what the library has read.
type cyclonedxXMLReader struct {
	*builder
	stated claims
}

// readCycloneDXXML reads CycloneDX 1.0–1.7 in XML.
func readCycloneDXXML(data []byte, lim Limits) (*Document, error) {
	lim.Components = min(lim.Components, maxXMLComponents)
	root, err := checkXML(data, lim, "component")
	if err != nil {
		return nil, err
	}
	version, found := strings.CutPrefix(root.Space, cyclonedxNamespace)
	if root.Space != "" && (!found || !knownVersion(version, cyclonedxVersions)) {
		return nil, &Problem{Code: "bom.version_unknown", Got: clip(root.Space, 80), Want: "1.0–1.7", Path: "/bom", Line: 1}
	}
	tree, err := decodeCycloneDX(data)
	if err != nil {
		return nil, err
	}
	r := &cyclonedxXMLReader{builder: newBuilder(data, lim)}
	r.doc.Format, r.doc.Encoding, r.doc.Version = CycloneDX, "xml", version
	if version == "" {
		r.warn("bom.format_missing", "/bom/@xmlns", -1, "xmlns", cyclonedxNamespace+"1.7")
	}
	return r.document(tree)
}

// decodeCycloneDX asks the library. What it refuses is not well-typed: a
// number that is none, for example.
func decodeCycloneDX(data []byte) (tree *cyclonedx.BOM, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			tree, err = nil, &Problem{Code: "bom.xml_invalid", Got: "the reader failed", Want: "CycloneDX"}
		}
	}()
	tree = new(cyclonedx.BOM)
	if err := cyclonedx.NewBOMDecoder(bytes.NewReader(data), cyclonedx.BOMFileFormatXML).Decode(tree); err != nil {
		return nil, xmlProblem(err)
	}
	return tree, nil
}

func (r *cyclonedxXMLReader) document(tree *cyclonedx.BOM) (*Document, error) {
	r.doc.Serial = r.text(tree.SerialNumber, "/bom/@serialNumber")
	if tree.Metadata != nil {
		r.metadata(tree.Metadata)
	}
	r.components(each(tree.Components), -1, "/bom/components")
	r.dependencies(each(tree.Dependencies))
	for _, c := range each(tree.Compositions) {
		var refs []int32
		for _, ref := range append(each(c.Assemblies), each(c.Dependencies)...) {
			refs = append(refs, r.symbol(strings.TrimSpace(string(ref))))
		}
		r.stated.add(string(c.Aggregate), refs)
	}
	if r.err != nil {
		return nil, r.err
	}
	r.doc.Complete = r.stated.sum(r.owner, r.doc.Root)
	return r.finish(func(e edge, ref string) {
		r.warn("bom.dangling_ref", "/bom/dependencies/dependency["+itoa(int(e.entry)+1)+"]", -1, clip(ref, 200))
	}), nil
}

// each gives the list behind a pointer that may be nil.
func each[T any](list *[]T) []T {
	if list == nil {
		return nil
	}
	return *list
}

func (r *cyclonedxXMLReader) metadata(m *cyclonedx.Metadata) {
	const path = "/bom/metadata"
	r.doc.Created = r.time(r.text(m.Timestamp, path), path+"/timestamp", -1)
	if m.Tools != nil {
		r.tools(m.Tools)
	}
	for _, a := range each(m.Authors) {
		if who := contact(a); who != "" {
			r.doc.Authors = append(r.doc.Authors, r.text(who, path+"/authors"))
		}
	}
	r.doc.Supplier = r.text(parties{entity(m.Supplier), entity(m.Manufacturer), entity(m.Manufacture)}.best(), path+"/supplier")
	if m.Component != nil {
		i := r.component(m.Component, -1, path+"/component")
		r.doc.Root, r.doc.roots = int(i), []int32{i}
		r.doc.Name = joined(r.doc.Components[i].Group, r.doc.Components[i].Name, "/")
	}
}

func (r *cyclonedxXMLReader) tools(t *cyclonedx.ToolsChoice) {
	add := func(name, version string) {
		if name != "" {
			r.doc.Tools = append(r.doc.Tools, r.text(joined(name, version, " "), "/bom/metadata/tools"))
		}
	}
	for _, tool := range each(t.Tools) {
		add(tool.Name, tool.Version)
	}
	for _, tool := range each(t.Components) {
		add(tool.Name, tool.Version)
	}
	for _, tool := range each(t.Services) {
		add(tool.Name, tool.Version)
	}
}

func contact(c cyclonedx.OrganizationalContact) string {
	if c.Name == "" {
		return c.Email
	}
	return c.Name
}

func entity(e *cyclonedx.OrganizationalEntity) string {
	if e == nil {
		return ""
	}
	return e.Name
}

func (r *cyclonedxXMLReader) components(list []cyclonedx.Component, parent int32, path string) {
	for i := range list {
		r.component(&list[i], parent, path+"/component["+itoa(i+1)+"]")
	}
}

// component takes one component with everything nested in it; checkXML has
// bounded how many there are and how deep they lie.
func (r *cyclonedxXMLReader) component(from *cyclonedx.Component, parent int32, path string) int32 {
	who := parties{entity(from.Supplier), entity(from.Manufacturer), from.Publisher}
	c := Component{
		Ref: r.text(from.BOMRef, path), Type: r.text(string(from.Type), path), Group: r.text(from.Group, path),
		Name: r.text(from.Name, path), Version: r.text(from.Version, path), PURL: r.text(from.PackageURL, path),
		CPE: r.text(from.CPE, path), Supplier: r.text(who.best(), path), Copyright: r.text(from.Copyright, path),
		Scope: r.text(string(from.Scope), path), Parent: parent,
	}
	for _, h := range each(from.Hashes) {
		c.Hashes = append(c.Hashes, Hash{Alg: string(h.Algorithm), Value: r.text(h.Value, path)})
	}
	if from.Licenses != nil {
		c.Declared, c.Concluded = r.licences(*from.Licenses, path)
	}
	i := int32(len(r.doc.Components))
	r.doc.Components = append(r.doc.Components, c)
	r.check(&r.doc.Components[i], func() string { return path }, -1)
	if c.Ref != "" && !r.define(c.Ref, i) {
		r.warn("bom.duplicate_ref", path, -1, clip(c.Ref, 200))
	}
	r.components(each(from.Components), i, path+"/components")
	return i
}

func (r *cyclonedxXMLReader) licences(list cyclonedx.Licenses, path string) (declared, concluded string) {
	var d, c conjunction
	for _, choice := range list {
		text, acknowledged := choice.Expression, cyclonedx.LicenseAcknowledgement("")
		if choice.Acknowledgement != nil {
			acknowledged = *choice.Acknowledgement
		}
		if l := choice.License; l != nil {
			text, acknowledged = l.ID, l.Acknowledgement
			if text == "" {
				text = l.Name
			}
		}
		text = r.text(text, path+"/licenses")
		switch {
		case text == "":
			r.warn("bom.licence_empty", path+"/licenses", -1)
		case acknowledged == cyclonedx.LicenseAcknowledgementConcluded:
			c.add(text)
		default:
			d.add(text)
		}
	}
	if d.full || c.full {
		r.warn("bom.licences_cut", path+"/licenses", -1, itoa(maxLicence))
	}
	return d.String(), c.String()
}

func (r *cyclonedxXMLReader) dependencies(list []cyclonedx.Dependency) {
	for i, d := range list {
		from := r.symbol(strings.TrimSpace(d.Ref))
		for _, to := range each(d.Dependencies) {
			r.relate(from, r.symbol(strings.TrimSpace(to)), int32(i), false)
		}
	}
}
