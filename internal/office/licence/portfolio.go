// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// A Term is what stands in the field for the licence of some packages in view.
type Term struct {
	Text        string   `json:"text" doc:"As it stands there; empty where nothing is said."`
	Expression  string   `json:"expression,omitempty" doc:"SPDX expression that it is read as."`
	Certainty   string   `json:"certainty" enum:"exact,likely,ambiguous,none"`
	Candidates  []string `json:"candidates,omitempty" doc:"What an ambiguous text may mean."`
	Why         string   `json:"why" doc:"Short name of the reason for the reading."`
	Class       string   `json:"class" doc:"How far its conditions reach; empty is unknown."`
	Concluded   bool     `json:"concluded,omitempty" doc:"Somebody of the house concluded it for each of these packages."`
	Products    int      `json:"products"`
	Releases    int      `json:"releases"`
	Packages    int64    `json:"packages" doc:"Entries in bills of materials."`
	Contrary    int      `json:"contrary,omitempty" doc:"Entries whose authors declared another licence than the document concluded."`
	Licences    []string `json:"licences,omitempty" doc:"Ids in the expression."`
	certainty   int
	releases    map[ospo.ReleaseID]bool
	products    map[ospo.SoftwareID]bool
	foldedText  string
	foldedExpr  string
	conclusions map[string]bool
}

// Certainties in the order of a list: what has to be clarified last.
var certainties = []string{spdx.Exact, spdx.Likely, spdx.Ambiguous, spdx.None}

// A TermFilter narrows the licences in the estate.
type TermFilter struct {
	Text      string // part of the text or of the expression
	Certainty string
	Class     string // "unknown" is none
	Licence   string // exact id or family, as with [Matches]
}

// TermSorts are the orders of the licences in the estate.
var TermSorts = []string{"-packages", "text", "expression", "certainty", "class", "products"}

// Estate lists each distinct term in view with what it is read as.
func (s *Service) Estate(ctx context.Context, f TermFilter, sort string, desc bool) ([]Term, error) {
	v, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(v.terms(), func(t Term) bool { return !f.passes(t) })
	slices.SortFunc(all, func(a, b Term) int {
		by := a.compare(b, sort)
		if desc {
			by = -by
		}
		return cmp.Or(by, strings.Compare(a.foldedText, b.foldedText), strings.Compare(a.Text, b.Text), cmp.Compare(len(a.conclusions), len(b.conclusions)))
	})
	return all, nil
}

func (t Term) compare(o Term, sort string) int {
	switch sort {
	case "text":
		return strings.Compare(t.foldedText, o.foldedText)
	case "expression":
		return strings.Compare(t.foldedExpr, o.foldedExpr)
	case "certainty":
		return cmp.Compare(t.certainty, o.certainty)
	case "class":
		return cmp.Compare(slices.Index(spdx.Classes, spdx.Class(t.Class)), slices.Index(spdx.Classes, spdx.Class(o.Class)))
	case "products":
		return cmp.Compare(t.Products, o.Products)
	}
	return cmp.Compare(t.Packages, o.Packages)
}

func (f TermFilter) passes(t Term) bool {
	want := strings.ToLower(f.Text)
	return (want == "" || strings.Contains(t.foldedText, want) || strings.Contains(t.foldedExpr, want)) &&
		(f.Certainty == "" || f.Certainty == t.Certainty) &&
		(f.Class == "" || f.Class == classWord(spdx.Class(t.Class))) &&
		(f.Licence == "" || slices.ContainsFunc(t.Licences, func(id string) bool { return Matches(f.Licence, id) }))
}

// classWord is the word for a class in addresses and text keys.
func classWord(c spdx.Class) string { return cmp.Or(string(c), "unknown") }

// terms counts packages, releases and products of each term.
func (v survey) terms() []Term {
	by := map[string]*Term{}
	for _, h := range v.holdings {
		for _, l := range v.lots[h.Document] {
			if l.packages == 0 {
				continue
			}
			c := v.counts(l)
			key := c.text
			if l.conclusion != nil {
				key += "\x00"
			}
			t := by[key]
			if t == nil {
				t = v.term(c)
				t.Concluded = l.conclusion != nil
				by[key] = t
			}
			t.Packages += l.packages
			t.releases[h.Release], t.products[h.Software] = true, true
			if v.contradicts(l) {
				t.Contrary += int(l.packages)
			}
		}
	}
	out := make([]Term, 0, len(by))
	for _, t := range by {
		t.Products, t.Releases = len(t.products), len(t.releases)
		out = append(out, *t)
	}
	return out
}

// term is a term without its counts.
func (v survey) term(c said) *Term {
	r := c.reading
	t := &Term{Text: c.text, Certainty: r.Certainty, Candidates: r.Candidates, Why: c.why(), certainty: slices.Index(certainties, r.Certainty),
		releases: map[ospo.ReleaseID]bool{}, products: map[ospo.SoftwareID]bool{}, foldedText: strings.ToLower(c.text)}
	if r.Definite() {
		t.Expression, t.Class = r.Expr.String(), string(v.class(r.Expr))
		for l := range r.Expr.Licences {
			if !slices.Contains(t.Licences, l.ID) {
				t.Licences = append(t.Licences, l.ID)
			}
		}
	}
	t.foldedExpr = strings.ToLower(t.Expression)
	return t
}

// Matches reports whether an id is the licence, or of the family, that somebody asked for:
// "AGPL" means each version, "AGPL-3.0" each form of that version, "AGPL-3.0-only" that one.
// Case does not matter.
func Matches(asked, id string) bool {
	asked, id = strings.ToLower(strings.TrimSuffix(asked, "+")), strings.ToLower(id)
	return asked != "" && (id == asked || strings.HasPrefix(id, asked+"-") || strings.HasPrefix(id, asked+"."))
}

// KnownLicence reports whether what somebody asked for is a licence or a family of the list,
// or one's own.
func KnownLicence(asked string) bool {
	if len(asked) < 2 || len(asked) > longestLine {
		return false
	}
	if strings.HasPrefix(asked, "LicenseRef-") {
		return true
	}
	return slices.ContainsFunc(spdx.List(), func(e spdx.Entry) bool { return Matches(asked, e.ID) })
}
