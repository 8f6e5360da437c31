// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"allmende/internal/engine/market"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/lang"
)

// What the forms of surveys and descriptions have at most.
const (
	mostSources    = 20
	mostCandidates = 20
	mostItems      = 60
)

// survey reads the form of a survey, with the choices of a catalogue. A row in which nothing
// stands is none.
func (s *Sheet) survey(c market.Catalogue) SurveyInput {
	m := market.Survey{Title: s.text(longestLine, "title"), Need: s.text(longestText, "need"), Kind: s.among(c.Needs, "kind"),
		Chosen: s.among(c.Ways, "chosen"), Procedure: s.among(c.Procedures, "procedure"), Because: s.text(longestText, "because"), Result: s.text(longestText, "result")}
	for i := 1; i <= mostSources; i++ {
		if s.filled(i, "source", "source_at", "query") {
			m.Sources = append(m.Sources, market.Source{Name: s.need("source", i), Address: s.text(longestLine, "source_at", i), Day: s.day("day", i), Query: s.text(longestLine, "query", i), Hits: s.hits(i)})
		}
	}
	for i := 1; i <= mostCandidates; i++ {
		if s.filled(i, "candidate", "candidate_at", "licence", "reason") {
			m.Candidates = append(m.Candidates, market.Candidate{Name: s.need("candidate", i), Address: s.text(longestLine, "candidate_at", i), Licence: s.text(longestLine, "licence", i),
				Open: s.fits("open", i), Out: s.Is("out", i, "yes"), Reason: s.text(longestText, "reason", i)})
		}
	}
	for _, w := range c.Ways {
		if s.V("fits", w.ID)+s.V("way", w.ID) != "" {
			m.Ways = append(m.Ways, market.Way{ID: w.ID, Fits: s.fits("fits", w.ID), Reason: s.text(longestText, "way", w.ID)})
		}
	}
	return SurveyInput{ospo.OrgID(s.V("org")), s.text(longestLine, "case"), s.Is("renew", "yes"), m}
}

// filled reports whether something stands in a row.
func (s *Sheet) filled(row int, fields ...string) bool {
	for _, f := range fields {
		if strings.TrimSpace(s.V(f, row)) != "" {
			return true
		}
	}
	return false
}

// need reads a line that must be there.
func (s *Sheet) need(parts ...any) string {
	text, err := fault.Words(name(parts...), s.V(parts...), longestLine)
	s.wrong(err)
	return text
}

// among reads the id of a choice; empty where none is made.
func (s *Sheet) among(all []market.Choice, parts ...any) string {
	id := s.V(parts...)
	if _, ok := market.Find(all, id); id != "" && !ok {
		s.wrong(fault.At(name(parts...), "procurement.choice_bad", id))
	}
	return id
}

// fits reads yes or no; whatever else there is means unknown.
func (s *Sheet) fits(parts ...any) string {
	if v := s.V(parts...); v == market.Yes || v == market.No {
		return v
	}
	return market.Unknown
}

// firstDay is before any day that a form means: an earlier one was typed by mistake.
const firstDay = "2000-01-01"

// day reads a day that may be left out, and that has come.
func (s *Sheet) day(parts ...any) string {
	text := strings.TrimSpace(s.V(parts...))
	if text == "" {
		return text
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		s.wrong(fault.At(name(parts...), "procurement.day_bad", text))
	} else if text < firstDay || text > s.today {
		s.wrong(fault.At(name(parts...), "procurement.day_outside", shown(s.tongue, text), shown(s.tongue, firstDay), shown(s.tongue, s.today)))
	}
	return text
}

// shown writes a day that is kept as 2026-11-28 for the reader; another text stays as it is.
func shown(tongue, day string) string {
	on, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return lang.Date(tongue, on)
}

// hits reads how many were found; nil where nobody counted.
func (s *Sheet) hits(row int) *int {
	if strings.TrimSpace(s.V("hits", row)) == "" {
		return nil
	}
	n := int(s.whole(1_000_000_000, "hits", row))
	return &n
}

// fillSurvey puts a survey into the form.
func (s *Sheet) fillSurvey(p Paper, m market.Survey) {
	s.fillPaper(p, m.Title)
	s.set(m.Need, "need")
	s.set(m.Kind, "kind")
	s.set(m.Chosen, "chosen")
	s.set(m.Procedure, "procedure")
	s.set(m.Because, "because")
	s.set(m.Result, "result")
	for i, at := range m.Sources {
		s.row(i+1, "source", at.Name, "source_at", at.Address, "day", at.Day, "query", at.Query)
		if at.Hits != nil {
			s.set(strconv.Itoa(*at.Hits), "hits", i+1)
		}
	}
	for i, c := range m.Candidates {
		s.row(i+1, "candidate", c.Name, "candidate_at", c.Address, "licence", c.Licence, "open", c.Open, "reason", c.Reason)
		if c.Out {
			s.set("yes", "out", i+1)
		}
	}
	for _, w := range m.Ways {
		s.set(w.Fits, "fits", w.ID)
		s.set(w.Reason, "way", w.ID)
	}
}

// fillPaper puts what all papers have into a form.
func (s *Sheet) fillPaper(p Paper, title string) {
	s.set(title, "title")
	s.set(p.Case, "case")
	s.set(string(p.Org), "org")
	s.set(p.Changed, "seen")
}

// row puts texts into the fields of a row: name, text and so on.
func (s *Sheet) row(n int, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		s.set(pairs[i+1], pairs[i], n)
	}
}

// description reads the form of a description: what was ticked in the catalogue, in the
// wording that was typed, then items of one's own.
func (s *Sheet) description(c market.Catalogue) DescriptionInput {
	d := market.Description{Title: s.text(longestLine, "title"), Aim: s.text(longestText, "aim")}
	for _, r := range library(c) {
		if s.Is("ask", r.ID, "yes") {
			d.Items = append(d.Items, s.item(r.ID, r.ID))
		}
	}
	for i := 1; i <= mostItems; i++ {
		if s.filled(i, "text", "why") {
			d.Items = append(d.Items, s.item("", i))
		}
	}
	return DescriptionInput{ospo.OrgID(s.V("org")), s.text(longestLine, "case"), s.Is("renew", "yes"), d}
}

func (s *Sheet) item(from string, at any) market.Item {
	kind := market.Must
	if s.Is("item", at, market.Score) {
		kind = market.Score
	}
	part := s.V("part", at)
	if from != "" || part != market.OfBidder && part != market.OfContract { // of entries the catalogue says it
		part = ""
	}
	return market.Item{From: from, Kind: kind, Text: s.text(longestText, "text", at), Why: s.text(longestText, "why", at), Part: part}
}

// library is what a catalogue offers to a description.
func library(c market.Catalogue) []market.Choice {
	return slices.Concat(c.Requirements, c.Suitability, c.Execution)
}

// fillDescription puts a description into the form; of what it does not ask for the wording of
// the catalogue stands ready.
func (s *Sheet) fillDescription(p Paper, d market.Description, c market.Catalogue) {
	s.fillPaper(p, d.Title)
	s.set(d.Aim, "aim")
	for _, r := range library(c) {
		s.set(r.About.In(s.tongue), "text", r.ID)
	}
	own := 0
	for _, item := range d.Items {
		var at any = item.From
		if _, offered := market.Find(library(c), item.From); !offered { // one's own, or no longer offered
			own++
			at = own
		} else {
			s.set("yes", "ask", at)
		}
		s.set(item.Kind, "item", at)
		s.set(item.Part, "part", at)
		s.set(item.Text, "text", at)
		s.set(item.Why, "why", at)
	}
}
