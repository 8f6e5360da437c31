// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package clause

import "time"

// Due says on which day something is owed: so many months and days after the start of a
// contract, or before (negative) its end, and after how many months again.
type Due struct {
	From   string `yaml:"from"` // start or end
	Months int    `yaml:"months"`
	Days   int    `yaml:"days"`
	Every  int    `yaml:"every"` // months; 0: once
}

func (d Due) valid() bool { return (d.From == "start" || d.From == "end") && d.Every >= 0 }

// On is the day on which something is owed first in a contract from start to end. Without the
// day from which it counts there is none: empty, which is unknown and not never.
func (d Due) On(start, end string) string {
	from := start
	if d.From == "end" {
		from = end
	}
	if !isDay(from) {
		return ""
	}
	return write(addMonths(day(from), d.Months).AddDate(0, 0, d.Days))
}

// Since is the day on which something is owed first on a day or after it, where it is owed again
// and again. What is owed once keeps its day, whenever that was; so does a series that ended
// before.
func (d Due) Since(start, end, from string) string {
	first := d.On(start, end)
	if d.Every == 0 || first == "" || first >= from || !isDay(from) {
		return first
	}
	if next := d.Again(write(day(from).AddDate(0, 0, -1)), start, end); next != "" {
		return next
	}
	return first
}

// Again is the day on which something is owed anew after it was owed on a day; empty where it
// is owed once, or where the contract has ended by then.
func (d Due) Again(last, start, end string) string {
	first := d.On(start, end)
	if d.Every == 0 || first == "" || !isDay(last) {
		return ""
	}
	for n := 1; n <= farthest; n++ { // counted from the first, so that the 31st comes back after a short month
		next := write(addMonths(day(first), n*d.Every))
		if next > last {
			if isDay(end) && next > end {
				return ""
			}
			return next
		}
	}
	return ""
}

// Moved is a day on which something was owed by the old start and end, as it is by the new ones:
// the first time stays the first, the third the third. What did not follow from the old ones
// stays where it is.
func (d Due) Moved(due string, old, now [2]string) string {
	was, is := d.On(old[0], old[1]), d.On(now[0], now[1])
	if due == was {
		return is
	}
	if d.Every == 0 || was == "" || is == "" || !isDay(due) {
		return due
	}
	for n := 1; n <= farthest; n++ {
		if write(addMonths(day(was), n*d.Every)) == due {
			return write(addMonths(day(is), n*d.Every))
		}
	}
	return due
}

// farthest bounds how many times something is repeated: a hundred years of months.
const farthest = 1200

// A Notice period: so many days, weeks or months before a contract ends.
type Notice struct {
	N    int
	Unit string // days, weeks, months
}

// Units of a notice period.
var Units = []string{"days", "weeks", "months"}

// By is the last day on which notice can be received so that the whole period still passes by
// the end. A period of months that begins with a day ends on the day of the same number, or on
// the last of a month that has none. Weekends and holidays shift nothing here; the contract
// decides. Empty where there is no period or no end.
func (n Notice) By(end string) string {
	if n.N <= 0 || !isDay(end) {
		return ""
	}
	last := day(end)
	switch n.Unit {
	case "days":
		return write(last.AddDate(0, 0, -n.N))
	case "weeks":
		return write(last.AddDate(0, 0, -7*n.N))
	case "months":
		d := addMonths(last.AddDate(0, 0, 1), -n.N) // from here one looks a few days around
		for d = d.AddDate(0, 0, 3); addMonths(d, n.N).After(last); {
			d = d.AddDate(0, 0, -1)
		}
		return write(d)
	}
	return ""
}

// A Term is a contract's time: when it ends, and by how many months it goes on without notice.
type Term struct {
	End    string
	Renews int // months; 0: it ends
	Notice Notice
}

// Next is the end that lies ahead on a day, after as many renewals as came, and the last day of
// notice for it. Where that day has passed the contract goes on: then the next end counts, and
// missed is the day that passed. A contract that does not renew keeps its end.
func (t Term) Next(today string) (end, notice, missed string) {
	end = t.End
	if !isDay(end) {
		return "", "", ""
	}
	for n := 0; n <= farthest; n++ {
		end = write(addTerm(day(t.End), n*t.Renews))
		notice = t.Notice.By(end)
		if t.Renews <= 0 || end >= today && (notice == "" || notice >= today) {
			return end, notice, missed
		}
		if end >= today {
			missed = notice
		}
	}
	return end, notice, missed
}

func day(text string) time.Time {
	t, _ := time.Parse(time.DateOnly, text)
	return t
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func write(t time.Time) string { return t.Format(time.DateOnly) }

// addTerm is the last day of a term of n months that begins on the day after an end: where that
// is the first of a month, the last day of a month, else the day of the same number.
func addTerm(end time.Time, n int) time.Time {
	if next := end.AddDate(0, 0, 1); next.Day() == 1 {
		return addMonths(next, n).AddDate(0, 0, -1)
	}
	return addMonths(end, n)
}

// addMonths is the day of the same number n months on, or the last of a month that is shorter.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, min(t.Day(), first.AddDate(0, 1, -1).Day())-1)
}
