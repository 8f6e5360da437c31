// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/platform/keyset"
)

// A Listing is what a reader asked of a list: everything stands in the address, so that
// a list can be linked, printed and saved.
type Listing struct {
	Sort  string // one of the sorts that the page offers
	Desc  bool
	After string // cursor of the row before the first one shown; see keyset
	Size  int    // rows on a page

	path   string
	values url.Values
}

// ReadListing reads ?sort=name or -name, ?after=, ?size= (at most 200). The first of
// sorts is the default; "-severity" means descending.
func ReadListing(r *http.Request, sorts ...string) Listing {
	q := r.URL.Query()
	l := Listing{path: r.URL.Path, values: q, After: q.Get("after"), Size: 50}
	if n, err := strconv.Atoi(q.Get("size")); err == nil && n > 0 {
		l.Size = min(n, 200)
	}
	want := q.Get("sort")
	if !slices.ContainsFunc(sorts, func(s string) bool { return bare(s) == bare(want) }) {
		want = sorts[0]
	}
	l.Sort, l.Desc = bare(want), strings.HasPrefix(want, "-")
	return l
}

func bare(sort string) string { return strings.TrimPrefix(sort, "-") }

// Get returns one filter of the address, trimmed.
func (l Listing) Get(name string) string { return strings.TrimSpace(l.values.Get(name)) }

// With returns the address of the list with some parameters set (pairs of name and
// value; an empty value removes), from its first page.
func (l Listing) With(pairs ...string) string {
	q := url.Values{}
	for k, v := range l.values {
		q[k] = v
	}
	q.Del("after")
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return l.path
	}
	return l.path + "?" + q.Encode()
}

// Export returns the address that hands the same list out as a file, for example "csv".
func (l Listing) Export(format string) string {
	return l.path + "." + format + strings.TrimPrefix(l.With(), l.path)
}

// A Head is the head of one column.
type Head struct {
	Key     string // text key
	Href    string // sorts by this column; empty where it cannot
	Aria    string // ascending, descending or none
	Numeric bool
}

// Head returns the head of a column that can be sorted by name.
func (l Listing) Head(key, sort string) Head {
	h := Head{Key: key, Aria: "none", Href: l.With("sort", sort)}
	if l.Sort == bare(sort) {
		h.Aria, h.Href = "ascending", l.With("sort", "-"+l.Sort)
		if l.Desc {
			h.Aria, h.Href = "descending", l.With("sort", l.Sort)
		}
	}
	return h
}

// A Chip is one filter at work, with the address of the list without it.
type Chip struct{ Label, Value, Without string }

// Chips lists the filters at work. names are pairs of parameter and text key.
func (l Listing) Chips(names ...string) []Chip {
	var out []Chip
	for i := 0; i+1 < len(names); i += 2 {
		if v := l.Get(names[i]); v != "" {
			out = append(out, Chip{names[i+1], v, l.With(names[i], "")})
		}
	}
	return out
}

// A Pager leads from page to page.
type Pager struct {
	First, Next string // addresses; empty where there is none
}

// Pager returns the ways on. last is the cursor of the last row shown, more whether
// rows follow it.
func (l Listing) Pager(more bool, last ...string) Pager {
	var p Pager
	if l.After != "" {
		p.First = l.With()
	}
	if more {
		p.Next = l.With("after", keyset.Cursor(last...))
	}
	return p
}
