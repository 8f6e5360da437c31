// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// The states of a meeting.
const (
	Planned   = "planned"
	Closed    = "closed" // the minutes are, and nothing in them changes any more
	Cancelled = "cancelled"
)

// Whether somebody who was invited was there.
const (
	Invited = "invited"
	Present = "present"
	Excused = "excused"
	Absent  = "absent"
)

// Presences lists them in their order.
var Presences = []string{Invited, Present, Excused, Absent}

// A Session is one meeting of a team.
type Session struct {
	ID       string     `json:"id"`
	Org      ospo.OrgID `json:"org"`
	Team     string     `json:"team"`
	TeamName string     `json:"teamName"`
	SessionInput
	State     string        `json:"state" enum:"planned,closed,cancelled"`
	Sequence  int           `json:"-"`
	Invited   string        `json:"invited,omitempty" doc:"When invitations were last sent."`
	Closed    string        `json:"closed,omitempty" doc:"When the minutes were closed."`
	Closer    ospo.PersonID `json:"closer,omitempty"`
	CloserBy  string        `json:"closerName,omitempty"`
	Sum       string        `json:"sum,omitempty" doc:"SHA-256 of the minutes, as it stands in the log."`
	Decisions int           `json:"decisions" doc:"How many were taken."`
}

// SessionInput is when and where a meeting is.
type SessionInput struct {
	Day    string `json:"day" doc:"YYYY-MM-DD."`
	At     string `json:"at,omitempty" doc:"HH:MM in Berlin; as the team has it where absent."`
	Length int    `json:"length,omitempty" doc:"Minutes."`
	Place  string `json:"place,omitempty"`
	Link   string `json:"link,omitempty"`
}

// Start is when a meeting begins.
func (s Session) Start() time.Time {
	t, _ := time.ParseInLocation(time.DateOnly+" 15:04", s.Day+" "+s.At, berlin)
	return t
}

// A Guest is somebody who is invited.
type Guest struct {
	Person   ospo.PersonID `json:"person"`
	Name     string        `json:"name"`
	Role     string        `json:"role,omitempty" doc:"Keys of the roles for which the person comes, separated by blanks; empty for guests."`
	Stands   ospo.PersonID `json:"standsFor,omitempty" doc:"For whom a deputy comes."`
	For      string        `json:"standsForName,omitempty"`
	Presence string        `json:"presence" enum:"invited,present,excused,absent"`
}

// A Minutes is a meeting with all that belongs to it.
type Minutes struct {
	Session   Session    `json:"meeting"`
	Guests    []Guest    `json:"guests"`
	Items     []Item     `json:"items"`
	Decisions []Decision `json:"decisions"`
	Leads     bool       `json:"leads" doc:"The caller may run the meeting."`
}

// Editable reports whether the viewer may write in it.
func (m Minutes) Editable() bool { return m.Leads && m.Session.State == Planned }

// Plan makes a team's next meeting: who holds the roles that day is invited, what is left
// from earlier meetings comes onto the agenda.
func (s *Service) Plan(ctx context.Context, team string, in SessionInput) (id string, err error) {
	defer fault.Wrap(&err, "plan a meeting of team %s", team)
	t, err := s.led(ctx, team)
	if err != nil {
		return "", err
	}
	if in.At == "" {
		in.At, in.Length, in.Place, in.Link = t.At, t.Length, t.Place, t.Link
	}
	if in.Day == "" {
		return "", fault.At("day", "fault.missing")
	}
	if err := dayOrNone("day", in.Day); err != nil {
		return "", err
	}
	if err := checkPlace(in.At, &in.Length, &in.Place, &in.Link); err != nil {
		return "", err
	}
	guests, err := s.members(ctx, t, in.Day)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(guests, func(g Guest) bool { return g.Person == t.Chair }) {
		guests = append(guests, Guest{Person: t.Chair, Presence: Invited})
	}
	m := Session{ID: db.NewID(), Org: t.Org, Team: t.ID, SessionInput: in, State: Planned}
	return m.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(t.Org, "meeting.add", m.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		if err := s.store.addSession(ctx, tx, m); err != nil {
			return err
		}
		for _, g := range guests {
			if err := s.store.setGuest(ctx, tx, m, g); err != nil {
				return err
			}
		}
		return s.carry(ctx, tx, m)
	})
}

// Sessions lists the meetings of a team, the latest first.
func (s *Service) Sessions(ctx context.Context, team string) ([]Session, error) {
	t, err := s.Team(ctx, team)
	if err != nil {
		return nil, err
	}
	return s.store.sessions(ctx, t.Org, t.ID)
}

// Minutes returns a meeting for who may look into its team, and for who was invited to it.
func (s *Service) Minutes(ctx context.Context, id string) (m Minutes, err error) {
	if m.Session, err = s.store.session(ctx, s.store.db.Read(), id); err != nil {
		return m, err
	}
	q, org := s.store.db.Read(), m.Session.Org
	if m.Guests, err = s.store.guests(ctx, q, org, id); err != nil {
		return m, err
	}
	t, err := s.store.team(ctx, m.Session.Team)
	if err != nil {
		return m, err
	}
	ok, err := s.reads(ctx, t, nil)
	if err != nil {
		return m, err
	}
	me := door.From(ctx).Human()
	if !ok && !slices.ContainsFunc(m.Guests, func(g Guest) bool { return g.Person == me }) {
		return Minutes{}, notFound()
	}
	if m.Leads, err = s.leads(ctx, t); err != nil {
		return m, err
	}
	if m.Items, err = s.store.items(ctx, q, org, id); err != nil {
		return m, err
	}
	m.Decisions, err = s.store.decisions(ctx, q, decisionSieve{org: org, session: id})
	return m, err
}

// open returns a meeting in which the viewer may write.
func (s *Service) open(ctx context.Context, id string) (Minutes, error) {
	m, err := s.Minutes(ctx, id)
	switch {
	case err != nil:
	case !m.Leads:
		err = fault.New(fault.Forbidden, "meeting.not_chair")
	case m.Session.State == Closed:
		err = fault.New(fault.Conflict, "meeting.closed")
	case m.Session.State == Cancelled:
		err = fault.New(fault.Conflict, "meeting.cancelled")
	}
	return m, err
}

// Move changes when and where a meeting is; who was invited hears of it with the next invitation.
func (s *Service) Move(ctx context.Context, id string, in SessionInput) (err error) {
	defer fault.Wrap(&err, "move meeting %s", id)
	m, err := s.open(ctx, id)
	if err != nil {
		return err
	}
	if in.Day == "" {
		return fault.At("day", "fault.missing")
	}
	if err := dayOrNone("day", in.Day); err != nil {
		return err
	}
	if err := checkPlace(in.At, &in.Length, &in.Place, &in.Link); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.change", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(m.Session.SessionInput, in)
		return s.store.setSession(ctx, tx, m.Session, in)
	})
}

// Cancel calls a meeting off. What was on its agenda from earlier meetings comes again.
func (s *Service) Cancel(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "cancel meeting %s", id)
	m, err := s.open(ctx, id)
	if err != nil {
		return err
	}
	if len(m.Decisions) > 0 {
		return fault.New(fault.Conflict, "meeting.has_decided")
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.cancel", id), func(tx *db.Tx) error {
		return s.store.endSession(ctx, tx, m.Session, Cancelled, "")
	})
}

// Attend notes who was there. A person who is not on the list yet is added as a guest.
func (s *Service) Attend(ctx context.Context, id string, presence map[ospo.PersonID]string) (err error) {
	defer fault.Wrap(&err, "presence in meeting %s", id)
	m, err := s.open(ctx, id)
	if err != nil {
		return err
	}
	for person, p := range presence {
		if !slices.Contains(Presences, p) {
			return fault.At("presence", "meeting.presence_bad", p)
		}
		known := slices.ContainsFunc(m.Guests, func(g Guest) bool { return g.Person == person })
		if ok, err := s.store.knows(ctx, door.From(ctx).Org, person); !known && (err != nil || !ok) {
			return errorOr(err, fault.At("person", "meeting.person_unknown"))
		}
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.presence", id), func(tx *db.Tx) error {
		for person, p := range presence {
			g := Guest{Person: person, Presence: p}
			if i := slices.IndexFunc(m.Guests, func(o Guest) bool { return o.Person == person }); i >= 0 {
				g.Role, g.Stands = m.Guests[i].Role, m.Guests[i].Stands
			}
			if err := s.store.setGuest(ctx, tx, m.Session, g); err != nil {
				return err
			}
		}
		return nil
	})
}

// Close closes the minutes: what has no result is postponed, nothing changes any more, and the
// log keeps the sum of it all. What is left comes onto the agenda of the next meeting, where
// there is one.
func (s *Service) Close(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "close the minutes of meeting %s", id)
	m, err := s.open(ctx, id)
	if err != nil {
		return err
	}
	if m.Session.Day > s.today() {
		return fault.New(fault.Conflict, "meeting.too_early")
	}
	if len(m.present()) == 0 {
		return fault.New(fault.Invalid, "meeting.nobody_present")
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.close", id), func(tx *db.Tx) error {
		if err := s.store.postpone(ctx, tx, m.Session); err != nil {
			return err
		}
		if m.Items, err = s.store.items(ctx, tx, m.Session.Org, id); err != nil {
			return err
		}
		sum, err := m.sum()
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Added(map[string]any{"sum": sum, "decisions": len(m.Decisions)})
		if err := s.store.endSession(ctx, tx, m.Session, Closed, sum); err != nil {
			return err
		}
		next, err := s.store.nextSession(ctx, tx, m.Session.Org, m.Session.Team)
		if err != nil || next.ID == "" {
			return err
		}
		return s.carry(ctx, tx, next)
	})
}

// present lists who was there.
func (m Minutes) present() (out []string) {
	for _, g := range m.Guests {
		if g.Presence == Present {
			out = append(out, string(g.Person))
		}
	}
	return out
}

// sum is the SHA-256 of what the minutes say: people by id, so that it goes on to hold when a
// name is erased, and nothing that may change afterwards.
func (m Minutes) sum() (string, error) {
	s := m.Session
	lines := [][]string{{string(s.Org), s.Team, s.Day, s.At, s.Place}}
	for _, g := range m.Guests {
		lines = append(lines, []string{"guest", string(g.Person), g.Role, string(g.Stands), g.Presence})
	}
	for _, i := range m.Items {
		lines = append(lines, []string{"item", i.ID, i.Title, i.Note, i.Result, string(i.Responsible), i.Due})
	}
	for _, d := range m.Decisions {
		lines = append(lines, []string{"decision", d.Number, d.Text, d.Reason, d.Evidence, strings.Join(d.ids, " "), d.votes(), string(d.Responsible), d.Due, d.Corrects})
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:]), nil
}

// Intact reports whether closed minutes are as they were closed.
func (m Minutes) Intact() bool {
	sum, err := m.sum()
	return err == nil && sum == m.Session.Sum
}

// Ended is when the minutes were closed.
func (s Session) Ended() time.Time { return db.Time(s.Closed) }

// Sent is when invitations were last sent.
func (s Session) Sent() time.Time { return db.Time(s.Invited) }
