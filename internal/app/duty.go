// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/obligation"
	"allmende/internal/office/duty"
	"allmende/internal/office/meeting"
	"allmende/internal/office/sbom"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// meetDuty lets the room of duties know what is in releases, and who holds which role.
func (a *App) meetDuty() {
	d := a.Duty
	d.Shelf, d.Document, d.RoleNames, d.Version = a.SBOM, a.document, a.Role.Names, Version
	d.Contexts = a.contextsOf
	d.Own = func(ctx context.Context) (obligation.Own, error) { return a.Licence.Classes(ctx) }
	d.Choices = func(ctx context.Context) (out []duty.Choice, err error) {
		all, err := a.Policy.Choices(ctx)
		for _, c := range all {
			out = append(out, duty.Choice{Component: c.Component, Licence: c.Licence, Chosen: c.Chosen})
		}
		return out, err
	}
}

// contextsOf are the contexts in which releases are used: one is asked for by itself.
func (a *App) contextsOf(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID][]ospo.Context, error) {
	if len(releases) != 1 {
		return a.Policy.AllContexts(ctx)
	}
	one, err := a.Policy.Contexts(ctx, releases[0])
	return map[ospo.ReleaseID][]ospo.Context{releases[0]: one}, err
}

// document reads the present bill of materials of a release that the viewer may see; nil where
// there is none.
func (a *App) document(ctx context.Context, release ospo.ReleaseID) (*bom.Document, error) {
	all, err := a.SBOM.Documents(ctx, sbom.Filter{Release: release}, sbom.Order{})
	for _, d := range all {
		if d.Current && err == nil {
			return a.SBOM.Read(ctx, d)
		}
	}
	return nil, err
}

// dueWithin is how far ahead duties are told before they are due.
const dueWithin = 14 * 24 * time.Hour

// mostDuties bounds how many duties one agenda or letter names.
const mostDuties = 20

// waitingDuties are duties that are escalated, overdue or due soon.
func (a *App) waitingDuties(ctx context.Context) ([]duty.Row, error) {
	all, err := a.Duty.Waiting(ctx, lang.Day(a.DB.Now().Add(dueWithin)))
	return all[:min(len(all), mostDuties)], err
}

// openDuties are those for the agenda of a meeting.
func (a *App) openDuties(ctx context.Context) (out []meeting.Matter, err error) {
	all, err := a.waitingDuties(ctx)
	for _, d := range all {
		out = append(out, meeting.Matter{Kind: "duty", Key: d.Decision, Title: a.say(ctx, "app.matter.duty", d.Title(), a.Texts.T(door.From(ctx).Lang, "duty.object."+d.Object), a.Texts.T(door.From(ctx).Lang, "duty.state."+d.State)),
			Link: "/duty/release/" + string(d.Release) + "/to/" + d.Duty, Due: d.Due})
	}
	return out, err
}

// toFulfil are duties for who may decide on them, and for who holds the role that is
// responsible.
func (a *App) toFulfil(ctx context.Context) (out []ospo.Matter, err error) {
	v := door.From(ctx)
	if !v.May("duty.read") {
		return nil, nil
	}
	held := map[string]bool{}
	if err := a.Role.Held(ctx, v.Human(), func(role string, org ospo.OrgID, _ []string) {
		held[role] = held[role] || org == v.Org
	}); err != nil || !v.May("duty.write") && len(held) == 0 {
		return nil, err
	}
	all, err := a.waitingDuties(ctx)
	for _, d := range all {
		if v.May("duty.write") || held[d.Role] {
			out = append(out, ospo.Matter{Kind: "duty.decision", Key: "digest.matter.duty", Args: []any{d.Title(), a.Texts.T(tongueOf(ctx), "duty.object."+d.Object), a.Texts.T(tongueOf(ctx), "duty.state."+d.State)},
				Link: "/duty/release/" + string(d.Release) + "/to/" + d.Duty, Due: d.Due})
		}
	}
	return out, err
}

// ExportSBOM writes the bill of materials of a release, named by its id or by software and
// version, with concluded licences: "cyclonedx", "spdx" or "spdx3".
func (a *App) ExportSBOM(ctx context.Context, release, software, version, format string) ([]byte, error) {
	return a.Duty.Export(ctx, ospo.ReleaseID(release), software, version, format)
}
