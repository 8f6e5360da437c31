// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"encoding/json"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A sieve narrows what is owed.
type sieve struct{ id, contract, state, until string }

type owedRow struct {
	Owed
	rule string
}

func bindOwed(r *owedRow) []any {
	return []any{&r.ID, &r.Org, &r.Contract, &r.Title, &r.counted, &r.Since, &r.term.End, &r.term.Renews, &r.term.Notice.N, &r.term.Notice.Unit, &r.Topic, &r.WhatDE, &r.WhatEN, &r.rule, &r.Due, &r.State, &r.Evidence, &r.Link, &r.Reason, &r.PersonName, &r.Settled}
}

// owed lists what is owed in contracts that root sees: what is open first, by its day, and
// what has no day after that.
func (s store) owed(ctx context.Context, q db.Querier, root ospo.OrgID, f sieve) (out []Owed, err error) {
	rows, err := db.All(ctx, q, bindOwed, `
		SELECT o.id, o.org, o.contract, c.title, c.counted, c.since, c.until, c.renews, c.notice, c.unit, o.topic, o.what_de, o.what_en, o.rule, o.due, o.state, o.evidence, o.link, o.reason,
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = o.person), ''), o.settled
		FROM contract_owed o JOIN contract_entry c ON c.id = o.contract
		WHERE o.org IN `+within+` AND ($2 = '' OR o.id = $3) AND ($4 = '' OR o.contract = $5) AND ($6 = '' OR o.state = $7) AND ($8 = '' OR o.due <> '' AND o.due <= $9)
		ORDER BY CASE WHEN o.state = 'open' THEN 0 ELSE 1 END, CASE WHEN o.due = '' THEN 1 ELSE 0 END, o.due, o.topic, o.id LIMIT $10`,
		root, f.id, f.id, f.contract, f.contract, f.state, f.state, f.until, f.until, mostRows)
	for _, r := range rows {
		if err == nil {
			err = json.Unmarshal([]byte(r.rule), &r.Rule)
		}
		out = append(out, r.Owed)
	}
	return out, err
}

func (s store) addOwed(ctx context.Context, tx *db.Tx, o Owed) error {
	rule, err := json.Marshal(o.Rule)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO contract_owed (id, org, contract, topic, what_de, what_en, rule, due, state, evidence, link, reason, person, settled, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', '', '', '', '', '', $9)`,
		o.ID, o.Org, o.Contract, o.Topic, o.WhatDE, o.WhatEN, string(rule), o.Due, tx.Now)
	return err
}

func (s store) setDue(ctx context.Context, tx *db.Tx, o Owed, due string) error {
	_, err := tx.ExecContext(ctx, `UPDATE contract_owed SET due = $1 WHERE org = $2 AND id = $3 AND state = 'open'`, due, o.Org, o.ID)
	return err
}

// settle marks something owed that is still open; false where somebody else did since.
func (s store) settle(ctx context.Context, tx *db.Tx, o Owed, in Settlement) (bool, error) {
	r, err := tx.ExecContext(ctx, `
		UPDATE contract_owed SET state = $1, evidence = $2, link = $3, reason = $4, person = $5, settled = $6 WHERE org = $7 AND id = $8 AND state = 'open'`,
		in.State, in.Evidence, in.Link, in.Reason, tx.Act.Person, tx.Now, o.Org, o.ID)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}
