// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "allmende/internal/ospo"

// An Arrival is what a document that was taken in means for a release.
type Arrival struct {
	Org      ospo.OrgID // whose release it is
	Release  ospo.ReleaseID
	Document ospo.DocumentID

	// New are the packages that this instance had not seen before, by ascending ID. A
	// document that arrives at the same moment may name one of them too, so whoever
	// notes something about them does it in a way that twice is harmless.
	New []Package

	Packages []ospo.PackageID // that are in the release now, ascending
	Gone     []ospo.PackageID // that its former document had and this one has not, ascending
}

// A Package is one version of a package as its package URL names it. Type is empty for
// a component that is known by its name alone.
type Package struct {
	ID                             ospo.PackageID
	Key                            string // canonical package URL, or "name:group/name@version"
	Type, Namespace, Name, Version string // decoded
	Qualifiers                     string // canonical and still encoded
}
