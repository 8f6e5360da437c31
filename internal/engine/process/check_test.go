// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// sound is a small definition without a flaw; tests break it in one place each.
const sound = `
id: small
version: 1
name: {de: Klein, en: Small}
about: {de: Ein kleiner Ablauf, en: A small procedure}
area: take
source: Eigener Ablauf
roles: [department, coordinator]
fields:
  - {id: need, type: lines, required: true, name: {de: Bedarf, en: Need}}
  - {id: cost, type: money, name: {de: Kosten, en: Cost}}
  - {id: users, type: number, name: {de: Menschen, en: People}}
  - {id: by, type: date, name: {de: Bis, en: By}}
  - {id: kind, type: choice, name: {de: Art, en: Kind}, choices: [{id: open, name: {de: Offen, en: Open}}, {id: other, name: {de: Andere, en: Other}}]}
  - {id: urgent, type: yesno, when: kind == "open", name: {de: Eilig, en: Urgent}}
states:
  - id: first
    name: {de: Erstens, en: First}
    tasks:
      - {id: tell, role: department, days: 3, escalate: coordinator, fields: [need, cost, users, by, kind, urgent], name: {de: Sagen, en: Tell}}
  - {id: second, name: {de: Zweitens, en: Second}}
  - {id: third, name: {de: Drittens, en: Third}}
  - {id: end, end: true, outcome: done, name: {de: Ende, en: End}}
transitions:
  - {id: go, from: [first], to: second, role: department, guard: need != "", else: {de: "Fehlt.", en: "Lacks."}, name: {de: Weiter, en: Go}}
  - {id: on, from: [second], to: third, role: coordinator, name: {de: Weiter, en: On}}
  - {id: close, from: [third], to: end, role: coordinator, four_eyes: department, name: {de: Schluss, en: Close}}
`

func parsed(t *testing.T, text string) *Definition {
	t.Helper()
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func broken(t *testing.T, old, as string) string {
	t.Helper()
	if !strings.Contains(sound, old) {
		t.Fatalf("%q is not in the definition", old)
	}
	return strings.Replace(sound, old, as, 1)
}

func TestTheCheckerNamesWhatIsWrong(t *testing.T) {
	if got := Check(parsed(t, sound), houseRoles); len(got) != 0 {
		t.Fatalf("the sound definition: %v", got)
	}
	guard := `guard: need != ""`
	seen := map[string]bool{}
	for _, one := range []struct{ old, as, want string }{
		{"to: second,", "to: third,", "unreachable second"},
		{"from: [third], to: end", "from: [third], to: second", "dead first|dead second|dead third|unreachable end"},
		{"end: true, outcome: done, ", "", "no_end small"},
		{"from: [second], to: third", "from: [second, end], to: third", "leaves_end on end"},
		{"outcome: done, name", "outcome: done, tasks: [{id: never, role: coordinator, name: {de: N, en: N}}], name", "end_tasks end"},
		{"to: third, role: coordinator", "to: nowhere, role: coordinator", "unknown_state on nowhere|dead first"},
		{"role: department, days", "role: wizard, days", "unknown_role tell wizard|undeclared_role tell wizard"},
		{"roles: [department, coordinator]", "roles: [department]", "undeclared_role on coordinator"},
		{"roles: [department, coordinator]", "roles: [department, coordinator, developer]", "idle_role small developer"},
		{"fields: [need,", "fields: [nothing,", "unknown_field tell nothing|idle_field need"},
		{"name: {de: Kosten, en: Cost}", "name: {de: Kosten}", "no_translation cost name"},
		{"name: {de: Kosten, en: Cost}", "name: {}", "needs cost name"},
		{"- {id: on,", "- {id: go,", "duplicate go transition"},
		{"from: [second]", "from: [second, second]", "duplicate on from"},
		{`, else: {de: "Fehlt.", en: "Lacks."}`, "", "needs go else"},
		{"role: coordinator, four_eyes", "four_eyes", "same_eyes close department|needs close role"},
		{guard, `guard: need !=`, "bad_guard go"},
		{guard, `guard: nothing == "x"`, "bad_guard go got \"nothing\", which is no field"},
		{guard, `guard: need == 3`, "bad_guard go"},
		{guard, `guard: cost > "3"`, "bad_guard go"},
		{guard, `guard: need`, "bad_guard go"},
		{guard, `guard: "true"`, "bad_guard go it asks about no field"},
		{guard, `guard: kind == "opne"`, "bad_guard go got \"opne\", which is no choice of kind"},
		{guard, `guard: 'kind in ["open", "opne"]'`, "bad_guard go got \"opne\""},
		{guard, `guard: len(need) > 3`, "bad_guard go"},
		{guard, `guard: need matches ".*"`, "bad_guard go"},
		{guard, `guard: now() > date(by)`, "bad_guard go"},
		{guard, `guard: users / 0 > 1`, "bad_guard go"},
		{guard, `guard: "all(1..1000000, # > 0)"`, "bad_guard go"},
		{guard, `guard: FactYes("urgent")`, "bad_guard go"},
		{guard, `guard: known("need")`, "bad_guard go"},
		{guard, `guard: facts.need == 1`, "bad_guard go"},
		{guard, `guard: "let x = users; x > 1"`, "bad_guard go"},
		{guard, "guard: '" + strings.Repeat("users + ", 120) + "1 > 0'", "bad_guard go"},
		{`when: kind == "open"`, `when: urgent`, "bad_guard urgent it asks about the field itself"},
	} {
		var got []string
		for _, f := range Check(parsed(t, broken(t, one.old, one.as)), houseRoles) {
			got = append(got, strings.TrimSpace(fmt.Sprint(f.Kind, " ", f.At, " ", f.Of)))
			seen[f.Kind] = true
			if f.At != "small" && f.Line == 0 && f.Kind != "unknown_role" {
				t.Errorf("%s: %s has no line", one.as, f.At)
			}
		}
		for _, want := range strings.Split(one.want, "|") {
			if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, want) }) {
				t.Errorf("%s\ngot  %q\nwant %s", one.as, got, want)
			}
		}
	}
	for _, k := range Kinds {
		if !seen[k] {
			t.Errorf("no case of %s", k)
		}
	}
}

func TestWhatIsNoDefinitionIsRefusedWithItsPlace(t *testing.T) {
	for _, one := range []struct{ old, as, want string }{
		{"version: 1", "version: one", `line 3: got "one", want a whole number`},
		{"version: 1", "version: 0", `want a version from 1`},
		{"version: 1", "version: 1\nverison: 2", `line 4: got "verison", want a key that a definition knows`},
		{"version: 1", "version: 1\nversion: 2", `each key once`},
		{"area: take", "area: elsewhere", `got "elsewhere", want area to be one of take, give, steer`},
		{"name: {de: Klein, en: Small}", "name: Klein", "line 4: got \"Klein\", want a text in both languages"},
		{"type: money", "type: gold", `line 11: got "gold", want type to be one of text`},
		{"id: cost", "id: Cost", `an id of small letters`},
		{"id: cost", "id: not", `an id that means nothing else in a guard`},
		{"type: money", "type: money, min: 3, max: 1", `min no larger than max`},
		{"type: choice", "type: text", `choices, for a field of type choice`},
		{"outcome: done", "outcome: fine", `outcome to be one of done, refused, withdrawn`},
		{"days: 3", "days: -3", `0 to 1000 days`},
		{"id: small", "id: &a small\nchecked: *a", `without anchors and aliases`},
		{"id: small", "id: small\nchecked: yesterday", `a day, YYYY-MM-DD`},
		{"id: small", "id: small\nsource: [", `want YAML`},
		{"id: small", "id: small\nname: " + strings.Repeat("[", 40) + strings.Repeat("]", 40), `at most 12 levels`},
		{"Ein kleiner Ablauf", strings.Repeat("x", 3000), `texts of at most 2000 characters`},
		{"from: [second]", "from: [" + strings.Repeat("second, ", 400) + "second]", `got "403 ways between states", want at most 400`},
		{"  - {id: on,", "---\n  - {id: on,", `one document, and nothing after it`},
	} {
		_, err := Parse([]byte(broken(t, one.old, one.as)))
		e, ok := errors.AsType[*ParseError](err)
		if !ok || !strings.Contains(e.Error(), one.want) || e.Why == "" {
			t.Errorf("%.60s\ngot  %v\nwant %s", one.as, err, one.want)
		}
	}
	for _, text := range []string{"", "\xff\xfe", strings.Repeat("#", MaxBytes+1), "[]", "3", "id: x"} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%.20q was taken for a definition", text)
		}
	}
}

// A guard that fails blocks and says so: a fact of the wrong kind, as it can be left behind by
// an older version, never passes.
func TestAGuardThatFailsBlocks(t *testing.T) {
	d := parsed(t, broken(t, `guard: need != ""`, `guard: users > 3 or need == "x"`))
	for _, f := range []Facts{{"users": "many", "need": "x"}, {"users": 4}, {"users": true}} {
		got := d.Offers(Case{State: "first", Facts: f})
		if len(got) != 1 || got[0].Free() || got[0].Blocked[0].Kind != "error" || got[0].Blocked[0].Of[0] == "" {
			t.Errorf("%v: %+v", f, got)
		}
	}
	d = parsed(t, broken(t, `guard: need != ""`, `guard: cost > 1000 and need contains "x"`))
	for cost, free := range map[string]bool{"1000.00": false, "1000.01": true, "9999999999999.99": true} {
		if got := d.Offers(Case{State: "first", Facts: Facts{"cost": cost, "need": "axb"}}); got[0].Free() != free {
			t.Errorf("%s: %+v", cost, got)
		}
	}
	if got := d.Offers(Case{State: "first", Facts: Facts{"cost": "Inf", "need": "x"}}); got[0].Free() {
		t.Error("Inf is an amount")
	}
	byHand := &Definition{States: d.States, Transitions: d.Transitions}
	if got := byHand.Offers(Case{State: "first"}); got[0].Free() {
		t.Error("a guard that was never compiled passes")
	}
	flawed := parsed(t, broken(t, `guard: need != ""`, `guard: need !=`))
	if got := flawed.Offers(Case{State: "first", Facts: Facts{"need": "x"}}); got[0].Free() || got[0].Blocked[0].Kind != "error" {
		t.Errorf("a guard that nobody can read passes: %+v", got)
	}
}

// Definitions are shared: many ask the same guards at once (the race detector looks on).
func TestManyAskAtOnce(t *testing.T) {
	d, _ := Find("advice")
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for range 50 {
				free := d.Offers(Case{State: "worked_on", Facts: Facts{"answer": "x", "answer_source": "x", "topic": "licence", "licence_seen": i%2 == 0}})[0].Free()
				if free != (i%2 == 0) {
					t.Errorf("%d: free %v", i, free)
				}
			}
		})
	}
	wait.Wait()
}

func TestFieldsAreAskedWhenTheyApply(t *testing.T) {
	d := parsed(t, broken(t, `when: kind == "open"`, `required: true, when: kind == "open"`))
	asked := func(f Facts) bool {
		return slices.ContainsFunc(d.Asks(f), func(f Field) bool { return f.ID == "urgent" })
	}
	if asked(Facts{}) || asked(Facts{"kind": "other"}) || !asked(Facts{"kind": "open"}) || !asked(Facts{"kind": 3}) {
		t.Error("urgent is asked at the wrong time")
	}
	if got := d.Lacks("tell", Facts{"kind": "open"}); !slices.Equal(got, []string{"need", "urgent"}) {
		t.Errorf("lacks %v", got)
	}
	if got := d.Lacks("tell", Facts{"kind": "other", "need": "x"}); got != nil {
		t.Errorf("lacks %v", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sound))
	for _, d := range Shipped() {
		text, _ := Written(d.ID)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			if _, ok := errors.AsType[*ParseError](err); !ok {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		Check(d, houseRoles)
		for _, o := range d.Offers(Case{State: d.Start().ID}) {
			if o.Guard != "" && o.Free() && !strings.Contains(o.Guard, "known") {
				t.Errorf("guard %q passes and nothing is known", o.Guard)
			}
		}
		if out, err := d.BPMN("de"); err == nil && len(Check(d, houseRoles)) == 0 {
			if wrong := bpmnFaults(out); len(wrong) > 0 {
				t.Errorf("BPMN: %v", wrong)
			}
		}
	})
}

func BenchmarkOffers(b *testing.B) {
	d, _ := Find("software_request")
	c := Case{State: "decision", Facts: Facts{"proposal": "proprietary", "licence_result": "fine", "security_result": "fine", "rules_applied": "x", "alternatives": "x",
		"why_not_open": "x", "economy_opinion": "x", "licence_opinion": "x", "security_opinion": "x", "sovereignty_opinion": "x", "review_on": "2028-01-01"}}
	for b.Loop() {
		d.Offers(c)
	}
}
