// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/office/casework"
	"allmende/internal/office/procurement"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// papersOf lists what other rooms keep about a case, as far as the viewer may look there, to be
// named in its justification: papers of procurement and evaluations by them, plans of its
// contracts, files that lie with it.
func (a *App) papersOf(ctx context.Context, id string) (out []casework.Exhibit, err error) {
	papers, err := a.Procurement.OfCase(ctx, id)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range papers {
		ids = append(ids, p.ID)
		out = append(out, casework.Exhibit{Kind: both(ctx, func(ctx context.Context) string { return procurement.KindName(ctx, p.Kind) }), Title: p.Title, State: both(ctx, p.State), SHA256: p.Sum, Since: cmp.Or(p.Frozen, p.Changed), Link: "/procurement/" + p.Kind + "/" + p.ID})
	}
	for _, more := range []func(context.Context, string, []string) ([]casework.Exhibit, error){a.roundsOf, a.plansOf, a.filesOf} {
		some, err := more(ctx, id, ids)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// roundsOf are evaluations of bids by the papers of a case.
func (a *App) roundsOf(ctx context.Context, _ string, papers []string) (out []casework.Exhibit, err error) {
	all, err := a.Scoring.OfPapers(ctx, papers)
	for _, r := range all {
		state := "app.paper.open"
		if r.Closed != "" {
			state = "app.paper.closed"
		}
		out = append(out, casework.Exhibit{Kind: a.both(ctx, "app.tie.round"), Title: r.Title, State: a.both(ctx, state), SHA256: r.Sum, Since: cmp.Or(r.Closed, r.Created), Link: "/scoring/round/" + r.ID})
	}
	return out, err
}

// plansOf are the plans that were drawn of contracts which name the case.
func (a *App) plansOf(ctx context.Context, id string, _ []string) (out []casework.Exhibit, err error) {
	c, err := a.Casework.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	contracts, err := a.contractsOf(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, k := range contracts {
		plans, err := a.Contract.Papers(ctx, k.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range plans {
			out = append(out, casework.Exhibit{Kind: a.both(ctx, "app.paper.plan"), Title: k.Title, State: a.asOf(ctx, p.At()), SHA256: p.Sum, Since: p.Created, Link: "/contract/paper/" + p.ID})
		}
	}
	return out, nil
}

// filesOf are the files of a case; of one that was removed its sum stays.
func (a *App) filesOf(ctx context.Context, id string, _ []string) (out []casework.Exhibit, err error) {
	all, err := a.Desk.Files(ctx, id)
	for _, f := range all {
		state := a.asOf(ctx, f.At())
		if f.Removed != "" {
			state = a.both(ctx, "app.paper.removed")
		}
		out = append(out, casework.Exhibit{Kind: a.both(ctx, "app.paper.file"), Title: f.Name, State: state, SHA256: f.Sum, Since: f.Created, Link: f.Path(), Gone: f.Removed != "" || f.Finding != ""})
	}
	return out, err
}

// both says something in both languages of the program, whatever the viewer's is.
func both(ctx context.Context, say func(context.Context) string) process.Text {
	in := func(tongue string) string {
		v := door.From(ctx)
		v.Lang = tongue
		return say(door.With(ctx, v))
	}
	return process.Text{DE: in("de"), EN: in("en")}
}

func (a *App) both(ctx context.Context, key string) process.Text {
	return both(ctx, func(ctx context.Context) string { return a.say(ctx, key) })
}

// asOf says from when a paper is.
func (a *App) asOf(ctx context.Context, at time.Time) process.Text {
	return both(ctx, func(ctx context.Context) string { return a.say(ctx, "app.paper.of", lang.DateTime(tongueOf(ctx), at)) })
}
