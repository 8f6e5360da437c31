// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// A Contract is one with a supplier, with answers, topics and what came of them. Day counts from
// the beginning of the demonstration; CaseOf is the title of the case with the justification.
type Contract struct {
	Day         int               `json:"day"`
	By          string            `json:"by"`
	Org         string            `json:"org"`
	Number      string            `json:"number"`
	Title       string            `json:"title"`
	Supplier    string            `json:"supplier"`
	Software    string            `json:"software"`
	Type        string            `json:"type"`
	Kind        string            `json:"kind"`
	Since       string            `json:"since"`
	Until       string            `json:"until"`
	Notice      int               `json:"notice"`
	Renews      int               `json:"renews"`
	Amount      string            `json:"amount"`
	Per         string            `json:"per"`
	Proprietary string            `json:"proprietary"`
	Reason      string            `json:"reason"`
	CaseOf      string            `json:"case_of"`
	Drawn       bool              `json:"drawn"` // its plan was drawn
	Terms       Terms             `json:"terms"`
	Answers     map[string]string `json:"answers"`
	Topics      []string          `json:"topics"`
	Owed        []struct {
		What string `json:"what"`
		Due  string `json:"due"`
	} `json:"owed"`
	Settled []struct {
		Day      int    `json:"day"`
		Topic    string `json:"topic"`
		State    string `json:"state"`
		Evidence string `json:"evidence"`
		Link     string `json:"link"`
		Reason   string `json:"reason"`
	} `json:"settled"`
}

// Terms are what a subscription or support consists of.
type Terms struct {
	Units     int    `json:"units"`
	UnitName  string `json:"unit_name"`
	UnitPrice string `json:"unit_price"`
	Reaction  string `json:"reaction"`
	Restore   string `json:"restore"`
	Service   string `json:"service"`
	Channel   string `json:"channel"`
	Upstream  string `json:"upstream"`
	Paid      string `json:"paid"`
}
