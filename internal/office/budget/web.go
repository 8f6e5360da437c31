// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"
	"io"
	"net/http"
	"time"

	"allmende/internal/engine/number"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Steer, Key: "budget.nav", Href: "/budget", Permit: mayRead}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /budget", mayRead, "list.html", s.listPage),
		web.Show("GET /budget/add", mayWrite, "pot_form.html", s.addPotForm),
		web.Form("POST /budget/add", mayWrite, "pot_form.html", s.addPotPosted),
		web.Show("GET /budget/pot/{pot}", mayRead, "pot.html", s.potPage),
		web.Show("GET /budget/pot/{pot}/edit", mayWrite, "pot_form.html", s.editPotForm),
		web.Form("POST /budget/pot/{pot}/edit", mayWrite, "pot_form.html", s.editPotPosted),
		web.Form("POST /budget/pot/{pot}/condition", mayWrite, "pot.html", s.conditionPosted),
		web.File("GET /budget/pot/{pot}/csv", mayRead, s.potFile),
		web.Show("GET /budget/pot/{pot}/measure", mayWrite, "measure_form.html", s.addMeasureForm),
		web.Form("POST /budget/pot/{pot}/measure", mayWrite, "measure_form.html", s.addMeasurePosted),
		web.Show("GET /budget/condition/{condition}", mayRead, "condition.html", s.conditionPage),
		web.Form("POST /budget/condition/{condition}", mayWrite, "condition.html", s.settlePosted),
		web.Show("GET /budget/measure/{measure}", mayRead, "measure.html", s.measurePage),
		web.Show("GET /budget/measure/{measure}/edit", mayWrite, "measure_form.html", s.editMeasureForm),
		web.Form("POST /budget/measure/{measure}/edit", mayWrite, "measure_form.html", s.editMeasurePosted),
		web.Form("POST /budget/measure/{measure}/book", mayWrite, "measure.html", s.bookPosted),
		web.Form("POST /budget/measure/{measure}/question", mayWrite, "measure.html", s.askPosted),
		web.Show("GET /budget/question/{enquiry}", mayRead, "question.html", s.questionPage),
		web.Form("POST /budget/question/{enquiry}", mayWrite, "question.html", s.answerPosted),
		web.File("GET /budget/bookings.csv", mayRead, s.bookingsFile),
		web.Form("POST /budget/measure/{measure}/saving", mayWrite, "measure.html", s.savingPosted),
		web.Show("GET /budget/booking/{booking}", mayRead, "booking.html", s.bookingPage),
		web.Form("POST /budget/booking/{booking}", mayWrite, "booking.html", s.reversePosted),
	}
}

func may(r *http.Request) bool { return door.From(r.Context()).May(mayWrite) }

// Figures are sums as a page shows them; what is unknown is empty.
type Figures struct {
	Planned, Committed, Spent, Left string
	Short                           string // by how much it is overspent; empty where it is not
	Over                            bool   // more was used than planned
	OwnHours                        string // contributions in hours at their rate, beside the money; empty where there are none
}

func figures(ctx context.Context, planned string, x Sum) Figures {
	f := Figures{Committed: euros(ctx, x.Committed), Spent: euros(ctx, x.Spent)}
	if p, ok := exact(planned); ok {
		f.Planned = euros(ctx, p)
	}
	if left, ok := Left(planned, x.Used()); ok {
		if f.Left, f.Over = euros(ctx, left), left.Sign() < 0; f.Over {
			f.Short = euros(ctx, left.Neg())
		}
	}
	if x.Hours.Sign() != 0 {
		f.OwnHours = euros(ctx, x.Hours)
	}
	return f
}

func euros(ctx context.Context, x number.Exact) string { return x.Text(tongue(ctx), 2) }

// PotRow is a pot with its sums.
type PotRow struct {
	Pot
	Figures
	Open, Done, Late int // conditions: open, settled, open past their day
	sum              Sum
}

// First and Last are its days; the zero time is unknown.
func (p PotRow) First() time.Time { return db.Time(p.Since) }

// Last is its last day.
func (p PotRow) Last() time.Time { return db.Time(p.Until) }

// ListPage is all pots.
type ListPage struct {
	Rows     []PotRow
	Kinds    []KindRow
	Picture  Picture
	MayWrite bool
	Asked    []QuestionRow // to the treasurer and open, for who can write the answer down

	Elsewhere []web.Place // where something is, if nothing is here
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	all, err := s.Pots(ctx)
	if err != nil {
		return p, err
	}
	p.MayWrite = may(r)
	total := Total(nil)
	for _, one := range all {
		row, err := s.potRow(ctx, one)
		if err != nil {
			return p, err
		}
		p.Rows, total = append(p.Rows, row), total.add(row.sum)
	}
	p.Kinds, p.Picture = kindRows(ctx, total), drawKinds(ctx, total)
	if p.MayWrite {
		asked, err := s.Asked(ctx)
		if err != nil {
			return p, err
		}
		for _, q := range asked {
			p.Asked = append(p.Asked, QuestionRow{q})
		}
	}
	if len(p.Rows) == 0 {
		p.Elsewhere, err = s.elsewhere(ctx)
	}
	return p, err
}

// elsewhere are the viewer's other places where something is.
func (s *Service) elsewhere(ctx context.Context) ([]web.Place, error) {
	if s.Places == nil {
		return nil, nil
	}
	places, err := s.Places(ctx)
	if err != nil {
		return nil, err
	}
	return web.Elsewhere(ctx, places, mayRead, "/budget", func(ctx context.Context) (bool, error) {
		all, err := s.Pots(ctx)
		return len(all) > 0, err
	})
}

func (s *Service) potRow(ctx context.Context, p Pot) (row PotRow, err error) {
	booked, err := s.Bookings(ctx, p.ID, "")
	if err != nil {
		return row, err
	}
	row = PotRow{Pot: p, sum: Total(booked)}
	row.Figures = figures(ctx, p.Amount, row.sum)
	conditions, err := s.Conditions(ctx, p.ID, "", "")
	for _, c := range conditions {
		switch {
		case c.State != Open:
			row.Done++
		case c.Late(s.today()):
			row.Late++
			fallthrough
		default:
			row.Open++
		}
	}
	return row, err
}

// ConditionRow is a condition as lists show it.
type ConditionRow struct {
	Condition
	IsLate bool
}

// Day is when it is due; the zero time is unknown.
func (c ConditionRow) Day() time.Time { return db.Time(c.Due) }

// At is when somebody settled it.
func (c ConditionRow) At() time.Time { return db.Time(c.Settled) }

// MeasureRow is a measure with its sums and what it saves.
type MeasureRow struct {
	Measure
	Figures
	Saving *SavingRow // nil where nobody stated any
	sum    Sum
}

// SavingRow is what is saved in the reader's language; Low and High are empty where unknown.
type SavingRow struct {
	Saving
	Low, High string
}

// At is when it was stated.
func (v SavingRow) At() time.Time { return db.Time(v.Created) }

func savingRow(ctx context.Context, v Saving) SavingRow {
	row := SavingRow{Saving: v}
	if x, ok := exact(v.Low); ok {
		row.Low = euros(ctx, x)
	}
	if x, ok := exact(v.High); ok {
		row.High = euros(ctx, x)
	}
	return row
}

// KindRow is what was used for one kind.
type KindRow struct{ Kind, Committed, Spent, Used string }

// kindRows lists what was used, by kind.
func kindRows(ctx context.Context, x Sum) (out []KindRow) {
	for _, k := range Kinds {
		if used := x.ByKind[k]; used.Sign() != 0 {
			out = append(out, KindRow{k, euros(ctx, used.Sub(x.SpentBy[k])), euros(ctx, x.SpentBy[k]), euros(ctx, used)})
		}
	}
	return out
}

// PotPage is one pot.
type PotPage struct {
	PotRow
	Measures   []MeasureRow
	Picture    Picture
	Kinds      []KindRow
	Unplanned  int // measures without a plan
	Sum        string
	Conditions []ConditionRow
	MayWrite   bool
	What, Due  string       // as typed
	Asks       []web.Choice // what a condition can ask for
}

func (s *Service) potPage(r *http.Request) (p PotPage, err error) {
	ctx := r.Context()
	pot, err := s.Pot(ctx, r.PathValue("pot"))
	if err != nil {
		return p, err
	}
	if p.PotRow, err = s.potRow(ctx, pot); err != nil {
		return p, err
	}
	p.MayWrite, p.Asks = may(r), choices(Asks, Asks[0])
	if err := s.fill(ctx, &p); err != nil {
		return p, err
	}
	conditions, err := s.Conditions(ctx, pot.ID, "", "")
	for _, c := range conditions {
		p.Conditions = append(p.Conditions, ConditionRow{c, c.Late(s.today())})
	}
	return p, err
}

// fill adds the measures of a pot with their sums.
func (s *Service) fill(ctx context.Context, p *PotPage) error {
	all, err := s.store.measures(ctx, s.store.db.Read(), door.From(ctx).Org, p.ID, "")
	if err != nil {
		return err
	}
	booked, err := s.Bookings(ctx, p.ID, "")
	if err != nil {
		return err
	}
	of := map[string][]Booking{}
	for _, b := range booked {
		of[b.Measure] = append(of[b.Measure], b)
	}
	latest := map[string]Saving{}
	stated, err := s.Savings(ctx, "")
	for i := len(stated) - 1; i >= 0; i-- {
		latest[stated[i].Measure] = stated[i]
	}
	total := Total(nil)
	var planned number.Exact
	for _, m := range all {
		row := MeasureRow{Measure: m, sum: Total(of[m.ID])}
		row.Figures = figures(ctx, m.Planned, row.sum)
		if v, ok := latest[m.ID]; ok {
			row.Saving = new(savingRow(ctx, v))
		}
		if x, ok := exact(m.Planned); ok {
			planned = planned.Add(x)
		} else {
			p.Unplanned++
		}
		total = total.add(row.sum)
		p.Measures = append(p.Measures, row)
	}
	p.Sum = euros(ctx, planned)
	p.Kinds = kindRows(ctx, total)
	p.Picture = draw(p.Measures)
	return err
}

func (s *Service) conditionPosted(r *http.Request) (p PotPage, next string, err error) {
	if p, err = s.potPage(r); err != nil {
		return p, "", err
	}
	in := ConditionInput{What: r.PostFormValue("what"), Kind: r.PostFormValue("kind"), Due: r.PostFormValue("due")}
	p.What, p.Due, p.Asks = in.What, in.Due, choices(Asks, in.Kind)
	_, err = s.AddCondition(r.Context(), p.ID, in)
	return p, "/budget/pot/" + p.ID + "#conditions", err
}

// potFile hands the measures of a pot out as CSV.
func (s *Service) potFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	p, err := s.potPage(r)
	unknown := func(text string) string {
		if text == "" {
			return say(ctx, "budget.unknown")
		}
		return text
	}
	var t sheet.Table
	for _, key := range []string{"budget.pot", "budget.measure", "budget.planned", "budget.committed", "budget.spent", "budget.left", "budget.short", "budget.own_hours", "budget.saving.low", "budget.saving.high", "budget.saving.method"} {
		t.Head = append(t.Head, say(ctx, key))
	}
	for _, m := range p.Measures {
		left := m.Left
		if m.Over { // a sheet takes a sign before a number for a formula, so that short has its own column
			left = euros(ctx, number.Exact{})
		}
		row := []string{p.Name, m.Title, unknown(m.Figures.Planned), m.Committed, m.Spent, unknown(left), m.Short, m.OwnHours, unknown(""), unknown(""), ""}
		if m.Saving != nil {
			row[8], row[9], row[10] = unknown(m.Saving.Low), unknown(m.Saving.High), m.Saving.Method
		}
		t.Rows = append(t.Rows, row)
	}
	return web.Download{Name: say(ctx, "budget.file") + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}, err
}

// ConditionPage is one condition.
type ConditionPage struct {
	ConditionRow
	Typed    string
	Address  string       // of the evidence, as typed
	States   []web.Choice // the words of Value are budget.condition.…
	MayWrite bool
}

func (s *Service) conditionPage(r *http.Request) (p ConditionPage, err error) {
	c, err := s.Condition(r.Context(), r.PathValue("condition"))
	return ConditionPage{ConditionRow: ConditionRow{c, c.Late(s.today())}, States: choices([]string{Fulfilled, Waived}, Fulfilled), MayWrite: may(r)}, err
}

func (s *Service) settlePosted(r *http.Request) (p ConditionPage, next string, err error) {
	if p, err = s.conditionPage(r); err != nil {
		return p, "", err
	}
	state := r.PostFormValue("state")
	p.Typed, p.Address, p.States = r.PostFormValue("evidence"), r.PostFormValue("link"), choices([]string{Fulfilled, Waived}, state)
	return p, "/budget/pot/" + p.Pot + "#conditions", s.Settle(r.Context(), p.ID, state, p.Typed, p.Address)
}

func choices(values []string, chosen string) (out []web.Choice) {
	for _, v := range values {
		out = append(out, web.Choice{Value: v, Chosen: v == chosen})
	}
	return out
}
