// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"net/http"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// MappingsPage shows the ways in from elsewhere and what groups there mean here.
type MappingsPage struct {
	Providers []ProviderRow
	Mappings  []MappingRow
	Draft     Mapping
	Sources   []web.Choice
	Targets   []web.Choice
	Levels    []web.Choice
	Roles     []web.Choice // the value is role: and the key
	Writes    bool
	Address   string
}

// A ProviderRow is a provider with the addresses that its operator must know.
type ProviderRow struct {
	Provider
	Callback, Logout string
	Mail, External   bool
}

// A MappingRow is a mapping with the name of its source.
type MappingRow struct {
	Mapping
	Label string // empty for the directory
	Title string // of the role, where it gives one
}

func (s *Service) mappingsPage(r *http.Request) (MappingsPage, error) {
	return s.mappingsWith(r, Mapping{Source: r.FormValue("source"), Target: door.From(r.Context()).Org, Level: s.Least})
}

func (s *Service) mappingsWith(r *http.Request, draft Mapping) (p MappingsPage, err error) {
	v := door.From(r.Context())
	p = MappingsPage{Draft: draft, Writes: v.May("identity.write"), Address: s.address}
	labels := map[string]string{}
	for _, d := range s.desks {
		seen, err := s.store.within(r.Context(), s.store.db.Read(), v.Org, d.Org)
		if err != nil {
			return p, err
		}
		if !seen {
			continue
		}
		row := ProviderRow{Provider: d.Provider, Callback: d.back, Logout: s.address + "/identity/logout/" + d.ID}
		for _, m := range d.Match {
			row.Mail, row.External = row.Mail || m == byMail, row.External || m == byExternal
		}
		p.Providers, labels[d.ID] = append(p.Providers, row), d.Label
		p.Sources = append(p.Sources, web.Choice{Value: d.ID, Label: d.Label, Chosen: d.ID == draft.Source})
	}
	all, err := s.Mappings(r.Context())
	if err != nil {
		return p, err
	}
	if err := s.offer(r, &p); err != nil {
		return p, err
	}
	for _, m := range all {
		row := MappingRow{m, labels[m.Source], m.Role}
		for _, c := range p.Roles {
			if c.Value == byRole+m.Role {
				row.Title = c.Label
			}
		}
		p.Mappings = append(p.Mappings, row)
	}
	return p, nil
}

// byRole begins the value of a choice that is a role and no level.
const byRole = "role:"

// offer fills in what can be chosen.
func (s *Service) offer(r *http.Request, p *MappingsPage) error {
	orgs, err := s.store.orgs(r.Context(), door.From(r.Context()).Org)
	for _, o := range orgs {
		p.Targets = append(p.Targets, web.Choice{Value: o.id, Label: o.name, Chosen: o.id == string(p.Draft.Target)})
	}
	for _, l := range s.Levels {
		p.Levels = append(p.Levels, web.Choice{Value: l, Chosen: l == p.Draft.Level})
	}
	if s.Roles == nil || err != nil {
		return err
	}
	roles, err := s.Roles.Offered(r.Context())
	for _, role := range roles {
		p.Roles = append(p.Roles, web.Choice{Value: byRole + role.Key, Label: role.Name, Chosen: role.Key == p.Draft.Role})
	}
	return err
}

func (s *Service) addMapping(r *http.Request) (MappingsPage, string, error) {
	m := Mapping{Source: r.PostFormValue("source"), Value: r.PostFormValue("value"), Target: ospo.OrgID(r.PostFormValue("target"))}
	if role, ok := strings.CutPrefix(r.PostFormValue("gives"), byRole); ok {
		m.Role = role
	} else {
		m.Level = r.PostFormValue("gives")
	}
	p, err := s.mappingsWith(r, m)
	if err != nil {
		return p, "", err
	}
	o, err := s.AddMapping(r.Context(), m)
	if o.Proposal != "" {
		return p, "/approval/" + o.Proposal, err
	}
	return p, "/identity", err
}

func (s *Service) dropMapping(r *http.Request) (string, error) {
	return "/identity", s.DropMapping(r.Context(), r.PathValue("mapping"))
}
