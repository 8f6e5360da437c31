// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/spdx"
)

const small = `{"MIT": {"MIT": "Same", "GPL-3.0-only": "No", "Python-2.0": "Yes"}, "GPL-3.0-only": {"MIT": "Yes", "GPL-3.0-only": "Same", "Python-2.0": "Perhaps"}}`

func TestAMissingRowIsUnknown(t *testing.T) {
	m, err := ReadMatrix([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		out, in string
		answer  Answer
		missing string
	}{
		{"MIT", "GPL-3.0-only", No, ""}, {"GPL-3.0-only", "MIT", Yes, ""}, {"GPL-3.0", "mit", Yes, ""},
		{"Python-2.0", "MIT", Unknown, "work"}, {"MIT", "EUPL-1.2", Unknown, "component"}, {"GPL-3.0-only", "Python-2.0", Unknown, ""},
	} {
		if c := m.Ask(tt.out, tt.in); c.Answer != tt.answer || c.Missing != tt.missing {
			t.Errorf("%s in %s: %+v", tt.in, tt.out, c)
		}
	}
	want := []Flaw{{"compat.flaw.word", "GPL-3.0-only", "Python-2.0", "Perhaps"}, {Key: "compat.flaw.row", Out: "Python-2.0"}}
	if !slices.Equal(m.Flaws, want) || m.Cells != 6 || len(m.Licences) != 3 {
		t.Errorf("%+v, %d cells, %v", m.Flaws, m.Cells, m.Licences)
	}
	or, _ := spdx.Parse("GPL-3.0-only OR MIT")
	and, _ := spdx.Parse("MIT AND Foo-1.0")
	with, _ := spdx.Parse("GPL-3.0-only WITH Classpath-exception-2.0")
	for e, want := range map[string]struct {
		spdx.Expr
		Answer
	}{"or": {or, Yes}, "and": {and, Unknown}, "with": {with, Unknown}} {
		if c := m.Judge("MIT", want.Expr); c.Answer != want.Answer {
			t.Errorf("%s: %+v", e, c)
		}
	}
}

func TestWhatIsNoMatrixSaysWhere(t *testing.T) {
	for file, want := range map[string]string{
		``: "the file begins with EOF", `[]`: "the file begins with [", `{}`: "no row", `{"MIT": {"MIT": 1}}`: "the answer for MIT is 1",
		`{"MIT": {"MIT": "Yes"}, "mit": {}}`: "two rows for MIT", `{"MIT": {"MIT": "Yes", "MIT": "No"}}`: "two answers for MIT",
		`{"a/b": {}}`: `"a/b" is no id`, small + `{}`: "something follows", `{"licenses": [{"name": 3}]}`: "the row at byte",
		`{"licenses": [{"name": "MIT", "compatibilities": [{"name": "", "compatibility": "Yes"}]}]}`:                                                        "is no id",
		`{"licenses": [{"name": "MIT", "compatibilities": [{"name": "MIT", "explanation": "` + strings.Repeat("x", 5000) + `", "compatibility": "Yes"}]}]}`: "bytes of explanation",
		"{\"MIT\": {\"MIT\": \"\xff\"}}":                 "not UTF-8",
		`{"MIT": {"MIT": ` + strings.Repeat("[", 100000): "the answer for MIT is [",
	} {
		if _, err := ReadMatrix([]byte(file)); !errors.Is(err, ErrMatrix) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", file, err, want)
		}
	}
}

// edition reads an edition of the matrix, which nobody may copy into this repository without
// need: it lies beside it, or in the folder that ALLMENDE_TEST_OSADL names.
func edition(t *testing.T, name string) Matrix {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(cmp.Or(os.Getenv("ALLMENDE_TEST_OSADL"), "../../../../shared/data"), name))
	if err != nil {
		t.Skipf("the matrix of OSADL is not here: name its folder with ALLMENDE_TEST_OSADL (%v)", err)
	}
	m, err := ReadMatrix(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBothEditions(t *testing.T) {
	for name, want := range map[string]struct {
		licences int
		date     string
	}{"osadl-matrix-2024-05-25.json": {110, "2024-05-25"}, "osadl-matrixseqexpl-2024-11-04.json": {115, "2024-11-04"}} {
		t.Run(name, func(t *testing.T) {
			m := edition(t, name)
			if len(m.Licences) != want.licences || m.Date != want.date || m.Cells != want.licences*want.licences || len(m.Flaws) > 0 {
				t.Errorf("%d licences of %q, %d cells, %v", len(m.Licences), m.Date, m.Cells, m.Flaws)
			}
			if c := m.Ask("EUPL-1.2", "GPL-3.0-only"); c.Answer != No {
				t.Errorf("GPL in EUPL: %+v", c)
			}
		})
	}
}

// The table of docs/compatibility.md is what this test finds; -update writes it anew.
func TestTheComparisonIsAsDocumented(t *testing.T) {
	m := edition(t, "osadl-matrixseqexpl-2024-11-04.json")
	const doc, from, to = "../../../docs/compatibility.md", "<!-- comparison: begin -->\n", "<!-- comparison: end -->"
	data, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), from)
	old, tail, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the comparison", doc)
	}
	table := comparison(m.Compare())
	if *update {
		if err := os.WriteFile(doc, []byte(head+from+table+to+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if old != table {
		t.Errorf("the comparison changed; look at it, then: go test ./internal/engine/combine -run Documented -update")
	}
}

// pairs are those that offices ask about most, and those where the two differ.
var pairs = strings.Fields(`
	EUPL-1.2<MIT EUPL-1.2<Apache-2.0 EUPL-1.2<BSD-3-Clause EUPL-1.2<MPL-2.0 EUPL-1.2<LGPL-2.1-only EUPL-1.2<LGPL-3.0-or-later EUPL-1.2<EPL-2.0 EUPL-1.2<GPL-2.0-only
	EUPL-1.2<GPL-3.0-or-later EUPL-1.2<AGPL-3.0-only EUPL-1.2<EUPL-1.1 EUPL-1.1<EUPL-1.2 MIT<Apache-2.0 MIT<MPL-2.0 MIT<LGPL-2.1-or-later MIT<EPL-2.0 MIT<CDDL-1.0 MIT<GPL-3.0-only MIT<EUPL-1.2
	MIT<Artistic-2.0 Apache-2.0<MIT Apache-2.0<EUPL-1.2 GPL-2.0-only<Apache-2.0 GPL-2.0-or-later<Apache-2.0 GPL-3.0-only<Apache-2.0 GPL-2.0-only<MPL-2.0 GPL-2.0-only<EPL-2.0 GPL-2.0-only<CDDL-1.0
	GPL-2.0-only<EUPL-1.2 GPL-3.0-only<EUPL-1.2 GPL-3.0-only<GPL-2.0-only GPL-3.0-only<GPL-2.0-or-later GPL-3.0-only<PHP-3.01 GPL-3.0-only<OpenSSL GPL-3.0-only<Python-2.0 GPL-3.0-only<AGPL-3.0-only
	AGPL-3.0-only<GPL-3.0-only AGPL-3.0-only<EUPL-1.2 MPL-2.0<EUPL-1.2 LGPL-2.1-only<Apache-2.0`)

func comparison(all []Comparison) string {
	var b strings.Builder
	n := map[string]int{}
	for _, c := range all {
		n[c.Stand]++
	}
	fmt.Fprintf(&b, "Of %d pairs of different licences that both know, the two agree on %d (%.1f %%). One of them says that it depends, the other yes or no, for %d; one of them does not know for %d; they are contrary for %d.\n\n",
		len(all), n[Agree], 100*float64(n[Agree])/float64(len(all)), n[Shade], n[OneKnows], n[Contrary])
	b.WriteString("| Component | in a work under | Rules | Clause | OSADL | |\n|---|---|---|---|---|---|\n")
	for _, p := range pairs {
		out, in, _ := strings.Cut(p, "<")
		i := slices.IndexFunc(all, func(c Comparison) bool { return c.Out == out && c.In == in })
		c := all[i]
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", in, out, c.Rule.Answer, c.Rule.Clause, c.Matrix.Word, map[string]string{Agree: "", Shade: "differ in shade", OneKnows: "one does not know", Contrary: "**contrary**"}[c.Stand])
	}
	b.WriteString("\nWhere they differ, by rule of ours:\n\n| Rule | Ours | OSADL | Pairs | For example |\n|---|---|---|---|---|\n")
	type key struct{ rule, word string }
	groups, order := map[key][]Comparison{}, []key{}
	for _, c := range all {
		if k := (key{c.Rule.Rule, c.Matrix.Word}); c.Stand != Agree {
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], c)
		}
	}
	slices.SortFunc(order, func(x, y key) int {
		return cmp.Or(len(groups[y])-len(groups[x]), cmp.Compare(x.rule, y.rule), cmp.Compare(x.word, y.word))
	})
	for _, k := range order {
		c := groups[k][0]
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %s in %s |\n", k.rule, c.Rule.Answer, k.word, len(groups[k]), c.In, c.Out)
	}
	return b.String() + "\n"
}

func FuzzReadMatrix(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"timestamp": "2024-11-04T13:45:00+0000", "licenses": [{"name": "MIT", "compatibilities": [{"name": "MIT", "compatibility": "Same", "explanation": "n.a."}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ReadMatrix(data)
		if err != nil && !errors.Is(err, ErrMatrix) {
			t.Errorf("%v is no sentence about a matrix", err)
		}
		for _, out := range m.Licences {
			if c := m.Ask(out, "Foo-none-such"); err == nil && c.Answer != Unknown {
				t.Errorf("what is missing is %+v", c)
			}
		}
	})
}

var update = flag.Bool("update", false, "write the comparison in docs/compatibility.md anew")
