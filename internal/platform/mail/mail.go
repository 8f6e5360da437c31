// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package mail sends letters by SMTP. A letter is put into an outbox within the business
// transaction, so that it exists exactly if the business does; it is sent in the
// background, in its reader's language, as text and as simple HTML, and tried again with
// growing pauses. What cannot be sent stays on a page, with the reason.
package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"sync"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
)

// A Letter is one mail on its way.
type Letter struct {
	ID      string
	Org     ospo.OrgID    // whose it is
	Person  ospo.PersonID // the reader, empty where it goes to an address alone
	To      string        // the address
	Kind    string        // "governance.reset"; the first word is a room's
	Lang    string        // "de" or "en"
	Args    string        // what the kind needs in order to write it, as JSON
	Content Content       // of kinds that are written when they are posted
	State   string        // queued, sent or failed
	Attempt int
	Due     time.Time // when it is tried next
	Fault   string    // text key of why the last attempt failed
	Detail  string    // what the other side said
	Created time.Time
	Sent    time.Time
}

// Content is what a letter says, as text keys: the reader's language is known when it is sent.
type Content struct {
	Subject Line    `json:"subject"`
	Lines   []Line  `json:"lines"`
	Files   []File  `json:"files,omitempty"`
	Thread  *Thread `json:"thread,omitempty"` // nil for letters that the program writes by itself
	Leave   string  `json:"leave,omitempty"`  // path by which whoever gets such letters stops them, with one POST and no sign-in
}

// A Thread is what the letter of a person goes on with: it answers Refs, the nearest last, and is
// answered to the address Back.
type Thread struct {
	Back string   `json:"back"`
	Refs []string `json:"refs,omitempty"`
}

// A Line is a paragraph; with a path it is a link to a page of this instance; Item marks a
// line of a list.
type Line struct {
	Key  string `json:"key"`
	Args []any  `json:"args,omitempty"`
	Path string `json:"path,omitempty"`
	Item bool   `json:"item,omitempty"`
}

// A File comes with a letter.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"data"`
}

// A Kind is one kind of letter.
type Kind struct {
	// Fill writes a letter at the moment it is sent: so that a secret in it need not be
	// kept. Without a letter to send it returns false. nil: the letter is written already.
	Fill func(ctx context.Context, l *Letter) (send bool, err error)
	// Sample is what the page with previews shows.
	Sample func() Content
}

// An Outbox keeps letters and sends them.
type Outbox struct {
	store store
	Texts lang.Catalogue
	// Server sends; without a host nothing is sent, and each letter says so.
	Server Server
	// Home is the address of this instance, for links: https://allmende.example.
	Home string

	kinds map[string]Kind
	names []string
	wake  chan struct{}
	group sync.WaitGroup
}

// New returns the outbox kept in d.
func New(d *db.DB) *Outbox {
	o := &Outbox{store: store{d}, kinds: map[string]Kind{}, wake: make(chan struct{}, 1)}
	o.Handle("mail.test", Kind{Sample: testLetter})
	return o
}

// Handle names a kind of letter. The text "mail.kind." and its name says what it is.
func (o *Outbox) Handle(name string, k Kind) {
	o.kinds[name], o.names = k, append(o.names, name)
}

// Ready reports whether letters can be sent at all.
func (o *Outbox) Ready() bool { return o.Server.Host != "" && o.Home != "" }

// Enqueue puts a letter into the outbox within the caller's transaction. Without an
// organisation it is that of the act.
func (o *Outbox) Enqueue(ctx context.Context, tx *db.Tx, l Letter) error {
	if l.Org == "" {
		l.Org = tx.Act.Org
	}
	if l.Lang == "" {
		l.Lang = lang.Tongues[0]
	}
	if _, ok := o.kinds[l.Kind]; !ok {
		return fmt.Errorf("a letter of kind %q was posted, which nobody has named", l.Kind)
	}
	if l.To != "" && !IsAddress(l.To) {
		return fault.New(fault.Invalid, "mail.address_form", l.To)
	}
	text, err := json.Marshal(l.Content)
	if err != nil {
		return err
	}
	if l.ID == "" {
		l.ID = db.NewID()
	}
	return o.store.add(ctx, tx, l, string(text))
}

// Ident is the Message-ID of a letter, the same at each attempt.
func (o *Outbox) Ident(id string) string {
	_, domain, _ := strings.Cut(o.Server.From, "@")
	return id + "@" + domain
}

// IsAddress reports whether a text is a mail address and nothing more: no name, no list,
// no line break.
func IsAddress(s string) bool {
	a, err := netmail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && len(s) <= 254 && !strings.ContainsAny(s, "\r\n\x00 <>,;")
}

// Wake tells the outbox to look for letters now rather than within the next seconds.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// pause is how long the outbox rests when nothing is due.
const pause = 5 * time.Second

// Start sends what is due until ctx ends; Wait returns when it has ended.
func (o *Outbox) Start(ctx context.Context) {
	o.group.Go(func() {
		for ctx.Err() == nil {
			if err := o.Post(ctx); err != nil && ctx.Err() == nil {
				slog.ErrorContext(ctx, "the outbox does not answer", "err", err)
			}
			select {
			case <-ctx.Done():
			case <-o.wake:
			case <-time.After(pause):
			}
		}
	})
}

// Wait returns when nothing is sent any more.
func (o *Outbox) Wait() { o.group.Wait() }

// Post sends everything that is due, one letter after the other.
func (o *Outbox) Post(ctx context.Context) error {
	for {
		l, ok, err := o.store.claim(ctx)
		if err != nil || !ok {
			return err
		}
		if err := o.deliver(ctx, l); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// deliver tries one letter and keeps how that went.
func (o *Outbox) deliver(ctx context.Context, l Letter) error {
	send, err := o.fill(ctx, &l)
	if err == nil && !send {
		return o.store.drop(ctx, l.ID)
	}
	if err == nil {
		err = o.send(ctx, l)
	}
	if err == nil {
		return o.store.sent(ctx, l)
	}
	f, final := why(err)
	l.Fault, l.Detail, l.State = f, detail(err), "queued"
	if errors.Is(err, errOff) { // nobody has said anything
		l.Detail = ""
	}
	if final || l.Attempt >= len(pauses) {
		l.State = "failed"
	}
	level := slog.LevelWarn
	if errors.Is(err, errOff) { // which the doctor and the page of letters say once, not each letter
		level = slog.LevelDebug
	}
	slog.Log(ctx, level, "a letter could not be sent", "letter", l.ID, "kind", l.Kind, "attempt", l.Attempt, "err", err)
	return o.store.failed(ctx, l, o.store.db.Now().Add(pauses[min(l.Attempt, len(pauses))-1]))
}

// pauses are how long to wait after each attempt: two days in all, as mail servers do
// (RFC 5321, section 4.5.4.1, asks for four to five days of a server, which we are not).
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

func (o *Outbox) fill(ctx context.Context, l *Letter) (bool, error) {
	k, ok := o.kinds[l.Kind]
	if !ok {
		return false, fmt.Errorf("nobody knows letters of kind %q", l.Kind)
	}
	if !o.Ready() {
		return false, errOff
	}
	if k.Fill == nil {
		return true, nil
	}
	return k.Fill(ctx, l)
}

// Forget removes the letters to addresses, whether they were sent or not: whoever got them is
// erased.
func (o *Outbox) Forget(ctx context.Context, tx *db.Tx, addresses []string) error {
	return o.store.forget(ctx, tx, addresses)
}

// Count returns how many letters of the instance are in a state: queued, sent or failed.
func (o *Outbox) Count(ctx context.Context, state string) (int, error) {
	return o.store.inState(ctx, state)
}
