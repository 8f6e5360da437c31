// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"

	"allmende/internal/platform/approval"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

// A TeamSieve says which open tasks of the team are wanted.
type TeamSieve struct {
	Role string // empty: all
	Who  string // nobody, taken, late, or the id of who has them; empty: all

	After string // cursor
	Size  int

	after []string
	today string
}

// Team lists open tasks of organisations that the viewer sees, whoever has them, the most urgent
// first, with the cursor of the next page.
func (s *Service) Team(ctx context.Context, f TeamSieve) (page []Work, next []string, err error) {
	f.today = s.today()
	if f.Size <= 0 {
		f.Size = 50
	}
	last, some, err := keyset.Values(f.After, 2)
	if err != nil {
		return nil, nil, err
	}
	if some {
		f.after = last
	}
	page, err = s.store.team(ctx, door.From(ctx).Org, f)
	if len(page) > f.Size {
		page = page[:f.Size]
		w := page[f.Size-1]
		next = []string{cmp.Or(w.Due, "9999"), w.ID}
	}
	return page, next, err
}

// mostAgree is how many proposals a board shows; the page of proposals has all.
const mostAgree = 25

// An Agreeing is a proposal about a case that waits for the viewer as the second person.
type Agreeing struct {
	approval.Proposal
	Case Case
	Step string // name of the step; empty where the case is to be reopened
	Place
}

// agreeing lists what waits for the viewer at a place, the newest first.
func (s *Service) agreeing(ctx context.Context, at Place) (out []Agreeing, err error) {
	if s.desk == nil {
		return nil, nil
	}
	all, err := s.desk.Decidable(ctx, moveAct, reopenAct)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		was, err := saved(p)
		if err != nil {
			return nil, err
		}
		c, err := s.store.one(ctx, s.store.db.Read(), p.Org, was.Case)
		if err != nil {
			return nil, err
		}
		if old, err := s.stale(ctx, s.store.db.Read(), c, was); err != nil {
			return nil, err
		} else if old {
			continue // nobody can agree to it any more
		}
		a := Agreeing{Proposal: p, Case: c, Place: at}
		if was.Step != "" {
			a.Step = s.stepNames(ctx, c.Org, c.Type, c.Version, []string{was.Step})
		}
		if out = append(out, a); len(out) == mostAgree {
			break
		}
	}
	return out, nil
}
