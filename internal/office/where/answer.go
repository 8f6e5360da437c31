// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"allmende/internal/ospo"
)

// Kinds of question, told apart by the form of what was typed.
const (
	Vulnerability = "vulnerability" // CVE-2021-44228, GHSA-…, GO-…
	Package       = "package"       // pkg:maven/…, with or without version or range
	Text          = "text"          // anything else: component, product, licence, supplier
)

// What can be said of a product.
const (
	Affected  = "affected"  // holds a version that is known to be vulnerable
	Contained = "contained" // holds the component, in a version with no known vulnerability
	Doubtful  = "doubtful"  // holds the component, in a version that could not be judged
	Open      = "unknown"   // has no bill of materials: nobody knows
	Named     = "named"     // bears the text itself, as name, licence or supplier
)

// A Product is one release that somebody runs, with the component that was asked for.
type Product struct {
	Software    string          `json:"software"`
	SoftwareID  ospo.SoftwareID `json:"softwareId"`
	Release     string          `json:"release" doc:"Version of the product."`
	ReleaseID   ospo.ReleaseID  `json:"releaseId"`
	Owner       string          `json:"owner" doc:"Organisation that keeps the record."`
	Component   string          `json:"component,omitempty" doc:"Package URL, or the name where it has none."`
	Version     string          `json:"version,omitempty" doc:"Version of the component."`
	State       string          `json:"state" enum:"affected,doubtful,contained,unknown,named"`
	Severity    string          `json:"severity,omitempty" doc:"Worst level of the vulnerabilities meant."`
	Score       float64         `json:"score,omitempty" doc:"CVSS score, absent where unknown."`
	Found       []string        `json:"vulnerabilities,omitempty"`
	Fixed       string          `json:"fixed,omitempty" doc:"Version of the component that mends it."`
	Path        []string        `json:"path" doc:"From the product to the component; empty where the document does not say."`
	PathKnown   bool            `json:"pathKnown"`
	Criticality string          `json:"criticality"`
	Uses        []Use           `json:"uses"`
	Ruling      *Ruling         `json:"licences,omitempty" doc:"What the licence profile in force says; absent for who may not read verdicts."`

	document  ospo.DocumentID
	pack      ospo.PackageID
	name      string
	namespace string
}

// Title names the component in a few words, Namespace says whose it is.
func (p Product) Title() string     { return strings.TrimSpace(p.name + " " + p.Version) }
func (p Product) Namespace() string { return p.namespace }

// A Ruling is the verdict on the licences of a release.
type Ruling struct {
	Verdict string `json:"verdict" enum:"allow,review,unknown,deny"`
	Href    string `json:"href" doc:"Page with the reasons: from component and expression to rule and exception."`
}

// Kind is the kind of its badge.
func (r Ruling) Kind() string {
	switch r.Verdict {
	case "allow":
		return "ok"
	case "deny":
		return "no"
	}
	return r.Verdict
}

// A Use says who runs a release.
type Use struct {
	Org         ospo.OrgID `json:"org"`
	Name        string     `json:"name"`
	Role        string     `json:"role"`
	Purpose     string     `json:"purpose,omitempty"`
	Criticality string     `json:"criticality"`
}

// Counts are products by state. Total counts all releases in view; Absent those whose bill of
// materials was looked through without a hit.
type Counts struct {
	Affected  int `json:"affected"`
	Doubtful  int `json:"doubtful" doc:"They hold the component, and nobody can tell whether that version is affected."`
	Contained int `json:"contained"`
	Unknown   int `json:"unknown"`
	Absent    int `json:"absent"`
	Total     int `json:"total"`
}

// An Entry is a product whose own name, licence or supplier was asked for.
type Entry struct {
	ID       ospo.SoftwareID `json:"id"`
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Licence  string          `json:"licence,omitempty"`
	Supplier string          `json:"supplier,omitempty"`
	Releases []Product       `json:"releases" doc:"Those in view, the most critical first."`
}

// An Advisory is the vulnerability that was asked for.
type Advisory struct {
	Key     string    `json:"key"`
	Summary string    `json:"summary"`
	Level   string    `json:"level"`
	Score   float64   `json:"score,omitempty" doc:"Absent where unknown."`
	Aliases []string  `json:"aliases"`
	At      time.Time `json:"published,omitzero"`

	Withdrawn time.Time `json:"withdrawn,omitzero" doc:"Since when no record of it is in force any more: then nothing is matched with it."`
}

// An Answer is what is known about one question.
type Answer struct {
	Query    string    `json:"query"`
	Kind     string    `json:"kind" enum:"vulnerability,package,text"`
	At       time.Time `json:"at" doc:"When this was known."`
	Org      string    `json:"organisation" doc:"In whose view."`
	Advisory *Advisory `json:"advisory,omitempty"`
	Counts   Counts    `json:"counts"`
	Products []Product `json:"products" doc:"Affected first, then by criticality."`
	Unknown  []Product `json:"unknown" doc:"Products without a bill of materials, the most critical first; counts say how many there are. None where no component fits, but products by their own name, licence or supplier."`
	Software []Entry   `json:"software,omitempty" doc:"Products whose name, licence or supplier fits."`
	Packages int       `json:"packages" doc:"Distinct package versions in view that fit."`
	Unheard  bool      `json:"nothingOfThatName" doc:"No bill of materials in view lists anything of that name: perhaps it is spelt in another way. That it is absent means no more."`
	More     bool      `json:"more" doc:"There are more products than are listed."`
	Cut      bool      `json:"cut" doc:"So many package versions fit that not all were looked at: figures are minima, ask more narrowly."`
}

// OnlyProducts reports whether no component fits, but products do by what they are called:
// then the question was for these, and nothing follows for the others. Whoever asks for a
// licence means what is in the others, too.
func (a Answer) OnlyProducts() bool {
	_, licence := askedLicence(a.Query)
	return len(a.Products) == 0 && len(a.Software) > 0 && !licence
}

// Tells reports whether the answer says of each release whether it holds what was asked for.
// It does not where nothing of that name is known or the advisory was withdrawn.
func (a Answer) Tells() bool {
	return !a.OnlyProducts() && !a.Unheard && !a.Withdrawn()
}

// Withdrawn reports whether the vulnerability that was asked for is none any more.
func (a Answer) Withdrawn() bool { return a.Advisory != nil && !a.Advisory.Withdrawn.IsZero() }

// states in the order in which they need attention.
var states = []string{Affected, Doubtful, Contained, Open, Named}

var grades = []string{"unknown", "low", "normal", "high", "very_high"}

func worse(a, b string) string {
	if slices.Index(grades, a) < slices.Index(grades, b) {
		return b
	}
	return a
}

// order puts first what needs attention first. Places are sorted, not products: there may be
// many, and each is large.
func order(all []Product) {
	at, rank := make([]int, len(all)), make([]int, len(all))
	for i, p := range all {
		at[i], rank[i] = i, len(grades)*slices.Index(states, p.State)-slices.Index(grades, p.Criticality)
	}
	slices.SortFunc(at, func(i, j int) int {
		if by := rank[i] - rank[j]; by != 0 {
			return by
		}
		return all[i].compare(&all[j], i-j)
	})
	sorted := make([]Product, len(all))
	for n, i := range at {
		sorted[n] = all[i]
	}
	copy(all, sorted)
}

// compare orders products that need attention alike, the worst score first; last decides
// where they are the same.
func (p *Product) compare(o *Product, last int) int {
	if by := cmp.Compare(o.Score, p.Score); by != 0 {
		return by
	}
	if by := strings.Compare(p.Software, o.Software); by != 0 {
		return by
	}
	if by := strings.Compare(p.Release, o.Release); by != 0 {
		return by
	}
	return cmp.Or(strings.Compare(p.Component, o.Component), last)
}
