// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A document with flaws is read; each flaw is a warning with its place.
func TestFlawsBecomeWarnings(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"wrong types", cdx + `"serialNumber":7,"metadata":[],"components":[3,{"name":{},"version":1.0,"hashes":"x","licenses":[null,{}]}]}`, []string{
			`line 1, column 61, /serialNumber: found number 7, wanted string`,
			`line 1, column 74, /metadata: found array, wanted object`,
			`line 1, column 91, /components/0: found number, wanted object`,
			`line 1, column 93, /components/1: the component has no name`,
			`line 1, column 101, /components/1/name: found object, wanted string`,
			`line 1, column 114, /components/1/version: found number 1.0, wanted string`,
			`line 1, column 127, /components/1/hashes: found string, wanted array`,
			`line 1, column 143, /components/1/licenses/0: found null, wanted object`,
			`line 1, column 143, /components/1/licenses/0: the licence has neither identifier nor name nor expression`,
			`line 1, column 148, /components/1/licenses/1: the licence has neither identifier nor name nor expression`,
		}},
		{"duplicate references", cdx + "\"components\":[\n{\"bom-ref\":\"a\",\"name\":\"x\"},\n{\"bom-ref\":\"a\",\"name\":\"y\"}]}", []string{
			`line 3, column 1, /components/1: the identifier "a" appears twice, the first one counts`,
		}},
		{"dangling references", cdx + `"components":[{"bom-ref":"a","name":"x"}],"dependencies":[{"ref":"a","dependsOn":["b"]},{"ref":"c","dependsOn":["a"]}]}`, []string{
			`/dependencies/0: the reference "b" points to nothing in this document`,
			`/dependencies/1: the reference "c" points to nothing in this document`,
		}},
		{"a name twice in one object", cdx + `"components":[{"name":"a","name":"b"}]}`, []string{
			`line 1, column 72, /components/0/name: the name "name" appears twice in one object`,
		}},
		{"an invalid package URL", cdx + `"components":[{"name":"a","purl":"pkg:npm"}]}`, []string{
			`line 1, column 60, /components/0/purl: the package URL is ignored: package URL "pkg:npm" has no name (byte 7)`,
		}},
		{"a NUL, escaped", cdx + `"components":[{"name":"a\u0000b"}]}`, []string{
			`line 1, column 68, /components/0/name: the text contains a NUL character, which was replaced`,
		}},
		{"an impossible date", cdx + `"metadata":{"timestamp":"yesterday"}}`, []string{
			`line 1, column 70, /metadata/timestamp: "yesterday" is no date and time`,
		}},
		{"something after the end", cdx + `"version":1}{}`, []string{
			`line 1, column 58: more follows after the end of the document and was left out`,
		}},
		{"no bomFormat", `{"specVersion":"1.6"}`, []string{`/bomFormat: the field bomFormat is missing or is not CycloneDX`}},
		{"no namespace", `<bom version="1"/>`, []string{
			`/bom/@xmlns: the field xmlns is missing or is not http://cyclonedx.org/schema/bom/1.7`,
		}},
		{"XML with several flaws", `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component bom-ref="a" type="library"><name/><purl>x</purl></component>
<component bom-ref="a" type="library"><name>b</name><licenses><license><text>x</text></license></licenses></component></components>
<dependencies><dependency ref="a"><dependency ref="b"/></dependency></dependencies></bom>`, []string{
			`/bom/components/component[1]: the component has no name`,
			`/bom/components/component[1]/purl: the package URL is ignored: package URL "x" does not begin with pkg: but with "x" (byte 0)`,
			`/bom/components/component[2]/licenses: the licence has neither identifier nor name nor expression`,
			`/bom/components/component[2]: the identifier "a" appears twice, the first one counts`,
			`/bom/dependencies/dependency[1]: the reference "b" points to nothing in this document`,
		}},
		{"SPDX without creation, with nothing where relationships belong", `{"spdxVersion":"SPDX-2.3","packages":[null,{"SPDXID":"SPDXRef-a","name":"a"},{"SPDXID":"SPDXRef-b","name":"b"}],
"documentDescribes":["SPDXRef-a","SPDXRef-x"],"relationships":[null,{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-y"},
{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"NONE"},{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"DocumentRef-z:SPDXRef-y"}]}`, []string{
			`line 1, column 39, /packages/0: found null, wanted object`,
			`line 2, column 64, /relationships/0: found null, wanted object`,
			`/creationInfo: the document does not say when and by whom it was made`,
			`/documentDescribes: the reference "SPDXRef-x" points to nothing in this document`,
			`/relationships/1: the reference "SPDXRef-y" points to nothing in this document`,
		}},
		{"SPDX with a relationship nobody knows", `{"spdxVersion":"SPDX-2.2","creationInfo":{"creators":["Person: A"]},"relationships":[{"spdxElementId":"a","relationshipType":"DEPENDSON","relatedSpdxElement":"b"},{"spdxElementId":"a","relationshipType":"PATCH_FOR","relatedSpdxElement":"b"}]}`, []string{
			`/relationships/0: the relationship type "DEPENDSON" is unknown and was left out`,
		}},
		{"SPDX that describes two products", `{"spdxVersion":"SPDX-2.2","creationInfo":{"creators":["Person: A"]},"packages":[{"SPDXID":"a","name":"a"},{"SPDXID":"b","name":"b"}],"documentDescribes":["a","b"]}`, []string{
			`the document describes 2 products`,
		}},
		{"SPDX 3 with an element that is none", `{"@context":"https://spdx.org/rdf/3.0.1/x","@graph":[1,{"type":"software_Package","name":"a","spdxId":"urn:a"},
{"type":"Relationship","from":"urn:a","relationshipType":"dependsOn","to":["urn:b","https://spdx.org/rdf/3.0.1/terms/Core/NoneElement"]}]}`, []string{
			`line 1, column 54, /@graph/0: found number, wanted object`,
			`/@graph: the field specVersion is missing or is not 3.0.1`,
			`/@graph: the document does not say when and by whom it was made`,
			`/@graph/2: the reference "urn:b" points to nothing in this document`,
		}},
		{"tag-value with flaws", "SPDXVersion: SPDX-2.3\nCreator: Person: A\nPackageName: a\nSPDXID: SPDXRef-a\nExternalRef: PACKAGE_MANAGER purl x\nPackageName: b\nSPDXID: SPDXRef-a\nRelationship: SPDXRef-a DEPENDS_ON SPDXRef-q\n", []string{
			`line 3, column 1, Package[1]/purl: the package URL is ignored: package URL "x" does not begin with pkg: but with "x" (byte 0)`,
			`line 6, column 1, Package[2]: the identifier "SPDXRef-a" appears twice, the first one counts`,
			`/relationships/0: the reference "SPDXRef-q" points to nothing in this document`,
		}},
		{"YAML without creation", "spdxVersion: SPDX-2.3\nname: x\npackages:\n- {SPDXID: SPDXRef-a, name: a}\nrelationships:\n- null\n", []string{
			`/creationInfo: the document does not say when and by whom it was made`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := mustRead(t, []byte(c.in))
			var got []string
			for _, w := range doc.Warnings {
				if Codes[w.Code] == "" {
					t.Errorf("the code %s has no sentence", w.Code)
				}
				got = append(got, w.String())
			}
			slices.Sort(got)
			slices.Sort(c.want)
			compare(t, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			if doc.WarningTotal != len(c.want) {
				t.Errorf("%d warnings are counted", doc.WarningTotal)
			}
		})
	}
}

// Whoever translates the codes can rely on the list: it has what the readers
// say, and nothing else.
func TestCodesAreThoseInUse(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := make(map[string]bool)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == "problem.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, code := range regexp.MustCompile(`"bom\.[a-z_]+"`).FindAllString(string(text), -1) {
			used[strings.Trim(code, `"`)] = true
		}
	}
	used["bom.too_large"] = true // said in problem.go
	for code := range used {
		if Codes[code] == "" {
			t.Errorf("%s has no sentence", code)
		}
	}
	for code := range Codes {
		if !used[code] {
			t.Errorf("nobody says %s", code)
		}
	}
}

// The flaws above do not keep what is around them from being read.
func TestAFlawCostsOnlyItself(t *testing.T) {
	doc := mustRead(t, []byte(cdx+`"components":[{"name":"a","name":"b","version":2,"purl":"nonsense","group":"g"}]}`))
	c := doc.Components[0]
	key, ok := c.Key()
	if c.Name != "b" || c.Version != "2" || c.PURL != "nonsense" || key != "name:g/b@2" || !ok {
		t.Errorf("got %+v with key %q", c, key)
	}
}

// The YAML library leaves \u003c where a supplier's name has <.
func TestYAMLKeepsAngleBrackets(t *testing.T) {
	doc := mustRead(t, []byte("spdxVersion: SPDX-2.3\ncreationInfo: {created: '2026-01-01T00:00:00Z', creators: ['Person: Ä <a@b.example>']}\n"+
		"packages:\n- {SPDXID: SPDXRef-a, name: a, supplier: 'Person: B & C <b@c.example>'}\n"))
	if got := doc.Components[0].Supplier + "|" + doc.Authors[0]; got != "B & C <b@c.example>|Ä <a@b.example>" {
		t.Errorf("got %q", got)
	}
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		c    Component
		key  string
		good bool
	}{
		{Component{PURL: "pkg:pypi/Foo_Bar@1#sub", Name: "x"}, "pkg:pypi/foo-bar@1", true},
		{Component{Group: "org.apache", Name: "log4j", Version: "1"}, "name:org.apache/log4j@1", true},
		{Component{PURL: "nonsense"}, "", false},
		{Component{}, "", false},
	} {
		if key, ok := c.c.Key(); key != c.key || ok != c.good {
			t.Errorf("%+v has the key %q, %v", c.c, key, ok)
		}
	}
}

func TestLicencesAreJoined(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  string
	}{
		{nil, ""},
		{[]string{"MIT OR Apache-2.0"}, "MIT OR Apache-2.0"},
		{[]string{"MIT", "MIT"}, "MIT"},
		{[]string{"MIT", "GPL-2.0-only OR BSD-2-Clause"}, "MIT AND (GPL-2.0-only OR BSD-2-Clause)"},
		{[]string{"(A OR B)", "(C OR D) AND (E OR F)"}, "(A OR B) AND ((C OR D) AND (E OR F))"},
	} {
		var j conjunction
		for _, p := range c.parts {
			j.add(p)
		}
		if got := j.String(); got != c.want {
			t.Errorf("%q gives %q, want %q", c.parts, got, c.want)
		}
	}
}

func TestCompleteness(t *testing.T) {
	for in, want := range map[string]Completeness{
		``:                              Unknown,
		`{"aggregate":"complete"}`:      Complete,
		`{"aggregate":"not_specified"}`: Unknown,
		`{"aggregate":"incomplete_first_party_only"}`:                                               Incomplete,
		`{"aggregate":"complete","assemblies":["root"]}`:                                            Complete,
		`{"aggregate":"complete","dependencies":["part"]}`:                                          Unknown,
		`{"aggregate":"complete"},{"aggregate":"incomplete","assemblies":["part"]}`:                 Incomplete,
		`{"aggregate":"unknown","assemblies":["root"]},{"aggregate":"complete","assemblies":["x"]}`: Unknown,
	} {
		doc := mustRead(t, []byte(cdx+`"compositions":[`+in+`],"metadata":{"component":{"bom-ref":"root","name":"r"}},"components":[{"bom-ref":"part","name":"p"}]}`))
		if doc.Complete != want {
			t.Errorf("%s: %s, want %s", in, doc.Complete, want)
		}
	}
}

func TestSPDX3Licences(t *testing.T) {
	in := `{"@context":"https://spdx.org/rdf/3.0.1/x","@graph":[
{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-01-01T00:00:00Z","createdBy":[{"type":"Person","spdxId":"urn:p","name":"A"}]},
{"type":"software_Package","name":"a","spdxId":"urn:a"},
{"type":"software_Package","name":"b","spdxId":"urn:b"},
{"type":"Relationship","from":"urn:a","relationshipType":"hasDeclaredLicense","to":["urn:and"]},
{"type":"Relationship","from":"urn:a","relationshipType":"hasConcludedLicense","to":["https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"]},
{"type":"Relationship","from":"urn:b","relationshipType":"hasDeclaredLicense","to":["urn:loop"]},
{"type":"Relationship","from":"urn:b","relationshipType":"hasConcludedLicense","to":["https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoneLicense"]},
{"type":"expandedlicensing_ConjunctiveLicenseSet","spdxId":"urn:and","expandedlicensing_member":["urn:or","urn:with","urn:later","https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"]},
{"type":"expandedlicensing_DisjunctiveLicenseSet","spdxId":"urn:or","expandedlicensing_member":["https://spdx.org/licenses/MIT",{"type":"expandedlicensing_CustomLicense","spdxId":"urn:own","name":"Own"}]},
{"type":"expandedlicensing_WithAdditionOperator","spdxId":"urn:with","expandedlicensing_subjectAddition":"https://spdx.org/licenses/Classpath-exception-2.0","expandedlicensing_subjectExtendableLicense":"https://spdx.org/licenses/GPL-2.0-only"},
{"type":"expandedlicensing_OrLaterOperator","spdxId":"urn:later","expandedlicensing_subjectLicense":"https://spdx.org/licenses/LGPL-2.1"},
{"type":"expandedlicensing_ConjunctiveLicenseSet","spdxId":"urn:loop","expandedlicensing_member":["urn:loop","https://spdx.org/licenses/MIT"]}]}`
	doc := mustRead(t, []byte(in))
	a, b := doc.Components[0], doc.Components[1]
	if want := "(MIT OR Own) AND (GPL-2.0-only WITH Classpath-exception-2.0) AND LGPL-2.1+ AND NOASSERTION"; a.Declared != want || a.Concluded != "" {
		t.Errorf("got %q and %q, want %q", a.Declared, a.Concluded, want)
	}
	if b.Declared != "NOASSERTION AND MIT" || b.Concluded != "NONE" {
		t.Errorf("got %q and %q", b.Declared, b.Concluded)
	}
	if len(doc.Authors) != 1 || doc.Authors[0] != "A" || doc.WarningTotal != 0 {
		t.Errorf("authors %q, %v", doc.Authors, doc.Warnings)
	}
}
