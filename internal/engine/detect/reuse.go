// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"fmt"
	"path"
	"strings"
)

// An annotation says of the files that fit a pattern what applies to them.
type annotation struct {
	dir        string   // that patterns are counted from
	patterns   []string // "src/**/*.png"
	licence    string
	copyright  []string
	precedence string // closest, aggregate, override
	from       string
}

// Bounds of annotations: each pattern is tried on each file, and each file keeps the copyrights
// that fit it. What goes beyond is left out, and told.
const (
	mostRules    = 2000 // annotations of a file
	mostPatterns = 2000 // of all annotations of a tree
	mostHolders  = 200  // copyrights of an annotation, and of a file
)

// A stint counts what a file with annotations says beyond the bounds.
type stint struct{ rules, holders int }

// String is what was left out, as "annotations 2500 > 2000".
func (s stint) String() string {
	var out []string
	if s.rules > mostRules {
		out = append(out, fmt.Sprintf("annotations %d > %d", s.rules, mostRules))
	}
	if s.holders > mostHolders {
		out = append(out, fmt.Sprintf("SPDX-FileCopyright"+"Text %d > %d", s.holders, mostHolders))
	}
	return strings.Join(out, ", ")
}

// bounded leaves out the copyrights of an annotation that are too many.
func (s *stint) bounded(all []string) []string {
	s.holders = max(s.holders, len(all))
	all = all[:min(len(all), mostHolders)]
	for i, one := range all {
		all[i] = short(one)
	}
	return all
}

// rulesOf returns what reads a file with annotations; nil for any other file.
func rulesOf(name string) func(string, []byte) ([]annotation, stint) {
	switch {
	case path.Base(name) == "REUSE.toml":
		return readREUSE
	case strings.HasSuffix(name, ".reuse/dep5"):
		return readDep5
	}
	return nil
}

// readREUSE reads REUSE.toml (REUSE 3.3). One that cannot be read says nothing.
func readREUSE(name string, data []byte) (out []annotation, left stint) {
	var file struct {
		Annotations []map[string]any `toml:"annotations"`
	}
	if err := decodeTOML(data, &file); err != nil {
		return nil, left
	}
	left.rules = len(file.Annotations)
	for _, a := range file.Annotations[:min(len(file.Annotations), mostRules)] {
		precedence, _ := a["precedence"].(string)
		one := annotation{dir: path.Dir(name), patterns: several(a["path"]), licence: strings.Join(several(a["SPDX-License-"+"Identifier"]), " AND "),
			copyright: left.bounded(several(a["SPDX-FileCopyright"+"Text"])), precedence: precedence, from: name}
		out = append(out, one)
	}
	return out, left
}

// several is a text or a list of texts.
func several(v any) (out []string) {
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, one := range v {
			if s, ok := one.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// readDep5 reads the paragraphs "Files:", "License:" of Debian's machine-readable copyright
// file, which REUSE took before version 3.2. There "*" is anything, slashes included.
func readDep5(name string, data []byte) (out []annotation, left stint) {
	for _, p := range strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n\n") {
		fields, last := map[string]string{}, ""
		for line := range strings.SplitSeq(p, "\n") {
			if strings.HasPrefix(line, " ") && last != "" {
				fields[last] += "\n" + strings.TrimSpace(line)
			} else if k, v, ok := strings.Cut(line, ":"); ok {
				last = strings.ToLower(k)
				fields[last] = strings.TrimSpace(v)
			}
		}
		licence, _, _ := strings.Cut(fields["license"], "\n")
		if fields["files"] == "" || licence == "" {
			continue
		}
		if left.rules++; left.rules <= mostRules {
			out = append(out, annotation{dir: ".", patterns: strings.Fields(strings.ReplaceAll(fields["files"], "*", "**")), licence: licence,
				copyright: left.bounded(strings.Split(fields["copyright"], "\n")), precedence: "aggregate", from: name})
		}
	}
	return out, left
}

// fits reports whether a file is meant.
func (a annotation) fits(name string) bool {
	rel, ok := strings.CutPrefix(name, a.dir+"/")
	if a.dir == "." {
		rel, ok = name, true
	}
	if !ok {
		return false
	}
	for _, p := range a.patterns {
		if glob(p, rel) {
			return true
		}
	}
	return false
}

// glob matches as REUSE says: "*" is anything but a slash, "**" is anything; a backslash
// takes the meaning of what follows. Where it does not go on, the last "*" takes one character
// more, or where that is a slash, the last "**".
func glob(pattern, name string) bool {
	p, n := 0, 0
	star, mark, deep, deepMark := -1, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			from := p
			for p < len(pattern) && pattern[p] == '*' {
				p++
			}
			if star, mark = p, n; p-from > 1 {
				deep, deepMark, star = p, n, -1
			}
		case p < len(pattern) && literal(pattern, &p, name[n]):
			n++
		case star >= 0 && name[mark] != '/':
			mark++
			p, n = star, mark
		case deep >= 0:
			deepMark++
			p, n, star = deep, deepMark, -1
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// literal takes one character of a pattern, where it is the one wanted.
func literal(pattern string, p *int, c byte) bool {
	at := *p
	if pattern[at] == '\\' && at+1 < len(pattern) {
		at++
	}
	if pattern[at] != c {
		return false
	}
	*p = at + 1
	return true
}
