// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"slices"
	"strings"

	"allmende/internal/engine/number"
)

// What whoever reads a result has to know.
const (
	OneBid      = "one_bid"       // nothing was compared
	NoneLeft    = "none_left"     // every bid is below a minimum; no winner
	TieOpen     = "tie_undefined" // the announced rules leave several equal; no winner
	DrawLots    = "draw_lots"     // the announced rules end in drawing lots between these; no winner yet
	TieDecided  = "tie_decided"   // equal by the method, decided by an announced rule
	ZeroPoints  = "zero_points"   // these bids have no quality at all and take part
	UncheckedBy = "unchecked"     // nobody has compared the formula with a book
)

// A Note belongs to a result. Bids are those it is about.
type Note struct {
	Kind string   `json:"kind"`
	Bids []string `json:"bids,omitempty"`
	Rule string   `json:"rule,omitempty"` // of [Setup.Ties]
}

// Scored is a bid in a result.
type Scored struct {
	Bid     string       `json:"bid"`
	Rank    int          `json:"rank"` // from 1; equal bids share it; 0 is excluded
	Quality number.Exact `json:"quality"`
	Price   number.Exact `json:"price"`
	Score   number.Exact `json:"score"`
	InBand  bool         `json:"in_band,omitempty"`
	Below   []string     `json:"below,omitempty"` // criteria whose minimum it misses; "" is the minimum of the whole
	Steps   []Step       `json:"steps"`
}

// A Result of an evaluation, the best bid first and the excluded ones last.
type Result struct {
	Method  string   `json:"method"`
	Version int      `json:"version"`
	Basis   []Step   `json:"basis"` // numbers that all bids share
	Bids    []Scored `json:"bids"`
	Winner  string   `json:"winner"` // empty: none, and a note says why
	Notes   []Note   `json:"notes"`
}

// Evaluate compares bids as announced. Bids below a minimum are excluded first: lowest price,
// means and medians are taken over those that are left. In a band (extended_ratio), which
// includes its lower end, the announced criterion decides; outside of it, the guide value.
// Equal bids are parted by the announced rules in their order, or not at all.
func (s Setup) Evaluate(bids []Bid) (*Result, []Fault) {
	if bad := append(s.faults(), s.bidFaults(bids)...); len(bad) > 0 {
		return nil, bad
	}
	m, _ := Find(s.Formula.Method)
	in, out, work := s.admit(bids)
	r := &Result{Method: m.ID, Version: m.Version}
	if m.Certainty == Unverified {
		r.note(UncheckedBy, "")
	}
	if len(in) == 0 {
		r.Bids = out
		r.note(NoneLeft, "")
		return r, nil
	}
	b := s.Formula.basis(in)
	if bad := m.middle(b); len(bad) > 0 {
		return nil, bad
	}
	for _, e := range in {
		e.score = s.Formula.score(b, e.quality, e.price)
	}
	r.Basis = append(r.Basis, basisSteps(m.ID, b)...)
	if m.ID == "extended_ratio" {
		r.Basis = append(r.Basis, s.Formula.markBand(in))
	}
	slices.SortStableFunc(in, func(x, y *entry) int { return s.compare(x, y, s.Ties) })
	s.rank(r, b, in, work)
	r.Bids = append(r.Bids, out...)
	s.conclude(r, in)
	return r, nil
}

// admit parts bids into those that take part and those that miss a minimum, with the
// arithmetic of their quality.
func (s Setup) admit(bids []Bid) (in []*entry, out []Scored, work map[string][]Step) {
	work = map[string][]Step{}
	for _, b := range bids {
		l, steps := s.quality(b)
		work[b.ID] = steps
		below := s.below(b, l)
		if len(below) == 0 {
			in = append(in, &entry{bid: b, quality: l, price: *b.Price})
			continue
		}
		out = append(out, Scored{Bid: b.ID, Quality: l, Price: *b.Price, Below: below, Steps: steps})
	}
	return in, out, work
}

func (s Setup) below(b Bid, l number.Exact) (out []string) {
	if s.Minimum != nil && l.Cmp(*s.Minimum) < 0 {
		out = append(out, "")
	}
	for _, c := range s.Criteria {
		if c.Minimum != nil && b.Points[c.ID].Cmp(*c.Minimum) < 0 {
			out = append(out, c.ID)
		}
	}
	return out
}

func basisSteps(method string, b basis) (out []Step) {
	for _, t := range b.terms(method) {
		out = append(out, Step{Formula: t.Name, Value: t.Value})
	}
	return out
}

// markBand marks the bids in [Zmax · (1 − q/100), Zmax] and returns its lower end.
func (f Formula) markBand(in []*entry) Step {
	top := in[0].score
	for _, e := range in {
		if e.score.Cmp(top) > 0 {
			top = e.score
		}
	}
	low := top.Mul(hundred.Sub(*f.Band)).Div(hundred)
	for _, e := range in {
		e.inBand = e.score.Cmp(low) >= 0
	}
	return Step{"Zmax · (1 − q / 100)", []Term{{"Zmax", top}, {"q", *f.Band}}, low}
}

// compare is negative where x stands before y; ties are the rules for equal bids to apply.
func (s Setup) compare(x, y *entry, ties []string) int {
	if c := s.byMethod(x, y); c != 0 {
		return c
	}
	for _, rule := range ties {
		if c := by(rule, x, y); c != 0 || rule == ByLot {
			return c
		}
	}
	return 0
}

func (s Setup) byMethod(x, y *entry) int {
	switch {
	case s.Formula.Method == "price_only":
		return x.price.Cmp(y.price)
	case s.Formula.Method != "extended_ratio":
		return y.score.Cmp(x.score)
	case x.inBand != y.inBand:
		if x.inBand {
			return -1
		}
		return 1
	case x.inBand:
		return by(s.Formula.Decision, x, y)
	}
	return y.score.Cmp(x.score)
}

// by compares by one rule; lots part nobody here.
func by(rule string, x, y *entry) int {
	switch rule {
	case ByPrice:
		return x.price.Cmp(y.price)
	case ByQuality:
		return y.quality.Cmp(x.quality)
	case ByScore:
		return y.score.Cmp(x.score)
	}
	if id, ok := strings.CutPrefix(rule, byCriterion); ok {
		return y.bid.Points[id].Cmp(x.bid.Points[id])
	}
	return 0
}

func (s Setup) rank(r *Result, b basis, in []*entry, work map[string][]Step) {
	for i, e := range in {
		rank := i + 1
		if i > 0 && s.compare(in[i-1], e, s.Ties) == 0 {
			rank = r.Bids[i-1].Rank
		}
		r.Bids = append(r.Bids, Scored{Bid: e.bid.ID, Rank: rank, Quality: e.quality, Price: e.price, Score: e.score, InBand: e.inBand,
			Steps: append(work[e.bid.ID], s.Formula.steps(b, e)...)})
	}
}

// conclude names the winner where exactly one bid is first, and says what has to be known.
func (s Setup) conclude(r *Result, in []*entry) {
	var first, equal, zero []string
	for i, e := range in {
		if r.Bids[i].Rank == 1 {
			first = append(first, e.bid.ID)
		}
		if s.compare(in[0], e, nil) == 0 {
			equal = append(equal, e.bid.ID)
		}
		if e.quality.Sign() == 0 && len(s.Criteria) > 0 {
			zero = append(zero, e.bid.ID)
		}
	}
	if len(in) == 1 {
		r.note(OneBid, "", first...)
	}
	if len(zero) > 0 {
		r.note(ZeroPoints, "", zero...)
	}
	switch {
	case len(first) > 1 && slices.Contains(s.Ties, ByLot):
		r.note(DrawLots, ByLot, first...)
		return
	case len(first) > 1:
		r.note(TieOpen, "", first...)
		return
	case len(equal) > 1:
		r.note(TieDecided, s.decidedBy(in), equal...)
	}
	r.Winner = first[0]
}

// decidedBy is the rule that parted the first from the second.
func (s Setup) decidedBy(in []*entry) string {
	for _, rule := range s.Ties {
		if by(rule, in[0], in[1]) != 0 {
			return rule
		}
	}
	return ""
}

func (r *Result) note(kind, rule string, bids ...string) {
	r.Notes = append(r.Notes, Note{kind, bids, rule})
}
