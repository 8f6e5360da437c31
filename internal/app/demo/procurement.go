// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

import (
	"slices"

	"allmende/internal/engine/award"
	"allmende/internal/engine/economics"
	"allmende/internal/engine/market"
)

// An Award is a setup with the bids on which it was tried out. Days count from the beginning of
// the demonstration.
type Award struct {
	Day   int         `json:"day"`
	By    string      `json:"by"` // login of who prepares it
	Org   string      `json:"org"`
	Case  string      `json:"case"` // title of the case that it belongs to
	Setup award.Setup `json:"setup"`
	Bids  []award.Bid `json:"bids"`
	Draws award.Draws `json:"draws"`
}

// A Library is an edition of the catalogue that the city puts in force: what ships, and entries
// of its own, by the name of their list.
type Library struct {
	Day       int                        `json:"day"`
	By        string                     `json:"by"`
	EnactedBy string                     `json:"enacted_by"`
	Org       string                     `json:"org"`
	Reason    string                     `json:"reason"`
	Entries   map[string][]market.Choice `json:"entries"`
}

// Text is the edition as it is written.
func (l Library) Text() []byte {
	c := market.Shipped()
	for _, s := range c.Sections() {
		*s.All = slices.Concat(*s.All, l.Entries[s.Name])
	}
	return market.Write(c)
}

// A Study is a comparison of alternatives. The day on which it was made is that of the
// demonstration, so that the rate is as old as it is.
type Study struct {
	Day   int             `json:"day"`
	By    string          `json:"by"` // login of who makes it
	Org   string          `json:"org"`
	Study economics.Study `json:"study"` // without day and base year
}

// A Survey is a market survey. Days of its sources are those before it was made.
type Survey struct {
	Day    int           `json:"day"`
	By     string        `json:"by"`
	Org    string        `json:"org"`
	Case   string        `json:"case"`
	Before []int         `json:"before"` // days before, one a source
	Survey market.Survey `json:"survey"`
}

// A Description says what has to be provided.
type Description struct {
	Day         int                `json:"day"`
	By          string             `json:"by"`
	Org         string             `json:"org"`
	Case        string             `json:"case"`
	Description market.Description `json:"description"`
}
