// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"encoding/json"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/mail"
)

// UseMail lets the counter write to guests, and names the kind of letter.
func (s *Service) UseMail(o *mail.Outbox) {
	s.mail = o
	o.Handle("intake.received", mail.Kind{Fill: s.fill, Sample: func() mail.Content {
		return letter(Guest{Name: "Erika Muster", Number: "2026-0007", Title: "Terminplanung für das Standesamt"}, "/intake/status/…")
	}})
}

// fill writes a letter when it is sent, with a link of its own: so that no secret waits in the
// outbox.
func (s *Service) fill(ctx context.Context, l *mail.Letter) (bool, error) {
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
	l.Content = letter(g, path)
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
