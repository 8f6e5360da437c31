// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"net/http"
	"net/url"

	"allmende/internal/fault"
	"allmende/internal/ospo"
)

func (s *Service) newSoftware(r *http.Request) (FormPage, error) {
	q := r.URL.Query()
	return s.softwareForm(r, SoftwareInput{Name: q.Get("name"), Kind: "open"}, Software{}, ReleaseInput{}), nil
}

func (s *Service) addSoftware(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	in := softwareInput(v)
	first := ReleaseInput{Version: v.Get("version")}
	if first.Version != "" || v.Get("used") != "" {
		if v.Get("used") != "" {
			first.Uses = []UseInput{{Org: ospo.OrgID(v.Get("used")), Criticality: v.Get("criticality")}}
		}
		in.Releases = []ReleaseInput{first}
	}
	id, err := s.Add(r.Context(), in)
	return sent(s.softwareForm(r, in, Software{}, first), "/estate/software/"+string(id), err)
}

func softwareInput(v url.Values) SoftwareInput {
	return SoftwareInput{Name: v.Get("name"), Kind: v.Get("kind"), PurposeDE: v.Get("purpose_de"), PurposeEN: v.Get("purpose_en"), Licence: v.Get("licence"),
		Website: v.Get("website"), Repository: v.Get("repository"), PURL: v.Get("purl"), Supplier: v.Get("supplier"), Source: v.Get("source"), Checked: Day(v.Get("checked"))}
}

// softwareForm is the form of a software: a new one, or old as the editor saw it.
func (s *Service) softwareForm(r *http.Request, in SoftwareInput, old Software, first ReleaseInput) FormPage {
	p := FormPage{Title: "estate.new", Lead: "estate.new.lead", Button: "estate.new.button", Crumbs: []Crumb{home, {Key: "estate.new"}}, Back: "/estate"}
	p.Inputs = []Input{text("name", in.Name).required(), chosen("kind", orElse(in.Kind, "unknown"), s.listedChoices(r, "kind")).help(),
		area("purpose_de", in.PurposeDE).help(), area("purpose_en", in.PurposeEN), text("licence", in.Licence).help(), text("supplier", in.Supplier).help(),
		text("website", in.Website), text("repository", in.Repository), text("purl", in.PURL).help(), text("source", in.Source).help(), text("checked", string(in.Checked)).help()}
	if old.ID == "" {
		p.Inputs = append(p.Inputs, text("version", first.Version).help(), s.usedInput(r, first), chosen("criticality", "unknown", s.listedChoices(r, "criticality")))
		return p
	}
	p.Title, p.Lead, p.Button, p.What = "estate.edit", "estate.edit.lead", "estate.save", old.Name
	p.Crumbs = []Crumb{home, toSoftware(old.ID, old.Name), {Key: "estate.edit.crumb"}}
	p.Back = "/estate/software/" + string(old.ID)
	p.Inputs = append(p.Inputs, Input{Name: "seen", Value: old.Changed, Kind: "hidden"})
	return p
}

// usedInput asks who uses a new software; nobody is an answer.
func (s *Service) usedInput(r *http.Request, first ReleaseInput) Input {
	var used ospo.OrgID
	if len(first.Uses) > 0 {
		used = first.Uses[0].Org
	}
	in := chosen("used", string(used), nil).help()
	in.Options = append(s.nobody(r), s.orgChoices(r, used)...)
	return in
}

func (s *Service) editSoftwareForm(r *http.Request) (FormPage, error) {
	w, err := s.editable(r)
	if err != nil {
		return FormPage{}, err
	}
	in := SoftwareInput{Name: w.Name, Kind: w.Kind, PurposeDE: w.PurposeDE, PurposeEN: w.PurposeEN, Licence: w.Licence, Website: w.Website,
		Repository: w.Repository, PURL: w.PURL, Supplier: w.Supplier, Source: w.Source, Checked: w.Checked}
	return s.softwareForm(r, in, w, ReleaseInput{}), nil
}

// editable returns the software of the path, if the viewer may change it.
func (s *Service) editable(r *http.Request) (Software, error) {
	w, err := s.Software(r.Context(), ospo.SoftwareID(r.PathValue("id")))
	if err == nil && !w.Mine {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return w, err
}

func (s *Service) editSoftware(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	w, err := s.editable(r)
	if err != nil {
		return FormPage{}, "", err
	}
	in := softwareInput(v)
	err = s.Edit(r.Context(), w.ID, v.Get("seen"), in)
	return sent(s.softwareForm(r, in, w, ReleaseInput{}), "/estate/software/"+string(w.ID), err)
}

func (s *Service) askRetire(r *http.Request) (ConfirmPage, error) {
	w, err := s.editable(r)
	if err != nil {
		return ConfirmPage{}, err
	}
	releases, err := s.Releases(r.Context(), w.ID)
	if err != nil {
		return ConfirmPage{}, err
	}
	var ids []ospo.ReleaseID
	for _, one := range releases {
		if one.Retired == "" {
			ids = append(ids, one.ID)
		}
	}
	n, err := s.runningUses(r.Context(), ids)
	return ConfirmPage{Title: "estate.retire", Button: "estate.retire.button", What: w.Name, Back: "/estate/software/" + string(w.ID),
		Crumbs:  []Crumb{home, toSoftware(w.ID, w.Name), {Key: "estate.retire.crumb"}},
		Effects: []Effect{{"estate.retire.releases", len(ids)}, {"estate.retire.uses", n}}}, err
}

func (s *Service) runningUses(ctx context.Context, releases []ospo.ReleaseID) (int, error) {
	uses, err := s.UsesOf(ctx, releases...)
	uses, _ = running(uses)
	return len(uses), err
}

func (s *Service) retire(r *http.Request) (string, error) {
	id := r.PathValue("id")
	return "/estate/software/" + id, s.Retire(r.Context(), ospo.SoftwareID(id))
}

func (s *Service) restore(r *http.Request) (string, error) {
	id := r.PathValue("id")
	return "/estate/software/" + id, s.Restore(r.Context(), ospo.SoftwareID(id))
}
