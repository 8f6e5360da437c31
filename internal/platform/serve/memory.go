// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// spare is how many bytes may be allocated, at least, before the collector looks for what
// is not used any more.
const spare = 64 << 20

// Spare keeps the collector from running all the time while little memory is in use: it
// waits for [spare] bytes, or until the memory in use has doubled, whichever is more. What
// needs much gets no more than without it. GOGC in the environment says otherwise.
func Spare() {
	if os.Getenv("GOGC") == "" {
		pace()
	}
}

// pace sets the pace for the time until the next collection, when it is called again.
func pace() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(percent(live[0].Value.Uint64()))
	runtime.SetFinalizer(&struct{ _ [16]byte }{}, func(*struct{ _ [16]byte }) { pace() })
}

// percent is how much may come to the bytes in use, as GOGC counts it.
func percent(live uint64) int { return max(100, int(100*spare/max(live, 1<<20))) }
