// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"testing"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// Of two who decide at the same moment, one is told that the other was first: both have read it
// as open, and only the first changes a row.
func TestTheSecondOfTwoIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), "policy", files); err != nil {
			t.Fatal(err)
		}
		s, q := store{d}, Question{Org: "city", ID: "q"}
		write := func(f func(tx *db.Tx) error) error {
			return d.Write(t.Context(), ospo.Act{Org: "city", Person: "lena", What: "policy.decide"}, f)
		}
		if err := write(func(tx *db.Tx) error {
			if err := s.addQuestion(t.Context(), tx, "q", QuestionInput{Licence: "MIT", Context: ospo.Internal, Text: "?"}, Facts{}); err != nil {
				return err
			}
			return s.addException(t.Context(), tx, Exception{ID: "x", Org: "city", Licence: "MIT", Reason: "Grund"}, "max")
		}); err != nil {
			t.Fatal(err)
		}
		end := func(tx *db.Tx) error { return s.endException(t.Context(), tx, "city", "x") }
		decide := func(tx *db.Tx) error {
			return s.decide(t.Context(), tx, q, DecisionInput{Answer: "no", Reason: "Grund"})
		}
		for name, f := range map[string]func(*db.Tx) error{"ends": end, "decides": decide} {
			if err := write(f); err != nil {
				t.Errorf("the first %s: %v", name, err)
			}
			if err := write(f); fault.Of(err) != fault.Conflict || err == nil {
				t.Errorf("the second %s: %v", name, err)
			}
		}
		for name, f := range map[string]func(*db.Tx) error{
			"advises": func(tx *db.Tx) error { return s.advise(t.Context(), tx, q, "Meinung") }, "withdraws": func(tx *db.Tx) error { return s.withdraw(t.Context(), tx, q) }} {
			if err := write(f); fault.Of(err) != fault.Conflict || err == nil {
				t.Errorf("who %s after the decision: %v", name, err)
			}
		}
	})
}
