// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"encoding/json"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

type questionRow struct {
	Question
	facts string
}

// questions lists those of organisations in view: those that wait first, then the newest. An
// empty state, and an empty id, is any. People whom root does not see are not named; me is who
// asks, from wherever.
func (s store) questions(ctx context.Context, root ospo.OrgID, me ospo.PersonID, state, id string) ([]Question, error) {
	rows, err := db.All(ctx, s.db.Read(), func(q *questionRow) []any {
		return []any{&q.ID, &q.Org, &q.OrgName, &q.Release, &q.software, &q.Title, &q.Licence, &q.Component, &q.Context, &q.Text, &q.facts, &q.State, &q.Asker, &q.AskerName, &q.Created,
			&q.Opinion, &q.AdviserName, &q.Question.Advised, &q.Answer, &q.Reason, &q.Scope, &q.Until, &q.DeciderName, &q.Question.Decided}
	}, `
		SELECT q.id, q.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = q.org), ''), q.release, coalesce(w.id, ''), coalesce(w.name || ' ' || r.version, ''),
			q.licence, q.component, q.context, q.text, q.facts, q.state, CASE WHEN a.id IS NULL AND q.asker <> $1 THEN '' ELSE q.asker END, coalesce(a.name, ''), q.created,
			q.opinion, coalesce(b.name, ''), q.advised, q.answer, q.reason, q.scope, q.until, coalesce(c.name, ''), q.decided
		FROM policy_question q LEFT JOIN estate_release_view r ON r.id = q.release LEFT JOIN estate_software_view w ON w.id = r.software
		LEFT JOIN governance_person_view a ON a.id = q.asker AND a.org IN (SELECT org FROM governance_scope_view WHERE root = $2)
		LEFT JOIN governance_person_view b ON b.id = q.adviser AND b.org IN (SELECT org FROM governance_scope_view WHERE root = $3)
		LEFT JOIN governance_person_view c ON c.id = q.decider AND c.org IN (SELECT org FROM governance_scope_view WHERE root = $4)
		WHERE q.org IN (SELECT org FROM governance_scope_view WHERE root = $5) AND ($6 = '' OR q.state = $7) AND ($8 = '' OR q.id = $9)
		ORDER BY CASE WHEN q.state IN ('open', 'advised') THEN 0 ELSE 1 END, q.created DESC, q.id LIMIT 1000`, me, root, root, root, root, state, state, id, id)
	var out []Question
	for _, r := range rows {
		if err := json.Unmarshal([]byte(r.facts), &r.Facts); err != nil {
			return nil, err
		}
		out = append(out, r.Question)
	}
	return out, err
}

func (s store) addQuestion(ctx context.Context, tx *db.Tx, id string, in QuestionInput, f Facts) error {
	facts, err := f.kept()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO policy_question (id, org, release, licence, component, context, text, facts, state, asker, created, opinion, adviser, advised, answer, reason, scope, until, decider, decided)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, '', '', '', '', '', '', '', '', '')`,
		id, tx.Act.Org, in.Release, in.Licence, in.Component, in.Context, in.Text, facts, tx.Act.Person, tx.Now)
	return err
}

func (s store) advise(ctx context.Context, tx *db.Tx, q Question, opinion string) error {
	r, err := tx.ExecContext(ctx, `UPDATE policy_question SET opinion = $1, adviser = $2, advised = $3, state = 'advised' WHERE org = $4 AND id = $5 AND state IN ('open', 'advised')`,
		opinion, tx.Act.Person, tx.Now, q.Org, q.ID)
	return once(r, err, "policy.question.over")
}

func (s store) decide(ctx context.Context, tx *db.Tx, q Question, in DecisionInput) error {
	r, err := tx.ExecContext(ctx, `
		UPDATE policy_question SET answer = $1, reason = $2, scope = $3, until = $4, decider = $5, decided = $6, state = 'decided' WHERE org = $7 AND id = $8 AND state IN ('open', 'advised')`,
		in.Answer, in.Reason, in.Scope, in.Until, tx.Act.Person, tx.Now, q.Org, q.ID)
	return once(r, err, "policy.question.over")
}

func (s store) withdraw(ctx context.Context, tx *db.Tx, q Question) error {
	r, err := tx.ExecContext(ctx, `UPDATE policy_question SET state = 'withdrawn' WHERE org = $1 AND id = $2 AND state IN ('open', 'advised')`, q.Org, q.ID)
	return once(r, err, "policy.question.over")
}

// A title is what an id in the log stands for.
type title struct{ id, name, path string }

// titles returns those of the ids that are questions or exceptions of organisations in view.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) ([]title, error) {
	var args []any
	for range 2 {
		args = append(args, root)
		for _, id := range ids {
			args = append(args, id)
		}
	}
	n := len(ids)
	return db.All(ctx, s.db.Read(), func(t *title) []any { return []any{&t.id, &t.name, &t.path} }, `
		SELECT id, licence, '/policy/question/' || id FROM policy_question WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id IN (`+db.In(2, n)+`)
		UNION ALL
		SELECT id, licence || component, '/policy/exceptions' FROM policy_exception WHERE org IN (SELECT org FROM governance_scope_view WHERE root = `+db.In(n+2, 1)+`) AND id IN (`+db.In(n+3, n)+`)`, args...)
}

// Things says what ids in the log stand for.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.titles(ctx, door.From(ctx).Org, ids)
	for _, t := range all {
		names[t.id], hrefs[t.id] = shorten(t.name), t.path
	}
	return names, hrefs, err
}
