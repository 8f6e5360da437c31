// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"

	engine "allmende/internal/engine/judge"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// VerdictsOf are the verdicts on some releases, for lists of other rooms; one that the viewer
// does not see has none. Beside the release only what it follows from is read: what was
// judged once by the same book is remembered.
func (s *Service) VerdictsOf(ctx context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]engine.Verdict, error) {
	out := map[ospo.ReleaseID]engine.Verdict{}
	if len(releases) == 0 {
		return out, nil
	}
	b, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.store.releasesAmong(ctx, door.From(ctx).Org, releases)
	if err != nil {
		return nil, err
	}
	used, err := s.usages(ctx, releases...)
	if err != nil {
		return nil, err
	}
	key, seal := b.alike(), b.seal()
	var ask []Row
	for _, r := range all {
		r.Contexts = used.of(r.Release).Contexts
		if t, ok := s.tallies.of(seal, r.document, key(r)); ok {
			out[r.Release] = t.Worst()
		} else if out[r.Release] = engine.Unknown; r.document != 0 {
			ask = append(ask, r)
		}
	}
	if err := s.judgeSome(ctx, b, ask); err != nil {
		return nil, err
	}
	for _, r := range ask {
		out[r.Release] = r.Verdict
		if len(r.pairs) > 0 { // else its licences are not counted yet
			s.tallies.keep(seal, r.document, key(r), r.Tally)
		}
	}
	return out, nil
}

// judgeSome judges releases that have documents.
func (s *Service) judgeSome(ctx context.Context, b book, all []Row) error {
	if len(all) == 0 {
		return nil
	}
	documents := make([]ospo.DocumentID, len(all))
	for i, r := range all {
		documents[i] = r.document
	}
	mix, err := s.store.mixOf(ctx, documents)
	if err != nil {
		return err
	}
	return s.judgeRows(ctx, b, all, mix)
}

// seal is the same for books by which everything is judged alike. What exceptions say never
// changes, so that their ids stand for them.
func (b book) seal() [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", b.profile.home, b.profile.Key())
	for _, x := range b.exceptions {
		fmt.Fprintf(h, " x%q", x.ID)
	}
	for _, c := range b.choices {
		fmt.Fprintf(h, " c%q%q%q", c.Component, c.Licence, c.Chosen)
	}
	for _, p := range slices.Sorted(maps.Keys(b.concluded)) {
		fmt.Fprintf(h, " p%d%q", p, b.concluded[p])
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// tallies remember what documents came to by a book. A document never changes, and neither
// does what follows from a book.
type tallies struct {
	mu   sync.Mutex
	kept map[tallyKey]Tally
}

type tallyKey struct {
	seal     [sha256.Size]byte
	document ospo.DocumentID
	alike    string
}

// mostTallies bounds what is remembered; over it the memory begins anew.
const mostTallies = 100_000

func (t *tallies) of(seal [sha256.Size]byte, document ospo.DocumentID, alike string) (Tally, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.kept[tallyKey{seal, document, alike}]
	return found, ok
}

func (t *tallies) keep(seal [sha256.Size]byte, document ospo.DocumentID, alike string, tally Tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil || len(t.kept) >= mostTallies {
		t.kept = map[tallyKey]Tally{}
	}
	t.kept[tallyKey{seal, document, alike}] = tally
}
