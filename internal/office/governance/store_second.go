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
		SELECT (SELECT count(*) FROM governance_person WHERE level = 'admin' AND id <> $2 AND (login <> '' AND ended = '' OR ended > $3) AND org IN (SELECT org FROM tree))
			+ (SELECT count(*) FROM log_entry_view WHERE what IN ('governance.person.change', 'identity.stand') AND at > $4 AND thing <> $5 AND diff LIKE '%"level":["admin",%'
				AND org IN (SELECT org FROM tree))`,
		v.Org, v.Human(), stamp(since), stamp(since), v.Human())
}

// fresh reports whether an account was made here by hand, and has no password yet.
func (s store) fresh(ctx context.Context, id ospo.PersonID) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `
		-- every organisation: the caller sees the person
		SELECT count(*) FROM log_entry_view WHERE what = 'governance.person.add' AND thing = $1
			AND NOT EXISTS (SELECT 1 FROM governance_password WHERE person = $2)`, id, id)
	return n > 0, err
}

// lowered counts when a person ceased to be an administrator since a time, in the tree of an
// organisation.
func (s store) lowered(ctx context.Context, id ospo.PersonID, since time.Time) (int, error) {
	return db.Count(ctx, s.db.Read(), `
		-- every organisation: the caller sees the person
		SELECT count(*) FROM log_entry_view WHERE thing = $1 AND what IN ('governance.person.change', 'identity.stand') AND at > $2 AND diff LIKE '%"level":["admin",%'`,
		id, stamp(since))
}

// sameAddress counts whether two accounts share a login or an address for mail.
func (s store) sameAddress(ctx context.Context, one, other ospo.PersonID) (int, error) {
	return db.Count(ctx, s.db.Read(), `
		-- every organisation: the caller knows both
		SELECT count(*) FROM governance_person a JOIN governance_person b ON b.id <> a.id
		WHERE a.id = $1 AND b.id = $2
			AND (a.login <> '' AND a.login IN (b.login, lower(b.mail)) OR a.mail <> '' AND lower(a.mail) IN (b.login, lower(b.mail)))`, one, other)
}
