// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"allmende/internal/engine/purl"
	"allmende/internal/engine/version"
)

// Satisfies reports whether a version lies within all bounds, in the order of its
// ecosystem. Without bounds every version does. The error says which version cannot
// be ordered; where it is only asked for the same version, the text decides.
func Satisfies(ecosystem, v string, bounds []purl.Bound) (bool, error) {
	for _, b := range bounds {
		if b.Op == "=" && b.Version == v {
			continue
		}
		c, err := version.Compare(ecosystem, v, b.Version)
		if err != nil {
			if b.Op == "=" {
				return false, nil
			}
			return false, err
		}
		if !Holds(c, b.Op) {
			return false, nil
		}
	}
	return true, nil
}

// Holds reads a comparison: c is -1, 0 or +1 as the version lies before, at or
// behind the bound of a query.
func Holds(c int, op string) bool {
	switch op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	}
	return c == 0 && op == "="
}
