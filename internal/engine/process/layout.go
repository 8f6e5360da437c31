// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"cmp"
	"slices"
)

// Measures of a picture, in pixels.
const (
	nodeWide  = 180
	nodeHigh  = 60
	wayWide   = 24 // of an edge that passes a layer
	between   = 36 // nodes of a layer
	gapHigh   = 110
	margin    = 20
	sweeps    = 16
	loopReach = 20
)

// A Layout is a picture of a definition: states in layers from top to bottom, each step between
// two states as a line that passes between the states of the layers it crosses.
type Layout struct {
	Width, Height int
	Nodes         []Node // in the order of the states
	Edges         []Edge
	crossings     int
}

// A Node is a state and its box; X and Y are its upper left corner.
type Node struct {
	State      string
	X, Y, W, H int
}

// An Edge joins two states. Several transitions between the same states share one.
type Edge struct {
	From, To    string
	Transitions []string
	Back        bool    // leads to an earlier layer, or to the state itself
	Points      []Point // from the source to the target
	Label       Point   // where words about it stand best
}

// A Point of a line.
type Point struct{ X, Y int }

// A spot is a state in its layer, or the place at which an edge passes one.
type spot struct {
	state    int // -1: an edge passes
	layer    int
	x        int // of its middle
	up, down []int
}

func (s *spot) wide() int {
	if s.state < 0 {
		return wayWide
	}
	return nodeWide
}

// A way is an edge while it is laid out: high to low, whatever its direction.
type way struct {
	edge  Edge
	spots []int // from the upper state to the lower
	loop  bool
}

type drawing struct {
	d      *Definition
	at     map[string]int // state by id
	ways   []way
	spots  []spot
	layers [][]int
}

// Layout draws the definition. It is pure: the same definition gives the same picture. States
// that nothing leads to stand in the first layer.
func (d *Definition) Layout() Layout {
	w := &drawing{d: d, at: map[string]int{}}
	for i, s := range d.States {
		if _, twice := w.at[s.ID]; !twice {
			w.at[s.ID] = i
		}
	}
	if len(d.States) == 0 {
		return Layout{Width: 2 * margin, Height: 2 * margin}
	}
	w.join()
	w.turn()
	w.rank()
	w.pass()
	crossings := w.order()
	w.place()
	out := w.draw()
	out.crossings = crossings
	return out
}

// join makes one edge of all transitions between two states.
func (w *drawing) join() {
	for _, t := range w.d.Transitions {
		for _, from := range t.From {
			_, okFrom := w.at[from]
			_, okTo := w.at[t.To]
			if !okFrom || !okTo {
				continue
			}
			i := slices.IndexFunc(w.ways, func(o way) bool { return o.edge.From == from && o.edge.To == t.To })
			if i < 0 {
				w.ways = append(w.ways, way{edge: Edge{From: from, To: t.To}, loop: from == t.To})
				i = len(w.ways) - 1
			}
			w.ways[i].edge.Transitions = append(w.ways[i].edge.Transitions, t.ID)
		}
	}
}

// turn finds the edges that lead back, so that the rest has no cycle.
func (w *drawing) turn() {
	state := make([]int, len(w.d.States)) // 0 new, 1 being walked, 2 done
	var walk func(int)
	walk = func(s int) {
		state[s] = 1
		for i := range w.ways {
			e := &w.ways[i].edge
			if w.at[e.From] != s {
				continue
			}
			switch to := w.at[e.To]; state[to] {
			case 1:
				e.Back = true
			case 0:
				walk(to)
			}
		}
		state[s] = 2
	}
	for s := range w.d.States {
		if state[s] == 0 {
			walk(s)
		}
	}
}

// ends of a way: the upper and the lower state.
func (w *drawing) ends(o way) (upper, lower int) {
	upper, lower = w.at[o.edge.From], w.at[o.edge.To]
	if o.edge.Back {
		upper, lower = lower, upper
	}
	return upper, lower
}

// rank puts each state one layer below the lowest state that leads to it.
func (w *drawing) rank() {
	w.spots = make([]spot, len(w.d.States))
	for i := range w.spots {
		w.spots[i].state = i
	}
	for range w.d.States {
		for _, o := range w.ways {
			if upper, lower := w.ends(o); !o.loop && w.spots[lower].layer <= w.spots[upper].layer {
				w.spots[lower].layer = w.spots[upper].layer + 1
			}
		}
	}
}

// pass gives each edge a place in the layers it crosses, and fills the layers.
func (w *drawing) pass() {
	for i := range w.ways {
		o := &w.ways[i]
		if o.loop {
			continue
		}
		upper, lower := w.ends(*o)
		o.spots = []int{upper}
		for l := w.spots[upper].layer + 1; l < w.spots[lower].layer; l++ {
			w.spots = append(w.spots, spot{state: -1, layer: l})
			o.spots = append(o.spots, len(w.spots)-1)
		}
		o.spots = append(o.spots, lower)
		for k := range o.spots[1:] {
			a, b := o.spots[k], o.spots[k+1]
			w.spots[a].down = append(w.spots[a].down, b)
			w.spots[b].up = append(w.spots[b].up, a)
		}
	}
	for i, s := range w.spots {
		for len(w.layers) <= s.layer {
			w.layers = append(w.layers, nil)
		}
		w.layers[s.layer] = append(w.layers[s.layer], i)
	}
}

// order sorts the layers by the middle of their neighbours, up and down in turn, swaps
// neighbours where that helps, and keeps the order with the fewest crossings.
func (w *drawing) order() int {
	best, least := w.copied(), w.crossings()
	for n := 0; n < sweeps && least > 0; n++ {
		for i := range w.layers {
			l := i
			if n%2 == 1 {
				l = len(w.layers) - 1 - i
			}
			w.sortLayer(l, n%2 == 0)
		}
		w.swap()
		if c := w.crossings(); c < least {
			best, least = w.copied(), c
		}
	}
	w.layers = best
	return least
}

func (w *drawing) copied() [][]int {
	out := make([][]int, len(w.layers))
	for i, l := range w.layers {
		out[i] = slices.Clone(l)
	}
	return out
}

func (w *drawing) sortLayer(l int, byUp bool) {
	pos := w.positions()
	middle := func(i int) float64 {
		next := w.spots[i].down
		if byUp {
			next = w.spots[i].up
		}
		if len(next) == 0 {
			return float64(pos[i])
		}
		sum := 0
		for _, j := range next {
			sum += pos[j]
		}
		return float64(sum) / float64(len(next))
	}
	slices.SortStableFunc(w.layers[l], func(a, b int) int { return cmp.Compare(middle(a), middle(b)) })
}

func (w *drawing) positions() []int {
	pos := make([]int, len(w.spots))
	for _, l := range w.layers {
		for p, i := range l {
			pos[i] = p
		}
	}
	return pos
}

// swap exchanges neighbours in a layer where that leaves fewer crossings.
func (w *drawing) swap() {
	pos := w.positions()
	for _, l := range w.layers {
		for p := 0; p+1 < len(l); p++ {
			a, b := l[p], l[p+1]
			now := inversions(w.spots[a].up, w.spots[b].up, pos) + inversions(w.spots[a].down, w.spots[b].down, pos)
			then := inversions(w.spots[b].up, w.spots[a].up, pos) + inversions(w.spots[b].down, w.spots[a].down, pos)
			if then < now {
				l[p], l[p+1] = b, a
				pos[a], pos[b] = p+1, p
			}
		}
	}
}

// inversions counts the crossings of the edges of two spots, the first on the left.
func inversions(left, right, pos []int) (n int) {
	for _, a := range left {
		for _, b := range right {
			if pos[a] > pos[b] {
				n++
			}
		}
	}
	return n
}

func (w *drawing) crossings() (n int) {
	pos := w.positions()
	for _, l := range w.layers {
		for p := range l {
			for q := p + 1; q < len(l); q++ {
				n += inversions(w.spots[l[p]].down, w.spots[l[q]].down, pos)
			}
		}
	}
	return n
}

// place moves spots towards the middle of their neighbours, without changing their order.
func (w *drawing) place() {
	for _, l := range w.layers {
		x := 0
		for _, i := range l {
			w.spots[i].x = x + w.spots[i].wide()/2
			x += w.spots[i].wide() + between
		}
	}
	for n := range sweeps {
		for i := range w.layers {
			l := w.layers[i]
			if n%2 == 1 {
				l = w.layers[len(w.layers)-1-i]
			}
			w.settle(l)
		}
	}
	least := 0
	for i, s := range w.spots {
		if left := s.x - s.wide()/2; i == 0 || left < least {
			least = left
		}
	}
	for i := range w.spots {
		w.spots[i].x += margin - least
	}
}

// settle moves a layer as near to where its spots want to be as their order and width allow:
// once pushed from the left, once from the right, and the middle of both.
func (w *drawing) settle(l []int) {
	want := make([]int, len(l))
	for p, i := range l {
		s, sum := w.spots[i], 0
		next := slices.Concat(s.up, s.down)
		for _, j := range next {
			sum += w.spots[j].x
		}
		want[p] = s.x
		if len(next) > 0 {
			want[p] = sum / len(next)
		}
	}
	left, right := slices.Clone(want), slices.Clone(want)
	for p := 1; p < len(l); p++ {
		left[p] = max(left[p], left[p-1]+w.apart(l[p-1], l[p]))
	}
	for p := len(l) - 2; p >= 0; p-- {
		right[p] = min(right[p], right[p+1]-w.apart(l[p], l[p+1]))
	}
	for p, i := range l {
		w.spots[i].x = (left[p] + right[p]) / 2
		if p > 0 { // halves are cut off
			w.spots[i].x = max(w.spots[i].x, w.spots[l[p-1]].x+w.apart(l[p-1], i))
		}
	}
}

func (w *drawing) apart(a, b int) int {
	return (w.spots[a].wide()+w.spots[b].wide())/2 + between
}

func top(layer int) int { return margin + layer*(nodeHigh+gapHigh) }

func (w *drawing) draw() (out Layout) {
	for i, s := range w.spots {
		out.Width = max(out.Width, s.x+s.wide()/2+margin+loopReach)
		if s.state >= 0 {
			out.Nodes = append(out.Nodes, Node{w.d.States[i].ID, s.x - nodeWide/2, top(s.layer), nodeWide, nodeHigh})
		}
	}
	out.Height = top(len(w.layers)-1) + nodeHigh + margin
	for i := range w.ways {
		out.Edges = append(out.Edges, w.line(i))
	}
	return out
}

func (w *drawing) line(i int) Edge {
	o := w.ways[i]
	e := o.edge
	if o.loop {
		s := w.spots[w.at[e.From]]
		x, y := s.x+nodeWide/2, top(s.layer)
		e.Back = true
		e.Points = []Point{{x, y + 20}, {x + loopReach, y + 20}, {x + loopReach, y + 40}, {x, y + 40}}
		e.Label = Point{x + loopReach, y + 30}
		return e
	}
	for k, j := range o.spots {
		s := w.spots[j]
		y := top(s.layer)
		switch {
		case k == 0:
			e.Points = append(e.Points, Point{w.port(i, j, false), y + nodeHigh})
		case k == len(o.spots)-1:
			e.Points = append(e.Points, Point{w.port(i, j, true), y})
		default:
			e.Points = append(e.Points, Point{s.x, y}, Point{s.x, y + nodeHigh})
		}
	}
	if e.Back {
		slices.Reverse(e.Points)
	}
	e.Label = Point{(e.Points[0].X + e.Points[1].X) / 2, (e.Points[0].Y + e.Points[1].Y) / 2}
	return e
}

// port is where on the upper or lower side of a state a way begins: side by side with the
// others, in the order in which they leave.
func (w *drawing) port(i, state int, upper bool) int {
	type one struct{ way, x int }
	var all []one
	for k, o := range w.ways {
		if o.loop {
			continue
		}
		if n := len(o.spots); upper && o.spots[n-1] == state {
			all = append(all, one{k, w.spots[o.spots[n-2]].x})
		} else if !upper && o.spots[0] == state {
			all = append(all, one{k, w.spots[o.spots[1]].x})
		}
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(a.x, b.x) })
	p := slices.IndexFunc(all, func(o one) bool { return o.way == i })
	return w.spots[state].x - nodeWide/2 + (p+1)*nodeWide/(len(all)+1)
}
