// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package job

import (
	"context"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// ArgsWithin returns what the tasks of an organisation and of all below it were told, as JSON.
func (q *Queue) ArgsWithin(ctx context.Context, from db.Querier, root ospo.OrgID) ([]string, error) {
	return db.Texts(ctx, from, `SELECT args FROM job_task WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1)`, root)
}

// Mentioned reports whether any task was told of something: a document, by its sum.
func (q *Queue) Mentioned(ctx context.Context, what string) (bool, error) {
	n, err := db.Count(ctx, q.store.db.Read(), `
		SELECT count(*) FROM job_task WHERE args LIKE $1 -- every organisation: a document is one file, whoever hands it in`, "%"+what+"%")
	return n > 0, err
}

// Finished lists the tasks of a kind that an organisation ordered with just these
// arguments and that are done, the newest first, at most ten.
func (q *Queue) Finished(ctx context.Context, org ospo.OrgID, kind, args string) ([]Task, error) {
	return db.All(ctx, q.store.db.Read(), bind, `
		SELECT `+columns+` FROM job_task WHERE org = $1 AND kind = $2 AND state = 'done' AND args = $3 ORDER BY id DESC LIMIT 10`, org, kind, args)
}

// FailedOf lists the tasks that a person ordered, of the organisations that the viewer sees, and
// that failed since a moment, the newest first, at most a hundred.
func (q *Queue) FailedOf(ctx context.Context, person ospo.PersonID, since time.Time) ([]Task, error) {
	return db.All(ctx, q.store.db.Read(), bind, `
		SELECT `+columns+` FROM job_task WHERE `+visible+` AND person = $2 AND state = 'failed' AND ended > $3 ORDER BY id DESC LIMIT 100`,
		door.From(ctx).Org, person, since.UTC().Format(db.Clock))
}

// Failed lists the tasks of an organisation and of all below it that failed since a time, the
// newest first, at most n.
func (q *Queue) Failed(ctx context.Context, root ospo.OrgID, since string, n int) ([]Task, error) {
	return db.All(ctx, q.store.db.Read(), bind, `
		SELECT `+columns+` FROM job_task
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND state = 'failed' AND created >= $2 ORDER BY id DESC LIMIT $3`, root, since, n)
}

// Count returns how many tasks of the instance are in a state.
func (q *Queue) Count(ctx context.Context, state string) (int, error) {
	return db.Count(ctx, q.store.db.Read(), `SELECT count(*) FROM job_task WHERE state = $1 -- every organisation: a figure of the instance`, state)
}
