// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bomwrite

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
	spdxjson "github.com/spdx/tools-golang/json"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/spdx"
)

var about = About{ID: "0194a3f0-0000-7000-8000-000000000001", Made: time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC), Tool: "Allmende", Version: "1.0", Author: "Stadt Musterstadt",
	Name: "Antrag", Release: "1.2.0", Licences: "Concluded licences: Stadt Musterstadt"}

// fixtures are documents of both families, as engine/bom reads them in its own tests.
func fixtures(t testing.TB) map[string]*bom.Document {
	t.Helper()
	out := map[string]*bom.Document{}
	for _, name := range []string{"antrag.cdx.json", "antrag.cdx.xml", "antrag.spdx.json", "antrag.spdx", "antrag.spdx3.json", "npm.cdx.json", "npm.spdx.json"} {
		data, err := os.ReadFile("../bom/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = mustRead(t, data)
	}
	return out
}

func mustRead(t testing.TB, data []byte) *bom.Document {
	t.Helper()
	d, err := bom.Read(data, bom.Defaults)
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	return d
}

// inside writes down which components a document lists, and what it says of them: identity,
// name, version, who supplied them, copyright, hashes, licences, on what they depend.
func inside(d *bom.Document) string {
	var out []string
	for i := range d.Components {
		c := &d.Components[i]
		var needs []string
		for _, to := range d.Edges[i] {
			needs = append(needs, title(&d.Components[to]))
		}
		for n := range d.Components { // what is nested in it, which SPDX calls containing
			if int(d.Components[n].Parent) == i {
				needs = append(needs, title(&d.Components[n]))
			}
		}
		slices.Sort(needs)
		key := ""
		if c.PURL != "" {
			key, _ = c.Key()
		}
		out = append(out, fmt.Sprintf("%s %s %s supplier=%q copyright=%q at=%s cpe=%s hashes=%v declared=%s concluded=%s needs=%v root=%v",
			title(c), c.Version, key, c.Supplier, c.Copyright, c.Location, c.CPE, c.Hashes, valid(c.Declared), valid(c.Concluded), slices.Compact(needs), i == d.Root))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// valid is a licence where it is an expression; a name becomes a reference in SPDX.
func valid(text string) string {
	if strings.Contains(text, "LicenseRef-stated") || !readLicence(text).ok && text != "" {
		return "(a name)"
	}
	return text
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	for name, d := range fixtures(t) {
		for _, format := range Formats {
			t.Run(name+" as "+format, func(t *testing.T) {
				data, err := Encode(format, d, about)
				if err != nil {
					t.Fatal(err)
				}
				again := mustRead(t, data)
				if want := map[string]string{"cyclonedx": "CycloneDX 1.6", "spdx": "SPDX 2.3", "spdx3": "SPDX 3.0.1"}[format]; string(again.Format)+" "+again.Version != want {
					t.Errorf("it is %s %s, want %s", again.Format, again.Version, want)
				}
				if again.WarningTotal != 0 {
					t.Errorf("warnings: %v", again.Warnings)
				}
				compare(t, inside(again), inside(kept(t, format, d, data)))
				if twice, err := Encode(format, d, about); err != nil || !bytes.Equal(twice, data) {
					t.Error("the same document was written in another way")
				}
			})
		}
	}
}

// kept is a document as a format can hold it: CycloneDX has no room for a declared licence
// beside a concluded expression, and keeps it as a property.
func kept(t *testing.T, format string, d *bom.Document, data []byte) *bom.Document {
	t.Helper()
	if format != "cyclonedx" {
		return d
	}
	out := *d
	out.Components = slices.Clone(d.Components)
	for i := range out.Components {
		if c := &out.Components[i]; c.Declared != "" && strings.Contains(c.Concluded, " OR ") {
			if !strings.Contains(string(data), `"value": "`+c.Declared+`"`) {
				t.Errorf("%s: the declared licence %s is lost", c.Name, c.Declared)
			}
			c.Declared = ""
		}
	}
	return &out
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("line %d differs\ngot:\n%s\nwant:\n%s", i+1, got, want)
		}
	}
}

func TestCycloneDXFitsTheSchema(t *testing.T) {
	for name, d := range fixtures(t) {
		data, err := CycloneDX(d, about)
		if err != nil {
			t.Fatal(err)
		}
		flaws, err := bom.CheckSchema(data)
		if err != nil || len(flaws) > 0 {
			t.Errorf("%s: %v %v", name, flaws, err)
		}
	}
}

// The schema of SPDX 3.0.1 is no part of the program. ALLMENDE_TEST_SPDX3 is a file with it, such as
// resources/schema-v3.0.1.json of spdx/spdx-java-v3jsonld-store (Apache-2.0).
func TestSPDX3FitsTheSchema(t *testing.T) {
	file := os.Getenv("ALLMENDE_TEST_SPDX3")
	if file == "" {
		t.Skip("ALLMENDE_TEST_SPDX3 names no file with the JSON schema of SPDX 3.0.1")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// Go's regular expressions do not look ahead; this says the same
	text = bytes.ReplaceAll(text, []byte(`^(?!_:).+:.+`), []byte(`^([^_].*|_[^:].*):.+`))
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("spdx3.json", tree); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("spdx3.json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(data []byte) error {
		tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return err
		}
		return schema.Validate(tree)
	}
	for name, d := range fixtures(t) {
		data, err := SPDX3(d, about)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if check(bytes.Replace(data, []byte(`"software_Package"`), []byte(`"software_Parcel"`), 1)) == nil {
			t.Errorf("%s: the schema takes a kind of element that there is not", name)
		}
	}
}

// The schema lists licences of an edition of its own: whatever ours lists has to pass it, as an
// id or as a name.
func TestEveryListedLicenceFitsTheSchema(t *testing.T) {
	d := &bom.Document{Root: -1}
	for _, e := range spdx.List() {
		d.Components = append(d.Components, bom.Component{Name: e.ID, Parent: -1, Declared: e.ID, Concluded: e.ID + " OR MIT"})
	}
	d.Edges = make([][]int32, len(d.Components))
	data, err := CycloneDX(d, about)
	if err != nil {
		t.Fatal(err)
	}
	if flaws, err := bom.CheckSchema(data); err != nil || len(flaws) > 0 {
		t.Errorf("%v %v", flaws, err)
	}
	for i := range d.Components {
		d.Components[i].Concluded = d.Components[i].Declared
	}
	if data, err = CycloneDX(d, about); err != nil {
		t.Fatal(err)
	}
	if flaws, err := bom.CheckSchema(data); err != nil || len(flaws) > 0 {
		t.Errorf("%v %v", flaws, err)
	}
}

// Others' readers find the same packages, with the same licences.
func TestOthersReadIt(t *testing.T) {
	for name, d := range fixtures(t) {
		data, err := CycloneDX(d, about)
		if err != nil {
			t.Fatal(err)
		}
		var theirs cyclonedx.BOM
		if err := cyclonedx.NewBOMDecoder(bytes.NewReader(data), cyclonedx.BOMFileFormatJSON).Decode(&theirs); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n, want := countCDX(theirs.Components), len(d.Components)-min(1, d.Root+1); n != want || theirs.SpecVersion != cyclonedx.SpecVersion1_6 {
			t.Errorf("%s: cyclonedx-go reads %d components of %s, want %d", name, n, theirs.SpecVersion, want)
		}
		refs, licences := refsOf(d), licencesCDX(theirs.Components)
		for i, c := range d.Components {
			var want []string
			for _, l := range first(cdxLicences(c.Declared, c.Concluded)) {
				if l.License != nil {
					want = append(want, l.License.ID+l.License.Name)
				} else {
					want = append(want, l.Expression)
				}
			}
			if got := licences[refs[i]]; i != product(d) && !slices.Equal(got, want) {
				t.Errorf("%s: cyclonedx-go reads the licences of %s as %q, want %q", name, c.Name, got, want)
			}
		}
		if data, err = SPDX2(d, about); err != nil {
			t.Fatal(err)
		}
		doc, err := spdxjson.Read(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(doc.Packages) != len(d.Components)+map[bool]int{true: 1}[d.Root < 0] {
			t.Errorf("%s: tools-golang reads %d packages of %d", name, len(doc.Packages), len(d.Components))
		}
		for i, p := range doc.Packages[map[bool]int{true: 1}[d.Root < 0]:] {
			if c := d.Components[i]; p.PackageName != title(&c) || p.PackageVersion != c.Version {
				t.Errorf("%s: tools-golang reads %s %s, want %s %s", name, p.PackageName, p.PackageVersion, c.Name, c.Version)
			} else if l := readLicence(c.Concluded); l.ok && p.PackageLicenseConcluded != l.expr.String() || c.Concluded == "" && p.PackageLicenseConcluded != "NOASSERTION" {
				t.Errorf("%s: tools-golang reads as concluded of %s %q, want %q", name, c.Name, p.PackageLicenseConcluded, c.Concluded)
			}
		}
	}
}

func first[T, U any](one T, _ U) T { return one }

// licencesCDX are the licences of components, by reference.
func licencesCDX(all *[]cyclonedx.Component) map[string][]string {
	out := map[string][]string{}
	if all == nil {
		return out
	}
	for _, c := range *all {
		if c.Licenses != nil {
			for _, l := range *c.Licenses {
				if l.License != nil {
					out[c.BOMRef] = append(out[c.BOMRef], l.License.ID+l.License.Name)
				} else {
					out[c.BOMRef] = append(out[c.BOMRef], l.Expression)
				}
			}
		}
		maps.Copy(out, licencesCDX(c.Components))
	}
	return out
}

func countCDX(all *[]cyclonedx.Component) (n int) {
	if all == nil {
		return 0
	}
	for _, c := range *all {
		n += 1 + countCDX(c.Components)
	}
	return n
}

// A name that is no licence expression is kept: as a name in CycloneDX, with a reference in SPDX.
func TestALicenceThatIsNoExpressionIsKept(t *testing.T) {
	d := &bom.Document{Root: -1, Components: []bom.Component{{Name: "a", Version: "1", Parent: -1, Declared: "Web License 2", Concluded: "LicenseRef-Haus AND MIT"}}, Edges: make([][]int32, 1)}
	for format, want := range map[string][]string{
		"cyclonedx": {`"name": "Web License 2"`, `"name": "LicenseRef-Haus"`, `"id": "MIT"`},
		"spdx":      {`"licenseDeclared": "LicenseRef-stated-`, `"extractedText": "Web License 2"`, `"licenseConcluded": "LicenseRef-Haus AND MIT"`, `"licenseId": "LicenseRef-Haus"`},
		"spdx3":     {`"simplelicensing_licenseText": "Web License 2"`, `"simplelicensing_licenseExpression": "LicenseRef-Haus AND MIT"`, `"key": "LicenseRef-Haus"`},
	} {
		data, err := Encode(format, d, about)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(data), w) {
				t.Errorf("%s does not say %s:\n%s", format, w, data)
			}
		}
	}
}

func FuzzEncode(f *testing.F) {
	for _, name := range []string{"antrag.cdx.json", "antrag.spdx.json", "antrag.spdx3.json"} {
		data, err := os.ReadFile("../bom/testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := bom.Read(data, bom.Defaults)
		if err != nil {
			return
		}
		for _, format := range Formats {
			out, err := Encode(format, d, about)
			if err != nil {
				t.Fatal(err)
			}
			again, err := bom.Read(out, bom.Defaults)
			if err != nil {
				t.Fatalf("%s: what was written cannot be read: %v", format, err)
			}
			if n := len(d.Components); len(again.Components) < n {
				t.Errorf("%s: %d components became %d", format, n, len(again.Components))
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	d := &bom.Document{Root: -1, Edges: make([][]int32, 1000)}
	for i := range 1000 {
		d.Components = append(d.Components, bom.Component{Name: fmt.Sprint("component-", i), Version: "1.0", PURL: fmt.Sprintf("pkg:npm/component-%d@1.0", i), Parent: -1, Declared: "MIT OR Apache-2.0", Concluded: "MIT"})
	}
	for _, format := range Formats {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				if _, err := Encode(format, d, about); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
