// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// A scanner reads JSON token by token and builds as it goes. The first problem
// stops it: from then on every method does nothing, and err says why.
type scanner struct {
	*builder
	dec     *jsontext.Decoder
	scratch []byte   // an unescaped string, until the next one
	seen    []uint64 // hashes of the names in the objects that are open
}

// newScanner allows doubled names: members finds those that matter, without
// remembering every name of a huge object.
func newScanner(data []byte, lim Limits) *scanner {
	return &scanner{
		builder: newBuilder(data, lim),
		dec:     jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true)),
	}
}

// readJSON runs a reader and turns what stopped it into a Problem.
func readJSON(data []byte, lim Limits, read func(*scanner) *Document) (*Document, error) {
	s := newScanner(data, lim)
	doc := read(s)
	if s.err != nil {
		return nil, s.problem(s.err)
	}
	return doc, nil
}

// members goes through the names of an object; the loop must read or skip each
// value. What is no object is warned about and skipped.
func (s *scanner) members(yield func(name []byte) bool) {
	if !s.open('{', "object") {
		return
	}
	outer := len(s.seen)
	for s.err == nil && s.dec.PeekKind() != '}' {
		v, err := s.dec.ReadValue()
		if err != nil {
			s.err = err
			return
		}
		name := s.unquote(v)
		s.notice(name, outer, s.dec.InputOffset()-int64(len(v)))
		if !yield(name) {
			return
		}
	}
	s.seen = s.seen[:outer]
	s.close()
}

// maxNames bounds how many names of one object are compared; real objects have
// fewer.
const maxNames = 64

var nameSeed = maphash.MakeSeed()

// notice warns about a name that the open object has had before.
func (s *scanner) notice(name []byte, outer int, at int64) {
	if len(s.seen)-outer >= maxNames {
		return
	}
	h := maphash.Bytes(nameSeed, name)
	if slices.Contains(s.seen[outer:], h) {
		s.warn("bom.duplicate_name", s.path(), at, clip(string(name), 80))
		return
	}
	s.seen = append(s.seen, h)
}

// elements goes through the indexes of an array; the loop must read or skip
// each value. What is no array is warned about and skipped.
func (s *scanner) elements(yield func(i int) bool) {
	if !s.open('[', "array") {
		return
	}
	for i := 0; s.err == nil && s.dec.PeekKind() != ']'; i++ {
		if !yield(i) {
			return
		}
	}
	s.close()
}

// open enters an object or array.
func (s *scanner) open(kind jsontext.Kind, want string) bool {
	if s.err != nil {
		return false
	}
	if s.dec.PeekKind() != kind {
		s.wrongType(want)
		return false
	}
	if s.dec.StackDepth() >= s.lim.Depth {
		s.tooDeep()
		return false
	}
	s.close()
	return true
}

// close reads a single bracket.
func (s *scanner) close() {
	if s.err == nil {
		_, s.err = s.dec.ReadToken()
	}
}

func (s *scanner) tooDeep() {
	s.err = (&Problem{Code: "bom.too_deep", Want: itoa(s.lim.Depth), Path: clip(string(s.dec.StackPointer()), 200)}).at(locate(s.data, s.offset()))
}

// skip passes over one value.
func (s *scanner) skip() {
	if s.err != nil {
		return
	}
	base := s.dec.StackDepth()
	for {
		if _, s.err = s.dec.ReadToken(); s.err != nil {
			return
		}
		switch depth := s.dec.StackDepth(); {
		case depth <= base:
			return
		case depth > s.lim.Depth:
			s.tooDeep()
			return
		}
	}
}

// bytes reads a string and gives its content, valid until the next reading;
// nil for anything else, which is warned about. A number passes as its text.
func (s *scanner) bytes() []byte {
	if s.err != nil {
		return nil
	}
	switch s.dec.PeekKind() {
	case '"':
	case '0':
		return s.number()
	default:
		s.wrongType("string")
		return nil
	}
	v, err := s.dec.ReadValue()
	if err != nil {
		s.err = err
		return nil
	}
	text, code, args := clean(s.unquote(v))
	if code != "" {
		s.warn(code, s.path(), s.dec.InputOffset()-int64(len(v)), args...)
	}
	return text
}

func (s *scanner) number() []byte {
	at := s.offset()
	v, err := s.dec.ReadValue()
	if err != nil {
		s.err = err
		return nil
	}
	s.warn("bom.wrong_type", s.path(), at, "number "+clip(string(v), 40), "string")
	return v[:min(len(v), maxText)]
}

// string reads a string that is unlikely to come again.
func (s *scanner) string() string { return s.keep(s.bytes()) }

// token reads a string that is likely to come again.
func (s *scanner) token() string { return s.word(s.bytes()) }

// wrongType warns about the next value and passes over it.
func (s *scanner) wrongType(want string) {
	kind, at := s.dec.PeekKind(), s.offset()
	s.skip()
	if s.err == nil {
		s.warn("bom.wrong_type", s.path(), at, kindName(kind), want)
	}
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "object"
	case '[':
		return "array"
	case '0':
		return "number"
	}
	return k.String()
}

// path gives the JSON pointer to what was read last, as long as warnings that
// need it are kept.
func (s *scanner) path() string {
	if s.err == nil && s.warned() {
		return ""
	}
	return clip(string(s.dec.StackPointer()), 200)
}

// offset gives where the next value begins.
func (s *scanner) offset() int64 {
	at := s.dec.InputOffset()
	for at < int64(len(s.data)) && strings.IndexByte(" \t\r\n:,", s.data[at]) >= 0 {
		at++
	}
	return at
}

// unquote gives the content of a JSON string.
func (s *scanner) unquote(v jsontext.Value) []byte {
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	s.scratch, _ = jsontext.AppendUnquote(s.scratch[:0], v)
	return s.scratch
}

// finished warns when something follows the outermost value.
func (s *scanner) finished() {
	if s.err != nil {
		return
	}
	at := s.offset()
	if _, err := s.dec.ReadToken(); err != io.EOF {
		s.warn("bom.trailing", "", at)
	}
}

// problemOr gives the scanner's own problem, or p when it has none.
func (s *scanner) problemOr(p *Problem) *Problem {
	if s.err != nil {
		return s.problem(s.err)
	}
	return p
}

// problem says where the JSON broke.
func (s *scanner) problem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	p = &Problem{Code: "bom.json_invalid", Got: clip(err.Error(), 200), Want: "JSON"}
	var e *jsontext.SyntacticError
	if errors.As(err, &e) {
		p.Got, p.Path = clip(e.Err.Error(), 200), clip(string(e.JSONPointer), 200)
		p.Line, p.Column = locate(s.data, e.ByteOffset)
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		p.Code, p.Got = "bom.truncated", ""
		p.Line, p.Column = locate(s.data, int64(len(s.data)))
	case strings.Contains(p.Got, "UTF-8"):
		p.Code, p.Got = "bom.encoding", "UTF-8"
	case strings.Contains(p.Got, "max depth"):
		p.Code, p.Want = "bom.too_deep", itoa(s.lim.Depth)
	}
	return p
}
