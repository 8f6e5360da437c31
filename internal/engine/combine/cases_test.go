// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/spdx"
)

// Each file in testdata is a rule that a lawyer can read: what it says, and what follows for
// which component, work and use. This test holds us to them, and to each rule being shown.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	cases := 0
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		said, rest, ok := strings.Cut(string(data), "-- cases --\n")
		if !ok || len(strings.TrimSpace(said)) < 40 {
			t.Errorf("%s does not say what the rule is", f)
		}
		for line := range strings.Lines(rest) {
			if strings.TrimSpace(line) != "" {
				cases++
				checkCase(t, f, line)
			}
		}
	}
	if cases < 70 {
		t.Errorf("only %d cases", cases)
	}
}

func checkCase(t *testing.T, file, line string) {
	f := strings.Split(line, "|")
	if len(f) != 4 {
		t.Errorf("%s: %q has no four columns", file, line)
		return
	}
	how, want := strings.Fields(f[2]), strings.Fields(f[3])
	use := Use{Way: Way(how[0]), Reach: Reach(how[1]), Modified: slices.Contains(how, "modified")}
	e, err := spdx.Parse(strings.TrimSpace(f[0]))
	if err != nil || !slices.Contains(Ways, use.Way) || !slices.Contains(Reaches, use.Reach) {
		t.Errorf("%s: %q: %v", file, line, err)
		return
	}
	j := Judge(strings.TrimSpace(f[1]), e, use)
	if got := []string{string(j.Answer), j.Worst().Rule}; !slices.Equal(got, want) {
		t.Errorf("%s: %s is answered %v", file, strings.TrimSpace(line), got)
	}
}

func TestTheBookIsSound(t *testing.T) {
	if len(Rules.Licences) != 63 || Rules.Version == "" || Rules.Reviewed == "" {
		t.Errorf("%d licences, version %q, reviewed %q", len(Rules.Licences), Rules.Version, Rules.Reviewed)
	}
	for _, id := range Rules.Licences {
		if e, ok := spdx.Find(id); !ok || e.ID != id {
			t.Errorf("%s is not on the SPDX list as %q", id, e.ID)
		}
	}
	seen := map[string]bool{}
	for _, r := range Rules.Rules {
		if seen[r.ID] {
			t.Errorf("two rules are called %s", r.ID)
		}
		seen[r.ID] = true
		if r.Reason.DE == "" || r.Reason.EN == "" || r.Clause == "" || !slices.Contains(Answers, r.Answer) {
			t.Errorf("rule %s lacks something: %+v", r.ID, r)
		}
		for _, x := range r.With {
			if !slices.Contains(spdx.Exceptions(), x) {
				t.Errorf("rule %s: no exception is called %s", r.ID, x)
			}
		}
	}
}

// Every pair of the 63 has an answer by a rule, in every use, and no rule is never reached.
func TestEveryPairIsAnsweredByARule(t *testing.T) {
	reached := map[string]bool{}
	for _, out := range Licences() {
		for _, in := range Licences() {
			for _, way := range Ways {
				for _, reach := range Reaches {
					for _, modified := range []bool{false, true} {
						for _, with := range []string{"", "Classpath-exception-2.0", "LLVM-exception"} {
							v := Pair(out, spdx.Licence{ID: in, Exception: with}, Use{way, reach, modified})
							reached[v.Rule] = true
							if with == "" && v.Answer == Unknown {
								t.Errorf("%s in %s, %s %s: %s", in, out, way, reach, v.Rule)
							}
							if strings.ContainsAny(v.Reason.DE+v.Reason.EN+v.Clause, "{}") {
								t.Errorf("%s: a gap is not filled: %s", v.Rule, v.Reason.EN)
							}
						}
					}
				}
			}
		}
	}
	for _, r := range Rules.Rules {
		if !reached[r.ID] && !strings.HasPrefix(r.ID, "unknown.") {
			t.Errorf("rule %s is never reached", r.ID)
		}
	}
}

func TestAChoiceIsSaid(t *testing.T) {
	e, err := spdx.Parse("(GPL-3.0-only OR MIT) AND (ISC OR AGPL-3.0-only)")
	if err != nil {
		t.Fatal(err)
	}
	j := Judge("EUPL-1.2", e, Use{Way: Static, Reach: Given})
	if j.Answer != Yes || j.Chosen != "MIT AND ISC" || len(j.Parts) != 2 {
		t.Errorf("%+v", j)
	}
}

// Whichever version is meant, none may go in: that is no. As soon as one might, it is unknown.
func TestWhatIsReadWithDoubt(t *testing.T) {
	use := Use{Way: Static, Reach: Given}
	for want, all := range map[Answer][]string{No: {"GPL-2.0-only", "GPL-3.0-only"}, Unknown: {"GPL-2.0-only", "MIT"}} {
		j, e := Read("EUPL-1.2", spdx.Reading{Certainty: spdx.Ambiguous, Candidates: all}, use)
		if j.Answer != want || !e.Licence.Unsaid() || j.Worst().Reason.DE == "" {
			t.Errorf("%v: %+v", all, j)
		}
	}
	for _, text := range []string{"Hausmarke", "", "Foo-1.0"} {
		if j, _ := Read("EUPL-1.2", spdx.Normalise(text), use); j.Answer != Unknown || len(j.Parts) != 1 {
			t.Errorf("%q: %+v", text, j)
		}
	}
}

func TestWaysOut(t *testing.T) {
	gpl := spdx.Expr{Licence: spdx.Licence{ID: "GPL-3.0-or-later"}}
	all := Remedies("EUPL-1.2", gpl, Use{Way: Static, Reach: Given})
	if len(all) != 1 || all[0].Way != Separate || all[0].Answer != Yes {
		t.Errorf("for the GPL in a work under the EUPL: %+v", all)
	}
	lgpl := spdx.Expr{Licence: spdx.Licence{ID: "LGPL-2.1-only"}}
	if all := Remedies("EUPL-1.2", lgpl, Use{Way: Merged, Reach: Given}); len(all) != 3 || all[1].Way != Dynamic || all[1].Answer != Yes {
		t.Errorf("for the LGPL: %+v", all)
	}
	yes, _ := Outbound([]spdx.Expr{gpl, lgpl, {Licence: spdx.Licence{ID: "Apache-2.0"}}}, Use{Way: Merged, Reach: Given})
	if !slices.Equal(yes, []string{"GPL-3.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later"}) {
		t.Errorf("may be published under %v", yes)
	}
	if yes, depends := Outbound([]spdx.Expr{{Licence: spdx.Licence{ID: "Foo-1.0"}}}, Use{Way: Merged, Reach: Given}); len(yes)+len(depends) > 0 {
		t.Errorf("with an unknown component: %v, %v", yes, depends)
	}
}

func BenchmarkJudge(b *testing.B) {
	e, err := spdx.Parse("(GPL-3.0-only OR MIT) AND (ISC OR AGPL-3.0-only)")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Judge("EUPL-1.2", e, Use{Way: Static, Reach: Given})
	}
}
