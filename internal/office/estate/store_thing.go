// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// things finds what bears one of the ids, among all that root may see.
func (s store) things(ctx context.Context, root ospo.OrgID, ids []string) ([]thing, error) {
	in := db.In(2, len(ids))
	return db.All(ctx, s.db.Read(), func(t *thing) []any { return []any{&t.kind, &t.id, &t.name} }, `
		SELECT 'software', w.id, w.name FROM estate_software w WHERE `+seenSoftware+` AND w.id IN (`+in+`)
		UNION ALL
		SELECT 'release', r.id, s.name || ' ' || r.version FROM estate_release r JOIN estate_software s ON s.id = r.software
		WHERE `+seen+` AND r.id IN (`+in+`)
		UNION ALL
		SELECT 'supplier', id, name FROM estate_supplier
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id IN (`+in+`)
		UNION ALL
		SELECT 'contract', id, number FROM estate_contract
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id IN (`+in+`)
		UNION ALL
		SELECT 'import', id, name FROM estate_import WHERE org = $1 AND id IN (`+in+`)`,
		append([]any{root}, anys(ids)...)...)
}
