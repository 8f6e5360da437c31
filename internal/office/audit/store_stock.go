// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"strconv"

	"allmende/internal/platform/db"
	"allmende/internal/platform/expiry"
)

// stocks are the differences of entries, which can be taken out one day: what was done, when
// and by whom stays, and so does the proof (see [db.Tx.Erase]). Entries about accounts name
// people; all others say how a decision came about.
var stocks = []expiry.Stock{
	{Kind: "audit.account", Table: "log_entry_view", ID: "CAST(n AS TEXT)", Since: "at", People: []string{"person", "thing"}, End: blank,
		Over: "diff <> '' AND (what LIKE 'governance.person.%' OR what LIKE 'governance.sign\\_in%' ESCAPE '\\' OR what LIKE 'identity.%' OR what LIKE 'factor.%')"},
	{Kind: "audit.detail", Table: "log_entry_view", ID: "CAST(n AS TEXT)", Since: "at", People: []string{"person", "thing"}, End: blank,
		Over: "diff <> '' AND what <> 'audit.erase' AND NOT (what LIKE 'governance.person.%' OR what LIKE 'governance.sign\\_in%' ESCAPE '\\' OR what LIKE 'identity.%' OR what LIKE 'factor.%')"},
}

// blank takes the differences out of entries.
func blank(ctx context.Context, tx *db.Tx, ids []string) (int, error) {
	numbers := make([]int64, len(ids))
	for i, id := range ids {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return 0, err
		}
		numbers[i] = n
	}
	return len(ids), tx.Erase(ctx, numbers)
}
