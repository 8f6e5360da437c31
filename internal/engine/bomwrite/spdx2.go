// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bomwrite

import (
	"strconv"
	"strings"

	"allmende/internal/engine/bom"
)

type spdx2Document struct {
	ID            string           `json:"SPDXID"`
	Version       string           `json:"spdxVersion"`
	DataLicense   string           `json:"dataLicense"`
	Name          string           `json:"name"`
	Namespace     string           `json:"documentNamespace"`
	Comment       string           `json:"comment,omitempty"`
	Creation      spdx2Creation    `json:"creationInfo"`
	Packages      []spdx2Package   `json:"packages"`
	Relationships []spdx2Relation  `json:"relationships"`
	Extracted     []spdx2Extracted `json:"hasExtractedLicensingInfos,omitempty"`
}

type spdx2Creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdx2Package struct {
	ID         string         `json:"SPDXID"`
	Name       string         `json:"name"`
	Version    string         `json:"versionInfo,omitempty"`
	Location   string         `json:"downloadLocation"`
	Analyzed   bool           `json:"filesAnalyzed"`
	Supplier   string         `json:"supplier,omitempty"`
	Concluded  string         `json:"licenseConcluded"`
	Declared   string         `json:"licenseDeclared"`
	Copyright  string         `json:"copyrightText"`
	Purpose    string         `json:"primaryPackagePurpose,omitempty"`
	Checksums  []spdx2Sum     `json:"checksums,omitempty"`
	References []spdx2Locator `json:"externalRefs,omitempty"`
}

type spdx2Sum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type spdx2Locator struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type spdx2Relation struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

type spdx2Extracted struct {
	ID   string `json:"licenseId"`
	Name string `json:"name"`
	Text string `json:"extractedText"`
}

// SPDX2 writes SPDX 2.3 in JSON.
func SPDX2(d *bom.Document, a About) ([]byte, error) {
	out := spdx2Document{ID: "SPDXRef-DOCUMENT", Version: "SPDX-2.3", DataLicense: "CC0-1.0", Name: name(a), Comment: a.Licences,
		Namespace: "https://spdx.org/spdxdocs/" + a.ID, Creation: spdx2Creation{stamp(a.Made), []string{"Tool: " + a.Tool + "-" + a.Version}},
		Packages: []spdx2Package{}, Relationships: []spdx2Relation{}}
	if a.Author != "" {
		out.Creation.Creators = append(out.Creation.Creators, "Organization: "+line(a.Author))
	}
	var refs references
	root := product(d)
	if root < 0 {
		out.Packages = append(out.Packages, spdx2Package{ID: "SPDXRef-product", Name: a.Name, Version: a.Release, Location: "NOASSERTION",
			Concluded: "NOASSERTION", Declared: "NOASSERTION", Copyright: "NOASSERTION", Purpose: "APPLICATION"})
		out.Relationships = append(out.Relationships, spdx2Relation{out.ID, "DESCRIBES", "SPDXRef-product"})
	} else {
		out.Relationships = append(out.Relationships, spdx2Relation{out.ID, "DESCRIBES", spdx2ID(root)})
	}
	for i := range d.Components {
		out.Packages = append(out.Packages, spdx2Of(&d.Components[i], spdx2ID(i), &refs))
	}
	for i := range d.Components {
		depends, contains := d.Relations(i)
		for _, to := range depends {
			out.Relationships = append(out.Relationships, spdx2Relation{spdx2ID(i), "DEPENDS_ON", spdx2ID(int(to))})
		}
		for _, to := range contains {
			out.Relationships = append(out.Relationships, spdx2Relation{spdx2ID(i), "CONTAINS", spdx2ID(int(to))})
		}
		if p := d.Components[i].Parent; p >= 0 {
			out.Relationships = append(out.Relationships, spdx2Relation{spdx2ID(int(p)), "CONTAINS", spdx2ID(i)})
		}
	}
	for _, text := range refs.texts {
		out.Extracted = append(out.Extracted, spdx2Extracted{refs.ids[text], line(text), text})
	}
	return encode(out)
}

func name(a About) string { return strings.TrimSpace(a.Name + " " + a.Release) }

func spdx2ID(i int) string { return "SPDXRef-" + strconv.Itoa(i) }

// line is a text of one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

func orUnsaid(s string) string {
	if s == "" {
		return "NOASSERTION"
	}
	return s
}

var spdx2Purposes = strings.Fields("APPLICATION FRAMEWORK LIBRARY CONTAINER OPERATING-SYSTEM DEVICE FIRMWARE SOURCE ARCHIVE FILE INSTALL OTHER")

func spdx2Of(c *bom.Component, id string, refs *references) spdx2Package {
	p := spdx2Package{ID: id, Name: title(c), Version: c.Version, Location: "NOASSERTION", Copyright: orUnsaid(c.Copyright),
		Concluded: refs.expression(c.Concluded), Declared: refs.expression(c.Declared)}
	if address(c.Location) {
		p.Location = c.Location
	}
	for _, purpose := range spdx2Purposes {
		if strings.EqualFold(purpose, c.Type) {
			p.Purpose = purpose
		}
	}
	if c.Supplier != "" {
		p.Supplier = "Organization: " + line(c.Supplier)
	}
	for _, h := range c.Hashes {
		if alg := spdx2Algs[h.Alg]; alg != "" && hexadecimal(h.Value) {
			p.Checksums = append(p.Checksums, spdx2Sum{alg, strings.ToLower(h.Value)})
		}
	}
	if c.PURL != "" {
		p.References = append(p.References, spdx2Locator{"PACKAGE-MANAGER", "purl", c.PURL})
	}
	if strings.HasPrefix(c.CPE, "cpe:2.3:") {
		p.References = append(p.References, spdx2Locator{"SECURITY", "cpe23Type", c.CPE})
	} else if c.CPE != "" {
		p.References = append(p.References, spdx2Locator{"SECURITY", "cpe22Type", c.CPE})
	}
	return p
}

// spdx2Algs are the names of SPDX 2.3, clause 7.10, for what bom calls as CycloneDX does.
var spdx2Algs = map[string]string{"MD2": "MD2", "MD4": "MD4", "MD5": "MD5", "MD6": "MD6", "SHA-1": "SHA1", "SHA-224": "SHA224", "SHA-256": "SHA256", "SHA-384": "SHA384", "SHA-512": "SHA512",
	"SHA3-256": "SHA3-256", "SHA3-384": "SHA3-384", "SHA3-512": "SHA3-512", "BLAKE2b-256": "BLAKE2b-256", "BLAKE2b-384": "BLAKE2b-384", "BLAKE2b-512": "BLAKE2b-512", "BLAKE3": "BLAKE3"}
