// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package ospo holds the few words that every room shares: who acts, for
// which organisation, on what. It has no behaviour.
package ospo

// Ids are opaque; text ids are UUIDs of version 7 or names chosen by the data's owner.
type (
	OrgID      string // a city, a department, an IT provider; every private row belongs to one
	PersonID   string
	SoftwareID string // a product in the register
	ReleaseID  string // one version of a product

	// PackageID is the first 63 bits of the SHA-256 of a package's key (see
	// engine/purl): the same on every instance, handed out by nobody.
	PackageID  int64
	DocumentID int64 // one bill of materials taken in for one release
)

// A Context is how software is used, as far as licences make a difference of it. What is
// done with a release is one of these, or several.
type Context string

// The contexts, a closed list.
const (
	Internal Context = "internal" // used within the organisation
	Hosted   Context = "service"  // offered to others over a network
	Source   Context = "source"   // given to others as source
	Binary   Context = "binary"   // given to others as binary
	Linked   Context = "linked"   // built into own development
	Upstream Context = "upstream" // contributed to the project it comes from
)

// Contexts lists the contexts in the order in which they are shown.
var Contexts = []Context{Internal, Hosted, Source, Binary, Linked, Upstream}

// An Act is a person doing something for an organisation. Every write carries one.
type Act struct {
	Org     OrgID
	Person  PersonID
	Role    string // in which the person acts; empty where nobody said
	What    string // "estate.add"; the room's name comes first
	On      string // what it was done to: an id, a name; empty where the act says it all
	Door    string // "web", "api", "cli", "job"
	Request string // id of the request or job, to find the lines of the server's log
	Diff    string // JSON: each member that changed, with its values before and after; never a secret
}
