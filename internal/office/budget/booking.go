// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"
	"errors"

	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// States of money.
const (
	Committed = "committed" // promised, not paid
	Spent     = "spent"
)

// A Booking is money that was committed or spent. It is never changed; what was wrong is
// reversed by another one.
type Booking struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	Measure string     `json:"measure" doc:"Id of the measure."`
	BookingInput
	Reverses     string `json:"reverses,omitempty" doc:"Id of the booking that this one takes back; the amount is that with the other sign."`
	Reversed     bool   `json:"reversed,omitempty" doc:"Another booking takes this one back."`
	PersonName   string `json:"personName"`
	Created      string `json:"created"`
	MeasureTitle string `json:"measureTitle"`
}

// BookingInput is what somebody books.
type BookingInput struct {
	Day     string `json:"day" doc:"YYYY-MM-DD."`
	State   string `json:"state" enum:"committed,spent"`
	Kind    string `json:"kind" enum:"subscription,support,feature,sponsoring,hours,exit,migration,various"`
	Amount  string `json:"amount,omitempty" doc:"In euros; for hours it is hours times rate, and left out."`
	Text    string `json:"text"`
	Against string `json:"against,omitempty" doc:"For spent: id of the booking by which it was committed; the commitment is less by so much."`

	Hours      string `json:"hours,omitempty" doc:"For hours: how many."`
	Rate       string `json:"rate,omitempty" doc:"For hours: euros an hour."`
	RateDay    string `json:"rateDay,omitempty" doc:"For hours: day from which the rate holds."`
	RateSource string `json:"rateSource,omitempty" doc:"For hours: who says so."`
}

// check tidies a booking; hours get their amount.
func (in *BookingInput) check(c calendar) error {
	bad := errors.Join(fault.Tidy("text", &in.Text, longestLine, true), c.is("day", in.Day), oneOf("state", &in.State, "", []string{Committed, Spent}), oneOf("kind", &in.Kind, "", Kinds),
		fault.Tidy("rate_source", &in.RateSource, longestLine, false), c.is("rate_day", in.RateDay), figure("hours", &in.Hours, 3, "budget.hours.places"), money("rate", &in.Rate), money("amount", &in.Amount))
	if in.Day == "" {
		bad = errors.Join(bad, fault.At("day", "fault.missing"))
	}
	if bad != nil {
		return bad
	}
	if in.Against != "" && in.State != Spent {
		return fault.At("against", "budget.against_spent")
	}
	if in.Kind != hoursKind {
		in.Hours, in.Rate, in.RateDay, in.RateSource = "", "", "", ""
		if in.Amount == "" {
			return fault.At("amount", "fault.missing")
		}
		return nil
	}
	for field, text := range map[string]string{"hours": in.Hours, "rate": in.Rate, "rate_day": in.RateDay, "rate_source": in.RateSource} {
		if text == "" {
			bad = errors.Join(bad, fault.At(field, "budget.rate_missing"))
		}
	}
	if bad != nil {
		return bad
	}
	hours, _ := exact(in.Hours)
	rate, _ := exact(in.Rate)
	amount := hours.Mul(rate).Round(2)
	if given, ok := exact(in.Amount); ok && given.Cmp(amount) != 0 {
		return fault.At("amount", "budget.hours.amount", in.Amount, amount.String())
	}
	in.Amount = amount.String()
	return nil
}

// Book adds a booking to a measure.
func (s *Service) Book(ctx context.Context, measure string, in BookingInput) (id string, err error) {
	defer fault.Wrap(&err, "book on measure %s", measure)
	m, err := s.Measure(ctx, measure)
	if err != nil {
		return "", err
	}
	if err := in.check(s.calendar(ctx)); err != nil {
		return "", err
	}
	if in.Against != "" {
		if err := s.isCommitment(ctx, m, in.Against); err != nil {
			return "", err
		}
	}
	b := Booking{ID: db.NewID(), Org: m.Org, Measure: m.ID, BookingInput: in}
	return b.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "budget.book", m.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addBooking(ctx, tx, b)
	})
}

// isCommitment refuses what is no commitment of the measure, or was taken back.
func (s *Service) isCommitment(ctx context.Context, m Measure, id string) error {
	all, err := s.Bookings(ctx, "", m.ID)
	for _, b := range all {
		if b.ID == id && b.State == Committed && b.Reverses == "" && !b.Reversed {
			return err
		}
	}
	return errors.Join(err, fault.At("against", "budget.against_bad"))
}

// Reverse takes a booking back, whole and once, by another one with the reason.
func (s *Service) Reverse(ctx context.Context, id, reason string) (reversal string, err error) {
	defer fault.Wrap(&err, "reverse booking %s", id)
	b, err := s.Booking(ctx, id)
	if err != nil {
		return "", err
	}
	if err := fault.Tidy("reason", &reason, longestLine, true); err != nil {
		return "", err
	}
	if b.Reverses != "" || b.Reversed {
		return "", fault.New(fault.Conflict, "budget.reversed")
	}
	x, _ := exact(b.Amount)
	r := b
	r.ID, r.Reverses, r.Amount, r.Text, r.Day = db.NewID(), b.ID, x.Neg().String(), reason, s.today()
	return r.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(b.Org, "budget.reverse", b.Measure), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]string{"booking": b.Text, "amount": r.Amount, "reason": reason})
		return s.store.addBooking(ctx, tx, r) // a second one is refused by the index
	})
}

// Booking returns one that the viewer sees.
func (s *Service) Booking(ctx context.Context, id string) (Booking, error) {
	all, err := s.store.bookings(ctx, s.store.db.Read(), door.From(ctx).Org, sieve{id: id})
	return only(all, err)
}

// Bookings lists those of a pot, of a measure, or of all that the viewer sees, the oldest first.
func (s *Service) Bookings(ctx context.Context, pot, measure string) ([]Booking, error) {
	return s.store.bookings(ctx, s.store.db.Read(), door.From(ctx).Org, sieve{pot: pot, measure: measure})
}

// A Sum is what came of bookings: exact.
type Sum struct {
	Committed number.Exact // still to be paid
	Spent     number.Exact
	ByKind    map[string]number.Exact // committed and spent, by kind
	SpentBy   map[string]number.Exact // spent, by kind
	Hours     number.Exact            // own people's hours at their rate, promised and given: no money of the pot
}

// Used is what is committed and spent together.
func (x Sum) Used() number.Exact { return x.Committed.Add(x.Spent) }

// add adds up two sums.
func (x Sum) add(y Sum) Sum {
	out := Sum{x.Committed.Add(y.Committed), x.Spent.Add(y.Spent), map[string]number.Exact{}, map[string]number.Exact{}, x.Hours.Add(y.Hours)}
	for _, one := range []Sum{x, y} {
		for k, v := range one.ByKind {
			out.ByKind[k] = out.ByKind[k].Add(v)
		}
		for k, v := range one.SpentBy {
			out.SpentBy[k] = out.SpentBy[k].Add(v)
		}
	}
	return out
}

// Total sums bookings up. Spending against a commitment takes its amount off the commitment,
// never below nothing: who pays more than was committed has spent more. A booking that was
// taken back and the one that takes it back are nothing together. Hours pay nothing out of a pot
// and stand beside the money.
func Total(all []Booking) Sum {
	out, paid := Sum{ByKind: map[string]number.Exact{}, SpentBy: map[string]number.Exact{}}, map[string]number.Exact{}
	for _, b := range all {
		if x, _ := exact(b.Amount); b.State == Spent {
			paid[b.Against] = paid[b.Against].Add(x)
			if b.Kind == hoursKind {
				out.Hours = out.Hours.Add(x)
				continue
			}
			out.Spent = out.Spent.Add(x)
			out.ByKind[b.Kind] = out.ByKind[b.Kind].Add(x)
			out.SpentBy[b.Kind] = out.SpentBy[b.Kind].Add(x)
		}
	}
	for _, b := range all {
		if b.State != Committed || b.Reversed || b.Reverses != "" {
			continue
		}
		x, _ := exact(b.Amount)
		if x = x.Sub(paid[b.ID]); x.Sign() > 0 && b.Kind == hoursKind {
			out.Hours = out.Hours.Add(x)
		} else if x.Sign() > 0 {
			out.Committed = out.Committed.Add(x)
			out.ByKind[b.Kind] = out.ByKind[b.Kind].Add(x)
		}
	}
	return out
}

// Left is what a plan has left; false where the plan is unknown. Less than nothing is overspent.
func Left(planned string, used number.Exact) (number.Exact, bool) {
	x, ok := exact(planned)
	return x.Sub(used), ok
}
