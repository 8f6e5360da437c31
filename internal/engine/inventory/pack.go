// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package inventory

import (
	"encoding/binary"
	"errors"
	"slices"
)

// form is the first byte of what is packed; another form gets another byte.
const form = 1

// errDamaged says that bytes are not what Pack or PackNumbers wrote.
var errDamaged = errors.New("packed numbers are damaged")

// Pack writes an inventory: form and length; the packages as distances; each parent as its
// place in the list; each column of terms as a list of the terms, and the place of each
// entry's in it. All numbers are unsigned varints but the terms, which are spread over 63
// bits. A parent that is not listed is written as unknown.
func (v Inventory) Pack() []byte {
	out := binary.AppendUvarint([]byte{form}, uint64(v.Len()))
	out = appendAscending(out, v.Packages)
	for _, p := range v.Parents {
		out = binary.AppendUvarint(out, v.code(p))
	}
	for _, terms := range [][]int64{v.Declared, v.Concluded, v.Supplier} {
		out = appendTerms(out, terms)
	}
	return out
}

// code writes a parent: 0 unknown, 1 the product, else two more than its place.
func (t Tree) code(parent int64) uint64 {
	if parent == Product {
		return 1
	}
	if at, ok := slices.BinarySearch(t.Packages, parent); ok {
		return uint64(at) + 2
	}
	return 0
}

func appendAscending(out []byte, all []int64) []byte {
	last := int64(0)
	for _, n := range all {
		out = binary.AppendUvarint(out, uint64(n-last))
		last = n
	}
	return out
}

func appendTerms(out []byte, terms []int64) []byte {
	place := map[int64]uint64{0: 0}
	var list []int64
	for _, t := range terms {
		if _, ok := place[t]; !ok {
			list = append(list, t)
			place[t] = uint64(len(list))
		}
	}
	out = binary.AppendUvarint(out, uint64(len(list)))
	for _, t := range list {
		out = binary.LittleEndian.AppendUint64(out, uint64(t))
	}
	for _, t := range terms {
		out = binary.AppendUvarint(out, place[t])
	}
	return out
}

// Unpack reads what [Inventory.Pack] wrote. Anything else is an error; what it may claim
// is bounded by the bytes there are.
func Unpack(b []byte) (Inventory, error) {
	r := reader{rest: b}
	v := Inventory{Tree: r.tree()}
	n := v.Len()
	v.Declared, v.Concluded, v.Supplier = r.terms(n), r.terms(n), r.terms(n)
	if r.bad || len(r.rest) > 0 {
		return Inventory{}, errDamaged
	}
	return v, nil
}

// UnpackTree is Unpack without the terms, in less than half of the time.
func UnpackTree(b []byte) (Tree, error) {
	r := reader{rest: b}
	t := r.tree()
	if r.bad {
		return Tree{}, errDamaged
	}
	return t, nil
}

// PackNumbers writes numbers that ascend from 1 or more, each once.
func PackNumbers(all []int64) []byte { return appendAscending(nil, all) }

// UnpackNumbers reads what [PackNumbers] wrote.
func UnpackNumbers(b []byte) ([]int64, error) {
	r := reader{rest: b}
	out := make([]int64, 0, len(b))
	for last := int64(0); len(r.rest) > 0 && !r.bad; out = append(out, last) {
		last = r.beyond(last)
	}
	if r.bad {
		return nil, errDamaged
	}
	return out, nil
}

// A reader takes numbers off the front; bad says that there was something else.
type reader struct {
	rest []byte
	bad  bool
}

// number reads a varint; most take one byte.
func (r *reader) number() uint64 {
	if len(r.rest) > 0 && r.rest[0] < 0x80 {
		n := uint64(r.rest[0])
		r.rest = r.rest[1:]
		return n
	}
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// tree reads what comes first.
func (r *reader) tree() Tree {
	if len(r.rest) == 0 || r.rest[0] != form {
		r.bad = true
		return Tree{}
	}
	r.rest = r.rest[1:]
	n := r.length()
	t := Tree{Packages: r.ascending(n), Parents: make([]int64, n)}
	for i := range t.Parents {
		t.Parents[i] = r.parent(t.Packages)
	}
	return t
}

// length reads how many follow: each takes a byte at least.
func (r *reader) length() int {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad = true
		return 0
	}
	return int(n)
}

// beyond reads a number greater than last.
func (r *reader) beyond(last int64) int64 {
	n := last + int64(r.number())
	r.bad = r.bad || n <= last
	return n
}

func (r *reader) ascending(n int) []int64 {
	out, last := make([]int64, n), int64(0)
	for i := range out {
		last = r.beyond(last)
		out[i] = last
	}
	return out
}

func (r *reader) parent(packages []int64) int64 {
	switch n := r.number(); {
	case n == 0:
		return Nobody
	case n == 1:
		return Product
	case n-2 < uint64(len(packages)):
		return packages[n-2]
	}
	r.bad = true
	return Nobody
}

func (r *reader) terms(n int) []int64 {
	k := r.length()
	if 8*k > len(r.rest) {
		r.bad = true
		return nil
	}
	list := make([]int64, 1, 1+k)
	for range k {
		list = append(list, int64(binary.LittleEndian.Uint64(r.rest)))
		r.rest = r.rest[8:]
	}
	out := make([]int64, n)
	for i := range out {
		at := r.number()
		if at >= uint64(len(list)) {
			r.bad = true
			return nil
		}
		out[i] = list[at]
	}
	return out
}
