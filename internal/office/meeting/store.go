// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"fmt"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

type store struct{ db *db.DB }

// New returns the meetings kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

// sees reports whether an organisation lies within what root sees.
func (s store) sees(ctx context.Context, root, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	return n > 0, err
}

// knows reports whether a person with an account belongs to an organisation that root sees.
func (s store) knows(ctx context.Context, root ospo.OrgID, person ospo.PersonID) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM governance_holder_view WHERE id = $1 AND ended = '' AND org IN (SELECT org FROM governance_scope_view WHERE root = $2)`, person, root)
	return n > 0, err
}

// A choice is a thing with its name.
type choice struct{ id, name string }

func bindChoice(c *choice) []any { return []any{&c.id, &c.name} }

// people lists who has an account in the organisations that root sees, by name.
func (s store) people(ctx context.Context, root ospo.OrgID) ([]choice, error) {
	return db.All(ctx, s.db.Read(), bindChoice, `
		SELECT id, name FROM governance_holder_view
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND ended = '' ORDER BY folded COLLATE "de-x-icu", id`, root)
}

// places lists the organisations that root sees, by name.
func (s store) places(ctx context.Context, root ospo.OrgID) ([]choice, error) {
	return db.All(ctx, s.db.Read(), bindChoice, `
		SELECT o.id, o.name FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.org
		WHERE c.root = $1 ORDER BY o.name COLLATE "de-x-icu", o.id`, root)
}

const teamColumns = `t.id, t.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = t.org), ''), t.name, t.roles, t.chair,
	coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = t.chair), ''), t.weeks, t.since, t.at, t.length, t.place, t.link`

// A list is words that are kept separated by blanks.
type list struct{ words *[]string }

// Scan reads them.
func (l list) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%v are no words", v)
	}
	*l.words = strings.Fields(text)
	return nil
}

func bindTeam(t *Team) []any {
	return []any{&t.ID, &t.Org, &t.OrgName, &t.Name, list{&t.Roles}, &t.Chair, &t.ChairName, &t.Weeks, &t.Since, &t.At, &t.Length, &t.Place, &t.Link}
}

// team returns one. Whether the viewer may look into it is asked above.
func (s store) team(ctx context.Context, id string) (Team, error) {
	return db.One(ctx, s.db.Read(), bindTeam, `
		SELECT `+teamColumns+` FROM meeting_team t WHERE t.id = $1 -- every organisation: the service asks whether the viewer belongs to it`, id)
}

// teams lists those of organisations that the viewer's sees, or that see it, and those that
// the viewer chairs or has been invited by.
func (s store) teams(ctx context.Context, v door.Viewer) ([]Team, error) {
	return db.All(ctx, s.db.Read(), bindTeam, `
		SELECT `+teamColumns+` FROM meeting_team t
		WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $1 UNION SELECT root FROM governance_scope_view WHERE org = $2) OR t.chair = $3
			OR t.id IN (SELECT m.team FROM meeting_guest g JOIN meeting_session m ON m.id = g.session AND m.org = g.org WHERE g.person = $4)
		ORDER BY t.name COLLATE "de-x-icu", t.id LIMIT 500`, v.Org, v.Org, v.Human(), v.Human())
}

func (s store) addTeam(ctx context.Context, tx *db.Tx, t Team) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO meeting_team (id, org, name, roles, chair, weeks, since, at, length, place, link, maker, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		t.ID, t.Org, t.Name, strings.Join(t.Roles, " "), t.Chair, t.Weeks, t.Since, t.At, t.Length, t.Place, t.Link, tx.Act.Person, tx.Now)
	return err
}

func (s store) setTeam(ctx context.Context, tx *db.Tx, t Team) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE meeting_team SET name = $1, roles = $2, chair = $3, weeks = $4, since = $5, at = $6, length = $7, place = $8, link = $9
		WHERE org = $10 AND id = $11`,
		t.Name, strings.Join(t.Roles, " "), t.Chair, t.Weeks, t.Since, t.At, t.Length, t.Place, t.Link, t.Org, t.ID)
	return err
}

// A title is what an id in the log stands for.
type title struct{ id, name, path string }

// titles returns those of the ids that are teams, meetings or decisions of organisations that
// root sees.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) ([]title, error) {
	var args []any
	for range 3 {
		args = append(args, root)
		for _, id := range ids {
			args = append(args, id)
		}
	}
	n := len(ids)
	return db.All(ctx, s.db.Read(), func(t *title) []any { return []any{&t.id, &t.name, &t.path} }, `
		SELECT id, name, '/meeting/team/' FROM meeting_team WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id IN (`+db.In(2, n)+`)
		UNION ALL
		SELECT m.id, t.name || ' ' || m.day, '/meeting/at/' FROM meeting_session m JOIN meeting_team t ON t.id = m.team
		WHERE m.org IN (SELECT org FROM governance_scope_view WHERE root = `+db.In(n+2, 1)+`) AND m.id IN (`+db.In(n+3, n)+`)
		UNION ALL
		SELECT d.id, t.name || ' ' || d.year || '/' || d.n, '/meeting/decision/' FROM meeting_decision d JOIN meeting_team t ON t.id = d.team
		WHERE d.org IN (SELECT org FROM governance_scope_view WHERE root = `+db.In(2*n+3, 1)+`) AND d.id IN (`+db.In(2*n+4, n)+`)`, args...)
}
