// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package osv

import (
	"slices"
	"strings"

	"allmende/internal/engine/version"
)

// timeline reads a range; ok is false if it has to be left out.
func (b *builder) timeline(ecosystem string, w *wireRange) (r Range, ok bool) {
	r.Type = RangeType(max(slices.Index(rangeTypes[:], w.Type), 0))
	if r.Type == 0 {
		b.note("osv.range_type", "type", w.Type, "SEMVER, ECOSYSTEM or GIT")
		return r, false
	}
	r.Repo = b.text("repo", w.Repo)
	if r.Events, ok = b.events(w.Events); !ok || r.Type == Git {
		return r, ok
	}
	return r, b.ordered(ecosystem, r)
}

func (b *builder) events(list []wireEvent) (out []Event, ok bool) {
	out = make([]Event, 0, len(list))
	for i := range list {
		b.at.event = i
		n := len(out)
		if out = b.event(out, &list[i]); len(out) == n {
			b.note("osv.event_empty", "", "", eachKind)
			return nil, false
		}
		if len(out) > n+1 {
			b.note("osv.event_several", "", sentence(out[n:]), "only one of "+eachKind)
		}
	}
	b.at.event = -1
	if len(out) == 0 {
		b.note("osv.range_events", "", "", `at least {"introduced": "0"}`)
		return nil, false
	}
	if !slices.ContainsFunc(out, func(e Event) bool { return e.Kind == Introduced }) {
		b.note("osv.range_start", "", "", `an event with "introduced"`)
		return nil, false
	}
	return out, true
}

// event appends what an event says; the format wants it to say one thing.
func (b *builder) event(out []Event, w *wireEvent) []Event {
	for k, v := range [...]string{Introduced: w.Introduced, Fixed: w.Fixed, LastAffected: w.LastAffected, Limit: w.Limit} {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, Event{EventKind(k), b.text(EventKind(k).String(), v)})
		}
	}
	return out
}

const eachKind = `"introduced", "fixed", "last_affected" or "limit"`

func sentence(events []Event) string {
	parts := make([]string, len(events))
	for i, e := range events {
		parts[i] = e.Kind.String() + " " + short(e.Version, 40)
	}
	return strings.Join(parts, " and ")
}

// ordered reports whether the versions of a range are versions, and whether it
// begins before it ends. Where no order is known there is nothing to find.
func (b *builder) ordered(ecosystem string, r Range) bool {
	var start, end version.Version
	always := false
	for i, e := range r.Events {
		if e.Open() {
			always = always || e.Kind == Introduced
			continue
		}
		v, err := r.Type.Parse(ecosystem, e.Version)
		if version.Unordered(err) {
			return true
		}
		if err != nil {
			b.at.event = i
			b.note("osv.event_version", e.Kind.String(), e.Version, "a version of "+ecosystem)
			return false
		}
		switch e.Kind {
		case Introduced:
			start = earlier(start, v)
		case Fixed, LastAffected:
			end = earlier(end, v)
		}
	}
	if c, err := end.Compare(start); err == nil && c < 0 && !always {
		b.note("osv.range_order", "", end.String(), "an end after "+start.String())
		return false
	}
	return true
}

// earlier gives the version that comes first; a is the zero Version at first.
func earlier(a, b version.Version) version.Version {
	if c, err := a.Compare(b); err == nil && c <= 0 {
		return a
	}
	return b
}

// Open reports whether the event lies before or behind all versions.
func (e Event) Open() bool {
	return e.Kind == Introduced && e.Version == "0" || e.Kind == Limit && e.Version == "*"
}

// Parse reads a version in the order of the range: SemVer, or the ecosystem's own.
func (t RangeType) Parse(ecosystem, text string) (version.Version, error) {
	if t == SemVer {
		return version.ParseSemVer(text)
	}
	return version.Parse(ecosystem, text)
}
