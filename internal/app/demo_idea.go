// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"
	"time"

	"allmende/internal/app/demo"
	"allmende/internal/office/idea"
)

// ideas lets people bring ideas and weigh them; some have been decided on.
func (s *settling) ideas(ctx context.Context) error {
	for _, one := range s.Ideas {
		if err := s.idea(ctx, one); err != nil {
			return fmt.Errorf("idea %s: %w", one.Title, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

func (s *settling) idea(ctx context.Context, one demo.Idea) error {
	s.at(one.Day)
	id, err := s.Idea.Add(s.by(ctx, s.Home, one.By), idea.Input{Title: one.Title, Purpose: one.Purpose, Asker: one.Asker})
	if err != nil {
		return err
	}
	for _, score := range one.Scores {
		marks := map[string]idea.Mark{}
		for criterion, m := range score.Points {
			marks[criterion] = idea.Mark{Points: m[0], Reason: m[1]}
		}
		if err := s.Idea.Score(s.by(ctx, s.Home, score.By), id, marks); err != nil {
			return err
		}
	}
	if one.Comment != "" {
		if err := s.Idea.Comment(s.by(ctx, s.Home, one.By), id, one.Comment); err != nil {
			return err
		}
	}
	if d := one.Decided; d != nil {
		s.at(d.Day)
		if err := s.Idea.Decide(s.by(ctx, s.Home, d.By), id, d.What, d.Reason, s.again(d)); err != nil {
			return err
		}
	}
	if f := one.Follow; f != nil {
		s.at(f.Day)
		return s.Idea.Follow(s.by(ctx, s.Home, f.By), id, f.Reason, s.again(f))
	}
	return nil
}

// again is the day on which somebody looks again; none where nobody does.
func (s *settling) again(step *demo.IdeaStep) string {
	if step.Again == 0 {
		return ""
	}
	return s.DB.Now().AddDate(0, 0, step.Again).Format(time.DateOnly)
}
