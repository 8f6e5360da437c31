// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package version

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Each line is one border on which an answer about a vulnerability has hung.
func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		ecosystem, a, is, b, why string
	}{
		{"Maven", "2.0-rc1", "<", "2.0", "a release candidate lies before its release"},
		{"Maven", "2.0-beta9", ">", "2.0-alpha1", "Log4Shell begins with 2.0-beta9"},
		{"Maven", "2.0-SNAPSHOT", "<", "2.0", "a snapshot lies before its release"},
		{"Maven", "5.2.20.RELEASE", "=", "5.2.20", "Spring's suffix means nothing"},
		{"Maven", "1.0.0.Final", "=", "1.0", "nor does JBoss's"},
		{"Maven", "1.0-sp1", ">", "1.0", "a service pack comes after"},
		{"Maven", "r09", "<", "10.0", "Guava began with r-numbers"},
		{"Maven", "1.10", ">", "1.9", "numbers, not letters"},
		{"PyPI", "1.0", "=", "1.0.0", "trailing zeros mean nothing"},
		{"PyPI", "1.0rc1", "<", "1.0", "candidate before release"},
		{"PyPI", "1.0RC1", "=", "1.0-rc.1", "spellings of one version"},
		{"PyPI", "1.0.post1", ">", "1.0", "post-release after release"},
		{"PyPI", "1.0.dev1", "<", "1.0a1", "development before alpha"},
		{"PyPI", "1!0.5", ">", "9.9", "an epoch outweighs everything"},
		{"PyPI", "2004d", "<", "0.1", "old spellings lie before all of PEP 440"},
		{"npm", "1.2.3-beta.2", "<", "1.2.3-beta.11", "numbers in pre-releases are numbers"},
		{"npm", "1.2.3", "=", "v1.2.3", "a leading v means nothing"},
		{"npm", "1.2.3+build5", "=", "1.2.3", "build metadata means nothing"},
		{"npm", "1.2", "=", "1.2.0", "missing parts are zero"},
		{"Go", "v0.0.0-20210101000000-abcdefabcdef", "<", "v0.0.0-20220101000000-abcdefabcdef", "pseudo-versions by time"},
		{"Go", "v2.0.0+incompatible", "=", "2.0.0", "no module file in that release"},
		{"Go", "1.21.0-rc.2", "<", "1.21.0", "Go's own candidates"},
		{"crates.io", "0.0.0-0", "<", "0.0.0", "RustSec writes the lowest version so"},
		{"Debian:12", "1:1.2.11", ">", "9.9", "an epoch outweighs everything"},
		{"Debian:12", "0:1.0", "=", "1.0", "no epoch is epoch 0"},
		{"Debian:12", "2.36-9+deb12u7", "<", "2.36-9+deb12u10", "security updates are numbered"},
		{"Debian:12", "1.0~rc1-1", "<", "1.0-1", "the tilde lies before nothing"},
		{"Ubuntu:22.04:LTS", "3.0.2-0ubuntu1.9", "<", "3.0.2-0ubuntu1.10", ""},
		{"Alpine:v3.18", "1.36.1-r2", "<", "1.36.1-r10", "package revisions are numbers"},
		{"Alpine:v3.18", "1.0_rc1", "<", "1.0", ""},
		{"Alpine:v3.18", "1.0_p1", ">", "1.0", "a patch comes after"},
		{"AlmaLinux:9", "7:5.6.0-6.el9", ">", "5.9.0-1.el9", "an epoch outweighs everything"},
		{"AlmaLinux:9", "3.0.7-18.el9_2", "<", "3.0.7-24.el9", ""},
		{"Rocky Linux:9", "1.0~rc1-1", "<", "1.0-1", ""},
		{"Photon OS:3.0", "1.0-2", "<", "1.0-10", "built from RPM"},
		{"RubyGems", "1.0.0.rc1", "<", "1.0.0", ""},
		{"RubyGems", "1.0", "=", "1.0.0", ""},
		{"NuGet", "1.2.3.4", ">", "1.2.3", "four parts count"},
		{"NuGet", "1.0.0-Beta", "=", "1.0.0-beta", "case means nothing"},
		{"Packagist", "v2.8.52", ">", "2.8.50", ""},
		{"Packagist", "2.0.0-RC1", "<", "2.0.0", ""},
		{"Hex", "1.0.0-dev", "<", "1.0.0", ""},
		{"Pub", "1.0.0", "<", "1.0.0+1", "Dart, unlike SemVer, sorts build metadata"},
		{"Hackage", "1.2", "<", "1.2.0", "Haskell, unlike others, counts the parts"},
		{"CRAN", "1.2-3", "=", "1.2.3", "dash and dot are the same to R"},
		{"GitHub Actions", "v45.0.7", "<", "v46.0.1", "actions are tagged by SemVer"},
	} {
		checkOrder(t, tt.ecosystem, tt.a, tt.is, tt.b, tt.why)
	}
}

func checkOrder(t *testing.T, ecosystem, a, is, b, why string) {
	t.Helper()
	want := map[string]int{"<": -1, "=": 0, ">": 1}[is]
	if got, err := Compare(ecosystem, a, b); err != nil || got != want {
		t.Errorf("%s: %s against %s is %d (%v), want %d: %s", ecosystem, a, b, got, err, want, why)
	}
	if got, err := Compare(ecosystem, b, a); err != nil || got != -want {
		t.Errorf("%s: %s against %s is %d (%v), want %d: %s", ecosystem, b, a, got, err, -want, why)
	}
	checkNumeric(t, ecosystem, a, b, want)
	if want == 0 && Fingerprint(ecosystem, a) != Fingerprint(ecosystem, b) {
		t.Errorf("%s: %s and %s are equal but differ in fingerprint", ecosystem, a, b)
	}
}

// What a component list calls a version often is none. The library would sort it.
func TestRefuse(t *testing.T) {
	for _, tt := range []struct{ ecosystem, text, code string }{
		{"npm", "", "version.empty"},
		{"npm", "latest", "version.junk"},
		{"npm", "^1.2.3", "version.range"},
		{"npm", "~1.2.3", "version.range"},
		{"npm", ">=1.2 <2", "version.range"},
		{"npm", "1.x", "version.range"},
		{"npm", "*", "version.range"},
		{"npm", "git+https://example.org/a.git", "version.junk"},
		{"npm", "1.2.3\x00", "version.range"},
		{"Go", "(devel)", "version.range"},
		{"GitHub Actions", "0e58ed8671d6b60d0890c21b07f8835ace038e67", "version.junk"},
		{"Maven", "${project.version}", "version.range"},
		{"Maven", "[1.0,2.0)", "version.range"},
		{"Maven", "LATEST", "version.junk"},
		{"PyPI", "1.*", "version.range"},
		{"Packagist", "dev-master", "version.junk"},
		{"Packagist", "1.x-dev", "version.range"},
		{"Debian:12", "a:1.0", "version.junk"},
		{"Debian:12", "unknown", "version.junk"},
		{"CRAN", "1.2.beta", "version.junk"},
		{"ConanCenter", "cci.20200101", "version.junk"},
		{"PyPI", "1" + strings.Repeat(".0", Limit), "version.too_long"},
		{"OSS-Fuzz", "1.0", "version.ecosystem"},
		{"", "1.0", "version.ecosystem"},
	} {
		_, err := Compare(tt.ecosystem, "1.0", tt.text)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != tt.code {
			t.Errorf("%s %q: %v, want %s", tt.ecosystem, tt.text, err, tt.code)
			continue
		}
		if Valid(tt.ecosystem, tt.text) {
			t.Errorf("%s %q counts as valid", tt.ecosystem, tt.text)
		}
		if _, known := Codes[e.Code]; !known || len(e.Error()) > 3*Limit {
			t.Errorf("%s: no sentence, or an endless one: %v", e.Code, e)
		}
	}
}

func TestWildcardIsNotAPreRelease(t *testing.T) {
	for _, s := range []string{"1.0.0-x.7.z.92", "1.0.0-x", "2.xylophone"} {
		if !Valid("npm", s) {
			t.Errorf("%s is a version", s)
		}
	}
	if !Valid("Debian", "5.x-1") {
		t.Error("distributions may call a version 5.x")
	}
}

func TestOrdersDoNotMix(t *testing.T) {
	deb, _ := Parse("Debian", "1.0")
	maven, _ := Parse("Maven", "1.0")
	if c, err := deb.Compare(maven); err == nil {
		t.Errorf("a Debian and a Maven version compare as %d, want an error", c)
	}
	if c, err := deb.Compare(Version{}); err == nil {
		t.Errorf("no version at all compares as %d, want an error", c)
	}
	npm, _ := Parse("npm", "1.0.1")
	any, _ := ParseSemVer("1.0.0")
	if c, err := npm.Compare(any); c != 1 || err != nil {
		t.Errorf("a SEMVER range fits npm: got %d, %v", c, err)
	}
	_, err := Parse("opam", "1")
	if !Unordered(err) || Unordered(nil) || Known("opam") || !Known("Alpine:v3.20") {
		t.Errorf("opam has no known order, Alpine has one: %v", err)
	}
}

// The library brings some 72,000 comparisons made with the tools of each ecosystem.
// Its files are read where the module cache holds them, never copied.
func TestOracle(t *testing.T) {
	dir := oracle(t)
	for file, ecosystem := range map[string]string{
		"alpine-versions.txt": "Alpine", "alpine-versions-generated.txt": "Alpine",
		"cran-versions.txt": "CRAN", "cran-versions-generated.txt": "CRAN",
		"debian-versions.txt": "Debian", "debian-versions-generated.txt": "Debian",
		"hackage-versions.txt": "Hackage", "nuget-versions.txt": "NuGet", "pub-versions.txt": "Pub",
		"maven-versions.txt": "Maven", "maven-versions-generated.txt": "Maven",
		"packagist-versions.txt": "Packagist", "packagist-versions-generated.txt": "Packagist",
		"pypi-versions.txt": "PyPI", "pypi-versions-generated.txt": "PyPI",
		"redhat-versions.txt": "Red Hat", "semver-versions.txt": "npm",
		"rubygems-versions.txt": "RubyGems", "rubygems-versions-generated.txt": "RubyGems",
	} {
		t.Run(file, func(t *testing.T) { checkFile(t, filepath.Join(dir, file), ecosystem) })
	}
}

// oracle gives the folder of the library's comparisons, or skips the test.
func oracle(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/osv-scalibr").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "semantic", "testdata")
	if _, e := os.Stat(dir); err != nil || e != nil {
		t.Skip("the module cache does not hold the test files of osv-scalibr, which these comparisons come from")
	}
	return dir
}

func checkFile(t *testing.T, path, ecosystem string) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	checked, refused := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		parts := strings.Fields(lines.Text())
		if len(parts) != 3 || parts[0] == "#" || parts[0] == "//" {
			continue
		}
		if !Valid(ecosystem, parts[0]) || !Valid(ecosystem, parts[2]) {
			refused++
			continue
		}
		checked++
		checkOrder(t, ecosystem, parts[0], parts[1], parts[2], filepath.Base(path))
	}
	t.Logf("%d comparisons hold, %d have a text that is refused as no version", checked, refused)
	if published := strings.Contains(path, "-generated"); published && refused*500 > checked {
		t.Errorf("%d of %d comparisons have a text that Parse refuses; that is too strict", refused, checked+refused)
	}
}

func FuzzCompare(f *testing.F) {
	all := []string{"npm", "NuGet", "Pub", "Hackage", "CRAN", "Maven", "Packagist", "PyPI", "RubyGems", "Alpine", "Debian", "Red Hat"}
	for i, s := range [][2]string{{"1.2.3-x.1+y", "v1"}, {"1.2.3.4-B", "1"}, {"1+1", "1"}, {"1", "1.0"}, {"1-2", "1"}, {"1.0-rc1", "1.0"}, {"1.0-beta.2", "dev1"},
		{"1!2.0rc1.post3.dev4+l5", "2004d"}, {"1.0.a.0", "1"}, {"1.2.3a_alpha1~ab12-r3", "1"}, {"1:2~3-4+b1", "0"}, {"2:1^git~rc-3.el9", "1"}} {
		f.Add(uint8(i), s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, which uint8, a, b string) {
		ecosystem := all[int(which)%len(all)]
		c, err := Compare(ecosystem, a, b)
		if err != nil {
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Code == "version.broken" {
				t.Fatalf("%s: %q against %q: %v", ecosystem, a, b, err)
			}
			return
		}
		if c == 0 && Fingerprint(ecosystem, a) != Fingerprint(ecosystem, b) {
			t.Errorf("%s: %q and %q are equal but differ in fingerprint", ecosystem, a, b)
		}
		if d, err := Compare(ecosystem, b, a); err != nil || d != -c {
			t.Errorf("%s: %q against %q is %d, the other way round %d (%v)", ecosystem, a, b, c, d, err)
		}
		checkNumeric(t, ecosystem, a, b, c)
		if d, err := Compare(ecosystem, a, a); err != nil || d != 0 {
			t.Errorf("%s: %q against itself is %d (%v)", ecosystem, a, d, err)
		}
	})
}

// checkNumeric sees to it that the shortcut for plain numbers agrees with the library.
func checkNumeric(t *testing.T, ecosystem, a, b string, c int) {
	t.Helper()
	v, _ := Parse(ecosystem, a)
	w, _ := Parse(ecosystem, b)
	if d, err := v.ask(w); err != nil || d != c {
		t.Errorf("%s: %q against %q is %d, the library says %d (%v)", ecosystem, a, b, c, d, err)
	}
}

func BenchmarkParse(b *testing.B) {
	for _, s := range [][2]string{{"Maven", "2.14.1"}, {"PyPI", "2.2.27"}, {"npm", "4.17.20"}, {"Debian", "2.36-9+deb12u7"}} {
		b.Run(s[0], func(b *testing.B) {
			for b.Loop() {
				Parse(s[0], s[1])
			}
		})
	}
}

func BenchmarkCompare(b *testing.B) {
	for _, s := range [][3]string{{"Maven", "2.14.1", "2.15.0"}, {"PyPI", "2.2.27", "2.2.28"}, {"npm", "4.17.20", "4.17.21"}, {"Debian", "2.36-9+deb12u7", "2.36-9+deb12u8"}} {
		b.Run(s[0]+"/strings", func(b *testing.B) {
			for b.Loop() {
				Compare(s[0], s[1], s[2])
			}
		})
		b.Run(s[0]+"/parsed", func(b *testing.B) {
			v, _ := Parse(s[0], s[1])
			w, _ := Parse(s[0], s[2])
			for b.Loop() {
				v.Compare(w)
			}
		})
	}
	b.Run("Fingerprint", func(b *testing.B) {
		for b.Loop() {
			Fingerprint("PyPI", "2.2.27")
		}
	})
}
