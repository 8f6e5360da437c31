// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A Word is the last thing that the asker of a case has said.
type Word struct {
	Case string
	Org  ospo.OrgID
	At   string
	Seen string // since when it is known to who deals with the case; empty as long as it is not
}

// When is when it was said.
func (w Word) When() time.Time { return db.Time(w.At) }

// Spoke notes that the asker of a case has said something, within the transaction of the event.
func (s *Service) Spoke(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) error {
	return s.store.spoke(ctx, tx, org, id)
}

// News says of cases which have a message that nobody has seen whose turn it is.
func (s *Service) News(ctx context.Context, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	all, err := s.store.unseen(ctx, ids)
	for _, id := range all {
		out[id] = true
	}
	return out, err
}
