// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package workdays

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func calendar(t *testing.T, land string) Calendar {
	t.Helper()
	c, err := For(land)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Known Easter Sundays: the earliest and latest possible, and those of our years.
func TestEaster(t *testing.T) {
	for _, want := range strings.Fields("1818-03-22 1943-04-25 2000-04-23 2018-04-01 2019-04-21 2020-04-12 2021-04-04 2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2038-04-25") {
		if got := Easter(day(t, want).Year()).Format(time.DateOnly); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// How many holidays each Land has in 2026, Easter and Whit Sunday of Brandenburg included.
func TestEachLandHasItsHolidays(t *testing.T) {
	want := map[string]int{"BW": 12, "BY": 12, "BY-MH": 13, "BY-A": 14, "BE": 10, "BB": 12, "HB": 10, "HH": 10, "HE": 10, "MV": 11, "NI": 10, "NW": 11,
		"RP": 11, "SL": 12, "SN": 11, "SN-FL": 12, "ST": 11, "SH": 10, "TH": 11, "TH-FL": 12}
	if len(Lands()) != len(want) {
		t.Errorf("%d Länder and places, want %d", len(Lands()), len(want))
	}
	for _, l := range Lands() {
		list, err := calendar(t, l.ID).Holidays(2026)
		if err != nil || len(list) != want[l.ID] {
			t.Errorf("%s: %d holidays, want %d, %v: %v", l.ID, len(list), want[l.ID], err, list)
		}
		if l.Name.DE == "" || l.Name.EN == "" {
			t.Errorf("%s has no name in one language", l.ID)
		}
	}
}

func TestHolidaysComeAndGo(t *testing.T) {
	for _, one := range []struct {
		land, day string
		working   bool
	}{
		{"MV", "2022-03-08", true}, {"MV", "2023-03-08", false}, {"BE", "2019-03-08", false}, {"BE", "2018-03-08", true},
		{"BE", "2025-05-08", false}, {"BE", "2024-05-08", true}, {"BB", "2025-05-08", true}, {"BE", "2020-05-08", false},
		{"BY", "2025-08-15", true}, {"BY-MH", "2025-08-15", false}, {"BY", "2025-08-08", true}, {"BY-A", "2025-08-08", false},
		{"SN", "2026-11-18", false}, {"SN", "2023-11-22", false}, {"TH", "2026-11-18", true}, {"SN", "2025-06-19", true}, {"SN-FL", "2025-06-19", false},
		{"TH", "2024-09-20", false}, {"ST", "2024-09-20", true}, {"TH", "2018-09-20", true}, {"HH", "2018-10-31", false}, {"NW", "2024-10-31", true},
		{"BE", "2026-12-24", true}, {"BE", "2026-11-28", false}, {"BE", "2026-11-29", false},
	} {
		if got, err := calendar(t, one.land).Working(day(t, one.day)); err != nil || got != one.working {
			t.Errorf("%s %s: working %v, %v; want %v", one.land, one.day, got, err, one.working)
		}
	}
}

func TestCountingWorkingDays(t *testing.T) {
	for _, one := range []struct {
		land, from string
		n          int
		want       string
	}{
		{"BY", "2026-04-02", 1, "2026-04-07"},   // Thursday before Good Friday
		{"BY", "2026-04-03", 0, "2026-04-07"},   // a holiday moves on
		{"BY", "2026-04-02", 0, "2026-04-02"},   // a working day stays
		{"NW", "2026-12-23", 5, "2026-12-31"},   // Boxing Day is a Saturday
		{"BE", "2026-12-30", 2, "2027-01-04"},   // over the turn of the year
		{"BW", "2026-11-28", 3, "2026-12-02"},   // from a Saturday
		{"BW", "2027-01-05", 1, "2027-01-07"},   // Epiphany
		{"HH", "2027-01-05", 1, "2027-01-06"},   // which Hamburg does not have
		{"HH", "2026-01-01", 250, "2026-12-24"}, // counted by hand: 261 weekdays in 2026, 7 of them holidays; the 254th working day is 31 December
	} {
		got, err := calendar(t, one.land).Add(day(t, one.from).Add(15*time.Hour), one.n)
		if err != nil || got.Format(time.DateTime) != one.want+" 00:00:00" {
			t.Errorf("%s: %s + %d = %s, %v; want %s", one.land, one.from, one.n, got, err, one.want)
		}
	}
}

// The clock of Berlin loses an hour in March; no day may be lost or counted twice for it.
func TestSummerTimeLosesNoDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("this machine knows no Europe/Berlin")
	}
	got, err := calendar(t, "BE").Add(time.Date(2026, 3, 27, 23, 30, 0, 0, berlin), 1)
	if want := time.Date(2026, 3, 30, 0, 0, 0, 0, berlin); err != nil || !got.Equal(want) {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestWhatIsNotKnownIsSaid(t *testing.T) {
	c := calendar(t, "BY")
	for _, f := range []func() error{
		func() error { _, err := c.Holidays(2017); return err },
		func() error { _, err := c.Working(day(t, "2031-01-02")); return err },
		func() error { _, err := c.Add(day(t, "2030-12-30"), 3); return err },
		func() error { _, err := c.Add(day(t, "2030-12-28"), 3000); return err },
	} {
		e, ok := errors.AsType[*YearError](f())
		if !ok || !strings.Contains(e.Error(), "only those of 2018 to 2030") {
			t.Errorf("got %v", e)
		}
	}
	if _, err := c.Add(day(t, "2026-01-02"), -1); err == nil {
		t.Error("went backwards")
	}
	for _, id := range []string{"", "XX", "by", "Bayern"} {
		if _, err := For(id); err == nil {
			t.Errorf("%q is a Land", id)
		}
	}
	if _, err := (Calendar{}).Add(day(t, "2026-01-02"), 1); err == nil {
		t.Error("a calendar of no Land counts")
	}
	if how, on, from := Verified(); how != "secondary" || on == "" || !strings.Contains(from, "nicht gelesen") {
		t.Error("the list claims more than was done")
	}
}

func BenchmarkAdd(b *testing.B) {
	c, err := For("BY-A")
	if err != nil {
		b.Fatal(err)
	}
	from := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for b.Loop() {
		if _, err := c.Add(from, 30); err != nil {
			b.Fatal(err)
		}
	}
}
