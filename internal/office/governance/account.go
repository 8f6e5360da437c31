// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A link for setting a password works once, and no longer than this.
const linkLife = 72 * time.Hour

// A Link is a one-time link that was followed.
type Link struct {
	Person ospo.PersonID // empty: makes the instance's first account
	Org    ospo.OrgID
	Name   string
	Login  string
}

// CreateAccount adds a person who can sign in with a password.
func (s *Service) CreateAccount(ctx context.Context, act ospo.Act, org ospo.OrgID, login, name, password, level string) (id ospo.PersonID, err error) {
	defer fault.Wrap(&err, "create account")
	p, err := checkPerson(Person{ID: ospo.PersonID(db.NewID()), Org: org, Login: login, Name: name, Level: level})
	if err != nil {
		return "", err
	}
	hash, err := s.newHash(ctx, p.Login, password)
	if err != nil {
		return "", err
	}
	act.What, act.On = "governance.person.add", string(p.ID)
	return p.ID, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.store.reach(ctx, tx, act.Org, org); err != nil {
			return err
		}
		tx.Act.Org = about(act, org)
		tx.Act.Diff = change.Added(p, "created")
		return s.store.addAccount(ctx, tx, p, hash)
	})
}

// newHash hashes the password of an account that needs a login.
func (s *Service) newHash(ctx context.Context, login, password string) (string, error) {
	if login == "" {
		return "", fault.At("login", "governance.login_missing")
	}
	if err := checkPassword(password); err != nil {
		return "", err
	}
	return s.guard.hash(ctx, password)
}

// FirstLink returns the path at which the instance's first account is made, or nothing
// where there is an account. Links that were returned before stop working.
func (s *Service) FirstLink(ctx context.Context) (path string, err error) {
	defer fault.Wrap(&err, "make the link for the first account")
	n, err := s.store.accounts(ctx, s.store.db.Read())
	if err != nil || n > 0 {
		return "", err
	}
	return s.link(ctx, db.System("governance.link.add", ""), "", "", linkLife)
}

// Invite returns the path at which a person sets the password, which the viewer hands on.
// Until then the old password works; links that were returned before do not.
func (s *Service) Invite(ctx context.Context, id ospo.PersonID) (path string, err error) {
	p, err := s.invited(ctx, id)
	if err != nil {
		return "", err
	}
	return s.link(ctx, door.From(ctx).ActFor(p.Org, "governance.link.add", string(id)), p.ID, p.Org, linkLife)
}

// invited returns a person in view who can have a password.
func (s *Service) invited(ctx context.Context, id ospo.PersonID) (Person, error) {
	p, err := s.Person(ctx, id)
	switch {
	case err != nil:
		return p, err
	case p.Login == "":
		return p, fault.New(fault.Invalid, "governance.login_missing")
	case !p.Ended.IsZero():
		return p, fault.New(fault.Invalid, "governance.person.is_closed")
	}
	return p, nil
}

// welcome is where a one-time link leads.
func welcome(token string) string { return "/welcome/" + token }

func (s *Service) link(ctx context.Context, act ospo.Act, person ospo.PersonID, org ospo.OrgID, life time.Duration) (string, error) {
	token := secret()
	return welcome(token), s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		return s.store.addLink(ctx, tx, digest(token), person, org, s.store.db.Now().Add(life))
	})
}

// Follow returns what a one-time link is for; a used, old or invented one is not found.
func (s *Service) Follow(ctx context.Context, token string) (Link, error) {
	return s.store.link(ctx, s.store.db.Read(), digest(token), s.store.db.Now())
}

// A Founding is what the first account is made of. OrgID names a top organisation that
// exists; without one OrgName and Kind make it.
type Founding struct {
	OrgID                       ospo.OrgID
	OrgName, Kind               string
	Name, Login, Password, Link string
}

// Found makes the first account by its one-time link: an administrator of the top
// organisation.
func (s *Service) Found(ctx context.Context, f Founding) (id ospo.PersonID, err error) {
	defer fault.Wrap(&err, "make the first account")
	p, err := checkPerson(Person{ID: ospo.PersonID(db.NewID()), Name: f.Name, Login: f.Login, Level: "admin"})
	if err != nil {
		return "", err
	}
	o := Org{ID: f.OrgID, Name: f.OrgName, Kind: f.Kind}
	if o.ID == "" {
		if o, err = checkNew(o); err != nil {
			return "", fault.At("org_name", "governance.org.name_missing")
		}
	}
	hash, err := s.newHash(ctx, p.Login, f.Password)
	if err != nil {
		return "", err
	}
	p.Org = o.ID
	act := s.own(ctx, account{person: p.ID, org: o.ID}, "governance.welcome")
	return p.ID, s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.found(ctx, tx, f, o, p, hash) })
}

func (s *Service) found(ctx context.Context, tx *db.Tx, f Founding, o Org, p Person, hash string) error {
	l, err := s.store.useLink(ctx, tx, digest(f.Link), s.store.db.Now())
	if err != nil {
		return err
	}
	if n, err := s.store.accounts(ctx, tx); err != nil || n > 0 || l.Person != "" {
		return errorOr(err, fault.New(fault.NotFound, "governance.link.over"))
	}
	if f.OrgID != "" {
		err = s.store.isTop(ctx, tx, f.OrgID)
	} else if err = s.store.addOrg(ctx, tx, o); err == nil {
		err = s.treeChanged(ctx, tx)
	}
	if err != nil {
		return err
	}
	return s.store.addAccount(ctx, tx, p, hash)
}

// SetPassword sets a person's password by a one-time link and ends all sessions. Failures
// to sign in are forgiven; that the link came to the right person a second factor may still
// have to show.
func (s *Service) SetPassword(ctx context.Context, token, password string) (id ospo.PersonID, err error) {
	defer fault.Wrap(&err, "set password")
	if err := checkPassword(password); err != nil {
		return "", err
	}
	l, err := s.Follow(ctx, token)
	if err != nil {
		return "", err
	}
	hash, err := s.guard.hash(ctx, password)
	if err != nil {
		return "", err
	}
	a := account{person: l.Person, org: l.Org}
	return l.Person, s.store.db.Write(ctx, s.own(ctx, a, "governance.password.set"), func(tx *db.Tx) error {
		if l, err := s.store.useLink(ctx, tx, digest(token), s.store.db.Now()); err != nil || l.Person == "" {
			return errorOr(err, fault.New(fault.NotFound, "governance.link.over"))
		}
		if err := s.store.dropTry(ctx, tx, perAccount.key(l.Login)); err != nil {
			return err
		}
		return s.store.renew(ctx, tx, a, hash, "")
	})
}

// ChangePassword changes the viewer's own password and ends all sessions but the one of
// the cookie. Guessing at the present password is braked like signing in.
func (s *Service) ChangePassword(ctx context.Context, cookie, present, password string, from Origin) (err error) {
	defer fault.Wrap(&err, "change password")
	if err := checkPassword(password); err != nil {
		return err
	}
	if err := s.Confirm(ctx, present, from); err != nil {
		return err
	}
	a, err := s.store.accountOf(ctx, door.From(ctx).Person)
	if err != nil {
		return err
	}
	hash, err := s.guard.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, s.own(ctx, a, "governance.password.change"), func(tx *db.Tx) error {
		return s.store.renew(ctx, tx, a, hash, digest(cookie))
	})
}

func errorOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}
