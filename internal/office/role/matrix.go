// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/access"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Question is what the matrix is narrowed to; empty parts narrow nothing.
type Question struct {
	Org        ospo.OrgID // the viewer's own where empty
	Permission string     // who may do this
	Role       string     // by this role
	Text       string     // part of a person's name or organisation
}

// A Matrix says who may what in one organisation.
type Matrix struct {
	Org         ospo.OrgID `json:"org"`
	OrgName     string     `json:"orgName"`
	Permissions []string   `json:"permissions"`
	People      []Line     `json:"people"`
}

// A Line is one person with what they may there, and why.
type Line struct {
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name"`
	House   string        `json:"house" doc:"The person's own organisation, by name."`
	May     []string      `json:"may" doc:"Permissions."`
	Reasons []Reason      `json:"reasons,omitempty" doc:"Why, where one permission was asked for."`
	Through []Reason      `json:"through" doc:"What the person holds there; the grant is empty."`
}

// Matrix answers who may what in an organisation that the viewer sees. People who may
// nothing there are left out.
func (s *Service) Matrix(ctx context.Context, ask Question) (m Matrix, err error) {
	defer fault.Wrap(&err, "permission matrix")
	v := door.From(ctx)
	ask.Org = cmp.Or(ask.Org, v.Org)
	if ask.Permission != "" {
		if err := s.askable(ask.Permission); err != nil {
			return m, err
		}
	}
	x, err := s.situation(ctx, v.Org)
	if err != nil {
		return m, err
	}
	if !slices.Contains(x.orgs, ask.Org) {
		return m, fault.New(fault.NotFound, "role.org_unknown")
	}
	m = Matrix{Org: ask.Org, OrgName: x.names[ask.Org], Permissions: s.asked(ask), People: []Line{}}
	ids := make([]ospo.PersonID, len(x.people))
	for i, p := range x.people {
		ids[i] = p.id
	}
	bits := x.Index.Matrix(ids, []ospo.OrgID{ask.Org}, m.Permissions)
	for i, p := range x.people {
		if bits.Any(i, ask.Org) && x.fits(p, ask) {
			m.People = append(m.People, x.line(bits, i, p, ask))
		}
	}
	return m, nil
}

// asked are the permissions in question.
func (s *Service) asked(ask Question) []string {
	if ask.Permission != "" {
		return []string{ask.Permission}
	}
	return s.Permissions
}

func (x *situation) fits(p person, ask Question) bool {
	if ask.Text != "" && !strings.Contains(strings.ToLower(p.name+" "+p.house), strings.ToLower(ask.Text)) {
		return false
	}
	return ask.Role == "" || slices.ContainsFunc(x.Holdings(p.id, ask.Org), func(h access.Holding) bool { return h.Role == ask.Role })
}

func (x *situation) line(bits *access.Matrix, i int, p person, ask Question) Line {
	l := Line{Person: p.id, Name: p.name, House: p.house, May: []string{}}
	for k, what := range bits.Permissions {
		if bits.May(i, k, ask.Org) {
			l.May = append(l.May, what)
		}
	}
	if ask.Permission != "" {
		l.Reasons = x.reasons(p.id, ask.Permission, ask.Org)
	}
	l.Through = x.through(p.id, ask.Org)
	return l
}

// through names what a person holds in an organisation.
func (x *situation) through(who ospo.PersonID, org ospo.OrgID) []Reason {
	out := []Reason{}
	for _, h := range x.Holdings(who, org) {
		one := Reason{Reason: access.Reason{Holding: h}, OrgName: x.names[h.Org]}
		if one.OrgName == "" {
			one.Org = Above
		}
		if h.Role != "" {
			held, _ := x.role(h.Role, h.Org)
			one.RoleName, one.Shipped = held.Name, held.Org == ""
		}
		if i, ok := x.byID[h.For]; ok {
			one.ForName = x.people[i].name
		}
		out = append(out, one)
	}
	return out
}

// Everywhere calls f for each person and each organisation in view in which that person
// may anything, with the permissions.
func (s *Service) Everywhere(ctx context.Context, f func(p Line, org ospo.OrgID, orgName string) error) error {
	x, err := s.situation(ctx, door.From(ctx).Org)
	if err != nil {
		return err
	}
	ids := make([]ospo.PersonID, len(x.people))
	for i, p := range x.people {
		ids[i] = p.id
	}
	bits := x.Index.Matrix(ids, x.orgs, s.Permissions)
	for i, p := range x.people {
		for _, org := range x.orgs {
			if !bits.Any(i, org) {
				continue
			}
			l := Line{Person: p.id, Name: p.name, House: p.house}
			for k, what := range s.Permissions {
				if bits.May(i, k, org) {
					l.May = append(l.May, what)
				}
			}
			if err := f(l, org, x.names[org]); err != nil {
				return err
			}
		}
	}
	return nil
}
