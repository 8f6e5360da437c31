// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/merkle"
)

// Note writes one more entry into the log, for a write that does several things. The
// entries of a write are put into the tree together, at its end.
func (tx *Tx) Note(_ context.Context, act ospo.Act) error {
	tx.acts = append(tx.acts, act)
	return nil
}

// seal numbers acts, puts them into the tree and writes them. Whoever writes waits here
// until the one before has committed, so that numbers have no gaps and the tree has one
// order; that is why it is the last thing that a transaction does.
func (tx *Tx) seal(ctx context.Context, acts []ospo.Act) error {
	entries := make([]merkle.Entry, len(acts))
	for i, a := range acts {
		entries[i] = merkle.Entry{At: tx.Now, Org: string(a.Org), Person: string(a.Person), Role: a.Role, What: a.What,
			Thing: a.On, Door: a.Door, Request: a.Request, Diff: a.Diff}
		if a.Diff != "" {
			entries[i].Salt = merkle.Salt()
		}
	}
	tree, err := tx.head(ctx)
	if err != nil {
		return err
	}
	rows := make([][]any, len(entries))
	nodes := number(&tree, entries)
	for i, e := range entries {
		rows[i] = []any{e.ID, e.Org, e.Person, e.What, e.Thing, e.Door, e.Request, e.At, e.N, e.Role, e.Diff, e.Salt, e.Leaf}
	}
	if err := tx.InsertMany(ctx, "log_entry", "id, org, person, what, thing, door, request, at, n, role, diff, salt, leaf", rows, ""); err != nil {
		return err
	}
	return tx.grown(ctx, tree, nodes)
}

// number gives entries their numbers, ids where they have none, and leaves, and returns
// the nodes of the tree that they completed.
func number(tree *merkle.Tree, entries []merkle.Entry) (nodes []merkle.Node) {
	for i := range entries {
		e := &entries[i]
		if e.N = tree.Size + 1; e.ID == "" {
			e.ID = NewID()
		}
		h := e.Hash()
		e.Leaf = h.String()
		nodes = append(nodes, tree.Append(h)...)
	}
	return nodes
}

// head returns the tree as it is, and keeps other writers from appending to it until the
// transaction ends.
func (tx *Tx) head(ctx context.Context) (merkle.Tree, error) {
	query := `SELECT size, peaks FROM log_head WHERE one = 1`
	if !tx.lite {
		query += ` FOR UPDATE`
	}
	type row struct {
		size  int64
		peaks string
	}
	h, err := One(ctx, tx, func(r *row) []any { return []any{&r.size, &r.peaks} }, query)
	if err != nil {
		return merkle.Tree{}, fmt.Errorf("the head of the log: %w", err)
	}
	return merkle.ParseTree(h.size, h.peaks)
}

func (tx *Tx) grown(ctx context.Context, tree merkle.Tree, nodes []merkle.Node) error {
	rows := make([][]any, len(nodes))
	for i, n := range nodes {
		rows[i] = []any{n.Level, n.N, n.Hash.String()}
	}
	if err := tx.InsertMany(ctx, "log_node", "level, n, hash", rows, ""); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE log_head SET size = $1, peaks = $2 WHERE one = 1`, tree.Size, tree.Peaks())
	return err
}

// adopt begins the tree with the entries that were written before there was one, in the
// order of their ids. What happened to them before, nobody can prove.
func (tx *Tx) adopt(ctx context.Context) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO log_head (one, origin, size, peaks) VALUES (1, $1, 0, '')`,
		"allmende/"+strings.ToLower(rand.Text()[:16])); err != nil {
		return err
	}
	old, err := All(ctx, tx, func(e *merkle.Entry) []any {
		return []any{&e.ID, &e.Org, &e.Person, &e.What, &e.Thing, &e.Door, &e.Request, &e.At}
	}, `SELECT id, org, person, what, thing, door, request, at FROM log_entry ORDER BY id`)
	if err != nil {
		return err
	}
	tree := merkle.Tree{}
	nodes := number(&tree, old)
	for _, e := range old {
		if _, err := tx.ExecContext(ctx, `UPDATE log_entry SET n = $1, leaf = $2 WHERE id = $3`, e.N, e.Leaf, e.ID); err != nil {
			return err
		}
	}
	return tx.grown(ctx, tree, nodes)
}

// Erase takes the differences out of entries, for the sake of the people whom they name,
// and notes that under [merkle.EraseAct]. The leaves stay: the sums of the differences stand
// in for them.
func (tx *Tx) Erase(ctx context.Context, numbers []int64) error {
	numbers = slices.Clone(numbers)
	slices.Sort(numbers)
	for _, n := range numbers {
		e, err := One(ctx, tx, func(e *merkle.Entry) []any { return []any{&e.Diff, &e.Salt, &e.Sum} }, `SELECT diff, salt, sum FROM log_entry WHERE n = $1`, n)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE log_entry SET diff = '', salt = '', sum = $1 WHERE n = $2`, e.Erase().Sum, n); err != nil {
			return err
		}
	}
	text, err := json.Marshal(map[string][]int64{"erased": numbers})
	if err != nil {
		return err
	}
	act := tx.Act
	act.What, act.Diff = merkle.EraseAct, string(text)
	return tx.Note(ctx, act)
}
