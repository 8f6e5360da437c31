// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"slices"

	"allmende/internal/engine/inventory"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// chunk is how many values go into one list of a statement.
const chunk = 5000

// insertInventory notes what a document lists and that it waits to be shelved.
func (s store) insertInventory(ctx context.Context, tx *db.Tx, id ospo.DocumentID, packed []byte, packages int) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO sbom_inventory (document, packed) VALUES ($1, $2)
		ON CONFLICT (document) DO UPDATE SET packed = excluded.packed`, id, packed); err != nil {
		return err
	}
	return s.await(ctx, tx, id, packages, false)
}

// await puts a document that came or went into the inbox.
func (s store) await(ctx context.Context, tx *db.Tx, id ospo.DocumentID, packages int, gone bool) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO sbom_inbox (document, packages, gone) VALUES ($1, $2, $3)
		ON CONFLICT (document) DO UPDATE SET packages = excluded.packages, gone = excluded.gone`, id, packages, gone)
	return err
}

// A packing is a packed inventory.
type packing struct {
	document ospo.DocumentID
	packed   []byte
}

// inventories returns those of documents that have one.
func (s store) inventories(ctx context.Context, q db.Querier, ids []ospo.DocumentID) ([]packing, error) {
	var out []packing
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "document", 1, part)
		rows, err := db.All(ctx, q, func(r *packing) []any { return []any{&r.document, &r.packed} },
			`SELECT document, packed FROM sbom_inventory WHERE `+in, values)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// A notice is a document in the inbox.
type notice struct {
	document ospo.DocumentID
	packages int
	gone     bool
}

// inbox lists what waits, in the order of the documents' numbers.
func (s store) inbox(ctx context.Context, q db.Querier) ([]notice, error) {
	return db.All(ctx, q, func(n *notice) []any { return []any{&n.document, &n.packages, &n.gone} },
		`SELECT document, packages, gone FROM sbom_inbox ORDER BY document`)
}

// lockShelf keeps other processes from shelving until the transaction ends.
func (s store) lockShelf(ctx context.Context, tx *db.Tx) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO sbom_counter (name, next) VALUES ('shelf', 0)
		ON CONFLICT (name) DO UPDATE SET next = sbom_counter.next + 1`)
	return err
}

// A list is the packed documents of one part that hold a package.
type list struct {
	pack      ospo.PackageID
	documents []byte
}

// lists calls f with the documents on the shelf that hold packages, ascending within a part.
func (s store) lists(ctx context.Context, q db.Querier, packages []ospo.PackageID, f func(ospo.PackageID, []int64)) error {
	for part := range slices.Chunk(packages, chunk) {
		in, values := db.Among(s.db, "package", 1, part)
		for l, err := range db.Each(ctx, q, func(l *list) []any { return []any{&l.pack, &l.documents} },
			`SELECT package, documents FROM sbom_holder WHERE `+in, values) {
			if err != nil {
				return err
			}
			documents, err := inventory.UnpackNumbers(l.documents)
			if err != nil {
				return err
			}
			f(l.pack, documents)
		}
	}
	return nil
}

// listsOf returns those of one part.
func (s store) listsOf(ctx context.Context, tx *db.Tx, part int64, packages []int64) (map[int64][]int64, error) {
	out := make(map[int64][]int64, len(packages))
	for some := range slices.Chunk(packages, chunk) {
		in, values := db.Among(s.db, "package", 2, some)
		for l, err := range db.Each(ctx, tx, func(l *list) []any { return []any{&l.pack, &l.documents} },
			`SELECT package, documents FROM sbom_holder WHERE part = $1 AND `+in, part, values) {
			if err != nil {
				return nil, err
			}
			if out[int64(l.pack)], err = inventory.UnpackNumbers(l.documents); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// setLists writes the lists of one part; packages ascend. An empty list is removed.
func (s store) setLists(ctx context.Context, tx *db.Tx, part int64, packages []int64, lists map[int64][]int64) error {
	var keys, parts db.Numbers
	var packed db.Blobs
	var none []int64
	for _, p := range packages {
		if len(lists[p]) == 0 {
			none = append(none, p)
			continue
		}
		keys, parts, packed = append(keys, p), append(parts, part), append(packed, inventory.PackNumbers(lists[p]))
	}
	for some := range slices.Chunk(none, chunk) {
		in, values := db.Among(s.db, "package", 2, some)
		if _, err := tx.ExecContext(ctx, `DELETE FROM sbom_holder WHERE part = $1 AND `+in, part, values); err != nil {
			return err
		}
	}
	return tx.UpsertColumns(ctx, "sbom_holder", "package, part, documents", "ON CONFLICT (package, part) DO UPDATE SET documents = excluded.documents", keys, parts, packed)
}

// sweep tidies tables into which much was written.
func (s store) sweep(ctx context.Context) error {
	return s.db.Sweep(ctx, "sbom_holder", "sbom_inbox", "sbom_document", "sbom_inventory", "sbom_package")
}

// shelved takes documents out of the inbox, unless what became of them has changed since,
// and removes the inventories of those that went.
func (s store) shelved(ctx context.Context, tx *db.Tx, all []notice) error {
	for _, n := range all {
		r, err := tx.ExecContext(ctx, `DELETE FROM sbom_inbox WHERE document = $1 AND gone = $2`, n.document, n.gone)
		if err != nil {
			return err
		}
		done, err := r.RowsAffected()
		if err != nil || done == 0 || !n.gone {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sbom_inventory WHERE document = $1`, n.document); err != nil {
			return err
		}
	}
	return nil
}

// unpacked lists some present documents whose packages still stand in rows.
func (s store) unpacked(ctx context.Context, n int) ([]ospo.DocumentID, error) {
	return db.All(ctx, s.db.Read(), func(id *ospo.DocumentID) []any { return []any{id} }, `
		SELECT d.id FROM sbom_document d LEFT JOIN sbom_inventory i ON i.document = d.id
		WHERE d.current AND i.document IS NULL ORDER BY d.id LIMIT $1 -- every organisation: all documents are kept in one way`, n)
}

// takeRows returns what a document lists as it was kept in rows, and removes them.
func (s store) takeRows(ctx context.Context, tx *db.Tx, id ospo.DocumentID) (inventory.Inventory, error) {
	v := inventory.Empty(0)
	type row struct{ pack, parent, declared, concluded, supplier int64 }
	for r, err := range db.Each(ctx, tx, func(r *row) []any { return []any{&r.pack, &r.parent, &r.declared, &r.concluded, &r.supplier} }, `
		SELECT package, parent, declared, concluded, supplier FROM sbom_item WHERE document = $1 ORDER BY package`, id) {
		if err != nil {
			return v, err
		}
		v.Add(r.pack, r.parent, r.declared, r.concluded, r.supplier)
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM sbom_item WHERE document = $1`, id)
	return v, err
}
