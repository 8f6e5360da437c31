// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/web"
)

func (s *Service) nav() []web.Entry {
	return []web.Entry{{Side: web.Steer, Key: "audit.nav", Href: "/audit", Permit: "audit.read"}}
}

func (s *Service) pages() []web.Page {
	return append(append(s.proofPages(), s.findingPages()...),
		web.Show("GET /audit", "audit.read", "log.html", s.log),
		web.File("GET /audit.csv", "audit.read", s.csv),
		web.File("GET /audit.jsonl", "audit.read", s.lines),
	)
}

// LogPage is a part of the log: a table, or for one thing its course of time.
type LogPage struct {
	Entries []Row
	Chips   []web.Chip
	Pager   web.Pager
	Thing   string // the name of the one thing that the page is about; else empty
	Href    string // its page
	Orgs    []web.Choice
	People  []web.Choice
	Rooms   []web.Choice // the words of Value are audit.room.…
	Doors   []web.Choice // the words of Value are audit.door.…
	From    string
	To      string
	All     string // the log without filters
	CSV     string
	Lines   string
	Most    int
	Filter  Filter
	Narrow  bool
	Part    bool // the page is one of several
	More    bool // older ones follow
}

// A Row is an entry with the ways on from it.
type Row struct {
	Entry
	ByPerson, ByThing, ByOrg string
	Room                     string // of the act
	Through                  string // the door, if it has words
}

var doors = []string{"web", "api", "cli", "job"}

// rooms are all in which something can be done, by the phrases that every act has.
var rooms = func() (all []string) {
	for key, act := range known {
		if act {
			room, _, _ := strings.Cut(strings.TrimPrefix(key, "audit.act."), ".")
			all = append(all, room)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}()

// sorted lists the rooms by what they are called in a language.
func sorted(tongue string) []string {
	return slices.SortedFunc(slices.Values(rooms), func(a, b string) int {
		return strings.Compare(own.T(tongue, "audit.room."+a), own.T(tongue, "audit.room."+b))
	})
}

func (s *Service) log(r *http.Request) (p LogPage, err error) {
	l := web.ReadListing(r, "-id")
	if p.Filter, err = read(l); err != nil {
		return p, err
	}
	if err := s.offer(r, &p, l); err != nil {
		return p, err
	}
	all, err := s.Entries(r.Context(), p.Filter, l.Size+1)
	if err != nil {
		return p, err
	}
	if p.Pager = l.Pager(false); len(all) > l.Size {
		all = all[:l.Size]
		p.Pager, p.More = l.Pager(true, all[l.Size-1].ID), true
	}
	p.Part = p.More || p.Filter.Before != ""
	for _, e := range all {
		p.Entries = append(p.Entries, row(e, l))
	}
	p.about()
	return p, nil
}

// read reads the filter from the address. Days are days in Berlin, the last one included.
func read(l web.Listing) (f Filter, err error) {
	f = Filter{Org: l.Get("org"), Person: l.Get("person"), Thing: l.Get("thing"), Door: l.Get("door"), What: l.Get("what")}
	if !slices.Contains(doors, f.Door) {
		f.Door = ""
	}
	if f.From, err = day(l.Get("from"), "from"); err != nil {
		return f, err
	}
	if f.To, err = day(l.Get("to"), "to"); err != nil {
		return f, err
	}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1)
	}
	v, _, err := keyset.Values(l.After, 1)
	if err == nil {
		f.Before = v[0]
	}
	return f, err
}

var berlin = func() *time.Location {
	if l, err := time.LoadLocation("Europe/Berlin"); err == nil {
		return l
	}
	return time.UTC
}()

func day(text, field string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, berlin)
	if err != nil {
		return t, fault.At(field, "audit.day_bad", text)
	}
	return t, nil
}

func row(e Entry, l web.Listing) Row {
	out := Row{Entry: e, ByPerson: l.With("person", e.Person), ByThing: l.With("thing", e.Thing), ByOrg: l.With("org", e.Org)}
	out.Room, _, _ = strings.Cut(e.What, ".")
	if slices.Contains(doors, e.Door) {
		out.Through = e.Door
	}
	return out
}

// offer fills in what the list can be narrowed to, and what narrows it now.
func (s *Service) offer(r *http.Request, p *LogPage, l web.Listing) error {
	root := door.From(r.Context()).Org
	orgs, err := s.store.orgChoices(r.Context(), root)
	if err != nil {
		return err
	}
	people, err := s.store.personChoices(r.Context(), root)
	if err != nil {
		return err
	}
	p.Orgs, p.People = offered(orgs, p.Filter.Org), offered(people, p.Filter.Person)
	room, _, _ := strings.Cut(p.Filter.What, ".")
	p.Rooms, p.Doors = plain(sorted(door.From(r.Context()).Lang), room), plain(doors, p.Filter.Door)
	p.From, p.To, p.Most = l.Get("from"), l.Get("to"), Most
	p.All, p.CSV, p.Lines = l.With("org", "", "person", "", "thing", "", "door", "", "what", "", "from", "", "to", ""), l.Export("csv"), l.Export("jsonl")
	p.Chips = l.Chips("person", "audit.person", "org", "audit.org", "thing", "audit.thing", "what", "audit.what", "from", "audit.from", "to", "audit.to")
	p.Narrow = len(p.Chips) > 0 || p.Filter.Door != ""
	for i, c := range p.Chips {
		for _, o := range slices.Concat(p.Orgs, p.People) {
			if c.Value == o.Value && (c.Label == "audit.org" || c.Label == "audit.person") {
				p.Chips[i].Value = o.Label
			}
		}
	}
	return nil
}

func offered(all []choice, chosen string) []web.Choice {
	var out []web.Choice
	for _, c := range all {
		out = append(out, web.Choice{Value: c.ID, Label: c.Name, Chosen: c.ID == chosen})
	}
	return out
}

func plain(values []string, chosen string) []web.Choice {
	var out []web.Choice
	for _, v := range values {
		out = append(out, web.Choice{Value: v, Chosen: v == chosen})
	}
	return out
}

// about names the one thing that the page is about.
func (p *LogPage) about() {
	if p.Filter.Thing == "" {
		return
	}
	p.Thing = p.Filter.Thing
	if len(p.Entries) > 0 && p.Entries[0].ThingName != "" {
		p.Thing, p.Href = p.Entries[0].ThingName, p.Entries[0].Href
	}
	for i, c := range p.Chips {
		if c.Label == "audit.thing" {
			p.Chips[i].Value = p.Thing
		}
	}
}

func (s *Service) csv(r *http.Request) (web.Download, error) {
	f, err := read(web.ReadListing(r, "-id"))
	return web.Download{Name: "audit.csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error {
		return s.WriteTable(r.Context(), w, f)
	}}, err
}

func (s *Service) lines(r *http.Request) (web.Download, error) {
	f, err := read(web.ReadListing(r, "-id"))
	return web.Download{Name: "audit.jsonl", Type: "application/jsonl; charset=utf-8", Write: func(w io.Writer) error {
		return s.WriteLines(r.Context(), w, f)
	}}, err
}
