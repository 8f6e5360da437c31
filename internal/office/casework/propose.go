// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"reflect"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// What waits for a second person.
const (
	moveAct   = "casework.move"
	reopenAct = "casework.reopen"
)

// A proposedStep is what waits for a second person, with what it was weighed on: a step, or
// with none that a case is reopened.
type proposedStep struct {
	Case    string        `json:"case"`
	Step    string        `json:"step"`
	State   string        `json:"state"`
	Facts   process.Facts `json:"facts"`
	Reason  string        `json:"reason"`
	Turns   int           `json:"turns"` // how often the case had moved
	Asker   ospo.PersonID `json:"asker"`
	Role    string        `json:"role"`    // in which it was proposed
	Instead bool          `json:"instead"` // of that role, which nobody held
	Wanted  string        `json:"wanted"`  // role of the second person
}

func saved(p approval.Proposal) (out proposedStep, err error) {
	return out, json.Unmarshal(p.Body, &out)
}

// about is what was kept with a proposal, and its case as it is now.
func (s *Service) about(ctx context.Context, p approval.Proposal) (was proposedStep, c Case, err error) {
	if was, err = saved(p); err == nil {
		c, err = s.store.one(ctx, s.store.db.Read(), p.Org, was.Case)
	}
	return was, c, err
}

// Use lets steps, and reopening what two decided, wait at a desk for a second person.
func (s *Service) Use(desk *approval.Desk) {
	s.desk = desk
	desk.Handle(moveAct, approval.Kind{Key: "casework.second.move", By: mayWrite, Permit: mayDecide, Before: s.toApprove, Do: s.approved, Undone: s.undone, Fits: s.fits, Tell: s.tell, Wants: s.wants})
	desk.Handle(reopenAct, approval.Kind{Key: "casework.second.reopen", By: mayWrite, Permit: mayDecide, Do: s.reopenApproved, Fits: s.fits, Tell: s.tell, Wants: s.wants})
}

// fits says who can be the second person: never who asked; who holds the role that the
// procedure names; and where none of those can, anybody who may decide.
func (s *Service) fits(ctx context.Context) func(approval.Proposal, ospo.PersonID) error {
	j := s.seconds(ctx, s.store.db.Read())
	return func(p approval.Proposal, who ospo.PersonID) error {
		saved, err := saved(p)
		if err != nil {
			return err
		}
		_, err = j.fits(bench{p.Proposer, saved.Asker, p.Org, saved.Wanted}, who)
		return err
	}
}

// wants says which role the second person must hold, that nobody who holds it can agree, or
// that nobody can agree any more because the case is another one by now.
func (s *Service) wants(ctx context.Context, p approval.Proposal) (string, error) {
	was, c, err := s.about(ctx, p)
	if err != nil {
		return "", err
	}
	if old, err := s.stale(ctx, s.store.db.Read(), c, was); err != nil || old {
		return say(ctx, "casework.stale", c.Number()), err
	}
	if was.Wanted == "" {
		return "", nil
	}
	why, err := s.seconds(ctx, s.store.db.Read()).instead(bench{p.Proposer, was.Asker, p.Org, was.Wanted})
	if err != nil || why == "" {
		return say(ctx, "casework.second_role", s.roleName(ctx, was.Wanted)), err
	}
	return say(ctx, "casework.second_any."+why, s.roleName(ctx, was.Wanted)), nil
}

// stale reports whether a case stands elsewhere, has been elsewhere, or other facts are known
// than when something was proposed: somebody would agree to what they have not read.
func (s *Service) stale(ctx context.Context, q db.Querier, c Case, saved proposedStep) (bool, error) {
	turns, err := s.store.turns(ctx, q, c)
	return turns != saved.Turns || c.State != saved.State || len(c.Facts)+len(saved.Facts) > 0 && !reflect.DeepEqual(c.Facts, saved.Facts), err
}

// mostFacts is how many facts a proposal lists; the page of the case shows all.
const mostFacts = 30

func (s *Service) propose(ctx context.Context, c Case, d *process.Definition, t process.Transition, by decision, seen int) (id string, err error) {
	err = s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.propose", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		if err := s.unseen(ctx, tx, d, c, seen); err != nil {
			return err
		}
		tasks, err := s.store.tasks(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := free(ctx, d, c, t, tasks); err != nil {
			return err
		}
		id, err = s.wait(ctx, tx, moveAct, c, proposedStep{Case: c.ID, Step: t.ID, Reason: by.reason, Role: by.role, Instead: by.instead, Wanted: t.FourEyes}, proposal(ctx, d, c, t, c.State, c.Facts))
		return err
	})
	return id, err
}

// proposal is what a proposal says, in the reader's words.
func proposal(ctx context.Context, d *process.Definition, c Case, t process.Transition, state string, facts process.Facts) []approval.Fact {
	from, _ := d.State(state)
	stands := from.Name.In(tongue(ctx))
	out := []approval.Fact{{Key: "casework.case", Value: c.Number() + " " + c.Title}}
	if to, ok := d.State(t.To); ok {
		stands += " → " + to.Name.In(tongue(ctx))
		out = append(out, approval.Fact{Key: "casework.step", Value: t.Name.In(tongue(ctx))})
	}
	out = append(out, approval.Fact{Key: "casework.state", Value: stands})
	for _, f := range d.Asks(facts) {
		if len(out) < mostFacts {
			out = append(out, approval.Fact{Key: "casework.fact", Value: f.Name.In(tongue(ctx)) + ": " + factWords(ctx, f, facts[f.ID])})
		}
	}
	return out
}

// tell is what a proposal says, for whoever reads it: on the facts that it was made on.
func (s *Service) tell(ctx context.Context, p approval.Proposal) ([]approval.Fact, error) {
	was, c, err := s.about(ctx, p)
	if err != nil {
		return nil, err
	}
	d, ok := s.definition(c.Org, c.Type, c.Version)
	if !ok {
		return p.Facts, nil
	}
	t, _ := d.Transition(was.Step)
	c.Facts = was.Facts
	return s.contradicted(ctx, c, proposal(ctx, d, c, t, was.State, was.Facts))
}

// wait puts a proposal about a case that is held to the desk. One that is stale by now makes room.
func (s *Service) wait(ctx context.Context, tx *db.Tx, what string, c Case, p proposedStep, facts []approval.Fact) (id string, err error) {
	before, err := s.desk.Pending(ctx, tx, c.Org, what, c.ID)
	if err != nil {
		return "", err
	}
	if before.ID != "" {
		was, err := saved(before)
		if err != nil {
			return "", err
		}
		if old, err := s.stale(ctx, tx, c, was); err != nil || !old {
			return "", errorOr(err, fault.New(fault.Conflict, "casework.waits_already"))
		}
		if err := s.desk.Overtake(ctx, tx, before); err != nil {
			return "", err
		}
	}
	if p.Turns, err = s.store.turns(ctx, tx, c); err != nil {
		return "", err
	}
	p.State, p.Facts, p.Asker = c.State, c.Facts, c.Asker
	if id, err = s.desk.ProposeIn(ctx, tx, c.Org, what, c.ID, p, p.Reason, facts...); err != nil {
		return "", err
	}
	if err := s.store.awaits(ctx, tx, c, s.store.db.Now().Add(approval.Life).UTC().Format(db.Clock)); err != nil { // the second person's turn
		return "", err
	}
	tx.Act.Diff = change.Added(map[string]string{"step": p.Step, "reason": p.Reason, "proposal": id, "replaces": before.ID, "instead": when(p.Instead, p.Role)})
	return id, s.store.happened(ctx, tx, c, door.From(ctx).Human(), "proposed", p.Reason, told{Step: p.Step, Proposal: id, Replaces: before.ID, Instead: when(p.Instead, p.Role)})
}

// agreed returns the case of a proposal, held, and the decision that it becomes with the viewer
// as second person, unless the case is another one by now.
func (s *Service) agreed(ctx context.Context, tx *db.Tx, p approval.Proposal, was proposedStep) (c Case, d *process.Definition, by decision, err error) {
	if c, err = s.store.one(ctx, tx, p.Org, was.Case); err != nil {
		return c, d, by, err
	}
	if c, err = s.store.hold(ctx, tx, c); err != nil {
		return c, d, by, err
	}
	if old, err := s.stale(ctx, tx, c, was); err != nil || old {
		return c, d, by, errorOr(err, fault.New(fault.Conflict, "casework.changed_since", c.Number()))
	}
	if d, err = s.pinned(c); err != nil {
		return c, d, by, err
	}
	by = decision{reason: was.Reason, by: p.Proposer, second: door.From(ctx).Human(), role: was.Role, instead: was.Instead, wanted: was.Wanted}
	if t, ok := d.Transition(was.Step); ok {
		by.role, by.wanted = t.Role, t.FourEyes // the procedure's, whatever the row says
	}
	by.why, err = s.seconds(ctx, tx).fits(bench{p.Proposer, c.Asker, c.Org, by.wanted}, by.second)
	return c, d, by, err
}

// toApprove reads what lies with the case of a proposal before the transaction of its approval.
func (s *Service) toApprove(ctx context.Context, p approval.Proposal) (context.Context, error) {
	_, c, err := s.about(ctx, p)
	if err != nil {
		return ctx, err
	}
	return s.gather(ctx, c)
}

// approved takes a step that a second person agreed to.
func (s *Service) approved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	was, err := saved(p)
	if err != nil {
		return err
	}
	c, d, by, err := s.agreed(ctx, tx, p, was)
	if err != nil {
		return err
	}
	t, ok := d.Transition(was.Step)
	if !ok {
		return fault.New(fault.Conflict, "casework.changed_since", c.Number())
	}
	return s.step(ctx, tx, d, c, t, by)
}

// Waiting is a proposal about a case that waits for a second person.
type Waiting struct {
	approval.Proposal
	Stale bool // it cannot be approved any more: the case is another one by now
}

// waits returns the proposal that waits for a second person in a case; none is the zero one.
func (s *Service) waits(ctx context.Context, c Case) (w Waiting, err error) {
	if s.desk == nil {
		return w, nil
	}
	what := moveAct
	if !c.Open() {
		what = reopenAct
	}
	q := s.store.db.Read()
	if w.Proposal, err = s.desk.Pending(ctx, q, c.Org, what, c.ID); err != nil || w.ID == "" {
		return w, err
	}
	was, err := saved(w.Proposal)
	if err != nil {
		return w, err
	}
	w.Stale, err = s.stale(ctx, q, c, was)
	return w, err
}
