// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/osv"
	"allmende/internal/engine/purl"
	"allmende/internal/engine/version"
)

// When two advisories turn out to be one vulnerability, whoever stored the names
// learns which of them no longer are.
func TestClusterTellsWhatIsGone(t *testing.T) {
	var c Cluster
	for _, step := range []struct {
		id      string
		aliases []string
		key     string
		gone    []string
	}{
		{"PYSEC-2023-1", []string{"GHSA-aaaa-bbbb-cccc"}, "GHSA-aaaa-bbbb-cccc", nil},
		{"OSV-1", nil, "OSV-1", nil},
		{"CVE-2023-5", []string{"OSV-1"}, "CVE-2023-5", []string{"OSV-1"}},
		{"X-1", []string{"PYSEC-2023-1", "CVE-2023-5"}, "CVE-2023-5", []string{"GHSA-aaaa-bbbb-cccc"}},
		{"X-1", []string{"PYSEC-2023-1", "CVE-2023-5"}, "CVE-2023-5", nil},
		{"X-1", []string{"CVE-2019-1", ""}, "CVE-2019-1", []string{"CVE-2023-5"}},
		{"X-1", []string{"X-1"}, "CVE-2019-1", nil},
	} {
		if key, gone := c.Add(step.id, step.aliases...); key != step.key || !slices.Equal(gone, step.gone) {
			t.Errorf("Add(%s, %s) = %s, %s; want %s, %s", step.id, step.aliases, key, gone, step.key, step.gone)
		}
	}
	if got := c.Members("osv-9"); !slices.Equal(got, []string{"osv-9"}) || c.Key("cve-2023-5") != "CVE-2019-1" {
		t.Errorf("a stranger stands by itself, got %s", got)
	}
}

func TestKey(t *testing.T) {
	for _, tt := range []struct {
		want, id string
		aliases  []string
	}{
		{"CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q", []string{"CVE-2021-44228"}},
		{"CVE-2021-999", "GHSA-jfh8-c2jp-5v3q", []string{"CVE-2021-1000", "CVE-2021-999"}},
		{"CVE-2019-99999", "CVE-2021-1", []string{"CVE-2019-99999"}},
		{"GHSA-jfh8-c2jp-5v3q", "RUSTSEC-2021-1", []string{"ghsa-JFH8-C2JP-5V3Q"}},
		{"RUSTSEC-2021-1", "RUSTSEC-2021-1", strings.Fields("CVE-1-1 CVE-1-2 CVE-1-3 CVE-1-4 CVE-1-5 CVE-1-6")},
	} {
		if got := Key(tt.id, tt.aliases); got != tt.want {
			t.Errorf("%s with %s goes by %s, want %s", tt.id, tt.aliases, got, tt.want)
		}
	}
	if Canonical() != "" || Canonical("", " ") != "" {
		t.Error("nothing has no name")
	}
}

// The lists of what is exploited speak of CVEs; an advisory is found there by these.
func TestCVEs(t *testing.T) {
	for _, tt := range []struct {
		say   string
		r     osv.Record
		cves  string
		alias string
	}{
		{"by alias", osv.Record{ID: "GHSA-1", Aliases: []string{"cve-2021-2", "PYSEC-1"}, Related: []string{"CVE-2020-9"}}, "CVE-2021-2", "cve-2021-2 PYSEC-1"},
		{"a record of osv.dev for Debian", osv.Record{ID: "DEBIAN-CVE-2021-3", Upstream: []string{"CVE-2021-3"}}, "CVE-2021-3", "CVE-2021-3"},
		{"an erratum repairs several and is none of them", osv.Record{ID: "ALSA-2025:1", Related: []string{"CVE-2025-2", "CVE-2025-1"}}, "CVE-2025-1 CVE-2025-2", ""},
		{"a Debian announcement", osv.Record{ID: "DSA-1-1", Upstream: []string{"CVE-2025-1"}}, "CVE-2025-1", ""},
	} {
		if got := strings.Join(CVEs(tt.r), " "); got != tt.cves {
			t.Errorf("%s: CVEs %q, want %q", tt.say, got, tt.cves)
		}
		if got := strings.Join(Aliases(tt.r), " "); got != tt.alias {
			t.Errorf("%s: aliases %q, want %q", tt.say, got, tt.alias)
		}
	}
}

func TestSatisfies(t *testing.T) {
	for _, tt := range []struct {
		query, version string
		want           bool
	}{
		{"pkg:maven/org.apache.logging.log4j/log4j-core@<2.17", "2.14.1", true},
		{"pkg:maven/org.apache.logging.log4j/log4j-core@<2.17", "2.17.0", false},
		{"pkg:maven/org.apache.logging.log4j/log4j-core@<2.17", "2.17-rc1", true},
		{"pkg:maven/org.apache.logging.log4j/log4j-core@>=2.0,<2.17", "1.2.17", false},
		{"pkg:maven/org.apache.logging.log4j/log4j-core@>2.14.1", "2.14.1", false},
		{"pkg:maven/org.apache.logging.log4j/log4j-core@>=2.14.1", "2.14.1", true},
		{"pkg:maven/org.apache.logging.log4j/log4j-core@<=2.14.1", "2.14.1", true},
		{"pkg:maven/org.apache.logging.log4j/log4j-core", "anything", true},
		{"pkg:pypi/django@1.0", "1.0.0", true},
		{"pkg:pypi/django@1.0", "1.0.1", false},
		{"pkg:npm/lodash@latest", "latest", true},
		{"pkg:npm/lodash@4.17.20", "latest", false},
	} {
		q, err := purl.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		ecosystem, _, _ := Ecosystem(purl.PURL{Type: q.Type, Namespace: q.Namespace, Name: q.Name})
		if got, err := Satisfies(ecosystem, tt.version, q.Bounds); err != nil || got != tt.want {
			t.Errorf("%s with %s: %v, %v; want %v", tt.query, tt.version, got, err, tt.want)
		}
	}
	if ok, err := Satisfies("npm", "latest", []purl.Bound{{Op: "<", Version: "2"}}); ok || err == nil {
		t.Error("a version that cannot be ordered lies in no range, and somebody has to hear of it")
	}
	if ok, _ := Satisfies("npm", "1.0.0", []purl.Bound{{Op: "~", Version: "1.0.0"}}); ok {
		t.Error("an operator nobody knows holds")
	}
}

func TestUnchecked(t *testing.T) {
	for url, want := range map[string]Gap{
		"pkg:npm/lodash@4.17.20":                            NoGap,
		"pkg:npm/lodash":                                    MissingVer,
		"pkg:npm/lodash@latest":                             UnorderedVer,
		"pkg:maven/log4j-core@2.14.1":                       MissingGroup,
		"pkg:deb/debian/openssl@3.0.9-1":                    MissingRel,
		"pkg:deb/debian/openssl?distro=debian-12":           MissingVer,
		"pkg:rpm/fedora/bash@5.2?distro=fedora-40":          UnknownVendor,
		"pkg:generic/x@1":                                   UnknownType,
		"pkg:github/jquery/jquery@1.7.1":                    ActionsOnly,
		"pkg:opam/dune@3.0":                                 NoGap,
		"pkg:apk/unknown/s6@2.11-r0?distro=alpine-3.15.6":   NoGap,
		"pkg:rpm/opensuse/a@1?distro=opensuse-tumbleweed":   NoGap,
		"pkg:deb/debian/a@1?distro=ubuntu-22.04":            NoGap,
		"pkg:deb/ubuntu/a@1?distro=something-else":          MissingRel,
		"pkg:rpm/redhat/a@1-1?repository_id=rhel-9-baseos":  MissingRel,
		"pkg:vscode-extension/ms-python/python@2023.1.0":    NoGap,
		"pkg:deb/debian/a@1?distro=trixie/sid":              NoGap,
		"pkg:rpm/sles/a@1-1?distro=sles-15-sp5&arch=x86_64": NoGap,
	} {
		p, err := purl.Parse(url)
		if err != nil {
			t.Fatal(err)
		}
		if got := Unchecked(p); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
		if _, _, ok := Ecosystem(p); ok != (want == NoGap || want == ActionsOnly || want == MissingVer || want == UnorderedVer) {
			t.Errorf("%s: an ecosystem is given: %v", url, ok)
		}
	}
}

func TestReleases(t *testing.T) {
	for url, want := range map[string]string{
		"pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5":            "openSUSE:Leap 15.5",
		"pkg:rpm/opensuse/a@1?distro=opensuse-tumbleweed-20240101":  "openSUSE:Tumbleweed",
		"pkg:rpm/suse/a@1?distro=sles-15.5":                         "SUSE:Linux Enterprise Server 15 SP5",
		"pkg:rpm/suse/a@1?distro=sles-12":                           "SUSE:Linux Enterprise Server 12",
		"pkg:deb/ubuntu/a@1?distro=ubuntu-22.04.3":                  "Ubuntu:22.04:LTS",
		"pkg:deb/ubuntu/a@1?distro=ubuntu-23.04":                    "Ubuntu:23.04",
		"pkg:deb/debian/a@1?distro=sid":                             "Debian:sid",
		"pkg:apk/alpine/a@1?distro=alpine-edge":                     "Alpine:edge",
		"pkg:rpm/almalinux/a@1?distro=almalinux-8.10":               "AlmaLinux:8",
		"pkg:rpm/photon/a@1?distro=photon-4.0":                      "Photon OS:4.0",
		"pkg:rpm/azurelinux/a@1?distro=azurelinux-3.0":              "Azure Linux:3",
		"pkg:rpm/a@1?distro=mageia-9":                               "Mageia:9",
		"pkg:apk/chainguard/a@1":                                    "Chainguard",
		"pkg:deb/debian/a@1?distro=ubuntu-22.04":                    "Ubuntu:22.04:LTS",
		"pkg:rpm/redhat/a@1?distro=redhat-8.10":                     "Red Hat:enterprise_linux:8",
		"pkg:apk/alpaquita/a@1?distro=alpaquita-23":                 "Alpaquita:23",
		"pkg:rpm/rocky/a@1?distro=rocky-8.9&upstream=b-1-2.src.rpm": "Rocky Linux:8",
	} {
		p, _ := purl.Parse(url)
		if got, _, ok := Ecosystem(p); got != want || !ok {
			t.Errorf("%s is %q, want %q", url, got, want)
		}
	}
}

// Every reason has a sentence, and one of its own: they are shown to people.
func TestReasonsAreSentences(t *testing.T) {
	source, err := os.ReadFile("match.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`Why += "(match\.\w+)"`).FindAllStringSubmatch(string(source), -1) {
		s := Whys[Why(m[1])]
		if s == "" || seen[s] {
			t.Errorf("%s has no sentence of its own: %q", m[1], s)
		}
		seen[s] = true
	}
	if len(seen) != len(Whys) {
		t.Errorf("%d reasons, %d sentences", len(seen), len(Whys))
	}
	for g, s := range Gaps {
		if g == NoGap || s == "" {
			t.Errorf("gap %q: %q", g, s)
		}
	}
}

func TestVerdictsOutweigh(t *testing.T) {
	if !Affected.outweighs(Unknown) || !Unknown.outweighs(NotAffected) || NotAffected.outweighs(Unknown) || Affected.outweighs(Affected) {
		t.Error("affected outweighs unknown, unknown outweighs not affected")
	}
	if fmt.Sprint(Affected, NotAffected, Unknown, Verdict(9)) != "affected not affected unknown unknown" {
		t.Error(Affected, NotAffected, Unknown, Verdict(9))
	}
}

// The evaluation agrees with the pseudocode of the OSV schema on thousands of random
// ranges: written here once more, as close to the letter as Go allows.
func TestPseudocode(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	hits := 0
	for range 20_000 {
		r := osv.Range{Type: osv.SemVer}
		for range 1 + dice.IntN(6) {
			r.Events = append(r.Events, osv.Event{Kind: osv.EventKind(1 + dice.IntN(4)), Version: fmt.Sprint(1 + dice.IntN(9))})
		}
		v := fmt.Sprint(dice.IntN(11))
		want := vulnerable(v, r.Events)
		got := Affects(osv.Affected{Ecosystem: "npm", Name: "a", Ranges: []osv.Range{r}}, "npm", v).Verdict == Affected
		if got != want {
			t.Fatalf("%s in %v: %v, want %v", v, r.Events, got, want)
		}
		if want {
			hits++
		}
	}
	if hits < 1000 {
		t.Errorf("only %d of 20,000 are affected, that shows little", hits)
	}
}

func vulnerable(v string, events []osv.Event) bool {
	compare := func(a, b string) int { c, _ := version.Compare("npm", a, b); return c }
	limits, within := 0, false
	for _, e := range events {
		if e.Kind == osv.Limit {
			limits++
			within = within || compare(v, e.Version) < 0
		}
	}
	if limits > 0 && !within {
		return false
	}
	sorted := slices.Clone(events)
	slices.SortStableFunc(sorted, func(a, b osv.Event) int { return compare(a.Version, b.Version) })
	is := false
	for _, e := range sorted {
		switch {
		case e.Kind == osv.Introduced && compare(v, e.Version) >= 0:
			is = true
		case e.Kind == osv.Fixed && compare(v, e.Version) >= 0, e.Kind == osv.LastAffected && compare(v, e.Version) > 0:
			is = false
		}
	}
	return is
}

func FuzzAffects(f *testing.F) {
	f.Add("Maven", "2.14.1", "2.13.0", "2.15.0", "2.14.1", uint8(2))
	f.Add("Debian:12", "1:1.0-1", "0", "2:1", "1", uint8(3))
	f.Add("Ubuntu:Pro:18.04:LTS", "x", "", "*", "1.0.0", uint8(4))
	f.Fuzz(func(t *testing.T, ecosystem, installed, from, to, listed string, kind uint8) {
		a := osv.Affected{Ecosystem: ecosystem, Name: "a", Versions: []string{listed},
			Ranges: []osv.Range{{Type: osv.RangeType(kind%3) + 1, Events: []osv.Event{{Kind: osv.EventKind(kind%4) + 1, Version: to}, {Kind: osv.Introduced, Version: from}}}}}
		got := Affects(a, ecosystem, installed)
		if Whys[got.Why] == "" || got.Fixed != "" && got.Verdict != Affected {
			t.Fatalf("%+v", got)
		}
		if got.Fixed != "" && Affects(a, ecosystem, got.Fixed).Verdict == Affected {
			t.Fatalf("the repaired version %s is affected: %+v", got.Fixed, got)
		}
		if slim := Affects(Slim(a), ecosystem, installed); slim.Verdict != got.Verdict || slim.Fixed != got.Fixed {
			t.Fatalf("%+v, but %+v after slimming", got, slim)
		}
	})
}

func FuzzSubject(f *testing.F) {
	for _, s := range []string{"pkg:deb/debian/a@1?distro=debian-12.4&upstream=b%401&epoch=1", "pkg:rpm/suse/a@1?distro=sles-15-sp5&upstream=b-1-1.src.rpm", "pkg:apk/alpine/a@1?distro=3.18.4", "pkg:gem/a@1-x86", "pkg:pypi/A_b.c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := purl.Parse(s)
		if err != nil {
			return
		}
		ecosystem, name, ok := Ecosystem(p)
		if ok != (ecosystem != "") || ok && strings.TrimSpace(name) == "" && strings.TrimSpace(p.Name) != "" && p.Type != "pypi" {
			t.Errorf("%s: %q, %q, %v", s, ecosystem, name, ok)
		}
		if g := Unchecked(p); g != NoGap && Gaps[g] == "" || !ok && g == NoGap {
			t.Errorf("%s: gap %q", s, g)
		}
		Index(ecosystem, name)
		Version(p)
	})
}

func FuzzCluster(f *testing.F) {
	f.Add("CVE-2021-1 GHSA-a\nPYSEC-1 GHSA-a\nX-1")
	f.Fuzz(func(t *testing.T, text string) {
		var there, back Cluster
		lines := strings.Split(text, "\n")
		for i := range lines {
			if w := strings.Fields(lines[i]); len(w) > 0 {
				there.Add(w[0], w[1:]...)
			}
			if w := strings.Fields(lines[len(lines)-1-i]); len(w) > 0 {
				back.Add(w[0], w[1:]...)
			}
		}
		for _, id := range strings.Fields(text) {
			if a, b := there.Members(id), back.Members(id); !slices.Equal(a, b) || a[0] != there.Key(id) {
				t.Fatalf("%q: %q one way, %q the other", id, a, b)
			}
		}
	})
}

var log4shell = osv.Affected{Ecosystem: "Maven", Name: "org.apache.logging.log4j:log4j-core",
	Ranges: []osv.Range{{Type: osv.Ecosystem, Events: []osv.Event{{Kind: osv.Introduced, Version: "2.13.0"}, {Kind: osv.Fixed, Version: "2.15.0"}}}}}

func BenchmarkAffects(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Affects(log4shell, "Maven", "2.17.1")
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Compile(log4shell)
	}
}

func BenchmarkInstall(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Install("Maven", "2.17.1")
	}
}

func BenchmarkJudge(b *testing.B) {
	rules := []Rule{Compile(log4shell)}
	for _, v := range []string{"2.17.1", "2.14.1"} {
		in := Install("Maven", v)
		b.Run(v, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Judge(rules, in)
			}
		})
	}
}

func BenchmarkLongList(b *testing.B) {
	a := osv.Affected{Ecosystem: "PyPI", Name: "a"}
	for i := range 1000 {
		a.Versions = append(a.Versions, fmt.Sprintf("%d.%d", i/10, i%10))
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			Compile(a)
		}
	})
	rules, in := []Rule{Compile(a)}, Install("PyPI", "57.3.0")
	b.Run("judge", func(b *testing.B) {
		for b.Loop() {
			Judge(rules, in)
		}
	})
}
