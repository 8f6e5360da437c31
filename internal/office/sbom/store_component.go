// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// packages returns what packages are called, in no order.
func (s store) packages(ctx context.Context, ids []int64) (map[ospo.PackageID]Component, error) {
	out := make(map[ospo.PackageID]Component, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "id", 1, part)
		for c, err := range db.Each(ctx, s.db.Read(), func(c *Component) []any {
			return []any{&c.id, &c.PURL, &c.Type, &c.Namespace, &c.Name, &c.folded, &c.Version}
		}, `
			SELECT id, CASE WHEN type = '' THEN '' ELSE key END, type, namespace, name, folded, version
			FROM sbom_package WHERE `+in, values) {
			if err != nil {
				return nil, err
			}
			out[c.id] = c
		}
	}
	return out, nil
}

// terms returns the texts of licences and suppliers; 0 has none.
func (s store) terms(ctx context.Context, columns ...[]int64) (map[int64]string, error) {
	out := map[int64]string{0: ""}
	var ids []int64
	for _, column := range columns {
		for _, id := range column {
			if _, ok := out[id]; !ok {
				out[id] = ""
				ids = append(ids, id)
			}
		}
	}
	type row struct {
		id   int64
		text string
	}
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "id", 1, part)
		for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.id, &r.text} },
			`SELECT id, text FROM sbom_term WHERE `+in, values) {
			if err != nil {
				return nil, err
			}
			out[r.id] = r.text
		}
	}
	return out, nil
}
