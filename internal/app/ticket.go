// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/office/desk"
	"allmende/internal/office/governance"
	"allmende/internal/office/ticket"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/lmtp"
)

// TicketSystem is a system outside as the operator sets it up.
type TicketSystem = ticket.System

// meetTicket has what happens in cases told outside, and what is said there come into them.
func (a *App) meetTicket() {
	t, c := a.Ticket, a.Casework
	t.Matter = func(ctx context.Context, id string) (ticket.Matter, error) {
		one, err := c.Case(ctx, id)
		return ticketMatter(one), err
	}
	t.Overhear = func(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string, by ticket.Voice, text string) error {
		return c.Overhear(ctx, tx, org, id, casework.Voice(by), text)
	}
	t.Types = func(ctx context.Context) (out []ticket.Kind, err error) {
		all, err := c.Types(ctx, door.From(ctx).Org)
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			out = append(out, ticket.Kind{ID: d.ID, Name: d.Name.In(cmp.Or(door.From(ctx).Lang, lang.Tongues[0]))})
		}
		return out, nil
	}
	t.Files = a.ticketFiles()
	t.UseMail(ticket.Box{Blobs: a.Blobs, Rest: time.Hour, Held: a.blobHeld, Out: a.Mail, Become: a.become,
		Ask: func(ctx context.Context, title, text string) (string, error) {
			return c.Open(ctx, casework.Input{Type: "advice", Title: title, Facts: map[string]string{"question": text}})
		},
		Remark: func(ctx context.Context, tx *db.Tx, m ticket.Matter, text string) error {
			return c.Remark(ctx, tx, m.Org, m.ID, text)
		},
		Guests: func(ctx context.Context, org ospo.OrgID, address string) (bool, error) {
			return a.Intake.Lets(ctx, org, address)
		},
		Admit: func(ctx context.Context, tx *db.Tx, org ospo.OrgID, title, text, who string) error {
			_, err := c.Admit(ctx, tx, casework.Input{Type: "advice", Org: org, Title: title, Facts: map[string]string{"question": text}}, who)
			return err
		},
		Numbered: func(ctx context.Context, org ospo.OrgID, number string) (ticket.Matter, string, bool, error) {
			all, err := c.Numbered(door.With(ctx, door.Viewer{Org: org, Person: "system", Grants: []string{"casework.read"}}), number)
			if err != nil || len(all) == 0 {
				return ticket.Matter{}, "", false, err
			}
			p, err := a.Governance.Person(door.With(ctx, door.Viewer{Org: governance.System}), all[0].Asker)
			if fault.Of(err) == fault.NotFound {
				err = nil
			}
			return ticketMatter(all[0]), p.Login, true, err
		}})
	c.Listen(func(ctx context.Context, tx *db.Tx, one casework.Case, e casework.Event) error {
		return t.Happened(ctx, tx, ticketMatter(one), ticket.Event{N: e.N, What: e.What, At: e.At, Text: e.Text, Says: func(tongue string) []string {
			v := door.From(ctx)
			v.Lang = tongue
			return c.Words(door.With(ctx, v), one, e)
		}})
	})
}

// ticketFiles are the files of cases as tickets and mails know them.
func (a *App) ticketFiles() ticket.Files {
	d := a.Desk
	inside := func(ctx context.Context, org ospo.OrgID) context.Context {
		return door.With(ctx, door.Viewer{Org: org, Person: "system", Grants: []string{"casework.read"}})
	}
	return ticket.Files{
		Most: func() int64 { return d.Most },
		Receive: func(ctx context.Context, p ticket.Delivery, taken func(context.Context, *db.Tx) error) (string, error) {
			m, err := d.Matter(inside(ctx, p.Org), p.Matter)
			if err != nil {
				return "", err
			}
			return d.Receive(ctx, desk.Parcel{Matter: m, By: "system", Source: p.Who, Name: p.Name, Data: p.Data, Spare: p.Spare, Tongue: p.Tongue}, taken)
		},
		Of: func(ctx context.Context, id string) (out []ticket.Kept, err error) {
			all, err := d.Files(ctx, id)
			for _, f := range all {
				out = append(out, ticket.Kept{ID: f.ID, Name: f.Name, Size: f.Size, Ready: f.Ready()})
			}
			return out, err
		},
		Content: func(ctx context.Context, org ospo.OrgID, id, file string) (ticket.File, error) {
			f, data, err := d.Content(inside(ctx, org), id, file)
			switch kind := fault.Of(err); {
			case err != nil && kind == fault.Conflict && f.Removed == "" && f.Finding == "":
				err = fault.Because(err, fault.Upstream, "ticket.fault.file_waits")
			case err != nil && (kind == fault.Conflict || kind == fault.NotFound):
				err = fault.Because(err, fault.Invalid, "ticket.fault.file")
			}
			return ticket.File{Name: f.Name, Type: f.Media, Data: data}, err
		}}
}

func ticketMatter(c casework.Case) ticket.Matter {
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

// become is a context in which the person with a mail address asks, where an organisation or one
// below it has them. A mail is no proof of who wrote it: it lets somebody ask, and nothing else.
func (a *App) become(ctx context.Context, org ospo.OrgID, address string) (context.Context, bool, error) {
	p, err := a.Governance.ByLogin(door.With(ctx, door.Viewer{Org: org}), address)
	if fault.Of(err) == fault.NotFound || err == nil && !p.Ended.IsZero() {
		return ctx, false, nil
	}
	return door.With(ctx, door.Viewer{Org: p.Org, Person: p.ID, Name: p.Name, Grants: []string{"casework.read", "casework.ask"}, Lang: lang.Tongues[0], Door: "job"}), err == nil, err
}

// takeMail lets the mail server of the house hand mails in until ctx ends.
func (a *App) takeMail(ctx context.Context, l net.Listener) {
	s := lmtp.Server{Most: ticket.MostMail, Takes: a.Ticket.Takes, Keep: a.Ticket.Arrive}
	if err := s.Serve(ctx, l); err != nil {
		slog.ErrorContext(ctx, "mails are not taken any more", "err", err)
	}
}
