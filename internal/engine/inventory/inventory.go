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

// An Inventory lists packages by their numbers, ascending, each once. The other columns
// are as long as the first: the package before it on a shortest path from the product,
// [Product] or [Nobody]; and numbers of terms, 0 is none.
type Inventory struct {
	Packages, Parents             []int64
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
func (v Inventory) Len() int { return len(v.Packages) }

// Find returns the entry of a package.
func (v Inventory) Find(pack ospo.PackageID) (at int, ok bool) {
	return slices.BinarySearch(v.Packages, int64(pack))
}

// Parent returns what asks for a package, and whether the package is listed.
func (v Inventory) Parent(pack ospo.PackageID) (parent int64, ok bool) {
	at, ok := v.Find(pack)
	if !ok {
		return Nobody, false
	}
	return v.Parents[at], true
}

// Way lists the packages from what the product itself asks for down to a package, which is
// the last; known is false where nobody says who asks for one of them, or they ask for each
// other in a circle, as a document never does.
func (v Inventory) Way(pack ospo.PackageID) (way []ospo.PackageID, known bool) {
	for at := int64(pack); len(way) < v.Len(); {
		parent, ok := v.Parent(ospo.PackageID(at))
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

// Licence is the term of the licence that counts for an entry: the concluded one, else the
// declared; 0 where neither is known.
func (v Inventory) Licence(at int) int64 {
	if c := v.Concluded[at]; c != 0 {
		return c
	}
	return v.Declared[at]
}

// IDs are the packages, as all rooms know them.
func (v Inventory) IDs() []ospo.PackageID {
	out := make([]ospo.PackageID, len(v.Packages))
	for i, id := range v.Packages {
		out[i] = ospo.PackageID(id)
	}
	return out
}

// A Place is a package in the bill of materials that holds it.
type Place struct {
	Package  ospo.PackageID
	Document ospo.DocumentID
}
