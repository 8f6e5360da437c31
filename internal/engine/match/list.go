// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package match

import (
	"cmp"
	"slices"

	"allmende/internal/engine/version"
)

// A list is the affected versions that an advisory names one by one, sorted by
// fingerprint: only few have to be compared with a version, however long the list.
type list struct {
	ecosystem string
	entries   []entry
}

type entry struct {
	print uint64
	text  string
}

func compileList(ecosystem string, texts []string) list {
	l := list{ecosystem, make([]entry, len(texts))}
	for i, t := range texts {
		l.entries[i] = entry{version.Fingerprint(ecosystem, t), t}
	}
	slices.SortFunc(l.entries, func(a, b entry) int { return cmp.Compare(a.print, b.print) })
	return l
}

// holds reports whether the version is on the list: in so many letters, or as the
// ecosystem sees it (1.0 and 1.0.0 are one version to PyPI).
func (l *list) holds(in *Installed) bool {
	i, _ := slices.BinarySearchFunc(l.entries, in.print, func(e entry, print uint64) int { return cmp.Compare(e.print, print) })
	for ; i < len(l.entries) && l.entries[i].print == in.print; i++ {
		if l.entries[i].text == in.text || l.same(l.entries[i].text, in) {
			return true
		}
	}
	return false
}

// same reports whether a listed text and a version are one to the ecosystem.
func (l *list) same(text string, in *Installed) bool {
	if in.err != nil {
		return false
	}
	v, err := version.Parse(l.ecosystem, text)
	if err != nil {
		return false
	}
	c, err := in.own.Compare(v)
	return err == nil && c == 0
}
