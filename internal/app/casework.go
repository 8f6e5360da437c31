// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"

	"allmende/internal/office/casework"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
)

// meetCasework lets the desk know who holds which role, and lets its steps wait for a second
// person.
func (a *App) meetCasework() {
	c := a.Casework
	c.RoleNames = a.Role.Names
	c.Use(a.Approval)
	c.Held = func(ctx context.Context, person ospo.PersonID) (out []casework.Holding, err error) {
		err = a.Role.Held(ctx, person, func(role string, org ospo.OrgID, _ []string) {
			out = append(out, casework.Holding{Role: role, Org: org})
		})
		return out, err
	}
	c.Filled = a.filled
	a.Audit.Things = append(a.Audit.Things, c.Things)
}

// filled lists which roles are held in an organisation and below it, whoever asks: that nobody
// holds a role is told to those who cannot see who does.
func (a *App) filled(ctx context.Context, top ospo.OrgID) (out []casework.Holding, err error) {
	all, err := a.Role.Mandates(as(ctx, top), role.Sieve{State: "running"})
	for _, m := range all {
		if !m.Closed {
			out = append(out, casework.Holding{Role: m.Role, Org: m.Org})
		}
	}
	return out, err
}
