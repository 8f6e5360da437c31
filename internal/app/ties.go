// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"

	"allmende/internal/office/casework"
	"allmende/internal/office/contract"
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
	contracts, err := a.contractsOf(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, k := range contracts {
		out = append(out, casework.Tie{Kind: a.say(ctx, "app.tie.contract"), Title: k.Title, Link: "/contract/entry/" + k.ID})
	}
	house, err := a.Casework.Household(ctx, c.Org)
	if err != nil {
		return nil, err
	}
	measures, err := a.Budget.Naming(ctx, house, c.Number())
	for _, m := range measures {
		out = append(out, casework.Tie{Kind: a.say(ctx, "app.tie.measure", m.Pot), Title: m.Title, Link: "/budget/measure/" + m.ID})
	}
	return out, err
}

// contractsOf lists the contracts that name a case.
func (a *App) contractsOf(ctx context.Context, c casework.Case) ([]contract.Contract, error) {
	house, err := a.Casework.Household(ctx, c.Org)
	if err != nil {
		return nil, err
	}
	return a.Contract.OfCase(ctx, house, c.Number())
}
