// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/number"
	"allmende/internal/engine/ruletest"
)

// Each file in testdata is a rule: what it says, a setup, bids, and what follows. Where the
// setup lists no criteria, quality is one criterion of 0 to 100 points.
func TestRules(t *testing.T) {
	for name, parts := range written(t) {
		t.Run(name, func(t *testing.T) { checkRule(t, parts) })
	}
}

func written(t testing.TB) map[string]map[string]string {
	t.Helper()
	all, err := ruletest.Read(os.DirFS("testdata"), 25)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func checkRule(t *testing.T, parts map[string]string) {
	s, products := readSetup(t, parts["setup"])
	r, faults := s.Evaluate(readBids(t, s, parts["bids"]))
	var got []string
	for _, f := range faults {
		got = append(got, strings.TrimSpace("fault | "+f.Kind+" | "+f.Bid))
	}
	if r != nil {
		got = tell(r)
	}
	if want := rows(parts["result"]); !slices.Equal(got, want) {
		t.Errorf("result:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if want := rows(parts["lint"]); len(want) > 0 {
		got = nil
		for _, f := range s.Lint(products) {
			got = append(got, f.Severity+" | "+f.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("lint:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
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

// tell writes a result the way the cases do.
func tell(r *Result) (out []string) {
	places := 4
	if r.Method == "weighted_mean" || r.Method == "weighted_median" || r.Method == "reference_value" {
		places = 5
	}
	for _, b := range r.Bids {
		line := b.Bid + " | " + number.Int(int64(b.Rank)).String() + " | " + b.Score.Rat().FloatString(places)
		if b.InBand {
			line += " | band"
		}
		out = append(out, line)
	}
	if r.Method == "extended_ratio" && len(r.Basis) > 0 {
		out = append(out, "basis | "+r.Basis[0].Value.Rat().FloatString(places))
	}
	out = append(out, strings.TrimSpace("winner | "+r.Winner))
	for _, n := range r.Notes {
		out = append(out, strings.TrimSpace("note | "+n.Kind+" | "+strings.Join(n.Bids, " ")))
	}
	return out
}

func exact(t testing.TB, text string) *number.Exact {
	t.Helper()
	if text == "" {
		return nil
	}
	x, err := number.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return &x
}

func readSetup(t testing.TB, text string) (s Setup, products []string) {
	for _, line := range rows(text) {
		c := cells(line)
		switch c[0] {
		case "method":
			s.Formula.Method = c[1]
		case "scale":
			s.Formula.Scale = exact(t, c[1])
		case "price_weight":
			s.Formula.PriceWeight = exact(t, c[1])
		case "band":
			s.Formula.Band = exact(t, c[1])
		case "decision":
			s.Formula.Decision = c[1]
		case "quality_reference":
			s.Formula.QualityReference = exact(t, c[1])
		case "price_reference":
			s.Formula.PriceReference = exact(t, c[1])
		case "minimum":
			s.Minimum = exact(t, c[1])
		case "ties":
			s.Ties = strings.Split(c[1], ", ")
		case "products":
			products = strings.Split(c[1], ", ")
		case "reason":
			s.OpenSourceReason = c[1]
		case "criterion":
			s.Criteria = append(s.Criteria, readCriterion(t, c[1:]))
		default:
			t.Fatalf("no such line: %s", line)
		}
	}
	if len(s.Criteria) == 0 {
		s.Criteria = []Criterion{{ID: "quality", Weight: number.Int(100), Max: number.Int(100)}}
	}
	return s, products
}

func readCriterion(t testing.TB, c []string) Criterion {
	out := Criterion{ID: c[0], Weight: *exact(t, c[1]), Max: *exact(t, c[2]), Minimum: exact(t, c[3])}
	if len(c) > 5 {
		out.Text = c[4]
		for a := range strings.SplitSeq(c[5], "; ") {
			points, text, _ := strings.Cut(a, " ")
			out.Anchors = append(out.Anchors, Anchor{*exact(t, points), text})
		}
	}
	return out
}

func readBids(t testing.TB, s Setup, text string) (out []Bid) {
	for _, line := range rows(text) {
		c := cells(line)
		b := Bid{ID: c[0], Price: exact(t, c[1]), Points: map[string]number.Exact{}}
		for _, p := range c[2:] {
			id, points, named := strings.Cut(p, " ")
			if !named {
				id, points = s.Criteria[0].ID, p
			}
			if points != "" {
				b.Points[id] = *exact(t, points)
			}
		}
		out = append(out, b)
	}
	return out
}

func TestStepsAddUp(t *testing.T) {
	parts := written(t)["criteria"]
	s, _ := readSetup(t, parts["setup"])
	r, faults := s.Evaluate(readBids(t, s, parts["bids"]))
	if faults != nil {
		t.Fatal(faults)
	}
	var got []string
	for _, st := range r.Bids[0].Steps {
		line := st.Formula + " = "
		for _, n := range st.Terms {
			line += n.Name + " " + n.Value.String() + ", "
		}
		got = append(got, line+"= "+st.Value.String())
	}
	want := []string{
		"L(function) = w · p / max = w 60, p 8, max 10, = 48",
		"L(support) = w · p / max = w 40, p 3, max 5, = 24",
		"L = Σ L(c) = L(function) 48, L(support) 24, = 72",
		"Z = S · L / P = S 1000, L 72, P 1000, = 72",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if below := r.Bids[1].Below; len(below) != 1 || below[0] != "support" {
		t.Errorf("excluded for %q", below)
	}
}

func TestNothingUncheckedIsOffered(t *testing.T) {
	offered := Offered()
	if len(offered) != 6 || len(All()) != 9 {
		t.Errorf("%d of %d are offered", len(offered), len(All()))
	}
	for _, m := range All() {
		if m.DE == "" || m.EN == "" || m.Formula == "" || m.Source == "" || m.Version < 1 || !slices.Contains([]string{Quoted, Secondary, Unverified}, m.Certainty) {
			t.Errorf("%s does not say what it is and whence it comes: %+v", m.ID, m)
		}
		if slices.ContainsFunc(offered, func(o Method) bool { return o.ID == m.ID }) == (m.Certainty == Unverified) {
			t.Errorf("%s is %s", m.ID, m.Certainty)
		}
	}
	for _, r := range Rules() {
		if r.DE == "" || r.EN == "" || r.Source == "" || r.Severity != Block && r.Severity != Warn || !slices.Contains([]string{Quoted, Secondary, Own}, r.Certainty) {
			t.Errorf("%s: %+v", r.ID, r)
		}
	}
}

func TestWhatIsFrozenCannotChangeUnseen(t *testing.T) {
	parts := written(t)["criteria"]
	s, _ := readSetup(t, parts["setup"])
	text, first, err := s.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"method":"Z = S · L / P; highest wins","setup":{"criteria":[{"id":"function","max":"10","minimum":"5","title":"","weight":"60"},{"id":"support","max":"5","minimum":"2","title":"","weight":"40"}],"formula":{"method":"simple_ratio","scale":"1000"},"minimum":"50","ties":["criterion:function","lot"],"title":""},"version":1}`
	if string(text) != want || first != "342d713bdecb6b7fb67c88afc7c8b1e39ce9006c30950d5570d0c59984f7109d" {
		t.Errorf("%s\n%s", text, first)
	}
	same, _ := readSetup(t, strings.Replace(parts["setup"], "scale | 1000", "scale | 1000.00", 1))
	if _, hash, _ := same.Freeze(); hash != first {
		t.Error("1000.00 is 1000, and the hash differs")
	}
	seen := map[string]bool{first: true}
	for name, change := range map[string]func(*Setup){
		"weight": func(s *Setup) { s.Criteria[0].Weight = number.Int(61) }, "order": func(s *Setup) { slices.Reverse(s.Criteria) },
		"minimum": func(s *Setup) { s.Minimum = nil }, "zero": func(s *Setup) { s.Minimum = &number.Exact{} }, "ties": func(s *Setup) { s.Ties = s.Ties[1:] },
		"anchor": func(s *Setup) { s.Criteria[0].Anchors = []Anchor{{number.Int(10), "a < b & c"}} }, "method": func(s *Setup) { s.Formula.Method = "interp_2x" },
	} {
		s, _ := readSetup(t, parts["setup"])
		change(&s)
		_, hash, err := s.Freeze()
		if err != nil || seen[hash] {
			t.Errorf("another %s has the same hash %s, %v", name, hash, err)
		}
		seen[hash] = true
	}
}

// What is evaluated is what was frozen, byte for byte, by the formula that was frozen with it.
func TestOnlyWhatWasFrozenIsThawed(t *testing.T) {
	parts := written(t)["lint_products"]
	s, _ := readSetup(t, parts["setup"])
	text, hash, err := s.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Thaw(text, hash)
	if err != nil {
		t.Fatal(err)
	}
	if _, other, _ := again.Freeze(); other != hash {
		t.Errorf("thawed and frozen again it has another hash: %s", other)
	}
	rehash := func(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }
	changed := bytes.Replace(text, []byte(`"weight":"50"`), []byte(`"weight":"51"`), 1)
	later := bytes.Replace(text, []byte(`"version":1`), []byte(`"version":2`), 1)
	reworded := bytes.Replace(text, []byte(`Pmin / P`), []byte(`P / Pmin`), 1)
	for name, c := range map[string]struct {
		text []byte
		hash string
		want error
	}{
		"a changed weight": {changed, hash, ErrChanged}, "another version": {later, rehash(later), ErrFormula}, "another formula": {reworded, rehash(reworded), ErrFormula},
		"no JSON": {[]byte("x"), rehash([]byte("x")), ErrForm}, "more than a setup": {[]byte(`{"more":1}`), rehash([]byte(`{"more":1}`)), ErrForm},
	} {
		if _, err := Thaw(c.text, c.hash); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestNumbersNobodyMeansAreRefused(t *testing.T) {
	s, _ := readSetup(t, written(t)["criteria"]["setup"])
	huge := number.Int(10).Pow(200)
	bids := []Bid{{"A", &huge, map[string]number.Exact{"function": number.Int(8), "support": number.Int(1).Div(huge)}}}
	if _, faults := s.Evaluate(bids); len(faults) != 2 || faults[0].Kind != TooLong || faults[1].Kind != TooLong || faults[1].Criterion != "support" {
		t.Errorf("%v", faults)
	}
	s.Criteria[0].Weight, s.Formula.Scale, s.Minimum = huge, &huge, &huge
	s.Criteria[1].Anchors = []Anchor{{number.Int(6), "more than the highest"}, {number.Int(-1), "less than nothing"}}
	var kinds []string
	for _, f := range s.faults() {
		kinds = append(kinds, f.Kind)
	}
	if want := []string{Parameter, MinimumOutside, TooLong, AnchorOutside, AnchorOutside, WeightsSum}; !slices.Equal(kinds, want) {
		t.Errorf("%v", kinds)
	}
}

// Whatever comes in, there is either a reason or a result; a winner is better than every other
// bid by the announced rules; and the order in which bids came in changes nothing.
func FuzzEvaluate(f *testing.F) {
	f.Add(uint64(1), uint8(3), uint8(0), uint8(40))
	f.Add(uint64(7), uint8(9), uint8(3), uint8(101))
	f.Fuzz(func(t *testing.T, seed uint64, n, which, minimum uint8) {
		s, bids := field(seed, int(n%12), 1+int(seed%3))
		s.Formula, s.Minimum = twelve()[int(which)%12], ptr(int64(minimum))
		if seed%4 == 0 {
			s.Ties = nil
		}
		r, faults := s.Evaluate(bids)
		if (r == nil) == (len(faults) == 0) {
			t.Fatalf("%v and %v", r, faults)
		}
		if r == nil {
			return
		}
		if len(r.Bids) != len(bids) || r.Winner == "" && len(r.Notes) == 0 {
			t.Fatalf("%+v", r)
		}
		for i, b := range r.Bids {
			if (b.Bid == r.Winner) != (b.Rank == 1 && r.Winner != "") || i > 0 && b.Rank > 0 && b.Rank < r.Bids[i-1].Rank || b.Rank == 0 && len(b.Below) == 0 {
				t.Fatalf("%+v", r)
			}
		}
		slices.Reverse(bids)
		again, _ := s.Evaluate(bids)
		ranks := map[string]int{}
		for _, b := range again.Bids {
			ranks[b.Bid] = b.Rank
		}
		for _, b := range r.Bids {
			if ranks[b.Bid] != b.Rank {
				t.Fatalf("%s is %d, and %d where the bids come in the other way round", b.Bid, b.Rank, ranks[b.Bid])
			}
		}
	})
}

// Formula and source of a method, and what a rule rests on, speak the reader's language.
func TestMethodsSpeakGermanAndEnglish(t *testing.T) {
	english := []string{" wins", "own rule", "arithmetic", "as described", "nobody", "catalogue", "report "}
	for _, m := range All() {
		for _, w := range english {
			if strings.Contains(m.FormulaIn("de")+m.SourceIn("de"), w) {
				t.Errorf("%s: %q on German pages", m.ID, w)
			}
		}
		if !strings.Contains(m.FormulaIn("en"), "wins") || m.SourceIn("en") != m.Source || strings.Contains(m.FormulaIn("en"), "gewinnt") {
			t.Errorf("%s: %q", m.ID, m.FormulaIn("en"))
		}
	}
	for _, r := range Rules() {
		for _, w := range english {
			if strings.Contains(r.SourceIn("de"), w) {
				t.Errorf("%s: %q on German pages", r.ID, w)
			}
		}
	}
}
