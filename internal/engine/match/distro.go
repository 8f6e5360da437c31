// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"strings"

	"allmende/internal/engine/purl"
	"allmende/internal/engine/version"
)

// A vendor is a distribution: how package URLs and how advisories speak of it.
type vendor struct {
	ecosystem string
	release   func(string) string // "12.4" to "Debian:12"; nil if it has none
	binary    bool                // advisories name binary, not source packages
}

// vendors goes by the namespace of a package URL or the beginning of its distro
// qualifier. AlmaLinux, Red Hat and Photon name binary packages in practice.
var vendors = map[string]vendor{
	"almalinux":     {"AlmaLinux", major, true},
	"alpaquita":     {"Alpaquita", asIs, false},
	"alpine":        {"Alpine", alpineBranch, false},
	"azurelinux":    {"Azure Linux", major, false},
	"chainguard":    {"Chainguard", nil, false},
	"debian":        {"Debian", debianNumber, false},
	"echo":          {"Echo", nil, false},
	"mageia":        {"Mageia", major, false},
	"minimos":       {"MinimOS", nil, false},
	"opensuse":      {"openSUSE", openSUSE, false},
	"opensuse-leap": {"openSUSE", openSUSE, false},
	"photon":        {"Photon OS", asIs, true},
	"redhat":        {"Red Hat", redHat, true},
	"rhel":          {"Red Hat", redHat, true},
	"rocky":         {"Rocky Linux", major, false},
	"rocky-linux":   {"Rocky Linux", major, false},
	"rockylinux":    {"Rocky Linux", major, false},
	"sled":          {"SUSE", servicePack, false},
	"sles":          {"SUSE", servicePack, false},
	"suse":          {"SUSE", servicePack, false},
	"ubuntu":        {"Ubuntu", ubuntuNumber, false},
	"wolfi":         {"Wolfi", nil, false},
}

func locateDistro(p purl.PURL) (ecosystem, name string, gap Gap) {
	id, number := distro(p)
	v, ok := vendors[id]
	if !ok {
		return "", "", UnknownVendor
	}
	name = p.Name
	if !v.binary {
		name = source(p)
	}
	if v.release == nil {
		return v.ecosystem, name, NoGap
	}
	if number = v.release(number); number == "" {
		return "", "", MissingRel
	}
	return v.ecosystem + ":" + number, name, NoGap
}

// distro gives vendor and release: of "debian-12", "opensuse-leap-15.5", of a bare
// "3.20.3" or "bookworm" beside the namespace.
func distro(p purl.PURL) (id, release string) {
	id = strings.ToLower(p.Namespace)
	if id == "" && p.Type == "alpine" {
		id = "alpine"
	}
	said := strings.ToLower(p.Qualifier("distro"))
	if rest, ok := strings.CutPrefix(said, id+"-"); ok && id != "" {
		return id, rest
	}
	for i := 0; i+1 < len(said); i++ {
		if said[i] == '-' && digits(said[i+1:i+2]) {
			_, better := vendors[said[:i]]
			if _, known := vendors[id]; better || !known {
				id = said[:i]
			}
			return id, said[i+1:]
		}
	}
	return id, said
}

// source gives the name of the source package, if the URL tells it: "openssl",
// "util-linux@2.37.2-4", "bash-5.1.8-6.el9.src.rpm".
func source(p purl.PURL) string {
	name, _, _ := strings.Cut(p.Qualifier("upstream"), "@")
	if file, ok := strings.CutSuffix(name, ".src.rpm"); ok {
		for range 2 {
			if i := strings.LastIndexByte(file, '-'); i > 0 {
				file = file[:i]
			}
		}
		name = file
	}
	if name == "" {
		return p.Name
	}
	return name
}

// release gives the release an ecosystem is limited to, "12" for "Debian:12", so that
// it can be compared: empty if there is none or if what follows is a repository.
func release(ecosystem string) string {
	base, rest, _ := strings.Cut(ecosystem, ":")
	switch base {
	case "Debian":
		return debianNumber(rest)
	case "Ubuntu":
		return ubuntuRelease(rest)
	case "Red Hat":
		return redHatRelease(rest)
	case "SUSE":
		return suseRelease(rest)
	case "Maven", "Packagist", "VSCode":
		return ""
	}
	if version.Known(base) {
		return rest
	}
	return ""
}

func asIs(s string) string { return s }

// major gives "9" of "9.3".
func major(s string) string {
	s, _, _ = strings.Cut(s, ".")
	if !digits(s) {
		return ""
	}
	return s
}

// minor gives "3.20" of "3.20.3", "22.04" of "22.04".
func minor(s string) string {
	parts := strings.SplitN(s, ".", 3)
	if len(parts) < 2 || !digits(parts[0]) || !digits(parts[1]) {
		return ""
	}
	return parts[0] + "." + parts[1]
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func alpineBranch(s string) string {
	if strings.HasPrefix(s, "edge") {
		return "edge"
	}
	if s = minor(strings.TrimPrefix(s, "v")); s == "" {
		return ""
	}
	return "v" + s
}

// debianNames are the names of Debian's releases, from distro-info-data.
var debianNames = map[string]string{
	"wheezy": "7", "jessie": "8", "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12",
	"trixie": "13", "forky": "14", "duke": "15", "sid": "sid", "unstable": "sid",
}

func debianNumber(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(s), "/") // "trixie/sid"
	if n, ok := debianNames[s]; ok {
		return n
	}
	return major(s)
}

// ubuntuNames are the names of Ubuntu's releases with long-term support.
var ubuntuNames = map[string]string{"trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04", "jammy": "22.04", "noble": "24.04"}

// ubuntuNumber gives "22.04:LTS", "23.10": in April of even years support is long.
func ubuntuNumber(s string) string {
	if n, ok := ubuntuNames[s]; ok {
		s = n
	}
	if s = minor(s); len(s) == 5 && s[3:] == "04" && (s[1]-'0')%2 == 0 {
		return s + ":LTS"
	}
	return s
}

// ubuntuRelease gives "22.04" of "22.04:LTS" and of "Pro:22.04:LTS", whose fixes are
// for the same packages; other lines (FIPS, Realtime) stay what they are.
func ubuntuRelease(s string) string {
	s = strings.TrimSuffix(s, ":LTS")
	if pro, ok := strings.CutPrefix(s, "Pro:"); ok && minor(pro) == pro {
		return pro
	}
	return s
}

func redHat(s string) string {
	if s = major(s); s == "" {
		return ""
	}
	return "enterprise_linux:" + s
}

// redHatRelease gives "9" of "enterprise_linux:9::baseos"; streams with support of
// their own (rhel_eus:9.2::baseos) stay what they are.
func redHatRelease(s string) string {
	rest, ok := strings.CutPrefix(s, "enterprise_linux:")
	if !ok {
		return s
	}
	number, _, _ := strings.Cut(rest, ":")
	return major(number)
}

func openSUSE(s string) string {
	if strings.Contains(s, "tumbleweed") {
		return "Tumbleweed"
	}
	if s = minor(strings.TrimPrefix(s, "leap-")); s == "" {
		return ""
	}
	return "Leap " + s
}

// servicePack gives "Linux Enterprise Server 15 SP5" of "15.5" and of "15-sp5".
func servicePack(s string) string {
	s = strings.Replace(s, "-sp", ".", 1)
	number, pack, _ := strings.Cut(s, ".")
	if !digits(number) || pack != "" && !digits(pack) {
		return ""
	}
	if pack == "" || pack == "0" {
		return "Linux Enterprise Server " + number
	}
	return "Linux Enterprise Server " + number + " SP" + pack
}

// suseRelease gives "15 SP5" of "Linux Enterprise Server 15 SP5" and of the modules
// that come with it ("Linux Enterprise Module for Basesystem 15 SP5").
func suseRelease(s string) string {
	if !strings.HasPrefix(s, "Linux Enterprise ") {
		return s
	}
	words := strings.Fields(s)
	for i, w := range words {
		if digits(w) {
			return strings.Join(words[i:], " ")
		}
	}
	return s
}
