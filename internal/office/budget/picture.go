// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import "allmende/internal/engine/number"

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

// draw lays the bars out; the longest fills the width.
func draw(all []MeasureRow) (p Picture) {
	var most number.Exact
	for _, m := range all {
		planned, _ := exact(m.Measure.Planned)
		for _, x := range []number.Exact{planned, m.sum.Used()} {
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
	for i, m := range all {
		y := i*groupTall + 4
		g := Group{Title: short(m.Title), Y: y + 12}
		planned, known := exact(m.Measure.Planned)
		g.Known = known
		g.Plan = Bar{X: barsFrom, Y: y + 18, Width: wide(planned)}
		g.Used = Bar{X: barsFrom, Y: y + 36, Width: wide(m.sum.Spent)}
		g.Rest = Bar{X: barsFrom + g.Used.Width, Y: y + 36, Width: wide(m.sum.Committed)}
		if m.Over {
			p.Over++
		}
		p.Groups = append(p.Groups, g)
	}
	p.Height = len(all)*groupTall + 4
	return p
}
