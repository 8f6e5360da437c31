// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package economics

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/number"
	"allmende/internal/engine/ruletest"
)

// Each file in testdata is a rule: what it says, a study, and what follows.
func TestRules(t *testing.T) {
	for name, parts := range written(t) {
		t.Run(name, func(t *testing.T) { checkRule(t, parts) })
	}
}

func written(t testing.TB) map[string]map[string]string {
	t.Helper()
	all, err := ruletest.Read(os.DirFS("testdata"), 13)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func checkRule(t *testing.T, parts map[string]string) {
	s := readStudy(t, parts["study"])
	r, faults := s.Calculate()
	var got []string
	for _, f := range faults {
		got = append(got, strings.TrimRight(strings.Join([]string{"fault", f.Kind, f.Alternative, f.Line}, " | "), " |"))
	}
	if r != nil {
		got = tell(r, strings.Contains(parts["result"], "\neffective |"))
	}
	if want := rows(parts["result"]); !slices.Equal(got, want) {
		t.Errorf("result:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, line := range rows(parts["sensitivity"]) {
		c := cells(line)
		p, faults := s.Sensitivity([]number.Exact{exact(t, c[0])})
		if faults != nil || money(p[0].Differences[0]) != c[1] {
			t.Errorf("at %s: %v %v, want %s", c[0], p, faults, c[1])
		}
	}
}

func rows(text string) (out []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
}

func cells(line string) []string {
	all := strings.Split(line, "|")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

func money(x number.Exact) string { return x.Rat().FloatString(2) }

// tell writes a result the way the cases do.
func tell(r *Result, split bool) (out []string) {
	say := func(format string, args ...any) {
		out = append(out, strings.TrimSpace(fmt.Sprintf(format, args...)))
	}
	for _, v := range r.Values {
		say("present | %s | %s", v.Alternative, money(v.Present))
	}
	for _, v := range r.Values {
		if split {
			say("effective | %s | %s | other %s", v.Alternative, money(v.Effective), money(v.Other))
		}
	}
	for _, v := range r.Values {
		say("risk | %s | %s", v.Alternative, money(v.Risk))
	}
	say("best | %s | with risk %s", strings.Join(r.Best, " "), strings.Join(r.BestRisk, " "))
	for _, d := range r.Differences {
		say("difference | %s | %s | with risk %s", d.Alternative, money(d.Present), money(d.Risk))
		even := ""
		for _, x := range d.Even.Rates {
			even += " " + x.Rat().FloatString(6)
		}
		if d.Even.Always {
			even += " always"
		}
		if d.Even.Touch {
			even += " | touches"
		}
		say("even | %s |%s", d.Alternative, even)
		switch a := d.Ahead; {
		case a.Never:
			say("ahead | %s | never", d.Alternative)
		case a.Again > 0:
			say("ahead | %s | year %d | fell back %d", d.Alternative, a.Year, a.Again)
		default:
			say("ahead | %s | year %d", d.Alternative, a.Year)
		}
		if d.Flips {
			say("flips | %s", d.Alternative)
		}
	}
	for _, w := range r.Utility {
		say("utility | %s | %s | %s", w.Alternative, money(w.Low), money(w.High))
		for _, p := range w.Parts {
			say("share | %s | %s | %s", w.Alternative, p.Criterion, money(p.Share))
		}
	}
	for _, g := range r.Gaps {
		out = append(out, strings.TrimRight(strings.Join([]string{"gap", g.Kind, g.Alternative, g.Line}, " | "), " |"))
	}
	return out
}

func exact(t *testing.T, text string) (x number.Exact) {
	t.Helper()
	if text == "" {
		return x
	}
	x, err := number.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return x
}

func readStudy(t *testing.T, text string) (s Study) {
	for _, line := range rows(text) {
		c := append(cells(line), make([]string, 10)...)
		whole := func(i int) int { n := exact(t, c[i]).Float(); return int(n) }
		switch c[0] {
		case "day":
			s.Day, s.Base, s.Years = c[1], whole(2), whole(3)
		case "rate":
			s.Rate = Rate{Value: exact(t, c[1]), Date: c[2], Source: c[3]}
		case "alternative":
			s.Alternatives = append(s.Alternatives, Alternative{ID: c[1], CostRisk: exact(t, c[2]), BenefitRisk: exact(t, c[3])})
		case "line":
			a := &s.Alternatives[len(s.Alternatives)-1]
			l := Line{ID: c[1], Kind: c[2], Amount: exact(t, c[3]), From: whole(4), To: whole(5), Growth: exact(t, c[6]), Effective: !strings.Contains(c[8], "not effective"), Benefit: strings.Contains(c[8], "benefit")}
			_, l.Reason, _ = strings.Cut(c[8], "reason: ")
			if c[7] != "" {
				risk := exact(t, c[7])
				l.Risk = &risk
			}
			a.Lines = append(a.Lines, l)
		case "criterion":
			k := Criterion{ID: c[1], Weight: exact(t, c[2])}
			if c[3] != "" {
				k.Anchors = map[int]string{whole(3): c[4]}
			}
			s.Criteria = append(s.Criteria, k)
		case "points":
			a := &s.Alternatives[len(s.Alternatives)-1]
			if a.Points == nil {
				a.Points = map[string]number.Exact{}
			}
			a.Points[c[1]] = exact(t, c[2])
		default:
			t.Fatalf("no such line: %s", line)
		}
	}
	return s
}

func TestAYearCanBeFollowedByHand(t *testing.T) {
	s := readStudy(t, written(t)["worked"]["study"])
	r, faults := s.Calculate()
	if faults != nil {
		t.Fatal(faults)
	}
	y := r.Values[0].Years[2] // the second year: 60,000 · 1.03 / 1.009²
	if y.Cost.String() != "61800" || y.Factor.Mul(exact(t, "1.009").Pow(2)).String() != "1" || money(y.Present) != "-60702.44" || money(y.Cumulative) != "-140167.26" {
		t.Errorf("%+v", y)
	}
	if last := r.Values[0].Years[5]; last.Cumulative.Cmp(r.Values[0].Present) != 0 {
		t.Error("the years do not add up to the present value")
	}
	for _, v := range r.Values {
		if v.Effective.Add(v.Other).Cmp(v.Present) != 0 {
			t.Errorf("%s: the parts are not the whole", v.Alternative)
		}
	}
}

// Rates at the ends of the interval, in its middle, and none.
func TestBreakEvenRatesAreComplete(t *testing.T) {
	for _, c := range []struct {
		flows []int64
		want  string
	}{
		{[]int64{-1, 1}, "0"}, {[]int64{-1, 2}, "1"}, {[]int64{-3, 4}, "0.333333"}, {[]int64{-2, 5, -3}, "0 0.5"}, {[]int64{2, -5, 3}, "0 0.5"}, {[]int64{1, 1}, ""}, {[]int64{-1, 3}, ""},
		{[]int64{0, 0}, "always"}, {nil, "always"}, {[]int64{0, -1, 1, 0}, "0"}, {[]int64{-9, 24, -16}, "0.333333"}, {[]int64{4, -12, 9}, "0.5 touch"},
	} {
		exactly := make([]number.Exact, len(c.flows))
		for i, f := range c.flows {
			exactly[i] = number.Int(f)
		}
		e := even(exactly)
		var got []string
		for _, r := range e.Rates {
			got = append(got, r.Round(6).String())
		}
		if e.Always {
			got = append(got, "always")
		}
		if e.Touch {
			got = append(got, "touch")
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v: %q, want %q", c.flows, s, c.want)
		}
	}
}

// At each break-even rate the difference changes its sign within the tolerance, however long
// the study.
func TestBreakEvenRatesAreWithinTheTolerance(t *testing.T) {
	found := 0
	for _, flows := range [][]int64{{-115000, 26800, 25900, 24900, 23900, 22900}, {-1000, 2300, -1320}, {1, -2, 1}, {-7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {5, 5, 5}, {-1, 3, -1, -1, 2, -3}, {0, 0, -3, 4}} {
		exactly := make([]number.Exact, len(flows))
		for i, f := range flows {
			exactly[i] = number.Int(f)
		}
		e := even(exactly)
		s := search{flows: exactly}
		for _, r := range e.Rates {
			found++
			low, high := s.at(one.Div(one.Add(r.Sub(Tolerance)))), s.at(one.Div(one.Add(r.Add(Tolerance))))
			if low.Sign()*high.Sign() > 0 && !e.Touch && !slices.Equal(flows, []int64{1, -2, 1}) {
				t.Errorf("%v: no change of sign at %s", flows, r.Rat().FloatString(12))
			}
		}
		// A walk in small steps finds no root that the search has not.
		changes, before := 0, 0
		for i := range 2000 {
			now := s.at(one.Div(one.Add(number.Int(int64(2*i + 1)).Div(number.Int(4001))))).Sign()
			if before != 0 && now == -before {
				changes++
			}
			before = now
		}
		inner := 0
		for _, r := range e.Rates {
			if r.Sign() > 0 && r.Cmp(one) < 0 {
				inner++
			}
		}
		if changes > inner {
			t.Errorf("%v: %d changes of sign, %d rates found", flows, changes, inner)
		}
	}
	if found < 6 {
		t.Errorf("%d rates were tried", found)
	}
}

func TestFiftyYearsAreCalculatedAtOnce(t *testing.T) {
	s := Study{Title: "long", Day: "2026-11-28", Base: 2026, Years: MostYears, Rate: Rate{Value: exact(t, "0.0123"), Date: "2026-01-02", Source: "made for this case"}}
	for i := range 4 {
		a := Alternative{ID: fmt.Sprint(i), Lines: []Line{{ID: "begin", Kind: Once, Amount: number.Int(int64(1000000 * i))}}}
		for j := range 20 {
			a.Lines = append(a.Lines, Line{ID: fmt.Sprint(j), Kind: Yearly, Amount: number.Int(int64(10000 - 2500*i + j)), From: 1, To: MostYears, Growth: exact(t, "0.0"+fmt.Sprint(1+j))})
		}
		s.Alternatives = append(s.Alternatives, a)
	}
	r, faults := s.Calculate()
	if faults != nil {
		t.Fatal(faults)
	}
	for i, d := range r.Differences { // dear at first, cheaper each year: one rate
		if len(d.Even.Rates) != 1 || d.Even.Rates[0].Sign() <= 0 {
			t.Fatalf("%s: %d rates", d.Alternative, len(d.Even.Rates))
		}
		low, _ := s.Sensitivity([]number.Exact{d.Even.Rates[0].Sub(Tolerance).Round(12), d.Even.Rates[0].Add(Tolerance).Round(12)})
		if low[0].Differences[i].Sign() <= 0 || low[1].Differences[i].Sign() >= 0 {
			t.Errorf("%s is not equal at %s", d.Alternative, d.Even.Rates[0].Text("en", 12))
		}
	}
	s.Rate.Value = number.Int(1).Div(number.Int(10).Pow(100))
	s.Alternatives[0].Lines[0].Amount = number.Int(10).Pow(100)
	s.Alternatives[1].CostRisk = number.Int(10).Pow(100)
	var kinds []string
	for _, f := range s.Faults() {
		kinds = append(kinds, f.Kind)
	}
	if want := []string{RateOutside, TooLong, TooLong}; !slices.Equal(kinds, want) {
		t.Errorf("%v", kinds)
	}
}

func TestUtilityKeepsTheUnknownApart(t *testing.T) {
	criteria := []Criterion{{ID: "independence", Weight: number.Int(30)}, {ID: "quality", Weight: number.Int(20)}, {ID: "reach", Weight: number.Int(10)}}
	u, bad := UtilityOf(criteria, map[string]number.Exact{"independence": number.Int(8), "quality": number.Int(5)})
	if bad != nil || money(u.Low) != "56.67" || money(u.High) != "73.33" || !slices.Equal(u.Missing, []string{"reach"}) || u.Parts[2].Points != nil {
		t.Errorf("%+v %v", u, bad)
	}
	u, _ = UtilityOf(criteria, map[string]number.Exact{"independence": number.Int(10), "quality": number.Int(10), "reach": number.Int(10)})
	if u.Low.String() != "100" || u.High.String() != "100" || u.Missing != nil {
		t.Errorf("%+v", u)
	}
	for kind, points := range map[string]int64{ScoreOutside: 11} {
		if _, bad := UtilityOf(criteria, map[string]number.Exact{"reach": number.Int(points)}); len(bad) != 1 || bad[0].Kind != kind || bad[0].Line != "reach" {
			t.Errorf("%v", bad)
		}
	}
	if _, bad := UtilityOf(nil, nil); len(bad) != 1 || bad[0].Kind != Weightless {
		t.Errorf("%v", bad)
	}
	if _, bad := UtilityOf([]Criterion{{ID: "a", Weight: number.Int(-1)}, {ID: "a", Weight: number.Int(2)}}, nil); len(bad) != 2 {
		t.Errorf("%v", bad)
	}
}

func TestEachRateCanBeLookedUp(t *testing.T) {
	all := Rates()
	if len(all) != 3 || all[0].ID != "de-2023" || all[0].Value.String() != "0.009" || all[2].Real.String() != "0.035" {
		t.Fatalf("%+v", all)
	}
	for _, r := range all {
		s := Study{Day: Checked(), Rate: r}
		if bad := s.rateFaults(); bad != nil || r.Certainty != "read" {
			t.Errorf("%s: %v", r.ID, bad)
		}
	}
}
