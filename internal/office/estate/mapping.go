// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"slices"
	"strings"
	"unicode"

	"allmende/internal/fault"
	"allmende/internal/platform/lang"
)

// Fields are what a table can say, in the order of the columns of an export.
var Fields = []string{"external", "name", "version", "org", "role", "purpose", "since", "criticality", "supplier", "contract", "contract_until",
	"kind", "description", "description_en", "licence", "maker", "website", "repository", "purl", "released", "supported", "source", "checked"}

// A Mapping says in which column, counted from 0, a field stands.
type Mapping map[string]int

// names reports whether the mapping fits a head and says what a line is about.
func (m Mapping) names(head []string) bool {
	for f, i := range m {
		if i < 0 || i >= len(head) || !slices.Contains(Fields, f) {
			return false
		}
	}
	_, name := m["name"]
	return name
}

// Guess tells the columns of a table by their headings, German or English. Each column
// is one field at most.
func (s *Service) Guess(head []string) Mapping {
	m := Mapping{}
	for i, h := range head {
		for _, f := range Fields {
			if _, taken := m[f]; !taken && s.calls(f, h) {
				m[f] = i
				break
			}
		}
	}
	return m
}

// calls reports whether a heading is a usual one for a field. The words stand in lang/*.json.
func (s *Service) calls(field, heading string) bool {
	plain := letters(heading)
	if plain == letters(field) {
		return true
	}
	return slices.ContainsFunc(lang.Tongues, func(tongue string) bool {
		return letters(s.texts.T(tongue, "estate.field."+field)) == plain ||
			slices.ContainsFunc(strings.Split(s.texts.T(tongue, "estate.headings."+field), "|"), func(word string) bool { return letters(word) == plain })
	})
}

// letters leaves of a heading what matters: letters and digits, folded.
func letters(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

// MapHeadings is Guess with some fields told: by the heading of their column, or by ""
// for no column.
func (s *Service) MapHeadings(head []string, told map[string]string) (Mapping, error) {
	m := s.Guess(head)
	for field, heading := range told {
		if !slices.Contains(Fields, field) {
			return nil, fault.At(field, "estate.import.no_field", field, join(Fields))
		}
		delete(m, field)
		if heading == "" {
			continue
		}
		i := slices.IndexFunc(head, func(h string) bool { return letters(h) == letters(heading) })
		if i < 0 {
			return nil, fault.At(field, "estate.import.no_column", heading, join(head))
		}
		m[field] = i
	}
	return m, nil
}

// Told is MapHeadings for a table that was not read yet; nil where nothing is told.
func (s *Service) Told(data []byte, told map[string]string) (Mapping, error) {
	if len(told) == 0 {
		return nil, nil
	}
	read := s.ReadTable(data, nil)
	if read.Table == nil {
		return nil, read.err
	}
	return s.MapHeadings(read.Table.Head, told)
}

// headings says which heading stands over each field.
func (m Mapping) headings(head []string) map[string]string {
	out := map[string]string{}
	for f, i := range m {
		out[f] = head[i]
	}
	return out
}

// value reads one of a list of values as people write it: "Open Source", "sehr hoch". The
// words stand in lang/*.json.
func (s *Service) value(kind string, values []string, text string) (string, bool) {
	plain := letters(text)
	for _, v := range values {
		if plain == letters(v) {
			return v, true
		}
		for _, tongue := range lang.Tongues {
			if letters(s.texts.T(tongue, "estate."+kind+"."+v)) == plain {
				return v, true
			}
			for word := range strings.SplitSeq(s.texts.T(tongue, "estate.words."+kind+"."+v), "|") {
				if letters(word) == plain {
					return v, true
				}
			}
		}
	}
	return "", false
}

func join(list []string) string { return strings.Join(list, ", ") }
