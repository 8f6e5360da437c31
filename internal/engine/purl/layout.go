// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package purl

// A layout is where the parts lie in a package URL that is canonical already,
// as most are: a million pass through an import, so they are only looked at.
type layout struct {
	typ, name, nameEnd, version, versionEnd int // byte offsets; name is where the name begins
	escaped                                 bool
}

// A caseRule says which capital letters the canonical form of a type allows.
type caseRule uint8

const (
	unknown  caseRule = iota // leave it to the library
	anyCase                  // names as they are
	lower                    // namespace and name in lower case
	lowerDot                 // as lower, and no underscore (PyPI)
)

// ruleOf knows the types without further rules of their own.
func ruleOf(typ string) caseRule {
	switch typ {
	case "maven", "npm", "golang", "cargo", "nuget", "gem", "generic", "hex", "pub",
		"cocoapods", "conan", "conda", "cran", "hackage", "docker", "oci", "swid", "rpm":
		return anyCase
	case "deb", "apk", "alpm", "github", "bitbucket", "composer":
		return lower
	case "pypi":
		return lowerDot
	}
	return unknown
}

// canonical looks whether s is spelled canonically, has no subpath and needs no
// rule that only the library knows. What it declines may still be a good package URL.
func canonical(s string) (l layout, ok bool) {
	if len(s) > Limit || len(s) < 7 || s[:4] != "pkg:" {
		return l, false
	}
	i := 4
	for i < len(s) && s[i] != '/' {
		i++
	}
	l.typ = i
	rule := ruleOf(s[4:i])
	if rule == unknown {
		return l, false
	}
	if i, ok = l.path(s, i, rule); !ok {
		return l, false
	}
	if rule == anyCase && l.hasCapitalNamespace(s) {
		return l, false
	}
	if i, ok = l.versionPart(s, i); !ok {
		return l, false
	}
	return l, i == len(s) || s[i] == '?' && sortedQualifiers(s[i+1:])
}

// hasCapitalNamespace holds for RPM, where only the vendor is lower-cased.
func (l *layout) hasCapitalNamespace(s string) bool {
	if s[4:l.typ] != "rpm" {
		return false
	}
	for i := l.typ; i < l.name; i++ {
		if s[i] >= 'A' && s[i] <= 'Z' && s[i-1] != '%' && (i < 2 || s[i-2] != '%') {
			return true
		}
	}
	return false
}

// path walks over namespace and name, from the slash after the type.
func (l *layout) path(s string, i int, rule caseRule) (int, bool) {
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '/':
			if i+1 == len(s) || !safe[s[i+1]] && s[i+1] != '%' {
				return i, false
			}
			l.name = i + 1
		case c == '%':
			if !canonicalEscape(s, i) {
				return i, false
			}
			l.escaped, i = true, i+2
		case !safe[c]:
			l.nameEnd = i
			return i, i > l.name && (c == '@' || c == '?')
		case rule >= lower && c >= 'A' && c <= 'Z' || rule == lowerDot && c == '_':
			return i, false
		}
	}
	l.nameEnd = i
	return i, l.name > 0
}

// versionPart walks over "@version" if there is one.
func (l *layout) versionPart(s string, i int) (int, bool) {
	l.version, l.versionEnd = i, i
	if i == len(s) || s[i] != '@' {
		return i, true
	}
	l.version = i + 1
	i, l.versionEnd = l.value(s, i+1)
	return i, i > l.version && (i == len(s) || s[i] == '?')
}

// value walks over safe bytes and canonical escapes.
func (l *layout) value(s string, i int) (end, same int) {
	for i < len(s) {
		switch {
		case safe[s[i]]:
			i++
		case canonicalEscape(s, i):
			l.escaped, i = true, i+3
		default:
			return i, i
		}
	}
	return i, i
}

// canonicalEscape holds for %XX in capitals that stands for an ASCII byte which
// has to be escaped and is no control character and no slash.
func canonicalEscape(s string, i int) bool {
	v, ok := unhex(s, i)
	return ok && v >= ' ' && v < 0x7f && v != '/' && !safe[v] && s[i+1] < 'a' && s[i+2] < 'a'
}

// sortedQualifiers holds for k=v&k=v in lower-case, strictly rising keys.
func sortedQualifiers(q string) bool {
	var l layout
	last := ""
	for {
		i := 0
		for i < len(q) && (q[i] >= 'a' && q[i] <= 'z' || q[i] == '_' || i > 0 && q[i] >= '0' && q[i] <= '9') {
			i++
		}
		if i == 0 || i == len(q) || q[i] != '=' || q[:i] <= last {
			return false
		}
		last = q[:i]
		end, _ := l.value(q, i+1)
		if end == i+1 {
			return false
		}
		if end == len(q) {
			return true
		}
		if q[end] != '&' {
			return false
		}
		q = q[end+1:]
	}
}

// parts cuts s where the layout says.
func (l layout) parts(s string) PURL {
	p := PURL{Type: s[4:l.typ], Name: s[l.name:l.nameEnd], Version: s[l.version:l.versionEnd]}
	if l.name > l.typ+1 {
		p.Namespace = s[l.typ+1 : l.name-1]
	}
	if l.versionEnd < len(s) {
		p.Qualifiers = s[l.versionEnd+1:]
	}
	if l.escaped {
		p.Namespace, p.Name, p.Version = decode(p.Namespace), decode(p.Name), decode(p.Version)
	}
	return p
}
