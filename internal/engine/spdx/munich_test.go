// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
)

// A judgement is what a licence string means: one expression, or candidates that must be
// among those offered.
type judgement struct {
	Is        string
	Ambiguous []string
}

// judge says whether a reading is right, ambiguous as it must be, or wrong.
func (j judgement) judge(r Reading) string {
	switch {
	case j.Is != "" && r.Definite() && r.String() == j.Is:
		return "right"
	case j.Is != "" && r.Certainty == Ambiguous && slices.Contains(r.Candidates, j.Is):
		return "ambiguous"
	case j.Is == "" && r.Certainty == Ambiguous && !slices.ContainsFunc(j.Ambiguous, func(c string) bool { return !slices.Contains(r.Candidates, c) }):
		return "ambiguous"
	}
	return "wrong"
}

func judgements(t *testing.T) map[string]judgement {
	t.Helper()
	var f struct{ Expected map[string]judgement }
	text, err := os.ReadFile("testdata/muenchen.json")
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil || len(f.Expected) < 20 {
		t.Fatal(err, len(f.Expected))
	}
	return f.Expected
}

// None of the strings that a city published is read as something that it does not mean; what
// is ambiguous stays so.
func TestStringsOfACity(t *testing.T) {
	counts := map[string]int{}
	expected := judgements(t)
	for _, text := range slices.Sorted(maps.Keys(expected)) {
		want, r := expected[text], Normalise(text)
		verdict := want.judge(r)
		counts[verdict]++
		t.Logf("| %s | %s | %s | %s |", text, r, r.Certainty, verdict)
		if verdict == "wrong" || want.Is != "" && verdict != "right" {
			t.Errorf("%q is read as %q, %s; want %+v", text, r, r.Certainty, want)
		}
	}
	t.Logf("%d strings: %v", len(expected), counts)
}

// The list itself, weighted by how often each string stands in it. ALLMENDE_TEST_MUENCHEN is
// the file: an object with a list "software" whose members have "license_as_published".
func TestTheListOfACity(t *testing.T) {
	file := os.Getenv("ALLMENDE_TEST_MUENCHEN")
	if file == "" {
		t.Skip("ALLMENDE_TEST_MUENCHEN names no file with the city's list of software")
	}
	var list struct {
		Software []struct {
			Licence *string `json:"license_as_published"`
		}
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil || len(list.Software) < 100 {
		t.Fatal(err, len(list.Software))
	}
	expected, counts, silent := judgements(t), map[string]int{}, 0
	for _, w := range list.Software {
		if w.Licence == nil {
			silent++
			continue
		}
		want, judged := expected[*w.Licence]
		if !judged {
			t.Errorf("%q is not judged in testdata/muenchen.json", *w.Licence)
			continue
		}
		counts[want.judge(Normalise(*w.Licence))]++
	}
	t.Logf("%d entries, %d without a licence; with one: %v", len(list.Software), silent, counts)
	if counts["wrong"] > 0 {
		t.Errorf("%d are read wrongly", counts["wrong"])
	}
}
