// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/outgoing"
	"allmende/internal/platform/pace"
)

// What one must be allowed to.
const (
	mayRead  = "ticket.read"
	mayWrite = "ticket.write" // again, discard, decide where states contradict
	mayAdmin = "ticket.admin" // connect the organisation with a system
)

// A Matter is a case as this room knows it.
type Matter struct {
	ID      string
	Org     ospo.OrgID
	Number  string
	Title   string
	Type    string // id of the procedure
	State   string // id of the state
	Outcome string // empty while it is open
}

// End is the word for how a case stands by which the state of a ticket is chosen.
func (m Matter) End() string {
	if m.Outcome == "" {
		return "open"
	}
	return m.Outcome
}

// A Kind is a procedure that cases follow.
type Kind struct{ ID, Name string }

// An Event is one thing that happened in a case.
type Event struct {
	N    int
	What string // "opened", "moved" …
	At   string
	Text string
	// Says are the sentences about it in a language.
	Says func(tongue string) []string
}

// A Voice is who said something in a ticket.
type Voice struct {
	Source, Name, Place string
	Proof               string // of a mail: the server that has checked the sender, or "none"; else empty
}

// Service keeps cases and tickets in step.
type Service struct {
	store   store
	jobs    *job.Queue
	out     *outgoing.Client
	systems []System
	storm   pace.Meter // of what each system tells
	callers pace.Meter // of requests of which nobody knows yet who sends them, by address

	// From is whom such a request counts for.
	From Caller

	// Home is the address of this instance, for links; empty for none.
	Home string
	// Matter returns a case that the viewer sees, Overhear adds to one what was said outside.
	Matter   func(ctx context.Context, id string) (Matter, error)
	Overhear func(ctx context.Context, tx *db.Tx, org ospo.OrgID, matter string, by Voice, text string) error
	// Types are the procedures by id, with their names in the viewer's language.
	Types func(ctx context.Context) ([]Kind, error)

	// Files are those of cases.
	Files Files

	box Box

	mu sync.Mutex
	me map[string]int64 // our own account in each system
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "ticket", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Foreign: s.foreign(),
		Permits: []string{mayWrite}, Case: s.panels()}
}

var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("ticket: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }

// told are the events that others are told of. That a task was taken is the office's own matter;
// what came from outside is known there.
var told = []string{"facts", "done", "moved", "proposed", "comment", "reopened", "frozen"}

// Happened puts what a case's systems are to be told into the outbox, in the transaction of the
// event.
func (s *Service) Happened(ctx context.Context, tx *db.Tx, m Matter, e Event) error {
	if from, ok := ctx.Value(asking{}).(Mail); ok && e.What == "opened" {
		if err := s.settle(ctx, tx, from, m.ID, "opened"); err != nil {
			return err
		}
	}
	if len(s.systems) == 0 || e.What != "opened" && !slices.Contains(told, e.What) {
		return nil
	}
	connected, err := s.connected(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, c := range connected {
		if err := s.tell(ctx, tx, c, m, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, c Connection, m Matter, e Event) error {
	sys, _ := s.system(c.System)
	if sys.Kind == "webhook" {
		return s.queue(ctx, tx, m, c.System, "event", content{Event: eventOf(m, e, c.Tongue)})
	}
	if e.What == "opened" {
		return s.open(ctx, tx, c, m, e)
	}
	on, err := s.store.begun(ctx, tx, m.Org, m.ID, c.System)
	if err != nil || !on { // a case from before the connection has no ticket
		return err
	}
	if err := s.queue(ctx, tx, m, c.System, "article", content{Text: s.article(c, m, e)}); err != nil {
		return err
	}
	if e.What != "moved" && e.What != "reopened" || e.What == "moved" && m.Outcome == "" {
		return nil
	}
	return s.queue(ctx, tx, m, c.System, "state", content{State: c.Push[m.End()]})
}

// open has a ticket made: with the case's number as its tag, so that it can be found there.
func (s *Service) open(ctx context.Context, tx *db.Tx, c Connection, m Matter, e Event) error {
	t := content{Title: texts().T(c.Tongue, "ticket.says.title", m.Title, m.Number), Text: s.article(c, m, e), Place: c.Place, Customer: c.Customer}
	if m.Outcome != "" {
		t.State = c.Push[m.End()]
	}
	if err := s.queue(ctx, tx, m, c.System, "create", t); err != nil {
		return err
	}
	return s.queue(ctx, tx, m, c.System, "tag", content{Tag: m.Number})
}

// article is what is said about an event.
func (s *Service) article(c Connection, m Matter, e Event) string {
	lines := e.Says(c.Tongue)
	if e.Text != "" && e.Text != m.Title {
		lines = append(lines, "", e.Text)
	}
	if s.Home != "" {
		lines = append(lines, "", texts().T(c.Tongue, "ticket.says.link", m.Number, s.Home+"/casework/case/"+m.ID))
	}
	return strings.Join(lines, "\n")
}

// content is what a message says; which members count depends on its kind.
type content struct {
	Title    string          `json:"title,omitempty"`
	Text     string          `json:"text,omitempty"`
	Place    string          `json:"place,omitempty"`
	Customer string          `json:"customer,omitempty"`
	Tag      string          `json:"tag,omitempty"`
	State    string          `json:"state,omitempty"`
	Files    []string        `json:"files,omitempty"` // ids: what they hold is read when it is sent
	Event    json.RawMessage `json:"event,omitempty"`
}

// queue adds a message to the outbox and sees to it that somebody takes it there.
func (s *Service) queue(ctx context.Context, tx *db.Tx, m Matter, system, kind string, c content) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	msg := Message{ID: db.NewID(), Org: m.Org, Matter: m.ID, System: system, Kind: kind, Number: m.Number, Body: string(body)}
	if err := s.store.addMessage(ctx, tx, msg); err != nil {
		return err
	}
	return s.post(ctx, tx, m.Org, m.ID, system)
}

// A post is whose messages are taken to which system.
type post struct {
	Org    ospo.OrgID
	Matter string
	System string
}

// post enqueues the work of telling a system about a case: it waits once at most.
func (s *Service) post(ctx context.Context, tx *db.Tx, org ospo.OrgID, matter, system string) error {
	_, err := s.jobs.Enqueue(ctx, tx, "ticket.send", post{org, matter, system}, "ticket.send "+matter+" "+system)
	return err
}

// eventOf is an event as any other system is told of it.
func eventOf(m Matter, e Event, tongue string) json.RawMessage {
	out, err := json.Marshal(map[string]any{"event": e.What, "n": e.N, "at": e.At, "says": e.Says(tongue), "text": e.Text,
		"case": map[string]string{"id": m.ID, "number": m.Number, "org": string(m.Org), "type": m.Type, "title": m.Title, "state": m.State, "outcome": m.Outcome}})
	if err != nil {
		panic("texts that are no JSON: " + err.Error())
	}
	return out
}

// clock is how long something lasts here, in one place for tests.
const (
	leased     = 2 * time.Minute      // a message is its carrier's
	keptSent   = 90 * 24 * time.Hour  // a message that is there can be seen
	keptMail   = 365 * 24 * time.Hour // a mail of which nothing came
	keptParcel = 365 * 24 * time.Hour // a file that was taken or refused, or waits for somebody to take it
	keptHeld   = 7 * 24 * time.Hour   // a request of the other side is remembered
)
