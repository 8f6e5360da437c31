// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import "testing"

// What names somebody is found by whole values; what merely contains the letters stays.
func TestWhatNamesSomebody(t *testing.T) {
	for _, tt := range []struct {
		diff, word string
		want       bool
	}{
		{`{"name":[null,"Ada Lehm"]}`, "Ada Lehm", true},
		{`{"title":["Frage an Ada Lehm","Frage"]}`, "Ada Lehm", true},
		{`{"login":["admin",""]}`, "admin", true},
		{`{"level":["admin","reader"]}`, "admin", false},
		{`{"note":["administers everything",null]}`, "admin", false},
		{`{"name":["Archiv","Archiv 2"]}`, "name", false},
		{`{"org":["a","b"]}`, "org", false},
		{`{"name":[`, "x", true},
	} {
		if got := mentions(tt.diff, []string{tt.word}); got != tt.want {
			t.Errorf("%s mentions %q: %v, want %v", tt.diff, tt.word, got, tt.want)
		}
	}
}
