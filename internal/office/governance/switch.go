// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"slices"
	"sync"

	"allmende/internal/ospo"
)

// A forest keeps the trees that people can act in, since every page shows them: for each
// organisation the one below it, as of one version of all organisations. Each change of an
// organisation takes a new version within its transaction, so that what is kept is never
// older than what the database would say.
type forest struct {
	mu      sync.Mutex
	version int64
	trees   map[string][]Node
}

// mostTrees bounds how many trees are kept: one for each organisation that people belong to, and one for
// each set of organisations in which somebody holds a role besides.
const mostTrees = 2000

// around returns the tree in which a person can act, nothing where it holds one
// organisation only or more than limit.
func (s *Service) around(ctx context.Context, person ospo.PersonID, limit int) ([]Node, error) {
	root, version, err := s.store.rooted(ctx, person)
	if err != nil || root == "" {
		return nil, err
	}
	held, err := s.mandates(ctx, person)
	if err != nil {
		return nil, err
	}
	key, roots := string(root), []any{root}
	for _, m := range held {
		if !slices.Contains(roots, any(m.Org)) {
			key, roots = key+" "+string(m.Org), append(roots, m.Org)
		}
	}
	if tree, ok := s.forest.tree(key, version); ok {
		return tree, nil
	}
	units, err := s.store.around(ctx, roots, limit+1)
	if err != nil {
		return nil, err
	}
	var tree []Node
	if len(units) > 1 && len(units) <= limit {
		tree = plant(units)
	}
	s.forest.keep(key, version, tree)
	return tree, nil
}

func (f *forest) tree(key string, version int64) ([]Node, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.version != version {
		return nil, false
	}
	tree, ok := f.trees[key]
	return tree, ok
}

// keep keeps a tree that was read after version was: it is as new as that, or newer.
func (f *forest) keep(key string, version int64, tree []Node) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if version < f.version {
		return
	}
	if version > f.version || len(f.trees) >= mostTrees {
		f.version, f.trees = version, map[string][]Node{}
	}
	if f.trees == nil {
		f.trees = map[string][]Node{}
	}
	f.trees[key] = tree
}
