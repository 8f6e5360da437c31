// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"
	"slices"

	"allmende/internal/engine/access"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Held calls f with each role and the organisation in which a person holds grants by it today, as
// holder or as deputy of somebody who is away. It is asked at each request, so that a role
// taken away is gone with the next one.
func (s *Service) Held(ctx context.Context, person ospo.PersonID, f func(role string, org ospo.OrgID, grants []string)) error {
	q := s.store.db.Read()
	all, err := s.store.tenures(ctx, q, person, s.today())
	if err != nil || len(all) == 0 {
		return err
	}
	catalogues := map[ospo.OrgID]catalogue{}
	for _, t := range all {
		c, ok := catalogues[t.org]
		if !ok {
			if c, err = s.store.lineage(ctx, q, t.org); err != nil {
				return err
			}
			catalogues[t.org] = c
		}
		if r, ok := c.role(t.role, t.org); ok && !r.Retired {
			f(r.Key, t.org, r.Grants)
		}
	}
	return nil
}

// A person as the matrix shows one.
type person struct {
	id    ospo.PersonID
	name  string
	org   ospo.OrgID
	house string // name of the organisation
	level string
}

// A situation is everything that decides who may what in the organisations that one sees,
// today.
type situation struct {
	*access.Index
	catalogue
	people []person // by name
	byID   map[ospo.PersonID]int
	names  map[ospo.OrgID]string
	orgs   []ospo.OrgID // in view, by name
}

// situation reads how things stand for all organisations that root sees, with the rights
// that people of organisations above have in them.
func (s *Service) situation(ctx context.Context, root ospo.OrgID) (*situation, error) {
	q := s.store.db.Read()
	c, err := s.store.catalogue(ctx, q, root)
	if err != nil {
		return nil, err
	}
	x := &situation{catalogue: c, byID: map[ospo.PersonID]int{}, names: map[ospo.OrgID]string{}}
	if x.people, err = s.store.people(ctx, q, root); err != nil {
		return nil, err
	}
	held, err := s.store.standing(ctx, q, root, s.today())
	if err != nil {
		return nil, err
	}
	if err := s.strangers(ctx, q, x, held); err != nil {
		return nil, err
	}
	places, err := s.store.places(ctx, q, root)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		x.names[p.id], x.orgs = p.name, append(x.orgs, p.id)
	}
	for i, p := range x.people {
		x.byID[p.id] = i
	}
	x.Index = access.NewIndex(c.parent, s.holdings(c, x.people, held))
	return x, nil
}

// Index is what decides today who may what in the organisations that the viewer sees, to be
// asked many questions.
func (s *Service) Index(ctx context.Context) (*access.Index, error) {
	x, err := s.situation(ctx, door.From(ctx).Org)
	if err != nil {
		return nil, err
	}
	return x.Index, nil
}

// strangers adds the people of other houses who hold something here.
func (s *Service) strangers(ctx context.Context, q db.Querier, x *situation, held []tenure) error {
	var missing []ospo.PersonID
	known := map[ospo.PersonID]bool{}
	for _, p := range x.people {
		known[p.id] = true
	}
	for _, t := range held {
		if !known[t.person] {
			known[t.person], missing = true, append(missing, t.person)
		}
	}
	for some := range slices.Chunk(missing, 200) {
		more, err := s.store.these(ctx, q, some)
		if err != nil {
			return err
		}
		for _, p := range more {
			p.level = "" // the level counts in the own house
			x.people = append(x.people, p)
		}
	}
	return nil
}

// holdings joins levels and mandates to what each person holds.
func (s *Service) holdings(c catalogue, people []person, held []tenure) map[ospo.PersonID][]access.Holding {
	out := map[ospo.PersonID][]access.Holding{}
	for _, p := range people {
		if g := s.Levels(p.level); len(g) > 0 {
			out[p.id] = append(out[p.id], access.Holding{Way: access.ByLevel, Org: p.org, Level: p.level, Grants: g})
		}
	}
	for _, t := range held {
		r, ok := c.role(t.role, t.org)
		if !ok || r.Retired {
			continue
		}
		h := access.Holding{Way: access.ByMandate, Org: t.org, Mandate: t.id, Role: t.role, Version: r.Version, Grants: r.Grants, Until: t.until}
		if t.of != "" {
			h.Way, h.For, h.Until = access.ByDeputy, t.of, t.away
		}
		out[t.person] = append(out[t.person], h)
	}
	return out
}
