// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"slices"
	"strings"

	"allmende/internal/engine/number"
)

// Draws says how often weights are drawn anew: each weight (those of the criteria and, where
// the formula has one, that of the price) is multiplied by a factor between 1 − Spread and
// 1 + Spread, then all are brought back to 100 %. Equal seeds give equal draws.
type Draws struct {
	Count  int          `json:"count"`
	Seed   uint64       `json:"seed"`
	Spread number.Exact `json:"spread"` // from 0 to below 1; 0.25 is a quarter up or down
}

// A Trial is what one formula makes of the fictitious bids.
type Trial struct {
	Formula    Formula        `json:"formula"`
	Result     *Result        `json:"result"` // with the weights as set, exact; nil where Faults say why
	Faults     []Fault        `json:"faults,omitempty"`
	Wins       map[string]int `json:"wins"`      // in how many draws a bid wins
	Undecided  int            `json:"undecided"` // draws without a winner: ties, nobody left, too close
	PointPrice *number.Exact  `json:"point_price,omitempty"`
	Reversals  []Reversal     `json:"reversals,omitempty"`
}

// A Reversal: without the bid Removed, which has not won, another bid wins than Before.
type Reversal struct {
	Removed string `json:"removed"`
	Before  string `json:"before"`
	After   string `json:"after"` // empty: nobody
}

// Simulate tries formulas on fictitious bids before publication. The base case, prices of a
// point and all ties are exact. Draws and removals are screened in floats; wherever two bids
// are closer than one part in 10⁹ the exact numbers decide, and where more than 16 different
// bids are as close as that, the draw counts as undecided.
func (s Setup) Simulate(formulas []Formula, bids []Bid, d Draws) ([]Trial, []Fault) {
	switch {
	case len(formulas) > MostFormulas:
		return nil, []Fault{{Kind: TooMany, Field: "formulas"}}
	case d.Count < 0 || d.Count > MostDraws:
		return nil, []Fault{{Kind: TooMany, Field: "draws"}}
	case d.Spread.Sign() < 0 || d.Spread.Cmp(number.Int(1)) >= 0:
		return nil, []Fault{{Kind: Parameter, Field: "spread", Got: d.Spread.String()}}
	}
	out := make([]Trial, len(formulas))
	var courses []*course
	for i, f := range formulas {
		one := s
		one.Formula = f
		out[i] = Trial{Formula: f, Wins: map[string]int{}}
		if out[i].Result, out[i].Faults = one.Evaluate(bids); out[i].Result == nil {
			continue
		}
		c := newCourse(one, bids)
		c.trial = &out[i]
		courses = append(courses, c)
		out[i].PointPrice = one.pointPrice(bids, out[i].Result)
		out[i].Reversals = c.reversals()
	}
	draw(courses, s.Criteria, d)
	return out, nil
}

// draw plays all formulas with the same weights in each draw.
func draw(courses []*course, criteria []Criterion, d Draws) {
	dice := splitmix(d.Seed)
	for range d.Count {
		price := dice.factor(d.Spread)
		factors := make([]number.Exact, len(criteria))
		for i := range factors {
			factors[i] = dice.factor(d.Spread)
		}
		weights, sum := reweigh(criteria, factors)
		for i, c := range courses {
			c.weigh(weights, sum, price, courses[:i])
			if w := c.winner(); w < 0 {
				c.trial.Undecided++
			} else {
				c.trial.Wins[c.bids[w].ID]++
			}
		}
	}
}

// reweigh multiplies weights by factors and brings their sum back to 100; sum is that of the
// products, in hundredths of what it was.
func reweigh(criteria []Criterion, factors []number.Exact) (weights []number.Exact, sum number.Exact) {
	weights = make([]number.Exact, len(criteria))
	for i, c := range criteria {
		weights[i] = c.Weight.Mul(factors[i])
		sum = sum.Add(weights[i])
	}
	for i := range weights {
		weights[i] = weights[i].Mul(hundred).Div(sum)
	}
	return weights, sum.Div(hundred)
}

// splitmix is the generator of Steele, Lea and Flood (2014): small, and the same everywhere.
type splitmix uint64

func (x *splitmix) next() uint64 {
	*x += 0x9e3779b97f4a7c15
	z := uint64(*x)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// factor is 1 + spread · u with u among −1, −0.999 … 1; thousandths keep exact numbers short.
func (x *splitmix) factor(spread number.Exact) number.Exact {
	u := int64(x.next()%2001) - 1000
	return number.Int(1).Add(spread.Mul(number.Int(u)).Div(number.Int(1000)))
}

// pointPrice is how much dearer the leading bid could be with one point of quality more, its
// score unchanged and all that depends on other bids held; nil where quality does not count,
// where nobody wins, or where no price makes up for a point.
func (s Setup) pointPrice(bids []Bid, r *Result) *number.Exact {
	if r.Winner == "" {
		return nil
	}
	f, lead := s.Formula, r.Bids[0]
	in, _, _ := s.admit(bids)
	b := f.basis(in)
	var x number.Exact
	switch f.Method {
	case "price_only":
		return nil
	case "simple_ratio", "extended_ratio":
		if lead.Quality.Sign() == 0 {
			return nil
		}
		x = lead.Price.Div(lead.Quality)
	case "price_quotient":
		points := f.pricePoints(b, lead.Price).Sub(hundred.Sub(*f.PriceWeight).Div(hundred))
		if points.Sign() <= 0 {
			return nil
		}
		x = f.PriceWeight.Mul(b.pmin).Div(points).Sub(lead.Price)
	case "interp_2x", "interp_span":
		width := b.pmin
		if f.Method == "interp_span" {
			width = b.pmax.Sub(b.pmin)
		}
		x = hundred.Sub(*f.PriceWeight).Div(hundred).Mul(width).Div(*f.PriceWeight)
		if f.Method == "interp_2x" && f.pricePoints(b, lead.Price).Cmp(hundred.Sub(*f.PriceWeight).Div(hundred)) < 0 {
			return nil // beyond twice the lowest price nothing is lost any more
		}
	default:
		w := f.PriceWeight.Div(hundred)
		x = number.Int(1).Sub(w).Div(b.lmid).Mul(b.pmid).Div(w)
	}
	return &x
}

// reversals removes each bid that has not won and looks who wins then.
func (c *course) reversals() (out []Reversal) {
	m, _ := Find(c.setup.Formula.Method)
	before := c.trial.Result.Winner
	if before == "" || !m.Depends && m.ID != "extended_ratio" {
		return nil
	}
	for i := range c.bids {
		if !c.in[i] || c.bids[i].ID == before {
			continue
		}
		c.in[i] = false
		if w := c.winner(); w < 0 {
			out = append(out, Reversal{c.bids[i].ID, before, ""})
		} else if after := c.bids[w].ID; after != before {
			out = append(out, Reversal{c.bids[i].ID, before, after})
		}
		c.in[i] = true
	}
	slices.SortFunc(out, func(a, b Reversal) int { return strings.Compare(a.Removed, b.Removed) })
	return out
}
