// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

func bindItem(i *Item) []any {
	return []any{&i.ID, &i.Org, &i.Session, &i.Place, &i.Kind, &i.Title, &i.Link, &i.Source, &i.Note, &i.Result, &i.Responsible, &i.Name, &i.Due, &i.Done}
}

func (s store) items(ctx context.Context, q db.Querier, org ospo.OrgID, session string) ([]Item, error) {
	return db.All(ctx, q, bindItem, `
		SELECT i.id, i.org, i.session, i.place, i.kind, i.title, i.link, i.source, i.note, i.result, i.responsible,
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = i.responsible), ''), i.due, i.done
		FROM meeting_item i WHERE i.org = $1 AND i.session = $2 ORDER BY i.place, i.id`, org, session)
}

func (s store) one(ctx context.Context, query, id string) (string, error) {
	return db.One(ctx, s.db.Read(), func(t *string) []any { return []any{t} }, query, id)
}

// sessionOf is the meeting of an item.
func (s store) sessionOf(ctx context.Context, item string) (string, error) {
	return s.one(ctx, `SELECT session FROM meeting_item WHERE id = $1 -- every organisation: the service asks whether the viewer belongs to the meeting`, item)
}

// sessionOfDecision is the meeting of a decision.
func (s store) sessionOfDecision(ctx context.Context, id string) (string, error) {
	return s.one(ctx, `SELECT session FROM meeting_decision WHERE id = $1 -- every organisation: the service asks whether the viewer belongs to the meeting`, id)
}

func (s store) addItem(ctx context.Context, tx *db.Tx, m Session, i Item) error {
	last, err := db.Count(ctx, tx, `SELECT coalesce(max(place), 0) FROM meeting_item WHERE org = $1 AND session = $2`, m.Org, m.ID)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO meeting_item (id, org, session, place, kind, title, link, source, note, result, responsible, due, done, maker, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', '', '', $9, $10)`,
		i.ID, m.Org, m.ID, last+1, i.Kind, i.Title, i.Link, i.Source, tx.Act.Person, tx.Now)
	return err
}

func (s store) setItem(ctx context.Context, tx *db.Tx, i Item) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE meeting_item SET note = $1, result = $2, responsible = $3, due = $4 WHERE org = $5 AND id = $6`, i.Note, i.Result, i.Responsible, i.Due, i.Org, i.ID)
	return err
}

func (s store) setPlace(ctx context.Context, tx *db.Tx, i Item, place int) error {
	_, err := tx.ExecContext(ctx, `UPDATE meeting_item SET place = $1 WHERE org = $2 AND id = $3`, place, i.Org, i.ID)
	return err
}

func (s store) removeItem(ctx context.Context, tx *db.Tx, i Item) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM meeting_item WHERE org = $1 AND id = $2`, i.Org, i.ID)
	return err
}

// postpone gives a result to what has none: tasks of earlier meetings were looked at and come
// again by themselves, all else is postponed.
func (s store) postpone(ctx context.Context, tx *db.Tx, m Session) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE meeting_item SET result = CASE WHEN kind IN ('task', 'decision') THEN 'information' ELSE 'postponed' END
		WHERE org = $1 AND session = $2 AND result = ''`, m.Org, m.ID)
	return err
}

// left lists what closed meetings of a team left for another one: postponed items that no
// other meeting has taken up, and tasks and decisions to be done that it does not have yet.
func (s store) left(ctx context.Context, q db.Querier, m Session) ([]Item, error) {
	return db.All(ctx, q, func(i *Item) []any { return []any{&i.Kind, &i.Title, &i.Link, &i.Source} }, `
		SELECT 'postponed', i.title, '/meeting/item/' || i.id, 'item:' || i.id
		FROM meeting_item i JOIN meeting_session c ON c.id = i.session
		WHERE i.org = $1 AND c.team = $2 AND c.state = 'closed' AND i.result = 'postponed'
			AND NOT EXISTS (SELECT 1 FROM meeting_item k JOIN meeting_session z ON z.id = k.session WHERE k.source = 'item:' || i.id AND z.state <> 'cancelled')
		UNION ALL
		SELECT 'task', i.title, '/meeting/item/' || i.id, 'item:' || i.id
		FROM meeting_item i JOIN meeting_session c ON c.id = i.session
		WHERE i.org = $3 AND c.team = $4 AND c.state = 'closed' AND i.result = 'task' AND i.done = ''
			AND NOT EXISTS (SELECT 1 FROM meeting_item k WHERE k.session = $5 AND k.source = 'item:' || i.id)
		UNION ALL
		SELECT 'decision', d.text, '/meeting/decision/' || d.id, 'decision:' || d.id
		FROM meeting_decision d JOIN meeting_session c ON c.id = d.session
		WHERE d.org = $6 AND c.team = $7 AND c.state = 'closed' AND d.responsible <> '' AND d.done = ''
			AND NOT EXISTS (SELECT 1 FROM meeting_decision e WHERE e.corrects = d.id)
			AND NOT EXISTS (SELECT 1 FROM meeting_item k WHERE k.session = $8 AND k.source = 'decision:' || d.id)
		ORDER BY 1, 4`, m.Org, m.Team, m.Org, m.Team, m.ID, m.Org, m.Team, m.ID)
}

const taskColumns = `
	SELECT 'item' AS kind, i.id AS id, i.title AS title, i.responsible AS responsible, i.due AS due, c.day AS since, c.team AS team, i.org AS org
	FROM meeting_item i JOIN meeting_session c ON c.id = i.session AND c.org = i.org WHERE i.result = 'task' AND i.done = '' AND c.state <> 'cancelled'
	UNION ALL
	SELECT 'decision', d.id, d.text, d.responsible, d.due, c.day, c.team, d.org
	FROM meeting_decision d JOIN meeting_session c ON c.id = d.session AND c.org = d.org
	WHERE d.responsible <> '' AND d.done = '' AND NOT EXISTS (SELECT 1 FROM meeting_decision e WHERE e.corrects = d.id)`

func bindTask(t *Task) []any {
	return []any{&t.Kind, &t.ID, &t.Title, &t.Responsible, &t.Name, &t.Due, &t.Since}
}

// tasks lists what is still to be done in a team, by its day.
func (s store) tasks(ctx context.Context, q db.Querier, org ospo.OrgID, team string) ([]Task, error) {
	return db.All(ctx, q, bindTask, `
		SELECT x.kind, x.id, x.title, x.responsible, coalesce(p.name, ''), x.due, x.since FROM (`+taskColumns+`) x LEFT JOIN governance_person_view p ON p.id = x.responsible
		WHERE x.org = $1 AND x.team = $2 ORDER BY CASE WHEN x.due = '' THEN 1 ELSE 0 END, x.due, x.id`, org, team)
}

// tasksOf lists what somebody is still to do for teams of organisations in view; one's own wherever.
func (s store) tasksOf(ctx context.Context, v door.Viewer, person ospo.PersonID) ([]Task, error) {
	return db.All(ctx, s.db.Read(), bindTask, `
		SELECT x.kind, x.id, x.title, x.responsible, coalesce(p.name, ''), x.due, x.since FROM (`+taskColumns+`) x LEFT JOIN governance_person_view p ON p.id = x.responsible
		WHERE x.responsible = $1 AND (x.responsible = $2 OR x.org IN (SELECT org FROM governance_scope_view WHERE root = $3))
		ORDER BY CASE WHEN x.due = '' THEN 1 ELSE 0 END, x.due, x.id`, person, v.Human(), v.Org)
}

// finish notes that a task or a decision is done.
func (s store) finish(ctx context.Context, tx *db.Tx, org ospo.OrgID, kind, id string) error {
	if kind == "decision" {
		_, err := tx.ExecContext(ctx, `UPDATE meeting_decision SET done = $1 WHERE org = $2 AND id = $3 AND done = ''`, tx.Now, org, id)
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE meeting_item SET done = $1 WHERE org = $2 AND id = $3 AND done = ''`, tx.Now, org, id)
	return err
}
