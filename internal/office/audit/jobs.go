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
	"allmende/internal/platform/job"
)

// How often a checkpoint is made and sent to the witnesses, and the log verified.
const (
	checkpointPause = time.Hour
	verifyPause     = 24 * time.Hour
)

func (s *Service) work(q *job.Queue) {
	q.Handle("audit.checkpoint", func(ctx context.Context, run *job.Run) error {
		_, err := s.checkpoint(ctx, run.Act("audit.checkpoint", ""))
		return err
	})
	q.Handle("audit.verify", func(ctx context.Context, run *job.Run) error {
		_, err := s.check(ctx)
		return err
	})
	q.Every("audit.checkpoint", checkpointPause)
	q.Every("audit.verify", verifyPause)
}

// check verifies the log and keeps what was found. What is wrong is said loudly.
func (s *Service) check(ctx context.Context) (Report, error) {
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
