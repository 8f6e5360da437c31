// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"slices"
	"strings"
	"unicode"
)

// stated acts in the log for whoever has sent a mail whose sender nobody has checked.
const stated = "mail"

// A result is what a server says of a mail by one method.
type result struct {
	method, value string            // "dmarc", "pass"
	of            map[string]string // "header.from": "stadt.example"
}

// proven is the server, one of those that are trusted, by whose word a mail is from the domain that its sender
// names; empty where none says so. RFC 8601, section 5: the server of the house removes what
// others claim in its name, and writes its own at the top: the topmost one counts.
func proven(l Letter, trusted []string) string {
	domain := l.Sender[strings.LastIndex(l.Sender, "@")+1:]
	for _, header := range l.Results {
		server, all := readResults(header)
		if domain == "" || !slices.ContainsFunc(trusted, func(t string) bool { return strings.EqualFold(t, server) }) {
			continue
		}
		if aligned(all, domain) {
			return server
		}
		return ""
	}
	return ""
}

// aligned reports whether DMARC has passed for a domain (RFC 7489); or, where that says nothing since the
// domain has no policy, SPF and DKIM both have for that very domain. What contradicts itself proves nothing.
func aligned(all []result, domain string) bool {
	of := func(method string) (out []result) {
		return slices.DeleteFunc(slices.Clone(all), func(r result) bool { return r.method != method })
	}
	names := func(r result, name string) bool {
		return strings.EqualFold(r.of[name][strings.LastIndex(r.of[name], "@")+1:], domain)
	}
	passed := func(results []result, name string) bool {
		return len(results) > 0 && !slices.ContainsFunc(results, func(r result) bool { return r.value != "pass" || !names(r, name) })
	}
	dmarc := of("dmarc")
	if slices.ContainsFunc(dmarc, func(r result) bool { return r.value != "none" }) {
		return passed(dmarc, "header.from")
	}
	signed := slices.DeleteFunc(of("dkim"), func(r result) bool { return r.of["header.d"] != "" && !names(r, "header.d") }) // others may sign, too
	return passed(of("spf"), "smtp.mailfrom") && passed(signed, "header.d")
}

// readResults reads one header Authentication-Results.
func readResults(header string) (server string, all []result) {
	for i, part := range split(header, ';') {
		words := split(strings.Join(strings.FieldsFunc(part, unicode.IsSpace), " "), ' ')
		if i == 0 {
			server = strings.ToLower(first(words))
			continue
		}
		r := result{of: map[string]string{}}
		for j, w := range words {
			name, value, ok := strings.Cut(w, "=")
			name, value = strings.ToLower(name), strings.ToLower(strings.Trim(value, "\""))
			switch {
			case j == 0 && ok:
				r.method, _, _ = strings.Cut(name, "/") // a version
				r.value = value
			case ok && r.of[name] != "" && r.of[name] != value:
				r.value = "contradiction"
			case ok:
				r.of[name] = value
			}
		}
		all = append(all, r)
	}
	return server, all
}

// split cuts at a sign, but not within quotes; comments are left out.
func split(text string, at rune) (out []string) {
	var one strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && (quoted || depth > 0):
			escaped = true
		case r == '"' && depth == 0:
			quoted = !quoted
		case r == '(' && !quoted:
			depth++
		case r == ')' && !quoted && depth > 0:
			depth--
			continue
		case r == at && !quoted && depth == 0:
			out = append(out, strings.TrimSpace(one.String()))
			one.Reset()
			continue
		}
		if depth == 0 {
			one.WriteRune(r)
		}
	}
	out = append(out, strings.TrimSpace(one.String()))
	return slices.DeleteFunc(out, func(s string) bool { return s == "" && at == ' ' })
}
