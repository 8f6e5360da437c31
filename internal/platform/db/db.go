// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package db opens the one database that Allmende keeps its records in, SQLite or
// PostgreSQL, and runs the same SQL text on either.
//
// Statements are written with $1, $2 … in ascending order of first appearance.
// Migrations are written once, in PostgreSQL's spelling; see [Lite].
package db

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"modernc.org/sqlite"
)

// Clock is how times are kept: RFC 3339 in UTC with milliseconds, so that the order
// of texts is the order of times.
const Clock = "2006-01-02T15:04:05.000Z"

// DB is the database. Read and Write are the only ways in.
type DB struct {
	read, write *sql.DB // write is nil where it was opened to read
	lite        bool
	dsn         string // of SQLite, for one more handle
	Now         func() time.Time
}

// Querier is what a store needs in order to read: the database or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func init() {
	// A Collator is not safe for concurrent use, so each comparison borrows one.
	german := sync.Pool{New: func() any { return collate.New(language.German) }}
	sqlite.MustRegisterCollationUtf8("de-x-icu", func(a, b string) int {
		c := german.Get().(*collate.Collator)
		defer german.Put(c)
		return c.CompareString(a, b)
	})
}

// Open opens where: postgres://… or the path of an SQLite file.
func Open(where string) (*DB, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return openPostgres(where)
	}
	return openLite(where)
}

func openPostgres(where string) (*DB, error) {
	write, err := sql.Open("pgx", where)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(where)
	if err != nil {
		return nil, errors.New("the address of the database is not a URL")
	}
	q := u.Query()
	q.Set("default_transaction_read_only", "on") // the read handle cannot write
	u.RawQuery = q.Encode()
	read, err := sql.Open("pgx", u.String())
	if err != nil {
		return nil, err
	}
	// Who reads waits in a line, as with SQLite: more at once than the processors can serve makes
	// each slower, and a connection that is closed forgets its prepared statements.
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	write.SetMaxOpenConns(8)
	write.SetMaxIdleConns(8)
	return &DB{read: read, write: write, Now: time.Now}, nil
}

// The write handle is one connection with a generous cache: SQLite has one writer, and
// it is better to queue for it here than to fail there. The log of writes grows to 16,000
// pages (64 MB) before it is worked into the file: with SQLite's own 1,000 every larger
// bill of materials would pay for that, at 40 % of its speed.
func openLite(path string) (*DB, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)" +
		"&_pragma=synchronous(NORMAL)&_pragma=temp_store(MEMORY)&_pragma=journal_size_limit(67108864)"
	write, err := openKeeping(dsn + "&_pragma=cache_size(-98304)&_pragma=wal_autocheckpoint(16000)")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := write.Ping(); err != nil { // makes the file, so that the read handle finds it
		return nil, errors.Join(err, write.Close())
	}
	read, err := openKeeping(dsn + "&_pragma=cache_size(-8192)&_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	read.SetMaxOpenConns(6)
	read.SetMaxIdleConns(6)
	return &DB{read: read, write: write, lite: true, dsn: dsn, Now: time.Now}, nil
}

// OpenToRead opens a database that nobody here serves, to read all of it: nothing is made,
// nothing can be written. SQLite's file is mapped into memory, which halves the time that
// reading a large part of it takes; a server does without, since a failing disk would end it.
func OpenToRead(where string) (*DB, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return openPostgres(where)
	}
	read, err := openKeeping("file:" + (&url.URL{Path: where}).EscapedPath() +
		"?mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(10000)&_pragma=cache_size(-16384)&_pragma=mmap_size(17179869184)")
	if err != nil {
		return nil, err
	}
	return &DB{read: read, lite: true, Now: time.Now}, nil
}

// Close closes the database.
func (d *DB) Close() error {
	if d.write == nil {
		return d.read.Close()
	}
	return errors.Join(d.read.Close(), d.write.Close())
}

// Ping asks the database for a sign of life.
func (d *DB) Ping(ctx context.Context) error { return d.read.PingContext(ctx) }

// Read returns what stores read from. It cannot write.
func (d *DB) Read() Querier { return d.read }

// Kind names the database for people and figures: "SQLite" or "PostgreSQL".
func (d *DB) Kind() string {
	if d.lite {
		return "SQLite"
	}
	return "PostgreSQL"
}

// Stamp writes the present time as the database keeps it.
func (d *DB) Stamp() string { return d.Now().UTC().Format(Clock) }

// Time reads a kept time; the empty text is the zero time.
func Time(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, _ = time.Parse(time.DateOnly, s)
	}
	return t
}
