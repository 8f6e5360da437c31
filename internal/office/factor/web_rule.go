// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"net/http"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/web"
)

// RulePage shows whom an organisation asks for a second factor and who has one; who
// administers sets it there.
type RulePage struct {
	Rules        []string
	Own, Counts  string // the own rule, and the one that counts here because one above is stricter
	OrgName      string
	All, Covered int
	People       []Bearer
	Pager        web.Pager
	Admin        bool // sets the rule, resets factors
}

func (s *Service) rulePage(r *http.Request) (p RulePage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	p.Rules, p.OrgName, p.Admin = Rules, v.OrgName, v.May("governance.admin")
	if p.Own, p.Counts, err = s.Rule(ctx, v.Org); err != nil {
		return p, err
	}
	if p.All, p.Covered, err = s.store.covered(ctx, v.Org); err != nil {
		return p, err
	}
	l := web.ReadListing(r, "name")
	after, past, err := keyset.Values(l.After, 2)
	if err != nil {
		return p, err
	}
	if !past {
		after = nil
	}
	all, err := s.store.bearers(ctx, v.Org, after, l.Size+1)
	if p.People = all[:min(len(all), l.Size)]; len(all) > l.Size {
		last := p.People[l.Size-1]
		p.Pager = l.Pager(true, last.Name, string(last.Person))
	}
	return p, err
}

func (s *Service) setRule(r *http.Request) (RulePage, string, error) {
	p, err := s.rulePage(r)
	if err != nil {
		return p, "", err
	}
	return p, "/factor/rule", s.SetRule(r.Context(), r.PostFormValue("rule"))
}

// ResetPage asks before the second factors of somebody who has lost them are removed.
type ResetPage struct {
	Person        ospo.PersonID
	Name, OrgName string
	State
	Own  bool // is the viewer, who removes them elsewhere, with the password
	Asks bool // waits for a second person
}

func (s *Service) resetPage(r *http.Request) (p ResetPage, err error) {
	v := door.From(r.Context())
	m, err := s.store.memberIn(r.Context(), s.store.db.Read(), v.Org, ospo.PersonID(r.PathValue("person")))
	if err != nil {
		return p, err
	}
	p = ResetPage{Person: m.person, Name: m.name, OrgName: m.orgName, Own: m.person == v.Person}
	if p.State, err = s.store.state(r.Context(), s.store.db.Read(), m.person); err != nil || p.Own {
		return p, err
	}
	p.Asks, err = s.waits(r.Context(), m.person)
	return p, err
}

func (s *Service) reset(r *http.Request) (string, error) {
	proposal, err := s.Reset(r.Context(), ospo.PersonID(r.PathValue("person")))
	if proposal != "" {
		return "/approval/" + proposal, err
	}
	return "/factor/rule", err
}
