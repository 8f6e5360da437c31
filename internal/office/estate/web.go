// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// signs returns the verdict strip of a release.
type signs func(ctx context.Context, release ospo.ReleaseID) ([]web.Sign, error)

var nav = []web.Entry{{Side: web.Take, Key: "estate.nav", Href: "/estate", Permit: "estate.read"}}

// Permissions of the room.
const (
	mayRead  = "estate.read"
	mayWrite = "estate.write"
)

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /estate", mayRead, "list.html", s.webList),
		web.File("GET /estate.csv", mayRead, s.webExport("csv")),
		web.File("GET /estate.xlsx", mayRead, s.webExport("xlsx")),
		web.File("GET /estate.json", mayRead, s.webExport("json")),
		web.Show("GET /estate/new", mayWrite, "form.html", s.newSoftware),
		web.Form("POST /estate/new", mayWrite, "form.html", s.addSoftware),
		web.Show("GET /estate/software/{id}", mayRead, "software.html", s.webSoftware),
		web.Show("GET /estate/software/{id}/edit", mayWrite, "form.html", s.editSoftwareForm),
		web.Form("POST /estate/software/{id}/edit", mayWrite, "form.html", s.editSoftware),
		web.Show("GET /estate/software/{id}/retire", mayWrite, "confirm.html", s.askRetire),
		web.Do("POST /estate/software/{id}/retire", mayWrite, s.retire),
		web.Do("POST /estate/software/{id}/restore", mayWrite, s.restore),
		web.Show("GET /estate/software/{id}/release", mayWrite, "form.html", s.newReleaseForm),
		web.Form("POST /estate/software/{id}/release", mayWrite, "form.html", s.addReleaseForm),
		web.Show("GET /estate/release/{id}", mayRead, "release.html", s.webRelease),
		web.Show("GET /estate/release/{id}/edit", mayWrite, "form.html", s.editReleaseForm),
		web.Form("POST /estate/release/{id}/edit", mayWrite, "form.html", s.editRelease),
		web.Show("GET /estate/release/{id}/retire", mayWrite, "confirm.html", s.askRetireRelease),
		web.Do("POST /estate/release/{id}/retire", mayWrite, s.retireRelease),
		web.Do("POST /estate/release/{id}/restore", mayWrite, s.restoreRelease),
		web.Show("GET /estate/release/{id}/use", mayWrite, "form.html", s.newUseForm),
		web.Form("POST /estate/release/{id}/use", mayWrite, "form.html", s.addUseForm),
		web.Show("GET /estate/use/{id}/edit", mayWrite, "form.html", s.editUseForm),
		web.Form("POST /estate/use/{id}/edit", mayWrite, "form.html", s.editUse),
		web.Show("GET /estate/use/{id}/end", mayWrite, "confirm.html", s.askEnd),
		web.Do("POST /estate/use/{id}/end", mayWrite, s.endUse),
		web.Show("GET /estate/supplier", mayRead, "suppliers.html", s.webSuppliers),
		web.Show("GET /estate/supplier/new", mayWrite, "form.html", s.newSupplier),
		web.Form("POST /estate/supplier/new", mayWrite, "form.html", s.addSupplier),
		web.Show("GET /estate/supplier/{id}", mayRead, "supplier.html", s.webSupplier),
		web.Show("GET /estate/supplier/{id}/edit", mayWrite, "form.html", s.editSupplierForm),
		web.Form("POST /estate/supplier/{id}/edit", mayWrite, "form.html", s.editSupplier),
		web.Show("GET /estate/contract/{id}/edit", mayWrite, "form.html", s.editContractForm),
		web.Form("POST /estate/contract/{id}/edit", mayWrite, "form.html", s.editContract),
		web.Show("GET /estate/import", mayWrite, "import.html", s.webImport),
		web.Form("POST /estate/import", mayWrite, "import.html", s.bring).WithFiles(),
		web.Show("GET /estate/import/{id}", mayWrite, "preview.html", s.webPreview),
		web.Do("POST /estate/import/{id}", mayWrite, s.start),
	}
}

// A Crumb is one step of the way to a page: a text key, or a name that needs no translation.
type Crumb struct{ Href, Key, Label string }

var home = Crumb{Href: "/estate", Key: "estate.title"}

func toSoftware(id ospo.SoftwareID, name string) Crumb {
	return Crumb{Href: "/estate/software/" + string(id), Label: name}
}

func toRelease(r Release) Crumb {
	return Crumb{Href: "/estate/release/" + string(r.ID), Label: r.Title()}
}

// word is a text in the viewer's language.
func (s *Service) word(ctx context.Context, key string, args ...any) string {
	return s.texts.T(orElse(door.From(ctx).Lang, "de"), key, args...)
}

// fields is the card of the overview: software in service, and how much of it is open.
func (s *Service) fields(ctx context.Context) ([]web.Field, error) {
	kinds, err := s.store.kinds(ctx, door.From(ctx).Org)
	if err != nil {
		return nil, err
	}
	all := 0
	for _, n := range kinds {
		all += n
	}
	f := web.Field{Key: "estate.card", Href: "/estate", Figure: s.word(ctx, "estate.card.figure", all), Unit: s.word(ctx, "estate.card.unit"),
		Badge: web.Badge{Kind: "unknown", Word: s.word(ctx, "estate.unknown")}, Note: s.word(ctx, "estate.card.empty")}
	if all > 0 {
		f.Badge = web.Badge{Kind: "none", Word: s.word(ctx, "estate.card.open", 100*kinds["open"]/all)}
		f.Note = s.word(ctx, "estate.card.note", kinds["open"], kinds["own"], kinds["proprietary"], kinds["unknown"])
	}
	return []web.Field{f}, nil
}
