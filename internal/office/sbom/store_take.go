// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// within refuses an organisation that root does not see.
func (s store) within(ctx context.Context, root, org ospo.OrgID) error {
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "sbom.org_unknown", org)
	}
	return err
}

// open refuses an organisation below the one that acts while it is suspended; who acts was
// asked at the door.
func (s store) open(ctx context.Context, acts, org ospo.OrgID) error {
	if org == acts {
		return nil
	}
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM governance_suspended_view WHERE org = $1`, org)
	if err == nil && n > 0 {
		err = fault.New(fault.Forbidden, "sbom.org_suspended")
	}
	return err
}

// reserve takes n numbers for documents and returns the first.
func (s store) reserve(ctx context.Context, n int64) (first int64, err error) {
	err = s.db.Keep(ctx, func(tx *db.Tx) error {
		next, err := db.Count(ctx, tx, `
			INSERT INTO sbom_counter (name, next) VALUES ('document', $1)
			ON CONFLICT (name) DO UPDATE SET next = sbom_counter.next + excluded.next
			RETURNING next`, n)
		first = int64(next) - n + 1
		return err
	})
	return first, err
}

// lock returns the present document of a release, 0 for none, and holds the release
// until the transaction ends.
func (s store) lock(ctx context.Context, tx *db.Tx, to target) (ospo.DocumentID, error) {
	return db.One(ctx, tx, func(id *ospo.DocumentID) []any { return []any{id} }, `
		INSERT INTO sbom_latest (release, org, document, turn) VALUES ($1, $2, 0, 0)
		ON CONFLICT (release) DO UPDATE SET org = excluded.org, turn = sbom_latest.turn + 1
		RETURNING document`, to.id, to.org)
}

// find returns the document with a sum that a release has or had; the zero document is none.
func (s store) find(ctx context.Context, tx *db.Tx, release ospo.ReleaseID, sum string) (document, error) {
	found, err := db.All(ctx, tx, bindDocument, `
		-- every organisation: whether the viewer may change the release was asked before
		SELECT `+documentColumns+` FROM sbom_document AS d WHERE d.release = $1 AND d.sum = $2`, release, sum)
	if err != nil || len(found) == 0 {
		return document{}, err
	}
	return found[0], nil
}

// retire takes a document that lists so many packages out of the present; its figures and
// raw bytes stay.
func (s store) retire(ctx context.Context, tx *db.Tx, id ospo.DocumentID, packages int) error {
	if id == 0 {
		return nil
	}
	if err := s.await(ctx, tx, id, packages, true); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		-- every organisation: it is the document of a release that the viewer may change
		UPDATE sbom_document SET current = false WHERE id = $1`, id)
	return err
}

// insert makes c the present document of its release. again is its number where the
// release had it before.
func (s store) insert(ctx context.Context, tx *db.Tx, to target, c *content, again ospo.DocumentID) (document, error) {
	d := document{id: again, release: to.id, org: to.org, sum: c.sum, Figures: c.figures(), notes: notes(c.doc),
		uploaded: db.Time(tx.Now), person: tx.Act.Person, current: true}
	var err error
	if again == 0 {
		d.id = c.id
		err = s.insertDocument(ctx, tx, d)
	} else {
		err = s.restore(ctx, tx, d)
	}
	if err != nil {
		return d, err
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE sbom_latest SET document = $1 WHERE release = $2 AND org = $3`, d.id, to.id, to.org); err != nil {
		return d, err
	}
	return d, s.insertInventory(ctx, tx, d.id, c.packed, c.items.Len())
}

func (s store) insertDocument(ctx context.Context, tx *db.Tx, d document) error {
	notes, err := json.Marshal(d.notes)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO sbom_document (id, org, release, sum, size, format, version, encoding, serial, name, components, packages,
			direct, unplaced, without_purl, without_licence, duplicates, warnings, notes, complete, made, uploaded, person, current)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, true)`,
		d.id, d.org, d.release, d.sum, d.Size, d.Format, d.FormatVersion, d.Encoding, d.Serial, d.Name, d.Components, d.Packages,
		d.Direct, d.Unplaced, d.WithoutPURL, d.WithoutLicence, d.Duplicates, d.WarningCount, string(notes), d.Complete,
		kept(d.Made), tx.Now, tx.Act.Person)
	return err
}

func (s store) restore(ctx context.Context, tx *db.Tx, d document) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: it was the document of a release that the viewer may change
		UPDATE sbom_document SET current = true, uploaded = $1, person = $2 WHERE id = $3`, tx.Now, tx.Act.Person, d.id)
	return err
}

// addPackages inserts the packages that are not there yet and returns them.
func (s store) addPackages(ctx context.Context, tx *db.Tx, c candidates) (candidates, error) {
	columns := make([]db.Words, 5)
	for _, p := range described(c) {
		for i, w := range []string{p.Type, p.Namespace, p.Name, strings.ToLower(p.Name), p.Version} {
			columns[i] = append(columns[i], w)
		}
	}
	fresh, err := tx.InsertNew(ctx, "sbom_package", "id, key, type, namespace, name, folded, version",
		c.ids, c.keys, columns[0], columns[1], columns[2], columns[3], columns[4])
	if err != nil {
		return candidates{}, err
	}
	isNew, old := c.split(fresh)
	return isNew, s.confirm(ctx, tx, `SELECT id, key FROM sbom_package WHERE `, old)
}

func (s store) addTerms(ctx context.Context, tx *db.Tx, c candidates) error {
	fresh, err := tx.InsertNew(ctx, "sbom_term", "id, text", c.ids, c.keys)
	if err != nil {
		return err
	}
	_, old := c.split(fresh)
	return s.confirm(ctx, tx, `SELECT id, text FROM sbom_term WHERE `, old)
}

// split parts those that were inserted from those that were there.
func (c candidates) split(fresh []bool) (isNew, old candidates) {
	for i, id := range c.ids {
		if fresh[i] {
			isNew.add(id, c.keys[i])
		} else {
			old.add(id, c.keys[i])
		}
	}
	return isNew, old
}

// confirm checks that the numbers belong to the keys; query lists number and key.
func (s store) confirm(ctx context.Context, tx *db.Tx, query string, c candidates) error {
	if len(c.ids) == 0 {
		return nil
	}
	want := make(map[int64]string, len(c.ids))
	for i, id := range c.ids {
		want[id] = c.keys[i]
	}
	type row struct {
		id  int64
		key string
	}
	for part := range slices.Chunk(c.ids, chunk) {
		in, values := db.Among(s.db, "id", 1, part)
		for r, err := range db.Each(ctx, tx, func(r *row) []any { return []any{&r.id, &r.key} }, query+in, values) {
			if err != nil {
				return err
			}
			if want[r.id] != r.key {
				return clash(r.id, want[r.id])
			}
		}
	}
	return nil
}
