// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// A Finding is what the city's audit office found; people are named by their login.
type Finding struct {
	Org    string        `json:"org"`
	Title  string        `json:"title"`
	Fact   string        `json:"fact"`
	Rule   string        `json:"rule"`
	Advice string        `json:"advice"`
	Weight string        `json:"weight"`
	By     string        `json:"by"`
	To     string        `json:"to"`
	Day    int           `json:"day"` // after the beginning
	Due    int           `json:"due"` // days after that, by which an answer is wanted; 0 for none
	Steps  []FindingStep `json:"steps"`
}

// A FindingStep brings a finding into its next state.
type FindingStep struct {
	By       string `json:"by"`
	State    string `json:"state"`
	Note     string `json:"note"`
	Measure  string `json:"measure"`
	Evidence string `json:"evidence"`
	Day      int    `json:"day"`
	Due      int    `json:"due"`
}
