// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"testing"

	"allmende/internal/fault"
)

func TestParseDay(t *testing.T) {
	for in, want := range map[string]Day{
		"": "", " ": "", "2026-11-20": "2026-11-20", "20.11.2026": "2026-11-20", "1.5.2021": "2021-05-01", "01.05.21": "2021-05-01", "2026-11-20 00:00:00": "2026-11-20",
		"2026-11-20T08:00:00Z": "2026-11-20", "2026-11": "2026-11", "11/2026": "2026-11", "11.2026": "2026-11", " 2026 ": "2026",
	} {
		if got, err := parseDay("since", in); err != nil || got != want {
			t.Errorf("parseDay(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"gestern", "31.02.2026", "20.13.2026", "20261120", "26", "2026-11-20 und mehr"} {
		if got, err := parseDay("since", in); fault.Of(err) != fault.Invalid {
			t.Errorf("parseDay(%q) = %q, %v; want a sentence", in, got, err)
		}
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2026-11-20", "20.11.2026", "11/2026", "2026", "gestern"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := parseDay("since", in)
		if err != nil {
			return
		}
		if again, err := parseDay("since", string(got)); err != nil || again != got {
			t.Errorf("parseDay(%q) = %q, which reads as %q, %v", in, got, again, err)
		}
	})
}

func TestBarePURL(t *testing.T) {
	for in, want := range map[string]string{"": "", "pkg:npm/express@4.18.2": "pkg:npm/express", "pkg:deb/debian/curl@7?arch=amd64": "pkg:deb/debian/curl", "pkg:github/Zammad/zammad#lib": "pkg:github/zammad/zammad"} {
		if got, err := barePURL(in); err != nil || got != want {
			t.Errorf("barePURL(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	if _, err := barePURL("express"); fault.Of(err) != fault.Invalid {
		t.Errorf("got %v, want a sentence", err)
	}
}
