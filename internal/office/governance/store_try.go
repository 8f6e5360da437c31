// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"time"

	"allmende/internal/platform/db"
)

// forgetTries sweeps out what nobody has tried since.
func (s store) forgetTries(ctx context.Context, tx *db.Tx, since time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM governance_try WHERE last < $1`, stamp(since))
	return err
}

// lockTry returns a counter and keeps others from reading it until the transaction ends.
func (s store) lockTry(ctx context.Context, tx *db.Tx, key string) (try, error) {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO governance_try (key, failures, last, until) VALUES ($1, 0, $2, '')
		ON CONFLICT (key) DO UPDATE SET failures = governance_try.failures`, key, tx.Now); err != nil {
		return try{}, err
	}
	return db.One(ctx, tx, func(t *try) []any { return []any{&t.failures, &t.last, &t.until} }, `
		SELECT failures, last, until FROM governance_try WHERE key = $1`, key)
}

// failures returns the how-manieth failure in a row this is: of one login, or of all logins
// together that are nobody's, of which there are as many as somebody cares to invent.
func (s store) failures(ctx context.Context, nobody bool, lane string, now time.Time) (int, error) {
	if !nobody {
		return db.Count(ctx, s.db.Read(), `SELECT coalesce(max(failures), 1) FROM governance_try WHERE key = $1`, perAccount.key(lane))
	}
	n, key := 0, perAccount.key("\x00nobody")
	err := s.db.Keep(ctx, func(tx *db.Tx) error {
		t, err := s.lockTry(ctx, tx, key)
		if err != nil {
			return err
		}
		n = t.failures + 1
		return s.keepTry(ctx, tx, key, n, now, now)
	})
	return n, err
}

func (s store) keepTry(ctx context.Context, tx *db.Tx, key string, failures int, now, until time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE governance_try SET failures = $1, last = $2, until = $3 WHERE key = $4`,
		failures, stamp(now), stamp(until), key)
	return err
}

func (s store) dropTry(ctx context.Context, tx *db.Tx, key string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM governance_try WHERE key = $1`, key)
	return err
}

// lessTry takes one failure back, and the pause with it.
func (s store) lessTry(ctx context.Context, tx *db.Tx, key string) error {
	_, err := tx.ExecContext(ctx, `UPDATE governance_try SET failures = failures - 1, until = '' WHERE key = $1 AND failures > 0`, key)
	return err
}
