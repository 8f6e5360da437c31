// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
)

// TryPage asks for fictitious bids.
type TryPage struct {
	*Sheet
	Paper    Paper
	Criteria []award.Criterion
	Rows     []int
	setup    award.Setup
}

// openTry is the page for the last edition of a setup.
func (s *Service) openTry(r *http.Request) (p TryPage, err error) {
	paper, all, err := s.shown(r.Context(), Award, r.PathValue("paper"))
	if err != nil {
		return p, err
	}
	setup, err := all[0].Setup()
	return TryPage{Paper: paper, Criteria: setup.Criteria, setup: setup, Sheet: blank(r.Context())}, err
}

// tryForm begins with the bids of the last trial, where there was one.
func (s *Service) tryForm(r *http.Request) (p TryPage, err error) {
	if p, err = s.openTry(r); err != nil {
		return p, err
	}
	for field, text := range map[string]string{"draws": "1000", "seed": "1", "spread": "25", "other_weight": "50", "other_band": "10"} {
		p.set(text, field)
	}
	before, err := s.store.trials(r.Context(), p.Paper, 1)
	if err != nil {
		return p, err
	}
	if len(before) > 0 {
		t, _, err := s.ShowTrial(r.Context(), before[0].ID)
		if err != nil {
			return p, err
		}
		if c, err := t.Course(); err == nil { // what was altered is no beginning
			p.fillBids(c.Bids)
		}
	}
	p.Rows = p.rows(4, mostBids, "bid", "price")
	return p, nil
}

func (s *Service) try(r *http.Request) (p TryPage, next string, err error) {
	if p, err = s.openTry(r); err != nil {
		return p, "", err
	}
	if p.Sheet, err = posted(r); err != nil {
		return p, "", err
	}
	p.Rows = p.rows(4, mostBids, "bid", "price")
	bids := p.bids(p.setup)
	c := Compared{PriceWeight: p.number("other_weight"), Band: p.number("other_band")}
	d := award.Draws{Count: int(p.whole(award.MostDraws, "draws")), Seed: p.whole(math.MaxUint64, "seed"), Spread: p.must("spread").Div(number.Int(100))}
	if err := p.err(); err != nil {
		return p, "", err
	}
	id, err := s.Try(r.Context(), p.Paper.ID, bids, c, d)
	return p, "/procurement/trial/" + id, err
}

// TrialPage is what a simulation gave.
type TrialPage struct {
	Paper    Paper
	Trial    Trial
	Seed     string
	Draws    int
	Spread   string
	Criteria []award.Criterion
	Bids     []BidRow
	Rows     []TrialRow
	Picture  Picture
	Differ   bool // formulas disagree about who wins
}

// A BidRow is a fictitious bid; Points in the order of the criteria.
type BidRow struct {
	ID, Price string
	Points    []string
}

// A TrialRow is what one formula made of the bids.
type TrialRow struct {
	Name, Winner string
	Own          bool // the setup's own formula
	Faults       []string
	Notes        []string
	Shares       []ShareRow
	Undecided    int
	Point        string // price of one point; empty where it counts nothing
	Reversals    []award.Reversal
	Ranks        []RankRow
	Basis        []StepRow
}

// A ShareRow says in how many draws a bid wins.
type ShareRow struct {
	Bid     string
	Wins    int
	Percent string
}

// A RankRow is a bid as a formula ranks it, with the arithmetic.
type RankRow struct {
	Bid, Quality, Price, Score string
	Rank                       int
	Below                      []string // titles of criteria whose minimum it misses
	Steps                      []StepRow
}

// A StepRow is one piece of arithmetic.
type StepRow struct {
	Formula, Value string
	Terms          []TermRow
}

// A TermRow is a number under its letter.
type TermRow struct{ Name, Value string }

func (s *Service) trialPage(r *http.Request) (p TrialPage, err error) {
	ctx := r.Context()
	if p.Trial, p.Paper, err = s.ShowTrial(ctx, r.PathValue("trial")); err != nil {
		return p, err
	}
	c, err := p.Trial.Course()
	if err != nil {
		return p, err
	}
	p.Seed, p.Draws, p.Spread, p.Criteria = strconv.FormatUint(c.Draws.Seed, 10), c.Draws.Count, typed(tongue(ctx), c.Draws.Spread.Mul(number.Int(100))), c.Setup.Criteria
	for _, b := range c.Bids {
		row := BidRow{ID: b.ID, Price: money(ctx, *b.Price)}
		for _, k := range c.Setup.Criteria {
			row.Points = append(row.Points, typed(tongue(ctx), b.Points[k.ID]))
		}
		p.Bids = append(p.Bids, row)
	}
	for i, t := range c.Trials {
		p.Rows = append(p.Rows, trialRow(ctx, c, t, i == 0))
	}
	for _, row := range p.Rows {
		p.Differ = p.Differ || row.Winner != p.Rows[0].Winner
	}
	p.Picture = drawShares(p.Rows, c)
	return p, nil
}

func trialRow(ctx context.Context, c Course, t award.Trial, own bool) TrialRow {
	out := TrialRow{Name: methodName(ctx, t.Formula), Own: own, Undecided: t.Undecided, Reversals: t.Reversals, Faults: faultWords(ctx, c.Setup, t.Faults)}
	if t.PointPrice != nil {
		out.Point = money(ctx, *t.PointPrice)
	}
	if t.Result == nil {
		return out
	}
	named := c.Setup.Naming()
	out.Winner, out.Notes, out.Basis = t.Result.Winner, noteWords(ctx, c.Setup, t.Result.Notes), stepRows(ctx, t.Result.Basis, named)
	for _, b := range c.Bids {
		share := ShareRow{Bid: b.ID, Wins: t.Wins[b.ID]}
		if c.Draws.Count > 0 {
			share.Percent = number.Int(int64(share.Wins*100)).Div(number.Int(int64(c.Draws.Count))).Text(tongue(ctx), 1)
		}
		out.Shares = append(out.Shares, share)
	}
	for _, b := range t.Result.Bids {
		row := RankRow{Bid: b.Bid, Rank: b.Rank, Quality: b.Quality.Text(tongue(ctx), 2), Price: money(ctx, b.Price), Score: b.Score.Text(tongue(ctx), 4), Steps: stepRows(ctx, b.Steps, named)}
		for _, id := range b.Below {
			title := say(ctx, "procurement.field.minimum")
			if id != "" {
				title = criterionTitle(c.Setup, id)
			}
			row.Below = append(row.Below, title)
		}
		out.Ranks = append(out.Ranks, row)
	}
	return out
}

func stepRows(ctx context.Context, all []award.Step, named *strings.Replacer) (out []StepRow) {
	for _, s := range all {
		row := StepRow{Formula: named.Replace(s.Formula), Value: s.Value.Text(tongue(ctx), 4)}
		for _, t := range s.Terms {
			row.Terms = append(row.Terms, TermRow{named.Replace(t.Name), t.Value.Text(tongue(ctx), 4)})
		}
		out = append(out, row)
	}
	return out
}

func money(ctx context.Context, x number.Exact) string { return x.Text(tongue(ctx), 2) + " €" }
