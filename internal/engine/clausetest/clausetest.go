// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package clausetest is for tests of what is said about licences: it looks a few words up in a
// licence's text and says whether they stand in the section that is named for them, so that a
// wrong number of a clause is noticed.
package clausetest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Stands says why words do not stand in a section of a text: "3(a)(1)", "Art. 5", "Appendix",
// or "BEOPEN 6" for section 6 under that heading. Empty means that they do. Without a section
// they only have to be somewhere.
func Stands(text, section, words string) string {
	all := phrase(words).FindAllStringIndex(text, -1)
	if all == nil {
		return "the text does not say “" + words + "”"
	}
	first := ""
	for i, at := range all {
		why := stands(text, section, at[0])
		if why == "" {
			return ""
		}
		if i == 0 {
			first = why
		}
	}
	return first
}

// phrase finds words whatever blanks and breaks are between them.
func phrase(words string) *regexp.Regexp {
	parts := strings.Fields(words)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(strings.Join(parts, `\s+`))
}

var element = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)*|[A-Za-z]+`)

// stands looks at one place: for "3(a)(1)", the last "1" before it has to follow an "a", and
// that one a "3", each without its successor in between.
func stands(text, section string, at int) string {
	path := element.FindAllString(strings.TrimPrefix(section, "Art. "), -1)
	for _, one := range slices.Backward(path) {
		from := lastHead(text[:at+1], one)
		if from < 0 {
			return "no section " + one + " comes before the words"
		}
		if next := successor(one); next != "" && lastHead(text[from:at], next) >= 0 {
			return "section " + next + " begins before the words"
		}
		at = from
	}
	return ""
}

// lastHead is where the last heading of a name begins: at the beginning of a line, with or
// without "Section", "§", brackets or a dot.
func lastHead(text, name string) int {
	heads := regexp.MustCompile(`(?m)^[\s#(]*(?:Section )?`+regexp.QuoteMeta(name)+`(?:[.)\s–]|$)`).FindAllStringIndex(text, -1)
	if len(heads) == 0 {
		return -1
	}
	return heads[len(heads)-1][0]
}

func successor(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i+1] + successor(name[i+1:])
	}
	if n, err := strconv.Atoi(name); err == nil {
		return strconv.Itoa(n + 1)
	}
	if len(name) == 1 {
		return string(name[0] + 1)
	}
	return ""
}
