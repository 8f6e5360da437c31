// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"context"
	"io"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/transfer"
)

// Service moves, suspends and removes organisations.
type Service struct {
	store store
	blobs Documents
	queue *job.Queue

	// Operator is the organisation whose administrators operate the instance in the browser;
	// empty leaves that to the command line.
	Operator ospo.OrgID

	// Suspend keeps an organisation out, Resume lets it in again.
	Suspend func(ctx context.Context, act ospo.Act, org ospo.OrgID, reason string) error
	Resume  func(ctx context.Context, act ospo.Act, org ospo.OrgID) error

	// Shelf is the folder in which exports wait to be fetched.
	Shelf string

	// Program is the version that a folder says it was written by.
	Program string

	// Tables are those of all rooms, in the order in which rows can be inserted.
	Tables []transfer.Table

	// Log writes the log as far as an organisation may read it, with its proof.
	Log func(ctx context.Context, w io.Writer) error

	// Settle gives organisations that came their place in the tree, the upper ones first.
	Settle func(ctx context.Context, tx *db.Tx, ids []ospo.OrgID) error

	// Return takes one document in again, as it was taken in before.
	Return func(ctx context.Context, row Row, raw []byte) error

	// Leave is called before the rows of an organisation and all below it are removed.
	Leave []func(ctx context.Context, tx *db.Tx, root ospo.OrgID) error

	// Left is called once they are removed.
	Left func(ctx context.Context, tx *db.Tx) error

	// Rest is how long a document must not have been handed in once more before it is removed
	// with its organisation: somebody may be about to point to it.
	Rest time.Duration
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "tenant", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops()}
}

// A Row is a line of a folder: what each column holds.
type Row map[string]any

// Text returns what a column holds, if it is a text.
func (r Row) Text(column string) string {
	s, _ := r[column].(string)
	return s
}

// An Org is an organisation as whoever operates the instance sees it.
type Org struct {
	ID        ospo.OrgID `json:"id"`
	Parent    ospo.OrgID `json:"parent,omitempty"`
	Name      string     `json:"name"`
	Kind      string     `json:"kind"`
	People    int        `json:"people" doc:"Of it and all below it."`
	Suspended time.Time  `json:"suspended,omitzero" doc:"Since when; absent where it is not."`
	Reason    string     `json:"reason,omitempty" doc:"Why it is suspended."`
}

// Tops lists the organisations that stand at the top.
func (s *Service) Tops(ctx context.Context) ([]Org, error) { return s.store.tops(ctx) }

// Find returns an organisation by id or name.
func (s *Service) Find(ctx context.Context, name string) (Org, error) {
	return s.one(ctx, s.store.db.Read(), name)
}

func (s *Service) one(ctx context.Context, q db.Querier, name string) (Org, error) {
	all, err := s.store.named(ctx, q, name)
	switch {
	case err != nil:
		return Org{}, err
	case len(all) == 0:
		return Org{}, s.unknown(ctx, name)
	case len(all) > 1 && string(all[0].ID) != name:
		return Org{}, fault.New(fault.Invalid, "tenant.ambiguous", name, len(all))
	}
	return all[0], nil
}

// unknown is the fault of a name that no organisation bears.
func (s *Service) unknown(ctx context.Context, name string) error {
	tops, err := s.store.tops(ctx)
	if err != nil {
		return err
	}
	names := make([]string, len(tops))
	for i, o := range tops {
		names[i] = o.Name
	}
	return fault.New(fault.NotFound, "tenant.unknown", name, lang.Some(names))
}

// top is one for an organisation that stands at the top; only such a one moves whole, for
// what is below shares its software and its people.
func (s *Service) top(ctx context.Context, q db.Querier, name string) (Org, error) {
	o, err := s.one(ctx, q, name)
	if err == nil && o.Parent != "" {
		err = fault.New(fault.Invalid, "tenant.not_top", o.Name)
	}
	return o, err
}

// table returns a table by its name.
func (s *Service) table(name string) (transfer.Table, bool) {
	i := slices.IndexFunc(s.Tables, func(t transfer.Table) bool { return t.Name == name })
	if i < 0 {
		return transfer.Table{}, false
	}
	return s.Tables[i], true
}
