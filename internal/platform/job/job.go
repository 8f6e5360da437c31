// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package job runs long work in the background: enqueued in the business transaction,
// so that it exists exactly if the business does; claimed by one worker; retried with
// growing pauses; with progress and a report line by line; and taken up again when the
// process that ran it was killed.
package job

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// Attempts is how often a task is tried before it counts as failed. A try that gets further
// than all before begins the count anew: what is cut short often may still come to its end.
const Attempts = 5

// lease is for how long a claimed task is its worker's; a living worker renews it.
const lease = 30 * time.Second

// A Worker does one kind of work. It may be run again after a kill, so it begins by
// looking what is already done.
type Worker func(ctx context.Context, run *Run) error

// Queue is the list of tasks and the workers that do them.
type Queue struct {
	store   store
	workers map[string]Worker
	every   []periodic
	wake    chan struct{}
	group   sync.WaitGroup
}

type periodic struct {
	kind  string
	pause time.Duration
}

// New returns the queue kept in d.
func New(d *db.DB) *Queue {
	return &Queue{store: store{d}, workers: map[string]Worker{}, wake: make(chan struct{}, 1)}
}

// Handle names the worker for a kind of task, for example "vulnerability.import".
func (q *Queue) Handle(kind string, w Worker) { q.workers[kind] = w }

// Kinds lists the kinds of task for which there is a worker.
func (q *Queue) Kinds() []string { return slices.Sorted(maps.Keys(q.workers)) }

// Every enqueues a task of the kind again and again, for nobody in particular.
func (q *Queue) Every(kind string, pause time.Duration) {
	q.every = append(q.every, periodic{kind, pause})
}

// Enqueue adds a task within the caller's transaction, for the caller's organisation.
// args becomes JSON. With once, a task of that name that still waits is not added again:
// its id is returned, which the caller may not be allowed to see.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, kind string, args any, once string) (id string, err error) {
	text, err := json.Marshal(args)
	if err != nil {
		return "", err
	}
	return q.store.add(ctx, tx, db.NewID(), kind, string(text), once)
}

// Wake tells the workers to look for tasks now rather than within the second.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Start runs n workers until ctx ends; Wait returns when they are done. alone says that
// no other process works on this database, so that tasks of a killed one can be taken up
// at once rather than when their lease ends.
func (q *Queue) Start(ctx context.Context, n int, alone bool) error {
	if alone {
		if err := q.store.release(ctx); err != nil {
			return err
		}
	}
	for range n {
		q.group.Go(func() { q.work(ctx) })
	}
	q.group.Go(func() { q.repeat(ctx) })
	return nil
}

// Wait returns when all workers have ended.
func (q *Queue) Wait() { q.group.Wait() }

// Drain does everything that is due, here and now; commands without a server use it.
func (q *Queue) Drain(ctx context.Context) error {
	for {
		worked, err := q.one(ctx)
		if err != nil || !worked {
			return err
		}
	}
}

func (q *Queue) work(ctx context.Context) {
	for ctx.Err() == nil {
		worked, err := q.one(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "the queue of tasks does not answer", "err", err)
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-time.After(time.Second):
		}
	}
}

func (q *Queue) repeat(ctx context.Context) {
	if len(q.every) == 0 {
		return
	}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		for _, p := range q.every {
			if err := q.store.periodic(ctx, p.kind, p.pause); err != nil && ctx.Err() == nil {
				slog.ErrorContext(ctx, "a periodic task could not be added", "kind", p.kind, "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// one claims and does one task. It reports whether there was one.
func (q *Queue) one(ctx context.Context) (bool, error) {
	t, ok, err := q.store.claim(ctx)
	if err != nil || !ok {
		return false, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	run := &Run{Task: t, queue: q}
	go q.renew(ctx, t.ID)
	if err = q.do(ctx, run); ctx.Err() != nil {
		return true, q.store.putBack(context.WithoutCancel(ctx), t) // the server stops; the next one goes on
	}
	if k := fault.Of(err); err != nil && (k == fault.Internal || k == fault.Upstream) {
		slog.ErrorContext(ctx, "a task failed", "task", t.ID, "kind", t.Kind, "attempt", t.Attempt, "err", err)
	}
	return true, q.store.end(context.WithoutCancel(ctx), t, err)
}

// do runs the worker; its panic is an error like any other.
func (q *Queue) do(ctx context.Context, run *Run) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("task %s: %v", run.Kind, p)
		}
	}()
	if run.futile > Attempts { // it did not fail, it took the whole process with it
		return fault.New(fault.Invalid, "job.gave_up", Attempts)
	}
	w, ok := q.workers[run.Kind]
	if !ok {
		return fault.New(fault.Invalid, "job.no_worker", run.Kind)
	}
	return w(ctx, run)
}

func (q *Queue) renew(ctx context.Context, id string) {
	tick := time.NewTicker(lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := q.store.renew(ctx, id); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "the lease of a task could not be renewed", "task", id, "err", err)
			}
		}
	}
}

// A Run is one task being done.
type Run struct {
	Task
	queue *Queue
	last  time.Time
	lines int
}

// Args reads the task's arguments.
func (r *Run) Args(into any) error { return json.Unmarshal([]byte(r.ArgsJSON), into) }

// Act returns what the task does, in the name of whoever asked for it.
func (r *Run) Act(what, on string) ospo.Act {
	return ospo.Act{Org: r.Org, Person: r.Person, What: what, On: on, Door: "job", Request: r.ID}
}

// Progress notes how far the task is; total 0 means nobody knows. It is written at most
// three times a second, and always at the end.
func (r *Run) Progress(ctx context.Context, done, total int, note string) error {
	now := r.queue.store.db.Now()
	if done != total && now.Sub(r.last) < 300*time.Millisecond {
		return ctx.Err()
	}
	r.last = now
	return r.queue.store.progress(ctx, r.ID, done, total, note)
}

// Report adds a line about one thing: level is "ok", "warning" or "error", place says
// where ("line 4711", a file's name), key and args are a text.
func (r *Run) Report(ctx context.Context, level, place, key string, args ...any) error {
	if _, err := r.Reported(ctx); err != nil {
		return err
	}
	r.lines++
	return r.queue.store.line(ctx, r, Line{N: r.lines, Level: level, Place: place, Key: key, Args: args})
}

// Reported returns how many lines the report has, also from runs that were cut short: a
// worker that reports each thing in order goes on behind the last one.
func (r *Run) Reported(ctx context.Context) (int, error) {
	if r.lines == 0 {
		n, err := r.queue.store.lineCount(ctx, r.ID)
		if err != nil {
			return 0, err
		}
		r.lines = n
	}
	return r.lines, nil
}
