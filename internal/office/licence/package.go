// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"strconv"
	"strings"

	"allmende/internal/engine/match"
	"allmende/internal/engine/purl"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Package is one version of a package.
type Package struct {
	ID                                   ospo.PackageID
	PURL, Type, Namespace, Name, Version string
}

// Title names package and version.
func (p Package) Title() string {
	name := p.Name
	switch {
	case p.Namespace == "":
	case p.Type == "maven":
		name = p.Namespace + ":" + p.Name
	default:
		name = p.Namespace + "/" + p.Name
	}
	return strings.TrimSpace(name + " " + p.Version)
}

// Number is its number as text, for addresses.
func (p Package) Number() string { return strconv.FormatInt(int64(p.ID), 10) }

// ecosystem is that by whose rules its versions are ordered.
func (p Package) ecosystem() string {
	u, err := purl.Parse(p.PURL)
	if err != nil {
		return ""
	}
	eco, _, _ := match.Ecosystem(u)
	return eco
}

// inView returns a package that some present bill of materials in view lists.
func (s *Service) inView(ctx context.Context, number string) (Package, error) {
	id, err := packageID(number)
	if err != nil {
		return Package{}, err
	}
	found, err := s.store.packages(ctx, s.store.db.Read(), []ospo.PackageID{id})
	if err != nil || len(found) == 0 {
		if err == nil {
			err = notFound()
		}
		return Package{}, err
	}
	_, err = s.documentsWith(ctx, id)
	return found[id], err
}

// documentsWith lists the bills of materials in view that list a package; none is not found.
func (s *Service) documentsWith(ctx context.Context, id ospo.PackageID) ([]Holding, error) {
	places, err := s.Shelf.Holders(ctx, s.store.db.Read(), []ospo.PackageID{id})
	if err != nil {
		return nil, err
	}
	listed := map[ospo.DocumentID]bool{}
	for _, p := range places {
		listed[p.Document] = true
	}
	all, err := s.store.holdings(ctx, door.From(ctx).Org)
	if err != nil {
		return nil, err
	}
	var out []Holding
	for _, h := range all {
		if listed[h.Document] {
			out = append(out, h)
		}
	}
	if len(out) == 0 {
		return nil, notFound()
	}
	return out, nil
}
