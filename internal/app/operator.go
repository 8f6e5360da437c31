// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// Operator returns a context in which the person at the command line acts for an
// organisation, named by id or name; without a name for the one at the top. They may
// everything: whoever can open the database can. Where there is no organisation at all,
// one of that name is made, so that a first command on a new database works.
func (a *App) Operator(ctx context.Context, name, tongue string) (context.Context, error) {
	v := door.Viewer{Org: governance.System, Person: "operator", Name: "operator", Grants: []string{"*"}, Lang: tongue, Door: "cli"}
	orgs, err := a.Governance.AllOrgs(ctx)
	if err != nil {
		return nil, err
	}
	if len(orgs) == 0 {
		org := governance.Org{Name: name, Kind: "city"}
		if name == "" {
			org.Name = a.Texts.T(tongue, "app.first_org")
		}
		if org.ID, err = a.Governance.AddOrg(ctx, v.Act("governance.add", org.Name), org); err != nil {
			return nil, err
		}
		orgs = append(orgs, org)
	}
	for _, o := range orgs {
		if name == "" && o.Parent == "" || name != "" && (o.ID == ospo.OrgID(name) || o.Name == name) {
			v.Org, v.OrgName = o.ID, o.Name
			return door.With(ctx, v), nil
		}
	}
	names := make([]string, len(orgs))
	for i, o := range orgs {
		names[i] = o.Name
	}
	return nil, fault.New(fault.NotFound, "app.org_unknown", name, lang.Some(names))
}

// FromAbove returns a context in which the operator looks from the top of the tree that an
// organisation stands in: whose rights reach down to it is to be seen as well.
func (a *App) FromAbove(ctx context.Context) (context.Context, error) {
	v := door.From(ctx)
	orgs, err := a.Governance.AllOrgs(ctx)
	if err != nil {
		return nil, err
	}
	parent := map[ospo.OrgID]ospo.OrgID{}
	for _, o := range orgs {
		parent[o.ID] = o.Parent
	}
	for range orgs {
		if parent[v.Org] == "" {
			break
		}
		v.Org = parent[v.Org]
	}
	return door.With(ctx, v), nil
}

// Operated returns a fault where the organisation that is named to operate the instance is not
// there: then nobody operates it in the browser, and nobody changes advisories.
func (a *App) Operated(ctx context.Context) error {
	if a.Tenant.Operator == "" {
		return nil
	}
	orgs, err := a.Governance.AllOrgs(ctx)
	if err != nil || slices.ContainsFunc(orgs, func(o governance.Org) bool { return o.ID == a.Tenant.Operator }) {
		return err
	}
	return fault.New(fault.NotFound, "app.operator_unknown", string(a.Tenant.Operator))
}
