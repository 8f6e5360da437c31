// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import "context"

// Share lets this write and others that share go on beside each other, but none of them
// beside one that has what to itself by [Tx.Alone]; it waits for its turn. For what is
// derived from rows that are changed in different ways: each small change shares, the great
// one that changes the ground under all of them is alone. What is read afterwards is what
// those before have left. SQLite has one writer at a time anyway.
func (tx *Tx) Share(ctx context.Context, what string) error {
	return tx.lock(ctx, `SELECT pg_advisory_xact_lock_shared(hashtext($1))`, what)
}

// Alone waits until nobody shares what, and keeps others waiting until this write has ended.
func (tx *Tx) Alone(ctx context.Context, what string) error {
	return tx.lock(ctx, `SELECT pg_advisory_xact_lock(hashtext($1))`, what)
}

func (tx *Tx) lock(ctx context.Context, statement, what string) error {
	if tx.lite {
		return nil
	}
	_, err := tx.Tx.ExecContext(ctx, statement, what)
	return err
}
