// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"allmende/internal/app/demo"
	"allmende/internal/office/audit"
	"allmende/internal/office/retention"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// auditing lets the city's audit office find something, and the administration answer; in
// the end the log is signed and verified.
func (s *settling) auditing(ctx context.Context) error {
	type event struct {
		day int
		do  func() error
	}
	var events []event
	for _, f := range s.Findings {
		id := new(string)
		events = append(events, event{f.Day, func() (err error) { *id, err = s.found(ctx, f); return err }})
		for _, st := range f.Steps {
			events = append(events, event{st.Day, func() error {
				return s.Audit.Step(s.by(ctx, f.Org, st.By), *id, audit.StepInput{State: st.State, Note: st.Note, Measure: st.Measure, Evidence: st.Evidence, Due: s.day(st.Day, st.Due)})
			}})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.day - b.day })
	for _, e := range events {
		s.at(e.day)
		if err := e.do(); err != nil {
			return fmt.Errorf("findings of the audit office: %w", err)
		}
	}
	s.at(7 * demoWeeks)
	if _, err := s.Audit.Checkpoint(s.as(ctx, "")); err != nil {
		return err
	}
	_, err := s.Audit.Check(ctx)
	return err
}

func (s *settling) found(ctx context.Context, f demo.Finding) (string, error) {
	return s.Audit.Raise(s.by(ctx, f.Org, f.By), audit.FindingInput{Org: ospo.OrgID(f.Org), Title: f.Title, Fact: f.Fact, Rule: f.Rule, Advice: f.Advice,
		Weight: f.Weight, Head: s.ids[f.To], Due: s.day(f.Day, f.Due)})
}

// by returns a context in which one of the city's people acts.
func (s *settling) by(ctx context.Context, org, login string) context.Context {
	return door.With(ctx, door.Viewer{Org: ospo.OrgID(org), Person: s.ids[login], Name: login, Grants: []string{"*"}, Lang: "de", Door: "web"})
}

// day is the date some days after a day of the demonstration; none where there are none.
func (s *settling) day(day, after int) string {
	if after == 0 {
		return ""
	}
	return s.start.AddDate(0, 0, day+after).Format(time.DateOnly)
}

// keeping holds one person's data for a dispute, decides a period, and applies the rules, as
// the server does each night: the first invitations have run out long since.
func (s *settling) keeping(ctx context.Context) error {
	r := s.Roles.Retention
	ctx = s.as(ctx, s.Orgs[0].ID)
	if err := s.Retention.Decide(ctx, r.Kind, r.Days, r.Why); err != nil {
		return err
	}
	who, err := s.Governance.ByLogin(ctx, r.Hold.Person)
	if err != nil {
		return err
	}
	if _, err := s.Retention.AddHold(ctx, retention.Hold{Person: who.ID, Reason: r.Hold.Reason, Until: lang.Day(s.DB.Now().AddDate(0, 0, r.Hold.Days))}); err != nil {
		return err
	}
	_, err = s.ApplyRetention(s.Instance(ctx, "de"), false)
	return err
}

// letters writes to everybody what waits for them. The city has no mail server: the letters
// stand in the outbox.
func (s *settling) letters(ctx context.Context) error {
	_, err := s.Digest.SendAll(ctx)
	return err
}
