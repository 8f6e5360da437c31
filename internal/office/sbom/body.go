// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import "context"

// lanes bound how many uploads are in memory at a time: many small ones, few large ones.
type lanes struct{ light, heavy chan struct{} }

const lightest = 8 << 20 // bytes up to which an upload is a small one

func newLanes() lanes { return lanes{make(chan struct{}, 24), make(chan struct{}, 2)} }

// enter waits for room for a body of the announced size, -1 where it was not announced,
// and returns what to call when it is done with.
func (l lanes) enter(ctx context.Context, size int64) (leave func(), err error) {
	lane := l.light
	if size < 0 || size > lightest {
		lane = l.heavy
	}
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
