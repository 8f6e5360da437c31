// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	spdxjson "github.com/spdx/tools-golang/json"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/combine"
	"allmende/internal/engine/spdx"
)

func tag(id string) string { return "// SPDX-License-" + "Identifier: " + id + "\n" }

func read(name, text string) File { return Read(name, int64(len(text)), []byte(text)) }

func TestTags(t *testing.T) {
	for text, want := range map[string]string{
		tag("MIT"): "MIT", "/* SPDX-License-" + "Identifier: (MIT OR GPL-2.0-only) */": "MIT OR GPL-2.0-only", "<!-- SPDX-License-" + "Identifier: EUPL-1.2 -->\n": "EUPL-1.2",
		"# SPDX-License-" + "Identifier: LicenseRef-Haus": "LicenseRef-Haus", tag(""): "", "nothing": "",
	} {
		f := read("a.c", text)
		if got := strings.Join(f.Licences(), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	f := read("a.go", "// SPDX-FileCopyright"+"Text: 2026 Die Stadt\n"+tag("Foo-9"))
	if len(f.Findings) != 1 || f.Findings[0].Certain || f.Findings[0].Line != 2 || !slices.Equal(f.Copyright, []string{"2026 Die Stadt"}) {
		t.Errorf("%+v", f)
	}
	if f := read("x.bin", "\x00"+tag("MIT")); f.Note != "binary" || len(f.Findings) > 0 {
		t.Errorf("%+v", f)
	}
	if f := read("h.js", "/**\n * Licensed under the Apache License, Version 2.0 (the \"License\");\n * you may not use this file except in compliance with the License.\n * You may obtain a copy of the License at\n *\n *     http://www.apache.org/licenses/LICENSE-2.0\n */"); !slices.Equal(f.Licences(), []string{"Apache-2.0"}) || f.Findings[0].Kind != Notice {
		t.Errorf("%+v", f)
	}
}

// banana changes words of a text, always the same for the same text.
func banana(text string, n int) string {
	w := strings.Fields(text)
	r := rand.New(rand.NewPCG(1, uint64(len(text))))
	for range n {
		w[len(w)/4+r.IntN(len(w)/2)] = "banana"
	}
	return strings.Join(w, " ")
}

// The text of each licence of the SPDX list is recognised word for word. One that has been
// changed in any word is never taken for it: for the most frequent it is marked as changed.
func TestTextsOfTheList(t *testing.T) {
	n, right, marked := 0, 0, 0
	for _, e := range spdx.List() {
		text := spdx.Text(e.ID)
		if len(text) == 0 {
			continue
		}
		n++
		f := read("LICENSE", text)
		if len(f.Findings) == 1 && f.Findings[0].Kind == Text && (family(f.Findings[0].Licence) == family(e.ID) || spdx.Text(f.Findings[0].Licence) == text || slices.Equal(split(spdx.Text(f.Findings[0].Licence)), split(text))) {
			right++
		} else {
			t.Errorf("%s is found as %+v", e.ID, f.Findings)
		}
	}
	if n < 700 || right != n {
		t.Errorf("%d of %d texts are recognised", right, n)
	}
	for _, id := range combine.Licences() {
		for _, words := range []int{1, 5} {
			f := read("LICENSE", banana(spdx.Text(id), words))
			for _, x := range f.Findings {
				if x.Kind == Text && family(x.Licence) == family(id) && id != "OpenSSL" && id != "PostgreSQL" { // two licences one after the other; one with a name in its midst
					t.Errorf("%s with %d words changed is taken for %s", id, words, x.Licence)
				}
				if x.Kind == Changed && len(x.Changes) > 0 {
					marked++
				}
			}
		}
	}
	changed := 2 * len(combine.Licences())
	if marked < changed*4/5 {
		t.Errorf("only %d of %d changed texts are marked", marked, changed)
	}
	t.Logf("%d texts; %d of %d changed ones are marked", n, marked, changed)
}

func TestAChangedTextSaysWhere(t *testing.T) {
	text := strings.Replace(spdx.Text("MIT"), "without restriction", "without restriction for schools", 1)
	f := read("LICENSE.txt", "My product\n\n"+strings.Replace(text, "<year> <copyright holders>", "2026 Die Stadt", 1))
	if len(f.Findings) != 1 || f.Findings[0].Kind != Changed || f.Findings[0].Licence != "MIT" || !strings.Contains(strings.Join(f.Findings[0].Changes, ";"), "for schools") || len(f.Licences()) != 0 {
		t.Errorf("%+v", f)
	}
	named := strings.Replace(spdx.Text("MIT"), "<year> <copyright holders>", "2026 Die Stadt", 1)
	for _, s := range []string{named, "The MIT License (MIT)\n\n" + named, strings.ReplaceAll(named, "\n", "\r\n")} {
		if f := read("LICENSE", s); len(f.Findings) != 1 || f.Findings[0].Kind != Text || f.Findings[0].Licence != "MIT" {
			t.Errorf("a name and a year change no licence: %+v", f.Findings)
		}
	}
	apache := spdx.Text("Apache-2.0")
	for _, s := range []string{apache[:strings.Index(apache, "APPENDIX")], strings.Replace(apache, "[yyyy] [name of copyright owner]", "2026 Die Stadt", 1),
		strings.Replace(spdx.Text("GPL-2.0-only"), "51 Franklin Street, Fifth Floor, Boston, MA 02110-1301", "59 Temple Place, Suite 330, Boston, MA 02111-1307", -1),
		strings.Replace(spdx.Text("BSD-3-Clause"), "the copyright holder nor", "Google Inc. nor", 1)} {
		if f := read("COPYING", s); len(f.Findings) != 1 || f.Findings[0].Kind != Text {
			t.Errorf("without appendix, with a name, with an old address: %+v", f.Findings)
		}
	}
	for _, s := range []string{named, apache} {
		f := read("LICENSE", s+"\n\nIn addition nobody may use this software for any purpose that we do not like, ever.")
		if !f.has(Extra) {
			t.Errorf("a further condition is not seen: %+v", f.Findings)
		}
	}
	both := read("LICENSE", named+"\n\n"+spdx.Text("Apache-2.0"))
	if got := both.Licences(); !slices.Contains(got, "MIT") || !slices.Contains(got, "Apache-2.0") {
		t.Errorf("two texts in one file: %+v", both.Findings)
	}
	if f := read("LICENSE", "All rights reserved. Nobody may do anything with this."); len(f.Findings) != 0 {
		t.Errorf("%+v", f.Findings)
	}
}

func TestManifests(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"package.json":         {`{"name": "a", "version": "1", "license": "MIT"}`, "npm a 1 MIT"},
		"x/package.json":       {`{"name": "a", "licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]}`, "npm a  MIT OR Apache-2.0"},
		"composer.json":        {`{"name": "v/a", "license": ["GPL-2.0-only", "MIT"]}`, "composer v/a  GPL-2.0-only OR MIT"},
		"pom.xml":              {`<project><parent><groupId>g</groupId><version>2</version></parent><artifactId>a</artifactId><licenses><license><name>Apache License, Version 2.0</name></license></licenses></project>`, "maven g/a 2 Apache License, Version 2.0"},
		"Cargo.toml":           {"[package]\nname = \"a\"\nversion = \"1\"\nlicense = \"MIT/Apache-2.0\"\n", "cargo a 1 MIT OR Apache-2.0"},
		"w/Cargo.toml":         {"[package]\nname = \"a\"\nversion.workspace = true\n", "cargo a  "},
		"pyproject.toml":       {"[project]\nname = \"a\"\nlicense = {text = \"BSD-3-Clause\"}\n", "pypi a  BSD-3-Clause"},
		"p/pyproject.toml":     {"[project]\nname = \"a\"\nclassifiers = [\"Topic :: X\", \"License :: OSI Approved :: MIT License\"]\n", "pypi a  MIT License"},
		"q/pyproject.toml":     {"[tool.poetry]\nname = \"a\"\nlicense = \"MIT\"\n", "pypi a  MIT"},
		"setup.cfg":            {"[metadata]\nname = a\nlicense = MIT\n", "pypi a  MIT"},
		"a.gemspec":            {"Gem::Specification.new do |s|\n  s.name = 'a'\n  s.version = \"1\"\n  s.licenses = ['MIT', 'Ruby']\nend", "gem a 1 MIT OR Ruby"},
		"a.nuspec":             {`<package><metadata><id>a</id><version>1</version><license type="expression">MIT</license></metadata></package>`, "nuget a 1 MIT"},
		"go.mod":               {"module example.org/a\n\ngo 1.26\n", "golang example.org/a  "},
		"publiccode.yml":       {"name: A\nlegal:\n  license: EUPL-1.2\n", "generic A  EUPL-1.2"},
		"broken/package.json":  {`{"name": `, ""},
		"broken/Cargo.toml":    {"[package", ""},
		"deep/package.json":    {`{"license": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, "npm   "},
		"broken/pom.xml":       {"<project>", ""},
		"nothing/package.json": {`{}`, "npm   "},
	} {
		f := read(name, tt.text)
		got := ""
		if f.Package != nil {
			got = fmt.Sprintf("%s %s %s %s", f.Package.Type, f.Package.Name, f.Package.Version, f.Package.Declared)
		}
		if got != tt.want || (tt.want == "") != (f.Note == "unreadable") {
			t.Errorf("%s: %q %s, want %q", name, got, f.Note, tt.want)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"a.txt", "a.txt", true}, {"*.png", "a.png", true}, {"*.png", "x/a.png", false}, {"**/*.png", "x/y/a.png", true}, {"x/**", "x/y/a.png", true}, {"x/*", "x/y/a", false},
		{"**", "anything/at/all", true}, {"src/**/a*.c", "src/x/a/b/a1.c", true}, {"src/**/a*.c", "src/x/a/b/b1.c", false}, {`\*.c`, "*.c", true}, {`\*.c`, "a.c", false}, {"", "a", false},
		{strings.Repeat("*a", 50) + "b", strings.Repeat("a", 2000), false}, {strings.Repeat("**a", 50) + "b", strings.Repeat("a", 2000), false},
	} {
		if got := glob(tt.pattern, tt.name); got != tt.want {
			t.Errorf("%.20q and %.20q: %v", tt.pattern, tt.name, got)
		}
	}
}

func find(t *testing.T, tree Tree, path string) File {
	t.Helper()
	i := slices.IndexFunc(tree.Files, func(f File) bool { return f.Path == path })
	if i < 0 {
		t.Fatalf("%s is not among %+v", path, tree.Files)
	}
	return tree.Files[i]
}

func small() []File {
	return []File{
		read("package.json", `{"name": "termine", "version": "1.0", "license": "MIT"}`), read("LICENSE", spdx.Text("EUPL-1.2")),
		read("web/package.json", `{"name": "web", "license": "MIT"}`), read("web/LICENSE", strings.Replace(spdx.Text("MIT"), "without restriction", "without profit", 1)),
		read("main.go", tag("EUPL-1.2")), read("logo.svg", "<svg/>"), read("logo.svg.license", tag("CC-BY-4.0")), read("img/a.png", "\x00"), read("img/b.txt", "no header"),
		read("REUSE.toml", "version = 1\n[[annotations]]\npath = \"img/**\"\nSPDX-FileCopyright"+"Text = \"Die Stadt\"\nSPDX-License-"+"Identifier = \"CC0-1.0\"\n[[annotations]]\npath = [\"main.go\"]\nprecedence = \"override\"\nSPDX-License-"+"Identifier = \"ISC\"\n"),
		read("LICENSES/CC0-1.0.txt", spdx.Text("CC0-1.0")), read("LICENSES/MPL-2.0.txt", spdx.Text("MPL-2.0")), read("bare.py", "print(1)"),
	}
}

// A small tree: declared and found contradict each other, a text is changed, REUSE says what
// applies to files without a header.
func TestATree(t *testing.T) {
	tree := Conclude("termine", small())
	for path, want := range map[string]string{"main.go": "ISC", "logo.svg": "CC-BY-4.0", "img/a.png": "CC0-1.0", "img/b.txt": "CC0-1.0", "LICENSE": "EUPL-1.2", "web/LICENSE": ""} {
		if got := strings.Join(find(t, tree, path).Licences(), "|"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if c := tree.Packages[0]; c.Path != "package.json" || c.Stand != "differ" || !slices.Equal(c.Detected, []string{"EUPL-1.2"}) {
		t.Errorf("%+v", c)
	}
	if c := tree.Packages[1]; c.Stand != "differ" || c.Detected[0] != "changed MIT" {
		t.Errorf("a changed text passes for the licence: %+v", c)
	}
	kinds := map[string]int{}
	for _, p := range tree.Problems {
		kinds[p.Key]++
	}
	if kinds["changed"] != 1 || kinds["differ"] != 2 || kinds["absent"] == 0 || kinds["unused"] != 1 || tree.Without == 0 || tree.Looked != 13 {
		t.Errorf("%v, %d without, %+v", kinds, tree.Without, tree.Problems)
	}
	agrees := Conclude("x", []File{read("package.json", `{"license": "(MIT OR Apache-2.0)"}`), read("LICENSE-MIT", spdx.Text("MIT")), read("LICENSE-APACHE", spdx.Text("Apache-2.0"))})
	if agrees.Packages[0].Stand != "agree" || len(agrees.Problems) != 0 {
		t.Errorf("%+v %+v", agrees.Packages, agrees.Problems)
	}
	shelf := Conclude("x", []File{read("package.json", `{"license": "MIT"}`), read("LICENSES/MIT.txt", spdx.Text("MIT")), read("LICENSES/CC0-1.0.txt", spdx.Text("CC0-1.0")), read("a.png.license", tag("CC0-1.0")), read("a.png", "\x00")})
	if shelf.Packages[0].Stand != "agree" || len(shelf.Problems) != 0 {
		t.Errorf("%+v %+v", shelf.Packages, shelf.Problems)
	}
	lesser := Conclude("x", []File{read("package.json", `{"license": "LGPL-3.0-or-later"}`), read("COPYING", spdx.Text("GPL-3.0-only")), read("COPYING.LESSER", spdx.Text("LGPL-3.0-only"))})
	if lesser.Packages[0].Stand != "agree" {
		t.Errorf("%+v", lesser.Packages)
	}
}

func TestDocuments(t *testing.T) {
	files := append(small(), read("odd.c", tag("My own licence")))
	for i := range files {
		files[i].SHA1 = strings.Repeat("a", 40)
	}
	tree := Conclude("termine", files)
	stamp := Stamp{At: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC), Version: "1", Unique: "3e671687-395b-41f5-a30f-a58921a69b79"}
	s, err := tree.SPDX(stamp)
	if err != nil || !json.Valid(s) || !strings.Contains(string(s), `"LicenseRef-My-own-licence"`) || !strings.Contains(string(s), "with changed words") {
		t.Errorf("%v %s", err, s)
	}
	c, err := tree.CycloneDX(stamp)
	if err != nil || !json.Valid(c) || !strings.Contains(string(c), `"specVersion": "1.6"`) {
		t.Errorf("%v %s", err, c)
	}
	if flaws, err := bom.CheckSchema(c); err != nil || len(flaws) > 0 {
		t.Errorf("CycloneDX does not fit its schema: %v %v", flaws, err)
	}
	theirs, err := spdxjson.Read(bytes.NewReader(s))
	if err != nil || len(theirs.Packages) != 1+len(tree.Packages) || len(theirs.Files) == 0 {
		t.Errorf("tools-golang reads %+v, %v", theirs, err)
	}
	var bill cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(bytes.NewReader(c), cyclonedx.BOMFileFormatJSON).Decode(&bill); err != nil || bill.Components == nil || len(*bill.Components) < len(tree.Packages) {
		t.Errorf("cyclonedx-go reads %+v, %v", bill, err)
	}
	if again, err := tree.SPDX(stamp); err != nil || string(again) != string(s) {
		t.Error("the same tree gives another document")
	}
}

func FuzzRead(f *testing.F) {
	for _, x := range [][2]string{{"LICENSE", "Permission is hereby granted"}, {"package.json", `{"license": ["MIT"]}`}, {"REUSE.toml", "[[annotations]]\npath = \"*\""}, {".reuse/dep5", "Files: *\nLicense: MIT\n"},
		{"pom.xml", "<project/>"}, {"a.gemspec", "s.license = 'MIT'"}, {"a.go", tag("MIT")}, {"Cargo.toml", "[package]\nlicense = \"MIT\""}} {
		f.Add(x[0], []byte(x[1]))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if strings.ContainsRune(name, 0) || len(name) > 200 {
			t.Skip()
		}
		tree := Conclude("x", []File{Read(name, int64(len(data)), data), read("a/b.c", "x")})
		for _, write := range []func(Stamp) ([]byte, error){tree.SPDX, tree.CycloneDX} {
			if out, err := write(Stamp{}); err != nil || !json.Valid(out) {
				t.Error(err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	Warm()
	for name, text := range map[string]string{"source": tag("MIT") + strings.Repeat("int x = 1;\n", 500), "plain": strings.Repeat("int x = 1;\n", 500), "LICENSE": spdx.Text("EUPL-1.2")} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				read(map[bool]string{true: name, false: "a.c"}[name == "LICENSE"], text)
			}
		})
	}
}

func TestDeepTOMLIsRefused(t *testing.T) {
	var into map[string]any
	if err := decodeTOML([]byte("a = "+strings.Repeat("[", 1<<20)), &into); err == nil || !strings.Contains(err.Error(), "deep") {
		t.Errorf("a million brackets: %v", err)
	}
	if err := decodeTOML([]byte("a = [[1], [2]]"), &into); err != nil {
		t.Error(err)
	}
}

// What annotations say beyond bounds is left out and told: a file of the tree must not make each
// other file keep a million names, or be compared with a million patterns.
func TestAnnotationsAreBounded(t *testing.T) {
	holders, patterns := strings.Repeat(`"Jemand", `, 100_000), strings.Repeat(`"x/**", `, 100_000)
	many := "[[annotations]]\npath = \"a/**\"\nSPDX-FileCopyright" + "Text = [" + holders + "]\nSPDX-License-" + "Identifier = \"MIT\"\n"
	for name, text := range map[string]string{
		"copyrights": many, "patterns": "[[annotations]]\npath = [" + patterns + "]\nSPDX-License-" + "Identifier = \"MIT\"\n" + many,
		"annotations": strings.Repeat("[[annotations]]\npath = \"b\"\n", mostRules+1),
	} {
		tree := Conclude("x", []File{read("REUSE.toml", "version = 1\n"+text), read("a/b.c", "x")})
		if !slices.ContainsFunc(tree.Problems, func(p Problem) bool { return p.Key == "bounded" && p.Path == "REUSE.toml" && p.Detail != "" }) {
			t.Errorf("%s: nothing is told: %+v", name, tree.Problems)
		}
		if name == "annotations" {
			continue
		}
		if f := find(t, tree, "a/b.c"); len(f.Copyright) != mostHolders || !slices.Equal(f.Licences(), []string{"MIT"}) {
			t.Errorf("%s: a file keeps %d copyrights, %v", name, len(f.Copyright), f.Licences())
		}
	}
	tree := Conclude("x", []File{read(".reuse/dep5", strings.Repeat("Files: a*\nCopyright: Jemand\nLicense: MIT\n\n", mostRules+1)), read("a/b.c", "x")})
	if len(tree.Problems) == 0 || tree.Problems[0].Key != "bounded" {
		t.Errorf("dep5: %+v", tree.Problems)
	}
	if tree := Conclude("x", small()); slices.ContainsFunc(tree.Problems, func(p Problem) bool { return p.Key == "bounded" }) {
		t.Errorf("a small tree: %+v", tree.Problems)
	}
}
