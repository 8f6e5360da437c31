// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"
	"strings"

	"allmende/internal/app/demo"
	"allmende/internal/office/casework"
	"allmende/internal/office/desk"
)

// beside puts something beside the cases: a file, links, a comment that names somebody, and
// the texts that answers begin with.
func (s *settling) beside(ctx context.Context) error {
	for _, t := range s.City.Desk.Texts {
		if _, err := s.App.Desk.Keep(s.as(ctx, ""), desk.Text{Name: t.Name, DE: t.DE, EN: t.EN}); err != nil {
			return fmt.Errorf("text %s: %w", t.Name, err)
		}
	}
	for _, b := range s.City.Desk.Cases {
		s.at(b.Day)
		if err := s.putBeside(ctx, b); err != nil {
			return fmt.Errorf("beside the case %s: %w", b.Case, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

func (s *settling) putBeside(ctx context.Context, b demo.Beside) error {
	by := s.by(ctx, s.Home, b.By)
	id, err := s.titled(by, b.Case)
	if err != nil {
		return err
	}
	if b.Comment != "" {
		if err := s.Casework.Comment(by, id, b.Comment); err != nil {
			return err
		}
	}
	if b.File != "" {
		if _, err := s.App.Desk.Attach(by, id, b.File, strings.NewReader(b.Content)); err != nil {
			return err
		}
	}
	for _, to := range b.Links {
		if other, err := s.titled(by, to); err == nil {
			to = "/casework/case/" + other
		}
		if _, err := s.App.Desk.Join(by, id, desk.LinkInput{To: to}); err != nil {
			return err
		}
	}
	return nil
}

// titled finds a case by its whole title.
func (s *settling) titled(ctx context.Context, title string) (string, error) {
	all, _, err := s.Casework.Cases(ctx, casework.Sieve{Text: title, Size: 10})
	for _, c := range all {
		if c.Title == title {
			return c.ID, nil
		}
	}
	if err == nil {
		err = fmt.Errorf("no case is called %s", title)
	}
	return "", err
}
