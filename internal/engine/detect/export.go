// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/spdx"
)

// A Stamp is what a document says of its making: when, by which version of the program, and a
// name nobody else has.
type Stamp struct {
	At      time.Time
	Version string
	Unique  string
}

// An unlisted licence is written as LicenseRef, so that the document can be read by others.
func expression(text string, refs map[string]string) string {
	if e, err := spdx.Parse(text); err == nil && said(Tag, text, 0).Certain {
		return e.String()
	}
	id := "LicenseRef-" + strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '-'
	}, text[:min(len(text), 60)]), "-")
	if id == "LicenseRef-" {
		return "NOASSERTION"
	}
	refs[id] = text
	return id
}

func all(texts []string, refs map[string]string) []string {
	out := []string{}
	for _, t := range texts {
		if e := expression(t, refs); !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

type spdxPackage struct {
	ID        string `json:"SPDXID"`
	Name      string `json:"name"`
	Version   string `json:"versionInfo,omitempty"`
	Location  string `json:"downloadLocation"`
	Analyzed  bool   `json:"filesAnalyzed"`
	Concluded string `json:"licenseConcluded"`
	Declared  string `json:"licenseDeclared"`
	Copyright string `json:"copyrightText"`
	Comment   string `json:"licenseComments,omitempty"`
}

type spdxFile struct {
	ID        string         `json:"SPDXID"`
	Name      string         `json:"fileName"`
	Sums      []spdxChecksum `json:"checksums"`
	Concluded string         `json:"licenseConcluded"`
	In        []string       `json:"licenseInfoInFiles"`
	Copyright string         `json:"copyrightText"`
	Comment   string         `json:"licenseComments,omitempty"`
}

type spdxChecksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type spdxRelation struct {
	From string `json:"spdxElementId"`
	Kind string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

type spdxRef struct {
	ID   string `json:"licenseId"`
	Text string `json:"extractedText"`
}

// SPDX writes the tree as an SPDX 2.3 document. What was found is in licenseInfoInFiles, what
// is declared in licenseDeclared; nobody has concluded anything.
func (t Tree) SPDX(s Stamp) ([]byte, error) {
	refs := map[string]string{}
	doc := struct {
		Version   string `json:"spdxVersion"`
		Licence   string `json:"dataLicense"`
		ID        string `json:"SPDXID"`
		Name      string `json:"name"`
		Namespace string `json:"documentNamespace"`
		Creation  struct {
			At string   `json:"created"`
			By []string `json:"creators"`
		} `json:"creationInfo"`
		Packages  []spdxPackage  `json:"packages"`
		Files     []spdxFile     `json:"files"`
		Relations []spdxRelation `json:"relationships"`
		Refs      []spdxRef      `json:"hasExtractedLicensingInfos,omitempty"`
	}{Version: "SPDX-2.3", Licence: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: t.Name, Namespace: "https://allmende.invalid/scan/" + s.Unique}
	doc.Creation.At, doc.Creation.By = s.At.UTC().Format(time.RFC3339), []string{"Tool: allmende-" + s.Version}
	doc.Packages = []spdxPackage{{ID: "SPDXRef-Tree", Name: t.Name, Location: "NOASSERTION", Concluded: "NOASSERTION", Declared: t.declared(refs), Copyright: "NOASSERTION"}}
	doc.Relations = []spdxRelation{{"SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Tree"}}
	for i, p := range t.Packages {
		id := fmt.Sprintf("SPDXRef-Package-%d", i+1)
		declared := "NOASSERTION"
		if p.Licence != "" {
			declared = expression(p.Licence, refs)
		}
		doc.Packages = append(doc.Packages, spdxPackage{ID: id, Name: or(p.Name, p.Path), Version: p.Version, Location: "NOASSERTION", Concluded: "NOASSERTION", Declared: declared, Copyright: "NOASSERTION",
			Comment: "declared in " + p.Path + "; " + p.Stand + " with texts: " + strings.Join(p.Detected, ", ")})
		doc.Relations = append(doc.Relations, spdxRelation{"SPDXRef-Tree", "CONTAINS", id})
	}
	for i, f := range t.Files {
		if f.SHA1 == "" {
			continue
		}
		id := fmt.Sprintf("SPDXRef-File-%d", i+1)
		in := all(f.Licences(), refs)
		if len(in) == 0 {
			in = []string{"NOASSERTION"}
		}
		doc.Files = append(doc.Files, spdxFile{ID: id, Name: "./" + f.Path, Sums: []spdxChecksum{{"SHA1", f.SHA1}}, Concluded: "NOASSERTION", In: in,
			Copyright: or(strings.Join(f.Copyright, "\n"), "NOASSERTION"), Comment: f.changed()})
		doc.Relations = append(doc.Relations, spdxRelation{"SPDXRef-Tree", "CONTAINS", id})
	}
	for _, id := range sorted(refs) {
		doc.Refs = append(doc.Refs, spdxRef{id, refs[id]})
	}
	return json.MarshalIndent(doc, "", " ")
}

// declared is what the manifests at the root say together.
func (t Tree) declared(refs map[string]string) string {
	var out []string
	for _, p := range t.Packages {
		if !strings.Contains(p.Path, "/") && p.Licence != "" {
			out = append(out, p.Licence)
		}
	}
	out = all(out, refs)
	if len(out) == 0 {
		return "NOASSERTION"
	}
	return joined(out, "AND")
}

func (f File) changed() string {
	for _, x := range f.Findings {
		if x.Kind == Changed {
			return fmt.Sprintf("like %s (%d %%), with changed words: %s", x.Licence, x.Percent, strings.Join(x.Changes, "; "))
		}
	}
	return ""
}

func sorted(refs map[string]string) []string {
	var out []string
	for id := range refs {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

type cdxLicence struct {
	Expression string `json:"expression,omitempty"`
	Licence    *struct {
		Name string `json:"name"`
	} `json:"license,omitempty"`
	Acknowledgement string `json:"acknowledgement,omitempty"`
}

type cdxProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type cdxEvidence struct {
	Licences  []cdxLicence        `json:"licenses,omitempty"`
	Copyright []map[string]string `json:"copyright,omitempty"`
}

type cdxComponent struct {
	Type       string        `json:"type"`
	Ref        string        `json:"bom-ref"`
	Name       string        `json:"name"`
	Version    string        `json:"version,omitempty"`
	Licences   []cdxLicence  `json:"licenses,omitempty"`
	Evidence   *cdxEvidence  `json:"evidence,omitempty"`
	Properties []cdxProperty `json:"properties,omitempty"`
}

// named is a licence as CycloneDX has it: an expression, or a name where it is none.
func named(text, acknowledgement string) cdxLicence {
	if e, err := spdx.Parse(text); err == nil && said(Tag, text, 0).Certain {
		return cdxLicence{Expression: e.String(), Acknowledgement: acknowledgement}
	}
	return cdxLicence{Licence: &struct {
		Name string `json:"name"`
	}{or(text, "NOASSERTION")}, Acknowledgement: acknowledgement}
}

// CycloneDX writes the tree as a CycloneDX 1.6 document: declared licences as such, what was
// found as evidence.
func (t Tree) CycloneDX(s Stamp) ([]byte, error) {
	doc := struct {
		Format   string `json:"bomFormat"`
		Version  string `json:"specVersion"`
		Serial   string `json:"serialNumber"`
		N        int    `json:"version"`
		Metadata struct {
			At    string `json:"timestamp"`
			Tools struct {
				Components []cdxComponent `json:"components"`
			} `json:"tools"`
			Component cdxComponent `json:"component"`
		} `json:"metadata"`
		Components []cdxComponent `json:"components"`
	}{Format: "CycloneDX", Version: "1.6", Serial: "urn:uuid:" + s.Unique, N: 1, Components: []cdxComponent{}}
	doc.Metadata.At = s.At.UTC().Format(time.RFC3339)
	doc.Metadata.Tools.Components = []cdxComponent{{Type: "application", Ref: "allmende", Name: "allmende", Version: s.Version}}
	doc.Metadata.Component = cdxComponent{Type: "application", Ref: "tree", Name: t.Name}
	for i, p := range t.Packages {
		c := cdxComponent{Type: "library", Ref: fmt.Sprintf("package-%d", i+1), Name: or(p.Name, p.Path), Version: p.Version, Properties: []cdxProperty{{"allmende:path", p.Path}, {"allmende:stand", p.Stand}}}
		if p.Licence != "" {
			c.Licences = []cdxLicence{named(p.Licence, "declared")}
		}
		for _, d := range p.Detected {
			c.evidence().Licences = append(c.evidence().Licences, named(d, ""))
		}
		doc.Components = append(doc.Components, c)
	}
	for i, f := range t.Files {
		if len(f.Findings) == 0 {
			continue
		}
		c := cdxComponent{Type: "file", Ref: fmt.Sprintf("file-%d", i+1), Name: f.Path}
		for _, id := range f.Licences() {
			c.evidence().Licences = append(c.evidence().Licences, named(id, ""))
		}
		for _, h := range f.Copyright {
			c.evidence().Copyright = append(c.evidence().Copyright, map[string]string{"text": h})
		}
		if text := f.changed(); text != "" {
			c.Properties = append(c.Properties, cdxProperty{"allmende:changed", text})
		}
		c.one()
		doc.Components = append(doc.Components, c)
	}
	return json.MarshalIndent(doc, "", " ")
}

func (c *cdxComponent) evidence() *cdxEvidence {
	if c.Evidence == nil {
		c.Evidence = &cdxEvidence{}
	}
	return c.Evidence
}

// one joins several expressions: CycloneDX allows a single one in a list.
func (c *cdxComponent) one() {
	if c.Evidence == nil || len(c.Evidence.Licences) < 2 {
		return
	}
	var texts []string
	for _, l := range c.Evidence.Licences {
		if l.Expression == "" {
			for i, l := range c.Evidence.Licences { // names and expressions do not mix: all are named
				if l.Expression != "" {
					c.Evidence.Licences[i] = cdxLicence{Licence: &struct {
						Name string `json:"name"`
					}{l.Expression}}
				}
			}
			return
		}
		texts = append(texts, l.Expression)
	}
	c.Evidence.Licences = []cdxLicence{{Expression: joined(texts, "AND")}}
}
