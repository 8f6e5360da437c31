// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// naming lists the measures that root sees in whose words, or in those of a booking, a text stands.
func (s store) naming(ctx context.Context, root ospo.OrgID, text string) ([]Named, error) {
	return db.All(ctx, s.db.Read(), func(n *Named) []any { return []any{&n.ID, &n.Org, &n.Title, &n.Pot} }, `
		SELECT m.id, m.org, m.title, p.name FROM budget_measure m JOIN budget_pot p ON p.id = m.pot AND p.org = m.org
		WHERE m.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
			AND (replace(m.title || ' ' || m.about, CAST($2 AS TEXT), '') <> m.title || ' ' || m.about
				OR EXISTS (SELECT 1 FROM budget_booking b WHERE b.org = m.org AND b.measure = m.id AND replace(b.said, CAST($3 AS TEXT), '') <> b.said))
		ORDER BY m.id DESC LIMIT 50`, root, text, text)
}
