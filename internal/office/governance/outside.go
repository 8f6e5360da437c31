// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// What follows is for the room that knows people from elsewhere, by an identity provider
// or a directory. It acts within that room's transaction, whose act says what happened, and
// that room has asked whether it may.

// Enrol adds a person who does not sign in with a password. An empty ID gets a new one.
func (s *Service) Enrol(ctx context.Context, tx *db.Tx, p Person) (ospo.PersonID, error) {
	p, err := checkPerson(p)
	if err != nil {
		return "", err
	}
	if p.ID == "" {
		p.ID = ospo.PersonID(db.NewID())
	}
	return p.ID, s.store.addPerson(ctx, tx, p)
}

// Amend changes a person's organisation, login, name and level.
func (s *Service) Amend(ctx context.Context, tx *db.Tx, p Person) error {
	p, err := checkPerson(p)
	if err != nil {
		return err
	}
	was, err := s.store.personIn(ctx, tx, System, p.ID)
	if err != nil {
		return err
	}
	p.Mail = was.Mail // whoever else keeps the person knows nothing of it
	return s.store.changePerson(ctx, tx, p)
}

// Shed takes from a person every way in that governance knows: password, sessions, links,
// known browsers; tokens are revoked.
func (s *Service) Shed(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	return s.store.shed(ctx, tx, id)
}

// Suspend closes an account: its sessions end, its tokens rest.
func (s *Service) Suspend(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	return s.store.closePerson(ctx, tx, id)
}

// Resume opens a closed account again.
func (s *Service) Resume(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	return s.store.reopenPerson(ctx, tx, id)
}

// Welcome opens a session for a person whom somebody else has recognised, and returns its
// secret, for the cookie, and its id.
func (s *Service) Welcome(ctx context.Context, tx *db.Tx, id ospo.PersonID, org ospo.OrgID, from Origin) (cookie, session string, err error) {
	cookie, session = secret(), db.NewID()
	return cookie, session, s.store.welcome(ctx, tx, digest(cookie), session, id, org, from)
}

// EndSessions ends sessions by their ids; those that are over are no fault.
func (s *Service) EndSessions(ctx context.Context, tx *db.Tx, ids []string) error {
	return s.store.endSessions(ctx, tx, ids)
}
