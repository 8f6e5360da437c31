// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"strings"
)

// spdx3Versions are the versions of the model that are read.
var spdx3Versions = []string{"3.0", "3.0.0", "3.0.1"}

// readSPDX3 reads SPDX 3.0 in its JSON-LD serialisation (SPDX 3.0.1, annex A):
// a @graph of elements that point at each other by their spdxId. No general
// JSON-LD is needed: the one context is fixed and nothing is expanded.
func readSPDX3(data []byte, lim Limits) (*Document, error) {
	return readJSON(data, lim, func(s *scanner) *Document {
		r := &spdx3Reader{
			scanner: s, agents: make(map[int32]string), bundles: make(map[int32][]int32),
			licences: licenceBook{nodes: make(map[int32]licenceNode), done: make(map[int32]string)},
		}
		r.doc.Format, r.doc.Encoding = SPDX, "json-ld"
		r.document()
		s.finished()
		if s.err != nil {
			return nil
		}
		return r.assemble()
	})
}

// An spdx3Reader collects the elements of the graph; assemble puts them
// together, since they come in any order.
type spdx3Reader struct {
	*scanner
	context       string
	found         bool              // an element of SPDX was met
	agents        map[int32]string  // agents and tools by identifier
	bundles       map[int32][]int32 // what documents and SBOMs have as root elements
	documents     []int32           // identifiers of the SpdxDocuments
	sboms         []int32           // identifiers of the SBOMs
	makers, tools []int32
	suppliers     []supplier
	sums          []Hash // of the element being read
	links         []link
	licences      licenceBook
}

// A supplier says who supplied a component, still by identifier.
type supplier struct{ component, agent int32 }

// A link is a relationship, as far as it is of use here.
type link struct {
	typ, completeness string
	from              int32
	to                []int32
	entry             int32
}

// An element3 holds the members of any element; which of them are set depends
// on its type.
type element3 struct {
	Component
	id, expression           string
	relation, completeness   string
	from                     int32
	to, roots, members       []int32
	suppliedBy, originatedBy []int32
}

func (r *spdx3Reader) document() {
	for name := range r.members {
		switch string(name) {
		case "@context":
			r.readContext()
		case "@graph":
			for i := range r.elements {
				r.element(int32(i))
			}
		default:
			r.skip()
		}
	}
	if r.err == nil && !r.found && !strings.Contains(r.context, "spdx.org/rdf/3") {
		r.err = unknownFormat("@context " + clip(r.context, 80))
	}
}

// readContext keeps the first address, for the message.
func (r *spdx3Reader) readContext() {
	if r.err != nil {
		return
	}
	v, err := r.dec.ReadValue()
	if err != nil {
		r.err = err
		return
	}
	r.context = string(bytes.Trim(v[:min(len(v), 200)], `"`))
}

// element reads one element and gives its identifier's number, -1 for none.
func (r *spdx3Reader) element(entry int32) int32 {
	if r.err == nil && r.dec.PeekKind() != '{' {
		r.wrongType("object")
		return -1
	}
	at := r.offset()
	e := element3{from: -1}
	for name := range r.members {
		if !r.member(name, &e, entry) && !r.agentMember(name, &e, entry) && !r.packageMember(name, &e) {
			r.skip()
		}
	}
	if r.err != nil {
		return -1
	}
	n := int32(-1)
	if e.id != "" {
		n = r.symbol(e.id)
	}
	r.take(n, &e, entry, at)
	return n
}

// member reads what elements of several types have.
func (r *spdx3Reader) member(name []byte, e *element3, entry int32) bool {
	switch string(name) {
	case "type", "@type":
		e.Type = r.token()
	case "spdxId", "@id":
		e.id = r.string()
	case "name":
		e.Name = r.token()
	case "rootElement":
		e.roots = r.refs(entry)
	case "relationshipType":
		e.relation = r.token()
	case "completeness":
		e.completeness = r.token()
	case "from":
		e.from = r.ref(entry)
	case "to":
		e.to = r.refs(entry)
	case "import":
		r.imports()
	case "simplelicensing_licenseExpression":
		e.expression = r.token()
	case "expandedlicensing_member":
		e.members = r.refs(entry)
	case "expandedlicensing_subjectExtendableLicense", "expandedlicensing_subjectLicense":
		e.members = append(r.refs(entry), e.members...)
	case "expandedlicensing_subjectAddition":
		e.members = append(e.members, r.refs(entry)...)
	default:
		return false
	}
	return true
}

// agentMember reads who made what.
func (r *spdx3Reader) agentMember(name []byte, e *element3, entry int32) bool {
	switch string(name) {
	case "created":
		at := r.offset()
		t := r.time(r.string(), "", at)
		if r.doc.Created.IsZero() || t.Before(r.doc.Created) && !t.IsZero() {
			r.doc.Created = t
		}
	case "createdBy":
		r.makers = append(r.makers, r.refs(entry)...)
	case "createdUsing":
		r.tools = append(r.tools, r.refs(entry)...)
	case "suppliedBy":
		e.suppliedBy = r.refs(entry)
	case "originatedBy":
		e.originatedBy = r.refs(entry)
	case "creationInfo":
		r.ref(entry)
	case "specVersion":
		r.specVersion()
	default:
		return false
	}
	return true
}

// packageMember reads what only packages have.
func (r *spdx3Reader) packageMember(name []byte, e *element3) bool {
	switch string(name) {
	case "software_packageVersion":
		e.Version = r.token()
	case "software_packageUrl":
		e.PURL = r.string()
	case "software_downloadLocation":
		e.Location = stated(r.token())
	case "software_copyrightText":
		e.Copyright = stated(r.token())
	case "software_primaryPurpose":
		e.Scope = purpose3(r.token())
	case "verifiedUsing":
		e.Hashes = r.integrity()
	case "externalIdentifier":
		for range r.elements {
			r.externalIdentifier(&e.Component)
		}
	default:
		return false
	}
	return true
}

func (r *spdx3Reader) specVersion() {
	at := r.offset()
	version := r.token()
	if r.err != nil || version == "" {
		return
	}
	if !knownVersion(version, spdx3Versions) {
		r.err = (&Problem{Code: "bom.version_unknown", Got: clip(version, 40), Want: "SPDX 3.0.0, 3.0.1", Path: r.path()}).at(locate(r.data, at))
	}
	r.doc.Version = version
}

// ref reads a reference: an identifier, or the element itself.
func (r *spdx3Reader) ref(entry int32) int32 {
	if r.err == nil && r.dec.PeekKind() == '{' {
		return r.element(entry)
	}
	b := r.bytes()
	if b == nil {
		return -1
	}
	if n, ok := r.symbols[string(b)]; ok {
		return n
	}
	return r.newSymbol(r.keep(b))
}

// refs reads one reference or a list of them.
func (r *spdx3Reader) refs(entry int32) []int32 {
	if r.err != nil {
		return nil
	}
	var list []int32
	if r.dec.PeekKind() != '[' {
		if n := r.ref(entry); n >= 0 {
			list = append(list, n)
		}
		return list
	}
	for range r.elements {
		if n := r.ref(entry); n >= 0 {
			list = append(list, n)
		}
	}
	return list
}

// imports notes the elements that live in other documents.
func (r *spdx3Reader) imports() {
	for range r.elements {
		for name := range r.members {
			if string(name) != "externalSpdxId" {
				r.skip()
			} else if n := r.ref(-1); n >= 0 && r.owner[n] == -1 {
				r.owner[n] = notPackage
			}
		}
	}
}

func (r *spdx3Reader) integrity() []Hash {
	list := r.sums[:0]
	for range r.elements {
		var h Hash
		typ := ""
		for name := range r.members {
			switch string(name) {
			case "type", "@type":
				typ = r.token()
			case "algorithm":
				h.Alg = hashName(r.token())
			case "hashValue":
				h.Value = r.string()
			default:
				r.skip()
			}
		}
		if h.Value != "" && typ != "PackageVerificationCode" {
			list = append(list, h)
		}
	}
	r.sums = list
	return r.keepHashes(list)
}

func (r *spdx3Reader) externalIdentifier(c *Component) {
	var typ, value string
	for name := range r.members {
		switch string(name) {
		case "externalIdentifierType":
			typ = r.token()
		case "identifier":
			value = r.string()
		default:
			r.skip()
		}
	}
	switch typ {
	case "packageUrl", "packageURL":
		reference(c, "purl", value)
	case "cpe23":
		reference(c, "cpe23Type", value)
	case "cpe22":
		reference(c, "cpe22Type", value)
	}
}

// take sorts an element that has been read by its type.
func (r *spdx3Reader) take(n int32, e *element3, entry int32, at int64) {
	r.found = r.found || e.Type != ""
	switch {
	case isPackage3(e.Type):
		r.takePackage(e, at)
		return
	case strings.HasSuffix(e.Type, "Relationship"):
		r.takeLink(e, entry)
	case n < 0:
	case e.Type == "SpdxDocument":
		r.takeDocument(n, e)
	case e.Type == "software_Sbom", e.Type == "Bom", e.Type == "Bundle":
		r.sboms = append(r.sboms, n)
		r.bundles[n] = e.roots
	case strings.HasPrefix(e.Type, "expandedlicensing_"), strings.HasPrefix(e.Type, "simplelicensing_"):
		r.licences.nodes[n] = licenceNode{typ: e.Type, name: e.Name, expression: e.expression, members: e.members}
	case isAgent(e.Type):
		r.agents[n] = e.Name
	}
	if n >= 0 && r.owner[n] == -1 {
		r.owner[n] = notPackage
	}
}

// takeLink keeps the relationships that are of use here.
func (r *spdx3Reader) takeLink(e *element3, entry int32) {
	_, listed := relations3[e.relation]
	switch e.relation {
	case "hasDeclaredLicense", "hasConcludedLicense", "describes":
		listed = true
	}
	if listed && e.from >= 0 && len(e.to) > 0 {
		r.links = append(r.links, link{typ: e.relation, completeness: e.completeness, from: e.from, to: e.to, entry: entry})
	}
}

func isAgent(typ string) bool {
	switch typ {
	case "Person", "Organization", "SoftwareAgent", "Agent", "Tool":
		return true
	}
	return false
}

func isPackage3(typ string) bool {
	return typ == "software_Package" || typ == "ai_AIPackage" || typ == "dataset_DatasetPackage"
}

func (r *spdx3Reader) takeDocument(n int32, e *element3) {
	r.documents = append(r.documents, n)
	r.bundles[n] = e.roots
	if r.doc.Serial == "" {
		r.doc.Serial, r.doc.Name = e.id, e.Name
	}
}

func (r *spdx3Reader) takePackage(e *element3, at int64) {
	if !r.room(r.path, at) {
		return
	}
	i := int32(len(r.doc.Components))
	c := e.Component
	c.Ref, c.Parent, c.Type, c.Scope = e.id, -1, c.Scope, ""
	switch e.Type {
	case "ai_AIPackage":
		c.Type = "machine-learning-model"
	case "dataset_DatasetPackage":
		c.Type = "data"
	}
	r.doc.Components = append(r.doc.Components, c)
	r.check(&r.doc.Components[i], r.path, at)
	if c.Ref != "" && !r.define(c.Ref, i) {
		r.warn("bom.duplicate_ref", r.path(), at, clip(c.Ref, 200))
	}
	for _, agent := range append(e.suppliedBy, e.originatedBy...) {
		r.suppliers = append(r.suppliers, supplier{i, agent})
	}
}

// purpose3 spells software_primaryPurpose ("operatingSystem") as CycloneDX
// spells a type ("operating-system").
func purpose3(s string) string {
	switch s {
	case "operatingSystem":
		return "operating-system"
	case "deviceDriver":
		return "device-driver"
	case "model":
		return "machine-learning-model"
	}
	return strings.ToLower(s)
}
