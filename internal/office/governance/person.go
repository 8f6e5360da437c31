// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A Person belongs to one organisation and may act for it and for all below it.
type Person struct {
	ID      ospo.PersonID `json:"id"`
	Org     ospo.OrgID    `json:"org"`
	OrgName string        `json:"orgName"`
	Login   string        `json:"login" doc:"E-mail address or login name; empty for a person without an account."`
	Name    string        `json:"name"`
	Level   string        `json:"level" doc:"admin, editor or reader."`
	Created time.Time     `json:"created"`
	Ended   time.Time     `json:"ended,omitzero" doc:"Since when the account is closed."`
}

// AddPerson adds a person to an organisation that the act's organisation sees. An empty
// ID gets a new one.
func (s *Service) AddPerson(ctx context.Context, act ospo.Act, p Person) (id ospo.PersonID, err error) {
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
		return s.store.addPerson(ctx, tx, p)
	})
}

func checkPerson(p Person) (Person, error) {
	var err error
	if p.Name, err = checkName("name", p.Name); err != nil {
		return p, err
	}
	if p.Login, err = checkLogin(p.Login); err != nil {
		return p, err
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
