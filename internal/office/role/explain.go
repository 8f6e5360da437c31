// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"allmende/internal/engine/access"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// An Explanation says whether a person may do something in an organisation, and why.
type Explanation struct {
	Person     ospo.PersonID `json:"person"`
	Name       string        `json:"name"`
	Permission string        `json:"permission"`
	Org        ospo.OrgID    `json:"org"`
	OrgName    string        `json:"orgName"`
	Allowed    bool          `json:"allowed"`
	Reasons    []Reason      `json:"reasons"`
	Would      []Named       `json:"would" doc:"Roles that grant it in that organisation, whoever holds them."`
}

// A Reason is one way to the permission, with its names.
type Reason struct {
	access.Reason
	OrgName  string `json:"orgName"`
	RoleName Text   `json:"roleName,omitzero"`
	ForName  string `json:"forName,omitempty"`
	Shipped  bool   `json:"shipped" doc:"The version of the role is the one that the program ships."`
}

// Named is a role by key and name.
type Named struct {
	Key  string `json:"key"`
	Name Text   `json:"name"`
}

// Permission has the form "room.verb".
var permissionForm = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

// askable returns a fault for what is no permission, or none that anything here asks for: an
// answer to that would sound as if there were something to allow.
func (s *Service) askable(permission string) error {
	switch {
	case !permissionForm.MatchString(permission) || len(permission) > 100:
		return fault.At("permission", "role.permission_form", permission)
	case s.Permissions == nil || slices.Contains(s.Permissions, permission) || s.desk != nil && slices.Contains(s.desk.Halves(), permission):
		return nil
	}
	return fault.At("permission", "role.permission_unknown", permission)
}

// Explain answers whether a person, by id, login or name, may do something in an
// organisation that the viewer sees; without one in the viewer's own.
func (s *Service) Explain(ctx context.Context, who, permission string, org ospo.OrgID) (e Explanation, err error) {
	defer fault.Wrap(&err, "explain %s", permission)
	v := door.From(ctx)
	org = cmp.Or(org, v.Org)
	if err := s.askable(permission); err != nil {
		return e, err
	}
	x, err := s.situation(ctx, v.Org)
	if err != nil {
		return e, err
	}
	if !slices.Contains(x.orgs, org) {
		return e, fault.New(fault.NotFound, "role.org_unknown")
	}
	p, err := s.known(ctx, x, who)
	if err != nil {
		return e, err
	}
	e = Explanation{Person: p.id, Name: p.name, Permission: permission, Org: org, OrgName: x.names[org], Reasons: x.reasons(p.id, permission, org), Would: []Named{}}
	e.Allowed = len(e.Reasons) > 0
	for _, r := range x.at(org) {
		if !r.Retired && covered(r.Grants, permission) {
			e.Would = append(e.Would, Named{r.Key, r.Name})
		}
	}
	return e, nil
}

func covered(grants []string, permission string) bool {
	return slices.ContainsFunc(grants, func(g string) bool { return access.Covers(g, permission) })
}

// known finds a person among those in view and those who have rights there. Others are not
// found, also where they exist.
func (s *Service) known(ctx context.Context, x *situation, who string) (person, error) {
	if i, ok := x.byID[ospo.PersonID(who)]; ok && x.shows(x.people[i]) {
		return x.people[i], nil
	}
	h, err := s.store.find(ctx, s.store.db.Read(), door.From(ctx).Org, "person", who)
	if err != nil && fault.Of(err) != fault.Invalid {
		return person{}, err
	}
	if i, ok := x.byID[h.id]; err == nil && ok && x.shows(x.people[i]) {
		return x.people[i], nil
	}
	return person{}, fault.New(fault.NotFound, "role.person_unknown", who)
}

// shows reports whether a person is in view, or has a right in some organisation that is.
func (x *situation) shows(p person) bool {
	if _, ok := x.names[p.org]; ok {
		return true
	}
	return slices.ContainsFunc(x.orgs, func(o ospo.OrgID) bool { return len(x.Holdings(p.id, o)) > 0 })
}

// reasons puts names to what the engine found.
func (x *situation) reasons(who ospo.PersonID, permission string, org ospo.OrgID) []Reason {
	out := []Reason{}
	for _, r := range x.Reasons(who, permission, org) {
		one := Reason{Reason: r, OrgName: x.names[r.Org]}
		if one.OrgName == "" {
			one.Org = Above
		}
		if r.Role != "" {
			held, _ := x.role(r.Role, r.Org)
			one.RoleName, one.Shipped = held.Name, held.Org == ""
		}
		if i, ok := x.byID[r.For]; ok {
			one.ForName = x.people[i].name
		}
		out = append(out, one)
	}
	return out
}
