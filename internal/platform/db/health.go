// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"context"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
)

// Migrated lists the migrations that the database has, as "room/0001_name.sql", in order.
// A database without any has no tables of ours, which is no error.
func (d *DB) Migrated(ctx context.Context) ([]string, error) {
	n, err := Count(ctx, d.read, d.either(
		`SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'log_migration'`,
		`SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'log_migration'`))
	if err != nil || n == 0 {
		return nil, err
	}
	return Texts(ctx, d.read, `SELECT room || '/' || name FROM log_migration ORDER BY room, name`)
}

// Used reports whether anybody has worked with the database: its log has more than the
// program's own acts, or tables are there that are not the program's.
func (d *DB) Used(ctx context.Context) (bool, error) {
	has, err := d.Migrated(ctx)
	if err != nil {
		return false, err
	}
	if len(has) == 0 {
		all, err := d.Tables(ctx)
		return len(all) > 0, err
	}
	n, err := Count(ctx, d.read, `SELECT count(*) FROM log_entry WHERE person <> 'system'`)
	return n > 0, err
}

// Flaws reads the whole file and returns what is broken in it, at most ten lines in the
// database's own words. PostgreSQL checks its pages when they are read: known is false.
func (d *DB) Flaws(ctx context.Context) (flaws []string, known bool, err error) {
	if !d.lite {
		return nil, false, nil
	}
	all, err := Texts(ctx, d.read, `PRAGMA quick_check(10)`)
	flaws = slices.DeleteFunc(all, func(s string) bool { return s == "ok" })
	if err != nil && fault.Of(err) == fault.Internal && strings.Contains(err.Error(), "malformed") {
		return []string{err.Error()}, true, nil
	}
	return flaws, true, err
}

// Time returns what time it is for the database, and for SQLite, which has no clock of its
// own, when the newest entry of the log was written.
func (d *DB) Time(ctx context.Context) (time.Time, error) {
	text, err := Texts(ctx, d.read, d.either(
		`SELECT coalesce(max(at), '') FROM log_entry`,
		`SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`))
	if err != nil || len(text) == 0 {
		return time.Time{}, err
	}
	return Time(text[0]), nil
}

// Size is how many bytes the database takes, for SQLite without its log of what is not worked in yet.
func (d *DB) Size(ctx context.Context) (int, error) {
	if !d.lite {
		return Count(ctx, d.read, `SELECT pg_database_size(current_database())`)
	}
	pages, err := Count(ctx, d.read, `PRAGMA page_count`)
	if err != nil {
		return 0, err
	}
	size, err := Count(ctx, d.read, `PRAGMA page_size`)
	return pages * size, err
}

func (d *DB) either(lite, postgres string) string {
	if d.lite {
		return lite
	}
	return postgres
}

// Sweep is for after so many rows were written that it cannot wait for PostgreSQL to come by,
// which it does once a minute. It makes room of rows that were written over free again, so
// that what is written next takes that instead of new room, and counts what there is, so that
// statements are planned for tables as large as they are now. SQLite writes over rows where
// they are, and plans without counting.
func (d *DB) Sweep(ctx context.Context, tables ...string) error {
	if d.lite {
		return nil
	}
	for _, t := range tables {
		if _, err := d.write.ExecContext(ctx, "VACUUM (ANALYZE) "+t); err != nil {
			return err
		}
	}
	return nil
}
