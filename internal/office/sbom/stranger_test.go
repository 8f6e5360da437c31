// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"allmende/internal/office/sbom"
)

// A stranger who knows every address finds nothing, and learns nothing from the answer.
func TestAForeignOrganisationFindsNothing(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		two := s.take(provider, sbom.Upload{Data: portal("2.0", "2.17.1")})
		all, err := s.sbom.Components(s.as(provider), r.Document, sbom.Sieve{}, sbom.Order{})
		s.ok(err)
		diff := fmt.Sprintf("?from=%s&to=%s", r.Release, two.Release)
		for _, path := range []string{
			r.Href, r.Href + "/raw", r.Href + "/components.csv", r.Href + "/why/" + all[0].Package, "/sbom/diff" + diff, "/sbom/diff.csv" + diff, "/sbom/upload?release=" + string(r.Release),
			"/api/v1/sbom/documents/" + r.Document, "/api/v1/sbom/documents/" + r.Document + "/raw", "/api/v1/sbom/documents/" + r.Document + "/components",
			"/api/v1/sbom/documents/" + r.Document + "/licences", "/api/v1/sbom/diff" + diff, "/api/v1/sbom/why?release=" + string(r.Release) + "&package=" + all[0].Package,
		} {
			if status, body := s.site.As(viewer(provider)).Get(path); status != 200 {
				t.Errorf("its owner gets %d from %s: %.300s", status, path, body)
			}
			if status, body := s.site.As(viewer(foreign)).Get(path); status != 404 || strings.Contains(body, "Bürgerportal") || strings.Contains(body, "log4j") {
				t.Errorf("a stranger gets %d from %s: %.300s", status, path, body)
			}
			if status, _ := s.site.As(viewer("")).Get(path); status != 401 && status != 303 {
				t.Errorf("nobody in particular gets %d from %s", status, path)
			}
		}
		for _, path := range []string{"/sbom", "/sbom.csv", "/sbom.json", "/api/v1/sbom/documents", "/api/v1/sbom/documents?release=" + string(r.Release)} {
			if _, body := s.site.As(viewer(provider)).Get(path); !strings.Contains(body, "Bürgerportal") {
				t.Errorf("its owner does not find the document on %s", path)
			}
			if status, body := s.site.As(viewer(foreign)).Get(path); status != 200 || strings.Contains(body, "Bürgerportal") {
				t.Errorf("a stranger gets %d with the document from %s", status, path)
			}
		}
		if sign, err := s.sbom.Room().Sign(s.as(foreign), r.Release); err != nil || sign.Verdict != "unknown" {
			t.Errorf("a stranger sees the sign %+v, %v", sign, err)
		}
		status, _, text := s.post(foreign, "/sbom/documents?release="+string(r.Release), "application/json", portal("9", "9"))
		if status != 404 {
			t.Errorf("a stranger uploads for a release of somebody else: %d %s", status, text)
		}
		status, _, text = s.post(foreign, "/sbom/documents?org="+string(provider), "application/json", portal("9", "9"))
		if status != 404 {
			t.Errorf("a stranger uploads for somebody else: %d %s", status, text)
		}
	})
}

// Who uses what somebody else provides sees its bill of materials, and cannot change it.
func TestAUserOfAProvidersReleaseReadsOnly(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		if status, _ := s.site.As(viewer(musterau)).Get(r.Href); status != 404 {
			t.Errorf("before it uses the release, the municipality gets %d", status)
		}
		s.uses(musterau, r.Release)
		if status, body := s.site.As(viewer(musterau)).Get(r.Href); status != 200 || !strings.Contains(body, "log4j-core") {
			t.Errorf("the municipality that uses it gets %d", status)
		}
		status, _, text := s.post(musterau, "/sbom/documents?release="+string(r.Release), "application/json", portal("9", "9"))
		if status != 403 || !strings.Contains(text, "gehört einer anderen Organisation") {
			t.Errorf("and may change it: %d %s", status, text)
		}
		reader := viewer(provider)
		reader.Grants = []string{"sbom.read"}
		if status, _ := s.site.As(reader).Send("/api/v1/sbom/documents", "application/json", strings.NewReader("{}")); status != 403 {
			t.Errorf("somebody who may only read uploads: %d", status)
		}
	})
}

// The answer to an upload is the same whether or not somebody else on the instance has the
// packages: else anybody could find out who runs log4j by asking for it.
func TestAnUploadTellsNothingOfOthers(t *testing.T) {
	each(t, func(s *stage) {
		answer := func(doc []byte) string {
			status, _, text := s.post(foreign, "/sbom/documents", "application/json", doc)
			var all map[string]any
			if err := json.Unmarshal([]byte(text), &all); err != nil || status != 201 {
				t.Fatalf("%d %s", status, text)
			}
			for _, own := range []string{"document", "release", "href", "uploaded", "version", "sum", "made"} {
				delete(all, own)
			}
			out, err := json.Marshal(all)
			s.ok(err)
			return string(out)
		}
		alone := answer(portal("1.0", "2.14.0"))
		s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		if after := answer(portal("2.0", "2.14.1")); after != alone {
			t.Errorf("the answer tells whether somebody else has the packages:\n%s\n%s", alone, after)
		}
	})
}
