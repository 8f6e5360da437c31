// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"slices"
	"time"

	"allmende/internal/office/budget"
	"allmende/internal/office/casework"
	"allmende/internal/office/contract"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// meetContract lets the register of contracts know which cases ended with proprietary software.
func (a *App) meetContract() {
	a.Contract.Approvals = a.approvedProprietary
	a.Contract.Places, a.Budget.Places, a.Procurement.Places = a.places, a.places, a.places
	a.Contract.CaseOf = a.caseNumbered
	a.Contract.SeesCases = func(ctx context.Context) bool { return door.From(ctx).May("casework.read") }
	a.Audit.Things = append(a.Audit.Things, a.Contract.Things, a.Budget.Things)
}

// proprietaryEnds are the states in which cases end with proprietary software, by type and state,
// and the facts that say why, what it is, what it costs and when it is looked at again.
var proprietaryEnds = []struct{ kind, state, why, what, cost, per, again string }{
	{"software_request", "approved_proprietary", "why_not_open", "chosen", "yearly_cost", "year", "review_on"},
	{"procurement_dossier", "awarded_proprietary", "why_not_open", "awarded_to", "price", "once", ""},
	{"exception", "granted", "ground_text", "software", "yearly_cost", "year", "until"},
}

// mostApprovals bounds what a report takes over from cases.
const mostApprovals = 5_000

// approvedProprietary lists decisions for proprietary software, as far as the viewer may see
// cases.
func (a *App) approvedProprietary(ctx context.Context) (out []contract.Approval, seen bool, err error) {
	if !door.From(ctx).May("casework.read") {
		return nil, false, nil
	}
	for _, end := range proprietaryEnds {
		all, _, err := a.Casework.Cases(ctx, casework.Sieve{Type: end.kind, State: end.state, Size: mostApprovals})
		if err != nil {
			return nil, false, err
		}
		for _, c := range all {
			one := contract.Approval{Number: c.Number(), Title: c.Title, Org: c.OrgName, Reason: stated(c, end.why), Day: lang.Day(c.Ended()), Link: "/casework/case/" + c.ID,
				Name: stated(c, end.what), Amount: stated(c, end.cost), Again: stated(c, end.again)}
			if one.Amount != "" {
				one.Per = end.per
			}
			out = append(out, one)
		}
	}
	return out, true, nil
}

// stated is a fact of a case as it is kept; empty where it is not known.
func stated(c casework.Case, id string) string {
	text, _ := c.Facts[id].(string) // amounts and days are kept as text, too
	return text
}

// caseNumbered finds a case by its number in the house of an organisation, as far as the viewer
// may see cases.
func (a *App) caseNumbered(ctx context.Context, org ospo.OrgID, number string) (title, link string, err error) {
	if !door.From(ctx).May("casework.read") {
		return "", "", nil
	}
	all, err := a.Casework.Numbered(ctx, number)
	if err != nil || len(all) == 0 {
		return "", "", err
	}
	house, err := a.Casework.Household(ctx, org)
	for _, c := range all {
		if slices.Contains(house, c.Org) {
			return c.Title, "/casework/case/" + c.ID, err
		}
	}
	return "", "", err
}

// How far ahead contracts are told: what is owed, and the last day of notice.
const (
	owedWithin   = 30 * 24 * time.Hour
	noticeWithin = 90 * 24 * time.Hour
	mostOwed     = 20
)

// toSettle is what contracts make owed soon or since, and days of notice that come, for who
// keeps contracts.
func (a *App) toSettle(ctx context.Context) (out []ospo.Matter, err error) {
	if v := door.From(ctx); !v.May("contract.read") || !v.May("contract.write") {
		return nil, nil
	}
	owed, err := a.Contract.Owed(ctx, "", contract.Open, lang.Day(a.DB.Now().Add(owedWithin)))
	if err != nil {
		return nil, err
	}
	owed = slices.DeleteFunc(owed, func(o contract.Owed) bool { return o.Before })
	for _, o := range owed[:min(len(owed), mostOwed)] {
		out = append(out, ospo.Matter{Kind: "contract.owed", Key: "digest.matter.contract", Args: []any{o.What(tongueOf(ctx)), o.Title}, Link: "/contract/owed/" + o.ID, Due: o.Due})
	}
	leaving, err := a.Contract.Leaving(ctx, lang.Day(a.DB.Now().Add(noticeWithin)))
	for _, l := range leaving[:min(len(leaving), mostOwed)] {
		out = append(out, ospo.Matter{Kind: "contract.notice", Key: "digest.matter.notice", Args: []any{l.Title, l.Supplier}, Link: "/contract/entry/" + l.ID, Due: l.By})
	}
	return out, err
}

// toComply is what funding asks for soon or since, and what the treasurer is asked, for who keeps
// budgets.
func (a *App) toComply(ctx context.Context) (out []ospo.Matter, err error) {
	if v := door.From(ctx); !v.May("budget.read") || !v.May("budget.write") {
		return nil, nil
	}
	all, err := a.Budget.Conditions(ctx, "", budget.Open, lang.Day(a.DB.Now().Add(owedWithin)))
	for _, c := range all[:min(len(all), mostOwed)] {
		out = append(out, ospo.Matter{Kind: "budget.condition", Key: "digest.matter.condition", Args: []any{c.What, c.PotName}, Link: "/budget/condition/" + c.ID, Due: c.Due})
	}
	if err != nil {
		return nil, err
	}
	asked, err := a.Budget.Asked(ctx)
	for _, q := range asked[:min(len(asked), mostOwed)] {
		out = append(out, ospo.Matter{Kind: "budget.question", Key: "digest.matter.question", Args: []any{q.PersonName, q.Asked}, Link: "/budget/question/" + q.ID, Since: q.Created[:10]})
	}
	return out, err
}
