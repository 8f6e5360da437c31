// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/inventory"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

// A Component is one package of a document.
type Component struct {
	Package   string `json:"package" doc:"Number of the package, the same on every instance."`
	PURL      string `json:"purl,omitempty" doc:"Absent where it is known by its name alone."`
	Type      string `json:"type,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Version   string `json:"version,omitempty"`
	Relation  string `json:"relation" enum:"direct,indirect,unknown" doc:"Whether the product itself asks for it."`
	Declared  string `json:"declared,omitempty" doc:"Licence as its authors declare it."`
	Concluded string `json:"concluded,omitempty" doc:"Licence as the document's author concluded."`
	Supplier  string `json:"supplier,omitempty"`

	id     ospo.PackageID
	parent int64
	folded string // the name in small letters
}

// FullName is the name with its namespace, as people of the ecosystem write it.
func (c Component) FullName() string {
	switch {
	case c.Namespace == "":
		return c.Name
	case c.Type == "maven":
		return c.Namespace + ":" + c.Name
	}
	return c.Namespace + "/" + c.Name
}

// Title names package and version.
func (c Component) Title() string {
	if c.Version == "" {
		return c.FullName()
	}
	return c.FullName() + " " + c.Version
}

// Licence is the licence that counts: the concluded one, else the declared one.
func (c Component) Licence() string {
	if c.Concluded != "" {
		return c.Concluded
	}
	return c.Declared
}

// settle fills what follows from other fields.
func (c Component) settle() Component {
	c.Package, c.Relation = number(c.id), "indirect"
	switch c.parent {
	case inventory.Product:
		c.Relation = "direct"
	case inventory.Nobody:
		c.Relation = "unknown"
	}
	return c
}

// A Sieve narrows the list of a document's packages.
type Sieve struct {
	Text    string // in the name
	Lacks   string // "purl" or "licence"
	Direct  bool   // only what the product itself asks for
	Licence string // exactly this one
}

// Components lists the packages of a document that the viewer may see.
func (s *Service) Components(ctx context.Context, document string, f Sieve, o Order) ([]Component, error) {
	d, err := s.store.document(ctx, door.From(ctx).Org, document)
	if err != nil {
		return nil, err
	}
	found, _, err := s.components(ctx, d.id, f, o)
	return found, err
}

// components lists the packages of a document that pass a sieve, and counts all that do.
// The caller has found the document in the viewer's view.
func (s *Service) components(ctx context.Context, id ospo.DocumentID, f Sieve, o Order) (page []Component, count int, err error) {
	v, err := s.Inventory(ctx, s.store.db.Read(), id)
	if err != nil {
		return nil, 0, err
	}
	all, err := s.describe(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	all = slices.DeleteFunc(all, func(c Component) bool { return !f.passes(c) })
	page, err = part(all, o)
	return page, len(all), err
}

// component returns one package of a document; one that it does not list is not found.
func (s *Service) component(ctx context.Context, id ospo.DocumentID, pack ospo.PackageID) (Component, error) {
	v, err := s.Inventory(ctx, s.store.db.Read(), id)
	if err != nil {
		return Component{}, err
	}
	at, ok := v.Find(pack)
	if !ok {
		return Component{}, fault.New(fault.NotFound, "fault.not_found")
	}
	one := inventory.Empty(1)
	one.Add(v.Packages[at], v.Parents[at], v.Declared[at], v.Concluded[at], v.Supplier[at])
	all, err := s.describe(ctx, one)
	if err != nil {
		return Component{}, err
	}
	return all[0], nil
}

// describe says what the entries of an inventory are called, in its order.
func (s *Service) describe(ctx context.Context, v inventory.Inventory) ([]Component, error) {
	packages, err := s.store.packages(ctx, v.Packages)
	if err != nil {
		return nil, err
	}
	terms, err := s.store.terms(ctx, v.Declared, v.Concluded, v.Supplier)
	if err != nil {
		return nil, err
	}
	out := make([]Component, v.Len())
	for i, id := range v.Packages {
		c := packages[ospo.PackageID(id)]
		c.id, c.parent = ospo.PackageID(id), v.Parents[i]
		c.Declared, c.Concluded, c.Supplier = terms[v.Declared[i]], terms[v.Concluded[i]], terms[v.Supplier[i]]
		out[i] = c.settle()
	}
	return out, nil
}

// passes reports whether a sieve lets a package through.
func (f Sieve) passes(c Component) bool {
	text := strings.ToLower(f.Text)
	switch {
	case text != "" && !strings.Contains(c.folded, text) && !strings.Contains(strings.ToLower(c.Namespace), text),
		f.Lacks == "purl" && c.Type != "",
		f.Lacks == "licence" && c.Licence() != "",
		f.Direct && c.parent != inventory.Product,
		f.Licence != "" && c.Licence() != f.Licence:
		return false
	}
	return true
}

// key is the value by which a package stands in a list.
func (c Component) key(sort string) string {
	switch sort {
	case "type":
		return c.Type
	case "licence":
		return c.Licence()
	}
	return c.folded
}

// part sorts packages, by value and number, and returns the part that is wanted.
func part(all []Component, o Order) ([]Component, error) {
	last, some, err := keyset.Values(o.After, 2)
	if err != nil {
		return nil, err
	}
	order := func(a, b Component) int {
		by := cmp.Or(cmp.Compare(a.key(o.Sort), b.key(o.Sort)), cmp.Compare(a.id, b.id))
		if o.Desc {
			return -by
		}
		return by
	}
	slices.SortFunc(all, order)
	if some {
		id, err := strconv.ParseInt(last[1], 10, 64)
		if err != nil {
			return nil, fault.New(fault.Invalid, "fault.cursor", last[1])
		}
		probe := Component{id: ospo.PackageID(id), folded: last[0], Type: last[0], Declared: last[0]} // stands where that row stood
		at, there := slices.BinarySearchFunc(all, probe, order)
		if there {
			at++
		}
		all = all[at:]
	}
	if o.Size > 0 {
		all = all[:min(len(all), o.Size)]
	}
	return all, nil
}

// A Share is how many packages of a document are under one licence; "" is unknown.
type Share struct {
	Licence  string `json:"licence" doc:"Empty: unknown."`
	Packages int    `json:"packages"`
}

// licences counts the packages of a document by the licence that counts, the most frequent first.
func (s *Service) licences(ctx context.Context, id ospo.DocumentID) ([]Share, error) {
	v, err := s.Inventory(ctx, s.store.db.Read(), id)
	if err != nil {
		return nil, err
	}
	counts := map[int64]int{}
	for i := range v.Packages {
		counts[v.Licence(i)]++
	}
	terms, err := s.store.terms(ctx, slices.Collect(maps.Keys(counts)))
	if err != nil {
		return nil, err
	}
	var out []Share
	for term, n := range counts {
		out = append(out, Share{terms[term], n})
	}
	slices.SortFunc(out, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Packages, a.Packages), cmp.Compare(a.Licence, b.Licence))
	})
	return out, nil
}
