// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"sync"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// What one must be allowed to: the same as for the case beside which something lies.
const (
	mayRead  = "casework.read"
	mayAsk   = "casework.ask"   // and have a part in the case
	mayWrite = "casework.write" // texts that answers begin with; files of others
)

// A Matter is a case as this room knows it.
type Matter struct {
	ID        string
	Org       ospo.OrgID
	OrgName   string
	Number    string
	Title     string
	Asker     ospo.PersonID
	AskerName string
	Created   string
	Open      bool
	Mute      bool // nobody can be told on a page: its asker has none
}

// Link is the page of the case.
func (m Matter) Link() string { return "/casework/case/" + m.ID }

// A Person is somebody who can be named.
type Person struct {
	ID    ospo.PersonID
	Login string
	Name  string
}

// A Due is something that has to be done by a day.
type Due struct {
	Day, Name, Number, Title, Link string
	ID                             string
	Late                           bool
	Place                          Place // for which the viewer has to act to open it; the zero value: where they are
}

// A Place is an organisation for which the viewer has to act to open a page.
type Place struct{ At, AtName, Back, What string }

// A Scanner recognises malicious content; its name is empty where nothing was found.
type Scanner interface {
	Version(ctx context.Context) (string, error)
	Scan(ctx context.Context, data []byte) (found string, err error)
}

// Blobs keep contents; Drop is for those that nobody points to any more.
type Blobs interface {
	blob.Store
	Drop(sum string, since time.Time) (bool, error)
}

// Service is what lies on the desk.
type Service struct {
	store store
	blobs Blobs
	queue *job.Queue
	lanes chan struct{} // bounds how many files are held in memory

	Scanner Scanner       // nil where none is configured
	Most    int64         // bytes of a file
	Rest    time.Duration // for which a content stays though nobody points to it: somebody may be about to

	// Matter returns a case that the viewer sees; Part one in which they have a part.
	Matter, Part func(ctx context.Context, id string) (Matter, error)
	// Find lists cases that the viewer sees by part of title or number.
	Find func(ctx context.Context, text string, most int) ([]Matter, error)
	// Comment says something in a case.
	Comment func(ctx context.Context, id, text string) error
	// Tell says something that the asker of a case is shown, too.
	Tell func(ctx context.Context, id, text string) error
	// People are those who hold a role for a case or asked for it; Knows finds somebody by login.
	// Sees reports whether a person may see a case.
	People func(ctx context.Context, m Matter) ([]Person, error)
	Knows  func(ctx context.Context, login string) (Person, error)
	Sees   func(ctx context.Context, person ospo.PersonID, m Matter) (bool, error)
	// Places are who the viewer is in each organisation that they can act for.
	Places func(ctx context.Context) ([]door.Viewer, error)
	// Thing names a software, a release or an advisory that the viewer sees, and its page;
	// Software finds one by name.
	Thing    func(ctx context.Context, kind, id string) (name, href string, err error)
	Software func(ctx context.Context, name string) ([]Thing, error)
	// Dues lists what is due between two days.
	Dues func(ctx context.Context, from, until string, most int) ([]Due, error)
	// Held reports whether anybody still points to a content.
	Held func(ctx context.Context, sum string) (bool, error)
}

// A Thing is something of the register.
type Thing struct{ ID, Name string }

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "desk", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Permits: []string{mayWrite}, Under: "casework",
		Case: []web.Panel{web.ShowPanel("panel.html", s.casePanel)}, Release: []web.Panel{web.ShowPanel("cases.html", s.releasePanel)},
		Software: []web.Panel{web.ShowPanel("cases.html", s.softwarePanel)}, Advisory: []web.Panel{web.ShowPanel("cases.html", s.advisoryPanel)}}
}

// texts are the room's own, for sentences that are put together.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("desk: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return lang.Tongues[0]
}

func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

// Bounds of what a person writes, in characters.
const (
	longestLine = 300
	longestText = 10_000
)

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
