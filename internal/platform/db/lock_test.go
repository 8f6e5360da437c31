// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db_test

import (
	"context"
	"sync"
	"testing"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// Two who share are in at the same time; who is alone is in only with itself.
func TestSharedAndAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var mu sync.Mutex
		shared, alone := 0, false
		in := func(only bool) error {
			return d.Keep(t.Context(), func(tx *db.Tx) error {
				if err := map[bool]func(context.Context, string) error{true: tx.Alone, false: tx.Share}[only](t.Context(), "tree"); err != nil {
					return err
				}
				mu.Lock()
				if alone || only && shared > 0 {
					t.Error("somebody who wants to be alone is with others")
				}
				if only {
					alone = true
				} else {
					shared++
				}
				mu.Unlock()
				_, err := tx.ExecContext(t.Context(), `SELECT 1`) // a while
				mu.Lock()
				if only {
					alone = false
				} else {
					shared--
				}
				mu.Unlock()
				return err
			})
		}
		var all sync.WaitGroup
		for i := range 60 {
			all.Go(func() {
				if err := in(i%3 == 0); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}
