// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Listener is told what happens in a case, within the same transaction: what it writes there
// exists exactly if the event does.
type Listener func(ctx context.Context, tx *db.Tx, c Case, e Event) error

// listeners are those who want to know.
type listeners struct{ all []Listener }

// Listen has a listener told of every event from now on.
func (s *Service) Listen(f Listener) { s.store.heard.all = append(s.store.heard.all, f) }

func (l *listeners) tell(ctx context.Context, tx *db.Tx, c Case, e Event) error {
	for _, f := range l.all {
		if err := f(ctx, tx, c, e); err != nil {
			return err
		}
	}
	return nil
}

// Words says an event in sentences: first what happened, then what of it is to be known.
func (s *Service) Words(ctx context.Context, c Case, e Event) []string {
	d, known := s.definition(c.Org, c.Type, c.Version)
	row := s.eventRow(ctx, Dossier{Case: c, Known: known, def: d}, e)
	return append([]string{row.Says}, row.Lines...)
}

// A Voice is somebody outside who said something: in a ticket, in a mail.
type Voice struct {
	Source string `json:"source"`          // which system
	Name   string `json:"name"`            // as that system says
	Place  string `json:"place"`           // which ticket there
	Proof  string `json:"proof,omitempty"` // who has checked that it is them, "none" for nobody; empty where that is no question
}

// Overhear adds to a case what was said outside, within the caller's transaction.
func (s *Service) Overhear(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string, by Voice, text string) error {
	c, err := s.store.one(ctx, tx, org, id)
	if err != nil {
		return err
	}
	if c, err = s.store.hold(ctx, tx, c); err != nil {
		return err
	}
	return s.store.happened(ctx, tx, c, "", "outside", text, by)
}

// Remark adds what the viewer says to a case, within the caller's transaction.
func (s *Service) Remark(ctx context.Context, tx *db.Tx, org ospo.OrgID, id, text string) error {
	c, err := s.store.one(ctx, tx, org, id)
	if err != nil {
		return err
	}
	if c, err = s.store.hold(ctx, tx, c); err != nil {
		return err
	}
	return s.store.happened(ctx, tx, c, door.From(ctx).Human(), "comment", text, nil)
}
