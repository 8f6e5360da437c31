// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"allmende/internal/app/demo"
	"allmende/internal/engine/judge"
	"allmende/internal/engine/spdx"
	"allmende/internal/office/policy"
	"allmende/internal/ospo"
)

// verdicts gives the city a profile of its own, and lets people ask, choose and except.
func (s *settling) verdicts(ctx context.Context) error {
	type event struct {
		day int
		do  func() error
	}
	events := []event{{s.City.Policy.Profile.Day, func() error { return s.profile(ctx) }}}
	for _, c := range s.City.Policy.Contexts {
		events = append(events, event{c.Day, func() error { return s.usage(ctx, c) }})
	}
	for _, c := range s.City.Policy.Choices {
		events = append(events, event{c.Day, func() error {
			o, err := s.App.Policy.Choose(s.by(ctx, s.Home, c.By), policy.Choice{Component: c.Component, Licence: c.Licence, Chosen: c.Chosen, Reason: c.Reason})
			return s.agreed(ctx, o.Proposal, err)
		}})
	}
	for _, x := range s.City.Policy.Exceptions {
		events = append(events, event{x.Day, func() error { return s.except(ctx, x) }})
	}
	for _, q := range s.City.Policy.Questions {
		events = append(events, event{q.Day, func() error { return s.question(ctx, q) }})
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.day, b.day) })
	for _, e := range events {
		s.at(e.day)
		if err := e.do(); err != nil {
			return fmt.Errorf("licences on day %d: %w", e.day, err)
		}
	}
	s.at(7 * demoWeeks)
	return nil
}

// agree lets a second person approve what waits.
func (s *settling) agree(ctx context.Context, login string, o policy.Outcome, err error) error {
	if err != nil || o.Proposal == "" || login == "" {
		return err
	}
	return s.App.Approval.Approve(s.by(ctx, s.Home, login), o.Proposal, "")
}

// agreed lets the second person of the city's profile approve what one of its people said and
// what waits because a denial would go.
func (s *settling) agreed(ctx context.Context, proposal string, err error) error {
	if err != nil || proposal == "" {
		return err
	}
	return s.App.Approval.Approve(s.by(ctx, s.Home, s.City.Policy.Profile.Second), proposal, "")
}

func (s *settling) profile(ctx context.Context) error {
	p := s.City.Policy.Profile
	base, err := s.App.Policy.Profile(s.by(ctx, s.Home, p.By), p.From)
	if err != nil {
		return err
	}
	c, next := policy.ProfileChange{As: p.ID, Title: p.Title, Reason: p.Reason}, base.Profile
	for _, r := range p.Rules {
		rule := judge.Rule{ID: r.ID, Verdict: judge.Verdict(r.Verdict), Contexts: uses(r.Contexts), Licences: r.Licences, Note: judge.Text(r.Note)}
		for _, class := range r.Classes {
			rule.Classes = append(rule.Classes, spdx.Class(class))
		}
		one := next.Overrule(rule.Spelt())
		if next, err = next.Apply(one, next.Version); err != nil {
			return err
		}
		c.Put, c.Remove = append(c.Put, one.Put...), append(c.Remove, one.Remove...)
	}
	o, err := s.App.Policy.Change(s.by(ctx, s.Home, p.By), p.From, c)
	if err := s.agree(ctx, p.Second, o, err); err != nil {
		return err
	}
	o, err = s.App.Policy.Adopt(s.by(ctx, s.Home, p.By), p.ID, p.Reason)
	return s.agree(ctx, p.Second, o, err)
}

func uses(all []string) (out []ospo.Context) {
	for _, c := range all {
		out = append(out, ospo.Context(c))
	}
	return out
}

// versions are the releases of a product that the city sees.
func (s *settling) versions(ctx context.Context, software string) ([]policy.Row, error) {
	all, _, _, err := s.App.Policy.Releases(s.as(ctx, ""), policy.Filter{})
	return slices.DeleteFunc(all, func(r policy.Row) bool { return r.Name != s.names[software] }), err
}

func (s *settling) usage(ctx context.Context, c demo.PolicyContext) error {
	all, err := s.versions(ctx, c.Software)
	for _, r := range all {
		o, err := s.App.Policy.SetContext(s.by(ctx, s.Home, c.By), r.Release, uses(c.Contexts), c.Reason)
		if err := s.agreed(ctx, o.Proposal, err); err != nil {
			return err
		}
	}
	return err
}

func (s *settling) except(ctx context.Context, x demo.PolicyException) error {
	in := policy.ExceptionInput{Licence: x.Licence, Component: x.Component, Contexts: uses(x.Contexts), Reason: x.Reason, Until: s.day(x.Day, x.Days)}
	if x.Software != "" {
		all, err := s.versions(ctx, x.Software)
		if err != nil || len(all) == 0 {
			return fmt.Errorf("%s: %d releases, %w", x.Software, len(all), err)
		}
		in.Software = all[0].Software
	}
	o, err := s.App.Policy.Except(s.by(ctx, s.Home, x.By), in)
	return s.agree(ctx, x.Second, o, err)
}

func (s *settling) question(ctx context.Context, q demo.PolicyQuestion) error {
	in := policy.QuestionInput{Licence: q.Licence, Context: ospo.Context(q.Context), Text: q.Text}
	if q.Software != "" {
		all, err := s.versions(ctx, q.Software)
		if err != nil || len(all) == 0 {
			return fmt.Errorf("%s: %d releases, %w", q.Software, len(all), err)
		}
		in.Release = all[0].Release
	}
	asker, keeper := s.by(ctx, q.Org, q.By), s.by(ctx, s.Home, s.City.Policy.Profile.By)
	if in.Release != "" {
		if _, err := s.App.Policy.Usage(asker, in.Release); err != nil {
			in.Release = "" // the department does not see it
		}
	}
	id, err := s.App.Policy.Ask(asker, in)
	if err != nil {
		return err
	}
	if q.Opinion != "" {
		s.at(q.Day + 2)
		if err := s.App.Policy.Advise(keeper, id, q.Opinion); err != nil {
			return err
		}
	}
	if q.Answer == "" {
		return nil
	}
	s.at(q.Day + 4)
	if in.Release == "" {
		q.Scope = "organisation"
	}
	_, err = s.App.Policy.Decide(s.by(ctx, s.Home, q.Decider), id, policy.DecisionInput{Answer: q.Answer, Reason: q.Reason, Scope: q.Scope})
	return err
}
