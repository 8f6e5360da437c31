// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package town

import (
	"cmp"
	"strconv"
	"strings"
)

// A Package is a name with the versions of it that exist.
type Package struct {
	Type, Group, Name string // type of its package URL; group as CycloneDX has it
	Versions          []Version
	licence           string
}

// A Version is major, minor and patch, and the revision of a distribution's package.
type Version struct{ Major, Minor, Patch, Revision int }

// Compare orders versions as every ecosystem does for numbers alone.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Patch, w.Patch), cmp.Compare(v.Revision, w.Revision))
}

// String writes a version as advisories do.
func (v Version) String() string {
	return strconv.Itoa(v.Major) + "." + strconv.Itoa(v.Minor) + "." + strconv.Itoa(v.Patch)
}

// Text writes the part's version as bills of materials do.
func (p Part) Text() string {
	switch p.Type {
	case "golang":
		return "v" + p.Version.String()
	case "deb":
		return p.Version.String() + "-" + strconv.Itoa(p.Version.Revision) + "+deb12u" + strconv.Itoa(1+p.Version.Patch%5)
	}
	return p.Version.String()
}

// Full is the package's name as its registry and advisories write it.
func (p *Package) Full() string {
	switch {
	case p.Group == "" || p.Type == "deb":
		return p.Name
	case p.Type == "maven":
		return p.Group + ":" + p.Name
	}
	return p.Group + "/" + p.Name
}

// Base is the package URL without version and qualifiers.
func (p *Package) Base() string {
	switch p.Type {
	case "deb":
		return "pkg:deb/debian/" + p.Name
	case "golang":
		return "pkg:golang/" + p.Name
	}
	if p.Group == "" {
		return "pkg:" + p.Type + "/" + p.Name
	}
	return "pkg:" + p.Type + "/" + strings.Replace(p.Group, "@", "%40", 1) + "/" + p.Name
}

// PURL is the package URL.
func (p Part) PURL() string {
	s := p.Base() + "@" + strings.ReplaceAll(p.Text(), "+", "%2B")
	if p.Type == "deb" {
		s += "?arch=amd64&distro=debian-12"
	}
	return s
}
