// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Level is what an account may by itself, in its own organisation and below: enough to
// begin with, before anybody holds a role. Who has the level "none" may what roles give.
type Level struct {
	Name   string // "admin"; its words are governance.level.admin
	Grants []string
}

// Levels lists the levels, the least first.
var Levels = []Level{
	{"none", nil},
	{"reader", []string{"estate.read", "sbom.read", "vulnerability.read", "where.read", "licence.read", "duty.read", "job.read", "audit.read", "governance.read", "role.read", "approval.read", "competence.own", "meeting.attend", "retention.read", "policy.read", "policy.ask", "compat.read", "casework.read", "casework.ask", "intake.ask", "idea.read", "idea.ask"}},
	{"editor", []string{"estate.*", "sbom.*", "vulnerability.*", "where.read", "licence.read", "duty.*", "job.read", "audit.read", "governance.read", "role.read", "approval.read", "competence.own", "meeting.attend", "retention.read", "policy.read", "policy.ask", "compat.read", "casework.read", "casework.ask", "intake.ask", "idea.read", "idea.ask"}},
	{"admin", []string{"*"}},
}

func isLevel(name string) bool { return level(name) >= 0 }

func level(name string) int {
	return slices.IndexFunc(Levels, func(l Level) bool { return l.Name == name })
}

// Administers reports whether a person may administer an organisation.
func (s *Service) Administers(ctx context.Context, person ospo.PersonID) (bool, error) {
	p, err := s.store.person(ctx, person)
	if err != nil {
		return false, err
	}
	own, _, err := s.rights(ctx, person, p.Level, true, p.Org)
	return door.Viewer{Grants: own}.May("governance.admin"), err
}

// grants returns what a level may; an unknown one may nothing.
func grants(name string) []string {
	if i := level(name); i >= 0 {
		return Levels[i].Grants
	}
	return nil
}

// LevelGrants returns what an account of a level may in its own organisation and below.
func LevelGrants(name string) []string { return grants(name) }

// Scopes are the permissions that a token can be given on the page for tokens.
var Scopes = []string{
	"estate.read", "estate.write", "sbom.read", "sbom.write", "vulnerability.read", "vulnerability.write",
	"where.read", "licence.read", "licence.write", "duty.read", "duty.write", "job.read", "audit.read", "audit.find", "audit.prove", "audit.witness", "governance.read", "identity.scim", "role.read", "role.write", "role.grant", "approval.read",
	"competence.own", "competence.read", "competence.train", "meeting.attend", "meeting.read", "retention.read",
	"policy.read", "policy.ask", "policy.write",
	"compat.read", "compat.import", "compat.decide",
	"casework.read", "casework.ask", "casework.write", "casework.decide",
	"contract.read", "contract.write", "budget.read", "budget.write",
	"procurement.read", "procurement.write", "procurement.decide",
	"idea.read", "idea.ask", "idea.decide",
	"procedure.read", "procedure.write", "procedure.decide",
	"intake.ask", "intake.read", "intake.write",
	"ticket.read", "ticket.write",
}

// A Mandate is what a role gives a person today: grants in an organisation and below it.
type Mandate struct {
	Role   string // its key
	Org    ospo.OrgID
	Grants []string
}

// mandates asks the room of roles, where there is one.
func (s *Service) mandates(ctx context.Context, person ospo.PersonID) ([]Mandate, error) {
	if s.Mandates == nil {
		return nil, nil
	}
	return s.Mandates(ctx, person)
}

// rights returns what a person may in an organisation: by the level where home is the
// organisation or above it, and by mandates held there or above; and in which roles.
func (s *Service) rights(ctx context.Context, person ospo.PersonID, level string, atHome bool, org ospo.OrgID) (out []string, posts []door.Post, err error) {
	if atHome {
		out = slices.Clone(grants(level))
	}
	all, err := s.mandates(ctx, person)
	if err != nil || len(all) == 0 {
		return out, nil, err
	}
	above, err := s.store.above(ctx, org)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range all {
		if slices.Contains(above, string(m.Org)) {
			out, posts = append(out, m.Grants...), append(posts, door.Post{Role: m.Role, Grants: m.Grants})
		}
	}
	slices.Sort(out)
	return slices.Compact(out), posts, nil
}

// rolesOf are the roles of posts, in order, as the log has them.
func rolesOf(posts []door.Post) string {
	var out []string
	for _, p := range posts {
		out = append(out, p.Role)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// entitle fills in what a visitor may where the session acts, and in which roles.
func (s *Service) entitle(ctx context.Context, r *visit, atHome bool) error {
	grants, posts, err := s.rights(ctx, r.Person, r.level, atHome, r.Org)
	r.Grants, r.Posts, r.Role = grants, posts, rolesOf(posts)
	return err
}

// barred is who may nothing, because the organisation is suspended.
func barred(v door.Viewer) door.Viewer {
	v.Barred, v.Grants = "governance.suspended", nil
	return v
}

// admit fills in whom a visitor acts for and what they may there. A session that acts for
// an organisation that is suspended, or that no right reaches any more, acts for the person's own; who has no
// right there begins where the first mandate is.
func (s *Service) admit(ctx context.Context, r visit) (door.Viewer, error) {
	if r.barred {
		return barred(r.Viewer), nil
	}
	if r.Must != "" {
		return r.Viewer, nil // first that, then anything else
	}
	if err := s.entitle(ctx, &r, r.atHome); err != nil || len(r.Grants) > 0 && !r.shut {
		return r.Viewer, err
	}
	all, err := s.mandates(ctx, r.Person)
	if err != nil {
		return door.Viewer{}, err
	}
	place := r.home
	if own, _, err := s.rights(ctx, r.Person, r.level, true, r.home); err != nil {
		return door.Viewer{}, err
	} else if len(own) == 0 && len(all) > 0 {
		place = all[0].Org
	}
	o, err := s.store.org(ctx, s.store.db.Read(), place)
	if err != nil {
		return door.Viewer{}, err
	}
	r.Org, r.OrgName = o.ID, o.Name
	if out, err := s.store.suspended(ctx, s.store.db.Read(), o.ID); err != nil || out {
		return barred(r.Viewer), err
	}
	err = s.entitle(ctx, &r, r.home == place)
	return r.Viewer, err
}
