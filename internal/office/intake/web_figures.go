// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"io"
	"net/http"
	"strconv"

	"allmende/internal/engine/workdays"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

// FiguresPage shows how the office serves.
type FiguresPage struct {
	Figures
	LandName string
	From, To int // opened and closed in all months
	Bars     []MonthBar
	Top      int // the tallest bar
	Any      bool
}

// A MonthBar is a month as drawn: two columns side by side.
type MonthBar struct {
	Month
	X, Other, Label       int // left edges of the columns, and the middle
	OpenY, OpenH, EndY    int
	EndH, OpenAt, EndAt   int // of the numbers above
	OpenNumber, EndNumber int
}

// The picture, in units of its viewBox.
const (
	barStep   = 58
	barWide   = 22
	barGround = 190 // where columns stand
	barTall   = 160
)

func (s *Service) figuresPage(r *http.Request) (p FiguresPage, err error) {
	if p.Figures, err = s.Figures(r.Context()); err != nil {
		return p, err
	}
	for _, l := range workdays.Lands() {
		if l.ID == p.Land {
			p.LandName = l.Name.In(tongue(r.Context()))
		}
	}
	for _, m := range p.Months {
		p.Top = max(p.Top, m.Opened, m.Closed)
		p.From += m.Opened
		p.To += m.Closed
	}
	p.Any = p.Top > 0 || p.All.Open > 0
	for i, m := range p.Months {
		tall := func(n int) int { return n * barTall / max(p.Top, 1) }
		x := 8 + i*barStep
		p.Bars = append(p.Bars, MonthBar{Month: m, X: x, Other: x + barWide + 2, Label: x + barWide + 1, OpenY: barGround - tall(m.Opened), OpenH: tall(m.Opened),
			EndY: barGround - tall(m.Closed), EndH: tall(m.Closed), OpenAt: barGround - tall(m.Opened) - 5, EndAt: barGround - tall(m.Closed) - 5, OpenNumber: x + barWide/2, EndNumber: x + barWide + 2 + barWide/2})
	}
	return p, nil
}

// figuresFile hands the figures out as CSV: a line a type, then a line a month.
func (s *Service) figuresFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	f, err := s.Figures(ctx)
	var t sheet.Table
	for _, key := range []string{"type", "answered", "median", "p90", "open", "age.week", "age.month", "age.quarter", "age.older", "month", "came", "went"} {
		t.Head = append(t.Head, say(ctx, "intake.column."+key))
	}
	f.All.Name = say(ctx, "intake.all_types")
	for _, k := range append([]Kind{f.All}, f.Types...) {
		line := []string{k.Name, strconv.Itoa(k.Answered), took(k, k.Median), took(k, k.P90), strconv.Itoa(k.Open)}
		for _, n := range k.Ages {
			line = append(line, strconv.Itoa(n))
		}
		t.Rows = append(t.Rows, append(line, "", "", ""))
	}
	for _, m := range f.Months {
		line := make([]string, 9)
		t.Rows = append(t.Rows, append(line, m.Month, lang.Show("en", m.Opened), lang.Show("en", m.Closed)))
	}
	return web.Download{Name: say(ctx, "intake.figures.file") + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}, err
}

// took is a time in working days; an unknown one is empty.
func took(k Kind, days int) string {
	if !k.Reckoned {
		return ""
	}
	return strconv.Itoa(days)
}
