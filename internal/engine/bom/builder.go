// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"strconv"
	"strings"
	"time"

	"allmende/internal/engine/purl"
)

// A builder puts a document together, whatever format it comes from.
type builder struct {
	doc  *Document
	lim  Limits
	data []byte
	err  error // the first problem; it stops the reading
	texts

	symbols map[string]int32 // identifiers, numbered as they are met
	names   []string         // the identifier behind each number
	owner   []int32          // the component behind each number, -1 while unknown, notPackage
	edges   []edge
	hashes  []Hash  // memory for Component.Hashes
	offsets []int64 // of doc.Warnings, -1 when unknown
}

// An edge is a relationship between two identifiers. The entry says where it
// was stated, for the message when one of them is never defined.
type edge struct {
	from, to int32
	entry    int32
	contains bool
}

func newBuilder(data []byte, lim Limits) *builder {
	return &builder{
		doc:     &Document{Root: -1, Complete: Unknown, Components: make([]Component, 0, min(len(data)/600, lim.Components)+1)},
		lim:     lim,
		data:    data,
		symbols: make(map[string]int32),
	}
}

// warn keeps a warning as long as there is room; at is a byte offset or -1.
func (b *builder) warn(code, path string, at int64, args ...string) {
	b.doc.WarningTotal++
	if b.warned() {
		return
	}
	b.doc.Warnings = append(b.doc.Warnings, Warning{Code: code, Path: path, Args: args})
	b.offsets = append(b.offsets, at)
}

// warned tells whether there is no room for another warning.
func (b *builder) warned() bool { return len(b.doc.Warnings) >= b.lim.Warnings }

// text cleans a string that a library has read.
func (b *builder) text(s, path string) string {
	if s == "" {
		return ""
	}
	if len(s) <= maxText && strings.IndexByte(s, 0) < 0 {
		return strings.TrimSpace(s)
	}
	t, code, args := clean([]byte(s))
	if code != "" {
		b.warn(code, path, -1, args...)
	}
	return string(t)
}

// symbol numbers an identifier.
func (b *builder) symbol(ref string) int32 {
	if n, ok := b.symbols[ref]; ok {
		return n
	}
	return b.newSymbol(ref)
}

// newSymbol numbers an identifier that is known to be new. Too many are a problem.
func (b *builder) newSymbol(ref string) int32 {
	n := int32(len(b.owner))
	if limit := 4*b.lim.Components + 16; len(b.owner) >= limit {
		b.stop(&Problem{Code: "bom.too_many_refs", Want: itoa(limit)})
		return n - 1
	}
	b.symbols[ref] = n
	b.names, b.owner = append(b.names, ref), append(b.owner, -1)
	return n
}

// define says that the identifier stands for component i; false when it
// already stands for another.
func (b *builder) define(ref string, i int32) bool {
	n := b.symbol(ref)
	if b.owner[n] != -1 {
		return false
	}
	b.owner[n] = i
	return true
}

// check takes a component's package URL for its identity and warns about what
// is missing; path is asked for only then.
func (b *builder) check(c *Component, path func() string, at int64) {
	if c.Name == "" {
		b.warn("bom.name_missing", path(), at)
	}
	if c.PURL == "" {
		return
	}
	key, err := purl.KeyOf(c.PURL)
	if err != nil {
		b.warn("bom.purl_invalid", path()+"/purl", at, clip(c.PURL, 200), err.Error())
		return
	}
	c.key = key
}

// time reads a date and time; what is none is unknown.
func (b *builder) time(s, path string, at int64) time.Time {
	if s == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	b.warn("bom.time_invalid", path, at, clip(s, 80))
	return time.Time{}
}

// stop keeps the first problem.
func (b *builder) stop(p *Problem) {
	if b.err == nil {
		b.err = p
	}
}

// relate states an edge; too many are a problem.
func (b *builder) relate(from, to, entry int32, contains bool) {
	if limit := 8 * b.lim.Components; len(b.edges) >= limit {
		b.stop(&Problem{Code: "bom.too_many_edges", Want: itoa(limit)})
		return
	}
	b.edges = append(b.edges, edge{from, to, entry, contains})
}

// room tells whether one more component is allowed; if not, it is a problem.
func (b *builder) room(path func() string, at int64) bool {
	if b.err == nil && len(b.doc.Components) >= b.lim.Components {
		p := &Problem{Code: "bom.too_many_components", Want: itoa(b.lim.Components), Path: path()}
		b.stop(p.at(locate(b.data, at)))
	}
	return b.err == nil
}

// finish turns edges between identifiers into edges between components.
// dangling is told each edge that has an end nowhere defined.
func (b *builder) finish(dangling func(e edge, ref string)) *Document {
	counts := make([]int32, len(b.doc.Components))
	kept := b.edges[:0]
	for _, e := range b.edges {
		from, to := b.owner[e.from], b.owner[e.to]
		switch {
		case from == -1:
			dangling(e, b.names[e.from])
		case to == -1:
			dangling(e, b.names[e.to])
		case from >= 0 && to >= 0 && from != to:
			counts[from]++
			e.from, e.to = from, to
			kept = append(kept, e)
		}
	}
	b.edges = kept
	b.fill(counts)
	if d := b.doc; d.Supplier == "" && d.Root >= 0 {
		d.Supplier = d.Components[d.Root].Supplier
	}
	locateAll(b.data, b.doc.Warnings, b.offsets)
	return b.doc
}

// fill writes dependencies before containments, each target once.
func (b *builder) fill(counts []int32) {
	d := b.doc
	d.Edges, d.deps = lists(counts), make([]int32, len(counts))
	for _, contains := range []bool{false, true} {
		for _, e := range b.edges {
			if e.contains == contains {
				d.Edges[e.from] = append(d.Edges[e.from], e.to)
			}
		}
		seen := make([]int32, len(counts))
		for i := range d.Edges {
			d.Edges[i] = once(d.Edges[i], seen, int32(i)+1)
			if !contains {
				d.deps[i] = int32(len(d.Edges[i]))
			}
		}
	}
}

// once drops doubles from list, using seen[x] == mark as memory.
func once(list, seen []int32, mark int32) []int32 {
	kept := list[:0]
	for _, x := range list {
		if seen[x] != mark {
			seen[x] = mark
			kept = append(kept, x)
		}
	}
	return kept
}

// setRoots says what the document describes.
func (b *builder) setRoots(roots []int32) {
	b.doc.roots = once(roots, make([]int32, len(b.doc.Components)), 1)
	switch len(b.doc.roots) {
	case 0:
	case 1:
		b.doc.Root = int(b.doc.roots[0])
	default:
		b.warn("bom.several_roots", "", -1, itoa(len(b.doc.roots)))
	}
}

// maxHashes bounds the hashes of one component.
const maxHashes = 100

// keepHashes copies a list of hashes into memory shared by many.
func (b *builder) keepHashes(list []Hash) []Hash {
	if len(list) == 0 {
		return nil
	}
	list = list[:min(len(list), maxHashes)]
	if cap(b.hashes)-len(b.hashes) < len(list) {
		b.hashes = make([]Hash, 0, 1024)
	}
	start := len(b.hashes)
	b.hashes = append(b.hashes, list...)
	return b.hashes[start:len(b.hashes):len(b.hashes)]
}

func itoa(n int) string { return strconv.Itoa(n) }
