// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Seat is somebody in a training.
type Seat struct {
	ID          string        `json:"id"`
	Org         ospo.OrgID    `json:"org" doc:"The person's own organisation."`
	Training    string        `json:"training"`
	Title       string        `json:"title"`
	Person      ospo.PersonID `json:"person"`
	Name        string        `json:"name"`
	State       string        `json:"state" enum:"wish,planned,attended,certified,dropped"`
	Attended    string        `json:"attended,omitempty" doc:"Since when it has been noted that the person was there."`
	Certificate string        `json:"certificate,omitempty"`
	Changed     string        `json:"changed"`
}

// Seat states, in their order; dropped can follow wish and planned.
var SeatStates = []string{"wish", "planned", "attended", "certified", "dropped"}

// seatWays lead from one state to the next. Who wishes may drop the wish; all else is done by
// whoever plans trainings. The empty state is no seat yet.
var seatWays = []struct {
	from, to string
	own      bool // the person may do it themselves
}{
	{"", "wish", true}, {"dropped", "wish", true}, {"wish", "dropped", true}, {"planned", "dropped", true},
	{"", "planned", false}, {"dropped", "planned", false}, {"wish", "planned", false}, {"planned", "attended", false}, {"attended", "certified", false},
}

// Wish notes that the viewer wants to come to a training, or no longer does.
func (s *Service) Wish(ctx context.Context, training, state string) error {
	return s.Seat(ctx, training, door.From(ctx).Human(), state, "")
}

// Seat brings somebody into a training, or a step on in it.
func (s *Service) Seat(ctx context.Context, training string, person ospo.PersonID, state, certificate string) (err error) {
	defer fault.Wrap(&err, "seat in training %s", training)
	v := door.From(ctx)
	t, err := s.Training(ctx, training)
	if err != nil {
		return err
	}
	p, err := s.seated(ctx, person)
	if err != nil {
		return err
	}
	if certificate, err = fault.Text("certificate", certificate, longestText); err != nil {
		return err
	}
	if state == "certified" && certificate == "" {
		return fault.At("certificate", "fault.missing")
	}
	return s.store.db.Write(ctx, v.ActFor(p.Org, "competence.seat", string(p.ID)), func(tx *db.Tx) error {
		old, err := s.store.seat(ctx, tx, training, p.ID)
		if err != nil {
			return err
		}
		if err := s.step(v, t, p, old.State, state); err != nil {
			return err
		}
		if state == "planned" && t.Seats > 0 {
			if n, err := s.store.taken(ctx, tx, training); err != nil || n >= t.Seats {
				return errorOr(err, fault.New(fault.Conflict, "competence.full", t.Seats))
			}
		}
		now := Seat{ID: old.ID, Org: p.Org, Training: training, Person: p.ID, State: state, Certificate: certificate}
		if now.ID == "" {
			now.ID = db.NewID()
			return s.store.addSeat(ctx, tx, now)
		}
		return s.store.setSeat(ctx, tx, now, old.State)
	})
}

// seated returns whom a seat is for: the viewer, or somebody in view.
func (s *Service) seated(ctx context.Context, person ospo.PersonID) (Person, error) {
	if person == door.From(ctx).Human() {
		return s.store.person(ctx, s.store.db.Read(), person)
	}
	return s.inView(ctx, person)
}

// step returns a fault where a step may not be taken.
func (s *Service) step(v door.Viewer, t Training, p Person, from, to string) error {
	i := slices.IndexFunc(seatWays, func(w struct {
		from, to string
		own      bool
	}) bool {
		return w.from == from && w.to == to
	})
	switch {
	case i < 0:
		return fault.New(fault.Conflict, "competence.no_way")
	case t.Cancelled != "" && to != "dropped":
		return fault.New(fault.Conflict, "competence.cancelled")
	case seatWays[i].own && p.ID == v.Human():
		return nil
	}
	return v.Check("competence.train")
}

// nextStates are the states into which the viewer can bring a seat.
func (s *Service) nextStates(v door.Viewer, t Training, p Person, from string) (out []string) {
	for _, w := range seatWays {
		if w.from == from && s.step(v, t, p, from, w.to) == nil {
			out = append(out, w.to)
		}
	}
	return out
}

// Seats lists who is in a training: for who plans trainings or reads assessments those of
// the organisations in view, for others themselves.
func (s *Service) Seats(ctx context.Context, training string) ([]Seat, error) {
	v := door.From(ctx)
	f := seatSieve{training: training}
	if !v.May("competence.train") && !v.May("competence.read") {
		f.person = v.Human()
	}
	return s.store.seats(ctx, s.store.db.Read(), v, f)
}

// At is when the state of a seat came about.
func (s Seat) At() time.Time { return db.Time(s.Changed) }
