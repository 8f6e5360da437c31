// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"allmende/internal/app/demo"
	"allmende/internal/office/casework"
	"allmende/internal/office/contract"
)

// contracts lets the city enter contracts, plan some of them, and settle what they make owed.
func (s *settling) contracts(ctx context.Context) error {
	for _, c := range s.Contracts {
		s.at(c.Day)
		if err := s.enter(s.by(ctx, c.Org, c.By), c); err != nil {
			return fmt.Errorf("contract %s: %w", c.Title, err)
		}
	}
	s.at(7 * demoWeeks)
	_, err := s.Contract.DrawReport(s.by(ctx, "musterstadt", "tran@musterstadt.example"))
	return err
}

func (s *settling) enter(ctx context.Context, c demo.Contract) error {
	in := contract.Input{Number: c.Number, Title: c.Title, Supplier: c.Supplier, Software: c.Software, Type: c.Type, Kind: c.Kind, Since: c.Since, Until: c.Until,
		Notice: c.Notice, Renews: c.Renews, Amount: c.Amount, Per: c.Per, Proprietary: c.Proprietary, Reason: c.Reason, Terms: contract.Terms(c.Terms)}
	if c.CaseOf != "" {
		found, _, err := s.Casework.Cases(ctx, casework.Sieve{Text: c.CaseOf})
		if err != nil || len(found) != 1 {
			return errors.Join(err, fmt.Errorf("%d cases are called %s", len(found), c.CaseOf))
		}
		in.Case = found[0].Number()
	}
	id, err := s.Contract.Add(ctx, in)
	if err != nil || c.Answers == nil {
		return err
	}
	if err := errors.Join(s.Contract.Answer(ctx, id, "", c.Answers), s.Contract.Choose(ctx, id, "", contract.Choice{Topics: c.Topics})); err != nil {
		return err
	}
	for _, o := range c.Owed {
		if _, err := s.Contract.Owe(ctx, id, o.What, o.Due); err != nil {
			return err
		}
	}
	for _, o := range c.Settled {
		s.at(o.Day)
		all, err := s.Contract.Owed(ctx, id, contract.Open, "")
		i := slices.IndexFunc(all, func(one contract.Owed) bool { return one.Topic == o.Topic })
		if err != nil || i < 0 {
			return errors.Join(err, fmt.Errorf("nothing of %s is owed", o.Topic))
		}
		if err := s.Contract.Settle(ctx, all[i].ID, contract.Settlement{State: o.State, Evidence: o.Evidence, Link: o.Link, Reason: o.Reason}); err != nil {
			return err
		}
	}
	if !c.Drawn {
		return nil
	}
	_, err = s.Contract.DrawPlan(ctx, id)
	return err
}
