// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const useRead = `u.id, u.org, COALESCE(o.name, u.org), u.release, u.role, u.purpose, u.since, u.ended, u.criticality,
	COALESCE(c.number, ''), u.contract, CASE WHEN c.org IN (SELECT org FROM governance_scope_view WHERE root = $1) THEN 1 ELSE 0 END, COALESCE(c.until, ''),
	COALESCE(p.name, ''), u.supplier, CASE WHEN p.org IN (SELECT org FROM governance_scope_view WHERE root = $1) THEN 1 ELSE 0 END, u.external, r.version`

const useFrom = `
	FROM estate_use u
	JOIN estate_release r ON r.id = u.release
	LEFT JOIN governance_org_view o ON o.id = u.org
	LEFT JOIN estate_contract c ON c.id = u.contract
	LEFT JOIN estate_supplier p ON p.id = u.supplier
	WHERE EXISTS (SELECT 1 FROM governance_scope_view s WHERE s.root = $1 AND s.org = u.org)`

func bindUse(u *Use) []any {
	return []any{&u.ID, &u.Org, &u.OrgName, &u.Release, &u.Role, &u.Purpose, &u.Since, &u.Ended, &u.Criticality,
		&u.Contract, &u.ContractID, flag{&u.KnowsContract}, &u.ContractEnd, &u.Supplier, &u.SupplierID, flag{&u.KnowsSupplier}, &u.External, &u.Version}
}

func (s store) use(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Use, error) {
	return db.One(ctx, q, bindUse, `SELECT `+useRead+useFrom+` AND u.id = $2`, root, id)
}

// uses lists what the tree of root does with releases, in order of the organisations' names.
func (s store) uses(ctx context.Context, q db.Querier, root ospo.OrgID, releases []ospo.ReleaseID) ([]Use, error) {
	var out []Use
	for part := range slices.Chunk(releases, most) {
		got, err := db.All(ctx, q, bindUse, `SELECT `+useRead+useFrom+` AND u.release IN (`+db.In(2, len(part))+`)
			ORDER BY CASE WHEN u.ended = '' THEN 0 ELSE 1 END, o.name COLLATE "de-x-icu", u.id`, append([]any{root}, anys(part)...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

const useColumns = "id, org, release, role, purpose, since, ended, criticality, contract, supplier, external, created, changed"

func useRow(u Use, now string) []any {
	return []any{u.ID, u.Org, u.Release, u.Role, u.Purpose, u.Since, u.Ended, u.Criticality, u.ContractID, u.SupplierID, u.External, now, now}
}

func (s store) addUse(ctx context.Context, tx *db.Tx, u Use) error {
	if err := s.freeExternal(ctx, tx, u); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "estate_use", useColumns, [][]any{useRow(u, tx.Now)}, "")
}

// freeExternal refuses a number of another register that another use bears already.
func (s store) freeExternal(ctx context.Context, tx *db.Tx, u Use) error {
	if u.External == "" {
		return nil
	}
	n, err := db.Count(ctx, tx, `SELECT count(*) FROM estate_use WHERE org = $1 AND external = $2 AND id <> $3`, u.Org, u.External, u.ID)
	if err == nil && n > 0 {
		err = fault.At("external", "estate.use.external_taken", u.External)
	}
	return err
}

func (s store) editUse(ctx context.Context, tx *db.Tx, u Use) error {
	if err := s.freeExternal(ctx, tx, u); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE estate_use SET org = $1, release = $2, role = $3, purpose = $4, since = $5, ended = $6, criticality = $7, contract = $8, supplier = $9,
			external = $10, changed = $11
		WHERE id = $12 AND org IN (SELECT org FROM governance_scope_view WHERE root = $13)`,
		u.Org, u.Release, u.Role, u.Purpose, u.Since, u.Ended, u.Criticality, u.ContractID, u.SupplierID, u.External, tx.Now, u.ID, tx.Act.Org)
	return err
}

func (s store) endUse(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE estate_use SET ended = $1, changed = $2
		WHERE id = $3 AND ended = '' AND org IN (SELECT org FROM governance_scope_view WHERE root = $4)`, tx.Now[:10], tx.Now, id, tx.Act.Org)
	return err
}
