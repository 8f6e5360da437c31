// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package judge

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/ruletest"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// Each file in testdata is a rule: what it says, a profile, and cases with what follows.
func TestRules(t *testing.T) {
	for name, parts := range written(t) {
		t.Run(name, func(t *testing.T) { checkRule(t, parts) })
	}
}

func written(t testing.TB) map[string]map[string]string {
	t.Helper()
	all, err := ruletest.Read(os.DirFS("testdata"), 15)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func checkRule(t *testing.T, parts map[string]string) {
	p, ok := Find(strings.TrimSpace(parts["profile"]))
	if !ok {
		own, err := Read([]byte(parts["profile.json"]))
		if err != nil {
			t.Fatal(err)
		}
		p = &own
	}
	var waivers []Waiver
	if strings.Contains(parts[""], "that an organisation decided") {
		waivers = []Waiver{{ID: "w1", Licence: "GPL-3.0-only", Contexts: []ospo.Context{ospo.Internal}, Verdict: Allow}, {ID: "w2", Component: "pkg:npm/slash", Verdict: Allow}}
	}
	cases := 0
	for line := range strings.Lines(parts["cases"]) {
		want := strings.Split(strings.TrimSpace(line), "|")
		if len(want) != 4 || strings.HasPrefix(line, "#") {
			continue
		}
		cases++
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		var c Case
		c.Licence, c.Component, _ = strings.Cut(want[0], " @ ")
		c.Licence, c.Choice, _ = strings.Cut(c.Licence, " -> ")
		f := Law{p, ospo.Context(want[1]), waivers}.Judge(c)
		var kinds []string
		for _, s := range f.Steps {
			kinds = append(kinds, s.Kind)
		}
		if string(f.Verdict) != want[2] || strings.Join(kinds, " ") != want[3] {
			t.Errorf("%s in %s: %s by %v, want %s by %s", want[0], want[1], f.Verdict, kinds, want[2], want[3])
		}
	}
	if cases < 3 {
		t.Errorf("%d cases show no rule", cases)
	}
}

func TestMunichContradictsItself(t *testing.T) {
	page, _ := Find("munich")
	check, _ := Find("munich-ci")
	all := Between(page, check)
	i := slices.IndexFunc(all, func(c Conflict) bool { return c.Licence == "LGPL-2.1-or-later" })
	if i < 0 {
		t.Fatalf("the page allows LGPL, the check denies it; found %v", all)
	}
	c := all[i]
	if c.One.Verdict != Allow || c.Other.Verdict != Deny || c.One.Rule != "own-weak" || c.Other.Rule != "deny-lgpl" || !slices.Contains(c.Contexts, ospo.Linked) || slices.Contains(c.Contexts, ospo.Internal) {
		t.Errorf("%+v", c)
	}
	if slices.ContainsFunc(all, func(c Conflict) bool { return c.Licence == "MIT" }) {
		t.Error("both allow MIT, and yet that is told as a conflict")
	}
}

func TestAProfileThatContradictsItselfSaysSo(t *testing.T) {
	p, err := Read([]byte(strings.ReplaceAll(written(t)["exact"]["profile.json"], "\n", " ")))
	if err != nil {
		t.Fatal(err)
	}
	all := Within(&p)
	if len(all) != 1 || all[0].Licence != "ISC" || all[0].One.Verdict != Deny || all[0].Other.Verdict != Allow || len(all[0].Contexts) != len(ospo.Contexts) {
		t.Errorf("%+v", all)
	}
	for _, s := range Shipped() {
		if c := Within(s); len(c) > 0 {
			t.Errorf("%s contradicts itself: %+v", s.ID, c)
		}
	}
}

// Every id in the profiles that come with the program is on the SPDX list: a misspelt one
// would never apply.
func TestProfilesNameWhatThereIs(t *testing.T) {
	if len(Shipped()) != len(order) {
		t.Errorf("%d profiles, want %d", len(Shipped()), len(order))
	}
	for _, p := range Shipped() {
		if p.Source == "" || p.Checked == "" || p.About.DE == "" || p.About.EN == "" || p.Title.DE == "" {
			t.Errorf("%s does not say what it is, whence it comes, and when that was checked", p.ID)
		}
		for _, r := range p.Rules {
			if r.Note.DE == "" || r.Note.EN == "" {
				t.Errorf("%s, rule %s gives no reason", p.ID, r.ID)
			}
			for _, l := range r.Licences {
				if e, err := spdx.Parse(l); err != nil || !e.Licence.Listed {
					t.Errorf("%s, rule %s: %s is not on the SPDX list", p.ID, r.ID, l)
				}
			}
		}
	}
}

func TestAProfileThatIsNoneIsRefused(t *testing.T) {
	good := `{"id":"a","version":"1","title":{"de":"A"},"source":"x","checked":"2026-11-28","default":"unknown","rules":[{"id":"r","verdict":"allow","licences":["MIT"]}]}`
	if _, err := Read([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string][2]string{
		`"id":"a"`:           {`"id":"A b"`, "policy.form.id"},
		`"version":"1"`:      {`"version":""`, "policy.form.version"},
		`{"de":"A"}`:         {`{}`, "policy.form.title"},
		`"unknown"`:          {`"perhaps"`, "policy.form.verdict"},
		`"allow"`:            {`"unknown"`, "policy.form.verdict"},
		`["MIT"]`:            {`["MIT OR ISC"]`, "policy.form.licence"},
		`"MIT"]}`:            {`"MIT"],"contexts":["moon"]}`, "policy.form.context"},
		`"r"`:                {`""`, "policy.form.rule_id"},
		`"licences":["MIT"]`: {`"classes":["nice"]`, "policy.form.class"},
		`"rules":[{`:         {`"rules":[{"id":"r","verdict":"deny","any":true},{`, "policy.form.twice"},
		`2026-11-28`:         {`yesterday`, "policy.form.day"},
		`"source"`:           {`"sauce"`, "policy.form.json"},
		`]}]}`:               {`]}]} {}`, "policy.form.rest"},
	} {
		text := strings.Replace(good, from, to[0], 1)
		_, err := Read([]byte(text))
		var f *FormError
		if !errors.As(err, &f) || f.Key != to[1] {
			t.Errorf("%s: %v, want %s", text, err, to[1])
		}
	}
}

func TestOnlyWhatAChangeTouchesIsJudgedAnew(t *testing.T) {
	old, _ := Find("opencode")
	now, err := old.Apply(Change{Put: []Rule{{ID: "no-agpl", Verdict: Deny, Contexts: []ospo.Context{ospo.Hosted}, Licences: []string{"AGPL-3.0-only"}}}}, "1.7+1")
	if err != nil {
		t.Fatal(err)
	}
	touched := Touched(old, &now)
	for text, want := range map[string]bool{"MIT": false, "AGPL-3.0-only": true, "AGPL-3.0": true, "MIT OR AGPL-3.0-only": true, "AGPL-3.0-or-later": false, "GPL": false, "": false} {
		before, after := Law{old, ospo.Hosted, nil}.Judge(Case{Licence: text}), Law{&now, ospo.Hosted, nil}.Judge(Case{Licence: text})
		if got := touched(text); got != want && (want || before.Verdict != after.Verdict) {
			t.Errorf("%q: touched %v, want %v; %s, then %s", text, got, want, before.Verdict, after.Verdict)
		}
		if !touched(text) && before.Verdict != after.Verdict {
			t.Errorf("%q changes from %s to %s and is not touched", text, before.Verdict, after.Verdict)
		}
	}
	for _, e := range spdx.List() { // whatever changes is touched
		if (Law{old, ospo.Hosted, nil}).Judge(Case{Licence: e.ID}).Verdict != (Law{&now, ospo.Hosted, nil}).Judge(Case{Licence: e.ID}).Verdict && !touched(e.ID) {
			t.Errorf("%s changes and is not touched", e.ID)
		}
	}
	if len(old.Rules) != 3 || old.Version != "1.7" {
		t.Error("the profile that is changed must stay as it is")
	}
	if _, err := old.Apply(Change{Remove: []string{"nothing"}}, "2"); err == nil {
		t.Error("a rule that is not there is removed")
	}
}

// A rule about a class, spelt out, decides on licences that another rule names, and the
// profile does not contradict itself.
func TestAClassIsDenied(t *testing.T) {
	old, _ := Find("opencode")
	r := Rule{ID: "no-network", Verdict: Deny, Classes: []spdx.Class{spdx.Network}}
	now, err := old.Apply(old.Overrule(r.Spelt()), "2")
	if err != nil {
		t.Fatal(err)
	}
	for licence, want := range map[string]Verdict{"AGPL-3.0-only": Deny, "AGPL-3.0-or-later": Deny, "MIT": Allow, "SSPL-1.0": Deny} {
		if got := (Law{&now, ospo.Hosted, nil}).Judge(Case{Licence: licence}).Verdict; got != want {
			t.Errorf("%s is %s, want %s", licence, got, want)
		}
	}
	if c := Within(&now); len(c) > 0 {
		t.Errorf("%+v", c)
	}
	touched := Touched(old, &now)
	for _, e := range spdx.List() {
		differs := (Law{old, ospo.Hosted, nil}).Judge(Case{Licence: e.ID}).Verdict != (Law{&now, ospo.Hosted, nil}).Judge(Case{Licence: e.ID}).Verdict
		if differs && !touched(e.ID) {
			t.Errorf("%s changes and is not touched", e.ID)
		}
	}
	if touched("MIT") || touched("Apache-2.0") {
		t.Error("what the change leaves alone is touched")
	}
}

func FuzzRead(f *testing.F) {
	for _, p := range []string{"exact", "with", "deprecated"} {
		data, err := os.ReadFile("testdata/" + p + ".txtar")
		if err != nil {
			f.Fatal(err)
		}
		_, text, _ := strings.Cut(string(data), "-- profile.json --\n")
		text, _, _ = strings.Cut(text, "-- cases --")
		f.Add([]byte(text), "MIT OR GPL-2.0+ WITH Classpath-exception-2.0")
	}
	f.Fuzz(func(t *testing.T, data []byte, licence string) {
		p, err := Read(data)
		var form *FormError
		if err != nil {
			if !errors.As(err, &form) || form.Key == "" {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		for _, c := range ospo.Contexts {
			got := Law{&p, c, nil}.Judge(Case{Licence: licence, Component: "pkg:npm/a@1"})
			if !got.Verdict.Valid() || len(got.Steps) == 0 {
				t.Fatalf("%q: %+v", licence, got)
			}
		}
		Within(&p)
	})
}

func BenchmarkJudge(b *testing.B) {
	p, _ := Find("opencode")
	for _, text := range []string{"MIT", "MIT OR Apache-2.0", "(MIT OR SSPL-1.0) AND GPL-2.0-only WITH Classpath-exception-2.0", "Apache License, Version 2.0"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				Law{p, ospo.Hosted, nil}.Judge(Case{Licence: text})
			}
		})
	}
}
