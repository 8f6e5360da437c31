// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

// notReached marks what no path from the root leads to.
const notReached = -2

// Tree gives for each component the one before it on a shortest path from the
// root: -1 for the root itself, -2 for what cannot be reached. Dependencies
// lead before containment. A document that names no root, or whose root
// depends on nothing, is entered at the components nothing else depends on;
// those have -1 too.
func (d *Document) Tree() []int32 {
	w := newWalk(d)
	for _, i := range d.starts() {
		w.visit(i, -1)
	}
	w.run()
	return w.parent
}

// Path gives the components from the root to component i, both included; just
// i when no path is known. It walks the whole graph: who wants many paths asks
// Tree once.
func (d *Document) Path(i int) []int {
	parent := d.Tree()
	var path []int
	for at := int32(i); at >= 0; at = parent[at] {
		path = append(path, int(at))
	}
	for a, b := 0, len(path)-1; a < b; a, b = a+1, b-1 {
		path[a], path[b] = path[b], path[a]
	}
	return path
}

// starts gives where walking begins.
func (d *Document) starts() []int32 {
	starts := d.roots
	if len(starts) == 0 && d.Root >= 0 {
		starts = []int32{int32(d.Root)}
	}
	for _, i := range starts {
		if len(d.edges(i)) > 0 {
			return starts
		}
	}
	wanted := make([]bool, len(d.Components))
	for _, to := range d.Edges {
		for _, i := range to {
			wanted[i] = true
		}
	}
	starts = append([]int32(nil), starts...)
	for i := range d.Components {
		if !wanted[i] && len(d.edges(int32(i))) > 0 {
			starts = append(starts, int32(i))
		}
	}
	return starts
}

func (d *Document) edges(i int32) []int32 {
	if int(i) >= len(d.Edges) {
		return nil
	}
	return d.Edges[i]
}

// dependencies gives the part of edges(i) that is no mere containment.
func (d *Document) dependencies(i int32) []int32 {
	all := d.edges(i)
	if d.deps == nil {
		return all
	}
	return all[:d.deps[i]]
}

// Relations gives what a component depends on and what it merely contains, as [Document.Edges]
// does; both share its memory.
func (d *Document) Relations(i int) (depends, contains []int32) {
	depends = d.dependencies(int32(i))
	return depends, d.edges(int32(i))[len(depends):]
}

// A walk goes breadth first, and takes containment only when dependencies lead
// no further.
type walk struct {
	doc    *Document
	parent []int32
	nested [][]int32 // the components nested in each
	queue  []int32   // reached, dependencies not yet followed
	later  []int32   // reached, contents not yet followed
}

func newWalk(d *Document) *walk {
	w := &walk{doc: d, parent: make([]int32, len(d.Components))}
	counts := make([]int32, len(d.Components))
	for i := range w.parent {
		w.parent[i] = notReached
		if p := d.Components[i].Parent; p >= 0 {
			counts[p]++
		}
	}
	w.nested = lists(counts)
	for i := range d.Components {
		if p := d.Components[i].Parent; p >= 0 {
			w.nested[p] = append(w.nested[p], int32(i))
		}
	}
	return w
}

func (w *walk) visit(i, from int32) {
	if w.parent[i] != notReached {
		return
	}
	w.parent[i] = from
	w.queue = append(w.queue, i)
}

func (w *walk) run() {
	for {
		for len(w.queue) > 0 {
			i := w.queue[0]
			w.queue, w.later = w.queue[1:], append(w.later, i)
			for _, to := range w.doc.dependencies(i) {
				w.visit(to, i)
			}
		}
		if len(w.later) == 0 {
			return
		}
		i := w.later[0]
		w.later = w.later[1:]
		for _, to := range w.doc.edges(i) {
			w.visit(to, i)
		}
		for _, to := range w.nested[i] {
			w.visit(to, i)
		}
	}
}

// lists gives one empty list for each count, with room for so many, all in one
// piece of memory.
func lists(counts []int32) [][]int32 {
	total := 0
	for _, n := range counts {
		total += int(n)
	}
	room, all := make([]int32, total), make([][]int32, len(counts))
	for i, n := range counts {
		all[i], room = room[:0:n], room[n:]
	}
	return all
}
