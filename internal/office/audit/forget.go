// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/transfer"
)

// Forget takes out of the log what names a person whose name is erased: the differences of
// entries about the person, and those in which one of the words stands. The proof of the
// log goes on to hold, and an entry says which numbers they were.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, person ospo.PersonID, words []string) error {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return len(w) < 3 }) // would fit anything
	all, err := s.store.naming(ctx, tx, person, transfer.Spellings(words))
	if err != nil {
		return err
	}
	var numbers []int64
	for _, e := range all {
		if e.thing == string(person) || mentions(e.diff, words) {
			numbers = append(numbers, e.n)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	return tx.Erase(ctx, numbers)
}

// mentions reports whether one of the words is a value in a difference, or, where it is a
// name of several words or an address, stands in one. A member that is called like a word is
// none; nor is a level that somebody's login spells.
func mentions(diff string, words []string) bool {
	var members map[string][2]any
	if json.Unmarshal([]byte(diff), &members) != nil {
		return true // cannot be looked through: rather gone than kept
	}
	for member, pair := range members {
		if member == "level" {
			continue
		}
		if says(pair[0], words) || says(pair[1], words) {
			return true
		}
	}
	return false
}

// says reports whether a value is one of the words or has it somewhere within.
func says(value any, words []string) bool {
	switch v := value.(type) {
	case string:
		return slices.ContainsFunc(words, func(w string) bool {
			return v == w || strings.ContainsAny(w, " @") && strings.Contains(v, w)
		})
	case []any:
		return slices.ContainsFunc(v, func(one any) bool { return says(one, words) })
	case map[string]any:
		for _, one := range v {
			if says(one, words) {
				return true
			}
		}
	}
	return false
}
