// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"os"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/osv"
	"allmende/internal/engine/purl"
	"allmende/internal/engine/ruletest"
)

// Each file in testdata is a rule: what it says, an advisory, and what follows for
// which package. This test holds us to them.
func TestRules(t *testing.T) {
	for name, parts := range written(t) {
		if parts["cases"] != "" {
			t.Run(name, func(t *testing.T) { checkRule(t, parts) })
		}
	}
}

func written(t testing.TB) map[string]map[string]string {
	t.Helper()
	all, err := ruletest.Read(os.DirFS("testdata"), 20)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func checkRule(t *testing.T, parts map[string]string) {
	record, err := osv.Read([]byte(parts["advisory.json"]))
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for line := range strings.Lines(parts["cases"]) {
		want := strings.Fields(line)
		if len(want) != 4 || want[0] == "#" {
			continue
		}
		cases++
		if got := answer(t, record, want[0]); !slices.Equal(got, want[1:]) {
			t.Errorf("%s: %s, want %s", want[0], got, want[1:])
		}
	}
	if cases < 2 {
		t.Errorf("%d cases show no rule", cases)
	}
}

// answer gives what the cases write: answer, repaired version, reason.
func answer(t *testing.T, record osv.Record, url string) []string {
	p, err := purl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	ecosystem, name, ok := Ecosystem(p)
	if !ok {
		return []string{"unchecked", "-", strings.TrimPrefix(string(Unchecked(p)), "match.")}
	}
	a := Check(record, ecosystem, name, Version(p))
	slim := record
	slim.Affected = nil
	for _, e := range record.Affected {
		slim.Affected = append(slim.Affected, stored(t, Slim(e)))
	}
	if b := Check(slim, ecosystem, name, Version(p)); b.Verdict != a.Verdict || b.Fixed != a.Fixed {
		t.Errorf("%s: %v, but %v after slimming and storing", url, a, b)
	}
	verdict := map[Verdict]string{Affected: "affected", NotAffected: "clear", Unknown: "unknown"}[a.Verdict]
	if a.Fixed == "" {
		a.Fixed = "-"
	}
	return []string{verdict, a.Fixed, strings.TrimPrefix(string(a.Why), "match.")}
}

func stored(t *testing.T, a osv.Affected) osv.Affected {
	back, err := osv.Decode(a.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestAliasRule(t *testing.T) {
	parts := written(t)["aliases"]
	advisories := slices.Collect(strings.Lines(parts["advisories"]))
	for turn := range 20 { // the order in which they come must not matter
		var c Cluster
		for i := range advisories {
			f := strings.Fields(advisories[(i*7+turn)%len(advisories)])
			c.Add(f[0], f[1:]...)
		}
		for line := range strings.Lines(parts["vulnerabilities"]) {
			want := strings.Fields(line)
			if got := c.Members(want[len(want)-1]); !slices.Equal(got, want) {
				t.Errorf("turn %d: %s are one vulnerability, want %s", turn, got, want)
			}
			for _, id := range want {
				if got := c.Key(id); got != want[0] {
					t.Errorf("turn %d: %s goes by %s, want %s", turn, id, got, want[0])
				}
			}
		}
	}
}
