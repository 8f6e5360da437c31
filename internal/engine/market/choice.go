// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Certainties: how sure it is what a choice or rule rests on.
const (
	Own        = "own"        // a proposal of ours
	Seen       = "secondary"  // read at second hand
	Unverified = "unverified" // known by name only; to be checked before use
)

// A Text in both languages.
type Text struct {
	DE string `json:"de"`
	EN string `json:"en"`
}

// In gives the text in German or English.
func (t Text) In(tongue string) string {
	if tongue == "de" {
		return t.DE
	}
	return t.EN
}

// A Choice is one of a list to choose from.
type Choice struct {
	ID        string `json:"id"`
	Name      Text   `json:"name"`
	About     Text   `json:"about"`                               // what it means, or its wording
	Why       Text   `json:"why,omitzero" yaml:",omitempty"`      // it may be asked
	Evidence  Text   `json:"evidence,omitzero" yaml:",omitempty"` // what proves it
	Checks    []Text `json:"checks" yaml:",omitempty"`            // what to check before it is chosen
	Certainty string `json:"certainty"`
	Source    string `json:"source"`
	SourceEN  string `json:"source_en,omitempty" yaml:"source_en,omitempty"` // where it differs
	Clause    string `json:"clause,omitempty" yaml:",omitempty"`

	Anchors     []Anchor `json:"anchors,omitempty" yaml:",omitempty"`     // what earns how many points
	Corresponds string   `json:"corresponds,omitempty" yaml:",omitempty"` // number in another catalogue that the organisation follows
}

// SourceIn says in German or English what a choice rests on.
func (c Choice) SourceIn(tongue string) string {
	if tongue == "de" || c.SourceEN == "" {
		return c.Source
	}
	return c.SourceEN
}

// An Anchor says in words what earns some of at most 10 points.
type Anchor struct {
	Points int  `json:"points"`
	Text   Text `json:"text"`
}

// A Catalogue is what there is to choose from.
type Catalogue struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Checked string `json:"checked"` // day on which somebody last compared it with its sources

	Text string `json:"-" yaml:"-"` // id of the text that a house has written; empty for what ships
	Sum  string `json:"-" yaml:"-"` // SHA-256 of the text, in hexadecimal

	Needs        []Choice `json:"needs"`        // kinds of need, by how special they are to a city
	Ways         []Choice `json:"ways"`         // make, buy, use, compose
	Procedures   []Choice `json:"procedures"`   // award procedures
	Requirements []Choice `json:"requirements"` // of a functional description, in neutral words
	Suitability  []Choice `json:"suitability"`  // of bidders
	Award        []Choice `json:"award"`        // criteria by which bids are compared, with scales
	Execution    []Choice `json:"execution"`    // what has to be kept to when the contract is carried out
	Utility      []Choice `json:"utility"`      // criteria of what money does not show, with scales
	Rules        []Rule   `json:"rules"`
}

// A Pin says which edition of the catalogue a paper was written with. Older ones have no text and no
// sum: a number alone can mean the texts of two houses.
type Pin struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Text    string `json:"text,omitempty"` // id of the text that a house has written
	Sum     string `json:"sha256,omitempty"`
}

// Pin names this edition.
func (c Catalogue) Pin() *Pin { return &Pin{c.ID, c.Version, c.Text, c.Sum} }

// Names reports whether it is the edition that a pin names. Where somebody's name was taken out of a
// text it has another sum, and is the same one.
func (p Pin) Names(c Catalogue) bool {
	return p.ID == c.ID && p.Version == c.Version && (p.Text == c.Text || p.Text == "" && p.Sum == "")
}

// A Section is one list of a catalogue under its name.
type Section struct {
	Name string
	All  *[]Choice
}

// Sections are the lists, in their order.
func (c *Catalogue) Sections() []Section {
	return []Section{{"needs", &c.Needs}, {"ways", &c.Ways}, {"procedures", &c.Procedures}, {"requirements", &c.Requirements},
		{"suitability", &c.Suitability}, {"award", &c.Award}, {"execution", &c.Execution}, {"utility", &c.Utility}}
}

// Pick gives those of all choices that bear one of the ids, in the order of the catalogue.
func (c Catalogue) Pick(ids ...string) (out []Choice) {
	for _, s := range c.Sections() {
		for _, x := range *s.All {
			if slices.Contains(ids, x.ID) {
				out = append(out, x)
			}
		}
	}
	return out
}

// A Rule of the linter.
type Rule struct {
	ID       string `json:"id"`
	Severity string `json:"severity"` // Block or Warn
	Source   string `json:"source"`
	SourceEN string `json:"source_en,omitempty"` // where it differs
	Text
}

// SourceIn says in German or English what a rule rests on.
func (r Rule) SourceIn(tongue string) string {
	return Choice{Source: r.Source, SourceEN: r.SourceEN}.SourceIn(tongue)
}

// Severities of findings. What has a blocking one must not be frozen.
const (
	Block = "block"
	Warn  = "warn"
)

//go:embed data
var files embed.FS

var catalogue = func() (c Catalogue) {
	data, err := files.ReadFile("data/catalogue.json")
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		panic("market: a file of the program itself is broken: " + err.Error())
	}
	sum := sha256.Sum256(data)
	c.Sum = hex.EncodeToString(sum[:])
	return c
}()

// Shipped returns the catalogue of the program.
func Shipped() Catalogue { return catalogue }

// Find returns the choice with an id.
func Find(all []Choice, id string) (Choice, bool) {
	i := slices.IndexFunc(all, func(c Choice) bool { return c.ID == id })
	if i < 0 {
		return Choice{}, false
	}
	return all[i], true
}

// A Finding is a rule that is broken, and where.
type Finding struct {
	Rule
	Place string // "source", "candidate", "way", "item"; empty for the whole
	N     int    // row, from 1
	Got   string
}

// Blocked reports whether a finding keeps a paper from being frozen.
func Blocked(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == Block })
}

// findings collects what rules find, the blocking ones first.
type findings []Finding

func (all *findings) add(rule, place string, n int, got string) {
	i := slices.IndexFunc(catalogue.Rules, func(r Rule) bool { return r.ID == rule })
	*all = append(*all, Finding{catalogue.Rules[i], place, n, got})
}

func (all findings) sorted() []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int {
		switch {
		case a.Severity == b.Severity:
			return 0
		case a.Severity == Block:
			return -1
		}
		return 1
	})
	return all
}
