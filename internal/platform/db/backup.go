// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Snapshot writes all records, as they were at one moment, into a new SQLite file, while
// others go on reading and writing. It is for SQLite; see [DB.CopyTo] for PostgreSQL.
func (d *DB) Snapshot(ctx context.Context, path string) error {
	if !d.lite {
		return errors.New("a snapshot into a file is SQLite's; copy the tables instead")
	}
	own, err := sql.Open("sqlite", d.dsn) // neither the one writer, whom others wait for, nor read-only
	if err != nil {
		return err
	}
	_, err = own.ExecContext(ctx, `VACUUM INTO $1`, path)
	return errors.Join(err, own.Close())
}

// AtOneMoment lets f read all records as they were at one moment, while others go on writing.
func (d *DB) AtOneMoment(ctx context.Context, f func(Querier) error) error {
	t, err := d.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer t.Rollback()
	return f(t)
}

// Lite reports whether the database is SQLite.
func (d *DB) Lite() bool { return d.lite }

// CopyTo copies the rows of all tables, as they were at one moment, into another database
// whose tables are up to date and empty but for what migrations put there: all of them or,
// where anything is amiss, none. It returns how many there are.
func (d *DB) CopyTo(ctx context.Context, to *DB) (rows int, err error) {
	err = d.AtOneMoment(ctx, func(snapshot Querier) error {
		rows, err = copyAll(ctx, snapshot, to)
		return err
	})
	return rows, err
}

// Tables lists the tables of the program, each after those that it refers to.
func (d *DB) Tables(ctx context.Context) ([]string, error) {
	all, err := Texts(ctx, d.read, d.either(
		`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`,
		`SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`))
	if err != nil || d.lite { // SQLite looks at references at the end, see copyAll
		return all, err
	}
	type reference struct{ from, to string }
	refs, err := All(ctx, d.read, func(r *reference) []any { return []any{&r.from, &r.to} }, `
		SELECT CAST(f.relname AS TEXT), CAST(t.relname AS TEXT) FROM pg_constraint c JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
		JOIN pg_namespace n ON n.oid = f.relnamespace WHERE c.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, 2`)
	for range refs { // each round puts one chain further right
		for _, r := range refs {
			from, to := slices.Index(all, r.from), slices.Index(all, r.to)
			if from < to {
				all = slices.Insert(slices.Delete(all, from, from+1), to, r.from)
			}
		}
	}
	return all, err
}

func copyAll(ctx context.Context, snapshot Querier, to *DB) (rows int, err error) {
	tables, err := to.Tables(ctx)
	if err != nil {
		return 0, err
	}
	return rows, to.Keep(ctx, func(tx *Tx) error {
		if tx.lite { // what does not fit together shows at the end
			if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
				return err
			}
		}
		for _, t := range slices.Backward(tables) {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+t); err != nil {
				return err
			}
		}
		for _, t := range tables {
			n, err := copyTable(ctx, snapshot, tx, t)
			if err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
			rows += n
		}
		return nil
	})
}

// copyTable copies the rows of one table and counts them on both sides.
func copyTable(ctx context.Context, from Querier, tx *Tx, table string) (n int, err error) {
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	truths, err := tx.truths(ctx, table, columns)
	if err != nil {
		return 0, err
	}
	const batch = 5000
	var held [][]any
	put := func() error {
		n += len(held)
		err := tx.InsertMany(ctx, table, strings.Join(columns, ", "), held, "")
		held = held[:0]
		return err
	}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for _, i := range truths {
			if number, ok := row[i].(int64); ok {
				row[i] = number != 0
			}
		}
		if held = append(held, row); len(held) == batch {
			if err := put(); err != nil {
				return n, err
			}
		}
	}
	if err := errors.Join(rows.Err(), put()); err != nil {
		return n, err
	}
	arrived, err := Count(ctx, tx, "SELECT count(*) FROM "+table)
	if err == nil && arrived != n {
		err = fmt.Errorf("%d rows arrived of %d", arrived, n)
	}
	return n, err
}

// truths are the places of columns that PostgreSQL wants truths in; SQLite keeps 0 and 1.
func (tx *Tx) truths(ctx context.Context, table string, columns []string) (out []int, err error) {
	if tx.lite {
		return nil, nil
	}
	names, err := Texts(ctx, tx, `
		SELECT CAST(column_name AS TEXT) FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 AND data_type = 'boolean'`, table)
	for i, c := range columns {
		if slices.Contains(names, c) {
			out = append(out, i)
		}
	}
	return out, err
}
