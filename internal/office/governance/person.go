// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/mail"
)

// A Person belongs to one organisation and may act for it and for all below it.
type Person struct {
	ID      ospo.PersonID `json:"id"`
	Org     ospo.OrgID    `json:"org"`
	OrgName string        `json:"orgName"`
	Login   string        `json:"login" doc:"E-mail address or login name; empty for a person without an account."`
	Name    string        `json:"name"`
	Mail    string        `json:"mail,omitempty" doc:"Where the person gets mail, if the login is no address."`
	Level   string        `json:"level" doc:"admin, editor or reader."`
	Created time.Time     `json:"created"`
	Ended   time.Time     `json:"ended,omitzero" doc:"Since when the account is closed."`
}

// AddPerson adds a person to an organisation that the act's organisation sees. An empty
// ID gets a new one.
func (s *Service) AddPerson(ctx context.Context, act ospo.Act, p Person) (id ospo.PersonID, err error) {
	return s.enterPerson(ctx, act, p, false)
}

func (s *Service) enterPerson(ctx context.Context, act ospo.Act, p Person, alone bool) (id ospo.PersonID, err error) {
	defer fault.Wrap(&err, "add person")
	if p, err = checkPerson(p); err != nil {
		return "", err
	}
	if p.ID == "" {
		p.ID = ospo.PersonID(db.NewID())
	}
	act.What, act.On = "governance.person.add", string(p.ID)
	return p.ID, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.store.reach(ctx, tx, act.Org, p.Org); err != nil {
			return err
		}
		tx.Act.Org = about(act, p.Org)
		tx.Act.Diff = change.Added(p, "created")
		return errors.Join(unseconded(ctx, tx, alone), s.store.addPerson(ctx, tx, p))
	})
}

// ChangePerson changes name, login, level and organisation. The own level stays, so that
// nobody locks out the last one who administers.
func (s *Service) ChangePerson(ctx context.Context, act ospo.Act, p Person) error {
	return s.alterPerson(ctx, act, p, false)
}

func (s *Service) alterPerson(ctx context.Context, act ospo.Act, p Person, alone bool) (err error) {
	defer fault.Wrap(&err, "change person %s", p.ID)
	if p, err = checkPerson(p); err != nil {
		return err
	}
	act.What, act.On = "governance.person.change", string(p.ID)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		was, err := s.store.personIn(ctx, tx, act.Org, p.ID)
		if err != nil {
			return err
		}
		if act.Person == p.ID && (was.Level != p.Level || was.Org != p.Org) {
			return fault.At("level", "governance.person.own_level")
		}
		if err := s.store.reach(ctx, tx, act.Org, p.Org); err != nil {
			return fault.At("org", "governance.org.not_found")
		}
		tx.Act.Diff = change.Between(was, p, "created", "ended", "orgName")
		return errors.Join(unseconded(ctx, tx, alone), s.store.changePerson(ctx, tx, p))
	})
}

// ClosePerson closes an account: its sessions end, its links stop working. What the person
// did stays in the log under the name.
func (s *Service) ClosePerson(ctx context.Context, act ospo.Act, id ospo.PersonID) (err error) {
	defer fault.Wrap(&err, "close account of %s", id)
	if act.Person == id {
		return fault.New(fault.Invalid, "governance.person.own_close")
	}
	act.What, act.On = "governance.person.close", string(id)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if _, err := s.store.personIn(ctx, tx, act.Org, id); err != nil {
			return err
		}
		return s.store.closePerson(ctx, tx, id)
	})
}

// ReopenPerson opens a closed account again, with the password it had.
func (s *Service) ReopenPerson(ctx context.Context, act ospo.Act, id ospo.PersonID) error {
	return s.readmitPerson(ctx, act, id, false)
}

func (s *Service) readmitPerson(ctx context.Context, act ospo.Act, id ospo.PersonID, alone bool) (err error) {
	defer fault.Wrap(&err, "reopen account of %s", id)
	act.What, act.On = "governance.person.reopen", string(id)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if _, err := s.store.personIn(ctx, tx, act.Org, id); err != nil {
			return err
		}
		return errors.Join(unseconded(ctx, tx, alone), s.store.reopenPerson(ctx, tx, id))
	})
}

// Person returns a person of an organisation that the viewer sees.
func (s *Service) Person(ctx context.Context, id ospo.PersonID) (Person, error) {
	return s.store.personIn(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// ByLogin returns the person who signs in under a login, in an organisation that the viewer sees.
func (s *Service) ByLogin(ctx context.Context, login string) (Person, error) {
	return s.store.byLogin(ctx, door.From(ctx).Org, strings.ToLower(login))
}

func checkPerson(p Person) (Person, error) {
	var err error
	if p.Name, err = checkName("name", p.Name); err != nil {
		return p, err
	}
	if p.Login, err = checkLogin(p.Login); err != nil {
		return p, err
	}
	if p.Mail = strings.TrimSpace(p.Mail); p.Mail != "" && !mail.IsAddress(p.Mail) {
		return p, fault.At("mail", "mail.address_form", p.Mail)
	}
	if p.ID != "" && !isID(p.ID) {
		return p, fault.At("id", "governance.org.id_taken", p.ID)
	}
	if !isLevel(p.Level) {
		return p, fault.At("level", "governance.level_unknown", p.Level)
	}
	return p, nil
}

// checkLogin returns a login as it is compared: in lower case, without blanks around it.
func checkLogin(login string) (string, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if strings.ContainsAny(login, " \t\r\n\x00") || !utf8.ValidString(login) || utf8.RuneCountInString(login) > longestName {
		return "", fault.At("login", "governance.login_form", longestName)
	}
	return login, nil
}
