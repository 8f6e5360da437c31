// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package osv

import (
	"fmt"
	"unicode/utf8"
)

// A Problem is a flaw in a record: the reason to refuse it, when it comes as an
// error, or a warning, when it stands in Record.Problems.
type Problem struct {
	Code   string // text key, one of Codes
	ID     string // of the record, empty if unknown
	Path   string // "affected[0].ranges[1].events[2]", empty for the whole document
	Line   int    // from 1; 0 if not known
	Column int    // from 1; 0 if not known
	Got    string // what stands there, shortened
	Want   string // what should
}

// Codes lists every Code with the sentence that Error prints; its arguments are
// Path, Got and Want.
var Codes = map[string]string{
	"osv.too_large":       "the document has %[2]s, more than %[3]s",
	"osv.syntax":          "the document cannot be read: %[2]s",
	"osv.kind":            "%[1]s is %[2]s, want %[3]s",
	"osv.id":              "the id is %[2]q, want one such as %[3]s",
	"osv.modified":        "the time of the last change is %[2]q, want one such as %[3]s",
	"osv.time":            "%[1]s is %[2]q, want a time such as %[3]s; it is left out",
	"osv.nul":             "%[1]s holds a NUL character, which is replaced",
	"osv.package":         "%[1]s is %[2]q, want %[3]s; nothing can be matched with it",
	"osv.text_empty":      "%[1]s is empty, want %[3]s; it is left out",
	"osv.range_type":      "%[1]s is %[2]q, want %[3]s; the range is left out",
	"osv.range_events":    "%[1]s has no events, want %[3]s; the range is left out",
	"osv.range_start":     "%[1]s never begins, want %[3]s; the range is left out",
	"osv.range_order":     "%[1]s ends with %[2]s before it begins, want %[3]s; the range is left out",
	"osv.event_empty":     "%[1]s says nothing, want %[3]s; the range is left out",
	"osv.event_several":   "%[1]s says several things, %[2]s, want %[3]s; each is taken by itself",
	"osv.event_version":   "%[1]s is %[2]q, want %[3]s; the range is left out",
	"osv.problems_hidden": "%[2]s more flaws are not listed",
}

func (p Problem) Error() string {
	s := fmt.Sprintf(Codes[p.Code], p.Path, p.Got, p.Want)
	if p.Line > 0 {
		s += fmt.Sprintf(" (line %d", p.Line)
		if p.Column > 0 {
			s += fmt.Sprintf(", column %d", p.Column)
		}
		s += ")"
	}
	if p.ID == "" {
		return "advisory: " + s
	}
	return "advisory " + p.ID + ": " + s
}

// short cuts s to at most n bytes, never inside a character.
func short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
