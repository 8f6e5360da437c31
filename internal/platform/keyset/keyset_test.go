// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package keyset

import (
	"slices"
	"testing"

	"allmende/internal/fault"
)

func TestThereAndBack(t *testing.T) {
	for _, want := range [][]string{{"Öffi", "018f"}, {"", ""}, {"a b", "%"}} {
		got, on, err := Values(Cursor(want...), len(want))
		if err != nil || !on || !slices.Equal(got, want) {
			t.Errorf("%q came back as %q, %v, %v", want, got, on, err)
		}
	}
}

func TestStart(t *testing.T) {
	if got, on, err := Values("", 2); err != nil || on || len(got) != 2 {
		t.Errorf("%q, %v, %v; want the start", got, on, err)
	}
}

func TestForeignCursor(t *testing.T) {
	for _, bad := range []string{"!!", Cursor("one"), Cursor("a", "b", "c")} {
		if _, _, err := Values(bad, 2); fault.Of(err) != fault.Invalid {
			t.Errorf("%q: %v, want a fault", bad, err)
		}
	}
}
