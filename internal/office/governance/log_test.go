// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"strings"
	"testing"

	"allmende/internal/office/governance"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// The log says what changed about organisations and people, and never a password or the
// hash of one.
func TestTheLogSaysWhatChangedAndNoSecret(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		if _, err := h.AddOrg(t.Context(), instance, governance.Org{ID: "logstadt", Name: "Logstadt", Kind: "city"}); err != nil {
			t.Fatal(err)
		}
		if err := h.ChangeOrg(t.Context(), instance, governance.Org{ID: "logstadt", Name: "Stadt Logstadt", Kind: "city"}); err != nil {
			t.Fatal(err)
		}
		id, err := h.CreateAccount(t.Context(), instance, "logstadt", "lea@logstadt.de", "Lea Log", password, "reader")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.ChangePerson(t.Context(), instance, governance.Person{ID: id, Org: "logstadt", Login: "lea@logstadt.de", Name: "Lea Log", Level: "editor"}); err != nil {
			t.Fatal(err)
		}
		all, err := db.Texts(t.Context(), d.Read(), `SELECT what || ' ' || diff FROM log_entry_view WHERE thing IN ('logstadt', $1) ORDER BY n`, string(id))
		if err != nil {
			t.Fatal(err)
		}
		log := strings.Join(all, "\n")
		for _, want := range []string{`governance.org.change {"name":["Logstadt","Stadt Logstadt"]}`, `"name":[null,"Lea Log"]`, `governance.person.change {"level":["reader","editor"]}`} {
			if !strings.Contains(log, want) {
				t.Errorf("the log does not say %s:\n%s", want, log)
			}
		}
		secrets, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM log_entry_view WHERE diff LIKE '%argon2%' OR diff LIKE $1`, "%"+password+"%")
		if err != nil || secrets != 0 {
			t.Errorf("%d entries hold a secret, %v", secrets, err)
		}
	})
}
