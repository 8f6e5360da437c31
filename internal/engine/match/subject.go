// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"strings"

	"allmende/internal/engine/purl"
	"allmende/internal/engine/version"
)

// A Gap is the reason why a package cannot be checked, or not fully, a text key of Gaps.
type Gap string

const (
	NoGap         Gap = ""
	UnknownType   Gap = "match.gap_type"
	UnknownVendor Gap = "match.gap_vendor"
	MissingGroup  Gap = "match.gap_group"
	MissingRel    Gap = "match.gap_release"
	MissingVer    Gap = "match.gap_version"
	UnorderedVer  Gap = "match.gap_odd_version"
	ActionsOnly   Gap = "match.gap_actions_only"
)

// Gaps lists every Gap with its sentence.
var Gaps = map[Gap]string{
	UnknownType:   "no advisories are known for this type of package",
	UnknownVendor: "no advisories are known for this distribution",
	MissingGroup:  "the package URL lacks the namespace, without which the name is not clear",
	MissingRel:    "the package URL does not say for which release of the distribution the package was built",
	MissingVer:    "the package has no version",
	UnorderedVer:  "the version is none that the ecosystem can order",
	ActionsOnly:   "GitHub projects are only checked as GitHub Actions",
}

// Ecosystem gives the OSV ecosystem and the name under which advisories speak of a
// package: "Maven", "org.apache.logging.log4j:log4j-core"; "Debian:12", "openssl"
// for the binary package libssl3, if its URL names the source. ok is false if no
// advisory can concern it; that is "not checked" and must never count as clean.
func Ecosystem(p purl.PURL) (ecosystem, name string, ok bool) {
	ecosystem, name, gap := locate(p)
	return ecosystem, name, gap == NoGap || gap == ActionsOnly
}

// Unchecked says why a package cannot be checked, or not fully; NoGap if it can.
func Unchecked(p purl.PURL) Gap {
	ecosystem, _, gap := locate(p)
	if gap != NoGap {
		return gap
	}
	v := Version(p)
	if v == "" {
		return MissingVer
	}
	if version.Known(ecosystem) && !version.Valid(ecosystem, v) {
		return UnorderedVer
	}
	return NoGap
}

// plainTypes are the types whose packages have the same bare name in OSV.
var plainTypes = map[string]string{
	"bioconductor": "Bioconductor", "bitnami": "Bitnami", "cargo": "crates.io", "conan": "ConanCenter", "cran": "CRAN",
	"gem": "RubyGems", "hackage": "Hackage", "julia": "Julia", "nuget": "NuGet", "opam": "opam", "pub": "Pub",
}

// pathTypes are the types whose namespace and name OSV joins with a slash.
var pathTypes = map[string]string{
	"composer": "Packagist", "githubactions": "GitHub Actions", "golang": "Go", "hex": "Hex", "swift": "SwiftURL",
}

func locate(p purl.PURL) (ecosystem, name string, gap Gap) {
	if e, ok := plainTypes[p.Type]; ok {
		return e, p.Name, NoGap
	}
	if e, ok := pathTypes[p.Type]; ok {
		return e, path(p.Namespace, p.Name), NoGap
	}
	switch p.Type {
	case "maven":
		if p.Namespace == "" {
			return "", "", MissingGroup
		}
		return "Maven", p.Namespace + ":" + p.Name, NoGap
	case "npm":
		return "npm", path(scope(p.Namespace), p.Name), NoGap
	case "pypi":
		return "PyPI", normalPyPI(p.Name), NoGap
	case "github":
		return "GitHub Actions", path(p.Namespace, p.Name), ActionsOnly
	case "vscode-extension", "vscode":
		return "VSCode", strings.Trim(p.Namespace+"."+p.Name, "."), NoGap
	case "deb", "rpm", "apk", "alpine":
		return locateDistro(p)
	}
	return "", "", UnknownType
}

func path(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

func scope(namespace string) string {
	if namespace == "" || namespace[0] == '@' {
		return namespace
	}
	return "@" + namespace
}

// normalPyPI spells a name as PEP 503 says: lower case, runs of - _ . are one dash.
func normalPyPI(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	return strings.Join(parts, "-")
}

// Index gives the key under which a package and the entries of advisories about it
// meet, of which the release of a distribution is no part. Spellings that mean the
// same have one key, so use it for both and compare nothing else: PyPI's Flask_Login,
// NuGet's capitals, and Go's, which some tools lower although Go does not.
func Index(ecosystem, name string) string {
	base := version.Base(ecosystem)
	switch base {
	case "PyPI":
		name = normalPyPI(name)
	case "Go", "GitHub Actions", "Hex", "NuGet", "Packagist", "Pub", "VSCode":
		name = strings.ToLower(name)
	case "SwiftURL":
		name = strings.ToLower(name)
		if _, rest, ok := strings.Cut(name, "://"); ok {
			name = rest
		}
		name = strings.TrimSuffix(name, ".git")
	}
	return base + "|" + name
}

// Version gives the version of a package as advisories count it: of the source
// package where a distribution built several from one, with its epoch, without the
// platform of a gem and the "go" of Go's own releases. Empty if there is none.
func Version(p purl.PURL) string {
	switch p.Type {
	case "deb", "apk", "alpine":
		if _, v, ok := strings.Cut(p.Qualifier("upstream"), "@"); ok && v != "" {
			return v
		}
		return withEpoch(p)
	case "rpm":
		return withEpoch(p)
	case "gem":
		return withoutPlatform(p.Version)
	case "golang":
		if p.Namespace == "" && (p.Name == "stdlib" || p.Name == "toolchain") {
			return strings.TrimPrefix(p.Version, "go")
		}
	}
	return p.Version
}

func withEpoch(p purl.PURL) string {
	epoch := p.Qualifier("epoch")
	if epoch == "" || p.Version == "" || strings.Contains(p.Version, ":") {
		return p.Version
	}
	return epoch + ":" + p.Version
}

// withoutPlatform cuts the platform off a gem's version, 1.15.4-x86_64-linux.
func withoutPlatform(v string) string {
	number, platform, found := strings.Cut(v, "-")
	for _, p := range []string{"x86", "x64", "arm", "aarch", "java", "jruby", "universal", "mswin", "mingw", "powerpc", "ppc", "riscv", "s390"} {
		if found && strings.HasPrefix(platform, p) {
			return number
		}
	}
	return v
}
