// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"
	"net/http"
	"slices"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// MandatesPage lists who holds what.
type MandatesPage struct {
	Mandates []MandateRow
	Roles    []web.Choice
	Orgs     []web.Choice
	States   []web.Choice
	Narrow   bool
	MayGrant bool
}

// A MandateRow is a mandate with its role's name in the reader's language.
type MandateRow struct {
	Mandate
	Title string
}

// First and Last are the days of a mandate as times, to be written as the reader expects.
func (m Mandate) First() time.Time { return day(m.Since) }

// Last is the zero time where the mandate is open.
func (m Mandate) Last() time.Time { return day(m.Until) }

// Back is the last day of an absence.
func (m Mandate) Back() time.Time { return day(m.Away) }

func day(text string) time.Time {
	t, _ := time.Parse(time.DateOnly, text)
	return t
}

var states = []string{"running", "planned", "retired", "over", "ended"}

func (s *Service) mandatesPage(r *http.Request) (p MandatesPage, err error) {
	ctx, q := r.Context(), r.URL.Query()
	f := Sieve{Org: plain(q.Get("org")), Role: plain(q.Get("role")), Person: plain(q.Get("person")), State: q.Get("state")}
	if !slices.Contains(states, f.State) {
		f.State = ""
	}
	all, err := s.Mandates(ctx, f)
	if err != nil {
		return p, err
	}
	for _, m := range all {
		p.Mandates = append(p.Mandates, MandateRow{m, m.RoleName.In(door.From(ctx).Lang)})
	}
	p.Narrow, p.MayGrant = f != Sieve{}, may(r, "role.grant")
	for _, state := range states {
		p.States = append(p.States, web.Choice{Value: state, Label: state, Chosen: state == f.State})
	}
	if p.Roles, err = s.roleChoices(ctx, f.Role); err != nil {
		return p, err
	}
	p.Orgs, err = s.orgChoices(ctx, ospo.OrgID(f.Org))
	return p, err
}

// plain drops what can be no id.
func plain(id string) string {
	if !idForm.MatchString(id) {
		return ""
	}
	return id
}

func (s *Service) roleChoices(ctx context.Context, chosen string) ([]web.Choice, error) {
	all, err := s.Roles(ctx)
	var out []web.Choice
	for _, one := range all {
		if !one.Retired || one.Key == chosen {
			out = append(out, web.Choice{Value: one.Key, Label: one.Name.In(door.From(ctx).Lang), Chosen: one.Key == chosen})
		}
	}
	return out, err
}

func (s *Service) orgChoices(ctx context.Context, chosen ospo.OrgID) ([]web.Choice, error) {
	all, err := s.store.places(ctx, s.store.db.Read(), door.From(ctx).Org)
	var out []web.Choice
	for _, p := range all {
		out = append(out, web.Choice{Value: string(p.id), Label: p.name, Chosen: p.id == chosen})
	}
	return out, err
}

// MandatePage is one mandate.
type MandatePage struct {
	Mandate  Mandate
	Title    string
	MayGrant bool
	Why      string
}

func (s *Service) mandatePage(r *http.Request) (p MandatePage, err error) {
	p.Mandate, err = s.Mandate(r.Context(), r.PathValue("mandate"))
	p.Title, p.MayGrant = p.Mandate.RoleName.In(door.From(r.Context()).Lang), may(r, "role.grant")
	return p, err
}

func (s *Service) endMandate(r *http.Request) (MandatePage, string, error) {
	p, err := s.mandatePage(r)
	if err != nil {
		return p, "", err
	}
	p.Why = r.PostFormValue("why")
	return p, "/role/mandate/" + p.Mandate.ID, s.End(r.Context(), p.Mandate.ID, p.Why)
}

// MandateForm gives a role to a person.
type MandateForm struct {
	Grant
	Roles, Orgs []web.Choice
	People      []web.Choice // suggestions; the value is the login, else the id
}

func (s *Service) newMandate(r *http.Request) (MandateForm, error) {
	q := r.URL.Query()
	f := MandateForm{Grant: Grant{Role: plain(q.Get("role")), Person: plain(q.Get("person")), Org: ospo.OrgID(plain(q.Get("org"))), Since: s.today()}}
	if f.Org == "" {
		f.Org = door.From(r.Context()).Org
	}
	return f, s.equip(r.Context(), &f)
}

func (s *Service) addMandate(r *http.Request) (MandateForm, string, error) {
	f := MandateForm{Grant: Grant{Role: r.PostFormValue("role"), Person: r.PostFormValue("person"), Org: ospo.OrgID(r.PostFormValue("org")),
		Since: r.PostFormValue("since"), Until: r.PostFormValue("until"), Deputy: r.PostFormValue("deputy"),
		Decision: r.PostFormValue("decision"), Reason: r.PostFormValue("reason")}}
	if err := s.equip(r.Context(), &f); err != nil {
		return f, "", err
	}
	o, err := s.Grant(r.Context(), f.Grant)
	return f, o.next("/role/mandate/" + o.ID), err
}

func (s *Service) equip(ctx context.Context, f *MandateForm) (err error) {
	if f.Roles, err = s.roleChoices(ctx, f.Role); err != nil {
		return err
	}
	if f.Orgs, err = s.orgChoices(ctx, f.Org); err != nil {
		return err
	}
	all, err := s.store.suggestions(ctx, door.From(ctx).Org)
	for _, p := range all {
		f.People = append(f.People, web.Choice{Value: p.login, Label: p.name + ", " + p.house})
	}
	return err
}

// AbsencesPage lists who is away, and takes in who will be.
type AbsencesPage struct {
	Absences             []AbsenceRow
	Person, Since, Until string
	MayGrant             bool
	People               []web.Choice
}

// An AbsenceRow is an absence with its days as times.
type AbsenceRow struct {
	Absence
	First, Last time.Time
	MayEnd      bool
}

func (s *Service) absencesPage(r *http.Request) (p AbsencesPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	all, err := s.Absences(ctx)
	if err != nil {
		return p, err
	}
	p.MayGrant, p.Since = v.May("role.grant"), s.today()
	for _, a := range all {
		p.Absences = append(p.Absences, AbsenceRow{a, day(a.Since), day(a.Until), p.MayGrant || a.Person == v.Human()})
	}
	if !p.MayGrant {
		return p, nil
	}
	people, err := s.store.suggestions(ctx, v.Org)
	for _, one := range people {
		p.People = append(p.People, web.Choice{Value: one.login, Label: one.name + ", " + one.house})
	}
	return p, err
}

func (s *Service) addAbsence(r *http.Request) (AbsencesPage, string, error) {
	p, err := s.absencesPage(r)
	if err != nil {
		return p, "", err
	}
	p.Person, p.Since, p.Until = r.PostFormValue("person"), r.PostFormValue("since"), r.PostFormValue("until")
	_, err = s.Leave(r.Context(), p.Person, p.Since, p.Until)
	return p, "/role/absences", err
}

func (s *Service) endAbsence(r *http.Request) (string, error) {
	return "/role/absences", s.Return(r.Context(), r.PathValue("absence"))
}
