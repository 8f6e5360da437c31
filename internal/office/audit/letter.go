// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"

	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
)

// UseMail lets checkpoints and reminders go out as letters, and names their kinds. address
// returns where somebody's mail goes, or nothing.
func (s *Service) UseMail(o *mail.Outbox, address func(ctx context.Context, f Finding) (string, error)) {
	o.Handle("audit.checkpoint", mail.Kind{Sample: func() mail.Content { return checkpointLetter("allmende/…", 4711, "…") }})
	o.Handle("audit.reminder", mail.Kind{Sample: func() mail.Content {
		return reminderLetter(Finding{ID: "…", Title: "Entscheidungen ohne Begründung", Due: "2026-12-31"})
	}})
	s.Mail = func(ctx context.Context, to, origin string, size int64, note string) error {
		return s.store.db.Keep(ctx, func(tx *db.Tx) error {
			return o.Enqueue(ctx, tx, mail.Letter{Org: instance, To: to, Kind: "audit.checkpoint", Content: checkpointLetter(origin, size, note)})
		})
	}
	s.Remembered = func(ctx context.Context, tx *db.Tx, f Finding) error {
		to, err := address(ctx, f)
		if err != nil || to == "" {
			return err
		}
		return o.Enqueue(ctx, tx, mail.Letter{Person: f.Head, To: to, Kind: "audit.reminder", Content: reminderLetter(f)})
	}
}

func checkpointLetter(origin string, size int64, note string) mail.Content {
	return mail.Content{Subject: mail.Line{Key: "audit.mail.subject", Args: []any{origin, lang.Num(lang.Tongues[0], size)}}, Lines: []mail.Line{{Key: "audit.mail.text"}, {Key: "audit.mail.note", Args: []any{note}}},
		Files: []mail.File{{Name: "allmende.checkpoint", Type: "text/plain; charset=utf-8", Data: []byte(note)}}}
}

func reminderLetter(f Finding) mail.Content {
	return mail.Content{Subject: mail.Line{Key: "audit.mail.reminder", Args: []any{f.Title}}, Lines: []mail.Line{
		{Key: "audit.mail.reminder.text", Args: []any{f.Title, f.Due}}, {Key: "audit.mail.reminder.open", Path: "/audit/finding/" + f.ID}}}
}
