// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"net/http"
	"net/url"

	"allmende/internal/fault"
	"allmende/internal/ospo"
)

func (s *Service) newReleaseForm(r *http.Request) (FormPage, error) {
	w, err := s.editable(r)
	return releaseForm(ReleaseInput{}, w, Release{}), err
}

func (s *Service) addReleaseForm(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	w, err := s.editable(r)
	if err != nil {
		return FormPage{}, "", err
	}
	in := releaseInput(v)
	id, err := s.AddRelease(r.Context(), w.ID, in)
	return sent(releaseForm(in, w, Release{}), "/estate/release/"+string(id), err)
}

func releaseInput(v url.Values) ReleaseInput {
	return ReleaseInput{Version: v.Get("version"), PURL: v.Get("purl"), Released: Day(v.Get("released")), Supported: Day(v.Get("supported"))}
}

// releaseForm is the form of a release: a new one of w, or old.
func releaseForm(in ReleaseInput, w Software, old Release) FormPage {
	p := FormPage{Title: "estate.release.new", Lead: "estate.release.new.lead", Button: "estate.release.new.button", What: w.Name,
		Crumbs: []Crumb{home, toSoftware(w.ID, w.Name), {Key: "estate.release.new.crumb"}}, Back: "/estate/software/" + string(w.ID)}
	if old.ID != "" {
		p.Title, p.Lead, p.Button, p.What = "estate.edit", "estate.edit.lead", "estate.save", old.Title()
		p.Crumbs = []Crumb{home, toSoftware(old.Software, old.Name), toRelease(old), {Key: "estate.edit.crumb"}}
		p.Back = "/estate/release/" + string(old.ID)
	}
	p.Inputs = []Input{text("version", in.Version).help(), text("purl", in.PURL).help(), text("released", string(in.Released)).help(), text("supported", string(in.Supported)).help()}
	return p
}

// editableRelease returns the release of the path, if the viewer may change it.
func (s *Service) editableRelease(r *http.Request) (Release, error) {
	one, err := s.Release(r.Context(), ospo.ReleaseID(r.PathValue("id")))
	if err == nil && !one.Mine {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return one, err
}

func (s *Service) editReleaseForm(r *http.Request) (FormPage, error) {
	old, err := s.editableRelease(r)
	return releaseForm(ReleaseInput{Version: old.Version, PURL: old.PURL, Released: old.Released, Supported: old.Supported}, Software{}, old), err
}

func (s *Service) editRelease(r *http.Request) (FormPage, string, error) {
	v, err := posted(r)
	if err != nil {
		return FormPage{}, "", err
	}
	old, err := s.editableRelease(r)
	if err != nil {
		return FormPage{}, "", err
	}
	in := releaseInput(v)
	err = s.EditRelease(r.Context(), old.ID, in)
	return sent(releaseForm(in, Software{}, old), "/estate/release/"+string(old.ID), err)
}

func (s *Service) askRetireRelease(r *http.Request) (ConfirmPage, error) {
	one, err := s.editableRelease(r)
	if err != nil {
		return ConfirmPage{}, err
	}
	n, err := s.runningUses(r.Context(), []ospo.ReleaseID{one.ID})
	return ConfirmPage{Title: "estate.retire", Button: "estate.retire.button", What: one.Title(), Back: "/estate/release/" + string(one.ID),
		Crumbs:  []Crumb{home, toSoftware(one.Software, one.Name), toRelease(one), {Key: "estate.retire.crumb"}},
		Effects: []Effect{{"estate.retire.uses", n}}}, err
}

func (s *Service) retireRelease(r *http.Request) (string, error) {
	id := r.PathValue("id")
	return "/estate/release/" + id, s.RetireRelease(r.Context(), ospo.ReleaseID(id))
}

func (s *Service) restoreRelease(r *http.Request) (string, error) {
	id := r.PathValue("id")
	return "/estate/release/" + id, s.RestoreRelease(r.Context(), ospo.ReleaseID(id))
}
