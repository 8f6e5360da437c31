// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package market

import (
	"encoding/json"
	"slices"
)

// WellKnown are widely used names of products and vendors, beside those that a house has in its
// register. It is a short list of our own, not a complete one.
type WellKnown struct {
	Version  int      `json:"version"`
	Checked  string   `json:"checked"` // day on which somebody last looked it through
	Source   string   `json:"source"`
	SourceEN string   `json:"source_en"`
	About    Text     `json:"about"`
	Names    []string `json:"names"`
}

var wellKnown = func() (w WellKnown) {
	data, err := files.ReadFile("data/names.json")
	if err == nil {
		err = json.Unmarshal(data, &w)
	}
	if err != nil {
		panic("market: a file of the program itself is broken: " + err.Error())
	}
	return w
}()

// Known returns the list.
func Known() WellKnown {
	w := wellKnown
	w.Names = slices.Clone(w.Names)
	return w
}
