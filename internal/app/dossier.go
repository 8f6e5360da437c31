// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"allmende/internal/office/casework"
	"allmende/internal/office/contract"
	"allmende/internal/office/procurement"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
)

// whole is what other rooms keep of a case, for the dossier of its procurement: the need, closed
// evaluations, contracts and their plans, as far as the viewer may see them.
func (a *App) whole(ctx context.Context, id string, papers []procurement.Paper) (w procurement.Whole, err error) {
	if err := door.From(ctx).Check("casework.read"); err != nil {
		return w, err
	}
	c, state, told, err := a.Casework.Need(ctx, id)
	if err != nil {
		return w, err
	}
	w.Number, w.Title = c.Number(), c.Title
	need, err := body(map[string]any{"id": c.ID, "number": c.Number(), "title": c.Title, "org": c.Org, "procedure": c.Type, "version": c.Version, "state": c.State, "facts": c.Facts})
	w.Parts = append(w.Parts, procurement.Chapter{Kind: procurement.Need, ID: c.ID, Title: c.Number() + " " + c.Title, State: procurement.Current, Body: need,
		Write: func(d *odt.Document) error { a.writeNeed(ctx, d, c, state, told); return nil }})
	if err != nil {
		return w, err
	}
	if door.From(ctx).May("scoring.read") {
		err = a.outcomes(ctx, papers, &w)
	} else {
		w.Unseen = append(w.Unseen, procurement.Outcome)
	}
	if err != nil {
		return w, err
	}
	if door.From(ctx).May("contract.read") {
		return w, a.agreements(ctx, c, &w)
	}
	w.Unseen = append(w.Unseen, procurement.Plan, procurement.Contract)
	return w, nil
}

// body is a value as JSON, its members by name.
func body(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

func (a *App) writeNeed(ctx context.Context, d *odt.Document, c casework.Case, state string, told []casework.Told) {
	d.Heading(1, a.say(ctx, "app.dossier.need", c.Number()))
	d.Para(c.Title + "\n" + c.OrgName + "\n" + state)
	var facts [][2]string
	for _, f := range told {
		facts = append(facts, [2]string{f.Name, f.Word})
	}
	d.Facts(facts)
}

// outcomes adds the evaluations that were closed.
func (a *App) outcomes(ctx context.Context, papers []procurement.Paper, w *procurement.Whole) error {
	var ids []string
	for _, p := range papers {
		ids = append(ids, p.ID)
	}
	rounds, err := a.Scoring.OfPapers(ctx, ids)
	for _, r := range rounds {
		if r.Closed == "" {
			continue
		}
		b, err := a.Scoring.Show(ctx, r.ID)
		if err != nil {
			return err
		}
		w.Parts = append(w.Parts, procurement.Chapter{Kind: procurement.Outcome, ID: r.ID, Title: r.Title, State: procurement.Fixed, Body: b.Round.Record,
			Write: func(d *odt.Document) error { return a.Scoring.Write(ctx, r.ID, d) }})
	}
	return err
}

// agreements adds the contracts that name a case, each with the plan that was drawn last.
func (a *App) agreements(ctx context.Context, c casework.Case, w *procurement.Whole) error {
	all, err := a.contractsOf(ctx, c)
	if err != nil {
		return err
	}
	for _, k := range all {
		text, err := body(k)
		if err != nil {
			return err
		}
		w.Parts = append(w.Parts, procurement.Chapter{Kind: procurement.Contract, ID: k.ID, Title: k.Title, State: procurement.Current, Body: text,
			Write: func(d *odt.Document) error { a.writeContract(ctx, d, k); return nil }})
		plans, err := a.Contract.Papers(ctx, k.ID)
		if err != nil {
			return err
		}
		if len(plans) == 0 {
			continue
		}
		plan, _, err := a.Contract.Paper(ctx, plans[0].ID)
		if err != nil {
			return err
		}
		w.Parts = append(w.Parts, procurement.Chapter{Kind: procurement.Plan, ID: plan.ID, Title: k.Title, State: procurement.Fixed, Body: plan.Body,
			Write: func(d *odt.Document) error { return a.Contract.WritePaper(ctx, plan.ID, d) }})
	}
	return nil
}

func (a *App) writeContract(ctx context.Context, d *odt.Document, k contract.Contract) {
	unknown := a.say(ctx, "contract.unknown")
	d.Heading(1, a.say(ctx, "app.tie.contract")+": "+k.Title)
	amount := ""
	if x, known := k.Price(); known {
		amount = x.Text(tongueOf(ctx), 2) + " € " + a.say(ctx, "contract.per."+cmp.Or(k.Per, "once"))
	}
	var facts [][2]string
	for _, f := range [][2]string{{"contract.number", k.Number}, {"contract.supplier", k.Supplier}, {"contract.software", k.Software}, {"contract.since", shownDay(ctx, k.Since)}, {"contract.until", shownDay(ctx, k.Until)}, {"contract.amount", amount}, {"contract.reason", k.Reason}} {
		facts = append(facts, [2]string{a.say(ctx, f[0]), cmp.Or(f[1], unknown)})
	}
	d.Facts(facts)
}

// shownDay writes a day that is kept as 2026-11-28 for the reader; empty where there is none.
func shownDay(ctx context.Context, day string) string {
	on, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return lang.Date(tongueOf(ctx), on)
}
