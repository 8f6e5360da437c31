// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/office/casework"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/keyset"
)

// waits says what waits on a board without a task: steps by case and name, then proposals.
func (w *desk) waits(ctx context.Context) (out string) {
	w.t.Helper()
	b, err := w.Board(ctx)
	w.ok(err)
	for _, t := range b.Steps {
		out += fmt.Sprint(t.Number(), " ", t.Role, " ", t.Steps, "\n")
	}
	for _, a := range b.Agree {
		out += fmt.Sprint(a.Case.Number(), " ", a.Step, "?\n")
	}
	return out
}

// A running case is always on somebody's board: as a task, as a step that waits, or as a proposal
// that waits for a second person.
func TestACaseAlwaysWaitsForSomebody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		if got := w.waits(w.paul()); got != "" {
			t.Errorf("while tasks are open nobody is waited for: %q", got)
		}
		w.looked(id, nil)
		const step, agree = "2026-0001 procurement_manager [clear]\n", "2026-0001 Freigeben?\n"
		is := func(when, paul, ada string) {
			t.Helper()
			if p, a, e := w.waits(w.paul()), w.waits(w.ada()), w.waits(w.eve()); p != paul || a != ada || e != "" {
				t.Errorf("%s: for Paul waits %q, want %q; for Ada %q, want %q; for Eve %q", when, p, paul, a, ada, e)
			}
		}
		is("the justification lacks, somebody has to see to it", step, "")
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"because": "Nichts Offenes kann es."}, 0))
		is("the step is free", step, "")
		propose := func() string {
			t.Helper()
			p, err := w.Move(w.paul(), id, "clear", "Bedarf belegt", 0)
			w.ok(err)
			return p
		}
		p := propose()
		is("Paul has proposed", "", agree)
		w.ok(w.wait.Refuse(w.ada(), p, "zu teuer"))
		is("Ada has refused", step, "")
		w.ok(w.wait.Withdraw(w.paul(), propose()))
		is("Paul has withdrawn", step, "")
		propose()
		w.now = w.now.Add(time.Minute)
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"price": "99"}, 0))
		is("nobody can agree to other facts", step, "")
		propose()
		is("Paul has proposed anew", "", agree)
		w.now = w.now.Add(31 * 24 * time.Hour)
		is("the proposal has lapsed", step, "")
		w.ok(w.wait.Approve(w.ada(), propose(), ""))
		is("decided", "", "")
	})
}

// age makes all cases such as were opened before the program kept whom one waits for, and settles
// the one that waits.
func (w *desk) age() {
	w.t.Helper()
	w.ok(w.d.Keep(w.t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(w.t.Context(), `DELETE FROM casework_turn`)
		return err
	}))
	for _, want := range []int{1, 0} {
		if n, err := w.Settle(w.t.Context()); err != nil || n != want {
			w.t.Errorf("settled %d, %v; want %d", n, err, want)
		}
	}
}

// What was opened before the program kept whom a case waits for is found.
func TestOldCasesAreSettled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.looked(id, nil)
		w.open() // has tasks
		w.age()
		if got := w.waits(w.paul()); got != "2026-0001 procurement_manager [clear]\n" {
			t.Errorf("for Paul waits %q", got)
		}
	})
}

// A task that holds nothing back keeps an old case from nobody's board.
func TestAnOptionalTaskKeepsNoOldCaseFromItsBoard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		def, err := process.Parse([]byte(strings.Replace(buying, "days: 5, escalate", "days: 5, optional: true, escalate", 1)))
		w.ok(err)
		w.Definitions = []*process.Definition{def}
		id := w.open()
		w.ok(w.Complete(w.paul(), id, w.task(id, "market"), "", map[string]string{"model": "open"}, 0))
		w.open() // has a task that holds it back
		const waits = "2026-0001 procurement_manager [clear]\n"
		if got := w.waits(w.paul()); got != waits {
			t.Fatalf("for Paul waits %q", got)
		}
		w.age()
		if got := w.waits(w.paul()); got != waits {
			t.Errorf("for Paul waits %q", got)
		}
	})
}

// The board of the team shows what is open, whoever has it, the most urgent first and page by page.
func TestTheTeamSeesWhoHasWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		one := w.open()
		w.open()
		w.ok(w.Take(w.lea(), one, w.task(one, "licence")))
		list := func(ctx context.Context, f casework.TeamSieve) (out string) {
			t.Helper()
			page, _, err := w.Team(ctx, f)
			w.ok(err)
			for _, x := range page {
				out += fmt.Sprint(x.Number(), " ", x.Task.Task, " ", x.Person, "\n")
			}
			return out
		}
		for want, f := range map[string]casework.TeamSieve{
			"2026-0001 licence lea\n2026-0002 licence \n2026-0001 market \n2026-0002 market \n": {},
			"2026-0001 licence lea\n":                {Who: "taken"},
			"2026-0001 market \n2026-0002 market \n": {Who: "nobody", Role: "procurement_manager"},
			"":                                       {Who: "late"},
		} {
			if got := list(w.paul(), f); got != want {
				t.Errorf("%+v: got %q, want %q", f, got, want)
			}
		}
		if got := list(w.eve(), casework.TeamSieve{}); got != "" {
			t.Errorf("a stranger sees %q", got)
		}
		first, next, err := w.Team(w.paul(), casework.TeamSieve{Size: 3})
		if err != nil || len(first) != 3 || next == nil {
			t.Fatal(first, next, err)
		}
		rest, next, err := w.Team(w.paul(), casework.TeamSieve{Size: 3, After: keyset.Cursor(next...)})
		if err != nil || len(rest) != 1 || next != nil || rest[0].Task.Task != "market" || rest[0].Number() != "2026-0002" {
			t.Errorf("the second page is %+v, %v, %v", rest, next, err)
		}
	})
}
