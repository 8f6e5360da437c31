// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package feed

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"allmende/bench/town"
)

// A Record is one advisory in OSV format 1.7.
type Record struct {
	Schema     string      `json:"schema_version"`
	ID         string      `json:"id"`
	Modified   string      `json:"modified"`
	Published  string      `json:"published"`
	Withdrawn  string      `json:"withdrawn,omitempty"`
	Aliases    []string    `json:"aliases,omitempty"`
	Upstream   []string    `json:"upstream,omitempty"`
	Summary    string      `json:"summary,omitempty"`
	Details    string      `json:"details"`
	Severity   []Severity  `json:"severity,omitempty"`
	Affected   []Affected  `json:"affected"`
	References []Reference `json:"references"`
}

type (
	// A Severity is a CVSS vector.
	Severity struct {
		Type  string `json:"type"`
		Score string `json:"score"`
	}
	// Affected says which versions of one package are concerned.
	Affected struct {
		Package  Package  `json:"package"`
		Ranges   []Range  `json:"ranges,omitempty"`
		Versions []string `json:"versions,omitempty"`
	}
	// A Package is a name in an ecosystem.
	Package struct {
		Ecosystem string `json:"ecosystem"`
		Name      string `json:"name"`
	}
	// A Range is events in the order of versions.
	Range struct {
		Type   string  `json:"type"`
		Events []Event `json:"events"`
	}
	// An Event begins or ends being affected.
	Event struct {
		Introduced   string `json:"introduced,omitempty"`
		Fixed        string `json:"fixed,omitempty"`
		LastAffected string `json:"last_affected,omitempty"`
	}
	// A Reference is a web address.
	Reference struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	}
)

// A ledger is how one ecosystem's advisories look.
type ledger struct {
	kind  string // type of package URL
	file  string // folder of its all.zip
	eco   string // in the records
	order string // type of its ranges
	twin  string // prefix of the community's second record about the same vulnerability
	share float64
}

// The shares are about those that osv.dev had in 2026, without malicious packages.
var ledgers = []ledger{
	{"npm", "npm", "npm", "SEMVER", "", .22},
	{"maven", "Maven", "Maven", "ECOSYSTEM", "", .16},
	{"pypi", "PyPI", "PyPI", "ECOSYSTEM", "PYSEC", .16},
	{"composer", "Packagist", "Packagist", "ECOSYSTEM", "", .12},
	{"golang", "Go", "Go", "SEMVER", "GO", .10},
	{"deb", "Debian", "Debian:12", "ECOSYSTEM", "", .24},
}

func ledgerOf(kind string) ledger {
	for _, l := range ledgers {
		if l.kind == kind {
			return l
		}
	}
	return ledgers[0]
}

func ledgerAt(x float64) ledger {
	for _, l := range ledgers {
		if x -= l.share; x < 0 {
			return l
		}
	}
	return ledgers[len(ledgers)-1]
}

// records writes one vulnerability of a package: its record, for some a second one about
// the same, and now and then a second package. Withdrawn ones hit nothing.
func (f *Feed) records(l ledger, p *town.Package) []Record {
	f.serial++
	year := 2016 + f.serial%11
	cve := "CVE-" + strconv.Itoa(year) + "-" + strconv.Itoa(200000+f.serial)
	f.exploit(cve)
	rec := Record{Schema: "1.7.3", ID: ghsa(f.r), Aliases: []string{cve}, Published: day(f.r, year), Modified: day(f.r, 2026)}
	switch x := f.r.Float64(); {
	case l.kind == "deb":
		rec.ID, rec.Aliases, rec.Upstream = "DEBIAN-"+cve, nil, []string{cve}
	case x < .08:
		rec.Aliases = nil
	}
	withdrawn := f.r.Float64() < .01
	if withdrawn {
		rec.Withdrawn = rec.Modified
	}
	rec.Affected = []Affected{f.affected(l, p, withdrawn)}
	if f.r.Float64() < .1 {
		rec.Affected = append(rec.Affected, f.affected(l, f.stranger(l), withdrawn))
	}
	f.describe(&rec, p)
	if l.twin == "" || withdrawn || rec.Aliases == nil || f.r.Float64() < .6 || f.Answer.Records+2 > f.plan.Records {
		return []Record{rec}
	}
	twin := rec
	twin.ID = l.twin + "-" + strconv.Itoa(year) + "-" + strconv.Itoa(1000+f.serial)
	twin.Aliases, twin.Severity = []string{cve, rec.ID}, nil
	return []Record{rec, twin}
}

func (f *Feed) affected(l ledger, p *town.Package, withdrawn bool) Affected {
	s := pick(p, f.r)
	if !withdrawn {
		f.count(p, s)
	}
	a := Affected{Package: Package{l.eco, p.Full()}, Ranges: s.ranges(l)}
	if l.kind == "pypi" || l.kind == "npm" && f.r.Float64() < .1 {
		a.Versions = s.listed(p)
	}
	return a
}

var vectors = []string{
	"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
	"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
	"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", "CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N",
	"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", "CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:N/I:N/A:L",
}

var vectors4 = []string{
	"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
	"CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N",
}

// describe adds what people read, and the severity, which a quarter lacks.
func (f *Feed) describe(r *Record, p *town.Package) {
	r.Summary = sentence(f.r, 4) + " in " + p.Name
	var details strings.Builder
	for range 2 + f.r.IntN(12) {
		details.WriteString(sentence(f.r, 8+f.r.IntN(8)) + ".\n")
	}
	r.Details = details.String()
	if f.r.Float64() < .75 && !strings.HasPrefix(r.ID, "DEBIAN") {
		r.Severity = append(r.Severity, Severity{"CVSS_V3", vectors[f.r.IntN(len(vectors))]})
	}
	if f.r.Float64() < .1 {
		r.Severity = append(r.Severity, Severity{"CVSS_V4", vectors4[f.r.IntN(len(vectors4))]})
	}
	for i := range 1 + f.r.IntN(4) {
		r.References = append(r.References, Reference{[]string{"ADVISORY", "WEB", "FIX", "PACKAGE"}[i], "https://advisories.example.org/" + letters(f.r, 12)})
	}
}

var prose = strings.Fields("a crafted request input header file archive field may lets remote local attackers users read write crash exhaust memory bypass checks run commands leak secrets follow links parse deep nesting loop forever overflow buffers forge tokens when the server client library option is enabled by default in older releases")

func sentence(r *rand.Rand, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = prose[r.IntN(len(prose))]
	}
	return strings.Join(words, " ")
}

func ghsa(r *rand.Rand) string {
	b := []byte("GHSA-xxxx-xxxx-xxxx")
	for i := 5; i < len(b); i++ {
		if b[i] == 'x' {
			b[i] = "23456789cfghjmpqrvwx"[r.IntN(20)]
		}
	}
	return string(b)
}

func day(r *rand.Rand, year int) string {
	return strconv.Itoa(year) + "-0" + strconv.Itoa(1+r.IntN(9)) + "-" + strconv.Itoa(10+r.IntN(18)) + "T0" + strconv.Itoa(r.IntN(10)) + ":15:00Z"
}
