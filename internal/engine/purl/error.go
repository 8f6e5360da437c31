// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package purl

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Error says why a text is no package URL.
type Error struct {
	Code  string // text key, one of Codes
	At    int    // byte offset in Input where the trouble begins
	Got   string // what stands there, or what the rule says
	Input string // shortened to 200 bytes
}

// Codes lists every Code with the English sentence that Error prints.
var Codes = map[string]string{
	"purl.too_long":      "is longer than %s bytes",
	"purl.scheme":        "does not begin with pkg: but with %q",
	"purl.control":       "contains the control character %s",
	"purl.utf8":          "is not valid UTF-8",
	"purl.escape":        "has the broken percent escape %q",
	"purl.type_missing":  "has no type",
	"purl.type_invalid":  "has the type %q, which may hold only letters, digits, dot, plus and dash, and begins with no digit",
	"purl.name_missing":  "has no name",
	"purl.rule":          "breaks a rule: %s",
	"purl.range_missing": "has an operator without a version: %q",
	"purl.range_op":      "has a range of several parts, of which %q has no operator",
	"purl.range_form":    "has the range %q, which is none of: a version, or bounds with <, <=, > and >= and commas between",
	"purl.range_many":    "has more than %s bounds",
}

func (e *Error) Error() string {
	why := Codes[e.Code]
	if strings.Contains(why, "%") {
		why = fmt.Sprintf(why, e.Got)
	}
	return fmt.Sprintf("package URL %q %s (byte %d)", e.Input, why, e.At)
}

func fail(s, code string, at int, got string) *Error {
	return &Error{Code: code, At: at, Got: short(got, 40), Input: short(s, 200)}
}

// short cuts s to at most n bytes, never inside a character.
func short(s string, n int) string {
	if len(s) <= n {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(s[:n], "\uFFFD") + "…"
}

// check finds what is wrong before the library is asked, because the library
// does not say where.
func check(s string) error {
	if len(s) > Limit {
		return fail(s, "purl.too_long", Limit, fmt.Sprint(Limit))
	}
	if len(s) < 4 || !strings.EqualFold(s[:4], "pkg:") {
		return fail(s, "purl.scheme", 0, short(s, 12))
	}
	if err := checkBytes(s); err != nil {
		return err
	}
	start, end := typeSpan(s)
	if start == end {
		return fail(s, "purl.type_missing", start, "")
	}
	if !validType(s[start:end]) {
		return fail(s, "purl.type_invalid", start, s[start:end])
	}
	return checkName(s, end)
}

// checkBytes refuses control characters, broken UTF-8 and broken escapes.
func checkBytes(s string) error {
	for i, r := range s {
		switch {
		case r < ' ' || r == 0x7f:
			return fail(s, "purl.control", i, fmt.Sprintf("%U", r))
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			return fail(s, "purl.utf8", i, "")
		case r == '%':
			v, ok := unhex(s, i)
			if !ok {
				return fail(s, "purl.escape", i, s[i:min(i+3, len(s))])
			}
			if v < ' ' || v == 0x7f {
				return fail(s, "purl.control", i, fmt.Sprintf("%U", v))
			}
		}
	}
	return nil
}

// checkName refuses a path that ends before it names anything.
func checkName(s string, end int) error {
	path := s[end:]
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	stop := len(path)
	if at := strings.LastIndexByte(path, '@'); at > 1 {
		stop = at
	}
	if stop <= 1 || path[stop-1] == '/' {
		return fail(s, "purl.name_missing", end+stop, "")
	}
	return nil
}

// checkDecoded refuses escapes that decode to broken UTF-8.
func checkDecoded(s string, p PURL) error {
	if !utf8.ValidString(p.Namespace+p.Name+p.Version+p.Subpath) || !utf8.ValidString(decode(p.Qualifiers)) {
		return fail(s, "purl.utf8", strings.IndexByte(s, '%'), "")
	}
	if p.Name == "" {
		return fail(s, "purl.name_missing", len(s), "")
	}
	return nil
}

// ruleError places an error of the library as well as its text allows.
func ruleError(s string, err error) *Error {
	at, text := 4, err.Error()
	if strings.Contains(text, "qualifier") || strings.Contains(text, "query") {
		at = max(at, strings.IndexByte(s, '?')+1)
	}
	if strings.Contains(text, "subpath") {
		at = max(at, strings.IndexByte(s, '#')+1)
	}
	e := fail(s, "purl.rule", at, "")
	e.Got = short(text, 160)
	return e
}

// typeSpan gives where the type stands; slashes after "pkg:" are passed over.
func typeSpan(s string) (start, end int) {
	start = 4
	for start < len(s) && s[start] == '/' {
		start++
	}
	n := strings.IndexAny(s[start:], "/?#@")
	if n < 0 {
		return start, len(s)
	}
	return start, start + n
}

func typeOf(s string) string {
	start, end := typeSpan(s)
	return strings.ToLower(s[start:end])
}

func validType(typ string) bool {
	for i := 0; i < len(typ); i++ {
		c := typ[i] | 0x20
		letter := c >= 'a' && c <= 'z' || typ[i] == '.' || typ[i] == '-' || typ[i] == '+'
		if !letter && (i == 0 || typ[i] < '0' || typ[i] > '9') {
			return false
		}
	}
	return true
}
