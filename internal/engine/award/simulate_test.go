// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package award

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/number"
)

func ptr(n int64) *number.Exact { x := number.Int(n); return &x }

// twelve formulas, every method among them.
func twelve() []Formula {
	return []Formula{
		{Method: "price_only"},
		{Method: "simple_ratio", Scale: ptr(100000)},
		{Method: "extended_ratio", Scale: ptr(100000), Band: ptr(5), Decision: ByQuality},
		{Method: "extended_ratio", Scale: ptr(100000), Band: ptr(10), Decision: ByQuality},
		{Method: "extended_ratio", Scale: ptr(100000), Band: ptr(10), Decision: ByPrice},
		{Method: "price_quotient", PriceWeight: ptr(30)},
		{Method: "price_quotient", PriceWeight: ptr(50)},
		{Method: "interp_2x", PriceWeight: ptr(30)},
		{Method: "interp_span", PriceWeight: ptr(30)},
		{Method: "weighted_mean", PriceWeight: ptr(40)},
		{Method: "weighted_median", PriceWeight: ptr(40)},
		{Method: "reference_value", PriceWeight: ptr(40), QualityReference: ptr(100), PriceReference: ptr(100000)},
	}
}

// field makes bids that are close together, some of them equal.
func field(seed uint64, bids, criteria int) (Setup, []Bid) {
	dice := splitmix(seed)
	s := Setup{Minimum: ptr(30), Ties: []string{ByPrice, ByQuality, ByLot}}
	left := int64(100)
	for j := range criteria {
		w := left / int64(criteria-j)
		left -= w
		s.Criteria = append(s.Criteria, Criterion{ID: fmt.Sprint("k", j), Weight: number.Int(w), Max: number.Int(10)})
	}
	var out []Bid
	for i := range bids {
		b := Bid{ID: fmt.Sprint("b", i), Price: ptr(50000 + 100*int64(dice.next()%800)), Points: map[string]number.Exact{}}
		for _, c := range s.Criteria {
			b.Points[c.ID] = number.Int(int64(dice.next() % 11))
		}
		if i > 2 && dice.next()%10 == 0 { // the same offer again
			b.Price, b.Points = out[i-1].Price, out[i-1].Points
		}
		out = append(out, b)
	}
	return s, out
}

// The worked example: the same four bids have three different winners.
func TestFourBidsHaveThreeWinners(t *testing.T) {
	parts := written(t)["simple_ratio"]
	s, _ := readSetup(t, parts["setup"])
	all, faults := s.Simulate(twelve(), readBids(t, s, parts["bids"]), Draws{Count: 200, Seed: 1, Spread: number.Int(1).Div(number.Int(4))})
	if faults != nil {
		t.Fatal(faults)
	}
	var got []string
	for _, one := range all {
		line := one.Formula.Method + " " + one.Result.Winner
		if one.PointPrice != nil {
			line += " " + one.PointPrice.Rat().FloatString(2)
		}
		for _, r := range one.Reversals {
			line += " −" + r.Removed + ":" + r.After
		}
		sum := one.Undecided
		for _, n := range one.Wins {
			sum += n
		}
		if sum != 200 {
			t.Errorf("%s: %d draws were counted", line, sum)
		}
		got = append(got, line)
	}
	want := []string{
		"price_only C",
		"simple_ratio C 1171.43", "extended_ratio C 1171.43", "extended_ratio D 1272.73 −C:B", "extended_ratio C 1171.43",
		"price_quotient B 4610.12", "price_quotient C 828.28",
		"interp_2x B 1913.33", "interp_span C 1003.33",
		"weighted_mean B 1887.39", "weighted_median B 1892.86", "reference_value C 1500.00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// Draws in floats have the winner that the exact evaluation has with the same weights.
func TestDrawsAgreeWithExactNumbers(t *testing.T) {
	for seed := range uint64(12) {
		s, bids := field(seed, 25, 1+int(seed%4))
		if seed == 5 { // all weights equal and few points: many ties
			for i := range bids {
				bids[i].Price = ptr(100 + int64(i%3))
				for k := range bids[i].Points {
					bids[i].Points[k] = number.Int(int64(4 + i%2))
				}
			}
		}
		for _, f := range twelve() {
			s.Formula = f
			r, faults := s.Evaluate(bids)
			if faults != nil {
				t.Fatal(faults)
			}
			c := newCourse(s, bids)
			c.trial = &Trial{Result: r}
			agree(t, seed, s, c, bids)
			dice := splitmix(seed + 99)
			for range 8 {
				factors, price := make([]number.Exact, len(s.Criteria)), dice.factor(number.Int(1).Div(number.Int(2)))
				for i := range factors {
					factors[i] = dice.factor(number.Int(1).Div(number.Int(2)))
				}
				weights, sum := reweigh(s.Criteria, factors)
				c.weigh(weights, sum, price, nil)
				agree(t, seed, c.setup, c, bids)
			}
		}
	}
}

func agree(t *testing.T, seed uint64, s Setup, c *course, bids []Bid) {
	t.Helper()
	want := ""
	r, faults := s.Evaluate(bids)
	if r != nil {
		want = r.Winner
	}
	got := ""
	if w := c.winner(); w >= 0 {
		got = bids[w].ID
	}
	if got != want {
		t.Errorf("seed %d, %s: %q in draws, %q exactly, %v", seed, s.Formula.Method, got, want, faults)
	}
}

// Removing a bid is found to change the winner exactly where evaluating the rest does.
func TestReversalsAgreeWithExactNumbers(t *testing.T) {
	found := 0
	for seed := range uint64(20) {
		s, bids := field(seed, 12, 2)
		all, faults := s.Simulate(twelve(), bids, Draws{})
		if faults != nil {
			t.Fatal(faults)
		}
		for _, one := range all {
			s.Formula = one.Formula
			var want []Reversal
			for i, b := range bids {
				before := one.Result.Winner
				r, _ := s.Evaluate(slices.Delete(slices.Clone(bids), i, i+1))
				excluded := slices.ContainsFunc(one.Result.Bids, func(x Scored) bool { return x.Bid == b.ID && x.Rank == 0 })
				if before != "" && before != b.ID && !excluded && r != nil && r.Winner != before {
					want = append(want, Reversal{b.ID, before, r.Winner})
				}
			}
			slices.SortFunc(want, func(a, b Reversal) int { return strings.Compare(a.Removed, b.Removed) })
			if !reflect.DeepEqual(one.Reversals, want) {
				t.Errorf("seed %d, %s: %v, want %v", seed, one.Formula.Method, one.Reversals, want)
			}
			found += len(want)
		}
	}
	if found == 0 {
		t.Error("no bid whose removal changes the winner was tried")
	}
}

// A difference in the thirtieth place is a difference; floats cannot see it.
func TestNearTiesAreDecidedExactly(t *testing.T) {
	s := Setup{Criteria: []Criterion{{ID: "q", Weight: number.Int(100), Max: number.Int(100)}}, Minimum: ptr(1), Ties: []string{ByLot}}
	little := number.Int(1).Div(number.Int(10).Pow(30))
	price := number.Int(1000).Add(little)
	bids := []Bid{{"dearer", &price, map[string]number.Exact{"q": number.Int(50)}}, {"cheaper", ptr(1000), map[string]number.Exact{"q": number.Int(50)}}, {"poor", ptr(2000), map[string]number.Exact{"q": number.Int(2)}}}
	all, faults := s.Simulate(twelve(), bids, Draws{Count: 50, Seed: 7, Spread: number.Int(1).Div(number.Int(2))})
	if faults != nil {
		t.Fatal(faults)
	}
	for _, one := range all {
		if one.Wins["cheaper"] == 50 && one.Result.Winner == "cheaper" {
			continue
		}
		if one.Formula.Method == "extended_ratio" && one.Formula.Decision == ByQuality && one.Undecided == 50 && one.Result.Winner == "" {
			continue // equal in quality, and lots decide
		}
		t.Errorf("%s: %v, undecided %d, winner %q", one.Formula.Method, one.Wins, one.Undecided, one.Result.Winner)
	}
}

// Equal quotients differ in the last bit of floats; in exact numbers they are equal, and nobody wins.
func TestEqualQuotientsAreEqualInDraws(t *testing.T) {
	s := Setup{Criteria: []Criterion{{ID: "q", Weight: number.Int(100), Max: number.Int(1000)}}, Minimum: ptr(1), Ties: []string{ByLot}}
	var bids []Bid
	values := map[float64]bool{}
	for i := int64(1); i <= 12; i++ { // price i · 0.7, points i · 13.1
		price, points := number.Int(7*i).Div(number.Int(10)), number.Int(131*i).Div(number.Int(10))
		bids = append(bids, Bid{fmt.Sprint(i), &price, map[string]number.Exact{"q": points}})
		values[100*points.Div(number.Int(1000)).Float()/price.Float()] = true
	}
	for i := range bids {
		for j := range i {
			all, faults := s.Simulate([]Formula{{Method: "simple_ratio", Scale: ptr(1)}}, []Bid{bids[i], bids[j]}, Draws{Count: 1, Seed: 1})
			if faults != nil || all[0].Undecided != 1 || all[0].Result.Winner != "" {
				t.Errorf("%d and %d: %v, %+v", i+1, j+1, faults, all)
			}
		}
	}
	if len(values) < 2 {
		t.Error("the floats are equal, too; the case shows nothing")
	}
}

// Who is far beyond twice the lowest price has no points for it, in draws as in the evaluation.
func TestPointsForThePriceEndAtNoneInDraws(t *testing.T) {
	s := Setup{Criteria: []Criterion{{ID: "q", Weight: number.Int(100), Max: number.Int(100)}}, Minimum: ptr(0), Ties: []string{ByLot}}
	bids := []Bid{{"cheap", ptr(100), map[string]number.Exact{"q": number.Int(20)}}, {"good", ptr(900), map[string]number.Exact{"q": number.Int(100)}}}
	all, faults := s.Simulate([]Formula{{Method: "interp_2x", PriceWeight: ptr(30)}}, bids, Draws{Count: 20, Seed: 1})
	if faults != nil || all[0].Result.Winner != "good" || all[0].Wins["good"] != 20 || all[0].PointPrice != nil {
		t.Errorf("%v, %+v", faults, all)
	}
}

// Two bids apart by a trillionth of a point, each better in one of two criteria: the weights of
// the draw decide, not those of the setup, by which they are equal.
func TestNearTiesAreDecidedByTheWeightsOfTheDraw(t *testing.T) {
	s := Setup{Formula: Formula{Method: "simple_ratio", Scale: ptr(1)}, Ties: []string{ByLot}, Minimum: ptr(1),
		Criteria: []Criterion{{ID: "a", Weight: number.Int(50), Max: number.Int(10)}, {ID: "b", Weight: number.Int(50), Max: number.Int(10)}}}
	five, little := number.Int(5), number.Int(1).Div(number.Int(10).Pow(12))
	bids := []Bid{
		{"first", ptr(1), map[string]number.Exact{"a": five.Add(little), "b": five.Sub(little)}},
		{"second", ptr(1), map[string]number.Exact{"a": five.Sub(little), "b": five.Add(little)}},
	}
	all, faults := s.Simulate([]Formula{s.Formula}, bids, Draws{Count: 200, Seed: 3, Spread: number.Int(1).Div(number.Int(2))})
	if faults != nil || all[0].Result.Winner != "" || all[0].Wins["first"] < 60 || all[0].Wins["second"] < 60 || all[0].Undecided > 5 {
		t.Errorf("%v, %+v", faults, all[0])
	}
}

// The drawn share of the price is its drawn weight among all drawn weights.
func TestWeightsAreDrawnTogether(t *testing.T) {
	s := Setup{Formula: Formula{Method: "price_quotient", PriceWeight: ptr(40)}, Ties: []string{ByLot}, Minimum: ptr(0),
		Criteria: []Criterion{{ID: "a", Weight: number.Int(75), Max: number.Int(10)}, {ID: "b", Weight: number.Int(25), Max: number.Int(10)}}}
	c := newCourse(s, []Bid{{"x", ptr(1), map[string]number.Exact{"a": number.Int(1), "b": number.Int(1)}}})
	two, half := number.Int(2), number.Int(1).Div(number.Int(2))
	weights, sum := reweigh(s.Criteria, []number.Exact{two, half})
	c.weigh(weights, sum, half, nil)
	// 40 · ½ = 20 for the price; 60 · (75 % · 2 + 25 % · ½) = 97.5 for quality, 90 of it for a.
	if got, want := *c.setup.Formula.PriceWeight, number.Int(2000).Div(exactly(t, "117.5")); got.Cmp(want) != 0 {
		t.Errorf("price %s, want %s", got, want)
	}
	if got, want := c.setup.Criteria[0].Weight, number.Int(9000).Div(exactly(t, "97.5")); got.Cmp(want) != 0 {
		t.Errorf("a %s, want %s", got, want)
	}
}

func exactly(t *testing.T, text string) number.Exact { return *exact(t, text) }

func TestEqualSeedsGiveEqualDraws(t *testing.T) {
	s, bids := field(3, 20, 3)
	d := Draws{Count: 100, Seed: 42, Spread: number.Int(1).Div(number.Int(2))}
	one, _ := s.Simulate(twelve(), bids, d)
	two, _ := s.Simulate(twelve(), bids, d)
	d.Seed = 43
	three, _ := s.Simulate(twelve(), bids, d)
	differ := false
	for i := range one {
		if !reflect.DeepEqual(one[i].Wins, two[i].Wins) {
			t.Errorf("%s: %v and %v from the same seed", one[i].Formula.Method, one[i].Wins, two[i].Wins)
		}
		differ = differ || !reflect.DeepEqual(one[i].Wins, three[i].Wins)
	}
	if !differ {
		t.Error("another seed gives the same draws")
	}
	// Published first value of the generator for the seed 1234567.
	if dice := splitmix(1234567); dice.next() != 6457827717110365317 {
		t.Error("this is not splitmix64")
	}
}

func TestASimulationIsBounded(t *testing.T) {
	s, bids := field(1, 3, 1)
	for name, d := range map[string]Draws{"count": {Count: MostDraws + 1}, "negative": {Count: -1}, "spread": {Count: 1, Spread: number.Int(1)}, "below": {Count: 1, Spread: number.Int(-1)}} {
		if _, faults := s.Simulate(twelve(), bids, d); len(faults) != 1 {
			t.Errorf("%s: %v", name, faults)
		}
	}
	if _, faults := s.Simulate(make([]Formula, MostFormulas+1), bids, Draws{}); len(faults) != 1 {
		t.Errorf("%v", faults)
	}
	all, _ := s.Simulate([]Formula{{Method: "simple_ratio"}, {Method: "price_only"}}, bids, Draws{Count: 1})
	if len(all[0].Faults) != 1 || all[0].Result != nil || all[1].Result == nil {
		t.Error("one formula without its scale must not keep the other from being tried")
	}
	_, many := field(1, MostBids+1, 1)
	s.Formula = Formula{Method: "price_only"}
	if _, faults := s.Evaluate(many); len(faults) != 1 || faults[0].Kind != TooMany {
		t.Errorf("%v", faults)
	}
}

// The bound of docs/award.md: 1,000 bids, 12 formulas, 1,000 draws.
func BenchmarkSimulate(b *testing.B) {
	s, bids := field(1, 1000, 5)
	for b.Loop() {
		if _, faults := s.Simulate(twelve(), bids, Draws{Count: 1000, Seed: 1, Spread: number.Int(1).Div(number.Int(4))}); faults != nil {
			b.Fatal(faults)
		}
	}
}
