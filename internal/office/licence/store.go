// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

type store struct{ db *db.DB }

// New returns the licences kept in d; what was there before is counted through queue, which
// may be nil.
func New(d *db.DB, queue *job.Queue) *Service {
	s := &Service{store: store{d}}
	if queue != nil {
		queue.Handle(mixKind, s.mixJob)
		queue.Every(mixKind, 24*time.Hour)
	}
	return s
}

// chunk is how many ids go into one statement.
const chunk = 5000

// setMix keeps the pairs of a document in place of those it had.
func (s store) setMix(ctx context.Context, tx *db.Tx, id ospo.DocumentID, mixed map[pair]int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM licence_mix WHERE document = $1`, id); err != nil {
		return err
	}
	var documents, declared, concluded, packages db.Numbers
	for p, n := range mixed {
		documents, declared, concluded, packages = append(documents, int64(id)), append(declared, p.declared), append(concluded, p.concluded), append(packages, n)
	}
	return tx.InsertColumns(ctx, "licence_mix", "document, declared, concluded, packages", documents, declared, concluded, packages)
}

// dropFormer removes the pairs of the documents that a release had before.
func (s store) dropFormer(ctx context.Context, tx *db.Tx, release ospo.ReleaseID) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: it is a release that the viewer may change
		DELETE FROM licence_mix WHERE document IN (SELECT id FROM sbom_document_view WHERE release = $1 AND NOT current)`, release)
	return err
}

// unmixed lists present documents behind a number that have no pairs.
func (s store) unmixed(ctx context.Context, last ospo.DocumentID, n int) ([]ospo.DocumentID, error) {
	return db.All(ctx, s.db.Read(), func(id *ospo.DocumentID) []any { return []any{id} }, `
		-- every organisation: the licences of all documents are counted in one way
		SELECT d.id FROM sbom_document_view d
		WHERE d.id > $1 AND d.current AND NOT EXISTS (SELECT 1 FROM licence_mix m WHERE m.document = d.id)
		ORDER BY d.id LIMIT $2`, last, n)
}

// dropGone removes the pairs of documents that are not present any more.
func (s store) dropGone(ctx context.Context, tx *db.Tx) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the licences of all documents are counted in one way
		DELETE FROM licence_mix WHERE document NOT IN (SELECT id FROM sbom_document_view WHERE current)`)
	return err
}
