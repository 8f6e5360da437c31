// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"strings"

	engine "allmende/internal/engine/judge"
)

// stepWords says a step of a reason chain in the reader's language.
func stepWords(ctx context.Context, p Profile, s engine.Step) string {
	v := ""
	if s.Verdict != "" {
		v = say(ctx, "policy.verdict."+string(s.Verdict))
	}
	of := strings.Join(s.Of, ", ")
	profile := p.Title.In(tongue(ctx)) + " " + p.Version
	switch s.Kind {
	case engine.StepRead:
		return say(ctx, "policy.step.read", of, s.Licence)
	case engine.StepUnreadable:
		return say(ctx, "policy.step.unreadable", s.Licence)
	case engine.StepAmbiguous:
		return say(ctx, "policy.step.ambiguous", s.Licence, of)
	case engine.StepSilent:
		return say(ctx, "policy.step.silent")
	case engine.StepDeprecated:
		return say(ctx, "policy.step.deprecated", s.Licence, of)
	case engine.StepChosen:
		return say(ctx, "policy.step.chosen", of, s.Licence)
	case engine.StepBest:
		return say(ctx, "policy.step.best", of, s.Licence, v)
	case engine.StepAll:
		return say(ctx, "policy.step.all", of, s.Licence, v)
	case engine.StepLater:
		return say(ctx, "policy.step.later", s.Licence, of, v)
	case engine.StepGrants:
		return say(ctx, "policy.step.grants", of, s.Licence)
	case engine.StepDefault:
		return say(ctx, "policy.step.default", profile, s.Licence, v)
	case engine.StepUnlisted:
		return say(ctx, "policy.step.unlisted", s.Licence)
	case engine.StepComponent:
		return say(ctx, "policy.step.component", profile, s.Rule, s.Licence, v)
	case engine.StepWaiver:
		return say(ctx, "policy.step.waiver", s.Licence, v)
	}
	text := say(ctx, "policy.step.rule", profile, s.Rule, s.Licence, v)
	if r, ok := p.Rule(s.Rule); ok {
		if note := r.Note.In(tongue(ctx)); note != "" {
			text += " " + say(ctx, "policy.step.note", note)
		}
	}
	return text
}

// chain says all steps.
func chain(ctx context.Context, p Profile, f engine.Finding) (out []string) {
	for _, s := range f.Steps {
		out = append(out, stepWords(ctx, p, s))
	}
	return out
}

// rulesOf names the rules that a finding rests on.
func rulesOf(f engine.Finding) string {
	var out []string
	for _, s := range f.Steps {
		if s.Rule != "" && s.Kind != engine.StepWaiver {
			out = append(out, s.Rule)
		}
	}
	return strings.Join(out, ", ")
}

// reason sums a verdict up in a sentence or two.
func (v Verdict) reason(ctx context.Context) string {
	own := v.Product.reason(ctx)
	switch {
	case !v.Document:
		return say(ctx, "policy.sign.no_document") + own
	case v.Tally.All() == 0:
		return say(ctx, "policy.sign.empty") + own
	}
	return say(ctx, "policy.sign."+string(v.Tally.Worst()), v.Tally.Deny, v.Tally.Unknown, v.Tally.Review, v.Tally.All()) + own
}
