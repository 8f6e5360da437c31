// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package merkle

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Line is one of an exported log: an entry, the leaf of one alone (ID is empty then), or
// a checkpoint.
type Line struct {
	Entry
	Checkpoint string
}

// ParseLine reads a line: one flat JSON object of texts and one number. It is stricter than
// JSON asks for, so that no two readers can understand one line in two ways: each member
// at most once, none that is unknown, nothing behind.
func ParseLine(line []byte) (l Line, err error) {
	if !utf8.Valid(line) {
		return l, errors.New("bytes that are not UTF-8")
	}
	r := reader{rest: strings.TrimSuffix(string(line), "\n")}
	seen := 0
	r.want('{')
	for more := true; more && r.err == nil; more = r.comma() {
		name := r.text()
		r.want(':')
		bit, to := l.member(name)
		switch {
		case r.err != nil:
		case bit == 0:
			r.err = fmt.Errorf("no member is called %.40q", name)
		case seen&bit != 0:
			r.err = fmt.Errorf("%q stands there twice", name)
		case to == nil:
			l.N = r.number()
		default:
			*to = r.text()
		}
		seen |= bit
	}
	if r.err == nil && r.rest != "" {
		r.err = fmt.Errorf("%.40q behind the object", r.rest)
	}
	return l, r.err
}

// member returns where the text of a member goes, nil for the number, and a bit of its own.
func (l *Line) member(name string) (bit int, to *string) {
	switch name {
	case "n":
		return 1, nil
	case "id":
		return 2, &l.ID
	case "at":
		return 4, &l.At
	case "org":
		return 8, &l.Org
	case "person":
		return 16, &l.Person
	case "role":
		return 32, &l.Role
	case "what":
		return 64, &l.What
	case "thing":
		return 128, &l.Thing
	case "door":
		return 256, &l.Door
	case "request":
		return 512, &l.Request
	case "diff":
		return 1024, &l.Diff
	case "salt":
		return 2048, &l.Salt
	case "sum":
		return 4096, &l.Sum
	case "leaf":
		return 8192, &l.Leaf
	case "checkpoint":
		return 16384, &l.Checkpoint
	}
	return 0, nil
}

// A reader reads JSON from the front; the first error stays.
type reader struct {
	rest string
	err  error
}

func (r *reader) space() { r.rest = strings.TrimLeft(r.rest, " \t\r") }

func (r *reader) want(c byte) {
	if r.space(); r.err == nil && (r.rest == "" || r.rest[0] != c) {
		r.err = fmt.Errorf("want %q, got %.20q", c, r.rest)
	}
	if r.err == nil {
		r.rest = r.rest[1:]
	}
}

// comma reports whether another member follows; else the object ends.
func (r *reader) comma() bool {
	r.space()
	if r.err == nil && strings.HasPrefix(r.rest, ",") {
		r.want(',')
		return true
	}
	r.want('}')
	return false
}

func (r *reader) number() int64 {
	r.space()
	end := strings.IndexFunc(r.rest, func(c rune) bool { return c < '0' || c > '9' })
	if end < 0 {
		end = len(r.rest)
	}
	digits := r.rest[:end]
	n, err := strconv.ParseInt(digits, 10, 64)
	if r.err == nil && (err != nil || len(digits) > 1 && digits[0] == '0') {
		r.err = fmt.Errorf("%.20q is no number of an entry", r.rest)
	}
	r.rest = r.rest[end:]
	return n
}

func (r *reader) text() string {
	if r.want('"'); r.err != nil {
		return ""
	}
	end := 0
	for end < len(r.rest) && r.rest[end] != '"' && r.rest[end] != '\\' && r.rest[end] >= ' ' {
		end++
	}
	if end < len(r.rest) && r.rest[end] == '"' { // the common case: nothing to unescape
		s := r.rest[:end]
		r.rest = r.rest[end+1:]
		return s
	}
	return r.escaped(end)
}

// escaped reads the rest of a text whose first end bytes need no unescaping.
func (r *reader) escaped(end int) string {
	b := make([]byte, end, len(r.rest))
	copy(b, r.rest)
	r.rest = r.rest[end:]
	for r.rest != "" {
		switch c := r.rest[0]; {
		case c == '"':
			r.rest = r.rest[1:]
			return string(b)
		case c < ' ':
			r.err = fmt.Errorf("a control character %q in a text", c)
			return ""
		case c != '\\':
			b = append(b, c)
			r.rest = r.rest[1:]
		default:
			var ok bool
			if b, ok = r.escape(b); !ok {
				r.err = fmt.Errorf("%.10q in a text", r.rest)
				return ""
			}
		}
	}
	r.err = errors.New("a text that does not end")
	return ""
}

const plain, meant = `"\/bfnrt`, "\"\\/\b\f\n\r\t"

func (r *reader) escape(b []byte) ([]byte, bool) {
	if len(r.rest) < 2 {
		return b, false
	}
	if i := strings.IndexByte(plain, r.rest[1]); i >= 0 {
		r.rest = r.rest[2:]
		return append(b, meant[i]), true
	}
	c, ok := unit(r.rest)
	if !ok {
		return b, false
	}
	r.rest = r.rest[6:]
	if 0xD800 <= c && c < 0xE000 { // one half of a pair
		low, ok := unit(r.rest)
		if !ok || c >= 0xDC00 || low < 0xDC00 || low >= 0xE000 {
			return b, false
		}
		c, r.rest = (c-0xD800)<<10+(low-0xDC00)+0x10000, r.rest[6:]
	}
	return utf8.AppendRune(b, c), true
}

// unit reads \uXXXX.
func unit(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 32)
	return rune(n), err == nil && !strings.ContainsAny(s[2:6], "_+-")
}
