// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"strings"
	"unicode/utf8"

	"allmende/internal/engine/award"
)

// Kinds of items of a description.
const (
	Must  = "must"  // a bid without it is excluded
	Score = "score" // it earns points
)

// A Description says what has to be provided, in functions.
type Description struct {
	Title string `json:"title"`
	Aim   string `json:"aim"`
	Items []Item `json:"items"`

	Library *Pin `json:"library,omitempty"` // edition of the catalogue that it was written with
}

// Written names the edition of the catalogue that a description was written with; nil for
// those that are older than editions.
func (d Description) Written() *Pin { return d.Library }

// Used are the choices of a catalogue that a description names.
func (d Description) Used(c Catalogue) []Choice {
	var ids []string
	for _, i := range d.Items {
		ids = append(ids, i.From)
	}
	return c.Pick(ids...)
}

// An Item is one requirement: taken from the catalogue, where its wording may have been
// altered, or of one's own.
type Item struct {
	From string `json:"from,omitempty"` // id of a requirement, suitability or condition of the catalogue
	Kind string `json:"kind"`
	Text string `json:"text"`
	Why  string `json:"why,omitempty"` // why it is demanded; needed where it narrows competition
}

// equivalent lets in what does the same.
var equivalent = []string{" oder gleichwertig", " or equivalent "}

// vague are words by which nobody can tell whether a requirement is met.
var vague = []string{" modern", " benutzerfreundlich", " nutzerfreundlich", " intuitiv", " marktüblich", " zeitgemäß", " performant", " state of the art ", " user friendly ", " intuitive ", " leistungsfähig"}

// Lint says what is wrong with a description before it is published, and which requirements of
// a catalogue it lacks. products are the names of software that the register knows.
func (d Description) Lint(c Catalogue, products []string) []Finding {
	var all findings
	if strings.TrimSpace(d.Aim) == "" {
		all.add("aim", "", 0, "")
	}
	if len(d.Items) == 0 {
		all.add("items", "", 0, "")
	}
	asked := map[string]bool{}
	for i, item := range d.Items {
		asked[item.From] = true
		lintItem(i+1, item, products, &all)
	}
	for _, r := range c.Requirements {
		if !asked[r.ID] {
			all.add("not_asked", "", 0, r.ID)
		}
	}
	return all.sorted()
}

func lintItem(n int, item Item, products []string, all *findings) {
	if strings.TrimSpace(item.Text) == "" {
		all.add("empty", "item", n, "")
		return
	}
	reasoned := strings.TrimSpace(item.Why) != ""
	// A name is borne only where there is a reason, and what is equal is let in.
	product := "product"
	if reasoned && award.Holds(item.Text, equivalent) {
		product = "product_reasoned"
	}
	for _, name := range award.Named(item.Text, products) {
		if utf8.RuneCountInString(name) > 1 {
			all.add(product, "item", n, name)
		}
	}
	for _, w := range vague {
		if award.Holds(item.Text, []string{w}) {
			all.add("vague", "item", n, strings.TrimSpace(w))
		}
	}
	if item.Kind == Must && !reasoned && award.WantsOpenSource(item.Text) {
		all.add("open_unreasoned", "item", n, "")
	}
}
