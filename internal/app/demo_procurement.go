// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"

	"allmende/internal/engine/number"
	"allmende/internal/office/casework"
	"allmende/internal/office/procurement"
	"allmende/internal/ospo"
	"allmende/internal/platform/lang"
)

// awards lets procurement prepare awards: tried on invented bids, then frozen.
func (s *settling) awards(ctx context.Context) error {
	weight, band := number.Int(30), number.Int(10)
	for _, w := range s.Awards {
		s.at(w.Day)
		by := s.by(ctx, s.Home, w.By)
		in := procurement.Input{Org: ospo.OrgID(w.Org), Setup: w.Setup}
		cases, _, err := s.Casework.Cases(by, casework.Sieve{Text: w.Case})
		if err != nil {
			return err
		}
		for _, c := range cases {
			if c.Title == w.Case {
				in.Case = c.ID
			}
		}
		id, err := s.Procurement.Add(by, in)
		if err != nil {
			return fmt.Errorf("award %s: %w", w.Setup.Title, err)
		}
		if _, err := s.Procurement.Try(by, id, w.Bids, procurement.Compared{PriceWeight: &weight, Band: &band}, w.Draws); err != nil {
			return fmt.Errorf("trial of %s: %w", w.Setup.Title, err)
		}
		p, _, err := s.Procurement.Show(by, id)
		if err != nil {
			return err
		}
		if err := s.Procurement.Freeze(by, id, p.Changed); err != nil {
			return fmt.Errorf("freeze %s: %w", w.Setup.Title, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

// studies lets the city compare what alternatives cost, and freeze it.
func (s *settling) studies(ctx context.Context) error {
	for _, w := range s.Studies {
		s.at(w.Day)
		by := s.by(ctx, s.Home, w.By)
		w.Study.Day, w.Study.Base = lang.Day(s.DB.Now()), s.DB.Now().Year()
		id, err := s.Procurement.AddStudy(by, procurement.StudyInput{Org: ospo.OrgID(w.Org), Study: w.Study})
		if err != nil {
			return fmt.Errorf("study %s: %w", w.Study.Title, err)
		}
		p, _, err := s.Procurement.Show(by, id)
		if err != nil {
			return err
		}
		if err := s.Procurement.Freeze(by, id, p.Changed); err != nil {
			return fmt.Errorf("freeze %s: %w", w.Study.Title, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}
