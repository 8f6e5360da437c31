// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package economics compares alternatives by their present value, with the whole arithmetic:
// what they cost and bring, year by year, discounted to the base year at a rate that has a
// date and a source. Without these there is no study.
//
// A present value stands or falls with its assumptions. So the engine also says at which rate
// two alternatives are equal, from which year one is ahead, what surcharges for risk make of
// it, and what is missing: leaving an alternative and its end of life cost something on either
// side, and what nobody has stated is a [Gap], not 0.
//
// Benefits count as positive, costs as negative; year 0 is the base year and is not
// discounted. All numbers are exact; whoever shows them rounds.
package economics

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"

	"allmende/internal/engine/number"
)

// A Rate by which money of later years is discounted: 0.009 is 0.9 % a year, nominal.
type Rate struct {
	ID        string        `json:"id,omitempty"`
	Value     number.Exact  `json:"rate"`
	Real      *number.Exact `json:"real,omitempty"` // published beside it until 2011
	Date      string        `json:"date"`           // day from which it was published, YYYY-MM-DD
	Source    string        `json:"source"`
	Certainty string        `json:"certainty,omitempty"` // "read": the page itself was read
}

//go:embed data/rates.json
var rateData []byte

var table = func() (v struct {
	Edition int    `json:"edition"`
	Checked string `json:"checked"`
	Rates   []Rate `json:"rates"`
}) {
	d := json.NewDecoder(bytes.NewReader(rateData))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		panic("economics: rates.json: " + err.Error())
	}
	return v
}()

// Rates lists the published rates that we have read, the newest first. Newer ones may exist:
// whoever makes a study looks, and names date and source.
func Rates() []Rate {
	out := slices.Clone(table.Rates)
	slices.Reverse(out)
	return out
}

// Checked is the day on which the table was last compared with its sources.
func Checked() string { return table.Checked }
