// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"fmt"
	"strings"
)

// Curves show by how much each alternative is better than the first, over the rate. The zero
// line is where they are equal; the table beside it has the same numbers.
type Curves struct {
	Width, Height int
	Zero          int // y of the zero line
	ZeroLabel     int // y of its label
	Ticks         []Tick
	Curves        []Curve
}

// A Tick is a rate below the picture.
type Tick struct {
	X    int
	Text string
}

// A Curve is one alternative; its name stands where it ends.
type Curve struct {
	Name, Points string
	X, Y         int
}

const (
	curveLeft, curveRight = 10, 440
	curveTop, curveBottom = 20, 220
)

func drawCurves(ctx context.Context, r Report) (p Curves) {
	low, high := 0.0, 0.0
	for _, point := range r.Points {
		for _, d := range point.Differences {
			low, high = min(low, d.Float()), max(high, d.Float())
		}
	}
	if len(r.Points) < 2 || low == high {
		return p // nothing differs: the table says so
	}
	first, last := r.Points[0].Rate.Float(), r.Points[len(r.Points)-1].Rate.Float()
	x := func(rate float64) int {
		return curveLeft + int((rate-first)/(last-first)*(curveRight-curveLeft))
	}
	y := func(value float64) int {
		return curveBottom - int((value-low)/(high-low)*(curveBottom-curveTop))
	}
	p = Curves{Width: 640, Height: 260, Zero: y(0), ZeroLabel: y(0) - 4}
	for _, point := range r.Points {
		if point.Rate.Cmp(r.Study.Rate.Value) != 0 { // the own rate may lie too near to another
			p.Ticks = append(p.Ticks, Tick{x(point.Rate.Float()), typed(tongue(ctx), point.Rate.Mul(percent)) + " %"})
		}
	}
	for i, a := range r.Study.Alternatives[1:] {
		var at []string
		for _, point := range r.Points {
			at = append(at, fmt.Sprintf("%d,%d", x(point.Rate.Float()), y(point.Differences[i].Float())))
		}
		end := r.Points[len(r.Points)-1].Differences[i].Float()
		p.Curves = append(p.Curves, Curve{a.Title, strings.Join(at, " "), curveRight + 8, min(y(end)+4+12*i, 250)})
	}
	return p
}
