// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"net/url"
	"strconv"

	"allmende/internal/office/procurement"
	"allmende/internal/office/scoring"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// meetScoring lets bids be evaluated by frozen setups of procurement, in its words.
func (a *App) meetScoring() {
	s, p := a.Scoring, a.Procurement
	s.Faults, s.Notes = p.FaultWords, p.NoteWords
	s.Setup = func(ctx context.Context, paper string, edition int) (scoring.Announced, error) {
		if err := door.From(ctx).Check("procurement.read"); err != nil {
			return scoring.Announced{}, err
		}
		found, e, err := p.Frozen(ctx, paper, edition)
		return scoring.Announced{Org: found.Org, Title: found.Title, Body: e.Body, Sum: e.Sum}, err
	}
	p.Scoring = func(ctx context.Context, paper string, edition int) string {
		if !door.From(ctx).May("scoring.write") {
			return ""
		}
		return "/scoring/open?paper=" + url.QueryEscape(paper) + "&edition=" + strconv.Itoa(edition)
	}
	p.Rounds = func(ctx context.Context, paper string) (out []procurement.Round, err error) {
		if !door.From(ctx).May("scoring.read") {
			return nil, nil
		}
		all, err := s.OfPaper(ctx, paper)
		for _, r := range all {
			out = append(out, procurement.Round{Href: "/scoring/round/" + r.ID, Person: r.Name, Edition: r.Edition, Opened: db.Time(r.Created), Closed: db.Time(r.Closed)})
		}
		return out, err
	}
	a.Audit.Things = append(a.Audit.Things, s.Things)
}
