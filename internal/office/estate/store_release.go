// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// releases lists the releases of software that root may see: those in service first, of
// them those that somebody uses, the newest entry before the older ones.
func (s store) releases(ctx context.Context, q db.Querier, root ospo.OrgID, software []ospo.SoftwareID) ([]Release, error) {
	var out []Release
	for part := range slices.Chunk(software, most) {
		got, err := db.All(ctx, q, bindRelease, `
			SELECT `+releaseColumns+`
			FROM estate_release r JOIN estate_software s ON s.id = r.software
			WHERE `+seen+` AND r.software IN (`+db.In(2, len(part))+`)
			ORDER BY CASE WHEN r.retired = '' THEN 0 ELSE 1 END,
				CASE WHEN EXISTS (SELECT 1 FROM estate_use u JOIN governance_scope_view g ON g.org = u.org
				                  WHERE u.release = r.id AND u.ended = '' AND g.root = $1) THEN 0 ELSE 1 END, r.id DESC`, append([]any{root}, anys(part)...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// releasesOf lists the releases in service that belong to a software.
func (s store) releasesOf(ctx context.Context, q db.Querier, owner ospo.OrgID, software ospo.SoftwareID) ([]ospo.ReleaseID, error) {
	return db.All(ctx, q, func(id *ospo.ReleaseID) []any { return []any{id} }, `
		SELECT id FROM estate_release WHERE org = $1 AND software = $2 AND retired = ''`, owner, software)
}

func (s store) addRelease(ctx context.Context, tx *db.Tx, r Release) error {
	if err := s.freeVersion(ctx, tx, r); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "estate_release", releaseInsert, [][]any{releaseRow(r, tx.Now)}, "")
}

// freeVersion refuses a version that the software has already.
func (s store) freeVersion(ctx context.Context, tx *db.Tx, r Release) error {
	n, err := db.Count(ctx, tx, `SELECT count(*) FROM estate_release WHERE org = $1 AND software = $2 AND version = $3 AND id <> $4`,
		r.Org, r.Software, r.Version, r.ID)
	if err == nil && n > 0 {
		err = fault.At("version", "estate.version_taken", r.Version)
	}
	return err
}

func (s store) editRelease(ctx context.Context, tx *db.Tx, r Release) error {
	if err := s.freeVersion(ctx, tx, r); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE estate_release SET version = $1, purl = $2, released = $3, supported = $4, changed = $5 WHERE org = $6 AND id = $7`,
		r.Version, r.PURL, r.Released, r.Supported, tx.Now, r.Org, r.ID)
	return err
}

// retireRelease takes a release out of service and ends its uses within the acting tree.
func (s store) retireRelease(ctx context.Context, tx *db.Tx, id ospo.ReleaseID) error {
	if _, err := tx.ExecContext(ctx, `
		UPDATE estate_use SET ended = $1, changed = $2
		WHERE release = $3 AND ended = '' AND org IN (SELECT org FROM governance_scope_view WHERE root = $4)`,
		tx.Now[:10], tx.Now, id, tx.Act.Org); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE estate_release SET retired = $1, changed = $2
		WHERE id = $3 AND retired = '' AND org IN (SELECT org FROM governance_scope_view WHERE root = $4)`,
		tx.Now, tx.Now, id, tx.Act.Org)
	return err
}

// retireUnused retires a release of the acting tree that nobody uses any more.
func (s store) retireUnused(ctx context.Context, tx *db.Tx, id ospo.ReleaseID) (bool, error) {
	r, err := tx.ExecContext(ctx, `
		-- every organisation: a release that anybody still uses stays in service
		UPDATE estate_release SET retired = $1, changed = $2
		WHERE id = $3 AND retired = '' AND org IN (SELECT org FROM governance_scope_view WHERE root = $4)
		  AND NOT EXISTS (SELECT 1 FROM estate_use u WHERE u.release = estate_release.id AND u.ended = '')`,
		tx.Now, tx.Now, id, tx.Act.Org)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

func (s store) restoreRelease(ctx context.Context, tx *db.Tx, id ospo.ReleaseID) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE estate_release SET retired = '', changed = $1
		WHERE id = $2 AND org IN (SELECT org FROM governance_scope_view WHERE root = $3)`, tx.Now, id, tx.Act.Org)
	return err
}
