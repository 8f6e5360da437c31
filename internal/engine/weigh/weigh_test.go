// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package weigh

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"allmende/internal/engine/ruletest"
)

// read makes ideas of lines such as "a need=5,2 saving=0".
func read(t *testing.T, text string) (out []Idea) {
	t.Helper()
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		idea := Idea{ID: words[0], Points: map[string][]int{}}
		for _, w := range words[1:] {
			id, all, _ := strings.Cut(w, "=")
			for p := range strings.SplitSeq(all, ",") {
				n, err := strconv.Atoi(p)
				if err != nil {
					t.Fatal(err)
				}
				idea.Points[id] = append(idea.Points[id], n)
			}
		}
		out = append(out, idea)
	}
	return out
}

func TestRules(t *testing.T) {
	rules, err := ruletest.Read(os.DirFS("testdata"), 5)
	if err != nil {
		t.Fatal(err)
	}
	c := Shipped()
	for name, rule := range rules {
		ideas := read(t, rule["ideas"])
		all, err := c.Weigh(ideas, c.Proposed())
		if err != nil {
			t.Fatal(name, err)
		}
		var got strings.Builder
		for _, r := range all {
			fmt.Fprintf(&got, "%s value %s to %s place %d to %d\n", r.ID, r.Value.Low.Text("en", 1), r.Value.High.Text("en", 1), r.Best, r.Worst)
		}
		if strings.TrimSpace(got.String()) != strings.TrimSpace(rule["result"]) {
			t.Errorf("%s: got\n%s", name, got.String())
		}
		if rule["vary"] == "" {
			continue
		}
		shifts, err := c.Vary(ideas, c.Proposed(), 50)
		if err != nil {
			t.Fatal(name, err)
		}
		got.Reset()
		for _, s := range shifts {
			fmt.Fprintf(&got, "%s %+d %s%s\n", s.Criterion, s.Percent, strings.Join(s.Order, " "), map[bool]string{true: " moved"}[len(s.Moved) > 0])
		}
		if strings.TrimSpace(got.String()) != strings.TrimSpace(rule["vary"]) {
			t.Errorf("%s: got\n%s", name, got.String())
		}
	}
}

// The catalogue says of each criterion in both languages what earns 0 and 5 points; the weights
// that it proposes pass its own check.
func TestTheCatalogueIsWhole(t *testing.T) {
	c := Shipped()
	if c.Version < 1 || c.Source == "" || c.Checked == "" || len(c.Criteria) < 5 {
		t.Errorf("%+v", c)
	}
	for _, one := range c.Criteria {
		for _, text := range []string{one.Name.In("de"), one.Name.In("en"), one.None.In("de"), one.None.In("en"), one.Full.In("de"), one.Full.In("en")} {
			if text == "" {
				t.Errorf("%s lacks a text", one.ID)
			}
		}
	}
	if err := c.Check(c.Proposed()); err != nil {
		t.Error(err)
	}
}

func TestWeightsThatWillNotDo(t *testing.T) {
	c := Shipped()
	for name, change := range map[string]func(map[string]int){
		"negative": func(w map[string]int) { w["need"] = -1 },
		"too much": func(w map[string]int) { w["need"] = MostWeight + 1 },
		"lacking":  func(w map[string]int) { delete(w, "risk") },
		"unknown":  func(w map[string]int) { w["beauty"] = 1 },
		"no value": func(w map[string]int) { w["need"], w["sovereignty"], w["others"], w["saving"] = 0, 0, 0, 0 },
	} {
		w := c.Proposed()
		change(w)
		if _, ok := errors.AsType[*WeightError](c.Check(w)); !ok {
			t.Errorf("%s: %v", name, c.Check(w))
		}
	}
	if _, err := c.Weigh([]Idea{{ID: "a", Points: map[string][]int{"need": {6}}}}, c.Proposed()); err == nil {
		t.Error("six points pass")
	}
}
