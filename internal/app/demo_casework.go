// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"
	"fmt"

	"allmende/internal/app/demo"
	"allmende/internal/office/casework"
)

// cases lets departments ask and the office work: some have been decided, one of them on
// proprietary software, others are under way.
func (s *settling) cases(ctx context.Context) error {
	if err := s.Casework.SetLand(s.by(ctx, s.Home, s.Cases[0].By), "NW"); err != nil {
		return err
	}
	for _, c := range s.Cases {
		s.at(c.Day)
		id, err := s.Casework.Open(s.by(ctx, c.Org, c.By), casework.Input{Type: c.Type, Title: c.Title, Facts: c.Facts})
		if err != nil {
			return fmt.Errorf("case %s: %w", c.Title, err)
		}
		for _, step := range c.Then {
			s.at(step.Day)
			if err := s.caseStep(ctx, c, id, step); err != nil {
				return fmt.Errorf("case %s, day %d: %w", c.Title, step.Day, err)
			}
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

func (s *settling) caseStep(ctx context.Context, c demo.Case, id string, step demo.CaseStep) error {
	org := s.Home
	if step.By == c.By {
		org = c.Org
	}
	by := s.by(ctx, org, step.By)
	switch {
	case step.Task != "":
		task, err := s.openTask(by, id, step.Task)
		if err != nil {
			return err
		}
		return s.Casework.Complete(by, id, task, step.Text, step.Facts, 0)
	case step.Take != "":
		task, err := s.openTask(by, id, step.Take)
		if err != nil {
			return err
		}
		return s.Casework.Take(by, id, task)
	case step.Move != "":
		proposal, err := s.Casework.Move(by, id, step.Move, step.Text, 0)
		if err != nil || step.Second == "" {
			return err
		}
		return s.App.Approval.Approve(s.by(ctx, s.Home, step.Second), proposal, "")
	}
	return s.Casework.Comment(by, id, step.Text)
}

// openTask finds the open task of a case by its id in the procedure.
func (s *settling) openTask(ctx context.Context, id, task string) (string, error) {
	o, err := s.Casework.Show(ctx, id)
	for _, t := range o.Tasks {
		if t.Task == task && t.Result == "" {
			return t.ID, nil
		}
	}
	return "", errors.Join(err, fmt.Errorf("task %s is not open", task))
}
