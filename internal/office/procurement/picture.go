// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import "fmt"

// A Picture shows for each formula in which part of the draws each bid wins. The table beside
// it has the same numbers; bars are told apart by what stands in them, not by colour alone.
type Picture struct {
	Width, Height int
	Bars          []Bar
}

// A Bar is one formula.
type Bar struct {
	Name  string
	Y     int // of the name
	Parts []Part
}

// A Part is a bid's share, or the draws without a winner where Bid is empty.
type Part struct {
	Bid, Label, Class string
	X, Y, W, H        int
	TextX, TextY      int
}

const (
	barWidth  = 600
	barHeight = 28
	barStep   = 64
)

// drawShares draws formulas one below the other; those without a result have no bar.
func drawShares(rows []TrialRow, c Course) (p Picture) {
	if c.Draws.Count == 0 {
		return p
	}
	p.Width = barWidth
	for _, row := range rows {
		if len(row.Shares) == 0 {
			continue
		}
		top := len(p.Bars) * barStep
		bar := Bar{Name: row.Name, Y: top + 18}
		before := 0
		add := func(bid string, n int, class string) {
			if n == 0 {
				return
			}
			x, end := before*barWidth/c.Draws.Count, (before+n)*barWidth/c.Draws.Count
			part := Part{Bid: bid, Class: class, X: x, Y: top + 26, W: end - x, H: barHeight, TextX: x + 6, TextY: top + 45}
			if label := fmt.Sprintf("%s %d %%", bid, (n*100+c.Draws.Count/2)/c.Draws.Count); len(label)*8 < part.W {
				part.Label = label
			}
			bar.Parts, before = append(bar.Parts, part), before+n
		}
		for _, s := range row.Shares {
			add(s.Bid, s.Wins, "f-none")
		}
		add("", row.Undecided, "f-muted")
		p.Bars = append(p.Bars, bar)
	}
	p.Height = len(p.Bars) * barStep
	return p
}
