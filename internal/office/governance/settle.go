// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// reserved act in the log without being people.
var reserved = []string{string(System), "operator", "unknown", "guest", "mail"}

// Settle gives organisations whose rows have just come in their place in the tree: ids, the
// upper ones first. Rows come from a file that anybody may have written, so that what no
// door would let in is refused here.
func (s *Service) Settle(ctx context.Context, tx *db.Tx, ids []ospo.OrgID) error {
	if err := s.store.turn(ctx, tx); err != nil {
		return err
	}
	for _, id := range ids {
		if !isID(id) || id == System {
			return fault.New(fault.Unreadable, "governance.settle.id", id)
		}
		o, err := s.store.org(ctx, tx, id)
		if err != nil {
			return err
		}
		if !slices.Contains(Kinds, o.Kind) {
			return fault.New(fault.Unreadable, "governance.settle.kind", id, o.Kind)
		}
		if err := s.store.rooting(ctx, tx, o); err != nil {
			return err
		}
	}
	people, err := s.store.peopleOf(ctx, tx, ids[0])
	if err != nil {
		return err
	}
	for _, p := range people {
		if login, err := checkLogin(p.Login); !isID(p.ID) || slices.Contains(reserved, string(p.ID)) || !isLevel(p.Level) || err != nil || login != p.Login {
			return fault.New(fault.Unreadable, "governance.settle.person", p.ID)
		}
	}
	return s.treeChanged(ctx, tx)
}

// TreeChangedNow tells all who follow the tree that organisations came or went.
func (s *Service) TreeChangedNow(ctx context.Context, tx *db.Tx) error {
	if err := s.store.turn(ctx, tx); err != nil {
		return err
	}
	return s.treeChanged(ctx, tx)
}

// Admins lists who administers an organisation or one below it, with an open account.
func (s *Service) Admins(ctx context.Context, root ospo.OrgID) ([]Person, error) {
	return s.store.people(ctx, root, sieve{level: "admin", state: "open", sort: "name"}, 50)
}
