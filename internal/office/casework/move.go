// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"slices"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
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
	Instead bool     `json:"-"` // in place of a role that the caller does not play
}

// freezes reports whether a step is a decision whose justification is kept: it asks for a
// second person, or it ends the case.
func freezes(t process.Transition, to process.State) bool { return t.FourEyes != "" || to.End }

// explains reports whether the viewer has to write a reason down for a step: where the procedure
// says so, and for each decision whose justification is kept. Who withdraws or accepts what they
// asked for themselves needs none.
func (h hand) explains(t process.Transition, to process.State) bool {
	return t.Reason || freezes(t, to) && !(h.asker && t.Role == department)
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
// proposal then. seen is the last event that the viewer knew of: what has changed since they
// have not weighed. With 0 whatever stands there counts.
func (s *Service) Move(ctx context.Context, id, step, reason string, seen int) (proposal string, err error) {
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
	if reason, err = fault.Text("reason", reason, longestReason); err != nil {
		return "", err
	}
	if h.explains(t, to) && reason == "" {
		return "", fault.At("reason", "casework.reason_missing")
	}
	by := decision{reason: reason, by: h.Human(), role: t.Role, instead: !h.plays(t.Role)}
	if t.FourEyes != "" {
		return s.propose(ctx, c, d, t, by, seen)
	}
	if freezes(t, to) {
		if ctx, err = s.gather(ctx, c); err != nil {
			return "", err
		}
	}
	return "", s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.move", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		if err := s.unseen(ctx, tx, d, c, seen); err != nil {
			return err
		}
		return s.step(ctx, tx, d, c, t, by)
	})
}

// longestReason is what a proposal holds, too.
const longestReason = 2_000

// A decision is who takes a step, why, and in which roles.
type decision struct {
	reason     string
	by, second ospo.PersonID
	role       string // whose part the step is
	instead    bool   // nobody held that role: by acted in its place
	wanted     string // role of the second person that the procedure asks for
	why        string // the second acted in place of it: vacantRole or barredRole
}

// secondRole is the one in which the second person agreed; empty in place of it.
func (by decision) secondRole() string { return when(by.second != "" && by.why == "", by.wanted) }

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
	told := told{Step: t.ID, From: from, To: to, Second: string(by.second), Instead: when(by.instead, by.role), Wanted: by.wanted, Why: by.why}
	tx.Act.Diff = change.Between(map[string]string{"state": from}, map[string]string{"state": to, "step": t.ID, "reason": by.reason, "instead": told.Instead, "second_instead": by.why})
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
