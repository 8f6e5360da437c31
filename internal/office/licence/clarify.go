// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/ospo"
)

// A Doubt is a package whose licence somebody has to clarify.
type Doubt struct {
	Package    string   `json:"package" doc:"Number of the package."`
	Title      string   `json:"title"`
	PURL       string   `json:"purl,omitempty"`
	Kind       string   `json:"kind" enum:"ambiguous,none,contrary" doc:"The text has several meanings; it has none that is known, or nothing is said; authors and document say different things."`
	Said       []string `json:"said" doc:"What stands in the fields, the most frequent first; nothing where all are empty."`
	Why        string   `json:"why" doc:"Short name of the reason for the reading of the most frequent one."`
	Candidates []string `json:"candidates,omitempty"`
	Products   int      `json:"products"`
	Releases   int      `json:"releases"`

	id       ospo.PackageID
	products map[ospo.SoftwareID]bool
	pairs    map[pair]int
}

// kinds of doubt, the first is worked off first where products are equal.
var doubtKinds = []string{"ambiguous", "contrary", "none"}

// doubt says what is to be clarified of a lot; empty where nothing is.
func (v survey) doubt(l lot) string {
	r := v.counts(l).reading
	switch {
	case l.conclusion != nil:
		return ""
	case !r.Definite():
		return r.Certainty
	case v.contradicts(l):
		return "contrary"
	}
	return ""
}

// Clarify lists the packages in view whose licence is ambiguous, unknown or contradictory, the
// ones in most products first. text is part of a package's name or of what is said; kind one
// kind of doubt or empty.
func (s *Service) Clarify(ctx context.Context, kind, text string) ([]Doubt, error) {
	v, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	by, err := s.doubts(ctx, v, kind)
	if err != nil {
		return nil, err
	}
	ids := make([]ospo.PackageID, 0, len(by))
	for id := range by {
		ids = append(ids, id)
	}
	names, err := s.store.packages(ctx, s.store.db.Read(), ids)
	if err != nil {
		return nil, err
	}
	out := make([]Doubt, 0, len(by))
	want := strings.ToLower(text)
	for id, d := range by {
		p := names[id]
		d.settle(v, p)
		if want == "" || strings.Contains(strings.ToLower(d.Title+" "+strings.Join(d.Said, " ")), want) {
			out = append(out, *d)
		}
	}
	slices.SortFunc(out, func(a, b Doubt) int {
		return cmp.Or(cmp.Compare(b.Products, a.Products), cmp.Compare(slices.Index(doubtKinds, a.Kind), slices.Index(doubtKinds, b.Kind)),
			strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), cmp.Compare(a.id, b.id))
	})
	return out, nil
}

// doubts gathers the packages of the documents that have any.
func (s *Service) doubts(ctx context.Context, v survey, kind string) (map[ospo.PackageID]*Doubt, error) {
	concluded, err := s.counting(ctx)
	if err != nil {
		return nil, err
	}
	out := map[ospo.PackageID]*Doubt{}
	for part := range slices.Chunk(v.holdings, 100) {
		var ids []ospo.DocumentID
		for _, h := range part {
			if slices.ContainsFunc(v.lots[h.Document], func(l lot) bool { d := v.doubt(l); return d != "" && l.packages > 0 && (kind == "" || kind == d) }) {
				ids = append(ids, h.Document)
			}
		}
		lists, err := s.Shelf.Inventories(ctx, s.store.db.Read(), ids)
		if err != nil {
			return nil, err
		}
		for _, h := range part {
			list := lists[h.Document]
			known := map[pair]string{}
			for at, n := range list.Packages {
				p, id := pair{list.Declared[at], list.Concluded[at]}, ospo.PackageID(n)
				why, ok := known[p]
				if !ok {
					why = v.doubt(lot{pair: p})
					known[p] = why
				}
				if why == "" || kind != "" && kind != why || concluded[id] != nil {
					continue
				}
				d := out[id]
				if d == nil {
					d = &Doubt{id: id, Kind: why, products: map[ospo.SoftwareID]bool{}, pairs: map[pair]int{}}
					out[id] = d
				}
				d.products[h.Software] = true
				d.pairs[p]++
				d.Releases++
			}
		}
	}
	return out, nil
}

// settle fills in what is shown of a doubt.
func (d *Doubt) settle(v survey, p Package) {
	d.Package, d.Title, d.PURL, d.Products = p.Number(), p.Title(), p.PURL, len(d.products)
	pairs := make([]pair, 0, len(d.pairs))
	for one := range d.pairs {
		pairs = append(pairs, one)
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(d.pairs[b], d.pairs[a]), cmp.Compare(a.declared, b.declared), cmp.Compare(a.concluded, b.concluded))
	})
	d.Said = []string{}
	for i, one := range pairs {
		if i == 0 {
			first := v.said[one.counts()]
			d.Kind, d.Why, d.Candidates = v.doubt(lot{pair: one}), first.why(), first.reading.Candidates
		}
		for _, text := range []string{v.said[one.concluded].text, v.said[one.declared].text} {
			if text != "" && !slices.Contains(d.Said, text) {
				d.Said = append(d.Said, text)
			}
		}
	}
}
