// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package feed

// A fact is a published vulnerability of something planted.
type fact struct {
	kind   string
	record Record
}

// known are the vulnerabilities of what a town plants: ids, ranges and vectors as
// published by the GitHub Advisory Database, described in our own words.
func known() []fact {
	return []fact{
		{"maven", about("GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228", "2021-12-10", "Log4Shell: looking up names in logged text runs foreign code",
			"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "Maven", "org.apache.logging.log4j:log4j-core", "ECOSYSTEM",
			[2]string{"2.13.0", "2.15.0"}, [2]string{"2.0-beta9", "2.3.1"}, [2]string{"2.4", "2.12.2"})},
		{"maven", about("GHSA-599f-7c49-w659", "CVE-2022-42889", "2022-10-13", "Text4Shell: replacing variables in foreign text runs code",
			"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "Maven", "org.apache.commons:commons-text", "ECOSYSTEM", [2]string{"1.5", "1.10.0"})},
		{"maven", about("GHSA-36p3-wjmg-h94x", "CVE-2022-22965", "2022-03-31", "Spring4Shell: binding of request parameters runs foreign code",
			"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "Maven", "org.springframework:spring-beans", "ECOSYSTEM",
			[2]string{"0", "5.2.20.RELEASE"}, [2]string{"5.3.0", "5.3.18"})},
		{"npm", about("GHSA-35jh-r3h4-6jhm", "CVE-2021-23337", "2021-05-06", "lodash: templates can be made to run commands",
			"CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H", "npm", "lodash", "SEMVER", [2]string{"0", "4.17.21"})},
		{"npm", about("GHSA-xvch-5gv4-984h", "CVE-2021-44906", "2022-03-18", "minimist: arguments can change prototypes of objects",
			"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "npm", "minimist", "SEMVER", [2]string{"0", "0.2.4"}, [2]string{"1.0.0", "1.2.6"})},
	}
}

// Log4Shell is the vulnerability that the harness asks for.
const Log4Shell = "CVE-2021-44228"

func about(id, cve, published, summary, vector, eco, name, order string, spans ...[2]string) Record {
	a := Affected{Package: Package{eco, name}}
	for _, s := range spans {
		a.Ranges = append(a.Ranges, Range{order, []Event{{Introduced: s[0]}, {Fixed: s[1]}}})
	}
	return Record{Schema: "1.7.3", ID: id, Aliases: []string{cve}, Published: published + "T00:00:00Z", Modified: "2026-01-10T00:00:00Z",
		Summary: summary, Details: summary + ".", Severity: []Severity{{"CVSS_V3", vector}}, Affected: []Affected{a},
		References: []Reference{{"ADVISORY", "https://nvd.nist.gov/vuln/detail/" + cve}}}
}

// Fresh is one advisory more, published today as it were, about a planted package.
func Fresh() Record {
	return about("GHSA-2222-3333-4444", "CVE-2026-99999", "2026-11-20", "one advisory more", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		"Maven", "org.apache.logging.log4j:log4j-core", "ECOSYSTEM", [2]string{"0", "2.25.0"})
}
