// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package fault_test

import (
	"testing"

	"allmende/internal/fault"
)

func TestWhatSomebodyWroteIntoAField(t *testing.T) {
	for _, c := range []struct {
		wrote, got, key string
		must            bool
	}{
		{wrote: "  zwei\r\nZeilen ", got: "zwei\nZeilen"},
		{wrote: " \t", got: ""},
		{wrote: " \t", got: " \t", must: true, key: "fault.missing"},
		{wrote: "zwölfzeichen!", got: "zwölfzeichen!", key: "fault.long"},
		{wrote: "zwölfzeichen", got: "zwölfzeichen"},
		{wrote: "a\x00b", got: "a\x00b", key: "fault.bytes"},
		{wrote: "a\xffb", got: "a\xffb", key: "fault.bytes"},
	} {
		text := c.wrote
		err := fault.Tidy("name", &text, 12, c.must)
		key := ""
		if err != nil {
			said := fault.Say(err)[0]
			if key = said.Key; said.Field != "name" {
				t.Errorf("%q is at fault in field %q", c.wrote, said.Field)
			}
		}
		if text != c.got || key != c.key {
			t.Errorf("%q became %q with %q, want %q with %q", c.wrote, text, key, c.got, c.key)
		}
	}
}
