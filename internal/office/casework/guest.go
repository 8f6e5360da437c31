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
	"allmende/internal/platform/lang"
)

// Guest acts for whoever asks without an account: who that is stands in the timeline, as they
// said it. Nobody has this id; see governance, where it is reserved.
const Guest ospo.PersonID = "guest"

// Mailed acts for whoever has sent a mail that nobody has checked the sender of: that, too, stands in the timeline.
const Mailed ospo.PersonID = "mail"

// actor is what somebody is called who acts without an account; empty for whoever has one.
func actor(tongue string, id ospo.PersonID) string {
	if id == Guest || id == Mailed {
		return texts().T(tongue, "casework.actor."+string(id))
	}
	return ""
}

// What follows is for the room that lets guests ask. It acts within that room's transaction,
// whose act says what happened, and that room has asked whether it may.

// Admit opens a case for a guest in an organisation; who says who they are. Two who ask at the
// same moment may want the same number: the one who comes too late gets a conflict and tries
// again.
func (s *Service) Admit(ctx context.Context, tx *db.Tx, in Input, who string) (c Case, err error) {
	defer fault.Wrap(&err, "admit a guest with a case of type %s", in.Type)
	d, err := s.Type(ctx, in.Org, in.Type)
	if err != nil || d.Asked.Empty() { // what the office begins itself is nobody's to ask
		return c, errorOr(err, notFound())
	}
	asker := Guest
	if tx.Act.Person == Mailed {
		asker = Mailed
	}
	c = Case{ID: db.NewID(), Org: in.Org, Type: d.ID, Version: d.Version, Asker: asker, Facts: process.Facts{}, State: d.Start().ID}
	if c.Title, err = fault.Words("title", in.Title, longestLine); err != nil {
		return c, err
	}
	if err := opened(ctx, d, in.Facts, c.Facts); err != nil {
		return c, err
	}
	c.Year = day(lang.Day(s.store.db.Now())).Year()
	if err := s.store.add(ctx, tx, &c, s.answers(c)); err != nil {
		return c, err
	}
	tx.Act.On = c.ID
	tx.Act.Diff = change.Added(map[string]any{"number": c.Number(), "type": c.Type, "version": c.Version, "title": c.Title, "facts": c.Facts})
	if err := s.store.happened(ctx, tx, c, asker, "opened", c.Title, c.Facts); err != nil {
		return c, err
	}
	if err := s.store.happened(ctx, tx, c, asker, "comment", who, nil); err != nil {
		return c, err
	}
	if err := s.enter(ctx, tx, d, c); err != nil {
		return c, err
	}
	return c, s.submit(ctx, tx, d, c)
}

// Heard adds what a guest says to their case.
func (s *Service) Heard(ctx context.Context, tx *db.Tx, org ospo.OrgID, id, text string) (err error) {
	defer fault.Wrap(&err, "hear a guest on case %s", id)
	if text, err = fault.Words("text", text, longestText); err != nil {
		return err
	}
	c, err := s.guests(ctx, tx, org, id)
	if err != nil {
		return err
	}
	tx.Act.Diff = change.Added(map[string]string{"text": text})
	return s.store.happened(ctx, tx, c, Guest, "comment", text, nil)
}

// Reply does a guest's part in a case within the caller's transaction: a task of theirs with its answers, and the step
// that follows if it is the only one.
func (s *Service) Reply(ctx context.Context, tx *db.Tx, org ospo.OrgID, id, task string, written map[string]string) (err error) {
	defer fault.Wrap(&err, "do task %s of case %s for a guest", task, id)
	c, err := s.guests(ctx, tx, org, id)
	if err != nil {
		return err
	}
	d, err := s.pinned(c)
	if err != nil {
		return err
	}
	v := door.From(ctx)
	ctx = door.With(ctx, door.Viewer{Org: org, Person: Guest, Grants: []string{mayAsk}, Lang: v.Lang, Door: v.Door, Request: v.Request})
	h := hand{Viewer: door.From(ctx), asker: true, called: func(role string) string { return s.roleName(ctx, role) }}
	h.vacant = func(string) (bool, error) { return false, nil } // a guest stands in for nobody
	if t, err := s.task(ctx, tx, c, task); err != nil || t.Role != department {
		return errorOr(err, notFound())
	}
	if err := s.finish(ctx, tx, d, c, h, task, "", written, 0); err != nil {
		return err
	}
	return s.submit(ctx, tx, d, c)
}

// Deals reports whether it is the viewer's turn in a case: an open task is theirs, or their role's; where nothing is open,
// whether they work on cases.
func (s *Service) Deals(ctx context.Context, id string) (bool, error) {
	c, err := s.Case(ctx, id)
	if err != nil {
		return false, err
	}
	h, err := s.hand(ctx, c)
	if err != nil {
		return false, err
	}
	all, err := s.store.tasks(ctx, s.store.db.Read(), c)
	open := slices.DeleteFunc(all, func(t Task) bool { return t.Result != "" || t.Role == department })
	return len(open) == 0 && h.May(mayWrite) || slices.ContainsFunc(open, func(t Task) bool { return t.Person == h.Human() || slices.Contains(h.roles, t.Role) }), err
}

// Written is what is known as a person would write it into a form.
func Written(ctx context.Context, f process.Field, value any) string { return plain(ctx, f, value) }

// Recall withdraws the case of a guest.
func (s *Service) Recall(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) (err error) {
	defer fault.Wrap(&err, "withdraw case %s for a guest", id)
	c, err := s.guests(ctx, tx, org, id)
	if err != nil {
		return err
	}
	d, err := s.pinned(c)
	if err != nil {
		return err
	}
	t, ok := wayBack(d, c)
	if !ok {
		return fault.New(fault.Conflict, "casework.step_gone")
	}
	return s.step(ctx, tx, d, c, t, decision{by: Guest})
}

// guests holds a case that a guest has asked for.
func (s *Service) guests(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) (Case, error) {
	c, err := s.store.one(ctx, tx, org, id)
	if err != nil || c.Asker != Guest {
		return c, errorOr(err, notFound())
	}
	return s.store.hold(ctx, tx, c)
}

// Withdraw withdraws a case that the viewer has asked for.
func (s *Service) Withdraw(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "withdraw case %s", id)
	c, d, h, err := s.own(ctx, id)
	if err != nil || !h.asker {
		return errorOr(err, notFound())
	}
	t, ok := wayBack(d, c)
	if !ok {
		return fault.New(fault.Conflict, "casework.step_gone")
	}
	_, err = s.Move(ctx, id, t.ID, "", 0)
	return err
}

// Withdrawable reports whether who asked for a case can withdraw it as it stands.
func (s *Service) Withdrawable(c Case) bool {
	d, ok := s.definition(c.Org, c.Type, c.Version)
	if ok {
		_, ok = wayBack(d, c)
	}
	return ok
}

// wayBack is the step by which a department withdraws what it asked for, where the procedure
// has one that it can take alone, at any time.
func wayBack(d *process.Definition, c Case) (process.Transition, bool) {
	i := slices.IndexFunc(d.Transitions, func(t process.Transition) bool {
		to, _ := d.State(t.To)
		return t.Role == department && to.End && to.Outcome == "withdrawn" && t.Anyway && t.FourEyes == "" && !t.Reason && slices.Contains(t.From, c.State)
	})
	if i < 0 {
		return process.Transition{}, false
	}
	return d.Transitions[i], true
}

// Words writes what is known of a field in the viewer's language; unknown is a word, too.
func Words(ctx context.Context, f process.Field, value any) string { return factWords(ctx, f, value) }

// Asks reports whether the part of a task falls to who asked.
func Asks(t process.Task) bool { return t.Role == department }

// Procedure returns the procedure that a case follows, where the program knows its version.
func (s *Service) Procedure(c Case) (*process.Definition, bool) {
	return s.definition(c.Org, c.Type, c.Version)
}

// Served is what figures on the service know of a case: times are empty where there is none.
type Served struct {
	ID       string
	Type     string
	Created  string
	Answered string // first moved into a state called answered
	Outcome  string
	Closed   string
}

// Service lists the cases of organisations that the viewer sees that were open at or after a
// time, whoever asked.
func (s *Service) Service(ctx context.Context, since string) ([]Served, error) {
	return s.store.served(ctx, door.From(ctx).Org, since)
}

// Mine lists what the viewer has asked for, ended or not, the newest first.
func (s *Service) Mine(ctx context.Context) ([]Case, error) {
	v := door.From(ctx)
	return s.store.askedBy(ctx, v.Org, v.Human())
}
