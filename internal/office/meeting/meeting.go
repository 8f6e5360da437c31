// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
)

// A Matter is something open in another room, offered for the agenda.
type Matter struct {
	Kind  string `json:"kind" enum:"approval,vacancy,mandate,audit,competence,vulnerability,contract,import,duty"`
	Key   string `json:"key" doc:"The same as long as the matter is the same."`
	Title string `json:"title"`
	Link  string `json:"link" doc:"Path of its page."`
	Since string `json:"since,omitempty" doc:"Day on which it began, YYYY-MM-DD."`
	Due   string `json:"due,omitempty" doc:"Day by which it is due."`
}

// Source is what an item of the agenda says of where it comes from.
func (m Matter) Source() string { return m.Kind + ":" + m.Key }

// Began and Ends are the days of a matter as times.
func (m Matter) Began() time.Time { return day(m.Since) }

// Ends is the zero time where there is no day.
func (m Matter) Ends() time.Time { return day(m.Due) }

// A Holder is somebody who holds a role in an organisation or below it on a day.
type Holder struct {
	Role       string
	Person     ospo.PersonID
	Name       string
	Deputy     ospo.PersonID
	DeputyName string
	Away       bool // on that day
}

// Service is teams, their meetings, and what they decided.
type Service struct {
	store store

	// Open are what other rooms have open in an organisation, as far as the viewer may see it.
	Open []func(ctx context.Context, org ospo.OrgID) ([]Matter, error)

	// Holders lists who holds which role in an organisation or below it on a day; RoleNames
	// are the names of roles by key, in the viewer's language.
	Holders   func(ctx context.Context, org ospo.OrgID, day string) ([]Holder, error)
	RoleNames func(ctx context.Context) (map[string]string, error)

	mail *mail.Outbox // nil sends nothing
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "meeting", Files: files, Rows: rows, Nav: s.nav(), Pages: s.pages(), Ops: s.ops(), Permits: []string{"meeting.read"}}
}

var own = func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("meeting: " + err.Error())
	}
	return c
}()

var berlin = func() *time.Location {
	if l, err := time.LoadLocation("Europe/Berlin"); err == nil {
		return l
	}
	return time.UTC
}()

func day(text string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, text, berlin) // none is the zero day
	return t
}

func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

// Bounds of what a person writes, in characters.
const (
	longestLine = 300
	longestText = 20_000
)

func dayOrNone(field, text string) error {
	if _, err := time.Parse(time.DateOnly, text); text != "" && err != nil {
		return fault.At(field, "meeting.day_bad", text)
	}
	return nil
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }

func errorOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}
