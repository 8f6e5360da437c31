// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"slices"

	"allmende/internal/engine/osv"
	"allmende/internal/engine/version"
)

// A Rule is an entry of an advisory made ready to be asked about many versions. It
// is safe for concurrent use.
type Rule struct {
	ecosystem  string
	release    string
	lines      []line
	listed     list
	commits    bool // there are ranges of commits, which nobody can evaluate here
	incomplete bool
}

// An Installed is a version of a package made ready to be held against many rules.
type Installed struct {
	ecosystem, release, text string
	own, semver              version.Version
	err, semverErr           error
	print                    uint64
}

// Compile makes an entry of an advisory ready.
func Compile(a osv.Affected) Rule {
	r := Rule{ecosystem: version.Base(a.Ecosystem), release: release(a.Ecosystem), incomplete: a.Incomplete}
	for _, timeline := range a.Ranges {
		if timeline.Type == osv.Git {
			r.commits = true
			continue
		}
		r.lines = append(r.lines, compileLine(a.Ecosystem, timeline))
	}
	r.listed = compileList(a.Ecosystem, a.Versions)
	return r
}

// Install makes a version of a package ready; ecosystem as Ecosystem gives it.
func Install(ecosystem, text string) Installed {
	in := Installed{ecosystem: version.Base(ecosystem), release: release(ecosystem), text: text}
	in.own, in.err = version.Parse(ecosystem, text)
	in.semver, in.semverErr = version.ParseSemVer(text)
	in.print = version.Fingerprint(ecosystem, text)
	return in
}

// verdict is the answer of one rule; Fixed is left to Judge.
func (r *Rule) verdict(in *Installed) Answer {
	if why := r.foreign(in); why != "" {
		return Answer{verdictOf(why), "", why}
	}
	if slices.ContainsFunc(r.lines, line.everything) {
		return Answer{Affected, "", AllVersions}
	}
	if in.text == "" {
		return Answer{Unknown, "", NoVersion}
	}
	if r.listed.holds(in) {
		return Answer{Affected, "", Listed}
	}
	open := r.open(in)
	for i := range r.lines {
		hit, why := r.lines[i].holds(in)
		if hit {
			return Answer{Affected, "", InRange}
		}
		if why != "" {
			open = why
		}
	}
	if open != "" {
		return Answer{Unknown, "", open}
	}
	return Answer{NotAffected, "", Outside}
}

// foreign says why the rule is not about the package, or cannot be told to be.
func (r *Rule) foreign(in *Installed) Why {
	switch {
	case r.ecosystem != in.ecosystem:
		return OtherPackage
	case r.release == "" || r.release == in.release:
		return ""
	case in.release == "":
		return NoRelease
	}
	return OtherRelease
}

func verdictOf(w Why) Verdict {
	if w == NoRelease {
		return Unknown
	}
	return NotAffected
}

// open says why a version that is in no range and on no list is still not cleared.
func (r *Rule) open(in *Installed) Why {
	switch {
	case r.incomplete:
		return Incomplete
	case len(r.lines) == 0 && len(r.listed.entries) == 0 && r.commits:
		return OnlyCommits
	case len(r.lines) == 0 && len(r.listed.entries) == 0:
		return SaysNothing
	case len(r.lines) == 0 && in.err != nil && !version.Unordered(in.err):
		return OddVersion
	}
	return ""
}

// single holds for a rule of one range with at most one repair and no list: the usual.
func (r *Rule) single() bool {
	return len(r.lines) == 1 && len(r.listed.entries) == 0 && len(r.lines[0].events) <= 2
}

// nextFix gives the lowest version above in at which a range that holds in ends.
func (r *Rule) nextFix(in *Installed) (next Installed) {
	if r.foreign(in) != "" {
		return next
	}
	listed := r.listed.holds(in)
	for i := range r.lines {
		if hit, _ := r.lines[i].holds(in); hit || listed {
			if text := r.lines[i].end(in); text != "" {
				next = lower(next, Install(r.ecosystem, text).of(in))
			}
		}
	}
	return next
}

// of gives the version v of the same package as other.
func (v Installed) of(other *Installed) Installed {
	v.release = other.release
	return v
}

// lower gives the lower of two versions; a zero one is none.
func lower(a, b Installed) Installed {
	switch {
	case a.text == "":
		return b
	case b.text == "":
		return a
	}
	if c, err := b.own.Compare(a.own); err == nil && c < 0 {
		return b
	}
	return a
}

// Slim leaves out listed versions that lie in a range of the same entry: osv.dev
// writes every version of a range out, up to thousands. The answers stay the same.
func Slim(a osv.Affected) osv.Affected {
	r := Compile(a)
	if len(r.lines) == 0 {
		return a
	}
	r.listed = list{}
	var keep []string
	for _, v := range a.Versions {
		if in := Install(a.Ecosystem, v); r.verdict(&in).Verdict != Affected {
			keep = append(keep, v)
		}
	}
	a.Versions = keep
	return a
}
