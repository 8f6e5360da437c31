// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// An invented estate: documents whose packages repeat as in a real one, few everywhere
// and most in a handful of products.
type invented struct {
	random *rand.Rand
	often  *rand.Zipf
	names  []string
}

var (
	words    = strings.Fields("data core auth http json cache log queue form map geo xml pdf mail user role case file index search token crypt date text table chart grid print scan sync store")
	licences = strings.Fields("MIT MIT MIT MIT Apache-2.0 Apache-2.0 Apache-2.0 BSD-3-Clause ISC GPL-2.0-or-later LGPL-2.1-or-later EPL-2.0 MPL-2.0")
)

// invent makes the packages of an estate; the same seed invents the same.
func invent(seed uint64, packages int) *invented {
	r := rand.New(rand.NewPCG(seed, 1))
	e := &invented{random: r, often: rand.NewZipf(r, 1.07, 60, uint64(packages-1)), names: make([]string, packages)}
	for i := range e.names {
		a, b := words[r.IntN(len(words))], words[r.IntN(len(words))]
		v := fmt.Sprintf("%d.%d.%d", r.IntN(9), r.IntN(30), r.IntN(12))
		switch i % 5 {
		case 0, 1:
			e.names[i] = fmt.Sprintf("pkg:npm/%s-%s-%d@%s", a, b, i, v)
		case 2, 3:
			e.names[i] = fmt.Sprintf("pkg:maven/org.%s.%s/%s-%d@%s", a, b, b, i, v)
		case 4:
			e.names[i] = fmt.Sprintf("pkg:deb/debian/lib%s%d@%s-1?arch=amd64&distro=debian-12", a, i, v)
		}
	}
	return e
}

// document writes the CycloneDX document of one product.
func (e *invented) document(product, components int) []byte {
	var b strings.Builder
	root := fmt.Sprintf("pkg:generic/estate/p%05d@1.0", product)
	fmt.Fprintf(&b, `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{"timestamp":"2026-01-02T08:00:00Z","component":{"type":"application","bom-ref":%q,"name":"Fachverfahren p%05d","version":"1.0","purl":%q}},"components":[`, root, product, root)
	refs := e.pick(components)
	for i, p := range refs {
		if i > 0 {
			b.WriteString(",\n")
		}
		name, version, _ := strings.Cut(p[strings.LastIndexByte(p, '/')+1:], "@")
		fmt.Fprintf(&b, `{"type":"library","bom-ref":%q,"name":%q,"version":%q,"licenses":[{"license":{"id":%q}}],"hashes":[{"alg":"SHA-256","content":"%064x"}],"externalReferences":[{"type":"vcs","url":"https://git.example.org/%s"}],"purl":%q}`,
			p, name, version, licences[e.random.IntN(len(licences))], e.random.Uint64(), name, p)
	}
	b.WriteString(`],"dependencies":[`)
	e.edges(&b, root, refs)
	b.WriteString("]}\n")
	return []byte(b.String())
}

// pick draws distinct packages.
func (e *invented) pick(n int) []string {
	seen, out := map[uint64]bool{}, make([]string, 0, n)
	for len(out) < n {
		if i := e.often.Uint64(); !seen[i] {
			seen[i] = true
			out = append(out, e.names[i])
		}
	}
	return out
}

// edges lets the product ask for the first twenty-fifth and each other for a later one.
func (e *invented) edges(b *strings.Builder, root string, refs []string) {
	top := max(1, len(refs)/25)
	kids := make([][]string, len(refs))
	for i := top; i < len(refs); i++ {
		from := e.random.IntN(i)
		kids[from] = append(kids[from], refs[i])
	}
	fmt.Fprintf(b, `{"ref":%q,"dependsOn":[%s]}`, root, quoted(refs[:top]))
	for i, r := range refs {
		fmt.Fprintf(b, ",\n"+`{"ref":%q,"dependsOn":[%s]}`, r, quoted(kids[i]))
	}
}

func quoted(list []string) string {
	q := make([]string, len(list))
	for i, s := range list {
		q[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(q, ",")
}
