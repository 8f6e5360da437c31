// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

type store struct{ db *db.DB }

// lanes is how many files are held in memory at a time.
const lanes = 4

// New returns the desk kept in d, its files in blobs; the scanner is asked through queue.
func New(d *db.DB, blobs Blobs, queue *job.Queue) *Service {
	s := &Service{store: store{d}, blobs: blobs, queue: queue, lanes: make(chan struct{}, lanes), Most: MostBytes, Rest: time.Minute}
	s.work()
	return s
}

const fileColumns = `f.id, f.org, f.matter, f.name, f.media, f.size, f.sum, f.blob, f.scan, f.finding, f.scanner, f.scanned,
	f.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = f.person), ''), f.created,
	f.remover, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = f.remover), ''), f.removed, f.reason, f.source, f.finding`

func bindFile(f *File) []any {
	return []any{&f.ID, &f.org, &f.Case, &f.Name, &f.Media, &f.Size, &f.Sum, &f.blob, &f.Scan, &f.Finding, &f.Scanner, &f.Scanned,
		&f.Person, &f.PersonName, &f.Created, &f.Remover, &f.remover, &f.Removed, &f.Reason, &f.Source, &f.seen}
}

func (s store) filesOf(ctx context.Context, q db.Querier, m Matter) ([]File, error) {
	return db.All(ctx, q, bindFile, `SELECT `+fileColumns+` FROM desk_file f WHERE f.org = $1 AND f.matter = $2 ORDER BY f.created, f.id`, m.Org, m.ID)
}

func (s store) file(ctx context.Context, q db.Querier, m Matter, id string) (File, error) {
	return db.One(ctx, q, bindFile, `SELECT `+fileColumns+` FROM desk_file f WHERE f.org = $1 AND f.matter = $2 AND f.id = $3`, m.Org, m.ID, id)
}

func (s store) addFile(ctx context.Context, tx *db.Tx, f File) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO desk_file (id, org, matter, name, media, size, sum, blob, scan, finding, scanner, scanned, person, created, remover, removed, reason, source)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', $10, $11, '', '', '', $12)`,
		f.ID, f.org, f.Case, f.Name, f.Media, f.Size, f.Sum, f.blob, f.Scan, f.Person, tx.Now, f.Source)
	return err
}

// removeFile notes that a content goes; false where it went before.
func (s store) removeFile(ctx context.Context, tx *db.Tx, f File, person ospo.PersonID, reason string) (bool, error) {
	return changed(tx, ctx, `UPDATE desk_file SET blob = '', remover = $1, removed = $2, reason = $3 WHERE org = $4 AND id = $5 AND removed = ''`,
		person, tx.Now, reason, f.org, f.ID)
}

// changed runs a statement and reports whether it met a row.
func changed(tx *db.Tx, ctx context.Context, statement string, args ...any) (bool, error) {
	r, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// unseen lists the files that no scanner has judged and that it was not shown since a time.
func (s store) unseen(ctx context.Context, since time.Time) ([]File, error) {
	return db.All(ctx, s.db.Read(), bindFile, `
		SELECT `+fileColumns+` FROM desk_file f WHERE f.scan IN ('none', 'wait') AND f.blob <> '' AND f.scanned <= $1 ORDER BY f.created, f.id
		-- every organisation: there is one scanner for the whole instance`, since.UTC().Format(db.Clock))
}

// tried notes that the scanner was shown a file and did not answer.
func (s store) tried(ctx context.Context, tx *db.Tx, f File) error {
	_, err := tx.ExecContext(ctx, `UPDATE desk_file SET scanned = $1 WHERE org = $2 AND id = $3`, tx.Now, f.org, f.ID)
	return err
}

func (s store) setScan(ctx context.Context, tx *db.Tx, f File) error {
	_, err := tx.ExecContext(ctx, `UPDATE desk_file SET scan = $1, finding = $2, scanner = $3, scanned = $4 WHERE org = $5 AND id = $6`,
		f.Scan, f.Finding, f.Scanner, tx.Now, f.org, f.ID)
	return err
}

// dropped lists the sums of what was removed since a time.
func (s store) dropped(ctx context.Context, since time.Time) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `
		SELECT DISTINCT sum FROM desk_file WHERE removed <> '' AND removed >= $1
		-- every organisation: contents are kept once for all`, since.UTC().Format(db.Clock))
}

const linkColumns = `l.id, l.org, l.matter, l.kind, l.target, l.label, l.person, l.created`

func bindLink(l *Link) []any {
	return []any{&l.ID, &l.org, &l.Case, &l.Kind, &l.Target, &l.Label, &l.Person, &l.Created}
}

func (s store) linksOf(ctx context.Context, q db.Querier, m Matter) ([]Link, error) {
	return db.All(ctx, q, bindLink, `SELECT `+linkColumns+` FROM desk_link l WHERE l.org = $1 AND l.matter = $2 ORDER BY l.created, l.id`, m.Org, m.ID)
}

// pointing lists the links to one of some targets, of cases that root sees, the latest first.
func (s store) pointing(ctx context.Context, root ospo.OrgID, targets, kinds []string) ([]Link, error) {
	args := []any{root}
	for _, v := range append(append([]string{}, targets...), kinds...) {
		args = append(args, v)
	}
	return db.All(ctx, s.db.Read(), bindLink, `
		SELECT `+linkColumns+` FROM desk_link l
		WHERE l.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
			AND l.target IN (`+db.In(2, len(targets))+`) AND l.kind IN (`+db.In(2+len(targets), len(kinds))+`)
		ORDER BY l.created DESC, l.id LIMIT 100`, args...)
}

// chained reports whether an original is a duplicate itself, or a duplicate has some.
func (s store) chained(ctx context.Context, q db.Querier, duplicate, original string) (bool, error) {
	n, err := db.Count(ctx, q, `
		SELECT count(*) FROM desk_link WHERE kind = 'duplicate' AND (matter = $1 OR target = $2)
		-- every organisation: both cases were seen, and nothing is told but that there is a chain`, original, duplicate)
	return n > 0, err
}

func (s store) addLink(ctx context.Context, tx *db.Tx, l Link) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO desk_link (id, org, matter, kind, target, label, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.ID, l.org, l.Case, l.Kind, l.Target, l.Label, l.Person, tx.Now)
	return err
}

func (s store) removeLink(ctx context.Context, tx *db.Tx, m Matter, id string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM desk_link WHERE org = $1 AND matter = $2 AND id = $3`, m.Org, m.ID, id)
	return err
}

const mentionColumns = `d.id, d.matter, d.n, d.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = d.person), ''),
	d.author, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = d.author), ''), d.created, d.seen`

func bindMention(m *Mention) []any {
	return []any{&m.ID, &m.Case, &m.N, &m.Person, &m.Name, &m.Author, &m.AuthorName, &m.Created, &m.Seen}
}

func (s store) addMention(ctx context.Context, tx *db.Tx, m Mention, org ospo.OrgID) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO desk_mention (id, org, matter, n, person, author, created, seen) VALUES ($1, $2, $3, $4, $5, $6, $7, '')
		ON CONFLICT (matter, n, person) DO NOTHING`, m.ID, org, m.Case, m.N, m.Person, m.Author, tx.Now)
	return err
}

func (s store) mentionsIn(ctx context.Context, m Matter) ([]Mention, error) {
	return db.All(ctx, s.db.Read(), bindMention, `SELECT `+mentionColumns+` FROM desk_mention d WHERE d.org = $1 AND d.matter = $2 ORDER BY d.created, d.id`, m.Org, m.ID)
}

func (s store) mentionsOf(ctx context.Context, root ospo.OrgID, person ospo.PersonID, unseen bool, most int) ([]Mention, error) {
	only := ``
	if unseen {
		only = ` AND d.seen = ''`
	}
	return db.All(ctx, s.db.Read(), bindMention, `
		SELECT `+mentionColumns+` FROM desk_mention d
		WHERE d.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND d.person = $2`+only+` ORDER BY d.created DESC, d.id LIMIT $3`, root, person, most)
}

func (s store) see(ctx context.Context, tx *db.Tx, root ospo.OrgID, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE desk_mention SET seen = $1 WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $2) AND person = $3 AND seen = ''`, tx.Now, root, person)
	return err
}

// textsFor lists the texts of an organisation and of all above it.
func (s store) textsFor(ctx context.Context, org ospo.OrgID) ([]Text, error) {
	all, err := db.All(ctx, s.db.Read(), func(t *Text) []any { return []any{&t.ID, &t.Org, &t.OrgName, &t.Name, &t.DE, &t.EN} }, `
		SELECT t.id, t.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = t.org), ''), t.name, t.de, t.en
		FROM governance_scope_view c JOIN desk_text t ON t.org = c.root WHERE c.org = $1 ORDER BY t.name COLLATE "de-x-icu", t.id`, org)
	for i, t := range all {
		all[i].Mine = t.Org == org
	}
	return all, err
}

func (s store) keepText(ctx context.Context, tx *db.Tx, t Text, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO desk_text (id, org, name, de, en, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, de = excluded.de, en = excluded.en`, t.ID, t.Org, t.Name, t.DE, t.EN, person, tx.Now)
	return err
}

func (s store) removeText(ctx context.Context, tx *db.Tx, t Text) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM desk_text WHERE org = $1 AND id = $2`, t.Org, t.ID)
	return err
}

// things returns the names of files and texts of organisations that root sees, with the case
// that a file belongs to.
func (s store) things(ctx context.Context, root ospo.OrgID, ids []string) ([][3]string, error) {
	files, one := db.Among(s.db, "f.id", 2, ids)
	texts, other := db.Among(s.db, "t.id", 4, ids)
	return db.All(ctx, s.db.Read(), func(t *[3]string) []any { return []any{&t[0], &t[1], &t[2]} }, `
		SELECT f.id, f.name, f.matter FROM desk_file f WHERE f.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+files+`
		UNION ALL SELECT t.id, t.name, '' FROM desk_text t WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $3) AND `+texts, root, one, root, other)
}
