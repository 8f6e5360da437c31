// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"slices"

	"allmende/internal/engine/number"
)

// Bounds of what is evaluated.
const (
	MostBids     = 1000
	MostCriteria = 100
	MostDraws    = 10000
	MostFormulas = 50
)

// Kinds of faults. With one of them there is no result, and so no winner.
const (
	NoBids           = "no_bids"
	TooMany          = "too_many"
	Twice            = "twice" // two bids with the same id
	Unnamed          = "unnamed"
	PriceMissing     = "price_missing"
	PriceNotPositive = "price_not_positive"
	PointsMissing    = "points_missing" // nobody scored it; that is not 0
	PointsOutside    = "points_outside" // below 0 or above the criterion's highest
	NoMethod         = "no_method"
	NoCriteria       = "no_criteria"
	WeightsSum       = "weights_sum" // not 100 %
	WeightOutside    = "weight_outside"
	MaxOutside       = "max_outside"
	Parameter        = "parameter" // missing or impossible; Field says which
	TieUnknown       = "tie_unknown"
	OnePrice         = "one_price"      // all prices are equal: Pmax − Pmin is 0
	NoQuality        = "no_quality"     // the middle of all qualities is 0
	AnchorOutside    = "anchor_outside" // below 0 or above the criterion's highest
	TooLong          = "too_long"       // a number of more than 512 bits
	MinimumOutside   = "min_outside"    // not between 0 and what can be reached
)

// A Fault says what is wrong and where; rooms have the words.
type Fault struct {
	Kind      string
	Bid       string // empty where the setup is at fault
	Criterion string
	Field     string
	Got       string
}

// faults lists why a setup cannot be evaluated.
func (s Setup) faults() (out []Fault) {
	m, ok := Find(s.Formula.Method)
	if !ok {
		return []Fault{{Kind: NoMethod, Got: s.Formula.Method}}
	}
	for _, field := range m.Needs {
		if got, bad := s.Formula.outside(field); bad {
			out = append(out, Fault{Kind: Parameter, Field: field, Got: got})
		}
	}
	for _, rule := range s.Ties {
		if !s.tieKnown(rule) {
			out = append(out, Fault{Kind: TieUnknown, Got: rule})
		}
	}
	if s.Minimum != nil && (long(*s.Minimum) || s.Minimum.Sign() < 0 || s.Minimum.Cmp(hundred) > 0) {
		out = append(out, Fault{Kind: MinimumOutside, Got: s.Minimum.String()})
	}
	return append(out, s.criteriaFaults(m)...)
}

// long reports whether a number has more digits than anybody means.
func long(x number.Exact) bool { return x.Bits() > 512 }

// criteriaFaults are none for the price alone without criteria.
func (s Setup) criteriaFaults(m Method) (out []Fault) {
	if len(s.Criteria) == 0 {
		if m.Kind == "price" {
			return nil
		}
		return []Fault{{Kind: NoCriteria}}
	}
	if len(s.Criteria) > MostCriteria {
		return []Fault{{Kind: TooMany, Field: "criteria"}}
	}
	sum, seen := number.Exact{}, map[string]bool{}
	for _, c := range s.Criteria {
		if long(c.Weight) || long(c.Max) || c.Minimum != nil && long(*c.Minimum) {
			out = append(out, Fault{Kind: TooLong, Criterion: c.ID})
			continue
		}
		sum = sum.Add(c.Weight)
		if c.ID == "" {
			out = append(out, Fault{Kind: Unnamed, Field: "criteria"})
		}
		if seen[c.ID] {
			out = append(out, Fault{Kind: Twice, Criterion: c.ID})
		}
		seen[c.ID] = true
		if c.Weight.Sign() <= 0 {
			out = append(out, Fault{Kind: WeightOutside, Criterion: c.ID, Got: c.Weight.String()})
		}
		if c.Max.Sign() <= 0 {
			out = append(out, Fault{Kind: MaxOutside, Criterion: c.ID, Got: c.Max.String()})
		}
		if c.Minimum != nil && (c.Minimum.Sign() < 0 || c.Minimum.Cmp(c.Max) > 0) {
			out = append(out, Fault{Kind: MinimumOutside, Criterion: c.ID, Got: c.Minimum.String()})
		}
		for _, a := range c.Anchors {
			if a.Points.Sign() < 0 || a.Points.Cmp(c.Max) > 0 {
				out = append(out, Fault{Kind: AnchorOutside, Criterion: c.ID, Got: a.Points.String()})
			}
		}
	}
	if sum.Cmp(hundred) != 0 {
		out = append(out, Fault{Kind: WeightsSum, Got: sum.String()})
	}
	return out
}

var hundred = number.Int(100)

// outside reports whether an announced value is missing or impossible.
func (f Formula) outside(field string) (got string, bad bool) {
	if field == "decision" {
		return f.Decision, f.Decision != ByQuality && f.Decision != ByPrice
	}
	x := map[string]*number.Exact{"scale": f.Scale, "price_weight": f.PriceWeight, "band": f.Band,
		"quality_reference": f.QualityReference, "price_reference": f.PriceReference}[field]
	if x == nil {
		return "", true
	}
	if long(*x) {
		return "", true
	}
	switch field {
	case "price_weight":
		bad = x.Sign() <= 0 || x.Cmp(hundred) >= 0
	case "band":
		bad = x.Sign() < 0 || x.Cmp(hundred) >= 0
	default:
		bad = x.Sign() <= 0
	}
	return x.String(), bad
}

// A Bid as it came in. A nil price and points that are not there are unknown, never 0.
type Bid struct {
	ID     string                  `json:"id"`
	Price  *number.Exact           `json:"price"`
	Points map[string]number.Exact `json:"points"` // by criterion
}

// bidFaults lists why bids cannot be compared.
func (s Setup) bidFaults(bids []Bid) (out []Fault) {
	switch {
	case len(bids) == 0:
		return []Fault{{Kind: NoBids}}
	case len(bids) > MostBids:
		return []Fault{{Kind: TooMany, Field: "bids"}}
	}
	seen := map[string]bool{}
	for _, b := range bids {
		if b.ID == "" {
			out = append(out, Fault{Kind: Unnamed, Field: "bids"})
		}
		if seen[b.ID] {
			out = append(out, Fault{Kind: Twice, Bid: b.ID})
		}
		seen[b.ID] = true
		switch {
		case b.Price == nil:
			out = append(out, Fault{Kind: PriceMissing, Bid: b.ID})
		case long(*b.Price):
			out = append(out, Fault{Kind: TooLong, Bid: b.ID})
		case b.Price.Sign() <= 0:
			out = append(out, Fault{Kind: PriceNotPositive, Bid: b.ID, Got: b.Price.String()})
		}
		for _, c := range s.Criteria {
			switch p, ok := b.Points[c.ID]; {
			case !ok:
				out = append(out, Fault{Kind: PointsMissing, Bid: b.ID, Criterion: c.ID})
			case long(p):
				out = append(out, Fault{Kind: TooLong, Bid: b.ID, Criterion: c.ID})
			case p.Sign() < 0 || p.Cmp(c.Max) > 0:
				out = append(out, Fault{Kind: PointsOutside, Bid: b.ID, Criterion: c.ID, Got: p.String()})
			}
		}
	}
	return out
}

// middle are the faults that show only once it is known which bids are left.
func (m Method) middle(b basis) []Fault {
	if m.ID == "interp_span" && b.pmax.Cmp(b.pmin) == 0 {
		return []Fault{{Kind: OnePrice, Got: b.pmin.String()}}
	}
	if slices.Contains([]string{"weighted_mean", "weighted_median"}, m.ID) && b.lmid.Sign() == 0 {
		return []Fault{{Kind: NoQuality}}
	}
	return nil
}
