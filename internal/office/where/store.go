// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

type store struct{ db *db.DB }

// New returns the answers that can be read from d.
func New(d *db.DB) *Service { return &Service{store{d}} }

// chunk is how many ids go into one statement.
const chunk = 500

// mostPackages bounds how many package versions one question may mean.
const mostPackages = 5000

// A pkg is one package version of the instance.
type pkg struct {
	ID                                   ospo.PackageID
	PURL, Type, Namespace, Name, Version string
}

// Title names the package for a reader.
func (p pkg) Title() string {
	if p.PURL != "" {
		return p.PURL
	}
	return p.Name + " " + p.Version
}

const pkgColumns = `p.id, p.purl, p.type, p.namespace, p.name, p.version`

func bindPkg(p *pkg) []any {
	return []any{&p.ID, &p.PURL, &p.Type, &p.Namespace, &p.Name, &p.Version}
}

// packages returns the package versions of the instance that fulfil a condition on one
// argument. Where there are very many, others may have brought them, so that only those in
// view are looked at; and the answer is cut only if those are too many by themselves.
func (s store) packages(ctx context.Context, a *Answer, condition string, arg any) ([]pkg, error) {
	all, err := db.All(ctx, s.db.Read(), bindPkg, `
		SELECT `+pkgColumns+` FROM sbom_package_view p WHERE `+condition+` LIMIT $2`, arg, mostPackages+1)
	if err != nil || len(all) <= mostPackages {
		return all, err
	}
	all, err = db.All(ctx, s.db.Read(), bindPkg, `
		SELECT `+pkgColumns+` FROM sbom_package_view p WHERE `+condition+` AND EXISTS (
			SELECT 1 FROM sbom_item_view i JOIN sbom_document_view d ON d.id = i.document
			WHERE i.package = p.id AND d.current AND EXISTS (SELECT 1 FROM estate_visible_view v WHERE v.root = $2 AND v.release = d.release))
		LIMIT $3`, arg, door.From(ctx).Org, mostPackages+1)
	return s.cut(a, all), err
}

// cut leaves as many as are looked at, and notes it.
func (s store) cut(a *Answer, all []pkg) []pkg {
	a.Cut = len(all) > mostPackages
	return all[:min(len(all), mostPackages)]
}

// named returns the package versions whose folded name is name.
func (s store) named(ctx context.Context, a *Answer, name string) ([]pkg, error) {
	return s.packages(ctx, a, `p.folded = $1`, name)
}

// likeNamed returns those whose name contains a text.
func (s store) likeNamed(ctx context.Context, a *Answer, part string) ([]pkg, error) {
	return s.packages(ctx, a, `p.folded LIKE $1 ESCAPE '\'`, "%"+escape(part)+"%")
}

// termed returns the package versions that some document in view lists under a licence or
// from a supplier of that name.
func (s store) termed(ctx context.Context, a *Answer, term string) ([]pkg, error) {
	terms, err := db.All(ctx, s.db.Read(), func(n *int64) []any { return []any{n} }, `
		SELECT id FROM sbom_term_view WHERE lower(text) = $1 LIMIT 50`, term)
	if err != nil || len(terms) == 0 {
		return nil, err
	}
	in := db.In(1, len(terms))
	all, err := db.All(ctx, s.db.Read(), bindPkg, `
		SELECT `+pkgColumns+` FROM sbom_package_view p WHERE p.id IN (
			SELECT i.package FROM sbom_item_view i JOIN sbom_document_view d ON d.id = i.document
			WHERE (i.declared IN (`+in+`) OR i.concluded IN (`+in+`) OR i.supplier IN (`+in+`))
			  AND d.current AND EXISTS (SELECT 1 FROM estate_visible_view v WHERE v.root = `+db.In(len(terms)+1, 1)+` AND v.release = d.release))
		LIMIT `+db.In(len(terms)+2, 1), append(anys(terms), door.From(ctx).Org, mostPackages+1)...)
	return s.cut(a, all), err
}

func escape(s string) string {
	var out []rune
	for _, r := range s {
		if r == '%' || r == '_' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// software returns the products in view whose name, licence or supplier contains a text.
func (s store) software(ctx context.Context, root ospo.OrgID, part string) ([]Entry, error) {
	like := "%" + escape(part) + "%"
	return db.All(ctx, s.db.Read(), func(e *Entry) []any { return []any{&e.ID, &e.Name, &e.Kind, &e.Licence, &e.Supplier} }, `
		SELECT w.id, w.name, w.kind, w.licence, w.supplier FROM estate_software_view w
		WHERE EXISTS (SELECT 1 FROM estate_release_view r JOIN estate_visible_view v ON v.release = r.id
		              WHERE v.root = $1 AND r.software = w.id)
		  AND (w.folded LIKE $2 ESCAPE '\' OR lower(w.licence) LIKE $3 ESCAPE '\' OR lower(w.supplier) LIKE $4 ESCAPE '\')
		ORDER BY w.name COLLATE "de-x-icu" LIMIT 100`, root, like, like, like)
}

// advisory returns what is known of the vulnerability with that id or alias.
func (s store) advisory(ctx context.Context, spelt, given string) (Advisory, error) {
	key, err := db.One(ctx, s.db.Read(), func(k *string) []any { return []any{k} }, `
		SELECT key FROM vulnerability_alias_view WHERE alias IN ($1, $2) LIMIT 1`, spelt, given)
	if fault.Of(err) == fault.NotFound {
		return Advisory{}, fault.New(fault.NotFound, "where.advisory_unknown", given)
	}
	if err != nil {
		return Advisory{}, err
	}
	var at string
	a, err := db.One(ctx, s.db.Read(), func(a *Advisory) []any { return []any{&a.Key, &a.Summary, &a.Level, &a.Score, &at} }, `
		SELECT key, summary, level, score, published FROM vulnerability_advisory_view WHERE key = $1
		ORDER BY score DESC, published LIMIT 1`, key)
	if err != nil {
		return a, err
	}
	a.At = db.Time(at)
	a.Aliases, err = db.Texts(ctx, s.db.Read(), `SELECT alias FROM vulnerability_alias_view WHERE key = $1 ORDER BY alias`, key)
	return a, err
}

// candidates returns the package versions, hit or not, of the packages that a vulnerability is about.
func (s store) candidates(ctx context.Context, a *Answer, key string) ([]pkg, error) {
	return s.packages(ctx, a, `p.id IN (SELECT package FROM vulnerability_candidate_view WHERE key = $1)`, key)
}

// A flaw is one vulnerability of one package version.
type flaw struct {
	Package           ospo.PackageID
	Key, Level, Fixed string
	Score             float64
}

// matches returns the vulnerabilities of package versions: the one named key, or all.
func (s store) matches(ctx context.Context, all []pkg, key string) ([]flaw, error) {
	ids := make([]ospo.PackageID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	var out []flaw
	for part := range slices.Chunk(ids, chunk) {
		got, err := db.All(ctx, s.db.Read(), func(m *flaw) []any { return []any{&m.Package, &m.Key, &m.Level, &m.Fixed, &m.Score} }, `
			SELECT package, key, level, fixed, score FROM vulnerability_match_view
			WHERE ($1 = '' OR key = $2) AND package IN (`+db.In(3, len(part))+`) ORDER BY score DESC, key`,
			append([]any{key, key}, anys(part)...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// doubts returns which package versions some vulnerability, or the one named, leaves open.
func (s store) doubts(ctx context.Context, all []pkg, key string) (map[ospo.PackageID]bool, error) {
	out := map[ospo.PackageID]bool{}
	for part := range slices.Chunk(all, chunk) {
		args := []any{key, key}
		for _, p := range part {
			args = append(args, p.ID)
		}
		ids, err := db.All(ctx, s.db.Read(), func(id *ospo.PackageID) []any { return []any{id} }, `
			SELECT package FROM vulnerability_doubt_view WHERE ($1 = '' OR key = $2) AND package IN (`+db.In(3, len(part))+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			out[id] = true
		}
	}
	return out, nil
}

// advised are the ecosystems for which there are advisories.
func (s store) advised(ctx context.Context) (map[string]bool, error) {
	ecosystems, err := db.Texts(ctx, s.db.Read(), `SELECT eco FROM vulnerability_ecosystem_view`)
	out := make(map[string]bool, len(ecosystems))
	for _, eco := range ecosystems {
		out[eco] = true
	}
	return out, err
}

// mostFound bounds how many products with a component are held in memory for one answer.
const mostFound = 100_000

// occurrences returns the releases in view that hold any of the package versions, and
// whether there are too many of them to be looked at.
func (s store) occurrences(ctx context.Context, root ospo.OrgID, hits map[ospo.PackageID]*hit) (_ []Product, cut bool, err error) {
	ids := make([]ospo.PackageID, 0, len(hits))
	for id := range hits {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := []Product{}
	for part := range slices.Chunk(ids, chunk) {
		got, err := db.All(ctx, s.db.Read(), func(p *Product) []any {
			return []any{&p.document, &p.pack, &p.ReleaseID, &p.Release, &p.SoftwareID, &p.Software, &p.Owner}
		}, `
			SELECT d.id, i.package, r.id, r.version, w.id, w.name, o.name
			FROM sbom_item_view i
			JOIN sbom_document_view d ON d.id = i.document
			JOIN estate_release_view r ON r.id = d.release
			JOIN estate_software_view w ON w.id = r.software
			JOIN governance_org_view o ON o.id = r.org
			WHERE d.current AND EXISTS (SELECT 1 FROM estate_visible_view v WHERE v.root = $1 AND v.release = r.id)
			  AND i.package IN (`+db.In(2, len(part))+`) LIMIT `+db.In(len(part)+2, 1), append(append([]any{root}, anys(part)...), mostFound+1-len(out))...)
		if err != nil {
			return nil, false, err
		}
		for i := range got {
			got[i].tell(hits[got[i].pack])
		}
		if out = append(out, got...); len(out) > mostFound {
			return out[:mostFound], true, nil
		}
	}
	return out, false, nil
}

// tell notes what is known of the component that the product holds.
func (p *Product) tell(h *hit) {
	p.name, p.namespace = h.Name, h.pkg.Namespace
	p.Component, p.Version, p.State, p.Criticality, p.Uses, p.Path = h.Title(), h.Version, h.state, "unknown", []Use{}, []string{}
	for i, m := range h.found { // the worst comes first
		p.Found = append(p.Found, m.Key)
		if i == 0 {
			p.Severity, p.Score = m.Level, m.Score
		}
	}
	p.Fixed = h.fixed()
}

// fixed is the version that mends all vulnerabilities meant, where each names one.
func (h hit) fixed() string {
	best := ""
	for _, m := range h.found {
		if m.Fixed == "" {
			return ""
		}
		if best == "" || less(h.pkg, best, m.Fixed) {
			best = m.Fixed
		}
	}
	return best
}

// users fills in who within view runs each release.
func (s store) users(ctx context.Context, root ospo.OrgID, products []Product) error {
	at := map[ospo.ReleaseID][]int{}
	var ids []ospo.ReleaseID
	for i, p := range products {
		if at[p.ReleaseID] == nil {
			ids = append(ids, p.ReleaseID)
		}
		at[p.ReleaseID] = append(at[p.ReleaseID], i)
	}
	type row struct {
		Use
		release ospo.ReleaseID
	}
	for part := range slices.Chunk(ids, chunk) {
		rows, err := db.All(ctx, s.db.Read(), func(u *row) []any {
			return []any{&u.release, &u.Org, &u.Name, &u.Role, &u.Purpose, &u.Criticality}
		}, `
			SELECT u.release, u.org, o.name, u.role, u.purpose, u.criticality
			FROM estate_use_view u JOIN governance_org_view o ON o.id = u.org
			WHERE u.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND u.release IN (`+db.In(2, len(part))+`)
			ORDER BY o.name COLLATE "de-x-icu", u.role`, append([]any{root}, anys(part)...)...)
		if err != nil {
			return err
		}
		for _, u := range rows {
			for _, i := range at[u.release] {
				p := &products[i]
				p.Uses, p.Criticality = append(p.Uses, u.Use), worse(p.Criticality, u.Criticality)
			}
		}
	}
	return nil
}

// totals counts the releases in view, and those of them with a bill of materials, in one
// go: what may be seen is worked out once.
func (s store) totals(ctx context.Context, root ospo.OrgID) (all, documented int, err error) {
	type row struct{ all, documented int }
	n, err := db.One(ctx, s.db.Read(), func(r *row) []any { return []any{&r.all, &r.documented} }, `
		SELECT count(*), count(CASE WHEN EXISTS (
			SELECT 1 FROM sbom_document_view d WHERE d.release = v.release AND d.current) THEN 1 END)
		FROM estate_visible_view v WHERE v.root = $1`, root)
	return n.all, n.documented, err
}

// undocumented returns releases in view without a bill of materials, those in use first.
func (s store) undocumented(ctx context.Context, root ospo.OrgID) ([]Product, error) {
	out, err := db.All(ctx, s.db.Read(), func(p *Product) []any {
		return []any{&p.ReleaseID, &p.Release, &p.SoftwareID, &p.Software, &p.Owner}
	}, `
		SELECT r.id, r.version, w.id, w.name, o.name
		FROM estate_visible_view v
		JOIN estate_release_view r ON r.id = v.release
		JOIN estate_software_view w ON w.id = r.software
		JOIN governance_org_view o ON o.id = r.org
		WHERE v.root = $1 AND NOT EXISTS (SELECT 1 FROM sbom_document_view d WHERE d.release = v.release AND d.current)
		ORDER BY w.name COLLATE "de-x-icu", r.version LIMIT 200`, root)
	for i := range out {
		out[i].State, out[i].Criticality, out[i].Uses, out[i].Path = Open, "unknown", []Use{}, []string{}
	}
	return out, err
}

// A place is a package within a document.
type place struct {
	document ospo.DocumentID
	pack     ospo.PackageID
}

// parents returns, for the components found and all that lie above them, the parent of
// each within its document, and the names of all these packages.
func (s store) parents(ctx context.Context, found []Product) (map[place]ospo.PackageID, map[ospo.PackageID]string, error) {
	parents := map[place]ospo.PackageID{}
	type row struct {
		place
		parent ospo.PackageID
	}
	for part := range slices.Chunk(found, chunk/2) {
		pairs := make([]any, 0, 2*len(part))
		for _, p := range part {
			pairs = append(pairs, p.document, p.pack)
		}
		rows, err := db.All(ctx, s.db.Read(), func(r *row) []any { return []any{&r.document, &r.pack, &r.parent} }, `
			WITH RECURSIVE up (document, package, parent, depth) AS (
				SELECT i.document, i.package, i.parent, 0 FROM sbom_item_view i WHERE (i.document, i.package) IN (`+db.Pairs(1, len(part))+`)
				UNION
				SELECT i.document, i.package, i.parent, up.depth + 1 FROM up
				JOIN sbom_item_view i ON i.document = up.document AND i.package = up.parent
				WHERE up.parent > 0 AND up.depth < 100)
			SELECT document, package, parent FROM up`, pairs...)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			parents[r.place] = r.parent
		}
	}
	names, err := s.names(ctx, parents)
	return parents, names, err
}

func (s store) names(ctx context.Context, parents map[place]ospo.PackageID) (map[ospo.PackageID]string, error) {
	seen := map[ospo.PackageID]string{}
	var ids []ospo.PackageID
	for p := range parents {
		if _, ok := seen[p.pack]; !ok {
			seen[p.pack] = ""
			ids = append(ids, p.pack)
		}
	}
	for part := range slices.Chunk(ids, chunk) {
		got, err := db.All(ctx, s.db.Read(), bindPkg, `
			SELECT `+pkgColumns+` FROM sbom_package_view p WHERE p.id IN (`+db.In(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, err
		}
		for _, p := range got {
			seen[p.ID] = p.Name + " " + p.Version
		}
	}
	return seen, nil
}
