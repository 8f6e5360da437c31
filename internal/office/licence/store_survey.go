// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// holdings lists the present bills of materials that root may see.
func (s store) holdings(ctx context.Context, root ospo.OrgID) ([]Holding, error) {
	return db.All(ctx, s.db.Read(), func(h *Holding) []any {
		return []any{&h.Document, &h.Release, &h.Version, &h.Software, &h.Name, &h.Owner}
	}, `
		SELECT d.id, r.id, r.version, w.id, w.name, COALESCE(o.name, '')
		FROM estate_visible_view v
		JOIN sbom_document_view d ON d.release = v.release AND d.current
		JOIN estate_release_view r ON r.id = v.release
		JOIN estate_software_view w ON w.id = r.software
		LEFT JOIN governance_org_view o ON o.id = r.org AND o.id IN (SELECT org FROM governance_scope_view WHERE root = $1)
		WHERE v.root = $2 ORDER BY d.id`, root, root)
}

// stated lists the products that root may see and of which the register states a licence.
func (s store) stated(ctx context.Context, root ospo.OrgID) ([]Bearer, error) {
	return db.All(ctx, s.db.Read(), func(b *Bearer) []any { return []any{&b.SoftwareID, &b.Software, &b.Licence} }, `
		SELECT w.id, w.name, w.licence FROM estate_software_view w
		WHERE w.licence <> '' AND EXISTS (
			SELECT 1 FROM estate_release_view r JOIN estate_visible_view v ON v.release = r.id AND v.root = $1 WHERE r.software = w.id)
		ORDER BY w.name COLLATE "de-x-icu", w.id`, root)
}

// mixed returns the pairs of documents; whoever asks knows that they may be seen.
func (s store) mixed(ctx context.Context, ids []ospo.DocumentID) (map[ospo.DocumentID][]share, error) {
	type row struct {
		document ospo.DocumentID
		share
	}
	out := map[ospo.DocumentID][]share{}
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "document", 1, part)
		for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.document, &r.declared, &r.concluded, &r.packages} },
			`SELECT document, declared, concluded, packages FROM licence_mix WHERE `+in+` ORDER BY document, declared, concluded`, values) {
			if err != nil {
				return nil, err
			}
			out[r.document] = append(out[r.document], r.share)
		}
	}
	return out, nil
}

// texts returns what terms say.
func (s store) texts(ctx context.Context, ids []int64) (map[int64]string, error) {
	type row struct {
		id   int64
		text string
	}
	out := make(map[int64]string, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "id", 1, part)
		for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.id, &r.text} },
			`SELECT id, text FROM sbom_term_view WHERE `+in, values) {
			if err != nil {
				return nil, err
			}
			out[r.id] = r.text
		}
	}
	return out, nil
}

const packageColumns = `id, purl, type, namespace, name, version`

func bindPackage(p *Package) []any {
	return []any{&p.ID, &p.PURL, &p.Type, &p.Namespace, &p.Name, &p.Version}
}

// packages returns package versions by number.
func (s store) packages(ctx context.Context, q db.Querier, ids []ospo.PackageID) (map[ospo.PackageID]Package, error) {
	out := make(map[ospo.PackageID]Package, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "id", 1, part)
		for p, err := range db.Each(ctx, q, bindPackage, `SELECT `+packageColumns+` FROM sbom_package_view WHERE `+in, values) {
			if err != nil {
				return nil, err
			}
			out[p.ID] = p
		}
	}
	return out, nil
}

// siblings returns all versions of a package that the instance knows; whoever asks looks which of
// them are in view. Names may be written
// with capitals, so the folded one, which has an index, is asked for first.
func (s store) siblings(ctx context.Context, q db.Querier, p Package) ([]Package, error) {
	return db.All(ctx, q, bindPackage, `
		SELECT `+packageColumns+` FROM sbom_package_view
		WHERE folded = lower($1) AND type = $2 AND namespace = $3 AND name = $4`, p.Name, p.Type, p.Namespace, p.Name)
}
