// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procedure

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the definitions kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

const textColumns = `t.id, t.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = t.org), ''), t.name, t.version, t.body, ` + restColumns

// headColumns leave the text out, which may be long.
const headColumns = `t.id, t.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = t.org), ''), t.name, t.version, '', ` + restColumns

const restColumns = `t.reason,
	t.person, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.person), ''), t.created,
	t.enacted, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.enactor), ''),
	t.retired, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.retirer), '') FROM procedure_text t`

func bindText(t *Text) []any {
	return []any{&t.ID, &t.Org, &t.OrgName, &t.Name, &t.Version, &t.Body, &t.Reason, &t.Person, &t.PersonName, &t.Created, &t.Enacted, &t.EnactorName, &t.Retired, &t.RetirerName}
}

// mostTexts bounds a list; the latest count.
const mostTexts = 500

// list returns those of the organisations that root sees, the latest first, without their text.
func (s store) list(ctx context.Context, root ospo.OrgID) ([]Text, error) {
	return db.All(ctx, s.db.Read(), bindText, `SELECT `+headColumns+`
		WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) ORDER BY t.created DESC, t.id DESC LIMIT $2`, root, mostTexts)
}

// some returns those of the ids that are texts of organisations that root sees, without the texts.
func (s store) some(ctx context.Context, root ospo.OrgID, ids []string) ([]Text, error) {
	in, list := db.Among(s.db, "t.id", 2, ids)
	return db.All(ctx, s.db.Read(), bindText, `SELECT `+headColumns+`
		WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+in, root, list)
}

func (s store) one(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Text, error) {
	return db.One(ctx, q, bindText, `SELECT `+textColumns+`
		WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND t.id = $2`, root, id)
}

// written returns the version of a procedure that a case of an organisation names: its own or the
// nearest above it; else, since it may have been moved below others, the only one of that number.
func (s store) written(ctx context.Context, org ospo.OrgID, name string, version int) (Text, error) {
	near, err := db.All(ctx, s.db.Read(), bindText, `SELECT `+textColumns+`
		JOIN governance_scope_view c ON c.root = t.org WHERE c.org = $1 AND t.name = $2 AND t.version = $3
		ORDER BY (SELECT count(*) FROM governance_scope_view a WHERE a.org = t.org) DESC`, org, name, version)
	if err == nil && len(near) == 0 {
		near, err = db.All(ctx, s.db.Read(), bindText, `SELECT `+textColumns+` WHERE t.name = $1 AND t.version = $2 AND t.enacted <> '' LIMIT 2
			-- every organisation: who has the case has the text`, name, version)
		if len(near) > 1 {
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

// inForce lists what is in force for an organisation: its own and that of those above it, the
// later enacted last.
func (s store) inForce(ctx context.Context, org ospo.OrgID) ([]Text, error) {
	return db.All(ctx, s.db.Read(), bindText, `SELECT `+textColumns+`
		JOIN governance_scope_view c ON c.root = t.org WHERE c.org = $1 AND t.enacted <> '' AND t.retired = '' ORDER BY t.enacted, t.id`, org)
}

// versions is the highest number of a procedure that begins with a day, of an organisation, those
// above and those below it.
func (s store) versions(ctx context.Context, q db.Querier, t Text, from, to int) (int, error) {
	return db.Count(ctx, q, `SELECT coalesce(max(version), 0) FROM procedure_text
		WHERE (org IN (SELECT org FROM governance_scope_view WHERE root = $1) OR org IN (SELECT root FROM governance_scope_view WHERE org = $2)) AND name = $3 AND version BETWEEN $4 AND $5`,
		t.Org, t.Org, t.Name, from, to)
}

// busy counts what somebody has written that waits, or has a number from a day on.
func (s store) busy(ctx context.Context, q db.Querier, t Text, from int) (int, error) {
	return db.Count(ctx, q, `SELECT count(*) FROM procedure_text WHERE org = $1 AND person = $2 AND (enacted = '' AND retired = '' OR version > $3)`, t.Org, t.Person, from)
}

func (s store) add(ctx context.Context, tx *db.Tx, t Text) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO procedure_text (id, org, name, version, body, reason, person, created, enacted, enactor, retired, retirer)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', '')`, t.ID, t.Org, t.Name, t.Version, t.Body, t.Reason, t.Person, tx.Now)
	return err
}

// enact brings a draft into force; it reports whether it still was one.
func (s store) enact(ctx context.Context, tx *db.Tx, t Text, by ospo.PersonID) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE procedure_text SET enacted = $1, enactor = $2 WHERE org = $3 AND id = $4 AND enacted = '' AND retired = ''`, tx.Now, by, t.Org, t.ID)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// retireOthers takes what was in force of the same procedure out of it.
func (s store) retireOthers(ctx context.Context, tx *db.Tx, t Text, by ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `UPDATE procedure_text SET retired = $1, retirer = $2 WHERE org = $3 AND name = $4 AND id <> $5 AND enacted <> '' AND retired = ''`, tx.Now, by, t.Org, t.Name, t.ID)
	return err
}

// retire reports whether it still stood as the caller saw it.
func (s store) retire(ctx context.Context, tx *db.Tx, t Text, by ospo.PersonID) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE procedure_text SET retired = $1, retirer = $2 WHERE org = $3 AND id = $4 AND retired = '' AND enacted = $5`, tx.Now, by, t.Org, t.ID, t.Enacted)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}
