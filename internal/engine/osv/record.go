// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package osv reads advisories in the OSV format (https://ossf.github.io/osv-schema/,
// version 1.7 and before) from JSON and YAML. A record with flaws is taken in and
// its flaws are listed: only what is broken is left out, a range for example, and
// the entry that lost it is marked incomplete, so that nobody is told "not affected"
// by an advisory of which a part is missing.
package osv

import "time"

// A Record is one advisory.
type Record struct {
	ID         string    // "GHSA-jfh8-c2jp-5v3q"
	Schema     string    // "1.7.5", empty for old records
	Modified   time.Time // zero if the database leaves it open, as the repository of the Go advisories does
	Published  time.Time // zero if not given
	Withdrawn  time.Time // zero if the advisory stands
	Aliases    []string  // other names of the same vulnerability
	Related    []string  // other vulnerabilities that have to do with it
	Upstream   []string  // vulnerabilities that this record passes on, for distributions
	Summary    string
	Details    string // Markdown
	Severity   []Severity
	Word       string   // the database's own word, "MODERATE"; empty if none
	CWEs       []string // "CWE-502"
	Affected   []Affected
	References []Reference
	Problems   []Problem // flaws that did not keep the record from being read
}

// A Severity is one rating, {"CVSS_V3", "CVSS:3.1/AV:N/…"}.
type Severity struct {
	Type  string `json:"type" yaml:"type"`
	Score string `json:"score" yaml:"score"`
}

// A Reference leads to more about the vulnerability.
type Reference struct {
	Type string `json:"type" yaml:"type"` // "ADVISORY", "FIX", "WEB" …
	URL  string `json:"url" yaml:"url"`
}

// Affected says which versions of one package are affected. Ecosystem and Name are
// empty where a record only speaks of commits in a repository.
type Affected struct {
	Ecosystem  string // "Maven", "Debian:12", "Alpine:v3.18"
	Name       string // "org.apache.logging.log4j:log4j-core"
	PURL       string
	Severity   []Severity
	Word       string // the word for this package, "HIGH"; empty if none
	Notice     string // no vulnerability but a notice: "unmaintained", "unsound" (RustSec)
	Ranges     []Range
	Versions   []string // affected versions one by one
	Incomplete bool     // a range or version was unreadable and is missing here
}

// A RangeType says in which order the events of a range stand.
type RangeType uint8

const (
	SemVer    RangeType = iota + 1 // Semantic Versioning
	Ecosystem                      // the ecosystem's own order
	Git                            // ancestry of commits
)

// A Range is a timeline of a package's versions.
type Range struct {
	Type   RangeType
	Repo   string // for Git
	Events []Event
}

// An Event is where a timeline turns.
type Event struct {
	Kind    EventKind
	Version string // "0" for Introduced is before all, "*" for Limit after all
}

// An EventKind says which way it turns.
type EventKind uint8

const (
	Introduced   EventKind = iota + 1 // affected from this version on
	Fixed                             // no longer affected from this version on
	LastAffected                      // no longer affected after this version
	Limit                             // the range says nothing from this version on
)

var (
	rangeTypes = [...]string{"", "SEMVER", "ECOSYSTEM", "GIT"}
	eventKinds = [...]string{"", "introduced", "fixed", "last_affected", "limit"}
)

// String gives the word of the format, "SEMVER".
func (t RangeType) String() string { return rangeTypes[int(t)%len(rangeTypes)] }

// String gives the word of the format, "last_affected".
func (k EventKind) String() string { return eventKinds[int(k)%len(eventKinds)] }
