// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"
	"net/http"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/web"
)

// PotForm is a pot as it is written down.
type PotForm struct {
	PotInput
	ID, Seen string // Seen: when it was changed last
	Amount   string // as typed
	Kinds    []web.Choice
	Clash    string // why nothing was written: somebody else was faster
}

// Status is the one of the answer.
func (p PotForm) Status() int { return clashed(p.Clash) }

func clashed(clash string) int {
	if clash != "" {
		return http.StatusConflict
	}
	return http.StatusOK
}

func potForm(id, seen string, in PotInput, amount string) PotForm {
	return PotForm{PotInput: in, ID: id, Seen: seen, Amount: amount, Kinds: choices(PotKinds, in.Kind)}
}

func (s *Service) addPotForm(*http.Request) (PotForm, error) {
	return potForm("", "", PotInput{Kind: PotKinds[0]}, ""), nil
}

// shown is a kept amount as a form shows it.
func shown(ctx context.Context, amount string) string {
	if x, ok := exact(amount); ok {
		return euros(ctx, x)
	}
	return ""
}

func (s *Service) editPotForm(r *http.Request) (PotForm, error) {
	p, err := s.Pot(r.Context(), r.PathValue("pot"))
	return potForm(p.ID, p.Changed, p.PotInput, shown(r.Context(), p.Amount)), err
}

func postedPot(r *http.Request, id string) (p PotForm, err error) {
	v := r.PostFormValue
	p = potForm(id, v("seen"), PotInput{Name: v("name"), Kind: v("kind"), Since: v("since"), Until: v("until"), Note: v("note")}, v("amount"))
	p.PotInput.Amount, err = typed(r.Context(), "amount", p.Amount)
	return p, err
}

func (s *Service) addPotPosted(r *http.Request) (PotForm, string, error) {
	p, err := postedPot(r, "")
	if err != nil {
		return p, "", err
	}
	id, err := s.AddPot(r.Context(), p.PotInput)
	return p, "/budget/pot/" + id, err
}

func (s *Service) editPotPosted(r *http.Request) (PotForm, string, error) {
	old, err := s.Pot(r.Context(), r.PathValue("pot"))
	if err != nil {
		return PotForm{}, "", err
	}
	p, err := postedPot(r, old.ID)
	if err != nil {
		return p, "", err
	}
	err = s.ChangePot(r.Context(), old.ID, p.Seen, p.PotInput)
	if p.Clash = clash(r.Context(), err); p.Clash != "" {
		p.Seen = old.Changed // who sends it again knows what the others wrote
		return p, "", nil
	}
	return p, "/budget/pot/" + old.ID, err
}

// MeasureForm is a measure as it is written down.
type MeasureForm struct {
	MeasureInput
	ID, Pot, PotName string
	Seen             string // when it was changed last
	Planned          string // as typed
	Clash            string // why nothing was written: somebody else was faster
}

// Status is the one of the answer.
func (f MeasureForm) Status() int { return clashed(f.Clash) }

func measureForm(m Measure, planned string) MeasureForm {
	return MeasureForm{MeasureInput: m.MeasureInput, ID: m.ID, Pot: m.Pot, PotName: m.PotName, Seen: m.Changed, Planned: planned}
}

func (s *Service) addMeasureForm(r *http.Request) (MeasureForm, error) {
	p, err := s.Pot(r.Context(), r.PathValue("pot"))
	return measureForm(Measure{Pot: p.ID, PotName: p.Name}, ""), err
}

func (s *Service) editMeasureForm(r *http.Request) (MeasureForm, error) {
	m, err := s.Measure(r.Context(), r.PathValue("measure"))
	return measureForm(m, shown(r.Context(), m.Planned)), err
}

// postedMeasure reads the form into what is known of a measure.
func postedMeasure(r *http.Request, m Measure) (f MeasureForm, err error) {
	v := r.PostFormValue
	m.Changed = v("seen")
	m.MeasureInput = MeasureInput{Title: v("title"), About: v("about")}
	f = measureForm(m, v("planned"))
	f.MeasureInput.Planned, err = typed(r.Context(), "planned", f.Planned)
	return f, err
}

func (s *Service) addMeasurePosted(r *http.Request) (MeasureForm, string, error) {
	p, err := s.Pot(r.Context(), r.PathValue("pot"))
	if err != nil {
		return MeasureForm{}, "", err
	}
	f, err := postedMeasure(r, Measure{Pot: p.ID, PotName: p.Name})
	if err != nil {
		return f, "", err
	}
	id, err := s.AddMeasure(r.Context(), p.ID, f.MeasureInput)
	return f, "/budget/measure/" + id, err
}

func (s *Service) editMeasurePosted(r *http.Request) (MeasureForm, string, error) {
	m, err := s.Measure(r.Context(), r.PathValue("measure"))
	if err != nil {
		return MeasureForm{}, "", err
	}
	f, err := postedMeasure(r, m)
	if err != nil {
		return f, "", err
	}
	err = s.ChangeMeasure(r.Context(), m.ID, f.Seen, f.MeasureInput)
	if f.Clash = clash(r.Context(), err); f.Clash != "" {
		f.Seen = m.Changed
		return f, "", nil
	}
	return f, "/budget/measure/" + m.ID, err
}

// BookingRow is a booking as lists show it.
type BookingRow struct {
	Booking
	Money string
}

// At is its day.
func (b BookingRow) At() time.Time { return db.Time(b.Day) }

// Holds is the day from which its rate holds.
func (b BookingRow) Holds() time.Time { return db.Time(b.RateDay) }

// showBooking shows a booking with its numbers in the reader's language.
func showBooking(ctx context.Context, b Booking) BookingRow {
	x, _ := exact(b.Amount)
	row := BookingRow{b, euros(ctx, x)}
	if h, ok := exact(b.Hours); ok {
		places := 2
		if h.Round(2).Cmp(h) != 0 {
			places = 3
		}
		row.Hours = h.Text(tongue(ctx), places)
	}
	row.Rate = shown(ctx, b.Rate)
	return row
}

// MeasurePage is one measure.
type MeasurePage struct {
	MeasureRow
	Bookings               []BookingRow
	Savings                []SavingRow
	Questions              []QuestionRow
	Asked                  string       // as typed
	Typed                  BookingInput // as typed, amounts too
	Low, High, Method      string
	States, Kinds, Against []web.Choice
	Pers                   []web.Choice
	MayWrite               bool
}

func (s *Service) measurePage(r *http.Request) (p MeasurePage, err error) {
	ctx := r.Context()
	m, err := s.Measure(ctx, r.PathValue("measure"))
	if err != nil {
		return p, err
	}
	all, err := s.Bookings(ctx, "", m.ID)
	if err != nil {
		return p, err
	}
	p.MeasureRow = MeasureRow{Measure: m, sum: Total(all)}
	p.Figures = figures(ctx, m.Planned, p.sum)
	p.MayWrite, p.Typed.Day = may(r), s.today()
	for _, b := range all {
		p.Bookings = append(p.Bookings, showBooking(ctx, b))
	}
	p.choose(BookingInput{State: Spent, Kind: Kinds[0]}, "year")
	stated, err := s.Savings(ctx, m.ID)
	for _, v := range stated {
		p.Savings = append(p.Savings, savingRow(ctx, v))
	}
	if err != nil {
		return p, err
	}
	asked, err := s.Questions(ctx, m.ID)
	for _, q := range asked {
		p.Questions = append(p.Questions, QuestionRow{q})
	}
	p.Asked = say(ctx, "budget.capital.ask", m.Title)
	return p, err
}

// choose offers what can be chosen, with what was.
func (p *MeasurePage) choose(in BookingInput, per string) {
	p.States, p.Kinds, p.Pers, p.Against = choices([]string{Spent, Committed}, in.State), choices(Kinds, in.Kind), choices([]string{"year", "once"}, per), nil
	for _, b := range p.Bookings {
		if b.State == Committed && b.Reverses == "" && !b.Reversed {
			p.Against = append(p.Against, web.Choice{Value: b.ID, Label: b.Text + ", " + b.Money + " €", Chosen: b.ID == in.Against})
		}
	}
}

func (s *Service) bookPosted(r *http.Request) (p MeasurePage, next string, err error) {
	if p, err = s.measurePage(r); err != nil {
		return p, "", err
	}
	v := r.PostFormValue
	in := BookingInput{Day: v("day"), State: v("state"), Kind: v("kind"), Text: v("text"), Against: v("against"), RateDay: v("rate_day"), RateSource: v("rate_source"),
		Amount: v("amount"), Hours: v("hours"), Rate: v("rate")}
	p.Typed = in
	p.choose(in, "year")
	for field, text := range map[string]*string{"amount": &in.Amount, "hours": &in.Hours, "rate": &in.Rate} {
		if *text, err = typed(r.Context(), field, *text); err != nil {
			return p, "", err
		}
	}
	_, err = s.Book(r.Context(), p.ID, in)
	return p, "/budget/measure/" + p.ID + "#bookings", err
}

func (s *Service) savingPosted(r *http.Request) (p MeasurePage, next string, err error) {
	if p, err = s.measurePage(r); err != nil {
		return p, "", err
	}
	v := r.PostFormValue
	p.Low, p.High, p.Method = v("low"), v("high"), v("method")
	in := SavingInput{Per: v("saving_per"), Method: p.Method}
	p.choose(BookingInput{State: Spent, Kind: Kinds[0]}, in.Per)
	if in.Low, err = typed(r.Context(), "low", p.Low); err != nil {
		return p, "", err
	}
	if in.High, err = typed(r.Context(), "high", p.High); err != nil {
		return p, "", err
	}
	_, err = s.State(r.Context(), p.ID, in)
	return p, "/budget/measure/" + p.ID + "#savings", err
}

// BookingPage is one booking.
type BookingPage struct {
	BookingRow
	Typed    string
	MayWrite bool
}

func (s *Service) bookingPage(r *http.Request) (p BookingPage, err error) {
	b, err := s.Booking(r.Context(), r.PathValue("booking"))
	return BookingPage{BookingRow: showBooking(r.Context(), b), MayWrite: may(r)}, err
}

func (s *Service) reversePosted(r *http.Request) (p BookingPage, next string, err error) {
	if p, err = s.bookingPage(r); err != nil {
		return p, "", err
	}
	p.Typed = r.PostFormValue("reason")
	_, err = s.Reverse(r.Context(), p.ID, p.Typed)
	return p, "/budget/measure/" + p.Measure + "#bookings", err
}
