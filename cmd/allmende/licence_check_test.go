// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// under is a document with one component for each licence; an empty one is not stated.
func under(t *testing.T, licences ...string) string {
	t.Helper()
	var parts []string
	for i, l := range licences {
		field := ""
		if l != "" {
			field = fmt.Sprintf(`,"licenses":[{"expression":%q}]`, l)
		}
		parts = append(parts, fmt.Sprintf(`{"type":"library","bom-ref":"c%d","name":"teil-%d","version":"1.0","purl":"pkg:npm/teil-%d@1.0"%s}`, i, i, i, field))
	}
	return write(t, "bom.json", `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{"component":{"type":"application","name":"Ratsbote","version":"7.1","bom-ref":"r"}},"components":[`+strings.Join(parts, ",")+`]}`)
}

// A build ends as allmende help licence says, in words and as JSON, and the report says why.
func TestALicenceCheckEndsAsItSays(t *testing.T) {
	s := shell{t, nil}
	for _, tt := range []struct {
		name     string
		licences []string
		args     []string
		code     int
		verdict  string
		words    []string
	}{
		{"all allowed", []string{"MIT", "Apache-2.0"}, nil, done, "allow", []string{"allowed", "2 components: 0 denied, 0 unknown, 0 to review, 2 allowed"}},
		{"the better of two", []string{"MIT OR SSPL-1.0"}, nil, done, "allow", nil},
		{"to review", []string{"MIT", "GPL-3.0-only"}, []string{"--profile", "munich", "--context", "linked"}, doubt, "review", []string{"to review: GPL-3.0-only", "own-strong", "pkg:npm/teil-1@1.0"}},
		{"the same, within the house", []string{"MIT", "GPL-3.0-only"}, []string{"--profile", "munich", "--context", "internal"}, done, "allow", nil},
		{"nothing is said", []string{"MIT", ""}, nil, doubt, "unknown", []string{"1 unknown", "pkg:npm/teil-1@1.0"}},
		{"which GPL", []string{"GPL"}, nil, doubt, "unknown", []string{"GPL-2.0-only"}},
		{"denied", []string{"MIT", "", "SSPL-1.0"}, nil, denied, "deny", []string{"denied: SSPL-1.0", "not-approved", "1.7"}},
		{"both are worse than one", []string{"MIT AND SSPL-1.0"}, []string{"--context", "service"}, denied, "deny", nil},
		{"no component", nil, nil, doubt, "unknown", nil},
	} {
		file := under(t, tt.licences...)
		code, out, _ := s.run(append([]string{"licence", "check", file}, tt.args...)...)
		if code != tt.code {
			t.Errorf("%s: exit %d, want %d\n%s", tt.name, code, tt.code, out)
		}
		for _, want := range tt.words {
			if !strings.Contains(out, want) {
				t.Errorf("%s: the report does not say %q:\n%s", tt.name, want, out)
			}
		}
		code, out, _ = s.run(append([]string{"licence", "check", file, "--json"}, tt.args...)...)
		var report struct {
			Verdict, Profile string
			Licences         []struct{ Reasons, Components []string }
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil || code != tt.code || report.Verdict != tt.verdict || len(report.Licences) != len(tt.licences) {
			t.Errorf("%s: exit %d, want %d; %v %s", tt.name, code, tt.code, err, out)
		}
		for _, l := range report.Licences {
			if len(l.Reasons) == 0 || len(l.Components) == 0 {
				t.Errorf("%s: a licence without reasons or components: %s", tt.name, out)
			}
		}
	}
}

// What cannot be checked ends otherwise than what was found bad, and says so.
func TestALicenceCheckThatCannotBeMade(t *testing.T) {
	s, good := shell{t, nil}, under(t, "MIT")
	for _, tt := range []struct {
		args []string
		code int
		word string
	}{
		{[]string{write(t, "x.json", `{"bomFormat":"CycloneDX",`)}, refused, ""},
		{[]string{write(t, "x.txt", "no bill of materials")}, refused, ""},
		{[]string{good, "--context", "moon"}, refused, "moon"},
		{[]string{good, "--profile", "nowhere"}, missing, "nowhere"},
		{[]string{good, "--profile", "own", "--db", filepath.Join(t.TempDir(), "a.db")}, missing, ""},
		{nil, usage, "allmende licence check"},
		{[]string{good, good}, usage, ""},
	} {
		code, out, err := s.run(append([]string{"licence", "check"}, tt.args...)...)
		if code != tt.code || out != "" || err == "" || !strings.Contains(err, tt.word) {
			t.Errorf("%v: exit %d, want %d; %q %q", tt.args, code, tt.code, out, err)
		}
	}
	s.env = map[string]string{"ALLMENDE_LANG": "de"}
	if code, out, _ := s.run("licence", "check", under(t, "SSPL-1.0")); code != denied || !strings.Contains(out, "1 abgelehnt") {
		t.Errorf("in German: %d %s", code, out)
	}
}
