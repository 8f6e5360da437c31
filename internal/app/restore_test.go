// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// all is every row of every table, truths written as SQLite has them.
func all(t *testing.T, a *App) map[string]string {
	t.Helper()
	out := (&site{App: a, t: t}).rows(false)
	for table, rows := range out {
		out[table] = strings.NewReplacer("true", "1", "false", "0").Replace(rows)
	}
	return out
}

// A backup of either database becomes either: every row of every table is there, the log
// proves itself, documents are whole, and the program works on.
func TestABackupOfEitherBecomesEither(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		a.Vulnerability.Operator = "musterstadt"
		a.signIn(t, "musterstadt", "ada", "admin")
		for _, version := range []string{"1.0", "2.0"} {
			if status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Fachverfahren", version, "2.14.1"))); status != 201 {
				t.Fatal(status, body)
			}
		}
		if status, body := city.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(log4shell)); status != 201 {
			t.Fatal(status, body)
		}
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.SBOM.Wait()                                      // nothing is shelved by itself any more
		if err := a.SBOM.Shelve(t.Context()); err != nil { // what each start would do
			t.Fatal(err)
		}
		folder := filepath.Join(t.TempDir(), "backup")
		if err := a.Backup(t.Context(), folder); err != nil {
			t.Fatal(err)
		}
		was := all(t, a)
		dbtest.EachAddress(t, func(t *testing.T, to string) {
			blobs := filepath.Join(t.TempDir(), "documents")
			r, err := Restore(t.Context(), folder, Options{Database: to, Blobs: blobs})
			if err != nil || r.Documents != 2 || r.Entries < 20 || strings.HasPrefix(to, "postgres") && r.Rows < r.Entries {
				t.Fatalf("%+v, %v", r, err)
			}
			b, err := New(t.Context(), Options{Database: to, Blobs: blobs})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			for table, rows := range all(t, b) {
				if rows != was[table] {
					t.Errorf("%s is not what it was:\n%.400s", table, difference(was[table], rows))
				}
			}
			moved := caller{t, b, city.token, "de"}
			if status, body := moved.get("/api/v1/where?q=log4j-core"); status != 200 || !strings.Contains(body, "Fachverfahren") {
				t.Errorf("the restored instance answers %d %.300s", status, body)
			}
			if status, body := moved.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Neues", "1", "2.17.0"))); status != 201 {
				t.Errorf("the restored instance takes nothing in: %d %s", status, body)
			}
			if _, err := Restore(t.Context(), folder, Options{Database: to, Blobs: blobs + "2"}); fault.Of(err) != fault.Conflict {
				t.Errorf("a second restore: %v", err)
			}
		})
	})
}

// What is wrong with a backup leaves an empty database as it was; so does a kill before the
// rows came: a database with nothing but tables is empty.
func TestABackupThatIsNotSoundLeavesAnEmptyDatabase(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the target is the other
	_, city := join(t, a, "", "Musterstadt")
	if status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Fachverfahren", "1", "2.14.1"))); status != 201 {
		t.Fatal(status, body)
	}
	folder := filepath.Join(t.TempDir(), "backup")
	if err := a.Backup(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	base := os.Getenv("ALLMENDE_TEST_PG")
	if base == "" {
		t.Skip("set ALLMENDE_TEST_PG to restore into PostgreSQL")
	}
	to, blobs := dbtest.Schema(t, base), filepath.Join(t.TempDir(), "documents")
	killed, err := New(t.Context(), Options{Database: to, Blobs: blobs})
	if err != nil {
		t.Fatal(err)
	}
	killed.Close()
	newer := dbtest.Open(t, filepath.Join(folder, "allmende.db"))
	mark := func(query string) {
		t.Helper()
		if err := newer.Keep(t.Context(), func(tx *db.Tx) error { _, err := tx.ExecContext(t.Context(), query); return err }); err != nil {
			t.Fatal(err)
		}
	}
	mark(`INSERT INTO log_migration (room, name, at) VALUES ('future', 'migrations/0001_future.sql', '')`)
	_, err = Restore(t.Context(), folder, Options{Database: to, Blobs: blobs})
	if fault.Of(err) != fault.Unreadable || fault.Say(err)[0].Key != "app.restore_newer" {
		t.Errorf("a backup of a newer program: %v", err)
	}
	if _, err := os.Stat(blobs); !errors.Is(err, fs.ErrNotExist) {
		t.Error("its documents were left")
	}
	mark(`DELETE FROM log_migration WHERE room = 'future'`)
	if r, err := Restore(t.Context(), folder, Options{Database: to, Blobs: blobs}); err != nil || r.Documents != 1 {
		t.Errorf("after all that: %+v, %v", r, err)
	}
	_, err = Restore(t.Context(), folder, Options{Database: "postgres://allmende@127.0.0.1:1/none", Blobs: blobs + "2"})
	if fault.Of(err) != fault.Unreadable || fault.Say(err)[0].Key != "app.restore_away" {
		t.Errorf("a server that is away: %v", err)
	}
}
