// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/economics"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// What the form of a study has at most.
const (
	mostAlternatives = 5
	mostLines        = 16
	mostWorths       = 12 // criteria of the utility value
)

var percent = number.Int(100)

// share reads a percentage; nil where it is left out.
func (s *Sheet) share(parts ...any) *number.Exact {
	x := s.number(parts...)
	if x != nil {
		part := x.Div(percent)
		x = &part
	}
	return x
}

// or is what a number is where it was left out.
func or(x *number.Exact, zero number.Exact) number.Exact {
	if x == nil {
		return zero
	}
	return *x
}

// year reads a year of the study; empty is otherwise.
func (s *Sheet) year(otherwise int, parts ...any) int {
	if strings.TrimSpace(s.V(parts...)) == "" {
		return otherwise
	}
	return int(s.whole(economics.MostYears, parts...))
}

// study reads the form of a study. A rate that is left out is refused: 0 would be a claim.
func (s *Sheet) study() StudyInput {
	in := StudyInput{Org: ospo.OrgID(s.V("org")), Case: s.text(longestLine, "case"), Study: economics.Study{Title: s.text(longestLine, "title"), Day: s.day("day"), Base: s.base("base"), Years: int(s.whole(economics.MostYears, "years")),
		Rate: economics.Rate{Value: s.must("rate").Div(percent), Date: s.day("rate_date"), Source: s.text(longestLine, "rate_source")}}}
	for k := 1; k <= mostWorths; k++ {
		if s.filled(k, "crit", "critweight", "critanchors") {
			in.Study.Criteria = append(in.Study.Criteria, s.worth(k))
		}
	}
	for i := 1; i <= mostAlternatives; i++ {
		if a, there := s.alternative(i, in.Study.Years); there {
			in.Study.Alternatives = append(in.Study.Alternatives, a)
		}
	}
	return in
}

// base reads the calendar year to which all is discounted.
func (s *Sheet) base(parts ...any) int {
	text := strings.TrimSpace(s.V(parts...))
	year, err := strconv.Atoi(text)
	if err != nil || year < 2000 || year > 2100 {
		s.wrong(fault.At(name(parts...), "procurement.base_bad", text))
	}
	return year
}

// worth reads a criterion of the utility value. Its id stays when rows before it go.
func (s *Sheet) worth(k int) economics.Criterion {
	c := economics.Criterion{ID: name("k", k), Title: s.need("crit", k), Weight: s.must("critweight", k), Corresponds: s.text(longestLine, "critnumber", k), From: s.text(longestLine, "critfrom", k)}
	for _, a := range s.anchors("critanchors", k) {
		points := int(a.Points.Float())
		if a.Points.Cmp(number.Int(int64(points))) != 0 || points < 0 || points > 10 {
			s.wrong(fault.At(name("critanchors", k), "procurement.worth.points_bad", typed(s.tongue, a.Points)))
			continue
		}
		if c.Anchors == nil {
			c.Anchors = map[int]string{}
		}
		c.Anchors[points] = a.Text
	}
	return c
}

// scores reads the points of an alternative; a criterion without any stays unknown.
func (s *Sheet) scores(i int) map[string]number.Exact {
	out := map[string]number.Exact{}
	for k := 1; k <= mostWorths; k++ {
		if x := s.number("score", i, k); x != nil && s.filled(k, "crit", "critweight", "critanchors") {
			out[name("k", k)] = *x
		}
	}
	return out
}

func (s *Sheet) alternative(i, years int) (a economics.Alternative, there bool) {
	a = economics.Alternative{ID: name("a", i), Title: s.text(longestLine, "alt", i), CostRisk: or(s.share("cost_risk", i), number.Exact{}), BenefitRisk: or(s.share("benefit_risk", i), number.Exact{})}
	for j := 1; j <= mostLines; j++ {
		if s.V("line", i, j)+s.V("amount", i, j) != "" {
			a.Lines = append(a.Lines, s.line(i, j, years))
		}
	}
	if a.Points = s.scores(i); len(a.Points) == 0 {
		a.Points = nil
	}
	if a.Title == "" && len(a.Lines) > 0 {
		s.wrong(fault.At(name("alt", i), "fault.missing"))
	}
	return a, a.Title != "" || len(a.Lines) > 0
}

func (s *Sheet) line(i, j, years int) economics.Line {
	l := economics.Line{ID: name("l", j), Title: s.text(longestLine, "line", i, j), Kind: s.text(longestLine, "kind", i, j), Benefit: s.Is("side", i, j, "benefit"), Amount: s.must("amount", i, j),
		From: s.year(0, "from", i, j), Growth: or(s.share("growth", i, j), number.Exact{}), Effective: !s.Is("effective", i, j, "no"), Risk: s.share("risk", i, j), Reason: s.text(longestText, "reason", i, j)}
	if l.Kind == economics.Yearly {
		l.To = s.year(years, "to", i, j)
	}
	if l.Title == "" {
		s.wrong(fault.At(name("line", i, j), "fault.missing"))
	}
	return l
}

// fillStudy puts a study into the form.
func (s *Sheet) fillStudy(p Paper, study economics.Study) {
	for field, text := range map[string]string{"case": p.Case, "org": string(p.Org), "seen": p.Changed, "title": study.Title, "day": study.Day, "base": strconv.Itoa(study.Base), "years": strconv.Itoa(study.Years),
		"rate_date": study.Rate.Date, "rate_source": study.Rate.Source} {
		s.set(text, field)
	}
	times := func(x number.Exact, parts ...any) {
		x = x.Mul(percent)
		s.put(&x, parts...)
	}
	times(study.Rate.Value, "rate")
	for _, c := range study.Criteria {
		s.fillWorth(c)
	}
	for _, a := range study.Alternatives {
		i := strings.TrimPrefix(a.ID, "a-")
		s.set(a.Title, "alt", i)
		times(a.CostRisk, "cost_risk", i)
		times(a.BenefitRisk, "benefit_risk", i)
		for id, x := range a.Points {
			s.put(&x, "score", i, strings.TrimPrefix(id, "k-"))
		}
		for _, l := range a.Lines {
			j := strings.TrimPrefix(l.ID, "l-")
			s.set(l.Title, "line", i, j)
			s.set(l.Kind, "kind", i, j)
			s.set(map[bool]string{true: "benefit", false: "cost"}[l.Benefit], "side", i, j)
			s.put(&l.Amount, "amount", i, j)
			s.set(strconv.Itoa(l.From), "from", i, j)
			if l.Kind == economics.Yearly {
				s.set(strconv.Itoa(l.To), "to", i, j)
			}
			times(l.Growth, "growth", i, j)
			if l.Risk != nil {
				times(*l.Risk, "risk", i, j)
			}
			s.set(map[bool]string{true: "yes", false: "no"}[l.Effective], "effective", i, j)
			s.set(l.Reason, "reason", i, j)
		}
	}
}

func (s *Sheet) fillWorth(c economics.Criterion) {
	k := strings.TrimPrefix(c.ID, "k-")
	s.set(c.Title, "crit", k)
	s.put(&c.Weight, "critweight", k)
	s.set(c.Corresponds, "critnumber", k)
	s.set(c.From, "critfrom", k)
	var lines []string
	for _, points := range scale(c) {
		lines = append(lines, strconv.Itoa(points)+": "+c.Anchors[points])
	}
	s.set(strings.Join(lines, "\n"), "critanchors", k)
}

// scale are the points of a criterion that have words, from the lowest.
func scale(c economics.Criterion) []int { return slices.Sorted(maps.Keys(c.Anchors)) }
