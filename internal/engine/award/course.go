// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"math"
	"slices"

	"allmende/internal/engine/number"
)

// near is how close two bids have to be for exact numbers to decide, as a part of the larger
// of what is compared; floats err here in the 13th place at most.
const near = 1e-9

// closest bounds how many different bids are compared exactly in one draw.
const closest = 16

// A course is one formula on its way through many draws, in floats, with the exact numbers
// of the draw at hand for whatever is too close.
type course struct {
	setup   Setup // with the weights of this draw
	trial   *Trial
	bids    []Bid
	price   []float64
	parts   [][]float64 // by bid, then criterion: points / max
	quality []float64
	in      []bool    // above all minima in this draw
	passes  []bool    // above the minima of single criteria, which no weight changes
	order   []int     // bids by price
	values  []float64 // scratch
	sizes   []float64
	weight  float64 // W
	base    number.Exact
	known   []*entry // exact entries of this draw, by bid
}

func newCourse(s Setup, bids []Bid) *course {
	c := &course{setup: s, bids: bids, price: make([]float64, len(bids)), quality: make([]float64, len(bids)),
		in: make([]bool, len(bids)), passes: make([]bool, len(bids)), known: make([]*entry, len(bids))}
	c.setup.Criteria = slices.Clone(s.Criteria)
	weights := make([]number.Exact, len(s.Criteria))
	for i, k := range s.Criteria {
		weights[i] = k.Weight
	}
	for i, b := range bids {
		c.price[i] = b.Price.Float()
		c.order = append(c.order, i)
		c.passes[i] = true
		parts := make([]float64, len(s.Criteria))
		for j, k := range s.Criteria {
			parts[j] = b.Points[k.ID].Div(k.Max).Float()
			c.passes[i] = c.passes[i] && (k.Minimum == nil || b.Points[k.ID].Cmp(*k.Minimum) >= 0)
		}
		c.parts = append(c.parts, parts)
	}
	slices.SortFunc(c.order, func(i, j int) int { return bids[i].Price.Cmp(*bids[j].Price) })
	if s.Formula.PriceWeight != nil {
		c.base = *s.Formula.PriceWeight
	}
	c.weigh(weights, number.Int(1), number.Int(1), nil)
	return c
}

// weigh takes the weights of a draw. Those of the criteria sum up to 100; sum is what they
// came to before, so that the price keeps its drawn share beside them.
func (c *course) weigh(weights []number.Exact, sum, price number.Exact, done []*course) {
	for j := range weights {
		c.setup.Criteria[j].Weight = weights[j]
	}
	if c.setup.Formula.PriceWeight != nil && c.base.Sign() > 0 && c.base.Cmp(hundred) < 0 {
		p := c.base.Mul(price)
		w := p.Mul(hundred).Div(p.Add(hundred.Sub(c.base).Mul(sum)))
		c.setup.Formula.PriceWeight = &w
		c.weight = w.Float()
	}
	clear(c.known)
	if len(done) > 0 { // criteria, bids and minima are the same for all formulas
		copy(c.quality, done[0].quality)
		copy(c.in, done[0].in)
		return
	}
	w := make([]float64, len(weights))
	for j := range weights {
		w[j] = weights[j].Float()
	}
	for i, parts := range c.parts {
		l := 0.0
		for j, p := range parts {
			l += w[j] * p
		}
		c.quality[i] = l
		c.in[i] = c.passes[i] && c.enough(i)
	}
}

// enough compares a quality with the minimum of the whole, exactly where it is close.
func (c *course) enough(i int) bool {
	if c.setup.Minimum == nil {
		return true
	}
	minimum := c.setup.Minimum.Float()
	if math.Abs(c.quality[i]-minimum) > near*100 {
		return c.quality[i] > minimum
	}
	return c.entry(i).quality.Cmp(*c.setup.Minimum) >= 0
}

func (c *course) entry(i int) *entry {
	if c.known[i] == nil {
		l, _ := c.setup.quality(c.bids[i])
		c.known[i] = &entry{bid: c.bids[i], quality: l, price: *c.bids[i].Price}
	}
	return c.known[i]
}

// floats is the basis of scores, see [basis].
type floats struct{ pmin, pmax, lmid, pmid, scale float64 }

func (c *course) floats() (b floats) {
	f := c.setup.Formula
	b.pmin = math.Inf(1)
	n, l, p := 0.0, 0.0, 0.0
	for i, in := range c.in {
		if in {
			b.pmin, b.pmax = min(b.pmin, c.price[i]), max(b.pmax, c.price[i])
			n, l, p = n+1, l+c.quality[i], p+c.price[i]
		}
	}
	switch f.Method {
	case "simple_ratio", "extended_ratio":
		b.scale = f.Scale.Float()
	case "weighted_mean":
		b.lmid, b.pmid = l/n, p/n
	case "weighted_median":
		b.lmid, b.pmid = c.medians()
	case "reference_value":
		b.lmid, b.pmid = f.QualityReference.Float(), f.PriceReference.Float()
	}
	return b
}

func (c *course) medians() (l, p float64) {
	c.values = c.values[:0]
	for _, i := range c.order {
		if c.in[i] {
			c.values = append(c.values, c.price[i])
		}
	}
	p = middle(c.values)
	c.values = c.values[:0]
	for i, in := range c.in {
		if in {
			c.values = append(c.values, c.quality[i])
		}
	}
	slices.Sort(c.values)
	return middle(c.values), p
}

func middle(sorted []float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// score is the float twin of [Formula.score]; size is how large the numbers in it are. For the
// price alone it is negative, so that the highest is always the best.
func (c *course) score(b *floats, i int) (z, size float64) {
	l, p, w := c.quality[i], c.price[i], c.weight
	quality := (100 - w) * l / 100
	price := 0.0
	switch c.setup.Formula.Method {
	case "price_only":
		return -p, p
	case "simple_ratio", "extended_ratio":
		z = b.scale * l / p
		return z, z
	case "price_quotient":
		price = w * b.pmin / p
	case "interp_2x":
		price = max(0, w*(2-p/b.pmin))
		return price + quality, 100 + w*min(2, p/b.pmin)
	case "interp_span":
		price = w * (b.pmax - p) / (b.pmax - b.pmin)
		return price + quality, 100 * (1 + b.pmax/(b.pmax-b.pmin))
	default:
		good, dear := (1-w/100)*l/b.lmid, w/100*p/b.pmid
		return good - dear, good + dear
	}
	return price + quality, 100
}

// winner is the index of the bid that wins with the weights of this draw, −1 for nobody.
func (c *course) winner() int {
	if !slices.Contains(c.in, true) {
		return -1
	}
	b := c.floats()
	if m, _ := Find(c.setup.Formula.Method); m.Depends && c.impossible(b) {
		return -1
	}
	best, at := math.Inf(-1), -1
	scores, sizes := c.values[:0], c.sizes[:0]
	for i, in := range c.in {
		z, s := math.Inf(-1), 0.0
		if in {
			z, s = c.score(&b, i)
		}
		if scores, sizes = append(scores, z), append(sizes, s); z > best {
			best, at = z, i
		}
	}
	c.values, c.sizes = scores, sizes
	if at < 0 {
		return -1
	}
	var close []int
	for i, z := range scores {
		if c.in[i] && best-z <= near*max(sizes[i], sizes[at]) {
			close = append(close, i)
		}
	}
	if c.setup.Formula.Method == "extended_ratio" {
		return c.inBand(scores, best, close)
	}
	if len(close) == 1 {
		return at
	}
	return c.exactly(close, nil)
}

// impossible: a middle of 0, or a span of 0, has no scores; see [Method.middle].
func (c *course) impossible(b floats) bool {
	switch c.setup.Formula.Method {
	case "interp_span":
		return b.pmax == b.pmin
	case "weighted_mean", "weighted_median":
		return b.lmid == 0
	}
	return false
}

// inBand picks by the announced criterion among the bids of the band. Those at its very edge
// are candidates only if they would be chosen.
func (c *course) inBand(scores []float64, top float64, tops []int) int {
	low := top * (1 - c.setup.Formula.Band.Float()/100)
	edge := near * max(top, 1e-300)
	value := func(i int) (v, size float64) {
		if c.setup.Formula.Decision == ByPrice {
			return -c.price[i], c.price[i]
		}
		return c.quality[i], 100
	}
	best := math.Inf(-1)
	for i, z := range scores {
		if v, _ := value(i); c.in[i] && z > low+edge && v > best {
			best = v
		}
	}
	var candidates []int
	sure := true
	for i, z := range scores {
		v, size := value(i)
		if c.in[i] && z >= low-edge && v >= best-near*size {
			candidates = append(candidates, i)
			sure = sure && z > low+edge
		}
	}
	if len(candidates) == 1 && sure {
		return candidates[0]
	}
	return c.exactly(candidates, tops)
}

// exactly decides between bids that are too close for floats. Tops are those among which the
// highest guide value is, for extended_ratio.
func (c *course) exactly(close, tops []int) int {
	kinds, tops := c.distinct(close), c.distinct(tops)
	if len(kinds) > closest || len(tops) > closest {
		return -1
	}
	if len(kinds) == 1 && len(tops) == 0 {
		return c.only(close)
	}
	var all []*entry
	for i, in := range c.in {
		if in && c.setup.Formula.wants() {
			all = append(all, c.entry(i))
		}
	}
	f, b := c.setup.Formula, basis{}
	if len(all) > 0 {
		b = f.basis(all)
	}
	take := make([]*entry, 0, len(kinds)+len(tops))
	for _, i := range append(slices.Clone(kinds), tops...) {
		e := *c.entry(i)
		e.score = f.score(b, e.quality, e.price)
		take = append(take, &e)
	}
	if f.Method == "extended_ratio" {
		f.markBand(take)
	}
	lead := 0
	for i := range kinds {
		if c.setup.compare(take[i], take[lead], c.setup.Ties) < 0 {
			lead = i
		}
	}
	for i := range kinds {
		if i != lead && c.setup.compare(take[i], take[lead], c.setup.Ties) == 0 {
			return -1
		}
	}
	var same []int
	for _, i := range close {
		if c.same(i, kinds[lead]) {
			same = append(same, i)
		}
	}
	return c.only(same)
}

// wants reports whether scores need the other bids.
func (f Formula) wants() bool {
	m, _ := Find(f.Method)
	return m.Depends || f.Method == "reference_value"
}

// only is the one of a list; equal bids have no winner, whatever the rules.
func (c *course) only(list []int) int {
	if len(list) != 1 {
		return -1
	}
	return list[0]
}

// distinct leaves one of those bids whose price and points are all equal.
func (c *course) distinct(list []int) (out []int) {
	for _, i := range list {
		if len(out) > closest {
			return out
		}
		if !slices.ContainsFunc(out, func(j int) bool { return c.same(i, j) }) {
			out = append(out, i)
		}
	}
	return out
}

func (c *course) same(i, j int) bool {
	if i == j {
		return true
	}
	if c.price[i] != c.price[j] || c.bids[i].Price.Cmp(*c.bids[j].Price) != 0 {
		return false
	}
	for _, k := range c.setup.Criteria {
		if c.bids[i].Points[k.ID].Cmp(c.bids[j].Points[k.ID]) != 0 {
			return false
		}
	}
	return true
}
