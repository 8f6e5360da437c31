// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"cmp"
	"slices"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/inventory"
	"allmende/internal/engine/purl"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// content is what a document comes to once its components are packages.
type content struct {
	id     ospo.DocumentID // its number, if it turns out to be a new one
	doc    *bom.Document
	raw    []byte
	sum    string // SHA-256 of raw
	count  counts
	items  inventory.Inventory
	packed []byte // items, as they are kept

	packages candidates // each item's package, ascending
	terms    candidates // licences and suppliers, ascending
}

// counts are the figures of one document. The product itself is not counted.
type counts struct {
	Components     int // as listed
	Packages       int // distinct
	Direct         int // packages that the product itself asks for
	Unplaced       int // packages of which the document does not say who asks for them
	WithoutPURL    int // components
	WithoutLicence int // components with neither declared nor concluded licence
	Duplicates     int // components listed again
}

// A place is a component that stands for a package, depth steps away from the product.
type place struct {
	id          int64
	depth, comp int32
}

// gather turns the components of a document into packages. Of several components for
// one package the one nearest to the product counts, so that following parents never
// leads in a circle.
func gather(doc *bom.Document) *content {
	c := &content{doc: doc}
	g := gathering{content: c, tree: doc.Tree(), ids: make([]int64, len(doc.Components)), words: map[string]int64{"": 0}}
	places := g.places()
	c.items = inventory.Empty(len(places))
	for len(places) > 0 {
		n := 1
		for n < len(places) && places[n].id == places[0].id {
			n++
		}
		g.add(places[:n])
		places = places[n:]
	}
	c.count.Packages = c.items.Len()
	if c.count.Components == 0 {
		doc.WarnEmpty()
	}
	c.packed = c.items.Pack()
	c.terms.sort()
	return c
}

type gathering struct {
	*content
	tree  []int32
	ids   []int64          // package of each component; 0 has none
	words map[string]int64 // term of each text
	root  int64            // package of the product, 0 where it has none
}

// places lists all components but the product, ordered by package and depth.
func (g *gathering) places() []place {
	depth := depths(g.tree)
	all := make([]place, 0, len(g.ids))
	for i := range g.doc.Components {
		if key, ok := g.doc.Components[i].Key(); ok {
			g.ids[i] = int64(purl.ID(key))
		}
	}
	if g.doc.Root >= 0 {
		g.root = g.ids[g.doc.Root]
	}
	for i := range g.doc.Components {
		if i == g.doc.Root {
			continue
		}
		g.tally(&g.doc.Components[i])
		switch {
		case g.ids[i] != 0 && g.ids[i] != g.root:
			all = append(all, place{g.ids[i], depth[i], int32(i)})
		case g.ids[i] != 0:
			g.count.Duplicates++
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.depth, b.depth), cmp.Compare(a.comp, b.comp))
	})
	return all
}

func (g *gathering) tally(c *bom.Component) {
	g.count.Components++
	if !hasPURL(c) {
		g.count.WithoutPURL++
	}
	if c.Declared == "" && c.Concluded == "" {
		g.count.WithoutLicence++
	}
}

// hasPURL reports whether the component is known by a package URL that can be read.
func hasPURL(c *bom.Component) bool {
	key, ok := c.Key()
	return ok && len(key) > 4 && key[:4] == "pkg:"
}

// add adds the item of one package; same are its components, the nearest first.
func (g *gathering) add(same []place) {
	first := &g.doc.Components[same[0].comp]
	declared, concluded, supplier := first.Declared, first.Concluded, first.Supplier
	for _, p := range same[1:] {
		c := &g.doc.Components[p.comp]
		declared, concluded, supplier = cmp.Or(declared, c.Declared), cmp.Or(concluded, c.Concluded), cmp.Or(supplier, c.Supplier)
		g.count.Duplicates++
	}
	parent := g.parent(same[0].comp)
	switch parent {
	case inventory.Product:
		g.count.Direct++
	case inventory.Nobody:
		g.count.Unplaced++
	}
	key, _ := first.Key()
	g.packages.add(same[0].id, key)
	g.items.Add(same[0].id, parent, g.term(declared), g.term(concluded), g.term(supplier))
}

// parent returns the package that asks for a component; nameless components are passed over.
func (g *gathering) parent(i int32) int64 {
	if g.tree[i] < -1 {
		return inventory.Nobody
	}
	for at := g.tree[i]; at >= 0; at = g.tree[at] {
		switch id := g.ids[at]; {
		case int(at) == g.doc.Root || id == g.root && id != 0:
			return inventory.Product
		case id != 0:
			return id
		}
	}
	return inventory.Product
}

func (g *gathering) term(text string) int64 {
	id, ok := g.words[text]
	if !ok {
		id = int64(purl.ID(text))
		g.words[text] = id
		g.terms.add(id, text)
	}
	return id
}

// depths says how far each component is from where its path begins; what no path
// leads to is furthest.
func depths(tree []int32) []int32 {
	const far = 1 << 30
	out := make([]int32, len(tree))
	for i := range tree {
		at, n := int32(i), int32(0)
		for tree[at] >= 0 && out[at] == 0 {
			at, n = tree[at], n+1
		}
		base := out[at]
		if tree[at] < -1 {
			base = far
		}
		for at = int32(i); n > 0; at, n = tree[at], n-1 {
			out[at] = base + n
		}
		if tree[i] < -1 {
			out[i] = far
		}
	}
	return out
}

// candidates are rows that may be there already: packages or terms under their number.
type candidates struct {
	ids  db.Numbers
	keys db.Words
}

func (c *candidates) add(id int64, key string) {
	c.ids, c.keys = append(c.ids, id), append(c.keys, key)
}

// sort puts them in the order in which they are inserted.
func (c *candidates) sort() {
	order := make([]int, len(c.ids))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(c.ids[a], c.ids[b]) })
	var out candidates
	for _, i := range order {
		out.add(c.ids[i], c.keys[i])
	}
	*c = out
}
