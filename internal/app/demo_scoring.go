// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"
	"strconv"

	"allmende/internal/app/demo"
	"allmende/internal/engine/number"
	"allmende/internal/office/scoring"
)

// scorings lets the city evaluate the bids for an award that was frozen.
func (s *settling) scorings(ctx context.Context) error {
	for _, w := range s.Rounds {
		s.at(w.Day)
		if err := s.scoreBids(ctx, w); err != nil {
			return fmt.Errorf("evaluation of %s: %w", w.Award, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

func (s *settling) scoreBids(ctx context.Context, w demo.Round) error {
	by := s.by(ctx, s.Home, w.By)
	papers, _, err := s.Procurement.Papers(by, "", 200)
	if err != nil {
		return err
	}
	id := ""
	for _, p := range papers {
		if p.Title == w.Award && p.Kind == "award" {
			if id, err = s.Scoring.Open(by, p.ID, p.Edition); err != nil {
				return err
			}
		}
	}
	var bids []scoring.Tender
	for _, b := range w.Bids {
		price, err := number.Parse(b.Price)
		if err != nil {
			return err
		}
		bids = append(bids, scoring.Tender{Name: b.Name, Price: &price})
	}
	if err := s.Scoring.SetBids(by, id, bids, true); err != nil {
		return err
	}
	for _, c := range w.Conflicts {
		if err := s.Scoring.State(s.by(ctx, s.Home, c.By), id, scoring.Conflict, c.Reason); err != nil {
			return err
		}
	}
	for _, p := range w.Scorers {
		if err := s.score(s.by(ctx, s.Home, p.By), id, p); err != nil {
			return err
		}
	}
	for _, c := range w.Consensus {
		if err := s.concur(ctx, id, c); err != nil {
			return err
		}
	}
	return s.Scoring.Close(s.by(ctx, s.Home, w.Closer), id)
}

// score lets somebody state that there is no conflict, and hand in all points.
func (s *settling) score(by context.Context, id string, p demo.Scorer) error {
	if err := s.Scoring.State(by, id, scoring.None, ""); err != nil {
		return err
	}
	var marks []scoring.Mark
	for _, m := range p.Marks {
		bid, err := strconv.Atoi(m[0])
		if err != nil {
			return err
		}
		points, err := number.Parse(m[2])
		if err != nil {
			return err
		}
		marks = append(marks, scoring.Mark{Bid: bid, Criterion: m[1], Points: &points, Remark: m[3]})
	}
	return s.Scoring.Score(by, id, marks, true)
}

// concur lets one propose a value and another agree.
func (s *settling) concur(ctx context.Context, id string, c demo.CommonValue) error {
	points, err := number.Parse(c.Points)
	if err != nil {
		return err
	}
	if err := s.Scoring.Propose(s.by(ctx, s.Home, c.By), id, scoring.Mark{Bid: c.Bid, Criterion: c.Criterion, Points: &points, Remark: c.Reason}); err != nil {
		return err
	}
	agrees := s.by(ctx, s.Home, c.Agrees)
	b, err := s.Scoring.Show(agrees, id)
	if err != nil {
		return err
	}
	for _, open := range b.Consensus {
		if open.Bid == c.Bid && open.Criterion == c.Criterion {
			return s.Scoring.Agree(agrees, id, c.Bid, c.Criterion, open.Created)
		}
	}
	return fmt.Errorf("no proposal for bid %d, %s", c.Bid, c.Criterion)
}
