// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"unicode"

	"allmende/internal/engine/spdx"

	"github.com/google/licensecheck"
)

// How much has to be there.
const (
	like      = 0.60 // part of a licence's word groups in a text, for that text to be like it
	group     = 5    // words in a group
	fewest    = 12   // groups; shorter texts are compared word for word only
	mostWords = 60_000
)

// shortest is how long the pattern of a licence may be for licensecheck to look for it: notices
// and short texts, in which names stand anywhere. Long ones are compared by ourselves; building
// the patterns of all would take ten seconds.
const shortest = 6000

var scanner = sync.OnceValue(func() *licensecheck.Scanner {
	var some []licensecheck.License
	for _, l := range licensecheck.BuiltinLicenses() {
		if len(l.LRE) <= shortest {
			some = append(some, l)
		}
	}
	s, err := licensecheck.NewScanner(some)
	if err != nil {
		panic("detect: the patterns that are built in: " + err.Error())
	}
	return s
})

// texts recognises the text of a licence in a file that is named like one: word for word by
// the SPDX list, short ones by licensecheck, which knows where names and years stand. What is
// left over is compared with every text of the list, so that a changed one is known as such.
func (f *File) texts(data []byte) {
	w := split(string(data))
	if len(w) == 0 {
		return
	}
	if id, ok := library().exact[sum(w)]; ok {
		f.Findings = []Finding{{Kind: Text, Licence: id, Certain: true, Line: 1}} // a tag within belongs to the text
		return
	}
	covered, after := 0, len(data)
	for _, m := range scanner().Scan(data).Match {
		id := present(m.ID)
		n := len(split(string(data[m.Start:m.End])))
		if id == "" || m.IsURL || !whole(id, n) {
			continue
		}
		covered, after = covered+n, m.End
		f.add(Finding{Kind: Text, Licence: id, Certain: true, Line: 1 + strings.Count(string(data[:m.Start]), "\n")})
	}
	if rest := len(w) - covered; covered > 0 && rest < 150 {
		f.extra(split(string(data[after:])))
		return
	}
	if near := nearest(w); len(near) > 0 && !f.covers(near[0].id) {
		f.compare(near, w)
		return
	}
	if covered == 0 && !f.has(Tag) {
		f.notices(data)
	}
}

// compare takes a text for that of a licence if nothing in it differs.
func (f *File) compare(near []likeness, w []string) {
	var first []string
	for i, n := range near {
		all := library().words[n.id]
		want := body(all)
		changes, rest := differences(want, w)
		if len(changes) == 0 {
			f.add(Finding{Kind: Text, Licence: n.id, Certain: true, Line: 1})
			if tail := all[len(want):]; len(tail) > 0 && len(rest) > 0 {
				_, rest = differences(tail, rest) // how to apply it is no condition
			}
			f.extra(rest)
			return
		}
		if i == 0 {
			first = changes
		}
	}
	f.add(Finding{Kind: Changed, Licence: near[0].id, Line: 1, Percent: int(100 * near[0].share), Changes: first})
}

// mostAfter is how many words may follow a licence without a person having to look at them.
const mostAfter = 8

// extra notes what follows a licence and may be a further condition.
func (f *File) extra(rest []string) {
	if len(rest) > mostAfter && len(f.Findings) > 0 {
		f.add(Finding{Kind: Extra, Licence: f.Findings[len(f.Findings)-1].Licence, Changes: []string{"– → " + phrase(rest)}})
	}
}

// body is a licence up to the end of its terms, where it says where that is: what follows
// there tells how to apply it.
func body(w []string) []string {
	end := []string{"end", "of", "terms", "and", "conditions"}
	for i := len(w) - len(end); i > len(w)/2; i-- {
		if slices.Equal(w[i:i+len(end)], end) {
			return w[:i]
		}
	}
	return w
}

// covers reports whether the text of a licence, or of one with the same text, was found whole.
func (f *File) covers(id string) bool {
	return slices.ContainsFunc(f.Findings, func(x Finding) bool { return x.Kind == Text && family(x.Licence) == family(id) })
}

// whole reports whether so many words are the text of a licence rather than a notice of it.
func whole(id string, n int) bool {
	all := len(library().words[id])
	return all == 0 && n > 60 || all > 0 && n >= all*6/10
}

// family is an id without what its text does not say: GPL-3.0-only and -or-later have one text.
func family(id string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(id, "-only"), "-or-later"), "+")
}

// present is an id of licensecheck as the SPDX list has it; empty where it has none. A text
// does not say whether later versions apply, hence the narrower reading.
func present(id string) string {
	r := spdx.Normalise(id)
	if r.Definite() {
		return r.Expr.String()
	}
	if e, ok := spdx.Find(id + "-only"); ok {
		return e.ID
	}
	return ""
}

// A shelf is the texts of the SPDX list, made comparable.
type shelf struct {
	exact  map[uint64]string   // by sum of all words
	words  map[string][]string // by id
	groups map[uint64][]int    // word group to places in ids
	ids    []string
	counts []int // distinct groups of each
}

var seed = maphash.MakeSeed()

var library = sync.OnceValue(func() *shelf {
	s := &shelf{exact: map[uint64]string{}, words: map[string][]string{}, groups: map[uint64][]int{}}
	for _, e := range spdx.List() {
		w := split(spdx.Text(e.ID))
		if len(w) == 0 {
			continue
		}
		// of licences with one text the first counts that is no withdrawn id
		if id, ok := s.exact[sum(w)]; !ok || spdx.Deprecated(id) && !spdx.Deprecated(e.ID) {
			s.exact[sum(w)] = e.ID
		}
		if spdx.Deprecated(e.ID) {
			continue
		}
		s.words[e.ID] = w
		at := len(s.ids)
		n := 0
		for g := range grouped(w) {
			s.groups[g] = append(s.groups[g], at)
			n++
		}
		s.ids, s.counts = append(s.ids, e.ID), append(s.counts, n)
	}
	return s
})

// Warm prepares what all recognition needs, which takes a second.
func Warm() {
	library()
	scanner()
}

// A likeness is what part of a licence's word groups a text has.
type likeness struct {
	id          string
	share, both float64
}

const mostNear = 4

// nearest are the licences that most word groups of a text belong to, the nearest first; none
// where no licence is like it.
func nearest(w []string) (out []likeness) {
	if len(w) > mostWords {
		w = w[:mostWords]
	}
	s := library()
	hits := make([]int, len(s.ids))
	own := grouped(w)
	for g := range own {
		for _, at := range s.groups[g] {
			hits[at]++
		}
	}
	for at, n := range hits {
		if s.counts[at] < fewest || n == 0 {
			continue
		}
		// of texts that contain one another the one counts that explains more of the file
		if part := float64(n) / float64(s.counts[at]); part >= like {
			out = append(out, likeness{s.ids[at], part, part + float64(n)/float64(max(1, len(own)))})
		}
	}
	slices.SortStableFunc(out, func(a, b likeness) int { return cmp.Compare(b.both, a.both) })
	return out[:min(len(out), mostNear)]
}

func grouped(w []string) map[uint64]bool {
	out := make(map[uint64]bool, len(w))
	for i := 0; i+group <= len(w); i++ {
		out[sum(w[i:i+group])] = true
	}
	return out
}

func sum(w []string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, x := range w {
		h.WriteString(x)
		h.WriteByte(' ')
	}
	return h.Sum64()
}

// split takes a text apart into words as the matching guidelines of SPDX (annex B) compare
// them: in small letters, without punctuation, bullets and lines of copyright.
func split(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		low := strings.ToLower(strings.TrimSpace(line))
		if strings.HasPrefix(strings.TrimLeft(low, "/*#- "), "copyright (c)") || strings.HasPrefix(low, "copyright ©") {
			continue
		}
		for _, w := range strings.FieldsFunc(low, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			switch w {
			case "licence":
				w = "license"
			case "http", "https":
				continue
			}
			out = append(out, w)
		}
	}
	return out
}

const mostDifferences = 5

// differences are the first places where a text says something else than the licence, and
// what follows the licence in it.
func differences(want, got []string) (out []string, rest []string) {
	i, j := 0, start(want, got)
	for i < len(want) && j < len(got) && len(out) < mostDifferences {
		if want[i] == got[j] {
			i, j = i+1, j+1
			continue
		}
		di, dj := resync(want[i:], got[j:])
		if !harmless(want[i:i+di], got[j:j+dj]) {
			out = append(out, short(phrase(want[i:i+di])+" → "+phrase(got[j:j+dj])))
		}
		i, j = i+di, j+dj
	}
	if i < len(want) && len(out) < mostDifferences {
		out = append(out, short(phrase(want[i:])+" → –"))
	}
	return out, got[min(j, len(got)):]
}

// addresses are words of where the Free Software Foundation has been; old texts have old ones.
var addresses = map[string]bool{"temple": true, "franklin": true, "mass": true, "massachusetts": true, "fsf": true, "www": true, "gnu": true}

// holders are how texts of the list write who holds the rights, in whose place a name stands.
var holders = []string{"the copyright holder", "the copyright holders", "the copyright holders and contributors", "copyright holder", "name of copyright owner", "the copyright owner", "yyyy name of copyright owner", "the name of the copyright holder"}

// harmless reports whether a difference is one of an address or a name.
func harmless(want, got []string) bool {
	if len(want) > 20 || len(got) > 20 {
		return false
	}
	return slices.ContainsFunc(slices.Concat(want, got), func(w string) bool { return addresses[w] }) ||
		len(got) > 0 && len(got) <= 8 && slices.Contains(holders, strings.Join(want, " "))
}

// start is where in got the licence begins; 0 where it has no beginning.
func start(want, got []string) int {
	n := min(6, len(want))
	for j := 0; j+n <= len(got); j++ {
		if slices.Equal(want[:n], got[j:j+n]) {
			return j
		}
	}
	return 0
}

// resync finds how many words to pass over on both sides until three are equal again.
func resync(a, b []string) (int, int) {
	const window = 60
	for d := 1; d < window; d++ {
		for i := 0; i <= d; i++ {
			j := d - i
			if i+3 <= len(a) && j+3 <= len(b) && slices.Equal(a[i:i+3], b[j:j+3]) {
				return i, j
			}
		}
	}
	return len(a), len(b)
}

func phrase(w []string) string {
	if len(w) > 8 {
		return strings.Join(w[:8], " ") + " …"
	}
	if len(w) == 0 {
		return "–"
	}
	return strings.Join(w, " ")
}
