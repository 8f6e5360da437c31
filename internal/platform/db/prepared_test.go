// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// filled has the numbers 0 to 9 in thing_row.
func filled(t *testing.T, d *db.DB) {
	t.Helper()
	migrated(t, d)
	err := d.Write(t.Context(), act, func(tx *db.Tx) error {
		for i := range 10 {
			if _, err := tx.ExecContext(t.Context(), `INSERT INTO thing_row (id, n) VALUES ($1, $2)`, fmt.Sprint(i), i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func number(n *int) []any { return []any{n} }

// Within a transaction there is one connection: a query within the rows of the same query
// must not disturb them.
func TestAQueryWithinItsOwnRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if !d.Lite() {
			return // pgx reads all rows before the next query may come
		}
		filled(t, d)
		const query = `SELECT n FROM thing_row WHERE n >= $1 ORDER BY n`
		err := d.Write(t.Context(), act, func(tx *db.Tx) error {
			var outer, inner []int
			for n, err := range db.Each(t.Context(), tx, number, query, 5) {
				if err != nil {
					return err
				}
				outer = append(outer, n)
				some, err := db.All(t.Context(), tx, number, query, 8)
				if err != nil {
					return err
				}
				inner = append(inner, some...)
			}
			if want := []int{5, 6, 7, 8, 9}; !slices.Equal(outer, want) || len(inner) != 10 {
				t.Errorf("%v and within it %v, want %v and five times 8, 9", outer, inner, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// More different statements than are kept, asked by many at once, twice over.
func TestManyStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		filled(t, d)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for i := range 500 {
					n, err := db.Count(t.Context(), d.Read(), fmt.Sprintf(`SELECT count(*) + %d FROM thing_row WHERE n < $1`, i%250), i%10)
					if err != nil || n != i%10+i%250 {
						t.Errorf("%d, %v, want %d", n, err, i%10+i%250)
						return
					}
				}
			})
		}
		wg.Wait()
	})
}

// A kept statement sees what was written since, also where a migration changed the table.
func TestAKeptStatementSeesChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		filled(t, d)
		const query = `SELECT count(*) FROM thing_row`
		if n := count(t, d, query); n != 10 {
			t.Fatalf("%d rows, want 10", n)
		}
		wider := fstest.MapFS{"migrations/0001_thing.sql": things["migrations/0001_thing.sql"],
			"migrations/0002_thing.sql": {Data: []byte("ALTER TABLE thing_row ADD COLUMN m BIGINT NOT NULL DEFAULT 3;\nDELETE FROM thing_row WHERE n = 4;\n")}}
		if err := d.Migrate(t.Context(), "thing", wider); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, query); n != 9 {
			t.Errorf("%d rows after one was deleted, want 9", n)
		}
		if n := count(t, d, `SELECT sum(m) FROM thing_row`); n != 27 {
			t.Errorf("the new column sums up to %d, want 27", n)
		}
	})
}

// Rows that are left before their end, or whose reader went away, leave a statement that
// can be asked again and holds no old state of the database.
func TestAStatementLeftEarly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		filled(t, d)
		const query = `SELECT n FROM thing_row ORDER BY n`
		for range 20 {
			for n, err := range db.Each(t.Context(), d.Read(), number, query) {
				if err != nil || n != 0 {
					t.Fatalf("%d, %v, want 0", n, err)
				}
				break
			}
			gone, cancel := context.WithCancel(t.Context())
			for _, err := range db.Each(gone, d.Read(), number, query) {
				if err != nil {
					t.Fatal(err)
				}
				cancel()
				break
			}
			cancel()
		}
		if _, err := db.All(canceled(t), d.Read(), number, query); !errors.Is(err, context.Canceled) {
			t.Errorf("a query nobody waits for: %v, want %v", err, context.Canceled)
		}
		if err := d.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `DELETE FROM thing_row WHERE n < 3`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if all, err := db.All(t.Context(), d.Read(), number, query); err != nil || len(all) != 7 || all[0] != 3 {
			t.Errorf("%v, %v, want 3 to 9", all, err)
		}
	})
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
