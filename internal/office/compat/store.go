// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns what is kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

const mostListed = 500

// visible are the releases that an organisation may see and that have a bill of materials.
const visible = `
	FROM estate_visible_view v JOIN estate_release_view r ON r.id = v.release JOIN estate_software_view w ON w.id = r.software
	JOIN sbom_document_view d ON d.release = r.id AND d.current WHERE v.root = $1`

// A choosable is a release with its name.
type choosable struct {
	id    ospo.ReleaseID
	title string
}

func bindChoosable(c *choosable) []any { return []any{&c.id, &c.title} }

// releases lists those with a bill of materials whose name contains a text, by name.
func (s store) releases(ctx context.Context, root ospo.OrgID, text string) ([]choosable, error) {
	like := "%" + strings.NewReplacer("%", "", "_", " ").Replace(strings.ToLower(text)) + "%"
	return db.All(ctx, s.db.Read(), bindChoosable, `
		SELECT r.id, w.name || ' ' || r.version `+visible+` AND w.folded LIKE $2
		GROUP BY r.id, w.name, r.version ORDER BY w.name COLLATE "de-x-icu", r.version, r.id LIMIT 100`, root, like)
}

// title names a release; one that may not be seen, or has no bill of materials, is not found.
func (s store) title(ctx context.Context, root ospo.OrgID, release ospo.ReleaseID) (string, error) {
	c, err := db.One(ctx, s.db.Read(), bindChoosable, `SELECT r.id, w.name || ' ' || r.version `+visible+` AND r.id = $2 LIMIT 1`, root, release)
	return c.title, err
}

// mix counts the packages of a release by the licence that counts: the concluded one, unless
// that says nothing, else the declared one.
func (s store) mix(ctx context.Context, root ospo.OrgID, release ospo.ReleaseID) ([]part, error) {
	type row struct {
		declared, concluded string
		packages            int
	}
	all, err := db.All(ctx, s.db.Read(), func(r *row) []any { return []any{&r.declared, &r.concluded, &r.packages} }, `
		SELECT coalesce(d.text, ''), coalesce(c.text, ''), sum(m.packages)
		FROM sbom_document_view doc JOIN estate_visible_view v ON v.release = doc.release AND v.root = $1
		JOIN licence_mix_view m ON m.document = doc.id
		LEFT JOIN sbom_term_view d ON d.id = m.declared LEFT JOIN sbom_term_view c ON c.id = m.concluded
		WHERE doc.release = $2 AND doc.current GROUP BY d.text, c.text ORDER BY 1, 2`, root, release)
	var out []part
	at := map[string]int{}
	for _, r := range all {
		text := r.concluded
		if text == "" || text == "NOASSERTION" {
			text = r.declared
		}
		if text == "" {
			text = "NOASSERTION"
		}
		if i, ok := at[text]; ok {
			out[i].packages += r.packages
			continue
		}
		at[text], out = len(out), append(out, part{text, r.packages})
	}
	return out, err
}

// matrixColumns and matrixTables take who asks twice: who stands above is not named.
const (
	matrixColumns = `m.id, m.org, coalesce(o.name, ''), m.name, m.date, m.sum, m.bytes, m.licences, m.cells, m.flaws, coalesce(p.id, ''), coalesce(p.name, ''), m.created`
	matrixTables  = ` FROM compat_matrix m
		LEFT JOIN governance_org_view o ON o.id = m.org AND o.id IN (SELECT org FROM governance_scope_view WHERE root = $1)
		LEFT JOIN governance_person_view p ON p.id = m.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $2)`
)

func bindMatrix(m *Matrix) []any {
	return []any{&m.ID, &m.Org, &m.OrgName, &m.Name, &m.Date, &m.Sum, &m.Bytes, &m.Licences, &m.Cells, &m.Flaws, &m.Person, &m.By, &m.Created}
}

// matrices lists those of an organisation and of those above it, the latest first.
func (s store) matrices(ctx context.Context, org ospo.OrgID) ([]Matrix, error) {
	return db.All(ctx, s.db.Read(), bindMatrix, `
		SELECT `+matrixColumns+matrixTables+`
		WHERE m.org IN (SELECT root FROM governance_scope_view WHERE org = $3) ORDER BY m.created DESC, m.id DESC LIMIT $4`, org, org, org, mostListed)
}

func (s store) data(ctx context.Context, m Matrix) (string, error) {
	return db.One(ctx, s.db.Read(), func(t *string) []any { return []any{t} }, `SELECT data FROM compat_matrix WHERE org = $1 AND id = $2`, m.Org, m.ID)
}

func (s store) addMatrix(ctx context.Context, tx *db.Tx, m Matrix, data string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO compat_matrix (id, org, name, date, sum, bytes, licences, cells, flaws, data, person, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		m.ID, m.Org, m.Name, m.Date, m.Sum, m.Bytes, m.Licences, m.Cells, m.Flaws, data, m.Person, m.Created)
	return err
}

func (s store) removeMatrix(ctx context.Context, tx *db.Tx, m Matrix) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM compat_matrix WHERE org = $1 AND id = $2`, m.Org, m.ID)
	return err
}

type choiceRow struct {
	Choice
	parts, advice string
	latest        int
}

func bindChoice(c *choiceRow) []any {
	return []any{&c.ID, &c.Org, &c.OrgName, &c.Work, &c.Version, &c.Original, &c.Kind, &c.Aim, &c.Rights, &c.Network, &c.Patents, &c.Tongues, &c.Profile, &c.parts,
		&c.Licence, &c.Recommended, &c.Reason, &c.advice, &c.Person, &c.By, &c.Created, &c.latest}
}

// choices lists those of the organisations that root sees, the latest first.
func (s store) choices(ctx context.Context, root ospo.OrgID, text, id string) (out []Choice, err error) {
	like := "%" + strings.NewReplacer("%", "", "_", " ").Replace(text) + "%"
	all, err := db.All(ctx, s.db.Read(), bindChoice, `
		SELECT c.id, c.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = c.org), ''), c.work, c.version, c.original, c.kind, c.aim, c.rights, c.network, c.patents, c.tongues, c.profile, c.parts,
			c.licence, c.recommended, c.reason, c.advice, coalesce(p.id, ''), coalesce(p.name, ''), c.created,
			(SELECT max(l.version) FROM compat_choice l WHERE l.org = c.org AND l.folded = c.folded)
		FROM compat_choice c LEFT JOIN governance_person_view p ON p.id = c.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
		WHERE c.org IN (SELECT org FROM governance_scope_view WHERE root = $2) AND c.folded LIKE $3 AND ($4 = '' OR c.id = $5)
		ORDER BY c.created DESC, c.id DESC LIMIT $6`, root, root, like, id, id, mostListed)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		var a advices
		if err := json.Unmarshal([]byte(r.advice), &a); err != nil {
			return nil, fmt.Errorf("the advice of choice %s: %w", r.ID, err)
		}
		r.Advice, r.english = a.DE, a.EN
		r.Parts, r.Latest = lines(r.parts), r.latest == r.Version
		out = append(out, r.Choice)
	}
	return out, nil
}

// lines takes a text apart that has one thing a line.
func lines(text string) []string {
	out := []string{}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// lastVersion is the highest version of a choice for a work.
func (s store) lastVersion(ctx context.Context, q db.Querier, c Choice) (int, error) {
	return db.Count(ctx, q, `SELECT coalesce(max(version), 0) FROM compat_choice WHERE org = $1 AND folded = $2`, c.Org, strings.ToLower(c.Work))
}

func (s store) addChoice(ctx context.Context, tx *db.Tx, c Choice) error {
	advice, err := c.snapshot()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO compat_choice (id, org, work, folded, version, original, kind, aim, rights, network, patents, tongues, profile, parts, licence, recommended, reason, advice, person, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		c.ID, c.Org, c.Work, strings.ToLower(c.Work), c.Version, c.Original, c.Kind, c.Aim, c.Rights, c.Network, c.Patents, c.Tongues, c.Profile, strings.Join(c.Parts, "\n"),
		c.Licence, c.Recommended, c.Reason, advice, c.Person, tx.Now)
	return err
}
