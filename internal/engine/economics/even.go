// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package economics

import (
	"math/big"
	"slices"

	"allmende/internal/engine/number"
)

// Tolerance is how far a break-even rate may be from the true one: 10⁻⁹, a ten-millionth of a
// percentage point.
var Tolerance = one.Div(number.Int(10).Pow(9))

// Even lists the rates from 0 % to 100 % at which two alternatives are worth the same, in
// ascending order, each within [Tolerance]. None is an answer, and so are several: then the
// preference changes more than once.
type Even struct {
	Rates  []number.Exact `json:"rates"`
	Always bool           `json:"always"` // the same money in each year: equal at any rate
	Touch  bool           `json:"touch"`  // at one of the rates the values come closer than can be told apart: equal twice, once, or not quite
}

// even finds all roots of Σ d(t) · x^t for x = 1 / (1 + rate). How many there are in an interval
// is known from Descartes' rule of signs, applied to halves of the interval until each has none or
// exactly one (Vincent, Collins, Akritas), in whole numbers: no root is overlooked.
func even(flows []number.Exact) (e Even) {
	p := whole(flows)
	if len(p) == 0 {
		return Even{Always: true}
	}
	s := search{flows: flows}
	if s.at(one).Sign() == 0 {
		s.found = append(s.found, number.Exact{})
	}
	half := one.Div(number.Int(2))
	if s.at(half).Sign() == 0 {
		s.found = append(s.found, one)
	}
	// q(y) = p((1 + y) / 2), so that the interval is 0 to 1; times 2^n to stay whole.
	q := shift(spread(p))
	s.in(q, half, one)
	slices.SortFunc(s.found, number.Exact.Cmp)
	return Even{Rates: s.found, Touch: s.touch}
}

// whole multiplies by the common denominator and drops zeros at the end.
func whole(flows []number.Exact) []*big.Int {
	common := big.NewInt(1)
	for _, f := range flows {
		d := f.Rat().Denom()
		g := new(big.Int).GCD(nil, nil, common, d)
		common.Mul(common, new(big.Int).Quo(d, g))
	}
	out := make([]*big.Int, len(flows))
	for i, f := range flows {
		r := f.Rat()
		out[i] = new(big.Int).Mul(r.Num(), new(big.Int).Quo(common, r.Denom()))
	}
	for len(out) > 0 && out[len(out)-1].Sign() == 0 {
		out = out[:len(out)-1]
	}
	return out
}

// spread is p(x/2) · 2^n.
func spread(p []*big.Int) []*big.Int {
	out := make([]*big.Int, len(p))
	for i, c := range p {
		out[i] = new(big.Int).Lsh(c, uint(len(p)-1-i))
	}
	return out
}

// shift is p(x + 1).
func shift(p []*big.Int) []*big.Int {
	out := make([]*big.Int, len(p))
	for i, c := range p {
		out[i] = new(big.Int).Set(c)
	}
	for i := range out {
		for j := len(out) - 2; j >= i; j-- {
			out[j].Add(out[j], out[j+1])
		}
	}
	return out
}

// variations bounds the number of roots between 0 and 1, both left out: exact where it is 0 or 1.
func variations(p []*big.Int) (n int) {
	turned := slices.Clone(p)
	slices.Reverse(turned)
	before := 0
	for _, c := range shift(turned) {
		if s := c.Sign(); s != 0 {
			if before == -s {
				n++
			}
			before = s
		}
	}
	return n
}

type search struct {
	flows []number.Exact
	found []number.Exact // rates
	touch bool
}

// at is the difference of the present values at x = 1 / (1 + rate), exact.
func (s *search) at(x number.Exact) (sum number.Exact) {
	for _, f := range slices.Backward(s.flows) {
		sum = sum.Mul(x).Add(f)
	}
	return sum
}

// in finds the roots between low and high, both left out; q is the polynomial brought to 0 to 1.
func (s *search) in(q []*big.Int, low, high number.Exact) {
	switch n := variations(q); {
	case n == 0:
		return
	case high.Sub(low).Cmp(Tolerance.Div(number.Int(4))) < 0: // a rate changes at most four times as much as x
		s.touch = s.touch || n > 1
		s.found = append(s.found, rate(low.Add(high).Div(number.Int(2))))
		return
	}
	mid := low.Add(high).Div(number.Int(2))
	left := spread(q)
	right := shift(left)
	if right[0].Sign() == 0 {
		s.found = append(s.found, rate(mid))
	}
	s.in(left, low, mid)
	s.in(right, mid, high)
}

// rate is 1/x − 1.
func rate(x number.Exact) number.Exact { return one.Div(x).Sub(one) }
