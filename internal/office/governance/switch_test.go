// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// Whom a person can act for is kept between pages. It follows at once what anybody changes,
// also another process on the same database.
func TestTheSwitchIsNeverStale(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		other := governance.New(d) // has kept nothing
		add(t, s, "", "stadt")
		add(t, s, "stadt", "bau")
		add(t, s, "stadt", "kultur")
		add(t, s, "bau", "hoch")
		p, err := s.AddPerson(t.Context(), instance, governance.Person{Org: "bau", Name: "Ada", Login: "ada", Level: "reader"})
		if err != nil {
			t.Fatal(err)
		}
		shows := func(want ...string) {
			t.Helper()
			for range 2 {
				got, err := s.Orgs(httptest.NewRequest("GET", "/", nil), door.Viewer{Person: p, Org: "hoch"})
				if err != nil {
					t.Fatal(err)
				}
				var names []string
				for _, c := range got {
					names = append(names, strings.TrimLeft(c.Label, "\u00a0"))
					if c.Chosen != (c.Value == "hoch") {
						t.Errorf("%s is chosen: %t", c.Value, c.Chosen)
					}
				}
				if strings.Join(names, ", ") != strings.Join(want, ", ") {
					t.Errorf("%v, want %v", names, want)
				}
			}
		}
		change := func(by *governance.Service, id, parent ospo.OrgID, name string) {
			t.Helper()
			if err := by.ChangeOrg(t.Context(), instance, governance.Org{ID: id, Parent: parent, Name: name, Kind: "department"}); err != nil {
				t.Fatal(err)
			}
		}
		shows("Amt bau", "Amt hoch")
		change(s, "hoch", "bau", "Hochbau")
		shows("Amt bau", "Hochbau")
		change(other, "kultur", "hoch", "Kultur")
		shows("Amt bau", "Hochbau", "Kultur")
		add(t, other, "bau", "tief")
		shows("Amt bau", "Amt tief", "Hochbau", "Kultur")
		change(other, "hoch", "stadt", "Hochbau")
		shows("Amt bau", "Amt tief")
		if err := other.ChangePerson(t.Context(), instance, governance.Person{ID: p, Org: "kultur", Name: "Ada", Login: "ada", Level: "reader"}); err != nil {
			t.Fatal(err)
		}
		shows() // one organisation is no choice
	})
}
