// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"allmende/bench/town"
)

func TestTimesAtAShare(t *testing.T) {
	var all times
	for i := 100; i > 0; i-- {
		all = append(all, time.Duration(i)*time.Millisecond)
	}
	for share, want := range map[float64]time.Duration{0: 1, .5: 51, .99: 100, 1: 100} {
		if got := all.at(share); got != want*time.Millisecond {
			t.Errorf("at(%v) = %v, want %v", share, got, want*time.Millisecond)
		}
	}
	if got := (times{}).at(.99); got != 0 {
		t.Errorf("of nothing: %v, want 0", got)
	}
}

func TestAMissIsCalledAMiss(t *testing.T) {
	o := &options{}
	r := newReport(o, []string{"-postgres", "postgres://somebody:secret@host/x", "ingest"})
	r.add(figure{Name: "slow", Value: 2.5, Unit: "s"}.under(2))
	r.add(figure{Name: "fast", Value: 61_234, Unit: "components/s"}.over(60_000))
	var out strings.Builder
	if err := r.write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| slow |  | ×0 | 2.5 s | < 2 s | **missed** |", "| 61,234 components/s | ≥ 60,000 components/s | reached |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "secret") {
		t.Error("the table tells the password of the database")
	}
}

func TestAnotherAnswerThanPlantedIsNoticed(t *testing.T) {
	p := town.Planting{PURL: "pkg:npm/lodash@4.17.20", Vulnerable: true, Products: []string{"p00001", "p00003"}}
	answer := func(state string, products ...string) (f found) {
		for _, name := range products {
			f.Products = append(f.Products, struct{ Software, State, Component string }{"Fachverfahren " + name, state, p.PURL})
		}
		return f
	}
	if err := compare(p, answer("affected", "p00003", "p00001"), true); err != nil {
		t.Errorf("the true answer is refused: %v", err)
	}
	for name, f := range map[string]found{
		"one missing":  answer("affected", "p00001"),
		"one too many": answer("affected", "p00001", "p00002", "p00003"),
		"harmless":     answer("contained", "p00001", "p00003"),
	} {
		if compare(p, f, true) == nil {
			t.Errorf("%s: taken for the true answer", name)
		}
	}
}

func TestAFailureStopsAll(t *testing.T) {
	broken := errors.New("broken")
	err := inParallel(t.Context(), 3, 1_000_000, func(i int) error {
		if i == 10 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := inParallel(ctx, 3, 10, func(int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped before it began: got %v", err)
	}
}
