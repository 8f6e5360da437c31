// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"

	"allmende/internal/office/intake"
	"allmende/internal/platform/door"
)

// asking lets people of the schools ask without an account; one of them has.
func (s *settling) asking(ctx context.Context) error {
	for i, g := range s.Guests {
		s.at(g.Day)
		if i == 0 {
			if err := s.Intake.SetHouse(s.by(ctx, s.Home, g.Opener), intake.House{Open: true, Slug: g.House, Domains: g.Domains}); err != nil {
				return err
			}
		}
		nobody := door.With(ctx, door.Viewer{Lang: "de", Door: "web"})
		if _, err := s.Intake.AskAsGuest(nobody, g.House, g.Door, "demo", intake.Guest{Name: g.Name, Mail: g.Mail}, intake.Request{Title: g.Title, Facts: g.Facts}); err != nil {
			return fmt.Errorf("guest %s: %w", g.Name, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}
