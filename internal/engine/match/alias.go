// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"slices"
	"strings"

	"allmende/internal/engine/osv"
)

// Bundle is how many aliases an advisory may have and still mean one vulnerability.
// Beyond, it reports several at once and does not make them one; osv.dev draws the
// line at the same number.
const Bundle = 5

// Canonical gives the identifier by which a vulnerability goes that has several: its
// CVE, else its GHSA, else the first of the alphabet; of several CVEs the oldest.
func Canonical(ids ...string) string {
	best := ""
	for _, id := range ids {
		if id = Spell(id); id != "" && (best == "" || before(id, best)) {
			best = id
		}
	}
	return best
}

// Key gives the canonical identifier of one advisory by itself; see Cluster for
// advisories that are joined by others.
func Key(id string, aliases []string) string {
	if len(aliases) > Bundle {
		return Spell(id)
	}
	return Canonical(append([]string{id}, aliases...)...)
}

// Spell gives an identifier in its usual letters: cve-2021-44228 is CVE-2021-44228,
// ghsa-JFH8-… is GHSA-jfh8-….
func Spell(id string) string {
	id = strings.TrimSpace(id)
	if len(id) > 4 && strings.EqualFold(id[:4], "CVE-") {
		return strings.ToUpper(id)
	}
	if len(id) > 5 && strings.EqualFold(id[:5], "GHSA-") {
		return "GHSA-" + strings.ToLower(id[5:])
	}
	return id
}

// before orders identifiers, the one to go by first.
func before(a, b string) bool {
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra < rb
	}
	if len(a) != len(b) && rank(a) == 0 {
		return cveYear(a) < cveYear(b) || cveYear(a) == cveYear(b) && len(a) < len(b)
	}
	return a < b
}

func rank(id string) int {
	switch {
	case strings.HasPrefix(id, "CVE-"):
		return 0
	case strings.HasPrefix(id, "GHSA-"):
		return 1
	}
	return 2
}

func cveYear(id string) string { return id[:min(len(id), 8)] }

// Aliases gives the other names of an advisory's vulnerability. The records that
// osv.dev makes for distributions (DEBIAN-CVE-2021-44228) name it as upstream.
func Aliases(r osv.Record) []string {
	if len(r.Upstream) == 1 && strings.HasSuffix(r.ID, "-"+r.Upstream[0]) {
		return append(slices.Clone(r.Aliases), r.Upstream[0])
	}
	return r.Aliases
}

// errata begin the identifiers of advisories of distributions that repair several
// vulnerabilities, which they name as upstream or related.
var errata = []string{"ALBA-", "ALEA-", "ALSA-", "DLA-", "DSA-", "MGASA-", "RHBA-", "RHEA-", "RHSA-", "RLSA-", "RXSA-", "SUSE-", "openSUSE-", "USN-"}

// CVEs gives the CVE identifiers that an advisory is about, sorted: those by which
// it is found in the lists of what is exploited.
func CVEs(r osv.Record) []string {
	ids := slices.Concat([]string{r.ID}, r.Aliases, r.Upstream)
	if slices.ContainsFunc(errata, func(p string) bool { return strings.HasPrefix(r.ID, p) }) {
		ids = append(ids, r.Related...)
	}
	var out []string
	for _, id := range ids {
		if id = Spell(id); rank(id) == 0 {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
