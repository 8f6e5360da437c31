// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"log/slog"

	"allmende/internal/office/casework"
	"allmende/internal/office/ticket"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// TicketSystem is a system outside as the operator sets it up.
type TicketSystem = ticket.System

// meetTicket has what happens in cases told outside, and what is said there come into them.
func (a *App) meetTicket() {
	t, c := a.Ticket, a.Casework
	t.Matter = func(ctx context.Context, id string) (ticket.Matter, error) {
		one, err := c.Case(ctx, id)
		return matterOf(one), err
	}
	t.Overhear = func(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string, by ticket.Voice, text string) error {
		return c.Overhear(ctx, tx, org, id, casework.Voice(by), text)
	}
	t.Types = func(ctx context.Context) (out []ticket.Kind) {
		for _, d := range c.Types() {
			out = append(out, ticket.Kind{ID: d.ID, Name: d.Name.In(cmp.Or(door.From(ctx).Lang, lang.Tongues[0]))})
		}
		return out
	}
	c.Listen(func(ctx context.Context, tx *db.Tx, one casework.Case, e casework.Event) error {
		return t.Happened(ctx, tx, matterOf(one), ticket.Event{N: e.N, What: e.What, At: e.At, Text: e.Text, Says: func(tongue string) []string {
			v := door.From(ctx)
			v.Lang = tongue
			return c.Words(door.With(ctx, v), one, e)
		}})
	})
}

func matterOf(c casework.Case) ticket.Matter {
	return ticket.Matter{ID: c.ID, Org: c.Org, Number: c.Number(), Title: c.Title, Type: c.Type, State: c.State, Outcome: c.Outcome}
}

// connectTickets sets the systems up, each for an organisation named by id or name; without one
// for the only one at the top. Where there is none yet, as on the first day, it waits for the
// next start.
func (a *App) connectTickets(ctx context.Context, all []TicketSystem) error {
	orgs, err := a.Governance.AllOrgs(ctx)
	if err != nil {
		return err
	}
	var ready []TicketSystem
	for _, y := range all {
		if err := y.Check(); err != nil {
			return err
		}
		var fit []ospo.OrgID
		for _, org := range orgs {
			if y.Org == "" && org.Parent == "" || y.Org != "" && (org.ID == y.Org || org.Name == string(y.Org)) {
				fit = append(fit, org.ID)
			}
		}
		if len(fit) != 1 {
			slog.WarnContext(ctx, "a ticket system is not offered: its organisation is not there, or not the only one of that name; start again once it is",
				"system", y.ID, "org", y.Org, "found", len(fit))
			continue
		}
		y.Org = fit[0]
		ready = append(ready, y)
	}
	return a.Ticket.Use(ready)
}
