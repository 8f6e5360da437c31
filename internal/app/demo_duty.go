// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"
	"slices"

	"allmende/internal/app/demo"
	"allmende/internal/office/duty"
	"allmende/internal/ospo"
)

// duties lets the city say how it uses some products, and decide on duties that follow; what
// later versions take over is seen there.
func (s *settling) duties(ctx context.Context) error {
	for _, u := range s.Duties.Uses {
		s.at(u.Day)
		var contexts []ospo.Context
		for _, c := range u.Contexts {
			contexts = append(contexts, ospo.Context(c))
		}
		err := s.eachRelease(s.by(ctx, s.Home, u.By), u.Software, func(ctx context.Context, r ospo.ReleaseID) error {
			o, err := s.App.Policy.SetContext(ctx, r, contexts, u.Reason)
			return s.agreed(ctx, o.Proposal, err)
		})
		if err != nil {
			return fmt.Errorf("use of %s: %w", u.Software, err)
		}
	}
	for _, t := range s.Duties.Settings {
		s.at(t.Day)
		err := s.eachRelease(s.by(ctx, s.Home, t.By), t.Software, func(ctx context.Context, r ospo.ReleaseID) error {
			return s.Duty.Describe(ctx, r, t.Changed, t.Offer)
		})
		if err != nil {
			return fmt.Errorf("what was said of %s: %w", t.Software, err)
		}
	}
	for _, d := range s.Duties.Decisions {
		s.at(d.Day)
		if err := s.decideOn(s.by(ctx, s.Home, d.By), d); err != nil {
			return fmt.Errorf("duty %s of %s: %w", d.Duty, d.Software, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

// eachRelease calls f with the releases of a product that have a bill of materials.
func (s *settling) eachRelease(ctx context.Context, software string, f func(context.Context, ospo.ReleaseID) error) error {
	rows, _, err := s.Duty.Rows(ctx, duty.Sieve{Forbid: true})
	if err != nil {
		return err
	}
	var done []ospo.ReleaseID
	for _, r := range rows {
		if r.Name != software || slices.Contains(done, r.Release) {
			continue
		}
		done = append(done, r.Release)
		if err := f(ctx, r.Release); err != nil {
			return err
		}
	}
	return nil
}

// decideOn decides on a duty where it arises; what follows from the city's bills of materials
// is not invented.
func (s *settling) decideOn(ctx context.Context, d demo.Duty) error {
	rows, _, err := s.Duty.Rows(ctx, duty.Sieve{State: "open"})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Duty == d.Duty && r.Name == d.Software && (d.Version == "" || r.Version == d.Version) {
			_, err := s.Duty.Decide(ctx, r.Release, duty.Input{Duty: d.Duty, State: d.State, Reason: d.Reason, Evidence: d.Evidence, Link: d.Link, Role: d.Role, Due: s.day(d.Day, d.Due)})
			return err
		}
	}
	return fmt.Errorf("no release has it open")
}
