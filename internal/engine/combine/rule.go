// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"allmende/internal/engine/spdx"
)

//go:embed data/rules.json
var rulesJSON []byte

// A Rule answers for a group of components, of works and of uses. The first that fits counts.
// In and Out are ids or names of sets, empty for all.
type Rule struct {
	ID       string            `json:"id"`
	In       []string          `json:"in"`
	Out      []string          `json:"out"`
	Same     bool              `json:"same"` // the work is under the licence of the component
	Ways     []Way             `json:"ways"`
	Reaches  []Reach           `json:"reaches"`
	Modified bool              `json:"modified"` // fits only where the component is changed
	With     []string          `json:"with"`     // fits only with one of these exceptions
	Answer   Answer            `json:"answer"`
	Clause   string            `json:"clause"`
	Clauses  map[string]string `json:"clauses"` // instead of Clause for components whose id begins with the key
	Source   string            `json:"source"`
	Checked  string            `json:"checked"` // day on which the source was looked up, YYYY-MM-DD
	Reason   Text              `json:"reason"`

	Certainty Certainty `json:"certainty"`
}

// Certainty says what a rule rests on.
type Certainty string

// What rules rest on; those that answer "unknown" rest on nothing.
const (
	ByText    Certainty = "text"    // the clause says so itself
	BySaid    Certainty = "said"    // somebody else says so of the licence; see Source
	ByReading Certainty = "reading" // what the authors make of the clauses
)

// A Book is the rules, with what they are called and since when.
type Book struct {
	ID       string              `json:"id"`
	Version  string              `json:"version"`
	Reviewed string              `json:"reviewed"` // day, YYYY-MM-DD
	Licences []string            `json:"licences"` // that the rules speak of
	Aliases  map[string]string   `json:"aliases"`  // ids that the SPDX list has given up
	Sets     map[string][]string `json:"sets"`
	Rules    []Rule              `json:"rules"`
}

// Rules are the rules that are built in.
var Rules = func() Book {
	b, err := readBook(rulesJSON)
	if err != nil {
		panic("combine: the rules that are built in: " + err.Error())
	}
	return b
}()

// readBook reads rules and writes their sets out into ids.
func readBook(data []byte) (b Book, err error) {
	if err := json.Unmarshal(data, &b); err != nil {
		return b, err
	}
	for i := range b.Rules {
		r := &b.Rules[i]
		if r.In, err = b.spread(r.In, 0); err == nil {
			r.Out, err = b.spread(r.Out, 0)
		}
		if err != nil {
			return b, fmt.Errorf("rule %s: %w", r.ID, err)
		}
	}
	return b, nil
}

func (b Book) spread(names []string, depth int) (out []string, err error) {
	for _, n := range names {
		members, ok := b.Sets[n]
		switch {
		case slices.Contains(b.Licences, n):
			out = append(out, n)
		case !ok:
			return nil, fmt.Errorf("%q is neither a licence nor a set", n)
		case depth > 5:
			return nil, fmt.Errorf("set %q contains itself", n)
		default:
			all, err := b.spread(members, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, all...)
		}
	}
	return out, nil
}

// Known reports whether the rules speak of a licence.
func Known(id string) bool { return slices.Contains(Rules.Licences, canonical(id)) }

// Licences are those that the rules speak of.
func Licences() []string { return slices.Clone(Rules.Licences) }

// canonical is an id as the rules call it.
func canonical(id string) string {
	if e, ok := spdx.Find(id); ok {
		id = e.ID
	}
	if a, ok := Rules.Aliases[id]; ok {
		return a
	}
	return id
}

// withPlus is the id of a licence with "+" in it, where there is one: GPL-3.0+ is
// GPL-3.0-or-later. For a licence without such an id the version named applies, which is one
// of those that may be chosen.
func withPlus(l spdx.Licence) string {
	if !l.Plus {
		return l.ID
	}
	if later := strings.TrimSuffix(strings.TrimSuffix(l.ID, "-only"), "-or-later") + "-or-later"; Known(later) {
		return later
	}
	return l.ID
}

func ruleOf(id string) Rule {
	return Rules.Rules[slices.IndexFunc(Rules.Rules, func(r Rule) bool { return r.ID == id })]
}

// find returns the first rule that fits; the last of all fits everything.
func find(out string, in spdx.Licence, use Use) Rule {
	i := slices.IndexFunc(Rules.Rules, func(r Rule) bool { return r.fits(out, in, use) })
	return Rules.Rules[i]
}

func (r Rule) fits(out string, in spdx.Licence, use Use) bool {
	has := func(list []string, one string) bool { return len(list) == 0 || slices.Contains(list, one) }
	return has(r.In, in.ID) && has(r.Out, out) && (!r.Same || in.ID == out) &&
		(len(r.Ways) == 0 || slices.Contains(r.Ways, use.Way)) && (len(r.Reaches) == 0 || slices.Contains(r.Reaches, use.Reach)) &&
		(!r.Modified || use.Modified) && (len(r.With) == 0 || slices.Contains(r.With, in.Exception))
}

// clause is the one that decides for a component.
func (r Rule) clause(in string) string {
	best, found := "", r.Clause
	for start, c := range r.Clauses {
		if strings.HasPrefix(in, start) && len(start) > len(best) {
			best, found = start, c
		}
	}
	return found
}
