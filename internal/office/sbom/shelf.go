// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"allmende/internal/engine/inventory"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A shelf knows what documents list and which documents hold a package. What arrives lies
// in the inbox first and is shelved many documents at a time (see migration 0002).
type shelf struct {
	mu      sync.Mutex
	waiting int         // packages that this process has put into the inbox since it last shelved
	rest    *time.Timer // shelves what is left when nothing comes any more
	closed  bool

	turn sync.Mutex // held by whoever shelves

	read  map[ospo.DocumentID]inventory.Tree // some that were read lately
	large int                                // packages in read
}

const (
	// mostWaiting is how many packages may lie in the inbox while documents arrive: whoever
	// looks for holders looks through them.
	mostWaiting = 256_000
	// quiet is how long nothing must arrive before the rest is shelved.
	quiet = time.Second
	// mostRead bounds what is remembered of trees, at 16 bytes a package.
	mostRead = 1_000_000
	// mostShelved is how many entries SQLite's one writer is held for.
	mostShelved = 256_000
	// manyShelved is how many packages at once are a reason to tidy up afterwards.
	manyShelved = 50_000
	// partBits says how many documents a part covers.
	partBits = 12
)

// Inventories returns what documents list; one that is not present has no entry. Whoever
// asks knows that they may be seen.
func (s *Service) Inventories(ctx context.Context, q db.Querier, ids []ospo.DocumentID) (map[ospo.DocumentID]inventory.Inventory, error) {
	return unpackAll(ctx, s.store, q, ids, inventory.Unpack)
}

// Inventory is Inventories of one document; that of an unknown one is empty.
func (s *Service) Inventory(ctx context.Context, q db.Querier, id ospo.DocumentID) (inventory.Inventory, error) {
	if id == 0 {
		return inventory.Inventory{}, nil
	}
	all, err := s.Inventories(ctx, q, []ospo.DocumentID{id})
	return all[id], err
}

// Trees is Inventories without licences and suppliers. It remembers some.
func (s *Service) Trees(ctx context.Context, q db.Querier, ids []ospo.DocumentID) (map[ospo.DocumentID]inventory.Tree, error) {
	out := make(map[ospo.DocumentID]inventory.Tree, len(ids))
	read, err := unpackAll(ctx, s.store, q, s.shelf.remembered(ids, out), inventory.UnpackTree)
	for id, t := range read {
		out[id] = t
		s.shelf.remember(id, t)
	}
	return out, err
}

func unpackAll[T any](ctx context.Context, s store, q db.Querier, ids []ospo.DocumentID, read func([]byte) (T, error)) (map[ospo.DocumentID]T, error) {
	packings, err := s.inventories(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[ospo.DocumentID]T, len(packings))
	for _, p := range packings {
		if out[p.document], err = read(p.packed); err != nil {
			return nil, fmt.Errorf("what document %d lists: %w", p.document, err)
		}
	}
	return out, nil
}

// Holders returns which documents hold packages, in no order, each place once. Documents
// that are no longer present may be among them, and those that the viewer may not see:
// whoever asks looks them up. The inbox is read before the shelf, so that nothing is missed
// that moves from the one to the other in between.
func (s *Service) Holders(ctx context.Context, q db.Querier, packages []ospo.PackageID) ([]inventory.Place, error) {
	packages = slices.Compact(slices.Sorted(slices.Values(packages)))
	fresh, err := s.arrived(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []inventory.Place
	for _, id := range slices.Sorted(maps.Keys(fresh)) {
		for _, p := range packages {
			if _, ok := fresh[id].Find(p); ok {
				out = append(out, inventory.Place{Package: p, Document: id})
			}
		}
	}
	return out, s.store.lists(ctx, q, packages, func(p ospo.PackageID, documents []int64) {
		for _, d := range documents {
			if _, twice := fresh[ospo.DocumentID(d)]; !twice {
				out = append(out, inventory.Place{Package: p, Document: ospo.DocumentID(d)})
			}
		}
	})
}

// arrived returns what the documents list that came and are not shelved yet.
func (s *Service) arrived(ctx context.Context, q db.Querier) (map[ospo.DocumentID]inventory.Tree, error) {
	waiting, err := s.store.inbox(ctx, q)
	var ids []ospo.DocumentID
	for _, n := range waiting {
		if !n.gone {
			ids = append(ids, n.document)
		}
	}
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return s.Trees(ctx, q, ids)
}

func (h *shelf) remembered(ids []ospo.DocumentID, out map[ospo.DocumentID]inventory.Tree) (missing []ospo.DocumentID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		if v, ok := h.read[id]; ok {
			out[id] = v
		} else {
			missing = append(missing, id)
		}
	}
	return missing
}

func (h *shelf) remember(id ospo.DocumentID, v inventory.Tree) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.read == nil || h.large+v.Len() > mostRead {
		h.read, h.large = map[ospo.DocumentID]inventory.Tree{}, 0
	}
	if _, twice := h.read[id]; !twice && v.Len() <= mostRead {
		h.read[id], h.large = v, h.large+v.Len()
	}
}

// received notes that documents came, and shelves when much is waiting; else when nothing
// has come for a while.
func (s *Service) received(ctx context.Context, all []*passage) {
	h := &s.shelf
	h.mu.Lock()
	for _, p := range all {
		h.waiting += p.content.items.Len()
		if v, ok := h.read[p.content.id]; ok {
			h.large -= v.Len()
			delete(h.read, p.content.id)
		}
	}
	full := h.waiting >= mostWaiting
	h.restart(s)
	h.mu.Unlock()
	for _, tell := range s.Received {
		if err := tell(ctx); err != nil {
			slog.WarnContext(ctx, "nobody tidied up after documents that came", "err", err)
		}
	}
	if full && h.turn.TryLock() {
		defer h.turn.Unlock()
		s.shelve(ctx)
	}
}

// restart waits anew for quiet; the caller holds mu.
func (h *shelf) restart(s *Service) {
	switch {
	case h.closed:
	case h.rest == nil:
		h.rest = time.AfterFunc(quiet, func() {
			h.turn.Lock()
			defer h.turn.Unlock()
			s.shelve(context.Background())
		})
	default:
		h.rest.Reset(quiet)
	}
}

// Wait returns when nothing is being shelved any more, and nothing will be: before the
// database closes.
func (s *Service) Wait() {
	s.shelf.mu.Lock()
	s.shelf.closed = true
	if s.shelf.rest != nil {
		s.shelf.rest.Stop()
	}
	s.shelf.mu.Unlock()
	s.shelf.turn.Lock()
	s.shelf.turn.Unlock() //lint:ignore SA2001 whoever had its turn is done
}

// shelve works the inbox in. What fails stays in the inbox and is found there.
func (s *Service) shelve(ctx context.Context) {
	s.shelf.mu.Lock()
	s.shelf.waiting = 0
	closed := s.shelf.closed
	s.shelf.mu.Unlock()
	if closed {
		return
	}
	if err := s.Shelve(ctx); err != nil {
		slog.WarnContext(ctx, "documents could not be shelved; they stay in the inbox until the next time", "err", err)
	}
}

// Shelve moves all that waits in the inbox to where it is looked up.
func (s *Service) Shelve(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "shelve documents")
	if waiting, err := s.store.inbox(ctx, s.store.db.Read()); err != nil || len(waiting) == 0 {
		return err
	}
	size := 0
	for n := 1; n > 0 && err == nil; {
		err = s.store.db.Keep(ctx, func(tx *db.Tx) error {
			if err := s.store.lockShelf(ctx, tx); err != nil {
				return err
			}
			n, err = s.shelveSome(ctx, tx)
			return err
		})
		size += n
	}
	if err != nil || size < manyShelved {
		return err
	}
	for _, tell := range s.Shelved {
		if err := tell(ctx); err != nil {
			return err
		}
	}
	return s.store.sweep(ctx)
}

// shelveSome takes about as many documents as SQLite's writer may be held for, and returns
// how many packages they list: 0 once nothing waits any more.
func (s *Service) shelveSome(ctx context.Context, tx *db.Tx) (size int, err error) {
	waiting, err := s.store.inbox(ctx, tx)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	n := 0
	for n < len(waiting) && (n == 0 || size+waiting[n].packages <= mostShelved) {
		size += waiting[n].packages
		n++
	}
	if err := s.place(ctx, tx, waiting[:n]); err != nil {
		return 0, err
	}
	return max(size, 1), s.store.shelved(ctx, tx, waiting[:n])
}

// A turnover is that a document came to, or went from, those that hold a package.
type turnover struct {
	part, pack, document int64
	gone                 bool
}

// place notes at each package which of the documents hold it now.
func (s *Service) place(ctx context.Context, tx *db.Tx, all []notice) error {
	ids := make([]ospo.DocumentID, len(all))
	for i, n := range all {
		ids[i] = n.document
	}
	trees, err := unpackAll(ctx, s.store, tx, ids, inventory.UnpackTree)
	if err != nil {
		return err
	}
	gone := make(map[ospo.DocumentID]bool, len(all))
	for _, n := range all {
		gone[n.document] = n.gone
	}
	var turns []turnover
	for id, t := range trees {
		for _, p := range t.Packages {
			turns = append(turns, turnover{int64(id) >> partBits, p, int64(id), gone[id]})
		}
	}
	slices.SortFunc(turns, func(a, b turnover) int {
		return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.pack, b.pack), cmp.Compare(a.document, b.document))
	})
	for len(turns) > 0 {
		n, _ := slices.BinarySearchFunc(turns, turns[0].part+1, func(t turnover, part int64) int { return cmp.Compare(t.part, part) })
		if err := s.turn(ctx, tx, turns[:n]); err != nil {
			return err
		}
		turns = turns[n:]
	}
	return nil
}

// unplace takes a document that comes back off the shelf, in case what it listed before it
// went is still there.
func (s *Service) unplace(ctx context.Context, tx *db.Tx, id ospo.DocumentID) error {
	if id == 0 {
		return nil
	}
	if err := s.store.lockShelf(ctx, tx); err != nil {
		return err
	}
	return s.place(ctx, tx, []notice{{document: id, gone: true}})
}

// turn brings the lists of one part up to date; turns are sorted by package and document.
func (s *Service) turn(ctx context.Context, tx *db.Tx, turns []turnover) error {
	var packages []int64
	for _, t := range turns {
		if n := len(packages); n == 0 || packages[n-1] != t.pack {
			packages = append(packages, t.pack)
		}
	}
	lists, err := s.store.listsOf(ctx, tx, turns[0].part, packages)
	if err != nil {
		return err
	}
	for _, t := range turns {
		l := lists[t.pack]
		at, there := slices.BinarySearch(l, t.document)
		switch {
		case there && t.gone:
			lists[t.pack] = slices.Delete(l, at, at+1)
		case !there && !t.gone:
			lists[t.pack] = slices.Insert(l, at, t.document)
		}
	}
	return s.store.setLists(ctx, tx, turns[0].part, packages, lists)
}

// Resume takes up what an earlier process left: documents in the inbox, and those that an
// earlier version kept in rows.
func (s *Service) Resume(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "pack what documents list")
	for more := true; more; {
		if more, err = s.repack(ctx); err != nil {
			return err
		}
	}
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	s.shelf.restart(s)
	return nil
}

// repack brings some documents that are kept in rows into their present form.
func (s *Service) repack(ctx context.Context) (more bool, err error) {
	ids, err := s.store.unpacked(ctx, 50)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	return true, s.store.db.Write(ctx, db.System("sbom.repack", ""), func(tx *db.Tx) error {
		for _, id := range ids {
			v, err := s.store.takeRows(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := s.store.insertInventory(ctx, tx, id, v.Pack(), v.Len()); err != nil {
				return err
			}
		}
		return nil
	})
}
