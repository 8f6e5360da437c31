// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/inventory"
	"allmende/internal/ospo"
)

// listed reads a CycloneDX document whose product is r; each component is "ref name".
func listed(t *testing.T, edges string, components ...string) *content {
	t.Helper()
	var list []string
	for _, c := range components {
		ref, name, _ := strings.Cut(c, " ")
		list = append(list, `{"type":"library","bom-ref":"`+ref+`","name":"`+name+`"}`)
	}
	doc, err := bom.Read([]byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","bom-ref":"r","name":"product"}},
		"components":[`+strings.Join(list, ",")+`],"dependencies":[`+edges+`]}`), bom.Defaults)
	if err != nil {
		t.Fatal(err)
	}
	return gather(doc)
}

// parents writes each package with the one that asks for it.
func (c *content) parents() string {
	names := map[int64]string{inventory.Product: "product", inventory.Nobody: "nobody"}
	for i, id := range c.packages.ids {
		names[id] = describe(c.packages.keys[i]).Name
	}
	var all []string
	for i, id := range c.items.Packages {
		all = append(all, names[id]+"<"+names[c.items.Parents[i]])
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestParents(t *testing.T) {
	for _, tt := range []struct {
		name, edges string
		components  []string
		want        string
	}{
		{"a chain", `{"ref":"r","dependsOn":["1"]},{"ref":"1","dependsOn":["2"]}`, []string{"1 a", "2 b"}, "a<product b<a"},
		{"the nearest of two mentions counts", `{"ref":"r","dependsOn":["1","3"]},{"ref":"1","dependsOn":["2"]}`, []string{"1 a", "2 b", "3 b"}, "a<product b<product"},
		{"mentions that ask for each other", `{"ref":"r","dependsOn":["1"]},{"ref":"1","dependsOn":["2"]},{"ref":"2","dependsOn":["3"]},{"ref":"3","dependsOn":["4"]}`,
			[]string{"1 x", "2 a", "3 b", "4 a"}, "a<x b<a x<product"},
		{"the product listed again", `{"ref":"r","dependsOn":["1"]},{"ref":"1","dependsOn":["2"]}`, []string{"1 product", "2 b"}, "b<product"},
		{"nobody says who asks", `{"ref":"r","dependsOn":["1"]}`, []string{"1 a", "2 b"}, "a<product b<nobody"},
		{"no dependencies at all", ``, []string{"1 a", "2 b"}, "a<nobody b<nobody"},
		{"a circle", `{"ref":"r","dependsOn":["1"]},{"ref":"1","dependsOn":["2"]},{"ref":"2","dependsOn":["1"]}`, []string{"1 a", "2 b"}, "a<product b<a"},
	} {
		if got := listed(t, tt.edges, tt.components...).parents(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func ids(list ...ospo.PackageID) []ospo.PackageID { return list }

func TestGone(t *testing.T) {
	for _, tt := range []struct{ before, now, want []ospo.PackageID }{
		{nil, ids(1, 2), nil},
		{ids(1, 2, 3), ids(2), ids(1, 3)},
		{ids(1, 2), ids(1, 2, 3), nil},
		{ids(5), nil, ids(5)},
	} {
		if got := gone(tt.before, tt.now); !slices.Equal(got, tt.want) {
			t.Errorf("gone(%v, %v) = %v, want %v", tt.before, tt.now, got, tt.want)
		}
	}
}

func TestAForgedNumberIsNoticed(t *testing.T) {
	k := newKnown()
	var one, other candidates
	one.add(7, "pkg:npm/a@1")
	other.add(7, "pkg:npm/b@1")
	k.add(one)
	if missing, err := k.missing(one); err != nil || len(missing.ids) != 0 {
		t.Errorf("what is known: missing %v, %v", missing, err)
	}
	if _, err := k.missing(other); err == nil {
		t.Error("another key under a known number was taken for the known one")
	}
}

func TestDescribe(t *testing.T) {
	for key, want := range map[string]bom.Package{
		"pkg:npm/%40angular/core@17.0.1":                   {Type: "npm", Namespace: "@angular", Name: "core", Version: "17.0.1"},
		"pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64": {Type: "deb", Namespace: "debian", Name: "libc6", Version: "2.36-9+deb12u4", Qualifiers: "arch=amd64"},
		"name:org.x/thing@1.0":                             {Namespace: "org.x", Name: "thing", Version: "1.0"},
		"name:/a/b@c@2":                                    {Name: "a/b@c", Version: "2"},
	} {
		want.Key = key
		if got := describe(key); got != want {
			t.Errorf("describe(%q) = %+v, want %+v", key, got, want)
		}
	}
}

// FuzzGather: whatever can be read leads from each package to the product or to nobody,
// and every mention is counted once.
func FuzzGather(f *testing.F) {
	f.Add([]byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","bom-ref":"r","name":"p"}},"components":[{"type":"library","bom-ref":"a","name":"a"},{"type":"library","bom-ref":"b","name":"a"}],"dependencies":[{"ref":"r","dependsOn":["b"]},{"ref":"b","dependsOn":["a"]},{"ref":"a","dependsOn":["b"]}]}`))
	f.Add([]byte(`{"bomFormat":"CycloneDX","specVersion":"1.4","components":[{"type":"library","purl":"pkg:npm/x@1","components":[{"type":"file","name":"y"}]}]}`))
	f.Add([]byte("SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\nPackageName: a\nSPDXID: SPDXRef-a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := bom.Read(data, bom.Limits{Bytes: 1 << 20, Components: 1000, Depth: 50, Warnings: 10})
		if err != nil {
			return
		}
		c := gather(doc)
		if !slices.IsSorted(c.items.Packages) || c.count.Packages != len(c.items.Packages) || c.count.Packages+c.count.Duplicates > c.count.Components {
			t.Fatalf("%+v, packages %v", c.count, c.items.Packages)
		}
		for i := range c.items.Packages {
			at := i
			for steps := 0; c.items.Parents[at] > 0; steps++ {
				next, ok := slices.BinarySearch(c.items.Packages, c.items.Parents[at])
				if !ok || steps > len(c.items.Packages) {
					t.Fatalf("the way from %d leads nowhere or in a circle", c.items.Packages[i])
				}
				at = next
			}
		}
	})
}
