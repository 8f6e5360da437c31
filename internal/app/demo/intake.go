// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// A Guest asks without an account. Days count from the beginning of the demonstration.
type Guest struct {
	Day     int               `json:"day"`
	Opener  string            `json:"opener"` // login of who lets guests ask, with the first
	House   string            `json:"house"`  // public name
	Domains []string          `json:"domains"`
	Door    string            `json:"door"`
	Name    string            `json:"name"`
	Mail    string            `json:"mail"`
	Title   string            `json:"title"`
	Facts   map[string]string `json:"facts"`
}
