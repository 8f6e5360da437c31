// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/exploited"
	"allmende/internal/engine/match"
	"allmende/internal/engine/osv"
	"allmende/internal/engine/purl"
)

func load(t *testing.T) City {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The city hangs together: whoever is named exists, and what has to be said is said.
func TestTheCityHangsTogether(t *testing.T) {
	c := load(t)
	orgs, suppliers := map[string]bool{}, map[string]bool{}
	for _, o := range c.Orgs {
		if orgs[o.ID] || o.Parent != "" && !orgs[o.Parent] || o.Name.DE == "" || o.Name.EN == "" {
			t.Errorf("organisation %+v: want a new id, a parent named before, names in both languages", o)
		}
		orgs[o.ID] = true
	}
	for _, p := range c.People {
		if !orgs[p.Org] || !strings.HasSuffix(p.Login, ".example") || p.Role.DE == "" || p.Role.EN == "" {
			t.Errorf("person %+v: want a known organisation, an address nobody owns, a role", p)
		}
	}
	checkRoles(t, c, orgs)
	for _, s := range c.Suppliers {
		suppliers[s.ID] = true
	}
	if !orgs[c.Home] || len(c.People) < 12 || len(c.Orgs) < 20 {
		t.Errorf("home %q, %d people, %d organisations", c.Home, len(c.People), len(c.Orgs))
	}
	seen := map[string]bool{}
	for _, s := range c.Software {
		if seen[s.ID] {
			t.Errorf("%s stands there twice", s.ID)
		}
		seen[s.ID] = true
		checkSoftware(t, s, orgs, suppliers)
	}
}

// Who holds a role or is away has an account, and every decision says that it is invented.
func checkRoles(t *testing.T, c City, orgs map[string]bool) {
	t.Helper()
	logins := map[string]bool{"": true}
	for _, p := range c.People {
		logins[p.Login] = true
	}
	for _, m := range c.Roles.Mandates {
		if !orgs[m.Org] || m.Person == "" || !logins[m.Person] || !logins[m.Deputy] || m.Role == "awareness_manager" || !strings.HasSuffix(m.Decision, "(erfunden)") {
			t.Errorf("mandate %+v: want known organisation and people, the role of awareness vacant, an invented decision", m)
		}
	}
	for _, a := range c.Roles.Absences {
		if a.Person == "" || !logins[a.Person] || a.Days < 1 {
			t.Errorf("absence %+v", a)
		}
	}
}

var day = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)?$`)

func checkSoftware(t *testing.T, s Software, orgs, suppliers map[string]bool) {
	t.Helper()
	if s.Name == "" || s.Purpose.DE == "" || s.Purpose.EN == "" || s.Source == "" || len(s.Releases) == 0 || len(s.Uses) == 0 {
		t.Errorf("%s: want name, purpose in both languages, source, a release and a use", s.ID)
	}
	if !slices.Contains([]string{"open", "proprietary", "own"}, s.Kind) || s.Org != "" && !orgs[s.Org] {
		t.Errorf("%s: kind %q, organisation %q", s.ID, s.Kind, s.Org)
	}
	if s.Kind == "proprietary" && !suppliers[s.Supplier] {
		t.Errorf("%s: nobody sells it", s.ID)
	}
	for _, u := range s.Uses {
		if !orgs[u.Org] || u.Supplier != "" && !suppliers[u.Supplier] || !slices.ContainsFunc(s.Releases, func(r Release) bool { return r.Version == u.Release }) {
			t.Errorf("%s: use %+v names an unknown organisation, supplier or release", s.ID, u)
		}
		if !slices.Contains([]string{"user", "operator", "provider", "developer"}, u.Role) || !slices.Contains([]string{"unknown", "low", "normal", "high", "very_high"}, u.Criticality) || !day.MatchString(u.Since) || !day.MatchString(u.ContractUntil) {
			t.Errorf("%s: use %+v", s.ID, u)
		}
	}
}

// A demonstration shows something worth looking at: many products, bills of materials of
// many, of some in two releases.
func TestThereIsEnoughToShow(t *testing.T) {
	c := load(t)
	products, kinds := map[string]int{}, map[string]int{}
	for _, d := range c.Documents {
		products[d.Software]++
	}
	twice := 0
	for _, n := range products {
		if n > 1 {
			twice++
		}
	}
	for _, s := range c.Software {
		kinds[s.Kind]++
	}
	if len(c.Software) < 130 || kinds["proprietary"] < 15 || len(products) < 25 || twice < 3 {
		t.Errorf("%d products %v, %d with a bill of materials, %d of them with two", len(c.Software), kinds, len(products), twice)
	}
}

// Every document is as its tool wrote it or as PROVENANCE.json says, can be read by our
// own reader, and names nothing of the machine it was made on.
func TestEveryDocumentCanBeRead(t *testing.T) {
	c := load(t)
	foreign := regexp.MustCompile(`(?i)file:///|"/(home|root|tmp|usr|work)/|registry\.npmjs|proxy\.golang|repo\.maven`)
	formats := map[string]int{}
	for _, d := range c.Documents {
		raw, err := d.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != d.SHA256 {
			t.Errorf("%s is not the document PROVENANCE.json tells of", d.File)
		}
		if at := foreign.Find(raw); at != nil {
			t.Errorf("%s names %q", d.File, at)
		}
		read, err := bom.Read(raw, bom.Defaults)
		if err != nil {
			t.Errorf("%s: %v", d.File, err)
			continue
		}
		if len(read.Components) < d.Components {
			t.Errorf("%s: read %d components, want at least %d", d.File, len(read.Components), d.Components)
		}
		formats[string(read.Format)+" "+read.Encoding]++
		if !slices.ContainsFunc(c.Software, func(s Software) bool {
			return s.ID == d.Software && slices.ContainsFunc(s.Releases, func(r Release) bool { return r.Version == d.Release })
		}) {
			t.Errorf("%s: nobody runs %s %s", d.File, d.Software, d.Release)
		}
	}
	if len(formats) < 4 {
		t.Errorf("want documents of several formats, got %v", formats)
	}
}

// Sixty advisories and more really hit something in the documents, Log4Shell in two
// products; some hit nothing; one was withdrawn.
func TestAdvisoriesHit(t *testing.T) {
	c := load(t)
	hits := map[string][]string{}
	withdrawn, all := 0, advisories(t, c)
	for _, d := range c.Documents {
		for _, p := range packages(t, d) {
			eco, name, ok := match.Ecosystem(p)
			for _, r := range all {
				if ok && match.Check(r, eco, name, match.Version(p)).Verdict == match.Affected {
					hits[r.ID] = append(hits[r.ID], d.Software)
				}
			}
		}
	}
	for _, r := range all {
		if !r.Withdrawn.IsZero() {
			withdrawn++
		}
		slices.Sort(hits[r.ID])
		t.Logf("%s %s: %v", r.ID, r.Summary, slices.Compact(hits[r.ID]))
	}
	if len(hits) < 60 || len(hits) == len(all) || withdrawn == 0 {
		t.Errorf("%d of %d advisories hit, %d withdrawn", len(hits), len(all), withdrawn)
	}
	if got := slices.Compact(hits["GHSA-jfh8-c2jp-5v3q"]); len(got) < 2 {
		t.Errorf("Log4Shell hits %v, want two products", got)
	}
}

// What is known to be exploited, or likely to be, is known from an advisory.
func TestExploitedOnesAreKnown(t *testing.T) {
	c := load(t)
	known := map[string]bool{}
	for _, r := range advisories(t, c) {
		for _, alias := range r.Aliases {
			known[alias] = true
		}
	}
	kev, err := exploited.ReadKEV(bytes.NewReader(c.KEV))
	if err != nil || len(kev.Problems) > 0 || len(kev.Rows) < 5 {
		t.Errorf("%d exploited ones, %v, %v", len(kev.Rows), kev.Problems, err)
	}
	for _, k := range kev.Rows {
		if !known[k.CVE] {
			t.Errorf("no advisory tells of %s", k.CVE)
		}
	}
	scores := regexp.MustCompile(`(?m)^(CVE-\d{4}-\d+),0\.\d+,`).FindAllSubmatch(c.EPSS, -1)
	if len(scores) < 5 || !bytes.HasPrefix(c.EPSS, []byte("#score_date:")) {
		t.Errorf("%d scores, want at least five and their date", len(scores))
	}
	for _, s := range scores {
		if !known[string(s[1])] {
			t.Errorf("no advisory tells of %s", s[1])
		}
	}
}

func advisories(t *testing.T, c City) []osv.Record {
	t.Helper()
	names, err := fs.Glob(c.Advisories, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []osv.Record
	for _, name := range names {
		raw, err := fs.ReadFile(c.Advisories, name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := osv.Read(raw)
		if err != nil || len(r.Problems) > 0 || r.Summary == "" || r.ID+".json" != name {
			t.Errorf("%s: %v, %v", name, err, r.Problems)
		}
		out = append(out, r)
	}
	return out
}

func packages(t *testing.T, d Document) []purl.PURL {
	t.Helper()
	raw, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	read, err := bom.Read(raw, bom.Defaults)
	if err != nil {
		t.Fatal(err)
	}
	var out []purl.PURL
	for _, c := range read.Components {
		if p, err := purl.Parse(c.PURL); err == nil {
			out = append(out, p)
		}
	}
	return out
}
