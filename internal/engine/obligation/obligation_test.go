// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package obligation

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/clausetest"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// frequent are the licences that the catalogue has to hold.
var frequent = strings.Fields(`MIT Apache-2.0 BSD-2-Clause BSD-3-Clause ISC 0BSD Unlicense CC0-1.0 Zlib BSL-1.0 PostgreSQL PHP-3.01 PSF-2.0 Python-2.0
	OpenSSL curl libpng-2.0 X11 MIT-0 BlueOak-1.0.0 WTFPL Artistic-2.0 MPL-1.1 MPL-2.0 EPL-1.0 EPL-2.0 CDDL-1.0 CDDL-1.1 LGPL-2.1-only LGPL-2.1-or-later
	LGPL-3.0-only LGPL-3.0-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later AGPL-3.0-only AGPL-3.0-or-later EUPL-1.1 EUPL-1.2 SSPL-1.0
	CC-BY-4.0 CC-BY-SA-4.0 OFL-1.1
	LGPL-2.0-only LGPL-2.0-or-later GPL-1.0-only GPL-1.0-or-later BSD-4-Clause BSD-4-Clause-UC Apache-1.0 MIT-CMU RSA-MD JSON FSFUL FSFULLR MPL-1.0
	CC-BY-3.0 GFDL-1.2-only GFDL-1.2-or-later GFDL-1.3-only GFDL-1.3-or-later AFL-2.1
	GFDL-1.2-invariants-only GFDL-1.2-invariants-or-later GFDL-1.2-no-invariants-only GFDL-1.2-no-invariants-or-later
	GFDL-1.3-invariants-only GFDL-1.3-invariants-or-later GFDL-1.3-no-invariants-only GFDL-1.3-no-invariants-or-later`)

func TestTheFrequentLicencesAreHeld(t *testing.T) {
	if len(frequent) != 71 {
		t.Fatalf("%d licences", len(frequent))
	}
	for _, id := range frequent {
		if !Holds(id) {
			t.Errorf("the catalogue does not hold %s", id)
		}
	}
	if Holds("Foo-1.0") || Of("Foo-1.0") != nil || !Holds("GPL-2.0+") || len(Of("GPL-2.0+")) == 0 {
		t.Error("an unknown id is held, or a deprecated one is not")
	}
}

// Each entry names words of the licence and the section in which they stand. Both are looked up
// in the text of each of its licences.
func TestEveryClauseStandsInTheLicence(t *testing.T) {
	checked := 0
	for _, d := range All() {
		if _, err := time.Parse(time.DateOnly, d.Reviewed); err != nil {
			t.Errorf("%s: reviewed on %q", d.ID, d.Reviewed)
		}
		for _, id := range d.Licences {
			if why := clausetest.Stands(spdx.Text(id), d.section(id), d.Quote); why != "" {
				t.Errorf("%s: %s: %s", d.ID, d.Clause(id), why)
			}
			checked++
		}
	}
	if checked < 120 {
		t.Errorf("only %d clauses were looked up", checked)
	}
}

func TestTheLookUpNoticesAWrongClause(t *testing.T) {
	text, words := spdx.Text("Apache-2.0"), "copy of the attribution notices contained within such NOTICE file"
	if why := clausetest.Stands(text, "4(d)", words); why != "" {
		t.Error(why)
	}
	for _, wrong := range []string{"4(c)", "3(d)", "9", "4(e)"} {
		if clausetest.Stands(text, wrong, words) == "" {
			t.Errorf("%s was taken for 4(d)", wrong)
		}
	}
}

// Each file in testdata is a rule that a lawyer can read: what it says, and what follows from
// which licence in which context. This test holds us to them.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d rules, %v", len(files), err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split("\n"+string(data), "\n-- ")
			if len(strings.TrimSpace(parts[0])) < 40 || len(parts) < 2 {
				t.Fatal("it does not say what the rule is, or shows no case of it")
			}
			for _, p := range parts[1:] {
				head, want, _ := strings.Cut(p+"\n", " --\n")
				if got := follows(t, head); strings.TrimSpace(got) != strings.TrimSpace(want) {
					t.Errorf("%s\ngot:\n%s\nwant:\n%s", head, got, want)
				}
			}
		})
	}
}

// follows writes what arises from "licence; contexts; changed": a line a duty.
func follows(t *testing.T, head string) string {
	t.Helper()
	in := strings.Split(head, ";")
	if len(in) != 3 {
		t.Fatalf("%q: want licence; contexts; changed (yes, no, unstated)", head)
	}
	e, err := spdx.Parse(strings.TrimSpace(in[0]))
	if err != nil {
		t.Fatal(err)
	}
	var contexts []ospo.Context
	for _, c := range strings.Fields(in[1]) {
		if !slices.Contains(ospo.Contexts, ospo.Context(c)) {
			t.Fatalf("%q is no context", c)
		}
		contexts = append(contexts, ospo.Context(c))
	}
	changed, ok := map[string]Change{"yes": Changed, "no": Unchanged, "unstated": Unstated}[strings.TrimSpace(in[2])]
	if !ok {
		t.Fatalf("changed: %q", in[2])
	}
	a := Arising(e, contexts, changed)
	var b strings.Builder
	if a.Assumed {
		b.WriteString("taken: " + a.Expr.String() + "\n")
	}
	for _, d := range a.Dues {
		word := "must"
		if d.Duty.MustNot {
			word = "must not"
		}
		if d.Doubt {
			word = "perhaps " + word
		}
		clause := d.Clause
		if d.Standing {
			clause = d.Licence + ", as a rule of its class"
		}
		b.WriteString(word + " " + d.Duty.ID + " | " + clause + "\n")
	}
	if len(a.Dues) == 0 {
		b.WriteString("nothing\n")
	}
	return b.String()
}

func FuzzArising(f *testing.F) {
	for _, s := range []string{"MIT", "MIT OR GPL-2.0-only", "(A OR B) AND (C OR D)", "GPL-2.0+ WITH Classpath-exception-2.0", "NOASSERTION"} {
		f.Add(s, uint8(63), uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, where, changed uint8) {
		e, err := spdx.Parse(text)
		if err != nil {
			return
		}
		var contexts []ospo.Context
		for i, c := range ospo.Contexts {
			if where&(1<<i) != 0 {
				contexts = append(contexts, c)
			}
		}
		a := Arising(e, contexts, Changes[int(changed)%len(Changes)])
		for l := range a.Expr.Licences {
			if len(contexts) > 0 && spdx.ClassOf(canonical(l.ID)) == spdx.Unknown && !Holds(l.ID) && len(a.Dues) == 0 {
				t.Errorf("%q: an unknown licence obliges to nothing", text)
			}
		}
		if !a.Assumed && a.Expr.String() != e.String() {
			t.Errorf("%q became %q without a choice", e, a.Expr)
		}
	})
}

func BenchmarkArising(b *testing.B) {
	e, err := spdx.Parse("(MIT OR Apache-2.0) AND GPL-2.0-only WITH Classpath-exception-2.0")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Arising(e, ospo.Contexts, Unstated)
	}
}
