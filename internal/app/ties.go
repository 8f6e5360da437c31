// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"slices"

	"allmende/internal/office/casework"
	"allmende/internal/ospo"
)

// tiesOf lists what contracts, evaluations of bids and budgets have to do with a case, as far as
// the viewer may look there.
func (a *App) tiesOf(ctx context.Context, c casework.Case) (out []casework.Tie, err error) {
	papers, err := a.Procurement.OfCase(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range papers {
		ids = append(ids, p.ID)
	}
	rounds, err := a.Scoring.OfPapers(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		out = append(out, casework.Tie{Kind: a.say(ctx, "app.tie.round"), Title: r.Title, Link: "/scoring/round/" + r.ID})
	}
	contracts, err := a.Contract.OfCase(ctx, c.Number())
	if err != nil {
		return nil, err
	}
	for _, k := range contracts {
		same, err := a.sameHouse(ctx, k.Org, c.Org) // another house counts its cases by itself
		if err != nil {
			return nil, err
		}
		if same {
			out = append(out, casework.Tie{Kind: a.say(ctx, "app.tie.contract"), Title: k.Title, Link: "/contract/entry/" + k.ID})
		}
	}
	measures, err := a.Budget.Naming(ctx, c.Number())
	for _, m := range measures {
		out = append(out, casework.Tie{Kind: a.say(ctx, "app.tie.measure", m.Pot), Title: m.Title, Link: "/budget/measure/" + m.ID})
	}
	return out, err
}

// sameHouse reports whether two organisations have the same one at the top.
func (a *App) sameHouse(ctx context.Context, one, other ospo.OrgID) (bool, error) {
	if one == other {
		return true, nil
	}
	above, err := a.Casework.Above(ctx, one)
	if err != nil || len(above) == 0 {
		return false, err
	}
	others, err := a.Casework.Above(ctx, other)
	return slices.Contains(others, above[len(above)-1]), err
}
