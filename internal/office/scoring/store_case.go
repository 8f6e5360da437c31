// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// ofPapers lists the rounds that root sees by one of the setups, the latest first.
func (s store) ofPapers(ctx context.Context, root ospo.OrgID, papers []string) ([]Round, error) {
	in, list := db.Among(s.db, "r.paper", 2, papers)
	return db.All(ctx, s.db.Read(), bindRound, `SELECT `+roundColumns+`
		WHERE r.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+in+` ORDER BY r.id DESC LIMIT 50`, root, list)
}
