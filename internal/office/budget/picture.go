// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"

	"allmende/internal/engine/number"
)

// A Picture is bars by measure: planned, committed, spent.
type Picture struct {
	Height int
	Groups []Group
	Over   int // measures that used more than planned
}

// A Group is the bars of one measure.
type Group struct {
	Title      string
	Y          int
	Plan, Used Bar // Used begins with what was spent
	Rest       Bar // committed, after what was spent
	Known      bool
}

// A Bar begins at X.
type Bar struct{ X, Y, Width int }

// Sizes of the picture.
const (
	barsFrom  = 4
	barsWide  = 500
	groupTall = 64
)

// mostSigns of a title stand in the picture; the table has all of it.
const mostSigns = 60

func short(title string) string {
	if r := []rune(title); len(r) > mostSigns {
		return string(r[:mostSigns]) + "…"
	}
	return title
}

// A bar is what is drawn for one thing: what was planned, spent and is to be paid.
type bar struct {
	title            string
	planned          number.Exact
	known            bool // what was planned
	spent, committed number.Exact
}

// draw lays the bars of measures out; over counts those that used more than planned.
func draw(all []MeasureRow) Picture {
	var bars []bar
	over := 0
	for _, m := range all {
		planned, known := exact(m.Measure.Planned)
		bars = append(bars, bar{m.Title, planned, known, m.sum.Spent, m.sum.Committed})
		if m.Over {
			over++
		}
	}
	p := layOut(bars, groupTall)
	p.Over = over
	return p
}

// drawKinds lays the bars of kinds out, for which nothing is planned.
func drawKinds(ctx context.Context, x Sum) Picture {
	var bars []bar
	for _, k := range Kinds {
		if used := x.ByKind[k]; used.Sign() > 0 {
			bars = append(bars, bar{say(ctx, "budget.for."+k), number.Exact{}, true, x.SpentBy[k], used.Sub(x.SpentBy[k])})
		}
	}
	return layOut(bars, groupTall-18)
}

// layOut lays bars out; the longest fills the width.
func layOut(all []bar, tall int) (p Picture) {
	var most number.Exact
	for _, b := range all {
		for _, x := range []number.Exact{b.planned, b.spent.Add(b.committed)} {
			if x.Cmp(most) > 0 {
				most = x
			}
		}
	}
	wide := func(x number.Exact) int {
		if most.Sign() <= 0 || x.Sign() <= 0 {
			return 0
		}
		return int(x.Mul(number.Int(barsWide)).Div(most).Float() + 0.5)
	}
	for i, b := range all {
		y := i*tall + 4
		g := Group{Title: short(b.title), Y: y + 12, Known: b.known}
		g.Plan = Bar{X: barsFrom, Y: y + 18, Width: wide(b.planned)}
		g.Used = Bar{X: barsFrom, Y: y + tall - 28, Width: wide(b.spent)}
		g.Rest = Bar{X: barsFrom + g.Used.Width, Y: g.Used.Y, Width: wide(b.committed)}
		p.Groups = append(p.Groups, g)
	}
	p.Height = len(all)*tall + 4
	return p
}
