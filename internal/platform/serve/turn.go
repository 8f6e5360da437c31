// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve

import (
	"net/http"
	"runtime"
	"sync"
	"time"
)

// turn is how long a reader keeps others waiting.
const turn = 50 * time.Millisecond

// AtOnce is how many readers are worked for at once: enough to keep the processors busy while
// some wait for a disk or a network. Where the database is elsewhere, most of them wait.
func AtOnce(elsewhere bool) int {
	if elsewhere {
		return max(6, 3*runtime.GOMAXPROCS(0))
	}
	return runtime.GOMAXPROCS(0) + 1
}

// InTurn has at most n readers worked for at once, the others in the order in which they
// came. When many ask together, working for all of them at the same time lets every one wait
// for the last, and some far longer than others. Who takes longer than a turn goes on without
// one, so that nobody holds up the rest. What writes is not a reader's: it waits for the
// writer anyway, and its sender may be slow.
func InTurn(h http.Handler, n int) http.Handler {
	turns := make(chan struct{}, n) // who waits for a channel is served first come, first served
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.ServeHTTP(w, r)
			return
		}
		select {
		case turns <- struct{}{}:
		case <-r.Context().Done():
			return
		}
		leave := sync.OnceFunc(func() { <-turns })
		defer time.AfterFunc(turn, leave).Stop()
		defer leave()
		h.ServeHTTP(w, r)
	})
}
