// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"iter"
	"strconv"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/merkle"
)

// A head is what the log says of itself.
type head struct {
	origin string
	tree   merkle.Tree
}

func (s store) head(ctx context.Context, q db.Querier) (h head, err error) {
	var peaks string
	var size int64
	if _, err = db.One(ctx, q, func(*struct{}) []any { return []any{&h.origin, &size, &peaks} }, `SELECT origin, size, peaks FROM log_head_view`); fault.Of(err) == fault.NotFound {
		return h, fault.New(fault.Unreadable, headGone)
	} else if err != nil {
		return h, err
	}
	if h.tree, err = merkle.ParseTree(size, peaks); err != nil {
		return h, fault.Because(err, fault.Unreadable, headBroken, size)
	}
	return h, nil
}

// Keys of the sentences for a log that does not say of itself how large it is, or nonsense.
const headGone, headBroken = "audit.head_gone", "audit.head_broken"

func bindLeaf(e *merkle.Entry) []any {
	return []any{&e.N, &e.ID, &e.At, &e.Org, &e.Person, &e.Role, &e.What, &e.Thing, &e.Door, &e.Request, &e.Diff, &e.Salt, &e.Sum, &e.Leaf}
}

const leafColumns = `SELECT e.n, e.id, e.at, e.org, e.person, e.role, e.what, e.thing, e.door, e.request, e.diff, e.salt, e.sum, e.leaf FROM log_entry_view e `

// stretch reads the entries after one number up to another.
func (s store) stretch(ctx context.Context, q db.Querier, after, to int64) iter.Seq2[merkle.Entry, error] {
	return db.Each(ctx, q, bindLeaf, leafColumns+`WHERE e.n > $1 AND e.n <= $2 ORDER BY e.n -- every organisation: the proof is of the whole log`, after, to)
}

// last returns the greatest number of an entry, whatever the head says.
func (s store) last(ctx context.Context) (int64, error) {
	n, err := db.Count(ctx, s.db.Read(), `SELECT coalesce(max(n), 0) FROM log_entry_view -- every organisation: the proof is of the whole log`)
	return int64(n), err
}

// outside returns entries that have no number, or none that can be.
func (s store) outside(ctx context.Context) ([]merkle.Entry, error) {
	return db.All(ctx, s.db.Read(), func(e *merkle.Entry) []any { return []any{&e.ID, &e.What} }, `
		SELECT id, what FROM log_entry_view
		WHERE n IS NULL OR n < 1 -- every organisation: the proof is of the whole log
		ORDER BY id LIMIT 1000`)
}

// nodes returns the nodes that are kept.
func (s store) nodes(ctx context.Context, q db.Querier) (map[nodeAt]merkle.Hash, error) {
	type row struct {
		nodeAt
		hash string
	}
	out := map[nodeAt]merkle.Hash{}
	for r, err := range db.Each(ctx, q, func(r *row) []any { return []any{&r.level, &r.n, &r.hash} }, `SELECT level, n, hash FROM log_node_view`) {
		if err != nil {
			return nil, err
		}
		if h, err := merkle.ParseHash(r.hash); err == nil { // what is no hash is as good as missing
			out[r.nodeAt] = h
		}
	}
	return out, nil
}

type nodeAt struct {
	level int
	n     int64
}

// levels reads the hashes that proofs are made of; see [merkle.Levels].
func (s store) levels(ctx context.Context) merkle.Levels {
	return func(level int, from, to int64) (out []merkle.Hash, err error) {
		query, args := `SELECT leaf FROM log_entry_view WHERE n > $1 AND n <= $2 ORDER BY n -- every organisation: the proof is of the whole log`, []any{from, to}
		if level > 0 {
			query, args = `SELECT hash FROM log_node_view WHERE level = $1 AND n >= $2 AND n < $3 ORDER BY n`, []any{level, from, to}
		}
		all, err := db.Texts(ctx, s.db.Read(), query, args...)
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			h, err := merkle.ParseHash(t)
			if err != nil {
				return nil, err
			}
			out = append(out, h)
		}
		return out, nil
	}
}

// A kept checkpoint is one as it lies in the database: nothing that it says is proved.
type kept struct {
	ID   string
	Size int64
	Note string
	At   string
}

func bindKept(k *kept) []any { return []any{&k.ID, &k.Size, &k.Note, &k.At} }

func (s store) addCheckpoint(ctx context.Context, tx *db.Tx, size int64, note string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_checkpoint (id, size, note, at) VALUES ($1, $2, $3, $4)`, db.NewID(), size, note, tx.Now)
	return err
}

// checkpoints lists the last n, the newest first; 0 for all.
func (s store) checkpoints(ctx context.Context, n int) ([]kept, error) {
	if n == 0 {
		n = 1 << 30
	}
	return db.All(ctx, s.db.Read(), bindKept, `SELECT id, size, note, at FROM audit_checkpoint ORDER BY size DESC, id DESC LIMIT $1`, n)
}

// checkpointOver returns the oldest checkpoint that counts entry n.
func (s store) checkpointOver(ctx context.Context, n int64) ([]kept, error) {
	return db.All(ctx, s.db.Read(), bindKept, `SELECT id, size, note, at FROM audit_checkpoint WHERE size >= $1 ORDER BY size, id LIMIT 1`, n)
}

func (s store) checkpointSizes(ctx context.Context) ([]int64, error) {
	return db.All(ctx, s.db.Read(), func(n *int64) []any { return []any{n} }, `SELECT size FROM audit_checkpoint`)
}

func (s store) checkpointCount(ctx context.Context) (int, error) {
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM audit_checkpoint`)
}

// keys lists the public keys of the instance, the newest first.
func (s store) keys(ctx context.Context) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `SELECT public FROM audit_key ORDER BY since DESC, public`)
}

// keySince is since when a public key is known; empty where it is not.
func (s store) keySince(ctx context.Context, public string) (since string, err error) {
	_, err = db.One(ctx, s.db.Read(), func(*struct{}) []any { return []any{&since} }, `SELECT coalesce(max(since), '') FROM audit_key WHERE public = $1`, public)
	return since, err
}

func (s store) addKey(ctx context.Context, tx *db.Tx, public string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_key (public, since) VALUES ($1, $2) ON CONFLICT DO NOTHING`, public, tx.Now)
	return err
}

// A check is what one verification found.
type check struct {
	At         string
	Size, Held int64
	Flaws      int
	Report     string
	Took       int64 // milliseconds
}

func (s store) addCheck(ctx context.Context, tx *db.Tx, c check) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_check (id, at, size, held, flaws, report, took) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		db.NewID(), tx.Now, c.Size, c.Held, c.Flaws, c.Report, c.Took)
	return err
}

// lastCheck returns the newest verification, if there was one.
func (s store) lastCheck(ctx context.Context) ([]check, error) {
	return db.All(ctx, s.db.Read(), func(c *check) []any { return []any{&c.At, &c.Size, &c.Held, &c.Flaws, &c.Report, &c.Took} },
		`SELECT at, size, held, flaws, report, took FROM audit_check ORDER BY id DESC LIMIT 1`)
}

// leafOf returns an entry that root may see, by its id or its number.
func (s store) leafOf(ctx context.Context, root ospo.OrgID, id string) (merkle.Entry, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		n = 0
	}
	return db.One(ctx, s.db.Read(), bindLeaf, leafColumns+`
		WHERE (e.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
			OR e.org = 'system' AND EXISTS (SELECT 1 FROM governance_org_view WHERE id = $2 AND parent = ''))
		AND (e.id = $3 OR e.n = $4)`, root, root, id, n)
}

// visible lists whose entries root may see.
func (s store) visible(ctx context.Context, root ospo.OrgID) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `
		SELECT org FROM governance_scope_view WHERE root = $1
		UNION ALL
		SELECT 'system' FROM governance_org_view WHERE id = $2 AND parent = ''`, root, root)
}

// A named entry may name somebody.
type named struct {
	n           int64
	thing, diff string
}

// naming lists the entries about a person whose difference is kept, and those in whose
// difference one of some words stands.
func (s store) naming(ctx context.Context, tx *db.Tx, person ospo.PersonID, words []string) ([]named, error) {
	query, args := `SELECT n, thing, diff FROM log_entry_view
		WHERE diff <> '' AND what <> 'audit.erase' AND (thing = $1`, []any{person}
	for _, w := range words {
		args = append(args, "%"+likeEscape.Replace(w)+"%")
		query += ` OR diff LIKE $` + strconv.Itoa(len(args)) + ` ESCAPE '\'`
	}
	return db.All(ctx, tx, func(e *named) []any { return []any{&e.n, &e.thing, &e.diff} }, query+`) ORDER BY n -- every organisation: a person may be named anywhere`, args...)
}
