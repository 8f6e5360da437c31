// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A namedRow is a measure with words of it in which a text stands.
type namedRow struct {
	Named
	words string
}

// naming lists the measures of a house that root sees in whose words, or in those of a booking, a
// text stands, the latest first: one row for itself and for each such booking.
func (s store) naming(ctx context.Context, root ospo.OrgID, house []ospo.OrgID, text string) ([]namedRow, error) {
	in, list := db.Among(s.db, "m.org", 3, house)
	return db.All(ctx, s.db.Read(), func(n *namedRow) []any { return []any{&n.ID, &n.Org, &n.Title, &n.Pot, &n.words} }, `
		SELECT m.id, m.org, m.title, p.name, m.title || ' ' || m.about || ' ' || coalesce(b.said, '') FROM budget_measure m JOIN budget_pot p ON p.id = m.pot AND p.org = m.org
		LEFT JOIN budget_booking b ON b.org = m.org AND b.measure = m.id AND replace(b.said, CAST($1 AS TEXT), '') <> b.said
		WHERE m.org IN (SELECT org FROM governance_scope_view WHERE root = $2) AND `+in+`
			AND (b.said IS NOT NULL OR replace(m.title || ' ' || m.about, CAST($4 AS TEXT), '') <> m.title || ' ' || m.about)
		ORDER BY m.id DESC`, text, root, list, text)
}
