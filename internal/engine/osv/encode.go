// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package osv

import (
	"encoding/binary"
	"errors"
)

// The encoding of what matching needs, for a column of a table. All numbers are
// unsigned varints, a text is its length and its bytes:
//
//	byte 1 (the form), byte flags, text ecosystem, text name, text notice,
//	number of ranges, each: byte type, number of events, each: byte kind, text version
//	number of versions, each: text
const (
	form       = 1
	incomplete = 1 // flag
)

var errEncoding = errors.New("the stored ranges of an advisory are damaged; import the advisory again")

// Encode packs what matching needs: package, notice, ranges, versions, and whether
// something is missing. Of a Git range only its existence is kept.
func (a Affected) Encode() []byte {
	b := make([]byte, 0, 64+16*len(a.Versions))
	b = append(b, form, 0)
	if a.Incomplete {
		b[1] = incomplete
	}
	b = appendText(appendText(appendText(b, a.Ecosystem), a.Name), a.Notice)
	b = binary.AppendUvarint(b, uint64(len(a.Ranges)))
	for _, r := range a.Ranges {
		b = r.encode(b)
	}
	b = binary.AppendUvarint(b, uint64(len(a.Versions)))
	for _, v := range a.Versions {
		b = appendText(b, v)
	}
	return b
}

func (r Range) encode(b []byte) []byte {
	b = append(b, byte(r.Type))
	if r.Type == Git {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Events)))
	for _, e := range r.Events {
		b = appendText(append(b, byte(e.Kind)), e.Version)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Decode unpacks what Encode packed.
func Decode(data []byte) (Affected, error) {
	d := decoder{rest: string(data)}
	if d.byte() != form {
		return Affected{}, errEncoding
	}
	a := Affected{Incomplete: d.byte() == incomplete, Ecosystem: d.text(), Name: d.text(), Notice: d.text()}
	if n := d.count(2); n > 0 {
		a.Ranges = make([]Range, n)
		for i := range a.Ranges {
			a.Ranges[i] = d.timeline()
		}
	}
	if n := d.count(1); n > 0 {
		a.Versions = make([]string, n)
		for i := range a.Versions {
			a.Versions[i] = d.text()
		}
	}
	if d.bad || d.rest != "" {
		return Affected{}, errEncoding
	}
	return a, nil
}

// A decoder cuts texts off one string, so that a record costs few allocations.
type decoder struct {
	rest string
	bad  bool
}

func (d *decoder) timeline() Range {
	r := Range{Type: RangeType(d.byte())}
	if r.Type < SemVer || r.Type > Git {
		d.fail()
	}
	if n := d.count(2); n > 0 {
		r.Events = make([]Event, n)
		for i := range r.Events {
			r.Events[i] = Event{EventKind(d.byte()), d.text()}
			if k := r.Events[i].Kind; k < Introduced || k > Limit {
				d.fail()
			}
		}
	}
	return r
}

func (d *decoder) byte() byte {
	if d.rest == "" {
		d.fail()
		return 0
	}
	c := d.rest[0]
	d.rest = d.rest[1:]
	return c
}

func (d *decoder) number() uint64 {
	var n uint64
	for shift := 0; shift < 35; shift += 7 {
		c := d.byte()
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	d.fail()
	return 0
}

// count reads how many elements follow, each at least size bytes long.
func (d *decoder) count(size int) int {
	n := d.number()
	if n > uint64(len(d.rest)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.count(1)
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

// fail ends the reading: nothing is left to read.
func (d *decoder) fail() { d.bad, d.rest = true, "" }
