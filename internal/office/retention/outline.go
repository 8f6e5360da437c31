// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"allmende/internal/platform/lang"
)

// A Section is a part of what there is about a person, written so that it can be read and
// printed: facts, or a table.
type Section struct {
	Name  string
	Facts []Fact
	Heads []string
	Rows  [][]string
	Count int // of all rows; those shown are the first of them
}

// A Fact is one line of a section.
type Fact struct{ Name, Value string }

const shownRows = 100 // of a section on a page; the file has all

// A node is a value of JSON with its members in the order in which they are written.
type node struct {
	name  string
	kind  byte // 'o' object, 'a' array, 'v' value
	value any
	below []node
}

// parse reads the next value.
func parse(d *json.Decoder, name string) (node, error) {
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return node{name: name, kind: 'v', value: t}, nil
	}
	n := node{name: name, kind: map[json.Delim]byte{'{': 'o', '[': 'a'}[open]}
	for d.More() {
		member := ""
		if n.kind == 'o' {
			key, err := d.Token()
			if err != nil {
				return n, err
			}
			member = fmt.Sprint(key)
		}
		one, err := parse(d, member)
		if err != nil {
			return n, err
		}
		n.below = append(n.below, one)
	}
	_, err = d.Token()
	return n, err
}

// A writer says values in a reader's language.
type writer struct {
	texts  lang.Catalogue
	tongue string
}

// outline writes a record as sections: one a member. Members that have no word are called
// as they stand in the file.
func (s *Service) outline(tongue string, record json.RawMessage) ([]Section, error) {
	d := json.NewDecoder(bytes.NewReader(record))
	d.UseNumber()
	root, err := parse(d, "")
	if err != nil {
		return nil, fmt.Errorf("read the record of a person: %w", err)
	}
	w := writer{s.Texts, tongue}
	var out []Section
	for _, n := range root.below {
		out = append(out, w.sections(n)...)
	}
	return out, nil
}

// kept is the member that has rows of further tables, each under the table's name.
const kept = "kept"

// sections writes a member; lists within it become sections of their own.
func (w writer) sections(n node) (out []Section) {
	if n.kind != 'o' {
		return []Section{w.section(n)}
	}
	facts := node{name: n.name, kind: 'o'}
	for _, m := range n.below {
		switch {
		case m.kind == 'v' && m.value == nil:
			continue
		case m.kind != 'a':
			facts.below = append(facts.below, m)
			continue
		}
		s := w.section(m)
		if n.name != kept {
			s.Name = w.word("retention.part.", n.name) + ": " + s.Name
		}
		out = append(out, s)
	}
	if len(facts.below) == 0 {
		return out
	}
	return append([]Section{w.section(facts)}, out...)
}

func (w writer) section(n node) Section {
	s := Section{Name: w.word("retention.part.", n.name)}
	switch n.kind {
	case 'o':
		for _, m := range tidy(n.below) {
			s.Facts = append(s.Facts, Fact{w.word("retention.field.", m.name), w.say(m)})
		}
	case 'a':
		s.Count = len(n.below)
		w.table(&s, n.below[:min(len(n.below), shownRows)])
	default:
		s.Facts = []Fact{{s.Name, w.say(n)}}
	}
	return s
}

// table writes rows: the columns are all members that occur, in the order of their first
// occurrence.
func (w writer) table(s *Section, rows []node) {
	var columns []string
	cells := make([][]node, len(rows))
	for i, r := range rows {
		if cells[i] = unnumbered(tidy(r.below)); r.kind != 'o' {
			cells[i] = []node{{name: "value", kind: r.kind, value: r.value, below: r.below}}
		}
		for _, c := range cells[i] {
			if !slices.Contains(columns, c.name) {
				columns = append(columns, c.name)
			}
		}
	}
	for _, c := range columns {
		s.Heads = append(s.Heads, w.word("retention.field.", c))
	}
	for _, r := range cells {
		line := make([]string, len(columns))
		for i, c := range columns {
			if line[i] = "–"; slices.ContainsFunc(r, func(n node) bool { return n.name == c }) {
				line[i] = w.say(r[slices.IndexFunc(r, func(n node) bool { return n.name == c })])
			}
		}
		s.Rows = append(s.Rows, line)
	}
}

// unnumbered leaves ids of rows out of tables; the file has them.
func unnumbered(members []node) []node {
	return slices.DeleteFunc(members, func(m node) bool { return m.name == "id" })
}

// technical are members that say nothing to a reader; the file has them.
var technical = []string{"request", "erased"}

// tidy leaves out what is technical or empty, and puts a name in the place of its id.
func tidy(members []node) []node {
	var out []node
	for _, m := range members {
		named := slices.IndexFunc(members, func(o node) bool { return o.name == m.name+"Name" && o.value != "" && o.value != nil })
		switch {
		case slices.Contains(technical, m.name), m.kind == 'v' && (m.value == nil || m.value == ""):
		case strings.HasSuffix(m.name, "Name") && slices.ContainsFunc(members, func(o node) bool { return o.name == strings.TrimSuffix(m.name, "Name") }):
		case named >= 0:
			out = append(out, node{name: m.name, kind: 'v', value: members[named].value})
		default:
			out = append(out, m)
		}
	}
	return out
}

func (w writer) word(prefix, name string) string {
	if text, ok := w.texts[w.tongue][prefix+name]; ok {
		return text
	}
	return strings.ReplaceAll(name, "_", " ")
}

// spoken are members whose values are words of other rooms, by the beginning of their keys.
var spoken = map[string]string{"what": "audit.act.", "door": "audit.door.", "level": "governance.level.", "kind": "mail.kind."}

// say writes a value. An object is a list of its members; a pair of before and after has an
// arrow between.
func (w writer) say(n node) string {
	switch n.kind {
	case 'o':
		if t := slices.IndexFunc(n.below, func(m node) bool { return m.name == w.tongue }); t >= 0 { // a text in two languages
			return w.say(n.below[t])
		}
		var parts []string
		for _, m := range n.below {
			parts = append(parts, w.word("retention.field.", m.name)+": "+w.say(m))
		}
		return strings.Join(parts, "; ")
	case 'a':
		var parts []string
		for _, m := range n.below {
			parts = append(parts, w.say(m))
		}
		if len(parts) == 2 {
			return strings.Join(parts, " → ")
		}
		return strings.Join(parts, ", ")
	}
	switch v := n.value.(type) {
	case nil:
		return "–"
	case bool:
		return w.word("retention.truth.", fmt.Sprint(v))
	case string:
		if key := spoken[n.name]; key != "" {
			if text, ok := w.texts[w.tongue][key+v]; ok {
				return text
			}
		}
		if text, ok := w.texts[w.tongue]["retention.value."+v]; ok {
			return text
		}
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return lang.DateTime(w.tongue, t)
		}
		if v == "" {
			return "–"
		}
		return v
	}
	return fmt.Sprint(n.value)
}
