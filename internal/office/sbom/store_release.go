// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// release is a release of the register as the viewer sees it.
type release struct {
	ID                ospo.ReleaseID
	Org               ospo.OrgID
	Software, Version string
	SoftwareID        ospo.SoftwareID
	Own               bool // belongs to the viewer's organisation or one below it
}

// Title names the release.
func (r release) Title() string {
	if r.Version == "" {
		return r.Software
	}
	return r.Software + " " + r.Version
}

// release returns a release that root may see.
func (s store) release(ctx context.Context, q db.Querier, root ospo.OrgID, id ospo.ReleaseID) (release, error) {
	return db.One(ctx, q, func(r *release) []any {
		return []any{&r.ID, &r.Org, &r.SoftwareID, &r.Software, &r.Version, &r.Own}
	}, `
		SELECT r.id, r.org, s.id, s.name, r.version,
		       EXISTS (SELECT 1 FROM governance_scope_view AS g WHERE g.root = $1 AND g.org = r.org)
		FROM estate_visible_view AS v
		JOIN estate_release_view AS r ON r.id = v.release
		JOIN estate_software_view AS s ON s.id = r.software
		WHERE v.root = $1 AND v.release = $2`, root, id)
}

// names returns what a release of the register is called.
func (s store) names(ctx context.Context, tx *db.Tx, id ospo.ReleaseID) (software, version string, err error) {
	r, err := db.One(ctx, tx, func(r *release) []any { return []any{&r.Software, &r.Version} }, `
		-- every organisation: it is the release that a document is being taken in for
		SELECT s.name, r.version FROM estate_release_view AS r JOIN estate_software_view AS s ON s.id = r.software WHERE r.id = $1`, id)
	if fault.Of(err) == fault.NotFound {
		err = fault.New(fault.NotFound, "sbom.release_unknown", id)
	}
	return r.Software, r.Version, err
}
