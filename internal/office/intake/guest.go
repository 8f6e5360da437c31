// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
)

// A Guest is who asks without an account, as they say it.
type Guest struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	Case    string     `json:"case"`
	Number  string     `json:"number"`
	Title   string     `json:"title"`
	Name    string     `json:"name"`
	Mail    string     `json:"mail"`
	Lang    string     `json:"-"`
	Created string     `json:"created"`
}

// When is when the guest asked.
func (g Guest) When() time.Time { return db.Time(g.Created) }

// Bounds of what guests send. A city of a hundred thousand people has some dozen such requests a
// week; somebody with one address has few in a day.
const (
	longestName = 200
	mostHourly  = 60 // of an organisation
	mostDaily   = 10 // of a mail address
)

// A Receipt is what a guest gets.
type Receipt struct {
	Number string
	Path   string // with the secret; shown once
	Mailed bool   // a link comes by mail, too
}

// AskAsGuest opens a case for somebody without an account in a house that lets them. from is
// where they call from.
func (s *Service) AskAsGuest(ctx context.Context, slug, by, from string, g Guest, r Request) (out Receipt, err error) {
	defer fault.Wrap(&err, "ask as a guest at the door %s", by)
	h, err := s.Public(ctx, slug)
	if err != nil {
		return out, err
	}
	d, err := s.door(ctx, h.Org, by)
	if err != nil {
		return out, err
	}
	if wait := s.calls.Take(from, s.store.db.Now()); wait > 0 {
		return out, fault.New(fault.TooMany, "intake.too_often", int(wait/time.Minute)+1)
	}
	r.Type, r.Org = d.Type, h.Org
	if g, err = h.greet(g); err != nil {
		return out, err
	}
	g.ID, g.Org, g.Lang = db.NewID(), h.Org, tongue(ctx)
	for range 3 { // two who ask at the same moment want the same number
		if out, err = s.admit(ctx, g, r); fault.Of(err) != fault.Conflict {
			break
		}
	}
	return out, err
}

// greet checks who a guest says to be.
func (h House) greet(g Guest) (Guest, error) {
	g.Name, g.Mail = strings.TrimSpace(g.Name), strings.TrimSpace(g.Mail)
	var bad []error
	switch n := utf8.RuneCountInString(g.Name); {
	case n == 0:
		bad = append(bad, fault.At("name", "intake.name_missing"))
	case n > longestName:
		bad = append(bad, fault.At("name", "intake.name_long", n, longestName))
	case !utf8.ValidString(g.Name) || strings.ContainsAny(g.Name, "\x00\r\n"):
		bad = append(bad, fault.At("name", "fault.bytes"))
	}
	switch {
	case g.Mail == "":
		bad = append(bad, fault.At("mail", "intake.mail_missing"))
	case !mail.IsAddress(g.Mail):
		bad = append(bad, fault.At("mail", "intake.mail_form", g.Mail[:min(len(g.Mail), 100)]))
	case !h.takes(g.Mail):
		bad = append(bad, fault.At("mail", "intake.mail_domain"))
	}
	return g, errors.Join(bad...)
}

func (s *Service) admit(ctx context.Context, g Guest, r Request) (out Receipt, err error) {
	out.Mailed = s.mail != nil && s.mail.Ready()
	err = s.store.db.Write(ctx, s.act(ctx, g.Org, "intake.ask"), func(tx *db.Tx) error {
		if err := s.room(ctx, tx, g); err != nil {
			return err
		}
		if g.Case, out.Number, err = s.Desk.Admit(ctx, tx, r, texts().T(lang.Tongues[0], "intake.asked_by", g.Name, g.Mail)); err != nil {
			return err
		}
		g.Number, g.Title = out.Number, strings.TrimSpace(r.Title)
		if err := s.store.addGuest(ctx, tx, g); err != nil {
			return err
		}
		if out.Path, err = s.link(ctx, tx, g); err != nil || !out.Mailed {
			return err
		}
		return s.mail.Enqueue(ctx, tx, mail.Letter{Org: g.Org, To: g.Mail, Kind: "intake.received", Lang: g.Lang, Args: `"` + g.ID + `"`})
	})
	if err == nil && out.Mailed {
		s.mail.Wake()
	}
	return out, err
}

// act is something that a guest does. The log calls them by no name: nobody has proved it.
func (s *Service) act(ctx context.Context, org ospo.OrgID, what string) ospo.Act {
	return ospo.Act{Org: org, Person: guest, What: what, Door: "web", Request: door.From(ctx).Request}
}

// room returns a fault where too many have come already.
func (s *Service) room(ctx context.Context, tx *db.Tx, g Guest) error {
	now := s.store.db.Now()
	n, err := s.store.came(ctx, tx, g.Org, now.Add(-time.Hour))
	if err != nil || n >= mostHourly {
		return errorOr(err, fault.New(fault.TooMany, "intake.full"))
	}
	n, err = s.store.cameBy(ctx, tx, g.Org, g.Mail, now.AddDate(0, 0, -1))
	if err != nil || n >= mostDaily {
		return errorOr(err, fault.New(fault.TooMany, "intake.full_mail", mostDaily))
	}
	return nil
}

// link makes a secret address for a guest: 256 random bits, of which the sum is kept.
func (s *Service) link(ctx context.Context, tx *db.Tx, g Guest) (path string, err error) {
	var b [32]byte
	rand.Read(b[:])
	secret, id := base64.RawURLEncoding.EncodeToString(b[:]), db.NewID()
	return "/intake/status/" + id + "." + secret, s.store.addLink(ctx, tx, id, g, digest(secret))
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Recognise returns the guest to whom a link was given; a wrong one is not found. How long the
// comparison takes says nothing of how much of a secret was right.
func (s *Service) Recognise(ctx context.Context, link string) (Guest, error) {
	id, secret, ok := strings.Cut(link, ".")
	if !ok || len(id) != 36 || len(secret) > 100 {
		return Guest{}, notFound()
	}
	g, sum, err := s.store.linked(ctx, s.store.db.Read(), id)
	if err != nil || subtle.ConstantTimeCompare([]byte(sum), []byte(digest(secret))) != 1 {
		return Guest{}, errorOr(err, notFound())
	}
	return g, nil
}

// Status is where the request of a guest stands.
func (s *Service) Status(ctx context.Context, g Guest) (Standing, error) {
	return s.Desk.Standing(ctx, g.Org, g.Case)
}

// SayAsGuest adds a message of a guest to their request.
func (s *Service) SayAsGuest(ctx context.Context, g Guest, from, text string) (err error) {
	defer fault.Wrap(&err, "a guest says something on case %s", g.Case)
	if wait := s.says.Take(from, s.store.db.Now()); wait > 0 {
		return fault.New(fault.TooMany, "intake.too_often", int(wait/time.Minute)+1)
	}
	act := s.act(ctx, g.Org, "intake.say")
	act.On = g.Case
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.Desk.Hear(ctx, tx, g.Org, g.Case, text) })
}

// ReplyAsGuest does a task that is the guest's part, with its answers.
func (s *Service) ReplyAsGuest(ctx context.Context, g Guest, from, task string, written map[string]string) (err error) {
	defer fault.Wrap(&err, "a guest does task %s of case %s", task, g.Case)
	if wait := s.says.Take(from, s.store.db.Now()); wait > 0 {
		return fault.New(fault.TooMany, "intake.too_often", int(wait/time.Minute)+1)
	}
	act := s.act(ctx, g.Org, "intake.reply")
	act.On = g.Case
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.Desk.Reply(ctx, tx, g.Org, g.Case, task, written) })
}

// WithdrawAsGuest withdraws the request of a guest.
func (s *Service) WithdrawAsGuest(ctx context.Context, g Guest) (err error) {
	defer fault.Wrap(&err, "a guest withdraws case %s", g.Case)
	act := s.act(ctx, g.Org, "intake.withdraw")
	act.On = g.Case
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.Desk.Recall(ctx, tx, g.Org, g.Case) })
}

// Guests lists who came without an account to organisations that the viewer sees, the latest
// first.
func (s *Service) Guests(ctx context.Context) ([]Guest, error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return nil, err
	}
	return s.store.guests(ctx, v.Org)
}
