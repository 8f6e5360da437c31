// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"os"
	"regexp"
	"slices"
	"testing"
	"time"
)

// houseRoles are the keys of the basic set of roles, as the house ships it.
var houseRoles = func() (keys []string) {
	data, err := os.ReadFile("../../office/role/data/roles.yaml")
	if err != nil {
		panic(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^  - key: (\w+)$`).FindAllStringSubmatch(string(data), -1) {
		keys = append(keys, m[1])
	}
	return keys
}()

// What a guard says stands there as well when nobody stated anything: it speaks of what is on
// record, not of what is so.
var (
	ofRecord   = regexp.MustCompile(`nicht (alle )?(festgehalten|festgestellt)|festgestellt\.$|fehl(t|en)\.$`)
	ofRecordEN = regexp.MustCompile(`on record|established|lacking`)
)

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
		for _, step := range d.Transitions {
			for words, text := range map[*regexp.Regexp]string{ofRecord: step.Else.DE, ofRecordEN: step.Else.EN} {
				if step.Guard != "" && !words.MatchString(text) {
					t.Errorf("%s, %s: %q is not true where nobody stated anything", d.ID, step.ID, text)
				}
			}
		}
		if _, ok := Written(d.ID); !ok {
			t.Errorf("%s: its text is gone", d.ID)
		}
	}
}
