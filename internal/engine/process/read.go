// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/engine/number"
)

// Bounds of what a person writes.
const (
	maxText   = 500 // runes
	maxLines  = 20_000
	maxDigits = 15 // of a number or an amount: what a float64 holds exactly
)

// A Misread says why what a person wrote is no answer to a field. Why is a key for the
// sentence in the reader's language; Want are its arguments.
//
//	text       longer than Want[0] characters, or with line breaks
//	bytes      signs that no text may hold
//	choice     none of the choices
//	yesno      neither yes nor no
//	date       no day; Want[0] is an example
//	number     no number
//	ambiguous  a number that reads as Want[0] in German and as Want[1] in English, or the reverse
//	digits     more than Want[0] digits, or more than two after the comma of an amount
//	small      less than Want[0]
//	large      more than Want[0]
type Misread struct {
	Field string
	Why   string
	Got   string
	Want  []any
}

func (e *Misread) Error() string {
	return fmt.Sprintf("%s: %s: got %q %v", e.Field, e.Why, e.Got, e.Want)
}

// Read makes a fact of what a person wrote. Nothing written is nothing known: nil. An error is
// a *Misread.
//
// Numbers are read in German and English spelling: the last of comma and point is the decimal
// one; 1.234 and 1,234 could be either, and are refused. Amounts are read as [ReadIn] does, and
// without a language what could be either is refused, too.
func (d *Definition) Read(field Field, text string) (any, error) { return d.ReadIn(field, text, "") }

// ReadIn is Read for somebody whose language ("de", "en") is known: it decides what comma and
// point mean in an amount, as everywhere in the house. Besides, an amount is taken as programs
// write it, 1234.50: with a point before one or two decimals it is none of the language's own.
func (d *Definition) ReadIn(field Field, text, tongue string) (any, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text == "" {
		return nil, nil
	}
	wrong := func(why string, want ...any) (any, error) {
		return nil, &Misread{field.ID, why, clip(text), want}
	}
	switch field.Type {
	case "text":
		if illegible(text) {
			return wrong("bytes")
		}
		if utf8.RuneCountInString(text) > maxText || strings.Contains(text, "\n") {
			return wrong("text", maxText)
		}
		return text, nil
	case "lines":
		if illegible(text) {
			return wrong("bytes")
		}
		if utf8.RuneCountInString(text) > maxLines {
			return wrong("text", maxLines)
		}
		return text, nil
	case "choice":
		if !slices.ContainsFunc(field.Choices, func(c Choice) bool { return c.ID == text }) {
			return wrong("choice")
		}
		return text, nil
	case "yesno":
		switch strings.ToLower(text) {
		case "yes", "ja", "true":
			return true, nil
		case "no", "nein", "false":
			return false, nil
		}
		return wrong("yesno")
	case "date":
		for _, form := range []string{time.DateOnly, "2.1.2006"} {
			if day, err := time.Parse(form, text); err == nil && day.Year() >= 1900 && day.Year() < 2200 {
				return day.Format(time.DateOnly), nil
			}
		}
		return wrong("date", "2026-11-28")
	case "money":
		return readMoney(field, text, tongue, wrong)
	case "number":
		return readNumber(field, text, wrong)
	}
	return nil, fmt.Errorf("field %s has the type %q, want one of %s", field.ID, field.Type, strings.Join(Types, ", "))
}

func illegible(text string) bool { return strings.Contains(text, "\x00") || !utf8.ValidString(text) }

func clip(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

// readMoney reads an amount in the language of the reader, or as a program writes it.
func readMoney(f Field, text, tongue string, wrong func(string, ...any) (any, error)) (any, error) {
	tongues := []string{tongue}
	if tongue == "" {
		tongues = []string{"de", "en"}
	}
	var all []number.Exact
	for _, t := range tongues {
		if x, err := number.Read(text, t); err == nil {
			all = append(all, x)
		}
	}
	if x, err := number.Parse(text); err == nil && asProgram.MatchString(text) {
		all = append(all, x)
	}
	if len(all) == 0 {
		return wrong("number")
	}
	if whole, part, ok := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), ",", "."), "."); tongue == "" && ok && len(part) == 3 && len(whole) <= 3 && !strings.HasPrefix(whole, "0") {
		return wrong("ambiguous", all[0].String(), whole+","+part) // thousands in one language, a little in the other
	}
	for _, other := range all[1:] {
		if all[0].Cmp(other) != 0 {
			return wrong("ambiguous", all[0].String(), all[1].Text("de", 3))
		}
	}
	x := all[0]
	plain := strings.Replace(strings.ReplaceAll(x.Text("en", 2), ",", ""), "−", "-", 1)
	if x.Round(2).Cmp(x) != 0 || len(strings.TrimPrefix(plain, "-")) > maxDigits+1 { // and the point
		return wrong("digits", maxDigits-2)
	}
	least, most := bounds(f)
	switch v := x.Float(); {
	case v < least:
		return wrong("small", least)
	case v > most:
		return wrong("large", most)
	}
	return plain, nil
}

// asProgram is an amount as programs write one.
var asProgram = regexp.MustCompile(`^-?[0-9]+(\.[0-9]{1,2})?$`)

func readNumber(f Field, text string, wrong func(string, ...any) (any, error)) (any, error) {
	body := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "−", "-").Replace(text)
	body, negative := strings.CutPrefix(body, "-")
	whole, part, double, ok := digits(body)
	if !ok {
		return wrong("number")
	}
	if double {
		return wrong("ambiguous", whole+part, whole+","+part)
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole)+len(part) > maxDigits {
		return wrong("digits", maxDigits-2)
	}
	exact := cmp.Or(whole, "0")
	if part != "" {
		exact += "." + part
	}
	if negative && strings.Trim(exact, "0.") != "" {
		exact = "-" + exact
	}
	v, err := strconv.ParseFloat(exact, 64)
	if err != nil {
		return wrong("number")
	}
	least, most := bounds(f)
	if v < least {
		return wrong("small", least)
	}
	if v > most {
		return wrong("large", most)
	}
	return v, nil
}

// bounds of a field; an amount is not negative unless its field says how far it may be.
func bounds(f Field) (least, most float64) {
	least, most = math.Inf(-1), math.Inf(1)
	if f.Type == "money" {
		least = 0
	}
	if f.Min != nil {
		least = *f.Min
	}
	if f.Max != nil {
		most = *f.Max
	}
	return least, most
}

// digits takes a number apart. Double means that its only separator could part thousands as
// well as decimals; whole and part are then what stands before and behind it.
func digits(s string) (whole, part string, double, ok bool) {
	if strings.Trim(s, "0123456789.,") != "" || strings.Trim(s, ".,") == "" {
		return "", "", false, false
	}
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		return s, "", false, true
	}
	decimal, before, behind := s[last:last+1], s[:last], s[last+1:]
	if strings.Contains(before, decimal) { // 1.234.567: it parts thousands
		whole, ok = grouped(s, decimal)
		return whole, "", false, ok && !strings.ContainsAny(strings.ReplaceAll(s, decimal, ""), ".,")
	}
	other := strings.Trim(".,", decimal)
	whole, ok = grouped(before, other)
	if !ok || behind == "" {
		return "", "", false, false
	}
	thousands := before == whole && len(behind) == 3 && len(whole) > 0 && len(whole) <= 3 && whole[0] != '0'
	return whole, behind, thousands, true
}

// grouped drops a separator of thousands, and wants it to stand where one stands.
func grouped(s, sep string) (string, bool) {
	groups := strings.Split(s, sep)
	for i, g := range groups {
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && (len(g) == 0 || len(g) > 3)) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// moneyValue is an amount as Read writes it, as a number.
func moneyValue(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "-0123456789.") != "" || len(text) > maxDigits+2 {
		return 0, fmt.Errorf("got %q, want an amount such as 1234.50", clip(text))
	}
	return v, nil
}
