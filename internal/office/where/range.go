// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"allmende/internal/engine/match"
	"allmende/internal/engine/purl"
	"allmende/internal/engine/version"
)

// fits reports whether a package version is among those a package URL asks for. A version
// that cannot be placed in its ecosystem's order is kept: it cannot be ruled out. A bound
// that can never be placed is an error, for then the question itself is wrong.
func fits(q purl.Query, p pkg) (bool, error) {
	if q.Type != p.Type || q.Namespace != p.Namespace || q.Name != p.Name {
		return false, nil
	}
	eco := ecosystem(p)
	for _, b := range q.Bounds {
		if b.Op == "=" && b.Version == p.Version {
			continue
		}
		if b.Op != "=" && version.Known(eco) && !version.Valid(eco, b.Version) {
			_, err := version.Parse(eco, b.Version)
			return false, err
		}
		c, err := version.Compare(eco, p.Version, b.Version)
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
