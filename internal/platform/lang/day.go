// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package lang

import "time"

// Day writes which day a time falls on by the readers' clocks, as it is kept: 2026-11-20.
func Day(t time.Time) string { return t.In(berlin).Format(time.DateOnly) }
