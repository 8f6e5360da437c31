// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package feed invents advisories in OSV format, shaped like those that osv.dev publishes
// (ranges, listed versions, aliases, vectors, withdrawn ones), of which a known number
// hits the packages of a town. It knows the answer: how many package versions are
// vulnerable, and in how many products. The advisories of what the town has planted are
// among them, with their true ids and ranges.
package feed

import (
	"math/rand/v2"

	"allmende/bench/town"
)

// A Plan says how many records there are, and how often in all products together they
// are to hit. Zero findings leave what is planted.
type Plan struct {
	Records  int    `json:"records"`
	Findings int    `json:"findings"`
	First    int    `json:"first"` // number of the first, so that a second feed makes others
	Seed     uint64 `json:"seed"`
}

// An Answer is what matching has to come to.
type Answer struct {
	Records  int            `json:"records"`
	Matches  int            `json:"matches"`  // package version × vulnerability
	Findings int            `json:"findings"` // product × package version × vulnerability
	Files    map[string]int `json:"ecosystems"`
}

// A Feed makes records, one vulnerability after the other.
type Feed struct {
	Answer Answer // complete once the last record is made
	plan   Plan
	r      *rand.Rand
	counts map[*town.Package]map[town.Version]int
	drawn  []*town.Package // a package as often as products hold it: hits fall on popular ones
	cold   map[string][]*town.Package
	serial int
	kev    []string // CVE numbers that are exploited
	epss   []string // lines of the list
}

// New prepares advisories about t, whose census says what is in use.
func New(t *town.Town, census map[town.Part]int, p Plan) *Feed {
	f := &Feed{plan: p, serial: p.First, Answer: Answer{Files: map[string]int{}}, r: rand.New(rand.NewPCG(p.Seed, 2)),
		counts: map[*town.Package]map[town.Version]int{}, cold: map[string][]*town.Package{}}
	for part, n := range census {
		if f.counts[part.Package] == nil {
			f.counts[part.Package] = map[town.Version]int{}
		}
		f.counts[part.Package][part.Version] = n
	}
	for _, l := range ledgers {
		for _, p := range t.Packages(l.kind) {
			n := 0
			for _, c := range f.counts[p] {
				n += c
			}
			for range (n + 9) / 10 {
				f.drawn = append(f.drawn, p)
			}
			if n == 0 {
				f.cold[l.kind] = append(f.cold[l.kind], p)
			}
		}
	}
	for _, part := range t.Vulnerable() {
		if n := census[part]; n > 0 && p.First == 0 {
			f.Answer.Matches++
			f.Answer.Findings += n
		}
	}
	return f
}

// Each calls do with each record, its ecosystem first, until do fails.
func (f *Feed) Each(do func(eco string, r Record) error) error {
	send := func(l ledger, r Record) error {
		f.Answer.Records++
		f.Answer.Files[l.file]++
		return do(l.file, r)
	}
	for _, k := range f.known() {
		if err := send(ledgerOf(k.kind), k.record); err != nil {
			return err
		}
	}
	for f.Answer.Records < f.plan.Records {
		l, records := f.next()
		for _, r := range records {
			if err := send(l, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// known are the true advisories; a second feed leaves them out.
func (f *Feed) known() []fact {
	if f.plan.First > 0 {
		return nil
	}
	return known()
}

// next invents one vulnerability and the records about it.
func (f *Feed) next() (ledger, []Record) {
	due := float64(f.plan.Findings) * float64(f.Answer.Records) / float64(max(1, f.plan.Records))
	hits := float64(f.Answer.Findings) < due && len(f.drawn) > 0
	l := ledgerAt(f.r.Float64())
	if !hits {
		return l, f.records(l, f.stranger(l))
	}
	p := f.drawn[f.r.IntN(len(f.drawn))]
	return ledgerOf(p.Type), f.records(ledgerOf(p.Type), p)
}

// stranger returns a package that is in no product: invented, or one of the town's that
// nobody uses.
func (f *Feed) stranger(l ledger) *town.Package {
	if cold := f.cold[l.kind]; len(cold) > 0 && f.r.Float64() < .1 {
		return cold[f.r.IntN(len(cold))]
	}
	p := &town.Package{Type: l.kind, Name: "stranger-" + letters(f.r, 8), Versions: []town.Version{f.version(), f.version()}}
	switch l.kind {
	case "maven":
		p.Group = "org." + letters(f.r, 6)
	case "composer":
		p.Group = letters(f.r, 6)
	case "golang":
		p.Name = "git.example.net/" + letters(f.r, 5) + "/" + p.Name
	}
	return p
}

func (f *Feed) version() town.Version {
	return town.Version{Major: f.r.IntN(6), Minor: f.r.IntN(20), Patch: f.r.IntN(10)}
}

func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "bcdfghjkmnpqrstvwz"[r.IntN(18)]
	}
	return string(b)
}

// count adds to the answer what a span of versions hits.
func (f *Feed) count(p *town.Package, s span) {
	for v, n := range f.counts[p] {
		if s.holds(v) {
			f.Answer.Matches++
			f.Answer.Findings += n
		}
	}
}
