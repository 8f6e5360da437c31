// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"encoding/json"
	"net/http"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Steer, Key: "tenant.nav", Href: "/tenant", Permit: "governance.admin"}}

func (s *Service) pages() []web.Page {
	const admin = "governance.admin"
	return []web.Page{
		web.Show("GET /tenant", admin, "list.html", s.listPage),
		web.Show("GET /tenant/org/{org}", admin, "org.html", s.orgPage),
		web.Form("POST /tenant/org/{org}/suspend", admin, "org.html", s.suspendOrg),
		web.Do("POST /tenant/org/{org}/resume", admin, s.resumeOrg),
		web.Do("POST /tenant/org/{org}/export", admin, s.exportOrg),
		web.File("GET /tenant/export/{task}", admin, s.fetch),
		web.Show("GET /tenant/org/{org}/remove", admin, "remove.html", s.removePage),
		web.Form("POST /tenant/org/{org}/remove", admin, "remove.html", s.removeOrg),
	}
}

// operates reports whether somebody operates the instance.
func (s *Service) operates(v door.Viewer) bool { return s.Operator != "" && v.Org == s.Operator }

// ListPage lists the organisations that the viewer may operate: those at the top for who
// operates the instance, else the own one and those directly below.
type ListPage struct {
	Orgs     []Org
	Instance bool // all of the instance
	Below    int  // suspended
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	v := door.From(r.Context())
	if p.Instance = s.operates(v); p.Instance {
		p.Orgs, err = s.store.tops(r.Context())
	} else {
		p.Orgs, err = s.store.below(r.Context(), v.Org)
	}
	for _, o := range p.Orgs {
		if !o.Suspended.IsZero() {
			p.Below++
		}
	}
	return p, err
}

// OrgPage shows one organisation and what can be done with it.
type OrgPage struct {
	Org      Org
	Own      bool
	Top      bool       // may leave
	Instance bool       // the viewer operates the instance
	Archives []job.Task // exports that wait to be fetched
	Reason   string     // as typed
}

func (s *Service) orgPage(r *http.Request) (p OrgPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	p.Instance = s.operates(v)
	if p.Org, err = s.store.seen(ctx, v.Org, p.Instance, r.PathValue("org")); err != nil {
		return p, err
	}
	p.Own, p.Top = p.Org.ID == v.Org, p.Org.Parent == ""
	p.Archives, err = s.queue.Finished(ctx, v.Org, exportKind, order{Org: p.Org.ID}.text())
	return p, err
}

// as is the act of who looks at a page: of the instance, where another tree is meant.
func (p OrgPage) as(r *http.Request) door.Viewer {
	v := door.From(r.Context())
	if p.Instance && p.Top && !p.Own {
		v.Org = instance
	}
	return v
}

// instance is the organisation that stands for the instance itself.
const instance ospo.OrgID = "system"

func (s *Service) suspendOrg(r *http.Request) (OrgPage, string, error) {
	p, err := s.orgPage(r)
	if err != nil {
		return p, "", err
	}
	p.Reason = r.PostFormValue("reason")
	return p, "/tenant/org/" + string(p.Org.ID), s.Suspend(r.Context(), p.as(r).Act("governance.org.suspend", ""), p.Org.ID, p.Reason)
}

func (s *Service) resumeOrg(r *http.Request) (string, error) {
	p, err := s.orgPage(r)
	if err != nil {
		return "", err
	}
	return "/tenant/org/" + string(p.Org.ID), s.Resume(r.Context(), p.as(r).Act("governance.org.resume", ""), p.Org.ID)
}

func (s *Service) exportOrg(r *http.Request) (string, error) {
	p, err := s.orgPage(r)
	if err != nil {
		return "", err
	}
	if !p.Top {
		return "", fault.New(fault.Invalid, "tenant.not_top", p.Org.Name)
	}
	task, err := s.enqueue(r.Context(), exportKind, order{Org: p.Org.ID})
	return "/job/" + task, err
}

// fetch hands an archive to the organisation that ordered it.
func (s *Service) fetch(r *http.Request) (d web.Download, err error) {
	v := door.From(r.Context())
	t, err := s.queue.Task(r.Context(), r.PathValue("task"))
	if err != nil {
		return d, err
	}
	if t.Kind != exportKind || t.Org != v.Org || t.State != "done" {
		return d, fault.New(fault.NotFound, "fault.not_found")
	}
	var o order
	if err := json.Unmarshal([]byte(t.ArgsJSON), &o); err != nil {
		return d, err
	}
	path := s.archive(t.ID)
	if !there(path) {
		return d, fault.New(fault.NotFound, "tenant.archive_gone")
	}
	return web.Download{Name: string(o.Org) + "-" + t.Ended.Format("2006-01-02") + ".zip", Type: "application/zip", Path: path}, nil
}

// RemovePage asks before an organisation is removed.
type RemovePage struct {
	OrgPage
	Plan    Removal
	Archive job.Task // that the removal relies on; zero where there is none
	Name    string   // as typed
}

func (s *Service) removePage(r *http.Request) (p RemovePage, err error) {
	if p.OrgPage, err = s.orgPage(r); err != nil {
		return p, err
	}
	if !p.Instance || p.Own || !p.Top {
		return p, fault.New(fault.NotFound, "fault.not_found")
	}
	if len(p.Archives) == 0 || !there(s.archive(p.Archives[0].ID)) {
		return p, nil
	}
	p.Archive = p.Archives[0]
	p.Plan.Org, p.Plan.Name = p.Org.ID, p.Org.Name
	return p, s.count(r.Context(), &p.Plan)
}

func (s *Service) removeOrg(r *http.Request) (RemovePage, string, error) {
	p, err := s.removePage(r)
	if err != nil {
		return p, "", err
	}
	p.Name = strings.TrimSpace(r.PostFormValue("name"))
	switch {
	case p.Archive.ID == "":
		return p, "", fault.At("name", "tenant.remove.first")
	case p.Name != p.Org.Name:
		return p, "", fault.At("name", "tenant.remove.name", p.Org.Name)
	}
	task, err := s.enqueue(r.Context(), removeKind, order{Org: p.Org.ID, Task: p.Archive.ID})
	return p, "/job/" + task, err
}
