// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package transfer knows how rows of any table leave a database with the organisation they
// belong to, and how they come into another one. A room declares its tables; nobody writes
// code for each of them.
package transfer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A Table is one with a column org. Either its rows leave, and Columns says which parts of
// them; or they stay, and Stays says why. When an organisation is removed both go.
type Table struct {
	Name    string
	Columns string // "id, org, name": all that leave, in the order of a line; "current:bool" for truths
	Stays   string // "secret", "new": word of the text that says why rows do not leave
	Without string // "id, size": columns that do not leave, since they arise anew

	Unique string            // columns whose values nobody else on the instance may have
	Refs   map[string]string // columns that name a row of another table of the same organisation, by its first column
	Blob   string            // column with the SHA-256 of a document; empty where there is none
	Taken  bool              // rows come back by the room's own door, together with their documents
	Past   bool              // rows tell of the way here, not of the state: two exports that differ in them alone are equal

	People string // columns with the ids of people: "person, maker"
	Own    bool   // rows are those of one person, the first of People: they go when that person is erased
	Said   string // columns in which somebody may be named: a pseudonym takes the place of who is erased
	Hidden string // columns that nobody is told, not even whom they are about: sums of secrets
}

// A Column is a part of a row. Its values are texts, whole numbers, truths or nothing.
type Column struct {
	Name  string
	Truth bool
}

// Leaving returns the columns that leave.
func (t Table) Leaving() []Column {
	var out []Column
	for _, c := range List(t.Columns) {
		name, kind, _ := strings.Cut(c, ":")
		out = append(out, Column{name, kind == "bool"})
	}
	return out
}

// Place returns where a column stands in a row, -1 where it does not leave.
func (t Table) Place(column string) int {
	return slices.IndexFunc(t.Leaving(), func(c Column) bool { return c.Name == column })
}

// List takes "a, b" apart.
func List(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func (t Table) names() string {
	var out []string
	for _, c := range t.Leaving() {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

// owned is whose rows are meant: those of an organisation and of all below it.
const owned = ` WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

// Rows returns the rows of an organisation and all below it, in no order.
func (t Table) Rows(ctx context.Context, q db.Querier, root ospo.OrgID) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		rows, err := q.QueryContext(ctx, `SELECT `+t.names()+` FROM `+t.Name+owned, root)
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			row, err := t.scan(rows)
			if !yield(row, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, err)
		}
	}
}

func (t Table) scan(rows *sql.Rows) ([]any, error) {
	columns := t.Leaving()
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	for i, c := range columns {
		n, number := row[i].(int64)
		switch row[i].(type) {
		case nil, string, bool, int64:
		default:
			return nil, fmt.Errorf("%s.%s holds a %T, which cannot leave", t.Name, c.Name, row[i])
		}
		if c.Truth && number { // SQLite has no truths
			row[i] = n != 0
		}
	}
	return row, nil
}

// Count counts the rows of an organisation and all below it.
func (t Table) Count(ctx context.Context, q db.Querier, root ospo.OrgID) (int, error) {
	return db.Count(ctx, q, `SELECT count(*) FROM `+t.Name+owned, root)
}

// Delete removes the rows of an organisation and all below it and says how many they were.
func (t Table) Delete(ctx context.Context, tx *db.Tx, root ospo.OrgID) (int, error) {
	r, err := tx.ExecContext(ctx, `DELETE FROM `+t.Name+owned, root)
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// Insert adds a row as it left.
func (t Table) Insert(ctx context.Context, tx *db.Tx, row []any) error {
	holders := make([]string, len(row))
	for i := range row {
		holders[i] = "$" + strconv.Itoa(i+1)
	}
	if len(row) == 0 {
		return errors.New("a row of " + t.Name + " without columns")
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO `+t.Name+` (`+t.names()+`) VALUES (`+strings.Join(holders, ", ")+`)`, row...)
	return err
}

const chunk = 500

// Have returns which of some values a column holds, whoever's the rows are.
func (t Table) Have(ctx context.Context, q db.Querier, column string, values []string) (map[string]bool, error) {
	out := map[string]bool{}
	for part := range slices.Chunk(values, chunk) {
		args := make([]any, len(part))
		for i, v := range part {
			args[i] = v
		}
		have, err := db.Texts(ctx, q, `SELECT DISTINCT `+column+` FROM `+t.Name+` WHERE `+column+` IN (`+db.In(1, len(part))+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, v := range have {
			out[v] = true
		}
	}
	return out, nil
}

// Strangers counts the rows of others that name, in one of the columns of Refs, a row that
// is to be removed from the table to.
func (t Table) Strangers(ctx context.Context, q db.Querier, column string, to Table, root ospo.OrgID) (int, error) {
	return db.Count(ctx, q, `SELECT count(*) FROM `+t.Name+
		` WHERE org NOT IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+column+
		` IN (SELECT `+to.Leaving()[0].Name+` FROM `+to.Name+` WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $2))`, root, root)
}
