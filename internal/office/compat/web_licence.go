// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"context"

	"allmende/internal/engine/combine"
	"allmende/internal/engine/spdx"
	"allmende/internal/platform/door"
)

// LicencePanel says with which licences a licence goes together, linked when built and given
// to others.
type LicencePanel struct {
	ID       string
	Known    bool // to the rules
	Rows     []GoesRow
	Matrix   *Matrix
	Rules    string
	Reviewed string
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
			p.Rows = append(p.Rows, GoesRow{other, one(other, e.ID), one(e.ID, other)})
		}
	}
	return p, nil
}
