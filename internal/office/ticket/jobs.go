// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

// work names what is done in the background.
func (s *Service) work(q *job.Queue) {
	q.Handle("ticket.send", s.send)
	q.Handle("ticket.read", s.read)
	q.Handle("ticket.resume", s.resume)
	q.Handle("ticket.sort", s.sort)
	q.Handle("ticket.files", s.fetch)
	q.Handle("ticket.drop", s.drop)
	q.Every("ticket.drop", time.Hour)
	q.Every("ticket.resume", time.Hour)
}

// mostResumed bounds how many tickets one hour looks at.
const mostResumed = 1000

// resume takes up what waits since the queue of tasks gave up, after a weekend without the other
// side; and reads tickets of which nothing was heard for a day, since a request can be lost.
func (s *Service) resume(ctx context.Context, _ *job.Run) error {
	if len(s.systems) == 0 {
		return nil
	}
	waiting, err := s.store.waiting(ctx)
	if err != nil {
		return err
	}
	quiet, err := s.store.quiet(ctx, s.store.db.Now().Add(-24*time.Hour).UTC().Format(db.Clock))
	if err != nil {
		return err
	}
	parcels, err := s.store.expected(ctx)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, db.System("ticket.resume", ""), func(tx *db.Tx) error {
		for _, p := range parcels {
			if err := s.collect(ctx, tx, p); err != nil {
				return err
			}
		}
		for _, p := range waiting {
			if err := s.post(ctx, tx, p.Org, p.Matter, p.System); err != nil {
				return err
			}
		}
		for _, p := range quiet {
			if _, err := s.jobs.Enqueue(ctx, tx, "ticket.read", p, "ticket.read "+p.Matter+" "+p.System); err != nil {
				return err
			}
		}
		if err := s.expire(ctx, tx); err != nil {
			return err
		}
		return s.store.sweep(ctx, tx)
	})
}
