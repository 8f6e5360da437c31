// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"slices"
	"testing"
	"time"
)

// houseRoles are the keys of the basic set in internal/office/role/data/roles.yaml.
var houseRoles = []string{"strategist", "procurement_manager", "licence_manager", "awareness_manager", "community_manager", "security_manager",
	"coordinator", "head_of_administration", "auditor", "department", "developer", "operator"}

func TestTheShippedProceduresHaveNoFlaw(t *testing.T) {
	if len(Shipped()) != 20 || len(order) != 20 {
		t.Errorf("%d procedures, %d in the order, want 20", len(Shipped()), len(order))
	}
	for _, d := range Shipped() {
		for _, f := range Check(d, houseRoles) {
			t.Errorf("%s, line %d: %s at %s: %s", d.ID, f.Line, f.Kind, f.At, f.Of)
		}
		if !slices.Contains(order, d.ID) {
			t.Errorf("%s has no place in the order", d.ID)
		}
		if _, err := time.Parse(time.DateOnly, d.Checked); err != nil && d.Checked != "" {
			t.Errorf("%s: checked on %q", d.ID, d.Checked)
		}
		if _, ok := Written(d.ID); !ok {
			t.Errorf("%s: its text is gone", d.ID)
		}
	}
}
