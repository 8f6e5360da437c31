// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db_test

import (
	"strings"
	"testing"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// What is written over again and again, and swept each time, does not grow with it: unswept it
// takes eleven times the room. Others on the server may hold some of it up for a moment.
func TestSweepMakesRoom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(statement string) {
			t.Helper()
			if err := d.Keep(t.Context(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), statement)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		write(`CREATE TABLE n_list (id BIGINT PRIMARY KEY, text TEXT NOT NULL)`)
		write(`INSERT INTO n_list WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i, '` + strings.Repeat("x", 500) + `' FROM n`)
		size := func() int {
			t.Helper()
			if d.Kind() == "SQLite" {
				n, err := db.Count(t.Context(), d.Read(), `SELECT page_count FROM pragma_page_count`)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			n, err := db.Count(t.Context(), d.Read(), `SELECT pg_relation_size('n_list')`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		once := size()
		for range 10 {
			write(`UPDATE n_list SET text = '` + strings.Repeat("y", 500) + `'`)
			if err := d.Sweep(t.Context(), "n_list"); err != nil {
				t.Fatal(err)
			}
		}
		if n := size(); n > 6*once {
			t.Errorf("written over ten times it takes %d, once %d", n, once)
		}
	})
}
