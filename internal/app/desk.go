// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/office/desk"
	"allmende/internal/office/estate"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// meetDesk lets what lies beside the cases know the cases, people, and what they can be about.
func (a *App) meetDesk() {
	d := a.Desk
	d.Matter = func(ctx context.Context, id string) (desk.Matter, error) {
		c, err := a.Casework.Case(ctx, id)
		return a.matter(ctx, c, err)
	}
	d.Part = func(ctx context.Context, id string) (desk.Matter, error) {
		c, err := a.Casework.Part(ctx, id)
		return a.matter(ctx, c, err)
	}
	d.Find = func(ctx context.Context, text string, most int) (out []desk.Matter, err error) {
		all, _, err := a.Casework.Cases(ctx, casework.Sieve{Text: text, Desc: true, Size: most})
		for _, c := range all {
			out = append(out, matterOf(c))
		}
		return out, err
	}
	d.Dues = func(ctx context.Context, from, until string, most int) (out []desk.Due, err error) {
		all, err := a.Casework.Dues(ctx, from, until, most)
		for _, w := range all {
			due := desk.Due{ID: w.ID, Day: w.Due, Name: w.Name, Number: w.Number(), Title: w.Title, Link: "/casework/case/" + w.Task.Case + "#tasks", Late: w.IsLate}
			if w.At != "" {
				due.Place = desk.Place{At: string(w.At), AtName: w.AtName, Back: due.Link, What: due.Number}
			}
			out = append(out, due)
		}
		return out, err
	}
	d.Comment, d.Tell = a.Casework.Comment, a.Casework.Tell
	a.Casework.Commented = append(a.Casework.Commented, func(ctx context.Context, tx *db.Tx, c casework.Case, n int, text string) error {
		return d.Heard(ctx, tx, matterOf(c), n, text)
	})
	d.People, d.Knows, d.Sees = a.concerned, a.knows, a.seesCase
	d.Places = a.places
	d.Thing, d.Software = a.linked, a.softwareNamed
	d.Held = a.blobHeld
	a.Audit.Things = append(a.Audit.Things, d.Things)
}

// matter is a case with its asker by name, who may have given it as a guest.
func (a *App) matter(ctx context.Context, c casework.Case, err error) (desk.Matter, error) {
	m := matterOf(c)
	if err != nil || c.Asker != casework.Guest {
		return m, err
	}
	name, err := a.Intake.NameOf(ctx, c.Org, c.ID)
	m.AskerName = cmp.Or(name, m.AskerName)
	return m, err
}

func matterOf(c casework.Case) desk.Matter {
	return desk.Matter{ID: c.ID, Org: c.Org, OrgName: c.OrgName, Number: c.Number(), Title: c.Title, Asker: c.Asker, AskerName: cmp.Or(c.AskerName, string(c.Asker)), Created: c.Created, Open: c.Open(), Mute: c.Asker == casework.Mailed}
}

// concerned are who asked for a case and who holds a role for its organisation, in it or above it.
func (a *App) concerned(ctx context.Context, m desk.Matter) (out []desk.Person, err error) {
	above, err := a.Casework.Above(ctx, m.Org)
	if err != nil || len(above) == 0 {
		return nil, err
	}
	all, err := a.Role.Mandates(as(ctx, above[len(above)-1]), role.Sieve{State: "running"})
	if err != nil {
		return nil, err
	}
	ids := []ospo.PersonID{m.Asker}
	for _, one := range all {
		if !one.Closed && slices.Contains(above, one.Org) {
			ids = append(ids, one.Person)
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		p, err := a.Governance.Person(everywhere(ctx), id)
		if fault.Of(err) == fault.NotFound && err != nil || err == nil && (p.Login == "" || !p.Ended.IsZero()) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if ok, err := a.seesCase(ctx, id, m); err != nil {
			return nil, err
		} else if ok {
			out = append(out, desk.Person{ID: p.ID, Login: p.Login, Name: p.Name})
		}
	}
	slices.SortFunc(out, func(x, y desk.Person) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
	return out, nil
}

// knows finds somebody by login, whoever asks: who may not see the case is told of nobody.
func (a *App) knows(ctx context.Context, login string) (desk.Person, error) {
	p, err := a.Governance.ByLogin(everywhere(ctx), login)
	return desk.Person{ID: p.ID, Login: p.Login, Name: p.Name}, err
}

// seesCase reports whether somebody may see a case: they have a place, in its organisation or
// above it, where they may see cases.
func (a *App) seesCase(ctx context.Context, person ospo.PersonID, m desk.Matter) (bool, error) {
	above, err := a.Casework.Above(ctx, m.Org)
	if err != nil {
		return false, err
	}
	places, err := a.Governance.Places(ctx, person)
	if fault.Of(err) == fault.NotFound {
		err = nil
	}
	return slices.ContainsFunc(places, func(v door.Viewer) bool { return v.May("casework.read") && slices.Contains(above, v.Org) }), err
}

// places are who the viewer is in each organisation that they can act for. A token is for one.
func (a *App) places(ctx context.Context) (out []door.Viewer, err error) {
	v := door.From(ctx)
	if v.Behind != "" {
		return nil, nil
	}
	out, err = a.Governance.Places(ctx, v.Human())
	if fault.Of(err) == fault.NotFound {
		err = nil
	}
	for i := range out {
		out[i].Lang, out[i].Door, out[i].Request = v.Lang, v.Door, v.Request
	}
	return out, err
}

// linked names what a case has to do with, and its page, for who may look there.
func (a *App) linked(ctx context.Context, kind, id string) (name, href string, err error) {
	if kind == "advisory" {
		if !door.From(ctx).May("vulnerability.read") {
			return "", "", nil
		}
		v, err := a.Vulnerability.Advisory(ctx, id)
		return v.Key, "/vulnerability/" + v.Key, err
	}
	if !door.From(ctx).May("estate.read") {
		return "", "", nil
	}
	names, hrefs, err := a.Estate.Things(ctx, []string{id})
	return names[id], hrefs[id], err
}

// softwareNamed lists software that the viewer sees by part of its name.
func (a *App) softwareNamed(ctx context.Context, name string) (out []desk.Thing, err error) {
	if !door.From(ctx).May("estate.read") {
		return nil, nil
	}
	all, _, err := a.Estate.List(ctx, estate.Filter{Text: name}, estate.Order{Sort: "name", Size: 50})
	for _, w := range all {
		out = append(out, desk.Thing{ID: string(w.ID), Name: w.Name})
	}
	return out, err
}

// blobHeld reports whether a row of any room still points to a content.
func (a *App) blobHeld(ctx context.Context, sum string) (bool, error) {
	for _, t := range a.tables() {
		if t.Blob == "" {
			continue
		}
		have, err := t.Have(ctx, a.DB.Read(), t.Blob, []string{sum})
		if err != nil || len(have) > 0 {
			return true, err
		}
	}
	return a.Jobs.Mentioned(ctx, sum)
}

// named are mentions that the viewer has not taken note of.
func (a *App) named(ctx context.Context) (out []ospo.Matter, err error) {
	if !door.From(ctx).May("casework.read") {
		return nil, nil
	}
	all, err := a.Desk.Mentions(ctx, true)
	for _, m := range all {
		out = append(out, ospo.Matter{Kind: "desk.mention", Key: "digest.matter.mention", Args: []any{cmp.Or(m.AuthorName, string(m.Author)), m.Matter.Number + " " + m.Matter.Title},
			Link: m.Matter.Link() + "#timeline", Since: m.Created[:10]})
	}
	return out, err
}
