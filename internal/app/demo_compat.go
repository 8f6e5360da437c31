// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"

	"allmende/internal/office/compat"
)

// choosing lets the licence manager choose licences for the city's own works. A matrix of
// OSADL is not made up: the demonstration does without, and says so.
func (s *settling) choosing(ctx context.Context) error {
	for _, c := range s.Choices {
		s.at(c.Day)
		q := compat.Questions{Work: c.Work, Kind: c.Kind, Aim: c.Aim, Rights: c.Rights, Network: c.Network, Tongues: c.Tongues, Profile: c.Profile, Parts: c.Parts}
		if _, err := s.Compat.Choose(s.by(ctx, c.Org, c.By), compat.ChoiceInput{Questions: q, Licence: c.Licence, Reason: c.Reason}); err != nil {
			return fmt.Errorf("licence of %s: %w", c.Work, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}
