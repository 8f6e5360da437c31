// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// A Choice is the licence that was chosen for a work of the city, on a day after the beginning.
type Choice struct {
	Day     int      `json:"day"`
	Org     string   `json:"org"`
	By      string   `json:"by"` // login
	Work    string   `json:"work"`
	Kind    string   `json:"kind"`
	Aim     string   `json:"aim"`
	Rights  string   `json:"rights"`
	Network bool     `json:"network"`
	Tongues bool     `json:"tongues"`
	Profile string   `json:"profile"`
	Parts   []string `json:"parts"`
	Licence string   `json:"licence"`
	Reason  string   `json:"reason"`
}
