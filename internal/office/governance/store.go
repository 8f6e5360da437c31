// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the organisations and people kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

// reach returns a fault unless an organisation lies within what from sees. Only the
// instance itself reaches everything, and what lies above the top.
func (s store) reach(ctx context.Context, q db.Querier, from, org ospo.OrgID) error {
	if from == System && org == "" {
		return nil
	}
	n, err := db.Count(ctx, q, `
		SELECT count(*) FROM governance_scope WHERE org = $1 AND (root = $2 OR $3 = 'system' AND root = org)`, org, from, from)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "governance.org.not_found")
	}
	return err
}

func (s store) addOrg(ctx context.Context, tx *db.Tx, o Org) error {
	if err := s.turn(ctx, tx); err != nil {
		return err
	}
	r, err := tx.ExecContext(ctx, `
		INSERT INTO governance_org (org, parent, name, folded, kind, created) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org) DO NOTHING`,
		o.ID, o.Parent, o.Name, strings.ToLower(o.Name), o.Kind, tx.Now)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return fault.Because(err, fault.Conflict, "governance.org.id_taken", o.ID)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO governance_scope (root, org) VALUES ($1, $2)`, o.ID, o.ID); err != nil {
		return err
	}
	return s.hang(ctx, tx, o.Parent, o.ID)
}

// turn makes changes of the tree wait for each other.
func (s store) turn(ctx context.Context, tx *db.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE governance_tree SET version = version + 1 WHERE one = 1`)
	return err
}

// hang lets all organisations from parent upwards see org and all below it.
func (s store) hang(ctx context.Context, tx *db.Tx, parent, org ospo.OrgID) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO governance_scope (root, org)
		SELECT up.root, down.org FROM governance_scope up, governance_scope down
		WHERE up.org = $1 AND down.root = $2`, parent, org); err != nil {
		return err
	}
	n, err := db.Count(ctx, tx, `
		SELECT count(*) FROM governance_scope up WHERE up.org IN (SELECT org FROM governance_scope WHERE root = $1)
		GROUP BY up.org ORDER BY count(*) DESC LIMIT 1`, org)
	if err == nil && n > Deepest {
		err = fault.At("parent", "governance.org.deep", Deepest)
	}
	return err
}

func (s store) addPerson(ctx context.Context, tx *db.Tx, p Person) error {
	r, err := tx.ExecContext(ctx, `
		INSERT INTO governance_person (id, org, login, name, folded, level, created, ended) VALUES ($1, $2, $3, $4, $5, $6, $7, '')
		ON CONFLICT DO NOTHING`,
		p.ID, p.Org, p.Login, p.Name, strings.ToLower(p.Name), p.Level, tx.Now)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return fault.At("login", "governance.login_taken", p.Login)
	}
	return nil
}
