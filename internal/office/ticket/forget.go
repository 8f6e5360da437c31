// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"

	"allmende/internal/platform/db"
)

// Forget removes the mails, as they came, in which somebody stands who is erased: what was read of
// them keeps a pseudonym, and the bytes cannot.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, words []string) error {
	for _, word := range words {
		if word == "" {
			continue
		}
		all, err := s.store.naming(ctx, tx, word)
		if err != nil {
			return err
		}
		for _, m := range all {
			if err := s.store.bare(ctx, tx, m); err != nil {
				return err
			}
			if err := s.discardRaw(ctx, tx, m.Sum); err != nil {
				return err
			}
		}
	}
	return nil
}

// discardRaw deletes a mail as it came, unless it is another one's, too.
func (s *Service) discardRaw(ctx context.Context, q db.Querier, sum string) error {
	if sum == "" {
		return nil
	}
	if needed, err := s.store.kept(ctx, q, sum); err != nil || needed {
		return err
	}
	return s.box.Blobs.Delete(sum)
}

// expire drops mails of which nothing has come for a year.
func (s *Service) expire(ctx context.Context, tx *db.Tx) error {
	all, err := s.store.old(ctx, s.store.db.Now().Add(-keptMail).UTC().Format(db.Clock))
	if err != nil {
		return err
	}
	for _, m := range all {
		if err := s.store.dropMail(ctx, tx, m); err != nil {
			return err
		}
		if err := s.discardRaw(ctx, tx, m.Sum); err != nil {
			return err
		}
	}
	return nil
}
