// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A tenure is a mandate that gives somebody something today. Where a deputy acts, of is
// who is away and away the last day of that.
type tenure struct {
	id     string
	org    ospo.OrgID
	role   string
	person ospo.PersonID
	until  string
	of     ospo.PersonID
	away   string
}

func bindTenure(t *tenure) []any {
	return []any{&t.id, &t.org, &t.role, &t.person, &t.until, &t.of, &t.away}
}

// tenures lists what one person holds today, whatever organisation it is in.
func (s store) tenures(ctx context.Context, q db.Querier, person ospo.PersonID, today string) ([]tenure, error) {
	return db.All(ctx, q, bindTenure, `
		SELECT m.id, m.org, m.role, m.person, m.until, '', ''
		FROM role_mandate m -- every organisation: what a person holds, wherever
		WHERE m.person = $1 AND m.ended = '' AND m.since <= $2 AND (m.until = '' OR m.until >= $3)
		UNION ALL
		SELECT m.id, m.org, m.role, m.deputy, m.until, m.person, a.until
		FROM role_mandate m JOIN role_absence a ON a.person = m.person AND a.since <= $4 AND a.until >= $5
		WHERE m.deputy = $6 AND m.deputy <> '' AND m.ended = '' AND m.since <= $7 AND (m.until = '' OR m.until >= $8)
		ORDER BY 1, 7`, person, today, today, today, today, person, today, today)
}

// standing is tenures for everybody in the organisations that root sees, and above.
func (s store) standing(ctx context.Context, q db.Querier, root ospo.OrgID, today string) ([]tenure, error) {
	return db.All(ctx, q, bindTenure, `
		SELECT m.id, m.org, m.role, m.person, m.until, '', ''
		FROM role_mandate m JOIN governance_holder_view h ON h.id = m.person AND h.ended = ''
		WHERE m.org IN (`+kin+`) AND m.ended = '' AND m.since <= $3 AND (m.until = '' OR m.until >= $4)
		UNION ALL
		SELECT m.id, m.org, m.role, m.deputy, m.until, m.person, a.until
		FROM role_mandate m
		JOIN role_absence a ON a.person = m.person AND a.since <= $5 AND a.until >= $6
		JOIN governance_holder_view h ON h.id = m.deputy AND h.ended = ''
		WHERE m.org IN (SELECT org FROM governance_scope_view WHERE root = $7 UNION SELECT root FROM governance_scope_view WHERE org = $8)
		AND m.ended = '' AND m.since <= $9 AND (m.until = '' OR m.until >= $10)
		ORDER BY 1, 7`, root, root, today, today, today, today, root, root, today, today)
}

// lineage is catalogue for an organisation and those above it.
func (s store) lineage(ctx context.Context, q db.Querier, org ospo.OrgID) (catalogue, error) {
	c := catalogue{map[ospo.OrgID]ospo.OrgID{}, map[ospo.OrgID]map[string]Role{}}
	type step struct {
		org, parent ospo.OrgID
		row
	}
	bind := func(t *step) []any {
		return []any{&t.org, &t.parent, &t.Key, &t.Version, &t.state, &t.grants}
	}
	all, err := db.All(ctx, q, bind, `
		SELECT o.id, o.parent, coalesce(v.key, ''), coalesce(v.version, 0), coalesce(v.state, ''), coalesce(v.grants, '')
		FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.root
		LEFT JOIN role_version v ON v.org = o.id
		WHERE c.org = $1 ORDER BY v.version`, org)
	if err != nil {
		return c, err
	}
	for _, t := range all {
		c.parent[t.org] = t.parent
		if t.Key == "" {
			continue
		}
		if c.decided[t.org] == nil {
			c.decided[t.org] = map[string]Role{}
		}
		t.body = "{}"
		if c.decided[t.org][t.Key], err = t.row.role(); err != nil {
			return c, err
		}
	}
	return c, nil
}

func bindPerson(p *person) []any { return []any{&p.id, &p.name, &p.org, &p.house, &p.level} }

const personColumns = `h.id, h.name, h.org, o.name, h.level
	FROM governance_holder_view h JOIN governance_org_view o ON o.id = h.org`

// people lists who has an account in the organisations that root sees, and above.
func (s store) people(ctx context.Context, q db.Querier, root ospo.OrgID) ([]person, error) {
	return db.All(ctx, q, bindPerson, `
		SELECT `+personColumns+` WHERE h.ended = '' AND h.org IN (`+kin+`) ORDER BY h.folded COLLATE "de-x-icu", h.id`, root, root)
}

// these lists people by their ids.
func (s store) these(ctx context.Context, q db.Querier, ids []ospo.PersonID) ([]person, error) {
	var args []any
	for _, id := range ids {
		args = append(args, id)
	}
	return db.All(ctx, q, bindPerson, `
		SELECT `+personColumns+`
		WHERE h.ended = '' AND h.id IN (`+db.In(1, len(ids))+`) -- every organisation: people of other houses who hold a role in ours`, args...)
}

// A place is an organisation with its name.
type place struct {
	id   ospo.OrgID
	name string
}

// places lists the organisations that root sees, by name.
func (s store) places(ctx context.Context, q db.Querier, root ospo.OrgID) ([]place, error) {
	return db.All(ctx, q, func(p *place) []any { return []any{&p.id, &p.name} }, `
		SELECT o.id, o.name FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.org
		WHERE c.root = $1 ORDER BY o.name COLLATE "de-x-icu", o.id`, root)
}

// seats lists the mandates in force in the organisations that root sees, and above, of
// people who have an account.
func (s store) seats(ctx context.Context, root ospo.OrgID, today string) ([]Mandate, error) {
	return db.All(ctx, s.db.Read(), bindMandate, `
		SELECT `+mandateColumns+mandateTables+`
		WHERE m.org IN (SELECT org FROM governance_scope_view WHERE root = $3 UNION SELECT root FROM governance_scope_view WHERE org = $4)
		AND h.ended = '' AND m.ended = '' AND m.since <= $5 AND (m.until = '' OR m.until >= $6)
		ORDER BY m.role, h.name COLLATE "de-x-icu", m.id`, today, today, root, root, today, today)
}
