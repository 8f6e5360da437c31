// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// Work is a task with the case that it belongs to.
type Work struct {
	Task
	Year    int
	N       int
	Title   string
	Type    string
	Version int
	Place
}

// A Place is an organisation for which the viewer has to act to open something; none where they
// see it from where they are.
type Place struct {
	At     ospo.OrgID
	AtName string
}

// Number is the one of the case.
func (w Work) Number() string { return number(w.Year, w.N) }

// An Asked case is one that the viewer asked for.
type AskedCase struct {
	Case
	Place
}

// A Board is what waits for the viewer, and what the viewer waits for.
type Board struct {
	Mine   []Work // taken by the viewer
	Roles  []Work // of the viewer's roles, taken by nobody
	Handed []Work // given by the viewer to others
	Steps  []Turn // of the viewer's roles: cases that wait for a step and have no task
	Agree  []Agreeing
	Asked  []AskedCase
	Held   []Post
}

// A Post is a role that the viewer holds, and where.
type Post struct {
	Role    string
	OrgName string // empty in the organisation that the viewer acts for, and for all above it
}

// Board returns the viewer's tasks in all organisations that they can act for. What lies in
// view of the one that they act for now comes without a place.
func (s *Service) Board(ctx context.Context) (b Board, err error) {
	v := door.From(ctx)
	places, err := s.places(ctx, v)
	if err != nil {
		return b, err
	}
	held, err := s.Held(ctx, v.Human())
	if err != nil {
		return b, err
	}
	looks, err := s.looks(ctx, places, held)
	if err != nil {
		return b, err
	}
	for _, l := range looks {
		if err := s.boardAt(ctx, &b, v.Human(), l); err != nil {
			return b, err
		}
	}
	for _, all := range [][]Work{b.Mine, b.Roles} {
		slices.SortStableFunc(all, func(x, y Work) int { return cmp.Compare(cmp.Or(x.Due, "9999"), cmp.Or(y.Due, "9999")) })
	}
	b.Mine, b.Roles = b.Mine[:min(len(b.Mine), mostTasks)], b.Roles[:min(len(b.Roles), mostWaiting)]
	slices.SortStableFunc(b.Steps, func(x, y Turn) int { return cmp.Compare(x.Since, y.Since) })
	b.Steps = b.Steps[:min(len(b.Steps), mostWaiting)]
	return b, nil
}

// places are where the viewer can act, the organisation that they act for now first. A token is
// for one.
func (s *Service) places(ctx context.Context, v door.Viewer) ([]door.Viewer, error) {
	if s.Places == nil || v.Behind != "" {
		return []door.Viewer{v}, nil
	}
	all, err := s.Places(ctx, v.Human())
	return append([]door.Viewer{v}, slices.DeleteFunc(all, func(p door.Viewer) bool { return p.Org == v.Org || !p.May(mayRead) })...), err
}

// A look is at what waits in one place for the roles that the viewer holds there.
type look struct {
	from  door.Viewer
	at    Place
	over  []ospo.OrgID
	roles []string
}

// looks are those that a board needs: the place that the viewer acts for now, then the others,
// those that see most first. Whoever looks from above sees what lies below, and looks there once
// more only with roles that they hold there alone.
func (s *Service) looks(ctx context.Context, places []door.Viewer, held []Holding) (out []look, err error) {
	var ids []ospo.OrgID
	for _, p := range places {
		ids = append(ids, p.Org)
	}
	over, err := s.store.overEach(ctx, ids)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(places[1:], func(a, b door.Viewer) int { return cmp.Compare(len(over[a.Org]), len(over[b.Org])) })
	for i, p := range places {
		l := look{from: p, over: over[p.Org]}
		if i > 0 {
			l.at = Place{p.Org, p.OrgName}
		}
		for _, h := range held {
			if slices.Contains(l.over, h.Org) && !slices.Contains(l.roles, h.Role) {
				l.roles = append(l.roles, h.Role)
			}
		}
		if !slices.ContainsFunc(out, l.within) {
			out = append(out, l)
		}
	}
	return out, nil
}

// within reports whether another look sees all that this one does.
func (l look) within(other look) bool {
	return slices.Contains(l.over, other.from.Org) && !slices.ContainsFunc(l.roles, func(r string) bool { return !slices.Contains(other.roles, r) })
}

// boardAt adds what there is at one place. What is seen from several stands there once.
func (s *Service) boardAt(ctx context.Context, b *Board, me ospo.PersonID, l look) error {
	place, at, roles := l.from, l.at, l.roles
	for _, r := range roles {
		if !slices.ContainsFunc(b.Held, func(p Post) bool { return p.Role == r && (p.OrgName == "" || p.OrgName == at.AtName) }) {
			b.Held = append(b.Held, Post{r, at.AtName})
		}
	}
	mine, err := s.store.taken(ctx, place.Org, me)
	if err != nil {
		return err
	}
	waiting, err := s.store.waiting(ctx, place.Org, roles)
	if err != nil {
		return err
	}
	handed, err := s.store.handed(ctx, place.Org, me)
	if err != nil {
		return err
	}
	b.Handed = withWork(b.Handed, handed, at)
	own, err := s.store.ownTasks(ctx, place.Org, me)
	if err != nil {
		return err
	}
	asked, err := s.store.asked(ctx, place.Org, me)
	if err != nil {
		return err
	}
	b.Mine, b.Roles = withWork(b.Mine, mine, at), withWork(withWork(b.Roles, waiting, at), own, at)
	for _, c := range asked {
		if !slices.ContainsFunc(b.Asked, func(o AskedCase) bool { return o.ID == c.ID }) {
			b.Asked = append(b.Asked, AskedCase{c, at})
		}
	}
	if err := s.stepsAt(ctx, b, me, place, at, roles); err != nil {
		return err
	}
	agree, err := s.agreeing(door.With(ctx, place), at)
	for _, a := range agree {
		if !slices.ContainsFunc(b.Agree, func(o Agreeing) bool { return o.ID == a.ID }) {
			b.Agree = append(b.Agree, a)
		}
	}
	return err
}

// stepsAt adds what waits for a step at one place.
func (s *Service) stepsAt(ctx context.Context, b *Board, me ospo.PersonID, place door.Viewer, at Place, roles []string) error {
	own, err := s.store.ownTurns(ctx, place.Org, me)
	if err != nil {
		return err
	}
	if len(roles) > 0 {
		more, err := s.store.awaited(ctx, place.Org, roles, mostWaiting)
		if err != nil {
			return err
		}
		own = append(own, more...)
	}
	for _, t := range own {
		if !slices.ContainsFunc(b.Steps, func(o Turn) bool { return o.Case == t.Case && o.Role == t.Role }) {
			t.Place = at
			b.Steps = append(b.Steps, t)
		}
	}
	return nil
}

func withWork(all, more []Work, at Place) []Work {
	seen := map[string]bool{}
	for _, w := range all {
		seen[w.ID] = true
	}
	for _, w := range more {
		if !seen[w.ID] {
			w.Place = at
			all = append(all, w)
		}
	}
	return all
}

// Pressing lists tasks of the viewer that are due by a day or overdue, and those that were
// escalated to a role of theirs, in the organisation that they act for.
func (s *Service) Pressing(ctx context.Context, until string) (due, raised []Work, err error) {
	v := door.From(ctx)
	if !v.May(mayRead) {
		return nil, nil, nil
	}
	here := *s
	here.Places = nil // the letter asks each place by itself
	b, err := here.Board(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range slices.Concat(b.Mine, b.Roles) {
		if w.Due != "" && w.Due <= until {
			due = append(due, w)
		}
	}
	var roles []string
	for _, p := range b.Held {
		roles = append(roles, p.Role)
	}
	raised, err = s.store.raised(ctx, v.Org, roles)
	return due, raised, err
}

// Escalated lists open tasks that were escalated, to whomever, in the organisation that the
// viewer acts for and below it: what a meeting of the office has to know.
func (s *Service) Escalated(ctx context.Context) ([]Work, error) {
	return s.store.alarmed(ctx, door.From(ctx).Org)
}
