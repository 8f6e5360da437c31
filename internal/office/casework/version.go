// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"slices"
	"strconv"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Passage is a case on its way to the newest version of its procedure.
type Passage struct {
	Case Case
	To   *process.Definition
	process.Change
	Seen int
	May  []process.State // where it can go on: its own state, or those to choose from where that is gone

	wish string
	old  *process.Definition // nil where the program does not know the version any more
}

// Newer reports whether there is a newer version than the one that the case follows.
func (p Passage) Newer() bool { return p.To.Version > p.Case.Version }

// stays reports whether a case stands by the newest version where it stands.
func (p Passage) stays() bool { return len(p.May) == 1 && p.May[0].ID == p.Case.State }

// Passage says what would become of a case by the newest version of its procedure: standing where
// it stands or, where that version has no such state, in one of those that can be chosen.
func (s *Service) Passage(ctx context.Context, id, state string) (p Passage, err error) {
	if p.Case, err = s.Case(ctx, id); err != nil {
		return p, err
	}
	return s.passage(ctx, s.store.db.Read(), p.Case, state)
}

func (s *Service) passage(ctx context.Context, q db.Querier, c Case, state string) (p Passage, err error) {
	p.Case = c
	if p.To, err = s.Type(ctx, c.Org, c.Type); err != nil {
		return p, fault.New(fault.Conflict, "casework.version_gone", c.Type, strconv.Itoa(c.Version))
	}
	p.old, _ = s.definition(c.Org, c.Type, c.Version)
	events, err := s.store.events(ctx, q, c)
	if err != nil {
		return p, err
	}
	came := c.Created // into its state
	for _, e := range events {
		if p.Seen = e.N; e.What == "moved" || e.What == "reopened" {
			came = e.At
		}
	}
	tasks, err := s.store.tasks(ctx, q, c)
	var open, done []string
	for _, t := range tasks {
		if t.Result == "" {
			open = append(open, t.Task)
		} else if t.Result == "done" && t.Since >= came {
			done = append(done, t.Task)
		}
	}
	if p.May, p.wish = p.To.Landings(c.State), state; p.stays() {
		state = c.State
	} else if !slices.ContainsFunc(p.May, func(s process.State) bool { return s.ID == state }) {
		state = ""
	}
	p.Change = p.To.Change(p.old, process.Case{State: c.State, Facts: c.Facts, Open: open}, done, state)
	return p, err
}

// Advance lets a running case go on by the newest version of its procedure, with a reason. What
// waits for a second person is stale then. state is where it stands by that version, needed where
// its own is gone; seen is the last event that the viewer knew of.
func (s *Service) Advance(ctx context.Context, id, state, reason string, seen int) (err error) {
	defer fault.Wrap(&err, "move case %s to another version", id)
	c, err := s.Case(ctx, id)
	if err != nil {
		return err
	}
	if err := leads(door.From(ctx)); err != nil {
		return err
	}
	if reason, err = fault.Words("reason", reason, longestReason); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.version", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		p, err := s.passage(ctx, tx, c, state)
		if err != nil {
			return err
		}
		if err := p.check(ctx, seen); err != nil {
			return err
		}
		return s.advance(ctx, tx, p, reason)
	})
}

func (p Passage) check(ctx context.Context, seen int) error {
	switch {
	case !p.Case.Open():
		return fault.New(fault.Conflict, "casework.closed_now")
	case p.Case.Broken:
		return fault.New(fault.Conflict, "casework.facts_broken", p.Case.Number())
	case !p.Newer():
		return fault.New(fault.Conflict, "casework.version_newest", p.Case.Number())
	case seen > 0 && seen < p.Seen:
		return fault.New(fault.Conflict, "casework.version_moved")
	case p.stays() && p.wish != "" && p.wish != p.State:
		return fault.At("state", "casework.version_stays", p.May[0].Name.In(tongue(ctx)))
	case p.State == "":
		return fault.At("state", "casework.version_state")
	}
	return nil
}

func (s *Service) advance(ctx context.Context, tx *db.Tx, p Passage, reason string) error {
	c, now := p.Case, p.Case
	now.Version, now.State, now.Facts = p.To.Version, p.State, p.To.Held(c.Facts)
	tx.Act.Diff = change.Between(map[string]any{"version": c.Version, "state": c.State, "facts": c.Facts}, map[string]any{"version": now.Version, "state": now.State, "facts": now.Facts, "reason": reason})
	if err := s.store.setVersion(ctx, tx, now, s.answers(now)); err != nil {
		return err
	}
	if err := s.store.happened(ctx, tx, now, door.From(ctx).Human(), "version", reason,
		told{From: c.State, To: now.State, Was: strconv.Itoa(c.Version), Is: strconv.Itoa(now.Version)}); err != nil {
		return err
	}
	if lost := change.Between(c.Facts, now.Facts); lost != "" {
		if err := s.store.happened(ctx, tx, now, door.From(ctx).Human(), "facts", "", raw(lost)); err != nil {
			return err
		}
	}
	tasks, err := s.store.tasks(ctx, tx, now)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if t.Result == "" && slices.Contains(p.Ends, t.Task) {
			if err := s.store.leaveTask(ctx, tx, t); err != nil {
				return err
			}
		}
	}
	return s.begin(ctx, tx, p.To, now, func(t process.Task) bool { return slices.Contains(p.Begins, t.ID) })
}
