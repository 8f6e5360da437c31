// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package approval

import (
	"context"
	"strings"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Judge returns what says whether somebody can be the second person for a proposal: they are
// neither who proposed it nor act for them, and its kind has nothing against them. Whether they
// have the permission it does not ask.
func (d *Desk) Judge(ctx context.Context) func(p Proposal, second ospo.PersonID) error {
	kinds := map[string]func(Proposal, ospo.PersonID) error{}
	pairs := map[[2]ospo.PersonID]error{} // asked once: one person proposes many things
	return func(p Proposal, second ospo.PersonID) error {
		if p.Proposer == second {
			return fault.New(fault.Forbidden, "approval.self")
		}
		if pair := [2]ospo.PersonID{p.Proposer, second}; d.Apart != nil {
			if _, known := pairs[pair]; !known {
				pairs[pair] = d.Apart(ctx, p.Proposer, second)
			}
			if pairs[pair] != nil {
				return pairs[pair]
			}
		}
		k := d.kinds[p.What]
		if k.Fits == nil {
			return nil
		}
		if kinds[p.What] == nil {
			kinds[p.What] = k.Fits(ctx)
		}
		return kinds[p.What](p, second)
	}
}

// Check returns a fault where the viewer cannot decide a proposal: it does not wait, a
// program asks, it is their own, they act for who proposed it, the permission lacks, or its
// kind wants somebody else.
func (d *Desk) Check(ctx context.Context, p Proposal) error { return d.check(ctx, p, d.Judge(ctx)) }

func (d *Desk) check(ctx context.Context, p Proposal, judge func(Proposal, ospo.PersonID) error) error {
	v := door.From(ctx)
	switch {
	case p.State != "pending":
		return fault.New(fault.Conflict, "approval.decided")
	case v.Behind != "" || strings.HasPrefix(string(v.Person), "token:"):
		return fault.New(fault.Forbidden, "approval.program")
	case v.Human() == p.Proposer:
		return fault.New(fault.Forbidden, "approval.self")
	}
	if err := v.Check(p.Permit); err != nil {
		return err
	}
	return judge(p, v.Human())
}

// Approve does what was proposed. Whatever makes it impossible by now undoes the approval,
// too, and is told.
func (d *Desk) Approve(ctx context.Context, id, note string) (err error) {
	defer fault.Wrap(&err, "approve %s", id)
	p, note, err := d.open(ctx, id, note, false)
	if err != nil {
		return err
	}
	k, ok := d.kinds[p.What]
	if !ok {
		return fault.New(fault.Conflict, "approval.unknown", p.What)
	}
	v := door.From(ctx).Under(p.Permit)
	act := v.ActFor(p.Org, p.What, p.Thing)
	act.Person, act.Role = p.Proposer, p.role
	if k.Before != nil {
		if ctx, err = k.Before(ctx, p); err != nil {
			return err
		}
	}
	return d.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := d.store.decide(ctx, tx, p, "approved", v.Human(), note); err != nil {
			return err
		}
		if err := k.Do(ctx, tx, p); err != nil {
			return err
		}
		return tx.Note(ctx, p.decided(v, "approval.approve", "approved", note))
	})
}

// Refuse turns a proposal down, with a reason.
func (d *Desk) Refuse(ctx context.Context, id, note string) (err error) {
	defer fault.Wrap(&err, "refuse %s", id)
	p, note, err := d.open(ctx, id, note, true)
	if err != nil {
		return err
	}
	v := door.From(ctx).Under(p.Permit)
	return d.store.db.Write(ctx, p.decided(v, "approval.refuse", "refused", note), func(tx *db.Tx) error {
		if err := d.store.decide(ctx, tx, p, "refused", v.Human(), note); err != nil {
			return err
		}
		return d.undone(ctx, tx, p)
	})
}

// undone tells whoever handles an act that its proposal came to nothing.
func (d *Desk) undone(ctx context.Context, tx *db.Tx, p Proposal) error {
	if k := d.kinds[p.What]; k.Undone != nil {
		return k.Undone(ctx, tx, p)
	}
	return nil
}

// decided is the act of whoever decides, with all that was decided: the entry alone says it.
func (p Proposal) decided(v door.Viewer, what, state, note string) ospo.Act {
	act := v.ActFor(p.Org, what, p.ID)
	act.Diff = change.Between(map[string]string{"state": "pending"}, p.told(state, note))
	return act
}

// open returns a proposal that the viewer can decide, with what they say to it.
func (d *Desk) open(ctx context.Context, id, note string, must bool) (Proposal, string, error) {
	p, err := d.Proposal(ctx, id)
	if err != nil {
		return p, "", err
	}
	if err := d.Check(ctx, p); err != nil {
		return p, "", err
	}
	note = strings.TrimSpace(note)
	switch {
	case must && note == "":
		return p, "", fault.At("note", "approval.note_missing")
	case utf8.RuneCountInString(note) > longest:
		return p, "", fault.At("note", "approval.note_long", longest)
	}
	return p, note, nil
}

// Withdraw takes a proposal back. Only who made it can.
func (d *Desk) Withdraw(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "withdraw %s", id)
	v := door.From(ctx)
	p, err := d.Proposal(ctx, id)
	switch {
	case err != nil:
		return err
	case p.State != "pending":
		return fault.New(fault.Conflict, "approval.decided")
	case p.Proposer != v.Human():
		return fault.New(fault.Forbidden, "approval.not_yours")
	}
	return d.store.db.Write(ctx, v.ActFor(p.Org, "approval.withdraw", p.ID), func(tx *db.Tx) error {
		if err := d.store.decide(ctx, tx, p, "withdrawn", v.Human(), ""); err != nil {
			return err
		}
		return d.undone(ctx, tx, p)
	})
}
