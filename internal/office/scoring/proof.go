// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"
	"encoding/json"

	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// book returns a round that root sees; a closed one as it was frozen, whatever stands in the
// tables by now.
func (s *Service) book(ctx context.Context, root ospo.OrgID, id string) (b Book, err error) {
	if b, err = s.store.book(ctx, s.store.db.Read(), root, id); err != nil {
		return b, err
	}
	if b.Round.Closed != "" && !b.Round.Intact() {
		return b, fault.New(fault.Conflict, "scoring.altered")
	}
	if err := s.proven(ctx, b.Round); err != nil || b.Round.Closed == "" {
		return b, err
	}
	rec, err := b.Round.Frozen()
	b.Round.Title, b.Round.Paper, b.Round.Edition, b.Round.Announced = rec.Title, rec.Paper, rec.Edition, rec.Announced
	b.Round.Closed, b.Round.Closer = rec.Closed, rec.Closer
	b.setup, b.Bids, b.Statements, b.Points, b.Consensus = rec.Setup, rec.Numbers, rec.Statements, rec.Points, rec.Consensus
	return b, err
}

// proven refuses a round whose sum is not the one that the log holds. Who alters a record
// and its sum has to alter the log as well; that the log is whole its own proof says.
func (s *Service) proven(ctx context.Context, r Round) error {
	diffs, err := s.store.logged(ctx, s.store.db.Read(), r)
	if err != nil {
		return err
	}
	known := ""
	for _, diff := range diffs {
		var d struct{ Sum [2]string }
		if json.Unmarshal([]byte(diff), &d) != nil {
			continue // what was changed there is told otherwise, or not any more
		}
		if d.Sum[0] == known { // "" when it was closed, else sealed anew
			known = d.Sum[1]
		}
	}
	if known != "" && known != r.Sum {
		return fault.New(fault.Conflict, "scoring.not_frozen")
	}
	return nil
}
