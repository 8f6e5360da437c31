// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// Places are who a person is in each organisation that they may do something in by
// themselves: the own one, and those outside it where they hold a role. Nobody is in none.
func (s *Service) Places(ctx context.Context, person ospo.PersonID) (out []door.Viewer, err error) {
	p, err := s.store.person(ctx, person)
	if err != nil || !p.Ended.IsZero() {
		return nil, err
	}
	lang := ""
	if r, err := s.Reader(ctx, person); err == nil {
		lang = r.Lang
	}
	add := func(org ospo.OrgID, name string, atHome bool) error {
		grants, posts, err := s.rights(ctx, person, p.Level, atHome, org)
		if err == nil && len(grants) > 0 {
			out = append(out, door.Viewer{Org: org, OrgName: name, Person: person, Name: p.Name, Role: rolesOf(posts), Posts: posts, Grants: grants, Lang: lang, Door: "job"})
		}
		return err
	}
	if err := add(p.Org, p.OrgName, true); err != nil {
		return nil, err
	}
	held, err := s.mandates(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, m := range held {
		if slices.ContainsFunc(out, func(v door.Viewer) bool { return v.Org == m.Org }) {
			continue
		}
		o, err := s.store.org(ctx, s.store.db.Read(), m.Org)
		if err != nil {
			return nil, err
		}
		above, err := s.store.above(ctx, m.Org)
		if err != nil {
			return nil, err
		}
		if err := add(m.Org, o.Name, slices.Contains(above, string(p.Org))); err != nil {
			return nil, err
		}
	}
	return out, nil
}
