// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"net/http"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/web"
)

// OwedPage is what is owed in all contracts.
type OwedPage struct {
	Rows     []OwedRow
	Leaving  []Row
	All      bool
	MayWrite bool
	Days     int
}

// ahead is how many days before its last day a notice is shown.
const ahead = 180

func (s *Service) owedPage(r *http.Request) (p OwedPage, err error) {
	ctx := r.Context()
	p.All, p.MayWrite, p.Days = r.URL.Query().Get("all") != "", may(r), ahead
	state := Open
	if p.All {
		state = ""
	}
	all, err := s.Owed(ctx, "", state, "")
	if err != nil {
		return p, err
	}
	p.Rows = s.owedRows(ctx, all)
	leaving, err := s.Leaving(ctx, db.Time(s.today()).AddDate(0, 0, ahead).Format(time.DateOnly))
	for _, l := range leaving {
		p.Leaving = append(p.Leaving, s.row(ctx, l.Contract))
	}
	return p, err
}

// SettlePage is one thing that is owed.
type SettlePage struct {
	OwedRow
	Settlement Settlement // as typed
	Again      bool       // it is owed anew after this
	MayWrite   bool
	States     []web.Choice // the words of Value are contract.owed.…
}

func (s *Service) settleForm(r *http.Request) (p SettlePage, err error) {
	o, err := s.OwedOne(r.Context(), r.PathValue("owed"))
	if err != nil {
		return p, err
	}
	return SettlePage{OwedRow: s.owedRows(r.Context(), []Owed{o})[0], Again: o.Next() != "", MayWrite: may(r),
		Settlement: Settlement{State: Fulfilled}, States: choices([]string{Fulfilled, Waived}, Fulfilled)}, nil
}

func (s *Service) settlePosted(r *http.Request) (p SettlePage, next string, err error) {
	if p, err = s.settleForm(r); err != nil {
		return p, "", err
	}
	v := r.PostFormValue
	p.Settlement = Settlement{State: v("state"), Evidence: v("evidence"), Link: v("link"), Reason: v("reason")}
	p.States = choices([]string{Fulfilled, Waived}, p.Settlement.State)
	return p, "/contract/entry/" + p.Contract + "#owed", s.Settle(r.Context(), p.Owed.ID, p.Settlement)
}
