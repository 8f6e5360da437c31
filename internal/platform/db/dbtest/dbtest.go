// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package dbtest runs a test once per database that Allmende supports.
package dbtest

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allmende/internal/platform/db"
)

// server names the variable with the address of a PostgreSQL server.
const server = "ALLMENDE_TEST_PG"

// Each calls f with an empty SQLite database and, where ALLMENDE_TEST_PG names a
// server, with an empty PostgreSQL schema of its own.
func Each(t *testing.T, f func(*testing.T, *db.DB)) {
	t.Helper()
	EachAddress(t, func(t *testing.T, where string) { f(t, Open(t, where)) })
}

// EachAddress is Each for tests that open the database themselves.
func EachAddress(t *testing.T, f func(t *testing.T, where string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		f(t, filepath.Join(t.TempDir(), "test.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		base := os.Getenv(server)
		if base == "" {
			t.Skip("set " + server + " to run this on PostgreSQL as well")
		}
		f(t, Schema(t, base))
	})
}

// Schema makes a schema of the PostgreSQL server at base for this test alone and returns
// its address.
func Schema(t testing.TB, base string) string {
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	name := "t" + strings.ToLower(rand.Text())
	if _, err := admin.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin.Exec("DROP SCHEMA " + name + " CASCADE")
		admin.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// Open opens a database that closes with the test.
func Open(t testing.TB, where string) *db.DB {
	t.Helper()
	d, err := db.Open(where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}
