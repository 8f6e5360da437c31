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

// A case whose state is gone is put nowhere behind a condition or a second person; one whose state
// is there stays in it, wherever that is.
func TestWhereACaseCanLand(t *testing.T) {
	d, err := Parse([]byte(`
id: a
version: 2
name: {de: A, en: A}
about: {de: A, en: A}
area: take
source: x
checked: "2026-11-28"
roles: [one, two]
fields:
  - {id: fine, type: yesno, name: {de: F, en: F}}
states:
  - {id: start, name: {de: S, en: S}}
  - {id: open, name: {de: O, en: O}}
  - {id: after, name: {de: A, en: A}}
  - {id: guarded, name: {de: G, en: G}}
  - {id: agreed, name: {de: Z, en: Z}}
  - {id: beyond, name: {de: B, en: B}}
  - {id: end, end: true, outcome: done, name: {de: E, en: E}}
transitions:
  - {id: t1, from: [start], to: open, role: one, name: {de: A, en: A}}
  - {id: t2, from: [open], to: after, role: one, reason: true, name: {de: B, en: B}}
  - {id: t3, from: [open], to: guarded, role: one, guard: fine, else: {de: N, en: N}, name: {de: C, en: C}}
  - {id: t4, from: [start, open], to: agreed, role: one, four_eyes: two, name: {de: D, en: D}}
  - {id: t5, from: [guarded, agreed], to: beyond, role: one, name: {de: E, en: E}}
  - {id: t6, from: [start, open, after, guarded, agreed, beyond], to: end, role: one, name: {de: F, en: F}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for state, want := range map[string]string{"gone": "start open after", "": "start open after", "end": "start open after", "start": "start", "beyond": "beyond"} {
		var got []string
		for _, s := range d.Landings(state) {
			got = append(got, s.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("from %q it lands in %v, want %s", state, got, want)
		}
	}
	if got := (&Definition{}).Landings("x"); len(got) != 0 {
		t.Errorf("without states: %v", got)
	}
}
