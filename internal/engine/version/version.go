// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package version orders version numbers the way each package ecosystem orders its
// own: 2.0-rc1 lies before 2.0 for Maven, 1.0 and 1.0.0 are the same for PyPI,
// 1:1.0 lies behind 9.9 for Debian. Ecosystems are named as in OSV records. The
// orders come from osv-scalibr; what that library would sort silently although it
// is no version ("latest", "^1.2", "${project.version}") is an error here, because
// a wrong place in the order is a wrong answer about a vulnerability.
package version

import (
	"errors"
	"fmt"
	"sync"

	"github.com/google/osv-scalibr/semantic"
)

// Limit is the longest version compared, in bytes.
const Limit = 256

// A Version is a version text made ready for many comparisons.
type Version struct {
	text    string
	order   *order
	numeric numeric
	whole   *whole
}

// A whole is what the library makes of a version. A numeric one needs it only when
// it is compared with one that is not, so it is made then, and once.
type whole struct {
	once  sync.Once
	value semantic.Version
	err   error
}

// Parse makes a version of an ecosystem ready to be compared. The ecosystem may
// carry a release ("Debian:12"). The error is always an *Error.
func Parse(ecosystem, text string) (Version, error) {
	o, ok := orders[Base(ecosystem)]
	if !ok {
		return Version{}, &Error{Code: "version.ecosystem", Ecosystem: ecosystem, Text: text}
	}
	return o.parse(ecosystem, text)
}

// ParseSemVer makes a version ready that follows Semantic Versioning, whatever the
// ecosystem: the order of OSV's SEMVER ranges.
func ParseSemVer(text string) (Version, error) {
	return semver.parse("SEMVER", text)
}

// Compare gives -1, 0 or +1 as v lies before w, is the same or lies behind it.
// The error is always an *Error; two versions of different orders have none.
func (v Version) Compare(w Version) (c int, err error) {
	if v.order == nil || v.order != w.order {
		return 0, &Error{Code: "version.mixed", Text: v.text + ", " + w.text}
	}
	if v.numeric.parts > 0 && w.numeric.parts > 0 {
		return v.numeric.compare(w.numeric, v.order.length), nil
	}
	return v.ask(w)
}

// ask lets the library compare.
func (v Version) ask(w Version) (c int, err error) {
	defer rescue(v.order.library, v.text, &err)
	a, err := v.parsed()
	if err != nil {
		return 0, err
	}
	b, err := w.parsed()
	if err != nil {
		return 0, err
	}
	if c, err = a.Compare(b); err != nil {
		return 0, &Error{Code: "version.junk", Ecosystem: v.order.library, Text: v.text, Err: err}
	}
	return min(max(c, -1), 1), nil
}

// parsed gives what the library makes of v.
func (v Version) parsed() (semantic.Version, error) {
	v.whole.once.Do(func() {
		defer rescue(v.order.library, v.text, &v.whole.err)
		if v.whole.value, v.whole.err = semantic.Parse(v.text, v.order.library); v.whole.err != nil {
			v.whole.err = &Error{Code: "version.junk", Ecosystem: v.order.library, Text: v.text, Err: v.whole.err}
		}
	})
	return v.whole.value, v.whole.err
}

// String gives the text the version was parsed from.
func (v Version) String() string { return v.text }

// Compare compares two versions of one ecosystem once. The error is always an *Error.
func Compare(ecosystem, a, b string) (int, error) {
	v, err := Parse(ecosystem, a)
	if err != nil {
		return 0, err
	}
	w, err := Parse(ecosystem, b)
	if err != nil {
		return 0, err
	}
	return v.Compare(w)
}

// Valid reports whether text is a version that the ecosystem can order.
func Valid(ecosystem, text string) bool {
	_, err := Parse(ecosystem, text)
	return err == nil
}

// Known reports whether the versions of an ecosystem can be ordered at all.
func Known(ecosystem string) bool {
	_, ok := orders[Base(ecosystem)]
	return ok
}

func (o *order) parse(ecosystem, text string) (Version, error) {
	if code := o.refuse(text); code != "" {
		return Version{}, &Error{Code: code, Ecosystem: ecosystem, Text: short(text)}
	}
	v := Version{text: text, order: o, numeric: o.numeric(text), whole: new(whole)}
	if v.numeric.parts == 0 {
		if _, err := v.parsed(); err != nil {
			return Version{}, err
		}
	}
	return v, nil
}

// An Error says why a text cannot be placed in an order.
type Error struct {
	Code      string // text key, one of Codes
	Ecosystem string
	Text      string // the version, shortened
	Err       error  // what the library says, or nil
}

// Codes lists every Code with the English sentence that Error prints.
var Codes = map[string]string{
	"version.ecosystem": "the versions of this ecosystem have no known order",
	"version.empty":     "the version is empty",
	"version.too_long":  fmt.Sprintf("the version is longer than %d bytes", Limit),
	"version.range":     "this is a range or a placeholder, not one version",
	"version.junk":      "this is no version that the ecosystem orders",
	"version.mixed":     "versions of different ecosystems have no common order",
	"version.broken":    "the library that orders versions failed",
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s version %q: %s", e.Ecosystem, e.Text, Codes[e.Code])
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Unordered reports whether err says that the ecosystem as a whole has no known order.
func Unordered(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == "version.ecosystem"
}

// rescue turns a panic of the library into an error: one odd version must not end an import.
func rescue(ecosystem, text string, err *error) {
	if r := recover(); r != nil {
		*err = &Error{Code: "version.broken", Ecosystem: ecosystem, Text: text, Err: fmt.Errorf("%v", r)}
	}
}
