// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the papers kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

// sees reports whether an organisation lies within what root sees.
func (s store) sees(ctx context.Context, root, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	return n > 0, err
}

// A place is an organisation with its name.
type place struct{ id, name string }

// places lists the organisations that root sees, by name.
func (s store) places(ctx context.Context, root ospo.OrgID) ([]place, error) {
	return db.All(ctx, s.db.Read(), func(p *place) []any { return []any{&p.id, &p.name} }, `
		SELECT o.id, o.name FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.org
		WHERE c.root = $1 ORDER BY o.name COLLATE "de-x-icu", o.id`, root)
}

const paperColumns = `p.id, p.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = p.org), ''), p.kind, p.title, p.matter, p.person,
	coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = p.person), ''), p.created, e.n, e.changed, e.frozen, e.sum`

func bindPaper(p *Paper) []any {
	return []any{&p.ID, &p.Org, &p.OrgName, &p.Kind, &p.Title, &p.Case, &p.Person, &p.Name, &p.Created, &p.Edition, &p.Changed, &p.Frozen, &p.Sum}
}

// newest joins the last edition of each paper.
const newest = ` FROM procurement_paper p JOIN procurement_edition e ON e.paper = p.id AND e.org = p.org
	AND e.n = (SELECT max(l.n) FROM procurement_edition l WHERE l.paper = p.id)`

// one returns a paper of an organisation that root sees.
func (s store) one(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Paper, error) {
	return db.One(ctx, q, bindPaper, `SELECT `+paperColumns+newest+`
		WHERE p.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND p.id = $2`, root, id)
}

// list returns the papers that root sees, the latest first, below an id where one is given.
func (s store) list(ctx context.Context, root ospo.OrgID, after string, most int) ([]Paper, error) {
	return db.All(ctx, s.db.Read(), bindPaper, `SELECT `+paperColumns+newest+`
		WHERE p.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND (CAST($2 AS TEXT) = '' OR p.id < $3)
		ORDER BY p.id DESC LIMIT $4`, root, after, after, most)
}

// ofCase lists the papers of a case that root sees, in the order in which they were begun.
func (s store) ofCase(ctx context.Context, root ospo.OrgID, id string, most int) ([]Paper, error) {
	return db.All(ctx, s.db.Read(), bindPaper, `SELECT `+paperColumns+newest+`
		WHERE p.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND p.matter = $2 ORDER BY p.id LIMIT $3`, root, id, most)
}

func (s store) count(ctx context.Context, root ospo.OrgID) (int, error) {
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM procurement_paper WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1)`, root)
}

func (s store) add(ctx context.Context, tx *db.Tx, p Paper) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO procurement_paper (id, org, kind, title, matter, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.ID, p.Org, p.Kind, p.Title, p.Case, p.Person, tx.Now)
	return err
}

func (s store) describe(ctx context.Context, tx *db.Tx, p Paper) error {
	_, err := tx.ExecContext(ctx, `UPDATE procurement_paper SET title = $1, matter = $2 WHERE org = $3 AND id = $4`, p.Title, p.Case, p.Org, p.ID)
	return err
}

func bindEdition(e *Edition) []any {
	return []any{&e.Paper, &e.Org, &e.N, &e.Reason, &e.Body, &e.Sum, &e.Person, &e.Name, &e.Changed, &e.Frozen}
}

const editionColumns = `e.paper, e.org, e.n, e.reason, e.body, e.sum, e.person,
	coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = e.person), ''), e.changed, e.frozen FROM procurement_edition e`

// editions lists those of a paper, the last first.
func (s store) editions(ctx context.Context, q db.Querier, p Paper) ([]Edition, error) {
	return db.All(ctx, q, bindEdition, `SELECT `+editionColumns+` WHERE e.org = $1 AND e.paper = $2 ORDER BY e.n DESC`, p.Org, p.ID)
}

// logged lists what the log knows of the sums of a paper, in its order.
func (s store) logged(ctx context.Context, q db.Querier, p Paper) ([][2]string, error) {
	return db.All(ctx, q, func(e *[2]string) []any { return []any{&e[0], &e[1]} }, `
		SELECT what, diff FROM log_entry_view
		WHERE org = $1 AND thing = $2 AND what IN ('procurement.freeze', 'procurement.try', 'procurement.reseal') AND diff <> '' ORDER BY n`, p.Org, p.ID)
}

func (s store) addEdition(ctx context.Context, tx *db.Tx, e Edition) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO procurement_edition (paper, org, n, reason, body, sum, person, changed, frozen) VALUES ($1, $2, $3, $4, $5, '', $6, $7, '')`,
		e.Paper, e.Org, e.N, e.Reason, e.Body, e.Person, tx.Now)
	return err
}

// setDraft writes a draft that nobody has changed or frozen since the caller saw it.
func (s store) setDraft(ctx context.Context, tx *db.Tx, e Edition, seen string) (bool, error) {
	frozen := ""
	if e.Sum != "" {
		frozen = tx.Now
	}
	r, err := tx.ExecContext(ctx, `
		UPDATE procurement_edition SET body = $1, sum = $2, person = $3, changed = $4, frozen = $5
		WHERE org = $6 AND paper = $7 AND n = $8 AND frozen = '' AND changed = $9`,
		e.Body, e.Sum, e.Person, tx.Now, frozen, e.Org, e.Paper, e.N, seen)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

func bindTrial(t *Trial) []any {
	return []any{&t.ID, &t.Org, &t.Paper, &t.N, &t.Person, &t.Name, &t.Created, &t.Body, &t.Sum}
}

const trialColumns = `t.id, t.org, t.paper, t.n, t.person,
	coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.person), ''), t.created, t.body, t.sum FROM procurement_trial t`

// trials lists those of a paper, the latest first, without what is in them.
func (s store) trials(ctx context.Context, p Paper, most int) ([]Trial, error) {
	return db.All(ctx, s.db.Read(), bindTrial, `
		SELECT t.id, t.org, t.paper, t.n, t.person, coalesce((SELECT h.name FROM governance_person_view h WHERE h.id = t.person), ''), t.created, '', t.sum
		FROM procurement_trial t WHERE t.org = $1 AND t.paper = $2 ORDER BY t.id DESC LIMIT $3`, p.Org, p.ID, most)
}

// trial returns one of an organisation that root sees.
func (s store) trial(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Trial, error) {
	return db.One(ctx, q, bindTrial, `SELECT `+trialColumns+`
		WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND t.id = $2`, root, id)
}

func (s store) addTrial(ctx context.Context, tx *db.Tx, t Trial) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO procurement_trial (id, org, paper, n, person, created, body, sum) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.ID, t.Org, t.Paper, t.N, t.Person, tx.Now, t.Body, t.Sum)
	return err
}

// titles returns those of the ids that are papers of organisations that root sees.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) ([]Paper, error) {
	in, list := db.Among(s.db, "p.id", 2, ids)
	return db.All(ctx, s.db.Read(), func(p *Paper) []any { return []any{&p.ID, &p.Title, &p.Kind} }, `
		SELECT p.id, p.title, p.kind FROM procurement_paper p WHERE p.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+in, root, list)
}

// namingEditions lists the frozen editions in which a word stands.
func (s store) namingEditions(ctx context.Context, q db.Querier, word string) ([]Edition, error) {
	return db.All(ctx, q, bindEdition, `SELECT `+editionColumns+` WHERE e.sum <> '' AND replace(e.body, CAST($1 AS TEXT), '') <> e.body
		-- every organisation: who is erased is erased everywhere`, word)
}

// namingTrials lists the trials in which a word stands.
func (s store) namingTrials(ctx context.Context, q db.Querier, word string) ([]Trial, error) {
	return db.All(ctx, q, bindTrial, `SELECT `+trialColumns+` WHERE replace(t.body, CAST($1 AS TEXT), '') <> t.body
		-- every organisation: who is erased is erased everywhere`, word)
}

func (s store) sumEdition(ctx context.Context, tx *db.Tx, e Edition) error {
	_, err := tx.ExecContext(ctx, `UPDATE procurement_edition SET sum = $1 WHERE org = $2 AND paper = $3 AND n = $4`, e.Sum, e.Org, e.Paper, e.N)
	return err
}

func (s store) sumTrial(ctx context.Context, tx *db.Tx, t Trial) error {
	_, err := tx.ExecContext(ctx, `UPDATE procurement_trial SET sum = $1 WHERE org = $2 AND id = $3`, t.Sum, t.Org, t.ID)
	return err
}
