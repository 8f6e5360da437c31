// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"allmende/internal/fault"
	"cmp"
	"context"
	"log/slog"
	"slices"

	"allmende/internal/ospo"
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

// roots are the places of the viewer from which together they see all that they can see, each
// organisation from one of them alone.
func (s *Service) roots(ctx context.Context) (out []door.Viewer, err error) {
	places, err := s.places(ctx, door.From(ctx))
	if err != nil || len(places) == 1 {
		return places, err
	}
	var ids []ospo.OrgID
	for _, p := range places {
		ids = append(ids, p.Org)
	}
	over, err := s.store.overEach(ctx, ids)
	for _, p := range places {
		if !slices.ContainsFunc(places, func(o door.Viewer) bool { return o.Org != p.Org && slices.Contains(over[p.Org], o.Org) }) {
			out = append(out, p)
		}
	}
	return out, err
}

// located says of tasks that were seen from a place whether the viewer has to act for it to open
// them.
func (s *Service) located(ctx context.Context, from door.Viewer, all []Work) ([]Work, error) {
	v := door.From(ctx)
	if from.Org == v.Org {
		return all, nil
	}
	var ids []ospo.OrgID
	for _, w := range all {
		ids = append(ids, w.Org)
	}
	over, err := s.store.overEach(ctx, ids)
	for i, w := range all {
		if !slices.Contains(over[w.Org], v.Org) {
			all[i].Place = Place{from.Org, from.OrgName}
		}
	}
	return all, err
}

// Team lists open tasks in all organisations that the viewer can act for, whoever has them, the
// most urgent first, with the cursor of the next page.
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
	roots, err := s.roots(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, root := range roots {
		if f.somebody() && !root.May(mayWrite) {
			continue // what one colleague has to do is for those who share the work out there
		}
		more, err := s.store.team(ctx, root.Org, f)
		if err == nil {
			more, err = s.located(ctx, root, more)
		}
		if err != nil {
			return nil, nil, err
		}
		page = append(page, more...)
	}
	slices.SortStableFunc(page, func(a, b Work) int {
		return cmp.Or(cmp.Compare(cmp.Or(a.Due, "9999"), cmp.Or(b.Due, "9999")), cmp.Compare(a.ID, b.ID))
	})
	if len(page) > f.Size {
		page = page[:f.Size]
		w := page[f.Size-1]
		next = []string{cmp.Or(w.Due, "9999"), w.ID}
	}
	return page, next, nil
}

// teamLoads counts what is open in all organisations that the viewer can act for; shown are those
// where they work on cases.
func (s *Service) teamLoads(ctx context.Context) (all, shown []Load, err error) {
	roots, err := s.roots(ctx)
	for _, root := range roots {
		more, failed := s.store.loads(ctx, root.Org, s.today())
		err = cmp.Or(err, failed)
		all = merged(all, more)
		if root.May(mayWrite) {
			shown = merged(shown, more)
		}
	}
	if v := door.From(ctx); err == nil && shown == nil && v.May(mayWrite) {
		shown, err = s.store.loads(ctx, v.Org, s.today())
	}
	return all, shown, err
}

// merged adds loads to others of the same role and person.
func merged(all, more []Load) []Load {
	for _, l := range more {
		i := slices.IndexFunc(all, func(o Load) bool { return o.Role == l.Role && o.Person == l.Person })
		if i < 0 {
			all = append(all, l)
			continue
		}
		o := &all[i]
		o.Open, o.Late = o.Open+l.Open, o.Late+l.Late
		if o.Due == "" || l.Due != "" && l.Due < o.Due {
			o.Due = l.Due
		}
	}
	return all
}

// teamSteps lists cases that wait for a step of a role, or of any, in all organisations that the
// viewer can act for, the longest first.
func (s *Service) teamSteps(ctx context.Context, roles []string) (out []Turn, err error) {
	v := door.From(ctx)
	seen := map[string]bool{}
	own, err := s.store.awaited(ctx, v.Org, roles, mostTasks)
	for _, t := range own {
		seen[t.Case+" "+t.Role] = true
	}
	out = own
	roots, failed := s.roots(ctx)
	err = cmp.Or(err, failed)
	for _, root := range roots {
		more, failed := s.store.awaited(ctx, root.Org, roles, mostTasks)
		err = cmp.Or(err, failed)
		for _, t := range more {
			if !seen[t.Case+" "+t.Role] {
				t.Place = Place{root.Org, root.OrgName}
				out = append(out, t)
			}
			seen[t.Case+" "+t.Role] = true
		}
	}
	slices.SortStableFunc(out, func(x, y Turn) int { return cmp.Compare(x.Since, y.Since) })
	return out[:min(len(out), mostTasks)], err
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
			slog.ErrorContext(ctx, "a proposal cannot be read", "proposal", p.ID, "err", err)
			continue // its page says so; the others are to be seen
		}
		c, err := s.store.one(ctx, s.store.db.Read(), p.Org, was.Case)
		if fault.Of(err) == fault.NotFound && err != nil {
			continue // the case is gone
		}
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
