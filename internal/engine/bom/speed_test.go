// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	spdxjson "github.com/spdx/tools-golang/json"
)

// Two readers of SPDX in JSON, ours and the general library's, agree about our
// fixtures and about npm's document.
func TestOurSPDXReaderAgreesWithTheLibrary(t *testing.T) {
	for _, name := range []string{"antrag.spdx.json", "npm.spdx.json"} {
		data := fixture(t, name)
		ours := mustRead(t, data)
		tree, err := spdxjson.Read(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		r := newSPDX2(newBuilder(data, Defaults), "json")
		r.doc.Version = ours.Version
		theirs, err := r.takeTree(tree)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, outline(ours), outline(theirs))
	}
}

// generated is a document like those that cdxgen writes, with n components and
// about three dependencies each.
func generated(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	purl := func(i int) string {
		return fmt.Sprintf("pkg:maven/org.example.group%d/artifact-%d@%d.%d.%d?type=jar", i%40, i, i%7, i%13, i%5)
	}
	var components, dependencies []string
	for i := range n {
		components = append(components, fmt.Sprintf(`    {
      "bom-ref": %q,
      "type": "library",
      "group": "org.example.group%d",
      "name": "artifact-%d",
      "version": "%d.%d.%d",
      "description": "An artifact that exists for the sake of measuring only",
      "scope": "required",
      "hashes": [{"alg": "SHA-256", "content": "%064x"}],
      "licenses": [{"license": {"id": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0.txt"}}],
      "purl": %q,
      "externalReferences": [{"type": "vcs", "url": "https://git.example.org/artifact-%d.git"}],
      "properties": [{"name": "SrcFile", "value": "pom.xml"}]
    }`, purl(i), i%40, i, i%7, i%13, i%5, r.Uint64(), purl(i), i))
		var needs []string
		for range min(3, n-1-i) {
			needs = append(needs, fmt.Sprintf("%q", purl(i+1+r.IntN(n-1-i))))
		}
		dependencies = append(dependencies, fmt.Sprintf("    {\"ref\": %q, \"dependsOn\": [%s]}", purl(i), strings.Join(needs, ", ")))
	}
	return []byte("{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\",\n  \"metadata\": {\"component\": {\"bom-ref\": \"root\", \"type\": \"application\", \"name\": \"root\"}},\n  \"components\": [\n" +
		strings.Join(components, ",\n") + "\n  ],\n  \"dependencies\": [\n    {\"ref\": \"root\", \"dependsOn\": [" + fmt.Sprintf("%q", purl(0)) + "]},\n" + strings.Join(dependencies, ",\n") + "\n  ]\n}\n")
}

// typed is what a reader by reflection would need for the same content.
type typed struct {
	BOMFormat   string `json:"bomFormat"`
	SpecVersion string `json:"specVersion"`
	Metadata    struct {
		Component typedComponent `json:"component"`
	} `json:"metadata"`
	Components   []typedComponent `json:"components"`
	Dependencies []struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	} `json:"dependencies"`
}

type typedComponent struct {
	BOMRef   string `json:"bom-ref"`
	Type     string `json:"type"`
	Group    string `json:"group"`
	Name     string `json:"name"`
	Version  string `json:"version"`
	PURL     string `json:"purl"`
	Scope    string `json:"scope"`
	Hashes   []Hash `json:"hashes"`
	Licences []struct {
		Licence    struct{ ID, Name string } `json:"license"`
		Expression string                    `json:"expression"`
	} `json:"licenses"`
	Components []typedComponent `json:"components"`
}

func TestTheGeneratedDocumentIsReadWhole(t *testing.T) {
	doc := mustRead(t, generated(1000))
	if len(doc.Components) != 1001 || doc.WarningTotal != 0 || doc.Root != 0 {
		t.Errorf("%d components, root %d, %v", len(doc.Components), doc.Root, doc.Warnings)
	}
}

// Reading a component costs few allocations: its text lies in shared pieces.
func TestReadingAllocatesLittle(t *testing.T) {
	data := generated(1000)
	n := testing.AllocsPerRun(5, func() { mustRead(t, data) })
	if n > 4000 {
		t.Errorf("%v allocations for 1,000 components", n)
	}
}

func BenchmarkRead(b *testing.B) {
	data := generated(1000)
	b.Run("bom", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			mustRead(b, data)
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var doc typed
			if err := json.Unmarshal(data, &doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tree", func(b *testing.B) {
		doc := mustRead(b, data)
		b.ReportAllocs()
		for b.Loop() {
			doc.Tree()
		}
	})
}

// BenchmarkSize shows how reading grows with the document.
func BenchmarkSize(b *testing.B) {
	for _, n := range []int{1000, 4000, 16000} {
		data := generated(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				mustRead(b, data)
			}
		})
	}
}
