// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"
	"slices"

	"allmende/internal/app/demo"
	"allmende/internal/engine/spdx"
	"allmende/internal/office/licence"
)

// licences lets the licence manager keep an own licence, and find out what licence some
// packages have of which bills of materials say nothing clear.
func (s *settling) licences(ctx context.Context) error {
	for _, o := range s.Licences.Own {
		s.at(o.Day)
		in := licence.OwnInput{ID: o.ID, Name: o.Name, Class: spdx.Class(o.Class), About: o.About, Text: o.Text, Source: o.Source, Reason: o.Reason}
		if err := s.Licence.AddOwn(s.by(ctx, s.Home, s.Licences.Manager), in); err != nil {
			return err
		}
	}
	for _, c := range s.Licences.Conclusions {
		s.at(c.Day)
		if err := s.conclude(s.by(ctx, s.Home, s.Licences.Manager), c); err != nil {
			return fmt.Errorf("%s: %w", c.PURL, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

func (s *settling) conclude(ctx context.Context, c demo.Conclusion) error {
	open, err := s.Licence.Clarify(ctx, "", "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(open, func(d licence.Doubt) bool { return d.PURL == c.PURL })
	if i < 0 {
		return nil // no bill of materials lists it that day
	}
	o, err := s.Licence.Conclude(ctx, open[i].Package, licence.ConclusionInput{Expression: c.Expression, Reason: c.Reason, Source: c.Source, Reuse: c.Reuse})
	return s.agreed(ctx, o.Proposal, err)
}
