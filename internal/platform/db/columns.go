// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// A Column is one column of many rows: all columns of one insert are equally long.
type Column interface {
	len() int
	at(i int) any
	all() any // what PostgreSQL's driver takes for an array
	kind() string
}

// Numbers is a column of numbers.
type Numbers []int64

// Words is a column of texts.
type Words []string

// Blobs is a column of bytes.
type Blobs [][]byte

func (c Numbers) len() int     { return len(c) }
func (c Numbers) at(i int) any { return c[i] }
func (c Numbers) all() any     { return []int64(c) }
func (c Numbers) kind() string { return "bigint[]" }

func (c Words) len() int     { return len(c) }
func (c Words) at(i int) any { return c[i] }
func (c Words) all() any     { return []string(c) }
func (c Words) kind() string { return "text[]" }

func (c Blobs) len() int     { return len(c) }
func (c Blobs) at(i int) any { return c[i] }
func (c Blobs) all() any     { return [][]byte(c) }
func (c Blobs) kind() string { return "bytea[]" }

// InsertColumns inserts rows given column by column. It is the fastest way into either
// database: one statement of arrays into PostgreSQL, where a list of values costs more
// than the insert itself; one prepared statement into SQLite.
func (tx *Tx) InsertColumns(ctx context.Context, table, columns string, rows ...Column) error {
	return tx.UpsertColumns(ctx, table, columns, "", rows...)
}

// UpsertColumns is InsertColumns with an ON CONFLICT clause for rows that are there already.
func (tx *Tx) UpsertColumns(ctx context.Context, table, columns, conflict string, rows ...Column) error {
	if len(rows) == 0 || rows[0].len() == 0 {
		return nil
	}
	if !tx.lite {
		_, err := tx.ExecContext(ctx, unnest(table, columns, rows)+" "+conflict, arrays(rows)...)
		return err
	}
	n, err := tx.insertTogether(ctx, table, columns, conflict, rows)
	if err != nil {
		return err
	}
	return tx.insertRows(ctx, table, columns, conflict, n, rows, func(int, sql.Result) error { return nil })
}

// InsertNew is InsertColumns for rows of which some may be there already, under the key
// that is the first column, which ascends so that two transactions never wait for each
// other in a circle. It reports for each row whether it is new; a row that another
// transaction adds at the same moment is the new one of one of them.
func (tx *Tx) InsertNew(ctx context.Context, table, columns string, keys Numbers, rows ...Column) ([]bool, error) {
	rows = append([]Column{keys}, rows...)
	fresh := make([]bool, len(keys))
	if len(keys) == 0 {
		return fresh, nil
	}
	if tx.lite {
		return fresh, tx.insertRows(ctx, table, columns, "ON CONFLICT DO NOTHING", 0, rows, func(i int, r sql.Result) error {
			n, err := r.RowsAffected()
			fresh[i] = n == 1
			return err
		})
	}
	key, _, _ := strings.Cut(columns, ",")
	query := unnest(table, columns, rows) + " ON CONFLICT DO NOTHING RETURNING " + key
	for id, err := range Each(ctx, tx, func(n *int64) []any { return []any{n} }, query, arrays(rows)...) {
		if err != nil {
			return nil, err
		}
		if i, ok := slices.BinarySearch(keys, id); ok {
			fresh[i] = true
		}
	}
	return fresh, nil
}

func unnest(table, columns string, rows []Column) string {
	kinds := make([]string, len(rows))
	for i, c := range rows {
		kinds[i] = fmt.Sprintf("$%d::%s", i+1, c.kind())
	}
	return "INSERT INTO " + table + " (" + columns + ") SELECT * FROM unnest(" + strings.Join(kinds, ", ") + ")"
}

func arrays(rows []Column) []any {
	args := make([]any, len(rows))
	for i, c := range rows {
		args[i] = c.all()
	}
	return args
}

// together is how many rows SQLite takes in one statement. The way from Go into it costs
// as much as the insert itself; beyond eight rows, finding the parameters costs more than
// is saved.
const together = 8

// insertTogether inserts as many rows as fill whole statements and returns how many.
func (tx *Tx) insertTogether(ctx context.Context, table, columns, suffix string, rows []Column) (int, error) {
	n := rows[0].len() - rows[0].len()%together
	if n == 0 {
		return 0, nil
	}
	s, err := tx.PrepareContext(ctx, "INSERT INTO "+table+" ("+columns+") VALUES "+tuples(together, len(rows))+" "+suffix)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	args := make([]any, together*len(rows))
	for from := 0; from < n; from += together {
		for i := range args {
			args[i] = rows[i%len(rows)].at(from + i/len(rows))
		}
		if _, err := s.ExecContext(ctx, args...); err != nil {
			return 0, fmt.Errorf("rows %d to %d: %w", from, from+together-1, err)
		}
	}
	return n, nil
}

// insertRows inserts the rows from the given one on, one by one.
func (tx *Tx) insertRows(ctx context.Context, table, columns, suffix string, from int, rows []Column, done func(int, sql.Result) error) error {
	if from == rows[0].len() {
		return nil
	}
	s, err := tx.PrepareContext(ctx, "INSERT INTO "+table+" ("+columns+") VALUES "+tuples(1, len(rows))+" "+suffix)
	if err != nil {
		return err
	}
	defer s.Close()
	args := make([]any, len(rows))
	for i := from; i < rows[0].len(); i++ {
		for k, c := range rows {
			args[k] = c.at(i)
		}
		r, err := s.ExecContext(ctx, args...)
		if err == nil {
			err = done(i, r)
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}
