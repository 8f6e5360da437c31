// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"context"
	"errors"
	"iter"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"allmende/internal/fault"
)

// All returns the rows of a query. bind lists where each column goes.
func All[T any](ctx context.Context, q Querier, bind func(*T) []any, query string, args ...any) ([]T, error) {
	var out []T
	for t, err := range Each(ctx, q, bind, query, args...) {
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// Each is All without keeping the rows. The sequence ends after the first error.
func Each[T any](ctx context.Context, q Querier, bind func(*T) []any, query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := q.QueryContext(ctx, query, args...)
		if err != nil {
			yield(none, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var t T
			if err := rows.Scan(bind(&t)...); err != nil {
				yield(none, err)
				return
			}
			if !yield(t, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, told(err))
		}
	}
}

// told classifies what the person who asks can mend: bytes that no text may hold, which
// SQLite takes and PostgreSQL does not (SQLSTATE 22021); and what must be there once only and
// came into being since the room looked for it, because somebody else was faster.
func told(err error) error {
	switch {
	case err == nil || fault.Of(err) != fault.Internal:
		return err
	case state(err) == "22021":
		return fault.Because(err, fault.Invalid, "fault.bytes")
	case state(err) == "23505" || code(err) == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code(err) == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Because(err, fault.Conflict, "fault.faster")
	}
	return err
}

// state is PostgreSQL's five letters for an error (SQLSTATE), code SQLite's number.
func state(err error) string {
	if e, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		return e.SQLState()
	}
	return ""
}

func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

// Again reports whether a transaction failed only because of what others did at the same
// moment, so that the same once more will do: PostgreSQL ends one of two that wait for each
// other (SQLSTATE 40P01), or that cannot be put in a row (40001).
func Again(err error) bool {
	return state(err) == "40P01" || state(err) == "40001"
}

// One is All for exactly one row; no row is fault.NotFound.
func One[T any](ctx context.Context, q Querier, bind func(*T) []any, query string, args ...any) (T, error) {
	for t, err := range Each(ctx, q, bind, query, args...) {
		return t, err
	}
	var none T
	return none, fault.New(fault.NotFound, "fault.not_found")
}

// Texts returns a query's single text column.
func Texts(ctx context.Context, q Querier, query string, args ...any) ([]string, error) {
	return All(ctx, q, func(s *string) []any { return []any{s} }, query, args...)
}

// Count returns a query's single number.
func Count(ctx context.Context, q Querier, query string, args ...any) (int, error) {
	return One(ctx, q, func(n *int) []any { return []any{n} }, query, args...)
}
