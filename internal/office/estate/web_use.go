// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"net/http"
	"net/url"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// orgChoices offers the organisations of the viewer's tree. Where they cannot be read there is no choice.
func (s *Service) orgChoices(r *http.Request, chosen ospo.OrgID) []web.Choice {
	orgs, err := s.store.orgs(r.Context(), s.store.db.Read(), door.From(r.Context()).Org)
	if err != nil {
		return nil
	}
	return choices(orgs, chosen)
}

func (s *Service) nobody(r *http.Request) []web.Choice {
	return []web.Choice{{Label: s.word(r.Context(), "estate.nobody")}}
}

func (s *Service) newUseForm(r *http.Request) (FormPage, error) {
	one, err := s.Release(r.Context(), ospo.ReleaseID(r.PathValue("id")))
	if err == nil && one.Retired != "" {
		err = fault.New(fault.Conflict, "estate.use.retired")
	}
	if err != nil {
		return FormPage{}, err
	}
	return s.useForm(r, UseInput{Org: door.From(r.Context()).Org}, one, Use{}), nil
}

func (s *Service) addUseForm(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	one, err := s.Release(r.Context(), ospo.ReleaseID(r.PathValue("id")))
	if err != nil {
		return FormPage{}, "", err
	}
	in := useInput(v)
	_, err = s.AddUse(r.Context(), one.ID, in)
	return sent(s.useForm(r, in, one, Use{}), "/estate/release/"+string(one.ID), err)
}

func useInput(v url.Values) UseInput {
	return UseInput{Org: ospo.OrgID(v.Get("org")), Release: ospo.ReleaseID(v.Get("release")), Role: v.Get("role"), Purpose: v.Get("purpose"), Since: Day(v.Get("since")),
		Criticality: v.Get("criticality"), Contract: v.Get("contract"), ContractEnd: Day(v.Get("contract_until")), Supplier: v.Get("supplier"), External: v.Get("external")}
}

// useForm is the form of a use: a new one of a release, or old.
func (s *Service) useForm(r *http.Request, in UseInput, one Release, old Use) FormPage {
	p := FormPage{Title: "estate.use.new", Lead: "estate.use.new.lead", Button: "estate.use.new.button", What: one.Title(), Back: "/estate/release/" + string(one.ID),
		Crumbs: []Crumb{home, toSoftware(one.Software, one.Name), toRelease(one), {Key: "estate.use.new.crumb"}}}
	org := chosen("org", string(in.Org), nil).required()
	org.Options = s.orgChoices(r, in.Org)
	p.Inputs = []Input{org}
	if old.ID != "" {
		p.Title, p.Lead, p.Button = "estate.use.edit", "estate.use.edit.lead", "estate.save"
		p.Crumbs[3].Key = "estate.use.edit.crumb"
		p.Other = &Crumb{Href: "/estate/use/" + old.ID + "/end", Key: "estate.use.end"}
		p.Inputs = append(p.Inputs, s.versionInput(r, in, one).help())
	}
	supplier := text("use_supplier", in.Supplier).help()
	supplier.Name = "supplier"
	p.Inputs = append(p.Inputs, chosen("role", orElse(in.Role, "user"), s.listedChoices(r, "role")).help(), area("purpose", in.Purpose).help(), text("since", string(in.Since)).help(),
		chosen("criticality", orElse(in.Criticality, "unknown"), s.listedChoices(r, "criticality")).help(), supplier,
		text("contract", in.Contract), text("contract_until", string(in.ContractEnd)).help(), text("external", in.External).help())
	return p
}

// versionInput lets a use go over to another release of the same software.
func (s *Service) versionInput(r *http.Request, in UseInput, one Release) Input {
	var options []web.Choice
	all, _ := s.Releases(r.Context(), one.Software)
	for _, o := range all {
		if o.Retired == "" || o.ID == one.ID {
			options = append(options, web.Choice{Value: string(o.ID), Label: orElse(o.Version, s.word(r.Context(), "estate.unknown"))})
		}
	}
	value := in.Release
	if value == "" {
		value = one.ID
	}
	return chosen("release", string(value), options)
}

// editableUse returns the use of the path with its release.
func (s *Service) editableUse(r *http.Request) (Use, Release, error) {
	u, err := s.Use(r.Context(), r.PathValue("id"))
	if err == nil && u.Ended != "" {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return u, Release{}, err
	}
	one, err := s.Release(r.Context(), u.Release)
	return u, one, err
}

func (s *Service) editUseForm(r *http.Request) (FormPage, error) {
	u, one, err := s.editableUse(r)
	if err != nil {
		return FormPage{}, err
	}
	return s.useForm(r, UseInput{Org: u.Org, Role: u.Role, Purpose: u.Purpose, Since: u.Since, Criticality: u.Criticality, Contract: u.Contract,
		ContractEnd: u.ContractEnd, Supplier: u.Supplier, External: u.External}, one, u), nil
}

func (s *Service) editUse(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	u, one, err := s.editableUse(r)
	if err != nil {
		return FormPage{}, "", err
	}
	in := useInput(v)
	next := in.Release
	if next == "" {
		next = u.Release
	}
	err = s.EditUse(r.Context(), u.ID, in)
	return sent(s.useForm(r, in, one, u), "/estate/release/"+string(next), err)
}

func (s *Service) askEnd(r *http.Request) (ConfirmPage, error) {
	u, one, err := s.editableUse(r)
	return ConfirmPage{Title: "estate.use.end", Button: "estate.use.end.button", What: one.Title(), Back: "/estate/release/" + string(one.ID),
		Crumbs:  []Crumb{home, toSoftware(one.Software, one.Name), toRelease(one), {Key: "estate.use.end.crumb", Label: u.OrgName}},
		Effects: []Effect{{"estate.retire.uses", 1}}}, err
}

func (s *Service) endUse(r *http.Request) (string, error) {
	release, err := s.EndUse(r.Context(), r.PathValue("id"))
	return "/estate/release/" + string(release), err
}
