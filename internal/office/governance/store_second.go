// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

const scopeHas = `SELECT count(*) FROM governance_scope WHERE root = $1 AND org = $2`

// lost counts administrators beside the viewer in the tree in which the viewer acts: those
// with an open account, those whose account was closed since, and those who were lowered since.
func (s store) lost(ctx context.Context, v door.Viewer, since time.Time) (int, error) {
	return db.Count(ctx, s.db.Read(), `
		WITH tree AS (
			SELECT DISTINCT d.org AS org FROM governance_scope u JOIN governance_scope d ON d.root = u.root WHERE u.org = $1
		)
		SELECT (SELECT count(*) FROM governance_person WHERE level = 'admin' AND id <> $2 AND login <> '' AND (ended = '' OR ended > $3) AND org IN (SELECT org FROM tree))
			+ (SELECT count(*) FROM log_entry_view WHERE what = 'governance.person.change' AND at > $4 AND thing <> $5 AND diff LIKE '%"level":["admin",%'
				AND org IN (SELECT org FROM tree))`,
		v.Org, v.Human(), stamp(since), stamp(since), v.Human())
}

// passwords counts the passwords of a person: none or one.
func (s store) passwords(ctx context.Context, id ospo.PersonID) (int, error) {
	return db.Count(ctx, s.db.Read(), `
		-- every organisation: the caller sees the person
		SELECT count(*) FROM governance_password WHERE person = $1`, id)
}
