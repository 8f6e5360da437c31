// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"allmende/internal/engine/number"
	"allmende/internal/fault"
)

// A Sheet is a form as it is filled in: texts by name of the field. Reading it gathers all
// that is wrong, so that everything is told at once and nothing typed is lost.
type Sheet struct {
	values map[string]string
	tongue string
	today  string // 2026-11-28; no day after it may be named
	bad    []error
}

// V is what stands in a field whose name is put together of the parts.
func (s *Sheet) V(parts ...any) string {
	if s == nil {
		return ""
	}
	return s.values[name(parts...)]
}

// Is reports whether a field holds a value; the last of the parts.
func (s *Sheet) Is(parts ...any) bool {
	last := len(parts) - 1
	return s.V(parts[:last]...) == fmt.Sprint(parts[last])
}

// name joins the parts of a field's name: "price", 2 is price-2.
func name(parts ...any) string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = fmt.Sprint(p)
	}
	return strings.Join(out, "-")
}

// blank is a form that nobody has filled in.
func blank(ctx context.Context) *Sheet {
	return &Sheet{values: map[string]string{}, tongue: tongue(ctx)}
}

// posted is a form that was sent.
func posted(r *http.Request) (*Sheet, error) {
	s := blank(r.Context())
	if err := r.ParseForm(); err != nil {
		return s, fault.Because(err, fault.Invalid, "procurement.form")
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

// set puts a text into a field.
func (s *Sheet) set(text string, parts ...any) { s.values[name(parts...)] = text }

// put puts a number into a field as the reader would type it; nil leaves it empty.
func (s *Sheet) put(x *number.Exact, parts ...any) {
	if x != nil {
		s.set(typed(s.tongue, *x), parts...)
	}
}

// typed is a number as somebody types it in a language, without signs between thousands. What
// has no end as a decimal is cut after twelve places; nothing that was typed is like that.
func typed(tongue string, x number.Exact) string {
	text := x.Round(12).Rat().FloatString(12)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	if tongue == "de" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// text reads a field that may be empty.
func (s *Sheet) text(most int, parts ...any) string {
	text, err := fault.Text(name(parts...), s.V(parts...), most)
	s.wrong(err)
	return text
}

// number reads a number that may be left out.
func (s *Sheet) number(parts ...any) *number.Exact {
	text := strings.TrimSpace(s.V(parts...))
	if text == "" {
		return nil
	}
	x, err := number.Read(text, s.tongue)
	if err != nil {
		s.wrong(misread(name(parts...), err))
		return nil
	}
	return &x
}

// must reads a number that has to be there.
func (s *Sheet) must(parts ...any) number.Exact {
	x := s.number(parts...)
	if x == nil {
		if strings.TrimSpace(s.V(parts...)) == "" {
			s.wrong(fault.At(name(parts...), "fault.missing"))
		}
		return number.Exact{}
	}
	return *x
}

// whole reads a whole number from 0 to most.
func (s *Sheet) whole(most uint64, parts ...any) uint64 {
	text := strings.TrimSpace(s.V(parts...))
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > most {
		s.wrong(fault.At(name(parts...), "procurement.whole", text, strconv.FormatUint(most, 10)))
	}
	return n
}

// misread says why a text is not taken for a number, with examples of the language.
func misread(field string, err error) error {
	f, ok := errors.AsType[*number.Fault](err)
	if !ok {
		return err
	}
	return fault.At(field, "procurement.number."+f.Kind, f.Got)
}
