// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Bounds of a definition; the largest that ships has some 20 kB and 12 states.
const (
	MaxBytes  = 256 << 10
	maxStates = 60
	maxSteps  = 200 // transitions
	maxWays   = 400 // from a state to another, counted in all transitions; drawing them takes time
	maxTasks  = 200 // in all states together
	maxFields = 300
	maxRoles  = 60
	maxWords  = 2000 // runes of a text
	maxDays   = 1000
	maxDepth  = 12 // of the YAML; a definition needs seven
)

// A ParseError says what of a definition cannot be read: where, what was got, what was wanted.
// Why is a key for the sentence in the reader's language.
type ParseError struct {
	Line int    // 0: of the whole
	Why  string // large, yaml, rest, alias, deep, unknown_key, many, id, type, value, needs
	Got  string
	Want string
}

func (e *ParseError) Error() string {
	s := "process definition"
	if e.Line > 0 {
		s += ", line " + strconv.Itoa(e.Line)
	}
	if e.Got == "" {
		return s + ": want " + e.Want
	}
	return s + fmt.Sprintf(": got %q, want %s", e.Got, e.Want)
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)

// Parse reads a definition from YAML. It refuses what it cannot take for one: unknown keys,
// values of the wrong kind, ids that are none. Whether the procedure makes sense says [Check].
// An error is a *ParseError.
func Parse(data []byte) (*Definition, error) {
	if len(data) > MaxBytes {
		return nil, &ParseError{0, "large", strconv.Itoa(len(data)) + " bytes", "at most " + strconv.Itoa(MaxBytes)}
	}
	if !utf8.Valid(data) {
		return nil, &ParseError{0, "yaml", "", "text in UTF-8"}
	}
	var root yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&root); errors.Is(err, io.EOF) {
		return nil, &ParseError{0, "yaml", "", "a definition, and the document is empty"}
	} else if err != nil {
		return nil, readable(err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, &ParseError{0, "rest", "", "one document, and nothing after it"}
	}
	if err := plain(&root, 0); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	d := &Definition{Sum: hex.EncodeToString(sum[:]), lines: map[string]int{}}
	strict := yaml.NewDecoder(bytes.NewReader(data))
	strict.KnownFields(true)
	if err := strict.Decode(d); err != nil {
		return nil, readable(err)
	}
	note(&root, d.lines)
	if err := d.form(); err != nil {
		return nil, err
	}
	d.compile()
	return d, nil
}

// plain refuses aliases, by which a short text becomes an endless one, and depth.
func plain(n *yaml.Node, depth int) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return &ParseError{n.Line, "alias", n.Value, "a definition without anchors and aliases"}
	}
	if depth > maxDepth {
		return &ParseError{n.Line, "deep", "", fmt.Sprintf("at most %d levels", maxDepth)}
	}
	for _, c := range n.Content {
		if err := plain(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// note keeps the first line on which each id stands.
func note(n *yaml.Node, lines map[string]int) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if k, v := n.Content[i], n.Content[i+1]; k.Value == "id" && lines[v.Value] == 0 {
				lines[v.Value] = v.Line
			}
		}
	}
	for _, c := range n.Content {
		note(c, lines)
	}
}

// Line is where a field, state, task or transition stands in the text, 0 where it is none.
func (d *Definition) Line(id string) int { return d.lines[id] }

var (
	yamlLine    = regexp.MustCompile(`line (\d+): (.*)`)
	yamlUnknown = regexp.MustCompile(`^field (.*) not found in type `)
	yamlType    = regexp.MustCompile("^cannot unmarshal (\\S+)(?: `(.*)`)? into (.*)$")
	yamlTwice   = regexp.MustCompile(`^mapping key "(.*)" already defined`)
)

// readable says what the reader of YAML means without its words for our types.
func readable(err error) error {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return &ParseError{0, "yaml", strings.TrimPrefix(err.Error(), "yaml: "), "YAML"}
	}
	line, _ := strconv.Atoi(m[1])
	if k := yamlUnknown.FindStringSubmatch(m[2]); k != nil {
		return &ParseError{line, "unknown_key", k[1], "a key that a definition knows"}
	}
	if k := yamlType.FindStringSubmatch(m[2]); k != nil {
		return &ParseError{line, "type", k[2], kindOf(k[3])}
	}
	if k := yamlTwice.FindStringSubmatch(m[2]); k != nil {
		return &ParseError{line, "unknown_key", k[1], "each key once"}
	}
	return &ParseError{line, "yaml", m[2], "YAML"}
}

func kindOf(goType string) string {
	switch {
	case goType == "bool":
		return "true or false"
	case goType == "int":
		return "a whole number"
	case goType == "float64":
		return "a number"
	case goType == "string":
		return "a text"
	case goType == "process.Text":
		return "a text in both languages: {de: …, en: …}"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	}
	return "keys with values"
}

// form checks what every definition needs to be one at all.
func (d *Definition) form() error {
	tasks, ways := 0, 0
	for _, s := range d.States {
		tasks += len(s.Tasks)
	}
	for _, t := range d.Transitions {
		ways += len(t.From)
	}
	for _, m := range []struct {
		what     string
		got, max int
	}{{"states", len(d.States), maxStates}, {"transitions", len(d.Transitions), maxSteps}, {"ways between states", ways, maxWays}, {"tasks", tasks, maxTasks},
		{"fields", len(d.Fields), maxFields}, {"roles", len(d.Roles), maxRoles}} {
		if m.got > m.max {
			return &ParseError{0, "many", fmt.Sprintf("%d %s", m.got, m.what), fmt.Sprintf("at most %d", m.max)}
		}
	}
	if d.Version < 1 {
		return &ParseError{0, "value", strconv.Itoa(d.Version), "a version from 1"}
	}
	if _, err := time.Parse(time.DateOnly, d.Checked); err != nil && d.Checked != "" {
		return &ParseError{0, "value", d.Checked, "checked as a day, YYYY-MM-DD"}
	}
	if err := d.oneOf("", "area", d.Area, Areas); err != nil {
		return err
	}
	if err := d.ids(); err != nil {
		return err
	}
	return d.values()
}

// ids wants every id to have the form of one, so that guards can name it and files bear it.
func (d *Definition) ids() error {
	all := append([]string{d.ID}, d.Roles...)
	for _, f := range d.Fields {
		all = append(all, f.ID)
		for _, c := range f.Choices {
			all = append(all, c.ID)
		}
		if slices.Contains(reserved, f.ID) {
			return &ParseError{d.Line(f.ID), "id", f.ID, "an id that means nothing else in a guard"}
		}
	}
	for _, s := range d.States {
		all = append(all, s.ID)
		for _, t := range s.Tasks {
			all = append(all, t.ID)
		}
	}
	for _, t := range d.Transitions {
		all = append(all, t.ID)
	}
	for _, id := range all {
		if !idForm.MatchString(id) {
			return &ParseError{d.Line(id), "id", id, "an id of small letters, digits and _, beginning with a letter, at most 60 long"}
		}
	}
	return nil
}

func (d *Definition) values() error {
	for _, f := range d.Fields {
		if err := d.oneOf(f.ID, "type", f.Type, Types); err != nil {
			return err
		}
		if (f.Type == "choice") != (len(f.Choices) > 0) {
			return &ParseError{d.Line(f.ID), "needs", f.ID, "choices, for a field of type choice and for no other"}
		}
		if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
			return &ParseError{d.Line(f.ID), "value", f.ID, "min no larger than max"}
		}
	}
	for _, s := range d.States {
		if s.Outcome != "" || s.End {
			if err := d.oneOf(s.ID, "outcome", s.Outcome, Outcomes); err != nil {
				return err
			}
		}
		for _, t := range s.Tasks {
			if t.Days < 0 || t.Days > maxDays {
				return &ParseError{d.Line(t.ID), "value", strconv.Itoa(t.Days), fmt.Sprintf("0 to %d days", maxDays)}
			}
		}
	}
	for at, t := range d.texts() {
		if utf8.RuneCountInString(t.DE) > maxWords || utf8.RuneCountInString(t.EN) > maxWords {
			return &ParseError{d.Line(at), "large", at, fmt.Sprintf("texts of at most %d characters", maxWords)}
		}
	}
	return nil
}

func (d *Definition) oneOf(at, what, got string, want []string) error {
	if slices.Contains(want, got) {
		return nil
	}
	return &ParseError{d.Line(at), "value", got, what + " to be one of " + strings.Join(want, ", ")}
}
