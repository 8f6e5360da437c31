// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

// escalateAct is the task that escalates what is overdue or has nobody to do it.
const (
	escalateAct   = "casework.escalate"
	escalatePause = time.Hour
	mostRaised    = 500 // in one run; the next goes on
)

// system is who acts where a clock does.
const system = ospo.PersonID("system")

// Work lets the queue escalate.
func (s *Service) Work(q *job.Queue) {
	q.Handle(escalateAct, func(ctx context.Context, _ *job.Run) error {
		_, unsettled := s.Settle(ctx)
		_, err := s.Escalate(ctx)
		return errors.Join(unsettled, err)
	})
	q.Every(escalateAct, escalatePause)
}

// Escalate raises what is overdue, and tasks of roles that have become vacant since the case
// came to its state; what has been filled since is calm again. It returns how many it raised.
func (s *Service) Escalate(ctx context.Context) (n int, err error) {
	late, err := s.store.overdue(ctx, s.today(), mostRaised)
	if err != nil {
		return 0, err
	}
	if n, err = s.raiseAll(ctx, late, "late"); err != nil {
		return n, err
	}
	waiters, err := s.store.waiters(ctx)
	if err != nil {
		return n, err
	}
	for _, w := range waiters {
		more, err := s.vacancies(ctx, w)
		if n += more; err != nil {
			return n, err
		}
	}
	return n, nil
}

// vacancies raises the tasks of a role that nobody holds, or calms those of one that somebody
// holds again.
func (s *Service) vacancies(ctx context.Context, w waiter) (n int, err error) {
	all, err := s.filled(ctx, s.store.db.Read(), w.org)
	if err != nil {
		return 0, err
	}
	held := slices.ContainsFunc(all, func(h Holding) bool { return h.Role == w.role })
	was, why := "", "vacant"
	if held {
		was, why = why, was
	}
	open, err := s.store.ofRole(ctx, w, was, mostRaised)
	if err != nil {
		return 0, err
	}
	if n, err = s.raiseAll(ctx, open, why); held {
		n = 0
	}
	return n, err
}

// raiseAll raises tasks, each in a transaction of its own, or calms them.
func (s *Service) raiseAll(ctx context.Context, all []Task, why string) (n int, err error) {
	for _, t := range all {
		err := s.store.db.Write(ctx, ospo.Act{Org: t.Org, Person: system, What: "casework.escalate", On: t.Case, Door: "job"}, func(tx *db.Tx) error {
			return s.raiseOne(ctx, tx, t, why)
		})
		switch {
		case err == nil:
			n++
		case !errors.Is(err, errCalm):
			return n, err
		}
	}
	return n, nil
}

// raiseOne looks at a task anew, now that its case is held: it may be done, or its role filled.
func (s *Service) raiseOne(ctx context.Context, tx *db.Tx, t Task, why string) error {
	c, err := s.store.hold(ctx, tx, Case{ID: t.Case, Org: t.Org})
	if err != nil {
		return err
	}
	now, err := s.task(ctx, tx, c, t.ID)
	if kind := fault.Of(err); err != nil && (kind == fault.Conflict || kind == fault.NotFound) {
		return errCalm
	} else if err != nil {
		return err
	}
	none, err := s.vacant(ctx, tx, c, []string{now.Role})
	if err != nil {
		return err
	}
	if why == "" && len(none) > 0 || why == "vacant" && len(none) == 0 || why == now.Alarm {
		return errCalm
	}
	d, _ := s.definition(c.Org, c.Type, c.Version)
	return s.raise(ctx, tx, d, c, now, why)
}

// errCalm ends a transaction in which there was nothing to do.
var errCalm = errors.New("casework: nothing to raise")

// raise escalates a task of a case that is held: an event, and the role that the procedure
// names is told. Without a reason the task is calm again, and nobody hears of it.
func (s *Service) raise(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, t Task, why string) error {
	was := t
	t.Alarm, t.Raised = why, ""
	if d != nil && why != "" {
		asked, _, _ := d.Task(t.Task)
		t.Raised = asked.Escalate
	}
	if err := s.store.setAlarm(ctx, tx, t); err != nil {
		return err
	}
	diff := change.Between(map[string]string{"alarm": was.Alarm}, map[string]string{"task": t.Task, "alarm": why, "raised": t.Raised})
	if tx.Act.What == escalateAct {
		tx.Act.Diff = diff
	}
	if why == "" {
		return nil
	}
	return s.store.happened(ctx, tx, c, system, "escalated", "", told{Task: t.Task, Role: t.Role, Alarm: why, Raised: t.Raised})
}
