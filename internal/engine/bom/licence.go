// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"slices"
	"strings"
)

const (
	maxLicence  = 16 << 10 // bytes of a licence expression; a longer one says nothing to anybody
	maxLicences = 500      // of one component
)

// A conjunction joins licences with AND, each once.
type conjunction struct {
	parts []string
	bytes int
	full  bool // some were left out
}

func (j *conjunction) add(licence string) {
	if slices.Contains(j.parts, licence) {
		return
	}
	if j.bytes += len(licence) + 7; j.bytes > maxLicence || len(j.parts) >= maxLicences {
		j.full = true
		return
	}
	j.parts = append(j.parts, licence)
}

// String puts what is more than one word into parentheses, unless it is alone.
func (j *conjunction) String() string {
	if len(j.parts) < 2 {
		return strings.Join(j.parts, "")
	}
	var b strings.Builder
	for i, p := range j.parts {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(operand(p))
	}
	return b.String()
}

// operand fits a licence into a larger expression. An unknown one must stay
// visible there: leaving it out would promise too much.
func operand(s string) string {
	switch {
	case s == "":
		return "NOASSERTION"
	case strings.Contains(s, " ") && !enclosed(s):
		return "(" + s + ")"
	}
	return s
}

// combine joins operands; an expression that grows too long is unknown.
func combine(members int, between string, member func(i int) string) string {
	var b strings.Builder
	for i := range members {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(operand(member(i)))
		if b.Len() > maxLicence {
			return ""
		}
	}
	return b.String()
}

// enclosed holds when one pair of parentheses surrounds all of s.
func enclosed(s string) bool {
	depth := 0
	for i, c := range s {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return c == ')' && i == len(s)-1
		}
	}
	return false
}
