// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package feed

import (
	"math/rand/v2"

	"allmende/bench/town"
)

// A span is the versions that a vulnerability affects: from inclusive; to exclusive, or
// inclusive where nothing is fixed yet and the last affected is known, or open.
type span struct {
	from, to     town.Version
	last, opened bool
}

// holds reports whether a version is affected. A distribution's revision counts for
// nothing: its fixes are written with the least.
func (s span) holds(v town.Version) bool {
	v.Revision = 0
	switch {
	case v.Compare(s.from) < 0:
		return false
	case s.opened:
		return true
	case s.last:
		return v.Compare(s.to) <= 0
	}
	return v.Compare(s.to) < 0
}

// pick draws a span about some of a package's versions.
func pick(p *town.Package, r *rand.Rand) span {
	at := p.Versions[r.IntN(len(p.Versions))]
	at.Revision = 0
	s := span{to: at}
	switch x := r.Float64(); {
	case x < .12:
		s.opened = true
	case x < .24 && p.Type != "deb":
		s.last = true
	default:
		s.to.Patch += 1 + r.IntN(3)
	}
	if r.Float64() < .3 && p.Type != "deb" && at.Major > 0 {
		s.from = town.Version{Major: r.IntN(at.Major) + 1}
	}
	return s
}

// written spells a bound as the ecosystem does.
func written(kind string, v town.Version) string {
	if kind == "deb" {
		return v.String() + "-0"
	}
	return v.String()
}

// ranges writes the span as OSV does.
func (s span) ranges(l ledger) []Range {
	first := "0"
	if s.from != (town.Version{}) {
		first = written(l.kind, s.from)
	}
	events := []Event{{Introduced: first}}
	switch {
	case s.opened:
	case s.last:
		events = append(events, Event{LastAffected: written(l.kind, s.to)})
	default:
		events = append(events, Event{Fixed: written(l.kind, s.to)})
	}
	return []Range{{Type: l.order, Events: events}}
}

// listed names the affected versions one by one, as PyPI's and npm's records partly do.
func (s span) listed(p *town.Package) []string {
	var out []string
	for _, v := range p.Versions {
		if s.holds(v) {
			out = append(out, v.String())
		}
	}
	return out
}
