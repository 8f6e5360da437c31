// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "allmende/internal/engine/purl"

// Key gives the identity under which a package is stored once for everybody:
// its canonical package URL without subpath, or, when it has none that can be
// read, its group, name and version. ok is false when it has not even a name.
func (c *Component) Key() (key string, ok bool) {
	if c.key != "" {
		return c.key, true
	}
	if c.PURL != "" {
		if key, err := purl.KeyOf(c.PURL); err == nil {
			return key, true
		}
	}
	if c.Name == "" {
		return "", false
	}
	return "name:" + c.Group + "/" + c.Name + "@" + c.Version, true
}
