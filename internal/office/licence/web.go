// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"net/http"
	"strconv"

	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/web"
)

func (s *Service) pages() []web.Page {
	const read, write = "licence.read", "licence.write"
	return []web.Page{
		web.Show("GET /licence", read, "list.html", s.listPage),
		web.Show("GET /licence/entry/{licence}", read, "entry.html", s.entryPage),
		web.Show("GET /licence/estate", read, "estate.html", s.estatePage),
		web.Show("GET /licence/find", read, "find.html", s.findPage),
		web.Show("GET /licence/clarify", read, "clarify.html", s.clarifyPage),
		web.Show("GET /licence/conclusions", read, "conclusions.html", s.conclusionsPage),
		web.Show("GET /licence/package/{package}", read, "package.html", s.packagePage),
		web.Form("POST /licence/package/{package}", write, "package.html", s.concludeForm),
		web.Do("POST /licence/conclusion/{conclusion}/withdraw", write, s.withdrawForm),
		web.Show("GET /licence/own/add", write, "own_form.html", s.newOwn),
		web.Form("POST /licence/own/add", write, "own_form.html", s.addOwnForm),
		web.Show("GET /licence/own/{own}/edit", write, "own_form.html", s.editOwn),
		web.Form("POST /licence/own/{own}/edit", write, "own_form.html", s.setOwn),
	}
}

func may(r *http.Request, permission string) bool { return door.From(r.Context()).May(permission) }

// sees refuses what tells of bills of materials to who may not read them.
func sees(r *http.Request) error { return door.From(r.Context()).Check("sbom.read") }

// classWords are the words of the classes, for choices and keys.
func classWords() []string {
	out := []string{}
	for _, c := range spdx.Classes {
		out = append(out, string(c))
	}
	return append(out, "unknown")
}

// from reads where a list that is cut in memory goes on.
func from(l web.Listing, n int) (int, error) {
	v, there, err := keyset.Values(l.After, 1)
	if err != nil || !there {
		return 0, err
	}
	at, err := strconv.Atoi(v[0])
	if err != nil || at < 0 || at > n {
		return 0, fault.New(fault.Invalid, "fault.cursor", l.After)
	}
	return at, nil
}

// cut takes one page of a list and says how to get on.
func cut[T any](l web.Listing, all []T) ([]T, web.Pager, error) {
	at, err := from(l, len(all))
	if err != nil {
		return nil, web.Pager{}, err
	}
	end := min(at+l.Size, len(all))
	return all[at:end], l.Pager(end < len(all), strconv.Itoa(end)), nil
}

func numeric(h web.Head) web.Head {
	h.Numeric = true
	return h
}

// ListPage is the catalogue.
type ListPage struct {
	Rows           []Entry
	Count, Doubts  int
	Heads          []web.Head
	Chips          []web.Chip
	Pager          web.Pager
	Filter         Filter
	Sort           string
	Kinds, Classes []string
	States         []string
	MayWrite, Sees bool
	ListVersion    string
	OpenCode       string
}

var filterNames = []string{"q", "licence.filter.text", "kind", "licence.kind", "class", "licence.class", "osi", "licence.osi", "opencode", "licence.opencode", "used", "licence.used"}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	l := web.ReadListing(r, Sorts...)
	p = ListPage{Filter: Filter{Text: l.Get("q"), Kind: l.Get("kind"), Class: l.Get("class"), OSI: l.Get("osi"), OpenCode: l.Get("opencode"), Used: l.Get("used")},
		Sort: l.Get("sort"), Kinds: []string{Listed, Kept, Exception}, Classes: classWords(), States: []string{"approved", "similar", "refused", "unknown"},
		MayWrite: may(r, "licence.write"), Sees: sees(r) == nil, ListVersion: spdx.ListVersion, OpenCode: OpenCode.Version}
	all, err := s.Catalogue(r.Context(), p.Filter, l.Sort, l.Desc)
	if err != nil {
		return p, err
	}
	p.Count, p.Chips = len(all), l.Chips(filterNames...)
	for i, c := range p.Chips {
		p.Chips[i].Value = s.chipWord(r, c)
	}
	p.Heads = []web.Head{l.Head("licence.id", "id"), l.Head("licence.class", "class"), {Key: "licence.osi"}, {Key: "licence.opencode"}}
	if p.Sees {
		p.Heads = append(p.Heads, numeric(l.Head("licence.products", "-products")), numeric(l.Head("licence.packages", "-packages")))
	}
	p.Rows, p.Pager, err = cut(l, all)
	return p, err
}

// chipWord is the value of a filter in words.
func (s *Service) chipWord(r *http.Request, c web.Chip) string {
	switch c.Label {
	case "licence.kind", "licence.class", "licence.opencode", "licence.certainty", "licence.doubt":
		return own.T(door.From(r.Context()).Lang, c.Label+"."+c.Value)
	case "licence.osi", "licence.used":
		return own.T(door.From(r.Context()).Lang, "licence.said."+c.Value)
	}
	return c.Value
}

// ClassWord is the word of the class in text keys.
func (e Entry) ClassWord() string { return classWord(spdx.Class(e.Class)) }

// ClassWord is the word of the class in text keys; empty where there is no expression.
func (t Term) ClassWord() string {
	if t.Expression == "" {
		return ""
	}
	return classWord(spdx.Class(t.Class))
}
