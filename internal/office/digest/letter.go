// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package digest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
)

const letterKind = "digest.letter"

// UseMail lets letters go out, and names their kind.
func (s *Service) UseMail(o *mail.Outbox) {
	s.mail = o
	o.Handle(letterKind, mail.Kind{Fill: s.fill, Sample: s.sample})
}

// weekOf writes a week as ISO 8601 does.
func weekOf(year, week int) string { return fmt.Sprintf("%04d-W%02d", year, week) }

// SendAll writes to everybody for whom a letter is due, and says to how many. What fails for one
// is told at the end, and keeps nobody else from getting theirs.
func (s *Service) SendAll(ctx context.Context) (n int, err error) {
	readers, err := s.store.readers(ctx)
	if err != nil {
		return 0, err
	}
	var failed error
	for _, r := range readers {
		sent, err := s.send(ctx, r)
		if err != nil {
			failed = fmt.Errorf("a digest for %s: %w", r.Person, err)
		}
		if sent {
			n++
		}
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
	}
	s.mail.Wake()
	return n, failed
}

// send writes one letter, unless there is nothing to say or it has been done. That it is done
// is kept in the transaction of the letter.
func (s *Service) send(ctx context.Context, r Reader) (sent bool, err error) {
	c, err := s.Choice(ctx, r.Person)
	if err != nil || c.Rhythm == "never" || !mail.IsAddress(r.Mail) {
		return false, err
	}
	p := period(c.Rhythm, s.store.db.Now())
	if done, err := s.store.done(ctx, r.Person, p); err != nil || done {
		return false, err
	}
	groups, err := s.Waiting(ctx, r.Person, c.Without, false)
	if err != nil {
		return false, err
	}
	count := 0
	for _, g := range groups {
		count += len(g.Matters) + g.More
	}
	return sent, s.store.db.Keep(ctx, func(tx *db.Tx) error {
		first, err := s.store.note(ctx, tx, r, p, count)
		if err != nil || !first || count == 0 {
			return err
		}
		for _, g := range groups {
			if !g.once {
				continue
			}
			if err := s.store.tell(ctx, tx, r, g.all); err != nil {
				return err
			}
		}
		sent = true
		return s.mail.Enqueue(ctx, tx, mail.Letter{Org: r.Org, Person: r.Person, To: r.Mail, Kind: letterKind, Lang: r.Lang, Args: "{}",
			Content: s.write(tongue(r.Lang), r.Name, c.Rhythm, groups, count)})
	})
}

func tongue(t string) string {
	if t == "" {
		return lang.Tongues[0]
	}
	return t
}

// write is the letter in its reader's language.
func (s *Service) write(tongue, name, rhythm string, groups []Group, count int) mail.Content {
	c := mail.Content{Subject: mail.Line{Key: "digest.letter.subject", Args: []any{count}}, Lines: []mail.Line{
		{Key: "digest.letter.hello", Args: []any{name}}, {Key: "digest.letter." + rhythm}}}
	if count == 1 {
		c.Subject.Key = "digest.letter.subject_one"
	}
	for _, g := range groups {
		c.Lines = append(c.Lines, mail.Line{Key: "digest.source." + g.Key})
		for _, m := range g.Matters {
			c.Lines = append(c.Lines, mail.Line{Key: "digest.item", Args: []any{s.say(tongue, m)}, Path: m.Link, Item: true})
		}
		if g.More > 0 {
			c.Lines = append(c.Lines, mail.Line{Key: "digest.more", Args: []any{g.More}, Path: g.Page, Item: true})
		}
	}
	return c
}

// say writes a matter as a sentence: what it is, since when, by when.
func (s *Service) say(tongue string, m ospo.Matter) string {
	title := m.Text
	if m.Key != "" {
		title = s.Texts.T(tongue, m.Key, m.Args...)
	}
	var when []string
	for _, w := range [][2]string{{"digest.since", m.Since}, {"digest.due", m.Due}} {
		if day, err := time.Parse(time.DateOnly, w[1]); err == nil {
			when = append(when, s.Texts.T(tongue, w[0], lang.Date(tongue, day)))
		}
	}
	if len(when) == 0 {
		return title
	}
	return title + " (" + strings.Join(when, ", ") + ")"
}

// fill makes the link by which letters are stopped, at the moment of sending: no secret waits
// in the outbox. Who is gone, or has stopped letters since, gets none.
func (s *Service) fill(ctx context.Context, l *mail.Letter) (bool, error) {
	r, err := s.store.reader(ctx, l.Person)
	if err != nil {
		if fault.Of(err) == fault.NotFound {
			return false, nil
		}
		return false, err
	}
	if c, err := s.Choice(ctx, l.Person); err != nil || c.Rhythm == "never" {
		return false, err
	}
	secret := rand.Text()
	if err := s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.addStop(ctx, tx, r, sum(secret)) }); err != nil {
		return false, err
	}
	l.Content.Leave = stopPath(secret)
	l.Content.Lines = append(l.Content.Lines, mail.Line{Key: "digest.letter.choose", Path: "/digest"}, mail.Line{Key: "digest.letter.stop", Path: l.Content.Leave})
	return true, nil
}

func stopPath(secret string) string { return "/digest/stop/" + secret }

func sum(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// Stop stops the letters of whoever a link was sent to. The link works more than once, for mail
// programs follow it more than once.
func (s *Service) Stop(ctx context.Context, secret string) (err error) {
	defer fault.Wrap(&err, "stop letters")
	r, err := s.store.stopped(ctx, sum(secret))
	if err != nil {
		return err
	}
	c, err := s.Choice(ctx, r.Person)
	if err != nil || c.Rhythm == "never" {
		return err
	}
	act := ospo.Act{Org: r.Org, Person: r.Person, What: "digest.stop", On: string(r.Person), Door: "web"}
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		c.Rhythm = "never"
		return s.store.setChoice(ctx, tx, r.Person, c)
	})
}

// sample is the letter that the page with previews shows.
func (s *Service) sample() mail.Content {
	c := s.write(lang.Tongues[0], "Erika Muster", "weekly", []Group{
		{Key: "approval", Matters: []ospo.Matter{{Text: "Rolle besetzen: Koordination, Max Beispiel", Link: "/approval/…", Since: "2026-11-23"}}},
		{Key: "finding", Matters: []ospo.Matter{{Text: "Entscheidungen ohne Begründung", Link: "/audit/finding/…", Due: "2026-12-31"}}},
		{Key: "vulnerability", Matters: []ospo.Matter{{Text: "CVE-2021-44228, log4j-core 2.14.1", Link: "/vulnerability/CVE-2021-44228"}}, More: 3, Page: "/vulnerability"},
	}, 6)
	c.Lines = append(c.Lines, mail.Line{Key: "digest.letter.choose", Path: "/digest"}, mail.Line{Key: "digest.letter.stop", Path: stopPath("…")})
	return c
}
