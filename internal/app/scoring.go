// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"net/url"
	"strconv"

	"allmende/internal/office/scoring"
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
	a.Audit.Things = append(a.Audit.Things, s.Things)
}
