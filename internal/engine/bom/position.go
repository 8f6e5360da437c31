// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// A position walks forward through a text and knows line and column, from 1,
// the column in characters.
type position struct {
	at           int64
	line, column int
}

// to walks on to a byte offset that is not before the present one.
func (p *position) to(data []byte, offset int64) {
	way := data[p.at:offset]
	p.at = offset
	if n := bytes.Count(way, []byte("\n")); n > 0 {
		p.line += n
		p.column = 1
		way = way[bytes.LastIndexByte(way, '\n')+1:]
	}
	p.column += utf8.RuneCount(way)
}

// locate gives line and column of a byte offset, zeros when it is outside.
func locate(data []byte, offset int64) (line, column int) {
	if offset < 0 || offset > int64(len(data)) {
		return 0, 0
	}
	p := position{line: 1, column: 1}
	p.to(data, offset)
	return p.line, p.column
}

// locateAll fills in lines and columns of warnings found at the given offsets,
// in one walk; an offset of -1 stays unknown.
func locateAll(data []byte, warnings []Warning, offsets []int64) {
	order := make([]int, 0, len(warnings))
	for i := range warnings {
		if offsets[i] >= 0 && offsets[i] <= int64(len(data)) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(offsets[a] - offsets[b]) })
	p := position{line: 1, column: 1}
	for _, i := range order {
		p.to(data, offsets[i])
		warnings[i].Line, warnings[i].Column = p.line, p.column
	}
}
