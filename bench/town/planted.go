// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package town

import "math/rand/v2"

// A planted part is in a known share of the products of one profile.
type planted struct {
	part    Part
	share   float64
	profile string
	hit     bool
}

// Planting says which products hold a planted part.
type Planting struct {
	PURL       string   `json:"purl"`
	Vulnerable bool     `json:"vulnerable"`
	Products   []string `json:"products"`
}

// sow lists what is planted. The packages exist; their advisories are in the package feed.
func sow() []planted {
	log4j := &Package{Type: "maven", Group: "org.apache.logging.log4j", Name: "log4j-core", licence: "Apache-2.0"}
	text := &Package{Type: "maven", Group: "org.apache.commons", Name: "commons-text", licence: "Apache-2.0"}
	beans := &Package{Type: "maven", Group: "org.springframework", Name: "spring-beans", licence: "Apache-2.0"}
	lodash := &Package{Type: "npm", Name: "lodash", licence: "MIT"}
	minimist := &Package{Type: "npm", Name: "minimist", licence: "MIT"}
	return []planted{
		{Part{log4j, Version{Major: 2, Minor: 14, Patch: 1}}, .06, "java", true},
		{Part{log4j, Version{Major: 2, Minor: 17, Patch: 1}}, .40, "java", false},
		{Part{text, Version{Major: 1, Minor: 9}}, .15, "java", true},
		{Part{text, Version{Major: 1, Minor: 10}}, .20, "java", false},
		{Part{beans, Version{Major: 5, Minor: 3, Patch: 17}}, .10, "java", true},
		{Part{beans, Version{Major: 5, Minor: 3, Patch: 39}}, .45, "java", false},
		{Part{lodash, Version{Major: 4, Minor: 17, Patch: 20}}, .12, "node", true},
		{Part{lodash, Version{Major: 4, Minor: 17, Patch: 21}}, .70, "node", false},
		{Part{minimist, Version{Major: 1, Minor: 2, Patch: 5}}, .10, "node", true},
		{Part{minimist, Version{Major: 1, Minor: 2, Patch: 8}}, .60, "node", false},
	}
}

// plantedIn draws what is planted in one product: at most one version of a package.
func (t *Town) plantedIn(profile string, r *rand.Rand) []Part {
	var out []Part
	for _, s := range t.seeds {
		if s.profile != profile || r.Float64() >= s.share || len(out) == t.Components {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Package == s.part.Package {
			continue
		}
		out = append(out, s.part)
	}
	return out
}

// Planted is the answer key.
func (t *Town) Planted() []Planting {
	out := make([]Planting, len(t.seeds))
	at := map[Part]int{}
	for i, s := range t.seeds {
		out[i] = Planting{PURL: s.part.PURL(), Vulnerable: s.hit, Products: []string{}}
		at[s.part] = i
	}
	for n := range t.Products {
		p := t.Product(n)
		for _, part := range p.Parts[:min(len(t.seeds), len(p.Parts))] {
			if i, ok := at[part]; ok {
				out[i].Products = append(out[i].Products, p.ID)
			}
		}
	}
	return out
}

// Vulnerable returns the planted parts that an advisory hits.
func (t *Town) Vulnerable() []Part {
	var out []Part
	for _, s := range t.seeds {
		if s.hit {
			out = append(out, s.part)
		}
	}
	return out
}

// Packages returns all packages of a type that are not planted, the popular ones first.
func (t *Town) Packages(kind string) []*Package { return t.shelves[kind].packages }
