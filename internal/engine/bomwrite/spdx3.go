// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bomwrite

import (
	"strconv"
	"strings"

	"allmende/internal/engine/bom"
)

type spdx3Document struct {
	Context string         `json:"@context"`
	Graph   []spdx3Element `json:"@graph"`
}

// A spdx3Element holds the members of any element; which of them are set depends on its type.
type spdx3Element struct {
	Type         string `json:"type"`
	Node         string `json:"@id,omitempty"`
	ID           string `json:"spdxId,omitempty"`
	CreationInfo string `json:"creationInfo,omitempty"`

	SpecVersion  string   `json:"specVersion,omitempty"`
	Created      string   `json:"created,omitempty"`
	CreatedBy    []string `json:"createdBy,omitempty"`
	CreatedUsing []string `json:"createdUsing,omitempty"`

	Name        string   `json:"name,omitempty"`
	Comment     string   `json:"comment,omitempty"`
	RootElement []string `json:"rootElement,omitempty"`
	Elements    []string `json:"element,omitempty"`
	Profiles    []string `json:"profileConformance,omitempty"`
	SbomType    []string `json:"software_sbomType,omitempty"`

	From         string   `json:"from,omitempty"`
	Relationship string   `json:"relationshipType,omitempty"`
	To           []string `json:"to,omitempty"`
	Completeness string   `json:"completeness,omitempty"`

	PackageVersion string            `json:"software_packageVersion,omitempty"`
	PackageURL     string            `json:"software_packageUrl,omitempty"`
	Purpose        string            `json:"software_primaryPurpose,omitempty"`
	Copyright      string            `json:"software_copyrightText,omitempty"`
	Location       string            `json:"software_downloadLocation,omitempty"`
	SuppliedBy     string            `json:"suppliedBy,omitempty"`
	Sums           []spdx3Hash       `json:"verifiedUsing,omitempty"`
	Identifiers    []spdx3Identifier `json:"externalIdentifier,omitempty"`

	Expression string       `json:"simplelicensing_licenseExpression,omitempty"`
	Custom     []spdx3Entry `json:"simplelicensing_customIdToUri,omitempty"`
	Text       string       `json:"simplelicensing_licenseText,omitempty"`
}

type spdx3Hash struct {
	Type      string `json:"type"`
	Algorithm string `json:"algorithm"`
	Value     string `json:"hashValue"`
}

type spdx3Identifier struct {
	Type       string `json:"type"`
	Kind       string `json:"externalIdentifierType"`
	Identifier string `json:"identifier"`
}

type spdx3Entry struct {
	Type  string `json:"type"`
	Key   string `json:"key"`
	Value string `json:"value"`
}

// SPDX3 writes SPDX 3.0.1 as JSON-LD.
func SPDX3(d *bom.Document, a About) ([]byte, error) {
	w := spdx3Writer{doc: d, base: "urn:uuid:" + a.ID + "#", agents: map[string]string{}, expressions: map[string]string{}}
	w.frame(a)
	for i := range d.Components {
		w.pack(i)
	}
	for i := range d.Components {
		w.relations(i)
	}
	w.licences()
	for _, e := range w.graph {
		if e.ID != "" && e.ID != w.base+"document" && e.ID != w.base+"sbom" {
			w.elements = append(w.elements, e.ID)
		}
	}
	w.graph[1].Elements, w.graph[2].Elements = append([]string{w.base + "sbom"}, w.elements...), w.elements
	return encode(spdx3Document{"https://spdx.org/rdf/3.0.1/spdx-context.jsonld", w.graph})
}

type spdx3Writer struct {
	doc         *bom.Document
	base        string
	graph       []spdx3Element
	elements    []string
	agents      map[string]string // ids by name
	expressions map[string]string // ids by expression
	order       []string          // expressions in the order in which they were met
	refs        references
}

func (w *spdx3Writer) id(i int) string { return w.base + "package-" + strconv.Itoa(i) }

// add appends an element that bears an id and says when and by whom it was made.
func (w *spdx3Writer) add(e spdx3Element) {
	e.CreationInfo = "_:creation"
	w.graph = append(w.graph, e)
}

// frame writes what stands around: creation, document, bill of materials, who made it by what.
func (w *spdx3Writer) frame(a About) {
	author := a.Author
	if author == "" {
		author = a.Tool
	}
	root := w.base + "product"
	if p := product(w.doc); p >= 0 {
		root = w.id(p)
	}
	w.graph = append(w.graph, spdx3Element{Type: "CreationInfo", Node: "_:creation", SpecVersion: "3.0.1", Created: stamp(a.Made), CreatedBy: []string{w.base + "author"}, CreatedUsing: []string{w.base + "tool"}})
	w.add(spdx3Element{Type: "SpdxDocument", ID: w.base + "document", Name: name(a), Comment: a.Licences, RootElement: []string{w.base + "sbom"}, Profiles: []string{"core", "software", "simpleLicensing"}})
	w.add(spdx3Element{Type: "software_Sbom", ID: w.base + "sbom", RootElement: []string{root}})
	w.add(spdx3Element{Type: "Organization", ID: w.base + "author", Name: author})
	w.add(spdx3Element{Type: "Tool", ID: w.base + "tool", Name: a.Tool + "-" + a.Version})
	w.agents[author] = w.base + "author"
	if product(w.doc) < 0 {
		w.add(spdx3Element{Type: "software_Package", ID: root, Name: a.Name, PackageVersion: a.Release, Purpose: "application"})
	}
}

// agent is the id of an organisation, which is written when it is met first.
func (w *spdx3Writer) agent(name string) string {
	id := w.agents[name]
	if id == "" {
		id = w.base + "agent-" + strconv.Itoa(len(w.agents))
		w.agents[name] = id
		w.add(spdx3Element{Type: "Organization", ID: id, Name: name})
	}
	return id
}

// spdx3Purposes are those of the model that components have, as bom calls them.
var spdx3Purposes = map[string]string{"application": "application", "framework": "framework", "library": "library", "container": "container", "platform": "platform",
	"operating-system": "operatingSystem", "device": "device", "device-driver": "deviceDriver", "firmware": "firmware", "file": "file", "data": "data",
	"source": "source", "archive": "archive", "install": "install", "other": "other"}

var spdx3Algs = map[string]string{"MD2": "md2", "MD4": "md4", "MD5": "md5", "MD6": "md6", "SHA-1": "sha1", "SHA-224": "sha224", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512",
	"SHA3-256": "sha3_256", "SHA3-384": "sha3_384", "SHA3-512": "sha3_512", "BLAKE2b-256": "blake2b256", "BLAKE2b-384": "blake2b384", "BLAKE2b-512": "blake2b512", "BLAKE3": "blake3"}

func (w *spdx3Writer) pack(i int) {
	c := &w.doc.Components[i]
	e := spdx3Element{Type: "software_Package", ID: w.id(i), Name: title(c), PackageVersion: c.Version, PackageURL: c.PURL, Copyright: c.Copyright, Purpose: spdx3Purposes[c.Type]}
	if address(c.Location) {
		e.Location = c.Location
	}
	if c.Supplier != "" {
		e.SuppliedBy = w.agent(c.Supplier)
	}
	for _, h := range c.Hashes {
		if alg := spdx3Algs[h.Alg]; alg != "" && hexadecimal(h.Value) {
			e.Sums = append(e.Sums, spdx3Hash{"Hash", alg, strings.ToLower(h.Value)})
		}
	}
	if strings.HasPrefix(c.CPE, "cpe:2.3:") {
		e.Identifiers = append(e.Identifiers, spdx3Identifier{"ExternalIdentifier", "cpe23", c.CPE})
	} else if c.CPE != "" {
		e.Identifiers = append(e.Identifiers, spdx3Identifier{"ExternalIdentifier", "cpe22", c.CPE})
	}
	w.add(e)
	for _, said := range [][2]string{{"hasDeclaredLicense", c.Declared}, {"hasConcludedLicense", c.Concluded}} {
		if said[1] != "" {
			w.relate(w.id(i), said[0], "", w.expression(said[1]))
		}
	}
}

func (w *spdx3Writer) relate(from, kind, complete string, to ...string) {
	if len(to) > 0 {
		w.add(spdx3Element{Type: "Relationship", ID: w.base + "relationship-" + strconv.Itoa(len(w.graph)), From: from, Relationship: kind, To: to, Completeness: complete})
	}
}

// relations writes what a component depends on and contains. Only of the product is it known
// whether the list is complete.
func (w *spdx3Writer) relations(i int) {
	depends, contains := w.doc.Relations(i)
	complete := ""
	if i == product(w.doc) {
		complete = map[bom.Completeness]string{bom.Complete: "complete", bom.Incomplete: "incomplete"}[w.doc.Complete]
	}
	w.relate(w.id(i), "dependsOn", complete, w.ids(depends)...)
	w.relate(w.id(i), "contains", "", w.ids(contains)...)
	if p := w.doc.Components[i].Parent; p >= 0 {
		w.relate(w.id(int(p)), "contains", "", w.id(i))
	}
}

func (w *spdx3Writer) ids(all []int32) (out []string) {
	for _, i := range all {
		out = append(out, w.id(int(i)))
	}
	return out
}

// expression is the id of a licence expression; all of them are written at the end.
func (w *spdx3Writer) expression(text string) string {
	e := w.refs.expression(text)
	id := w.expressions[e]
	if id == "" {
		id = w.base + "licence-" + strconv.Itoa(len(w.order)+1)
		w.expressions[e], w.order = id, append(w.order, e)
	}
	return id
}

// licences writes the expressions, and for references of them what the document read says.
func (w *spdx3Writer) licences() {
	for _, text := range w.refs.texts {
		w.add(spdx3Element{Type: "simplelicensing_SimpleLicensingText", ID: w.base + w.refs.ids[text], Text: text})
	}
	for _, e := range w.order {
		out := spdx3Element{Type: "simplelicensing_LicenseExpression", ID: w.expressions[e], Expression: e}
		for _, text := range w.refs.texts {
			if id := w.refs.ids[text]; strings.Contains(" "+strings.NewReplacer("(", " ", ")", " ").Replace(e)+" ", " "+id+" ") {
				out.Custom = append(out.Custom, spdx3Entry{"DictionaryEntry", id, w.base + id})
			}
		}
		w.add(out)
	}
}
