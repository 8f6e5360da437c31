// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"strings"

	"allmende/internal/engine/award"
	"allmende/internal/engine/market"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// Rows that a form has at most.
const (
	mostCriteria = 30
	mostBids     = 40
	mostTies     = 4
)

// mostPrice is what a price stays below: 18 digits with those after the comma.
var mostPrice = number.Int(1e16)

// criterionID is what a row of the form is called in a setup. It stays when rows before it go.
func criterionID(row int) string { return name("c", row) }

// input reads the form of a setup. What is not announced stays unknown; the linter says so.
func (s *Sheet) input() Input {
	in := Input{Org: ospo.OrgID(s.V("org")), Case: s.text(longestLine, "case"), Setup: award.Setup{
		Title: s.text(longestLine, "title"),
		Formula: award.Formula{Method: s.text(longestLine, "method"), Scale: s.number("scale"), PriceWeight: s.number("price_weight"), Band: s.number("band"),
			Decision: s.text(longestLine, "decision")},
		Minimum: s.number("minimum"), OpenSource: s.V("open_source") != "", OpenSourceReason: s.text(longestText, "open_source_reason")}}
	for i := range mostTies {
		if rule := s.text(longestLine, "tie", i+1); rule != "" {
			in.Setup.Ties = append(in.Setup.Ties, rule)
		}
	}
	for row := 1; row <= mostCriteria; row++ {
		if c, there := s.criterion(row); there {
			in.Setup.Criteria = append(in.Setup.Criteria, c)
		}
	}
	return in
}

// criterion reads one row; a row in which nothing stands is none.
func (s *Sheet) criterion(row int) (c award.Criterion, there bool) {
	for _, field := range []string{"name", "weight", "max", "least", "text", "anchors"} {
		there = there || strings.TrimSpace(s.V(field, row)) != ""
	}
	if !there {
		return c, false
	}
	c = award.Criterion{ID: criterionID(row), Title: s.text(longestLine, "name", row), Text: s.text(longestText, "text", row), Weight: s.must("weight", row), Max: s.must("max", row), Minimum: s.number("least", row)}
	if c.Title == "" {
		s.wrong(fault.At(name("name", row), "fault.missing"))
	}
	c.Anchors, c.From = s.anchors("anchors", row), s.text(longestLine, "from", row)
	return c, true
}

// anchors reads lines of "points: text".
func (s *Sheet) anchors(field string, row int) (out []award.Anchor) {
	for line := range strings.Lines(s.text(longestText, field, row)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		points, text, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(text) == "" {
			s.wrong(fault.At(name(field, row), "procurement.anchor_bad", line))
			continue
		}
		x, err := number.Read(points, s.tongue)
		if err != nil {
			s.wrong(misread(name(field, row), err))
			continue
		}
		out = append(out, award.Anchor{Points: x, Text: strings.TrimSpace(text)})
	}
	return out
}

// fill puts a setup into the form.
func (s *Sheet) fill(p Paper, setup award.Setup) {
	f := setup.Formula
	s.set(p.Case, "case")
	s.set(string(p.Org), "org")
	s.set(p.Changed, "seen")
	s.set(setup.Title, "title")
	s.set(f.Method, "method")
	s.set(f.Decision, "decision")
	s.set(setup.OpenSourceReason, "open_source_reason")
	s.put(f.Scale, "scale")
	s.put(f.PriceWeight, "price_weight")
	s.put(f.Band, "band")
	s.put(setup.Minimum, "minimum")
	if setup.OpenSource {
		s.set("yes", "open_source")
	}
	for i, rule := range setup.Ties {
		s.set(rule, "tie", i+1)
	}
	for _, c := range setup.Criteria {
		row := strings.TrimPrefix(c.ID, "c-")
		s.set(c.Title, "name", row)
		s.set(c.Text, "text", row)
		s.set(c.From, "from", row)
		s.put(&c.Weight, "weight", row)
		s.put(&c.Max, "max", row)
		s.put(c.Minimum, "least", row)
		var lines []string
		for _, a := range c.Anchors {
			lines = append(lines, typed(s.tongue, a.Points)+": "+a.Text)
		}
		s.set(strings.Join(lines, "\n"), "anchors", row)
	}
}

// takeCriteria copies what is ticked of the library into free rows of the form.
func (s *Sheet) takeCriteria(c market.Catalogue) {
	s.take(c.Award, s.used(mostCriteria, "name", "weight", "max", "least", "text", "anchors"), mostCriteria, func(row int, x market.Choice) {
		s.row(row, "name", x.Name.In(s.tongue), "text", x.About.In(s.tongue), "max", "10", "anchors", scaleText(s.tongue, x.Anchors), "from", origin(c, x))
	})
}

// used is the number of the last row in which something stands.
func (s *Sheet) used(most int, fields ...string) (last int) {
	for row := 1; row <= most; row++ {
		for _, f := range fields {
			if strings.TrimSpace(s.V(f, row)) != "" {
				last = row
			}
		}
	}
	return last
}

// rows are the numbers of the rows to show: those in use and two more, at least some.
func (s *Sheet) rows(least, most int, fields ...string) (out []int) {
	for n := range min(max(s.used(most, fields...)+2, least), most) {
		out = append(out, n+1)
	}
	return out
}

// bids reads the fictitious bids, with the points of each criterion.
func (s *Sheet) bids(setup award.Setup) (out []award.Bid) {
	for row := 1; row <= mostBids; row++ {
		b := award.Bid{ID: s.text(longestLine, "bid", row), Price: s.number("price", row), Points: map[string]number.Exact{}}
		there := b.ID != "" || s.V("price", row) != ""
		for _, c := range setup.Criteria {
			if x := s.number("points", row, c.ID); x != nil {
				b.Points[c.ID], there = *x, true
			}
		}
		if !there {
			continue
		}
		if b.ID == "" {
			s.wrong(fault.At(name("bid", row), "fault.missing"))
		}
		if b.Price != nil && b.Price.Cmp(mostPrice) >= 0 {
			s.wrong(fault.At(name("price", row), "procurement.number.too_long", strings.TrimSpace(s.V("price", row))))
		}
		out = append(out, b)
	}
	return out
}

// fillBids puts bids into the form, one a row.
func (s *Sheet) fillBids(all []award.Bid) {
	for i, b := range all {
		s.set(b.ID, "bid", i+1)
		s.put(b.Price, "price", i+1)
		for id, x := range b.Points {
			s.put(&x, "points", i+1, id)
		}
	}
}
