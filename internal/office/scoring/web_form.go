// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"allmende/internal/engine/number"
	"allmende/internal/fault"
)

// mostBids bounds the rows of the form.
const mostBids = 40

// A Sheet is a form as it is filled in. Reading it gathers all that is wrong, so that
// everything is told at once and nothing typed is lost.
type Sheet struct {
	values map[string]string
	tongue string
	bad    []error
}

// V is what stands in a field whose name is put together of the parts: "price", 2 is price-2.
func (s *Sheet) V(parts ...any) string {
	if s == nil {
		return ""
	}
	return s.values[name(parts...)]
}

func name(parts ...any) string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = fmt.Sprint(p)
	}
	return strings.Join(out, "-")
}

// sheet is a form that was sent, or an empty one.
func sheet(r *http.Request) (*Sheet, error) {
	s := &Sheet{values: map[string]string{}, tongue: tongue(r.Context())}
	if err := r.ParseForm(); err != nil {
		return s, fault.Because(err, fault.Invalid, "scoring.form")
	}
	for key, all := range r.PostForm {
		s.values[key] = all[0]
	}
	return s, nil
}

func (s *Sheet) wrong(err error) {
	if err != nil {
		s.bad = append(s.bad, err)
	}
}

// err is all that was wrong.
func (s *Sheet) err() error { return errors.Join(s.bad...) }

func (s *Sheet) set(text string, parts ...any) { s.values[name(parts...)] = text }

// number reads a number in the reader's language; nil where nothing stands, or nothing that the
// language allows.
func (s *Sheet) number(parts ...any) *number.Exact {
	text := strings.TrimSpace(s.V(parts...))
	if text == "" {
		return nil
	}
	x, err := number.Read(text, s.tongue)
	if f, ok := errors.AsType[*number.Fault](err); ok {
		s.wrong(fault.At(name(parts...), "scoring.number."+f.Kind, f.Got))
		return nil
	}
	return &x
}

// mostDigits bounds a price: more would not fit into any table, and nobody means it.
const mostDigits = 18

func digits(text string) (n int) {
	for _, c := range text {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}

// typed is a number as somebody types it in a language, without signs between thousands.
func typed(tongue string, x number.Exact) string {
	text := x.Round(12).Rat().FloatString(12)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	if tongue == "de" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// shown is an exact text as it is typed.
func shown(tongue, exact string) string {
	x, err := number.Parse(exact)
	if err != nil {
		return exact
	}
	return typed(tongue, x)
}

// tenders reads the bids; a row in which nothing stands is none.
func (s *Sheet) tenders() (out []Tender) {
	for row := 1; row <= mostBids; row++ {
		if strings.TrimSpace(s.V("bid", row)+s.V("price", row)) == "" {
			continue
		}
		title, err := fault.Words(name("bid", row), s.V("bid", row), longestLine)
		s.wrong(err)
		out = append(out, Tender{title, s.number("price", row)})
	}
	return out
}

// marks reads points and remarks for each bid and criterion.
func (s *Sheet) marks(b Book) (out []Mark) {
	for _, bid := range b.Bids {
		for _, c := range b.setup.Criteria {
			out = append(out, Mark{bid.N, c.ID, s.number("points", bid.N, c.ID), s.V("remark", bid.N, c.ID)})
		}
	}
	return out
}
