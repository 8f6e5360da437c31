// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// visible is what changes of who sees releases take turns at, see [db.Tx.Share].
const visible = "estate_visible"

// see works out anew who sees releases that were changed. Of those who change the same
// release the second waits at its row, so that it works with what the first has left.
func (s store) see(ctx context.Context, tx *db.Tx, releases []ospo.ReleaseID) error {
	if err := tx.Share(ctx, visible); err != nil {
		return err
	}
	for part := range slices.Chunk(sorted(releases), most) {
		row, ids := db.Among(s.db, "id", 1, part)
		if _, err := tx.ExecContext(ctx, `
			-- every organisation: nothing changes but that others wait
			UPDATE estate_release SET changed = changed WHERE `+row, ids); err != nil {
			return err
		}
		old, ids := db.Among(s.db, "release", 1, part)
		if _, err := tx.ExecContext(ctx, `
			DELETE FROM estate_visible WHERE `+old+` -- every organisation: whoever sees them`, ids); err != nil {
			return err
		}
		kept, ids := db.Among(s.db, "r.id", 1, part)
		used, _ := db.Among(s.db, "u.release", 2, part)
		if _, err := tx.ExecContext(ctx, `
			-- every organisation: whoever sees them
			INSERT INTO estate_visible (org, release)
			SELECT s.root, r.id FROM estate_release r JOIN governance_scope_view s ON s.org = r.org
			WHERE r.retired = '' AND `+kept+`
			UNION
			SELECT s.root, u.release FROM estate_use u JOIN governance_scope_view s ON s.org = u.org
			WHERE u.ended = '' AND `+used, ids, ids); err != nil {
			return err
		}
	}
	return nil
}

// sorted are releases in one order for everybody, so that nobody waits in a circle.
func sorted(releases []ospo.ReleaseID) []ospo.ReleaseID {
	return slices.Compact(slices.Sorted(slices.Values(releases)))
}

// seeAll works it out for all releases, after organisations came, moved or left. What stays
// as it was is not written.
func (s store) seeAll(ctx context.Context, tx *db.Tx) error {
	if err := tx.Alone(ctx, visible); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: the tree is everybody's
		DELETE FROM estate_visible WHERE NOT EXISTS (
			SELECT 1 FROM estate_release r JOIN governance_scope_view s ON s.org = r.org
			WHERE r.id = estate_visible.release AND r.retired = '' AND s.root = estate_visible.org
		) AND NOT EXISTS (
			SELECT 1 FROM estate_use u JOIN governance_scope_view s ON s.org = u.org
			WHERE u.release = estate_visible.release AND u.ended = '' AND s.root = estate_visible.org)`); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the tree is everybody's
		INSERT INTO estate_visible (org, release)
		SELECT s.root, r.id FROM estate_release r JOIN governance_scope_view s ON s.org = r.org WHERE r.retired = ''
		UNION
		SELECT s.root, u.release FROM estate_use u JOIN governance_scope_view s ON s.org = u.org WHERE u.ended = ''
		EXCEPT
		SELECT org, release FROM estate_visible`)
	return err
}
