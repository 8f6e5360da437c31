// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy_test

import (
	"testing"

	"allmende/internal/engine/judge"
	"allmende/internal/office/policy"
	"allmende/internal/ospo"
)

// Lists of other rooms show what the page of the release says, also after something was
// decided: what is remembered is not older than what it follows from.
func TestListsSayWhatThePageSays(t *testing.T) {
	each(t, func(s *stage) {
		alpha := s.take("city", "Alpha", [2]string{"slash@3.0.0", "SSPL-1.0"}, [2]string{"a@1", "MIT"})
		beta := s.take("dept", "Beta", [2]string{"two@1.0.0", "(MIT OR SSPL-1.0)"})
		all := []ospo.ReleaseID{alpha, beta, alpha, "none"}
		agree := func(after string) {
			t.Helper()
			for range 2 { // judged, then remembered
				got, err := s.VerdictsOf(s.lena(), all)
				s.ok(err)
				if len(got) != 2 || string(got[alpha]) != s.verdict(s.lena(), alpha) || string(got[beta]) != s.verdict(s.lena(), beta) {
					t.Errorf("%s: %v, the pages say %s and %s", after, got, s.verdict(s.lena(), alpha), s.verdict(s.lena(), beta))
				}
			}
		}
		agree("at first")
		o, err := s.Except(s.lena(), policy.ExceptionInput{Component: "pkg:npm/slash", Contexts: []ospo.Context{ospo.Internal}, Reason: "geprüft"})
		s.ok(err)
		s.agree(o)
		agree("with an exception")
		_, err = s.SetContext(s.lena(), alpha, []ospo.Context{ospo.Hosted}, "Angebot")
		s.ok(err)
		agree("in another use")
		_, err = s.Choose(s.lena(), policy.Choice{Component: "pkg:npm/two", Licence: "(MIT OR SSPL-1.0)", Chosen: "SSPL-1.0", Reason: "Vertrag"})
		s.ok(err)
		agree("with a choice")
		if s.verdict(s.lena(), beta) != "deny" {
			t.Error("the choice changes nothing, so that nothing was tested")
		}
		s.take("dept", "Beta", [2]string{"two@1.0.0", "MIT"})
		agree("with another document")
		if got, err := s.VerdictsOf(s.as("eve", "foreign"), all); err != nil || len(got) != 0 {
			t.Errorf("a stranger is told %v, %v", got, err)
		}
	})
}

// Two changes of one profile are tried one after the other: the second is not answered with
// what the first would do.
func TestOneTrialDoesNotAnswerForAnother(t *testing.T) {
	each(t, func(s *stage) {
		s.take("city", "Alpha", [2]string{"a@1", "MIT"}, [2]string{"b@1", "Apache-2.0"})
		for _, licence := range []string{"MIT", "Apache-2.0", "MIT"} {
			sim, err := s.Simulate(s.lena(), "opencode", policy.ProfileChange{Change: judge.Change{Put: []judge.Rule{{ID: "own", Verdict: judge.Deny, Licences: []string{licence}}}}})
			s.ok(err)
			if len(sim.Licences) != 1 || sim.Licences[0].Licence != licence || sim.Licences[0].To != judge.Deny || sim.Version != "1.7+" {
				t.Errorf("denying %s: %+v", licence, sim)
			}
		}
	})
}
