// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package lang turns text keys into German or English. Texts lie in lang/de.json and
// lang/en.json of each room; a key begins with the room's name.
package lang

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
)

// Tongues lists the languages, the default first.
var Tongues = []string{"de", "en"}

// A Catalogue holds the texts of all rooms by language and key.
type Catalogue map[string]map[string]string

// Load reads lang/<tongue>.json of each file system. Two rooms that use one key are an error.
func Load(files ...fs.FS) (Catalogue, error) {
	c := Catalogue{}
	for _, tongue := range Tongues {
		c[tongue] = map[string]string{}
		for _, f := range files {
			if err := c.add(tongue, f); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c Catalogue) add(tongue string, f fs.FS) error {
	text, err := fs.ReadFile(f, "lang/"+tongue+".json")
	if err != nil {
		return err
	}
	var m map[string]string
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("lang/%s.json: %w", tongue, err)
	}
	for k, v := range m {
		if _, ok := c[tongue][k]; ok {
			return fmt.Errorf("lang/%s.json: %q is another room's key", tongue, k)
		}
		c[tongue][k] = v
	}
	return nil
}

// T returns the text of key with its %s replaced. Numbers and times among the
// arguments are written as readers of the language expect. A missing text shows its key.
func (c Catalogue) T(tongue, key string, args ...any) string {
	text, ok := c[tongue][key]
	if !ok {
		return "[" + key + "]"
	}
	if len(args) == 0 {
		return text
	}
	shown := make([]any, len(args))
	for i, a := range args {
		shown[i] = Show(tongue, a)
	}
	return fmt.Sprintf(text, shown...)
}

// N is T for a counted thing: key+".one" for one, else key+".other". The count is the
// first argument of the text.
func (c Catalogue) N(tongue, key string, n int, args ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return c.T(tongue, key+form, append([]any{n}, args...)...)
}

// Fault returns the sentence of one fault.
func (c Catalogue) Fault(tongue string, e *fault.Error) string { return c.T(tongue, e.Key, e.Args...) }

// Say returns all sentences of err, joined by a space.
func (c Catalogue) Say(tongue string, err error) string {
	var all []string
	for _, e := range fault.Say(err) {
		all = append(all, c.Fault(tongue, e))
	}
	return strings.Join(all, " ")
}

// Some writes the first few of a list of names.
func Some(names []string) string {
	const few = 6
	if len(names) > few {
		return strings.Join(names[:few], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// Show writes one value for a reader: numbers grouped, times as dates.
func Show(tongue string, v any) string {
	switch v := v.(type) {
	case int:
		return Num(tongue, int64(v))
	case int64:
		return Num(tongue, v)
	case float64:
		return Dec(tongue, v, 1)
	case time.Time:
		return Date(tongue, v)
	}
	return fmt.Sprint(v)
}

// Num writes a whole number with thousands grouped: 1.284 in German, 1,284 in English.
func Num(tongue string, n int64) string {
	s, sep := strconv.FormatInt(n, 10), ","
	if tongue == "de" {
		sep = "."
	}
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return sign + s
}

// Dec writes a decimal with the given number of places: 7,5 in German.
func Dec(tongue string, f float64, places int) string {
	s := strconv.FormatFloat(f, 'f', places, 64)
	if tongue == "de" {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// berlin is where the readers' clocks stand; without zone data it is UTC.
var berlin = func() *time.Location {
	if l, err := time.LoadLocation("Europe/Berlin"); err == nil {
		return l
	}
	return time.UTC
}()

// Date writes a day: 20.11.2026 in German, 20 Nov 2026 in English; the zero time is empty.
func Date(tongue string, t time.Time) string { return stamp(tongue, t, "02.01.2006", "2 Jan 2006") }

// DateTime writes a day and the time of it.
func DateTime(tongue string, t time.Time) string {
	return stamp(tongue, t, "02.01.2006, 15:04 Uhr", "2 Jan 2006, 15:04")
}

// Edition writes the number of an edition of rules: a house's own are numbered by their day, those
// that come with the program by small numbers.
func Edition(tongue string, n int) string {
	day, err := time.Parse("20060102", strconv.Itoa(n/100))
	if err != nil {
		return strconv.Itoa(n)
	}
	return stamp(tongue, day, "vom 02.01.2006, Nr. ", "of 2 Jan 2006, no. ") + strconv.Itoa(n%100)
}

var days = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`)

// Days writes the days in a text, kept there as YYYY-MM-DD, in the reader's form. One in an address
// is none.
func Days(tongue, text string) string {
	var out strings.Builder
	from := 0
	for _, at := range days.FindAllStringIndex(text, -1) {
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		day, err := time.Parse(time.DateOnly, text[at[0]:at[1]])
		if err != nil || at[0] > 0 && !strings.ContainsRune(" \t\n(„“\"–;", before) || at[1] < len(text) && strings.ContainsRune("-/", rune(text[at[1]])) {
			continue
		}
		out.WriteString(text[from:at[0]] + Date(tongue, day))
		from = at[1]
	}
	return out.String() + text[from:]
}

func stamp(tongue string, t time.Time, de, en string) string {
	if t.IsZero() {
		return ""
	}
	if tongue == "de" {
		return t.In(berlin).Format(de)
	}
	return t.In(berlin).Format(en)
}
