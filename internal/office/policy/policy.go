// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"errors"
	"sync"
	"time"

	"allmende/internal/engine/inventory"
	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// A Shelf knows what bills of materials list. The room that keeps them is introduced here.
type Shelf interface {
	// Holders returns where packages are, also in documents that the viewer may not see.
	Holders(ctx context.Context, q db.Querier, packages []ospo.PackageID) ([]inventory.Place, error)
	Inventories(ctx context.Context, q db.Querier, ids []ospo.DocumentID) (map[ospo.DocumentID]inventory.Inventory, error)
}

// Service judges licences by the profiles of organisations.
type Service struct {
	store store
	desk  *approval.Desk
	memo  memo

	tallies tallies

	Shelf Shelf
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "policy", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Permits: []string{mayDecide, mayWrite}, Fields: s.fields, Sign: s.sign, Release: s.panels(),
		Licence: []web.Panel{web.ShowPanel("licence.html", s.licencePanel)}}
}

// texts are the room's own, for words that stand in answers rather than on pages.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("policy: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return "de"
}

// say is a text of the room in the reader's language.
func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

// Bounds of what a person writes, in characters.
const (
	longestLine = 500
	longestText = 10_000
)

// until checks the last day of something: none, or one to come.
func (s *Service) until(field, day string) error {
	if day == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return fault.At(field, "policy.day_bad", day)
	}
	if day < s.today() {
		return fault.At(field, "policy.day_past", day)
	}
	return nil
}

// told turns what the engine says of a profile into a fault for people.
func told(field string, err error) error {
	if f, ok := errors.AsType[*engine.FormError](err); ok {
		return fault.At(field, f.Key, f.Args...)
	}
	return err
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }

func errorOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}
