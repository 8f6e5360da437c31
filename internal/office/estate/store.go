// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

const releaseColumns = `r.id, r.org, r.software, s.name, r.version, r.purl, r.released, r.supported, r.retired,
	CASE WHEN r.org IN (SELECT org FROM governance_scope_view WHERE root = $1) THEN 1 ELSE 0 END`

func bindRelease(r *Release) []any {
	return []any{&r.ID, &r.Org, &r.Software, &r.Name, &r.Version, &r.PURL, &r.Released, &r.Supported, &r.Retired, flag{&r.Mine}}
}

// seen is what a release needs so that an organisation may look at it: it belongs to the
// organisation's tree, in service or not, or is or was used in it.
const seen = `(r.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
	OR r.id IN (SELECT u.release FROM estate_use u JOIN governance_scope_view g ON g.org = u.org WHERE g.root = $1))`

func (s store) release(ctx context.Context, q db.Querier, root ospo.OrgID, id ospo.ReleaseID) (Release, error) {
	return db.One(ctx, q, bindRelease, `
		SELECT `+releaseColumns+`
		FROM estate_release r JOIN estate_software s ON s.id = r.software
		WHERE `+seen+` AND r.id = $2`, root, id)
}

// findSoftware looks for software that the tree of org keeps, by package URL, then by
// name; org's own entry goes before one of its departments.
func (s store) findSoftware(ctx context.Context, q db.Querier, org ospo.OrgID, folded, bare string) (ospo.SoftwareID, ospo.OrgID, error) {
	type row struct {
		id  ospo.SoftwareID
		org ospo.OrgID
	}
	r, err := db.One(ctx, q, func(r *row) []any { return []any{&r.id, &r.org} }, `
		SELECT id, org FROM estate_software
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND (folded = $2 OR purl <> '' AND purl = $3)
		ORDER BY CASE WHEN purl <> '' AND purl = $3 THEN 0 ELSE 1 END, CASE WHEN org = $1 THEN 0 ELSE 1 END, id LIMIT 1`,
		org, folded, bare)
	return r.id, r.org, err
}

// addSoftware adds an entry, or returns the one of that name that somebody else added
// meanwhile.
func (s store) addSoftware(ctx context.Context, tx *db.Tx, w Software) (id ospo.SoftwareID, created bool, err error) {
	err = tx.InsertMany(ctx, "estate_software", softwareColumns, [][]any{softwareRow(w, tx.Now)}, "ON CONFLICT (org, folded) DO NOTHING")
	if err != nil {
		return "", false, err
	}
	id, err = db.One(ctx, tx, func(id *ospo.SoftwareID) []any { return []any{id} },
		`SELECT id FROM estate_software WHERE org = $1 AND folded = $2`, w.Org, fold(w.Name))
	return id, id == w.ID, err
}

const softwareColumns = "id, org, name, folded, kind, purpose_de, purpose_en, licence, website, repository, purl, supplier, source, checked, retired, created, changed"

func softwareRow(w Software, now string) []any {
	return []any{w.ID, w.Org, tidy(w.Name), fold(w.Name), w.Kind, w.PurposeDE, w.PurposeEN, w.Licence, w.Website, w.Repository, w.PURL,
		w.SupplierID, w.Source, w.Checked, w.Retired, now, now}
}

func (s store) reviveSoftware(ctx context.Context, tx *db.Tx, id ospo.SoftwareID) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE estate_software SET retired = '', changed = $1
		WHERE id = $2 AND retired <> '' AND org IN (SELECT org FROM governance_scope_view WHERE root = $3)`, tx.Now, id, tx.Act.Org)
	return err
}

const releaseInsert = "id, org, software, version, purl, released, supported, retired, created, changed"

func releaseRow(r Release, now string) []any {
	return []any{r.ID, r.Org, r.Software, r.Version, r.PURL, r.Released, r.Supported, r.Retired, now, now}
}

// ensureRelease finds a version of a software or adds it; a retired one is revived.
func (s store) ensureRelease(ctx context.Context, tx *db.Tx, owner ospo.OrgID, software ospo.SoftwareID, version, packageURL string) (id ospo.ReleaseID, created, revived bool, err error) {
	fresh := Release{ID: ospo.ReleaseID(db.NewID()), Org: owner, Software: software, Version: version, PURL: packageURL}
	if err := tx.InsertMany(ctx, "estate_release", releaseInsert, [][]any{releaseRow(fresh, tx.Now)}, "ON CONFLICT (software, version) DO NOTHING"); err != nil {
		return "", false, false, err
	}
	r, err := db.One(ctx, tx, func(r *Release) []any { return []any{&r.ID, &r.Retired} },
		`SELECT id, retired FROM estate_release WHERE org = $1 AND software = $2 AND version = $3`, owner, software, version)
	if err == nil && r.Retired != "" {
		_, err = tx.ExecContext(ctx, `UPDATE estate_release SET retired = '', changed = $1 WHERE org = $2 AND id = $3`, tx.Now, owner, r.ID)
	}
	return r.ID, r.ID == fresh.ID, r.Retired != "", err
}

// flag scans 0 and 1.
type flag struct{ to *bool }

func (f flag) Scan(v any) error {
	n, ok := v.(int64)
	*f.to = ok && n == 1
	return nil
}
