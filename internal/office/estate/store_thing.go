// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A thing is a software or a release by name.
type thing struct{ id, kind, name, version string }

// things names those of ids that root sees.
func (s store) things(ctx context.Context, root ospo.OrgID, ids []string) ([]thing, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{root}
	for _, id := range ids {
		args = append(args, id)
	}
	in := db.In(2, len(ids))
	bind := func(t *thing) []any { return []any{&t.id, &t.kind, &t.name, &t.version} }
	releases, err := db.All(ctx, s.db.Read(), bind, `
		SELECT r.id, 'release', w.name, r.version FROM estate_release r JOIN estate_software w ON w.id = r.software
		WHERE EXISTS (SELECT 1 FROM estate_visible_view v WHERE v.root = $1 AND v.release = r.id) AND r.id IN (`+in+`)`, args...)
	if err != nil {
		return nil, err
	}
	software, err := db.All(ctx, s.db.Read(), bind, `
		SELECT w.id, 'software', w.name, '' FROM estate_software w
		WHERE w.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND w.id IN (`+in+`)`, args...)
	return append(releases, software...), err
}
