// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
)

// How often a checkpoint is made and sent to the witnesses, and the log verified.
const (
	checkpointPause = time.Hour
	verifyPause     = 24 * time.Hour
	remindPause     = 12 * time.Hour
)

func (s *Service) work(q *job.Queue) {
	q.Handle("audit.checkpoint", func(ctx context.Context, run *job.Run) error {
		note, err := s.checkpoint(ctx, run.Act("audit.checkpoint", ""))
		if err != nil {
			return err
		}
		return s.deliver(ctx, note)
	})
	q.Handle("audit.verify", func(ctx context.Context, run *job.Run) error {
		_, err := s.Check(ctx)
		return err
	})
	q.Handle("audit.remind", func(ctx context.Context, _ *job.Run) error {
		_, err := s.Remind(ctx)
		return err
	})
	q.Every("audit.remind", remindPause)
	q.Every("audit.checkpoint", checkpointPause)
	q.Every("audit.verify", verifyPause)
}

// OrderVerify lets the log be verified in the background.
func (s *Service) OrderVerify(ctx context.Context) error {
	return s.store.db.Write(ctx, door.From(ctx).Act("audit.verify", ""), func(tx *db.Tx) error {
		_, err := s.queue.Enqueue(ctx, tx, "audit.verify", struct{}{}, "audit.verify")
		s.queue.Wake()
		return err
	})
}

// Check verifies the log and keeps what was found. What is wrong is said loudly.
func (s *Service) Check(ctx context.Context) (Report, error) {
	r, err := s.Verify(ctx, Trust{})
	if err != nil {
		return r, err
	}
	if !r.Good() {
		slog.ErrorContext(ctx, "the log is not as it was written", "flaws", r.All, "first", r.Flaws[0])
	}
	text, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	return r, s.store.db.Keep(ctx, func(tx *db.Tx) error {
		return s.store.addCheck(ctx, tx, check{Size: r.Size, Held: r.Held, Flaws: r.All, Report: string(text), Took: r.Took.Milliseconds()})
	})
}
