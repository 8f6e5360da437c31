// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"strings"
	"unicode"
)

// An rdfReader reads SPDX 2 in RDF/XML. It is our own, because the general
// library starts a goroutine for each element: what comes first is chance, and
// a panic in one of them would end the server.
//
// RDF/XML is striped: elements and properties take turns. An element may stand
// inside the property that needs it or anywhere else under its rdf:about or
// rdf:nodeID; byID knows them all.
type rdfReader struct {
	spdx2
	byID  map[string]*node
	named map[*node]string
	seen  map[*node]bool
	lists map[*node]string // licences spelled already
	rels  []rdfRelation
}

// An rdfRelation is a relationship as it is met: its targets may come later.
type rdfRelation struct{ from, typ, to string }

// readSPDXRDF reads SPDX 2.0–2.3 in RDF/XML.
func readSPDXRDF(data []byte, lim Limits) (*Document, error) {
	root, err := readTree(data, lim)
	if err != nil {
		return nil, err
	}
	r := &rdfReader{
		spdx2: newSPDX2(newBuilder(data, lim), "rdf"), byID: make(map[string]*node), named: make(map[*node]string),
		seen: make(map[*node]bool), lists: make(map[*node]string),
	}
	r.index(root)
	document := find(root, "SpdxDocument")
	if document == nil {
		return nil, unknownFormat("<rdf:RDF>")
	}
	r.document(document)
	r.elements(root)
	for i, rel := range r.rels {
		r.relationship(r.element(rel.from), rel.typ, r.element(rel.to), i)
	}
	return r.finishSPDX2()
}

// index notes every element that has a name of its own. Of several with one
// name the fullest counts: the others are mere mentions.
func (r *rdfReader) index(n *node) {
	for _, c := range n.children {
		if id := rdfID(c); id != "" {
			r.named[c] = id
			if known := r.byID[id]; known == nil || len(known.children) < len(c.children) {
				r.byID[id] = c
			}
		}
		r.index(c)
	}
}

// rdfID gives what rdf:about, rdf:ID or rdf:nodeID call an element.
func rdfID(n *node) string {
	for _, a := range n.attrs {
		switch a.Name.Local {
		case "about", "ID":
			return a.Value
		case "nodeID":
			return "_:" + a.Value
		}
	}
	return ""
}

// find gives the first element of that name, outermost first.
func find(n *node, local string) *node {
	queue := []*node{n}
	for len(queue) > 0 {
		n, queue = queue[0], queue[1:]
		if n.name.Local == local {
			return n
		}
		queue = append(queue, n.children...)
	}
	return nil
}

// object gives the element a property points at, inside it or elsewhere.
func (r *rdfReader) object(property *node) *node {
	if property == nil {
		return nil
	}
	target := property
	if len(property.children) > 0 {
		target = property.children[0]
		if full := r.byID[r.named[target]]; full != nil {
			return full
		}
		return target
	}
	if ref := resource(property); ref != "" {
		return r.byID[ref]
	}
	return nil
}

// resource gives what a property points at by name.
func resource(property *node) string {
	if ref := property.attr("resource"); ref != "" {
		return ref
	}
	if ref := property.attr("nodeID"); ref != "" {
		return "_:" + ref
	}
	return ""
}

// fragment gives "SPDXRef-Package" for https://namespace#SPDXRef-Package.
func fragment(iri string) string {
	if i := strings.LastIndexByte(iri, '#'); i >= 0 {
		return iri[i+1:]
	}
	return iri
}

// term gives "sha1" for …#checksumAlgorithm_sha1, whether it is a resource or a text.
func term(property *node, prefix string) string {
	if property == nil {
		return ""
	}
	ref := resource(property)
	if ref == "" {
		ref = property.plainText()
	}
	return strings.TrimPrefix(fragment(ref), prefix)
}

func (r *rdfReader) document(n *node) {
	path := "SpdxDocument"
	if p := r.version(n.value("specVersion"), path+"/specVersion"); p != nil {
		r.stop(p.at(locate(r.data, n.offset)))
	}
	r.doc.Name = r.text(n.value("name"), path)
	about := r.named[n]
	if namespace, _, found := strings.Cut(about, "#"); found {
		r.doc.Serial = r.text(namespace, path)
	}
	r.define(fragment(about), notPackage)
	if info := r.object(n.child("creationInfo")); info != nil {
		r.doc.Created = r.time(info.value("created"), path+"/creationInfo", info.offset)
		for _, c := range info.children {
			if c.name.Local == "creator" {
				r.creator(r.text(c.plainText(), path+"/creationInfo"))
			}
		}
	}
	for _, c := range n.children {
		if c.name.Local == "describesPackage" {
			r.rels = append(r.rels, rdfRelation{fragment(about), "DESCRIBES", r.target(c)})
		}
	}
}

// target names the element a property points at.
func (r *rdfReader) target(property *node) string {
	if len(property.children) > 0 {
		return r.name(property.children[0])
	}
	return fragment(resource(property))
}

// name gives the SPDX id of an element; nameless ones get one.
func (r *rdfReader) name(n *node) string {
	if id := r.named[n]; id != "" {
		return fragment(id)
	}
	id := "_:" + itoa(int(n.offset))
	r.named[n] = id
	return id
}

// elements takes every package, file and snippet, wherever it stands.
func (r *rdfReader) elements(n *node) {
	for _, c := range n.children {
		switch c.name.Local {
		case "Package":
			r.takePackage(c)
			r.takeRelations(c)
		case "File", "Snippet":
			r.define(r.name(c), notPackage)
			r.takeRelations(c)
		case "SpdxDocument":
			r.takeRelations(c)
		}
		r.elements(c)
	}
}

func (r *rdfReader) takeRelations(n *node) {
	for _, c := range n.children {
		if c.name.Local != "relationship" {
			continue
		}
		if rel := r.object(c); rel != nil && rel.child("relatedSpdxElement") != nil {
			typ := upperSnake(term(rel.child("relationshipType"), "relationshipType_"))
			r.rels = append(r.rels, rdfRelation{r.name(n), typ, r.target(rel.child("relatedSpdxElement"))})
		}
	}
}

// upperSnake gives DYNAMIC_LINK for dynamicLink.
func upperSnake(s string) string {
	var b strings.Builder
	for _, c := range s {
		if unicode.IsUpper(c) && b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(c))
	}
	return b.String()
}

// takePackage takes a package once, from where it is told in full.
func (r *rdfReader) takePackage(n *node) {
	id := r.name(n)
	if full := r.byID[r.named[n]]; full != nil {
		n = full
	}
	if r.seen[n] || r.err != nil {
		return
	}
	r.seen[n] = true
	path := "Package[" + id + "]"
	c := Component{
		Ref: id, Name: r.text(n.value("name"), path), Version: r.text(n.value("versionInfo"), path),
		Type:      purpose(term(n.child("primaryPackagePurpose"), "purpose_")),
		Declared:  r.licence(n.child("licenseDeclared"), 0),
		Concluded: r.licence(n.child("licenseConcluded"), 0),
		Copyright: stated(r.text(n.value("copyrightText"), path)),
	}
	if _, c.Supplier = spdxActor(r.text(n.value("supplier"), path)); c.Supplier == "" {
		_, c.Supplier = spdxActor(r.text(n.value("originator"), path))
	}
	for _, property := range n.children {
		r.takeProperty(&c, property, path)
	}
	r.addPackage(c, func() string { return path }, n.offset)
}

// takeProperty takes checksums and external references.
func (r *rdfReader) takeProperty(c *Component, property *node, path string) {
	switch property.name.Local {
	case "checksum":
		if sum := r.object(property); sum != nil {
			alg := hashName(term(sum.child("algorithm"), "checksumAlgorithm_"))
			c.Hashes = append(c.Hashes, Hash{Alg: alg, Value: r.text(sum.value("checksumValue"), path)})
		}
	case "externalRef":
		if ref := r.object(property); ref != nil {
			reference(c, term(ref.child("referenceType"), ""), r.text(ref.value("referenceLocator"), path))
		}
	}
}

// licence spells the licence a property points at.
func (r *rdfReader) licence(property *node, depth int) string {
	if property == nil || depth > 20 {
		return ""
	}
	if n := r.object(property); n != nil {
		return r.spell(n, depth)
	}
	ref := resource(property)
	switch fragment(ref) {
	case "noassertion":
		return ""
	case "none":
		return "NONE"
	}
	if id := licenceID(ref); id != "" {
		return id
	}
	if ref != "" {
		return fragment(ref)
	}
	return licence(r.text(property.plainText(), property.name.Local))
}

// spell spells a licence element, each once; what is cyclic or too long is unknown.
func (r *rdfReader) spell(n *node, depth int) string {
	if s, ok := r.lists[n]; ok {
		return s
	}
	r.lists[n] = ""
	s := r.spelled(n, depth)
	r.lists[n] = s
	return s
}

func (r *rdfReader) spelled(n *node, depth int) string {
	switch n.name.Local {
	case "DisjunctiveLicenseSet":
		return r.joinMembers(n, " OR ", depth)
	case "ConjunctiveLicenseSet":
		return r.joinMembers(n, " AND ", depth)
	case "OrLaterOperator":
		return r.joinMembers(n, "", depth) + "+"
	case "WithExceptionOperator":
		s := r.joinMembers(n, "", depth)
		if e := r.object(n.child("licenseException")); e != nil {
			s += " WITH " + e.value("licenseExceptionId")
		}
		return s
	}
	if id := n.value("licenseId"); id != "" {
		return r.text(id, "licenseId")
	}
	return licenceID(r.named[n])
}

func (r *rdfReader) joinMembers(n *node, between string, depth int) string {
	var members []*node
	for _, c := range n.children {
		if c.name.Local == "member" {
			members = append(members, c)
		}
	}
	return combine(len(members), between, func(i int) string { return r.licence(members[i], depth+1) })
}
