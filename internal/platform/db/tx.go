// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// Tx is one write: everything in it happens, and is written to the log, or nothing is.
type Tx struct {
	*sql.Tx
	Act  ospo.Act
	Now  string // see [Clock]
	lite bool
	acts []ospo.Act // noted, and written to the log at the end
}

// Write runs f in a transaction and notes act in the log within it. An error from f,
// or from the log, undoes all of it.
func (d *DB) Write(ctx context.Context, act ospo.Act, f func(*Tx) error) error {
	t, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	tx := &Tx{Tx: t, Act: act, Now: d.Stamp(), lite: d.lite}
	if err := f(tx); err != nil {
		return told(err)
	}
	if err := tx.seal(ctx, append(tx.acts, tx.Act)); err != nil {
		return err
	}
	return t.Commit()
}

// Keep runs f in a transaction that no person decides and the log does not need: leases,
// progress, the time a session was last seen. Whatever somebody could be asked about
// later goes through [DB.Write].
func (d *DB) Keep(ctx context.Context, f func(*Tx) error) error {
	t, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	if err := f(&Tx{Tx: t, Now: d.Stamp(), lite: d.lite}); err != nil {
		return told(err)
	}
	return t.Commit()
}

// ExecContext is that of [sql.Tx], but that SQLite refuses what PostgreSQL does: texts
// with bytes that no text may hold.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if tx.lite && slices.ContainsFunc(args, illegible) {
		return nil, fault.New(fault.Invalid, "fault.bytes")
	}
	return tx.Tx.ExecContext(ctx, query, args...)
}

// illegible reports whether a value is a text with a NUL or with bytes that are not UTF-8.
func illegible(v any) bool {
	s, ok := v.(string)
	if !ok {
		t := reflect.ValueOf(v)
		if t.Kind() != reflect.String {
			return false
		}
		s = t.String()
	}
	return !utf8.ValidString(s) || strings.ContainsRune(s, 0)
}

// InsertMany inserts rows into the named columns of a table; suffix is "" or an ON
// CONFLICT clause. PostgreSQL takes them in statements of many rows, SQLite in one
// prepared statement, which is the fastest way into either.
func (tx *Tx) InsertMany(ctx context.Context, table, columns string, rows [][]any, suffix string) error {
	if len(rows) == 0 {
		return nil
	}
	head := "INSERT INTO " + table + " (" + columns + ") VALUES "
	if tx.lite {
		return tx.insertEach(ctx, head, rows, suffix)
	}
	const most = 8000 // parameters in one statement; PostgreSQL's own limit is 65,535
	step := max(1, most/len(rows[0]))
	for len(rows) > 0 {
		n := min(step, len(rows))
		args := make([]any, 0, n*len(rows[0]))
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := tx.ExecContext(ctx, head+tuples(n, len(rows[0]))+" "+suffix, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (tx *Tx) insertEach(ctx context.Context, head string, rows [][]any, suffix string) error {
	s, err := tx.PrepareContext(ctx, head+tuples(1, len(rows[0]))+" "+suffix)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, r := range rows {
		if slices.ContainsFunc(r, illegible) {
			return fault.New(fault.Invalid, "fault.bytes")
		}
		if _, err := s.ExecContext(ctx, r...); err != nil {
			return err
		}
	}
	return nil
}

// tuples writes ($1, $2), ($3, $4) … for n rows of the given width.
func tuples(n, width int) string {
	var b strings.Builder
	for i := range n * width {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%width == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}

// In writes "$from, $from+1 …" for a list of n values in a statement.
func In(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(from+i))
	}
	return b.String()
}

// Pairs writes "VALUES ($from, $from+1), …" for a list of n pairs of numbers in a statement.
// PostgreSQL would take them for texts if it were not told.
func Pairs(from, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(map[bool]string{true: "VALUES ", false: ", "}[i == 0])
		b.WriteString("(CAST($" + strconv.Itoa(from+2*i) + " AS BIGINT), CAST($" + strconv.Itoa(from+2*i+1) + " AS BIGINT))")
	}
	return b.String()
}

// NewID returns a UUID of version 7: unique, and in the order in which this process made
// them. The twelve bits after the milliseconds are their fraction (RFC 9562, section 6.2,
// method 3), moved on by one where the clock stood still.
func NewID() string {
	var b [16]byte
	rand.Read(b[8:])
	t := tick()
	for i := range 6 {
		b[i] = byte(t >> (52 - 8*i))
	}
	b[6], b[7], b[8] = byte(t>>8)&0x0f|0x70, byte(t), b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

var ticked atomic.Int64

// tick returns the time in 4096ths of a millisecond, greater than all before.
func tick() int64 {
	now := time.Now()
	t := now.UnixMilli()<<12 | int64(now.Nanosecond()%1e6)<<12/1e6
	for {
		last := ticked.Load()
		t = max(t, last+1)
		if ticked.CompareAndSwap(last, t) {
			return t
		}
	}
}

// NewNumber returns a positive number that is unique and grows with time: 41 bits of
// milliseconds since 2025, 22 random ones. Rows that are counted in millions bear it.
func NewNumber() int64 {
	var b [4]byte
	rand.Read(b[:])
	ms := time.Now().UnixMilli() - 1735689600000
	return ms<<22 | int64(uint32(b[0])<<16|uint32(b[1])<<8|uint32(b[2]))&(1<<22-1)
}
