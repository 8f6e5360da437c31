// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"allmende/internal/office/casework"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// BenchmarkHundredThousand asks a desk with 100,000 cases, a tenth of them open with two tasks
// each: the board of who procures, the first page of the list, opening and refusing one.
func BenchmarkHundredThousand(b *testing.B) {
	d := dbtest.Open(b, filepath.Join(b.TempDir(), "bench.db")) // one database: the plain one
	w := newDesk(b, d)
	const all = 100_000
	var cases, tasks [][]any
	for i := range all {
		id, state, outcome, closed := fmt.Sprintf("0190%032d", i), "bought", "done", "2026-10-01 09:00:00.000"
		if i%10 == 0 {
			state, outcome, closed = "looking", "", ""
			for k, role := range []string{"procurement_manager", "licence_manager"} {
				tasks = append(tasks, []any{fmt.Sprintf("%s-%d", id, k), "school", id, state, []string{"market", "licence"}[k], role, "", closed, fmt.Sprintf("2026-12-%02d", 1+i/10%28), "", "", "", ""})
			}
		}
		title := fmt.Sprintf("Vorgang %d", i)
		cases = append(cases, []any{id, "school", "city", 2025, i + 1, "buying", 1, title, title, "dora", `{"need":"x"}`, state, outcome, fmt.Sprintf("2025-%02d-01 09:00:00.%03d", 1+i%12, i%1000), closed})
	}
	err := d.Keep(b.Context(), func(tx *db.Tx) error {
		if err := tx.InsertMany(b.Context(), "casework_case", "id, org, house, year, n, type, version, title, folded, asker, facts, state, outcome, created, closed", cases, ""); err != nil {
			return err
		}
		return tx.InsertMany(b.Context(), "casework_task", "id, org, matter, state, task, role, person, since, due, result, ended, doer, note", tasks, "")
	})
	w.ok(err)
	b.Run("board", func(b *testing.B) {
		for b.Loop() {
			if x, err := w.Board(w.paul()); err != nil || len(x.Roles) != 100 {
				b.Fatal(len(x.Roles), err)
			}
		}
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			if x, _, err := w.Cases(w.paul(), casework.Sieve{Desc: true, Ended: "no"}); err != nil || len(x) != 50 {
				b.Fatal(len(x), err)
			}
		}
	})
	b.Run("open and refuse", func(b *testing.B) {
		for b.Loop() {
			id := w.open()
			if _, err := w.Move(w.paul(), id, "refuse", "nein", 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}
