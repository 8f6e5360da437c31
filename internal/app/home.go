// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"net/http"
	"time"

	"allmende/internal/office/vulnerability"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// HomePage is the overview: what is to do, what has changed, how things stand.
type HomePage struct {
	Exploited int // vulnerabilities in view that are known to be exploited
	Urgent    []Urgent
	Changes   []Change
	Fields    []web.Field
	Findings  bool // may be seen
	Log       bool // may be seen
	Upload    bool // bills of materials may be uploaded
	Where     bool // may be asked where something runs
}

// An Urgent vulnerability is one of the first to deal with.
type Urgent struct {
	Key, Component, Level string
	Score                 float64
	Products              int
	Exploited             bool
}

// A Change is something that somebody did.
type Change struct {
	At                          time.Time
	Phrase, Thing, Href, Person string
}

func (a *App) home(r *http.Request) (p HomePage, err error) {
	v := door.From(r.Context())
	p.Upload, p.Where = v.May("sbom.write"), v.May("where.read")
	if p.Findings = v.May("vulnerability.read"); p.Findings {
		if p.Urgent, p.Exploited, err = a.urgent(r); err != nil {
			return p, err
		}
	}
	if p.Log = v.May("audit.read"); p.Log {
		if p.Changes, err = a.changes(r); err != nil {
			return p, err
		}
	}
	for _, room := range a.Rooms {
		if room.Fields == nil || !v.May(room.Name+".read") {
			continue
		}
		fields, err := room.Fields(r.Context())
		if err != nil {
			return p, err
		}
		p.Fields = append(p.Fields, fields...)
	}
	return p, nil
}

// urgent returns the exploited vulnerabilities first, then the most severe.
func (a *App) urgent(r *http.Request) (out []Urgent, exploited int, err error) {
	const most = 6
	kev, err := a.Vulnerability.List(r.Context(), vulnerability.Filter{KEV: true, Sort: "severity", Desc: true, Size: 10 * most})
	if err != nil {
		return nil, 0, err
	}
	rest, err := a.Vulnerability.List(r.Context(), vulnerability.Filter{Sort: "severity", Desc: true, Size: 10 * most})
	if err != nil {
		return nil, 0, err
	}
	seen := map[string]bool{}
	for _, f := range append(kev.Items, rest.Items...) {
		if seen[f.Key] || len(out) == most {
			continue
		}
		seen[f.Key] = true
		u := Urgent{Key: f.Key, Component: f.Name + " " + f.Version, Level: f.Level.String(), Products: f.Releases, Exploited: f.KEV}
		if f.Score != nil {
			u.Score = *f.Score
		}
		out = append(out, u)
	}
	return out, kev.Count, nil
}

func (a *App) changes(r *http.Request) (out []Change, err error) {
	all, err := a.Audit.Recent(r.Context(), 7)
	for _, e := range all {
		c := Change{At: e.At, Phrase: e.What, Thing: e.ThingName, Href: e.Href, Person: e.PersonName}
		if e.Phrase != "" {
			c.Phrase = a.Texts.T(door.From(r.Context()).Lang, e.Phrase)
		}
		out = append(out, c)
	}
	return out, err
}
