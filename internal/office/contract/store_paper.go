// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const paperColumns = `p.id, p.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = p.org), ''), p.kind, p.contract, p.cases, p.person,
	coalesce((SELECT n.name FROM governance_person_view n WHERE n.id = p.person), ''), p.created, p.sum`

func bindPaper(p *Paper) []any {
	return []any{&p.ID, &p.Org, &p.OrgName, &p.Kind, &p.Contract, &p.cases, &p.Person, &p.Name, &p.Created, &p.Sum}
}

func bindWhole(p *Paper) []any { return append(bindPaper(p), &p.Body) }

// papers lists plans of a contract, or reports; without those that tell of cases unless cases
// is "seen".
func (s store) papers(ctx context.Context, root ospo.OrgID, contract, cases string) ([]Paper, error) {
	return db.All(ctx, s.db.Read(), bindPaper, `
		SELECT `+paperColumns+` FROM contract_paper p
		WHERE p.org IN `+within+` AND p.contract = $2 AND (p.cases = '' OR p.cases = $3) ORDER BY p.created DESC, p.id DESC LIMIT $4`, root, contract, cases, mostRows)
}

func (s store) paper(ctx context.Context, q db.Querier, root ospo.OrgID, id, cases string) (Paper, error) {
	return db.One(ctx, q, bindWhole, `
		SELECT `+paperColumns+`, p.body FROM contract_paper p WHERE p.org IN `+within+` AND p.id = $2 AND (p.cases = '' OR p.cases = $3)`, root, id, cases)
}

func (s store) addPaper(ctx context.Context, tx *db.Tx, p Paper) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO contract_paper (id, org, kind, contract, cases, body, sum, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Org, p.Kind, p.Contract, p.cases, p.Body, p.Sum, p.Person, tx.Now)
	return err
}

func (s store) reseal(ctx context.Context, tx *db.Tx, p Paper) error {
	_, err := tx.ExecContext(ctx, `UPDATE contract_paper SET sum = $1 WHERE org = $2 AND id = $3`, p.Sum, p.Org, p.ID)
	return err
}

// naming finds papers in which a word stands.
func (s store) naming(ctx context.Context, tx *db.Tx, word string) ([]Paper, error) {
	return db.All(ctx, tx, bindWhole, `
		SELECT `+paperColumns+`, p.body FROM contract_paper p WHERE replace(p.body, CAST($1 AS TEXT), '') <> p.body
		-- every organisation: who is erased is erased everywhere`, word)
}

// logged lists what the log knows of the sums of a paper, in its order.
func (s store) logged(ctx context.Context, q db.Querier, p Paper) ([]string, error) {
	return db.Texts(ctx, q, `
		SELECT diff FROM log_entry_view WHERE org = $1 AND thing = $2 AND what IN ('contract.draw', 'contract.reseal') AND diff <> '' ORDER BY n`, p.Org, p.ID)
}

// drawer is what the organisation of a paper and who draws it are called.
func (s store) drawer(ctx context.Context, root ospo.OrgID, p Paper) (org, person string, err error) {
	type names struct{ org, person string }
	n, err := db.One(ctx, s.db.Read(), func(n *names) []any { return []any{&n.org, &n.person} }, `
		SELECT o.name, coalesce(n.name, '') FROM (SELECT org FROM governance_scope_view WHERE root = $1) seen JOIN governance_org_view o ON o.id = seen.org
		LEFT JOIN governance_person_view n ON n.id = $2 WHERE o.id = $3`, root, p.Person, p.Org)
	return n.org, n.person, err
}

// someDrawn returns those of the ids that are papers which root sees.
func (s store) someDrawn(ctx context.Context, root ospo.OrgID, ids []string, cases string) ([]Paper, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{root, cases}
	for _, id := range ids {
		args = append(args, id)
	}
	return db.All(ctx, s.db.Read(), func(p *Paper) []any { return []any{&p.ID, &p.Kind} }, `
		SELECT p.id, p.kind FROM contract_paper p WHERE p.org IN `+within+` AND (p.cases = '' OR p.cases = $2) AND p.id IN (`+db.In(3, len(ids))+`)`, args...)
}
