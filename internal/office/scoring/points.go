// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Mark is what a scorer gives to a bid for a criterion; nil points are not given yet.
type Mark struct {
	Bid       int
	Criterion string
	Points    *number.Exact
	Remark    string
}

// Score keeps the viewer's own points. Handing in needs all of them, each with a remark; they
// are not changed afterwards.
func (s *Service) Score(ctx context.Context, id string, marks []Mark, hand bool) (err error) {
	defer fault.Wrap(&err, "score %s", id)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	return s.change(ctx, v.Act("scoring.score", id), func(tx *db.Tx, b Book) error {
		mine, err := b.scoring(v.Human())
		if err != nil {
			return err
		}
		if mine.Done != "" {
			return fault.New(fault.Conflict, "scoring.handed_in")
		}
		all, err := b.marks(ctx, marks, hand)
		if err != nil {
			return err
		}
		// Whoever reads the log may be a scorer who has not handed in yet: no points there.
		tx.Act.Diff = change.Added(map[string]any{"given": len(all), "handed_in": hand})
		return s.store.setPoints(ctx, tx, b.Round, v.Human(), all, hand)
	})
}

// scoring returns the statement by which somebody scores, or says why they do not.
func (b *Book) scoring(who ospo.PersonID) (*Statement, error) {
	if b.stated(who, Conflict) != nil {
		return nil, fault.New(fault.Forbidden, "scoring.conflicted")
	}
	if s := b.scorer(who); s != nil {
		return s, nil
	}
	return nil, fault.New(fault.Forbidden, "scoring.not_scorer")
}

// marks looks at points one by one.
func (b *Book) marks(ctx context.Context, marks []Mark, hand bool) (out []Points, err error) {
	var bad []error
	for _, bid := range b.Bids {
		for _, c := range b.setup.Criteria {
			field := fmt.Sprint("points-", bid.N, "-", c.ID)
			i := slices.IndexFunc(marks, func(m Mark) bool { return m.Bid == bid.N && m.Criterion == c.ID })
			if i < 0 || marks[i].Points == nil {
				if hand {
					bad = append(bad, fault.At(field, "scoring.points_missing", bid.Name, c.Title))
				}
				continue
			}
			m := marks[i]
			if m.Points.Sign() < 0 || m.Points.Cmp(c.Max) > 0 {
				bad = append(bad, fault.At(field, "scoring.points_outside", typed(tongue(ctx), *m.Points), typed(tongue(ctx), c.Max)))
			}
			remark, err := fault.Text("remark"+strings.TrimPrefix(field, "points"), m.Remark, longestText)
			if err == nil && remark == "" && hand {
				err = fault.At("remark"+strings.TrimPrefix(field, "points"), "fault.missing")
			}
			bad = append(bad, err)
			out = append(out, Points{Bid: bid.N, Criterion: c.ID, Points: m.Points.String(), Remark: remark})
		}
	}
	return out, errors.Join(bad...)
}

// Propose proposes the value that shall count where points differ.
func (s *Service) Propose(ctx context.Context, id string, m Mark) (err error) {
	defer fault.Wrap(&err, "propose a consensus in %s", id)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	return s.change(ctx, v.Act("scoring.propose", id), func(tx *db.Tx, b Book) error {
		if _, err := b.scoring(v.Human()); err != nil {
			return err
		}
		i := slices.IndexFunc(b.setup.Criteria, func(c award.Criterion) bool { return c.ID == m.Criterion })
		all := b.voices(m.Bid, m.Criterion)
		_, settled := b.value(m.Bid, m.Criterion)
		switch {
		case !b.complete():
			return fault.New(fault.Conflict, "scoring.not_complete")
		case i < 0 || len(all) < 2 || settled:
			return fault.New(fault.Conflict, "scoring.no_difference")
		}
		field := fmt.Sprint("value-", m.Bid, "-", m.Criterion)
		reason, err := fault.Words(fmt.Sprint("reason-", m.Bid, "-", m.Criterion), m.Remark, longestText)
		if most := b.setup.Criteria[i].Max; m.Points == nil {
			err = errors.Join(err, fault.At(field, "fault.missing"))
		} else if m.Points.Sign() < 0 || m.Points.Cmp(most) > 0 {
			err = errors.Join(err, fault.At(field, "scoring.points_outside", typed(tongue(ctx), *m.Points), typed(tongue(ctx), most)))
		}
		if err != nil {
			return err
		}
		c := Consensus{Bid: m.Bid, Criterion: m.Criterion, Points: m.Points.String(), Reason: reason, Proposer: v.Human()}
		tx.Act.Diff = change.Added(map[string]any{"bid": c.Bid, "criterion": c.Criterion, "points": c.Points, "reason": reason})
		return s.store.propose(ctx, tx, b.Round, c)
	})
}

// Agree is another scorer's consent to the value that was proposed.
func (s *Service) Agree(ctx context.Context, id string, bid int, criterion, seen string) (err error) {
	defer fault.Wrap(&err, "agree to a consensus in %s", id)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	return s.change(ctx, v.Act("scoring.agree", id), func(tx *db.Tx, b Book) error {
		if _, err := b.scoring(v.Human()); err != nil {
			return err
		}
		c := b.consensus(bid, criterion)
		switch {
		case c == nil || c.Agreer != "" || c.Created != seen:
			return fault.New(fault.Conflict, "scoring.no_proposal")
		case c.Proposer == v.Human():
			return fault.New(fault.Forbidden, "scoring.own_proposal")
		}
		tx.Act.Diff = change.Added(map[string]any{"bid": bid, "criterion": criterion, "points": c.Points})
		return s.store.agree(ctx, tx, b.Round, *c, v.Human())
	})
}
