// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// Forget takes out of the log what names a person whose name is erased: the differences of
// entries about the person, and those in which one of the words stands. The proof of the
// log goes on to hold, and an entry says which numbers they were.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, person ospo.PersonID, words []string) error {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return len(w) < 3 }) // would fit anything
	numbers, err := s.store.naming(ctx, tx, person, words)
	if err != nil || len(numbers) == 0 {
		return err
	}
	return tx.Erase(ctx, numbers)
}
