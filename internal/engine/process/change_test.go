// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"fmt"
	"strings"
	"testing"
)

// One version asks for a text and a choice, the next for an amount besides, no longer for the
// text, with a choice less; one task goes to another role, one is new, a state is gone.
func TestWhatBecomesOfACase(t *testing.T) {
	const rest = `
name: {de: A, en: A}
about: {de: A, en: A}
area: take
source: x
checked: "2026-11-28"
roles: [one, two]
`
	old, err := Parse([]byte("id: a\nversion: 1" + rest + `
fields:
  - {id: text, type: text, name: {de: T, en: T}}
  - {id: kind, type: choice, name: {de: K, en: K}, choices: [{id: x, name: {de: X, en: X}}, {id: y, name: {de: Y, en: Y}}]}
  - {id: sum, type: text, name: {de: S, en: S}}
states:
  - {id: s, name: {de: S, en: S}, tasks: [{id: stays, role: one, name: {de: A, en: A}}, {id: moves, role: one, name: {de: B, en: B}}, {id: goes, role: one, name: {de: C, en: C}}]}
  - {id: gone, name: {de: G, en: G}}
  - {id: end, end: true, outcome: done, name: {de: E, en: E}}
transitions:
  - {id: go, from: [s], to: gone, role: one, name: {de: G, en: G}}
  - {id: stop, from: [s, gone], to: end, role: one, name: {de: E, en: E}}
`))
	if err != nil {
		t.Fatal(err)
	}
	next, err := Parse([]byte("id: a\nversion: 2" + rest + `
fields:
  - {id: kind, type: choice, name: {de: K, en: K}, choices: [{id: x, name: {de: X, en: X}}]}
  - {id: sum, type: money, name: {de: S, en: S}}
  - {id: more, type: yesno, name: {de: M, en: M}}
states:
  - {id: s, name: {de: S, en: S}, tasks: [{id: stays, role: one, name: {de: A, en: A}}, {id: moves, role: two, name: {de: B, en: B}}, {id: comes, role: one, name: {de: D, en: D}}]}
  - {id: end, end: true, outcome: done, name: {de: E, en: E}}
transitions:
  - {id: stop, from: [s], to: end, role: one, four_eyes: two, name: {de: E, en: E}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string]Change{
		"s ends goes,moves begins moves,comes lost kind,text asked kind,more steps stop": next.Change(old, Case{"s", Facts{"text": "a", "kind": "y", "sum": "12.50"}, []string{"goes", "moves", "stays"}}, nil, "s"),
		"s ends goes begins moves,comes lost sum asked sum,more steps stop":              next.Change(old, Case{"s", Facts{"kind": "x", "sum": "viel"}, []string{"goes", "stays"}}, nil, "s"),
		"s ends  begins moves,comes lost  asked more steps stop":                         next.Change(old, Case{"s", Facts{"kind": "x"}, nil}, []string{"stays"}, "s"),
		" ends  begins  lost  asked more steps ":                                         next.Change(old, Case{"gone", Facts{"kind": "x"}, nil}, nil, "gone"),
		"s ends  begins stays,moves,comes lost  asked kind,sum,more steps stop":          next.Change(nil, Case{"gone", Facts{}, nil}, nil, "s"),
	} {
		said := fmt.Sprintf("%s ends %s begins %s lost %s asked %s steps %s", got.State, strings.Join(got.Ends, ","), strings.Join(got.Begins, ","), strings.Join(got.Lost, ","), strings.Join(got.Asked, ","), strings.Join(got.Steps, ","))
		if said != want {
			t.Errorf("got  %s\nwant %s", said, want)
		}
	}
	if got := next.Change(old, Case{State: "s"}, nil, "end"); got.State != "" {
		t.Errorf("a case can be put at an end: %+v", got)
	}
}
