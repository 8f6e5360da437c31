// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"strconv"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/ospo"
	"allmende/internal/platform/lang"
)

// What became of a document.
const (
	Created    = "created"    // new for its release
	Recognised = "recognised" // it is the release's present document already
	Restored   = "restored"   // it was its document once and is so again
)

// A Receipt is the whole answer to an upload. What is not known is absent.
type Receipt struct {
	File     string         `json:"file,omitempty" doc:"Name of the file, where it had one."`
	State    string         `json:"state" enum:"created,recognised,restored" doc:"recognised: the release has this very document already. restored: it had it before."`
	Document string         `json:"document" doc:"Number of the document."`
	Sum      string         `json:"sum" doc:"SHA-256 of the document as it is kept, unpacked."`
	Release  ospo.ReleaseID `json:"release"`
	Software string         `json:"software"`
	Version  string         `json:"version" doc:"Of the software."`
	NewEntry bool           `json:"newEntry" doc:"The release was registered by this upload."`
	Replaces string         `json:"replaces,omitempty" doc:"Number of the document that was the release's before."`

	Figures
	Findings *Findings       `json:"findings,omitempty" doc:"Known vulnerabilities of the release by severity; absent where nobody looked."`
	Licences *LicenceVerdict `json:"licences,omitempty" doc:"What the profile of the organisation says of the licences; absent where nobody asked."`
	Warnings []Flaw          `json:"warnings" doc:"The first hundred."`
	Uploaded time.Time       `json:"uploaded"`
	Href     string          `json:"href" doc:"The document's page."`
}

// Figures are the facts of one document.
type Figures struct {
	Format         string    `json:"format" doc:"CycloneDX or SPDX"`
	FormatVersion  string    `json:"formatVersion"`
	Encoding       string    `json:"encoding" doc:"json, xml, tag-value, yaml, rdf or json-ld"`
	Serial         string    `json:"serial,omitempty"`
	Name           string    `json:"name,omitempty" doc:"What the document calls its product."`
	Size           int       `json:"size" doc:"Bytes, unpacked."`
	Components     int       `json:"components" doc:"As listed, without the product itself."`
	Packages       int       `json:"packages" doc:"Distinct among them."`
	Direct         int       `json:"direct" doc:"Packages that the product itself asks for."`
	Unplaced       int       `json:"unplaced" doc:"Packages of which the document does not say who asks for them."`
	WithoutPURL    int       `json:"withoutPurl" doc:"Components without a package URL that can be read."`
	WithoutLicence int       `json:"withoutLicence" doc:"Components with neither a declared nor a concluded licence."`
	Duplicates     int       `json:"duplicates" doc:"Components listed again."`
	WarningCount   int       `json:"warningCount"`
	Complete       string    `json:"complete" enum:"complete,incomplete,unknown" doc:"As the document states it."`
	Made           time.Time `json:"made,omitzero" doc:"When the document says it was made."`
}

// A Flaw is one warning with its place.
type Flaw struct {
	Code   string   `json:"code"`
	Path   string   `json:"path,omitempty" doc:"JSON pointer, XPath-like, or an SPDX id."`
	Line   int      `json:"line,omitempty"`
	Column int      `json:"column,omitempty"`
	Args   []string `json:"args,omitempty"`
	Text   string   `json:"text" doc:"In the reader's language."`
}

// figures returns the facts of a document just read.
func (c *content) figures() Figures {
	d, n := c.doc, c.count
	f := Figures{
		Format: string(d.Format), FormatVersion: d.Version, Encoding: d.Encoding, Serial: d.Serial, Name: d.Name, Size: len(c.raw),
		Components: n.Components, Packages: n.Packages, Direct: n.Direct, Unplaced: n.Unplaced, WithoutPURL: n.WithoutPURL,
		WithoutLicence: n.WithoutLicence, Duplicates: n.Duplicates, WarningCount: d.WarningTotal, Complete: string(d.Complete), Made: d.Created,
	}
	if d.Root >= 0 {
		f.Name = d.Components[d.Root].Name
	}
	return f
}

// notesKept is how many warnings are kept with a document; all of them are in the raw one.
const notesKept = 100

// notes returns the first warnings of a document, still without words.
func notes(d *bom.Document) []Flaw { return flawsOf(d.Warnings[:min(len(d.Warnings), notesKept)]) }

func flawsOf(warnings []bom.Warning) []Flaw {
	out := []Flaw{}
	for _, w := range warnings {
		f := Flaw{Code: w.Code, Path: short(w.Path), Line: w.Line, Column: w.Column}
		for _, a := range w.Args {
			f.Args = append(f.Args, short(a))
		}
		out = append(out, f)
	}
	return out
}

// word puts warnings into the reader's language.
func word(c lang.Catalogue, tongue string, flaws []Flaw) []Flaw {
	for i, f := range flaws {
		flaws[i].Text = c.T(tongue, textKey(f.Code), shown(f.Code, f.Args)...)
	}
	return flaws
}

// number writes a document's or package's number for addresses and JSON, where it is a
// text: JavaScript rounds numbers of this size.
func number[N ~int64](id N) string { return strconv.FormatInt(int64(id), 10) }

func pageOf(id ospo.DocumentID) string { return "/sbom/" + number(id) }
