// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"encoding/json"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Post is a role in an organisation that a group gives.
type Post struct {
	Role  string
	Org   ospo.OrgID
	Group string
}

// A Role is one that a group can give, with its name in the viewer's language.
type Role struct{ Key, Name string }

// Roles is what identity wants of the room that keeps roles.
type Roles interface {
	// Offered lists the roles in use in the viewer's organisation.
	Offered(ctx context.Context) ([]Role, error)
	// Gives returns a fault where the viewer cannot let a group give a role in an
	// organisation, and reports whether that waits for a second person.
	Gives(ctx context.Context, role string, org ospo.OrgID) (waits bool, err error)
	// Follow makes the roles that a source gives to a person exactly these, and returns the
	// organisations of those that are new.
	Follow(ctx context.Context, tx *db.Tx, person ospo.PersonID, source string, want []Post) (added []ospo.OrgID, err error)
	// Vacate ends what a source gives of a role in an organisation, whoever holds it.
	Vacate(ctx context.Context, tx *db.Tx, source, role string, org ospo.OrgID) error
}

// UseDesk lets mappings that administer wait for a second person with a permission.
func (s *Service) UseDesk(desk *approval.Desk, permit string) {
	s.approvals = desk
	desk.Handle("identity.mapping.add", approval.Kind{Key: "identity.second.mapping", By: "identity.write", Permit: permit, Do: func(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
		var m Mapping
		if err := json.Unmarshal(p.Body, &m); err != nil {
			return err
		}
		m.Org, tx.Act.On = p.Org, m.Source+": "+m.Value // whoever approves has seen no other organisation
		return s.addMappingNow(ctx, tx, m)
	}})
}

func (s *Service) propose(ctx context.Context, m Mapping) (id string, err error) {
	name, gives := m.Role, "identity.role"
	if m.Level != "" {
		name, gives = s.Texts.T(door.From(ctx).Lang, "governance.level."+m.Level), "identity.level_of"
	} else if all, err := s.Roles.Offered(ctx); err != nil {
		return "", err
	} else if i := slices.IndexFunc(all, func(r Role) bool { return r.Key == m.Role }); i >= 0 {
		name = all[i].Name
	}
	return s.approvals.Propose(ctx, m.Org, "identity.mapping.add", m.Source+": "+m.Value, m, "",
		approval.Fact{Key: "identity.value", Value: m.Value}, approval.Fact{Key: gives, Value: name})
}

// sourceOf is under which name mandates remember who gives them. Directories of several
// organisations are told apart.
func sourceOf(m Mapping) string {
	if m.Source == ByDirectory {
		return directoryOf(m.Org)
	}
	return m.Source
}

func directoryOf(org ospo.OrgID) string { return ByDirectory + " " + string(org) }

// postsBy lists what the groups of a person give, each once.
func postsBy(all []Mapping, groups []string) (out []Post) {
	for _, m := range all {
		if slices.Contains(groups, m.Value) && !slices.ContainsFunc(out, func(p Post) bool { return p.Role == m.Role && p.Org == m.Target }) {
			out = append(out, Post{m.Role, m.Target, m.Value})
		}
	}
	return out
}

// follow gives a person the roles that their groups bring, and takes those that they brought.
func (s *Service) follow(ctx context.Context, tx *db.Tx, person ospo.PersonID, source string, posts []Post) ([]ospo.OrgID, error) {
	if s.Roles == nil {
		return nil, nil
	}
	return s.Roles.Follow(ctx, tx, person, source, posts)
}
