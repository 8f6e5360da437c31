// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"allmende/internal/engine/bom"
	"allmende/internal/office/sbom"
	"allmende/internal/platform/lang"
)

// rows counts everything that an upload could leave behind.
func (s *stage) rows() string {
	var all []string
	for _, t := range []string{"sbom_document", "sbom_inventory", "sbom_inbox", "sbom_holder", "sbom_package", "sbom_term", "sbom_latest", "estate_software", "estate_release", "log_entry"} {
		all = append(all, fmt.Sprint(t, " ", s.count("SELECT count(*) FROM "+t)))
	}
	return strings.Join(all, ", ")
}

// bomb packs n megabytes of blanks.
func bomb(n int) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	for range n {
		z.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	z.Close()
	return b.Bytes()
}

func many(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","name":"viel","version":"1"}},"components":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"type":"library","name":"n%d"}`, i)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

func TestBadInputIsRefusedWithPlaceAndReason(t *testing.T) {
	good := portal("1.0", "2.14.1")
	cases := []struct {
		name   string
		body   []byte
		status int
		say    []string // all of them
	}{
		{"empty", nil, 422, []string{"leer"}},
		{"not JSON", []byte("{\n \"bomFormat\": oops\n}"), 422, []string{"kein gültiges JSON", "Zeile 2"}},
		{"another format", []byte(`{"name":"package","version":"1"}`), 422, []string{"weder CycloneDX noch SPDX", "CycloneDX 1.2–1.7"}},
		{"an unknown version", []byte(`{"bomFormat":"CycloneDX","specVersion":"9.9"}`), 422, []string{"9.9"}},
		{"truncated", good[:len(good)/2], 422, []string{"hört mittendrin auf", "Zeile"}},
		{"nested 10,000 deep", []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}"), 422, []string{"tiefer verschachtelt als 200"}},
		{"too many components", many(3000), 413, []string{"mehr als 2.000 Bestandteile"}},
		{"too large", bytes.Repeat([]byte(" "), 1<<20+1), 413, []string{"1.048.577", "1.048.576"}},
		{"a zip bomb", bomb(30), 413, []string{"Ausgepackt", "1.048.576"}},
		{"broken gzip", zipped(good)[:60], 422, []string{"gzip"}},
		{"a picture", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), 422, []string{"kein Text"}},
		{"a ZIP", []byte("PK\x03\x04 and so on"), 422, []string{"ZIP"}},
		{"XML with entities", []byte(`<?xml version="1.0"?><!DOCTYPE bom [<!ENTITY a "b">]><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>`), 422, []string{"Dokumenttyp", "Zeile 1"}},
		{"no product", []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"x"}]}`), 422, []string{"kein Produkt"}},
	}
	each(t, func(s *stage) {
		s.sbom.Limits.Bytes, s.sbom.Limits.Components = 1<<20, 2000
		before := s.rows()
		for _, tt := range cases {
			status, _, text := s.post(provider, "/sbom/documents", "application/octet-stream", tt.body)
			if status != tt.status {
				t.Errorf("%s: answered %d, want %d: %.300s", tt.name, status, tt.status, text)
			}
			for _, say := range tt.say {
				if !strings.Contains(text, say) {
					t.Errorf("%s: the answer lacks %q: %.500s", tt.name, say, text)
				}
			}
		}
		if after := s.rows(); after != before {
			t.Errorf("something was left behind:\n%s\n%s", before, after)
		}
		if status, _, text := s.post(provider, "/sbom/documents", "application/json", good); status != 201 {
			t.Errorf("after all that a good document is refused: %d %s", status, text)
		}
	})
}

func TestAFlawedDocumentIsTakenIn(t *testing.T) {
	doc := []byte(`{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","bom-ref":"r","name":"Flickwerk","version":"1"}},
 "components":[
  {"type":"library","bom-ref":"x","name":"left","version":"1","purl":"pkg:npm/left@1"},
  {"type":"library","bom-ref":"x","name":"right\u0000","version":"1","purl":"pkg:npm/right@1"},
  {"type":"library","bom-ref":"y","name":"left","version":"1","purl":"pkg:npm/left@1","licenses":[{"license":{"id":"MIT"}}]},
  {"type":"library","version":"3"},
  {"type":"library","bom-ref":"z","name":"z","purl":"pkg:"}],
 "dependencies":[{"ref":"r","dependsOn":["x","nowhere"]},{"ref":"x","dependsOn":["y"]},{"ref":"y","dependsOn":["x"]}]}`)
	each(t, func(s *stage) {
		r := s.take(provider, sbom.Upload{Data: doc})
		if r.Components != 5 || r.Packages != 3 || r.Duplicates != 1 || r.Direct != 1 {
			t.Errorf("%+v", r.Figures)
		}
		codes := map[string]bool{}
		for _, w := range r.Warnings {
			codes[w.Code] = true
			if strings.HasPrefix(w.Text, "[") || strings.Contains(w.Text, "%!") {
				t.Errorf("warning %+v", w)
			}
		}
		for _, want := range []string{"bom.duplicate_ref", "bom.dangling_ref", "bom.name_missing", "bom.purl_invalid", "bom.nul"} {
			if !codes[want] {
				t.Errorf("no warning %s in %+v", want, r.Warnings)
			}
		}
		all, err := s.sbom.Components(s.as(provider), r.Document, sbom.Sieve{Text: "left"}, sbom.Order{})
		s.ok(err)
		if len(all) != 1 || all[0].Licence() != "MIT" || all[0].Relation != "direct" {
			t.Errorf("of two mentions, want one package with the licence of either: %+v", all)
		}
	})
}

func TestSeveralFilesEachForItself(t *testing.T) {
	each(t, func(s *stage) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for name, data := range map[string][]byte{"good.json": portal("1.0", "2.14.1"), "bad.json": []byte("{"), "packed.json.gz": zipped(portal("2.0", "2.17.1"))} {
			p, err := w.CreateFormFile("file", name)
			s.ok(err)
			p.Write(data)
		}
		w.Close()
		status, a, text := s.post(provider, "/sbom/documents", w.FormDataContentType(), b.Bytes())
		if status != 201 || len(a.Files) != 3 {
			t.Fatalf("%d %s", status, text)
		}
		for _, f := range a.Files {
			if bad := f.File == "bad.json"; bad != (f.Problem != "") || bad != (f.Receipt == nil) {
				t.Errorf("%+v", f)
			}
		}
	})
}

func TestEveryCodeHasItsText(t *testing.T) {
	texts, err := lang.Load(sbom.Files)
	if err != nil {
		t.Fatal(err)
	}
	for code := range bom.Codes {
		key := "sbom.problem." + strings.TrimPrefix(code, "bom.")
		for _, tongue := range lang.Tongues {
			if _, ok := texts[tongue][key]; !ok {
				t.Errorf("engine/bom says %s, and there is no text %s in %s", code, key, tongue)
			}
		}
	}
	for key := range texts["de"] {
		code, ok := strings.CutPrefix(key, "sbom.problem.")
		if _, said := bom.Codes["bom."+code]; ok && !said {
			t.Errorf("the text %s is for a code that engine/bom does not have", key)
		}
	}
}
