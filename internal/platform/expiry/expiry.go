// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package expiry knows how rows of any table come to their end: which of them are older than
// they may be, and how they go. A room declares the stocks it keeps; nobody writes code for
// each of them.
package expiry

import (
	"context"
	"strconv"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A Stock is rows of one kind that are not kept for ever. Its parts are SQL of the room that
// declares it, never anything that somebody typed.
type Stock struct {
	Kind   string // "governance.session": key of the rule that says how long
	Table  string
	ID     string   // column that tells rows apart
	Since  string   // from when on a row ages: a column or an expression, as text in the order of time
	Over   string   // condition for rows that may end at all; empty for all
	People []string // columns that name whose a row is: those of people under a hold stay
	Common bool     // rows belong to the instance, not to an organisation
	Below  []Below  // rows of other tables that go first

	// End ends rows instead of deleting them: names are erased, differences are taken out. It
	// returns how many were ended; those that cannot be yet are left.
	End func(ctx context.Context, tx *db.Tx, ids []string) (int, error)
	// Batch is how many rows End takes in one transaction; 0 is [Most].
	Batch int
}

// Below is a table whose rows name a row of the stock in a column.
type Below struct{ Table, Column string }

// Most is how many rows go in one transaction, so that others need not wait long.
const Most = 500

// instance is the organisation that rows of the instance itself bear.
const instance ospo.OrgID = "system"

// A Tally says how much of a stock an organisation has that is older than a moment.
type Tally struct {
	Org    ospo.OrgID
	N      int
	Oldest string // from when on the oldest ages
}

// where is the condition for rows older than $1 that are no held person's, whose ids follow
// from $2 on; next is the number of the parameter after them.
func (s Stock) where(held []string) (text string, args []any, next int) {
	next = 2
	text = ` WHERE ` + s.Since + ` <> '' AND ` + s.Since + ` < $1`
	if s.Over != "" {
		text += ` AND (` + s.Over + `)`
	}
	for _, column := range s.People {
		if len(held) == 0 {
			break
		}
		text += ` AND ` + column + ` NOT IN (` + db.In(next, len(held)) + `)`
		for _, id := range held {
			args = append(args, id)
		}
		next += len(held)
	}
	return text, args, next
}

// Tallies counts what is older than before, by organisation. It reads the table once.
func (s Stock) Tallies(ctx context.Context, q db.Querier, before string, held []string) ([]Tally, error) {
	where, args, _ := s.where(held)
	org := "org"
	if s.Common {
		org = "'" + string(instance) + "'"
	}
	return db.All(ctx, q, func(t *Tally) []any { return []any{&t.Org, &t.N, &t.Oldest} },
		`SELECT `+org+`, count(*), min(`+s.Since+`) FROM `+s.Table+where+` GROUP BY 1 ORDER BY 1`, append([]any{before}, args...)...)
}

// Due returns ids of at most n rows of an organisation, the oldest first, behind those that
// skip says could not be ended.
func (s Stock) Due(ctx context.Context, q db.Querier, org ospo.OrgID, before string, held []string, skip, n int) ([]string, error) {
	where, args, next := s.where(held)
	args = append([]any{before}, args...)
	if !s.Common {
		where += ` AND org = $` + strconv.Itoa(next)
		args = append(args, org)
	}
	return db.Texts(ctx, q, `SELECT `+s.ID+` FROM `+s.Table+where+` ORDER BY `+s.Since+`, `+s.ID+
		` LIMIT `+strconv.Itoa(n)+` OFFSET `+strconv.Itoa(skip), args...)
}

// Finish ends rows and says how many.
func (s Stock) Finish(ctx context.Context, tx *db.Tx, ids []string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	if s.End != nil {
		return s.End(ctx, tx, ids)
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	for _, b := range s.Below {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+b.Table+` WHERE `+b.Column+` IN (`+db.In(1, len(args))+`)`, args...); err != nil {
			return 0, err
		}
	}
	r, err := tx.ExecContext(ctx, `DELETE FROM `+s.Table+` WHERE `+s.ID+` IN (`+db.In(1, len(args))+`)`, args...)
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// Size is how many rows go in one transaction.
func (s Stock) Size() int {
	if s.Batch > 0 {
		return s.Batch
	}
	return Most
}

// Room is the first word of the kind.
func (s Stock) Room() string {
	room, _, _ := strings.Cut(s.Kind, ".")
	return room
}
