// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"maps"
	"slices"

	"allmende/internal/engine/inventory"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A taking is a package that takes a conclusion over from an earlier version.
type taking struct {
	to   Package
	from kept
}

// takes reports whether a conclusion is taken over by a package of which this is said.
func (k kept) takes(to Package, term int64) bool {
	return follows(to, k.of) && (k.said == nil || k.said[term])
}

// inherit lets the packages of a document take over what the organisations that see its
// release concluded of earlier versions and want reused: the latest of those that come before.
// An organisation that concluded nothing costs one look.
func (s *Service) inherit(ctx context.Context, tx *db.Tx, release ospo.ReleaseID, list inventory.Inventory) error {
	if some, err := s.store.reuses(ctx, tx, release); err != nil || !some {
		return err
	}
	ids, terms := make([]ospo.PackageID, len(list.Packages)), make(map[ospo.PackageID]int64, len(list.Packages))
	for i, id := range list.Packages {
		ids[i] = ospo.PackageID(id)
		terms[ids[i]] = pair{list.Declared[i], list.Concluded[i]}.counts()
	}
	found, err := s.store.reusable(ctx, tx, release, ids)
	if err != nil {
		return err
	}
	all := map[ospo.OrgID]map[ospo.PackageID]taking{}
	for _, t := range found {
		org := t.from.org
		if old, ok := all[org][t.to.ID]; !t.from.takes(t.to, terms[t.to.ID]) || ok && !follows(t.from.of, old.from.of) {
			continue
		}
		if all[org] == nil {
			all[org] = map[ospo.PackageID]taking{}
		}
		all[org][t.to.ID] = t
	}
	for org, some := range all {
		if err := s.takeOver(ctx, tx, org, slices.Collect(maps.Values(some))); err != nil {
			return err
		}
	}
	return nil
}

// Seen lets the packages of releases that came into somebody's view take over what was
// concluded of earlier versions.
func (s *Service) Seen(ctx context.Context, tx *db.Tx, releases []ospo.ReleaseID) (err error) {
	defer fault.Wrap(&err, "take conclusions over for %d releases", len(releases))
	if some, err := s.store.anyReused(ctx, tx); err != nil || !some {
		return err
	}
	for _, r := range releases {
		id, err := s.store.documentOf(ctx, tx, r)
		if err != nil {
			return err
		}
		if id == 0 {
			continue
		}
		all, err := s.Shelf.Inventories(ctx, tx, []ospo.DocumentID{id})
		if err != nil {
			return err
		}
		if err := s.inherit(ctx, tx, r, all[id]); err != nil {
			return err
		}
	}
	return nil
}

// takeOver gives packages what was concluded of earlier versions, unless the organisation
// concluded something of them itself. It bears who concluded it, and says from which version.
func (s *Service) takeOver(ctx context.Context, tx *db.Tx, org ospo.OrgID, all []taking) error {
	ids := make([]ospo.PackageID, len(all))
	for i, t := range all {
		ids[i] = t.to.ID
	}
	standing, err := s.store.standing(ctx, tx, org, ids)
	if err != nil {
		return err
	}
	var past []ospo.PackageID
	var news []Conclusion
	for _, t := range all {
		at, there := standing[t.to.ID]
		if there && !at.yields(t.from) {
			continue
		}
		if at.state == "active" {
			past = append(past, t.to.ID)
		}
		c := t.from.Conclusion
		c.ID, c.Origin, c.Version, c.pack = db.NewID(), c.ID, at.version+1, t.to.ID
		news = append(news, c)
	}
	if err := s.store.end(ctx, tx, org, "replaced", past); err != nil {
		return err
	}
	return s.store.addConclusions(ctx, tx, org, news)
}

// A stand is the latest conclusion of a package, and of which version it was taken over.
type stand struct {
	version       int
	state, origin string
	withdrawn     bool // what it was taken over from is withdrawn
	of            Package
}

// yields reports whether what stands gives way to what is taken over from another version:
// what somebody concluded of this very version stays, and so does what was withdrawn here. What
// was taken over gives way to a conclusion of a version that is nearer.
func (a stand) yields(k kept) bool {
	switch {
	case a.origin == "":
		return false
	case a.state == "withdrawn":
		return a.withdrawn
	case a.state == "active":
		return follows(k.of, a.of) || k.of.ID == a.of.ID && a.origin != k.ID
	}
	return true
}
