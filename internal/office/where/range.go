// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"allmende/internal/engine/match"
	"allmende/internal/engine/purl"
	"allmende/internal/engine/version"
)

// same reports whether a package is the one that a package URL asks for.
func same(q purl.Query, p pkg) bool {
	return q.Type == p.Type && q.Namespace == p.Namespace && q.Name == p.Name
}

// fits reports whether a package version is among those a package URL asks for. One without
// a package URL of its own is held against the range as if it were that package: it may be.
func fits(q purl.Query, p pkg) (bool, error) {
	eco := ecosystem(p)
	if p.Type == "" {
		eco = ecosystem(pkg{PURL: purl.Query{Type: q.Type, Namespace: q.Namespace, Name: q.Name}.String()})
	} else if !same(q, p) {
		return false, nil
	}
	return within(q.Bounds, eco, p.Version)
}

// within reports whether a version lies in a range. One that cannot be placed in its
// ecosystem's order is kept: it cannot be ruled out. A bound that can never be placed is an
// error, for then the question itself is wrong.
func within(bounds []purl.Bound, eco, given string) (bool, error) {
	for _, b := range bounds {
		if given == "" || b.Op == "=" && b.Version == given {
			continue
		}
		if b.Op != "=" && version.Known(eco) && !version.Valid(eco, b.Version) {
			_, err := version.Parse(eco, b.Version)
			return false, err
		}
		c, err := version.Compare(eco, given, b.Version)
		if err != nil {
			if b.Op == "=" {
				return false, nil
			}
			continue
		}
		if !match.Holds(c, b.Op) {
			return false, nil
		}
	}
	return true, nil
}

// less reports whether version a comes before b in the package's ecosystem; where nobody
// knows the order, it does not.
func less(p pkg, a, b string) bool {
	c, err := version.Compare(ecosystem(p), a, b)
	return err == nil && c < 0
}

func ecosystem(p pkg) string {
	u, err := purl.Parse(p.PURL)
	if err != nil {
		return ""
	}
	eco, _, _ := match.Ecosystem(u)
	return eco
}

// checkable says in which ecosystem advisories can speak of a package version, and whether
// they can be held against it at all.
func checkable(p pkg) (eco string, ok bool) {
	u, err := purl.Parse(p.PURL)
	if err != nil {
		return "", false
	}
	eco, _, known := match.Ecosystem(u)
	return version.Base(eco), known && match.Unchecked(u) == match.NoGap
}
