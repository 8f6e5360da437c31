// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Record is everything kept about a person here.
type Record struct {
	Assessments []Assessment `json:"assessments"`
	Seats       []Seat       `json:"seats"`
}

// Record gathers what is kept about a person whom the viewer sees: all values, old ones too.
func (s *Service) Record(ctx context.Context, id ospo.PersonID) (r Record, err error) {
	v := door.From(ctx)
	if r.Assessments, err = s.store.assessmentsOf(ctx, s.store.db.Read(), id, v); err != nil {
		return r, err
	}
	r.Seats, err = s.store.seats(ctx, s.store.db.Read(), v, seatSieve{person: id})
	return r, err
}

// Forget removes what is kept about a person whose name is erased: nobody needs the
// assessments of somebody who has no name.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, person ospo.PersonID, _ []string) error {
	return s.store.forget(ctx, tx, person)
}
