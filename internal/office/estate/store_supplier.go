// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// ensureSupplier finds a supplier by name in the acting organisation's tree, its own before
// a department's, or registers it. No name, no supplier.
func (s store) ensureSupplier(ctx context.Context, tx *db.Tx, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	id, err := db.One(ctx, tx, func(id *string) []any { return []any{id} }, `
		SELECT id FROM estate_supplier WHERE folded = $1 AND org IN (SELECT org FROM governance_scope_view WHERE root = $2)
		ORDER BY CASE WHEN org = $2 THEN 0 ELSE 1 END, id LIMIT 1`, fold(name), tx.Act.Org)
	if fault.Of(err) != fault.NotFound {
		return id, err
	}
	id = db.NewID()
	return id, s.addSupplier(ctx, tx, Supplier{ID: id, Org: tx.Act.Org, Name: name})
}

const supplierColumns = "id, org, name, folded, website, contact, note, created, changed"

func supplierRow(p Supplier, now string) []any {
	return []any{p.ID, p.Org, p.Name, fold(p.Name), p.Website, p.Contact, p.Note, now, now}
}

func (s store) addSupplier(ctx context.Context, tx *db.Tx, p Supplier) error {
	if err := s.freeSupplier(ctx, tx, p); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "estate_supplier", supplierColumns, [][]any{supplierRow(p, tx.Now)}, "")
}

func (s store) freeSupplier(ctx context.Context, tx *db.Tx, p Supplier) error {
	n, err := db.Count(ctx, tx, `SELECT count(*) FROM estate_supplier WHERE org = $1 AND folded = $2 AND id <> $3`, p.Org, fold(p.Name), p.ID)
	if err == nil && n > 0 {
		err = fault.At("name", "estate.supplier.name_taken", p.Name)
	}
	return err
}

// editSupplier changes a supplier, and the words by which its software is found.
func (s store) editSupplier(ctx context.Context, tx *db.Tx, p Supplier) error {
	if err := s.freeSupplier(ctx, tx, p); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE estate_supplier SET name = $1, folded = $2, website = $3, contact = $4, note = $5, changed = $6 WHERE org = $7 AND id = $8`,
		p.Name, fold(p.Name), p.Website, p.Contact, p.Note, tx.Now, p.Org, p.ID)
	return err
}

// ensureContract finds a contract by number in the acting organisation's tree, or registers
// it. What is said of its supplier and its end is taken over where it was not known.
func (s store) ensureContract(ctx context.Context, tx *db.Tx, number, supplier string, until Day) (string, error) {
	if number == "" {
		return "", nil
	}
	id, err := db.One(ctx, tx, func(id *string) []any { return []any{id} }, `
		SELECT id FROM estate_contract WHERE number = $1 AND org IN (SELECT org FROM governance_scope_view WHERE root = $2)
		ORDER BY CASE WHEN org = $2 THEN 0 ELSE 1 END, id LIMIT 1`, number, tx.Act.Org)
	if fault.Of(err) == fault.NotFound {
		c := Contract{ID: db.NewID(), Org: tx.Act.Org, Number: number, SupplierID: supplier, Until: until}
		return c.ID, tx.InsertMany(ctx, "estate_contract", contractColumns, [][]any{contractRow(c, tx.Now)}, "")
	}
	if err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE estate_contract SET supplier = CASE WHEN supplier = '' THEN $1 ELSE supplier END, until = CASE WHEN $2 <> '' THEN $3 ELSE until END, changed = $4
		WHERE id = $5 AND org IN (SELECT org FROM governance_scope_view WHERE root = $6)`, supplier, until, until, tx.Now, id, tx.Act.Org)
	return id, err
}

const contractColumns = "id, org, number, supplier, title, until, created, changed"

func contractRow(c Contract, now string) []any {
	return []any{c.ID, c.Org, c.Number, c.SupplierID, c.Title, c.Until, now, now}
}

func (s store) editContract(ctx context.Context, tx *db.Tx, c Contract) error {
	n, err := db.Count(ctx, tx, `SELECT count(*) FROM estate_contract WHERE org = $1 AND number = $2 AND id <> $3`, c.Org, c.Number, c.ID)
	if err == nil && n > 0 {
		err = fault.At("number", "estate.contract.number_taken", c.Number)
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE estate_contract SET number = $1, title = $2, until = $3, changed = $4 WHERE org = $5 AND id = $6`,
		c.Number, c.Title, c.Until, tx.Now, c.Org, c.ID)
	return err
}

const supplierRead = `
	SELECT p.id, p.org, p.name, p.website, p.contact, p.note,
		(SELECT count(*) FROM estate_software w WHERE w.supplier = p.id AND w.retired = '' AND w.org IN (SELECT org FROM governance_scope_view WHERE root = $1)),
		(SELECT count(*) FROM estate_use u WHERE u.supplier = p.id AND u.ended = '' AND u.org IN (SELECT org FROM governance_scope_view WHERE root = $1)),
		(SELECT count(*) FROM estate_contract c WHERE c.supplier = p.id AND c.org IN (SELECT org FROM governance_scope_view WHERE root = $1))
	FROM estate_supplier p
	WHERE p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

func bindSupplier(p *Supplier) []any {
	return []any{&p.ID, &p.Org, &p.Name, &p.Website, &p.Contact, &p.Note, &p.Software, &p.Uses, &p.Contracts}
}

func (s store) supplier(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Supplier, error) {
	return db.One(ctx, q, bindSupplier, supplierRead+` AND p.id = $2`, root, id)
}

// suppliers lists n suppliers by name, after the one of that name and id, that contain part.
func (s store) suppliers(ctx context.Context, root ospo.OrgID, part, name, id string, n int) ([]Supplier, error) {
	return db.All(ctx, s.db.Read(), bindSupplier, supplierRead+`
		AND p.folded LIKE $2 ESCAPE '\' AND (p.name COLLATE "de-x-icu" > $3 OR p.name COLLATE "de-x-icu" = $4 AND p.id > $5)
		ORDER BY p.name COLLATE "de-x-icu", p.id LIMIT $6`, root, like(part), name, name, id, n)
}

const contractRead = `
	SELECT c.id, c.org, c.number, c.title, c.until, c.supplier, COALESCE(p.name, ''),
		(SELECT count(*) FROM estate_use u WHERE u.contract = c.id AND u.ended = '' AND u.org IN (SELECT org FROM governance_scope_view WHERE root = $1))
	FROM estate_contract c LEFT JOIN estate_supplier p ON p.id = c.supplier
	WHERE c.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

func bindContract(c *Contract) []any {
	return []any{&c.ID, &c.Org, &c.Number, &c.Title, &c.Until, &c.SupplierID, &c.Supplier, &c.Uses}
}

func (s store) contract(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Contract, error) {
	return db.One(ctx, q, bindContract, contractRead+` AND c.id = $2`, root, id)
}

// contractsWith lists the contracts with a supplier, those that end first on top.
func (s store) contractsWith(ctx context.Context, root ospo.OrgID, supplier string) ([]Contract, error) {
	return db.All(ctx, s.db.Read(), bindContract, contractRead+`
		AND c.supplier = $2 ORDER BY CASE WHEN c.until = '' THEN 1 ELSE 0 END, c.until, c.number LIMIT 500`, root, supplier)
}

// contractsEnding lists the contracts that end between two days, both included.
func (s store) contractsEnding(ctx context.Context, root ospo.OrgID, from, until Day) ([]Contract, error) {
	return db.All(ctx, s.db.Read(), bindContract, contractRead+`
		AND c.until >= $2 AND c.until <= $3 ORDER BY c.until, c.number LIMIT 100`, root, from, until)
}
