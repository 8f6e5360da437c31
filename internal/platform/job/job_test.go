// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package job_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/web/webtest"
)

// The tree of organisations, of which this package knows only the view.
var tree = fstest.MapFS{"migrations/0001.sql": {Data: []byte(
	"CREATE TABLE tree_scope (\n  root TEXT NOT NULL,\n  org TEXT NOT NULL\n);\n" +
		"INSERT INTO tree_scope (root, org) VALUES ('city', 'city'), ('city', 'office'), ('office', 'office'), ('other', 'other');\n" +
		"CREATE VIEW governance_scope_view AS SELECT root, org FROM tree_scope;\n")}}

func queue(t *testing.T, d *db.DB) *job.Queue {
	t.Helper()
	if err := d.Migrate(t.Context(), "tree", tree); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), "job", job.Files); err != nil {
		t.Fatal(err)
	}
	return job.New(d)
}

var act = ospo.Act{Org: "office", Person: "ada", What: "job.test"}

func enqueue(t *testing.T, d *db.DB, q *job.Queue, kind string, args any, once string) (id string) {
	t.Helper()
	if err := d.Write(t.Context(), act, func(tx *db.Tx) (err error) {
		id, err = q.Enqueue(t.Context(), tx, kind, args, once)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return id
}

func state(t *testing.T, q *job.Queue, id string) job.Task {
	t.Helper()
	task, err := q.Task(door.With(t.Context(), door.Viewer{Org: "city", Person: "ada"}), id)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

func TestTaskExistsExactlyIfTheBusinessDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		ran := 0
		q.Handle("count", func(ctx context.Context, r *job.Run) error { ran++; return nil })
		err := d.Write(t.Context(), act, func(tx *db.Tx) error {
			_, err := q.Enqueue(t.Context(), tx, "count", nil, "")
			return errors.Join(err, errors.New("the business failed"))
		})
		if err == nil {
			t.Fatal("the error was swallowed")
		}
		enqueue(t, d, q, "count", nil, "")
		if err := q.Drain(t.Context()); err != nil || ran != 1 {
			t.Errorf("ran %d times, %v; want once", ran, err)
		}
	})
}

func TestEachTaskIsDoneOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		var mu sync.Mutex
		done := map[int]int{}
		q.Handle("count", func(ctx context.Context, r *job.Run) error {
			var n int
			if err := r.Args(&n); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			done[n]++
			return nil
		})
		for i := range 40 {
			enqueue(t, d, q, "count", i, "")
		}
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				for range 60 {
					if err := q.Drain(t.Context()); err != nil {
						t.Error(err)
					}
					mu.Lock()
					all := len(done) == 40
					mu.Unlock()
					if all {
						return
					}
				}
			})
		}
		wg.Wait()
		for i := range 40 {
			if done[i] != 1 {
				t.Errorf("task %d was done %d times", i, done[i])
			}
		}
	})
}

func TestAWaitingUniqueTaskIsNotDoubled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		ran := 0
		q.Handle("match", func(ctx context.Context, r *job.Run) error { ran++; return nil })
		for range 3 {
			enqueue(t, d, q, "match", nil, "match all")
		}
		if err := q.Drain(t.Context()); err != nil || ran != 1 {
			t.Errorf("ran %d times, %v; want once", ran, err)
		}
		enqueue(t, d, q, "match", nil, "match all")
		if err := q.Drain(t.Context()); err != nil || ran != 2 {
			t.Errorf("asked for again after it was done: ran %d times, %v; want twice", ran, err)
		}
	})
}

func TestAKilledWorkersTaskIsTakenUpAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		begun := make(chan bool, 1)
		q.Handle("slow", func(ctx context.Context, r *job.Run) error {
			begun <- true
			<-ctx.Done() // as if the process were gone
			return ctx.Err()
		})
		id := enqueue(t, d, q, "slow", nil, "")
		ctx, kill := context.WithCancel(t.Context())
		if err := q.Start(ctx, 1, true); err != nil {
			t.Fatal(err)
		}
		<-begun
		kill()
		q.Wait()
		next := job.New(d)
		next.Handle("slow", func(ctx context.Context, r *job.Run) error { return nil })
		if err := next.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := state(t, next, id); s.State != "done" {
			t.Errorf("the task is %s (%s), want done", s.State, s.Fault)
		}
	})
}

func TestALeaseThatRanOutIsClaimedByAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		id := enqueue(t, d, q, "count", nil, "")
		if err := d.Keep(t.Context(), func(tx *db.Tx) error { // what kill -9 leaves behind
			_, err := tx.ExecContext(t.Context(), `UPDATE job_task SET state = 'running', attempt = 1, lease = $1`,
				time.Now().Add(time.Hour).UTC().Format(db.Clock))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		q.Handle("count", func(ctx context.Context, r *job.Run) error { return nil })
		if err := q.Drain(t.Context()); err != nil || state(t, q, id).State != "running" {
			t.Fatalf("a living worker's task was taken away: %s %v", state(t, q, id).State, err)
		}
		d.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
		if err := q.Drain(t.Context()); err != nil || state(t, q, id).State != "done" {
			t.Errorf("after the lease ran out: %s %v, want done", state(t, q, id).State, err)
		}
	})
}

func TestWhatBreaksIsTriedAgainLaterWhatIsWrongIsNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		q.Handle("broken", func(ctx context.Context, r *job.Run) error { panic("disk on fire") })
		q.Handle("wrong", func(ctx context.Context, r *job.Run) error { return fault.New(fault.Invalid, "job.no_worker", "x") })
		broken, wrong := enqueue(t, d, q, "broken", nil, ""), enqueue(t, d, q, "wrong", nil, "")
		for range job.Attempts + 1 {
			if err := q.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			later := d.Now().Add(24 * time.Hour)
			d.Now = func() time.Time { return later }
		}
		if s := state(t, q, broken); s.State != "failed" || s.Attempt != job.Attempts || s.Fault != "fault.internal" {
			t.Errorf("broken: %s after %d attempts: %s; want failed after %d, and nothing of the cause", s.State, s.Attempt, s.Fault, job.Attempts)
		}
		if s := state(t, q, wrong); s.State != "failed" || s.Attempt != 1 || s.Fault != "job.no_worker" || fmt.Sprint(s.FaultArgs) != "[x]" {
			t.Errorf("wrong: %s after %d attempts: %s %v, want failed at the first", s.State, s.Attempt, s.Fault, s.FaultArgs)
		}
		site := webtest.New(t, []fs.FS{job.Files}, job.Files, q.Pages(), q.Ops()).As(door.Viewer{Org: "city", Person: "ada", Grants: []string{"job.read"}})
		for id, want := range map[string]string{broken: "Der Fehler ist vermerkt", wrong: "Läufe der Art „x“"} {
			if _, body := site.Get("/job/" + id); !strings.Contains(body, want) || strings.Contains(body, "disk on fire") {
				t.Errorf("the page does not say %q:\n%s", want, body)
			}
		}
	})
}

// What takes the whole process with it must not do so for ever.
func TestATaskThatKillsTheProcessIsGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		ran := 0
		q.Handle("deadly", func(context.Context, *job.Run) error { ran++; return nil })
		id := enqueue(t, d, q, "deadly", nil, "")
		if err := d.Keep(t.Context(), func(tx *db.Tx) error { // as often begun as can be, and never ended
			_, err := tx.ExecContext(t.Context(), `UPDATE job_task SET state = 'running', attempt = $1, futile = $2`, job.Attempts, job.Attempts)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := state(t, q, id); ran != 0 || s.State != "failed" || s.Fault != "job.gave_up" {
			t.Errorf("run %d times, %s: %s", ran, s.State, s.Fault)
		}
	})
}

// A long import on a machine that is restarted every night comes to its end, as long as it
// gets further each time; what stays where it was is given up.
func TestATaskThatGetsOnIsNotGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		ran, reach := 0, func(int) int { return 0 }
		q.Handle("long", func(ctx context.Context, r *job.Run) error {
			ran++
			if err := r.Progress(ctx, reach(ran), reach(ran), ""); err != nil {
				return err
			}
			panic("out of memory")
		})
		kill := func(n int) { // as a killed process leaves it: begun, and not ended
			t.Helper()
			for range n {
				if err := d.Keep(t.Context(), func(tx *db.Tx) error {
					_, err := tx.ExecContext(t.Context(), `UPDATE job_task SET state = 'running', due = '', lease = ''  WHERE state <> 'failed'`)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if err := q.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		reach = func(run int) int { return 10 * run }
		id := enqueue(t, d, q, "long", nil, "")
		kill(3 * job.Attempts)
		if s := state(t, q, id); ran != 3*job.Attempts || s.State == "failed" {
			t.Errorf("run %d times, %s: %s; want %d and no end", ran, s.State, s.Fault, 3*job.Attempts)
		}
		stuck := ran
		reach = func(int) int { return 10 * stuck }
		kill(3 * job.Attempts)
		if s := state(t, q, id); ran != stuck+job.Attempts-1 || s.State != "failed" {
			t.Errorf("without getting on it ran %d times more, %s; want %d, and that it is given up", ran-stuck, s.State, job.Attempts-1)
		}
	})
}

func TestAWorkerWhoseTaskWasTakenOverHasNoSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		var id string
		q.Handle("slow", func(ctx context.Context, r *job.Run) error {
			return d.Keep(ctx, func(tx *db.Tx) error { // meanwhile another one took it up
				_, err := tx.ExecContext(ctx, `UPDATE job_task SET attempt = attempt + 1, lease = $1`, time.Now().Add(time.Hour).UTC().Format(db.Clock))
				return err
			})
		})
		id = enqueue(t, d, q, "slow", nil, "")
		if err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := state(t, q, id); s.State != "running" {
			t.Errorf("the task is %s, want running: it is the other worker's", s.State)
		}
	})
}

func TestAskingTwiceLeadsToTheTaskThatWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		q.Handle("sum", func(context.Context, *job.Run) error { return nil })
		first, second := enqueue(t, d, q, "sum", nil, "the sum"), enqueue(t, d, q, "sum", nil, "the sum")
		if first != second {
			t.Errorf("asked twice: %s and %s, want one task", first, second)
		}
		if err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if third := enqueue(t, d, q, "sum", nil, "the sum"); third == first {
			t.Error("a task that has ended was handed out again")
		}
	})
}

// The instance's own tasks tell of everybody's packages: only who stands at the top sees them.
func TestTheInstancesTasksAreForTheTop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		var id string
		if err := d.Write(t.Context(), db.System("job.test", ""), func(tx *db.Tx) (err error) {
			id, err = q.Enqueue(t.Context(), tx, "count", nil, "")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for org, want := range map[ospo.OrgID]bool{"city": true, "office": false} {
			_, err := q.Task(door.With(t.Context(), door.Viewer{Org: org, Person: "ada"}), id)
			if (err == nil) != want {
				t.Errorf("%s: %v, want it to be seen: %v", org, err, want)
			}
		}
	})
}

func TestProgressAndReportAreSeenByOnesOwnOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		q.Handle("import", func(ctx context.Context, r *job.Run) error {
			for i := range 3 {
				if err := r.Report(ctx, "error", fmt.Sprint("Zeile ", 4711+i), "job.no_worker", "Zeile"); err != nil {
					return err
				}
			}
			return r.Progress(ctx, 3, 3, "software.csv")
		})
		id := enqueue(t, d, q, "import", nil, "")
		if err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		site := webtest.New(t, []fs.FS{job.Files}, job.Files, q.Pages(), q.Ops())
		viewer := func(org ospo.OrgID) door.Viewer {
			return door.Viewer{Org: org, Person: "ada", Grants: []string{"job.read"}}
		}
		for _, path := range []string{"/job/" + id, api.Root + "/job/" + id} {
			if status, body := site.As(viewer("city")).Get(path); status != 200 || !strings.Contains(body, "Zeile 4713") || !strings.Contains(body, "software.csv") {
				t.Errorf("%s as the city: %d\n%s", path, status, body)
			}
			if status, body := site.As(viewer("other")).Get(path); status != 404 {
				t.Errorf("%s as a stranger: %d, want 404\n%s", path, status, body)
			}
			if status, _ := site.As(door.Viewer{}).Get(path); status != 303 && status != 401 {
				t.Errorf("%s as nobody: %d, want to be sent to the door", path, status)
			}
		}
		if _, body := site.As(viewer("other")).Get("/job"); strings.Contains(body, id) {
			t.Error("a stranger sees the task in the list")
		}
	})
}
