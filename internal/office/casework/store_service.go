// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// served lists what is open, and what was closed since. The body of an event is JSON with its
// members by name, so that its last one says where a case went.
func (s store) served(ctx context.Context, root ospo.OrgID, since string) ([]Served, error) {
	return db.All(ctx, s.db.Read(), func(c *Served) []any { return []any{&c.ID, &c.Type, &c.Created, &c.Answered, &c.Outcome, &c.Closed} }, `
		SELECT c.id, c.type, c.created,
			coalesce((SELECT min(e.at) FROM casework_event e WHERE e.matter = c.id AND e.what = 'moved' AND e.body LIKE '%"to":"answered"}'), ''), c.outcome, c.closed
		FROM casework_case c
		WHERE c.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND (c.outcome = '' OR c.closed >= $2)
		ORDER BY c.created, c.id`, root, since)
}

// mostOwn is how many cases somebody is shown that they asked for.
const mostOwn = 50

// askedBy lists what a person has asked for, ended or not, the newest first.
func (s store) askedBy(ctx context.Context, root ospo.OrgID, person ospo.PersonID) ([]Case, error) {
	return db.All(ctx, s.db.Read(), bindCase(ctx), `
		SELECT `+caseColumns+` FROM casework_case c
		WHERE c.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND c.asker = $2
		ORDER BY c.created DESC, c.id DESC LIMIT $3`, root, person, mostOwn)
}
