// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package inventory is what a bill of materials comes to once its components are packages:
// one entry a package, with the package that asks for it, its licences and its supplier.
// A database keeps it packed, at some 13 bytes an entry where a row would take 70, and
// beside it, for each package, the packed list of the documents that hold it.
package inventory

import (
	"slices"

	"allmende/internal/ospo"
)

// Parents that are no package.
const (
	Product int64 = 0  // the product itself asks for it
	Nobody  int64 = -1 // unknown
)

// A Tree lists packages by their numbers, ascending, each once, and beside each what stands
// before it on a shortest path from the product: a package, [Product] or [Nobody].
type Tree struct{ Packages, Parents []int64 }

// An Inventory is a tree with the numbers of terms, in columns as long as its own; 0 is none.
type Inventory struct {
	Tree
	Declared, Concluded, Supplier []int64
}

// Empty returns an inventory with room for n entries.
func Empty(n int) Inventory {
	var v Inventory
	for _, c := range v.columns() {
		*c = make([]int64, 0, n)
	}
	return v
}

func (v *Inventory) columns() []*[]int64 {
	return []*[]int64{&v.Packages, &v.Parents, &v.Declared, &v.Concluded, &v.Supplier}
}

// Add appends an entry; its package is greater than all before.
func (v *Inventory) Add(pack, parent, declared, concluded, supplier int64) {
	for i, c := range v.columns() {
		*c = append(*c, [...]int64{pack, parent, declared, concluded, supplier}[i])
	}
}

// Len is the number of packages.
func (t Tree) Len() int { return len(t.Packages) }

// Find returns the entry of a package.
func (t Tree) Find(pack ospo.PackageID) (at int, ok bool) {
	return slices.BinarySearch(t.Packages, int64(pack))
}

// Parent returns what asks for a package, and whether the package is listed.
func (t Tree) Parent(pack ospo.PackageID) (parent int64, ok bool) {
	at, ok := t.Find(pack)
	if !ok {
		return Nobody, false
	}
	return t.Parents[at], true
}

// Way lists the packages from what the product itself asks for down to a package, which is
// the last; known is false where nobody says who asks for one of them, or they ask for each
// other in a circle, as a document never does.
func (t Tree) Way(pack ospo.PackageID) (way []ospo.PackageID, known bool) {
	for at := int64(pack); len(way) < t.Len(); {
		parent, ok := t.Parent(ospo.PackageID(at))
		if !ok || parent == Nobody {
			return nil, false
		}
		way = append(way, ospo.PackageID(at))
		if parent == Product {
			slices.Reverse(way)
			return way, true
		}
		at = parent
	}
	return nil, false
}

// IDs are the packages, as all rooms know them.
func (t Tree) IDs() []ospo.PackageID {
	out := make([]ospo.PackageID, len(t.Packages))
	for i, id := range t.Packages {
		out[i] = ospo.PackageID(id)
	}
	return out
}

// Licence is the term of the licence that counts for an entry: the concluded one, else the
// declared; 0 where neither is known.
func (v Inventory) Licence(at int) int64 {
	if c := v.Concluded[at]; c != 0 {
		return c
	}
	return v.Declared[at]
}

// A Place is a package in the bill of materials that holds it.
type Place struct {
	Package  ospo.PackageID
	Document ospo.DocumentID
}
