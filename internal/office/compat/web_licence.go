// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"context"
	"slices"

	"allmende/internal/engine/combine"
	"allmende/internal/engine/spdx"
	"allmende/internal/platform/door"
)

// LicencePanel says with which licences a licence goes together, linked when built and given
// to others.
type LicencePanel struct {
	ID       string
	Known    bool        // to the rules
	Into, Of []GoesGroup // by answer, the most welcome first
	Rows     []GoesRow
	Matrix   *Matrix
	Rules    string
	Reviewed string
}

// A GoesGroup is the licences with one answer.
type GoesGroup struct {
	Answer   string
	Licences []string
}

// A GoesRow is another licence: whether a component under the one may go into a work under the
// other, and the other way round.
type GoesRow struct {
	Other    string
	Into, Of Line // into a work under the other; a component of the other into a work under this
}

// licencePanel asks about each licence that the form offers.
func (s *Service) licencePanel(ctx context.Context, id string) (p LicencePanel, err error) {
	e, ok := spdx.Find(id)
	if !ok || !door.From(ctx).May("compat.read") {
		return p, nil // an exception, or an own licence, of which no rule speaks
	}
	p = LicencePanel{ID: e.ID, Rules: combine.Rules.Version, Reviewed: combine.Rules.Reviewed}
	present, _ := spdx.Licence{ID: e.ID}.Present()
	if p.Known = combine.Known(present.ID); !p.Known {
		return p, nil
	}
	m, info, err := s.current(ctx)
	if err != nil {
		return p, err
	}
	p.Matrix = info
	use := combine.Use{Way: combine.Static, Reach: combine.Given}
	one := func(out, in string) Line {
		l, expr := line(out, part{text: in}, use, tongue(ctx))
		if info != nil {
			l.Theirs = theirs(m.Judge(out, expr), combine.Answer(l.Answer), use)
		}
		return l
	}
	for _, other := range frequent {
		if other != e.ID && other != present.ID {
			r := GoesRow{other, one(other, e.ID), one(e.ID, other)}
			p.Rows, p.Into, p.Of = append(p.Rows, r), grouped(p.Into, r.Into, other), grouped(p.Of, r.Of, other)
		}
	}
	return p, nil
}

// grouped adds a licence to those with its answer.
func grouped(all []GoesGroup, l Line, other string) []GoesGroup {
	i, found := slices.BinarySearchFunc(all, l.Answer, func(g GoesGroup, answer string) int { return rank(g.Answer) - rank(answer) })
	if !found {
		all = slices.Insert(all, i, GoesGroup{Answer: l.Answer})
	}
	all[i].Licences = append(all[i].Licences, other)
	return all
}
