// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"

	"allmende/internal/office/casework"
	"allmende/internal/office/estate"
	"allmende/internal/office/procurement"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// meetProcurement lets papers of procurement belong to cases, and tells the linter which
// products there are and which catalogue is in force.
func (a *App) meetProcurement() {
	p := a.Procurement
	p.Cases, p.Case, p.Products, p.Whole = a.linkable, a.caseName, a.products, a.whole
	a.Audit.Things = append(a.Audit.Things, p.Things)
	p.Library, p.Edition = a.Library.InForce, a.Library.Written
	a.Library.Products = a.products
	a.Audit.Things = append(a.Audit.Things, a.Library.Things)
	a.Casework.Enclosures, a.Casework.Ties = a.papersOf, a.tiesOf
	a.Casework.Surveyed, p.Denied = a.surveyedOf, a.deniesOpen
}

// mostLinks bounds how many cases a form offers, the latest first.
const mostLinks = 100

// linkable lists the cases that the viewer sees, the open ones first, then those that were
// decided: a plan for the contract comes after the award. What is frozen of them stays as it is.
func (a *App) linkable(ctx context.Context) (out []procurement.Matter, err error) {
	if !door.From(ctx).May("casework.read") {
		return nil, nil
	}
	all, _, err := a.Casework.Cases(ctx, casework.Sieve{Ended: "no", Desc: true, Size: mostLinks})
	for _, c := range all {
		out = append(out, procurement.Matter{ID: c.ID, Name: c.Number() + " " + c.Title})
	}
	if err != nil {
		return nil, err
	}
	all, _, err = a.Casework.Cases(ctx, casework.Sieve{Ended: "done", Desc: true, Size: mostLinks})
	for _, c := range all {
		out = append(out, procurement.Matter{ID: c.ID, Name: a.say(ctx, "app.case.decided", c.Number()+" "+c.Title, lang.Date(tongueOf(ctx), c.Ended()))})
	}
	return out, err
}

// caseName is what a case is called that the viewer may see.
func (a *App) caseName(ctx context.Context, id string) (string, error) {
	if err := door.From(ctx).Check("casework.read"); err != nil {
		return "", err
	}
	o, err := a.Casework.Show(ctx, id)
	return o.Case.Number() + " " + o.Case.Title, err
}

// products are the names of all software in the register, as far as the viewer's organisation
// sees it: that a criterion holds one is told to whoever prepares an award.
func (a *App) products(ctx context.Context) (out []string, err error) {
	for o := (estate.Order{Sort: "name", Size: 500}); ; {
		rows, next, err := a.Estate.List(ctx, estate.Filter{}, o)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out = append(out, r.Name)
		}
		if o.After = next; next == "" {
			return out, nil
		}
	}
}
