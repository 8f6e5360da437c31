// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/transfer"
)

// Named are the meetings in whose wording somebody is named who is to be erased. Those whose
// closed minutes are as they were closed are sealed anew afterwards.
type Named struct {
	all    []Session
	intact map[string]bool
}

// Naming looks for words that name somebody in what was written down, before a pseudonym
// takes their place.
func (s *Service) Naming(ctx context.Context, tx *db.Tx, words []string) (n Named, err error) {
	n.intact = map[string]bool{}
	for _, w := range transfer.Spellings(words) {
		some, err := s.store.naming(ctx, tx, w)
		if err != nil {
			return n, err
		}
		for _, m := range some {
			if slices.ContainsFunc(n.all, func(o Session) bool { return o.ID == m.ID }) {
				continue
			}
			now, err := s.written(ctx, tx, m)
			if err != nil {
				return n, err
			}
			n.all, n.intact[m.ID] = append(n.all, m), m.State == Closed && now.Intact()
		}
	}
	return n, nil
}

// Reseal is called once the pseudonym stands there. The log keeps the sum that minutes were
// closed with, and beside it which one took its place and why; minutes that somebody had
// changed before stay changed.
func (s *Service) Reseal(ctx context.Context, tx *db.Tx, n Named) error {
	for _, m := range n.all {
		now, err := s.written(ctx, tx, m)
		if err != nil {
			return err
		}
		for _, d := range now.Decisions {
			if err := s.store.refold(ctx, tx, d); err != nil {
				return err
			}
		}
		sum, err := now.sum()
		if err != nil {
			return err
		}
		if !n.intact[m.ID] || sum == m.Sum {
			continue
		}
		if err := s.store.setSum(ctx, tx, m, sum); err != nil {
			return err
		}
		act := ospo.Act{Org: m.Org, Person: tx.Act.Person, What: "meeting.reseal", On: m.ID, Door: tx.Act.Door, Request: tx.Act.Request,
			Diff: change.Between(map[string]string{"sum": m.Sum}, map[string]string{"sum": sum})}
		if err := tx.Note(ctx, act); err != nil {
			return err
		}
	}
	return nil
}

// written is what the minutes of a meeting say.
func (s *Service) written(ctx context.Context, q db.Querier, m Session) (out Minutes, err error) {
	out.Session = m
	if out.Guests, err = s.store.guests(ctx, q, m.Org, m.ID); err != nil {
		return out, err
	}
	if out.Items, err = s.store.items(ctx, q, m.Org, m.ID); err != nil {
		return out, err
	}
	out.Decisions, err = s.store.decisions(ctx, q, decisionSieve{org: m.Org, session: m.ID})
	return out, err
}
