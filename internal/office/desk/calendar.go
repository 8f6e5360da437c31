// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"strings"
	"time"

	"allmende/internal/platform/ical"
	"allmende/internal/platform/lang"
)

// mostDues bounds one month.
const mostDues = 2000

// shownDues is how many tasks a day of the page shows; the file has all.
const shownDues = 5

// A Month is the calendar of one month, in weeks from Monday to Sunday.
type Month struct {
	First         time.Time
	Before, After string // 2026-11
	Weeks         [][]DayCell
	Count         int
	Cut           bool // there were more than are listed
	This          string
}

// A DayCell is a day of the calendar.
type DayCell struct {
	Day     time.Time
	Outside bool // of the month before or after
	Today   bool
	Dues    []Due
	More    int
}

// month reads 2026-12; anything else is the month of today.
func month(text, today string) time.Time {
	if t, err := time.Parse("2006-01", text); err == nil && t.Year() > 1900 && t.Year() < 3000 {
		return t
	}
	t, _ := time.Parse("2006-01", today[:7]) // today is a day that we wrote ourselves
	return t
}

// Month is what is due in a month.
func (s *Service) Month(ctx context.Context, text string) (m Month, err error) {
	today := lang.Day(s.store.db.Now())
	m = Month{First: month(text, today)}
	m.Before, m.After, m.This = m.First.AddDate(0, -1, 0).Format("2006-01"), m.First.AddDate(0, 1, 0).Format("2006-01"), m.First.Format("2006-01")
	begin := m.First.AddDate(0, 0, -(int(m.First.Weekday())+6)%7)
	end := m.First.AddDate(0, 1, -1)
	dues, err := s.Dues(ctx, m.First.Format(time.DateOnly), end.Format(time.DateOnly), mostDues+1)
	m.Count, m.Cut = min(len(dues), mostDues), len(dues) > mostDues
	for day := begin; !day.After(end); {
		var week []DayCell
		for range 7 {
			c := DayCell{Day: day, Outside: day.Month() != m.First.Month(), Today: day.Format(time.DateOnly) == today}
			for _, d := range dues {
				if d.Day == day.Format(time.DateOnly) {
					c.Dues = append(c.Dues, d)
				}
			}
			if n := len(c.Dues); n > shownDues {
				c.Dues, c.More = c.Dues[:shownDues], n-shownDues
			}
			week, day = append(week, c), day.AddDate(0, 0, 1)
		}
		m.Weeks = append(m.Weeks, week)
	}
	return m, err
}

// How far the file of the calendar looks back and ahead.
const (
	lookBack  = 3
	lookAhead = 12 // months
)

// ICal is what is due as an iCalendar object: a day each, which blocks nobody's time. base is
// the address under which people reach the instance.
func (s *Service) ICal(ctx context.Context, base string) (string, error) {
	now := s.store.db.Now()
	dues, err := s.Dues(ctx, lang.Day(now.AddDate(0, -lookBack, 0)), lang.Day(now.AddDate(0, lookAhead, 0)), mostDues)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	line := func(name, value string) { b.WriteString(ical.Line(name, value)) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Allmende//desk//DE")
	line("X-WR-CALNAME", ical.Escape(say(ctx, "desk.calendar")))
	for _, d := range dues {
		day, err := time.Parse(time.DateOnly, d.Day)
		if err != nil {
			return "", err
		}
		line("BEGIN", "VEVENT")
		line("UID", d.ID+"@allmende")
		line("DTSTAMP", now.UTC().Format("20060102T150405Z"))
		line("DTSTART;VALUE=DATE", day.Format("20060102"))
		line("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format("20060102"))
		line("TRANSP", "TRANSPARENT")
		line("SUMMARY", ical.Escape(d.Number+" "+d.Name))
		line("DESCRIPTION", ical.Escape(d.Title))
		line("URL", ical.URI(base+d.Link))
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.String(), nil
}
