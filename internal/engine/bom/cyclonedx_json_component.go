// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "slices"

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

// joined puts two texts together, each of which may be empty.
func joined(a, b, between string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + between + b
}
