// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package purl reads package URLs, the names by which bills of materials and
// advisories agree on a package: pkg:type/namespace/name@version?qualifiers#subpath
// (ECMA-427). The spelling it gives back is canonical, so that equal packages
// have equal keys, with one deliberate difference to the specification: names of
// Go modules keep their case, because Go and OSV tell them apart by it.
package purl

import (
	"strings"

	packageurl "github.com/package-url/packageurl-go"
)

// Limit is the longest package URL accepted, in bytes.
const Limit = 4096

// A PURL is one package URL in its decoded parts.
type PURL struct {
	Type       string // "maven", always lower case
	Namespace  string // "org.apache.logging.log4j", segments joined with "/"
	Name       string // "log4j-core"
	Version    string // "2.14.1"; empty when none is given
	Qualifiers string // canonical and still encoded, "arch=amd64&distro=debian-12"
	Subpath    string // "src/main"
}

// Parse reads a package URL and brings it into canonical form. The error is
// always an *Error and says what is wrong at which byte.
func Parse(s string) (PURL, error) {
	if c, ok := canonical(s); ok {
		return c.parts(s), nil
	}
	if err := check(s); err != nil {
		return PURL{}, err
	}
	return read(s)
}

// KeyOf gives the key of a package URL as Parse(s) and Key would, without
// allocating when s is canonical already.
func KeyOf(s string) (string, error) {
	if _, ok := canonical(s); ok {
		return s, nil
	}
	p, err := Parse(s)
	if err != nil {
		return "", err
	}
	return p.Key(), nil
}

// String gives the canonical spelling with qualifiers and subpath.
func (p PURL) String() string {
	if p.Subpath == "" {
		return p.Key()
	}
	return p.Key() + "#" + encodePath(p.Subpath)
}

// Key gives the canonical spelling without subpath: the identity of the package.
func (p PURL) Key() string {
	var b strings.Builder
	b.Grow(8 + len(p.Type) + len(p.Namespace) + len(p.Name) + len(p.Version) + len(p.Qualifiers))
	b.WriteString("pkg:")
	b.WriteString(p.Type)
	b.WriteByte('/')
	if p.Namespace != "" {
		b.WriteString(encodePath(p.Namespace))
		b.WriteByte('/')
	}
	b.WriteString(encode(p.Name))
	if p.Version != "" {
		b.WriteByte('@')
		b.WriteString(encode(p.Version))
	}
	if p.Qualifiers != "" {
		b.WriteByte('?')
		b.WriteString(p.Qualifiers)
	}
	return b.String()
}

// Qualifier gives the decoded value of one qualifier, empty when it is absent.
func (p PURL) Qualifier(k string) string {
	for rest := p.Qualifiers; rest != ""; {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		if key, value, _ := strings.Cut(pair, "="); key == k {
			return decode(value)
		}
	}
	return ""
}

// read leaves the reading to packageurl-go. Go modules pass under another type,
// because the library lower-cases their names.
func read(s string) (PURL, error) {
	typ, asked := typeOf(s), s
	if typ == "golang" {
		_, end := typeSpan(s)
		asked = "pkg:generic" + s[end:]
	}
	u, err := packageurl.FromString(asked)
	if err != nil {
		return PURL{}, ruleError(s, err)
	}
	p := PURL{Type: typ, Namespace: tidy(u.Namespace), Name: u.Name, Version: u.Version,
		Qualifiers: u.Qualifiers.String(), Subpath: tidy(u.Subpath)}
	return p, checkDecoded(s, p)
}

// tidy drops empty segments, which an escaped slash may leave behind.
func tidy(path string) string {
	if !strings.HasPrefix(path, "/") && !strings.HasSuffix(path, "/") && !strings.Contains(path, "//") {
		return path
	}
	return strings.Join(strings.FieldsFunc(path, func(r rune) bool { return r == '/' }), "/")
}
