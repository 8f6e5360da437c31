// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package pace

import (
	"fmt"
	"testing"
	"time"
)

// Three at once, then one every ten seconds; somebody else does not pay for it.
func TestWhoAsksTooOftenWaits(t *testing.T) {
	m, now := &Meter{Burst: 3, Every: 10 * time.Second}, time.Unix(1e9, 0)
	for i := range 3 {
		if w := m.Take("a", now); w != 0 {
			t.Fatalf("request %d waits %s", i+1, w)
		}
	}
	if w := m.Take("a", now); w != 10*time.Second {
		t.Errorf("the fourth waits %s, want 10s", w)
	}
	if w := m.Take("b", now); w != 0 {
		t.Errorf("another asker waits %s", w)
	}
	now = now.Add(10 * time.Second)
	if w := m.Take("a", now); w != 0 {
		t.Errorf("after ten seconds one more waits %s", w)
	}
	if w := m.Take("a", now); w == 0 {
		t.Error("and a second one does not wait")
	}
}

// However many come, the memory of them is bounded.
func TestMemoryIsBounded(t *testing.T) {
	m, now := &Meter{Burst: 1, Every: time.Hour}, time.Unix(1e9, 0)
	for i := range 3 * most {
		m.Take(fmt.Sprint(i), now)
	}
	if len(m.full) > most {
		t.Errorf("%d askers are remembered, want at most %d", len(m.full), most)
	}
}
