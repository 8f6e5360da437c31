// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the duties kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

// releaseTables takes who asks: an organisation outside of their view is not named.
const releaseColumns = `r.id, coalesce(o.id, ''), coalesce(o.name, ''), r.software, w.name, w.folded, r.version, coalesce(d.id, 0)`

const releaseTables = ` FROM estate_visible_view v
		JOIN estate_release_view r ON r.id = v.release
		JOIN estate_software_view w ON w.id = r.software
		LEFT JOIN governance_org_view o ON o.id = r.org AND o.id IN (SELECT org FROM governance_scope_view WHERE root = $1)
		LEFT JOIN sbom_document_view d ON d.release = r.id AND d.current `

func bindRelease(r *Release) []any {
	return []any{&r.ID, &r.Org, &r.OrgName, &r.Software, &r.Name, &r.folded, &r.Version, &r.document}
}

// release returns one that root may see.
func (s store) release(ctx context.Context, root ospo.OrgID, id ospo.ReleaseID) (Release, error) {
	return db.One(ctx, s.db.Read(), bindRelease, `SELECT `+releaseColumns+releaseTables+` WHERE v.root = $2 AND r.id = $3`, root, root, id)
}

// named returns the releases that root may see of a software and a version.
func (s store) named(ctx context.Context, root ospo.OrgID, software, version string) ([]Release, error) {
	return db.All(ctx, s.db.Read(), bindRelease, `SELECT `+releaseColumns+releaseTables+` WHERE v.root = $2 AND w.name = $3 AND r.version = $4 ORDER BY r.id`, root, root, software, version)
}

// releases lists those that root may see and that have a document.
func (s store) releases(ctx context.Context, root ospo.OrgID) ([]Release, error) {
	return db.All(ctx, s.db.Read(), bindRelease, `SELECT `+releaseColumns+releaseTables+` WHERE v.root = $2 AND d.id IS NOT NULL ORDER BY w.folded COLLATE "de-x-icu", r.id`, root, root)
}

// A share is how many packages of a document are under one licence.
type share struct {
	document ospo.DocumentID
	term     int64
	packages int
}

// mix adds to out what is under which licence in documents, by the licence that counts: a share
// a document and licence, not a component. Whoever asks knows that they may be seen.
func (s store) mix(ctx context.Context, documents []ospo.DocumentID, out map[ospo.DocumentID][]share) error {
	for part := range slices.Chunk(documents, chunk) {
		in, values := db.Among(s.db, "m.document", 1, part)
		for h, err := range db.Each(ctx, s.db.Read(), func(h *share) []any { return []any{&h.document, &h.term, &h.packages} }, `
			SELECT m.document, CASE WHEN m.concluded <> 0 THEN m.concluded ELSE m.declared END, sum(m.packages)
			FROM licence_mix_view m WHERE `+in+`
			GROUP BY m.document, CASE WHEN m.concluded <> 0 THEN m.concluded ELSE m.declared END
			ORDER BY 1, 2`, values) {
			if err != nil {
				return err
			}
			out[h.document] = append(out[h.document], h)
		}
	}
	return nil
}

// A pkg is a package as the bills of materials publish it.
type pkg struct {
	id                                  int64
	purl, typ, namespace, name, version string
}

// part describes a package as a component; its identity is its name without a version.
func (p pkg) part() Part {
	name := p.name
	if p.namespace != "" {
		name = p.namespace + map[bool]string{true: ":", false: "/"}[p.typ == "maven"] + p.name
	}
	return Part{Name: name, Version: p.version, PURL: p.purl, component: p.typ + ":" + p.namespace + "/" + p.name, pack: p.id}
}

// chunk is how many values go into one list of a statement.
const chunk = 5000

func (s store) packages(ctx context.Context, ids []int64) (map[int64]pkg, error) {
	out := make(map[int64]pkg, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "id", 1, part)
		for p, err := range db.Each(ctx, s.db.Read(), func(p *pkg) []any { return []any{&p.id, &p.purl, &p.typ, &p.namespace, &p.name, &p.version} },
			`SELECT id, purl, type, namespace, name, version FROM sbom_package_view WHERE `+in, values) {
			if err != nil {
				return nil, err
			}
			out[p.id] = p
		}
	}
	return out, nil
}

// terms returns the texts of licences; 0 is none.
func (s store) terms(ctx context.Context, lists ...[]int64) (map[int64]string, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(slices.Concat(lists...))))
	out := make(map[int64]string, len(ids))
	type term struct {
		id   int64
		text string
	}
	for part := range slices.Chunk(ids, chunk) {
		in, values := db.Among(s.db, "id", 1, part)
		for t, err := range db.Each(ctx, s.db.Read(), func(t *term) []any { return []any{&t.id, &t.text} }, `SELECT id, text FROM sbom_term_view WHERE `+in, values) {
			if err != nil {
				return nil, err
			}
			out[t.id] = t.text
		}
	}
	return out, nil
}

// conclusions are what licence managers concluded for root, by package.
func (s store) conclusions(ctx context.Context, root ospo.OrgID) (map[int64]string, error) {
	type row struct {
		pack       int64
		expression string
	}
	all, err := db.All(ctx, s.db.Read(), func(r *row) []any { return []any{&r.pack, &r.expression} },
		`SELECT package, expression FROM licence_conclusion_view WHERE org = $1`, root)
	out := make(map[int64]string, len(all))
	for _, r := range all {
		out[r.pack] = r.expression
	}
	return out, err
}

// near are the organisations whose decisions count for root: its own tree, and those above it.
// It takes root twice, as parameters n and the next.
func near(n int) string {
	return fmt.Sprintf(`(SELECT org FROM governance_scope_view WHERE root = $%d UNION SELECT root FROM governance_scope_view WHERE org = $%d)`, n, n+1)
}

// settings are what organisations near root say of releases: its own word first, then the latest.
func (s store) settings(ctx context.Context, root ospo.OrgID, releases ...ospo.ReleaseID) (map[ospo.ReleaseID]Setting, error) {
	type row struct {
		release ospo.ReleaseID
		Setting
	}
	query, last, args := ``, `$4`, []any{root, root, root, root}
	if len(releases) == 1 {
		query, last, args = ` AND t.release = $4`, `$5`, []any{root, root, root, releases[0], root}
	}
	all, err := db.All(ctx, s.db.Read(), func(r *row) []any { return []any{&r.release, &r.Changed, &r.Offer, &r.Person, &r.Name, &r.At} }, `
		SELECT t.release, t.changed, t.offer, coalesce(p.id, ''), coalesce(p.name, ''), t.at
		FROM duty_setting t LEFT JOIN governance_person_view p ON p.id = t.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
		WHERE t.org IN `+near(2)+query+`
		ORDER BY CASE WHEN t.org = `+last+` THEN 0 ELSE 1 END, t.at DESC`, args...)
	out := map[ospo.ReleaseID]Setting{}
	for _, r := range all {
		if _, there := out[r.release]; !there {
			out[r.release] = r.Setting
		}
	}
	return out, err
}

func (s store) setSetting(ctx context.Context, tx *db.Tx, org ospo.OrgID, release ospo.ReleaseID, t Setting) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO duty_setting (org, release, changed, offer, person, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org, release) DO UPDATE SET changed = excluded.changed, offer = excluded.offer, person = excluded.person, at = excluded.at`,
		org, release, t.Changed, t.Offer, tx.Act.Person, tx.Now)
	return err
}

// list is words kept separated by blanks.
type list struct{ words *[]ospo.Context }

// Scan reads them.
func (l list) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("kept contexts are not text")
	}
	for word := range strings.FieldsSeq(text) {
		*l.words = append(*l.words, ospo.Context(word))
	}
	return nil
}
