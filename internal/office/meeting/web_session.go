// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func choices(all []choice, chosen ...string) (out []web.Choice) {
	for _, c := range all {
		out = append(out, web.Choice{Value: c.id, Label: c.name, Chosen: slices.Contains(chosen, c.id)})
	}
	return out
}

func sorted(names map[string]string) (out []choice) {
	for id, name := range names {
		out = append(out, choice{id, name})
	}
	slices.SortFunc(out, func(a, b choice) int { return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.id, b.id)) })
	return out
}

// SessionPage is one meeting: agenda, presence, decisions, and for who leads it the forms.
type SessionPage struct {
	Minutes
	Guests  []GuestRow
	Matters []Matter
	People  []web.Choice // who could come as well
	In      SessionInput
	Title   string // of an own item, as it was filled in
	Ready   bool   // letters can be sent
	Today   string
	There   int // how many are noted as present
}

// Edit reports whether the viewer may write in it.
func (p SessionPage) Edit() bool { return p.Minutes.Editable() }

func (s *Service) sessionPage(r *http.Request) (p SessionPage, err error) {
	ctx := r.Context()
	m, err := s.Minutes(ctx, r.PathValue("meeting"))
	if err != nil {
		return p, err
	}
	p = SessionPage{Minutes: m, In: m.Session.SessionInput, Today: s.today(), Ready: s.mail != nil && s.mail.Ready(), There: len(m.present())}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	p.Guests = guestRows(m.Guests, names)
	if !m.Editable() {
		return p, nil
	}
	if p.Matters, err = s.matters(ctx, m); err != nil {
		return p, err
	}
	people, err := s.store.people(ctx, door.From(ctx).Org)
	people = slices.DeleteFunc(people, func(c choice) bool {
		return slices.ContainsFunc(m.Guests, func(g Guest) bool { return string(g.Person) == c.id })
	})
	p.People = choices(people)
	return p, err
}

// act shows a meeting and does something to it; faults are shown on its page.
func (s *Service) act(r *http.Request, do func(p *SessionPage) error) (p SessionPage, next string, err error) {
	if p, err = s.sessionPage(r); err != nil {
		return p, "", err
	}
	return p, "/meeting/at/" + p.Session.ID, do(&p)
}

func (s *Service) move(r *http.Request) (SessionPage, string, error) {
	return s.act(r, func(p *SessionPage) (err error) {
		if p.In, err = postedSession(r); err != nil {
			return err
		}
		return s.Move(r.Context(), p.Session.ID, p.In)
	})
}

func (s *Service) attend(r *http.Request) (SessionPage, string, error) {
	return s.act(r, func(p *SessionPage) error {
		presence := map[ospo.PersonID]string{}
		for _, g := range p.Minutes.Guests {
			if v := r.PostFormValue("p-" + string(g.Person)); v != "" && v != g.Presence {
				presence[g.Person] = v
			}
		}
		if person := r.PostFormValue("person"); person != "" {
			presence[ospo.PersonID(person)] = Invited
		}
		return s.Attend(r.Context(), p.Session.ID, presence)
	})
}

func (s *Service) addItem(r *http.Request) (SessionPage, string, error) {
	return s.act(r, func(p *SessionPage) error {
		p.Title = r.PostFormValue("title")
		_, err := s.AddItem(r.Context(), p.Session.ID, p.Title)
		return err
	})
}

func (s *Service) take(r *http.Request) (SessionPage, string, error) {
	return s.act(r, func(p *SessionPage) error {
		_, err := s.Take(r.Context(), p.Session.ID, r.PostForm["take"])
		return err
	})
}

func (s *Service) close(r *http.Request) (SessionPage, string, error) {
	return s.act(r, func(p *SessionPage) error { return s.Close(r.Context(), p.Session.ID) })
}

func (s *Service) cancel(r *http.Request) (SessionPage, string, error) {
	return s.act(r, func(p *SessionPage) error { return s.Cancel(r.Context(), p.Session.ID) })
}

func (s *Service) send(r *http.Request) (SessionPage, string, error) {
	return s.act(r, func(p *SessionPage) error {
		_, err := s.Send(r.Context(), p.Session.ID)
		return err
	})
}

func (s *Service) calendar(r *http.Request) (web.Download, error) {
	m, err := s.Minutes(r.Context(), r.PathValue("meeting"))
	return web.Download{Name: "allmende-" + m.Session.Day + ".ics", Type: "text/calendar; charset=utf-8", Write: func(w io.Writer) error {
		_, err := w.Write(s.event(m).write())
		return err
	}}, err
}

// MinutesPage is the minutes as they are printed.
type MinutesPage struct {
	Minutes
	Guests []GuestRow
}

func (s *Service) minutesPage(r *http.Request) (p MinutesPage, err error) {
	if p.Minutes, err = s.Minutes(r.Context(), r.PathValue("meeting")); err != nil {
		return p, err
	}
	names, err := s.RoleNames(r.Context())
	p.Guests = guestRows(p.Minutes.Guests, names)
	slices.SortFunc(p.Decisions, byNumber)
	return p, err
}

func byNumber(a, b Decision) int { return strings.Compare(a.Number, b.Number) }

// Of lists the decisions on an item.
func (p MinutesPage) Of(item string) (out []Decision) {
	for _, d := range p.Decisions {
		if d.Item == item {
			out = append(out, d)
		}
	}
	return out
}

func (s *Service) minutesFile(r *http.Request) (web.Download, error) {
	p, err := s.minutesPage(r)
	if err != nil {
		return web.Download{}, err
	}
	d := document(p, door.From(r.Context()).Lang, s.store.db.Now()).Dress(r.Context())
	return web.Download{Name: "allmende-protokoll-" + p.Session.Day + ".odt", Type: "application/vnd.oasis.opendocument.text", Write: func(w io.Writer) error { return d.Write(w) }}, nil
}
