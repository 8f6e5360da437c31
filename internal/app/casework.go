// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"allmende/internal/office/casework"
	"allmende/internal/office/meeting"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// meetCasework lets the desk know who holds which role, and lets its steps wait for a second
// person.
func (a *App) meetCasework() {
	c := a.Casework
	c.RoleNames = a.Role.Names
	c.Written, c.Adapted = a.Procedure.Written, a.Procedure.Adapted
	a.Procedure.Roles = a.roleKeys
	a.Audit.Things = append(a.Audit.Things, a.Procedure.Things)
	c.Use(a.Approval)
	c.Held = func(ctx context.Context, person ospo.PersonID) (out []casework.Holding, err error) {
		err = a.Role.Held(ctx, person, func(role string, org ospo.OrgID, _ []string) {
			out = append(out, casework.Holding{Role: role, Org: org})
		})
		return out, err
	}
	c.Filled, c.Places = a.filled, a.Governance.Places
	c.Work(a.Jobs)
	a.Audit.Things = append(a.Audit.Things, c.Things)
}

// filled lists who holds which roles in an organisation and below it, whoever asks: that nobody
// holds a role is told to those who cannot see who does.
func (a *App) filled(ctx context.Context, top ospo.OrgID) (out []casework.Holding, err error) {
	ctx = as(ctx, top)
	roles, err := a.Role.Roles(ctx)
	if err != nil {
		return nil, err
	}
	decides := map[string]bool{}
	for _, r := range roles {
		decides[r.Key] = door.Viewer{Grants: r.Grants}.May("casework.decide")
	}
	all, err := a.Role.Mandates(ctx, role.Sieve{State: "running"})
	for _, m := range all {
		if !m.Closed {
			out = append(out, casework.Holding{Role: m.Role, Org: m.Org, Person: m.Person, Decides: decides[m.Role], Away: m.Away, Deputy: m.Deputy})
		}
	}
	return out, err
}

// dueSoon is how far ahead tasks are told before they are due.
const dueSoon = 3 * 24 * time.Hour

// toWork are tasks of the viewer that are overdue or due soon, and those that were escalated to
// a role of theirs.
func (a *App) toWork(ctx context.Context) (out []ospo.Matter, err error) {
	today := lang.Day(a.DB.Now())
	due, raised, err := a.Casework.Pressing(ctx, lang.Day(a.DB.Now().Add(dueSoon)))
	for _, w := range due {
		key := "digest.matter.task"
		if w.Late(today) {
			key = "digest.matter.task_late"
		}
		out = append(out, a.taskMatter(ctx, key, w))
	}
	for _, w := range raised {
		out = append(out, a.taskMatter(ctx, "digest.matter.task_raised."+w.Alarm, w))
	}
	return out, err
}

func (a *App) taskMatter(ctx context.Context, key string, w casework.Work) ospo.Matter {
	return ospo.Matter{Kind: "casework.task", Key: key, Args: []any{a.Casework.Called(ctx, w), w.Number(), w.Title}, Link: "/casework/case/" + w.Case + "#tasks", Due: w.Due}
}

// openCases are tasks that were escalated, for the agenda of a meeting.
func (a *App) openCases(ctx context.Context) (out []meeting.Matter, err error) {
	all, err := a.Casework.Escalated(ctx)
	for _, w := range all[:min(len(all), mostRaised)] {
		key := "app.matter.case_late"
		if w.Alarm == "vacant" {
			key = "app.matter.case_vacant"
		}
		out = append(out, meeting.Matter{Kind: "case", Key: w.ID + "-" + w.Alarm, Title: a.say(ctx, key, w.Number(), w.Title, a.Casework.Called(ctx, w)),
			Link: "/casework/case/" + w.Case + "#tasks", Due: w.Due})
	}
	return out, err
}

// mostRaised bounds how many escalated tasks one agenda names.
const mostRaised = 20

// roleKeys are the keys of the roles that the viewer's house has.
func (a *App) roleKeys(ctx context.Context) ([]string, error) {
	names, err := a.Role.Names(ctx)
	return slices.Sorted(maps.Keys(names)), err
}
