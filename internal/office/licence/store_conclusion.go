// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const conclusionColumns = `c.id, CASE WHEN o.id IS NULL THEN '' ELSE c.org END, COALESCE(o.name, ''), c.package, c.version, c.state, c.expression, c.reason,
	c.source, c.reuse, c.origin, CASE WHEN w.id IS NULL THEN '' ELSE c.person END, COALESCE(w.name, ''), c.created, c.said,
	COALESCE(p.purl, ''), COALESCE(p.type, ''), COALESCE(p.namespace, ''), COALESCE(p.name, ''), COALESCE(p.version, ''),
	COALESCE(f.id, 0), COALESCE(f.purl, ''), COALESCE(f.type, ''), COALESCE(f.namespace, ''), COALESCE(f.name, ''), COALESCE(f.version, '')`

// conclusionFrom takes who asks twice: what stands outside of their view is not named. The
// package may be one that this instance does not know: the conclusion came with its
// organisation, and the bill of materials did not.
const conclusionFrom = ` FROM licence_conclusion c LEFT JOIN sbom_package_view p ON p.id = c.package
	LEFT JOIN licence_conclusion r ON r.org = c.org AND r.id = c.origin LEFT JOIN sbom_package_view f ON f.id = r.package
	LEFT JOIN governance_org_view o ON o.id = c.org AND o.id IN (SELECT org FROM governance_scope_view WHERE root = $1)
	LEFT JOIN governance_person_view w ON w.id = c.person AND w.org IN (SELECT org FROM governance_scope_view WHERE root = $2)`

type conclusionRow struct {
	Conclusion
	said     string
	of, from Package
}

func bindConclusion(r *conclusionRow) []any {
	return []any{&r.ID, &r.Org, &r.OrgName, &r.pack, &r.Version, &r.State, &r.Expression, &r.Reason, &r.Source, &r.Reuse, &r.Origin, &r.Person, &r.Maker, &r.Created, &r.said,
		&r.of.PURL, &r.of.Type, &r.of.Namespace, &r.of.Name, &r.of.Version, &r.from.ID, &r.from.PURL, &r.from.Type, &r.from.Namespace, &r.from.Name, &r.from.Version}
}

// settle fills in what follows from the row.
func (r conclusionRow) settle() Conclusion {
	r.of.ID = r.pack
	r.Package, r.Title, r.PURL = r.of.Number(), r.of.Title(), r.of.PURL
	r.OriginTitle, r.originPack, r.Conclusion.said = r.from.Title(), r.from.ID, termSet(r.said)
	return r.Conclusion
}

// termSet reads kept numbers of terms; nil where none were kept.
func termSet(text string) map[int64]bool {
	var out map[int64]bool
	for word := range strings.FieldsSeq(text) {
		if n, err := strconv.ParseInt(word, 10, 64); err == nil {
			if out == nil {
				out = map[int64]bool{}
			}
			out[n] = true
		}
	}
	return out
}

func termText(all map[int64]bool) string {
	var out []string
	for n := range all {
		out = append(out, strconv.FormatInt(n, 10))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
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
		WHERE c.id IN (SELECT v.conclusion FROM licence_conclusion_view v WHERE v.org = $3)`, org, org, org))
}

// conclusions lists those of an organisation and all below, the latest first; of one package,
// past ones too, where pack is not 0, and then also those above that count.
func (s store) conclusions(ctx context.Context, root ospo.OrgID, pack ospo.PackageID) ([]Conclusion, error) {
	return settled(db.All(ctx, s.db.Read(), bindConclusion, `
		SELECT `+conclusionColumns+conclusionFrom+`
		WHERE (c.org IN (SELECT g.org FROM governance_scope_view g WHERE g.root = $3) OR c.id IN (SELECT v.conclusion FROM licence_conclusion_view v WHERE v.org = $4))
		  AND (CAST($5 AS BIGINT) = 0 AND c.state = 'active' OR c.package = $6)
		ORDER BY c.created DESC, c.id DESC`, root, root, root, root, pack, pack))
}

// conclusion returns one of an organisation itself, as root sees it.
func (s store) conclusion(ctx context.Context, root, org ospo.OrgID, id string) (Conclusion, error) {
	r, err := db.One(ctx, s.db.Read(), bindConclusion, `SELECT `+conclusionColumns+conclusionFrom+` WHERE c.org = $3 AND c.id = $4`, root, root, org, id)
	return r.settle(), err
}

// latest returns the last conclusion of a package that an organisation made or took over; the
// zero one where there is none.
func (s store) latest(ctx context.Context, q db.Querier, org ospo.OrgID, pack ospo.PackageID) (Conclusion, error) {
	all, err := settled(db.All(ctx, q, bindConclusion, `
		SELECT `+conclusionColumns+conclusionFrom+` WHERE c.org = $3 AND c.package = $4 ORDER BY c.version DESC LIMIT 1`, org, org, org, pack))
	if err != nil || len(all) == 0 {
		return Conclusion{}, err
	}
	return all[0], nil
}

// takenFrom lists the packages that took a conclusion over and still have it.
func (s store) takenFrom(ctx context.Context, q db.Querier, org ospo.OrgID, id string) ([]ospo.PackageID, error) {
	if id == "" {
		return nil, nil
	}
	return db.All(ctx, q, func(p *ospo.PackageID) []any { return []any{p} }, `
		SELECT package FROM licence_conclusion WHERE org = $1 AND origin = $2 AND origin <> '' AND state = 'active' ORDER BY package`, org, id)
}

// standing is the latest conclusion of each of some packages, where the organisation has any.
func (s store) standing(ctx context.Context, q db.Querier, org ospo.OrgID, packages []ospo.PackageID) (map[ospo.PackageID]stand, error) {
	type row struct {
		pack ospo.PackageID
		stand
		from int
	}
	out := make(map[ospo.PackageID]stand, len(packages))
	for part := range slices.Chunk(packages, chunk) {
		in, values := db.Among(s.db, "c.package", 2, part)
		for r, err := range db.Each(ctx, q, func(r *row) []any {
			return []any{&r.pack, &r.version, &r.state, &r.origin, &r.from, &r.of.ID, &r.of.PURL, &r.of.Type, &r.of.Namespace, &r.of.Name, &r.of.Version}
		}, `
			SELECT c.package, c.version, c.state, c.origin, CASE WHEN r.state = 'withdrawn' THEN 1 ELSE 0 END,
				COALESCE(f.id, 0), COALESCE(f.purl, ''), COALESCE(f.type, ''), COALESCE(f.namespace, ''), COALESCE(f.name, ''), COALESCE(f.version, '')
			FROM licence_conclusion c LEFT JOIN licence_conclusion r ON r.org = c.org AND r.id = c.origin LEFT JOIN sbom_package_view f ON f.id = r.package
			WHERE c.org = $1 AND `+in+` ORDER BY c.version`, org, values) {
			if err != nil {
				return nil, err
			}
			r.withdrawn = r.from == 1
			out[r.pack] = r.stand
		}
	}
	return out, nil
}

// end marks what an organisation concluded of packages as replaced or withdrawn.
func (s store) end(ctx context.Context, tx *db.Tx, org ospo.OrgID, state string, packages []ospo.PackageID) error {
	for part := range slices.Chunk(packages, chunk) {
		in, values := db.Among(s.db, "package", 3, part)
		if _, err := tx.ExecContext(ctx, `UPDATE licence_conclusion SET state = $1 WHERE org = $2 AND `+in+` AND state = 'active'`, state, org, values); err != nil {
			return err
		}
	}
	return nil
}

// addConclusions keeps conclusions, each in the name of who made it.
func (s store) addConclusions(ctx context.Context, tx *db.Tx, org ospo.OrgID, all []Conclusion) error {
	rows := make([][]any, len(all))
	for i, c := range all {
		rows[i] = []any{c.ID, org, c.pack, c.Version, "active", c.Expression, c.Reason, c.Source, c.Reuse, c.Origin, c.Person, tx.Now, termText(c.said)}
	}
	return tx.InsertMany(ctx, "licence_conclusion", "id, org, package, version, state, expression, reason, source, reuse, origin, person, created, said", rows, "")
}

// withdraw ends one conclusion; one that somebody ended meanwhile is a conflict.
func (s store) withdraw(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) error {
	r, err := tx.ExecContext(ctx, `UPDATE licence_conclusion SET state = 'withdrawn' WHERE org = $1 AND id = $2 AND state = 'active'`, org, id)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return fault.New(fault.Conflict, "licence.conclusion.past")
}

// above is what counts for packages once an organisation has said nothing of them: what the
// nearest above it concluded, empty where none did.
func (s store) above(ctx context.Context, org ospo.OrgID, packages []ospo.PackageID) (map[ospo.PackageID]string, error) {
	type row struct {
		pack       ospo.PackageID
		expression string
	}
	out := make(map[ospo.PackageID]string, len(packages))
	for _, p := range packages {
		out[p] = ""
	}
	for part := range slices.Chunk(packages, chunk) {
		in, values := db.Among(s.db, "c.package", 3, part)
		for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.pack, &r.expression} }, `
			SELECT c.package, c.expression FROM governance_scope_view g JOIN licence_conclusion c ON c.org = g.root
			WHERE g.org = $1 AND g.root <> $2 AND `+in+` AND c.state = 'active'
			ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.org = c.org)`, org, org, values) {
			if err != nil {
				return nil, err
			}
			out[r.pack] = r.expression // the nearest comes last
		}
	}
	return out, nil
}

// A kept conclusion is one that later versions take over, with the package it is of.
type kept struct {
	Conclusion
	org ospo.OrgID
	of  Package
}

// reusable lists which of some packages are of the family of one whose conclusion later versions
// take over, with that: of those organisations that see the release, for nobody hears of what
// others run. Whether they are later is for who asks.
func (s store) reusable(ctx context.Context, tx *db.Tx, release ospo.ReleaseID, packages []ospo.PackageID) (out []taking, err error) {
	type row struct {
		taking
		said string
	}
	bind := func(r *row) []any {
		t, k := &r.to, &r.from
		return []any{&t.ID, &t.PURL, &t.Type, &t.Namespace, &t.Name, &t.Version, &k.ID, &k.org, &k.Expression, &k.Reason, &k.Source, &k.Reuse, &k.Person, &r.said,
			&k.of.ID, &k.of.PURL, &k.of.Type, &k.of.Namespace, &k.of.Name, &k.of.Version}
	}
	for part := range slices.Chunk(packages, chunk) {
		in, values := db.Among(s.db, "p.id", 1, part)
		for r, err := range db.Each(ctx, tx, bind, `
			-- every organisation: a package version is the same for all, and each takes over its own
			SELECT p.id, p.purl, p.type, p.namespace, p.name, p.version, c.id, c.org, c.expression, c.reason, c.source, c.reuse, c.person, c.said,
				q.id, q.purl, q.type, q.namespace, q.name, q.version
			FROM sbom_package_view p
			JOIN sbom_package_view q ON q.folded = p.folded AND q.type = p.type AND q.namespace = p.namespace AND q.name = p.name AND q.id <> p.id
			JOIN licence_conclusion c ON c.package = q.id
			JOIN estate_visible_view v ON v.root = c.org
			WHERE `+in+` AND v.release = $2 AND p.name <> '' AND c.state = 'active' AND c.reuse AND c.origin = ''`, values, release) {
			if err != nil {
				return nil, err
			}
			r.from.Conclusion.said, r.from.pack = termSet(r.said), r.from.of.ID
			out = append(out, r.taking)
		}
	}
	return out, nil
}

// reuses reports whether an organisation that sees a release concluded something that later
// versions take over.
func (s store) reuses(ctx context.Context, tx *db.Tx, release ospo.ReleaseID) (bool, error) {
	n, err := db.Count(ctx, tx, `
		-- every organisation: only whether there is any
		SELECT count(*) FROM (
			SELECT 1 FROM estate_visible_view v JOIN licence_conclusion c ON c.org = v.root
			WHERE v.release = $1 AND c.reuse AND c.state = 'active' AND c.origin = '' LIMIT 1) x`, release)
	return n > 0, err
}

// anyReused reports whether anybody concluded something that later versions take over.
func (s store) anyReused(ctx context.Context, tx *db.Tx) (bool, error) {
	n, err := db.Count(ctx, tx, `
		-- every organisation: only whether there is any
		SELECT count(*) FROM (SELECT 1 FROM licence_conclusion WHERE reuse AND state = 'active' AND origin = '' LIMIT 1) x`)
	return n > 0, err
}

// documentOf is the present bill of materials of a release; 0 for none.
func (s store) documentOf(ctx context.Context, tx *db.Tx, release ospo.ReleaseID) (ospo.DocumentID, error) {
	all, err := db.All(ctx, tx, func(id *ospo.DocumentID) []any { return []any{id} }, `
		-- every organisation: of a release that came into somebody's view
		SELECT id FROM sbom_document_view WHERE release = $1 AND current LIMIT 1`, release)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0], nil
}
