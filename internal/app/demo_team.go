// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"

	"allmende/internal/app/demo"
	"allmende/internal/office/competence"
)

// competences lets people say what they can, others confirm it, and trainings close gaps.
func (s *settling) competences(ctx context.Context) error {
	for _, a := range s.Competences.Assessments {
		s.at(a.Day)
		if _, err := s.Competence.Assess(s.by(ctx, s.Home, a.Person), a.Levels, a.Note); err != nil {
			return fmt.Errorf("%s: %w", a.Person, err)
		}
	}
	for _, a := range s.Competences.Confirmations {
		s.at(a.Day)
		if _, err := s.Competence.Confirm(s.by(ctx, s.Home, a.By), s.ids[a.Person], a.Levels, a.Note); err != nil {
			return fmt.Errorf("%s: %w", a.Person, err)
		}
	}
	for i, t := range s.Competences.Trainings {
		s.at(23 + i)
		if err := s.training(ctx, t); err != nil {
			return fmt.Errorf("%s: %w", t.Title, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

func (s *settling) training(ctx context.Context, t demo.Training) error {
	ctx = s.by(ctx, s.Home, t.By)
	id, err := s.Competence.AddTraining(ctx, competence.TrainingInput{Title: t.Title, Provider: t.Provider, About: t.About, Since: s.day(t.Starts, 1), Until: s.day(t.Ends, 1),
		Place: t.Place, Link: t.Link, Language: t.Language, Cost: &t.Cost, Seats: t.Seats, Aims: t.Aims})
	if err != nil {
		return err
	}
	for _, seat := range t.SeatsOf {
		for _, state := range seat.States {
			s.at(min(t.Ends+2, 7*demoWeeks-1))
			if err := s.Competence.Seat(ctx, id, s.ids[seat.Person], state, seat.Certificate); err != nil {
				return err
			}
		}
	}
	return nil
}
