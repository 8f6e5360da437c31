// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
)

// A Turn is a role that a case waits for without a task: somebody has to take a step.
type Turn struct {
	Case  string
	Role  string
	Steps []string // ids of transitions
	Since string

	Org     ospo.OrgID
	Year    int
	N       int
	Title   string
	Type    string
	Version int
	Place
}

// Number is the one of the case.
func (t Turn) Number() string { return number(t.Year, t.N) }

// Time is from when it waits.
func (t Turn) Time() time.Time { return db.Time(t.Since) }

// turns are the roles that an open case waits for, by their key. While a task holds the case back
// it waits for nobody else. Steps that are possible at any time, such as withdrawing, wait for
// nobody unless there are no others; steps that are blocked wait where none is free, for somebody
// has to see to it.
func turns(d *process.Definition, c Case, tasks []Task) (out []Turn) {
	if !c.Open() || slices.ContainsFunc(tasks, func(t Task) bool { return t.Result == "" && holdsBack(d, t) }) {
		return nil
	}
	all := offers(d, c, tasks)
	for _, wanted := range []func(process.Offer) bool{
		func(o process.Offer) bool { return !o.Anyway && o.Free() }, func(o process.Offer) bool { return !o.Anyway }, func(process.Offer) bool { return true },
	} {
		for _, o := range all {
			if !wanted(o) {
				continue
			}
			if i := slices.IndexFunc(out, func(t Turn) bool { return t.Role == o.Role }); i >= 0 {
				out[i].Steps = append(out[i].Steps, o.ID)
			} else {
				out = append(out, Turn{Case: c.ID, Role: o.Role, Steps: []string{o.ID}})
			}
		}
		if len(out) > 0 {
			break
		}
	}
	slices.SortFunc(out, func(a, b Turn) int { return cmp.Compare(a.Role, b.Role) })
	return out
}

func holdsBack(d *process.Definition, t Task) bool {
	asked, _, _ := d.Task(t.Task)
	return !asked.Optional
}

// settle keeps whom a case that is held waits for. Where it is fresh, moved or known otherwise,
// it waits from now on; else only where it waits for others than before.
func (s *Service) settle(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, fresh bool) error {
	tasks, err := s.store.tasks(ctx, tx, c)
	if err != nil {
		return err
	}
	was, err := s.store.turnsOf(ctx, tx, c)
	if err != nil {
		return err
	}
	now := turns(d, c, tasks)
	if !fresh && slices.EqualFunc(was, now, func(a, b Turn) bool { return a.Role == b.Role && slices.Equal(a.Steps, b.Steps) }) {
		return nil
	}
	if len(was) > 0 {
		if err := s.store.dropTurns(ctx, tx, c); err != nil {
			return err
		}
	}
	for _, t := range now {
		if err := s.store.addTurn(ctx, tx, c, t); err != nil {
			return err
		}
	}
	return nil
}

// undone lets a case wait for its step again when a proposal was refused or withdrawn.
func (s *Service) undone(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	was, err := saved(p)
	if err != nil {
		return err
	}
	return s.store.awaits(ctx, tx, Case{ID: was.Case, Org: p.Org}, tx.Now)
}

// stepNames are what steps of a procedure are called.
func (s *Service) stepNames(ctx context.Context, org ospo.OrgID, typ string, version int, ids []string) string {
	d, known := s.definition(org, typ, version)
	names := slices.Clone(ids)
	for i, id := range ids {
		if !known {
			continue
		}
		if t, ok := d.Transition(id); ok {
			names[i] = t.Name.In(tongue(ctx))
		}
	}
	return strings.Join(names, say(ctx, "casework.or"))
}

// Settle finds open cases of which it is not kept whom they wait for, as where they were opened
// before the program knew of it, and keeps it. Which tasks hold a case back its procedure alone
// says. It returns how many it found.
func (s *Service) Settle(ctx context.Context) (n int, err error) {
	var failed error
	for after := ""; ; {
		all, err := s.store.unsettled(ctx, after, mostRaised)
		if err != nil || len(all) == 0 {
			return n, errors.Join(failed, err)
		}
		open, err := s.store.openOf(ctx, all)
		if err != nil {
			return n, errors.Join(failed, err)
		}
		for _, c := range all {
			after = c.ID
			d, err := s.pinned(c)
			if err != nil || len(turns(d, c, open[c.ID])) == 0 {
				continue // of a procedure that is not known its page says so
			}
			if err := s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.settleHeld(ctx, tx, c) }); err != nil {
				failed = errors.Join(failed, err) // one case keeps the others from nothing
				continue
			}
			n++
		}
	}
}

func (s *Service) settleHeld(ctx context.Context, tx *db.Tx, c Case) error {
	c, err := s.store.hold(ctx, tx, c)
	if err != nil {
		return err
	}
	d, err := s.pinned(c)
	if err != nil {
		return err
	}
	return s.settle(ctx, tx, d, c, false)
}
