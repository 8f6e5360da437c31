// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"allmende/internal/office/factor"
	"allmende/internal/office/governance"
	"allmende/internal/office/identity"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Provider is an identity provider as the operator sets it up.
type Provider = identity.Provider

// recognise lets the room that knows people from elsewhere act on the accounts that
// governance keeps, and shows its ways in on the page for signing in.
func (a *App) recognise() {
	a.Identity.People, a.Identity.Gives = people{a.Governance, a.Factor}, governance.LevelGrants
	a.Identity.Browser = identity.Browser{Switch: a.Governance.Switch, From: func(r *http.Request) identity.Origin {
		return identity.Origin(a.Governance.From(r))
	}}
	a.Identity.Roles, a.Identity.Waits, a.Identity.Guarded = posts{a.Role}, a.Governance.Waits, a.Governance.Weighty
	a.Identity.UseDesk(a.Approval, role.Approve)
	for _, l := range governance.Levels {
		a.Identity.Levels = append(a.Identity.Levels, l.Name)
	}
	a.Governance.Farewell, a.Governance.Outside = a.Identity.Farewell, a.Identity.Comes
	a.Governance.Ways = func(back string) (out []governance.Way) {
		for _, p := range a.Identity.Ways() {
			out = append(out, governance.Way{Label: p.Label, Href: "/identity/sign-in/" + p.ID + "?back=" + url.QueryEscape(back)})
		}
		return out
	}
}

// receive sets the providers up, each for an organisation named by id or name; without one
// for the only one at the top. Where there is none yet, as on the first day, its provider
// waits for the next start.
func (a *App) receive(ctx context.Context, o Options) error {
	orgs, err := a.Governance.AllOrgs(ctx)
	if err != nil {
		return err
	}
	if a.Identity.Least = cmp.Or(o.Directory, "reader"); !slices.Contains(a.Identity.Levels, a.Identity.Least) {
		return fmt.Errorf("level %q of people of a directory: want one of %s", o.Directory, strings.Join(a.Identity.Levels, ", "))
	}
	var ready []Provider
	for _, p := range o.Providers {
		var fit []ospo.OrgID
		for _, org := range orgs {
			if p.Org == "" && org.Parent == "" || p.Org != "" && (org.ID == p.Org || org.Name == string(p.Org)) {
				fit = append(fit, org.ID)
			}
		}
		if len(fit) != 1 {
			slog.WarnContext(ctx, "an identity provider is not offered: its organisation is not there, or not the only one of that name; start again once it is",
				"provider", p.ID, "org", p.Org, "found", len(fit))
			continue
		}
		p.Org = fit[0]
		ready = append(ready, p)
	}
	return a.Identity.Use(o.Home, ready)
}

// posts are the roles, as identity wants them.
type posts struct{ *role.Service }

func (p posts) Offered(ctx context.Context) (out []identity.Role, err error) {
	all, err := p.Roles(ctx)
	for _, r := range all {
		if !r.Retired {
			out = append(out, identity.Role{Key: r.Key, Name: r.Name.In(door.From(ctx).Lang)})
		}
	}
	return out, err
}

func (p posts) Follow(ctx context.Context, tx *db.Tx, person ospo.PersonID, source string, want []identity.Post) ([]ospo.OrgID, error) {
	seats := make([]role.Seat, len(want))
	for i, w := range want {
		seats[i] = role.Seat(w)
	}
	return p.Service.Follow(ctx, tx, person, source, seats)
}

// people are governance's accounts, as identity wants them.
type people struct {
	*governance.Service
	factor *factor.Service
}

func person(m identity.Member) governance.Person {
	return governance.Person{ID: m.ID, Org: m.Org, Login: m.Login, Name: m.Name, Level: m.Level}
}

func (p people) Add(ctx context.Context, tx *db.Tx, m identity.Member) (ospo.PersonID, error) {
	return p.Enrol(ctx, tx, person(m))
}

func (p people) Change(ctx context.Context, tx *db.Tx, m identity.Member) error {
	return p.Amend(ctx, tx, person(m))
}

func (p people) Shed(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	return errors.Join(p.Service.Shed(ctx, tx, id), p.factor.Shed(ctx, tx, id))
}

func (p people) Close(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	return p.Suspend(ctx, tx, id)
}

func (p people) Reopen(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	return p.Resume(ctx, tx, id)
}

func (p people) Open(ctx context.Context, tx *db.Tx, m identity.Member, from identity.Origin) (cookie, session string, err error) {
	return p.Welcome(ctx, tx, m.ID, m.Org, governance.Origin(from))
}

func (p people) End(ctx context.Context, tx *db.Tx, sessions []string) error {
	return p.EndSessions(ctx, tx, sessions)
}
