// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db_test

import (
	"fmt"
	"slices"
	"testing"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

func TestInsertColumns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		var ids db.Words
		var ns db.Numbers
		for i := range 20_003 {
			ids, ns = append(ids, fmt.Sprintf("%05d", i)), append(ns, int64(i))
		}
		if err := d.Write(t.Context(), act, func(tx *db.Tx) error {
			return tx.InsertColumns(t.Context(), "thing_row", "id, n", ids, ns)
		}); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, `SELECT count(*) FROM thing_row WHERE n = CAST(id AS BIGINT)`); n != 20_003 {
			t.Errorf("%d rows, want 20003", n)
		}
	})
}

func TestInsertNewTellsWhatIsNew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		if err := d.Write(t.Context(), act, func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `CREATE TABLE thing_number (n BIGINT PRIMARY KEY, id TEXT NOT NULL)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		insert := func(keys db.Numbers, ids db.Words) (fresh []bool) {
			if err := d.Write(t.Context(), act, func(tx *db.Tx) (err error) {
				fresh, err = tx.InsertNew(t.Context(), "thing_number", "n, id", keys, ids)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return fresh
		}
		if got := insert(db.Numbers{2, 5}, db.Words{"two", "five"}); !slices.Equal(got, []bool{true, true}) {
			t.Errorf("into an empty table: %v", got)
		}
		if got := insert(db.Numbers{1, 2, 5, 9}, db.Words{"a", "b", "c", "d"}); !slices.Equal(got, []bool{true, false, false, true}) {
			t.Errorf("the second time: %v", got)
		}
		if n := count(t, d, `SELECT count(*) FROM thing_number WHERE id IN ('two', 'five', 'a', 'd')`); n != 4 {
			t.Errorf("%d rows as they should be, want 4", n)
		}
	})
}
