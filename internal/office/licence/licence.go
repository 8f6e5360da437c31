// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"html/template"

	"allmende/internal/engine/inventory"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/web"
)

// A Shelf knows what bills of materials list. The room that keeps them is introduced here.
type Shelf interface {
	Inventories(ctx context.Context, q db.Querier, ids []ospo.DocumentID) (map[ospo.DocumentID]inventory.Inventory, error)
	Holders(ctx context.Context, q db.Querier, packages []ospo.PackageID) ([]inventory.Place, error)
}

// Service is the catalogue, and where in the estate its licences are.
type Service struct {
	store store
	desk  *approval.Desk
	Shelf Shelf

	// Softens names components in view that are denied and no longer would be, if these were
	// the licences of packages; an empty one is what bills of materials say. Nil knows of no
	// verdicts.
	Softens func(ctx context.Context, licences map[ospo.PackageID]string) ([]string, error)

	// Panels are what other rooms say of a licence, for its page.
	Panels func(ctx context.Context, id string) (template.HTML, error)

	// Rulings are the verdicts on the licences of some releases; nil where the viewer may not
	// know.
	Rulings func(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]string, error)

	terms terms
	mixes mixes
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "licence", Files: files, Rows: rows, Nav: []web.Entry{{Side: web.Take, Key: "licence.nav", Href: "/licence", Permit: "licence.read"}},
		Pages: s.pages(), Ops: s.ops()}
}

// Text is a text in both languages.
type Text struct {
	DE string `json:"de"`
	EN string `json:"en"`
}

// In returns the text in a language, else in German.
func (t Text) In(tongue string) string {
	if tongue == "en" && t.EN != "" {
		return t.EN
	}
	return t.DE
}

// Bounds of what a person writes, in characters.
const (
	longestLine = 300
	longestNote = 4_000
	longestBody = 200_000 // the text of a licence; the longest of the list has some 100,000
)

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
