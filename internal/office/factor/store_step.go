// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"
	"database/sql"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// addStep keeps that somebody has shown a first factor, and sweeps out what is over.
func (s store) addStep(ctx context.Context, tx *db.Tx, sum string, m member, back string, expires time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: what is over is nobody's
		DELETE FROM factor_step WHERE expires < $1`, tx.Now); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO factor_step (sum, org, person, back, expires) VALUES ($1, $2, $3, $4, $5)`, sum, m.org, m.person, back, stamp(expires))
	return err
}

func (s store) step(ctx context.Context, q db.Querier, sum string, now time.Time) (step, error) {
	return db.One(ctx, q, func(t *step) []any { return []any{&t.person, &t.org, &t.name, &t.login, &t.orgName, &t.back} }, `
		SELECT t.person, a.org, a.name, a.login, o.name, t.back
		FROM factor_step t JOIN governance_account_view a ON a.id = t.person JOIN governance_org_view o ON o.id = a.org
		WHERE t.sum = $1 AND t.expires > $2 -- every organisation: the secret says whose it is`, sum, stamp(now))
}

func (s store) dropStep(ctx context.Context, tx *db.Tx, sum string) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the secret says whose it is
		DELETE FROM factor_step WHERE sum = $1`, sum)
	return err
}

func (s store) setRule(ctx context.Context, tx *db.Tx, org ospo.OrgID, rule string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO factor_rule (org, who, changed) VALUES ($1, $2, $3)
		ON CONFLICT (org) DO UPDATE SET who = excluded.who, changed = excluded.changed`, org, rule, tx.Now)
	return err
}

// rules returns the rules of an organisation and of those above it.
func (s store) rules(ctx context.Context, org ospo.OrgID) (map[ospo.OrgID]string, error) {
	out := map[ospo.OrgID]string{}
	type row struct {
		org ospo.OrgID
		who string
	}
	for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.org, &r.who} }, `
		SELECT y.org, y.who FROM factor_rule y JOIN governance_scope_view c ON c.root = y.org
		WHERE c.org = $1`, org) {
		if err != nil {
			return nil, err
		}
		out[r.org] = r.who
	}
	return out, nil
}

// A Bearer is a person with an account and what second factors they have.
type Bearer struct {
	Person        ospo.PersonID
	Name, OrgName string
	State
}

// bearers lists the people with accounts that root sees, by name.
func (s store) bearers(ctx context.Context, root ospo.OrgID, after []string, limit int) ([]Bearer, error) {
	name, id := "", ""
	if after != nil {
		name, id = after[0], after[1]
	}
	app := ""
	bind := func(b *Bearer) []any { return []any{&b.Person, &b.Name, &b.OrgName, &app, &b.Passkeys, &b.Codes} }
	var out []Bearer
	for b, err := range db.Each(ctx, s.db.Read(), bind, `
		SELECT a.id, a.name, o.name, coalesce(f.created, ''),
			(SELECT count(*) FROM factor_key k WHERE k.person = a.id), (SELECT count(*) FROM factor_code c WHERE c.person = a.id)
		FROM governance_account_view a JOIN governance_org_view o ON o.id = a.org LEFT JOIN factor_app f ON f.person = a.id
		WHERE a.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
		AND ($2 = '' OR a.name COLLATE "de-x-icu" > $3 OR a.name = $4 AND a.id > $5)
		ORDER BY a.name COLLATE "de-x-icu", a.id LIMIT $6`, root, id, name, name, id, limit) {
		if err != nil {
			return nil, err
		}
		if app != "" {
			b.App = db.Time(app)
		}
		out = append(out, b)
	}
	return out, nil
}

// covered counts the people with accounts that root sees, and those of them with a second factor.
func (s store) covered(ctx context.Context, root ospo.OrgID) (all, with int, err error) {
	const people = `SELECT count(*) FROM governance_account_view a WHERE a.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`
	if all, err = db.Count(ctx, s.db.Read(), people, root); err != nil {
		return 0, 0, err
	}
	with, err = db.Count(ctx, s.db.Read(), people+` AND (EXISTS (SELECT 1 FROM factor_app f WHERE f.person = a.id) OR EXISTS (SELECT 1 FROM factor_key k WHERE k.person = a.id))`, root)
	return all, with, err
}

// changed reports whether a statement changed a row.
func changed(r sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}
