// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
)

// UseMail lets invitations and minutes go out as letters, and names their kinds.
func (s *Service) UseMail(o *mail.Outbox) {
	s.mail = o
	sample := Session{ID: "…", TeamName: "Open-Source-Programmbüro", SessionInput: SessionInput{Day: "2026-12-01", At: "10:00", Length: 60, Place: "Rathaus, Raum 101"}}
	o.Handle("meeting.invitation", mail.Kind{Sample: func() mail.Content { return s.invitation(Minutes{Session: sample, Items: []Item{{Title: "…"}}}) }})
	o.Handle("meeting.minutes", mail.Kind{Sample: func() mail.Content {
		return minutesLetter(Minutes{Session: sample, Decisions: []Decision{{Number: "2026-07", DecisionInput: DecisionInput{Text: "…"}}}})
	}})
}

func (s *Service) invitation(m Minutes) mail.Content {
	x := m.Session
	c := mail.Content{Subject: mail.Line{Key: "meeting.mail.invitation", Args: []any{x.TeamName, x.Day}}, Lines: []mail.Line{
		{Key: "meeting.mail.when", Args: []any{x.Day, x.At, x.Length}}}, Files: []mail.File{{Name: "einladung.ics", Type: "text/calendar; charset=utf-8; method=PUBLISH", Data: s.event(m).write()}}}
	if x.Place != "" {
		c.Lines = append(c.Lines, mail.Line{Key: "meeting.mail.where", Args: []any{x.Place}})
	}
	c.Lines = append(c.Lines, mail.Line{Key: "meeting.mail.agenda"})
	for _, i := range m.Items {
		c.Lines = append(c.Lines, mail.Line{Key: "meeting.mail.item", Args: []any{i.Title}, Item: true})
	}
	c.Lines = append(c.Lines, mail.Line{Key: "meeting.mail.open", Path: "/meeting/at/" + x.ID})
	return c
}

func minutesLetter(m Minutes) mail.Content {
	x := m.Session
	c := mail.Content{Subject: mail.Line{Key: "meeting.mail.minutes", Args: []any{x.TeamName, x.Day}}, Lines: []mail.Line{{Key: "meeting.mail.decided", Args: []any{len(m.Decisions)}}}}
	for _, d := range m.Decisions {
		c.Lines = append(c.Lines, mail.Line{Key: "meeting.mail.decision", Args: []any{d.Number, d.Text}, Item: true})
	}
	c.Lines = append(c.Lines, mail.Line{Key: "meeting.mail.open_minutes", Path: "/meeting/at/" + x.ID + "/minutes"})
	return c
}

// event is a meeting for calendars.
func (s *Service) event(m Minutes) event {
	x := m.Session
	home := ""
	if s.mail != nil {
		home = s.mail.Home
	}
	e := event{uid: x.ID + "@allmende", summary: x.TeamName, place: x.Place, link: x.Link, start: x.Start(), length: time.Duration(x.Length) * time.Minute,
		sequence: x.Sequence, cancelled: x.State == Cancelled, stamp: s.store.db.Now()}
	for _, i := range m.Items {
		e.text += "- " + i.Title + "\n"
	}
	if home != "" {
		e.text += home + "/meeting/at/" + x.ID
	}
	return e
}

// Send sends the invitation of a meeting that is planned, or the minutes of one that is
// closed, to all who are invited and have an address, each in their language. It says to how many.
func (s *Service) Send(ctx context.Context, id string) (n int, err error) {
	defer fault.Wrap(&err, "send letters of meeting %s", id)
	m, err := s.Minutes(ctx, id)
	switch {
	case err != nil:
		return 0, err
	case !m.Leads:
		return 0, fault.New(fault.Forbidden, "meeting.not_chair")
	case m.Session.State == Cancelled:
		return 0, fault.New(fault.Conflict, "meeting.cancelled")
	case s.mail == nil || !s.mail.Ready():
		return 0, fault.New(fault.Invalid, "meeting.mail_off")
	}
	to, err := s.store.readers(ctx, m.Session)
	if err != nil {
		return 0, err
	}
	l := mail.Letter{Org: m.Session.Org, Kind: "meeting.invitation", Content: s.invitation(m)}
	if m.Session.State == Closed {
		l.Kind, l.Content = "meeting.minutes", minutesLetter(m)
	}
	return len(to), s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.send", id), func(tx *db.Tx) error {
		for _, r := range to {
			one := l
			one.Person, one.To, one.Lang = r.person, r.mail, r.lang
			if !slices.Contains(lang.Tongues, one.Lang) {
				one.Lang = lang.Tongues[0]
			}
			if err := s.mail.Enqueue(ctx, tx, one); err != nil {
				return err
			}
		}
		return s.store.setInvited(ctx, tx, m.Session)
	})
}
