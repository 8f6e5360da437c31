// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// ErasePerson puts a pseudonym in the place of a person's name, for good: the account is
// closed, login, password, sessions, links and tokens go. The id stays, so that what the
// person did stays one person's; Erased takes name and login out of where else they stand.
func (s *Service) ErasePerson(ctx context.Context, act ospo.Act, id ospo.PersonID) (pseudonym string, err error) {
	defer fault.Wrap(&err, "erase person %s", id)
	if act.Person == id {
		return "", fault.New(fault.Invalid, "governance.person.own_close")
	}
	act.What, act.On = "governance.person.erase", string(id)
	return Pseudonym(id), s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		p, err := s.ErasePersonIn(ctx, tx, act.Org, id)
		tx.Act.Org = about(act, p.Org)
		return err
	})
}

// ErasePersonIn is [Service.ErasePerson] within a transaction whose act somebody else has
// named; the person is one that root sees. It returns who the person was.
func (s *Service) ErasePersonIn(ctx context.Context, tx *db.Tx, root ospo.OrgID, id ospo.PersonID) (Person, error) {
	p, err := s.store.personIn(ctx, tx, root, id)
	if err != nil {
		return p, err
	}
	if err := s.store.closePerson(ctx, tx, id); err != nil {
		return p, err
	}
	if err := s.store.erasePerson(ctx, tx, id, Pseudonym(id)); err != nil {
		return p, err
	}
	for _, tell := range s.Erased {
		if err := tell(ctx, tx, id, []string{p.Name, p.Login, p.Mail}); err != nil {
			return p, err
		}
	}
	return p, nil
}

// Pseudonym is what a person is called once the name was erased: always the same, and
// nothing of the name in it.
func Pseudonym(id ospo.PersonID) string {
	return "Person " + string(id[max(0, len(id)-8):])
}
