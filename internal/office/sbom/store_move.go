// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// returned reports whether a document is back already.
func (s store) returned(ctx context.Context, r Returning) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM sbom_document WHERE org = $1 AND release = $2 AND sum = $3 AND uploaded = $4`, r.Org, r.Release, r.Sum, r.Uploaded)
	return n > 0, err
}

func (s store) backdate(ctx context.Context, tx *db.Tx, r Returning) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE sbom_document SET uploaded = $1, person = $2 WHERE org = $3 AND release = $4 AND sum = $5`,
		r.Uploaded, r.Person, r.Org, r.Release, r.Sum)
	return err
}

// presentOf lists the present documents of an organisation and all below it.
func (s store) presentOf(ctx context.Context, tx *db.Tx, root ospo.OrgID) ([]ospo.DocumentID, error) {
	return db.All(ctx, tx, func(id *ospo.DocumentID) []any { return []any{id} }, `
		SELECT id FROM sbom_document WHERE current AND org IN (SELECT org FROM governance_scope_view WHERE root = $1) ORDER BY id`, root)
}
