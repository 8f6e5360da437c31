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

// Reset removes all second factors of a person in view: for somebody who has lost them.
func (s *Service) Reset(ctx context.Context, act ospo.Act, person ospo.PersonID) (err error) {
	defer fault.Wrap(&err, "reset second factors of %s", person)
	act.What, act.On = "factor.reset", string(person)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		m, err := s.store.memberIn(ctx, tx, act.Org, person)
		if err != nil {
			return err
		}
		tx.Act.Org = m.org
		return s.store.drop(ctx, tx, person)
	})
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
