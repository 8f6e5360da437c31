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
