// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"html/template"
	"net/http"
	"slices"

	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// EntryPage is one licence, or one exception.
type EntryPage struct {
	Detail
	Wide     bool // more is shown of it than of an exception
	Lang     string
	About    string
	Rights   []PointRow
	Demands  []PointRow
	Limits   []PointRow
	Places   []Place
	Found    Found
	Pager    web.Pager
	Sees     bool
	MayWrite bool
	Versions []Own
	Foreign  bool // kept by an organisation above

	Concluded []Conclusion  // of packages, to be under it
	Panels    template.HTML // what other rooms say of it
}

// A PointRow is a right or condition in the reader's language.
type PointRow struct{ Text, Clause string }

func rowsOf(all []Point, tongue string) (out []PointRow) {
	for _, p := range all {
		out = append(out, PointRow{p.In(tongue), p.Clause})
	}
	return out
}

func (s *Service) entryPage(r *http.Request) (p EntryPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	p = EntryPage{Lang: v.Lang, Sees: sees(r) == nil}
	if p.Detail, err = s.Show(ctx, r.PathValue("licence")); err != nil {
		return p, err
	}
	p.Wide = p.Kind != Exception
	if d := p.Detail.Plain; d != nil {
		p.About, p.Rights, p.Demands, p.Limits = d.About.In(v.Lang), rowsOf(d.Rights, v.Lang), rowsOf(d.Conditions, v.Lang), rowsOf(d.Limits, v.Lang)
	}
	if p.Kind == Kept {
		if p.Versions, err = s.OwnVersions(ctx, p.ID); err != nil {
			return p, err
		}
		p.About = p.Own.About
		p.Foreign = p.Own.Org != v.Org
		p.MayWrite = may(r, "licence.write") && !p.Foreign
	}
	if s.Panels != nil {
		if p.Panels, err = s.Panels(ctx, p.ID); err != nil {
			return p, err
		}
	}
	if !p.Sees {
		return p, nil
	}
	if p.Concluded, err = s.concludedTo(ctx, p.ID); err != nil {
		return p, err
	}
	if p.Found, err = s.Exactly(ctx, p.ID); err != nil {
		return p, err
	}
	if p.Places, p.Pager, err = cut(web.ReadListing(r, "name"), p.Found.Places); err != nil {
		return p, err
	}
	return p, s.rule(ctx, p.Places)
}

// rule adds the verdicts on the releases of a page.
func (s *Service) rule(ctx context.Context, page []Place) error {
	if s.Rulings == nil {
		return nil
	}
	ids := make([]ospo.ReleaseID, len(page))
	for i, p := range page {
		ids[i] = p.ReleaseID
	}
	found, err := s.Rulings(ctx, ids)
	for i, p := range page {
		page[i].Ruling = found[p.ReleaseID]
	}
	return err
}

// ClassWord is the word of the class in text keys.
func (d Detail) ClassWord() string { return classWord(spdx.Class(d.Class)) }

// EstatePage is the licences in the estate.
type EstatePage struct {
	Rows                 []Term
	Count                int
	Heads                []web.Head
	Chips                []web.Chip
	Pager                web.Pager
	Filter               TermFilter
	Sort                 string
	Certainties, Classes []string
}

var termNames = []string{"q", "licence.filter.term", "licence", "licence.filter.licence", "certainty", "licence.certainty", "class", "licence.class"}

func (s *Service) estatePage(r *http.Request) (p EstatePage, err error) {
	if err := sees(r); err != nil {
		return p, err
	}
	l := web.ReadListing(r, TermSorts...)
	p = EstatePage{Filter: TermFilter{Text: l.Get("q"), Certainty: l.Get("certainty"), Class: l.Get("class"), Licence: l.Get("licence")}, Sort: l.Get("sort"), Certainties: certainties, Classes: classWords()}
	all, err := s.Estate(r.Context(), p.Filter, l.Sort, l.Desc)
	if err != nil {
		return p, err
	}
	p.Count, p.Chips = len(all), l.Chips(termNames...)
	for i, c := range p.Chips {
		p.Chips[i].Value = s.chipWord(r, c)
	}
	p.Heads = []web.Head{l.Head("licence.term", "text"), l.Head("licence.expression", "expression"), l.Head("licence.certainty", "certainty"), l.Head("licence.class", "class"),
		numeric(l.Head("licence.products", "-products")), numeric(l.Head("licence.packages", "-packages"))}
	p.Rows, p.Pager, err = cut(l, all)
	return p, err
}

// FindPage is where a licence or a family is in the estate.
type FindPage struct {
	Asked string
	Known bool
	Found Found
	Rows  []Place
	Pager web.Pager
}

func (s *Service) findPage(r *http.Request) (p FindPage, err error) {
	if err := sees(r); err != nil {
		return p, err
	}
	l := web.ReadListing(r, "name")
	p.Asked = l.Get("q")
	if p.Asked == "" {
		return p, nil
	}
	p.Known = KnownLicence(p.Asked)
	if p.Found, err = s.Find(r.Context(), p.Asked); err != nil {
		return p, err
	}
	if p.Rows, p.Pager, err = cut(l, p.Found.Places); err != nil {
		return p, err
	}
	return p, s.rule(r.Context(), p.Rows)
}

// ClarifyPage is what somebody has to clarify.
type ClarifyPage struct {
	Rows  []Doubt
	Count int
	Chips []web.Chip
	Pager web.Pager
	Text  string
	Kind  string
	Kinds []string
}

func (s *Service) clarifyPage(r *http.Request) (p ClarifyPage, err error) {
	if err := sees(r); err != nil {
		return p, err
	}
	l := web.ReadListing(r, "products")
	p = ClarifyPage{Text: l.Get("q"), Kind: l.Get("kind"), Kinds: doubtKinds, Chips: l.Chips("q", "licence.filter.package", "kind", "licence.doubt")}
	if !slices.Contains(doubtKinds, p.Kind) {
		p.Kind = ""
	}
	for i, c := range p.Chips {
		p.Chips[i].Value = s.chipWord(r, c)
	}
	all, err := s.Clarify(r.Context(), p.Kind, p.Text)
	if err != nil {
		return p, err
	}
	p.Count = len(all)
	p.Rows, p.Pager, err = cut(l, all)
	return p, err
}
