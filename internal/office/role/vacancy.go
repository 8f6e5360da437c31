// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"
	"slices"

	"allmende/internal/engine/access"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Post is a role with who fills it for the viewer's organisation. Its state is "filled",
// "alone" (who fills it is away and nobody deputises), "partly" (only below) or "vacant".
type Post struct {
	Role    Role     `json:"role"`
	State   string   `json:"state" doc:"filled, alone, partly or vacant."`
	Holders []Tenant `json:"holders"`
	Below   []Tenant `json:"below" doc:"Who fills it in parts of the organisation only."`
}

// A Tenant is somebody who fills a role.
type Tenant struct {
	Mandate string        `json:"mandate"`
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name"`
	House   string        `json:"house"`
	Org     ospo.OrgID    `json:"org" doc:"Where the role is held."`
	OrgName string        `json:"orgName"`
	Outside bool          `json:"outside,omitempty" doc:"Of another house."`
	Strayed bool          `json:"strayed,omitempty" doc:"A steering role that came to be outside without a reason: the person or an organisation moved after it was given, or the role became steering only then."`
	Away    string        `json:"away,omitempty" doc:"Last day of an absence."`
	Deputy  string        `json:"deputy,omitempty" doc:"Name of the deputy."`
	Acts    bool          `json:"acts,omitempty" doc:"The deputy acts today."`
}

// Posts lists the roles in use with who fills each.
func (s *Service) Posts(ctx context.Context) ([]Post, error) {
	v := door.From(ctx)
	x, err := s.situation(ctx, v.Org)
	if err != nil {
		return nil, err
	}
	seats, err := s.seats(ctx, x, v.Org)
	if err != nil {
		return nil, err
	}
	var out []Post
	for _, r := range x.at(v.Org) {
		if r.Retired {
			continue
		}
		p := Post{Role: r, Holders: []Tenant{}, Below: []Tenant{}}
		for _, t := range seats[r.Key] {
			if x.above(v.Org, t.Org) {
				p.Holders = append(p.Holders, t)
			} else {
				p.Below = append(p.Below, t)
			}
		}
		p.State = state(p)
		for _, list := range [][]Tenant{p.Holders, p.Below} {
			for i := range list {
				if list[i].OrgName == "" {
					list[i].Org = Above
				}
			}
		}
		out = append(out, p)
	}
	return out, s.maskPosts(ctx, out)
}

func (s *Service) maskPosts(ctx context.Context, all []Post) error {
	list := make([]Role, len(all))
	for i := range all {
		list[i] = all[i].Role
	}
	err := s.mask(ctx, list)
	for i := range all {
		all[i].Role = list[i]
	}
	return err
}

func state(p Post) string {
	switch {
	case slices.ContainsFunc(p.Holders, func(t Tenant) bool { return t.Away == "" || t.Acts }):
		return "filled"
	case len(p.Holders) > 0:
		return "alone"
	case len(p.Below) > 0:
		return "partly"
	}
	return "vacant"
}

// above reports whether root is org or above it.
func (x *situation) above(org, root ospo.OrgID) bool {
	for range len(x.parent) + 1 {
		if org == root {
			return true
		}
		if org = x.parent[org]; org == "" {
			return false
		}
	}
	return false
}

// seats lists by role who holds it today in the organisations that root sees, and above.
func (s *Service) seats(ctx context.Context, x *situation, root ospo.OrgID) (map[string][]Tenant, error) {
	all, err := s.store.seats(ctx, root, s.today())
	if err != nil {
		return nil, err
	}
	houses := map[ospo.OrgID]ospo.OrgID{}
	house := func(org ospo.OrgID) (ospo.OrgID, error) {
		if _, ok := houses[org]; !ok {
			h, err := s.store.house(ctx, s.store.db.Read(), org)
			if err != nil {
				return "", err
			}
			houses[org] = h
		}
		return houses[org], nil
	}
	out := map[string][]Tenant{}
	for _, m := range all {
		own, err := house(m.House)
		if err != nil {
			return nil, err
		}
		here, err := house(m.Org)
		if err != nil {
			return nil, err
		}
		r, _ := x.role(m.Role, m.Org)
		acts := slices.ContainsFunc(x.Holdings(m.Deputy, m.Org), func(h access.Holding) bool { return h.Mandate == m.ID && h.Way == access.ByDeputy })
		out[m.Role] = append(out[m.Role], Tenant{Mandate: m.ID, Person: m.Person, Name: m.Name, House: m.HouseName, Org: m.Org, OrgName: x.names[m.Org],
			Outside: own != here, Strayed: own != here && r.Steering && m.Reason == "", Away: m.Away, Deputy: m.DeputyName, Acts: acts})
	}
	return out, nil
}
