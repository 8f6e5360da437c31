// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db_test

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

var things = fstest.MapFS{"migrations/0001_thing.sql": {Data: []byte(
	"CREATE TABLE thing_row (\n  id TEXT PRIMARY KEY,\n  n BIGINT NOT NULL\n);\n")}}

func migrated(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Migrate(t.Context(), "thing", things); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, d *db.DB, query string, args ...any) int {
	t.Helper()
	n, err := db.Count(t.Context(), d.Read(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var act = ospo.Act{Org: "o", Person: "p", What: "thing.add", On: "x", Door: "test"}

func TestWriteIsLoggedOrUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		add := func(id string, end error) error {
			return d.Write(t.Context(), act, func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO thing_row (id, n) VALUES ($1, $2)`, id, 1)
				return errors.Join(err, end)
			})
		}
		if err := add("kept", nil); err != nil {
			t.Fatal(err)
		}
		if err := add("undone", errors.New("no")); err == nil {
			t.Fatal("the error of the act was swallowed")
		}
		if n := count(t, d, `SELECT count(*) FROM thing_row`); n != 1 {
			t.Errorf("%d rows, want the one that was kept", n)
		}
		if n := count(t, d, `SELECT count(*) FROM log_entry WHERE org = 'o' AND person = 'p' AND what = 'thing.add' AND thing = 'x'`); n != 1 {
			t.Errorf("%d entries in the log, want 1", n)
		}
	})
}

func TestReadHandleCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		rows, err := d.Read().QueryContext(t.Context(), `INSERT INTO thing_row (id, n) VALUES ('a', 1) RETURNING id`)
		if err == nil {
			for rows.Next() {
			}
			err = rows.Err()
			rows.Close()
		}
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), "read") {
			t.Errorf("writing through the read handle: %v, want a refusal", err)
		}
		if n := count(t, d, `SELECT count(*) FROM thing_row`); n != 0 {
			t.Errorf("%d rows were written through the read handle", n)
		}
	})
}

func TestNumberColumnRefusesText(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		err := d.Write(t.Context(), act, func(tx *db.Tx) error {
			return tx.InsertMany(t.Context(), "thing_row", "id, n", [][]any{{"a", "not a number"}}, "")
		})
		if err == nil {
			t.Error("a text went into a number column")
		}
	})
}

func TestInsertMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		var rows [][]any
		for i := range 9001 {
			rows = append(rows, []any{fmt.Sprintf("%05d", i), i})
		}
		for range 2 {
			if err := d.Write(t.Context(), act, func(tx *db.Tx) error {
				return tx.InsertMany(t.Context(), "thing_row", "id, n", rows, "ON CONFLICT (id) DO UPDATE SET n = excluded.n + 1")
			}); err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, d, `SELECT count(*) FROM thing_row WHERE n = 1 + CAST(id AS BIGINT)`); n != 9001 {
			t.Errorf("%d rows were updated, want 9001", n)
		}
	})
}

func TestManyWritersQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 20 {
					if err := d.Write(t.Context(), act, func(tx *db.Tx) error {
						return tx.InsertMany(t.Context(), "thing_row", "id, n", [][]any{{fmt.Sprint(w, "-", i), i}}, "")
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := count(t, d, `SELECT count(*) FROM thing_row`); n != 160 {
			t.Errorf("%d rows, want 160", n)
		}
	})
}

func TestMigrateOnceEvenTogether(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		var wg sync.WaitGroup
		for range 3 {
			d := dbtest.Open(t, where)
			wg.Go(func() {
				if err := d.Migrate(t.Context(), "thing", things); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, dbtest.Open(t, where), `SELECT count(*) FROM log_migration WHERE room = 'thing'`); n != 1 {
			t.Errorf("%d notes of the migration, want 1", n)
		}
	})
}

func TestOneWithoutARowIsNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		_, err := db.One(t.Context(), d.Read(), func(s *string) []any { return []any{s} }, `SELECT id FROM thing_row`)
		if fault.Of(err) != fault.NotFound {
			t.Errorf("got %v, want not found", err)
		}
	})
}

func TestGermanOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		got, err := db.Texts(t.Context(), d.Read(),
			`SELECT name FROM (SELECT 'Zammad' AS name UNION ALL SELECT 'Öffi' UNION ALL SELECT 'Ohm') AS n ORDER BY name COLLATE "de-x-icu"`)
		if err != nil || strings.Join(got, " ") != "Öffi Ohm Zammad" {
			t.Errorf("%v %v", got, err)
		}
	})
}

func TestNewIDsAreInOrder(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	last, began := "", time.Now().UnixMilli()
	for range 20000 {
		id := db.NewID()
		if id <= last || !form.MatchString(id) {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
	ms, err := strconv.ParseInt(strings.ReplaceAll(last[:13], "-", ""), 16, 64)
	if err != nil || ms < began || ms > time.Now().UnixMilli()+100 {
		t.Errorf("%s bears the time %d, want one from %d on", last, ms, began)
	}
}

func TestIn(t *testing.T) {
	for _, tt := range []struct {
		from, n int
		want    string
	}{{1, 1, "$1"}, {1, 3, "$1, $2, $3"}, {3, 2, "$3, $4"}, {10, 2, "$10, $11"}} {
		if got := db.In(tt.from, tt.n); got != tt.want {
			t.Errorf("In(%d, %d) = %q, want %q", tt.from, tt.n, got, tt.want)
		}
	}
}

// one database: a snapshot is made of SQLite; TestCopyFromEitherDatabase has both.
func TestSnapshotIsWhole(t *testing.T) {
	d := dbtest.Open(t, t.TempDir()+"/a.db")
	migrated(t, d)
	if err := d.Write(t.Context(), act, func(tx *db.Tx) error {
		return tx.InsertMany(t.Context(), "thing_row", "id, n", [][]any{{"a", 1}, {"b", 2}}, "")
	}); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir() + "/b.db"
	if err := d.Snapshot(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if n := count(t, dbtest.Open(t, to), `SELECT sum(n) FROM thing_row`); n != 3 {
		t.Errorf("the rows in the snapshot sum to %d, want 3", n)
	}
}

func TestCopyFromEitherDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		if err := d.Write(t.Context(), act, func(tx *db.Tx) error {
			return tx.InsertMany(t.Context(), "thing_row", "id, n", [][]any{{"a", 1}, {"b", 2}}, "")
		}); err != nil {
			t.Fatal(err)
		}
		to := dbtest.Open(t, t.TempDir()+"/b.db")
		migrated(t, to)
		rows, err := d.CopyTo(t.Context(), to)
		if err != nil || rows < 2+3 {
			t.Fatal(rows, err)
		}
		if n := count(t, to, `SELECT sum(n) FROM thing_row`); n != 3 {
			t.Errorf("the rows in the copy sum to %d, want 3", n)
		}
		if a, b := count(t, d, `SELECT count(*) FROM log_entry`), count(t, to, `SELECT count(*) FROM log_entry`); a != b {
			t.Errorf("the log has %d entries, its copy %d", a, b)
		}
	})
}

func TestBytesThatNoTextHoldsAreTheCallersFault(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		_, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM thing_row WHERE id = $1`, "a\x00b")
		if err != nil && fault.Of(err) != fault.Invalid {
			t.Errorf("a NUL in a question: %v, want a fault of the caller's", err)
		}
		err = d.Write(t.Context(), act, func(tx *db.Tx) error {
			return tx.InsertMany(t.Context(), "thing_row", "id, n", [][]any{{"a\xffb", 1}}, "")
		})
		if err != nil && fault.Of(err) != fault.Invalid {
			t.Errorf("a broken byte in a text: %v, want a fault of the caller's", err)
		}
	})
}

// What may be there once only, and was added by somebody else since the room looked for it,
// is no fault of ours: who asks is told that somebody was faster, on either database.
func TestWhoComesSecondIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		add := func(tx *db.Tx) error {
			return tx.InsertMany(t.Context(), "thing_row", "id, n", [][]any{{"one", 1}}, "")
		}
		if err := d.Write(t.Context(), act, add); err != nil {
			t.Fatal(err)
		}
		wrapped := func(tx *db.Tx) error { return fmt.Errorf("add: %w", add(tx)) }
		for how, err := range map[string]error{"Write": d.Write(t.Context(), act, wrapped), "Keep": d.Keep(t.Context(), add)} {
			if fault.Of(err) != fault.Conflict || fault.Say(err)[0].Key != "fault.faster" {
				t.Errorf("%s: %v, want a conflict", how, err)
			}
		}
		known := fault.At("id", "thing.taken")
		if err := d.Write(t.Context(), act, func(tx *db.Tx) error { return errors.Join(known, add(tx)) }); fault.Of(err) != fault.Invalid {
			t.Errorf("%v, want what the room said itself", err)
		}
	})
}
