// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"database/sql"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const mappingColumns = `m.id, m.org, m.source, m.value, m.target, o.name, m.level`

func bindMapping(m *Mapping) []any {
	return []any{&m.ID, &m.Org, &m.Source, &m.Value, &m.Target, &m.TargetName, &m.Level}
}

// mappings lists those of one source, as far as their targets still lie within the
// organisation whose source it is.
func (s store) mappings(ctx context.Context, q db.Querier, org ospo.OrgID, source string) ([]Mapping, error) {
	return db.All(ctx, q, bindMapping, `
		SELECT `+mappingColumns+` FROM identity_mapping m JOIN governance_org_view o ON o.id = m.target
		JOIN governance_scope_view c ON c.root = m.org AND c.org = m.target
		WHERE m.org = $1 AND m.source = $2 ORDER BY m.id LIMIT $3`, org, source, mostMappings)
}

// posts lists the roles that groups of one source give, as mappings does levels.
func (s store) posts(ctx context.Context, q db.Querier, org ospo.OrgID, source string) ([]Mapping, error) {
	return db.All(ctx, q, bindMeaning, `
		SELECT m.id, m.org, m.source, m.value, m.target, o.name, '', m.role FROM identity_post m JOIN governance_org_view o ON o.id = m.target
		JOIN governance_scope_view c ON c.root = m.org AND c.org = m.target
		WHERE m.org = $1 AND m.source = $2 ORDER BY m.id LIMIT $3`, org, source, mostMappings)
}

// giving counts the groups of a mapping's source that give the same role in the same organisation.
func (s store) giving(ctx context.Context, q db.Querier, m Mapping) (int, error) {
	return db.Count(ctx, q, `
		SELECT count(*) FROM identity_post WHERE org = $1 AND source = $2 AND target = $3 AND role = $4`, m.Org, m.Source, m.Target, m.Role)
}

func bindMeaning(m *Mapping) []any { return append(bindMapping(m), &m.Role) }

// meanings are levels and roles together, of the organisations that root sees.
const meanings = `
	SELECT m.id, m.org, m.source, m.value, m.target, o.name, m.level, m.role
	FROM (SELECT id, org, source, value, target, level, '' AS role FROM identity_mapping
		UNION ALL SELECT id, org, source, value, target, '', role FROM identity_post) m
	JOIN governance_org_view o ON o.id = m.target
	WHERE m.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

// mappingsIn lists those of the organisations that root sees.
func (s store) mappingsIn(ctx context.Context, root ospo.OrgID) ([]Mapping, error) {
	return db.All(ctx, s.db.Read(), bindMeaning, meanings+` ORDER BY m.source, m.value, m.id LIMIT $2`, root, 2*mostMappings)
}

func (s store) meaning(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Mapping, error) {
	return db.One(ctx, q, bindMeaning, meanings+` AND m.id = $2`, root, id)
}

func (s store) addMapping(ctx context.Context, tx *db.Tx, m Mapping) error {
	n, err := db.Count(ctx, tx, `
		SELECT (SELECT count(*) FROM identity_mapping WHERE org = $1) + (SELECT count(*) FROM identity_post WHERE org = $2)`, m.Org, m.Org)
	if err != nil || n >= mostMappings {
		return either(err, fault.At("value", "identity.mapping.many", mostMappings))
	}
	r, err := s.insertMapping(ctx, tx, m)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return either(err, fault.At("value", "identity.mapping.taken", m.Value))
	}
	return nil
}

func (s store) insertMapping(ctx context.Context, tx *db.Tx, m Mapping) (sql.Result, error) {
	if m.Role != "" {
		return tx.ExecContext(ctx, `
			INSERT INTO identity_post (id, org, source, value, target, role, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (org, source, value, target, role) DO NOTHING`, m.ID, m.Org, m.Source, m.Value, m.Target, m.Role, tx.Now)
	}
	return tx.ExecContext(ctx, `
		INSERT INTO identity_mapping (id, org, source, value, target, level, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org, source, value) DO NOTHING`, m.ID, m.Org, m.Source, m.Value, m.Target, m.Level, tx.Now)
}

// dropMapping takes one away that root sees and returns it.
func (s store) dropMapping(ctx context.Context, tx *db.Tx, root ospo.OrgID, id string) (Mapping, error) {
	m, err := s.meaning(ctx, tx, root, id)
	if err != nil {
		return m, err
	}
	if m.Role != "" {
		_, err = tx.ExecContext(ctx, `DELETE FROM identity_post WHERE id = $1 AND org = $2`, id, m.Org)
		return m, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM identity_mapping WHERE id = $1 AND org = $2`, id, m.Org)
	return m, err
}

// orgs lists the organisations that root sees, by name.
func (s store) orgs(ctx context.Context, root ospo.OrgID) ([]choice, error) {
	return db.All(ctx, s.db.Read(), func(c *choice) []any { return []any{&c.id, &c.name} }, `
		SELECT o.id, o.name FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.org
		WHERE c.root = $1 ORDER BY o.name COLLATE "de-x-icu", o.id LIMIT 1000`, root)
}

type choice struct{ id, name string }
