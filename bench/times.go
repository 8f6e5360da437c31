// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"fmt"
	"slices"
	"time"
)

// times are how long repetitions took.
type times []time.Duration

// at returns the time within which a share of them was done: .5 is the median.
func (t times) at(share float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(t))
	return s[min(len(s)-1, int(share*float64(len(s))))]
}

// p99 makes a figure of the 99th percentile in ms.
func (t times) p99(name string) figure {
	return figure{Name: name + ", p99", Value: ms(t.at(.99)), Unit: "ms",
		Note: fmt.Sprintf("p50 %s ms, most %s ms, n=%d", amount(ms(t.at(.5))), amount(ms(t.at(1))), len(t))}
}

// median makes a figure of the median in seconds.
func (t times) median(name string) figure {
	return figure{Name: name, Value: t.at(.5).Seconds(), Unit: "s",
		Note: fmt.Sprintf("median of %d, %s to %s s", len(t), amount(t.at(0).Seconds()), amount(t.at(1).Seconds()))}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
