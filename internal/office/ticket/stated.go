// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// mostStated bounds how many files of mails without proof come to a case within a day; spare is how many
// places they leave to the office. Anybody can send such mails, and beside a case lies no end of files not.
const (
	mostStated = 10
	spare      = 100
)

// ration says which files of a mail without proof are fetched, and which wait with the mail.
func (s *Service) ration(ctx context.Context, tx *db.Tx, all []Parcel) error {
	if len(all) == 0 {
		return nil
	}
	n, err := s.store.let(ctx, tx, all[0].Matter, s.store.db.Now().Add(-24*time.Hour).UTC().Format(db.Clock))
	for i := range all {
		if all[i].Stated = "let"; n+i >= mostStated {
			all[i].Stated = "held"
		}
	}
	return err
}

// nameHeld says in the case which files wait with a mail.
func (s *Service) nameHeld(ctx context.Context, p post) error {
	all, err := s.store.held(ctx, p)
	if err != nil {
		return err
	}
	return s.report(ctx, p, "ticket.says.held", all, s.store.named)
}

// Beside are the files of a mail in a case that do not lie with those of the case since nobody has checked who
// sent it.
func (s *Service) Beside(ctx context.Context, m Mail) ([]string, error) {
	if m.Way != "in" || m.Matter == "" || m.Proof != "" {
		return nil, nil
	}
	return s.store.beside(ctx, s.store.db.Read(), m)
}

// TakeFiles takes these to the files of the case, by the word of the viewer.
func (s *Service) TakeFiles(ctx context.Context, id string) error {
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	m, err := s.Mail(ctx, id)
	if err != nil {
		return err
	}
	c, err := s.Matter(ctx, m.Matter)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(c.Org, "ticket.mail.files", c.ID), func(tx *db.Tx) error {
		all, err := s.store.beside(ctx, tx, m)
		if err == nil && len(all) == 0 {
			err = fault.New(fault.Conflict, "ticket.mail.files.none")
		}
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Added(map[string]any{"mail": id, "files": all})
		if err := s.store.release(ctx, tx, m); err != nil {
			return err
		}
		return s.collect(ctx, tx, post{m.Org, m.Matter, m.System})
	})
}
