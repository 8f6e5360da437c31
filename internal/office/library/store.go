// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package library

import (
	"context"
	"slices"

	"allmende/internal/engine/market"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the editions kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

const textColumns = `t.id, t.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = t.org), ''), t.version, t.body, ` + restColumns

// headColumns leave the text out, which may be long.
const headColumns = `t.id, t.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = t.org), ''), t.version, '', ` + restColumns

const restColumns = `t.reason,
	t.person, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.person), ''), t.created,
	t.enacted, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.enactor), ''),
	t.retired, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.retirer), '') FROM library_text t`

func bindText(t *Text) []any {
	return []any{&t.ID, &t.Org, &t.OrgName, &t.Version, &t.Body, &t.Reason, &t.Person, &t.PersonName, &t.Created, &t.Enacted, &t.EnactorName, &t.Retired, &t.RetirerName}
}

// mostTexts bounds a list; the latest count.
const mostTexts = 200

// list returns those of the organisations that root sees, the latest first, without their text.
func (s store) list(ctx context.Context, root ospo.OrgID) ([]Text, error) {
	return db.All(ctx, s.db.Read(), bindText, `SELECT `+headColumns+`
		WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) ORDER BY t.created DESC, t.id DESC LIMIT $2`, root, mostTexts)
}

// some returns those of the ids that are editions of organisations that root sees, without their text.
func (s store) some(ctx context.Context, root ospo.OrgID, ids []string) ([]Text, error) {
	in, list := db.Among(s.db, "t.id", 2, ids)
	return db.All(ctx, s.db.Read(), bindText, `SELECT `+headColumns+`
		WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+in, root, list)
}

// one returns an edition of an organisation that root sees, and one in force above it.
func (s store) one(ctx context.Context, root ospo.OrgID, id string) (Text, error) {
	return db.One(ctx, s.db.Read(), bindText, `SELECT `+textColumns+`
		WHERE t.id = $1 AND (t.org IN (SELECT org FROM governance_scope_view WHERE root = $2)
			OR t.enacted <> '' AND t.retired = '' AND t.org IN (SELECT root FROM governance_scope_view WHERE org = $3))`, id, root, root)
}

// written returns the edition that a paper of an organisation names: by the id of its text; else,
// where the paper is older or came from elsewhere, that of the number and the sum if there is one,
// its own or the nearest above it, or the only one, since it may have been moved below others.
func (s store) written(ctx context.Context, org ospo.OrgID, p market.Pin) (Text, error) {
	version := p.Version
	if p.Text != "" {
		all, err := db.All(ctx, s.db.Read(), bindText, `SELECT `+textColumns+` WHERE t.id = $1 AND t.version = $2 AND t.enacted <> ''
			-- every organisation: who has the paper has the text`, p.Text, version)
		if err != nil || len(all) > 0 {
			return append(all, Text{})[0], err
		}
	}
	other := func(t Text) bool { return p.Sum != "" && t.sum() != p.Sum }
	near, err := db.All(ctx, s.db.Read(), bindText, `SELECT `+textColumns+`
		JOIN governance_scope_view c ON c.root = t.org WHERE c.org = $1 AND t.version = $2`+nearest, org, version)
	near = slices.DeleteFunc(near, other)
	if err == nil && len(near) == 0 {
		near, err = db.All(ctx, s.db.Read(), bindText, `SELECT `+textColumns+` WHERE t.version = $1 AND t.enacted <> '' LIMIT 100
			-- every organisation: who has the paper has the text`, version)
		if near = slices.DeleteFunc(near, other); len(near) > 1 {
			err = notFound() // nobody can say which
		}
	}
	if err == nil && len(near) == 0 {
		err = notFound()
	}
	if err != nil {
		return Text{}, err
	}
	return near[0], nil
}

// nearest orders by whose it is: who has more organisations above it is nearer.
const nearest = ` ORDER BY (SELECT count(*) FROM governance_scope_view a WHERE a.org = t.org) DESC, t.enacted DESC, t.id DESC`

// inForce lists what is in force for an organisation, the nearest first.
func (s store) inForce(ctx context.Context, org ospo.OrgID) ([]Text, error) {
	return db.All(ctx, s.db.Read(), bindText, `SELECT `+textColumns+`
		JOIN governance_scope_view c ON c.root = t.org WHERE c.org = $1 AND t.enacted <> '' AND t.retired = ''`+nearest, org)
}

// latest is the highest number that begins with a day, of an organisation, those above and those
// below it.
func (s store) latest(ctx context.Context, q db.Querier, org ospo.OrgID, from, to int) (int, error) {
	return db.Count(ctx, q, `SELECT coalesce(max(version), 0) FROM library_text
		WHERE (org IN (SELECT org FROM governance_scope_view WHERE root = $1) OR org IN (SELECT root FROM governance_scope_view WHERE org = $2)) AND version BETWEEN $3 AND $4`, org, org, from, to)
}

// busy counts what somebody has written that waits, or has a number from a day on.
func (s store) busy(ctx context.Context, q db.Querier, t Text, from int) (int, error) {
	return db.Count(ctx, q, `SELECT count(*) FROM library_text WHERE org = $1 AND person = $2 AND (enacted = '' AND retired = '' OR version > $3)`, t.Org, t.Person, from)
}

func (s store) add(ctx context.Context, tx *db.Tx, t Text) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO library_text (id, org, version, body, reason, person, created, enacted, enactor, retired, retirer)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '', '')`, t.ID, t.Org, t.Version, t.Body, t.Reason, t.Person, tx.Now)
	return err
}

// enact brings a draft into force and takes what was in force of its organisation out of it; it
// reports whether it still was a draft.
func (s store) enact(ctx context.Context, tx *db.Tx, t Text, by ospo.PersonID) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE library_text SET enacted = $1, enactor = $2 WHERE org = $3 AND id = $4 AND enacted = '' AND retired = ''`, tx.Now, by, t.Org, t.ID)
	if err != nil {
		return false, err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE library_text SET retired = $1, retirer = $2 WHERE org = $3 AND id <> $4 AND enacted <> '' AND retired = ''`, tx.Now, by, t.Org, t.ID)
	return true, err
}

// retire reports whether it still stood as the caller saw it.
func (s store) retire(ctx context.Context, tx *db.Tx, t Text, by ospo.PersonID) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE library_text SET retired = $1, retirer = $2 WHERE org = $3 AND id = $4 AND retired = '' AND enacted = $5`, tx.Now, by, t.Org, t.ID, t.Enacted)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}
