// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package town

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
)

// stock says how many names there are of each type, for products of up to 2,500
// components; larger ones need more to choose from.
var stock = []struct {
	kind  string
	names int
}{{"maven", 9100}, {"npm", 12500}, {"pypi", 4700}, {"golang", 6000}, {"composer", 3300}, {"deb", 6000}}

// A shelf holds the packages of one type, the popular ones in front.
type shelf struct {
	packages []*Package
	weights  []float64 // summed up
}

var licences = []struct {
	id    string
	share float64
}{
	{"MIT", .34}, {"Apache-2.0", .31}, {"BSD-3-Clause", .08}, {"ISC", .06}, {"GPL-2.0-or-later", .04}, {"LGPL-2.1-or-later", .04}, {"EPL-2.0", .03},
	{"MPL-2.0", .025}, {"GPL-3.0-or-later", .02}, {"BSD-2-Clause", .02}, {"MIT OR Apache-2.0", .012}, {"AGPL-3.0-only", .006},
	{"GPL-2.0-only WITH Classpath-exception-2.0", .006}, {"CDDL-1.1", .005}, {"MIT AND BSD-3-Clause", .005}, {"EUPL-1.2", .003}, {"", .03},
}

func licence(r *rand.Rand) string {
	x := r.Float64()
	for _, l := range licences {
		if x -= l.share; x < 0 {
			return l.id
		}
	}
	return "Zlib"
}

// fill invents n packages. How often one is chosen falls with its place, as in Zipf's
// law, flattened at the front.
func fill(kind string, n int, r *rand.Rand) *shelf {
	s := &shelf{}
	sum := 0.0
	for i := range n {
		p := &Package{Type: kind, licence: licence(r)}
		p.Group, p.Name = invent(kind, i, r)
		p.Versions = versions(kind, r)
		s.packages = append(s.packages, p)
		sum += math.Pow(float64(i+20), -.75)
		s.weights = append(s.weights, sum)
	}
	return s
}

// versions invents what a package was released as, the oldest first.
func versions(kind string, r *rand.Rand) []Version {
	out := make([]Version, 1+int(r.ExpFloat64()*1.7))
	for i := range out {
		out[i] = Version{Major: min(int(r.ExpFloat64()*2.2), 40), Minor: int(r.ExpFloat64() * 8.3), Patch: int(r.ExpFloat64() * 4)}
		if kind == "deb" {
			out[i].Revision = 1 + r.IntN(8)
		}
	}
	slices.SortFunc(out, Version.Compare)
	return slices.Compact(out)
}

// draw adds n different packages in one version each; old versions are more frequent.
func (s *shelf) draw(to []Part, n int, r *rand.Rand) []Part {
	n = min(n, len(s.packages))
	seen := make(map[int]bool, n)
	for len(seen) < n {
		i := sort.SearchFloat64s(s.weights, r.Float64()*s.weights[len(s.weights)-1])
		if i = min(i, len(s.packages)-1); seen[i] {
			continue
		}
		seen[i] = true
		p := s.packages[i]
		x := r.Float64()
		to = append(to, Part{p, p.Versions[int(float64(len(p.Versions))*x*x)]})
	}
	return to
}

var (
	syllables = []string{"ak", "bel", "cor", "dun", "elm", "fir", "gar", "hal", "ivo", "jun", "kar", "lum", "mer", "nor", "oda", "pal", "quin", "rho", "sil", "tam", "ulm", "ver", "wen", "xan", "yor", "zul"}
	tasks     = []string{"auth", "batch", "bridge", "cache", "chart", "client", "codec", "config", "core", "crypt", "date", "event", "form", "geo", "grid", "http", "index", "json", "log", "mail", "map", "parse", "pdf", "print", "queue", "render", "route", "rule", "scan", "schema", "search", "store", "stream", "sync", "table", "text", "token", "view", "xml"}
	groups    = []string{"org.%", "de.%", "io.%", "com.%", "net.%", "eu.%.tools", "org.%.project", "com.%.labs"}
)

// invent makes group and name of package i; i keeps names apart.
func invent(kind string, i int, r *rand.Rand) (group, name string) {
	who := syllables[r.IntN(len(syllables))] + syllables[r.IntN(len(syllables))]
	name = tasks[r.IntN(len(tasks))] + "-" + tasks[r.IntN(len(tasks))] + "-" + strconv.Itoa(i)
	switch kind {
	case "maven":
		g := groups[r.IntN(len(groups))]
		at := slices.Index([]byte(g), '%')
		return g[:at] + who + g[at+1:], name
	case "npm":
		if r.Float64() < .35 {
			group = "@" + who
		}
		return group, name
	case "composer":
		return who, name
	case "golang":
		return "", "git.example.org/" + who + "/" + name
	case "deb":
		return "", "lib" + who + strconv.Itoa(i)
	}
	return "", name
}
