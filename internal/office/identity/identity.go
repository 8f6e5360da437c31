// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"errors"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/pace"
)

// Service is the ways in for people from elsewhere.
type Service struct {
	store   store
	desks   []*desk
	address string
	pace    *pace.Meter

	scimPace *pace.Meter

	approvals *approval.Desk

	// People keeps the accounts.
	People People
	// Browser is asked where a session begins, and from where.
	Browser Browser
	// Texts are the words of answers to directories.
	Texts lang.Catalogue
	// Levels are what a group can give, the least first; Gives are the permissions of one.
	Levels []string
	Gives  func(level string) []string
	// Roles keeps the roles that groups can give; nil where there are none.
	Roles Roles
	// Waits reports whether a level in an organisation waits for a second person; nil: none does.
	Waits func(ctx context.Context, level string, org ospo.OrgID) (bool, error)
	// Guarded reports whether an account could be a second person's: what it is known by, and
	// that it is open, nobody changes alone. Nil: none is.
	Guarded func(ctx context.Context, person ospo.PersonID) (bool, error)
	// Least is the level of people of a directory to whom no group gives one.
	Least string
}

// New returns the ways in for people from elsewhere. Providers come from the operator; see
// [Service.Use].
func New(d *db.DB) *Service {
	return &Service{store: store{d}, pace: &pace.Meter{Burst: 60, Every: time.Second},
		scimPace: &pace.Meter{Burst: 500, Every: 20 * time.Millisecond}}
}

// A Member is a person as they come from elsewhere.
type Member struct {
	ID     ospo.PersonID
	Org    ospo.OrgID
	Login  string
	Name   string
	Level  string
	Closed bool
}

// An Origin says where a browser is.
type Origin struct{ Agent, Address string }

// People is what identity wants of the room that keeps the accounts, each within the
// transaction of the one who asks.
type People interface {
	Add(ctx context.Context, tx *db.Tx, m Member) (ospo.PersonID, error)
	Change(ctx context.Context, tx *db.Tx, m Member) error
	// Shed takes from a person every other way in: password, sessions, links, tokens, second factors.
	Shed(ctx context.Context, tx *db.Tx, id ospo.PersonID) error
	Close(ctx context.Context, tx *db.Tx, id ospo.PersonID) error
	Reopen(ctx context.Context, tx *db.Tx, id ospo.PersonID) error
	// Open starts a session and returns its secret, for the cookie, and its id.
	Open(ctx context.Context, tx *db.Tx, m Member, from Origin) (cookie, session string, err error)
	End(ctx context.Context, tx *db.Tx, sessions []string) error
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "identity", Files: files, Rows: rows, Stocks: stocks, Nav: s.nav(), Pages: s.pages(), Ops: s.ops(), Foreign: s.foreign()}
}

// refused is why somebody is not let in: the last word of a text "identity.refused.…", which
// the person reads and the log keeps.
func refused(why string, cause error) error {
	return fault.Because(cause, fault.Forbidden, "identity.refused."+why)
}

// why returns the last word of the text of a refusal, or nothing.
func why(err error) string {
	const head = "identity.refused."
	if e, ok := errors.AsType[*fault.Error](err); ok && len(e.Key) > len(head) && e.Key[:len(head)] == head {
		return e.Key[len(head):]
	}
	return ""
}
