// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/office/retention"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/expiry"
	"allmende/internal/platform/job"
	"allmende/internal/platform/mail"
)

// stocks are what all rooms do not keep for ever.
func (a *App) stocks() []expiry.Stock {
	var all []expiry.Stock
	for _, r := range a.Rooms {
		all = append(all, r.Stocks...)
	}
	return slices.Concat(all, job.Stocks, mail.Stocks)
}

// meetRetention lets the room that answers for what is kept know the others.
func (a *App) meetRetention() {
	r := a.Retention
	r.Use(a.Approval)
	r.Record = func(ctx context.Context, person ospo.PersonID, home ospo.OrgID) (any, error) {
		if home != "" {
			v := door.From(ctx)
			v.Org = home
			above, err := a.FromAbove(door.With(ctx, v))
			if err != nil {
				return nil, err
			}
			ctx = above
		}
		return a.PersonRecord(ctx, person)
	}
	r.Erase = func(ctx context.Context, tx *db.Tx, org ospo.OrgID, person ospo.PersonID) error {
		_, err := a.Governance.ErasePersonIn(ctx, tx, org, person)
		return err
	}
	r.Pseudonym = governance.Pseudonym
	r.Bars = append(r.Bars, a.holdsRoles, a.administersAlone, a.administered)
}

// everywhere is a context in which all people of the instance are seen.
func everywhere(ctx context.Context) context.Context {
	v := door.From(ctx)
	v.Org = governance.System
	return door.With(ctx, v)
}

// holdsRoles is a bar for who still holds roles: they have to be given on first.
func (a *App) holdsRoles(ctx context.Context, person ospo.PersonID) (bar, err error) {
	var keys []string
	err = a.Role.Held(ctx, person, func(key string, _ ospo.OrgID, _ []string) { keys = append(keys, key) })
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	names, err := a.Role.Names(ctx)
	for i, k := range keys {
		if names[k] != "" {
			keys[i] = names[k]
		}
	}
	slices.Sort(keys)
	return fault.New(fault.Conflict, "retention.bar.mandates", strings.Join(slices.Compact(keys), ", ")), err
}

// administersAlone is a bar for the last one who administers an organisation.
func (a *App) administersAlone(ctx context.Context, person ospo.PersonID) (bar, err error) {
	p, err := a.Governance.Person(everywhere(ctx), person)
	if err != nil || p.Level != "admin" || !p.Ended.IsZero() {
		return nil, err
	}
	others, err := a.Governance.Admins(ctx, p.Org)
	others = slices.DeleteFunc(others, func(o governance.Person) bool { return o.ID == person || o.Org != p.Org })
	if err != nil || len(others) > 0 {
		return nil, err
	}
	return fault.New(fault.Conflict, "retention.bar.last", p.OrgName), nil
}

// administered is a bar for who administers, or did until lately: else somebody could have the
// others erased and be alone, and nobody would be asked any more.
func (a *App) administered(ctx context.Context, person ospo.PersonID) (bar, err error) {
	lately, err := a.Governance.AdministeredLately(everywhere(ctx), person)
	if err != nil || !lately {
		return nil, err
	}
	return fault.New(fault.Conflict, "retention.bar.administered"), nil
}

// RetentionDue is what the rules of retention end of one kind in one organisation.
type RetentionDue = retention.Due

// ApplyRetention applies the rules to the organisations that the viewer sees, the instance to
// all; dry says what would end, and ends nothing.
func (a *App) ApplyRetention(ctx context.Context, dry bool) ([]RetentionDue, error) {
	if dry {
		return a.Retention.Preview(ctx)
	}
	v := door.From(ctx)
	return a.Retention.Apply(ctx, v.Act("retention.apply", ""), db.NewID(), v.Org, quiet{})
}
