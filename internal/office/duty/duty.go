// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"context"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/inventory"
	"allmende/internal/engine/obligation"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// A Shelf says what documents list; whoever asks knows that they may be seen.
type Shelf interface {
	Inventory(ctx context.Context, q db.Querier, id ospo.DocumentID) (inventory.Inventory, error)
	Holders(ctx context.Context, q db.Querier, packages []ospo.PackageID) ([]inventory.Place, error)
}

// A Choice is which licence counts for a component, in all its versions that offer the same.
type Choice struct {
	Component string // package URL; its version does not matter
	Licence   string // as bills of materials have it
	Chosen    string // expression
}

// Service is the duties of releases.
type Service struct {
	store store
	kept  kept

	Shelf Shelf

	// Document reads the present bill of materials of a release that the viewer may see; nil
	// where there is none.
	Document func(ctx context.Context, release ospo.ReleaseID) (*bom.Document, error)

	// Contexts are the contexts in which releases are used; one that is not in the answer is
	// used within the organisation. Nil takes that for all.
	Contexts func(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID][]ospo.Context, error)

	// Choices are which licence was chosen where a component offers several, the nearest
	// first. Nil knows none.
	Choices func(ctx context.Context) ([]Choice, error)

	// Own are the classes of the licences that the viewer's organisations keep themselves, by
	// id. Nil knows none.
	Own func(ctx context.Context) (obligation.Own, error)

	// RoleNames are the names of roles by key, in the viewer's language.
	RoleNames func(ctx context.Context) (map[string]string, error)

	Version string // of the program, for the documents it writes
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "duty", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Fields: s.fields, Release: panels(s), Licence: []web.Panel{web.ShowPanel("licence.html", s.licencePanel)}}
}

var own = func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("duty: " + err.Error())
	}
	return c
}()

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return lang.Tongues[0]
}

func say(ctx context.Context, key string, args ...any) string {
	return own.T(tongue(ctx), key, args...)
}

func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

// contexts asks for the contexts of releases, and takes use within the house where nobody knows
// another.
func (s *Service) contexts(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID][]ospo.Context, error) {
	out := map[ospo.ReleaseID][]ospo.Context{}
	if s.Contexts != nil {
		known, err := s.Contexts(ctx, releases)
		if err != nil {
			return nil, err
		}
		out = known
	}
	for _, r := range releases {
		if len(out[r]) == 0 {
			out[r] = []ospo.Context{ospo.Internal}
		}
	}
	return out, nil
}

// Bounds of what a person writes, in characters.
const (
	longestLine = 500
	longestText = 20_000
)

// day is a day as a time; none is the zero time.
func day(text string) time.Time {
	t, _ := time.Parse(time.DateOnly, text) // none is the zero day
	return t
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
