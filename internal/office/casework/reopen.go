// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"slices"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Reopen lets a case that has ended go on from the state before. What was frozen stays. What
// two decided takes two again: it returns the id of the proposal then.
func (s *Service) Reopen(ctx context.Context, matter, reason string) (id string, err error) {
	defer fault.Wrap(&err, "reopen case %s", matter)
	v := door.From(ctx)
	c, err := s.Case(ctx, matter)
	if err != nil {
		return "", err
	}
	if err := leads(v); err != nil {
		return "", err
	}
	d, err := s.pinned(c)
	if err != nil {
		return "", err
	}
	if reason, err = fault.Words("reason", reason, longestReason); err != nil {
		return "", err
	}
	two, wanted, err := s.byTwo(ctx, s.store.db.Read(), d, c)
	if err != nil {
		return "", err
	}
	act := v.ActFor(c.Org, "casework.reopen", c.ID)
	if two {
		act = v.ActFor(c.Org, "casework.propose", c.ID)
	}
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		if c.Open() {
			return fault.New(fault.Conflict, "casework.is_open")
		}
		if now, _, err := s.byTwo(ctx, tx, d, c); err != nil || now != two {
			return errorOr(err, fault.New(fault.Conflict, "casework.step_gone"))
		}
		if !two {
			return s.goOn(ctx, tx, d, c, decision{reason: reason, by: v.Human()})
		}
		id, err = s.wait(ctx, tx, reopenAct, c, proposedStep{Case: c.ID, Reason: reason, Wanted: wanted}, proposal(ctx, d, c, process.Transition{}, c.State, c.Facts))
		return err
	})
	return id, err
}

// byTwo reports whether two decided how a case ended, and the role that the procedure asked
// the second of them for.
func (s *Service) byTwo(ctx context.Context, q db.Querier, d *process.Definition, c Case) (two bool, wanted string, err error) {
	events, err := s.store.events(ctx, q, c)
	last := lastStep(events)
	t, _ := d.Transition(last.Step)
	return last.Second != "", t.FourEyes, err
}

// reopenApproved lets a case go on that a second person agreed to reopen.
func (s *Service) reopenApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	was, err := saved(p)
	if err != nil {
		return err
	}
	c, d, by, err := s.agreed(ctx, tx, p, was)
	if err != nil {
		return err
	}
	return s.goOn(ctx, tx, d, c, by)
}

// goOn reopens a case that is held.
func (s *Service) goOn(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, by decision) error {
	events, err := s.store.events(ctx, tx, c)
	if err != nil {
		return err
	}
	from := c.State
	if c.State, c.Outcome = lastStep(events).From, ""; c.State == "" {
		c.State = d.Start().ID
	}
	tx.Act.Diff = change.Between(map[string]string{"state": from}, map[string]string{"state": c.State, "reason": by.reason})
	if moved, err := s.store.setState(ctx, tx, c, from); err != nil || !moved {
		return errorOr(err, fault.New(fault.Conflict, "casework.step_gone"))
	}
	if err := s.store.happened(ctx, tx, c, by.by, "reopened", by.reason, told{From: from, To: c.State, Second: string(by.second), Wanted: by.wanted, Why: by.why}); err != nil {
		return err
	}
	return s.enter(ctx, tx, d, c)
}

// lastStep is the one by which a case came where it stands.
func lastStep(events []Event) (out told) {
	for _, e := range slices.Backward(events) {
		var step told
		if e.What == "moved" && json.Unmarshal([]byte(e.body), &step) == nil && step.From != "" {
			return step
		}
	}
	return out
}
