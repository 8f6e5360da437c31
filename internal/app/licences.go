// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"slices"

	"allmende/internal/office/meeting"
	"allmende/internal/office/policy"
	"allmende/internal/office/sbom"
	"allmende/internal/office/where"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// meetPolicy lets the room of verdicts know what bills of materials list, and lets its acts
// wait for a second person, as well as conclusions that take a denial away.
func (a *App) meetPolicy() {
	a.Policy.Shelf = a.SBOM
	a.Policy.Use(a.Approval)
	a.Licence.Use(a.Approval)
	a.Licence.Softens = a.Policy.Softens
	a.SBOM.Licences = a.licences
	a.Duty.Contexts = a.Policy.ContextsOf
	a.Audit.Things = append(a.Audit.Things, a.Policy.Things)
}

// licences is the verdict on a release, for the answer to an upload; none for who may not
// read verdicts.
func (a *App) licences(ctx context.Context, release ospo.ReleaseID) (*sbom.LicenceVerdict, error) {
	if !door.From(ctx).May("policy.read") {
		return nil, nil
	}
	v, err := a.Policy.Verdict(ctx, release)
	if err != nil {
		return nil, err
	}
	t := v.Tally
	return &sbom.LicenceVerdict{Verdict: string(v.Verdict), Deny: t.Deny, Unknown: t.Unknown, Review: t.Review, Allow: t.Allow, Profile: v.Profile, Version: v.Version, Href: "/policy/release/" + string(release)}, nil
}

// rulings are the verdicts on some releases, for the answers of the search; none for who may
// not read verdicts.
func (a *App) rulings(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]where.Ruling, error) {
	all, err := a.verdicts(ctx, releases)
	out := make(map[ospo.ReleaseID]where.Ruling, len(all))
	for r, v := range all {
		out[r] = where.Ruling{Verdict: v, Href: "/policy/release/" + string(r)}
	}
	return out, err
}

// bearers are the products in view that are under a licence themselves, for the answers of the
// search.
func (a *App) bearers(ctx context.Context, licence string) ([]ospo.SoftwareID, error) {
	all, err := a.Licence.Bearers(ctx, licence)
	out := make([]ospo.SoftwareID, len(all))
	for i, b := range all {
		out[i] = b.SoftwareID
	}
	return out, err
}

// verdicts are those on some releases; nil for who may not read them.
func (a *App) verdicts(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]string, error) {
	if !door.From(ctx).May("policy.read") {
		return nil, nil
	}
	all, err := a.Policy.VerdictsOf(ctx, releases)
	out := make(map[ospo.ReleaseID]string, len(all))
	for r, v := range all {
		out[r] = string(v)
	}
	return out, err
}

// CheckLicences judges the licences of a document without any database, by a profile that
// comes with the program, in a context.
func CheckLicences(data []byte, limits Limits, profile, use, tongue string) (LicenceCheck, error) {
	doc, err := sbom.Open(data, limits)
	if err != nil {
		return LicenceCheck{}, err
	}
	return policy.CheckAlone(doc, profile, ospo.Context(use), tongue)
}

// CheckLicences is the same by a profile of the organisation, the one in force where empty,
// with its exceptions and choices.
func (a *App) CheckLicences(ctx context.Context, data []byte, profile, use string) (LicenceCheck, error) {
	doc, err := sbom.Open(data, a.SBOM.Limits)
	if err != nil {
		return LicenceCheck{}, err
	}
	return a.Policy.CheckDocument(ctx, doc, profile, ospo.Context(use))
}

// mostQuestions bounds how many questions one agenda or letter names.
const mostQuestions = 20

// waitingQuestions are questions to the licence manager that nobody has answered, the newest
// first.
func (a *App) waitingQuestions(ctx context.Context) ([]policy.Question, error) {
	all, err := a.Policy.Questions(ctx, "")
	all = slices.DeleteFunc(all, func(q policy.Question) bool { return q.State != policy.Open && q.State != policy.Advised })
	return all[:min(len(all), mostQuestions)], err
}

// openQuestions are those for the agenda of a meeting.
func (a *App) openQuestions(ctx context.Context) (out []meeting.Matter, err error) {
	all, err := a.waitingQuestions(ctx)
	for _, q := range all {
		out = append(out, meeting.Matter{Kind: "question", Key: q.ID, Title: a.say(ctx, "app.matter.question", q.Short(), cmp.Or(q.Title, q.OrgName)),
			Link: "/policy/question/" + q.ID, Since: lang.Day(db.Time(q.Created))})
	}
	return out, err
}

// toReply are questions for who may answer them; nobody answers their own.
func (a *App) toReply(ctx context.Context) (out []ospo.Matter, err error) {
	v := door.From(ctx)
	if !v.May("policy.read") || !v.May("policy.decide") {
		return nil, nil
	}
	all, err := a.waitingQuestions(ctx)
	for _, q := range all {
		if q.Asker != v.Human() {
			out = append(out, ospo.Matter{Kind: "policy.question", Key: "digest.matter.question", Args: []any{q.Short(), q.OrgName}, Link: "/policy/question/" + q.ID, Since: lang.Day(db.Time(q.Created))})
		}
	}
	return out, err
}
