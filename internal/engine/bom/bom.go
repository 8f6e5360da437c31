// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package bom reads bills of materials: CycloneDX 1.2–1.7 (JSON, XML), SPDX
// 2.2/2.3 (JSON, tag-value, YAML, RDF, XML) and SPDX 3.0 (JSON-LD), all into one
// model. The format is found by the content, never by a file name. A document
// with flaws is read as far as it goes and carries warnings with their place;
// one that cannot be read is refused with a Problem that says where and why.
package bom

import (
	"time"
)

// A Format is the family a document belongs to.
type Format string

// The two families of formats.
const (
	CycloneDX Format = "CycloneDX"
	SPDX      Format = "SPDX"
)

// Completeness is what a document says about itself.
type Completeness string

// A document that is silent about its completeness is of unknown completeness.
const (
	Unknown    Completeness = "unknown"
	Complete   Completeness = "complete"
	Incomplete Completeness = "incomplete"
)

// A Document is one bill of materials.
type Document struct {
	Format   Format
	Version  string // "1.6", "2.3", "3.0.1"
	Encoding string // "json", "xml", "tag-value", "yaml", "rdf", "json-ld"
	Serial   string // serial number, or the namespace of an SPDX document
	Name     string
	Created  time.Time // zero when unknown
	Tools    []string  // "syft 1.2.0"
	Authors  []string
	Supplier string // of the document's subject or of the document

	// Root is the index of the described product, -1 when it is unknown or
	// when there are several.
	Root       int
	Components []Component // the product included

	// Edges lists for each component what it depends on and, after those, what
	// it contains where a format states that as a relationship. Indexes into
	// Components, without doubles. The lists share their memory: do not append.
	Edges [][]int32

	Complete Completeness

	Warnings     []Warning // at most Limits.Warnings
	WarningTotal int       // all of them, also those not kept

	roots []int32 // what the document describes
	deps  []int32 // how many entries of Edges[i] are dependencies; nil means all
}

// A Component is a package, an application, a file or anything else listed.
type Component struct {
	Ref       string // bom-ref or SPDX id, unique within the document
	Type      string // "library", "application", … as CycloneDX spells it
	Group     string // Maven group, npm scope
	Name      string
	Version   string
	PURL      string // as given, without surrounding blanks
	CPE       string
	Supplier  string // who supplied, else manufactured, else published it
	Copyright string
	Location  string // where its source, else it itself is to be had, as stated
	Declared  string // licence expression or name stated by the authors; "" is unknown
	Concluded string // licence the document's author arrived at; "" is unknown
	Scope     string // "required", "optional", "excluded", "" is unstated
	Hashes    []Hash
	Parent    int32 // the component this one is nested in, always a smaller index; -1 is none

	key string // package identity, once it is known
}

// A Hash is a checksum of a component, {"SHA-256", "9f86d0…"}.
type Hash struct{ Alg, Value string }

// Limits bound what one document may cost.
type Limits struct {
	Bytes      int64 // of the document
	Components int
	Depth      int // of nested objects, arrays, elements
	Warnings   int // how many are kept
}

// Defaults are generous for real documents and harmless for a server.
var Defaults = Limits{Bytes: 128 << 20, Components: 500_000, Depth: 200, Warnings: 1000}

// Read reads one document of any known format. The error is always a *Problem.
func Read(data []byte, lim Limits) (*Document, error) {
	if int64(len(data)) > lim.Bytes {
		return nil, tooLarge(len(data), lim.Bytes)
	}
	data, err := plain(data)
	if err != nil {
		return nil, err
	}
	kind, err := detect(data)
	if err != nil {
		return nil, err
	}
	if kind.most > 0 && int64(len(data)) > kind.most {
		return nil, tooLarge(len(data), kind.most)
	}
	doc, err := kind.read(data, lim)
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// WarnEmpty adds the warning that the document lists nothing.
func (d *Document) WarnEmpty() {
	d.WarningTotal++
	d.Warnings = append(d.Warnings, Warning{Code: "bom.no_components"})
}
