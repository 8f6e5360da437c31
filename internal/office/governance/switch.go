// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
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
	trees   map[ospo.OrgID][]Node
}

// mostTrees bounds how many trees are kept: one for each organisation that people belong to.
const mostTrees = 2000

// around returns the tree in which a person can act, nothing where it holds one
// organisation only or more than limit.
func (s *Service) around(ctx context.Context, person ospo.PersonID, limit int) ([]Node, error) {
	root, version, err := s.store.rooted(ctx, person)
	if err != nil || root == "" {
		return nil, err
	}
	if tree, ok := s.forest.tree(root, version); ok {
		return tree, nil
	}
	units, err := s.store.around(ctx, root, limit+1)
	if err != nil {
		return nil, err
	}
	var tree []Node
	if len(units) > 1 && len(units) <= limit {
		tree = plant(units)
	}
	s.forest.keep(root, version, tree)
	return tree, nil
}

func (f *forest) tree(root ospo.OrgID, version int64) ([]Node, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.version != version {
		return nil, false
	}
	tree, ok := f.trees[root]
	return tree, ok
}

// keep keeps a tree that was read after version was: it is as new as that, or newer.
func (f *forest) keep(root ospo.OrgID, version int64, tree []Node) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if version < f.version {
		return
	}
	if version > f.version || len(f.trees) >= mostTrees {
		f.version, f.trees = version, map[ospo.OrgID][]Node{}
	}
	if f.trees == nil {
		f.trees = map[ospo.OrgID][]Node{}
	}
	f.trees[root] = tree
}
