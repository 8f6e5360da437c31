// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Hand gives a task to somebody who holds its role or deputises for who does and is away: whoever may do it can, and whoever leads
// cases. The one who gets it finds it among their own, the one who gave it can see what became
// of it.
func (s *Service) Hand(ctx context.Context, id, task string, to ospo.PersonID) (err error) {
	defer fault.Wrap(&err, "hand task %s of case %s to %s", task, id, to)
	c, _, h, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	me := door.From(ctx).Human()
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.hand", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		t, err := s.task(ctx, tx, c, task)
		if err != nil {
			return err
		}
		if !h.hands(t.Role) {
			return h.does(t.Role)
		}
		heirs, err := s.heirs(ctx, tx, c, t)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(heirs, func(h heir) bool { return h.person == to }) {
			return fault.At("person", "casework.hand.nobody", h.called(t.Role))
		}
		tx.Act.Diff = change.Between(map[string]any{"task": "", "person": t.Person}, map[string]any{"task": t.Task, "person": to})
		if err := s.store.handTask(ctx, tx, t, to, me); err != nil {
			return err
		}
		return s.store.happened(ctx, tx, c, me, "handed", "", map[string]any{"task": t.Task, "from": t.Person, "to": to})
	})
}

// hands reports whether the viewer may give a task of a role to somebody. The department's part
// is the asker's.
func (h hand) hands(role string) bool {
	return role != department && (h.does(role) == nil || leads(h.Viewer) == nil)
}

// An heir is somebody who can be handed a task.
type heir struct {
	person ospo.PersonID
	away   string // last day on which they are away
}

// heirs are those who can be handed a task: they hold its role for the case, or deputise for who
// does and is away, and it is not theirs already.
func (s *Service) heirs(ctx context.Context, q db.Querier, c Case, t Task) (out []heir, err error) {
	all, err := s.filled(ctx, q, c.Org)
	add := func(h heir) {
		if h.person != "" && h.person != t.Person && !slices.ContainsFunc(out, func(other heir) bool { return other.person == h.person }) {
			out = append(out, h)
		}
	}
	for _, held := range all {
		if held.Role != t.Role {
			continue
		}
		if add(heir{held.Person, held.Away}); held.Away != "" {
			add(heir{person: held.Deputy})
		}
	}
	return out, err
}
