// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"bytes"
	"strings"
	"testing"

	"allmende/internal/platform/db/dbtest"
)

// The limits are settings, and the sentence of a refusal names the one that was set.
func TestLimitsAreSettings(t *testing.T) {
	s := shell{t, map[string]string{"ALLMENDE_LANG": "en"}}
	file := write(t, "bom.json", archive) // the product and two components
	if code, _, err := s.run("sbom", "inspect", file, "--max-components", "1"); code != refused || !strings.Contains(err, "more than 1 components") {
		t.Errorf("one component allowed: exit %d, %s", code, err)
	}
	s.must("sbom", "inspect", file, "--max-components", "3")
	large := write(t, "large.json", archive+strings.Repeat(" ", 1<<20))
	if code, _, err := s.run("sbom", "inspect", large, "--max-sbom-mib", "1"); code != refused || !strings.Contains(err, "the limit is 1,048,576") {
		t.Errorf("one MiB allowed: exit %d, %s", code, err)
	}
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir(), "ALLMENDE_MAX_COMPONENTS": "1", "ALLMENDE_MAX_SBOM_MIB": "1"}}
		token := strings.TrimSpace(s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci"))
		p := process{t: t, url: "http://" + start(t, s, where), token: token}
		for body, want := range map[string]string{archive: "more than 1 components", archive + strings.Repeat(" ", 1<<20): "the limit is 1,048,576"} {
			status, text, err := p.do("POST", "/api/v1/sbom/documents", "application/json", bytes.NewReader([]byte(body)))
			if err != nil || status != 413 || !strings.Contains(text, want) {
				t.Errorf("%d %v, want 413 and %q in %s", status, err, want, text)
			}
		}
	})
}

// The same limits hold for an upload without a server; one that allows nothing is none. A
// refusal is told once, and where it is about the kind of file, with the remedy.
func TestUploadWithoutServer(t *testing.T) {
	s := shell{t, map[string]string{"ALLMENDE_LANG": "en", "ALLMENDE_BLOBS": t.TempDir()}}
	db, file := t.TempDir()+"/a.db", write(t, "bom.json", archive)
	zip := write(t, "bom.zip", "PK\x03\x04")
	empty := write(t, "empty.json", `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","name":"Leer","version":"1"}}}`)
	long := write(t, "long.json", `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","name":"`+strings.Repeat("n", 1000)+`","version":"1"}}}`)
	table := write(t, "bad.csv", "name;version;criticality\nA;1;bogus\n")
	for _, tt := range []struct {
		args string
		code int
		want string
	}{
		{"sbom upload " + file + " --db " + db + " --max-components 1", refused, "more than 1 components (set by --max-components)"},
		{"sbom upload " + file + " --db " + db + " --max-components -1", usage, `--max-components cannot be "-1"`},
		{"serve --max-components=-1", usage, `--max-components cannot be "-1"`},
		{"sbom upload " + zip + " --db " + db, refused, "Please unpack it"},
		{"sbom inspect " + zip, refused, "Please unpack it"},
		{"sbom upload " + long + " --db " + db, refused, "1,000 characters long. 300 are allowed"},
		{"sbom upload " + t.TempDir() + " --db " + db, broken, "is a folder; name the files in it"},
		{"where log4j --limit -1 --db " + db, refused, "1 to 10,000 products can be listed"},
		{"estate import " + table + " --dry-run --db " + db, refused, "bogus"},
	} {
		code, _, err := s.run(strings.Fields(tt.args)...)
		if code != tt.code || strings.Count(err, tt.want) != 1 || strings.Contains(err, "fault.internal") {
			t.Errorf("%s: exit %d, want %d and once %q in\n%s", tt.args, code, tt.code, tt.want, err)
		}
	}
	if out := s.must("sbom", "upload", empty, "--db", db, "--json"); !strings.Contains(out, "lists no components") {
		t.Errorf("an empty document gives no warning:\n%s", out)
	}
}
