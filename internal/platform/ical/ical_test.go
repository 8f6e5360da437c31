// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ical

import (
	"strings"
	"testing"
)

func TestLinesAreEscapedAndFolded(t *testing.T) {
	if got, want := Line("SUMMARY", Escape("a;b,c\\d\r\ne\x00f")), "SUMMARY:a\\;b\\,c\\\\d\\nef\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	got := Line("X", strings.Repeat("ä", 60))
	if want := "X:" + strings.Repeat("ä", 36) + "\r\n " + strings.Repeat("ä", 24) + "\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := URI("https://a.example/\r\nATTENDEE:x"); got != "https://a.example/ATTENDEE:x" {
		t.Errorf("%q", got)
	}
}
