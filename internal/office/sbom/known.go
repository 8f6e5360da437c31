// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"fmt"
	"hash/maphash"
	"sync"
)

// mostKnown bounds what is remembered; about 40 bytes each.
const mostKnown = 1 << 20

// known remembers which numbers are in the database, so that a document is asked for
// only with what is new in it. It may forget, never invent: numbers come in after the
// transaction that inserted or found them is committed, and rows are never removed.
type known struct {
	mu   sync.RWMutex
	seed maphash.Seed
	seen map[int64]uint64 // a second, secret hash of the key, to notice a forged number
}

func newKnown() *known { return &known{seed: maphash.MakeSeed(), seen: map[int64]uint64{}} }

// missing returns those candidates that are not known to be in the database.
func (k *known) missing(c candidates) (candidates, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	var out candidates
	for i, id := range c.ids {
		switch hash, ok := k.seen[id]; {
		case !ok:
			out.add(id, c.keys[i])
		case hash != maphash.String(k.seed, c.keys[i]):
			return out, clash(id, c.keys[i])
		}
	}
	return out, nil
}

func (k *known) add(c candidates) {
	if len(c.ids) == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.seen)+len(c.ids) > mostKnown {
		clear(k.seen)
	}
	for i, id := range c.ids {
		k.seen[id] = maphash.String(k.seed, c.keys[i])
	}
}

// clash says that two keys share the first 63 bits of their SHA-256. By chance that
// does not happen; by intent it costs somebody some billion tries.
func clash(id int64, key string) error {
	return fmt.Errorf("the key %q has the number %d, which belongs to another key; the document is refused", key, id)
}
