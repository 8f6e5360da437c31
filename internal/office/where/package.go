// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"context"
	"maps"
	"slices"
	"strings"

	"allmende/internal/engine/inventory"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// mostPackages bounds how many package versions one question may mean, and mostTried how
// many of the instance are tried for it.
const mostPackages, mostTried = 5000, 200_000

// named returns the package versions whose folded name is name.
func (s *Service) named(ctx context.Context, a *Answer, name string) ([]pkg, error) {
	return s.packages(ctx, a, byName, name)
}

// likeNamed returns those whose name contains a text.
func (s *Service) likeNamed(ctx context.Context, a *Answer, part string) ([]pkg, error) {
	return s.packages(ctx, a, byPart, "%"+escape(part)+"%")
}

// candidates returns the package versions, hit or not, of the packages that a vulnerability is about.
func (s *Service) candidates(ctx context.Context, a *Answer, key string) ([]pkg, error) {
	return s.packages(ctx, a, byCandidate, key)
}

// packages returns the package versions of the instance that fulfil a condition. Where there
// are very many, others may have brought them, so that only those in view are looked at; and
// the answer is cut only if those are too many by themselves.
func (s *Service) packages(ctx context.Context, a *Answer, condition string, arg any) ([]pkg, error) {
	all, err := s.store.packages(ctx, condition, arg, first, mostPackages+1)
	if err != nil || len(all) <= mostPackages {
		return all, err
	}
	root, tried := door.From(ctx).Org, len(all)
	var out []pkg
	for len(all) > 0 && len(out) <= mostPackages && tried <= mostTried {
		last := all[len(all)-1].ID
		held, err := s.heldInView(ctx, root, all)
		if err != nil {
			return nil, err
		}
		out = append(out, held...)
		if all, err = s.store.packages(ctx, condition, arg, last, mostPackages); err != nil {
			return nil, err
		}
		tried += len(all)
	}
	a.Cut = a.Cut || len(out) > mostPackages || len(all) > 0
	return out[:min(len(out), mostPackages)], nil
}

// first is less than every number of a package.
const first ospo.PackageID = -1 << 63

// heldInView leaves of all, which it overwrites, those packages that some release in view holds.
func (s *Service) heldInView(ctx context.Context, root ospo.OrgID, all []pkg) (out []pkg, err error) {
	held := map[ospo.PackageID]bool{}
	err = s.inView(ctx, root, numbers(all), func(_ Product, pack ospo.PackageID) bool {
		held[pack] = true
		return true
	})
	return slices.DeleteFunc(all, func(p pkg) bool { return !held[p.ID] }), err
}

// licensed returns the package versions in view whose licence fields mean a licence, or one
// of a family.
func (s *Service) licensed(ctx context.Context, a *Answer, licence string) ([]pkg, error) {
	if s.Licensed == nil || !door.From(ctx).May("licence.read") {
		return nil, nil
	}
	held, _, err := s.Licensed(ctx, licence)
	if err != nil {
		return nil, err
	}
	ids := packagesOf(held)
	a.Cut = a.Cut || len(ids) > mostPackages
	return s.store.numbered(ctx, ids[:min(len(ids), mostPackages)])
}

// byLicence returns the releases in view that hold a licence. Who lists which package is told
// with it, so that nobody looks for holders. Where no such licence is known, or the viewer may
// not read licences, it goes by the text that stands in the documents.
func (s *Service) byLicence(ctx context.Context, a *Answer, licence string) ([]Product, error) {
	var held []inventory.Place
	known := false
	if s.Licensed != nil && door.From(ctx).May("licence.read") {
		var err error
		if held, known, err = s.Licensed(ctx, licence); err != nil {
			return nil, err
		}
	}
	if !known {
		return s.byTerm(ctx, a, licence)
	}
	if s.Bearers != nil {
		own, err := s.Bearers(ctx, licence)
		if err != nil {
			return nil, err
		}
		if a.Software, err = s.store.entries(ctx, door.From(ctx).Org, own); err != nil {
			return nil, err
		}
	}
	ids := packagesOf(held)
	if a.Cut = len(ids) > mostPackages; a.Cut {
		ids = ids[:mostPackages]
	}
	all, err := s.store.numbered(ctx, ids)
	if err != nil {
		return nil, err
	}
	hits, err := s.judge(ctx, all, "")
	if err != nil {
		return nil, err
	}
	out := []Product{}
	err = s.at(ctx, door.From(ctx).Org, map[ospo.DocumentID]*Product{}, held, s.collect(&out, &a.Cut, hits))
	return out, err
}

// byTerm returns the releases in view that list something under exactly that text.
func (s *Service) byTerm(ctx context.Context, a *Answer, text string) ([]Product, error) {
	all, err := s.termed(ctx, a, strings.ToLower(text))
	if err != nil {
		return nil, err
	}
	if len(all) == 0 && s.Licensed != nil && door.From(ctx).May("licence.read") {
		return nil, fault.At("q", "where.licence_unknown", text)
	}
	a.Unheard = len(all) == 0
	return s.held(ctx, a, all, "")
}

// packagesOf lists the packages of places, each once, ascending.
func packagesOf(held []inventory.Place) []ospo.PackageID {
	seen := map[ospo.PackageID]bool{}
	for _, p := range held {
		seen[p.Package] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// termed returns the package versions that some document in view lists under a licence or
// from a supplier of that name.
func (s *Service) termed(ctx context.Context, a *Answer, term string) ([]pkg, error) {
	terms, err := s.store.terms(ctx, term)
	if err != nil || len(terms) == 0 {
		return nil, err
	}
	documents, err := s.store.visible(ctx, door.From(ctx).Org)
	if err != nil {
		return nil, err
	}
	found := map[ospo.PackageID]bool{}
	for part := range slices.Chunk(documents, chunk/5) {
		lists, err := s.Shelf.Inventories(ctx, s.store.db.Read(), part)
		if err != nil {
			return nil, err
		}
		for _, v := range lists {
			for i, id := range v.Packages {
				if slices.Contains(terms, v.Declared[i]) || slices.Contains(terms, v.Concluded[i]) || slices.Contains(terms, v.Supplier[i]) {
					found[ospo.PackageID(id)] = true
				}
			}
		}
	}
	ids := slices.Sorted(maps.Keys(found))
	a.Cut = a.Cut || len(ids) > mostPackages
	return s.store.numbered(ctx, ids[:min(len(ids), mostPackages)])
}
