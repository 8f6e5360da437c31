// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/office/digest"
	"allmende/internal/office/role"
	"allmende/internal/office/vulnerability"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// meetDigest lets the room that writes to people know who has something to say to them.
func (a *App) meetDigest() {
	d := a.Digest
	d.UseMail(a.Mail)
	d.Places = a.Governance.Places
	d.Holds = func(ctx context.Context, person ospo.PersonID) (bool, error) {
		n := 0
		err := a.Role.Held(ctx, person, func(string, ospo.OrgID, []string) { n++ })
		return n > 0, err
	}
	d.Sources = []digest.Source{
		{Key: "approval", Page: "/approval", Ask: a.toDecide}, {Key: "finding", Page: "/audit/finding", Ask: a.toAnswer}, {Key: "casework", Page: "/casework", Ask: a.toWork},
		{Key: "duty", Page: "/duty", Ask: a.toFulfil}, {Key: "question", Page: "/policy/questions", Ask: a.toReply},
		{Key: "contract", Page: "/contract/owed", Ask: a.toSettle}, {Key: "budget", Page: "/budget", Ask: a.toComply},
		{Key: "mandate", Page: "/role/mandates", Ask: a.ending}, {Key: "vacancy", Page: "/role", Ask: a.vacant},
		{Key: "mention", Page: "/desk/mentions", Ask: a.named},
		{Key: "vulnerability", Page: "/vulnerability", Once: true, Ask: a.alarming}, {Key: "job", Page: "/job", Once: true, Ask: a.broken}}
}

// toDecide are proposals that the viewer could decide.
func (a *App) toDecide(ctx context.Context) (out []ospo.Matter, err error) {
	if !door.From(ctx).May("approval.read") {
		return nil, nil
	}
	all, err := a.Approval.List(ctx, "pending")
	for _, p := range all {
		if a.Approval.Check(ctx, p) == nil {
			out = append(out, ospo.Matter{Kind: "approval.proposal", Key: "digest.matter.approval", Args: []any{a.Texts.T(tongueOf(ctx), a.Approval.Key(p.What)), p.OrgName},
				Link: "/approval/" + p.ID, Since: lang.Day(p.Proposed)})
		}
	}
	return out, err
}

func tongueOf(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return lang.Tongues[0]
}

// toAnswer are findings addressed to the viewer that are not done, and for auditors those
// that are said to be.
func (a *App) toAnswer(ctx context.Context) (out []ospo.Matter, err error) {
	v := door.From(ctx)
	if !v.May("audit.read") {
		return nil, nil
	}
	all, err := a.Audit.Findings(ctx, audit.FindingFilter{State: "open"})
	for _, f := range all {
		m := ospo.Matter{Kind: "audit.finding", Text: f.Title, Link: "/audit/finding/" + f.ID, Due: f.Due}
		switch {
		case f.State == "done" && v.May("audit.find"):
			m.Text, m.Key, m.Args, m.Due = "", "digest.matter.verify", []any{f.Title}, ""
			out = append(out, m)
		case f.State != "done" && f.Head == v.Human():
			out = append(out, m)
		}
	}
	return out, err
}

// soon is how far ahead the end of a role is told.
const soon = 30 * 24 * time.Hour

// ending are the viewer's roles that end soon.
func (a *App) ending(ctx context.Context) (out []ospo.Matter, err error) {
	v := door.From(ctx)
	all, err := a.Role.Mandates(ctx, role.Sieve{Person: string(v.Human()), State: "running"})
	until := lang.Day(a.DB.Now().Add(soon))
	for _, m := range all {
		if m.Person == v.Human() && m.Until != "" && m.Until <= until {
			out = append(out, ospo.Matter{Kind: "role.mandate", Key: "digest.matter.mandate", Args: []any{m.RoleName.In(tongueOf(ctx)), m.OrgName}, Link: "/role/mandate/" + m.ID, Due: m.Until})
		}
	}
	return out, err
}

// vacant are roles that nobody fills, for who gives roles.
func (a *App) vacant(ctx context.Context) (out []ospo.Matter, err error) {
	v := door.From(ctx)
	if !v.May("role.grant") {
		return nil, nil
	}
	all, err := a.Role.Posts(ctx)
	for _, p := range all {
		if p.State == "vacant" && !p.Role.Retired {
			out = append(out, ospo.Matter{Kind: "role.vacancy", Key: "digest.matter.vacancy", Args: []any{p.Role.Name.In(tongueOf(ctx)), v.OrgName}, Link: "/role/mandates/add?role=" + p.Role.Key + "&org=" + string(v.Org)})
		}
	}
	return out, err
}

// mostAlarms is how many vulnerabilities are looked at for one letter.
const mostAlarms = 200

// alarming are vulnerabilities of what the viewer's organisation runs that are critical or
// known to be exploited.
func (a *App) alarming(ctx context.Context) (out []ospo.Matter, err error) {
	v := door.From(ctx)
	if !v.May("vulnerability.read") || !v.May("sbom.read") {
		return nil, nil
	}
	seen := map[string]bool{}
	for _, f := range []vulnerability.Filter{{KEV: true}, {Level: "critical"}} {
		f.Sort, f.Desc, f.Size = "severity", true, mostAlarms
		page, err := a.Vulnerability.List(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, one := range page.Items {
			if seen[one.Key] {
				continue
			}
			seen[one.Key] = true
			m := ospo.Matter{Kind: "vulnerability.finding", Key: "digest.matter.vulnerability", Args: []any{one.Key, one.Name, one.Version, one.Releases}, Link: "/vulnerability/" + one.Key}
			if one.KEV {
				m.Key = "digest.matter.exploited"
			}
			out = append(out, m)
		}
	}
	return out, nil
}

// lately is for how long it is told that something failed.
const lately = 14 * 24 * time.Hour

// broken are tasks that the viewer started and that failed.
func (a *App) broken(ctx context.Context) (out []ospo.Matter, err error) {
	v := door.From(ctx)
	if !v.May("job.read") {
		return nil, nil
	}
	all, err := a.Jobs.FailedOf(ctx, v.Human(), a.DB.Now().Add(-lately))
	for _, t := range all {
		out = append(out, ospo.Matter{Kind: "job.task", Key: "job.kind." + t.Kind, Link: "/job/" + t.ID, Since: lang.Day(t.Ended)})
	}
	return out, err
}
