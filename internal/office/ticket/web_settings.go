// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"net/http"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// SettingsPage is which systems there are, and how the viewer's organisation uses them.
type SettingsPage struct {
	Systems  []SystemRow
	MayAdmin bool
}

// A SystemRow is a system with what counts for the viewer's organisation.
type SystemRow struct {
	ID, Label, Kind, URL string
	State                string // "on", "off", or "none" where nobody has said
	Place                string
	From                 bool // it is set in an organisation above
}

func (s *Service) settingsPage(r *http.Request) (p SettingsPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	p.MayAdmin = v.May(mayAdmin)
	all, err := s.offered(ctx)
	for _, y := range all {
		c, there, failed := s.connection(ctx, v.Org, y.ID)
		err = errorOr(err, failed)
		row := SystemRow{ID: y.ID, Label: y.Label, Kind: y.Kind, URL: y.URL, State: "none", Place: c.Place, From: there && c.Org != v.Org}
		if there || y.Kind == "mail" {
			row.State = map[bool]string{true: "on", false: c.State}[y.Kind == "mail"]
		}
		if y.Kind == "mail" {
			row.URL = y.Address
		}
		p.Systems = append(p.Systems, row)
	}
	return p, err
}

// ConnectionPage is the form of a connection.
type ConnectionPage struct {
	System          SystemRow
	On, Zammad      bool
	Place, Customer string
	Ended, Opened   string
	Pushes          []PushRow
	Types, Tongues  []web.Choice
	Hook            string // where the system sends its requests
	Probed          string // who we are there
	Known           states
}

// A PushRow is which state a ticket gets where a case stands so.
type PushRow struct{ End, State string }

func (s *Service) connectionPage(r *http.Request) (p ConnectionPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	y, err := s.offer(ctx, r.PathValue("system"))
	if err != nil || y.Kind == "mail" {
		return p, errorOr(err, notFound())
	}
	c, _, err := s.connection(ctx, v.Org, y.ID)
	if err != nil {
		return p, err
	}
	return s.filled(r, y, c)
}

func (s *Service) filled(r *http.Request, y System, c Connection) (ConnectionPage, error) {
	p := ConnectionPage{System: SystemRow{ID: y.ID, Label: y.Label, Kind: y.Kind, URL: y.URL, State: c.State, From: c.Org != door.From(r.Context()).Org}, On: c.State == "on", Zammad: y.Kind == "zammad",
		Place: c.Place, Customer: c.Customer, Ended: strings.Join(c.Ended, "\n"), Opened: strings.Join(c.Opened, "\n"), Hook: s.Home + "/ticket/hook/" + y.ID, Known: shipped}
	for _, e := range ends {
		p.Pushes = append(p.Pushes, PushRow{e, c.Push[e]})
	}
	types, err := s.Types(r.Context())
	for _, t := range types {
		p.Types = append(p.Types, web.Choice{Value: t.ID, Label: t.Name, Chosen: slices.Contains(c.Types, t.ID)})
	}
	for _, l := range []string{"de", "en"} {
		p.Tongues = append(p.Tongues, web.Choice{Value: l, Chosen: l == c.Tongue})
	}
	return p, err
}

// written is a connection as the form sends it.
func written(r *http.Request, org ospo.OrgID, system string) Connection {
	c := blank(org, system)
	c.Types, c.Place, c.Customer, c.Tongue = r.PostForm["types"], r.PostFormValue("place"), r.PostFormValue("customer"), r.PostFormValue("tongue")
	c.Ended, c.Opened = listed(r.PostFormValue("ended")), listed(r.PostFormValue("opened"))
	if r.PostFormValue("on") != "" {
		c.State = "on"
	}
	for _, e := range ends {
		c.Push[e] = r.PostFormValue("push-" + e)
	}
	return c
}

func (s *Service) connect(r *http.Request) (p ConnectionPage, next string, err error) {
	v := door.From(r.Context())
	y, err := s.offer(r.Context(), r.PathValue("system"))
	if err != nil {
		return p, "", err
	}
	c := written(r, v.Org, y.ID)
	if p, err = s.filled(r, y, c); err != nil {
		return p, "", err
	}
	return p, "/ticket/settings", s.Connect(r.Context(), c)
}

// probe asks the system who we are there, and shows the answer on the form.
func (s *Service) probe(r *http.Request) (p ConnectionPage, next string, err error) {
	if p, err = s.connectionPage(r); err != nil {
		return p, "", err
	}
	p.Probed, err = s.Probe(r.Context(), p.System.ID)
	return p, "", err
}
