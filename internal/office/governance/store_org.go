// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"fmt"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A moment is where a kept time goes when a row is read.
type moment struct{ *time.Time }

// Scan reads a kept time.
func (m moment) Scan(v any) error {
	s, ok := v.(string)
	*m.Time = db.Time(s)
	if !ok || s != "" && m.IsZero() {
		return fmt.Errorf("%v is no kept time, want %s", v, db.Clock)
	}
	return nil
}

const orgColumns = `o.org, o.parent, o.name, o.kind, o.created`

func bindOrg(o *Org) []any {
	return []any{&o.ID, &o.Parent, &o.Name, &o.Kind, moment{&o.Created}}
}

func (s store) addOrg(ctx context.Context, tx *db.Tx, o Org) error {
	if err := s.turn(ctx, tx); err != nil {
		return err
	}
	r, err := tx.ExecContext(ctx, `
		INSERT INTO governance_org (org, parent, name, folded, kind, created) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org) DO NOTHING`,
		o.ID, o.Parent, o.Name, fold(o.Name), o.Kind, tx.Now)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errorOr(err, fault.At("id", "governance.org.id_taken", o.ID))
	}
	return s.rooting(ctx, tx, o)
}

// rooting lets an organisation, below which there is none yet, see itself, and those above see it.
func (s store) rooting(ctx context.Context, tx *db.Tx, o Org) error {
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

func (s store) changeOrg(ctx context.Context, tx *db.Tx, o Org) error {
	_, err := tx.ExecContext(ctx, `UPDATE governance_org SET name = $1, folded = $2, kind = $3, parent = $4 WHERE org = $5`,
		o.Name, fold(o.Name), o.Kind, o.Parent, o.ID)
	return err
}

// unhang takes the view of org and all below it from those above.
func (s store) unhang(ctx context.Context, tx *db.Tx, org ospo.OrgID) error {
	_, err := tx.ExecContext(ctx, `
		DELETE FROM governance_scope
		WHERE org IN (SELECT org FROM governance_scope WHERE root = $1)
		AND root NOT IN (SELECT org FROM governance_scope WHERE root = $2)`, org, org)
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
		SELECT count(*) FROM governance_scope WHERE org IN (SELECT org FROM governance_scope WHERE root = $1)
		GROUP BY org ORDER BY count(*) DESC LIMIT 1`, org)
	if err == nil && n > Deepest {
		err = fault.At("parent", "governance.org.deep", Deepest)
	}
	return err
}

func (s store) org(ctx context.Context, q db.Querier, id ospo.OrgID) (Org, error) {
	return db.One(ctx, q, bindOrg, `SELECT `+orgColumns+` FROM governance_org o WHERE o.org = $1`, id)
}

// isTop returns a fault unless an organisation has none above it.
func (s store) isTop(ctx context.Context, q db.Querier, id ospo.OrgID) error {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM governance_org WHERE org = $1 AND parent = ''`, id)
	if err == nil && n == 0 {
		err = fault.At("org", "governance.org.not_found")
	}
	return err
}

// tops lists the organisations that have none above them.
func (s store) tops(ctx context.Context) ([]Org, error) {
	return db.All(ctx, s.db.Read(), bindOrg, `
		SELECT `+orgColumns+` FROM governance_org o
		WHERE o.parent = '' -- every organisation: asked for the first account, when there is nobody yet
		ORDER BY o.name COLLATE "de-x-icu", o.org LIMIT 50`)
}

// path lists the organisations from root down to org, both included.
func (s store) path(ctx context.Context, root, org ospo.OrgID) ([]Org, error) {
	return db.All(ctx, s.db.Read(), bindOrg, `
		SELECT `+orgColumns+` FROM governance_scope down
		JOIN governance_scope up ON up.org = down.org
		JOIN governance_org o ON o.org = up.root
		WHERE down.root = $1 AND down.org = $2 AND up.root IN (SELECT org FROM governance_scope WHERE root = $3)
		ORDER BY (SELECT count(*) FROM governance_scope WHERE org = o.org)`, root, org, root)
}

// A unit is an organisation in the tree, with how many people are in it and how many
// organisations below it.
type unit struct {
	Org
	People, Below, Depth int
}

func bindUnit(u *unit) []any {
	return append(bindOrg(&u.Org), &u.People, &u.Below, &u.Depth)
}

const unitColumns = orgColumns + `,
	(SELECT count(*) FROM governance_person p WHERE p.org = o.org AND p.ended = ''),
	(SELECT count(*) - 1 FROM governance_scope d WHERE d.root = o.org),
	(SELECT count(*) FROM governance_scope u WHERE u.org = o.org) AS depth`

// units lists the organisations that root sees, at most limit, the upper levels first.
// Depth counts from the very top.
func (s store) units(ctx context.Context, root ospo.OrgID, limit int) ([]unit, error) {
	return db.All(ctx, s.db.Read(), bindUnit, `
		SELECT `+unitColumns+` FROM governance_scope c JOIN governance_org o ON o.org = c.org
		WHERE c.root = $1 ORDER BY depth, o.name COLLATE "de-x-icu", o.org LIMIT $2`, root, limit)
}

// children lists what lies directly below an organisation.
func (s store) children(ctx context.Context, org ospo.OrgID, limit int) ([]unit, error) {
	return db.All(ctx, s.db.Read(), bindUnit, `
		SELECT `+unitColumns+` FROM governance_org o
		WHERE o.parent = $1 -- every organisation: the caller has asked whether the viewer sees the parent
		ORDER BY o.name COLLATE "de-x-icu", o.org LIMIT $2`, org, limit)
}

// orgsAfter lists the organisations that root sees by id, for programs.
func (s store) orgsAfter(ctx context.Context, root ospo.OrgID, after string, limit int) ([]Org, error) {
	return db.All(ctx, s.db.Read(), bindOrg, `
		SELECT `+orgColumns+` FROM governance_scope c JOIN governance_org o ON o.org = c.org
		WHERE c.root = $1 AND c.org > $2 ORDER BY c.org LIMIT $3`, root, after, limit)
}

// all lists every organisation, the upper levels first.
func (s store) all(ctx context.Context) ([]Org, error) {
	return db.All(ctx, s.db.Read(), bindOrg, `
		SELECT `+orgColumns+` FROM governance_org o -- every organisation: for the command line, which opens the database itself
		ORDER BY (SELECT count(*) FROM governance_scope WHERE org = o.org), o.name COLLATE "de-x-icu", o.org`)
}

// A thing is something that an id in the log stands for.
type thing struct{ id, kind, name string }

// things returns those of the ids that stand for something that root sees.
func (s store) things(ctx context.Context, root ospo.OrgID, ids []string) ([]thing, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var out []thing
	for _, query := range []string{
		`SELECT org, 'org', name FROM governance_org WHERE org IN (SELECT org FROM governance_scope WHERE root = $1) AND org IN (`,
		`SELECT id, 'person', name FROM governance_person WHERE org IN (SELECT org FROM governance_scope WHERE root = $1) AND id IN (`,
		`SELECT id, 'token', name FROM governance_token WHERE org IN (SELECT org FROM governance_scope WHERE root = $1) AND id IN (`,
	} {
		some, err := db.All(ctx, s.db.Read(), func(t *thing) []any { return []any{&t.id, &t.kind, &t.name} },
			query+db.In(2, len(ids))+`)`, append([]any{root}, bare(ids)...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}
