// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
)

// applyKind is the task that applies the rules: each night for all, or when it is ordered for
// the organisations of whoever orders it.
const (
	applyKind  = "retention.apply"
	applyPause = 24 * time.Hour
)

func (s *Service) work(q *job.Queue) {
	q.Handle(applyKind, func(ctx context.Context, run *job.Run) error {
		_, err := s.Apply(ctx, run.Act(applyKind, ""), run.ID, run.Org, run)
		return err
	})
	q.Every(applyKind, applyPause)
}

// Order has the rules applied to the viewer's organisations in the background.
func (s *Service) Order(ctx context.Context) (task string, err error) {
	v := door.From(ctx)
	err = s.store.db.Write(ctx, v.Act("retention.order", ""), func(tx *db.Tx) error {
		task, err = s.queue.Enqueue(ctx, tx, applyKind, struct{}{}, applyKind+" "+string(v.Org))
		return err
	})
	s.queue.Wake()
	return task, err
}

// A Run is one application of the rules, as far as the viewer's organisations were concerned.
type Run struct {
	ID    string    `json:"id" doc:"Of the background task."`
	At    time.Time `json:"at"`
	N     int       `json:"n" doc:"How many entries ended."`
	Held  int       `json:"held" doc:"How many stayed because of a hold."`
	Kinds int       `json:"kinds"`
}

// Runs are the last of them that ended something or left something because of a hold.
func (s *Service) Runs(ctx context.Context) ([]Run, error) {
	return s.store.runs(ctx, door.From(ctx).Org)
}

// RunOf says what one run ended in the viewer's organisations.
func (s *Service) RunOf(ctx context.Context, id string) ([]Due, error) {
	return s.store.run(ctx, door.From(ctx).Org, id)
}
