// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"allmende/internal/engine/bom"
	"allmende/internal/platform/blob"
)

// An Inspection is what can be said of a document without any database.
type Inspection struct {
	Sum      string `json:"sum" doc:"SHA-256 of the document, unpacked."`
	Software string `json:"software,omitempty" doc:"The product, as an upload would register it."`
	Version  string `json:"version,omitempty" doc:"Of the product."`
	Figures
	Warnings []Flaw `json:"warnings"`

	Checked bool   `json:"schemaChecked" doc:"There is an official JSON schema for this format and version."`
	Schema  []Flaw `json:"schema" doc:"Where the document is not as the schema wants it."`
}

// Inspect reads a document, which may be packed with gzip, and says in the given
// language what is in it and what is wrong with it.
func Inspect(data []byte, lim Limits, tongue string) (Inspection, error) {
	lim = lim.Or(Defaults)
	raw, err := unpack(data, lim.Bytes)
	if err != nil {
		return Inspection{}, err
	}
	doc, err := bom.Read(raw, lim.document())
	if err != nil {
		return Inspection{}, refusal(err)
	}
	c := gather(doc)
	c.raw = raw
	i := Inspection{Sum: blob.Sum(raw), Figures: c.figures(), Warnings: word(texts(), tongue, flawsOf(doc.Warnings)), Schema: []Flaw{}}
	if doc.Root >= 0 {
		i.Software, i.Version = doc.Components[doc.Root].Name, doc.Components[doc.Root].Version
	}
	i.check(raw, tongue)
	return i, nil
}

// Say returns why a document could not be inspected, in the given language.
func Say(tongue string, err error) string { return texts().Say(tongue, err) }

// check compares JSON of CycloneDX with the schema of its version. A document too large
// for that is not checked.
func (i *Inspection) check(raw []byte, tongue string) {
	if i.Format != string(bom.CycloneDX) || i.Encoding != "json" {
		return
	}
	if found, err := bom.CheckSchema(raw); err == nil {
		i.Checked, i.Schema = true, word(texts(), tongue, flawsOf(found))
	}
}

// Open reads a document, which may be packed with gzip, for others that look into it.
func Open(data []byte, lim Limits) (*bom.Document, error) {
	lim = lim.Or(Defaults)
	raw, err := unpack(data, lim.Bytes)
	if err != nil {
		return nil, err
	}
	doc, err := bom.Read(raw, lim.document())
	if err != nil {
		return nil, refusal(err)
	}
	return doc, nil
}
