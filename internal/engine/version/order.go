// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package version

import "strings"

// A family says which texts an order can take for versions.
type family uint8

const (
	numbers family = iota // must begin with a number: SemVer and its like
	words                 // any text with a digit in it, but no wildcard
	distro                // any text with a digit in it
)

// An order is how the versions of an ecosystem are sorted.
type order struct {
	library string // the ecosystem's name in osv-scalibr
	family  family
	numbers int        // how many plain numbers in a row are only numbers
	length  lengthRule // how they compare when one has more of them
}

var (
	semver    = &order{"npm", numbers, 3, same}
	nuget     = &order{"NuGet", numbers, 4, same}
	pub       = &order{"Pub", numbers, 3, same}
	hackage   = &order{"Hackage", numbers, 4, longer}
	cran      = &order{"CRAN", numbers, 4, longer}
	maven     = &order{"Maven", words, 4, same}
	packagist = &order{"Packagist", words, 4, longer}
	pypi      = &order{"PyPI", words, 4, same}
	rubygems  = &order{"RubyGems", words, 4, same}
	apk       = &order{"Alpine", distro, 4, same}
	deb       = &order{"Debian", distro, 4, longer}
	rpm       = &order{"Red Hat", distro, 4, longer}
)

// orders knows each ecosystem of the OSV schema whose versions can be sorted. The
// library has no order for the last ones: actions, extensions and Kubernetes tag by
// SemVer, Azure Linux and Photon OS are built from RPM, Echo from Debian packages.
var orders = map[string]*order{
	"Bioconductor":           semver,
	"Bitnami":                semver,
	"ConanCenter":            semver,
	"crates.io":              semver,
	"Docker Hardened Images": semver,
	"GHC":                    semver,
	"Go":                     semver,
	"Hex":                    semver,
	"Julia":                  semver,
	"npm":                    semver,
	"SwiftURL":               semver,
	"NuGet":                  nuget,
	"Pub":                    pub,
	"Hackage":                hackage,
	"CRAN":                   cran,

	"Maven":     maven,
	"Packagist": packagist,
	"PyPI":      pypi,
	"RubyGems":  rubygems,

	"Alpaquita":                    apk,
	"Alpine":                       apk,
	"BellSoft Hardened Containers": apk,
	"Chainguard":                   apk,
	"MinimOS":                      apk,
	"Wolfi":                        apk,
	"Debian":                       deb,
	"Ubuntu":                       deb,
	"AlmaLinux":                    rpm,
	"Mageia":                       rpm,
	"openEuler":                    rpm,
	"openSUSE":                     rpm,
	"Red Hat":                      rpm,
	"Rocky Linux":                  rpm,
	"SUSE":                         rpm,

	"GitHub Actions": semver,
	"Kubernetes":     semver,
	"VSCode":         semver,
	"Azure Linux":    rpm,
	"Photon OS":      rpm,
	"Echo":           deb,
}

// Base gives the ecosystem without release or repository: "Debian:12" is "Debian".
func Base(ecosystem string) string {
	base, _, _ := strings.Cut(ecosystem, ":")
	return base
}

// refuse gives the code of the reason why text is no version, empty if it may be one.
func (o *order) refuse(text string) string {
	switch {
	case text == "":
		return "version.empty"
	case len(text) > Limit:
		return "version.too_long"
	case !plain(text):
		return "version.range"
	case o.family != distro && wildcard(text):
		return "version.range"
	case commit(text):
		return "version.junk"
	case o.family == numbers && !startsWithNumber(text):
		return "version.junk"
	case strings.IndexFunc(text, func(r rune) bool { return '0' <= r && r <= '9' }) < 0:
		return "version.junk"
	}
	return ""
}

// foreign tells the bytes that no version holds: the signs of ranges, placeholders
// and expressions, control codes and what is not ASCII.
var foreign = func() (t [256]bool) {
	for c := range t {
		t[c] = c <= ' ' || c >= 0x7f || strings.IndexByte("<>=|*$,;()[]{}\"'\\#&", byte(c)) >= 0
	}
	return t
}()

// plain holds for texts without foreign signs. Tilde and caret may stand inside, as
// in Debian and RPM versions, but not in front.
func plain(text string) bool {
	for i := 0; i < len(text); i++ {
		if foreign[text[i]] {
			return false
		}
	}
	return text[0] != '~' && text[0] != '^'
}

// wildcard holds for 1.x and 2.3.X-dev.
func wildcard(text string) bool {
	i := 0
	for i < len(text) && (text[i] == 'v' && i == 0 || text[i] == '.' || isDigit(text[i])) {
		i++
	}
	if i == 0 || i == len(text) || text[i-1] != '.' || text[i] != 'x' && text[i] != 'X' {
		return false
	}
	return i+1 == len(text) || text[i+1] == '.' || text[i+1] == '-'
}

// commit holds for the full hash of a commit, which may begin like a number.
func commit(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == "" && strings.ContainsAny(text, "abcdef")
}

func startsWithNumber(text string) bool {
	text = strings.TrimPrefix(text, "v")
	return text != "" && isDigit(text[0])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// short cuts a version for an error message.
func short(text string) string {
	if len(text) <= Limit {
		return text
	}
	return strings.ToValidUTF8(text[:60], "") + "…"
}
