// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package economics

import (
	"maps"
	"slices"

	"allmende/internal/engine/number"
)

// A Criterion of a utility value. Anchors say in words what earns 0, 2, 4, 6, 8 and 10 points.
type Criterion struct {
	ID          string         `json:"id"`
	Title       string         `json:"title"`
	Weight      number.Exact   `json:"weight"`
	Anchors     map[int]string `json:"anchors,omitempty"`
	Corresponds string         `json:"corresponds,omitempty"` // number in another catalogue that the organisation follows
	From        string         `json:"from,omitempty"`        // entry and edition of the library that it was copied from
}

// A Utility is from 0 to 100. Where scores are missing it is an interval: Low with 0 for them,
// High with 10.
type Utility struct {
	Low     number.Exact `json:"low"`
	High    number.Exact `json:"high"`
	Missing []string     `json:"missing,omitempty"` // criteria that nobody scored
	Parts   []Part       `json:"parts"`
}

// A Worth is the utility value of an alternative.
type Worth struct {
	Alternative string `json:"alternative"`
	Utility
}

// MostCriteria bounds those of a study.
const MostCriteria = 30

// utilityFaults are those of the criteria, once, and those of the points of each alternative.
func (s Study) utilityFaults() (out []Fault) {
	switch {
	case len(s.Criteria) > MostCriteria:
		return []Fault{{Kind: TooMany}}
	case len(s.Criteria) > 0:
		_, out = UtilityOf(s.Criteria, nil)
	}
	known := map[string]bool{}
	for _, c := range s.Criteria {
		known[c.ID] = true
		for points := range c.Anchors {
			if points < 0 || points > 10 {
				out = append(out, Fault{Kind: ScoreOutside, Line: c.ID, Got: number.Int(int64(points)).String()})
			}
		}
	}
	for _, a := range s.Alternatives {
		for _, id := range slices.Sorted(maps.Keys(a.Points)) {
			if !known[id] {
				out = append(out, Fault{Kind: CriterionUnknown, Alternative: a.ID, Got: id})
			}
		}
		if len(out) > 0 {
			continue
		}
		if _, bad := UtilityOf(s.Criteria, a.Points); len(s.Criteria) > 0 {
			for _, f := range bad {
				f.Alternative = a.ID
				out = append(out, f)
			}
		}
	}
	return out
}

// utility is the utility value of each alternative, and what is missing in it; none where a
// study has no criteria.
func (s Study) utility() (out []Worth, gaps []Gap) {
	for _, c := range s.Criteria {
		if len(c.Anchors) == 0 {
			gaps = append(gaps, Gap{Kind: AnchorsMissing, Line: c.ID})
		}
	}
	for _, a := range s.Alternatives {
		if len(s.Criteria) == 0 {
			break
		}
		u, _ := UtilityOf(s.Criteria, a.Points) // its faults were looked for before
		out = append(out, Worth{a.ID, u})
		for _, id := range u.Missing {
			gaps = append(gaps, Gap{ScoreMissing, a.ID, id})
		}
	}
	return out, gaps
}

// A Part is what one criterion contributes; Points is nil where it is not scored.
type Part struct {
	Criterion string        `json:"criterion"`
	Weight    number.Exact  `json:"weight"`
	Points    *number.Exact `json:"points"`
	Share     number.Exact  `json:"share"` // at the lower end
}

// UtilityOf is 100 · Σ weight · points / (10 · Σ weight), points from 0 to 10.
func UtilityOf(criteria []Criterion, points map[string]number.Exact) (u Utility, bad []Fault) {
	sum, seen := number.Exact{}, map[string]bool{}
	for _, c := range criteria {
		if c.ID == "" || seen[c.ID] {
			bad = append(bad, Fault{Kind: Twice, Line: c.ID})
		}
		seen[c.ID] = true
		if c.Weight.Sign() < 0 {
			bad = append(bad, Fault{Kind: AmountNegative, Line: c.ID, Got: c.Weight.String()})
		}
		if p, ok := points[c.ID]; long(c.Weight) || long(p) {
			bad = append(bad, Fault{Kind: TooLong, Line: c.ID})
		} else if ok && (p.Sign() < 0 || p.Cmp(number.Int(10)) > 0) {
			bad = append(bad, Fault{Kind: ScoreOutside, Line: c.ID, Got: p.String()})
		}
		sum = sum.Add(c.Weight)
	}
	if len(bad) == 0 && sum.Sign() == 0 {
		bad = append(bad, Fault{Kind: Weightless})
	}
	if len(bad) > 0 {
		return Utility{}, bad
	}
	ten := number.Int(10)
	for _, c := range criteria {
		part := Part{Criterion: c.ID, Weight: c.Weight}
		unit := ten.Mul(c.Weight).Div(sum) // 100 · w / (10 · Σ w)
		if p, ok := points[c.ID]; ok {
			part.Points, part.Share = &p, unit.Mul(p)
			u.High = u.High.Add(part.Share)
		} else {
			u.Missing = append(u.Missing, c.ID)
			u.High = u.High.Add(unit.Mul(ten))
		}
		u.Low = u.Low.Add(part.Share)
		u.Parts = append(u.Parts, part)
	}
	return u, nil
}
