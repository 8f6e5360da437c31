// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"context"
	"maps"
	"sync"

	"allmende/internal/ospo"
)

// kept remembers what follows from documents, which never change: what is under which licence
// in them, what terms say, and what they oblige to in a use.
type kept struct {
	mu     sync.Mutex
	shares map[ospo.DocumentID][]share
	held   int // shares of all documents
	terms  map[int64]string
	sums   map[sumKey][]Item
	items  int // of all sums
}

// A sumKey names what duties follow from, where nobody has decided anything.
type sumKey struct {
	document    ospo.DocumentID
	use, tongue string
}

// Bounds of what is remembered; over them the memory begins anew. A share takes 24 bytes, an
// item some 300.
const (
	mostShares = 500_000
	mostTerms  = 100_000
	mostItems  = 100_000
)

// shares returns what is under which licence in documents, from memory where that is possible.
// One without any is asked for again: its licences may not be counted yet.
func (s *Service) shares(ctx context.Context, documents []ospo.DocumentID) (map[ospo.DocumentID][]share, error) {
	k := &s.kept
	out := make(map[ospo.DocumentID][]share, len(documents))
	var missing []ospo.DocumentID
	k.mu.Lock()
	for _, id := range documents {
		if all, ok := k.shares[id]; ok {
			out[id] = all
		} else {
			missing = append(missing, id)
		}
	}
	k.mu.Unlock()
	fresh := map[ospo.DocumentID][]share{}
	if err := s.store.mix(ctx, missing, fresh); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, all := range fresh {
		if k.shares == nil || k.held > mostShares {
			k.shares, k.held = map[ospo.DocumentID][]share{}, 0
		}
		out[id], k.shares[id] = all, all
		k.held += len(all)
	}
	return out, nil
}

// texts returns what terms say; 0 is none.
func (s *Service) texts(ctx context.Context, ids []int64) (map[int64]string, error) {
	k := &s.kept
	out := map[int64]string{}
	var missing []int64
	k.mu.Lock()
	for _, id := range ids {
		if _, seen := out[id]; seen {
			continue
		}
		text, ok := k.terms[id]
		if out[id] = text; !ok && id != 0 {
			missing = append(missing, id)
		}
	}
	k.mu.Unlock()
	fresh, err := s.store.terms(ctx, missing)
	if err != nil {
		return nil, err
	}
	maps.Copy(out, fresh)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.terms == nil || len(k.terms)+len(fresh) > mostTerms {
		k.terms = map[int64]string{}
	}
	maps.Copy(k.terms, fresh)
	return out, nil
}

func (k *kept) sum(key sumKey) (items []Item, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	items, known = k.sums[key]
	return items, known
}

func (k *kept) keepSum(key sumKey, items []Item) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sums == nil || k.items > mostItems {
		k.sums, k.items = map[sumKey][]Item{}, 0
	}
	k.sums[key] = items
	k.items += len(items)
}
