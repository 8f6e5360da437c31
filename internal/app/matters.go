// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"slices"
	"time"

	"allmende/internal/engine/severity"
	"allmende/internal/office/audit"
	"allmende/internal/office/estate"
	"allmende/internal/office/meeting"
	"allmende/internal/office/role"
	"allmende/internal/office/vulnerability"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// How far meetings look ahead at what ends, and back at what failed.
const (
	endsWithin   = 90 * 24 * time.Hour
	failedWithin = 30 * 24 * time.Hour
	mostFailed   = 10
	mostPressing = 5 // vulnerabilities on one agenda
)

// matters are what the rooms have open for the agenda of a meeting, each as far as the viewer
// may see it.
func (a *App) matters() []func(context.Context, ospo.OrgID) ([]meeting.Matter, error) {
	return []func(context.Context, ospo.OrgID) ([]meeting.Matter, error){
		a.openIf("approval.read", a.openApprovals), a.openIf("role.read", a.openPosts), a.openIf("role.read", a.openMandates), a.openIf("audit.read", a.openFindings),
		a.openIf("competence.read", a.openCompetences), a.openIf("vulnerability.read", a.openVulnerabilities), a.openIf("estate.read", a.openContracts), a.openIf("job.read", a.openTasks),
		a.openIf("duty.read", a.openDuties), a.openIf("policy.read", a.openQuestions), a.openIf("casework.read", a.openCases),
	}
}

// openIf asks a room for who may look into it, in the organisation of the meeting.
func (a *App) openIf(permission string, f func(ctx context.Context) ([]meeting.Matter, error)) func(context.Context, ospo.OrgID) ([]meeting.Matter, error) {
	return func(ctx context.Context, org ospo.OrgID) ([]meeting.Matter, error) {
		if !door.From(ctx).May(permission) {
			return nil, nil
		}
		return f(as(ctx, org))
	}
}

// say is a text in the viewer's language.
func (a *App) say(ctx context.Context, key string, args ...any) string {
	return a.Texts.T(door.From(ctx).Lang, key, args...)
}

func (a *App) openApprovals(ctx context.Context) (out []meeting.Matter, err error) {
	all, err := a.Approval.List(ctx, "pending")
	for _, p := range all {
		out = append(out, meeting.Matter{Kind: "approval", Key: p.ID, Title: a.say(ctx, "app.matter.approval", a.say(ctx, "audit.act."+p.What), p.ProposerName),
			Link: "/approval/" + p.ID, Since: lang.Day(p.Proposed)})
	}
	return out, err
}

// openPosts are roles that nobody fills, or whose holder is away without a deputy.
func (a *App) openPosts(ctx context.Context) (out []meeting.Matter, err error) {
	all, err := a.Role.Posts(ctx)
	for _, p := range all {
		key := map[string]string{"vacant": "app.matter.vacant", "alone": "app.matter.alone"}[p.State]
		if key != "" {
			out = append(out, meeting.Matter{Kind: "vacancy", Key: p.Role.Key + "-" + p.State, Title: a.say(ctx, key, p.Role.Name.In(door.From(ctx).Lang)), Link: "/role/kind/" + p.Role.Key})
		}
	}
	return out, err
}

func (a *App) openMandates(ctx context.Context) (out []meeting.Matter, err error) {
	last := lang.Day(a.DB.Now().Add(endsWithin))
	all, err := a.Role.Mandates(ctx, role.Sieve{State: "running"})
	for _, m := range all {
		if m.Until != "" && m.Until <= last {
			out = append(out, meeting.Matter{Kind: "mandate", Key: m.ID, Title: a.say(ctx, "app.matter.mandate", m.RoleName.In(door.From(ctx).Lang), m.Name),
				Link: "/role/mandate/" + m.ID, Since: m.Since, Due: m.Until})
		}
	}
	return out, err
}

func (a *App) openFindings(ctx context.Context) (out []meeting.Matter, err error) {
	all, err := a.Audit.Findings(ctx, audit.FindingFilter{State: "open"})
	for _, f := range all {
		out = append(out, meeting.Matter{Kind: "audit", Key: f.ID, Title: a.say(ctx, "app.matter.audit", f.Title), Link: "/audit/finding/" + f.ID, Since: lang.Day(db.Time(f.Created)), Due: f.Due})
	}
	return out, err
}

// openCompetences are what a role needs and nobody in the organisation has: nothing about
// single people goes into minutes.
func (a *App) openCompetences(ctx context.Context) (out []meeting.Matter, err error) {
	o, err := a.Competence.Overview(ctx, "")
	if err != nil {
		return nil, err
	}
	b, err := a.Competence.Book(ctx)
	for _, g := range o.Gaps {
		for _, key := range g.Nobody {
			c, _ := b.Find(key)
			out = append(out, meeting.Matter{Kind: "competence", Key: g.Role.Key + "-" + key, Link: "/competence/role/" + g.Role.Key,
				Title: a.say(ctx, "app.matter.competence", c.Name.In(door.From(ctx).Lang), g.Role.Name.In(door.From(ctx).Lang))})
		}
	}
	return out, err
}

// openVulnerabilities are the exploited and the critical ones that hit most releases.
func (a *App) openVulnerabilities(ctx context.Context) (out []meeting.Matter, err error) {
	pressing := map[string]vulnerability.Finding{}
	for _, f := range []vulnerability.Filter{{KEV: true}, {Level: "critical"}} {
		f.Sort, f.Desc, f.Size = "releases", true, 50
		p, err := a.Vulnerability.List(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, one := range p.Items {
			if one.KEV || one.Level == severity.Critical {
				if old, ok := pressing[one.Key]; !ok || one.Releases > old.Releases {
					pressing[one.Key] = one
				}
			}
		}
	}
	var all []vulnerability.Finding
	for _, f := range pressing {
		all = append(all, f)
	}
	slices.SortFunc(all, func(x, y vulnerability.Finding) int {
		if x.KEV != y.KEV {
			return map[bool]int{true: -1, false: 1}[x.KEV]
		}
		if x.Releases != y.Releases {
			return y.Releases - x.Releases
		}
		return map[bool]int{true: -1, false: 1}[x.Key < y.Key]
	})
	for _, f := range all[:min(len(all), mostPressing)] {
		key := map[bool]string{true: "app.matter.exploited", false: "app.matter.critical"}[f.KEV]
		out = append(out, meeting.Matter{Kind: "vulnerability", Key: f.Key, Title: a.say(ctx, key, f.Key, f.Name, f.Releases), Link: "/vulnerability/" + f.Key, Since: lang.Day(f.At())})
	}
	return out, nil
}

// openContracts are those that end soon.
func (a *App) openContracts(ctx context.Context) (out []meeting.Matter, err error) {
	today, last := lang.Day(a.DB.Now()), lang.Day(a.DB.Now().Add(endsWithin))
	all, err := a.Estate.ContractsEnding(ctx, estate.Day(today), estate.Day(last))
	for _, c := range all {
		title, link := a.say(ctx, "app.matter.contract", c.Number), "/estate"
		if c.Supplier != "" {
			title, link = a.say(ctx, "app.matter.contract_with", c.Number, c.Supplier), "/estate/supplier/"+c.SupplierID
		}
		out = append(out, meeting.Matter{Kind: "contract", Key: c.ID, Title: title, Link: link, Due: string(c.Until)})
	}
	return out, err
}

func (a *App) openTasks(ctx context.Context) (out []meeting.Matter, err error) {
	since := a.DB.Now().Add(-failedWithin).UTC().Format(db.Clock)
	all, err := a.Jobs.Failed(ctx, door.From(ctx).Org, since, mostFailed)
	for _, t := range all {
		out = append(out, meeting.Matter{Kind: "import", Key: t.ID, Title: a.say(ctx, "app.matter.import", a.say(ctx, "job.kind."+t.Kind)), Link: "/job/" + t.ID, Since: lang.Day(t.Created)})
	}
	return out, err
}

// holdersOn lists who holds which role in an organisation or below it on a day, for whom it
// may concern: the members of a team are who holds its roles, whoever asks.
func (a *App) holdersOn(ctx context.Context, org ospo.OrgID, day string) (out []meeting.Holder, err error) {
	ctx = as(ctx, org)
	away := map[ospo.PersonID]bool{}
	absent, err := a.Role.Absences(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range absent {
		if one.Since <= day && day <= one.Until {
			away[one.Person] = true
		}
	}
	all, err := a.Role.Mandates(ctx, role.Sieve{})
	for _, m := range all {
		if m.Ended.IsZero() && !m.Closed && m.State != "retired" && m.Since <= day && (m.Until == "" || day <= m.Until) {
			out = append(out, meeting.Holder{Role: m.Role, Person: m.Person, Name: m.Name, Deputy: m.Deputy, DeputyName: m.DeputyName, Away: away[m.Person]})
		}
	}
	return out, err
}
