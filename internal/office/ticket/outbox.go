// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
	"allmende/internal/platform/outgoing"
)

// A Message is one thing that a system is to be told.
type Message struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	Matter  string     `json:"case"`
	System  string     `json:"system"`
	Kind    string     `json:"kind" enum:"create,tag,article,state,event"`
	Number  string     `json:"number" doc:"Of the case."`
	Body    string     `json:"-"`
	State   string     `json:"state" enum:"queued,sent,failed"`
	Attempt int        `json:"attempt" doc:"How often it was tried."`
	Due     string     `json:"-"`
	Fault   string     `json:"fault,omitempty" doc:"Key of the sentence that says why the last attempt failed."`
	Detail  string     `json:"detail,omitempty" doc:"What the other side said."`
	Created string     `json:"created"`
	Ended   string     `json:"ended,omitempty"`
}

// Begun and Over are its times.
func (m Message) Begun() time.Time { return db.Time(m.Created) }

// Over is when it was there, or refused.
func (m Message) Over() time.Time { return db.Time(m.Ended) }

// mark is what stands at the end of our articles: by it an article is known again whose answer
// was lost on the way.
func (m Message) mark() string { return "[Allmende " + m.Number + "/" + m.ID[len(m.ID)-12:] + "]" }

// send takes the messages of one case to one system, in their order. What may still come about
// ends the work with a fault that the queue of tasks tries again.
func (s *Service) send(ctx context.Context, run *job.Run) error {
	var p post
	if err := run.Args(&p); err != nil {
		return err
	}
	sys, ok := s.system(p.System)
	if !ok {
		return fault.New(fault.Invalid, "ticket.system_gone", p.System)
	}
	for {
		m, ok, err := s.store.next(ctx, p)
		if err != nil || !ok {
			return err
		}
		mine, err := s.store.claim(ctx, &m)
		if err != nil {
			return err
		}
		if !mine {
			return fault.New(fault.Conflict, "ticket.fault.busy")
		}
		if err := s.carry(ctx, sys, m, run); err != nil {
			return err
		}
	}
}

// carry takes one message there and notes how it went. It returns a fault where trying again may
// help.
func (s *Service) carry(ctx context.Context, sys System, m Message, run *job.Run) error {
	var c content
	err := json.Unmarshal([]byte(m.Body), &c)
	if err == nil {
		err = s.deliver(ctx, sys, m, c, run)
	}
	if err == nil {
		return nil
	}
	key, again := why(err)
	if kept := s.store.missed(context.WithoutCancel(ctx), m, key, detail(err), again); kept != nil {
		return kept
	}
	if again {
		return fault.Because(err, fault.Upstream, key)
	}
	return nil // refused: whoever reads the outbox decides
}

func (s *Service) deliver(ctx context.Context, sys System, m Message, c content, run *job.Run) error {
	if m.Kind == "event" {
		if err := s.notify(ctx, sys, m, c.Event); err != nil {
			return err
		}
		return s.store.done(ctx, m)
	}
	z, err := s.zammad(ctx, sys)
	if err != nil {
		return err
	}
	if m.Kind == "create" {
		return s.create(ctx, z, m, c, run)
	}
	l, err := s.store.link(ctx, s.store.db.Read(), m.Matter, m.System)
	if err != nil {
		return err
	}
	switch m.Kind {
	case "tag":
		err = z.tag(ctx, l.Ticket, c.Tag)
	case "state":
		if l.State, err = z.setState(ctx, l.Ticket, c.State); err == nil {
			err = s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.setLink(ctx, tx, l) })
		}
	case "article":
		var id int64
		var files []File
		if files, err = s.loaded(ctx, m.Org, m.Matter, c.Files); err == nil {
			id, err = z.say(ctx, l.Ticket, m, c.Text, files)
		}
		if err == nil {
			err = s.store.db.Keep(ctx, func(tx *db.Tx) error {
				_, err := s.store.know(ctx, tx, l, id)
				return err
			})
		}
	}
	if err != nil {
		return err
	}
	return s.store.done(ctx, m)
}

// create makes the ticket of a case; where an earlier attempt has made it already it is found.
func (s *Service) create(ctx context.Context, z zammad, m Message, c content, run *job.Run) error {
	t, found, err := ticket{}, false, error(nil)
	if m.Attempt > 1 {
		if t, found, err = z.find(ctx, c.Title); err != nil {
			return err
		}
	}
	if !found {
		if t, err = z.create(ctx, m, c); err != nil {
			return err
		}
	}
	l := Link{Org: m.Org, Matter: m.Matter, System: m.System, Ticket: t.ID, Number: t.Number, State: t.State}
	act := run.Act("ticket.create", m.Matter)
	act.Org, act.Diff = m.Org, change.Added(map[string]any{"system": m.System, "ticket": t.Number})
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		l.Synced = tx.Now
		if err := s.store.addLink(ctx, tx, l); err != nil {
			return err
		}
		for _, id := range t.Articles {
			if _, err := s.store.know(ctx, tx, l, id); err != nil {
				return err
			}
		}
		return s.store.end(ctx, tx, m)
	})
}

// notify sends an event to a system of any kind. The signature is of time and body, so that a
// request that somebody caught cannot be sent again later.
func (s *Service) notify(ctx context.Context, sys System, m Message, body []byte) error {
	at := strconv.FormatInt(s.store.db.Now().Unix(), 10)
	status, answer, err := s.out.Ask(ctx, outgoing.Question{Method: "POST", Address: sys.URL, Body: body, Most: 64 << 10, Header: map[string]string{
		"X-Allmende-Delivery": m.ID, "X-Allmende-Timestamp": at, "X-Allmende-Signature": "sha256=" + Sign(sys.Secret, at, body)}})
	if err == nil && status/100 != 2 {
		err = &answerError{status, said(answer)}
	}
	return err
}

// Sign is the signature of a request: HMAC-SHA-256 with the secret over the time, a full stop and
// the body, in hexadecimal.
func Sign(secret, at string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(at + "."))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// An answerError is what the other side answered instead of doing it.
type answerError struct {
	status int
	said   string
}

func (e *answerError) Error() string { return fmt.Sprintf("%d %s", e.status, e.said) }

// why returns the text key for a failure, and whether trying again may help by itself.
func why(err error) (key string, again bool) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Key, f.Kind == fault.Upstream
	}
	a, ok := errors.AsType[*answerError](err)
	if !ok {
		if _, barred := errors.AsType[*outgoing.HostError](err); barred {
			return "ticket.fault.host", false
		}
		return "ticket.fault.unreachable", true
	}
	switch {
	case a.status == 401:
		return "ticket.fault.token", false
	case a.status == 403:
		return "ticket.fault.forbidden", false
	case a.status == 404:
		return "ticket.fault.gone", false
	case a.status == 408 || a.status == 429 || a.status >= 500:
		return "ticket.fault.later", true
	case a.status == 422:
		return "ticket.fault.refused", false
	}
	return "ticket.fault.odd", false
}

const longestDetail = 300 // characters

// detail is what the other side said, fit for a page.
func detail(err error) string {
	text := err.Error()
	if a, ok := errors.AsType[*answerError](err); ok {
		text = strconv.Itoa(a.status) + " " + a.said
	}
	r := []rune(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "?"), func(r rune) bool { return unicode.IsControl(r) }), " "))
	return string(r[:min(len(r), longestDetail)])
}
