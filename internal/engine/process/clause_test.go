// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"fmt"
	"strings"
	"testing"
)

// spelled writes a clause for the test: kinds, ids of fields and words.
func spelled(c Clause) string {
	out := []string{c.Kind}
	for _, part := range []string{c.Field.ID, c.Sign, c.Other.ID} {
		if part != "" {
			out = append(out, part)
		}
	}
	for _, w := range c.Words {
		out = append(out, w.EN)
	}
	for _, of := range c.Of {
		out = append(out, "("+spelled(of)+")")
	}
	return strings.Join(out, " ")
}

func TestAGuardIsTakenApart(t *testing.T) {
	for _, c := range []struct{ id, guard, want string }{
		{"procurement_dossier", `not winner_open and awarded_to != "" and known(price)`, "all (no winner_open) (stated awarded_to) (stated price)"},
		{"advisory_response", `affected == "not_affected" and why != ""`, "all (is affected Not affected) (stated why)"},
		{"awareness_campaign", `target > before and after >= target or target < 5`, "any (all (compare target > before) (compare after >= target)) (compare target < 5)"},
		{"sovereignty_assessment", `not (grade != "unknown")`, "not (isnt grade Cannot be told)"},
		{"procurement_dossier", `bids + 1 > 0`, "other bids + 1 > 0"},
		{"procurement_dossier", `survey contains "openCode"`, "holds survey openCode"},
	} {
		for _, d := range Shipped() {
			if d.ID != c.id {
				continue
			}
			got, ok := d.Clause(c.guard)
			if !ok || spelled(got) != c.want {
				t.Errorf("%s: got %q, %v; want %q", c.guard, spelled(got), ok, c.want)
			}
		}
	}
	if _, ok := Shipped()[0].Clause("and and"); ok {
		t.Error("what is no expression is taken apart")
	}
}

// Each guard that ships can be said in words, in full.
func TestEachShippedGuardCanBeSaid(t *testing.T) {
	n := 0
	for _, d := range Shipped() {
		for _, x := range d.Transitions {
			if x.Guard == "" {
				continue
			}
			n++
			if c, ok := d.Clause(x.Guard); !ok || strings.Contains(fmt.Sprint(" ", spelled(c), ")"), "other ") {
				t.Errorf("%s %s: %q", d.ID, x.ID, spelled(c))
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d guards ship", n)
	}
}
