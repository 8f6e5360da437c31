// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"

	"allmende/internal/app/demo"
	"allmende/internal/office/budget"
)

// budgets lets the city plan and spend.
func (s *settling) budgets(ctx context.Context) error {
	for _, b := range s.Budgets {
		s.at(b.Day)
		if err := s.fund(s.by(ctx, b.Org, b.By), b); err != nil {
			return fmt.Errorf("budget %s: %w", b.Name, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

func (s *settling) fund(ctx context.Context, b demo.Budget) error {
	pot, err := s.Budget.AddPot(ctx, budget.PotInput{Name: b.Name, Kind: b.Kind, Since: b.Since, Until: b.Until, Amount: b.Amount, Note: b.Note})
	if err != nil {
		return err
	}
	for _, c := range b.Conditions {
		id, err := s.Budget.AddCondition(ctx, pot, budget.ConditionInput{What: c.What, Kind: c.Kind, Due: c.Due})
		if err != nil {
			return err
		}
		if c.Settled == nil {
			continue
		}
		s.at(c.Settled.Day)
		if err := s.Budget.Settle(ctx, id, c.Settled.State, c.Settled.Evidence, ""); err != nil {
			return err
		}
	}
	for _, m := range b.Measures {
		if err := s.spend(ctx, pot, m); err != nil {
			return fmt.Errorf("%s: %w", m.Title, err)
		}
	}
	return nil
}

func (s *settling) spend(ctx context.Context, pot string, m demo.BudgetMeasure) error {
	measure, err := s.Budget.AddMeasure(ctx, pot, budget.MeasureInput{Title: m.Title, About: m.About, Planned: m.Planned})
	if err != nil {
		return err
	}
	if m.Asked != "" {
		if _, err := s.Budget.Ask(ctx, measure, m.Asked); err != nil {
			return err
		}
	}
	ids := map[string]string{}
	for _, b := range m.Bookings {
		id, err := s.Budget.Book(ctx, measure, budget.BookingInput{Day: b.Day, State: b.State, Kind: b.Kind, Amount: b.Amount, Text: b.Text, Against: ids[b.Against],
			Hours: b.Hours, Rate: b.Rate, RateDay: b.RateDay, RateSource: b.RateSource})
		if err != nil {
			return err
		}
		if b.ID != "" {
			ids[b.ID] = id
		}
		if b.Reverse == "" {
			continue
		}
		if _, err := s.Budget.Reverse(ctx, id, b.Reverse); err != nil {
			return err
		}
	}
	for _, v := range m.Savings {
		if _, err := s.Budget.State(ctx, measure, budget.SavingInput{Low: v.Low, High: v.High, Per: v.Per, Method: v.Method}); err != nil {
			return err
		}
	}
	return nil
}
