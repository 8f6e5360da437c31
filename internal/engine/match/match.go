// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package match says whether an advisory concerns a package version. It finds the
// ecosystem and name under which advisories speak of a package URL, evaluates
// versions as the OSV schema prescribes (https://ossf.github.io/osv-schema/#evaluation),
// names the version that fixes, and tells which identifiers mean one vulnerability.
//
// Three answers exist. What cannot be decided, because a version is missing, is none,
// or belongs to a distribution nobody named, is Unknown with its reason, and never
// "not affected". The cases in testdata are the rules, to be read as such.
package match

import "allmende/internal/engine/osv"

// A Verdict is the answer to: is this version affected? The numbers are stored.
type Verdict uint8

const (
	Unknown Verdict = iota
	NotAffected
	Affected
)

var verdicts = [...]string{"unknown", "not affected", "affected"}

// String gives "affected", "not affected" or "unknown".
func (v Verdict) String() string { return verdicts[int(v)%len(verdicts)] }

// outweighs holds for the verdict that stands when several entries of one advisory
// speak of a package: one that concerns it, then one that leaves it open.
func (v Verdict) outweighs(w Verdict) bool {
	return v == Affected && w != Affected || v == Unknown && w == NotAffected
}

// An Answer is a verdict with its reason.
type Answer struct {
	Verdict Verdict
	Fixed   string // the smallest version that is higher and not affected; empty if none is known
	Why     Why
}

// A Why is the reason of a verdict, a text key of Whys.
type Why string

const (
	InRange      Why = "match.in_range"
	Listed       Why = "match.listed"
	AllVersions  Why = "match.all_versions"
	Outside      Why = "match.outside"
	Withdrawn    Why = "match.withdrawn"
	OtherPackage Why = "match.other_package"
	OtherRelease Why = "match.other_release"
	NoRelease    Why = "match.no_release"
	NoVersion    Why = "match.no_version"
	OddVersion   Why = "match.odd_version"
	NoOrder      Why = "match.no_order"
	OnlyCommits  Why = "match.only_commits"
	Incomplete   Why = "match.incomplete"
	SaysNothing  Why = "match.says_nothing"
)

// Whys lists every Why with its sentence.
var Whys = map[Why]string{
	InRange:      "the version lies in an affected range",
	Listed:       "the version is on the list of affected versions",
	AllVersions:  "every version is affected",
	Outside:      "the version lies outside of all affected ranges and is not on the list",
	Withdrawn:    "the advisory was withdrawn",
	OtherPackage: "the advisory does not name the package",
	OtherRelease: "the advisory is about another release of the distribution",
	NoRelease:    "the release of the distribution is not known",
	NoVersion:    "the version of the package is not known",
	OddVersion:   "the version, or one in the advisory, is none that the ecosystem can order",
	NoOrder:      "the versions of this ecosystem have no known order",
	OnlyCommits:  "the advisory names commits, not versions",
	Incomplete:   "a part of the advisory could not be read",
	SaysNothing:  "the advisory names no versions",
}

// Affects evaluates one entry of an advisory for a version of its package, whose
// ecosystem is as Ecosystem gives it. For many versions or entries see Compile.
func Affects(a osv.Affected, ecosystem, version string) Answer {
	return Judge([]Rule{Compile(a)}, Install(ecosystem, version))
}

// Check evaluates a whole advisory for a package, given as Ecosystem and Version give it.
func Check(r osv.Record, ecosystem, name, version string) Answer {
	if !r.Withdrawn.IsZero() {
		return Answer{NotAffected, "", Withdrawn}
	}
	var rules []Rule
	key := Index(ecosystem, name)
	for _, a := range r.Affected {
		if Index(a.Ecosystem, a.Name) == key {
			rules = append(rules, Compile(a))
		}
	}
	return Judge(rules, Install(ecosystem, version))
}

// Judge gives the answer of several entries about one package, those of one advisory
// as a rule: affected if one says so, else unknown if one is, else not affected.
func Judge(rules []Rule, in Installed) Answer {
	worst := Answer{NotAffected, "", OtherPackage}
	for i := range rules {
		a := rules[i].verdict(&in)
		if i == 0 || a.Verdict.outweighs(worst.Verdict) {
			worst = a
		}
	}
	if worst.Verdict == Affected {
		worst.Fixed = fix(rules, in)
	}
	return worst
}

// fix gives the smallest version above in that no rule says is affected: where two
// ranges overlap, the end of one may lie within the other.
func fix(rules []Rule, in Installed) string {
	if len(rules) == 1 && rules[0].single() {
		return rules[0].lines[0].end(&in)
	}
	for range 20 {
		var next Installed
		for i := range rules {
			next = lower(next, rules[i].nextFix(&in))
		}
		if next.text == "" || !anyAffected(rules, &next) {
			return next.text
		}
		in = next
	}
	return ""
}

func anyAffected(rules []Rule, in *Installed) bool {
	for i := range rules {
		if rules[i].verdict(in).Verdict == Affected {
			return true
		}
	}
	return false
}
