// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Level is a named set of grants. Roles will come from the instance's own data; these
// three are what an account can have until then.
type Level struct {
	Name   string // "admin"; its words are governance.level.admin
	Grants []string
}

// Levels lists the levels, the least first.
var Levels = []Level{
	{"reader", []string{"estate.read", "sbom.read", "vulnerability.read", "where.read", "job.read", "audit.read", "governance.read"}},
	{"editor", []string{"estate.*", "sbom.*", "vulnerability.*", "where.read", "job.read", "audit.read", "governance.read"}},
	{"admin", []string{"*"}},
}

func isLevel(name string) bool { return level(name) >= 0 }

func level(name string) int {
	return slices.IndexFunc(Levels, func(l Level) bool { return l.Name == name })
}

// Administers reports whether a person may administer an organisation.
func (s *Service) Administers(ctx context.Context, person ospo.PersonID) (bool, error) {
	p, err := s.store.person(ctx, person)
	return door.Viewer{Grants: grants(p.Level)}.May("governance.admin"), err
}

// grants returns what a level may; an unknown one may nothing.
func grants(name string) []string {
	if i := level(name); i >= 0 {
		return Levels[i].Grants
	}
	return nil
}

// Scopes are the permissions that a token can be given on the page for tokens.
var Scopes = []string{
	"estate.read", "estate.write", "sbom.read", "sbom.write", "vulnerability.read", "vulnerability.write",
	"where.read", "job.read", "audit.read", "governance.read",
}
