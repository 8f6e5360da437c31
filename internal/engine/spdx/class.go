// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

// A Class is what kind of licence it is: how far its conditions reach.
type Class string

// The classes. Unknown is none of them: it is shown, and never counts as permissive.
const (
	Unknown      Class = ""
	PublicDomain Class = "public-domain" // no conditions
	Permissive   Class = "permissive"    // notices only
	Weak         Class = "weak"          // the file or the library stays under it: LGPL, MPL, EPL
	Strong       Class = "strong"        // the whole work: GPL
	Network      Class = "network"       // the whole work, also for users over a network: AGPL, EUPL
	Proprietary  Class = "proprietary"   // no free licence: use or change is limited
)

// Classes lists the classes, the widest reach last.
var Classes = []Class{PublicDomain, Permissive, Weak, Strong, Network, Proprietary}
