// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Home is the page of one's own second factors; who must set one up is kept there.
const Home = "/factor"

// Service is the second factors of local accounts.
type Service struct {
	store store

	// Gate knows accounts and opens sessions.
	Gate Gate
	// Home is the address of this instance, to which passkeys are bound; empty: that of the request.
	Home string
	// Guarded reports whether what somebody does to another's account waits for a second person.
	Guarded func(ctx context.Context, person ospo.PersonID) (bool, error)
	desk    *approval.Desk
	// Administers reports whether a person may administer an organisation.
	Administers func(ctx context.Context, person ospo.PersonID) (bool, error)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "factor", Files: files, Rows: rows, Pages: s.pages(), Ops: s.ops()}
}

// A State is which second factors a person has.
type State struct {
	App      time.Time `json:"app,omitzero" doc:"Since when an app shows codes; absent without one."`
	Passkeys int       `json:"passkeys"`
	Codes    int       `json:"recoveryCodes" doc:"Recovery codes that are left."`
}

// Any reports whether there is a second factor. Recovery codes stand in for one and are none.
func (s State) Any() bool { return !s.App.IsZero() || s.Passkeys > 0 }

// State returns the second factors of the viewer.
func (s *Service) State(ctx context.Context) (State, error) {
	return s.store.state(ctx, s.store.db.Read(), door.From(ctx).Person)
}

// A member is a person as the store knows them: who, and whose.
type member struct {
	person  ospo.PersonID
	org     ospo.OrgID
	name    string
	login   string
	orgName string
}

// me returns the viewer as a person; a token is none.
func (s *Service) me(ctx context.Context) (member, error) {
	v := door.From(ctx)
	if !v.SignedIn() {
		return member{}, fault.New(fault.SignIn, "fault.sign_in")
	}
	return s.store.member(ctx, v.Person)
}

// own is an act of a person on their own account.
func own(ctx context.Context, m member, what string) ospo.Act {
	v := door.From(ctx)
	v.Person = m.person
	return v.ActFor(m.org, what, string(m.person))
}

// Shed removes all second factors of a person whom somebody else has recognised for the
// first time: whoever prepared the account may have set them up.
func (s *Service) Shed(ctx context.Context, tx *db.Tx, person ospo.PersonID) error {
	return s.store.drop(ctx, tx, person)
}

// UseDesk lets the second factors of whoever could be a second person be removed only once
// one with a permission agrees.
func (s *Service) UseDesk(desk *approval.Desk, permit string) {
	s.desk = desk
	desk.Handle("factor.reset", approval.Kind{Key: "factor.reset", By: "governance.admin", Permit: permit, Do: func(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
		return s.resetIn(ctx, tx, p.Org, ospo.PersonID(p.Thing))
	}})
}

// Reset removes all second factors of a person in view: for somebody who has lost them. It
// returns the id of the proposal where that waits for a second person.
func (s *Service) Reset(ctx context.Context, person ospo.PersonID) (proposal string, err error) {
	defer fault.Wrap(&err, "reset second factors of %s", person)
	v := door.From(ctx)
	m, err := s.store.memberIn(ctx, s.store.db.Read(), v.Org, person)
	if err != nil {
		return "", err
	}
	if person == v.Human() {
		return "", fault.New(fault.Invalid, "factor.reset.own")
	}
	if waits, err := s.waits(ctx, person); err != nil || waits {
		return s.propose(ctx, err, m)
	}
	return "", s.store.db.Write(ctx, v.Act("factor.reset", string(person)), func(tx *db.Tx) error {
		return s.resetIn(ctx, tx, v.Org, person)
	})
}

func (s *Service) waits(ctx context.Context, person ospo.PersonID) (bool, error) {
	if s.desk == nil {
		return false, nil
	}
	return s.Guarded(ctx, person)
}

func (s *Service) propose(ctx context.Context, err error, m member) (string, error) {
	if err != nil {
		return "", err
	}
	return s.desk.Propose(ctx, m.org, "factor.reset", string(m.person), nil, "",
		approval.Fact{Key: "governance.person", Value: m.name}, approval.Fact{Key: "governance.login", Value: m.login}, approval.Fact{Key: "governance.org", Value: m.orgName})
}

func (s *Service) resetIn(ctx context.Context, tx *db.Tx, root ospo.OrgID, person ospo.PersonID) error {
	m, err := s.store.memberIn(ctx, tx, root, person)
	if err != nil {
		return err
	}
	tx.Act.Org = m.org
	return s.store.drop(ctx, tx, person)
}

// secret returns 256 random bits for a cookie.
func secret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// digest is what is kept of a secret: whoever reads the database cannot use it.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}
