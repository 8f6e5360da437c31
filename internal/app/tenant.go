// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"allmende/internal/office/governance"
	"allmende/internal/office/sbom"
	"allmende/internal/office/tenant"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/transfer"
)

// tables are those of all rooms whose rows belong to organisations: the organisations
// themselves first.
func (a *App) tables() []transfer.Table {
	all := a.Governance.Room().Rows
	for _, r := range a.Rooms {
		if r.Name != "governance" {
			all = append(all[:len(all):len(all)], r.Rows...)
		}
	}
	return slices.Concat(all, job.Rows, mail.Rows, approval.Rows)
}

// meetTenant lets the room that moves organisations know the others.
func (a *App) meetTenant() {
	t := a.Tenant
	t.Program, t.Log, t.Settle = Version, a.Audit.WriteBundle, a.Governance.Settle
	t.Suspend, t.Resume = a.Governance.SuspendOrg, a.Governance.ResumeOrg
	t.Shelf = filepath.Join(string(a.Blobs), "leaving")
	t.Left = a.Governance.TreeChangedNow
	t.Leave = append(t.Leave, a.SBOM.Leave)
	t.Return = func(ctx context.Context, row tenant.Row, raw []byte) error {
		return a.SBOM.Return(ctx, sbom.Returning{Release: ospo.ReleaseID(row.Text("release")), Org: ospo.OrgID(row.Text("org")),
			Sum: row.Text("sum"), Uploaded: row.Text("uploaded"), Person: ospo.PersonID(row.Text("person"))}, raw)
	}
}

// Instance is the context in which the person at the command line acts for the instance itself.
func (a *App) Instance(ctx context.Context, lang string) context.Context {
	return door.With(ctx, door.Viewer{Org: governance.System, Person: "operator", Name: "operator", Grants: []string{"*"}, Lang: lang, Door: "cli"})
}

// CreateOrg adds an organisation: below one that is named by id or name, else at the top.
// Without a kind it is a department, at the top a city.
func (a *App) CreateOrg(ctx context.Context, name, kind, id, parent string) (ospo.OrgID, error) {
	o := governance.Org{ID: ospo.OrgID(id), Name: name, Kind: cmp.Or(kind, "city")}
	if parent != "" {
		above, err := a.Tenant.Find(ctx, parent)
		if err != nil {
			return "", err
		}
		o.Parent, o.Kind = above.ID, cmp.Or(kind, "department")
	}
	return a.Governance.AddOrg(ctx, door.From(ctx).Act("governance.org.add", ""), o)
}

// SuspendOrg suspends an organisation, by id or name, with all below it.
func (a *App) SuspendOrg(ctx context.Context, name, reason string) error {
	o, err := a.Tenant.Find(ctx, name)
	if err != nil {
		return err
	}
	return a.Governance.SuspendOrg(ctx, door.From(ctx).Act("governance.org.suspend", ""), o.ID, reason)
}

// ResumeOrg lets it in again.
func (a *App) ResumeOrg(ctx context.Context, name string) error {
	o, err := a.Tenant.Find(ctx, name)
	if err != nil {
		return err
	}
	return a.Governance.ResumeOrg(ctx, door.From(ctx).Act("governance.org.resume", ""), o.ID)
}

// A Welcome is a link by which somebody who administers an organisation that came sets a
// password; no password comes along.
type Welcome struct {
	Name  string `json:"name"`
	Login string `json:"login"`
	Path  string `json:"path"`
}

// ImportOrg takes an organisation in and returns links for those who administer it.
func (a *App) ImportOrg(ctx context.Context, folder string, watch tenant.Watch) (tenant.Report, []Welcome, error) {
	r, err := a.Tenant.Import(ctx, folder, watch)
	if err != nil {
		return r, nil, err
	}
	people, err := a.Governance.Admins(ctx, r.Org)
	var out []Welcome
	for _, p := range people {
		if p.Login == "" {
			continue
		}
		path, err := a.Governance.Invite(as(ctx, r.Org), p.ID)
		if err != nil {
			return r, out, err
		}
		out = append(out, Welcome{p.Name, p.Login, path})
	}
	return r, out, err
}

// as is who acts in ctx, for another organisation.
func as(ctx context.Context, org ospo.OrgID) context.Context {
	v := door.From(ctx)
	v.Org = org
	return door.With(ctx, v)
}
