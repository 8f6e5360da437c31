// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"cmp"
	"context"
	"slices"

	"allmende/internal/platform/door"
)

// mostRows bounds what is read for a report or a file.
const mostRows = 20_000

// An Exception is proprietary software with its reason: by a contract that runs, or by an
// approval that no contract names.
type Exception struct {
	Contract string `json:"contract,omitempty" doc:"Id of the contract; absent for an approval without one."`
	Title    string `json:"title"`
	Supplier string `json:"supplier,omitempty" doc:"For an approval without a contract: the product, or who was awarded, as the case states it."`
	Org      string `json:"orgName"`
	Until    string `json:"until,omitempty" doc:"Renewals included."`
	Amount   string `json:"amount,omitempty" doc:"In euros; absent where unknown."`
	Per      string `json:"per,omitempty"`
	Again    string `json:"again,omitempty" doc:"For an approval without a contract: the day on which it is looked at again or ends."`
	Reason   string `json:"reason,omitempty" doc:"Absent where none is on record."`
	Case     string `json:"case,omitempty"`
	Link     string `json:"link,omitempty" doc:"Of the case, where the caller may see it."`
	FromCase bool   `json:"fromCase,omitempty" doc:"The reason stands in the case, not in the contract."`
}

// A Report is what the council is told: who has no reason comes first.
type Report struct {
	Day     string      `json:"day"`
	All     []Exception `json:"exceptions"`
	Without int         `json:"without" doc:"How many have no reason on record."`
	Unknown int         `json:"unknown" doc:"Running contracts of which nobody has said whether the software is proprietary; they are not in the list."`
	Blind   bool        `json:"blind,omitempty" doc:"The caller may see no cases: reasons that stand there, and approvals without a contract, are missing."`
}

// Report lists all that is proprietary and in force, as far as the viewer sees it.
func (s *Service) Report(ctx context.Context) (r Report, err error) {
	approvals, seen, err := s.Approvals(ctx)
	if err != nil {
		return r, err
	}
	byNumber, named := map[string]Approval{}, map[string]bool{}
	for _, a := range approvals {
		byNumber[a.Number] = a
	}
	r.Day, r.Blind = s.today(), !seen
	all, err := s.store.list(ctx, door.From(ctx).Org, Sieve{State: "running", today: r.Day, Size: mostRows})
	for _, c := range all {
		switch c.Proprietary {
		case "unknown":
			r.Unknown++
		case "yes":
			named[c.Case] = true
			e := excepted(c, byNumber[c.Case])
			e.Until = s.leaving(c).End
			r.All = append(r.All, e)
		}
	}
	for _, a := range approvals {
		if !named[a.Number] {
			r.All = append(r.All, Exception{Title: a.Title, Supplier: a.Name, Org: a.Org, Amount: a.Amount, Per: a.Per, Again: a.Again, Reason: a.Reason, Case: a.Number, Link: a.Link, FromCase: a.Reason != ""})
		}
	}
	for _, e := range r.All {
		if e.Reason == "" {
			r.Without++
		}
	}
	slices.SortStableFunc(r.All, func(a, b Exception) int {
		return cmp.Or(-cmp.Compare(truth(a.Reason == ""), truth(b.Reason == "")), cmpText(fold(a.Title), fold(b.Title)))
	})
	return r, err
}

// excepted takes the reason from the contract, else from the case that it names.
func excepted(c Contract, a Approval) Exception {
	e := Exception{Contract: c.ID, Title: c.Title, Supplier: c.Supplier, Org: c.OrgName, Until: c.Until, Amount: c.Amount, Per: c.Per, Reason: c.Reason, Case: c.Case, Link: a.Link}
	if e.Reason == "" {
		e.Reason, e.FromCase = a.Reason, a.Reason != ""
	}
	return e
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func cmpText(a, b string) int { return cmp.Compare(a, b) }
