// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"slices"
	"strings"
	"time"

	engine "allmende/internal/engine/judge"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Kinds of events in the course of a licence.
const (
	eventRule      = "rule"      // a version of a profile came to name it
	eventException = "exception" // it was excepted
	eventEnded     = "ended"     // an exception was ended before its day
	eventQuestion  = "question"  // somebody asked about it
	eventAnswer    = "answer"    // a question was decided
	eventChoice    = "choice"    // it was offered, and somebody chose
)

// An Event is something that was decided, or asked, about a licence.
type Event struct {
	At     time.Time
	Kind   string
	Of     string // what it is about: licence, component, profile
	Says   string // verdict or answer, in the reader's language
	Reason string
	Who    string // people, as far as the viewer sees them
	Href   string // page of it
	Thing  string // what the log calls it; empty where it is not named
}

// past lists what was decided and asked about a licence within view, the latest first.
func (s *Service) past(ctx context.Context, id string) (out []Event, err error) {
	for _, gather := range []func(context.Context, string) ([]Event, error){s.pastExceptions, s.pastQuestions, s.pastChoices, s.pastRules} {
		some, err := gather(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortStableFunc(out, func(a, b Event) int { return b.At.Compare(a.At) })
	return out, nil
}

// speaksOf reports whether a licence text names a licence, or an exception to one.
func speaksOf(text, id string) bool {
	for l := range spdx.Normalise(text).Expr.Licences {
		if strings.EqualFold(l.ID, id) || strings.EqualFold(l.Exception, id) {
			return true
		}
	}
	return false
}

func (s *Service) pastExceptions(ctx context.Context, id string) (out []Event, err error) {
	all, err := s.Exceptions(ctx)
	for _, x := range all {
		if x.Licence == "" || !speaksOf(x.Licence, id) {
			continue
		}
		e := Event{At: db.Time(x.Created), Kind: eventException, Of: x.Licence, Says: contextWords(ctx, x.Contexts), Reason: x.Reason, Who: both(x.Maker, x.Second), Href: "/policy/exceptions", Thing: x.ID}
		if x.SoftwareName != "" {
			e.Of += ", " + x.SoftwareName
		}
		out = append(out, e)
		if x.Ended != "" {
			e.At, e.Kind, e.Reason, e.Who = db.Time(x.Ended), eventEnded, "", ""
			out = append(out, e)
		}
	}
	return out, err
}

func (s *Service) pastQuestions(ctx context.Context, id string) (out []Event, err error) {
	all, err := s.Questions(ctx, "")
	for _, q := range all {
		if !speaksOf(q.Licence, id) {
			continue
		}
		e := Event{At: db.Time(q.Created), Kind: eventQuestion, Of: q.Licence, Says: say(ctx, "policy.context."+string(q.Context)), Reason: q.Text, Who: both(q.AskerName, q.OrgName), Href: "/policy/question/" + q.ID, Thing: q.ID}
		out = append(out, e)
		if q.State == Decided {
			e.At, e.Kind, e.Says, e.Reason, e.Who = db.Time(q.Decided), eventAnswer, say(ctx, "policy.answer."+q.Answer), q.Reason, q.DeciderName
			out = append(out, e)
		}
	}
	return out, err
}

func (s *Service) pastChoices(ctx context.Context, id string) (out []Event, err error) {
	all, err := s.Choices(ctx)
	for _, c := range all {
		if speaksOf(c.Licence, id) {
			out = append(out, Event{At: db.Time(c.Created), Kind: eventChoice, Of: c.Component, Says: c.Chosen, Reason: c.Reason, Who: c.Maker, Thing: c.Component})
		}
	}
	return out, err
}

// pastRules are versions of own profiles in which a rule that names the licence is new or
// says something else than before.
func (s *Service) pastRules(ctx context.Context, id string) (out []Event, err error) {
	all, err := s.store.profiles(ctx, s.store.db.Read(), door.From(ctx).Org, "")
	if err != nil {
		return nil, err
	}
	if err := s.mask(ctx, all); err != nil {
		return nil, err
	}
	known := map[ospo.OrgID]map[string][]engine.Rule{} // rules of the version before
	for _, p := range all {
		if known[p.home] == nil {
			known[p.home] = map[string][]engine.Rule{}
		}
		before := known[p.home][p.ID]
		if before == nil { // the first version: what it was copied from has said so already
			before = shippedRules()
		}
		for _, r := range p.Rules {
			said := func(o engine.Rule) bool {
				return o.Verdict == r.Verdict && slices.Equal(o.Contexts, r.Contexts) && slices.Contains(o.Licences, id)
			}
			if slices.Contains(r.Licences, id) && !slices.ContainsFunc(before, said) {
				out = append(out, Event{At: db.Time(p.Created), Kind: eventRule, Of: p.Title.In(tongue(ctx)) + " " + p.Version, Says: say(ctx, "policy.verdict."+string(r.Verdict)), Reason: p.Reason, Who: both(p.Maker, p.Second),
					Href: "/policy/profile/" + p.ID, Thing: p.ID})
			}
		}
		known[p.home][p.ID] = p.Rules
	}
	return out, nil
}

func shippedRules() (out []engine.Rule) {
	for _, p := range engine.Shipped() {
		out = append(out, p.Rules...)
	}
	return out
}

// both joins two names, of which either may be missing.
func both(one, other string) string {
	return strings.Join(slices.DeleteFunc([]string{one, other}, func(s string) bool { return s == "" }), ", ")
}
