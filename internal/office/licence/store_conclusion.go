// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const conclusionColumns = `c.id, c.org, COALESCE((SELECT o.name FROM governance_org_view o WHERE o.id = c.org), ''), c.package, c.version, c.state, c.expression, c.reason,
	c.source, c.reuse, c.origin, c.person, COALESCE((SELECT w.name FROM governance_person_view w WHERE w.id = c.person), ''), c.created,
	COALESCE(p.purl, ''), COALESCE(p.type, ''), COALESCE(p.namespace, ''), COALESCE(p.name, ''), COALESCE(p.version, '')`

// The package may be one that this instance does not know: the conclusion came with its
// organisation, and the bill of materials did not.
const conclusionFrom = ` FROM licence_conclusion c LEFT JOIN sbom_package_view p ON p.id = c.package`

type conclusionRow struct {
	Conclusion
	of Package
}

func bindConclusion(r *conclusionRow) []any {
	return []any{&r.ID, &r.Org, &r.OrgName, &r.pack, &r.Version, &r.State, &r.Expression, &r.Reason, &r.Source, &r.Reuse, &r.Origin, &r.Person, &r.Maker, &r.Created,
		&r.of.PURL, &r.of.Type, &r.of.Namespace, &r.of.Name, &r.of.Version}
}

// settle fills in what follows from the row.
func (r conclusionRow) settle() Conclusion {
	r.of.ID = r.pack
	r.Package, r.Title, r.PURL = r.of.Number(), r.of.Title(), r.of.PURL
	return r.Conclusion
}

func settled(rows []conclusionRow, err error) ([]Conclusion, error) {
	out := make([]Conclusion, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.settle())
	}
	return out, err
}

// counting lists the conclusions that count for an organisation.
func (s store) counting(ctx context.Context, org ospo.OrgID) ([]Conclusion, error) {
	return settled(db.All(ctx, s.db.Read(), bindConclusion, `
		SELECT `+conclusionColumns+conclusionFrom+`
		WHERE c.id IN (SELECT v.conclusion FROM licence_conclusion_view v WHERE v.org = $1)`, org))
}

// conclusions lists those of an organisation and all below, the latest first; of one package,
// past ones too, where pack is not 0, and then also those above that count.
func (s store) conclusions(ctx context.Context, root ospo.OrgID, pack ospo.PackageID) ([]Conclusion, error) {
	return settled(db.All(ctx, s.db.Read(), bindConclusion, `
		SELECT `+conclusionColumns+conclusionFrom+`
		WHERE (c.org IN (SELECT g.org FROM governance_scope_view g WHERE g.root = $1) OR c.id IN (SELECT v.conclusion FROM licence_conclusion_view v WHERE v.org = $2))
		  AND (CAST($3 AS BIGINT) = 0 AND c.state = 'active' OR c.package = $4)
		ORDER BY c.created DESC, c.id DESC`, root, root, pack, pack))
}

// conclusion returns one of an organisation itself.
func (s store) conclusion(ctx context.Context, org ospo.OrgID, id string) (Conclusion, error) {
	r, err := db.One(ctx, s.db.Read(), bindConclusion, `SELECT `+conclusionColumns+conclusionFrom+` WHERE c.org = $1 AND c.id = $2`, org, id)
	return r.settle(), err
}

// replaced marks the active conclusion of a package as replaced, and returns the latest there
// was, the zero one where there was none.
func (s store) replaced(ctx context.Context, tx *db.Tx, org ospo.OrgID, pack ospo.PackageID) (Conclusion, error) {
	all, err := settled(db.All(ctx, tx, bindConclusion, `
		SELECT `+conclusionColumns+conclusionFrom+` WHERE c.org = $1 AND c.package = $2 ORDER BY c.version DESC LIMIT 1`, org, pack))
	if err != nil || len(all) == 0 {
		return Conclusion{}, err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE licence_conclusion SET state = 'replaced' WHERE org = $1 AND package = $2 AND state = 'active'`, org, pack)
	return all[0], err
}

// versionsOf counts how often an organisation concluded the licence of a package.
func (s store) versionsOf(ctx context.Context, tx *db.Tx, org ospo.OrgID, pack ospo.PackageID) (int, error) {
	return db.Count(ctx, tx, `SELECT count(*) FROM licence_conclusion WHERE org = $1 AND package = $2`, org, pack)
}

func (s store) addConclusion(ctx context.Context, tx *db.Tx, org ospo.OrgID, c Conclusion) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO licence_conclusion (id, org, package, version, state, expression, reason, source, reuse, origin, person, created)
		VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $8, $9, $10, $11)`,
		c.ID, org, c.pack, c.Version, c.Expression, c.Reason, c.Source, c.Reuse, c.Origin, tx.Act.Person, tx.Now)
	return err
}

func (s store) withdraw(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) error {
	_, err := tx.ExecContext(ctx, `UPDATE licence_conclusion SET state = 'withdrawn' WHERE org = $1 AND id = $2`, org, id)
	return err
}

// A kept conclusion is one that later versions take over, with the package it is of.
type kept struct {
	Conclusion
	org ospo.OrgID
	of  Package
}

// reusing gives the conclusions that later versions take over, by family of package: of those
// organisations that see the release, for nobody hears of what others run.
func (s store) reusing(ctx context.Context, tx *db.Tx, release ospo.ReleaseID) (map[string][]kept, error) {
	out := map[string][]kept{}
	rows, err := db.All(ctx, tx, bindConclusion, `
		-- every organisation: a package version is the same for all, and each takes over its own
		SELECT `+conclusionColumns+conclusionFrom+` WHERE c.state = 'active' AND c.reuse
			AND c.org IN (SELECT root FROM estate_visible_view WHERE release = $1)`, release)
	for _, r := range rows {
		c := r.settle()
		r.of.ID = r.pack
		if strings.TrimSpace(r.of.Name) != "" {
			out[r.of.family()] = append(out[r.of.family()], kept{c, c.Org, r.of})
		}
	}
	return out, err
}
