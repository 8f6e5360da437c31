// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"allmende/internal/platform/serve"
)

func ask(h http.Handler, ctx context.Context, method, path string) {
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, method, path, nil))
}

// Two at once, each for 10 ms: ten who come one after the other leave in that order, and
// the fifth pair after 50 ms.
func TestReadersAreServedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var order []string
		inside, most := 0, 0
		h := serve.InTurn(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			order, inside = append(order, r.URL.Path), inside+1
			most = max(most, inside)
			mu.Unlock()
			time.Sleep(10 * time.Millisecond)
			mu.Lock()
			inside--
			mu.Unlock()
		}), 2)
		begun := time.Now()
		var wg sync.WaitGroup
		var want []string
		for i := range 10 {
			path := "/" + strconv.Itoa(i)
			want = append(want, path)
			wg.Go(func() { ask(h, t.Context(), "GET", path) })
			synctest.Wait()
		}
		wg.Wait()
		for pair := range slices.Chunk(order, 2) { // who of two is noted first is chance
			slices.Sort(pair)
		}
		if !slices.Equal(order, want) || most != 2 || time.Since(begun) != 50*time.Millisecond {
			t.Errorf("%v, %d at once, %s; want %v, 2, 50ms", order, most, time.Since(begun), want)
		}
	})
}

// A reader who takes long keeps nobody else waiting for longer than a turn, what writes
// waits for no reader, and who goes away while waiting is not worked for.
func TestTheSlowHoldUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		began := map[string]time.Duration{}
		begun := time.Now()
		h := serve.InTurn(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			began[r.URL.Path] = time.Since(begun)
			mu.Unlock()
			if r.URL.Path == "/slow" {
				time.Sleep(time.Minute)
			}
		}), 1)
		gone, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for _, q := range []struct {
			ctx          context.Context
			method, path string
		}{{t.Context(), "GET", "/slow"}, {gone, "GET", "/gone"}, {t.Context(), "GET", "/quick"}, {t.Context(), "POST", "/write"}} {
			wg.Go(func() { ask(h, q.ctx, q.method, q.path) })
			synctest.Wait()
		}
		leave()
		wg.Wait()
		_, worked := began["/gone"]
		if began["/quick"] != 50*time.Millisecond || began["/write"] != 0 || worked {
			t.Errorf("%v; want /quick after 50ms, /write at once, /gone never", began)
		}
		began = map[string]time.Duration{}
		begun = time.Now()
		for range 3 {
			ask(h, t.Context(), "GET", "/after")
		}
		if began["/after"] != 0 {
			t.Errorf("once all are gone a reader waits for %s", began["/after"])
		}
	})
}
