// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"context"
	"maps"
	"slices"
	"strings"

	"allmende/internal/engine/match"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the answers that can be read from d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

// chunk is how many ids go into one statement.
const chunk = 500

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

// packages returns package versions of the instance that fulfil a condition on one
// argument, from a number on, at most n.
func (s store) packages(ctx context.Context, condition string, arg any, after ospo.PackageID, n int) ([]pkg, error) {
	return db.All(ctx, s.db.Read(), bindPkg, `
		SELECT `+pkgColumns+` FROM sbom_package_view p WHERE `+condition+` AND p.id > $2 ORDER BY p.id LIMIT $3`, arg, after, n)
}

// The conditions by which packages are found: by their whole name, with or without a package URL, a part of it, or because
// a vulnerability could be about them.
const (
	byName      = `p.folded = $1`
	byBareName  = `p.type = '' AND p.folded = $1`
	byPart      = `p.folded LIKE $1 ESCAPE '\'`
	byCandidate = `p.id IN (SELECT package FROM vulnerability_candidate_view WHERE key = $1)`
)

// terms are the numbers of a licence or supplier of that name.
func (s store) terms(ctx context.Context, name string) ([]int64, error) {
	return db.All(ctx, s.db.Read(), func(n *int64) []any { return []any{n} }, `
		SELECT id FROM sbom_term_view WHERE lower(text) = $1 LIMIT 50`, name)
}

// visible lists the present documents in view.
func (s store) visible(ctx context.Context, root ospo.OrgID) ([]ospo.DocumentID, error) {
	return db.All(ctx, s.db.Read(), func(id *ospo.DocumentID) []any { return []any{id} }, `
		SELECT d.id FROM estate_visible_view v JOIN sbom_document_view d ON d.release = v.release
		WHERE v.root = $1 AND d.current ORDER BY d.id`, root)
}

// numbered returns the package versions of these numbers.
func (s store) numbered(ctx context.Context, ids []ospo.PackageID) (out []pkg, err error) {
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "p.id", 1, part)
		some, err := db.All(ctx, s.db.Read(), bindPkg, `
			SELECT `+pkgColumns+` FROM sbom_package_view p WHERE `+in, values)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
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

// numbers are those of packages.
func numbers(all []pkg) []ospo.PackageID {
	out := make([]ospo.PackageID, len(all))
	for i, p := range all {
		out[i] = p.ID
	}
	return out
}

// software returns the products in view whose name, licence or supplier contains a text.
func (s store) software(ctx context.Context, root ospo.OrgID, part string) ([]Entry, error) {
	like := "%" + escape(part) + "%"
	return db.All(ctx, s.db.Read(), func(e *Entry) []any { return []any{&e.ID, &e.Name, &e.Kind, &e.Licence, &e.Supplier} }, `
		SELECT w.id, w.name, w.kind, w.licence, w.supplier FROM estate_software_view w
		WHERE (w.folded LIKE $1 ESCAPE '\' OR lower(w.licence) LIKE $2 ESCAPE '\' OR lower(w.supplier) LIKE $3 ESCAPE '\')
		  AND EXISTS (SELECT 1 FROM estate_release_view r WHERE r.software = w.id
		              AND EXISTS (SELECT 1 FROM estate_visible_view v WHERE v.root = $4 AND v.release = r.id))
		ORDER BY w.name COLLATE "de-x-icu" LIMIT 100`, like, like, like, root)
}

// entries returns products in view.
func (s store) entries(ctx context.Context, root ospo.OrgID, software []ospo.SoftwareID) ([]Entry, error) {
	if len(software) == 0 {
		return nil, nil
	}
	in, values := db.Among(s.db, "w.id", 2, software)
	return db.All(ctx, s.db.Read(), func(e *Entry) []any { return []any{&e.ID, &e.Name, &e.Kind, &e.Licence, &e.Supplier} }, `
		SELECT w.id, w.name, w.kind, w.licence, w.supplier FROM estate_software_view w
		WHERE EXISTS (SELECT 1 FROM estate_visible_view v JOIN estate_release_view r ON r.id = v.release WHERE v.root = $1 AND r.software = w.id)
		  AND `+in+` ORDER BY w.name COLLATE "de-x-icu", w.id`, root, values)
}

// releases returns those of some products in view, at most n.
func (s store) releases(ctx context.Context, root ospo.OrgID, software []ospo.SoftwareID, n int) ([]Product, error) {
	if len(software) == 0 {
		return nil, nil
	}
	in, values := db.Among(s.db, "w.id", 2, software)
	out, err := db.All(ctx, s.db.Read(), func(p *Product) []any {
		return []any{&p.ReleaseID, &p.Release, &p.SoftwareID, &p.Software, &p.Owner}
	}, `
		SELECT r.id, r.version, w.id, w.name, o.name
		FROM estate_software_view w
		JOIN estate_release_view r ON r.software = w.id
		JOIN governance_org_view o ON o.id = r.org
		WHERE EXISTS (SELECT 1 FROM estate_visible_view v WHERE v.root = $1 AND v.release = r.id) AND `+in+`
		ORDER BY w.name COLLATE "de-x-icu", r.version, r.id LIMIT $3`, root, values, n)
	for i := range out {
		out[i].blank(Named)
	}
	return out, err
}

// blank is what is said of a product in which no component was looked for.
func (p *Product) blank(state string) {
	p.State, p.Criticality, p.Uses, p.Path = state, "unknown", []Use{}, []string{}
}

// key returns the name of the vulnerability with that id or alias, however it is spelt.
func (s store) key(ctx context.Context, given string) (string, error) {
	key, err := db.One(ctx, s.db.Read(), func(k *string) []any { return []any{k} }, `
		SELECT key FROM vulnerability_alias_view WHERE alias IN ($1, $2, $3) LIMIT 1`, match.Spell(given), given, strings.ToUpper(given))
	if fault.Of(err) == fault.NotFound {
		err = fault.New(fault.NotFound, "where.advisory_unknown", given)
	}
	return key, err
}

// advisory returns what is known of the vulnerability with that id or alias: by its records in
// force, or where all were withdrawn, by those.
func (s store) advisory(ctx context.Context, given string) (Advisory, error) {
	key, err := s.key(ctx, given)
	if err != nil {
		return Advisory{}, err
	}
	var at, withdrawn string
	a, err := db.One(ctx, s.db.Read(), func(a *Advisory) []any { return []any{&a.Key, &a.Summary, &a.Level, &a.Score, &at, &withdrawn} }, `
		SELECT key, summary, level, score, published, withdrawn FROM vulnerability_advisory_view WHERE key = $1
		ORDER BY CASE withdrawn WHEN '' THEN 0 ELSE 1 END, score DESC, published LIMIT 1`, key)
	if err != nil {
		return a, err
	}
	a.At = db.Time(at)
	if withdrawn != "" {
		a.Withdrawn = db.Time(withdrawn)
	}
	a.Aliases, err = db.Texts(ctx, s.db.Read(), `SELECT alias FROM vulnerability_alias_view WHERE key = $1 ORDER BY alias`, key)
	return a, err
}

// about lists the packages that a vulnerability is about, by their full names.
func (s store) about(ctx context.Context, key string) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `SELECT DISTINCT name FROM vulnerability_about_view WHERE key = $1`, key)
}

// A flaw is one vulnerability of one package version.
type flaw struct {
	Package           ospo.PackageID
	Key, Level, Fixed string
	Score             float64
}

// matches returns the vulnerabilities of package versions: the one named key, or all.
func (s store) matches(ctx context.Context, all []pkg, key string) ([]flaw, error) {
	var out []flaw
	for part := range slices.Chunk(numbers(all), chunk) {
		in, values := db.Among(s.db, "package", 3, part)
		got, err := db.All(ctx, s.db.Read(), func(m *flaw) []any { return []any{&m.Package, &m.Key, &m.Level, &m.Fixed, &m.Score} }, `
			SELECT package, key, level, fixed, score FROM vulnerability_match_view
			WHERE ($1 = '' OR key = $2) AND `+in+` ORDER BY score DESC, key`, key, key, values)
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
	for part := range slices.Chunk(numbers(all), chunk) {
		in, values := db.Among(s.db, "package", 3, part)
		ids, err := db.All(ctx, s.db.Read(), func(id *ospo.PackageID) []any { return []any{id} }, `
			SELECT package FROM vulnerability_doubt_view WHERE ($1 = '' OR key = $2) AND `+in, key, key, values)
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

// documents adds to seen which of some documents are present and in view, as what release.
func (s store) documents(ctx context.Context, root ospo.OrgID, ids []ospo.DocumentID, seen map[ospo.DocumentID]*Product) error {
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "d.id", 2, part)
		got, err := db.All(ctx, s.db.Read(), func(p *Product) []any {
			return []any{&p.document, &p.ReleaseID, &p.Release, &p.SoftwareID, &p.Software, &p.Owner}
		}, `
			SELECT d.id, r.id, r.version, w.id, w.name, o.name
			FROM sbom_document_view d
			JOIN estate_release_view r ON r.id = d.release
			JOIN estate_software_view w ON w.id = r.software
			JOIN governance_org_view o ON o.id = r.org
			WHERE d.current AND EXISTS (SELECT 1 FROM estate_visible_view v WHERE v.root = $1 AND v.release = d.release) AND `+in, root, values)
		if err != nil {
			return err
		}
		for i := range got {
			seen[got[i].document] = &got[i]
		}
	}
	return nil
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
		in, values := db.Among(s.db, "u.release", 2, part)
		rows, err := db.All(ctx, s.db.Read(), func(u *row) []any {
			return []any{&u.release, &u.Org, &u.Name, &u.Role, &u.Purpose, &u.Criticality}
		}, `
			SELECT u.release, u.org, o.name, u.role, u.purpose, u.criticality
			FROM estate_use_view u JOIN governance_org_view o ON o.id = u.org
			WHERE EXISTS (SELECT 1 FROM governance_scope_view s WHERE s.root = $1 AND s.org = u.org) AND `+in+`
			ORDER BY o.name COLLATE "de-x-icu", u.role`, root, values)
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
// go: what may be seen is worked out once. A document that lists nothing rules nothing out.
func (s store) totals(ctx context.Context, root ospo.OrgID) (all, documented int, err error) {
	type row struct{ all, documented int }
	n, err := db.One(ctx, s.db.Read(), func(r *row) []any { return []any{&r.all, &r.documented} }, `
		SELECT count(*), count(CASE WHEN EXISTS (
			SELECT 1 FROM sbom_document_view d WHERE d.release = v.release AND d.current AND d.components > 0) THEN 1 END)
		FROM estate_visible_view v WHERE v.root = $1`, root)
	return n.all, n.documented, err
}

// undocumented returns n releases in view without a bill of materials, or with an empty one, those first that
// somebody in view needs most.
func (s store) undocumented(ctx context.Context, root ospo.OrgID, n int) ([]Product, error) {
	out, err := db.All(ctx, s.db.Read(), func(p *Product) []any {
		return []any{&p.ReleaseID, &p.Release, &p.SoftwareID, &p.Software, &p.Owner}
	}, `
		SELECT r.id, r.version, w.id, w.name, o.name
		FROM estate_visible_view v
		JOIN estate_release_view r ON r.id = v.release
		JOIN estate_software_view w ON w.id = r.software
		JOIN governance_org_view o ON o.id = r.org
		LEFT JOIN (
			SELECT u.release, max(CASE u.criticality WHEN 'very_high' THEN 4 WHEN 'high' THEN 3 WHEN 'normal' THEN 2 WHEN 'low' THEN 1 ELSE 0 END) AS grade
			FROM governance_scope_view s JOIN estate_use_view u ON u.org = s.org
			WHERE s.root = $1 GROUP BY u.release
		) need ON need.release = r.id
		WHERE v.root = $2 AND NOT EXISTS (SELECT 1 FROM sbom_document_view d WHERE d.release = v.release AND d.current AND d.components > 0)
		ORDER BY COALESCE(need.grade, 0) DESC, w.name COLLATE "de-x-icu", r.version LIMIT $3`, root, root, n)
	for i := range out {
		out[i].blank(Open)
	}
	return out, err
}

// names returns what the packages on some ways are called.
func (s store) names(ctx context.Context, ways [][]ospo.PackageID) (map[ospo.PackageID]string, error) {
	names := map[ospo.PackageID]string{}
	for _, way := range ways {
		for _, id := range way {
			names[id] = ""
		}
	}
	all, err := s.numbered(ctx, slices.Sorted(maps.Keys(names)))
	for _, p := range all {
		names[p.ID] = p.Name + " " + p.Version
	}
	return names, err
}
