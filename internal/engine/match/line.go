// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"slices"

	"allmende/internal/engine/osv"
	"allmende/internal/engine/version"
)

// A line is a range with its events in order of versions.
type line struct {
	kind   osv.RangeType
	events []event // without limits
	limits []event // none: no limit
	why    Why     // why the range cannot be evaluated; empty if it can
}

type event struct {
	kind osv.EventKind
	open bool // before or behind all versions
	at   version.Version
}

func compileLine(ecosystem string, r osv.Range) line {
	l := line{kind: r.Type, events: make([]event, 0, len(r.Events))}
	for _, e := range r.Events {
		ev := event{kind: e.Kind, open: e.Open()}
		if !ev.open {
			var err error
			if ev.at, err = r.Type.Parse(ecosystem, e.Version); err != nil {
				return line{why: whyOf(err)}
			}
		}
		if e.Kind == osv.Limit {
			l.limits = append(l.limits, ev)
		} else {
			l.events = append(l.events, ev)
		}
	}
	// Events of one version keep the order in which the advisory gives them.
	slices.SortStableFunc(l.events, func(a, b event) int {
		c, err := a.compare(b)
		if err != nil {
			l.why = OddVersion
		}
		return c
	})
	return l
}

func whyOf(err error) Why {
	if version.Unordered(err) {
		return NoOrder
	}
	return OddVersion
}

func (e event) compare(f event) (int, error) {
	switch {
	case e.open && f.open:
		return 0, nil
	case e.open:
		return -1, nil
	case f.open:
		return +1, nil
	}
	return e.at.Compare(f.at)
}

// everything holds for a range from the beginning without an end.
func (l line) everything() bool {
	return len(l.limits) == 0 && len(l.events) == 1 && l.events[0].kind == osv.Introduced && l.events[0].open
}

// holds evaluates the range as the OSV schema prescribes; why is set if it cannot.
func (l *line) holds(in *Installed) (hit bool, why Why) {
	if l.why != "" {
		return false, l.why
	}
	v, err := in.in(l.kind)
	if err != nil {
		return false, whyOf(err)
	}
	if before, err := l.beforeLimits(v); err != nil || !before {
		return false, oddIf(err)
	}
	for i := range l.events {
		turned, err := l.events[i].reached(v)
		if err != nil {
			return false, OddVersion
		}
		if !turned {
			continue
		}
		hit = l.events[i].kind == osv.Introduced
	}
	return hit, ""
}

// in gives the version in the order of a kind of range.
func (in *Installed) in(kind osv.RangeType) (version.Version, error) {
	if kind == osv.SemVer {
		return in.semver, in.semverErr
	}
	return in.own, in.err
}

func oddIf(err error) Why {
	if err != nil {
		return OddVersion
	}
	return ""
}

// reached reports whether v lies at or behind the event, for LastAffected behind it.
func (e *event) reached(v version.Version) (bool, error) {
	if e.open {
		return true, nil
	}
	c, err := v.Compare(e.at)
	return c > 0 || c == 0 && e.kind != osv.LastAffected, err
}

func (l *line) beforeLimits(v version.Version) (bool, error) {
	for i := range l.limits {
		if l.limits[i].open {
			return true, nil
		}
		if c, err := v.Compare(l.limits[i].at); err != nil || c < 0 {
			return true, err
		}
	}
	return len(l.limits) == 0, nil
}

// end gives the fixed version with which the range ends above in; empty if it ends
// with a last affected version, after which nobody knows, or not at all.
func (l *line) end(in *Installed) string {
	v, err := in.in(l.kind)
	if err != nil || l.why != "" {
		return ""
	}
	for i := range l.events {
		if l.events[i].kind == osv.Introduced {
			continue
		}
		if turned, err := l.events[i].reached(v); err != nil || turned {
			continue
		}
		if l.events[i].kind == osv.Fixed {
			return l.events[i].at.String()
		}
		return ""
	}
	return ""
}
