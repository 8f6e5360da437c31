// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Retire takes a role out of use in the viewer's organisation and below: mandates in it
// stay written down and give nothing any more. A second person has to agree.
func (s *Service) Retire(ctx context.Context, key, reason string) (Outcome, error) {
	return s.turn(ctx, door.From(ctx).Act("role.retire", key), reason, true)
}

// Restore takes a retired role into use again, as it was: mandates in it give rights again.
// A second person has to agree.
func (s *Service) Restore(ctx context.Context, key, reason string) (Outcome, error) {
	return s.turn(ctx, door.From(ctx).Act("role.restore", key), reason, false)
}

// turn makes a version of a role that differs from the present one in its state alone, or
// proposes it.
func (s *Service) turn(ctx context.Context, act ospo.Act, reason string, retired bool) (o Outcome, err error) {
	key := act.On
	defer fault.Wrap(&err, "turn role %s", key)
	r, err := s.Role(ctx, key)
	if err != nil {
		return o, err
	}
	if r.Retired == retired {
		return o, turned(key, retired)
	}
	if reason, err = words("reason", reason, longestText); err != nil {
		return o, err
	}
	if s.asks(ctx) {
		o.Proposal, err = s.desk.Propose(ctx, act.Org, act.What, key, key, reason, approval.Fact{Key: "role.role", Value: r.Name.In(door.From(ctx).Lang)})
		return o, err
	}
	r.Retired = retired
	return o, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		return s.keepVersion(ctx, tx, act.Org, r, reason)
	})
}

// turned says that a role is in a state already.
func turned(key string, retired bool) error {
	if retired {
		return fault.New(fault.Conflict, "role.retired_already", key)
	}
	return fault.New(fault.Conflict, "role.active_already", key)
}

// turnApproved turns a role as it is by then.
func (s *Service) turnApproved(retired bool) func(context.Context, *db.Tx, approval.Proposal) error {
	return func(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
		all, err := s.store.versions(ctx, tx, p.Org, p.Thing)
		if err != nil {
			return err
		}
		if b, ok := base(p.Thing); ok && len(all) == 0 {
			all = []Role{b}
		}
		if len(all) == 0 || all[len(all)-1].Retired == retired {
			return turned(p.Thing, retired)
		}
		r := all[len(all)-1]
		r.Retired = retired
		return s.keepVersion(ctx, tx, p.Org, r, p.Reason)
	}
}
