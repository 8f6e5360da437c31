// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/inventory"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// A Place is a release that holds packages under a licence.
type Place struct {
	Software   string          `json:"software"`
	SoftwareID ospo.SoftwareID `json:"softwareId"`
	Release    string          `json:"release" doc:"Version of the product."`
	ReleaseID  ospo.ReleaseID  `json:"releaseId"`
	Owner      string          `json:"owner" doc:"Organisation that keeps the record."`
	Packages   int64           `json:"packages" doc:"Packages under it, by what they are read as."`
	Choice     int64           `json:"choice,omitempty" doc:"Those among them where another licence may be chosen instead."`
	Maybe      int64           `json:"maybe,omitempty" doc:"Further packages whose licence field may mean it: somebody has to clarify that."`

	Ruling   string `json:"-"` // the verdict on the licences of the release; empty where the viewer may not know
	document ospo.DocumentID
}

// Found is where a licence or a family of licences is in the estate.
type Found struct {
	Asked    string  `json:"asked"`
	Products int     `json:"products"`
	Places   []Place `json:"places" doc:"Releases, by product."`
	Packages int64   `json:"packages"`
	Maybe    int     `json:"maybe" doc:"Releases that may hold it and for certain do not."`
	Looked   int     `json:"looked" doc:"Bills of materials in view that were looked through."`

	Bearers []Bearer `json:"bearers" doc:"Products that are under it themselves, by the register."`
}

// Find says which products hold a licence, or one of a family, as with [Matches].
func (s *Service) Find(ctx context.Context, asked string) (f Found, err error) {
	defer fault.Wrap(&err, "find licence %q", asked)
	if asked, err = fault.Words("q", asked, longestLine); err != nil {
		return f, err
	}
	return s.found(ctx, family(asked))
}

func (s *Service) found(ctx context.Context, q quest) (f Found, err error) {
	v, err := s.survey(ctx)
	if err != nil {
		return f, err
	}
	f = v.find(q)
	f.Bearers, err = s.bearers(ctx, q)
	return f, err
}

// A quest is what is looked for: a licence of a family, or one id alone.
type quest struct {
	asked string
	one   bool
}

func family(asked string) quest { return quest{asked: asked} }
func exact(id string) quest     { return quest{id, true} }

func (q quest) fits(l spdx.Licence) bool {
	if q.one {
		return l.ID == q.asked || l.Exception == q.asked
	}
	return Matches(q.asked, l.ID) || strings.EqualFold(q.asked, l.Exception)
}

// A hold is how a term holds a licence that was asked for.
type hold uint8

const (
	no hold = iota
	maybe
	byChoice
	certain
)

// holds says how a reading holds a licence.
func holds(r spdx.Reading, q quest) hold {
	if r.Certainty == spdx.Ambiguous {
		for _, c := range r.Candidates {
			if e, err := spdx.Parse(c); err == nil && within(e, q) != no {
				return maybe
			}
		}
		return no
	}
	return within(r.Expr, q)
}

func within(e spdx.Expr, q quest) hold {
	if e.Op == spdx.Leaf {
		if q.fits(e.Licence) {
			return certain
		}
		return no
	}
	best, all := no, true
	for _, a := range e.Args {
		h := within(a, q)
		best, all = max(best, h), all && h == certain
	}
	if e.Op == spdx.Or && best == certain && !all {
		return byChoice
	}
	return best
}

func (v survey) find(q quest) Found {
	f := Found{Asked: q.asked, Places: []Place{}, Looked: len(v.holdings)}
	how := map[int64]hold{}
	products := map[ospo.SoftwareID]bool{}
	for _, h := range v.holdings {
		p := Place{Software: h.Name, SoftwareID: h.Software, Release: h.Version, ReleaseID: h.Release, Owner: h.Owner, document: h.Document}
		for _, l := range v.lots[h.Document] {
			p.add(v.how(how, l, q), l.packages)
		}
		if p.Packages+p.Maybe == 0 {
			continue
		}
		f.Places = append(f.Places, p)
		f.Packages += p.Packages
		if p.Packages > 0 {
			products[p.SoftwareID] = true
		} else {
			f.Maybe++
		}
	}
	f.Products = len(products)
	slices.SortFunc(f.Places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(min(b.Packages, 1), min(a.Packages, 1)), strings.Compare(strings.ToLower(a.Software), strings.ToLower(b.Software)), strings.Compare(a.Release, b.Release), strings.Compare(string(a.ReleaseID), string(b.ReleaseID)))
	})
	return f
}

// how asks each term once.
func (v survey) how(known map[int64]hold, l lot, q quest) hold {
	if l.conclusion != nil {
		return holds(v.counts(l).reading, q)
	}
	term := l.pair.counts()
	h, ok := known[term]
	if !ok {
		h = holds(v.said[term].reading, q)
		known[term] = h
	}
	return h
}

func (p *Place) add(h hold, packages int64) {
	switch h {
	case certain:
		p.Packages += packages
	case byChoice:
		p.Packages += packages
		p.Choice += packages
	case maybe:
		p.Maybe += packages
	}
}

// Held returns the packages in view that hold a licence for certain or by choice, each with
// the document that lists it, for the question where it is. known is false where no such
// licence is known. Only documents are opened whose counts say that they hold it.
func (s *Service) Held(ctx context.Context, asked string) (all []inventory.Place, known bool, err error) {
	if !KnownLicence(asked) {
		return nil, false, nil
	}
	v, err := s.survey(ctx)
	if err != nil {
		return nil, true, err
	}
	q := family(asked)
	found := v.find(q)
	ids := make([]ospo.DocumentID, 0, len(found.Places))
	for _, p := range found.Places {
		if p.Packages > 0 {
			ids = append(ids, p.document)
		}
	}
	err = s.each(ctx, v, ids, q, func(d ospo.DocumentID, p ospo.PackageID) {
		all = append(all, inventory.Place{Package: p, Document: d})
	})
	return all, true, err
}

// each calls f with each package of documents that holds a licence.
func (s *Service) each(ctx context.Context, v survey, ids []ospo.DocumentID, q quest, f func(ospo.DocumentID, ospo.PackageID)) error {
	concluded, err := s.counting(ctx)
	if err != nil {
		return err
	}
	how, fits := map[int64]hold{}, map[pair]bool{} // without a conclusion, by pair
	for part := range slices.Chunk(ids, 100) {
		lists, err := s.Shelf.Inventories(ctx, s.store.db.Read(), part)
		if err != nil {
			return err
		}
		for _, id := range part {
			list := lists[id]
			for at, p := range list.Packages {
				l := lot{pair: pair{list.Declared[at], list.Concluded[at]}, conclusion: concluded[ospo.PackageID(p)]}
				fit, known := fits[l.pair]
				if !known || l.conclusion != nil {
					fit = v.how(how, l, q) >= byChoice
				}
				if !known && l.conclusion == nil {
					fits[l.pair] = fit
				}
				if fit {
					f(id, ospo.PackageID(p))
				}
			}
		}
	}
	return nil
}
