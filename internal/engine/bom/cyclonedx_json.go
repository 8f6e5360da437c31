// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "slices"

// cyclonedxVersions are the versions read, JSON and XML together; JSON exists
// since 1.2.
var cyclonedxVersions = []string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

// readCycloneDXJSON reads CycloneDX 1.2–1.7 in JSON.
func readCycloneDXJSON(data []byte, lim Limits) (*Document, error) {
	return readJSON(data, lim, func(s *scanner) *Document {
		r := &cyclonedxReader{scanner: s}
		r.doc.Format, r.doc.Encoding = CycloneDX, "json"
		r.document()
		s.finished()
		if s.err != nil {
			return nil
		}
		r.doc.Complete = r.stated.sum(r.owner, r.doc.Root)
		return r.finish(r.dangling)
	})
}

// A cyclonedxReader is the state of reading one document.
type cyclonedxReader struct {
	*scanner
	stated  claims
	targets []int32 // of the dependency being read
	sums    []Hash  // of the component being read
}

// document reads the outermost object.
func (r *cyclonedxReader) document() {
	format := ""
	for name := range r.members {
		switch string(name) {
		case "bomFormat":
			format = r.token()
		case "specVersion":
			r.specVersion()
		case "serialNumber":
			r.doc.Serial = r.string()
		case "metadata":
			r.metadata()
		case "components":
			r.components(-1)
		case "dependencies":
			r.dependencies()
		case "compositions":
			r.compositions()
		default:
			r.skip()
		}
	}
	if r.err == nil && format != "CycloneDX" {
		r.warn("bom.format_missing", "/bomFormat", -1, "bomFormat", "CycloneDX")
	}
	if r.err == nil && r.doc.Version == "" {
		r.warn("bom.format_missing", "/specVersion", -1, "specVersion", "1.2–1.7")
	}
}

func (r *cyclonedxReader) specVersion() {
	at := r.offset()
	r.doc.Version = r.token()
	if r.err == nil && r.doc.Version != "" && !knownVersion(r.doc.Version, cyclonedxVersions[2:]) {
		r.err = (&Problem{Code: "bom.version_unknown", Got: clip(r.doc.Version, 40), Want: "1.2–1.7", Path: "/specVersion"}).at(locate(r.data, at))
	}
}

func knownVersion(version string, known []string) bool {
	for _, k := range known {
		if version == k {
			return true
		}
	}
	return false
}

func (r *cyclonedxReader) metadata() {
	for name := range r.members {
		switch string(name) {
		case "timestamp":
			at := r.offset()
			r.doc.Created = r.time(r.string(), "/metadata/timestamp", at)
		case "tools":
			r.tools()
		case "authors":
			for range r.elements {
				if who := r.party(); who != "" {
					r.doc.Authors = append(r.doc.Authors, who)
				}
			}
		case "component":
			r.root()
		case "supplier":
			r.doc.Supplier = r.party()
		case "manufacture", "manufacturer":
			if who := r.party(); r.doc.Supplier == "" {
				r.doc.Supplier = who
			}
		default:
			r.skip()
		}
	}
}

// root reads the described product.
func (r *cyclonedxReader) root() {
	i := r.component(-1)
	if i >= 0 {
		r.doc.Root, r.doc.roots = int(i), []int32{i}
		r.doc.Name = joined(r.doc.Components[i].Group, r.doc.Components[i].Name, "/")
	}
}

// tools reads a list of tools, or since 1.5 an object of components and services.
func (r *cyclonedxReader) tools() {
	if r.err == nil && r.dec.PeekKind() != '{' {
		r.toolList()
		return
	}
	for name := range r.members {
		switch string(name) {
		case "components", "services":
			r.toolList()
		default:
			r.skip()
		}
	}
}

func (r *cyclonedxReader) toolList() {
	for range r.elements {
		var tool, version string
		for name := range r.members {
			switch string(name) {
			case "name":
				tool = r.token()
			case "version":
				version = r.token()
			default:
				r.skip()
			}
		}
		if tool != "" {
			r.doc.Tools = append(r.doc.Tools, joined(tool, version, " "))
		}
	}
}

// party reads an organisation or a person and gives its name, else its address.
func (r *cyclonedxReader) party() string {
	var called, mail string
	for name := range r.members {
		switch string(name) {
		case "name":
			called = r.token()
		case "email":
			mail = r.token()
		default:
			r.skip()
		}
	}
	if called == "" {
		return mail
	}
	return called
}

// components reads a list of components nested in parent.
func (r *cyclonedxReader) components(parent int32) {
	for range r.elements {
		r.component(parent)
	}
}

// component reads one component with everything nested in it and gives its
// index, -1 when it is none.
func (r *cyclonedxReader) component(parent int32) int32 {
	if r.err == nil && r.dec.PeekKind() != '{' {
		r.wrongType("object")
		return -1
	}
	at := r.offset()
	if !r.room(r.path, at) {
		return -1
	}
	i := int32(len(r.doc.Components))
	r.doc.Components = append(r.doc.Components, Component{Parent: parent})
	c := Component{Parent: parent}
	var who parties
	for name := range r.members {
		if !r.identity(name, &c) && !r.description(name, &c, &who) {
			if string(name) == "components" {
				r.components(i)
			} else {
				r.skip()
			}
		}
	}
	if r.err != nil {
		return -1
	}
	c.Supplier = who.best()
	r.doc.Components[i] = c
	r.defineComponent(i, at)
	return i
}

// defineComponent checks a component that has just been read.
func (r *cyclonedxReader) defineComponent(i int32, at int64) {
	c := &r.doc.Components[i]
	r.check(c, r.path, at)
	if c.Ref != "" && !r.define(c.Ref, i) {
		r.warn("bom.duplicate_ref", r.path(), at, clip(c.Ref, 200))
	}
}

// identity reads the members that say which package it is.
func (r *cyclonedxReader) identity(name []byte, c *Component) bool {
	switch string(name) {
	case "bom-ref":
		c.Ref = r.string()
	case "type":
		c.Type = r.token()
	case "group":
		c.Group = r.token()
	case "name":
		c.Name = r.token()
	case "version":
		c.Version = r.token()
	case "purl":
		if b := r.bytes(); string(b) == c.Ref {
			c.PURL = c.Ref
		} else {
			c.PURL = r.keep(b)
		}
	case "cpe":
		c.CPE = r.string()
	default:
		return false
	}
	return true
}

// description reads the other members that are kept.
func (r *cyclonedxReader) description(name []byte, c *Component, who *parties) bool {
	switch string(name) {
	case "scope":
		c.Scope = r.token()
	case "supplier":
		who.supplier = r.party()
	case "manufacturer":
		who.manufacturer = r.party()
	case "publisher":
		who.publisher = r.token()
	case "copyright":
		c.Copyright = r.token()
	case "licenses":
		r.licences(c)
	case "hashes":
		c.Hashes = r.hashList()
	case "externalReferences":
		c.Location = r.location()
	default:
		return false
	}
	return true
}

// locations are the kinds of external reference that lead to source, else to the component
// itself; the best first.
var locations = []string{"source-distribution", "vcs", "distribution"}

// location reads external references and keeps the one that leads nearest to the source.
func (r *cyclonedxReader) location() (where string) {
	best := len(locations)
	for range r.elements {
		var kind, url string
		for name := range r.members {
			switch string(name) {
			case "type":
				kind = r.token()
			case "url":
				url = r.token()
			default:
				r.skip()
			}
		}
		if i := slices.Index(locations, kind); i >= 0 && i < best {
			best, where = i, url
		}
	}
	return where
}

// parties are those who may stand for the supplier, best first.
type parties struct{ supplier, manufacturer, publisher string }

func (p parties) best() string {
	for _, who := range []string{p.supplier, p.manufacturer, p.publisher} {
		if who != "" {
			return who
		}
	}
	return ""
}

func (r *cyclonedxReader) hashList() []Hash {
	list := r.sums[:0]
	for range r.elements {
		var h Hash
		for name := range r.members {
			switch string(name) {
			case "alg":
				h.Alg = r.token()
			case "content":
				h.Value = r.string()
			default:
				r.skip()
			}
		}
		if h.Value != "" {
			list = append(list, h)
		}
	}
	r.sums = list
	return r.keepHashes(list)
}

// licences reads the licences of a component: identifiers, names, expressions.
func (r *cyclonedxReader) licences(c *Component) {
	var declared, concluded conjunction
	for range r.elements {
		at := r.offset()
		licence, acknowledged := r.licence()
		switch {
		case r.err != nil:
			return
		case licence == "":
			r.warn("bom.licence_empty", r.path(), at)
		case acknowledged == "concluded":
			concluded.add(licence)
		default:
			declared.add(licence)
		}
	}
	if declared.full || concluded.full {
		r.warn("bom.licences_cut", r.path(), r.offset(), itoa(maxLicence))
	}
	c.Declared, c.Concluded = r.word([]byte(declared.String())), r.word([]byte(concluded.String()))
}

// licence reads {"license":{"id":…}} or {"expression":…}.
func (r *cyclonedxReader) licence() (licence, acknowledged string) {
	for name := range r.members {
		switch string(name) {
		case "expression":
			licence = r.token()
		case "acknowledgement":
			acknowledged = r.token()
		case "license":
			licence, acknowledged = r.singleLicence()
		default:
			r.skip()
		}
	}
	return licence, acknowledged
}

func (r *cyclonedxReader) singleLicence() (licence, acknowledged string) {
	var id, called string
	for name := range r.members {
		switch string(name) {
		case "id":
			id = r.token()
		case "name":
			called = r.token()
		case "acknowledgement":
			acknowledged = r.token()
		default:
			r.skip()
		}
	}
	if id == "" {
		id = called
	}
	return id, acknowledged
}

// dependencies reads who depends on whom.
func (r *cyclonedxReader) dependencies() {
	for i := range r.elements {
		var from int32 = -1
		targets := r.targets[:0]
		for name := range r.members {
			switch string(name) {
			case "ref":
				from = r.refSymbol()
			case "dependsOn":
				targets = r.refSymbols(targets)
			default:
				r.skip()
			}
		}
		r.targets = targets
		for _, to := range targets {
			if from < 0 || r.err != nil {
				break
			}
			r.relate(from, to, int32(i), false)
		}
	}
}

// refSymbol reads a reference and gives its number, -1 for none.
func (r *cyclonedxReader) refSymbol() int32 {
	ref := r.bytes()
	if ref == nil {
		return -1
	}
	if n, ok := r.symbols[string(ref)]; ok {
		return n
	}
	return r.newSymbol(r.keep(ref))
}

// refSymbols reads a list of references and adds their numbers.
func (r *cyclonedxReader) refSymbols(list []int32) []int32 {
	for range r.elements {
		if n := r.refSymbol(); n >= 0 {
			list = append(list, n)
		}
	}
	return list
}

func (r *cyclonedxReader) dangling(e edge, ref string) {
	r.warn("bom.dangling_ref", "/dependencies/"+itoa(int(e.entry)), -1, clip(ref, 200))
}

// compositions reads what the document says about its completeness.
func (r *cyclonedxReader) compositions() {
	for range r.elements {
		aggregate, refs := "", r.targets[:0]
		for name := range r.members {
			switch string(name) {
			case "aggregate":
				aggregate = r.token()
			case "assemblies", "dependencies":
				refs = r.refSymbols(refs)
			default:
				r.skip()
			}
		}
		r.stated.add(aggregate, refs)
		r.targets = refs
	}
}

// joined puts two texts together, each of which may be empty.
func joined(a, b, between string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + between + b
}
