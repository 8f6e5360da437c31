// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"io"
	"net/http"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

// QuestionRow is a question to the treasurer as lists show it.
type QuestionRow struct{ Question }

// On is when it was asked.
func (q QuestionRow) On() time.Time { return db.Time(q.Created) }

// At is when it was answered.
func (q QuestionRow) At() time.Time { return db.Time(q.Answered) }

// Checked is when the source of our note was read.
func (MeasurePage) Checked() time.Time { return db.Time(noteChecked) }

// Edition is that of our note.
func (MeasurePage) Edition() string { return NoteEdition }

// QuestionPage is one question to the treasurer.
type QuestionPage struct {
	QuestionRow
	Title        string // of the measure
	Typed, Based string // as typed
	MayWrite     bool
}

func (s *Service) questionPage(r *http.Request) (p QuestionPage, err error) {
	q, err := s.Question(r.Context(), r.PathValue("enquiry"))
	if err != nil {
		return p, err
	}
	m, err := s.Measure(r.Context(), q.Measure)
	return QuestionPage{QuestionRow: QuestionRow{q}, Title: m.Title, MayWrite: may(r)}, err
}

func (s *Service) answerPosted(r *http.Request) (p QuestionPage, next string, err error) {
	if p, err = s.questionPage(r); err != nil {
		return p, "", err
	}
	p.Typed, p.Based = r.PostFormValue("answer"), r.PostFormValue("basis")
	return p, "/budget/measure/" + p.Measure + "#capital", s.Answer(r.Context(), p.ID, p.Typed, p.Based)
}

func (s *Service) askPosted(r *http.Request) (p MeasurePage, next string, err error) {
	if p, err = s.measurePage(r); err != nil {
		return p, "", err
	}
	p.Asked = r.PostFormValue("asked")
	_, err = s.Ask(r.Context(), p.ID, p.Asked)
	return p, "/budget/measure/" + p.ID + "#capital", err
}

// bookingsFile hands bookings out as CSV: of one pot, or of all that the viewer sees. Amounts
// are exact; what was taken back stands there twice, as in the books.
func (s *Service) bookingsFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	all, err := s.Bookings(ctx, r.URL.Query().Get("pot"), "")
	var t sheet.Table
	for _, key := range []string{"budget.day", "budget.measure", "budget.text", "budget.booked_as", "budget.what_for", "budget.sum", "budget.hours.n", "budget.rate", "budget.rate_day", "budget.rate_source", "budget.who", "budget.booking.of"} {
		t.Head = append(t.Head, say(ctx, key))
	}
	texts := map[string]string{}
	for _, b := range all {
		texts[b.ID] = b.Text
	}
	for _, b := range all {
		row := showBooking(ctx, b)
		t.Rows = append(t.Rows, []string{b.Day, b.MeasureTitle, b.Text, say(ctx, "budget.money."+b.State), say(ctx, "budget.for."+b.Kind), row.Money, row.Hours, row.Rate, b.RateDay, b.RateSource, b.PersonName, texts[b.Reverses]})
	}
	return web.Download{Name: say(ctx, "budget.bookings.file") + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}, err
}
