// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	"fmt"
	"strings"
)

// Bounds of an expression. What is longer or deeper is refused with a [SyntaxError]; the
// longest of the corpus has some 400 bytes and four levels.
const (
	maxBytes = 64 << 10
	maxDepth = 100
)

// An Op says what an [Expr] is.
type Op uint8

// A licence by itself, all of several, or one of several by the recipient's choice.
const (
	Leaf Op = iota
	And
	Or
)

// An Expr is a licence expression. Args are two or more, of And and Or only; an And has no
// And among them, an Or no Or.
type Expr struct {
	Op      Op
	Licence Licence
	Args    []Expr
}

// A Licence is one licence as an expression names it.
type Licence struct {
	ID        string // as the list spells it, "LicenseRef-…", "DocumentRef-…:LicenseRef-…", "NONE" or "NOASSERTION"
	Plus      bool   // "+": or any later version
	Exception string // id after WITH, or an "AdditionRef-…"; empty mostly
	Listed    bool   // the id is on the SPDX License List, and so is the exception
}

// Unsaid reports whether it says only that nobody knows: NOASSERTION, or NONE.
func (l Licence) Unsaid() bool { return l.ID == "NOASSERTION" || l.ID == "NONE" }

// String writes it as the specification does.
func (l Licence) String() string {
	s := l.ID
	if l.Plus {
		s += "+"
	}
	if l.Exception != "" {
		s += " WITH " + l.Exception
	}
	return s
}

// String writes the expression with the brackets it needs and no others.
func (e Expr) String() string { return e.write(Or) }

func (e Expr) write(around Op) string {
	if e.Op == Leaf {
		return e.Licence.String()
	}
	parts := make([]string, len(e.Args))
	for i, a := range e.Args {
		parts[i] = a.write(e.Op)
	}
	if e.Op == Or {
		s := strings.Join(parts, " OR ")
		if around == And {
			return "(" + s + ")"
		}
		return s
	}
	return strings.Join(parts, " AND ")
}

// Licences yields each licence of the expression, from left to right.
func (e Expr) Licences(yield func(Licence) bool) {
	e.each(yield)
}

func (e Expr) each(yield func(Licence) bool) bool {
	if e.Op == Leaf {
		return yield(e.Licence)
	}
	for _, a := range e.Args {
		if !a.each(yield) {
			return false
		}
	}
	return true
}

// A SyntaxError says where a text stops being a licence expression.
type SyntaxError struct {
	Column    int    // of the first character that does not fit, from 1, in bytes
	Got, Want string // what stands there, and what could have: English, for logs and APIs
	Key       string // text key of the sentence for people: spdx.<…>
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("column %d: got %s, want %s", e.Column, e.Got, e.Want)
}

// Parse reads a licence expression: ids in any case, AND, OR, WITH (upper or lower case), "+",
// brackets, LicenseRef, DocumentRef, AdditionRef. An id that is on no list is read, and not
// Listed. The error is a *SyntaxError.
func Parse(text string) (Expr, error) {
	if id, ok := listed[text]; ok { // nine of ten fields hold one id and no more
		return Expr{Licence: Licence{ID: id, Listed: true}}, nil
	}
	p := parser{text: text}
	if len(text) > maxBytes {
		return Expr{}, &SyntaxError{maxBytes + 1, fmt.Sprintf("%d bytes", len(text)), fmt.Sprintf("at most %d", maxBytes), "spdx.too_long"}
	}
	p.next()
	e, err := p.several(Or, 0)
	if err == nil && p.word != "" {
		err = p.wrong("AND, OR or the end", "spdx.after")
	}
	if err != nil {
		return Expr{}, err
	}
	return e, nil
}

// A parser goes through the words of a text.
type parser struct {
	text string
	at   int    // behind the present word
	from int    // where the present word begins
	word string // "(", ")", "+" that stands by itself, or a run without blanks and brackets; empty at the end
}

func (p *parser) next() {
	for p.at < len(p.text) && blank(p.text[p.at]) {
		p.at++
	}
	p.from = p.at
	if p.at < len(p.text) && (p.text[p.at] == '(' || p.text[p.at] == ')') {
		p.at++
	} else {
		for p.at < len(p.text) && !blank(p.text[p.at]) && p.text[p.at] != '(' && p.text[p.at] != ')' {
			p.at++
		}
	}
	p.word = p.text[p.from:p.at]
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *parser) wrong(want, key string) error {
	got := "the end"
	if p.word != "" {
		got = fmt.Sprintf("%.60q", p.word)
	}
	return &SyntaxError{p.from + 1, got, want, key}
}

// several reads what an operator joins, OR what AND joins; what is joined by the same one is
// made flat.
func (p *parser) several(op Op, depth int) (Expr, error) {
	e, err := p.part(op, depth)
	if err != nil || !isWord(p.word, words[op]) {
		return e, err
	}
	out := Expr{Op: op, Args: make([]Expr, 0, 2)}
	out.add(e)
	for isWord(p.word, words[op]) {
		p.next()
		if e, err = p.part(op, depth); err != nil {
			return e, err
		}
		out.add(e)
	}
	return out, nil
}

// part reads one of what an operator joins.
func (p *parser) part(op Op, depth int) (Expr, error) {
	if op == Or {
		return p.several(And, depth)
	}
	return p.one(depth)
}

var words = [...]string{And: "AND", Or: "OR"}

func (e *Expr) add(a Expr) {
	if a.Op == e.Op {
		e.Args = append(e.Args, a.Args...)
		return
	}
	e.Args = append(e.Args, a)
}

// isWord reports whether a word is an operator, written in upper or in lower case.
func isWord(word, op string) bool {
	return word == op || len(word) == len(op) && word[0] >= 'a' && word == strings.ToLower(op)
}

func (p *parser) one(depth int) (Expr, error) {
	switch {
	case depth > maxDepth:
		return Expr{}, &SyntaxError{p.from + 1, fmt.Sprintf("brackets more than %d deep", maxDepth), "fewer", "spdx.too_deep"}
	case p.word == "(":
		p.next()
		e, err := p.several(Or, depth+1)
		if err == nil && p.word != ")" {
			err = p.wrong("AND, OR or a closing bracket", "spdx.open")
		}
		p.next()
		return e, err
	case p.word == "", p.word == ")", isWord(p.word, "AND"), isWord(p.word, "OR"), isWord(p.word, "WITH"):
		return Expr{}, p.wrong("a licence", "spdx.licence")
	}
	return p.leaf()
}

// leaf reads a licence, with its "+" and its exception.
func (p *parser) leaf() (Expr, error) {
	l := Licence{ID: p.word}
	if n := len(l.ID) - 1; l.ID[n] == '+' {
		if id, ok := listed[l.ID]; ok { // "GPL-2.0+" is an id of its own, if a deprecated one
			l.ID = id
		} else {
			l.ID, l.Plus = l.ID[:n], true
		}
	}
	var ok bool
	if l.ID, l.Listed, ok = licenceID(l.ID); !ok || l.Plus && strings.Contains(l.ID, "Ref-") {
		return Expr{}, p.wrong("a licence: letters, digits, “-” and “.”", "spdx.id") // "+" goes with versions, which a reference has none of
	}
	p.next()
	if !isWord(p.word, "WITH") {
		return Expr{Licence: l}, nil
	}
	p.next()
	var known bool
	if l.Exception, known, ok = exceptionID(p.word); !ok {
		return Expr{}, p.wrong("an exception", "spdx.exception")
	}
	l.Listed = l.Listed && known
	p.next()
	return Expr{Licence: l}, nil
}

// licenceID gives a word as the list spells it. It is not ok where no id looks like that.
func licenceID(word string) (id string, known, ok bool) {
	if id, known = listed[word]; known {
		return id, true, true
	}
	if id, known = listed[strings.ToLower(word)]; known {
		return id, true, true
	}
	return word, word == "NONE" || word == "NOASSERTION", shaped(word, "LicenseRef-")
}

func exceptionID(word string) (id string, known, ok bool) {
	if id, known = exceptions[strings.ToLower(word)]; known {
		return id, true, true
	}
	return word, false, shaped(word, "AdditionRef-") && !isWord(word, "AND") && !isWord(word, "OR") && !isWord(word, "WITH")
}

// shaped reports whether a word is made as ids are: letters, digits, "-" and ".". A reference
// has an id behind it, and may name the document first that says more: "DocumentRef-a:LicenseRef-b".
func shaped(word, reference string) bool {
	if document, inner, foreign := strings.Cut(word, ":"); foreign {
		return strings.HasPrefix(document, "DocumentRef-") && strings.HasPrefix(inner, reference) && shaped(document, reference) && shaped(inner, reference)
	}
	for i := range len(word) {
		switch c := word[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '.':
		default:
			return false
		}
	}
	return word != "" && word != reference && word != "DocumentRef-"
}
