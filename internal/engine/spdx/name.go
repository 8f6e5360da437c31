// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"unicode"
)

//go:embed words.json
var wordsJSON []byte

// A family is licences that differ by their version. later: "+" is part of their ids, which
// say "-only" otherwise. Open is what may be meant where the version is missing.
type family struct {
	Versions map[string]string
	Later    bool
	Open     []string
}

// vocabulary is words.json, and the folded names of the list.
type vocabulary struct {
	Noise      []string
	Phrases    [][2]string
	Families   map[string]family
	Names      map[string][]string
	Exceptions map[string]string
	Addresses  map[string]string
}

var spoken = sync.OnceValue(func() vocabulary {
	var v vocabulary
	if err := json.Unmarshal(wordsJSON, &v); err != nil {
		panic("spdx: the words that are built in: " + err.Error())
	}
	said := make(map[string]bool, len(v.Names)) // what the list of words says counts
	for name := range v.Names {
		said[name] = true
	}
	for _, e := range List() {
		if Deprecated(e.ID) {
			continue
		}
		for _, name := range []string{v.fold(e.ID), v.fold(e.Name)} {
			if letters(name) && !said[name] && !slices.Contains(v.Names[name], e.ID) {
				v.Names[name] = append(v.Names[name], e.ID)
			}
		}
	}
	return v
})

// named reads a text as the name of one licence, perhaps with an exception, or its address.
func named(text string) Reading {
	v := spoken()
	if id, ok := v.address(text); ok {
		return among([]string{id}, "spdx.read.name")
	}
	name := v.fold(text)
	if !letters(name) {
		return nothing("spdx.read.unknown")
	}
	if all := v.Names[name]; len(all) > 0 {
		return among(all, "spdx.read.which")
	}
	return v.versioned(name)
}

// letters reports whether a folded name has any: a version alone names nothing.
func letters(name string) bool { return strings.ContainsFunc(name, unicode.IsLetter) }

// address finds the licence that an address on the web is known for.
func (v vocabulary) address(text string) (id string, ok bool) {
	at, ok := strings.CutPrefix(strings.ToLower(text), "http")
	if !ok {
		return "", false
	}
	at = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(at, "s"), "://"), "www.")
	for _, end := range []string{"/", ".txt", ".html", ".php", ".md", "-standalone"} {
		at = strings.TrimSuffix(at, end)
	}
	if id, ok = v.Addresses[at]; ok {
		return id, true
	}
	for _, host := range []string{"opensource.org/licenses/", "opensource.org/license/", "spdx.org/licenses/"} {
		if last, found := strings.CutPrefix(at, host); found {
			id, known, _ := licenceID(last)
			l, _ := Licence{ID: id, Listed: known}.Present()
			return l.String(), known
		}
	}
	return "", false
}

// fold writes a name in small letters, without the words that all licences have, with
// versions as short as they can be and what else is spelt in several ways in one.
func (v vocabulary) fold(text string) string {
	words := slices.DeleteFunc(tokens(text), func(w string) bool { return slices.Contains(v.Noise, w) })
	s := " " + strings.Join(words, " ") + " "
	for _, p := range v.Phrases {
		if strings.Contains(s, " "+p[0]+" ") {
			s = strings.ReplaceAll(s, " "+p[0]+" ", strings.ReplaceAll(" "+p[1]+" ", "  ", " "))
		}
	}
	return strings.TrimSpace(s)
}

// tokens cuts a text into words, versions and "+". "GPLv2" is a word and a version; "1.3c"
// is one version.
func tokens(text string) (out []string) {
	rest := []rune(strings.ToLower(text))
	for len(rest) > 0 {
		n := 0
		switch {
		case rest[0] == '+':
			n = 1
			out = append(out, "+")
		case unicode.IsDigit(rest[0]):
			for n < len(rest) && (unicode.IsDigit(rest[n]) || rest[n] == '.' && n+1 < len(rest) && unicode.IsDigit(rest[n+1])) {
				n++
			}
			if n < len(rest) && n > 1 && (rest[n] == 'a' || rest[n] == 'c') && (n+1 == len(rest) || !unicode.IsLetter(rest[n+1])) {
				n++
			}
			out = append(out, short(string(rest[:n])))
		case unicode.IsLetter(rest[0]):
			for n < len(rest) && unicode.IsLetter(rest[n]) {
				n++
			}
			word := string(rest[:n])
			if n < len(rest) && n > 1 && unicode.IsDigit(rest[n]) {
				word = strings.TrimSuffix(word, "v")
			}
			out = append(out, word)
		default:
			n = 1
		}
		rest = rest[n:]
	}
	return out
}

// short is a version without the zeros that say nothing.
func short(version string) string {
	for strings.HasSuffix(version, ".0") {
		version = version[:len(version)-2]
	}
	return version
}

// versioned reads "family version", perhaps with "+" or "only", perhaps with an exception.
func (v vocabulary) versioned(name string) Reading {
	name, exception, ok := v.excepted(name)
	if !ok {
		return nothing("spdx.read.unknown")
	}
	words := strings.Fields(name)
	if len(words) == 0 {
		return nothing("spdx.read.unknown")
	}
	f, known := v.Families[words[0]]
	if !known {
		return nothing("spdx.read.unknown")
	}
	words = words[1:]
	if len(words) == 0 || len(words) == 1 && words[0] == "+" {
		return among(with(f.Open, exception), "spdx.read.version")
	}
	id, known := f.Versions[words[0]]
	later := len(words) == 2 && words[1] == "+"
	if !known || len(words) > 2 || len(words) == 2 && !later && words[1] != "only" {
		return nothing("spdx.read.unknown")
	}
	switch {
	case f.Later && later:
		id += "-or-later"
	case f.Later:
		id += "-only"
	case later:
		id += "+"
	}
	return among(with([]string{id}, exception), "spdx.read.which")
}

// excepted takes the exception off the end of a name. It is not ok where something stands
// after "with" that is no exception.
func (v vocabulary) excepted(name string) (rest, exception string, ok bool) {
	for _, joint := range []string{" with ", " w ", " mit ", " + ", " plus "} {
		before, after, found := strings.Cut(name, joint)
		if !found {
			continue
		}
		after = strings.TrimPrefix(strings.TrimPrefix(after, "the "), "gnu ")
		if id, known := v.Exceptions[after]; known {
			return before, id, true
		}
		if joint != " + " {
			return name, "", false
		}
	}
	return name, "", true
}

// with puts an exception behind licences.
func with(ids []string, exception string) []string {
	if exception == "" {
		return ids
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id + " WITH " + exception
	}
	return out
}
