// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// A Round is the evaluation of bids by the award setup with that title.
type Round struct {
	Day       int           `json:"day"`
	Award     string        `json:"award"`
	By        string        `json:"by"` // login of who enters the bids
	Bids      []Tender      `json:"bids"`
	Conflicts []Interest    `json:"conflicts"`
	Scorers   []Scorer      `json:"scorers"`
	Consensus []CommonValue `json:"consensus"`
	Closer    string        `json:"closer"`
}

// A Tender is a bid that came in.
type Tender struct {
	Name  string `json:"name"`
	Price string `json:"price"`
}

// An Interest is a conflict that somebody states.
type Interest struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// A Scorer gives points; one line a bid and criterion: bid, criterion, points, remark.
type Scorer struct {
	By    string      `json:"by"`
	Marks [][4]string `json:"marks"`
}

// A CommonValue is what two agree on where points differ.
type CommonValue struct {
	Bid       int    `json:"bid"`
	Criterion string `json:"criterion"`
	Points    string `json:"points"`
	Reason    string `json:"reason"`
	By        string `json:"by"`
	Agrees    string `json:"agrees"`
}
