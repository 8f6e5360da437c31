// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"strconv"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/keyset"
)

// An Order says how a list is sorted and which part of it is wanted.
type Order struct {
	Sort  string // one of the list's sorts; empty is its default
	Desc  bool
	After string // cursor of the row before the first one
	Size  int    // most rows; 0 is all
}

// A sorting is one way to sort a list: an expression, and whether it is a number.
type sorting struct {
	by      string
	numeric bool
}

// conditions collects what follows WHERE, with ? for each argument.
type conditions struct {
	text string
	args []any
}

func (c *conditions) and(condition string, args ...any) {
	c.text += " AND "
	for _, part := range strings.SplitAfter(condition, "?") {
		bare, ok := strings.CutSuffix(part, "?")
		c.text += bare
		if ok {
			c.args = append(c.args, args[0])
			args = args[1:]
			c.text += "$" + strconv.Itoa(len(c.args))
		}
	}
}

// order adds where the list begins and returns how it is sorted and where it ends. id is
// the column that makes the order total.
func (c *conditions) order(o Order, by sorting, id string) (string, error) {
	direction, beyond := " ASC", ">"
	if o.Desc {
		direction, beyond = " DESC", "<"
	}
	last, some, err := keyset.Values(o.After, 2)
	if err != nil {
		return "", err
	}
	if some {
		values, err := by.cursor(last)
		if err != nil {
			return "", err
		}
		c.and("("+by.by+", "+id+") "+beyond+" (?, ?)", values...)
	}
	tail := " ORDER BY " + by.by + direction + ", " + id + direction
	if o.Size > 0 {
		tail += " LIMIT " + strconv.Itoa(o.Size)
	}
	return tail, nil
}

// cursor reads the two values of a cursor: the one sorted by, and the row's number.
func (s sorting) cursor(last []string) ([]any, error) {
	id, err := strconv.ParseInt(last[1], 10, 64)
	if err != nil {
		return nil, fault.New(fault.Invalid, "fault.cursor", last[1])
	}
	if !s.numeric {
		return []any{last[0], id}, nil
	}
	n, err := strconv.ParseInt(last[0], 10, 64)
	if err != nil {
		return nil, fault.New(fault.Invalid, "fault.cursor", last[0])
	}
	return []any{n, id}, nil
}

// contains is a pattern for LIKE … ESCAPE '\' that finds a text anywhere.
func contains(text string) string {
	return "%" + strings.NewReplacer("\\", "\\\\", "%", "\\%", "_", "\\_").Replace(strings.ToLower(text)) + "%"
}
