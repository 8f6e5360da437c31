// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package town

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"strconv"
)

// Document writes the bill of materials of product n as CycloneDX 1.6 JSON. It is safe
// for concurrent use.
func (t *Town) Document(n int) []byte {
	p := t.Product(n)
	w := &writer{quality: p.Quality, b: make([]byte, 0, 600*len(p.Parts)+1000)}
	w.head(t.Seed, p)
	w.add(`,"components":[`)
	for i, part := range p.Parts {
		w.comma(i)
		w.component(part)
	}
	w.add("]")
	if p.Quality != "poor" {
		w.tree(p, t.shape(p))
	}
	if p.Quality == "full" {
		w.add(`,"compositions":[{"aggregate":"complete","assemblies":["`, p.root(), `"]}]`)
	}
	w.add("}\n")
	return w.b
}

func (p Product) root() string { return "pkg:generic/" + p.ID + "@" + p.Version }

// shape gives each part the one it came in with, -1 for what the product itself asks for.
func (t *Town) shape(p Product) []int {
	r := t.dice("shape", p.number)
	direct := max(1, len(p.Parts)/25)
	out := make([]int, len(p.Parts))
	for i := range out {
		out[i] = -1
		if i >= direct {
			x := r.Float64()
			out[i] = int(float64(i) * x * x)
		}
	}
	return out
}

// A writer writes JSON. All texts of a town are plain ASCII without quotes.
type writer struct {
	b       []byte
	quality string
}

func (w *writer) add(texts ...string) {
	for _, s := range texts {
		w.b = append(w.b, s...)
	}
}

func (w *writer) comma(i int) {
	if i > 0 {
		w.add(",\n")
	}
}

func (w *writer) head(seed uint64, p Product) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%d", seed, p.number))
	h := hex.EncodeToString(sum[:16])
	w.add(`{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:`,
		h[:8], "-", h[8:12], "-4", h[13:16], "-8", h[17:20], "-", h[20:], `","version":1,"metadata":{"timestamp":"2026-`,
		pad(1+p.number%12, 2), "-", pad(1+p.number%28, 2), `T08:00:00Z",`)
	if w.quality != "poor" {
		w.add(`"tools":{"components":[{"type":"application","name":"town","version":"1"}]},`)
	}
	maker := "Hersteller " + strconv.Itoa(p.number%97)
	if w.quality == "full" {
		w.add(`"authors":[{"name":"OSPO","email":"ospo@stadt.example"}],"manufacturer":{"name":"`, maker, `","url":["https://hersteller.example"]},`)
	}
	w.add(`"component":{"type":"application","bom-ref":"`, p.root(), `","name":"`, p.Name, `","version":"`, p.Version, `","purl":"`, p.root(), `"`)
	if w.quality == "full" {
		w.add(`,"supplier":{"name":"`, maker, `"},"licenses":[{"license":{"id":"EUPL-1.2","acknowledgement":"concluded"}}]`)
	}
	w.add("}}")
}

func (w *writer) component(p Part) {
	purl := p.PURL()
	sum := sha512.Sum512([]byte(purl))
	w.add(`{"type":"library","bom-ref":"`, purl, `",`)
	if p.Group != "" {
		w.add(`"group":"`, p.Group, `",`)
	}
	w.add(`"name":"`, p.Name, `","version":"`, p.Text(), `",`)
	if w.quality != "poor" {
		w.licence(p.licence, sum[0])
		w.hashes(sum)
		w.add(`"externalReferences":[{"type":"vcs","url":"https://git.example.org/`, p.Name, `"}`)
		if w.quality == "full" {
			w.add(`,{"type":"distribution","url":"https://repo.example.org/`, p.Name, "-", p.Text(), `"}`)
		}
		w.add("],")
	}
	w.add(`"purl":"`, purl, `"`)
	if w.quality == "full" {
		w.full(p)
	}
	w.add("}")
}

// licence writes what is declared; typical documents lack it for a tenth.
func (w *writer) licence(id string, chance byte) {
	switch {
	case id == "" || w.quality == "typical" && chance < 26:
	case len(id) > 20 || id == "MIT OR Apache-2.0":
		w.add(`"licenses":[{"expression":"`, id, `"}],`)
	case w.quality == "full":
		w.add(`"licenses":[{"license":{"id":"`, id, `","acknowledgement":"concluded"}}],`)
	default:
		w.add(`"licenses":[{"license":{"id":"`, id, `"}}],`)
	}
}

func (w *writer) hashes(sum [sha512.Size]byte) {
	if w.quality == "full" {
		w.add(`"hashes":[{"alg":"SHA-512","content":"`, hex.EncodeToString(sum[:]), `"}],`)
	} else if sum[1] < 204 {
		w.add(`"hashes":[{"alg":"SHA-256","content":"`, hex.EncodeToString(sum[:32]), `"}],`)
	}
}

// full adds what TR-03183-2 of the BSI asks for besides.
func (w *writer) full(p Part) {
	w.add(`,"supplier":{"name":"`, p.Name, ` project","url":["https://example.org/`, p.Name, `"]}`)
	w.add(`,"properties":[{"name":"bsi:component:filename","value":"`, p.Name, "-", p.Text(), `.tgz"}`)
	for _, x := range []string{"executable", "archive", "structured"} {
		w.add(`,{"name":"bsi:component:`, x, `","value":"`, x, `"}`)
	}
	w.add("]")
}

// tree writes who asks for whom.
func (w *writer) tree(p Product, parents []int) {
	children := make([][]int, len(parents)+1) // the product's own at the end
	for i, parent := range parents {
		if parent < 0 {
			parent = len(parents)
		}
		children[parent] = append(children[parent], i)
	}
	w.add(`,"dependencies":[`)
	w.asks(p, p.root(), children[len(parents)])
	for i, part := range p.Parts {
		w.comma(1)
		w.asks(p, part.PURL(), children[i])
	}
	w.add("]")
}

func (w *writer) asks(p Product, ref string, children []int) {
	w.add(`{"ref":"`, ref, `"`)
	for i, c := range children {
		if i == 0 {
			w.add(`,"dependsOn":["`)
		} else {
			w.add(`","`)
		}
		w.add(p.Parts[c].PURL())
	}
	if len(children) > 0 {
		w.add(`"]`)
	}
	w.add("}")
}
