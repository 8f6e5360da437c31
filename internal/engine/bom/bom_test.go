// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// fixture reads one of our own documents.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustRead(t testing.TB, data []byte) *Document {
	t.Helper()
	doc, err := Read(data, Defaults)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// outline writes down everything a document says, except how it was encoded.
// Components are called by name, so that their order does not matter much.
func outline(d *Document) string {
	var b strings.Builder
	root := "unknown"
	if d.Root >= 0 {
		root = d.Components[d.Root].Name
	}
	fmt.Fprintf(&b, "%s %s serial=%s name=%s created=%s\n", d.Format, d.Version, d.Serial, d.Name, d.Created.Format("2006-01-02T15:04Z"))
	fmt.Fprintf(&b, "tools=%q authors=%q supplier=%q root=%s %s\n", d.Tools, d.Authors, d.Supplier, root, d.Complete)
	for i, c := range d.Components {
		key, _ := c.Key()
		fmt.Fprintf(&b, "%s %s\n  type=%s supplier=%q scope=%s cpe=%s\n  declared=%q concluded=%q copyright=%q hashes=%v\n",
			c.Name, key, c.Type, c.Supplier, c.Scope, c.CPE, c.Declared, c.Concluded, c.Copyright, c.Hashes)
		if c.Parent >= 0 {
			fmt.Fprintf(&b, "  inside %s\n", d.Components[c.Parent].Name)
		}
		for _, to := range d.Edges[i] {
			fmt.Fprintf(&b, "  needs %s\n", d.Components[to].Name)
		}
		fmt.Fprintf(&b, "  path %s\n", pathNames(d, i))
	}
	for _, w := range d.Warnings {
		fmt.Fprintf(&b, "warning %s\n", w)
	}
	return b.String()
}

func pathNames(d *Document, i int) string {
	var names []string
	for _, p := range d.Path(i) {
		names = append(names, d.Components[p].Name)
	}
	return strings.Join(names, " > ")
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	got, want = strings.TrimSpace(got), strings.TrimSpace(want)
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("line %d differs\ngot:\n%s\nwant:\n%s", i+1, got, want)
		}
	}
}

const cyclonedxOutline = `
CycloneDX 1.7 serial=urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79 name=de.musterstadt/antrag created=2026-03-01T09:00Z
tools=["cdxgen 11.0.0"] authors=["Erika Mustermann" "bom@musterstadt.example"] supplier="Stadt Musterstadt" root=antrag complete
antrag name:de.musterstadt/antrag@1.2.0
  type=application supplier="" scope= cpe=
  declared="" concluded="" copyright="" hashes=[]
  needs web
  path antrag
log4j-core pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar
  type=library supplier="The Apache Software Foundation" scope=required cpe=cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*
  declared="Apache-2.0" concluded="Apache-2.0 OR MIT" copyright="Copyright 1999-2021 The Apache Software Foundation" hashes=[{SHA-256 ade7402a70667a727635d5c4c29495f4ff96f061f12539763f6f123973b465b0}]
  path antrag > web > log4j-core
web name:/web@3.0
  type=framework supplier="Web GmbH" scope= cpe=
  declared="(Web License 2) AND (MIT OR BSD-2-Clause)" concluded="" copyright="" hashes=[]
  needs log4j-core
  path antrag > web
jquery pkg:npm/jquery@1.12.4
  type=library supplier="" scope= cpe=
  declared="" concluded="" copyright="" hashes=[]
  inside web
  path antrag > web > jquery
sizzle name:/sizzle@2.2.1
  type=library supplier="" scope= cpe=
  declared="" concluded="" copyright="" hashes=[]
  inside jquery
  path antrag > web > jquery > sizzle
`

// Nested components are walked, groups kept, licences kept apart by who states them.
func TestCycloneDXReadsTheSameFromJSONAndXML(t *testing.T) {
	for name, encoding := range map[string]string{"antrag.cdx.json": "json", "antrag.cdx.xml": "xml"} {
		t.Run(name, func(t *testing.T) {
			doc := mustRead(t, fixture(t, name))
			if doc.Encoding != encoding {
				t.Errorf("the encoding is %q", doc.Encoding)
			}
			compare(t, outline(doc), cyclonedxOutline)
		})
	}
}

const spdxOutline = `
SPDX 2.3 serial=https://musterstadt.example/sbom/antrag-1.2.0 name=antrag-1.2.0 created=2026-03-01T09:00Z
tools=["syft-1.2.0"] authors=["Stadt Musterstadt"] supplier="Stadt Musterstadt" root=antrag unknown
antrag name:/antrag@1.2.0
  type=application supplier="Stadt Musterstadt" scope= cpe=
  declared="EUPL-1.2" concluded="" copyright="" hashes=[]
  needs web
  needs log4j-core
  path antrag
log4j-core pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1
  type= supplier="The Apache Software Foundation" scope= cpe=cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*
  declared="Apache-2.0" concluded="MIT OR Apache-2.0" copyright="Copyright 1999-2021\nThe Apache Software Foundation" hashes=[{SHA-256 ade7402a70667a727635d5c4c29495f4ff96f061f12539763f6f123973b465b0}]
  path antrag > web > log4j-core
web name:/web@3.0
  type= supplier="" scope= cpe=
  declared="" concluded="" copyright="" hashes=[]
  needs log4j-core
  path antrag > web
`

// The file is no component, and the dependency through web explains log4j-core
// better than the fact that antrag contains it.
func TestSPDX2ReadsTheSameFromFiveEncodings(t *testing.T) {
	for name, encoding := range map[string]string{
		"antrag.spdx.json": "json", "antrag.spdx": "tag-value", "antrag.spdx.yaml": "yaml",
		"antrag.spdx.rdf": "rdf", "antrag.spdx.xml": "xml",
	} {
		t.Run(encoding, func(t *testing.T) {
			doc := mustRead(t, fixture(t, name))
			if doc.Encoding != encoding {
				t.Errorf("the encoding is %q", doc.Encoding)
			}
			compare(t, outline(doc), spdxOutline)
		})
	}
}

func TestSPDX3ReadsAsSPDX2(t *testing.T) {
	doc := mustRead(t, fixture(t, "antrag.spdx3.json"))
	if doc.Encoding != "json-ld" {
		t.Errorf("the encoding is %q", doc.Encoding)
	}
	want := strings.Replace(spdxOutline, "SPDX 2.3", "SPDX 3.0.1", 1)
	want = strings.Replace(want, "root=antrag unknown", "root=antrag complete", 1)
	compare(t, outline(doc), want)
}

// Both documents were made by npm sbom from one package.
func TestNpmsTwoDocumentsNameTheSamePackages(t *testing.T) {
	keys := func(name string) string {
		var list []string
		doc := mustRead(t, fixture(t, name))
		for i := range doc.Components {
			if i != doc.Root {
				key, _ := doc.Components[i].Key()
				list = append(list, key+" "+doc.Components[i].Declared)
			}
		}
		if doc.WarningTotal != 0 || doc.Root != 0 {
			t.Errorf("%s: root %d, %v", name, doc.Root, doc.Warnings)
		}
		return strings.Join(list, "\n")
	}
	spdx, cyclonedx := keys("npm.spdx.json"), keys("npm.cdx.json")
	compare(t, spdx, cyclonedx)
	if !strings.Contains(spdx, "pkg:npm/%40babel/code-frame@7.22.5 MIT") {
		t.Errorf("the scoped package is missing in\n%s", spdx)
	}
}

func TestGitHubsWrapperIsTakenOff(t *testing.T) {
	inner := fixture(t, "antrag.spdx.json")
	doc := mustRead(t, []byte("{\"sbom\":\n"+string(inner)+"}"))
	compare(t, outline(doc), spdxOutline)
}

func TestUTF16AndByteOrderMarks(t *testing.T) {
	for _, name := range []string{"antrag.spdx.json", "antrag.spdx", "antrag.spdx.yaml", "antrag.spdx.xml"} {
		text := "\n" + string(fixture(t, name))
		text = strings.Replace(text, "\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", 1)
		for form, data := range map[string][]byte{
			"UTF-8 with mark": []byte("\ufeff" + text), "little": utf16Of(text, true, true), "big": utf16Of(text, false, true),
			"little without mark": utf16Of(text, true, false),
		} {
			if form == "UTF-8 with mark" && strings.HasSuffix(name, "xml") {
				continue
			}
			t.Run(name+" "+form, func(t *testing.T) { compare(t, outline(mustRead(t, data)), spdxOutline) })
		}
	}
}

func utf16Of(s string, little, mark bool) []byte {
	var out []byte
	if mark {
		s = "\ufeff" + s
	}
	for _, r := range s {
		if little {
			out = append(out, byte(r), byte(r>>8))
		} else {
			out = append(out, byte(r>>8), byte(r))
		}
	}
	return out
}
