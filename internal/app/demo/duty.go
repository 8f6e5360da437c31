// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// Duties are what the city says of some releases, and what it decided about duties from
// licences. Days count from the beginning of the demonstration.
type Duties struct {
	Uses      []Usage   `json:"uses"`
	Settings  []Setting `json:"settings"`
	Decisions []Duty    `json:"decisions"`
}

// A Usage says how all releases of a product are used.
type Usage struct {
	Software string   `json:"software"`
	By       string   `json:"by"`
	Day      int      `json:"day"`
	Contexts []string `json:"contexts"`
	Reason   string   `json:"reason"`
}

// A Setting says whether the releases of a product were changed, and how others get source.
type Setting struct {
	Software string `json:"software"`
	By       string `json:"by"`
	Day      int    `json:"day"`
	Changed  string `json:"changed"`
	Offer    string `json:"offer"`
}

// A Duty is a decision; Due counts from Day.
type Duty struct {
	Duty     string `json:"duty"` // id in the catalogue
	Software string `json:"software"`
	Version  string `json:"version"` // empty for whichever comes first
	By       string `json:"by"`
	Day      int    `json:"day"`
	State    string `json:"state"`
	Reason   string `json:"reason"`
	Evidence string `json:"evidence"`
	Link     string `json:"link"`
	Role     string `json:"role"`
	Due      int    `json:"due"`
}
