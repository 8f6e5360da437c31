// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package osv

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReadLog4Shell(t *testing.T) {
	r, err := Read(sample(t, "log4shell.json"))
	if err != nil || len(r.Problems) > 0 {
		t.Fatal(err, r.Problems)
	}
	if r.ID != "GHSA-jfh8-c2jp-5v3q" || !slices.Equal(r.Aliases, []string{"CVE-2021-44228"}) || r.Word != "CRITICAL" || !slices.Equal(r.CWEs, []string{"CWE-20", "CWE-502"}) {
		t.Errorf("got %+v", r)
	}
	if want := time.Date(2021, 12, 10, 0, 40, 56, 0, time.UTC); !r.Published.Equal(want) || !r.Withdrawn.IsZero() || r.Modified.Before(want) {
		t.Errorf("published %v, withdrawn %v, modified %v", r.Published, r.Withdrawn, r.Modified)
	}
	if len(r.Severity) != 1 || r.Severity[0] != (Severity{"CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"}) {
		t.Errorf("severity %v", r.Severity)
	}
	want := Affected{Ecosystem: "Maven", Name: "org.apache.logging.log4j:log4j-core", PURL: "pkg:maven/org.apache.logging.log4j/log4j-core",
		Ranges: []Range{{Type: Ecosystem, Events: []Event{{Introduced, "2.13.0"}, {Fixed, "2.15.0"}}}}}
	if len(r.Affected) != 3 || !reflect.DeepEqual(r.Affected[0], want) {
		t.Errorf("affected[0] is %+v, want %+v", r.Affected[0], want)
	}
}

// What YAML writers make of versions and times must arrive as it was written.
func TestReadYAML(t *testing.T) {
	r, err := ReadYAML(sample(t, "pysec.yaml"))
	if err != nil || len(r.Problems) > 0 {
		t.Fatal(err, r.Problems)
	}
	a := r.Affected[0]
	if want := []string{"2.10", "2.2", "2.2.1", "1e3"}; !slices.Equal(a.Versions, want) {
		t.Errorf("versions %q, want %q", a.Versions, want)
	}
	if want := (Event{Fixed, "2.20"}); a.Ranges[0].Events[1] != want {
		t.Errorf("event %v, want %v", a.Ranges[0].Events[1], want)
	}
	if a.Ranges[1].Type != Git || a.Word != "HIGH" || r.Withdrawn.Year() != 2023 || r.Modified.Hour() != 3 {
		t.Errorf("got %+v", r)
	}
}

// Each flaw costs what it touches and nothing more, and is named with its place.
func TestFlaws(t *testing.T) {
	const good = `{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.5"}]}`
	for _, tt := range []struct {
		say, ranges string
		left        int // ranges that stay
		code, path  string
	}{
		{"a good one", good, 1, "", ""},
		{"unknown type", good + `,{"type":"CALVER","events":[{"introduced":"0"}]}`, 1, "osv.range_type", "affected[0].ranges[1].type"},
		{"no type", `{"events":[{"introduced":"0"}]},` + good, 1, "osv.range_type", "affected[0].ranges[0].type"},
		{"no events", `{"type":"SEMVER","events":[]}`, 0, "osv.range_events", "affected[0].ranges[0]"},
		{"no beginning", `{"type":"SEMVER","events":[{"fixed":"1.0.0"}]}`, 0, "osv.range_start", "affected[0].ranges[0]"},
		{"an event that says nothing", `{"type":"SEMVER","events":[{"introduced":"0"},{"repaired":"1.0"}]}`, 0, "osv.event_empty", "affected[0].ranges[0].events[1]"},
		{"an empty version", `{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":" "}]}`, 0, "osv.event_empty", "affected[0].ranges[0].events[1]"},
		{"two in one event", `{"type":"SEMVER","events":[{"introduced":"1.0.0","fixed":"1.2.0"}]}`, 1, "osv.event_several", "affected[0].ranges[0].events[0]"},
		{"fixed before introduced", `{"type":"ECOSYSTEM","events":[{"introduced":"2.0"},{"fixed":"1.0"}]}`, 0, "osv.range_order", "affected[0].ranges[0]"},
		{"last affected before introduced", `{"type":"ECOSYSTEM","events":[{"introduced":"2.0"},{"last_affected":"1.0"}]}`, 0, "osv.range_order", "affected[0].ranges[0]"},
		{"unsorted is allowed", `{"type":"ECOSYSTEM","events":[{"fixed":"3.1"},{"introduced":"3.0"},{"introduced":"1.0"},{"fixed":"1.1"}]}`, 1, "", ""},
		{"no version", `{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"<unfixed>"}]}`, 0, "osv.event_version", "affected[0].ranges[0].events[1].fixed"},
		{"a number for a version", `{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":1.5}]}`, 0, "osv.kind", "affected[0].ranges[0].events[1].fixed"},
		{"a text for events", `{"type":"ECOSYSTEM","events":"none"},` + good, 1, "osv.kind", "affected[0].ranges[0].events"},
		{"commits are not versions", `{"type":"GIT","repo":"https://example.org/a","events":[{"introduced":"0"},{"fixed":"ab12"}]}`, 1, "", ""},
	} {
		t.Run(tt.say, func(t *testing.T) {
			r, err := Read([]byte(`{"id":"X-1","modified":"2024-01-31T12:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"a"},"ranges":[` + tt.ranges + `]}]}`))
			if err != nil || len(r.Affected) != 1 || len(r.Affected[0].Ranges) != tt.left {
				t.Fatalf("want %d ranges, got %+v, %v", tt.left, r.Affected, err)
			}
			checkProblem(t, r.Problems, tt.code, tt.path)
			if lost := strings.Count(tt.ranges, `"type"`) > tt.left; lost && !r.Affected[0].Incomplete {
				t.Error("a range is missing and the entry does not say so")
			}
		})
	}
}

// checkProblem wants the first problem to be of the code and at the path, or none.
func checkProblem(t *testing.T, got []Problem, code, path string) {
	t.Helper()
	if code == "" {
		if len(got) > 0 {
			t.Errorf("nothing is wrong, but: %v", got)
		}
		return
	}
	if len(got) == 0 || got[0].Code != code || got[0].Path != path {
		t.Errorf("got %v, want %s at %s", got, code, path)
		return
	}
	if s := got[0].Error(); strings.Contains(s, "%!") || !strings.Contains(s, path) {
		t.Errorf("not a sentence with its place: %s", s)
	}
}

func TestFlawsAroundTheRanges(t *testing.T) {
	for _, tt := range []struct{ say, fields, code, path string }{
		{"time", `"withdrawn":"yesterday"`, "osv.time", "withdrawn"},
		{"aliases as text", `"aliases":"CVE-2021-1"`, "osv.kind", "aliases"},
		{"an alias as number", `"aliases":[1]`, "osv.kind", "aliases[0]"},
		{"an empty alias", `"aliases":["CVE-2021-1",""]`, "osv.text_empty", "aliases[1]"},
		{"NUL", `"summary":"a\u0000b"`, "osv.nul", "summary"},
		{"half a package", `"affected":[{"package":{"name":"a"}}]`, "osv.package", "affected[0].package"},
		{"an affected that is no object", `"affected":[7]`, "osv.kind", "affected[0]"},
		{"an empty version", `"affected":[{"package":{"ecosystem":"npm","name":"a"},"versions":["1.0",""]}]`, "osv.text_empty", "affected[0].versions[1]"},
		{"database_specific may hold anything", `"database_specific":{"severity":{"a":1},"cwe_ids":"CWE-1"}`, "", ""},
		{"null is nothing", `"aliases":null,"affected":null,"withdrawn":null`, "", ""},
	} {
		t.Run(tt.say, func(t *testing.T) {
			r, err := Read([]byte(`{"id":"X-1","modified":"2024-01-31T12:00:00Z",` + tt.fields + `}`))
			if err != nil {
				t.Fatal(err)
			}
			checkProblem(t, r.Problems, tt.code, tt.path)
			if strings.Contains(r.Summary, "\x00") {
				t.Error("a NUL is left, which no database takes")
			}
		})
	}
}

// The repository of the Go advisories writes the year 1 for every time of change:
// to ask for a real one would refuse all of Go.
func TestYearOneIsNoTime(t *testing.T) {
	r, err := Read([]byte(`{"id":"GO-2024-2687","modified":"0001-01-01T00:00:00Z","published":"0001-01-01T00:00:00Z"}`))
	if err != nil || !r.Modified.IsZero() || !r.Published.IsZero() || len(r.Problems) > 0 {
		t.Errorf("got %+v, %v", r, err)
	}
	if _, err := Read([]byte(`{"id":"X-1","modified":"0002-01-01T00:00:00Z"}`)); err == nil {
		t.Error("the year 2 passes for a time")
	}
}

// All misfits are listed, not only the first, which is all that encoding/json tells.
func TestAllMisfitsAreListed(t *testing.T) {
	r, err := Read([]byte(`{"id":"X-1","modified":"2024-01-31T12:00:00Z","aliases":{},"related":7,"affected":[{"package":[]}]}`))
	var paths []string
	for _, p := range r.Problems {
		paths = append(paths, p.Path)
	}
	if want := []string{"affected[0].package", "aliases", "related"}; err != nil || !slices.Equal(paths, want) {
		t.Errorf("misfits at %q (%v), want %q", paths, err, want)
	}
	r, err = Read([]byte(`{"id":"X-1","modified":"2024-01-31T12:00:00Z","aliases":[` + strings.Repeat(`"",`, 500) + `""]}`))
	last := r.Problems[len(r.Problems)-1]
	if err != nil || len(r.Problems) != maxProblems+1 || last.Code != "osv.problems_hidden" || last.Got != "481" {
		t.Errorf("501 flaws give %d problems, the last %v (%v)", len(r.Problems), last, err)
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct{ say, doc, code, sentence string }{
		{"empty", "  ", "osv.syntax", "it is empty"},
		{"cut off", "{\"id\":\"X-1\",\n  \"mod", "osv.syntax", "line 2"},
		{"not JSON", "<html>", "osv.syntax", "line 1, column 1"},
		{"an array", `[]`, "osv.id", `""`},
		{"no id", `{"modified":"2024-01-31T12:00:00Z"}`, "osv.id", "GHSA-"},
		{"an id that would break a link", `{"id":"../x","modified":"2024-01-31T12:00:00Z"}`, "osv.id", `"../x"`},
		{"no time of change", `{"id":"X-1"}`, "osv.modified", "advisory X-1"},
		{"a time that is none", `{"id":"X-1","modified":"31.1.2024"}`, "osv.modified", `"31.1.2024"`},
		{"too large", `{"id":"` + strings.Repeat("x", MaxBytes) + `"}`, "osv.too_large", "10485760 bytes"},
		{"too many", `{"id":"X-1","affected":[` + strings.Repeat("{},", MaxObjects) + `{}]}`, "osv.too_large", "200000 entries"},
		{"too deep", strings.Repeat("[", 20000), "osv.syntax", "depth"},
	} {
		_, err := Read([]byte(tt.doc))
		p, ok := errors.AsType[Problem](err)
		if !ok || p.Code != tt.code || !strings.Contains(p.Error(), tt.sentence) {
			t.Errorf("%s: %v, want %s with %q", tt.say, err, tt.code, tt.sentence)
		}
	}
}

func TestRefusedYAML(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 9), ",") + "]\n"
	}
	bomb += "aliases: *j\n"
	for say, doc := range map[string]string{"empty": " \n", "broken": "id: [", "tabs": "id:\n\t- x", "bomb": bomb, "no id": "a: b"} {
		if _, err := ReadYAML([]byte(doc)); err == nil {
			t.Errorf("%s is taken for an advisory", say)
		}
	}
	r, err := ReadYAML([]byte("id: X-1\nmodified: 2024-01-31T12:00:00Z\naliases:\n  a: b\naffected:\n- package: 7\n"))
	if err != nil || len(r.Problems) != 2 || r.Problems[0].Line != 4 || r.Problems[1].Line != 6 {
		t.Errorf("want two flaws on lines 4 and 6, got %v (%v)", r.Problems, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample(f, "log4shell.json"))
	f.Add([]byte(`{"id":"X-1","modified":"2024-01-31T12:00:00Z","aliases":[1],"affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"limit":"*"}]}],"versions":["1"]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) { checkFuzzed(t, data, Read) })
}

func FuzzReadYAML(f *testing.F) {
	f.Add(sample(f, "pysec.yaml"))
	f.Add([]byte("id: X-1\nmodified: 2024-01-31\naliases: &a [\"\\0\"]\nrelated: *a\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkFuzzed(t, data, ReadYAML) })
}

func checkFuzzed(t *testing.T, data []byte, read func([]byte) (Record, error)) {
	r, err := read(data)
	if err != nil {
		if p, ok := errors.AsType[Problem](err); !ok || Codes[p.Code] == "" || strings.Contains(p.Error(), "the library failed") {
			t.Fatalf("%T %v", err, err)
		}
		return
	}
	if r.ID == "" || !r.Modified.IsZero() && r.Modified.Year() < 1970 {
		t.Fatalf("taken without id, or with an odd time: %+v", r)
	}
	for _, a := range r.Affected {
		back, err := Decode(a.Encode())
		if err != nil || !reflect.DeepEqual(back, stored(a)) {
			t.Fatalf("%+v comes back as %+v, %v", a, back, err)
		}
	}
}
