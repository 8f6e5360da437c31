// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"slices"
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
	Why  string `json:"why,omitempty"`  // why it is demanded; needed where it narrows competition
	Part string `json:"part,omitempty"` // OfBidder or OfContract; empty: what has to be provided
}

// What an item is about beside what has to be provided.
const (
	OfBidder   = "suitability" // who can bid
	OfContract = "execution"   // what is kept to when the contract is carried out
)

// Headings under which items stand, in their order.
const (
	Service     = "service"     // what has to be provided: a must
	Suitability = "suitability" // of bidders
	Comparison  = "award"       // what earns points
	Execution   = "execution"   // of the contract
)

// Headings lists them all.
var Headings = []string{Service, Suitability, Comparison, Execution}

// Heading says under which heading an item stands.
func (i Item) Heading() string {
	switch {
	case i.Part == OfBidder:
		return Suitability
	case i.Part == OfContract:
		return Execution
	case i.Kind == Score:
		return Comparison
	}
	return Service
}

// Arranged is a description whose items bear the part that a catalogue gives them, in the order
// of the headings.
func (d Description) Arranged(c Catalogue) Description {
	d.Items = c.Parted(d.Items)
	slices.SortStableFunc(d.Items, func(a, b Item) int {
		return slices.Index(Headings, a.Heading()) - slices.Index(Headings, b.Heading())
	})
	return d
}

// Parted are items with the part that a catalogue gives them, as they stand.
func (c Catalogue) Parted(items []Item) []Item {
	out := slices.Clone(items)
	for i, item := range out {
		out[i].Part = c.part(item)
	}
	return out
}

// part is what an item is about: what the catalogue says, else what stands there.
func (c Catalogue) part(i Item) string {
	if _, ok := Find(c.Suitability, i.From); ok {
		return OfBidder
	}
	if _, ok := Find(c.Execution, i.From); ok {
		return OfContract
	}
	return i.Part
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
	for _, name := range named(d.Aim, products) {
		all.add("aim_product", "aim", 0, name)
	}
	for _, w := range unmeasurable(d.Aim) {
		all.add("vague", "aim", 0, w)
	}
	if len(d.Items) == 0 {
		all.add("items", "", 0, "")
	}
	asked := map[string]bool{}
	for i, item := range d.Items {
		asked[item.From] = true
		switch part := c.part(item); {
		case item.Kind == Score && part == OfBidder:
			all.add("suitability_scored", "item", i+1, "")
		case item.Kind == Score && part == OfContract:
			all.add("execution_scored", "item", i+1, "")
		}
		lintItem(i+1, item, products, &all)
	}
	for _, r := range c.Requirements {
		if !asked[r.ID] {
			all.add("not_asked", "", 0, r.ID)
		}
	}
	return all.sorted()
}

// named are the products whose names stand in a text; a single letter is none.
func named(text string, products []string) []string {
	return slices.DeleteFunc(award.Named(text, products), func(name string) bool { return utf8.RuneCountInString(name) < 2 })
}

// unmeasurable are the vague words that stand in a text.
func unmeasurable(text string) (out []string) {
	for _, w := range vague {
		if award.Holds(text, []string{w}) {
			out = append(out, strings.TrimSpace(w))
		}
	}
	return out
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
	for _, name := range named(item.Text, products) {
		all.add(product, "item", n, name)
	}
	for _, w := range unmeasurable(item.Text) {
		all.add("vague", "item", n, w)
	}
	if item.Kind == Must && !reasoned && award.WantsOpenSource(item.Text) {
		all.add("open_unreasoned", "item", n, "")
	}
}
