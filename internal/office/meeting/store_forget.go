// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"

	"allmende/internal/platform/db"
)

// naming lists the meetings in whose items or decisions a word stands.
func (s store) naming(ctx context.Context, q db.Querier, word string) ([]Session, error) {
	return db.All(ctx, q, bindSession, `
		SELECT `+sessionColumns+sessionTables+`
		WHERE m.id IN (SELECT session FROM meeting_item WHERE replace(title || note, CAST($1 AS TEXT), '') <> title || note)
		OR m.id IN (SELECT session FROM meeting_decision WHERE replace(text || reason || evidence, CAST($2 AS TEXT), '') <> text || reason || evidence)
		-- every organisation: who is erased is erased everywhere`, word, word)
}

// refold notes anew what a search finds a decision by.
func (s store) refold(ctx context.Context, tx *db.Tx, d Decision) error {
	_, err := tx.ExecContext(ctx, `UPDATE meeting_decision SET folded = $1 WHERE org = $2 AND id = $3`, d.folded(), d.Org, d.ID)
	return err
}

func (s store) setSum(ctx context.Context, tx *db.Tx, m Session, sum string) error {
	_, err := tx.ExecContext(ctx, `UPDATE meeting_session SET sum = $1 WHERE org = $2 AND id = $3`, sum, m.Org, m.ID)
	return err
}
