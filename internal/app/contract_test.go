// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/budget"
	"allmende/internal/platform/door"
)

// In the fictional city the council is told of each proprietary product why, that which has no
// reason first, one reason from the case that approved it; what contracts and funding make due
// waits for who keeps them, and for nobody else.
func TestTheCouncilIsToldWhy(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the rooms' own tests ask both
	begun := time.Now()
	a.DB.Now = func() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC).Add(time.Since(begun)) } // the contracts have days of their own
	if _, _, err := a.Demo(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	as := func(grants ...string) door.Viewer {
		return door.Viewer{Org: "musterstadt", Person: "p", Grants: grants, Lang: "de", Door: "web"}
	}
	r, err := a.Contract.Report(door.With(t.Context(), as("contract.read", "casework.read")))
	if err != nil || len(r.All) < 3 || r.Without != 1 || r.Unknown != 1 || r.Blind {
		t.Fatalf("%+v, %v", r, err)
	}
	if first := r.All[0]; first.Reason != "" || first.Title != "Finanzwesen der Kämmerei" {
		t.Errorf("first comes %+v", first)
	}
	cases := 0
	for _, e := range r.All {
		if e.FromCase && e.Contract != "" && strings.HasPrefix(e.Link, "/casework/case/") && e.Reason != "" {
			cases++
			tiedTo(t, a, as, strings.TrimPrefix(e.Link, "/casework/case/"), "/contract/entry/"+e.Contract)
		}
	}
	if cases != 1 {
		t.Errorf("%d contracts take their reason from a case", cases)
	}
	if r, err := a.Contract.Report(door.With(t.Context(), as("contract.read"))); err != nil || !r.Blind || r.Without != 2 {
		t.Errorf("who may see no cases: %+v, %v", r, err)
	}

	keeper := door.With(t.Context(), as("contract.*", "budget.*"))
	owed, err := a.toSettle(keeper)
	if err != nil || len(owed) == 0 || !strings.HasPrefix(owed[0].Link, "/contract/owed/") {
		t.Errorf("%+v, %v", owed, err)
	}
	due, err := a.toComply(keeper)
	if err != nil || len(due) != 2 || due[0].Due != "2026-11-15" || !strings.HasPrefix(due[1].Link, "/budget/question/") {
		t.Errorf("%+v, %v", due, err)
	}
	reader := door.With(t.Context(), as("contract.read", "budget.read"))
	if owed, err := a.toSettle(reader); err != nil || owed != nil {
		t.Errorf("who only reads is told %v, %v", owed, err)
	}
	if due, err := a.toComply(reader); err != nil || due != nil {
		t.Errorf("who only reads is told %v, %v", due, err)
	}
}

// tiedTo wants a case to lead to a contract that names it, for who may see contracts and for nobody
// else, and to a measure once its number stands in it.
func tiedTo(t *testing.T, a *App, as func(...string) door.Viewer, id, link string) {
	t.Helper()
	c, err := a.Casework.Case(door.With(t.Context(), as("*")), id)
	if err != nil {
		t.Fatal(err)
	}
	pot, err := a.Budget.AddPot(door.With(t.Context(), as("*")), budget.PotInput{Name: "Beschaffung", Kind: "budget", Amount: "1000"})
	if err != nil {
		t.Fatal(err)
	}
	measure, err := a.Budget.AddMeasure(door.With(t.Context(), as("*")), pot, budget.MeasureInput{Title: "Zu Vorgang " + c.Number()})
	if err != nil {
		t.Fatal(err)
	}
	links := func(grants ...string) (out []string) {
		all, err := a.tiesOf(door.With(t.Context(), as(grants...)), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, tie := range all {
			out = append(out, tie.Link)
		}
		return out
	}
	if got, want := links("*"), []string{link, "/budget/measure/" + measure}; !slices.Equal(got, want) {
		t.Errorf("the case leads to %q, want %q", got, want)
	}
	if got := links("casework.read"); len(got) != 0 {
		t.Errorf("who may see neither contracts nor money is led to %q", got)
	}
}
