// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package workdays

import (
	"bytes"
	_ "embed" // the list of holidays
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Text is a text in both languages.
type Text struct {
	DE string `yaml:"de" json:"de"`
	EN string `yaml:"en" json:"en"`
}

// In returns the text in a language, else in German.
func (t Text) In(tongue string) string {
	if tongue == "en" {
		return t.EN
	}
	return t.DE
}

// A Land is a Land, or a place in one in which more holidays count.
type Land struct {
	ID   string `yaml:"id"` // BY as in ISO 3166-2:DE; BY-MH and the like are ours
	Of   string `yaml:"of"` // the Land it lies in, if it is a place
	Name Text   `yaml:"name"`
}

// A Holiday is one in a year; its day is midnight in UTC.
type Holiday struct {
	Day  time.Time
	Name Text
}

// An entry of the list.
type entry struct {
	Name  Text     `yaml:"name"`
	Rule  string   `yaml:"rule"`
	In    []string `yaml:"in"`
	From  int      `yaml:"from"`
	Years []int    `yaml:"years"`
}

type list struct {
	Version    int     `yaml:"version"`
	From       int     `yaml:"from"`
	To         int     `yaml:"to"`
	Checked    string  `yaml:"checked"`
	Verified   string  `yaml:"verified"`
	Source     string  `yaml:"source"`
	Everywhere []entry `yaml:"everywhere"`
	Some       []entry `yaml:"some"`
	Lands      []Land  `yaml:"lands"`
}

//go:embed data/holidays.yaml
var data []byte

// The list is part of the program: where it cannot be read the program is broken, and says so
// when it starts.
var all = func() (l list) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&l); err != nil {
		panic("workdays: " + err.Error())
	}
	for _, e := range slices.Concat(l.Everywhere, l.Some) {
		if _, err := e.in(l.From); err != nil {
			panic("workdays: " + err.Error())
		}
	}
	return l
}()

// Lands lists the Länder, each followed by the places in it that have holidays of their own.
func Lands() []Land { return slices.Clone(all.Lands) }

// Verified says how the list of holidays was checked, when and against what: "secondary" means
// against another collection and not against the acts.
func Verified() (how, day, source string) { return all.Verified, all.Checked, all.Source }

// Years are the first and the last year for which holidays are known.
func Years() (first, last int) { return all.From, all.To }

// A Calendar knows the working days of a Land. The zero Calendar knows none; see [For].
type Calendar struct{ land Land }

// A LandError says that there is no such Land.
type LandError struct{ Got string }

func (e *LandError) Error() string {
	var ids []string
	for _, l := range all.Lands {
		ids = append(ids, l.ID)
	}
	return fmt.Sprintf("Land: got %q, want one of %s", e.Got, strings.Join(ids, ", "))
}

// A YearError says that the holidays of a year are not known.
type YearError struct{ Year, First, Last int }

func (e *YearError) Error() string {
	return fmt.Sprintf("holidays of %d are not known, only those of %d to %d", e.Year, e.First, e.Last)
}

// For returns the calendar of a Land, or of a place in it. An error is a *LandError.
func For(land string) (Calendar, error) {
	i := slices.IndexFunc(all.Lands, func(l Land) bool { return l.ID == land })
	if i < 0 {
		return Calendar{}, &LandError{land}
	}
	return Calendar{all.Lands[i]}, nil
}

// Land is the Land, or the place in one, whose calendar it is.
func (c Calendar) Land() Land { return c.land }

// Holidays lists the holidays of a year in their order. An error is a *LandError or *YearError.
func (c Calendar) Holidays(year int) ([]Holiday, error) {
	if c.land.ID == "" {
		return nil, &LandError{}
	}
	if year < all.From || year > all.To {
		return nil, &YearError{year, all.From, all.To}
	}
	var out []Holiday
	for _, e := range slices.Concat(all.Everywhere, all.Some) {
		if !e.holds(c.land, year) {
			continue
		}
		day, err := e.in(year)
		if err != nil {
			return nil, err
		}
		out = append(out, Holiday{day, e.Name})
	}
	slices.SortStableFunc(out, func(a, b Holiday) int { return a.Day.Compare(b.Day) })
	return out, nil
}

func (e entry) holds(l Land, year int) bool {
	return year >= e.From && (len(e.Years) == 0 || slices.Contains(e.Years, year)) &&
		(len(e.In) == 0 || slices.Contains(e.In, l.ID) || l.Of != "" && slices.Contains(e.In, l.Of))
}

// in is the day of an entry in a year.
func (e entry) in(year int) (time.Time, error) {
	if shift, ok := strings.CutPrefix(e.Rule, "easter"); ok {
		n, err := strconv.Atoi(shift)
		if err != nil {
			return time.Time{}, fmt.Errorf("rule %q: want easter+N or easter-N", e.Rule)
		}
		return Easter(year).AddDate(0, 0, n), nil
	}
	if e.Rule == "repentance" {
		day := time.Date(year, time.November, 22, 0, 0, 0, 0, time.UTC)
		for day.Weekday() != time.Wednesday {
			day = day.AddDate(0, 0, -1)
		}
		return day, nil
	}
	day, err := time.Parse("2006-01-02", fmt.Sprintf("%04d-%s", year, e.Rule))
	if err != nil {
		return time.Time{}, fmt.Errorf("rule %q: want MM-DD, easter+N, easter-N or repentance", e.Rule)
	}
	return day, nil
}

// Easter is Easter Sunday of a year in the Gregorian calendar, midnight in UTC, after the
// anonymous rule that Butcher's Ecclesiastical Calendar (1876) gives; it needs no exceptions,
// unlike that of Gauss.
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// Working reports whether a day, as the clock of its own place has it, is a working day.
func (c Calendar) Working(day time.Time) (bool, error) {
	off, err := c.off(day.Year())
	return err == nil && works(day, off), err
}

// off are the holidays of a year, by month and day.
func (c Calendar) off(year int) (map[date]bool, error) {
	list, err := c.Holidays(year)
	if err != nil {
		return nil, err
	}
	out := map[date]bool{}
	for _, h := range list {
		out[date{h.Day.Month(), h.Day.Day()}] = true
	}
	return out, nil
}

type date struct {
	month time.Month
	day   int
}

func works(day time.Time, off map[date]bool) bool {
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday && !off[date{day.Month(), day.Day()}]
}

const maxDays = 3000 // more working days than the list has

// Add is the n-th working day after a day, midnight in the place of that day: the day itself
// is not counted (as § 187 (1) BGB has it). With n = 0 it is the day itself if it is a working
// day, else the next one. An error is a *LandError or *YearError, or says that n is negative.
func (c Calendar) Add(day time.Time, n int) (time.Time, error) {
	if n < 0 || n > maxDays {
		return time.Time{}, fmt.Errorf("working days: got %d, want 0 to %d", n, maxDays)
	}
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location())
	off, err := c.off(at.Year())
	if err != nil {
		return time.Time{}, err
	}
	next := func() {
		year := at.Year()
		at = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
		if at.Year() != year {
			off, err = c.off(at.Year())
		}
	}
	for ; n > 0 && err == nil; n-- {
		next()
		for err == nil && !works(at, off) {
			next()
		}
	}
	for err == nil && !works(at, off) {
		next()
	}
	if err != nil {
		return time.Time{}, err
	}
	return at, nil
}
