// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"net/http"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/office/audit"
	"allmende/internal/office/estate"
	"allmende/internal/office/governance"
	"allmende/internal/office/role"
	"allmende/internal/office/sbom"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/door"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/web"
)

// introduce lets the rooms know each other: who is told what, within the same transaction.
func (a *App) introduce() {
	a.Vulnerability.ReadFrom(a.SBOM)
	a.Vulnerability.Parcels = a.Blobs
	a.Where.Shelf, a.Licence.Shelf = a.SBOM, a.SBOM
	a.Where.Licensed, a.Where.Bearers, a.Where.Rulings = a.Licence.Held, a.bearers, a.rulings
	a.SBOM.Ensure = a.Estate.Ensure
	a.SBOM.Arrived = append(a.SBOM.Arrived, a.Vulnerability.Arrived, a.Licence.Arrived)
	a.SBOM.Shelved = append(a.SBOM.Shelved, a.Estate.Shelved, a.Vulnerability.Shelved)
	a.SBOM.Received = append(a.SBOM.Received, a.Vulnerability.Received)
	a.SBOM.Findings = a.findings
	a.Estate.Hits, a.Estate.Rulings = a.hits, a.verdicts
	a.Licence.Rulings = a.verdicts
	a.Estate.Signs = a.signs
	a.Estate.VisibilityChanged = append(a.Estate.VisibilityChanged, a.Vulnerability.VisibilityChanged, a.Licence.Seen)
	a.Governance.TreeChanged = append(a.Governance.TreeChanged, a.Estate.TreeChanged, a.Vulnerability.TreeChanged)
	a.Factor.Gate, a.Factor.Administers, a.Governance.Second = a.Governance, a.Governance.Administers, a.Factor.Second
	a.Governance.UseMail(a.Mail)
	a.Governance.Erased = append(a.Governance.Erased, a.forget)
	a.Audit.UseMail(a.Mail, a.addressed)
	a.Audit.Things = append(a.Audit.Things, a.Governance.Things, a.Estate.Things, a.Role.Things, a.Audit.FindingThings, a.Retention.Things, a.Approval.Things)
	a.Governance.Mandates = a.mandates
	a.recognise()
	a.Role.Levels = governance.LevelGrants
	a.Audit.RoleNames, a.Audit.Answers = a.Role.Names, a.answers
	a.Role.Use(a.Approval)
	a.Governance.UseDesk(a.Approval, role.Approve)
	a.Factor.UseDesk(a.Approval, role.Approve)
	a.Factor.Guarded = a.Governance.Guarded
	a.Governance.Others, a.Governance.Weighs = a.Role.Others, a.Role.Administers
	a.Approval.Apart = a.apart
	a.meetTenant()
	a.meetTeam()
	a.meetCasework()
	a.meetContract()
	a.meetProcurement()
	a.meetScoring()
	a.meetDesk()
	a.meetIntake()
	a.meetTicket()
	a.meetPolicy()
	a.meetDuty()
	a.meetRetention()
	a.meetDigest()
}

// addressed is where the mail of whoever a finding is addressed to goes: the login, where
// that is an address.
func (a *App) addressed(ctx context.Context, f audit.Finding) (string, error) {
	p, err := a.Governance.Person(door.With(ctx, door.Viewer{Org: governance.System}), f.Head)
	if fault.Of(err) == fault.NotFound || err == nil && !mail.IsAddress(p.Login) {
		return "", nil
	}
	return p.Login, err
}

// answers says who may answer findings about an organisation today.
func (a *App) answers(ctx context.Context, org ospo.OrgID) (func(ospo.PersonID) bool, error) {
	x, err := a.Role.Index(ctx)
	if err != nil {
		return nil, err
	}
	return func(p ospo.PersonID) bool { return x.May(p, "audit.answer", org) }, nil
}

// apart returns a fault where two accounts are not four eyes.
func (a *App) apart(ctx context.Context, one, other ospo.PersonID) error {
	if err := a.Governance.OneHuman(ctx, one, other); err != nil {
		return err
	}
	return a.Role.Apart(ctx, one, other)
}

// mandates are what roles give a person today.
func (a *App) mandates(ctx context.Context, person ospo.PersonID) (out []governance.Mandate, err error) {
	err = a.Role.Held(ctx, person, func(role string, org ospo.OrgID, grants []string) {
		out = append(out, governance.Mandate{Role: role, Org: org, Grants: grants})
	})
	return out, err
}

// permissions are those that some page or operation asks for, in order.
func (a *App) permissions() []string {
	out := a.Approval.Permits()
	for _, m := range a.modules() {
		out = append(out, m.Permits...)
		for _, p := range m.Pages {
			out = append(out, p.Permit)
		}
		for _, op := range m.Ops {
			out = append(out, op.Permit)
		}
		for _, f := range m.Foreign {
			out = append(out, f.Permit)
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(p string) bool { return p == web.Anyone })
}

// counts are the figures beside the navigation: what waits for the viewer.
func (a *App) counts(r *http.Request, v door.Viewer) (map[string]int, error) {
	n, err := a.Approval.Waiting(r.Context())
	return map[string]int{approval.Nav.Href: n}, err
}

// findings are the known vulnerabilities of a release, for the answer to an upload.
func (a *App) findings(ctx context.Context, release ospo.ReleaseID) (sbom.Findings, error) {
	j, err := a.Vulnerability.Judge(ctx, release)
	t := j.Tally
	return sbom.Findings{Critical: t.Critical, High: t.High, Medium: t.Medium, Low: t.Low, Unknown: t.Unknown, Unchecked: j.Unchecked}, err
}

// hits are the known vulnerabilities of releases, for the lists of the register. A release
// without a bill of materials is not in them; nil is for who may not know.
func (a *App) hits(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]estate.Hit, error) {
	if v := door.From(ctx); !v.May("vulnerability.read") || !v.May("sbom.read") {
		return nil, nil
	}
	judged, err := a.Vulnerability.Judged(ctx, releases)
	out := make(map[ospo.ReleaseID]estate.Hit, len(judged))
	for id, j := range judged {
		h := estate.Hit{Critical: j.Tally.Critical, High: j.Tally.High, Findings: j.Tally.All(), Unchecked: j.Unchecked, Documents: 1}
		if j.Verdict == "unknown" {
			h.Unclear = 1
		}
		out[id] = h
	}
	return out, err
}

// signs are what the rooms that the viewer may look into say of a release, in their order.
func (a *App) signs(ctx context.Context, release ospo.ReleaseID) ([]web.Sign, error) {
	var out []web.Sign
	for _, r := range a.Rooms {
		if r.Sign == nil || !door.From(ctx).May(r.Name+".read") {
			continue
		}
		s, err := r.Sign(ctx, release)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}
