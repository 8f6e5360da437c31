// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

const cdx = `{"bomFormat":"CycloneDX","specVersion":"1.6",`

func nested(n int) string {
	return strings.Repeat(`{"name":"a","components":[`, n) + strings.Repeat(`]}`, n)
}

// Each refusal says what is wrong, and where if that can be known.
func TestWhatCannotBeReadIsRefusedWithAPlace(t *testing.T) {
	for _, c := range []struct {
		name, in, code, path string
		line, column         int
	}{
		{"empty file", "", "bom.empty", "", 0, 0},
		{"blanks only", " \n\t", "bom.empty", "", 0, 0},
		{"a ZIP archive", "PK\x03\x04…", "bom.zip", "", 0, 0},
		{"gzip", "\x1f\x8b\x08", "bom.not_text", "", 0, 0},
		{"NUL bytes", "SPDX\x00\x00\x00\x00\x00", "bom.not_text", "", 0, 0},
		{"some other text", "hello world\n", "bom.format_unknown", "", 0, 0},
		{"other JSON", `{"hello":1}`, "bom.format_unknown", "", 0, 0},
		{"a JSON array", `[1,2]`, "bom.format_unknown", "", 0, 0},
		{"other JSON-LD", `{"@context":"https://schema.org","@graph":[]}`, "bom.format_unknown", "", 0, 0},
		{"other XML", `<html/>`, "bom.format_unknown", "", 0, 0},
		{"other RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>`, "bom.format_unknown", "", 0, 0},
		{"no JSON", "{\n  \"bomFormat\": CycloneDX}", "bom.json_invalid", "/bomFormat", 2, 16},
		{"truncated JSON", "{\"bomFormat\":\"CycloneDX\",\n\"components\":[{\"name\":\"a", "bom.truncated", "/components/0/name", 2, 25},
		{"truncated before it tells its format", `{"metadata":{"na`, "bom.truncated", "/metadata", 1, 17},
		{"a trailing comma", cdx + "\n\"components\":[{\"name\":\"a\"},]}", "bom.json_invalid", "/components", 2, 27},
		{"a raw NUL in JSON", cdx + "\"serialNumber\":\"a\x00b\"}", "bom.not_text", "", 0, 0},
		{"broken UTF-8 in JSON", cdx + "\"serialNumber\":\"\xff\"}", "bom.encoding", "/serialNumber", 1, 62},
		{"CycloneDX of the future", "{\"bomFormat\":\"CycloneDX\",\n \"specVersion\":\"9.9\"}", "bom.version_unknown", "/specVersion", 2, 16},
		{"CycloneDX 1.1 in JSON", `{"bomFormat":"CycloneDX","specVersion":"1.1"}`, "bom.version_unknown", "/specVersion", 1, 40},
		{"SPDX of the future", `{"spdxVersion":"SPDX-2.9"}`, "bom.version_unknown", "/spdxVersion", 1, 16},
		{"SPDX 3 of the future", `{"@context":"https://spdx.org/rdf/3.9.0/spdx-context.jsonld","@graph":[{"type":"CreationInfo","specVersion":"3.9.0"}]}`, "bom.version_unknown", "/@graph/0/specVersion", 1, 109},
		{"SPDX YAML of the future", "spdxVersion: SPDX-7\n", "bom.version_unknown", "spdxVersion", 0, 0},
		{"SPDX tag-value of the future", "# x\nSPDXVersion: SPDX-7\n", "bom.version_unknown", "SPDXVersion", 2, 1},
		{"SPDX RDF of the past", `<rdf:RDF xmlns:rdf="r"><SpdxDocument><specVersion>SPDX-1.2</specVersion></SpdxDocument></rdf:RDF>`, "bom.version_unknown", "SpdxDocument/specVersion", 1, 38},
		{"CycloneDX XML of the future", `<bom xmlns="http://cyclonedx.org/schema/bom/9.9"/>`, "bom.version_unknown", "/bom", 1, 0},
		{"truncated XML", "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">\n<components>", "bom.truncated", "", 2, 13},
		{"crossed XML", "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">\n<a></b></bom>", "bom.xml_invalid", "", 2, 8},
		{"a number that is none", `<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="x"/>`, "bom.xml_invalid", "", 0, 0},
		{"XML in a foreign alphabet", `<?xml version="1.0" encoding="KOI8-R"?><bom/>`, "bom.encoding", "koi8-r", 0, 0},
		{"tag-value with a broken line", "SPDXVersion: SPDX-2.3\nhello\n", "bom.tagvalue_invalid", "", 2, 1},
		{"tag-value that ends in a text", "SPDXVersion: SPDX-2.3\nDocumentComment: <text>a\n", "bom.truncated", "DocumentComment", 2, 1},
		{"broken YAML", "spdxVersion: SPDX-2.3\nname: [\n", "bom.yaml_invalid", "", 2, 0},
		{"YAML with nothing where a package belongs", "spdxVersion: SPDX-2.3\npackages:\n- null\n", "bom.yaml_invalid", "", 0, 0},
		{"YAML of the wrong shape", "spdxVersion: SPDX-2.3\npackages: 7\n", "bom.yaml_invalid", "", 0, 0},
		{"nesting of 10,000", cdx + `"components":[` + nested(10000) + `]}`, "bom.too_deep", "", 1, 0},
		{"nesting of 10,000 in what is not kept", cdx + `"x":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`, "bom.too_deep", "", 1, 0},
		{"nesting of 10,000 before the format is told", strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000), "bom.too_deep", "", 1, 0},
		{"nesting of 10,000 in XML", "<bom>" + strings.Repeat("<components><component>", 10000), "bom.too_deep", "", 1, 0},
		{"nesting of 10,000 in RDF", `<RDF>` + strings.Repeat("<a>", 10000), "bom.too_deep", "", 1, 0},
		{"nesting of 10,000 in YAML", "spdxVersion: SPDX-2.3\na: " + strings.Repeat("[", 20000), "bom.yaml_invalid", "", 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := Read([]byte(c.in), Defaults)
			var p *Problem
			if !errors.As(err, &p) || doc != nil {
				t.Fatalf("got %v, %v, want a Problem", doc, err)
			}
			if p.Code != c.code || c.path != "" && p.Path != c.path || p.Line != c.line || c.column != 0 && p.Column != c.column {
				t.Errorf("got %s at %q %d:%d, want %s at %q %d:%d\n%v", p.Code, p.Path, p.Line, p.Column, c.code, c.path, c.line, c.column, p)
			}
			if Codes[p.Code] == "" || strings.Contains(p.Error(), "%!") || len(p.Error()) > 700 {
				t.Errorf("the sentence is not fit to print: %v", p)
			}
		})
	}
}

func TestEntitiesAreRefused(t *testing.T) {
	laughs := `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="library"><name>&lol2;</name></component></components></bom>`
	for _, in := range []string{
		laughs, strings.ReplaceAll(laughs, "bom", "Document"), strings.ReplaceAll(laughs, "bom", "RDF"),
	} {
		_, err := Read([]byte(in), Defaults)
		var p *Problem
		if !errors.As(err, &p) || p.Code != "bom.doctype" || p.Line != 2 || p.Column != 1 {
			t.Errorf("got %v", err)
		}
	}
	if _, err := Read([]byte(`<!-- <!DOCTYPE --><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>`), Defaults); err != nil {
		t.Errorf("a comment was taken for a declaration: %v", err)
	}
	yaml := "spdxVersion: SPDX-2.3\na: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		yaml += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), ","))
	}
	_, err := Read([]byte(yaml), Defaults)
	var p *Problem
	if !errors.As(err, &p) || p.Code != "bom.yaml_invalid" {
		t.Errorf("YAML aliases multiply: got %v", err)
	}
}

// many is a document of n components, of which most is thrown away.
func many(n int, one, before, after string) []byte {
	var b bytes.Buffer
	b.WriteString(before)
	for i := range n {
		if i > 0 && strings.HasPrefix(one, "{") {
			b.WriteByte(',')
		}
		b.WriteString(one)
	}
	b.WriteString(after)
	return b.Bytes()
}

func TestAMillionComponentsAreTooManyAndMemoryStaysBounded(t *testing.T) {
	for name, data := range map[string][]byte{
		"CycloneDX JSON": many(1_000_000, `{"type":"library","name":"a"}`, cdx+`"components":[`, `]}`),
		"CycloneDX XML":  many(1_000_000, `<component/>`, `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>`, `</components></bom>`),
		"SPDX JSON":      many(1_000_000, `{"name":"a"}`, `{"spdxVersion":"SPDX-2.3","packages":[`, `]}`),
		"SPDX 3":         many(1_000_000, `{"type":"software_Package"}`, `{"@context":"https://spdx.org/rdf/3.0.1/x","@graph":[`, `]}`),
		"SPDX tag-value": many(1_000_000, "PackageName: a\n", "SPDXVersion: SPDX-2.3\n", ""),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			lim := Defaults
			if name != "CycloneDX JSON" {
				lim.Components = 100_000
			}
			_, err := Read(data, lim)
			runtime.ReadMemStats(&after)
			var p *Problem
			if !errors.As(err, &p) || p.Code != "bom.too_many_components" || p.Line == 0 {
				t.Errorf("got %v", err)
			}
			if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 900 {
				t.Errorf("%d MiB were allocated", spent)
			}
		})
	}
}

func TestLimitsAreNamed(t *testing.T) {
	_, err := Read([]byte(cdx+`"version":1}`), Limits{Bytes: 10, Components: 1, Depth: 10, Warnings: 1})
	if err == nil || err.Error() != "the file has 57 bytes, the limit is 10" {
		t.Errorf("got %v", err)
	}
	edges := many(20, `{"ref":"a","dependsOn":["b","c"]}`, cdx+`"dependencies":[`, `]}`)
	_, err = Read(edges, Limits{Bytes: 1 << 20, Components: 2, Depth: 10, Warnings: 1})
	if err == nil || err.Error() != "the document has more than 16 relationships" {
		t.Errorf("got %v", err)
	}
	doc, err := Read(many(10, `{"type":"library"}`, cdx+`"components":[`, `]}`), Limits{Bytes: 1 << 20, Components: 20, Depth: 10, Warnings: 3})
	if err != nil || len(doc.Warnings) != 3 || doc.WarningTotal != 10 {
		t.Errorf("got %v, %v", doc, err)
	}
	big := []byte("spdxVersion: SPDX-2.3\n#" + strings.Repeat("x", 9<<20))
	var p *Problem
	if _, err := Read(big, Defaults); !errors.As(err, &p) || p.Code != "bom.too_large" || p.Want != "4194304" {
		t.Errorf("got %v", err)
	}
}
