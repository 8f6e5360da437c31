// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/ruletest"
)

// Each file in testdata is a rule: a survey or a description, and what the linter finds.
func TestRules(t *testing.T) {
	all, err := ruletest.Read(os.DirFS("testdata"), 7)
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string]bool{}
	for name, parts := range all {
		t.Run(name, func(t *testing.T) {
			var found []Finding
			var s Survey
			var d Description
			switch {
			case parts["survey"] != "":
				read(t, parts["survey"], &s)
				found = s.Lint("2026-11-28")
			default:
				read(t, parts["description"], &d)
				found = d.Lint(strings.Split(strings.TrimSpace(parts["products"]), ", "))
			}
			var got []string
			for _, f := range found {
				broken[f.ID] = true
				got = append(got, strings.TrimRight(fmt.Sprintf("%s %s %s %d %s", f.Severity, f.ID, f.Place, f.N, f.Got), " "))
			}
			want := strings.Split(strings.TrimSpace(parts["findings"]), "\n")
			if parts["findings"] == "" {
				want = nil
			}
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
	for _, r := range Shipped().Rules {
		if !broken[r.ID] {
			t.Errorf("no document breaks the rule %s", r.ID)
		}
	}
}

func read(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
}

// What the program offers has words in both languages, says what it rests on, and passes the
// linter that it is offered with.
func TestTheCatalogueIsWhole(t *testing.T) {
	c := Shipped()
	if c.ID == "" || c.Version < 1 || c.Checked == "" {
		t.Errorf("no id, version or day: %s %d %s", c.ID, c.Version, c.Checked)
	}
	seen := map[string]bool{}
	for _, all := range [][]Choice{c.Needs, c.Ways, c.Procedures, c.Requirements, c.Suitability} {
		if len(all) < 3 {
			t.Errorf("only %d choices", len(all))
		}
		for _, x := range all {
			if seen[x.ID] || x.Name.DE == "" || x.Name.EN == "" || x.About.DE == "" || x.About.EN == "" || x.Source == "" || !slices.Contains([]string{Own, Seen, Unverified}, x.Certainty) {
				t.Errorf("%s is not whole: %+v", x.ID, x)
			}
			seen[x.ID] = true
		}
	}
	var d Description
	d.Aim = "Termine vergeben"
	for _, r := range append(slices.Clone(c.Requirements), c.Suitability...) {
		d.Items = append(d.Items, Item{From: r.ID, Kind: Must, Text: r.About.DE}, Item{From: r.ID, Kind: Score, Text: r.About.EN})
	}
	if found := d.Lint([]string{"Microsoft", "Nextcloud"}); len(found) > 0 {
		t.Errorf("the linter finds something in what it offers: %+v", found)
	}
}
