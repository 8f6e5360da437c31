// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"time"

	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/pace"
)

// Service is the organisations, the people and their accounts.
type Service struct {
	store   store
	guard   *guard
	mail    *mail.Outbox   // nil: no letters
	desk    *approval.Desk // where acts wait for a second person; nil where none is asked
	second  string         // what a second person must be allowed to
	resting pace.Meter     // of entries in the log about tokens that rest
	busy    chan struct{}  // held by the one write that runs beside the requests

	forest forest

	// TrustProxy takes the address of who asks from the last entry of X-Forwarded-For,
	// which a proxy in front of the server must set.
	TrustProxy bool

	// Permissions are those that pages and operations ask for, in order; a token has no others.
	Permissions []string
	// Second is asked once a password was right; nil where a password is enough.
	Second Second
	// Mandates says what roles give a person today; nil where there are no roles.
	Mandates func(ctx context.Context, person ospo.PersonID) ([]Mandate, error)
	// Weighs reports whether grants let somebody administer, or be one of two people who
	// decide; nil: none do.
	Weighs func(grants []string) bool
	// Others reports whether anybody but the viewer may do something in an organisation by a
	// role or a level, or could since a time; nil where there are no roles.
	Others func(ctx context.Context, org ospo.OrgID, permission string, since time.Time) (bool, error)
	// Ways lists other ways to sign in than with a password, each coming back to back.
	Ways func(back string) []Way

	// Outside names the providers by which a person comes.
	Outside func(ctx context.Context, person ospo.PersonID) ([]string, error)

	// Farewell is told that a session is about to end because its person signs out, and
	// returns where to go on; nothing is the page for signing in.
	Farewell func(ctx context.Context, session string) (next string, err error)

	// Home is the address of this instance, for links that are handed on; empty: that of the request.
	Home string

	// Erased is called, within the transaction, with the words that named a person whose name
	// is erased.
	Erased []func(ctx context.Context, tx *db.Tx, id ospo.PersonID, words []string) error

	// TreeChanged is called, within the transaction, when organisations came with what is theirs,
	// were moved or left.
	TreeChanged []func(ctx context.Context, tx *db.Tx) error
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "governance", Files: files, Rows: rows, Stocks: s.stocks(), Nav: s.nav(), Pages: s.pages(), Ops: s.ops()}
}
