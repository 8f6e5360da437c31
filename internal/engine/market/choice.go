// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"embed"
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
	About     Text   `json:"about"`  // what it means, or its wording
	Checks    []Text `json:"checks"` // what to check before it is chosen
	Certainty string `json:"certainty"`
	Source    string `json:"source"`
}

// A Catalogue is what there is to choose from.
type Catalogue struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Checked string `json:"checked"` // day on which somebody last compared it with its sources

	Needs        []Choice `json:"needs"`        // kinds of need, by how special they are to a city
	Ways         []Choice `json:"ways"`         // make, buy, use, compose
	Procedures   []Choice `json:"procedures"`   // award procedures
	Requirements []Choice `json:"requirements"` // of a functional description, in neutral words
	Suitability  []Choice `json:"suitability"`  // of bidders
	Rules        []Rule   `json:"rules"`
}

// A Rule of the linter.
type Rule struct {
	ID       string `json:"id"`
	Severity string `json:"severity"` // Block or Warn
	Source   string `json:"source"`
	Text
}

// Severities of findings. What has a blocking one must not be frozen.
const (
	Block = "block"
	Warn  = "warn"
)

//go:embed data/catalogue.json
var files embed.FS

var catalogue = func() (c Catalogue) {
	data, err := files.ReadFile("data/catalogue.json")
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		panic("market: a file of the program itself is broken: " + err.Error())
	}
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
