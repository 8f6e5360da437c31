// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const (
	chunk    = 64 << 10 // bytes of text kept in one piece
	maxText  = 64 << 10 // bytes of one text; longer ones are cut
	maxWords = 1 << 16  // texts remembered for reuse
)

// texts keeps the strings of a document in few large pieces, so that reading
// costs few allocations and the document's bytes can be let go.
type texts struct {
	piece strings.Builder
	words map[string]string
}

// keep copies b.
func (t *texts) keep(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > chunk/8 {
		return string(b)
	}
	if t.piece.Cap()-t.piece.Len() < len(b) {
		t.piece = strings.Builder{}
		t.piece.Grow(chunk)
	}
	from := t.piece.Len()
	t.piece.Write(b)
	return t.piece.String()[from:]
}

// word is keep for what repeats itself: types, licences, suppliers, versions.
func (t *texts) word(b []byte) string {
	if s, ok := t.words[string(b)]; ok {
		return s
	}
	s := t.keep(b)
	if t.words == nil {
		t.words = make(map[string]string)
	}
	if len(t.words) < maxWords {
		t.words[s] = s
	}
	return s
}

// clean trims blanks and gives the code and arguments of the warning that the
// text deserves, or an empty code. No database stores a NUL.
func clean(b []byte) (text []byte, code string, args []string) {
	b = bytes.TrimSpace(b)
	if len(b) > maxText {
		n := maxText
		for n > 0 && !utf8.RuneStart(b[n]) {
			n--
		}
		args = []string{itoa(len(b)), itoa(n)}
		b, code = b[:n], "bom.text_cut"
	}
	if bytes.IndexByte(b, 0) >= 0 {
		b, code, args = bytes.ReplaceAll(b, []byte{0}, []byte("\uFFFD")), "bom.nul", nil
	}
	return b, code, args
}
