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

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// What an auditor does at the command line: take key, checkpoint and copy, verify them, and
// find out what somebody touched since.
func TestAnAuditorAtTheCommandLine(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		dir := t.TempDir()
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir(), "ALLMENDE_DB": where, "ALLMENDE_AUDIT_KEY": filepath.Join(dir, "secret"), "ALLMENDE_LANG": "en"}}
		s.must("sbom", "upload", write(t, "bom.json", archive))
		key := write(t, "key.pub", s.must("audit", "key"))
		point, log, proof := filepath.Join(dir, "a.checkpoint"), filepath.Join(dir, "log.jsonl"), filepath.Join(dir, "proof.json")
		s.must("audit", "checkpoint", "--out", point)
		s.must("audit", "export", "--out", log)
		s.must("audit", "proof", "--entry", "3", "--out", proof)
		for _, args := range [][]string{{}, {log}, {proof}, {point}} {
			if out := s.must(append([]string{"audit", "verify", "--key", key, "--checkpoint", dir}, args...)...); !strings.Contains(out, "Nothing is wrong") {
				t.Errorf("verify %v:\n%s", args, out)
			}
		}
		var r struct {
			Flaws []struct{ Kind string }
			Size  int64
		}
		decode(t, s.must("audit", "verify", "--json"), &r)
		if len(r.Flaws) != 0 || r.Size < 10 {
			t.Errorf("as JSON: %+v", r)
		}
		touch(t, where, `UPDATE log_entry SET person = 'eve' WHERE n = 3`)
		if code, out, err := s.run("audit", "verify", "--key", key); code != refused || !strings.Contains(out, "Entry 3 (") {
			t.Errorf("a touched database: exit %d\n%s%s", code, out, err)
		}
		text, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		if code, out, _ := s.run("audit", "verify", write(t, "log.jsonl", strings.Replace(string(text), `"door":"cli"`, `"door":"web"`, 1)), "--key", key); code != refused || !strings.Contains(out, "was changed") {
			t.Errorf("a touched file: exit %d\n%s", code, out)
		}
		for _, args := range [][]string{{"audit"}, {"audit", "verify", "a", "b"}, {"audit", "proof"}, {"audit", "burn"}} {
			if code, _, err := s.run(args...); code != usage || !strings.Contains(err, "usage") {
				t.Errorf("%v: exit %d, %s", args, code, err)
			}
		}
		for code, args := range map[int][]string{missing: {"audit", "verify", "nowhere.jsonl"}, refused: {"audit", "verify", point}} {
			if got, _, err := s.run(args...); got != code || strings.Contains(err, "[") {
				t.Errorf("%v: exit %d, want %d: %s", args, got, code, err)
			}
		}
		if !json.Valid([]byte(read(t, proof))) {
			t.Error("the proof is no JSON")
		}
	})
}

// touch changes a database behind the program's back.
func touch(t *testing.T, where, statement string) {
	t.Helper()
	d := dbtest.Open(t, where)
	if err := d.Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), statement)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
