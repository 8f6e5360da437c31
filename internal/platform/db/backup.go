// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
// whose tables are up to date and empty but for what migrations put there.
func (d *DB) CopyTo(ctx context.Context, to *DB) error {
	return d.AtOneMoment(ctx, func(snapshot Querier) error { return copyAll(ctx, snapshot, to) })
}

func copyAll(ctx context.Context, snapshot Querier, to *DB) error {
	tables, err := Texts(ctx, to.read, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return err
	}
	return to.Keep(ctx, func(tx *Tx) error {
		// Tables are copied by name, whichever refers to which; what does not fit together shows at the end.
		if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
			return err
		}
		for _, t := range tables {
			if err := copyTable(ctx, snapshot, tx, t); err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
		}
		return nil
	})
}

func copyTable(ctx context.Context, from Querier, tx *Tx, table string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
		return err
	}
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	const batch = 5000
	var held [][]any
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if held = append(held, row); len(held) == batch {
			if err := tx.InsertMany(ctx, table, strings.Join(columns, ", "), held, ""); err != nil {
				return err
			}
			held = held[:0]
		}
	}
	return errors.Join(rows.Err(), tx.InsertMany(ctx, table, strings.Join(columns, ", "), held, ""))
}
