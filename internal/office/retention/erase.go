// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

const longest = 2_000 // characters of a reason

// eraseAct is what a second person agrees to.
const eraseAct = "retention.erase"

// Use lets erasures wait at a desk for a second person.
func (s *Service) Use(desk *approval.Desk) {
	s.desk = desk
	desk.Handle(eraseAct, approval.Kind{Key: "retention.second.erase", By: "retention.person", Permit: approve, Do: s.eraseApproved})
}

// An Erasure is a person whose name is no longer known.
type Erasure struct {
	Person    ospo.PersonID `json:"person"`
	Org       ospo.OrgID    `json:"org"`
	Pseudonym string        `json:"pseudonym"`
	Proposer  string        `json:"proposer" doc:"Name of who proposed it."`
	Decider   string        `json:"decider" doc:"Name of the second person."`
	Reason    string        `json:"reason"`
	At        time.Time     `json:"at"`
}

// A Plan says what would become of a person's data, before anybody decides.
type Plan struct {
	Person    Person
	Pseudonym string
	Entries   int      // of the log that the person wrote: they stay
	Details   int      // of the log about the person: what changed goes
	Bars      []error  // why it cannot be yet: faults
	Waiting   string   // id of the proposal that waits already
	Done      *Erasure // it has been done
}

// Foresee says what an erasure would do.
func (s *Service) Foresee(ctx context.Context, id ospo.PersonID) (p Plan, err error) {
	defer fault.Wrap(&err, "foresee the erasure of %s", id)
	if p.Person, err = s.Person(ctx, id); err != nil {
		return p, err
	}
	p.Pseudonym = s.Pseudonym(id)
	if p.Done, err = s.store.erasure(ctx, s.store.db.Read(), id); err != nil || p.Done != nil {
		return p, err
	}
	if p.Entries, p.Details, err = s.store.traces(ctx, id); err != nil {
		return p, err
	}
	if p.Bars, err = s.bars(ctx, s.store.db.Read(), p.Person); err != nil {
		return p, err
	}
	waiting, err := s.desk.List(ctx, "pending")
	for _, w := range waiting {
		if w.What == eraseAct && w.Thing == string(id) {
			p.Waiting = w.ID
		}
	}
	return p, err
}

// bars lists why a person cannot be erased yet.
func (s *Service) bars(ctx context.Context, q db.Querier, p Person) (out []error, err error) {
	n, err := s.store.held(ctx, q, p, s.today())
	if err != nil {
		return nil, err
	}
	if n > 0 {
		out = append(out, fault.New(fault.Conflict, "retention.bar.hold"))
	}
	for _, ask := range s.Bars {
		bar, err := ask(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if bar != nil {
			out = append(out, bar)
		}
	}
	return out, nil
}

// ProposeErasure asks a second person to have a person's name erased. It returns the id of
// the proposal.
func (s *Service) ProposeErasure(ctx context.Context, id ospo.PersonID, reason string) (proposal string, err error) {
	defer fault.Wrap(&err, "propose the erasure of %s", id)
	p, err := s.Foresee(ctx, id)
	if err != nil {
		return "", err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case p.Done != nil:
		return "", fault.New(fault.Conflict, "retention.erased_already", p.Pseudonym)
	case id == door.From(ctx).Human():
		return "", fault.New(fault.Invalid, "retention.bar.own")
	case len(p.Bars) > 0:
		return "", invalid(p.Bars[0])
	case reason == "":
		return "", fault.At("reason", "retention.reason_missing")
	case utf8.RuneCountInString(reason) > longest:
		return "", fault.At("reason", "retention.reason_long", longest)
	}
	return s.desk.Propose(ctx, p.Person.Org, eraseAct, string(id), p.Person.ID, reason,
		approval.Fact{Key: "retention.person", Value: p.Person.Name + ", " + p.Person.OrgName},
		approval.Fact{Key: "retention.pseudonym", Value: p.Pseudonym})
}

// invalid tells a bar on the form rather than on a page of its own.
func invalid(bar error) error {
	f := fault.Say(bar)[0]
	return fault.New(fault.Invalid, f.Key, f.Args...)
}

// eraseApproved erases a name, if nothing has come in between.
func (s *Service) eraseApproved(ctx context.Context, tx *db.Tx, prop approval.Proposal) error {
	id := ospo.PersonID(prop.Thing)
	p, err := s.store.person(ctx, tx, prop.Org, id)
	if err != nil {
		return err
	}
	bars, err := s.bars(ctx, tx, p)
	if err != nil {
		return err
	}
	if len(bars) > 0 {
		return bars[0]
	}
	done := Erasure{Person: id, Org: p.Org, Pseudonym: s.Pseudonym(id), Proposer: string(prop.Proposer), Decider: string(door.From(ctx).Human()), Reason: prop.Reason}
	if err := s.store.addErasure(ctx, tx, done); err != nil {
		return err
	}
	return s.Erase(ctx, tx, p.Org, id)
}
