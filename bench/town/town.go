// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package town invents the software of a public administration: products with bills of
// materials in CycloneDX 1.6 JSON, which share components as real ones do, a few in
// nearly all and many in one. Known components are planted in known products: the answer
// key to "where do we run it?".
//
// Names and versions are invented, but for those planted. Equal plans make equal bytes,
// on any machine and in any order.
package town

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
)

// A Plan says how large a town is.
type Plan struct {
	Products   int    `json:"products"`
	Components int    `json:"components"` // in each product
	Seed       uint64 `json:"seed"`
}

// A Town is a plan with the packages that its products are made of.
type Town struct {
	Plan
	shelves map[string]*shelf // by type of package URL
	seeds   []planted
}

// A Product is what one bill of materials describes.
type Product struct {
	ID, Name, Version string // "p00001", "Fachverfahren p00001", "1.2.0"
	Profile, Quality  string
	Parts             []Part
	number            int
}

// A Part is one version of a package; they compare with ==.
type Part struct {
	*Package
	Version Version
}

// profiles of products, their share, and of which types of packages they are made. The
// first type fills up what rounding leaves.
var profiles = []struct {
	name  string
	share float64
	mix   []portion
}{
	{"java", .32, []portion{{"maven", .66}, {"npm", .14}, {"deb", .20}}},
	{"node", .22, []portion{{"npm", .82}, {"deb", .18}}},
	{"python", .16, []portion{{"pypi", .52}, {"npm", .08}, {"deb", .40}}},
	{"php", .14, []portion{{"composer", .46}, {"npm", .30}, {"deb", .24}}},
	{"go", .12, []portion{{"golang", .80}, {"deb", .20}}},
	{"image", .04, []portion{{"deb", .70}, {"pypi", .10}, {"golang", .20}}},
}

type portion struct {
	kind  string
	share float64
}

// qualities of documents: all that the BSI asks for, what tools give today, the least.
var qualities = []struct {
	name  string
	share float64
}{{"full", .10}, {"typical", .65}, {"poor", .25}}

// New stocks the shelves.
func New(p Plan) *Town {
	t := &Town{Plan: p, shelves: map[string]*shelf{}}
	scale := max(1, (p.Components+2499)/2500)
	for _, s := range stock {
		t.shelves[s.kind] = fill(s.kind, s.names*scale, t.dice(s.kind, 0))
	}
	t.seeds = sow()
	return t
}

// dice returns the same numbers for the same purpose, independent of any other.
func (t *Town) dice(what string, n int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(what))
	return rand.New(rand.NewPCG(t.Seed, h.Sum64()+uint64(n)*0x9e3779b97f4a7c15))
}

// Product draws product n, from 0. It is safe for concurrent use.
func (t *Town) Product(n int) Product {
	r := t.dice("product", n)
	p := Product{number: n, ID: "p" + pad(n+1, 5), Version: strconv.Itoa(1+n%7) + "." + strconv.Itoa(n%13) + ".0"}
	p.Name = "Fachverfahren " + p.ID
	profile := profiles[0]
	for _, profile = range profiles {
		if r.Float64() < profile.share/rest(profile.name) {
			break
		}
	}
	p.Profile, p.Quality = profile.name, quality(r)
	p.Parts = make([]Part, 0, t.Components)
	p.Parts = append(p.Parts, t.plantedIn(profile.name, r)...)
	left := t.Components - len(p.Parts)
	for i, m := range profile.mix {
		want := int(float64(left) * m.share)
		if i == 0 {
			want = left - others(profile.mix, left)
		}
		p.Parts = t.shelves[m.kind].draw(p.Parts, want, r)
	}
	return p
}

// rest is the share of a profile and all after it, so that asking one by one is fair.
func rest(name string) float64 {
	sum, counting := 0.0, false
	for _, p := range profiles {
		counting = counting || p.name == name
		if counting {
			sum += p.share
		}
	}
	return sum
}

func others(mix []portion, left int) int {
	n := 0
	for _, m := range mix[1:] {
		n += int(float64(left) * m.share)
	}
	return n
}

func quality(r *rand.Rand) string {
	x := r.Float64()
	for _, q := range qualities {
		if x -= q.share; x < 0 {
			return q.name
		}
	}
	return qualities[len(qualities)-1].name
}

// Census counts in how many products each part is.
func (t *Town) Census() map[Part]int {
	out := map[Part]int{}
	for n := range t.Products {
		for _, p := range t.Product(n).Parts {
			out[p]++
		}
	}
	return out
}

// pad writes n with at least so many digits.
func pad(n, digits int) string {
	s := strconv.Itoa(n)
	for len(s) < digits {
		s = "0" + s
	}
	return s
}
