// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package job

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// A Task is one piece of work.
type Task struct {
	ID             string        `json:"id"`
	Org            ospo.OrgID    `json:"org"`
	Person         ospo.PersonID `json:"person"`
	Kind           string        `json:"kind"`
	ArgsJSON       string        `json:"-"`
	State          string        `json:"state" enum:"queued,running,done,failed"`
	Attempt        int           `json:"attempt" doc:"How often it was begun."`
	Done           int           `json:"done"`
	Total          int           `json:"total" doc:"0 where nobody knows."`
	Note           string        `json:"note,omitempty"`
	Fault          string        `json:"fault,omitempty" doc:"Why it failed, or why the last attempt did: a text key, as in its report."`
	FaultArgs      []any         `json:"faultArgs,omitempty" doc:"For the text."`
	Created        time.Time     `json:"created"`
	Started, Ended time.Time     `json:"-"`

	futile int // times it was begun since it last got further than ever before
}

// A Line is one line of a task's report.
type Line struct {
	N     int    `json:"n"`
	Level string `json:"level" enum:"ok,warning,error"`
	Place string `json:"place,omitempty"`
	Key   string `json:"key"`
	Args  []any  `json:"args,omitempty"`
}

// add returns the id of the task: where one of the name that is once in the queue waits
// already, that one's.
func (s store) add(ctx context.Context, tx *db.Tx, id, kind, args, once string) (string, error) {
	for {
		added, err := s.insert(ctx, tx, id, kind, args, once)
		if err != nil || added {
			return id, err
		}
		waiting, err := db.Texts(ctx, tx, `
			SELECT id FROM job_task WHERE once = $1 AND state = 'queued' -- every organisation: the work is the same`, once)
		if err != nil || len(waiting) > 0 {
			return strings.Join(waiting, ""), err
		} // somebody has begun it this moment
	}
}

func (s store) insert(ctx context.Context, tx *db.Tx, id, kind, args, once string) (added bool, err error) {
	var unique any
	if once != "" {
		unique = once
	}
	r, err := tx.ExecContext(ctx, `
		INSERT INTO job_task (id, org, person, kind, args, once, state, due, lease, attempt, done, total, note, fault, created, started, ended)
		VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, '', 0, 0, 0, '', '', $8, '', '')
		ON CONFLICT DO NOTHING`,
		id, tx.Act.Org, tx.Act.Person, kind, args, unique, tx.Now, tx.Now)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

func (s store) periodic(ctx context.Context, kind string, pause time.Duration) error {
	since := s.db.Now().Add(-pause).UTC().Format(db.Clock)
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM job_task WHERE kind = $1 AND org = 'system' AND created > $2`, kind, since)
	if err != nil || n > 0 {
		return err
	}
	return s.db.Write(ctx, db.System("job.enqueue", kind), func(tx *db.Tx) error {
		_, err := s.add(ctx, tx, db.NewID(), kind, "{}", kind+" periodic")
		return err
	})
}

const columns = `id, org, person, kind, args, state, attempt, futile, done, total, note, fault, created, started, ended`

func bind(t *Task) []any {
	return []any{&t.ID, &t.Org, &t.Person, &t.Kind, &t.ArgsJSON, &t.State, &t.Attempt, &t.futile, &t.Done, &t.Total, &t.Note, cause{t},
		stamp{&t.Created}, stamp{&t.Started}, stamp{&t.Ended}}
}

// stamp scans a kept time.
type stamp struct{ t *time.Time }

func (s stamp) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("a kept time is not text")
	}
	*s.t = db.Time(text)
	return nil
}

// cause scans why a task failed.
type cause struct{ t *Task }

func (c cause) Scan(v any) error {
	text, ok := v.(string)
	if !ok || text == "" {
		return nil
	}
	var l Line
	err := json.Unmarshal([]byte(text), &l)
	c.t.Fault, c.t.FaultArgs = l.Key, l.Args
	return err
}

// told writes why a task failed as far as people may read it; the log has the rest.
func told(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Say(err)[0]
	text, err := json.Marshal(Line{Key: f.Key, Args: f.Args})
	if err != nil { // an argument that is no JSON
		text, _ = json.Marshal(Line{Key: "fault.internal"})
	}
	return string(text)
}

// claim takes the oldest task that is due, or whose worker has died. On PostgreSQL two
// workers never wait for each other: SKIP LOCKED.
func (s store) claim(ctx context.Context) (Task, bool, error) {
	now := s.db.Now().UTC()
	until := now.Add(lease).Format(db.Clock)
	skip := ""
	if s.db.Kind() == "PostgreSQL" {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	n, err := db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM (SELECT id FROM job_task WHERE state IN ('queued', 'running') AND due <= $1 AND lease < $2 LIMIT 1) AS waiting`,
		now.Format(db.Clock), now.Format(db.Clock))
	if err != nil || n == 0 {
		return Task{}, false, err
	}
	var got []Task
	err = s.db.Keep(ctx, func(tx *db.Tx) (err error) {
		got, err = db.All(ctx, tx, bind, `
			UPDATE job_task SET state = 'running', lease = $1, started = $2, attempt = attempt + 1, futile = futile + 1
			WHERE id = (SELECT id FROM job_task WHERE state IN ('queued', 'running') AND due <= $3 AND lease < $4
			            ORDER BY due, id LIMIT 1`+skip+`)
			RETURNING `+columns, until, tx.Now, tx.Now, tx.Now)
		return err
	})
	if err != nil || len(got) == 0 {
		return Task{}, false, err
	}
	return got[0], true, nil
}

// release gives back what a killed process had claimed.
func (s store) release(ctx context.Context) error {
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE job_task SET lease = '' WHERE state = 'running'`)
		return err
	})
}

func (s store) renew(ctx context.Context, id string) error {
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE job_task SET lease = $1 WHERE id = $2 AND state = 'running'`,
			s.db.Now().Add(lease).UTC().Format(db.Clock), id)
		return err
	})
}

func (s store) progress(ctx context.Context, id string, done, total int, note string) error {
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE job_task SET done = $1, total = $2, note = $3, futile = CASE WHEN furthest < $4 THEN 1 ELSE futile END,
				furthest = CASE WHEN furthest < $5 THEN $6 ELSE furthest END WHERE id = $7`, done, total, note, done, done, done, id)
		return err
	})
}

func (s store) lineCount(ctx context.Context, id string) (int, error) {
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM job_line WHERE task = $1`, id)
}

func (s store) line(ctx context.Context, r *Run, l Line) error {
	args, err := json.Marshal(l.Args)
	if err != nil {
		return err
	}
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO job_line (org, task, n, level, place, key, args) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT DO NOTHING`, r.Org, r.ID, l.N, l.Level, l.Place, l.Key, string(args))
		return err
	})
}

// putBack leaves an interrupted task to the next process, without counting the attempt.
func (s store) putBack(ctx context.Context, t Task) error {
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE job_task SET lease = '', attempt = attempt - 1, futile = futile - 1 WHERE id = $1 AND attempt = $2`, t.ID, t.Attempt)
		return err
	})
}

// end notes how a task ended, unless another worker has taken it over since. What the asker can mend is not tried again; anything else is,
// after 10 s, 40 s, 160 s …
func (s store) end(ctx context.Context, t Task, cause error) error {
	state, due := "done", s.db.Stamp()
	if cause != nil {
		state = "failed"
		futile, err := db.Count(ctx, s.db.Read(), `SELECT futile FROM job_task WHERE id = $1`, t.ID)
		if err != nil {
			return err
		}
		if k := fault.Of(cause); (k == fault.Internal || k == fault.Upstream || k == fault.Conflict) && futile < Attempts {
			state = "queued"
			due = s.db.Now().Add(10 * time.Second << (2 * max(0, futile-1))).UTC().Format(db.Clock)
		}
	}
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE job_task SET state = $1, due = $2, fault = $3, lease = '', once = NULL, ended = $4 WHERE id = $5 AND attempt = $6`,
			state, due, told(cause), tx.Now, t.ID, t.Attempt)
		return err
	})
}

// What an organisation may see: its own tasks and those below it; at the top of a tree
// also the instance's, which tell of everybody's packages.
const visible = `(org IN (SELECT org FROM governance_scope_view WHERE root = $1)
	OR org = 'system' AND NOT EXISTS (SELECT 1 FROM governance_scope_view WHERE org = $1 AND root <> $1))`

func (s store) tasks(ctx context.Context, root ospo.OrgID, before string, n int) ([]Task, error) {
	if before == "" {
		before = "g" // after every UUID
	}
	return db.All(ctx, s.db.Read(), bind, `
		SELECT `+columns+` FROM job_task WHERE `+visible+` AND id < $2 ORDER BY id DESC LIMIT $3`, root, before, n)
}

func (s store) task(ctx context.Context, root ospo.OrgID, id string) (Task, error) {
	return db.One(ctx, s.db.Read(), bind, `SELECT `+columns+` FROM job_task WHERE `+visible+` AND id = $2`, root, id)
}

func (s store) report(ctx context.Context, id string, after, n int) ([]Line, error) {
	type row struct {
		Line
		args string
	}
	rows, err := db.All(ctx, s.db.Read(), func(l *row) []any { return []any{&l.N, &l.Level, &l.Place, &l.Key, &l.args} }, `
		SELECT n, level, place, key, args FROM job_line WHERE task = $1 AND n > $2 ORDER BY n LIMIT $3`, id, after, n)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(rows))
	for i, r := range rows {
		lines[i] = r.Line
		if err := json.Unmarshal([]byte(r.args), &lines[i].Args); err != nil {
			return nil, err
		}
		whole(lines[i].Args)
	}
	return lines, nil
}

// whole turns the numbers that JSON made floating back into counts.
func whole(args []any) {
	for i, a := range args {
		if f, ok := a.(float64); ok && f == float64(int64(f)) {
			args[i] = int64(f)
		}
	}
}
