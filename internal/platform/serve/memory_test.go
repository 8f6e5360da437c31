// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestPercent(t *testing.T) {
	for live, want := range map[uint64]int{0: 6400, 16 << 20: 400, 64 << 20: 100, 4 << 30: 100} {
		if got := percent(live); got != want {
			t.Errorf("with %d bytes in use %d %%, want %d", live, got, want)
		}
	}
}

// The pace follows what is in use, from one collection to the next.
func TestThePaceFollows(t *testing.T) {
	t.Setenv("GOGC", "")
	was := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(was) })
	Spare()
	set := func() int { // what it is set to
		runtime.GC()
		n := debug.SetGCPercent(100)
		debug.SetGCPercent(n)
		return n
	}
	if n := set(); n < 200 {
		t.Errorf("with next to nothing in use the collector runs at %d %%", n)
	}
	held := make([]byte, 200<<20)
	for until := time.Now().Add(10 * time.Second); set() != 100; {
		if time.Now().After(until) {
			t.Fatalf("with 200 MB in use the collector runs at %d %%", set())
		}
	}
	runtime.KeepAlive(held)
}
