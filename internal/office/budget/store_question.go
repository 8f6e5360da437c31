// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

func (s store) questions(ctx context.Context, q db.Querier, root ospo.OrgID, f sieve) ([]Question, error) {
	return db.All(ctx, q, func(q *Question) []any {
		return []any{&q.ID, &q.Org, &q.Measure, &q.Note, &q.Asked, &q.PersonName, &q.Created, &q.Answer, &q.Basis, &q.Answerer, &q.Answered}
	}, `
		SELECT q.id, q.org, q.measure, q.note, q.asked, coalesce((SELECT n.name FROM governance_person_view n WHERE n.id = q.person), ''), q.created, q.answer, q.basis,
			coalesce((SELECT n.name FROM governance_person_view n WHERE n.id = q.answerer), ''), q.answered
		FROM budget_question q WHERE q.org IN `+within+` AND ($2 = '' OR q.id = $3) AND ($4 = '' OR q.measure = $5) ORDER BY q.created DESC, q.id DESC LIMIT $6`,
		root, f.id, f.id, f.measure, f.measure, mostRows)
}

func (s store) addQuestion(ctx context.Context, tx *db.Tx, q Question) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO budget_question (id, org, measure, note, asked, person, created, answer, basis, answerer, answered) VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '', '')`,
		q.ID, q.Org, q.Measure, q.Note, q.Asked, tx.Act.Person, tx.Now)
	return err
}

// answer answers a question that is still open; false where somebody else did since.
func (s store) answer(ctx context.Context, tx *db.Tx, q Question) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE budget_question SET answer = $1, basis = $2, answerer = $3, answered = $4 WHERE org = $5 AND id = $6 AND answered = ''`,
		q.Answer, q.Basis, tx.Act.Person, tx.Now, q.Org, q.ID)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}
