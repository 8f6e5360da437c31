// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"strings"
	"testing"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A person asks what is known of them, and to be forgotten. Afterwards the name stands
// nowhere in register or log, and the log is proved as before.
func TestAPersonIsForgottenAndTheLogStillHolds(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		ctx, err := a.Operator(t.Context(), "Musterstadt", "de")
		if err != nil {
			t.Fatal(err)
		}
		v := door.From(ctx)
		id, err := a.Governance.CreateAccount(ctx, v.Act("governance.person.add", ""), v.Org, "lea.log@musterstadt.example", "Lea Log-Löschmann", "ein langes Passwort 42", "reader")
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Governance.ChangePerson(ctx, v.Act("governance.person.change", ""), governance.Person{ID: id, Org: v.Org, Login: "lea.log@musterstadt.example", Name: "Lea Log-Löschmann", Level: "editor"}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Audit.Raise(ctx, audit.FindingInput{Title: "Zugang", Fact: "Lea Log-Löschmann hat zu viele Rechte."}); err != nil {
			t.Fatal(err)
		}
		r, err := a.PersonRecord(ctx, id)
		text, _ := json.Marshal(r)
		if err != nil || !strings.Contains(string(text), "Lea Log-Löschmann") || len(r.About) != 2 {
			t.Errorf("what is known: %s, %v", text, err)
		}
		name, err := a.ErasePerson(ctx, id)
		if err != nil || name != governance.Pseudonym(id) || strings.Contains(name, "Lea") {
			t.Fatalf("%q, %v", name, err)
		}
		n, err := db.Count(t.Context(), a.DB.Read(), `SELECT count(*) FROM log_entry_view WHERE diff LIKE '%Lea Log%' OR diff LIKE '%lea.log%' OR thing LIKE '%Lea Log%'`)
		if err != nil || n != 0 {
			t.Errorf("%d entries still name the person, %v", n, err)
		}
		if p, err := a.Governance.Person(ctx, id); err != nil || p.Name != name || p.Login != "" || p.Ended.IsZero() {
			t.Errorf("the register has %+v, %v", p, err)
		}
		if r, err := a.Audit.Verify(t.Context(), audit.Trust{}); err != nil || !r.Good() {
			t.Errorf("the log: %+v, %v", r.Flaws, err)
		}
		stranger := door.With(t.Context(), door.Viewer{Org: "nowhere", Person: "eve", Grants: []string{"*"}})
		if _, err := a.ErasePerson(stranger, id); err == nil {
			t.Error("a stranger erased a person")
		}
	})
}
