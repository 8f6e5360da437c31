// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Step is one way on from where a case stands.
type Step struct {
	ID      string   `json:"id" doc:"Of the transition in the procedure."`
	Name    string   `json:"name"`
	To      string   `json:"to" doc:"Name of the state to which it leads."`
	Role    string   `json:"role" doc:"Key of the role that takes it."`
	Reason  bool     `json:"reason" doc:"A reason has to be written down."`
	Second  string   `json:"second,omitempty" doc:"Key of the role of the second person; absent where one is enough."`
	Freezes bool     `json:"freezes" doc:"The justification is frozen."`
	Blocks  []string `json:"blocks" doc:"Sentences that say what holds it back; none where nothing does."`
	May     bool     `json:"may" doc:"The caller may take it."`
}

// freezes reports whether a step is a decision whose justification is kept: it asks for a
// second person, or it ends the case with a reason.
func freezes(t process.Transition, to process.State) bool {
	return t.FourEyes != "" || t.Reason && to.End
}

// steps returns a fault where the viewer may not take a step: whoever holds its role may. Others
// who work on cases may, too; who ends a case alone in place of that role needs the permission
// to decide besides, which the second person needs otherwise.
func (h hand) steps(t process.Transition, to process.State) error {
	if h.plays(t.Role) {
		return nil
	}
	if to.End && t.FourEyes == "" {
		return leads(h.Viewer)
	}
	return h.Check(mayWrite)
}

// leads returns a fault where somebody does not both work on cases and decide on them.
func leads(v door.Viewer) error {
	return errorOr(v.Check(mayWrite), v.Check(mayDecide))
}

// offers are the steps of a case by the rules of its procedure.
func offers(d *process.Definition, c Case, tasks []Task) []process.Offer {
	var open []string
	for _, t := range tasks {
		if t.Result == "" {
			open = append(open, t.Task)
		}
	}
	return d.Offers(process.Case{State: c.State, Facts: c.Facts, Open: open})
}

// Move takes a step, or proposes it where a second person is needed: it returns the id of the
// proposal then.
func (s *Service) Move(ctx context.Context, id, step, reason string) (proposal string, err error) {
	defer fault.Wrap(&err, "take step %s in case %s", step, id)
	c, d, h, err := s.own(ctx, id)
	if err != nil {
		return "", err
	}
	t, ok := d.Transition(step)
	if !ok || !slices.Contains(t.From, c.State) {
		return "", fault.New(fault.Conflict, "casework.step_gone")
	}
	to, _ := d.State(t.To)
	if err := h.steps(t, to); err != nil {
		return "", err
	}
	if reason, err = perhaps("reason", reason, longestReason); err != nil {
		return "", err
	}
	if t.Reason && reason == "" {
		return "", fault.At("reason", "casework.reason_missing")
	}
	if t.FourEyes != "" {
		return s.propose(ctx, c, d, t, reason)
	}
	me := door.From(ctx).Human()
	return "", s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.move", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		return s.step(ctx, tx, d, c, t, decision{reason: reason, by: me})
	})
}

// longestReason is what a proposal holds, too.
const longestReason = 2_000

// A decision is who takes a step, and why.
type decision struct {
	reason     string
	by, second ospo.PersonID
	roles      []string // of the second person that the step asks for
}

// step takes one in a case that is held: nothing may block it.
func (s *Service) step(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, t process.Transition, by decision) error {
	tasks, err := s.store.tasks(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := free(ctx, d, c, t, tasks); err != nil {
		return err
	}
	from, to := c.State, t.To
	state, _ := d.State(to)
	c.State = to
	if state.End {
		c.Outcome = state.Outcome
	}
	moved, err := s.store.setState(ctx, tx, c, from)
	if err != nil || !moved {
		return errorOr(err, fault.New(fault.Conflict, "casework.step_gone"))
	}
	if err := s.store.leave(ctx, tx, c); err != nil {
		return err
	}
	told := map[string]string{"step": t.ID, "from": from, "to": to, "second": string(by.second)}
	tx.Act.Diff = change.Between(map[string]string{"state": from}, map[string]string{"state": to, "step": t.ID, "reason": by.reason})
	if err := s.store.happened(ctx, tx, c, by.by, "moved", by.reason, told); err != nil {
		return err
	}
	if freezes(t, state) {
		if err := s.freeze(ctx, tx, d, c, t, from, by); err != nil {
			return err
		}
	}
	return s.enter(ctx, tx, d, c)
}

// free returns a fault that says what blocks a step.
func free(ctx context.Context, d *process.Definition, c Case, t process.Transition, tasks []Task) error {
	for _, o := range offers(d, c, tasks) {
		if o.ID != t.ID {
			continue
		}
		if len(o.Blocked) > 0 {
			return fault.New(fault.Conflict, "casework.blocked", blockWords(ctx, d, o.Blocked[0]))
		}
		return nil
	}
	return fault.New(fault.Conflict, "casework.step_gone")
}

// A proposed step is one that waits for a second person, with what it was weighed on.
type proposedStep struct {
	Case   string        `json:"case"`
	Step   string        `json:"step"`
	State  string        `json:"state"`
	Facts  process.Facts `json:"facts"`
	Reason string        `json:"reason"`
	Turns  int           `json:"turns"` // how often the case had moved
}

// Use lets steps wait at a desk for a second person.
func (s *Service) Use(desk *approval.Desk) {
	s.desk = desk
	desk.Handle("casework.move", approval.Kind{Key: "casework.second.move", By: mayWrite, Permit: mayDecide, Do: s.approved})
}

// mostFacts is how many facts a proposal lists; the page of the case shows all.
const mostFacts = 30

func (s *Service) propose(ctx context.Context, c Case, d *process.Definition, t process.Transition, reason string) (id string, err error) {
	from, _ := d.State(c.State)
	to, _ := d.State(t.To)
	facts := []approval.Fact{{Key: "casework.case", Value: c.Number() + " " + c.Title}, {Key: "casework.step", Value: t.Name.In(tongue(ctx))},
		{Key: "casework.state", Value: from.Name.In(tongue(ctx)) + " → " + to.Name.In(tongue(ctx))}}
	for _, f := range d.Asks(c.Facts) {
		if len(facts) < mostFacts {
			facts = append(facts, approval.Fact{Key: "casework.fact", Value: f.Name.In(tongue(ctx)) + ": " + factWords(ctx, f, c.Facts[f.ID])})
		}
	}
	err = s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.propose", c.ID), func(tx *db.Tx) error {
		held, err := s.store.hold(ctx, tx, c)
		if err != nil {
			return err
		}
		tasks, err := s.store.tasks(ctx, tx, held)
		if err != nil {
			return err
		}
		if err := free(ctx, d, held, t, tasks); err != nil {
			return err
		}
		turns, err := s.store.turns(ctx, tx, held)
		if err != nil {
			return err
		}
		if id, err = s.desk.ProposeIn(ctx, tx, c.Org, "casework.move", c.ID, proposedStep{c.ID, t.ID, held.State, held.Facts, reason, turns}, reason, facts...); err != nil {
			return err
		}
		tx.Act.Diff = change.Added(map[string]string{"step": t.ID, "reason": reason, "proposal": id})
		return s.store.happened(ctx, tx, held, door.From(ctx).Human(), "proposed", reason, map[string]string{"step": t.ID, "proposal": id})
	})
	return id, err
}

// approved takes a step that a second person agreed to, unless the case stands elsewhere by
// now or other facts are known. Where somebody holds the role that the procedure names, the
// second person must hold it.
func (s *Service) approved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var saved proposedStep
	if err := json.Unmarshal(p.Body, &saved); err != nil {
		return err
	}
	c, err := s.store.one(ctx, tx, p.Org, saved.Case)
	if err != nil {
		return err
	}
	if c, err = s.store.hold(ctx, tx, c); err != nil {
		return err
	}
	d, err := s.pinned(c)
	if err != nil {
		return err
	}
	turns, err := s.store.turns(ctx, tx, c)
	if err != nil {
		return err
	}
	t, ok := d.Transition(saved.Step)
	if !ok || turns != saved.Turns || c.State != saved.State || len(c.Facts)+len(saved.Facts) > 0 && !reflect.DeepEqual(c.Facts, saved.Facts) {
		return fault.New(fault.Conflict, "casework.changed_since", c.Number())
	}
	me := door.From(ctx).Human()
	none, err := s.vacant(ctx, tx, c.Org, []string{t.FourEyes})
	if err != nil {
		return err
	}
	by := decision{reason: saved.Reason, by: p.Proposer, second: me}
	if len(none) == 0 {
		held, err := s.holds(ctx, tx, me, t.FourEyes, c.Org)
		if err != nil {
			return err
		}
		if !held {
			return fault.New(fault.Forbidden, "casework.second_role", s.roleName(ctx, t.FourEyes))
		}
		by.roles = []string{t.FourEyes}
	}
	return s.step(ctx, tx, d, c, t, by)
}

// Waits returns the proposal that waits for a second person in a case; none is the zero one.
func (s *Service) waits(ctx context.Context, c Case) (approval.Proposal, error) {
	if s.desk == nil {
		return approval.Proposal{}, nil
	}
	all, err := s.desk.List(ctx, "pending")
	if i := slices.IndexFunc(all, func(p approval.Proposal) bool { return p.What == "casework.move" && p.Thing == c.ID }); i >= 0 {
		return all[i], err
	}
	return approval.Proposal{}, err
}

// Reopen lets a case that has ended go on from the state before. What was frozen stays.
func (s *Service) Reopen(ctx context.Context, id, reason string) (err error) {
	defer fault.Wrap(&err, "reopen case %s", id)
	v := door.From(ctx)
	c, err := s.Case(ctx, id)
	if err != nil {
		return err
	}
	if err := leads(v); err != nil {
		return err
	}
	d, err := s.pinned(c)
	if err != nil {
		return err
	}
	if reason, err = words("reason", reason, longestReason); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(c.Org, "casework.reopen", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		if c.Open() {
			return fault.New(fault.Conflict, "casework.is_open")
		}
		events, err := s.store.events(ctx, tx, c)
		if err != nil {
			return err
		}
		from := c.State
		c.State, c.Outcome = before(d, events), ""
		tx.Act.Diff = change.Between(map[string]string{"state": from}, map[string]string{"state": c.State, "reason": reason})
		if _, err := s.store.setState(ctx, tx, c, from); err != nil {
			return err
		}
		if err := s.store.happened(ctx, tx, c, v.Human(), "reopened", reason, map[string]string{"from": from, "to": c.State}); err != nil {
			return err
		}
		return s.enter(ctx, tx, d, c)
	})
}

// before is the state that a case left with its last step.
func before(d *process.Definition, events []Event) string {
	for _, e := range slices.Backward(events) {
		var step struct{ From string }
		if e.What == "moved" && json.Unmarshal([]byte(e.body), &step) == nil && step.From != "" {
			return step.From
		}
	}
	return d.Start().ID
}
