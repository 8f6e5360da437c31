// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"encoding/json"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/mail"
)

// UseMail lets the counter write to guests, and names the kind of letter.
func (s *Service) UseMail(o *mail.Outbox) {
	s.mail = o
	for kind, write := range map[string]func(Guest, string) mail.Content{"intake.received": letter, "intake.told": toldLetter} {
		o.Handle(kind, mail.Kind{
			Fill: func(ctx context.Context, l *mail.Letter) (bool, error) { return s.fill(ctx, l, write) },
			Sample: func() mail.Content {
				return write(Guest{Name: "Erika Muster", Number: "2026-0007", Title: "Terminplanung für das Standesamt"}, "/intake/status/…")
			},
		})
	}
}

// Told writes to the guest who asked for a case that the office has something to say, within the
// transaction in which it was said. Without mail they find it on the page of their request.
func (s *Service) Told(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) error {
	if s.mail == nil || !s.mail.Ready() {
		return nil
	}
	g, err := s.store.guestOf(ctx, tx, org, id)
	if fault.Of(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.mail.Enqueue(ctx, tx, mail.Letter{Org: g.Org, To: g.Mail, Kind: "intake.told", Lang: g.Lang, Args: `"` + g.ID + `"`})
}

// NameOf is the name that the guest gave who asked for a case; empty where nobody came as a guest.
func (s *Service) NameOf(ctx context.Context, org ospo.OrgID, id string) (string, error) {
	g, err := s.store.guestOf(ctx, s.store.db.Read(), org, id)
	if fault.Of(err) == fault.NotFound {
		err = nil
	}
	return g.Name, err
}

// fill writes a letter when it is sent, with a link of its own: so that no secret waits in the
// outbox.
func (s *Service) fill(ctx context.Context, l *mail.Letter, write func(Guest, string) mail.Content) (bool, error) {
	var id string
	if err := json.Unmarshal([]byte(l.Args), &id); err != nil {
		return false, err
	}
	g, err := s.store.guest(ctx, s.store.db.Read(), l.Org, id)
	if err != nil {
		if fault.Of(err) == fault.NotFound { // gone in between
			err = nil
		}
		return false, err
	}
	var path string
	act := db.System("intake.link", g.Case)
	act.Org = g.Org
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		path, err = s.link(ctx, tx, g)
		return err
	})
	l.Content = write(g, path)
	return err == nil, err
}

func letter(g Guest, path string) mail.Content {
	return mail.Content{Subject: mail.Line{Key: "intake.letter.subject", Args: []any{g.Number}}, Lines: []mail.Line{
		{Key: "intake.letter.hello", Args: []any{g.Name}},
		{Key: "intake.letter.what", Args: []any{g.Title, g.Number}},
		{Key: "intake.letter.link", Path: path},
		{Key: "intake.letter.secret"},
		{Key: "intake.letter.not"},
	}}
}

// toldLetter says that there is a message, not what it says: a letter passes many hands.
func toldLetter(g Guest, path string) mail.Content {
	return mail.Content{Subject: mail.Line{Key: "intake.letter.told.subject", Args: []any{g.Number}}, Lines: []mail.Line{
		{Key: "intake.letter.hello", Args: []any{g.Name}},
		{Key: "intake.letter.told", Args: []any{g.Title, g.Number}},
		{Key: "intake.letter.told.link", Path: path},
		{Key: "intake.letter.secret"},
	}}
}
