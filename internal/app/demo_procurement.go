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
		var err error
		if in.Case, err = s.caseTitled(by, w.Case); err != nil {
			return err
		}
		id, err := s.Procurement.Add(by, in)
		if err != nil {
			return fmt.Errorf("award %s: %w", w.Setup.Title, err)
		}
		if _, err := s.Procurement.Try(by, id, w.Bids, procurement.Compared{PriceWeight: &weight, Band: &band}, w.Draws); err != nil {
			return fmt.Errorf("trial of %s: %w", w.Setup.Title, err)
		}
		if err := s.freeze(by, id, w.Setup.Title); err != nil {
			return err
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
		if err := s.freeze(by, id, w.Study.Title); err != nil {
			return err
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

// freeze fixes the draft of a paper.
func (s *settling) freeze(by context.Context, id, title string) error {
	p, _, err := s.Procurement.Show(by, id)
	if err != nil {
		return err
	}
	if err := s.Procurement.Freeze(by, id, p.Changed); err != nil {
		return fmt.Errorf("freeze %s: %w", title, err)
	}
	return nil
}

// caseTitled is the id of the case with a title; empty where there is none.
func (s *settling) caseTitled(by context.Context, title string) (string, error) {
	if title == "" {
		return "", nil
	}
	cases, _, err := s.Casework.Cases(by, casework.Sieve{Text: title})
	for _, c := range cases {
		if c.Title == title {
			return c.ID, err
		}
	}
	return "", err
}

// library lets the city adapt what procurement chooses from: one writes, another one enacts.
func (s *settling) library(ctx context.Context) error {
	for _, w := range s.City.Library {
		s.at(w.Day)
		id, err := s.App.Library.Keep(s.by(ctx, w.Org, w.By), string(w.Text()), w.Reason)
		if err != nil {
			return fmt.Errorf("library: %w", err)
		}
		if err := s.App.Library.Enact(s.by(ctx, w.Org, w.EnactedBy), id); err != nil {
			return err
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

// surveys lets the city look round the market and freeze what it found, then describe what is
// wanted; the description is still a draft.
func (s *settling) surveys(ctx context.Context) error {
	for _, w := range s.Surveys {
		s.at(w.Day)
		by := s.by(ctx, s.Home, w.By)
		for i, days := range w.Before {
			w.Survey.Sources[i].Day = lang.Day(s.DB.Now().AddDate(0, 0, -days))
		}
		matter, err := s.caseTitled(by, w.Case)
		if err != nil {
			return err
		}
		id, err := s.Procurement.AddSurvey(by, procurement.SurveyInput{Org: ospo.OrgID(w.Org), Case: matter, Survey: w.Survey})
		if err != nil {
			return fmt.Errorf("survey %s: %w", w.Survey.Title, err)
		}
		if err := s.freeze(by, id, w.Survey.Title); err != nil {
			return err
		}
	}
	for _, w := range s.Descriptions {
		s.at(w.Day)
		by := s.by(ctx, s.Home, w.By)
		matter, err := s.caseTitled(by, w.Case)
		if err != nil {
			return err
		}
		if _, err := s.Procurement.AddDescription(by, procurement.DescriptionInput{Org: ospo.OrgID(w.Org), Case: matter, Description: w.Description}); err != nil {
			return fmt.Errorf("description %s: %w", w.Description.Title, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}
