// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package pace slows down who asks too often: so many at once, then so many a minute. It
// counts in memory, a process for itself; what must hold across processes and restarts is
// counted in the database.
package pace

import (
	"sync"
	"time"
)

// A Meter counts askers apart, by a key such as an address.
type Meter struct {
	Burst int           // at once
	Every time.Duration // after which one more is free

	mu   sync.Mutex
	full map[string]time.Time // when the asker has its whole burst again
}

// most is how many askers are remembered; whoever has been quiet is forgotten first.
const most = 10000

// Take counts one request at a time and returns how long to wait; 0 lets it through. A
// request that has to wait is not counted.
func (m *Meter) Take(key string, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full == nil {
		m.full = map[string]time.Time{}
	}
	if len(m.full) >= most {
		m.sweep(now)
	}
	full := m.full[key]
	if full.Before(now) {
		full = now
	}
	if wait := full.Sub(now) - time.Duration(m.Burst-1)*m.Every; wait > 0 {
		return wait
	}
	m.full[key] = full.Add(m.Every)
	return 0
}

// sweep forgets who may do everything again; if that is nobody, everybody: a flood from
// more addresses than we remember is for the network to stop.
func (m *Meter) sweep(now time.Time) {
	for k, full := range m.full {
		if !full.After(now) {
			delete(m.full, k)
		}
	}
	if len(m.full) >= most {
		clear(m.full)
	}
}
