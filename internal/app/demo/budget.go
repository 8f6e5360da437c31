// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// A Budget is money for a purpose, with conditions, measures and what was booked. Day counts from
// the beginning of the demonstration.
type Budget struct {
	Day        int             `json:"day"`
	By         string          `json:"by"`
	Org        string          `json:"org"`
	Name       string          `json:"name"`
	Kind       string          `json:"kind"`
	Since      string          `json:"since"`
	Until      string          `json:"until"`
	Amount     string          `json:"amount"`
	Note       string          `json:"note"`
	Conditions []Condition     `json:"conditions"`
	Measures   []BudgetMeasure `json:"measures"`
}

// A Condition is what the giver of money asks for; Settled is absent while it is open.
type Condition struct {
	What    string `json:"what"`
	Kind    string `json:"kind"`
	Due     string `json:"due"`
	Settled *struct {
		Day      int    `json:"day"`
		State    string `json:"state"`
		Evidence string `json:"evidence"`
	} `json:"settled"`
}

// A BudgetMeasure is what money is for.
type BudgetMeasure struct {
	Title    string    `json:"title"`
	About    string    `json:"about"`
	Planned  string    `json:"planned"`
	Asked    string    `json:"asked"` // of the treasurer
	Bookings []Booking `json:"bookings"`
	Savings  []struct {
		Low    string `json:"low"`
		High   string `json:"high"`
		Per    string `json:"per"`
		Method string `json:"method"`
	} `json:"savings"`
}

// A Booking is money committed or spent; Against is the ID of a commitment before it, Reverse why
// it is taken back.
type Booking struct {
	ID         string `json:"id"`
	Day        string `json:"day"`
	State      string `json:"state"`
	Kind       string `json:"kind"`
	Amount     string `json:"amount"`
	Text       string `json:"text"`
	Against    string `json:"against"`
	Hours      string `json:"hours"`
	Rate       string `json:"rate"`
	RateDay    string `json:"rate_day"`
	RateSource string `json:"rate_source"`
	Reverse    string `json:"reverse"`
}
