// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"strings"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/purl"
	"allmende/internal/ospo"
)

// described takes the keys of packages apart.
func described(c candidates) []bom.Package {
	out := make([]bom.Package, len(c.ids))
	for i, id := range c.ids {
		out[i] = describe(c.keys[i])
		out[i].ID = ospo.PackageID(id)
	}
	return out
}

// describe takes a package's key apart: a package URL, or "name:group/name@version".
func describe(key string) bom.Package {
	if rest, ok := strings.CutPrefix(key, "name:"); ok {
		p := bom.Package{Key: key}
		p.Name = rest
		if at := strings.LastIndexByte(rest, '@'); at >= 0 {
			p.Name, p.Version = rest[:at], rest[at+1:]
		}
		if slash := strings.IndexByte(p.Name, '/'); slash >= 0 {
			p.Namespace, p.Name = p.Name[:slash], p.Name[slash+1:]
		}
		return p
	}
	u, err := purl.Parse(key)
	if err != nil { // a key is canonical; if it is not, its name is all we know
		return bom.Package{Key: key, Name: key}
	}
	return bom.Package{Key: key, Type: u.Type, Namespace: u.Namespace, Name: u.Name, Version: u.Version, Qualifiers: u.Qualifiers}
}
