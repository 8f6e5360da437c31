// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/inventory"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

// A pair is two terms of one package, 0 for none, in an order by which it can be a key.
type pair struct{ declared, concluded int64 }

// counts is the term that counts: what was concluded, else what was declared.
func (p pair) counts() int64 {
	if p.concluded != 0 {
		return p.concluded
	}
	return p.declared
}

// mix counts the packages of a document by their pair of terms.
func mix(v inventory.Inventory) map[pair]int64 {
	out := map[pair]int64{}
	for i := range v.Packages {
		out[pair{v.Declared[i], v.Concluded[i]}]++
	}
	return out
}

// Arrived counts the licences of a document, within the transaction that takes it in, drops
// those of the one whose place it takes, and lets its packages take over what was concluded
// of earlier versions.
func (s *Service) Arrived(ctx context.Context, tx *db.Tx, a bom.Arrival) (err error) {
	defer fault.Wrap(&err, "count the licences of release %s", a.Release)
	if err := s.store.dropFormer(ctx, tx, a.Release); err != nil {
		return err
	}
	all, err := s.Shelf.Inventories(ctx, tx, []ospo.DocumentID{a.Document})
	if err != nil {
		return err
	}
	if err := s.store.setMix(ctx, tx, a.Document, mix(all[a.Document])); err != nil {
		return err
	}
	return s.inherit(ctx, tx, a.Release, all[a.Document])
}

const mixKind = "licence.mix"

// mostMixed is how many documents are counted in one transaction.
const mostMixed = 200

// mixJob counts what was there before this room, and clears away what went in a way that
// nobody told it of.
func (s *Service) mixJob(ctx context.Context, run *job.Run) error {
	n, err := s.Mix(ctx)
	if err != nil {
		return err
	}
	return run.Progress(ctx, n, n, "")
}

// Mix counts the licences of the present documents that lack it, and returns how many.
func (s *Service) Mix(ctx context.Context) (n int, err error) {
	defer fault.Wrap(&err, "count the licences of documents")
	last := ospo.DocumentID(0)
	for {
		ids, err := s.store.unmixed(ctx, last, mostMixed)
		if err != nil {
			return n, err
		}
		if len(ids) == 0 {
			break
		}
		err = s.store.db.Keep(ctx, func(tx *db.Tx) error {
			all, err := s.Shelf.Inventories(ctx, tx, ids)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := s.store.setMix(ctx, tx, id, mix(all[id])); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		last, n = ids[len(ids)-1], n+len(ids)
	}
	return n, s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.dropGone(ctx, tx) })
}
