// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"

	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/expiry"
	"allmende/internal/platform/job"
	"allmende/internal/platform/lang"
)

// Permissions that are asked for beside retention.read.
const (
	people  = "retention.person"  // read all about others, propose that they be erased
	write   = "retention.write"   // decide periods and holds, order runs
	approve = "retention.approve" // be the second person for an erasure
)

// instance is the organisation that rows of the instance itself bear.
const instance ospo.OrgID = "system"

// Service says how long data is kept, ends it, and answers for what is kept about people.
type Service struct {
	store store
	queue *job.Queue
	desk  *approval.Desk

	// Texts are the words in which data about people is written out.
	Texts lang.Catalogue

	// Stocks are what the rooms do not keep for ever.
	Stocks []expiry.Stock

	// Record is all that there is about a person as far as the viewer sees, to be written as
	// JSON. With home, the person's own organisation, it is all that there is up to the top of
	// the tree in which that stands: for the person alone.
	Record func(ctx context.Context, person ospo.PersonID, home ospo.OrgID) (any, error)

	// Bars are faults that say why a person cannot be erased yet.
	Bars []func(ctx context.Context, person ospo.PersonID) (error, error)

	// Erase puts a pseudonym in the place of a person's name, for good.
	Erase func(ctx context.Context, tx *db.Tx, org ospo.OrgID, person ospo.PersonID) error

	// Pseudonym is what a person is called afterwards.
	Pseudonym func(ospo.PersonID) string
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "retention", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops()}
}
