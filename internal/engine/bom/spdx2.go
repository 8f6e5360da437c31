// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"slices"
	"strings"
)

// spdx2Versions are the versions read. 2.0 and 2.1 differ only in fields that
// are not kept; the ISO standard calls 2.2 by the name 2.2.1.
var spdx2Versions = []string{"SPDX-2.0", "SPDX-2.1", "SPDX-2.2", "SPDX-2.2.1", "SPDX-2.2.2", "SPDX-2.3"}

const spdx2Wanted = "SPDX-2.0–2.3"

// notPackage stands behind the identifiers of files, snippets and the document
// itself: they exist, but are no components.
const notPackage = -3

// An spdx2 puts an SPDX 2 document together, whatever its encoding.
type spdx2 struct {
	*builder
	described []int32 // identifiers the document describes
	created   bool    // the document says when or by whom it was made
}

func newSPDX2(b *builder, encoding string) spdx2 {
	b.doc.Format, b.doc.Encoding = SPDX, encoding
	b.define("SPDXRef-DOCUMENT", notPackage)
	return spdx2{builder: b}
}

// version checks "SPDX-2.3" and keeps "2.3". A document without version is
// read with a warning.
func (r *spdx2) version(v, path string) *Problem {
	switch {
	case v == "":
		r.warn("bom.format_missing", path, -1, "spdxVersion", spdx2Wanted)
	case !knownVersion(v, spdx2Versions):
		return &Problem{Code: "bom.version_unknown", Got: clip(v, 40), Want: spdx2Wanted, Path: path}
	}
	r.doc.Version = strings.TrimPrefix(v, "SPDX-")
	return nil
}

// creator sorts "Tool: syft-1.2", "Organization: X (mail)" or "Person: Y".
func (r *spdx2) creator(s string) {
	r.created = true
	role, name := spdxActor(s)
	switch {
	case name == "":
	case role == "Tool":
		r.doc.Tools = append(r.doc.Tools, name)
	default:
		r.doc.Authors = append(r.doc.Authors, name)
	}
}

// spdxActor parts "Organization: X (mail@x)" into role and name; NOASSERTION
// has neither.
func spdxActor(s string) (role, name string) {
	role, name, found := strings.Cut(s, ":")
	if !found || strings.Contains(role, " ") {
		role, name = "", s
	}
	name = strings.TrimSpace(name)
	if i := strings.LastIndexByte(name, '('); i > 0 && strings.HasSuffix(name, ")") && (strings.Contains(name[i:], "@") || strings.TrimSpace(name[i+1:len(name)-1]) == "") {
		name = strings.TrimSpace(name[:i])
	}
	return role, stated(name)
}

// stated turns NOASSERTION into the empty text, which is unknown.
func stated(s string) string {
	if s == "NOASSERTION" || s == "NONE" {
		return ""
	}
	return s
}

// licence keeps NONE, which says that there is no licence.
func licence(s string) string {
	if s == "NOASSERTION" {
		return ""
	}
	return s
}

// purpose spells primaryPackagePurpose as CycloneDX spells a type.
func purpose(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "_", "-")
}

// addPackage takes a component whose Ref is its SPDX id.
func (r *spdx2) addPackage(c Component, path func() string, at int64) {
	if !r.room(path, at) {
		return
	}
	i := int32(len(r.doc.Components))
	c.Parent = -1
	r.doc.Components = append(r.doc.Components, c)
	r.check(&r.doc.Components[i], path, at)
	if c.Ref != "" && !r.define(c.Ref, i) {
		r.warn("bom.duplicate_ref", path(), at, clip(c.Ref, 200))
	}
}

// reference takes one external reference: package URL or CPE; the first of
// each counts, CPE 2.3 before 2.2.
func reference(c *Component, typ, locator string) {
	locator = strings.TrimSpace(locator)
	switch {
	case strings.HasSuffix(typ, "purl") && c.PURL == "":
		c.PURL = locator
	case strings.HasSuffix(typ, "cpe23Type") && !strings.HasPrefix(c.CPE, "cpe:2.3"):
		c.CPE = locator
	case strings.HasSuffix(typ, "cpe22Type") && c.CPE == "":
		c.CPE = locator
	}
}

// A relation is what a relationship type means here.
type relation struct {
	describes, contains, depends bool
	backwards                    bool // "B of A" instead of "A … B"
}

// relations lists the types of SPDX 2.3, clause 11, that lead to packages.
var relations = map[string]relation{
	"DESCRIBES":              {describes: true},
	"DESCRIBED_BY":           {describes: true, backwards: true},
	"CONTAINS":               {contains: true},
	"CONTAINED_BY":           {contains: true, backwards: true},
	"PACKAGE_OF":             {contains: true, backwards: true},
	"OPTIONAL_COMPONENT_OF":  {contains: true, backwards: true},
	"DEPENDS_ON":             {depends: true},
	"DYNAMIC_LINK":           {depends: true},
	"STATIC_LINK":            {depends: true},
	"HAS_PREREQUISITE":       {depends: true},
	"PREREQUISITE_FOR":       {depends: true, backwards: true},
	"DEPENDENCY_OF":          {depends: true, backwards: true},
	"BUILD_DEPENDENCY_OF":    {depends: true, backwards: true},
	"DEV_DEPENDENCY_OF":      {depends: true, backwards: true},
	"TEST_DEPENDENCY_OF":     {depends: true, backwards: true},
	"RUNTIME_DEPENDENCY_OF":  {depends: true, backwards: true},
	"OPTIONAL_DEPENDENCY_OF": {depends: true, backwards: true},
	"PROVIDED_DEPENDENCY_OF": {depends: true, backwards: true},
	"BUILD_TOOL_OF":          {depends: true, backwards: true},
	"DEV_TOOL_OF":            {depends: true, backwards: true},
	"TEST_TOOL_OF":           {depends: true, backwards: true},
}

// silent are the other types of SPDX 2.3: they say nothing about what is inside.
var silent = strings.Fields(`AMENDS ANCESTOR_OF COPY_OF DATA_FILE_OF DEPENDENCY_MANIFEST_OF DESCENDANT_OF
	DISTRIBUTION_ARTIFACT DOCUMENTATION_OF EXAMPLE_OF EXPANDED_FROM_ARCHIVE FILE_ADDED FILE_DELETED FILE_MODIFIED
	GENERATED_FROM GENERATES METAFILE_OF OTHER PATCH_APPLIED PATCH_FOR REQUIREMENT_DESCRIPTION_FOR
	SPECIFICATION_FOR TEST_CASE_OF TEST_OF VARIANT_OF`)

// relationship takes "a typ b" between two symbols.
func (r *spdx2) relationship(a int32, typ string, b int32, entry int) {
	meaning, known := relations[typ]
	if !known && typ != "" && !slices.Contains(silent, typ) {
		r.warn("bom.relation_unknown", "/relationships/"+itoa(entry), -1, clip(typ, 80))
	}
	if !known || a < 0 || b < 0 {
		return
	}
	if meaning.backwards {
		a, b = b, a
	}
	if meaning.describes {
		r.described = append(r.described, b)
		return
	}
	r.relate(a, b, int32(entry), meaning.contains)
}

// element numbers an identifier in a relationship, -1 for what lies outside
// this document.
func (r *spdx2) element(ref string) int32 {
	if ref == "" || ref == "NOASSERTION" || ref == "NONE" || strings.HasPrefix(ref, "DocumentRef-") {
		return -1
	}
	return r.symbol(ref)
}

// finishSPDX2 closes the document, unless there was a problem.
func (r *spdx2) finishSPDX2() (*Document, error) {
	if r.err != nil {
		return nil, r.err
	}
	if !r.created && r.doc.Created.IsZero() {
		r.warn("bom.creation_missing", "/creationInfo", -1)
	}
	var roots []int32
	for _, n := range r.described {
		if i := r.owner[n]; i >= 0 {
			roots = append(roots, i)
		} else if i == -1 {
			r.warn("bom.dangling_ref", "/documentDescribes", -1, clip(r.names[n], 200))
		}
	}
	if len(roots) == 0 && len(r.described) == 0 && len(r.doc.Components) == 1 {
		roots = []int32{0}
	}
	r.setRoots(roots)
	return r.finish(func(e edge, ref string) {
		r.warn("bom.dangling_ref", "/relationships/"+itoa(int(e.entry)), -1, clip(ref, 200))
	}), nil
}
