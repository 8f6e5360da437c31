// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const findingColumns = `
	SELECT f.id, f.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = f.org), ''), f.title, f.fact, f.rule, f.advice, f.weight, f.state,
		f.raiser, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = f.raiser), ''),
		f.head, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = f.head), ''),
		f.measure, f.due, f.evidence, f.created, f.changed, f.reminded
	FROM audit_finding f `

func bindFinding(f *Finding) []any {
	return []any{&f.ID, &f.Org, &f.OrgName, &f.Title, &f.Fact, &f.Rule, &f.Advice, &f.Weight, &f.State, &f.Raiser, &f.Raised, &f.Head, &f.HeadName,
		&f.Measure, &f.Due, &f.Evidence, &f.Created, &f.Changed, &f.Reminded}
}

func (s store) finding(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Finding, error) {
	return db.One(ctx, q, bindFinding, findingColumns+`
		WHERE f.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND f.id = $2`, root, id)
}

func (s store) findings(ctx context.Context, root ospo.OrgID, f FindingFilter) ([]Finding, error) {
	return db.All(ctx, s.db.Read(), bindFinding, findingColumns+`
		WHERE f.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
			AND ($2 = '' OR f.state = $3 OR $4 = 'open' AND f.state NOT IN ('verified', 'withdrawn')) AND ($5 = '' OR f.org = $6)
		ORDER BY CASE WHEN f.state IN ('verified', 'withdrawn') THEN 1 ELSE 0 END, CASE WHEN f.due = '' THEN 1 ELSE 0 END, f.due, f.id DESC LIMIT $7`,
		root, f.State, f.State, f.State, f.Org, f.Org, MostFindings)
}

// reaches asks whether root sees an organisation, and a person where one is named.
func (s store) reaches(ctx context.Context, q db.Querier, root, org ospo.OrgID, person ospo.PersonID) error {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	if err == nil && n == 0 {
		err = fault.At("org", "audit.finding.org_unknown")
	}
	if err != nil || person == "" {
		return err
	}
	n, err = db.Count(ctx, q, `
		SELECT count(*) FROM governance_person_view WHERE id = $1 AND org IN (SELECT org FROM governance_scope_view WHERE root = $2)`, person, root)
	if err == nil && n == 0 {
		err = fault.At("head", "audit.finding.head_unknown")
	}
	return err
}

func (s store) addFinding(ctx context.Context, tx *db.Tx, f Finding) error {
	return tx.InsertMany(ctx, "audit_finding", "id, org, title, fact, rule, advice, weight, state, raiser, head, measure, due, evidence, reminded, created, changed",
		[][]any{{f.ID, f.Org, f.Title, f.Fact, f.Rule, f.Advice, f.Weight, f.State, f.Raiser, f.Head, f.Measure, f.Due, f.Evidence, "", tx.Now, tx.Now}}, "")
}

func (s store) setFinding(ctx context.Context, tx *db.Tx, f Finding) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE audit_finding SET title = $1, fact = $2, rule = $3, advice = $4, weight = $5, head = $6, due = $7, reminded = '', changed = $8
		WHERE org = $9 AND id = $10`, f.Title, f.Fact, f.Rule, f.Advice, f.Weight, f.Head, f.Due, tx.Now, f.Org, f.ID)
	return err
}

// moveFinding brings a finding into another state, unless somebody was faster.
func (s store) moveFinding(ctx context.Context, tx *db.Tx, f, old Finding) error {
	r, err := tx.ExecContext(ctx, `
		UPDATE audit_finding SET state = $1, measure = $2, due = $3, evidence = $4, reminded = $5, changed = $6
		WHERE org = $7 AND id = $8 AND state = $9 AND changed = $10`, f.State, f.Measure, f.Due, f.Evidence, f.Reminded, tx.Now, f.Org, f.ID, old.State, old.Changed)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return fault.Because(err, fault.Conflict, "audit.finding.faster")
	}
	return nil
}

func (s store) addStep(ctx context.Context, tx *db.Tx, f Finding, person ospo.PersonID, note string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_step (org, finding, id, state, person, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		f.Org, f.ID, db.NewID(), f.State, person, note, tx.Now)
	return err
}

func (s store) steps(ctx context.Context, q db.Querier, root ospo.OrgID, finding string) ([]Step, error) {
	return db.All(ctx, q, func(st *Step) []any { return []any{&st.State, &st.Person, &st.Name, &st.Note, moment{&st.At}} }, `
		SELECT t.state, t.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = t.person), ''), t.note, t.at
		FROM audit_step t WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND t.finding = $2 ORDER BY t.id`, root, finding)
}

// titles finds what findings with one of the ids are called, among all that root may see.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) ([]choice, error) {
	args := []any{root}
	for _, id := range ids {
		args = append(args, id)
	}
	return db.All(ctx, s.db.Read(), bindChoice, `
		SELECT id, title FROM audit_finding
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id IN (`+db.In(2, len(ids))+`)`, args...)
}

// near lists findings whose day comes before another and of which nobody was reminded.
func (s store) near(ctx context.Context, until string) ([]Finding, error) {
	return db.All(ctx, s.db.Read(), bindFinding, findingColumns+`
		WHERE f.due <> '' AND f.due <= $1 AND f.reminded = '' AND f.state IN ('raised', 'accepted', 'planned') -- every organisation: a job for the whole instance
		ORDER BY f.due, f.id`, until)
}

func (s store) remind(ctx context.Context, tx *db.Tx, id string) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE audit_finding SET reminded = $1 WHERE id = $2 AND org = $3 AND reminded = ''`, tx.Now, id, tx.Act.Org)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}
