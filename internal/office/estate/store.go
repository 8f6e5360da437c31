// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/fault"
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
	OR EXISTS (SELECT 1 FROM estate_use u JOIN governance_scope_view g ON g.org = u.org WHERE u.release = r.id AND g.root = $1))`

func (s store) release(ctx context.Context, q db.Querier, root ospo.OrgID, id ospo.ReleaseID) (Release, error) {
	return db.One(ctx, q, bindRelease, `
		SELECT `+releaseColumns+`
		FROM estate_release r JOIN estate_software s ON s.id = r.software
		WHERE `+seen+` AND r.id = $2`, root, id)
}

// within returns a fault unless org lies in the tree of root.
func (s store) within(ctx context.Context, q db.Querier, root, org ospo.OrgID) error {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	if err == nil && n == 0 {
		err = fault.At("org", "estate.org_unknown", org)
	}
	return err
}

// An org is one organisation of a tree.
type org struct {
	ID     ospo.OrgID
	Parent ospo.OrgID
	Name   string
}

// orgs lists the organisations of a tree in German order.
func (s store) orgs(ctx context.Context, q db.Querier, root ospo.OrgID) ([]org, error) {
	return db.All(ctx, q, func(o *org) []any { return []any{&o.ID, &o.Parent, &o.Name} }, `
		SELECT o.id, o.parent, o.name FROM governance_org_view o JOIN governance_scope_view g ON g.org = o.id
		WHERE g.root = $1 ORDER BY o.name COLLATE "de-x-icu", o.id`, root)
}

// flag scans 0 and 1.
type flag struct{ to *bool }

func (f flag) Scan(v any) error {
	n, ok := v.(int64)
	*f.to = ok && n == 1
	return nil
}

// anys hands a list on as arguments of a statement.
func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// most is how many ids go into one statement.
const most = 500
