// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// How many prepared statements a connection of SQLite keeps, and how long their text may be:
// a longer one is a list of values that nobody asks for twice. A statement takes some 20 kB.
const (
	keptStatements = 200
	keptText       = 6000
)

// openKeeping opens an SQLite file for connections that keep their prepared statements:
// reading the text of a statement and planning it costs SQLite as much as running it does
// for most of what a page asks. pgx keeps those of PostgreSQL by itself.
func openKeeping(dsn string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{c}), nil
}

type keeping struct{ driver.Connector }

// Connect opens one connection.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &keeper{conn: c.(conn), known: map[string]*list.Element{}, order: list.New()}, nil
}

// conn is what a connection of SQLite can do.
type conn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// A statement is what a prepared statement of SQLite can do.
type statement interface {
	driver.Stmt
	driver.StmtQueryContext
}

// A keeper is a connection that keeps the statements last asked. database/sql lets one
// goroutine at a time use it.
type keeper struct {
	conn
	known map[string]*list.Element // of kept, by text
	order *list.List               // the last used first
}

type kept struct {
	text string
	statement
}

// QueryContext runs a query with its kept statement, which is taken out while rows are read:
// so the same query within its own rows gets one of its own.
func (k *keeper) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := k.take(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		s.Close()
		return nil, err
	}
	return &keptRows{rows, s, k}, nil
}

func (k *keeper) take(ctx context.Context, text string) (kept, error) {
	if e := k.known[text]; e != nil {
		delete(k.known, text)
		return k.order.Remove(e).(kept), nil
	}
	s, err := k.PrepareContext(ctx, text)
	if err != nil {
		return kept{}, err
	}
	return kept{text, s.(statement)}, nil
}

// give keeps a statement for the next time. The one not used for longest makes room.
func (k *keeper) give(s kept) error {
	if k.known[s.text] != nil || len(s.text) > keptText {
		return s.Close()
	}
	k.known[s.text] = k.order.PushFront(s)
	if k.order.Len() <= keptStatements {
		return nil
	}
	old := k.order.Remove(k.order.Back()).(kept)
	delete(k.known, old.text)
	return old.Close()
}

// Close closes the statements and the connection.
func (k *keeper) Close() error {
	for e := k.order.Front(); e != nil; e = e.Next() {
		e.Value.(kept).Close()
	}
	return k.conn.Close()
}

// keptRows gives its statement back once it is read.
type keptRows struct {
	driver.Rows
	of kept
	to *keeper
}

// Close ends the reading.
func (r *keptRows) Close() error {
	if err := r.Rows.Close(); err != nil {
		r.of.Close()
		return err
	}
	return r.to.give(r.of)
}
