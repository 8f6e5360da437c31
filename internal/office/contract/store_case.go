// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// ofCase lists contracts of a house that root sees and that name a case by its number, the latest first.
func (s store) ofCase(ctx context.Context, root ospo.OrgID, house []ospo.OrgID, number string) (out []Contract, err error) {
	in, list := db.Among(s.db, "c.org", 3, house)
	rows, err := db.All(ctx, s.db.Read(), bindEntry, `
		SELECT `+entryColumns+` FROM contract_entry c WHERE c.org IN `+within+` AND c.matter = $2 AND `+in+` ORDER BY c.id DESC LIMIT 50`, root, number, list)
	for _, r := range rows {
		out = append(out, r.Contract)
	}
	return out, err
}
