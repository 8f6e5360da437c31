// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"slices"
	"strings"

	"allmende/internal/engine/number"
)

// A Term is a number that goes into a step, under the letter that the formula has for it.
type Term struct {
	Name  string       `json:"name"`
	Value number.Exact `json:"value"`
}

// A Step is one piece of arithmetic: the formula, its numbers, what comes out. Exact; whoever
// shows it rounds.
type Step struct {
	Formula string       `json:"formula"`
	Terms   []Term       `json:"terms"`
	Value   number.Exact `json:"value"`
}

// An entry is a bid with what its score is computed from.
type entry struct {
	bid     Bid
	quality number.Exact // L
	price   number.Exact // P
	score   number.Exact // Z
	inBand  bool
}

// quality is L, the sum of weight · points / max over the criteria.
func (s Setup) quality(b Bid) (number.Exact, []Step) {
	sum, steps := number.Exact{}, []Step{}
	for _, c := range s.Criteria {
		points := b.Points[c.ID]
		one := c.Weight.Mul(points).Div(c.Max)
		steps = append(steps, Step{"L(" + c.ID + ") = w · p / max", []Term{{"w", c.Weight}, {"p", points}, {"max", c.Max}}, one})
		sum = sum.Add(one)
	}
	if len(s.Criteria) > 1 {
		terms := make([]Term, len(steps))
		for i, st := range steps {
			terms[i] = Term{"L(" + s.Criteria[i].ID + ")", st.Value}
		}
		steps = append(steps, Step{"L = Σ L(c)", terms, sum})
	}
	return sum, steps
}

// Naming puts the titles of criteria in the place of their ids in the texts of steps.
func (s Setup) Naming() *strings.Replacer {
	var pairs []string
	for _, c := range s.Criteria {
		pairs = append(pairs, "L("+c.ID+")", "L("+c.Title+")")
	}
	return strings.NewReplacer(pairs...)
}

// basis is what a score needs to know of all bids that are left.
type basis struct {
	pmin, pmax number.Exact
	lmid, pmid number.Exact // mean, median, or announced references
}

func (f Formula) basis(in []*entry) (b basis) {
	b.pmin, b.pmax = in[0].price, in[0].price
	for _, e := range in {
		if e.price.Cmp(b.pmin) < 0 {
			b.pmin = e.price
		}
		if e.price.Cmp(b.pmax) > 0 {
			b.pmax = e.price
		}
	}
	quality, price := func(e *entry) number.Exact { return e.quality }, func(e *entry) number.Exact { return e.price }
	switch f.Method {
	case "weighted_mean":
		b.lmid, b.pmid = mean(in, quality), mean(in, price)
	case "weighted_median":
		b.lmid, b.pmid = median(in, quality), median(in, price)
	case "reference_value":
		b.lmid, b.pmid = *f.QualityReference, *f.PriceReference
	}
	return b
}

func mean(in []*entry, of func(*entry) number.Exact) number.Exact {
	sum := number.Exact{}
	for _, e := range in {
		sum = sum.Add(of(e))
	}
	return sum.Div(number.Int(int64(len(in))))
}

// median is the middle value, of an even number the mean of the two in the middle.
func median(in []*entry, of func(*entry) number.Exact) number.Exact {
	all := make([]number.Exact, len(in))
	for i, e := range in {
		all[i] = of(e)
	}
	slices.SortFunc(all, number.Exact.Cmp)
	return all[(len(all)-1)/2].Add(all[len(all)/2]).Div(number.Int(2))
}

// terms lists the basis under the letters of the method's formula.
func (b basis) terms(method string) []Term {
	switch method {
	case "price_quotient", "interp_2x":
		return []Term{{"Pmin", b.pmin}}
	case "interp_span":
		return []Term{{"Pmin", b.pmin}, {"Pmax", b.pmax}}
	case "weighted_mean":
		return []Term{{"mean(L)", b.lmid}, {"mean(P)", b.pmid}}
	case "weighted_median":
		return []Term{{"median(L)", b.lmid}, {"median(P)", b.pmid}}
	case "reference_value":
		return []Term{{"Lref", b.lmid}, {"Pref", b.pmid}}
	}
	return nil
}

// score is Z, exact. The float twin of each line is in [course.score]; a test compares them.
func (f Formula) score(b basis, l, p number.Exact) number.Exact {
	switch f.Method {
	case "price_only":
		return p
	case "simple_ratio", "extended_ratio":
		return f.Scale.Mul(l).Div(p)
	case "price_quotient", "interp_2x", "interp_span":
		return f.pricePoints(b, p).Add(hundred.Sub(*f.PriceWeight).Mul(l).Div(hundred))
	}
	w := f.PriceWeight.Div(hundred)
	return number.Int(1).Sub(w).Mul(l).Div(b.lmid).Sub(w.Mul(p).Div(b.pmid))
}

func (f Formula) pricePoints(b basis, p number.Exact) number.Exact {
	w := *f.PriceWeight
	switch f.Method {
	case "price_quotient":
		return w.Mul(b.pmin).Div(p)
	case "interp_2x":
		if x := w.Mul(number.Int(2).Sub(p.Div(b.pmin))); x.Sign() > 0 {
			return x
		}
		return number.Exact{}
	}
	return w.Mul(b.pmax.Sub(p)).Div(b.pmax.Sub(b.pmin))
}

// steps writes the arithmetic of one score.
func (f Formula) steps(b basis, e *entry) []Step {
	lp := []Term{{"L", e.quality}, {"P", e.price}}
	switch f.Method {
	case "price_only":
		return []Step{{"Z = P", lp[1:], e.score}}
	case "simple_ratio", "extended_ratio":
		return []Step{{"Z = S · L / P", append([]Term{{"S", *f.Scale}}, lp...), e.score}}
	case "price_quotient", "interp_2x", "interp_span":
		formula := map[string]string{"price_quotient": "W · Pmin / P", "interp_2x": "max(0, W · (2 − P / Pmin))", "interp_span": "W · (Pmax − P) / (Pmax − Pmin)"}[f.Method]
		price := f.pricePoints(b, e.price)
		w := Term{"W", *f.PriceWeight}
		return []Step{
			{"Zp = " + formula, append(append([]Term{w}, b.terms(f.Method)...), lp[1]), price},
			{"Z = Zp + (100 − W) · L / 100", []Term{{"Zp", price}, w, lp[0]}, e.score},
		}
	}
	w := f.PriceWeight.Div(hundred)
	mid := b.terms(f.Method)
	return []Step{{"Z = G · L / " + mid[0].Name + " − W · P / " + mid[1].Name,
		[]Term{{"G", number.Int(1).Sub(w)}, lp[0], mid[0], {"W", w}, lp[1], mid[1]}, e.score}}
}
