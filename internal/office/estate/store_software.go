// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// The condition under which an organisation, $1, may see the software w: its tree keeps
// it, or uses it or has used it.
const seenSoftware = `(w.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
	OR w.id IN (SELECT r.software FROM governance_scope_view g JOIN estate_use u ON u.org = g.org JOIN estate_release r ON r.id = u.release WHERE g.root = $1))`

const softwareRead = `w.id, w.org, w.name, w.kind, w.purpose_de, w.purpose_en, w.licence, w.website, w.repository, w.purl, COALESCE(p.name, ''),
	w.supplier, CASE WHEN p.org IN (SELECT org FROM governance_scope_view WHERE root = $1) THEN 1 ELSE 0 END, w.source, w.checked, w.retired, w.changed,
	CASE WHEN w.org IN (SELECT org FROM governance_scope_view WHERE root = $1) THEN 1 ELSE 0 END`

func bindSoftware(w *Software) []any {
	return []any{&w.ID, &w.Org, &w.Name, &w.Kind, &w.PurposeDE, &w.PurposeEN, &w.Licence, &w.Website, &w.Repository, &w.PURL, &w.Supplier,
		&w.SupplierID, flag{&w.KnowsMaker}, &w.Source, &w.Checked, &w.Retired, &w.Changed, flag{&w.Mine}}
}

func (s store) software(ctx context.Context, q db.Querier, root ospo.OrgID, id ospo.SoftwareID) (Software, error) {
	return db.One(ctx, q, bindSoftware, `
		SELECT `+softwareRead+`
		FROM estate_software w LEFT JOIN estate_supplier p ON p.id = w.supplier
		WHERE `+seenSoftware+` AND w.id = $2`, root, id)
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

const softwareColumns = "id, org, name, folded, words, kind, purpose_de, purpose_en, licence, website, repository, purl, supplier, source, checked, retired, created, changed"

func softwareRow(w Software, now string) []any {
	return []any{w.ID, w.Org, tidy(w.Name), fold(w.Name), words(w), w.Kind, w.PurposeDE, w.PurposeEN, w.Licence, w.Website, w.Repository, w.PURL,
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

// words is what a search looks through, folded.
func words(w Software) string {
	return strings.ToLower(strings.Join([]string{w.Name, w.PurposeDE, w.PurposeEN, w.Licence, w.PURL}, "\n"))
}

func (s store) editSoftware(ctx context.Context, tx *db.Tx, w Software) error {
	n, err := db.Count(ctx, tx, `SELECT count(*) FROM estate_software WHERE org = $1 AND folded = $2 AND id <> $3`, w.Org, fold(w.Name), w.ID)
	if err == nil && n > 0 {
		err = fault.At("name", "estate.name_taken", w.Name)
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE estate_software SET name = $1, folded = $2, words = $3, kind = $4, purpose_de = $5, purpose_en = $6, licence = $7, website = $8,
			repository = $9, purl = $10, supplier = $11, source = $12, checked = $13, retired = $14, changed = $15
		WHERE org = $16 AND id = $17`,
		tidy(w.Name), fold(w.Name), words(w), w.Kind, w.PurposeDE, w.PurposeEN, w.Licence, w.Website,
		w.Repository, w.PURL, w.SupplierID, w.Source, w.Checked, w.Retired, tx.Now, w.Org, w.ID)
	return err
}

// retireSoftware notes when a software went out of service; "" puts it back.
func (s store) retireSoftware(ctx context.Context, tx *db.Tx, id ospo.SoftwareID, at string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE estate_software SET retired = $1, changed = $2
		WHERE id = $3 AND org IN (SELECT org FROM governance_scope_view WHERE root = $4)`, at, tx.Now, id, tx.Act.Org)
	return err
}
