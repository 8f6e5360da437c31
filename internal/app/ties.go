// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"

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
	tie := func(org ospo.OrgID, kind, title, link string) error {
		same, err := a.sameHouse(ctx, org, c.Org)
		if same { // another house counts its cases by itself
			out = append(out, casework.Tie{Kind: kind, Title: title, Link: link})
		}
		return err
	}
	contracts, err := a.Contract.OfCase(ctx, c.Number())
	for _, k := range contracts {
		err = errors.Join(err, tie(k.Org, a.say(ctx, "app.tie.contract"), k.Title, "/contract/entry/"+k.ID))
	}
	if err != nil {
		return nil, err
	}
	measures, err := a.Budget.Naming(ctx, c.Number())
	for _, m := range measures {
		err = errors.Join(err, tie(m.Org, a.say(ctx, "app.tie.measure", m.Pot), m.Title, "/budget/measure/"+m.ID))
	}
	return out, err
}

// sameHouse reports whether two organisations count their cases together.
func (a *App) sameHouse(ctx context.Context, one, other ospo.OrgID) (bool, error) {
	if one == other {
		return true, nil
	}
	house, err := a.Casework.House(ctx, one)
	if err != nil {
		return false, err
	}
	its, err := a.Casework.House(ctx, other)
	return its == house, err
}
