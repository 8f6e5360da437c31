// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Seat is a role in an organisation that a group elsewhere gives.
type Seat struct {
	Role  string
	Org   ospo.OrgID
	Group string
}

// Gives returns a fault where the viewer cannot let a group give a role, and reports whether
// that needs a second person: the same as for giving it to somebody by hand.
func (s *Service) Gives(ctx context.Context, role string, org ospo.OrgID) (waits bool, err error) {
	if err := door.From(ctx).Check("role.grant"); err != nil {
		return false, err
	}
	c, err := s.store.catalogue(ctx, s.store.db.Read(), org)
	if err != nil {
		return false, err
	}
	r, ok := c.role(role, org)
	if !ok || r.Retired {
		return false, fault.New(fault.Invalid, "role.unknown", role)
	}
	return s.asks(ctx) && s.Administers(r.Grants), nil
}

// Follow makes the roles that a source gives to a person exactly those wanted, within the
// transaction of the one who heard of it, and returns the organisations of those that are new.
// What somebody gave the person by hand stays, and is not given twice. A steering role goes to
// nobody of another house in this way: that wants a reason.
func (s *Service) Follow(ctx context.Context, tx *db.Tx, person ospo.PersonID, source string, want []Seat) (added []ospo.OrgID, err error) {
	defer fault.Wrap(&err, "roles that %s gives", source)
	has, err := s.store.sourced(ctx, tx, source, person)
	if err != nil {
		return nil, err
	}
	for _, m := range has {
		if !slices.ContainsFunc(want, func(w Seat) bool { return w.Role == m.Role && w.Org == m.Org }) {
			if err := s.vacate(ctx, tx, m); err != nil {
				return nil, err
			}
		}
	}
	if len(want) == 0 {
		return nil, nil
	}
	h, err := s.store.holder(ctx, tx, person)
	if fault.Of(err) == fault.NotFound && err != nil {
		return nil, nil // has no account any more
	} else if err != nil {
		return nil, err
	}
	for _, w := range want {
		if slices.ContainsFunc(has, func(m Mandate) bool { return w.Role == m.Role && w.Org == m.Org }) {
			continue
		}
		m := Mandate{ID: db.NewID(), Org: w.Org, Role: w.Role, Person: person, Since: s.today(), Decision: w.Group, Source: source, Maker: "system"}
		if err := s.judge(ctx, tx, h, &m); fault.Of(err) == fault.Invalid && err != nil {
			continue // retired meanwhile, held by hand already, or steering another house
		} else if err != nil {
			return nil, err
		}
		if err := s.store.addMandate(ctx, tx, m); err != nil {
			return nil, err
		}
		if err := tx.Note(ctx, ospo.Act{Org: m.Org, Person: "system", What: "role.mandate.add", On: m.ID, Door: tx.Act.Door, Request: tx.Act.Request, Diff: change.Added(m.told())}); err != nil {
			return nil, err
		}
		has, added = append(has, m), append(added, m.Org)
	}
	return added, nil
}

// Vacate ends what a source gives of a role in an organisation, whoever holds it: no group
// gives it any more.
func (s *Service) Vacate(ctx context.Context, tx *db.Tx, source, role string, org ospo.OrgID) error {
	all, err := s.store.sourced(ctx, tx, source, "")
	for _, m := range all {
		if err == nil && m.Role == role && m.Org == org {
			err = s.vacate(ctx, tx, m)
		}
	}
	return err
}

func (s *Service) vacate(ctx context.Context, tx *db.Tx, m Mandate) error {
	if err := s.store.endSourced(ctx, tx, m); err != nil {
		return err
	}
	return tx.Note(ctx, ospo.Act{Org: m.Org, Person: "system", What: "role.mandate.end", On: m.ID, Door: tx.Act.Door, Request: tx.Act.Request, Diff: change.Between(m.told(), nil)})
}
