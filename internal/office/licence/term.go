// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"strings"
	"sync"

	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// A said is the text of a term and what it is read as.
type said struct {
	text    string
	reading spdx.Reading
}

// why is the last part of the key of the text that says why it is read so.
func (s said) why() string { return why(s.reading) }

func why(r spdx.Reading) string { return strings.TrimPrefix(r.Why, "spdx.read.") }

// unsaid is the term of a package for which nobody says anything.
var unsaid = said{reading: spdx.Normalise("")}

// mostTerms is how many terms are remembered. A term's number is made from its text, so that
// what is remembered never becomes wrong.
const mostTerms = 100_000

// terms remembers what terms are read as.
type terms struct {
	mu sync.Mutex
	of map[int64]said
}

// read returns what terms say, from memory where that is possible.
func (s *Service) read(ctx context.Context, ids map[int64]bool) (map[int64]said, error) {
	out := make(map[int64]said, len(ids))
	var missing []int64
	s.terms.mu.Lock()
	for id := range ids {
		if t, ok := s.terms.of[id]; ok {
			out[id] = t
		} else if id != 0 {
			missing = append(missing, id)
		}
	}
	s.terms.mu.Unlock()
	out[0] = unsaid
	if len(missing) == 0 {
		return out, nil
	}
	texts, err := s.store.texts(ctx, missing)
	if err != nil {
		return nil, err
	}
	for id, text := range texts {
		out[id] = said{text, spdx.Normalise(text)}
	}
	s.terms.mu.Lock()
	defer s.terms.mu.Unlock()
	if s.terms.of == nil || len(s.terms.of)+len(texts) > mostTerms {
		s.terms.of = map[int64]said{}
	}
	for id := range texts {
		s.terms.of[id] = out[id]
	}
	return out, nil
}

// A share is how many packages of a document have a pair.
type share struct {
	pair
	packages int64
}

// mostShares is how many shares of documents are remembered, at 24 bytes each. A document's
// content never changes, so neither does what is remembered.
const mostShares = 2_000_000

// mixes remembers the shares of documents.
type mixes struct {
	mu sync.Mutex
	of map[ospo.DocumentID][]share
	n  int
}

// shares returns those of documents, from memory where that is possible.
func (s *Service) shares(ctx context.Context, ids []ospo.DocumentID) (map[ospo.DocumentID][]share, error) {
	out := make(map[ospo.DocumentID][]share, len(ids))
	var missing []ospo.DocumentID
	s.mixes.mu.Lock()
	for _, id := range ids {
		if m, ok := s.mixes.of[id]; ok {
			out[id] = m
		} else {
			missing = append(missing, id)
		}
	}
	s.mixes.mu.Unlock()
	if len(missing) == 0 {
		return out, nil
	}
	fresh, err := s.store.mixed(ctx, missing)
	if err != nil {
		return nil, err
	}
	s.mixes.mu.Lock()
	defer s.mixes.mu.Unlock()
	for id, m := range fresh {
		out[id] = m
		if s.mixes.of == nil || s.mixes.n > mostShares {
			s.mixes.of, s.mixes.n = map[ospo.DocumentID][]share{}, 0
		}
		s.mixes.of[id] = m
		s.mixes.n += len(m)
	}
	return out, nil
}
