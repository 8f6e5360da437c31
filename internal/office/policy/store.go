// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/purl"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the profiles and decisions kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

// sees reports whether an organisation lies within what root sees.
func (s store) sees(ctx context.Context, root, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	return n > 0, err
}

// A releaseRow is a release in view with its present document, 0 where there is none.
type releaseRow struct {
	id                       ospo.ReleaseID
	software                 ospo.SoftwareID
	name, version, ownerName string
	document                 ospo.DocumentID
	stated                   stated
}

const releaseColumns = `r.id, w.id, w.name, r.version, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = r.org AND o.id IN (SELECT org FROM governance_scope_view WHERE root = $1)), ''), coalesce(d.id, 0), w.licence, w.kind`

// release returns a release in view; any other is not found.
func (s store) release(ctx context.Context, root ospo.OrgID, release ospo.ReleaseID) (releaseRow, error) {
	return db.One(ctx, s.db.Read(), func(r *releaseRow) []any {
		return []any{&r.id, &r.software, &r.name, &r.version, &r.ownerName, &r.document, &r.stated.licence, &r.stated.kind}
	}, `
		SELECT `+releaseColumns+` FROM estate_visible_view v
		JOIN estate_release_view r ON r.id = v.release JOIN estate_software_view w ON w.id = r.software
		LEFT JOIN sbom_document_view d ON d.release = r.id AND d.current
		WHERE v.root = $2 AND r.id = $3`, root, root, release)
}

// releases lists all releases in view.
func (s store) releases(ctx context.Context, root ospo.OrgID) ([]Row, error) {
	return db.All(ctx, s.db.Read(), func(r *Row) []any {
		return []any{&r.Release, &r.Software, &r.Name, &r.Version, &r.Owner, &r.document, &r.stated.licence, &r.stated.kind}
	}, `
		SELECT `+releaseColumns+` FROM estate_visible_view v
		JOIN estate_release_view r ON r.id = v.release JOIN estate_software_view w ON w.id = r.software
		LEFT JOIN sbom_document_view d ON d.release = r.id AND d.current
		WHERE v.root = $2`, root, root)
}

// releasesAmong lists those of some releases that are in view, with no more than judging them
// needs.
func (s store) releasesAmong(ctx context.Context, root ospo.OrgID, ids []ospo.ReleaseID) (out []Row, err error) {
	for part := range slices.Chunk(ids, perStatement) {
		in, values := db.Among(s.db, "v.release", 2, part)
		some, err := db.All(ctx, s.db.Read(), func(r *Row) []any { return []any{&r.Release, &r.Software, &r.document} }, `
			SELECT r.id, r.software, coalesce(d.id, 0) FROM estate_visible_view v
			JOIN estate_release_view r ON r.id = v.release
			LEFT JOIN sbom_document_view d ON d.release = r.id AND d.current
			WHERE v.root = $1 AND `+in, root, values)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// software names a product with a release in view; any other is not found.
func (s store) software(ctx context.Context, root ospo.OrgID, id ospo.SoftwareID) (string, error) {
	return db.One(ctx, s.db.Read(), func(t *string) []any { return []any{t} }, `
		SELECT w.name FROM estate_software_view w WHERE w.id = $1
		AND EXISTS (SELECT 1 FROM estate_release_view r JOIN estate_visible_view v ON v.release = r.id WHERE r.software = w.id AND v.root = $2)`, id, root)
}

// mix lists the distinct pairs of licence terms of the present documents in view.
func (s store) mix(ctx context.Context, root ospo.OrgID) ([]mixRow, error) {
	return db.All(ctx, s.db.Read(), func(m *mixRow) []any { return []any{&m.document, &m.declared, &m.concluded, &m.packages} }, `
		SELECT m.document, m.declared, m.concluded, m.packages FROM estate_visible_view v
		JOIN sbom_document_view d ON d.release = v.release AND d.current JOIN licence_mix_view m ON m.document = d.id
		WHERE v.root = $1`, root)
}

// mixOf lists the distinct pairs of licence terms of documents; whoever asks knows that they may be seen.
func (s store) mixOf(ctx context.Context, documents []ospo.DocumentID) (out []mixRow, err error) {
	for part := range slices.Chunk(documents, perStatement) {
		in, values := db.Among(s.db, "document", 1, part)
		some, err := db.All(ctx, s.db.Read(), func(m *mixRow) []any { return []any{&m.document, &m.declared, &m.concluded, &m.packages} }, `
			SELECT document, declared, concluded, packages FROM licence_mix_view WHERE `+in, values)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// containing counts the releases in view in which a licence text occurs.
func (s store) containing(ctx context.Context, root ospo.OrgID, licence string) (int, error) {
	return db.Count(ctx, s.db.Read(), `
		SELECT count(DISTINCT d.release) FROM estate_visible_view v
		JOIN sbom_document_view d ON d.release = v.release AND d.current JOIN licence_mix_view m ON m.document = d.id
		WHERE v.root = $1 AND CASE WHEN m.concluded <> 0 THEN m.concluded ELSE m.declared END IN (SELECT t.id FROM sbom_term_view t WHERE t.text = $2)`, root, licence)
}

// perStatement is how many ids go into one statement.
const perStatement = 1000

// terms returns licence texts by their numbers.
func (s store) terms(ctx context.Context, ids []int64) (map[int64]string, error) {
	out := make(map[int64]string, len(ids))
	for part := range slices.Chunk(ids, perStatement) {
		in, values := db.Among(s.db, "id", 1, part)
		type row struct {
			id   int64
			text string
		}
		for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.id, &r.text} }, `SELECT id, text FROM sbom_term_view WHERE `+in, values) {
			if err != nil {
				return nil, err
			}
			out[r.id] = r.text
		}
	}
	return out, nil
}

// packagesNamed returns the packages of the instance that package URLs name, with or without
// version, by their own package URLs.
func (s store) packagesNamed(ctx context.Context, all []string) (map[ospo.PackageID]string, error) {
	out := map[ospo.PackageID]string{}
	type row struct {
		id   ospo.PackageID
		purl string
	}
	for _, text := range all {
		p, err := purl.Parse(text)
		if err != nil {
			continue // one that is no longer one names nothing
		}
		for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.id, &r.purl} }, `
			SELECT id, purl FROM sbom_package_view WHERE folded = $1 AND type = $2 AND namespace = $3 AND name = $4 AND ($5 = '' OR version = $6)`,
			strings.ToLower(p.Name), p.Type, p.Namespace, p.Name, p.Version, p.Version) {
			if err != nil {
				return nil, err
			}
			out[r.id] = r.purl
		}
	}
	return out, nil
}

// concluded returns what an organisation, or one above it, concluded of packages, and their
// package URLs.
func (s store) concluded(ctx context.Context, org ospo.OrgID) (expressions, purls map[ospo.PackageID]string, err error) {
	type row struct {
		id               ospo.PackageID
		expression, purl string
	}
	expressions, purls = map[ospo.PackageID]string{}, map[ospo.PackageID]string{}
	for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.id, &r.expression, &r.purl} }, `
		SELECT c.package, c.expression, p.purl FROM licence_conclusion_view c JOIN sbom_package_view p ON p.id = c.package WHERE c.org = $1`, org) {
		if err != nil {
			return nil, nil, err
		}
		expressions[r.id], purls[r.id] = r.expression, r.purl
	}
	return expressions, purls, nil
}

// A pack is a package with its names.
type pack struct {
	id                             ospo.PackageID
	purl, namespace, name, version string
}

// packages returns packages by their numbers.
func (s store) packages(ctx context.Context, ids []ospo.PackageID) (map[ospo.PackageID]pack, error) {
	out := make(map[ospo.PackageID]pack, len(ids))
	for part := range slices.Chunk(ids, perStatement) {
		in, values := db.Among(s.db, "id", 1, part)
		for p, err := range db.Each(ctx, s.db.Read(), func(p *pack) []any { return []any{&p.id, &p.purl, &p.namespace, &p.name, &p.version} },
			`SELECT id, purl, namespace, name, version FROM sbom_package_view WHERE `+in, values) {
			if err != nil {
				return nil, err
			}
			out[p.id] = p
		}
	}
	return out, nil
}

// A usedRow is a context, or a role in the register, of a release.
type usedRow struct {
	release                         ospo.ReleaseID
	context, reason, maker, created string
	org                             ospo.OrgID
	place                           int // how near the organisation is that said so; below for one below
}

// roles lists in which roles releases are used within root; without any named, all.
func (s store) roles(ctx context.Context, q db.Querier, root ospo.OrgID, releases []ospo.ReleaseID) ([]usedRow, error) {
	only, args := "", []any{root}
	if len(releases) > 0 {
		in, ids := db.Among(s.db, "u.release", 2, releases)
		only, args = " AND "+in, append(args, ids)
	}
	return db.All(ctx, q, func(r *usedRow) []any { return []any{&r.release, &r.context} }, `
		SELECT DISTINCT u.release, u.role FROM governance_scope_view c JOIN estate_use_view u ON u.org = c.org
		WHERE c.root = $1`+only, args...)
}

// below is the place of organisations below the one that asks: they come after all others.
const below = 1_000_000

// contexts lists what organisations at, above and below root set, the nearest first.
func (s store) contexts(ctx context.Context, q db.Querier, root ospo.OrgID, releases []ospo.ReleaseID) ([]usedRow, error) {
	only, args := "", []any{root, root, root, root}
	if len(releases) > 0 {
		in, ids := db.Among(s.db, "x.release", 5, releases)
		only, args = " WHERE "+in, append(args, ids)
	}
	return db.All(ctx, q, func(r *usedRow) []any {
		return []any{&r.release, &r.context, &r.reason, &r.maker, &r.created, &r.org, &r.place}
	}, `
		SELECT x.release, x.context, x.reason, x.maker, x.created, x.org, x.place FROM (
			SELECT k.release, k.context, k.reason, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = k.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)), '') AS maker, k.created, k.org,
				1000 - (SELECT count(*) FROM governance_scope_view u WHERE u.org = k.org) AS place
			FROM policy_context k JOIN governance_scope_view c ON c.root = k.org AND c.org = $2
			UNION ALL
			SELECT k.release, k.context, k.reason, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = k.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $3)), ''), k.created, k.org, 1000000
			FROM policy_context k JOIN governance_scope_view c ON c.org = k.org AND c.root = $4 AND c.org <> c.root
		) x`+only+`
		ORDER BY x.place, x.release, x.context`, args...)
}

func (s store) setContexts(ctx context.Context, tx *db.Tx, release ospo.ReleaseID, contexts []ospo.Context, reason string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM policy_context WHERE org = $1 AND release = $2`, tx.Act.Org, release); err != nil {
		return err
	}
	for _, c := range contexts {
		if _, err := tx.ExecContext(ctx, `INSERT INTO policy_context (org, release, context, reason, person, created) VALUES ($1, $2, $3, $4, $5, $6)`,
			tx.Act.Org, release, c, reason, tx.Act.Person, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// A choice is a thing with its name.
type choice struct{ id, name string }

func bindChoice(c *choice) []any { return []any{&c.id, &c.name} }

// products lists the products in view, by name.
func (s store) products(ctx context.Context, root ospo.OrgID) ([]choice, error) {
	return db.All(ctx, s.db.Read(), bindChoice, `
		SELECT w.id, w.name FROM estate_software_view w
		WHERE EXISTS (SELECT 1 FROM estate_release_view r JOIN estate_visible_view v ON v.release = r.id WHERE r.software = w.id AND v.root = $1)
		ORDER BY w.folded, w.id LIMIT 2000`, root)
}

// releaseNames lists the releases in view, by name.
func (s store) releaseNames(ctx context.Context, root ospo.OrgID) ([]choice, error) {
	return db.All(ctx, s.db.Read(), bindChoice, `
		SELECT r.id, w.name || ' ' || r.version FROM estate_visible_view v JOIN estate_release_view r ON r.id = v.release JOIN estate_software_view w ON w.id = r.software
		WHERE v.root = $1 ORDER BY w.folded, r.version, r.id LIMIT 2000`, root)
}

// once refuses what somebody else has done meanwhile: no row was changed.
func once(r interface{ RowsAffected() (int64, error) }, err error, key string) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return fault.New(fault.Conflict, key)
}
