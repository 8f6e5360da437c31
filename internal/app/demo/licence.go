// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// Licences are what the city's licence manager keeps and found out.
type Licences struct {
	Manager     string       `json:"manager"` // login
	Own         []OwnLicence `json:"own"`
	Conclusions []Conclusion `json:"conclusions"`
}

// An OwnLicence is one that the city keeps. It is invented.
type OwnLicence struct {
	Day    int    `json:"day"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Class  string `json:"class"`
	About  string `json:"about"`
	Text   string `json:"text"`
	Source string `json:"source"`
	Reason string `json:"reason"`
}

// A Conclusion is the licence that a package has, by its own licence file.
type Conclusion struct {
	Day        int    `json:"day"`
	PURL       string `json:"purl"`
	Expression string `json:"expression"`
	Reason     string `json:"reason"`
	Source     string `json:"source"`
	Reuse      bool   `json:"reuse"`
}
