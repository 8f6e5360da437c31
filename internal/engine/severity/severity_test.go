// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package severity

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Scores as published by NVD, by FIRST in its examples, and by GitHub.
func TestRate(t *testing.T) {
	for _, tt := range []struct {
		vector  string
		score   float64
		level   Level
		version string
	}{
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10, Critical, "3.1"},                       // CVE-2021-44228, Log4Shell
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, Critical, "3.1"},                      // CVE-2022-22965, Spring4Shell
		{"CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H", 7.2, High, "3.1"},                          // CVE-2021-23337, lodash
		{"CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.1, High, "3.0"},                          // RUSTSEC-2016-0001
		{"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, High, "3.0"},                          // CVE-2014-0160, Heartbleed
		{"CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, Medium, "3.0"},                        // CVE-2013-1937, FIRST
		{"CVSS:3.0/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:N/A:N", 2.5, Low, "3.0"},                           // FIRST
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0, None, "3.1"},                            // no effect
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U", 9.8, Critical, "3.1"},        // the base score, whatever follows
		{"AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5, High, "2.0"},                                            // NVD
		{"(AV:N/AC:M/Au:N/C:C/I:C/A:C)", 9.3, High, "2.0"},                                          // version 2 has no critical
		{"CVSS:2.0/AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2, Medium, "2.0"},                                 // CVE-2003-0062, FIRST
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, Critical, "4.0"},   // FIRST
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10, Critical, "4.0"},    // FIRST
		{"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, High, "4.0"},       // CVE-2020-3549, FIRST
		{"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 5.2, Medium, "4.0"}, // the same, with its threat metric
		{"7.5", 7.5, High, ""},
	} {
		r := Rate(tt.vector)
		if r.Err != nil || !r.Scored || r.Score != tt.score || r.Level != tt.level || r.Version != tt.version {
			t.Errorf("%s: %.1f %s (version %s, %v), want %.1f %s (version %s)", tt.vector, r.Score, r.Level, r.Version, r.Err, tt.score, tt.level, tt.version)
		}
	}
}

// A vector nobody can read is unknown, and somebody learns why.
func TestRateRefuses(t *testing.T) {
	for vector, reason := range map[string]string{
		"":                  "empty",
		"banana":            "want a CVSS vector",
		"11":                "0 to 10",
		"-1":                "0 to 10",
		"NaN":               "0 to 10",
		"CVSS:5.0/AV:N":     "unknown version",
		"CVSS:3.1/AV:N/AC:": "CVSS vector",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H":          "base metric A",
		"CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H": "AV",
		"AV:N/AC:L/Au:N/C:P/I:P":                            "short",
		"CVSS:4.0/AV:N":                                     "short",
		"CVSS:3.1/" + strings.Repeat("AV:N/", 100):          "bytes long",
	} {
		r := Rate(vector)
		if r.Err == nil || r.Scored || r.Level != Unknown || !strings.Contains(r.Err.Error(), reason) {
			t.Errorf("%q: %s, %v; want unknown because of %q", vector, r.Level, r.Err, reason)
		}
	}
}

func TestWords(t *testing.T) {
	for word, want := range map[string]Level{"MODERATE": Medium, "Important": High, " high ": High, "CRITICAL": Critical,
		"negligible": Low, "None": None, "Unknown": Unknown, "": Unknown, "untriaged": Unknown, "sehr schlimm": Unknown} {
		if got := Word(word); got != want {
			t.Errorf("%q is %s, want %s", word, got, want)
		}
	}
	if r := Rate("HIGH"); r.Level != High || r.Scored || r.Err != nil {
		t.Errorf("a word is a level without score, got %+v", r)
	}
}

func TestOf(t *testing.T) {
	const v2, v3, v4 = "AV:N/AC:L/Au:N/C:P/I:P/A:P", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:4.0/AV:N"
	for _, tt := range []struct {
		say     string
		vectors []string
		word    string
		level   Level
		version string
	}{
		{"the worst vector counts", []string{v2, v3}, "LOW", Critical, "3.1"},
		{"a broken vector does not hide a good one", []string{v4, v2}, "", High, "2.0"},
		{"the word helps out where no vector can be scored", []string{v4}, "MODERATE", Medium, "4.0"},
		{"a word alone", nil, "CRITICAL", Critical, ""},
		{"nothing known", nil, "", Unknown, ""},
	} {
		if r := Of(tt.vectors, tt.word); r.Level != tt.level || r.Version != tt.version {
			t.Errorf("%s: %s by version %q, want %s by %q", tt.say, r.Level, r.Version, tt.level, tt.version)
		}
	}
	if r := Of([]string{v4}, ""); r.Level != Unknown || r.Err == nil {
		t.Errorf("an unreadable vector alone is unknown with a reason, got %+v", r)
	}
}

func TestWorst(t *testing.T) {
	harmless, unknown := Rate("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), Rate("?")
	if w := Worst(unknown, harmless); w.Level != None {
		t.Errorf("a known level outweighs an unknown one, got %s", w.Level)
	}
	if w := Worst(); w.Level != Unknown || w.Scored {
		t.Errorf("nothing is unknown, got %+v", w)
	}
	a, b := Rate("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Rate("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
	if Worst(a, b) != a || Worst(b, a) != a {
		t.Error("among equals the newest version counts, in whatever order they come")
	}
}

func TestLevelsAsText(t *testing.T) {
	all := Levels()
	out, err := json.Marshal(all)
	if want := `["critical","high","medium","low","none","unknown"]`; err != nil || string(out) != want {
		t.Fatalf("%s, %v, want %s", out, err, want)
	}
	var back []Level
	if err := json.Unmarshal(out, &back); err != nil || !slices.Equal(back, all) {
		t.Errorf("read back as %v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`["schlimm"]`), &back); err == nil || !strings.Contains(err.Error(), "schlimm") {
		t.Errorf("want an error that names the word, got %v", err)
	}
	if Level(99).String() != "unknown" {
		t.Error("a level that does not exist is unknown")
	}
}

func FuzzRate(f *testing.F) {
	for _, s := range []string{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:U/MAV:N", "CVSS:3.0/AV:N", "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:U/RL:OF/RC:C/CDP:N/TD:N/CR:L/IR:L/AR:L",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P/CR:H/S:P", "(AV:N/)", "7.5", "HIGH", "////////////////////"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Rate(s)
		switch {
		case r.Err != nil && (r.Scored || r.Level != Unknown || strings.Contains(r.Err.Error(), "the library failed")):
			t.Errorf("%q: %+v", s, r)
		case r.Err == nil && r.Level == Unknown:
			t.Errorf("%q is unknown without a reason", s)
		case r.Score < 0 || r.Score > 10:
			t.Errorf("%q scores %f", s, r.Score)
		}
	})
}
