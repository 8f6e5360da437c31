// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// A Desk is what lies beside the cases.
type Desk struct {
	Texts []struct{ Name, DE, EN string }
	Cases []Beside
}

// Beside is what somebody puts beside the case with a title on a day.
type Beside struct {
	Case    string
	Day     int
	By      string // login
	Comment string
	File    string // name of a text, with Content
	Content string
	Links   []string
}
