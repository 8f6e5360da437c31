// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package change says what a write changed, for the log: of each member of a record that
// is different afterwards, the value before and the value after, and nothing else.
package change

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Added is the difference between nothing and a record: its members that say something.
func Added(record any, without ...string) string { return Between(nil, record, without...) }

// Between is the difference between a record before and after, as JSON: {"name": ["alt",
// "neu"]}. A member that was not there, or said nothing, is null. Records are compared as
// they are written in JSON: what has no place there (json:"-") has none in the log. without
// names members that are left out, because another entry has them or nobody needs them.
// Two equal records have no difference.
func Between(before, after any, without ...string) string {
	was, is := members(before), members(after)
	out := map[string][2]json.RawMessage{}
	for name := range was {
		if !bytes.Equal(was[name], is[name]) {
			out[name] = [2]json.RawMessage{orNull(was[name]), orNull(is[name])}
		}
	}
	for name := range is {
		if was[name] == nil {
			out[name] = [2]json.RawMessage{orNull(nil), is[name]}
		}
	}
	for _, name := range without {
		delete(out, name)
	}
	if len(out) == 0 {
		return ""
	}
	text, err := encode(out) // maps are written in the order of their keys
	if err != nil {
		panic("change: " + err.Error()) // what came out of encoding/json goes into it again
	}
	return string(text)
}

// Each calls f with the members in which two records differ, by their names, with what the
// first and the second say; nothing is nil.
func Each(before, after any, f func(member string, was, is any)) {
	var pairs map[string][2]any
	if json.Unmarshal([]byte(Between(before, after)), &pairs) != nil {
		return // two equal records have no difference
	}
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		f(name, pairs[name][0], pairs[name][1])
	}
}

// longestTold is how much of a value a sentence tells.
const longestTold = 120

// Told is a value as a sentence tells it: nothing is "–", and what is long is cut.
func Told(v any) string {
	text, ok := v.(string)
	if v != nil && !ok {
		raw, _ := encode(v)
		text = strings.Trim(strings.ReplaceAll(string(raw), `"`, ""), "[]")
	}
	if r := []rune(text); len(r) > longestTold {
		text = string(r[:longestTold]) + "…"
	}
	if strings.TrimSpace(text) == "" {
		return "–"
	}
	return text
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

var nothing = []string{`null`, `""`, `[]`, `{}`}

// members returns those members of a record that say something.
func members(record any) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if record == nil {
		return out
	}
	text, err := encode(record)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic(fmt.Sprintf("change: %T is no record: %v", record, err)) // a mistake in the program, found by its first test
	}
	for name, value := range out {
		if slices.Contains(nothing, string(value)) {
			delete(out, name)
		}
	}
	return out
}

func orNull(value json.RawMessage) json.RawMessage {
	if value == nil {
		return json.RawMessage("null")
	}
	return value
}
