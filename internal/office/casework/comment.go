// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Comment says something in a case, within the office.
func (s *Service) Comment(ctx context.Context, id, text string) error {
	return s.comments(ctx, id, text, nil)
}

// Tell says something in a case that its asker is shown, too.
func (s *Service) Tell(ctx context.Context, id, text string) error {
	if c, err := s.Case(ctx, id); err != nil || c.Asker == Mailed {
		return errorOr(err, fault.At("text", "casework.tell_mail"))
	}
	return s.comments(ctx, id, text, map[string]string{"shown": "asker"})
}

// Told reports whether it was said to the asker, too.
func (e Event) Told() bool {
	var b struct{ Shown string }
	return e.What == "comment" && json.Unmarshal(e.Body, &b) == nil && b.Shown == "asker"
}

func (s *Service) comments(ctx context.Context, id, text string, body map[string]string) (err error) {
	defer fault.Wrap(&err, "comment on case %s", id)
	c, _, _, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	if text, err = fault.Words("text", text, longestText); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.comment", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		said := map[string]string{"text": text}
		maps.Copy(said, body)
		tx.Act.Diff = change.Added(said)
		if err := s.store.happened(ctx, tx, c, door.From(ctx).Human(), "comment", text, body); err != nil {
			return err
		}
		n, err := s.store.last(ctx, tx, c)
		for _, tell := range s.Commented {
			err = errorOr(err, tell(ctx, tx, c, n, text))
		}
		return err
	})
}

// Retract takes one's own comment back: what it said is not shown any more, that there was one
// is. The log keeps the words.
func (s *Service) Retract(ctx context.Context, id string, n int) (err error) {
	defer fault.Wrap(&err, "retract comment %d of case %s", n, id)
	c, _, h, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, h.ActFor(c.Org, "casework.retract", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		events, err := s.store.events(ctx, tx, c)
		i := slices.IndexFunc(events, func(e Event) bool { return e.N == n && e.What == "comment" })
		switch {
		case err != nil:
			return err
		case i < 0:
			return notFound()
		case events[i].Person != h.Human():
			return fault.New(fault.Forbidden, "casework.retract.not_yours")
		case slices.Contains(retracted(events), n):
			return fault.New(fault.Conflict, "casework.retract.twice")
		}
		tx.Act.Diff = change.Added(map[string]int{"n": n})
		return s.store.happened(ctx, tx, c, h.Human(), "retracted", "", map[string]int{"n": n})
	})
}

// retracted lists the comments of a case that were taken back, by their numbers.
func retracted(events []Event) (out []int) {
	for _, e := range events {
		var b struct{ N int }
		if e.What == "retracted" && json.Unmarshal([]byte(e.body), &b) == nil {
			out = append(out, b.N)
		}
	}
	return out
}
