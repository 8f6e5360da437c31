// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package clause

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"allmende/internal/engine/ruletest"
)

// Each file in testdata is a rule: what it says, and what follows.
func TestRules(t *testing.T) {
	all, err := ruletest.Read(os.DirFS("testdata"), 7)
	if err != nil {
		t.Fatal(err)
	}
	for name, parts := range all {
		t.Run(name, func(t *testing.T) {
			n := 0
			for part, text := range parts {
				kind, which, _ := strings.Cut(part, " ")
				switch kind {
				case "answers":
					checkPlan(t, text, parts[strings.TrimSpace("plan "+which)])
				case "notice", "term", "due", "since":
					for _, line := range rows(text) {
						checkDays(t, kind, line)
					}
				default:
					continue
				}
				n++
			}
			if n == 0 {
				t.Error("the case checks nothing")
			}
		})
	}
}

func rows(text string) (out []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); strings.TrimSpace(line) != "" {
			out = append(out, line)
		}
	}
	return out
}

// checkPlan compares the lines that a case writes; topics that it leaves out are not asked.
func checkPlan(t *testing.T, given, want string) {
	t.Helper()
	answers := map[string]string{}
	for _, line := range rows(given) {
		q, a, _ := strings.Cut(line, " = ")
		answers[q] = a
	}
	p := Shipped.Plan(answers)
	got := []string{"type | " + p.Type, "ask | " + p.Ask, "path | " + steps(p.Path)}
	for _, v := range p.Topics {
		got = append(got, strings.TrimRight(strings.Join([]string{v.Topic, v.Verdict, steps(v.Because) + strings.Join(v.Open, " ")}, " | "), " |"))
	}
	if len(rows(want)) == 0 {
		t.Fatal("no plan to compare with")
	}
	for _, line := range rows(want) {
		if !slices.Contains(got, line) {
			t.Errorf("want %q in\n%s", line, strings.Join(got, "\n"))
		}
	}
}

func steps(all []Step) string {
	var out []string
	for _, s := range all {
		out = append(out, s.Question+"="+s.Answer)
	}
	return strings.Join(out, " ")
}

func checkDays(t *testing.T, kind, line string) {
	t.Helper()
	c := strings.Split(line, "|")
	for i := range c {
		c[i] = strings.TrimSpace(c[i])
	}
	or := func(s string) string {
		if s == "" {
			return "-"
		}
		return s
	}
	var got, want string
	switch kind {
	case "notice":
		got, want = or(period(t, c[0]).By(c[1])), c[2]
	case "term":
		end, notice, missed := Term{End: c[0], Renews: number(t, c[1]), Notice: period(t, c[2])}.Next(c[3])
		got, want = or(end)+" "+or(notice)+" "+or(missed), strings.Join(c[4:7], " ")
	case "since":
		f := strings.Fields(c[0])
		d := Due{From: f[0], Months: number(t, f[1]), Days: number(t, f[2]), Every: number(t, f[3])}
		got, want = or(d.Since(c[1], c[2], c[3])), c[4]
	case "due":
		f := strings.Fields(c[0])
		d := Due{From: f[0], Months: number(t, f[1]), Days: number(t, f[2]), Every: number(t, f[3])}
		last := d.On(c[1], c[2])
		got, want = or(last), c[3]+" "+c[4]
		for {
			last = d.Again(last, c[1], c[2])
			if got += " " + or(last); last == "" {
				break
			}
		}
	}
	if got != want {
		t.Errorf("%s: got %q, want %q", line, got, want)
	}
}

func period(t *testing.T, text string) Notice {
	n, unit, _ := strings.Cut(text, " ")
	return Notice{number(t, n), unit}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// From the last day of notice the period passes by the end, and from the day after it does not.
func TestNoticeIsTheLatestDay(t *testing.T) {
	for i := range 1500 {
		end := day("2025-01-01").AddDate(0, 0, i)
		for n := 1; n <= 12; n++ {
			by := day(Notice{n, "months"}.By(write(end)))
			if addMonths(by, n).After(end) || !addMonths(by.AddDate(0, 0, 1), n).After(end) {
				t.Fatalf("%d months to %s: %s is not the latest", n, write(end), write(by))
			}
		}
	}
}

func TestShippedIsWhole(t *testing.T) {
	var ids []string
	for _, topic := range Shipped.Topics {
		ids = append(ids, topic.ID)
	}
	if want := "C01 C02 C03 C04 C05 C06 C07 C08 C09 C10 C11 C12"; strings.Join(ids, " ") != want {
		t.Errorf("topics %v, want %s", ids, want)
	}
	reached := map[string]bool{}
	for _, b := range Shipped.Tree {
		for _, to := range b.To {
			reached[to] = true
		}
	}
	for _, typ := range Shipped.Types {
		if !reached[typ.ID] {
			t.Errorf("no answer leads to %s", typ.ID)
		}
	}
}

func TestBrokenEditionsAreNamed(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"first: frame", "first: nowhere", "neither a node nor a type"},
		{"to: {permanent: ueberlassung_a, limited: ueberlassung_b}", "to: {permanent: ueberlassung_a}", "all of its answers"},
		{"to: {permanent: ueberlassung_a, limited: ueberlassung_b}", "to: {permanent: subject, limited: ueberlassung_b}", "comes back"},
		{"when: [{upstream: [yes]}]", "when: [{upstream: [maybe]}]", "no answer"},
		{"basis: O", "basis: S", "a source exactly where"},
		{"due: {from: end, days: 30}", "due: {from: middle}", "start or end"},
		{"checked: 2026-11-28", "checked: soon", "want id, version"},
		{"first: frame", "first: frame\nsurplus: 1", "surplus"},
	} {
		text := strings.Replace(string(shipped), c.old, c.new, 1)
		if text == string(shipped) {
			t.Fatalf("%q is not there", c.old)
		}
		if _, err := Read([]byte(text)); err == nil || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%q: %v, want %q", c.new, err, c.want)
		}
	}
}
