// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// Roles say who does what in the city. One role is vacant, one is filled by another house,
// one holder is away and has a deputy.
type Roles struct {
	Mandates []Mandate `json:"mandates"`
	Absences []Absence `json:"absences"`
	Change   Change    `json:"change"`

	Proposals []Proposal `json:"proposals"`
	Retention Retention  `json:"retention"`
}

// Retention is for how long the city keeps one kind of entry, whose data it holds for now, and
// who was invited at the beginning and never came.
type Retention struct {
	Kind    string   `json:"kind"`
	Days    int      `json:"days"`
	Why     string   `json:"why"`
	Hold    Hold     `json:"hold"`
	Invited []string `json:"invited"` // logins
}

// A Hold keeps what names a person for some days from the demonstration on.
type Hold struct {
	Person string `json:"person"`
	Reason string `json:"reason"`
	Days   int    `json:"days"`
}

// A Mandate gives a role to a person; people are named by their login.
type Mandate struct {
	Role     string `json:"role"` // key
	Org      string `json:"org"`
	Person   string `json:"person"`
	Deputy   string `json:"deputy"`
	Decision string `json:"decision"`
}

// An Absence begins on the day of the demonstration.
type Absence struct {
	Person string `json:"person"`
	Days   int    `json:"days"`
}

// A Change is what a city made of a role that the program ships.
type Change struct {
	Role   string `json:"role"`
	Org    string `json:"org"`
	Grant  string `json:"grant"` // added to the role's permissions
	Reason string `json:"reason"`
}

// A Proposal waits for a second person.
type Proposal struct {
	By string `json:"by"` // login of who proposes it
	Mandate
}
