// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"

	"allmende/internal/office/competence"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
)

// meetTeam lets the rooms of competences and of meetings know who holds which role, and what
// is open elsewhere.
func (a *App) meetTeam() {
	c := a.Competence
	c.Roles, c.Holdings, c.Held = a.rolesInUse, a.holdings, a.heldBy
	a.Governance.Erased = append(a.Governance.Erased, c.Forget)
	m := a.Meeting
	m.Open, m.Holders, m.RoleNames = a.matters(), a.holdersOn, a.Role.Names
	m.UseMail(a.Mail)
	a.Audit.Things = append(a.Audit.Things, c.Things, m.Things)
}

func (a *App) rolesInUse(ctx context.Context) (out []competence.Role, err error) {
	all, err := a.Role.Roles(ctx)
	for _, r := range all {
		if r.Retired {
			continue
		}
		one := competence.Role{Key: r.Key, Name: competence.Text(r.Name)}
		for _, t := range r.Competences {
			one.Competences = append(one.Competences, competence.Text(t))
		}
		out = append(out, one)
	}
	return out, err
}

func (a *App) holdings(ctx context.Context) (out []competence.Holding, err error) {
	all, err := a.Role.Mandates(ctx, role.Sieve{State: "running"})
	for _, m := range all {
		if !m.Closed {
			out = append(out, competence.Holding{Role: m.Role, Org: m.Org, OrgName: m.OrgName, Person: m.Person, Name: m.Name, House: m.HouseName,
				Deputy: m.Deputy, DeputyName: m.DeputyName})
		}
	}
	return out, err
}

func (a *App) heldBy(ctx context.Context, person ospo.PersonID) (out []string, err error) {
	err = a.Role.Held(ctx, person, func(role string, _ ospo.OrgID, _ []string) { out = append(out, role) })
	return out, err
}
