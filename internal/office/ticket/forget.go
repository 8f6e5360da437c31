// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
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
			if err := s.letGo(ctx, tx, m.Sum); err != nil {
				return err
			}
		}
	}
	return nil
}

// letGo has a content removed to which a mail does not point any more: once the transaction holds, and
// unless anything else points to it.
func (s *Service) letGo(ctx context.Context, tx *db.Tx, sum string) error {
	if sum == "" {
		return nil
	}
	if err := s.store.addDropped(ctx, tx, sum); err != nil {
		return err
	}
	_, err := s.jobs.Enqueue(ctx, tx, "ticket.drop", nil, "ticket.drop")
	return err
}

// drop removes the contents that were let go. Somebody else may have laid the same one beside a case: it
// stays then. One that came a moment ago waits for the next time: somebody may be about to point to it.
func (s *Service) drop(ctx context.Context, _ *job.Run) error {
	sums, err := s.store.dropped(ctx)
	if err != nil {
		return err
	}
	for _, sum := range sums {
		done, err := s.box.Held(ctx, sum)
		if err == nil && !done {
			done, err = s.remove(sum)
		}
		if err == nil && done {
			err = s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.endDropped(ctx, tx, sum) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// remove removes a content; it reports whether none is left.
func (s *Service) remove(sum string) (gone bool, err error) {
	if gone, err = s.box.Blobs.Drop(sum, time.Now().Add(-s.box.Rest)); err != nil || gone {
		return gone, err
	}
	_, err = s.box.Blobs.Get(sum)
	return errors.Is(err, fs.ErrNotExist), nil // what cannot be read waits, too
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
		if err := s.letGo(ctx, tx, m.Sum); err != nil {
			return err
		}
	}
	return nil
}
