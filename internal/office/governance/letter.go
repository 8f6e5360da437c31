// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"encoding/json"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
)

// resetLife is how long a link works that somebody asked for who has forgotten a password.
const resetLife = 2 * time.Hour

// wanted is what a letter with a link is about: the login that was typed, or a person. The
// link is made when the letter is sent, so that no secret waits in the outbox.
type wanted struct {
	Login  string        `json:"login,omitempty"`
	Person ospo.PersonID `json:"person,omitempty"`
}

// UseMail lets accounts send letters, and names their kinds.
func (s *Service) UseMail(o *mail.Outbox) {
	s.mail = o
	o.Handle("governance.reset", mail.Kind{Fill: s.fillReset, Sample: func() mail.Content {
		return resetLetter("Erika Muster", "/welcome/…")
	}})
	o.Handle("governance.invite", mail.Kind{Fill: s.fillInvite, Sample: func() mail.Content {
		return inviteLetter("Erika Muster", "Stadt Beispielheim", "/welcome/…")
	}})
}

// mails reports whether letters can be sent.
func (s *Service) mails() bool { return s.mail != nil && s.mail.Ready() }

// Forgot has a link for a new password sent to whoever a login belongs to. Whether it
// belongs to anybody is looked up when the letter is sent: until then exactly the same is
// done and answered for every login, and it takes as long.
func (s *Service) Forgot(ctx context.Context, login string, from Origin) (err error) {
	defer fault.Wrap(&err, "forgot the password")
	if login, err = checkLogin(login); err != nil {
		return err
	}
	if err := s.brace(ctx, "forgot "+login, from.Address); err != nil {
		return err
	}
	return s.enqueue(ctx, mail.Letter{Org: System, Kind: "governance.reset", Lang: door.From(ctx).Lang}, wanted{Login: login})
}

// InviteByMail sends a person of an organisation in view a link for setting the password.
func (s *Service) InviteByMail(ctx context.Context, id ospo.PersonID) (err error) {
	defer fault.Wrap(&err, "invite %s by mail", id)
	v := door.From(ctx)
	p, err := s.Person(ctx, id)
	if err != nil {
		return err
	}
	r, err := s.store.reader(ctx, wanted{Person: p.ID})
	switch {
	case err != nil && fault.Of(err) == fault.NotFound:
		return fault.New(fault.Invalid, "governance.mail.no_address")
	case err != nil:
		return err
	case !s.mails():
		return fault.New(fault.Invalid, "governance.mail.off")
	}
	text, err := json.Marshal(wanted{Person: id})
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(p.Org, "governance.invite", string(id)), func(tx *db.Tx) error {
		return s.mail.Enqueue(ctx, tx, mail.Letter{Org: p.Org, Person: id, To: r.Mail, Kind: "governance.invite", Lang: tongueOf(r, v.Lang), Args: string(text)})
	})
}

func (s *Service) enqueue(ctx context.Context, l mail.Letter, about wanted) error {
	text, err := json.Marshal(about)
	if err != nil {
		return err
	}
	l.Args = string(text)
	err = s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.mail.Enqueue(ctx, tx, l) })
	s.mail.Wake()
	return err
}

// A Reader is a person who gets mail.
type Reader struct {
	Person  ospo.PersonID
	Org     ospo.OrgID
	OrgName string
	Name    string
	Mail    string
	Lang    string // last read in; empty where nobody knows
}

// Reader returns where a person gets mail and in which language; who gets none is not found.
func (s *Service) Reader(ctx context.Context, person ospo.PersonID) (Reader, error) {
	return s.store.reader(ctx, wanted{Person: person})
}

func tongueOf(r Reader, or string) string {
	for _, t := range []string{r.Lang, or} {
		if t != "" {
			return t
		}
	}
	return lang.Tongues[0]
}

// fillReset writes the letter for a forgotten password, if there is anybody to write to.
func (s *Service) fillReset(ctx context.Context, l *mail.Letter) (bool, error) {
	r, path, err := s.linked(ctx, l, resetLife)
	if err != nil || path == "" {
		return false, err
	}
	l.Content = resetLetter(r.Name, path)
	return true, nil
}

func (s *Service) fillInvite(ctx context.Context, l *mail.Letter) (bool, error) {
	r, path, err := s.linked(ctx, l, linkLife)
	if err != nil || path == "" {
		return false, err
	}
	l.Content = inviteLetter(r.Name, r.OrgName, path)
	return true, nil
}

// linked finds whom a letter goes to and makes the link in it; nobody has the empty path.
func (s *Service) linked(ctx context.Context, l *mail.Letter, life time.Duration) (r Reader, path string, err error) {
	var about wanted
	if err := json.Unmarshal([]byte(l.Args), &about); err != nil {
		return r, "", err
	}
	r, err = s.store.reader(ctx, about)
	if err != nil || !mail.IsAddress(r.Mail) {
		if err != nil && fault.Of(err) != fault.NotFound {
			return r, "", err
		}
		return r, "", nil
	}
	l.Org, l.Person, l.To = r.Org, r.Person, r.Mail
	act := db.System("governance.link.add", string(r.Person))
	act.Org = r.Org
	path, err = s.link(ctx, act, r.Person, r.Org, life)
	return r, path, err
}

func resetLetter(name, path string) mail.Content {
	return mail.Content{Subject: mail.Line{Key: "governance.letter.reset"}, Lines: []mail.Line{
		{Key: "governance.letter.hello", Args: []any{name}},
		{Key: "governance.letter.reset_why"},
		{Key: "governance.letter.reset_link", Path: path},
		{Key: "governance.letter.reset_until", Args: []any{int(resetLife.Hours())}},
		{Key: "governance.letter.reset_not"},
	}}
}

func inviteLetter(name, org, path string) mail.Content {
	return mail.Content{Subject: mail.Line{Key: "governance.letter.invite", Args: []any{org}}, Lines: []mail.Line{
		{Key: "governance.letter.hello", Args: []any{name}},
		{Key: "governance.letter.invite_why", Args: []any{org}},
		{Key: "governance.letter.invite_link", Path: path},
		{Key: "governance.letter.invite_until", Args: []any{int(linkLife.Hours() / 24)}},
	}}
}
