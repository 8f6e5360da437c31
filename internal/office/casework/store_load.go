// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

func (s store) handTask(ctx context.Context, tx *db.Tx, t Task, to, from ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_task SET person = $1, hander = $2 WHERE org = $3 AND id = $4 AND result = ''`, to, from, t.Org, t.ID)
	return err
}

// handed lists the open tasks that a person gave to others, in organisations that root sees.
func (s store) handed(ctx context.Context, root ospo.OrgID, person ospo.PersonID) ([]Work, error) {
	return db.All(ctx, s.db.Read(), bindWork(ctx), `
		SELECT `+workColumns+` FROM casework_task t JOIN casework_case c ON c.id = t.matter
		WHERE t.result = '' AND t.hander <> '' AND t.hander = $1 AND t.person <> $2 AND t.org IN (SELECT org FROM governance_scope_view WHERE root = $3)
		ORDER BY `+urgency+`, t.id LIMIT 100`, person, person, root)
}

// loads counts what is open by role and person; today tells what is overdue.
func (s store) loads(ctx context.Context, root ospo.OrgID, today string) ([]Load, error) {
	by := "t.role, t.person"
	if s.db.Lite() {
		by = "t.org, " + by // the order of its index: nothing is sorted
	}
	return db.All(ctx, s.db.Read(), func(l *Load) []any { return []any{&l.Role, &l.Person, &l.PersonName, &l.Open, &l.Late, &l.Due} }, `
		SELECT i.role, i.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = i.person), ''), i.n, i.late, i.due FROM (
			SELECT o.role, o.person, sum(o.n) AS n, sum(o.late) AS late, coalesce(min(o.due), '') AS due FROM (
				SELECT t.role, t.person, count(*) AS n, sum(CASE WHEN t.due <> '' AND t.due < $1 THEN 1 ELSE 0 END) AS late,
					min(CASE WHEN t.due <> '' THEN t.due END) AS due
				FROM casework_task t WHERE t.result = '' AND t.role <> '' AND t.org IN (SELECT org FROM governance_scope_view WHERE root = $2) GROUP BY `+by+`) o
			GROUP BY o.role, o.person) i
		ORDER BY i.role, CASE WHEN i.person = '' THEN 0 ELSE 1 END, i.late DESC, i.n DESC, i.person`, today, root)
}
