// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// How certain a reading is.
const (
	Exact     = "exact"     // an SPDX expression whose ids are on the list, or LicenseRefs
	Likely    = "likely"    // a name or spelling that only one licence has
	Ambiguous = "ambiguous" // several licences are called so: a person has to say which
	None      = "none"      // nothing that we know, or nothing is said
)

// A Reading is what the field for a licence says. Expr is there where Certainty is Exact or
// Likely, in the present names of the list; and for None, as it stands, where the text is an
// expression of ids that nobody knows. Candidates are the expressions that an ambiguous text
// may mean, the most frequent first; none is ever chosen. Why is the key of a text: spdx.read.….
type Reading struct {
	Expr       Expr
	Certainty  string
	Candidates []string
	Why        string
}

// Definite reports whether there is one expression to go by.
func (r Reading) Definite() bool { return r.Certainty == Exact || r.Certainty == Likely }

// String is the expression, or the candidates with a bar between them; empty for None.
func (r Reading) String() string {
	switch r.Certainty {
	case Exact, Likely:
		return r.Expr.String()
	case Ambiguous:
		return strings.Join(r.Candidates, " | ")
	}
	return ""
}

// Bounds of free text: what is longer is no name of a licence, but most likely its text; and
// more candidates than a person would go through are none.
const (
	longestName    = 400
	mostCandidates = 16
	mostPieces     = 60
)

// Normalise reads a licence as it stands in a field: an expression, a name in any spelling,
// an address, several of them joined somehow. It never guesses a version.
func Normalise(text string) Reading {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nothing("spdx.read.empty")
	case len(text) > maxBytes:
		return nothing("spdx.read.long")
	case strings.ContainsRune(text, 0) || !utf8.ValidString(text):
		return nothing("spdx.read.bytes")
	case torn(text):
		return nothing("spdx.read.unknown") // what is missing may be what matters
	}
	e, err := Parse(text)
	if err == nil && e.known() {
		return exactly(e)
	}
	if err == nil && e.Op != Leaf {
		if r := mended(e); r.Certainty != None {
			return r
		}
	}
	r := nothing("spdx.read.long")
	if len(text) <= longestName {
		r = freely(text)
	}
	if r.Certainty == None && err == nil {
		return Reading{Expr: e, Certainty: None, Why: "spdx.read.unlisted"}
	}
	return r
}

// torn reports whether a text breaks off: brackets without their other half, or an operator
// without what it joins. A part of it is no reading of the whole.
func torn(text string) bool {
	open := 0
	for _, c := range text {
		if c == '(' {
			open++
		} else if c == ')' {
			open--
		}
		if open < 0 {
			return true
		}
	}
	words := strings.Fields(text)
	is := func(word string) bool { return word == "AND" || word == "OR" || word == "WITH" }
	return open != 0 || is(words[0]) || is(words[len(words)-1])
}

// mended reads an expression in which some ids are names in another spelling: each by
// itself, so that brackets and operators stay as they are.
func mended(e Expr) Reading {
	n := 0
	for l := range e.Licences {
		if n++; n > mostPieces || l.Unsaid() {
			return nothing("spdx.read.unknown")
		}
	}
	var all []string
	for _, v := range variants(e) {
		v, _ = v.Present()
		if text := v.String(); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	r := among(all, "spdx.read.which")
	if r.Certainty == Likely {
		r.Why = "spdx.read.parts"
	}
	return r
}

// variants are the expressions that an expression may mean, no more than are shown; none
// where some part of it means nothing that is known.
func variants(e Expr) []Expr {
	if e.Op == Leaf {
		if e.known() {
			return []Expr{e}
		}
		var out []Expr
		for _, c := range named(e.Licence.String()).all() {
			if v, err := Parse(c); err == nil {
				out = append(out, v)
			}
		}
		return out
	}
	out := []Expr{{Op: e.Op}}
	for _, a := range e.Args {
		var longer []Expr
		for _, one := range variants(a) {
			for _, before := range out {
				if len(longer) < mostCandidates {
					v := Expr{Op: e.Op, Args: slices.Clone(before.Args)}
					v.add(one)
					longer = append(longer, v)
				}
			}
		}
		out = longer
	}
	return out
}

func nothing(why string) Reading { return Reading{Certainty: None, Why: why} }

func exactly(e Expr) Reading {
	for l := range e.Licences {
		if l.Unsaid() {
			return Reading{Expr: e, Certainty: None, Why: "spdx.read.unsaid"}
		}
	}
	e, renewed := e.Present()
	why := "spdx.read.exact"
	if renewed != "" {
		why = "spdx.read.renewed_" + renewed
	}
	return Reading{Expr: e, Certainty: Exact, Why: why}
}

// known reports whether each id is on the list or somebody's own.
func (e Expr) known() bool {
	for l := range e.Licences {
		if !l.Listed && !l.Own() {
			return false
		}
	}
	return true
}

// Own reports whether it is a licence that somebody keeps themselves: LicenseRef-…, also of
// another document; an exception with it is known.
func (l Licence) Own() bool {
	_, id, other := strings.Cut(l.ID, ":")
	if !other {
		id = l.ID
	}
	_, known := exceptions[strings.ToLower(l.Exception)]
	return strings.HasPrefix(id, "LicenseRef-") && len(id) > len("LicenseRef-") &&
		(l.Exception == "" || known || strings.HasPrefix(l.Exception, "AdditionRef-"))
}

// freely reads what is no expression: first as one name, then as several.
func freely(text string) Reading {
	if i := strings.LastIndex(text, "::"); i >= 0 { // "License :: OSI Approved :: MIT License"
		text = text[i+2:]
	}
	if r := named(text); r.Certainty != None {
		return r
	}
	if r, ok := bracketed(text); ok {
		return r
	}
	pieces, joints := split(text)
	if len(pieces) < 2 || len(pieces) > mostPieces {
		return nothing("spdx.read.unknown")
	}
	readings := make([]Reading, len(pieces))
	for i, p := range pieces {
		if readings[i] = Normalise(p); readings[i].Certainty == None {
			return nothing("spdx.read.unknown")
		}
	}
	return join(readings, joints)
}

// bracketed reads "Name (short name)": where both can mean the same, that is meant. Anything
// else in brackets may say that something is otherwise, and is not passed over.
func bracketed(text string) (Reading, bool) {
	before, after, ok := strings.Cut(text, "(")
	inside, rest, closed := strings.Cut(after, ")")
	if !ok || !closed || strings.TrimSpace(rest) != "" {
		return Reading{}, false
	}
	a, b := Normalise(before), Normalise(inside)
	both := slices.DeleteFunc(slices.Clone(a.all()), func(c string) bool { return !slices.Contains(b.all(), c) })
	return among(both, "spdx.read.which"), len(both) > 0
}

// all are the expressions that a reading may mean.
func (r Reading) all() []string {
	if r.Definite() {
		return []string{r.Expr.String()}
	}
	return r.Candidates
}

func likely(e Expr, why string) Reading { return Reading{Expr: e, Certainty: Likely, Why: why} }

// among is a reading of one of some expressions.
func among(all []string, why string) Reading {
	if len(all) == 1 {
		if e, err := Parse(all[0]); err == nil {
			return likely(e, "spdx.read.name")
		}
	}
	if len(all) == 0 {
		return nothing("spdx.read.unknown")
	}
	return Reading{Certainty: Ambiguous, Candidates: all, Why: why}
}

// join puts readings together again. Where commas stand between them, nobody knows whether
// all apply or one may be chosen.
func join(readings []Reading, joints []string) Reading {
	ops, why := []string{joints[0]}, "spdx.read.which"
	for _, j := range joints {
		if j != joints[0] {
			return nothing("spdx.read.unknown") // without brackets nobody knows what belongs together
		}
	}
	if joints[0] == "" {
		ops, why = []string{"AND", "OR"}, "spdx.read.joined"
	}
	var all []string
	for _, op := range ops {
		all = append(all, combine(readings, " "+op+" ")...)
	}
	if len(all) > mostCandidates {
		all = all[:mostCandidates]
	}
	r := among(all, why)
	if r.Certainty == Likely {
		r.Why = "spdx.read.parts"
	}
	return r
}

// combine gives each way to take one of each reading, in order, no more than are shown.
func combine(readings []Reading, joint string) []string {
	out := readings[0].all()
	for _, r := range readings[1:] {
		var longer []string
		for _, a := range out {
			for _, b := range r.all() {
				if len(longer) <= mostCandidates {
					longer = append(longer, bracket(a, joint)+joint+bracket(b, joint))
				}
			}
		}
		out = longer
	}
	return out
}

func bracket(text, joint string) string {
	if joint == " AND " && strings.Contains(text, " OR ") {
		return "(" + text + ")"
	}
	return text
}

// A joint is how licences are joined in free text, and which operator that is; "" is that
// nobody can tell.
var joints = []struct{ text, op string }{
	{" and/or ", ""}, {" und/oder ", ""}, {" or ", "OR"}, {" oder ", "OR"}, {"||", "OR"}, {"|", "OR"}, {" / ", "OR"}, {"/", "OR"},
	{" and ", "AND"}, {" und ", "AND"}, {"&", "AND"}, {" + ", "AND"}, {"+", "AND"}, {";", ""}, {",", ""},
}

// split cuts a text where licences are joined. A joint that "or later" needs is none.
func split(text string) (pieces, ops []string) {
	low := strings.ToLower(text)
	if len(low) != len(text) {
		low = text // letters whose small form is longer: then only small words are joints
	}
	from := 0
next:
	for i := 0; i < len(low); {
		for _, j := range joints {
			if !strings.HasPrefix(low[i:], j.text) || continues(low[i+len(j.text):]) {
				continue
			}
			pieces, ops = append(pieces, text[from:i]), append(ops, j.op)
			i += len(j.text)
			from = i
			continue next
		}
		i++
	}
	return append(pieces, text[from:]), ops
}

// continues reports whether what follows belongs to the name before it: "or later", "and
// above", "GPLv2+ only", the end.
func continues(rest string) bool {
	rest = strings.TrimSpace(rest)
	for _, w := range []string{"any later", "later", "newer", "greater", "higher", "above", "später", "neuer", "höher", "distribution", "lesser", "only", ")", "+"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return rest == ""
}
