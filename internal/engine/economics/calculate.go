// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package economics

import (
	"allmende/internal/engine/number"
)

// A Year of an alternative. Cost and Benefit are 0 or more, as they are paid in that year.
type Year struct {
	Year       int          `json:"year"`
	Cost       number.Exact `json:"cost"`
	Benefit    number.Exact `json:"benefit"`
	Factor     number.Exact `json:"factor"`  // 1 / (1 + rate)^year
	Present    number.Exact `json:"present"` // (Benefit − Cost) · Factor
	Cumulative number.Exact `json:"cumulative"`
}

// A Value is what an alternative comes to.
type Value struct {
	Alternative string       `json:"alternative"`
	Years       []Year       `json:"years"`
	Present     number.Exact `json:"present"`       // sum over the years
	Effective   number.Exact `json:"effective"`     // of it: what changes the budget
	Other       number.Exact `json:"not_effective"` // of it: the rest
	Risk        number.Exact `json:"risk"`          // with surcharges on costs and discounts on benefits
}

// A Difference is an alternative against the first: positive is better than it.
type Difference struct {
	Alternative string       `json:"alternative"`
	Present     number.Exact `json:"present"`
	Effective   number.Exact `json:"effective"`
	Risk        number.Exact `json:"risk"`
	Even        Even         `json:"even"`
	Ahead       Ahead        `json:"ahead"`
	Flips       bool         `json:"flips"` // the risk variant prefers the other one
}

// A Result of a study. It has values in the order of the alternatives, and differences from
// the second on.
type Result struct {
	Values      []Value      `json:"values"`
	Differences []Difference `json:"differences"`
	Best        []string     `json:"best"`      // highest present value; several when equal
	BestRisk    []string     `json:"best_risk"` // highest with risk
	Gaps        []Gap        `json:"gaps"`
	Utility     []Worth      `json:"utility,omitempty"`
}

// Calculate is the comparison: present value = Σ (benefit − cost) / (1 + rate)^year.
func (s Study) Calculate() (*Result, []Fault) {
	if bad := s.Faults(); len(bad) > 0 {
		return nil, bad
	}
	r := &Result{Gaps: s.gaps()}
	for _, a := range s.Alternatives {
		r.Values = append(r.Values, s.value(a))
	}
	for i := 1; i < len(r.Values); i++ {
		r.Differences = append(r.Differences, s.difference(r.Values[0], r.Values[i]))
	}
	r.Best = best(r.Values, func(v Value) number.Exact { return v.Present })
	r.BestRisk = best(r.Values, func(v Value) number.Exact { return v.Risk })
	worth, gaps := s.utility()
	r.Utility, r.Gaps = worth, append(r.Gaps, gaps...)
	return r, nil
}

func (s Study) value(a Alternative) Value {
	v := Value{Alternative: a.ID}
	factor, step := one, one.Div(one.Add(s.Rate.Value))
	series := make([][]number.Exact, len(a.Lines))
	for i, l := range a.Lines {
		series[i] = l.series(s.Years)
	}
	for t := range s.Years + 1 {
		y := Year{Year: t, Factor: factor}
		var effective, other, risk number.Exact
		for i, l := range a.Lines {
			paid, risky := series[i][t], l.risk(a)
			if l.Benefit {
				y.Benefit = y.Benefit.Add(paid)
				risk = risk.Add(paid.Mul(one.Sub(risky)))
			} else {
				y.Cost = y.Cost.Add(paid)
				risk = risk.Sub(paid.Mul(one.Add(risky)))
				paid = paid.Neg()
			}
			if l.Effective {
				effective = effective.Add(paid)
			} else {
				other = other.Add(paid)
			}
		}
		y.Present = y.Benefit.Sub(y.Cost).Mul(factor)
		v.Present = v.Present.Add(y.Present)
		y.Cumulative = v.Present
		v.Effective = v.Effective.Add(effective.Mul(factor))
		v.Other = v.Other.Add(other.Mul(factor))
		v.Risk = v.Risk.Add(risk.Mul(factor))
		v.Years = append(v.Years, y)
		factor = factor.Mul(step)
	}
	return v
}

// series is what a line comes to, year by year.
func (l Line) series(years int) []number.Exact {
	out, last := make([]number.Exact, years+1), l.From
	if l.Kind == Yearly {
		last = l.To
	}
	amount := l.Amount
	for t := l.From; t <= last; t++ {
		out[t] = amount
		amount = amount.Mul(one.Add(l.Growth))
	}
	return out
}

func (l Line) risk(a Alternative) number.Exact {
	switch {
	case l.Risk != nil:
		return *l.Risk
	case l.Benefit:
		return a.BenefitRisk
	}
	return a.CostRisk
}

func (s Study) difference(first, v Value) Difference {
	d := Difference{Alternative: v.Alternative, Present: v.Present.Sub(first.Present), Effective: v.Effective.Sub(first.Effective), Risk: v.Risk.Sub(first.Risk)}
	flows := make([]number.Exact, len(v.Years))
	for t, y := range v.Years {
		f := first.Years[t]
		flows[t] = y.Benefit.Sub(y.Cost).Sub(f.Benefit.Sub(f.Cost))
	}
	d.Even, d.Ahead = even(flows), ahead(first.Years, v.Years)
	d.Flips = d.Present.Sign()*d.Risk.Sign() < 0
	return d
}

func best(values []Value, of func(Value) number.Exact) (out []string) {
	top := of(values[0])
	for _, v := range values {
		switch c := of(v).Cmp(top); {
		case c > 0:
			top, out = of(v), []string{v.Alternative}
		case c == 0:
			out = append(out, v.Alternative)
		}
	}
	return out
}

// Ahead says when an alternative overtakes the first, by what both have come to up to a year.
type Ahead struct {
	Year  int  `json:"year"`  // from which on it is never behind again
	Never bool `json:"never"` // it is behind in the last year
	Again int  `json:"again"` // how often it had been ahead before and fell back
}

func ahead(first, other []Year) (a Ahead) {
	behind, led := true, false
	for t := range other {
		switch now := other[t].Cumulative.Cmp(first[t].Cumulative); {
		case now < 0:
			if led {
				a.Again++
			}
			behind, led = true, false
		default:
			if behind {
				a.Year, behind = t, false
			}
			led = led || now > 0
		}
	}
	if behind {
		return Ahead{Never: true, Again: a.Again}
	}
	return a
}

// A Point of the sensitivity: the present values at another rate, and what is better than the
// first by how much.
type Point struct {
	Rate        number.Exact   `json:"rate"`
	Present     []number.Exact `json:"present"`
	Differences []number.Exact `json:"differences"` // from the second alternative on
}

// Sensitivity calculates a study at other rates. Those outside of −50 % to 100 % are faults.
func (s Study) Sensitivity(rates []number.Exact) (out []Point, bad []Fault) {
	for _, r := range rates {
		s.Rate.Value = r
		if bad = append(bad, s.Faults()...); len(bad) > 0 {
			return nil, bad
		}
		p := Point{Rate: r}
		for i, a := range s.Alternatives {
			p.Present = append(p.Present, s.value(a).Present)
			if i > 0 {
				p.Differences = append(p.Differences, p.Present[i].Sub(p.Present[0]))
			}
		}
		out = append(out, p)
	}
	return out, nil
}
