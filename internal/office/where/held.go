// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"context"
	"maps"
	"slices"

	"allmende/internal/engine/inventory"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A hit is a package version that fits the question.
type hit struct {
	pkg
	state string
	found []flaw // the vulnerabilities meant
}

// held returns the releases in view that hold package versions, each with what is known
// against it: one vulnerability where key names it, else any.
func (s *Service) held(ctx context.Context, a *Answer, all []pkg, key string) ([]Product, error) {
	hits, err := s.judge(ctx, all, key)
	if err != nil {
		return nil, err
	}
	found, cut, err := s.occurrences(ctx, door.From(ctx).Org, hits)
	a.Cut = a.Cut || cut
	return found, err
}

// mostFound bounds how many products with a component are held in memory for one answer.
const mostFound = 100_000

// occurrences returns the releases in view that hold any of the package versions, and
// whether there are too many of them to be looked at.
func (s *Service) occurrences(ctx context.Context, root ospo.OrgID, hits map[ospo.PackageID]*hit) (out []Product, cut bool, err error) {
	out = []Product{}
	err = s.inView(ctx, root, slices.Sorted(maps.Keys(hits)), s.collect(&out, &cut, hits))
	return out, cut, err
}

// collect returns what adds a release with a package that fits to out, until there are too
// many, which it notes; a package that is no hit is left out.
func (s *Service) collect(out *[]Product, cut *bool, hits map[ospo.PackageID]*hit) func(Product, ospo.PackageID) bool {
	return func(p Product, pack ospo.PackageID) bool {
		h := hits[pack]
		if h == nil {
			return true
		}
		if len(*out) == mostFound {
			*cut = true
			return false
		}
		p.pack = pack
		p.tell(h)
		*out = append(*out, p)
		return true
	}
}

// inView calls f with each release in view that holds one of the packages, until f has enough.
func (s *Service) inView(ctx context.Context, root ospo.OrgID, packages []ospo.PackageID, f func(Product, ospo.PackageID) bool) error {
	seen := map[ospo.DocumentID]*Product{} // nil: not in view
	for part := range slices.Chunk(packages, chunk) {
		places, err := s.Shelf.Holders(ctx, s.store.db.Read(), part)
		if err != nil {
			return err
		}
		enough := false
		err = s.at(ctx, root, seen, places, func(p Product, pack ospo.PackageID) bool {
			enough = !f(p, pack)
			return !enough
		})
		if err != nil || enough {
			return err
		}
	}
	return nil
}

// at calls f with the release of each place in view, until f has enough. seen remembers
// documents; nil is one that is not in view.
func (s *Service) at(ctx context.Context, root ospo.OrgID, seen map[ospo.DocumentID]*Product, places []inventory.Place, f func(Product, ospo.PackageID) bool) error {
	var ask []ospo.DocumentID
	for _, p := range places {
		if _, asked := seen[p.Document]; !asked {
			seen[p.Document] = nil
			ask = append(ask, p.Document)
		}
	}
	if err := s.store.documents(ctx, root, ask, seen); err != nil {
		return err
	}
	for _, p := range places {
		if found := seen[p.Document]; found != nil && !f(*found, p.Package) {
			return nil
		}
	}
	return nil
}

// judge looks up what is known against each package version. Where nothing is, that counts
// only if it could have been found.
func (s *Service) judge(ctx context.Context, all []pkg, key string) (map[ospo.PackageID]*hit, error) {
	hits := make(map[ospo.PackageID]*hit, len(all))
	for _, p := range all {
		hits[p.ID] = &hit{pkg: p, state: Contained}
	}
	open, err := s.store.doubts(ctx, all, key)
	if err != nil {
		return nil, err
	}
	advised, err := s.store.advised(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if eco, checked := checkable(p); !checked || key == "" && !advised[eco] || open[p.ID] {
			hits[p.ID].state = Doubtful
		}
	}
	matches, err := s.store.matches(ctx, all, key)
	for _, m := range matches {
		h := hits[m.Package]
		h.state = Affected
		h.found = append(h.found, m)
	}
	return hits, err
}
