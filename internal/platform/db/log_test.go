// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/merkle"
)

// tree computes the log's tree from its entries and holds it against what is kept.
func tree(t *testing.T, d *db.DB) merkle.Tree {
	t.Helper()
	entries, err := db.All(t.Context(), d.Read(), func(e *merkle.Entry) []any {
		return []any{&e.N, &e.ID, &e.At, &e.Org, &e.Person, &e.Role, &e.What, &e.Thing, &e.Door, &e.Request, &e.Diff, &e.Salt, &e.Sum, &e.Leaf}
	}, `SELECT n, id, at, org, person, role, what, thing, door, request, diff, salt, sum, leaf FROM log_entry_view ORDER BY n`)
	if err != nil {
		t.Fatal(err)
	}
	c := merkle.NewChecker(nil)
	for _, e := range entries {
		c.Add(e, e.Hash())
	}
	heads, err := db.All(t.Context(), d.Read(), func(h *[2]string) []any { return []any{&h[0], &h[1]} }, `SELECT CAST(size AS TEXT), peaks FROM log_head_view`)
	if err != nil || len(heads) != 1 {
		t.Fatalf("%d heads, %v", len(heads), err)
	}
	var size int64
	fmt.Sscan(heads[0][0], &size)
	head, err := merkle.ParseTree(size, heads[0][1])
	if err != nil {
		t.Fatal(err)
	}
	if c.Finish(&head); c.All > 0 {
		t.Fatalf("the log as written has flaws: %+v", c.Flaws)
	}
	return head
}

// Writers at the same time, some of whom fail, leave numbers without gaps and one tree.
func TestWritersAtTheSameTimeMakeOneTree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		before := tree(t, d).Size
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				for k := range 25 {
					act := ospo.Act{Org: "o", Person: "p", What: "thing.add", On: fmt.Sprint(i, "/", k), Diff: `{"n":[null,1]}`}
					err := d.Write(t.Context(), act, func(tx *db.Tx) error {
						if err := tx.Note(t.Context(), act); err != nil {
							return err
						}
						if k%5 == 4 {
							return errors.New("undone")
						}
						return nil
					})
					if (err != nil) != (k%5 == 4) {
						t.Errorf("writer %d: %v", i, err)
					}
				}
			})
		}
		group.Wait()
		if got := tree(t, d).Size - before; got != 8*20*2 {
			t.Errorf("%d entries, want %d", got, 8*20*2)
		}
	})
}

// A log from before there was a tree is taken into one, in its order.
func TestAnOldLogIsTakenIntoTheTree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		kind := "CREATE TABLE log_entry (id TEXT PRIMARY KEY, org TEXT NOT NULL, person TEXT NOT NULL, what TEXT NOT NULL, thing TEXT NOT NULL, door TEXT NOT NULL, request TEXT NOT NULL, at TEXT NOT NULL)"
		if err := d.Keep(t.Context(), func(tx *db.Tx) error {
			for _, q := range []string{"CREATE TABLE log_migration (room TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (room, name))", kind,
				"CREATE VIEW log_entry_view AS SELECT id, org, person, what, thing, door, request, at FROM log_entry",
				"INSERT INTO log_migration (room, name, at) VALUES ('log', 'view', '')"} {
				if _, err := tx.ExecContext(t.Context(), q); err != nil {
					return err
				}
			}
			var rows [][]any
			for i := range 300 {
				rows = append(rows, []any{fmt.Sprintf("%04d", i), "o", "p", "thing.add", "x", "web", "", "2026-11-01T00:00:00.000Z"})
			}
			return tx.InsertMany(t.Context(), "log_entry", "id, org, person, what, thing, door, request, at", rows, "")
		}); err != nil {
			t.Fatal(err)
		}
		migrated(t, d)
		if size := tree(t, d).Size; size != 301 {
			t.Errorf("%d entries in the tree, want 300 and the one of the migration", size)
		}
		if n := count(t, d, `SELECT n FROM log_entry WHERE id = '0041'`); n != 42 {
			t.Errorf("entry 0041 has number %d, want 42", n)
		}
	})
}

func TestErasingLeavesTheTree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		migrated(t, d)
		named := act
		named.Diff = `{"name":[null,"Ada Amt"]}`
		if err := d.Write(t.Context(), named, func(*db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		n := int64(count(t, d, `SELECT max(n) FROM log_entry`))
		for range 2 { // twice is as good as once
			if err := d.Write(t.Context(), act, func(tx *db.Tx) error { return tx.Erase(t.Context(), []int64{n}) }); err != nil {
				t.Fatal(err)
			}
			tree(t, d)
		}
		if n := count(t, d, `SELECT count(*) FROM log_entry WHERE diff LIKE '%Ada%'`); n != 0 {
			t.Error("the name is still there")
		}
	})
}
