// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package idea

import (
	"context"
	"encoding/json"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

func (s store) add(ctx context.Context, tx *db.Tx, i Idea) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO idea_idea (id, org, title, purpose, asker, maker, state, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		i.ID, i.Org, i.Title, i.Purpose, i.Asker, i.Maker, i.State, tx.Now)
	return err
}

const ideaColumns = `i.id, i.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = i.org), ''), i.title, i.purpose, i.asker, i.maker,
	coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = i.maker), ''), i.state, i.created`

func bindIdea(i *Idea) []any {
	return []any{&i.ID, &i.Org, &i.OrgName, &i.Title, &i.Purpose, &i.Asker, &i.Maker, &i.MakerName, &i.State, &i.Created}
}

// seen are the organisations whose ideas somebody sees: the own one, those below it, and those
// above it that it is a department of.
const seen = `(SELECT org FROM governance_scope_view WHERE root = $1 UNION SELECT a.root FROM governance_scope_view a WHERE a.org = $2 AND NOT EXISTS (
		SELECT 1 FROM governance_scope_view m JOIN governance_scope_view u ON u.org = m.root AND u.root = a.root JOIN governance_org_view o ON o.id = m.root
		WHERE m.org = $3 AND m.root <> a.root AND o.kind <> 'department'))`

// within reports whether root sees an organisation as its own or as one below it.
func (s store) within(ctx context.Context, root, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	return n > 0, err
}

func (s store) one(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Idea, error) {
	return db.One(ctx, q, bindIdea, `
		SELECT `+ideaColumns+` FROM idea_idea i WHERE i.org IN `+seen+` AND i.id = $4`, root, root, root, id)
}

// mostIdeas bounds what is weighed at once; the latest count.
const mostIdeas = 500

func (s store) list(ctx context.Context, root ospo.OrgID) ([]Idea, error) {
	return db.All(ctx, s.db.Read(), bindIdea, `
		SELECT `+ideaColumns+` FROM idea_idea i WHERE i.org IN `+seen+`
		ORDER BY i.created DESC, i.id DESC LIMIT $4`, root, root, root, mostIdeas)
}

func (s store) setState(ctx context.Context, tx *db.Tx, i Idea, state string) error {
	_, err := tx.ExecContext(ctx, `UPDATE idea_idea SET state = $1 WHERE org = $2 AND id = $3`, state, i.Org, i.ID)
	return err
}

func (s store) comment(ctx context.Context, tx *db.Tx, i Idea, person ospo.PersonID, text string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO idea_comment (id, org, idea, person, said, created) VALUES ($1, $2, $3, $4, $5, $6)`, db.NewID(), i.Org, i.ID, person, text, tx.Now)
	return err
}

func (s store) comments(ctx context.Context, i Idea) ([]Remark, error) {
	return db.All(ctx, s.db.Read(), func(r *Remark) []any { return []any{&r.Person, &r.Name, &r.Text, &r.Created} }, `
		SELECT c.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = c.person), ''), c.said, c.created
		FROM idea_comment c WHERE c.org = $1 AND c.idea = $2 ORDER BY c.created, c.id`, i.Org, i.ID)
}

// score keeps what a person gives; points below 0 take it back.
func (s store) score(ctx context.Context, tx *db.Tx, i Idea, one Score) error {
	if one.Points < 0 {
		_, err := tx.ExecContext(ctx, `DELETE FROM idea_score WHERE org = $1 AND idea = $2 AND person = $3 AND criterion = $4`, i.Org, i.ID, one.Person, one.Criterion)
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO idea_score (org, idea, person, criterion, points, reason, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (idea, person, criterion) DO UPDATE SET points = excluded.points, reason = excluded.reason, created = excluded.created`,
		i.Org, i.ID, one.Person, one.Criterion, one.Points, one.Reason, tx.Now)
	return err
}

// scores are those of one idea, or of all.
func (s store) scores(ctx context.Context, root ospo.OrgID, idea string) ([]Score, error) {
	return db.All(ctx, s.db.Read(), func(o *Score) []any { return []any{&o.Idea, &o.Person, &o.Name, &o.Criterion, &o.Points, &o.Reason} }, `
		SELECT x.idea, x.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = x.person), ''), x.criterion, x.points, x.reason
		FROM idea_score x WHERE x.org IN `+seen+` AND ($4 = '' OR x.idea = $5)
		ORDER BY x.idea, x.person, x.criterion`, root, root, root, idea, idea)
}

type weightRow struct {
	Weights
	text string
}

func bindWeight(w *weightRow) []any {
	return []any{&w.Version, &w.Catalogue, &w.text, &w.Reason, &w.Created}
}

func (w weightRow) read() (Weights, error) {
	err := json.Unmarshal([]byte(w.text), &w.Of)
	return w.Weights, err
}

// weights are the newest of an organisation, or of the nearest above it that has any.
func (s store) weights(ctx context.Context, q db.Querier, org ospo.OrgID) (Weights, error) {
	w, err := db.One(ctx, q, bindWeight, `
		SELECT w.version, w.catalogue, w.weights, w.reason, w.created
		FROM governance_scope_view c JOIN idea_weight w ON w.org = c.root WHERE c.org = $1
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.root = c.root), w.version DESC LIMIT 1`, org)
	if err != nil {
		return Weights{}, err
	}
	return w.read()
}

// ownWeights are the newest of an organisation itself; version 0 where it has none.
func (s store) ownWeights(ctx context.Context, q db.Querier, org ospo.OrgID) (Weights, error) {
	w, err := db.One(ctx, q, bindWeight, `SELECT w.version, w.catalogue, w.weights, w.reason, w.created FROM idea_weight w WHERE w.org = $1 ORDER BY w.version DESC LIMIT 1`, org)
	if fault.Of(err) == fault.NotFound {
		return Weights{}, nil
	}
	if err != nil {
		return Weights{}, err
	}
	return w.read()
}

func (s store) setWeights(ctx context.Context, tx *db.Tx, org ospo.OrgID, w Weights) error {
	text, err := json.Marshal(w.Of)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO idea_weight (org, version, catalogue, weights, reason, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		org, w.Version, w.Catalogue, string(text), w.Reason, tx.Act.Person, tx.Now)
	return err
}

func (s store) step(ctx context.Context, tx *db.Tx, i Idea, step Step) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO idea_step (id, org, idea, what, reason, basis, again, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		db.NewID(), i.Org, i.ID, step.What, step.Reason, step.Basis, step.Again, step.Person, tx.Now)
	return err
}

func (s store) steps(ctx context.Context, i Idea) ([]Step, error) {
	return db.All(ctx, s.db.Read(), func(o *Step) []any {
		return []any{&o.What, &o.Reason, &o.Basis, &o.Again, &o.Person, &o.Name, &o.Created}
	}, `
		SELECT x.what, x.reason, x.basis, x.again, x.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = x.person), ''), x.created
		FROM idea_step x WHERE x.org = $1 AND x.idea = $2 ORDER BY x.created, x.id`, i.Org, i.ID)
}
