// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package purl

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, in, canonical string
		want                PURL
	}{
		{"maven group", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "",
			PURL{Type: "maven", Namespace: "org.apache.logging.log4j", Name: "log4j-core", Version: "2.14.1"}},
		{"npm scope", "pkg:npm/%40babel/core@7.0.0", "",
			PURL{Type: "npm", Namespace: "@babel", Name: "core", Version: "7.0.0"}},
		{"npm scope, not encoded", "pkg:npm/@babel/core@7.0.0", "pkg:npm/%40babel/core@7.0.0",
			PURL{Type: "npm", Namespace: "@babel", Name: "core", Version: "7.0.0"}},
		{"npm scope without version", "pkg:npm/@babel/core", "pkg:npm/%40babel/core",
			PURL{Type: "npm", Namespace: "@babel", Name: "core"}},
		{"Go names keep their case", "pkg:golang/github.com/CosmWasm/wasmvm@v1.0.0", "",
			PURL{Type: "golang", Namespace: "github.com/CosmWasm", Name: "wasmvm", Version: "v1.0.0"}},
		{"Go names keep their case through the library", "pkg:GoLang/github.com/CosmWasm/wasmvm@v1.0.0+incompatible",
			"pkg:golang/github.com/CosmWasm/wasmvm@v1.0.0%2Bincompatible",
			PURL{Type: "golang", Namespace: "github.com/CosmWasm", Name: "wasmvm", Version: "v1.0.0+incompatible"}},
		{"Go subpath", "pkg:golang/google.golang.org/genproto@v1.0.0#googleapis/api", "",
			PURL{Type: "golang", Namespace: "google.golang.org", Name: "genproto", Version: "v1.0.0", Subpath: "googleapis/api"}},
		{"pypi", "pkg:pypi/Typing_Extensions@4.0", "pkg:pypi/typing-extensions@4.0",
			PURL{Type: "pypi", Name: "typing-extensions", Version: "4.0"}},
		{"github is lower case", "pkg:github/Package-URL/Purl-Spec@244fd47", "pkg:github/package-url/purl-spec@244fd47",
			PURL{Type: "github", Namespace: "package-url", Name: "purl-spec", Version: "244fd47"}},
		{"deb qualifiers are sorted", "pkg:deb/debian/curl@7.50.3-1?distro=debian-8&arch=i386", "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian-8",
			PURL{Type: "deb", Namespace: "debian", Name: "curl", Version: "7.50.3-1", Qualifiers: "arch=i386&distro=debian-8"}},
		{"deb plus", "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64", "",
			PURL{Type: "deb", Namespace: "debian", Name: "libstdc++6", Version: "12.2.0-14+deb12u1", Qualifiers: "arch=amd64"}},
		{"a plus not encoded", "pkg:deb/debian/libstdc++6@12.2.0-14+deb12u1?arch=amd64", "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64",
			PURL{Type: "deb", Namespace: "debian", Name: "libstdc++6", Version: "12.2.0-14+deb12u1", Qualifiers: "arch=amd64"}},
		{"rpm vendor is lower case, name not", "pkg:rpm/RedHat/ImageMagick@6.9?arch=x86_64&epoch=1", "pkg:rpm/redhat/ImageMagick@6.9?arch=x86_64&epoch=1",
			PURL{Type: "rpm", Namespace: "redhat", Name: "ImageMagick", Version: "6.9", Qualifiers: "arch=x86_64&epoch=1"}},
		{"colon stays", "pkg:docker/cassandra@sha256:244fd47e07d1004f0aed9c", "",
			PURL{Type: "docker", Name: "cassandra", Version: "sha256:244fd47e07d1004f0aed9c"}},
		{"two slashes", "pkg://npm/foobar@12.3.1", "pkg:npm/foobar@12.3.1", PURL{Type: "npm", Name: "foobar", Version: "12.3.1"}},
		{"lower-case escapes", "pkg:npm/%40babel/core@1%2b2", "pkg:npm/%40babel/core@1%2B2",
			PURL{Type: "npm", Namespace: "@babel", Name: "core", Version: "1+2"}},
		{"empty version", "pkg:npm/foobar@", "pkg:npm/foobar", PURL{Type: "npm", Name: "foobar"}},
		{"empty qualifier", "pkg:npm/foobar@1?arch=&os=linux", "pkg:npm/foobar@1?os=linux",
			PURL{Type: "npm", Name: "foobar", Version: "1", Qualifiers: "os=linux"}},
		{"slash in a qualifier", "pkg:maven/a/b@1?repository_url=repo.example/x", "pkg:maven/a/b@1?repository_url=repo.example%2Fx",
			PURL{Type: "maven", Namespace: "a", Name: "b", Version: "1", Qualifiers: "repository_url=repo.example%2Fx"}},
		{"umlaut", "pkg:generic/München@1", "pkg:generic/M%C3%BCnchen@1", PURL{Type: "generic", Name: "München", Version: "1"}},
		{"unknown type", "pkg:stadt/muenchen/fachverfahren@1", "", PURL{Type: "stadt", Namespace: "muenchen", Name: "fachverfahren", Version: "1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got %#v\nwant %#v", got, c.want)
			}
			if c.canonical == "" {
				c.canonical = c.in
			}
			if got.String() != c.canonical {
				t.Errorf("String gives %s, want %s", got, c.canonical)
			}
			key, err := KeyOf(c.in)
			want, _, _ := strings.Cut(c.canonical, "#")
			if err != nil || key != want || got.Key() != want {
				t.Errorf("KeyOf gives %q, %v and Key %q, want %q", key, err, got.Key(), want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, in, code string
		at             int
	}{
		{"nothing", "", "purl.scheme", 0},
		{"no scheme", "maven/a/b@1", "purl.scheme", 0},
		{"no type", "pkg:", "purl.type_missing", 4},
		{"no type before the name", "pkg:@1.0", "purl.type_missing", 4},
		{"type with a blank", "pkg:my type/x@1", "purl.type_invalid", 4},
		{"type begins with a digit", "pkg:3d/x@1", "purl.type_invalid", 4},
		{"empty name", "pkg:maven/org.example/@1.0", "purl.name_missing", 22},
		{"type only", "pkg:npm", "purl.name_missing", 7},
		{"name missing before version", "pkg:npm/@1.0", "purl.rule", 4},
		{"NUL byte", "pkg:npm/foo\x00bar@1", "purl.control", 11},
		{"NUL byte, escaped", "pkg:npm/foo%00bar@1", "purl.control", 11},
		{"broken escape", "pkg:npm/foo@1%2", "purl.escape", 13},
		{"broken UTF-8", "pkg:npm/foo\xff@1", "purl.utf8", 11},
		{"broken UTF-8, escaped", "pkg:npm/foo%FF@1", "purl.utf8", 11},
		{"very long", "pkg:npm/" + strings.Repeat("a", Limit), "purl.too_long", Limit},
		{"the same qualifier twice", "pkg:npm/a@1?x=1&x=2", "purl.rule", 12},
		{"swift needs a namespace", "pkg:swift/Alamofire@5", "purl.rule", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.in)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.Code != c.code || e.At != c.at {
				t.Errorf("got %s at %d, want %s at %d: %v", e.Code, e.At, c.code, c.at, e)
			}
			if Codes[e.Code] == "" || strings.Contains(e.Error(), "%!") || len(e.Error()) > 600 {
				t.Errorf("the sentence is not fit to print: %v", e)
			}
		})
	}
}

func TestQualifier(t *testing.T) {
	p, err := Parse("pkg:deb/debian/curl@1?arch=i386&vcs_url=git%2Bhttps%3A%2F%2Fx")
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]string{"arch": "i386", "vcs_url": "git+https://x", "distro": ""} {
		if got := p.Qualifier(k); got != want {
			t.Errorf("Qualifier(%q) = %q, want %q", k, got, want)
		}
	}
}

// The value is part of the stored data: it must never change.
func TestIDStaysTheSame(t *testing.T) {
	const key = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"
	if got := ID(key); got != 1418923348097126561 {
		t.Errorf("ID(%q) = %d", key, got)
	}
	for i := range 1000 {
		if id := ID(fmt.Sprint(i)); id < 0 {
			t.Fatalf("ID(%d) is negative: %d", i, id)
		}
	}
}

func TestReadingTheCanonicalFormAllocatesNothing(t *testing.T) {
	const in = "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian-8"
	n := testing.AllocsPerRun(100, func() {
		if _, err := Parse(in); err != nil {
			t.Fatal(err)
		}
		key, _ := KeyOf(in)
		ID(key)
	})
	if n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"pkg:maven/a/b@1", "pkg:npm/%40a/b@1?x=1&y=%2F#s/t", "pkg:golang/A/B@v1+x", "pkg:pypi/A_b", "pkg:rpm/%2AR/a@1",
		"pkg:npm/@a/b@", "pkg:generic/a%2Fb%2F@1", "PKG:deb//a/?=#", "pkg:npm/a@1?a=1;b", "pkg:generic/%2F/a",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			if !strings.Contains(err.Error(), "byte") {
				t.Fatalf("no place in %v", err)
			}
			return
		}
		again, err := Parse(p.String())
		if err != nil || again != p {
			t.Fatalf("%q reads as %#v, its canonical form %q as %#v, %v", s, p, p.String(), again, err)
		}
		if _, ok := canonical(s); ok {
			slow, err := read(s)
			if err != nil || slow != p || p.String() != s {
				t.Fatalf("%q reads as %#v, by the library as %#v, %v", s, p, slow, err)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for name, s := range map[string]string{
		"canonical": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar",
		"scope":     "pkg:npm/%40babel/helper-plugin-utils@7.22.5",
		"plus":      "pkg:deb/debian/libstdc++6@12.2.0-14+deb12u1?arch=amd64&distro=debian-12",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("key and id", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			key, _ := KeyOf("pkg:npm/%40babel/helper-plugin-utils@7.22.5")
			ID(key)
		}
	})
}
