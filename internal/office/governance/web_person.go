// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"net/http"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/web"
)

// PeoplePage is the list of people.
type PeoplePage struct {
	People        []Person
	Heads         []web.Head
	Chips         []web.Chip
	Pager         web.Pager
	Count         int
	All           string // the list without filters
	AnyLevel      string // the list without that filter
	AnyState      string
	Orgs          []web.Choice
	Levels        []Level
	Query         string
	Level, State  string
	Admin, Narrow bool // Narrow: a filter is at work
}

func (s *Service) peoplePage(r *http.Request) (p PeoplePage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	l := web.ReadListing(r, "name", "-created")
	f, err := readSieve(l)
	if err != nil {
		return p, err
	}
	all, err := s.store.people(ctx, v.Org, f, l.Size+1)
	if err != nil {
		return p, err
	}
	p = PeoplePage{People: all[:min(len(all), l.Size)], Admin: mayAdmin(r), Levels: Levels, Query: f.text, Level: f.level, State: f.state}
	if p.Pager = l.Pager(false); len(all) > l.Size {
		p.Pager = l.Pager(true, f.cursor(p.People[l.Size-1])...)
	}
	if p.Count, err = s.store.countPeople(ctx, v.Org, f); err != nil {
		return p, err
	}
	units, err := s.store.units(ctx, v.Org, parentsAtMost)
	p.Orgs = choices(plant(units), ospo.OrgID(f.org))
	p.label(l)
	return p, err
}

// label fills in the heads of the list and what narrows it.
func (p *PeoplePage) label(l web.Listing) {
	p.Heads = []web.Head{l.Head("governance.person", "name"), {Key: "governance.org"}, {Key: "governance.login"},
		{Key: "governance.level"}, {Key: "governance.state"}, l.Head("governance.since", "-created")}
	p.Chips = l.Chips("q", "governance.filter.q", "org", "governance.org")
	nameChip(p.Chips, p.Orgs)
	p.AnyLevel, p.AnyState = l.With("level", ""), l.With("state", "")
	p.All = l.With("q", "", "org", "", "level", "", "state", "")
	p.Narrow = len(p.Chips) > 0 || p.Level+p.State != ""
}

// readSieve reads the filters of the address; values that do not exist filter nothing.
func readSieve(l web.Listing) (sieve, error) {
	f := sieve{text: l.Get("q"), org: l.Get("org"), level: l.Get("level"), state: l.Get("state"), sort: l.Sort, desc: l.Desc}
	f.text = strings.ReplaceAll(strings.ToValidUTF8(f.text, ""), "\x00", "")
	if !isID(f.org) {
		f.org = ""
	}
	if !isLevel(f.level) {
		f.level = ""
	}
	if f.state != "open" && f.state != "closed" {
		f.state = ""
	}
	after, past, err := keyset.Values(l.After, 2)
	if past && err == nil && (strings.ContainsRune(after[0], 0) || !isID(after[1])) {
		err = fault.New(fault.Invalid, "fault.cursor", l.After)
	}
	if past {
		f.after = after
	}
	return f, err
}

// nameChip writes the name of an organisation where its id stands.
func nameChip(chips []web.Chip, orgs []web.Choice) {
	for i, c := range chips {
		for _, o := range orgs {
			if c.Label == "governance.org" && c.Value == o.Value {
				chips[i].Value = strings.TrimLeft(o.Label, indent)
			}
		}
	}
}

// PersonPage shows one person.
type PersonPage struct {
	Person     Person
	Path       []Org
	Admin, Own bool
	Keeps      bool     // may read what is kept about the person
	Link       string   // one-time link to hand on, shown once
	Days       int      // how long it works
	Waits      string   // where a second person agrees, before it works
	Asks       bool     // one has to
	Mails      bool     // letters can be sent
	Mailed     bool     // one was ordered
	Outside    []string // providers by which the person comes
}

func (s *Service) personPage(r *http.Request) (p PersonPage, err error) {
	if p.Person, err = s.Person(r.Context(), ospo.PersonID(r.PathValue("person"))); err != nil {
		return p, err
	}
	if s.Outside != nil {
		if p.Outside, err = s.Outside(r.Context(), p.Person.ID); err != nil {
			return p, err
		}
	}
	_, p.Path, err = s.located(r.Context(), p.Person.Org)
	p.Mails = s.mails()
	p.Admin, p.Own = mayAdmin(r), p.Person.ID == door.From(r.Context()).Person
	p.Keeps = door.From(r.Context()).May("retention.person")
	if err == nil && p.Admin {
		p.Asks, _, err = s.waits(r.Context(), p.Person.Org, func() (bool, error) { return s.administers(r.Context(), p.Person) })
	}
	return p, err
}

func (s *Service) invitePerson(r *http.Request) (PersonPage, string, error) {
	p, err := s.personPage(r)
	if err != nil {
		return p, "", err
	}
	path, o, err := s.Hand(r.Context(), p.Person.ID)
	p.Link, p.Days = s.absolute(r, path), int(linkLife.Hours()/24)
	if o.Proposal != "" {
		p.Waits = o.next()
	}
	return p, "", err
}

func (s *Service) closePerson(r *http.Request) (string, error) {
	id := ospo.PersonID(r.PathValue("person"))
	return "/governance/person/" + string(id), s.ClosePerson(r.Context(), door.From(r.Context()).Act("governance.person.close", string(id)), id)
}

func (s *Service) reopenPerson(r *http.Request) (string, error) {
	o, err := s.Readmit(r.Context(), ospo.PersonID(r.PathValue("person")))
	return o.next(), err
}

// PersonForm adds or changes a person.
type PersonForm struct {
	Person Person
	New    bool
	Own    bool // the viewer: level and organisation stay
	Orgs   []web.Choice
	Levels []Level
	Asks   bool // who becomes an administrator waits for a second person
	Alone  bool // but for want of one does not
}

func (s *Service) newPerson(r *http.Request) (PersonForm, error) {
	f := PersonForm{New: true, Person: Person{Org: ospo.OrgID(r.FormValue("org")), Level: Levels[0].Name}}
	return f, s.equip(r, &f)
}

func (s *Service) addPerson(r *http.Request) (PersonForm, string, error) {
	f := PersonForm{New: true, Person: sentPerson(r)}
	if err := s.equip(r, &f); err != nil {
		return f, "", err
	}
	o, err := s.Enter(r.Context(), f.Person)
	return f, o.next(), err
}

func (s *Service) editPerson(r *http.Request) (f PersonForm, err error) {
	if f.Person, err = s.Person(r.Context(), ospo.PersonID(r.PathValue("person"))); err != nil {
		return f, err
	}
	return f, s.equip(r, &f)
}

func (s *Service) changePerson(r *http.Request) (PersonForm, string, error) {
	f, err := s.editPerson(r)
	if err != nil {
		return f, "", err
	}
	p := sentPerson(r)
	f.Person.Name, f.Person.Login, f.Person.Mail = p.Name, p.Login, p.Mail
	if !f.Own {
		f.Person.Org, f.Person.Level = p.Org, p.Level
	}
	o, err := s.Alter(r.Context(), f.Person)
	return f, o.next(), err
}

func sentPerson(r *http.Request) Person {
	return Person{Org: ospo.OrgID(r.PostFormValue("org")), Name: r.PostFormValue("name"), Login: r.PostFormValue("login"), Mail: r.PostFormValue("mail"), Level: r.PostFormValue("level")}
}

func (s *Service) equip(r *http.Request, f *PersonForm) error {
	v := door.From(r.Context())
	if f.Person.Org == "" {
		f.Person.Org = v.Org
	}
	units, err := s.store.units(r.Context(), v.Org, parentsAtMost)
	f.Own, f.Levels, f.Orgs = f.Person.ID == v.Person, Levels, choices(plant(units), f.Person.Org)
	if f.Asks = s.desk != nil; err != nil || !f.Asks || f.Own {
		return err
	}
	f.Alone, err = s.Alone(r.Context(), v.Org)
	return err
}

// MePage is the viewer's own account.
type MePage struct {
	Person         Person
	Level          string
	Sessions       []Session
	Idle, Absolute Span
	Log, Org       bool // what was done, and the own organisation, may be looked at from here
}

// A Span is how long something takes, in whole units: its words are Key with N.
type Span struct {
	Key string
	N   int
}

func span(d time.Duration) Span {
	if d%time.Hour == 0 {
		return Span{"governance.hours", int(d.Hours())}
	}
	return Span{"governance.minutes", int(d.Minutes())}
}

func (s *Service) mePage(r *http.Request) (p MePage, err error) {
	v := door.From(r.Context())
	if p.Person, err = s.store.person(r.Context(), v.Person); err != nil {
		return p, err
	}
	p.Log, p.Org = v.May("audit.read"), v.May("governance.read") && p.Person.Org == v.Org
	p.Idle, p.Absolute = span(s.store.idle), span(s.store.absolute)
	p.Sessions, err = s.Sessions(r.Context(), sessionCookie(r))
	return p, err
}

func (s *Service) endSession(r *http.Request) (string, error) {
	return "/me", s.EndSession(r.Context(), r.PathValue("session"))
}

// PasswordPage changes the viewer's own password.
type PasswordPage struct{ Shortest int }

func (s *Service) passwordPage(*http.Request) (PasswordPage, error) {
	return PasswordPage{ShortestPassword}, nil
}

func (s *Service) changePassword(r *http.Request) (PasswordPage, string, error) {
	p := PasswordPage{ShortestPassword}
	if r.PostFormValue("password") != r.PostFormValue("again") {
		return p, "", fault.At("again", "governance.password.differ")
	}
	err := s.ChangePassword(r.Context(), sessionCookie(r), r.PostFormValue("present"), r.PostFormValue("password"), s.origin(r))
	return p, "/me", err
}

// cursor is where the next page of the list begins.
func (f sieve) cursor(p Person) []string {
	if f.sort == "created" {
		return []string{p.Created.UTC().Format(db.Clock), string(p.ID)}
	}
	return []string{fold(p.Name), string(p.ID)}
}
