// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
)

// A Day is a date as exactly as it is known: "2026-11-20", "2026-11", "2026" or "".
type Day string

// Time returns the day, or the zero time where only month or year are known.
func (d Day) Time() time.Time { return db.Time(string(d)) }

// What people and spreadsheets write, and how it is kept.
var days = []struct{ read, keep string }{
	{"2006-01-02", "2006-01-02"}, {"2.1.2006", "2006-01-02"}, {"2.1.06", "2006-01-02"}, {"2006-01-02 15:04:05", "2006-01-02"},
	{"2006-01-02T15:04:05Z07:00", "2006-01-02"}, {"2006-01", "2006-01"}, {"1/2006", "2006-01"}, {"1.2006", "2006-01"}, {"2006", "2006"},
}

// parseDay reads a date as people write it. field and what the fault says of it are the caller's.
func parseDay(field, text string) (Day, error) {
	text = tidy(text)
	if text == "" {
		return "", nil
	}
	for _, d := range days {
		if t, err := time.Parse(d.read, text); err == nil {
			return Day(t.Format(d.keep)), nil
		}
	}
	return "", fault.At(field, "estate.day", text)
}
