// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/clausetest"
	"allmende/internal/engine/spdx"
)

// clauseFile is testdata/clauses.txt: which clauses rules may name, each with words that were
// found there.
const clauseFile = "testdata/clauses.txt"

// Each clause that a rule names is listed, and the words listed for it stand in that section of
// the licence.
func TestEveryClauseStandsInTheLicence(t *testing.T) {
	data, err := os.ReadFile(clauseFile)
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "-- clauses --\n")
	listed := map[string]bool{}
	for line := range strings.Lines(table) {
		f := strings.Split(line, "|")
		if len(f) != 4 {
			t.Fatalf("%q: want clause | licences | section | words", line)
		}
		clause, section, words := strings.TrimSpace(f[0]), strings.TrimSpace(f[2]), strings.TrimSpace(f[3])
		listed[clause] = true
		for _, id := range strings.Fields(f[1]) {
			if why := clausetest.Stands(spdx.Text(id), section, words); why != "" {
				t.Errorf("%s: %s: %s", clause, id, why)
			}
		}
	}
	named := map[string]bool{}
	for _, r := range Rules.Rules {
		for _, c := range r.named() {
			named[c] = true
			if !listed[c] && r.Answer != Unknown && len(r.With) == 0 {
				t.Errorf("rule %s names %s, which %s does not list", r.ID, c, clauseFile)
			}
		}
	}
	for c := range listed {
		if !named[c] {
			t.Errorf("%s lists %s, which no rule names", clauseFile, c)
		}
	}
}

// named are the clauses that a rule names, each with its licence, for all its components.
func (r Rule) named() (out []string) {
	if !strings.Contains(r.Clause, "{in}") {
		out = clauses(r.Clause)
	}
	for _, c := range r.Clauses {
		out = append(out, clauses(c)...)
	}
	for _, in := range r.In {
		out = append(out, clauses(strings.ReplaceAll(r.clause(in), "{in}", in))...)
	}
	return out
}

// clauses takes "GPL-2.0 §6, §7 — GPL-3.0 §10" apart into clauses with their licence.
func clauses(text string) (out []string) {
	licence := ""
	for part := range strings.SplitSeq(text, " — ") {
		for c := range strings.SplitSeq(part, ", ") {
			if slices.ContainsFunc([]string{"§", "Art.", "Anhang", "Exhibit"}, func(s string) bool { return strings.HasPrefix(c, s) }) {
				c = licence + " " + c
			} else {
				licence, _, _ = strings.Cut(c, " ")
			}
			out = append(out, c)
		}
	}
	return out
}

// What a rule rests on is said: on the text, on what somebody says of it, with the place and the
// day on which that was looked up, or on our own reading. Texts of exceptions are not built in.
func TestEveryRuleSaysWhatItRestsOn(t *testing.T) {
	for _, r := range Rules.Rules {
		_, err := time.Parse(time.DateOnly, r.Checked)
		switch {
		case strings.HasPrefix(r.ID, "unknown."):
			if r.Certainty != "" || r.Answer != Unknown {
				t.Errorf("rule %s knows nothing, and says %q by %q", r.ID, r.Answer, r.Certainty)
			}
		case r.Certainty == BySaid:
			if r.Source == "" || err != nil {
				t.Errorf("rule %s: who says so (%q), looked up when (%q)?", r.ID, r.Source, r.Checked)
			}
		case r.Source != "":
			t.Errorf("rule %s rests on %q and has the source %s", r.ID, r.Certainty, r.Source)
		case r.Certainty == ByText && len(r.With) > 0:
			t.Errorf("rule %s rests on the text of an exception, which is not at hand", r.ID)
		case r.Certainty != ByText && r.Certainty != ByReading:
			t.Errorf("rule %s rests on %q", r.ID, r.Certainty)
		}
	}
}
