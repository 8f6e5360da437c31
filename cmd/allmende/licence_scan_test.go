// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A script scans a small tree, made here: the report names what contradicts itself, --strict
// fails on it, and the documents can be read by the program's own reader.
func TestAScriptScansSource(t *testing.T) {
	dir := t.TempDir()
	s := shell{t, nil}
	for name, text := range map[string]string{
		"package.json": `{"name": "termine", "version": "1.0", "license": "EUPL-1.2"}`, "main.js": "// SPDX-License-" + "Identifier: EUPL-1.2\n",
		"LICENSE": "Permission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is hereby granted, provided that the above\ncopyright notice and this permission notice appear in all copies.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES\nWITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF\nMERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR\nANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES\nWHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN\nACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF\nOR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.\n",
		"odd.js":  "// SPDX-License-" + "Identifier: \x1b[31mred\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report := s.must("licence", "scan", dir)
	for _, want := range []string{"4 files", "EUPL-1.2", "ISC", "declared and found differ", "no SPDX expression"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
	if strings.Contains(report, "\x1b") {
		t.Error("a foreign file steers the terminal")
	}
	if code, _, _ := s.run("licence", "scan", dir, "--strict"); code != refused {
		t.Errorf("--strict ends with %d", code)
	}
	for format, want := range map[string]string{"spdx": "SPDX 2.3", "cyclonedx": "CycloneDX 1.6"} {
		file := filepath.Join(t.TempDir(), "x.json")
		s.must("licence", "scan", dir, "--format", format, "--out", file)
		if got := s.must("sbom", "inspect", file); !strings.HasPrefix(got, want) {
			t.Errorf("%s is read as %s", format, got)
		}
	}
	for _, args := range [][]string{{"licence", "scan", filepath.Join(dir, "none")}, {"licence", "scan", "https://example.org/x.git"}, {"licence", "scan", filepath.Join(dir, "odd.js")}} {
		if code, _, err := s.run(args...); code != refused || err == "" {
			t.Errorf("%v: %d %s", args, code, err)
		}
	}
	german := shell{t, map[string]string{"ALLMENDE_LANG": "de"}}
	if code, _, err := german.run("licence", "scan", filepath.Join(dir, "none")); code != refused || !strings.Contains(err, "gibt es nicht") || strings.Contains(err, "no such file") {
		t.Errorf("in German: %d %s", code, err)
	}
	if code, _, _ := s.run("licence", "scan"); code != usage {
		t.Errorf("without a folder: %d", code)
	}
}

func TestAScriptAsksWhatGoesTogether(t *testing.T) {
	s := shell{t, nil}
	if got := s.must("licence", "combine", "MIT", "Apache-2.0", "--into", "EUPL-1.2"); !strings.Contains(got, "Apache-2.0 §4") {
		t.Errorf("%s", got)
	}
	if code, out, _ := s.run("licence", "combine", "GPL-3.0-only", "--into", "EUPL-1.2"); code != refused || !strings.Contains(out, "GPL-3.0 §5(c)") {
		t.Errorf("%d %s", code, out)
	}
	if code, _, err := s.run("licence", "combine", "MIT", "--into", "Foo"); code != refused || !strings.Contains(err, "Foo") || strings.Contains(err, "compat.") {
		t.Errorf("%d %s", code, err)
	}
	where := filepath.Join(t.TempDir(), "a.db")
	s.must("org", "create", "Musterstadt", "--db", where)
	file := write(t, "matrix.json", `{"MIT": {"MIT": "Same"}}`)
	if got := s.must("licence", "matrix", file, "--date", "2024-05-25", "--db", where, "--org", "Musterstadt"); !strings.Contains(got, "1 licences, 1 answers") {
		t.Errorf("%s", got)
	}
	if code, _, err := s.run("licence", "matrix", file, "--db", where, "--org", "Musterstadt"); code != refused || err == "" {
		t.Errorf("without a date: %d %s", code, err)
	}
}
