// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

// Software is a product. What is empty is unknown.
type Software struct {
	ID         string    `json:"id"`
	Org        string    `json:"org"` // who keeps the entry; empty for the city itself
	Name       string    `json:"name"`
	Kind       string    `json:"kind"` // open, proprietary or own
	Purpose    Text      `json:"purpose"`
	Licence    string    `json:"licence"`           // SPDX expression
	Published  string    `json:"licence_published"` // as the source names it, which may differ
	Website    string    `json:"website"`
	Repository string    `json:"repository"`
	PURL       string    `json:"purl"`     // without version
	Maker      string    `json:"maker"`    // who makes it
	Supplier   string    `json:"supplier"` // id of the supplier that sells it
	Source     string    `json:"source"`   // where these facts come from
	Releases   []Release `json:"releases"`
	Uses       []Use     `json:"uses"`
}

// A Release is a version of a product that somebody runs.
type Release struct {
	Version  string `json:"version"`  // empty when nobody wrote it down
	Released string `json:"released"` // YYYY-MM-DD
}

// A Use says who runs a release in which role. All are invented.
type Use struct {
	Org           string `json:"org"`
	Role          string `json:"role"`        // user, operator, provider or developer
	Release       string `json:"release"`     // version of one of the product's releases
	Purpose       string `json:"purpose"`     // in German, as the department wrote it
	Since         string `json:"since"`       // YYYY-MM-DD
	Criticality   string `json:"criticality"` // unknown, low, normal, high or very_high
	Contract      string `json:"contract"`
	ContractUntil string `json:"contract_until"` // YYYY-MM-DD
	Supplier      string `json:"supplier"`       // id of a supplier
}
