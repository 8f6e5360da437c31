// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allmende/internal/platform/db/dbtest"
)

// What an operator types to move a city from one instance to another.
func TestAnOperatorMovesACity(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir(), "ALLMENDE_AUDIT_KEY": filepath.Join(t.TempDir(), "key")}}
		next := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir(), "ALLMENDE_DB": filepath.Join(t.TempDir(), "next.db")}}
		folder := filepath.Join(t.TempDir(), "city")
		if id := s.must("org", "create", "Musterstadt", "--id", "musterstadt", "--db", where); id != "musterstadt\n" {
			t.Errorf("%q", id)
		}
		s.must("org", "create", "Nachbarstadt", "--db", where)
		s.must("sbom", "upload", write(t, "bom.json", archive), "--org", "Musterstadt", "--db", where)
		s.must("org", "suspend", "Musterstadt", "--reason", "zieht um", "--db", where)
		if out := s.must("org", "list", "--db", where); !strings.Contains(out, "suspended since") || !strings.Contains(out, "Nachbarstadt\n") {
			t.Error(out)
		}
		s.must("org", "resume", "Musterstadt", "--db", where)
		if out := s.must("org", "export", "Musterstadt", "--to", folder, "--db", where); !strings.Contains(out, "1 documents") {
			t.Error(out)
		}
		if out := s.must("audit", "verify", filepath.Join(folder, "log.jsonl")); !strings.Contains(out, "Log ") {
			t.Error(out)
		}
		for _, c := range []struct {
			code int
			say  string
			args []string
		}{
			{refused, "not empty", []string{"export", "Musterstadt", "--to", folder}},
			{missing, "no organisation", []string{"export", "Niemandsstadt", "--to", folder + "2"}},
			{usage, "usage", []string{"export", "Musterstadt"}},
			{usage, "usage", []string{"list", "Musterstadt"}},
			{missing, "no folder", []string{"import", folder + "3"}},
			{refused, "exists on this instance already", []string{"import", folder}},
			{refused, "Nothing was removed", []string{"remove", "Musterstadt", "--export", folder}},
			{refused, "“Musterstadt”, not “Nachbarstadt”", []string{"remove", "Nachbarstadt", "--export", folder, "--yes"}},
		} {
			if code, _, err := s.run(append(append([]string{"org"}, c.args...), "--db", where)...); code != c.code || !strings.Contains(err, c.say) {
				t.Errorf("org %v: exit %d, want %d: %s", c.args, code, c.code, err)
			}
		}
		if out := s.must("org", "remove", "musterstadt", "--export", folder, "--yes", "--db", where); !strings.Contains(out, "Removed: ") {
			t.Error(out)
		}
		if out := s.must("org", "list", "--db", where); strings.Contains(out, "Musterstadt") {
			t.Error(out)
		}
		next.must("org", "import", folder)
		if out := next.must("org", "export", "musterstadt", "--to", folder+"-again", "--json"); stateOf(t, out) != stateOf(t, readAll(t, filepath.Join(folder, "manifest.json"))) {
			t.Errorf("another state than before: %s", out)
		}
	})
}

func readAll(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func stateOf(t *testing.T, manifest string) string {
	t.Helper()
	var m struct{ State string }
	if err := json.Unmarshal([]byte(manifest), &m); err != nil || m.State == "" {
		t.Fatalf("%s: %v", manifest, err)
	}
	return m.State
}
