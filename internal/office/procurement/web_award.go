// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"net/http"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// AwardPage is an edition of a setup, with what the linter finds.
type AwardPage struct {
	Paper     Paper
	Edition   Edition
	CaseName  string
	Method    award.Method
	Name      string // of the method
	Formula   string
	Source    string // of the formula
	Rounds    []Round
	Values    []ValueRow
	Criteria  []CriterionRow
	Ties      []string
	Setup     award.Setup
	Findings  []FindingRow
	Blocked   bool
	Searched  string // for how many names the check looked
	Editions  []Edition
	Trials    []Trial
	Last      bool // the edition shown is the last one
	MayWrite  bool
	MayDecide bool
	Scoring   string // where bids are evaluated by this edition; empty where not
	Because   string // reason for another edition, as it was written
}

// A ValueRow is a value that is announced; the words of Key are procurement.field.…
type ValueRow struct{ Key, Text string }

// A CriterionRow is a criterion in the reader's numbers.
type CriterionRow struct {
	award.Criterion
	Share, Most, Least string
	Copied             string // where it is from, in words
	Marks              []MarkRow
}

// A MarkRow is an anchor.
type MarkRow struct{ Points, Text string }

// A FindingRow is what a rule of the linter found.
type FindingRow struct {
	award.Finding
	Said  string // in the reader's language
	Where string
	Rests string // source in the reader's language
}

// mostTrials bounds how many are listed on the page of a setup.
const mostTrials = 50

func (s *Service) awardPage(r *http.Request) (p AwardPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	if p.Paper, p.Editions, err = s.shown(ctx, Award, r.PathValue("paper")); err != nil {
		return p, err
	}
	if p.Edition, err = edition(p.Editions, r.URL.Query().Get("edition")); err != nil {
		return p, err
	}
	if p.Setup, err = p.Edition.Setup(); err != nil {
		return p, err
	}
	products, n, err := s.searched(ctx)
	if err != nil {
		return p, err
	}
	found := p.Setup.Lint(products)
	p.Searched = n.In(ctx)
	p.Blocked, p.Last = award.Blocked(found), p.Edition.N == p.Paper.Edition
	p.MayWrite, p.MayDecide = v.May(mayWrite), v.May(mayDecide)
	if s.Scoring != nil && !p.Edition.Draft() {
		p.Scoring = s.Scoring(ctx, p.Paper.ID, p.Edition.N)
	}
	if p.CaseName = s.caseName(ctx, p.Paper.Case); p.CaseName == p.Paper.Case {
		p.CaseName = "" // nothing leads to a case that the viewer may not see
	}
	for _, f := range found {
		p.Findings = append(p.Findings, findingRow(ctx, p.Setup, f))
	}
	p.lay(ctx)
	known, err := s.known(ctx, p.Paper.Org)
	if err != nil {
		return p, err
	}
	for i, c := range p.Setup.Criteria {
		p.Criteria[i].Copied = copied(ctx, known, c.From)
	}
	if s.Rounds != nil {
		if p.Rounds, err = s.Rounds(ctx, p.Paper.ID); err != nil {
			return p, err
		}
	}
	p.Trials, err = s.store.trials(ctx, p.Paper, mostTrials)
	return p, err
}

// findingRow says where a rule found something.
func findingRow(ctx context.Context, s award.Setup, f award.Finding) FindingRow {
	place := faultPlace(ctx, s, award.Fault{Criterion: f.Criterion, Field: f.Field})
	if f.Got != "" && f.Field != "method" {
		place += ": " + f.Got
	}
	return FindingRow{f, f.In(tongue(ctx)), place, lang.Days(tongue(ctx), f.SourceIn(tongue(ctx)))}
}

// lay puts the setup into the reader's words and numbers.
func (p *AwardPage) lay(ctx context.Context) {
	f := p.Setup.Formula
	p.Method, _ = award.Find(f.Method)
	p.Name, p.Formula, p.Source = p.Method.In(tongue(ctx)), p.Method.FormulaIn(tongue(ctx)), lang.Days(tongue(ctx), p.Method.SourceIn(tongue(ctx)))
	add := func(key string, x *number.Exact) {
		if x != nil {
			p.Values = append(p.Values, ValueRow{key, typed(tongue(ctx), *x)})
		}
	}
	add("scale", f.Scale)
	add("price_weight", f.PriceWeight)
	add("band", f.Band)
	if f.Decision != "" {
		p.Values = append(p.Values, ValueRow{"decision", tieName(ctx, p.Setup, f.Decision)})
	}
	add("minimum", p.Setup.Minimum)
	for _, rule := range p.Setup.Ties {
		p.Ties = append(p.Ties, tieName(ctx, p.Setup, rule))
	}
	for _, c := range p.Setup.Criteria {
		row := CriterionRow{Criterion: c, Share: typed(tongue(ctx), c.Weight), Most: typed(tongue(ctx), c.Max)}
		if c.Minimum != nil {
			row.Least = typed(tongue(ctx), *c.Minimum)
		}
		for _, a := range c.Anchors {
			row.Marks = append(row.Marks, MarkRow{typed(tongue(ctx), a.Points), a.Text})
		}
		p.Criteria = append(p.Criteria, row)
	}
}
