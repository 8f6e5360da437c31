// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the competences kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

// sees reports whether an organisation lies within what root sees.
func (s store) sees(ctx context.Context, q db.Querier, root, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	return n > 0, err
}

// scope lists an organisation and all below it.
func (s store) scope(ctx context.Context, q db.Querier, org ospo.OrgID) ([]string, error) {
	return db.Texts(ctx, q, `SELECT org FROM governance_scope_view WHERE root = $1`, org)
}

// places lists the organisations that root sees, by name.
func (s store) places(ctx context.Context, root ospo.OrgID) ([]Person, error) {
	return db.All(ctx, s.db.Read(), func(p *Person) []any { return []any{&p.Org, &p.House} }, `
		SELECT o.id, o.name FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.org
		WHERE c.root = $1 ORDER BY o.name COLLATE "de-x-icu", o.id`, root)
}

const versionColumns = `v.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = v.org), ''), v.key, v.version, CASE WHEN v.state = 'retired' THEN 1 ELSE 0 END,
	v.name_de, v.name_en, v.about_de, v.about_en, v.years, v.reason, v.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = v.person), ''), v.created`

type versionRow struct {
	Competence
	retired int
}

func bindVersion(r *versionRow) []any {
	return []any{&r.Org, &r.OrgName, &r.Key, &r.Version, &r.retired, &r.Name.DE, &r.Name.EN, &r.About.DE, &r.About.EN, &r.Years, &r.Reason, &r.Person, &r.Maker, &r.Created}
}

// versions lists the versions of a competence that organisations at or above org decided,
// the one that applies last. An empty key lists those of all.
func (s store) versions(ctx context.Context, q db.Querier, org ospo.OrgID, key string) ([]Competence, error) {
	rows, err := db.All(ctx, q, bindVersion, `
		SELECT `+versionColumns+` FROM governance_scope_view c JOIN competence_version v ON v.org = c.root
		WHERE c.org = $1 AND ($2 = '' OR v.key = $3)
		ORDER BY v.key, (SELECT count(*) FROM governance_scope_view u WHERE u.org = v.org), v.version`, org, key, key)
	var out []Competence
	for _, r := range rows {
		r.Retired = r.retired == 1
		out = append(out, r.Competence)
	}
	return out, err
}

func (s store) addVersion(ctx context.Context, tx *db.Tx, org ospo.OrgID, c Competence) error {
	state := "active"
	if c.Retired {
		state = "retired"
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO competence_version (org, key, version, state, name_de, name_en, about_de, about_en, years, reason, person, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		org, c.Key, c.Version, state, c.Name.DE, c.Name.EN, c.About.DE, c.About.EN, c.Years, c.Reason, tx.Act.Person, tx.Now)
	return err
}

func bindNeed(n *Need) []any {
	return []any{&n.Role, &n.Competence, &n.Level, &n.Version, &n.Reason, &n.Maker, &n.Created}
}

// needs lists what organisations at or above org decided, the one that applies last.
func (s store) needs(ctx context.Context, q db.Querier, org ospo.OrgID) ([]Need, error) {
	return db.All(ctx, q, bindNeed, `
		SELECT n.role, n.competence, n.level, n.version, n.reason,
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = n.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)), ''), n.created
		FROM governance_scope_view c JOIN competence_need n ON n.org = c.root
		WHERE c.org = $2
		ORDER BY n.role, n.competence, (SELECT count(*) FROM governance_scope_view u WHERE u.org = n.org), n.version`, org, org)
}

// addNeed keeps a need as the next version after all that apply.
func (s store) addNeed(ctx context.Context, tx *db.Tx, org ospo.OrgID, n Need) error {
	last, err := db.Count(ctx, tx, `
		SELECT coalesce(max(n.version), 0) FROM governance_scope_view c JOIN competence_need n ON n.org = c.root
		WHERE c.org = $1 AND n.role = $2 AND n.competence = $3`, org, n.Role, n.Competence)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO competence_need (org, role, competence, version, level, reason, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		org, n.Role, n.Competence, max(last, Shipped.Version)+1, n.Level, n.Reason, tx.Act.Person, tx.Now)
	return err
}
