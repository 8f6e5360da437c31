// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"allmende/internal/app"
	"allmende/internal/office/governance"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// The administration whose rights are measured.
const (
	staff  = 500
	places = 200
)

// offices opens the database and fills it, once, with a tree of organisations, people, and
// roles that they hold.
func (b *bench) offices(ctx context.Context) (*app.App, context.Context, error) {
	if err := b.halt(); err != nil {
		return nil, nil, err
	}
	if b.db == "" {
		if err := b.createDatabase(ctx); err != nil {
			return nil, nil, err
		}
	}
	a, err := app.New(ctx, app.Options{Database: b.db, Blobs: b.blobs()})
	if err != nil {
		return nil, nil, err
	}
	v := door.Viewer{Org: "rights", Person: "operator", Grants: []string{"*"}, Lang: "en", Door: "cli"}
	ctx = door.With(ctx, v)
	all, err := a.Governance.AllOrgs(ctx)
	for _, o := range all {
		if o.ID == v.Org {
			return a, ctx, nil
		}
	}
	if err == nil {
		err = fillOffices(ctx, a)
	}
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, ctx, nil
}

func fillOffices(ctx context.Context, a *app.App) error {
	dice := rand.New(rand.NewPCG(1, 2))
	system := ospo.Act{Org: governance.System, Person: "operator", Door: "bench"}
	orgs := []ospo.OrgID{"rights"}
	if _, err := a.Governance.AddOrg(ctx, system, governance.Org{ID: "rights", Name: "City", Kind: "city"}); err != nil {
		return err
	}
	for i := 1; i < places; i++ {
		o := governance.Org{ID: ospo.OrgID(fmt.Sprint("office-", i)), Parent: orgs[dice.IntN(min(i, 40))], Name: fmt.Sprint("Office ", i), Kind: "department"}
		if _, err := a.Governance.AddOrg(ctx, system, o); err != nil {
			return err
		}
		orgs = append(orgs, o.ID)
	}
	roles, err := a.Role.Roles(ctx)
	if err != nil {
		return err
	}
	for i := range staff {
		p := governance.Person{ID: ospo.PersonID(fmt.Sprint("person-", i)), Org: orgs[dice.IntN(places)], Name: fmt.Sprint("Person ", i), Level: []string{"none", "reader", "editor"}[dice.IntN(3)]}
		if _, err := a.Governance.AddPerson(ctx, system, p); err != nil {
			return err
		}
		for range 1 + dice.IntN(2) {
			g := role.Grant{Role: roles[dice.IntN(len(roles))].Key, Person: string(p.ID), Org: orgs[dice.IntN(places)], Decision: "bench", Reason: "bench"}
			if i > 0 {
				g.Deputy = fmt.Sprint("person-", dice.IntN(i))
			}
			if _, err := a.Role.Grant(ctx, g); err != nil {
				return err
			}
		}
		if i%10 == 0 {
			if _, err := a.Role.Leave(ctx, string(p.ID), "", a.DB.Now().AddDate(0, 0, 9).Format(time.DateOnly)); err != nil {
				return err
			}
		}
	}
	return nil
}

// measureAccess asks whether people may do things: in the process, with all reasons; as a
// page does, which has the viewer; and what a request reads beforehand.
func measureAccess(ctx context.Context, b *bench) (err error) {
	a, ctx, err := b.offices(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	x, err := a.Role.Index(ctx)
	if err != nil {
		return err
	}
	const n = 200_000
	yes, begun := 0, time.Now()
	for i := range n {
		yes += len(x.Reasons(ospo.PersonID(fmt.Sprint("person-", i%staff)), a.Role.Permissions[i%len(a.Role.Permissions)], ospo.OrgID(fmt.Sprint("office-", 1+i%(places-1)))))
	}
	b.figure(each("access check in process, with its reasons", begun, n, fmt.Sprintf("%d reasons found", yes)).under(50))
	v := door.Viewer{Org: "rights", Person: "p"}
	for _, r := range []string{"person-1", "person-2", "person-3"} {
		if err := a.Role.Held(ctx, ospo.PersonID(r), func(_ string, _ ospo.OrgID, grants []string) { v.Grants = append(v.Grants, grants...) }); err != nil {
			return err
		}
	}
	begun = time.Now()
	for i := range n {
		v.May(a.Role.Permissions[i%len(a.Role.Permissions)])
	}
	b.figure(each("access check of a page", begun, n, fmt.Sprintf("%d grants", len(v.Grants))).under(50))
	const reads = 2000
	begun = time.Now()
	for i := range reads {
		if err := a.Role.Held(ctx, ospo.PersonID(fmt.Sprint("person-", i%staff)), func(string, ospo.OrgID, []string) {}); err != nil {
			return err
		}
	}
	b.figure(each("what a person holds, read at each request", begun, reads, "from the database, nothing kept"))
	return nil
}

// each makes a figure of the mean time of n, in µs.
func each(name string, begun time.Time, n int, note string) figure {
	return figure{Name: name, Value: float64(time.Since(begun).Nanoseconds()) / float64(n) / 1000, Unit: "µs", Note: fmt.Sprintf("mean of %d; %s", n, note)}
}

// measureMatrix reads and computes who may what: all people in all organisations.
func measureMatrix(ctx context.Context, b *bench) (err error) {
	a, ctx, err := b.offices(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	var all times
	rows := 0
	for range 20 {
		rows = 0
		begun := time.Now()
		if err := a.Role.Everywhere(ctx, func(role.Line, ospo.OrgID, string) error { rows++; return nil }); err != nil {
			return err
		}
		all = append(all, time.Since(begun))
	}
	f := figure{Name: fmt.Sprintf("permission matrix of %d people × %d organisations × %d permissions", staff, places, len(a.Role.Permissions)), Value: ms(all.at(.5)), Unit: "ms",
		Note: fmt.Sprintf("median of %d, most %s ms; read and computed; %d people and organisations with some right", len(all), amount(ms(all.at(1))), rows)}
	b.figure(f.under(300))
	return nil
}
