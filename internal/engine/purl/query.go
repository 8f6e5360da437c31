// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package purl

import (
	"fmt"
	"regexp"
	"strings"
)

// maxBounds limits how many parts a version range may have.
const maxBounds = 8

// A Query asks for packages: all versions of one, a single version, or a range.
type Query struct {
	Type, Namespace, Name string
	Qualifiers            string  // canonical, as in PURL; empty asks for all
	Bounds                []Bound // all must hold; none asks for all versions
}

// A Bound is one end of a range, {"<", "2.17"}.
type Bound struct {
	Op      string // "=", "<", "<=", ">" or ">="
	Version string
}

// ParseQuery reads a package URL whose version may be a range:
// pkg:maven/g/a, …@1.2, …@<2.17, …@>=2.0,<2.17. The error is an *Error.
func ParseQuery(s string) (Query, error) {
	if len(s) > Limit {
		return Query{}, fail(s, "purl.too_long", Limit, fmt.Sprint(Limit))
	}
	at, end := rangeSpan(s)
	p, err := Parse(s[:at] + s[end:])
	if err != nil {
		return Query{}, err
	}
	q := Query{Type: p.Type, Namespace: p.Namespace, Name: p.Name, Qualifiers: p.Qualifiers}
	if at+1 < end {
		q.Bounds, err = bounds(s, at+1, end)
	}
	return q, err
}

// ParseRange reads a range by itself: 1.2, <2.17 or >=2.0,<2.17; * is any version. The error
// is an *Error.
func ParseRange(s string) ([]Bound, error) { return bounds(s, 0, len(s)) }

// foreign are ways of other tools to write a range. Taken for a version, nothing would be one.
var foreign = regexp.MustCompile(`^[~^]|^vers:|^v?[0-9]+(\.[0-9]+)*(\.[xX*])+$|[*|]| - `)

// String gives the query back in the form ParseQuery reads.
func (q Query) String() string {
	p := PURL{Type: q.Type, Namespace: q.Namespace, Name: q.Name}
	var b strings.Builder
	b.WriteString(p.Key())
	for i, bound := range q.Bounds {
		b.WriteString(map[bool]string{true: "@", false: ","}[i == 0])
		if bound.Op != "=" || len(q.Bounds) > 1 {
			b.WriteString(bound.Op)
		}
		b.WriteString(encode(bound.Version))
	}
	if q.Qualifiers != "" {
		b.WriteString("?" + q.Qualifiers)
	}
	return b.String()
}

// rangeSpan gives where "@range" stands; an @ that opens an npm scope is none.
func rangeSpan(s string) (at, end int) {
	end = len(s)
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		end = i
	}
	at = strings.LastIndexByte(s[:end], '@')
	if at < 1 || s[at-1] == '/' {
		return end, end
	}
	return at, end
}

// bounds reads the comma-separated parts of a range that stands at s[start:end].
func bounds(s string, start, end int) ([]Bound, error) {
	if s[start:end] == "*" || s[start:end] == "%2A" {
		return nil, nil
	}
	parts := strings.Split(s[start:end], ",")
	if len(parts) > maxBounds {
		return nil, fail(s, "purl.range_many", start, fmt.Sprint(maxBounds))
	}
	var list []Bound
	for _, part := range parts {
		op, version := operator(strings.TrimSpace(part))
		if foreign.MatchString(version) {
			return nil, fail(s, "purl.range_form", start, decode(s[start:end]))
		}
		if op == "" && len(parts) > 1 {
			return nil, fail(s, "purl.range_op", start, part)
		}
		if err := checkVersion(s, start, version, part); err != nil {
			return nil, err
		}
		if op == "" || op == "==" {
			op = "="
		}
		list = append(list, Bound{Op: op, Version: version})
		start += len(part) + 1
	}
	return list, nil
}

// operator parts "<2.17" or "%3C2.17"; op is empty when there is none.
func operator(part string) (op, version string) {
	part = decode(part)
	for _, op := range []string{"<=", ">=", "==", "<", ">", "="} {
		if version, ok := strings.CutPrefix(part, op); ok {
			return op, strings.TrimSpace(version)
		}
	}
	return "", part
}

// checkVersion refuses an empty version and what no version may hold.
func checkVersion(s string, start int, version, part string) error {
	if version == "" || strings.ContainsRune("<>=", rune(version[0])) {
		return fail(s, "purl.range_missing", start, part)
	}
	if err := checkBytes(part); err != nil {
		e := err.(*Error)
		return fail(s, e.Code, start+e.At, e.Got)
	}
	for i := 0; i < len(version); i++ {
		if version[i] < ' ' || version[i] == 0x7f {
			return fail(s, "purl.control", start, fmt.Sprintf("%U", version[i]))
		}
	}
	if strings.ToValidUTF8(version, "") != version {
		return fail(s, "purl.utf8", start, "")
	}
	return nil
}
