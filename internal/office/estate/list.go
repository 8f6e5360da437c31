// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

// A Filter says which software somebody wants to see; empty fields do not restrict.
type Filter struct {
	Text        string     // in name, purpose, licence, package URL or maker
	Kind        string     // one of Kinds
	Role        string     // one of Roles: somebody uses it in that role
	Org         ospo.OrgID // kept or used by this organisation or one below it
	Criticality string     // one of Criticalities: of some use
	Licence     string     // part of it
	Supplier    string     // part of the name of the maker, or of who delivers a use
	SBOM        string     // "yes" or "no": some release has a bill of materials
	State       string     // "" in service, "retired"
}

// Sorts are the orders in which software can be listed, the first by default.
var Sorts = []string{"name", "kind", "licence", "supplier", "criticality", "uses", "changed"}

// An Order says how a list is sorted and where it goes on.
type Order struct {
	Sort  string // one of Sorts
	Desc  bool
	After string // cursor of the row before; see keyset
	Size  int
}

// A SoftwareRow is one line of the list of software.
type SoftwareRow struct {
	Software
	Releases    []Release `json:"releases"` // in service, within view
	Users       int       `json:"users" doc:"Organisations that use it, within view."`
	FirstUser   string    `json:"-"`
	Criticality string    `json:"criticality" enum:"unknown,low,normal,high,very_high" doc:"The highest among its uses."`
	SBOM        string    `json:"sbom" enum:"yes,some,no,unknown" doc:"Whether its releases in service have bills of materials: all, some or none of them."`
	Hit         Hit       `json:"-"`
	Ruling      Ruling    `json:"-"`

	key string // sort value, for the cursor
}

// Others is how many organisations use it besides the first.
func (r SoftwareRow) Others() int { return max(0, r.Users-1) }

// MoreReleases is how many releases it has besides the three that a line shows.
func (r SoftwareRow) MoreReleases() int { return max(0, len(r.Releases)-3) }

// Cursor is where a list goes on after this row.
func (r SoftwareRow) Cursor() string { return keyset.Cursor(r.key, r.Name, string(r.ID)) }

// List returns the software that the filter lets through, one page of it. next is the
// cursor of the next page, empty on the last.
func (s *Service) List(ctx context.Context, f Filter, o Order) (rows []SoftwareRow, next string, err error) {
	root := door.From(ctx).Org
	rows, err = s.page(ctx, root, f, o)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > o.Size {
		rows = rows[:o.Size]
		next = rows[o.Size-1].Cursor()
	}
	return rows, next, s.furnish(ctx, root, rows)
}

// Count returns how many software the filter lets through.
func (s *Service) Count(ctx context.Context, f Filter) (int, error) {
	return s.store.count(ctx, door.From(ctx).Org, f)
}

// page reads one row more than the page has, to know whether there is a next one.
func (s *Service) page(ctx context.Context, root ospo.OrgID, f Filter, o Order) ([]SoftwareRow, error) {
	if !slices.Contains(Sorts, o.Sort) {
		return nil, fault.New(fault.Invalid, "estate.sort", o.Sort)
	}
	after, going, err := keyset.Values(o.After, 3)
	if err != nil {
		return nil, err
	}
	if !going {
		after = nil
	}
	return s.store.list(ctx, root, f, o, after)
}

// furnish adds what belongs to a row, in three queries for all rows.
func (s *Service) furnish(ctx context.Context, root ospo.OrgID, rows []SoftwareRow) error {
	at := make(map[ospo.SoftwareID]*SoftwareRow, len(rows))
	ids := make([]ospo.SoftwareID, len(rows))
	for i := range rows {
		rows[i].Criticality, rows[i].SBOM = "unknown", "unknown"
		ids[i], at[rows[i].ID] = rows[i].ID, &rows[i]
	}
	releases, err := s.store.releases(ctx, s.store.db.Read(), root, ids)
	if err != nil {
		return err
	}
	for _, r := range releases {
		if r.Retired == "" {
			at[r.Software].Releases = append(at[r.Software].Releases, r)
		}
	}
	users, err := s.store.users(ctx, root, ids)
	if err != nil {
		return err
	}
	for _, u := range users {
		r := at[u.software]
		r.Users, r.FirstUser, r.Criticality = u.n, u.first, Criticalities[u.rank]
	}
	if err := s.addHits(ctx, rows); err != nil {
		return err
	}
	return s.addRulings(ctx, rows)
}

// addHits asks what other rooms know of all releases of all rows, once.
func (s *Service) addHits(ctx context.Context, rows []SoftwareRow) error {
	if s.Hits == nil {
		return nil
	}
	var ids []ospo.ReleaseID
	for _, row := range rows {
		for _, r := range row.Releases {
			ids = append(ids, r.ID)
		}
	}
	hits, err := s.Hits(ctx, ids)
	if err != nil || hits == nil {
		return err
	}
	for i := range rows {
		for _, r := range rows[i].Releases {
			rows[i].Hit = rows[i].Hit.plus(known(hits, r.ID))
		}
		rows[i].SBOM = rows[i].Hit.SBOM()
	}
	return nil
}

// known is what the answer of other rooms says of a release: one that is not in it has no
// bill of materials.
func known(hits map[ospo.ReleaseID]Hit, id ospo.ReleaseID) Hit {
	h, ok := hits[id]
	if !ok && hits != nil {
		h.Missing = 1
	}
	return h
}
