// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package osv

import (
	"encoding/json"
	"fmt"
	"slices"
)

// wire is a record as the format spells it.
type wire struct {
	Schema     string         `json:"schema_version" yaml:"schema_version"`
	ID         string         `json:"id" yaml:"id"`
	Modified   string         `json:"modified" yaml:"modified"`
	Published  string         `json:"published" yaml:"published"`
	Withdrawn  string         `json:"withdrawn" yaml:"withdrawn"`
	Aliases    []string       `json:"aliases" yaml:"aliases"`
	Related    []string       `json:"related" yaml:"related"`
	Upstream   []string       `json:"upstream" yaml:"upstream"`
	Summary    string         `json:"summary" yaml:"summary"`
	Details    string         `json:"details" yaml:"details"`
	Severity   []Severity     `json:"severity" yaml:"severity"`
	Affected   []wireAffected `json:"affected" yaml:"affected"`
	References []Reference    `json:"references" yaml:"references"`
	Database   wireSpecific   `json:"database_specific" yaml:"database_specific"`
}

type wireAffected struct {
	Package struct {
		Ecosystem string `json:"ecosystem" yaml:"ecosystem"`
		Name      string `json:"name" yaml:"name"`
		PURL      string `json:"purl" yaml:"purl"`
	} `json:"package" yaml:"package"`
	Severity []Severity   `json:"severity" yaml:"severity"`
	Ranges   []wireRange  `json:"ranges" yaml:"ranges"`
	Versions []string     `json:"versions" yaml:"versions"`
	Own      wireSpecific `json:"ecosystem_specific" yaml:"ecosystem_specific"`
	Database wireSpecific `json:"database_specific" yaml:"database_specific"`
}

type wireRange struct {
	Type   string      `json:"type" yaml:"type"`
	Repo   string      `json:"repo" yaml:"repo"`
	Events []wireEvent `json:"events" yaml:"events"`
}

type wireEvent struct {
	Introduced   string `json:"introduced" yaml:"introduced"`
	Fixed        string `json:"fixed" yaml:"fixed"`
	LastAffected string `json:"last_affected" yaml:"last_affected"`
	Limit        string `json:"limit" yaml:"limit"`
}

// wireSpecific is what a database adds of its own; of any kind, for nothing is agreed.
type wireSpecific struct {
	Severity      any `json:"severity" yaml:"severity"`
	CWEs          any `json:"cwe_ids" yaml:"cwe_ids"`
	Informational any `json:"informational" yaml:"informational"`
}

// shape tells the kind of each value the reader looks at, by path without numbers.
var shape = map[string]string{
	"": "object", "schema_version": "string", "id": "string", "modified": "string", "published": "string", "withdrawn": "string",
	"aliases": "array", "aliases[]": "string", "related": "array", "related[]": "string", "upstream": "array", "upstream[]": "string",
	"summary": "string", "details": "string", "severity": "array", "severity[]": "object", "severity[].type": "string", "severity[].score": "string",
	"affected": "array", "affected[]": "object", "affected[].package": "object", "affected[].package.ecosystem": "string",
	"affected[].package.name": "string", "affected[].package.purl": "string",
	"affected[].severity": "array", "affected[].severity[]": "object", "affected[].severity[].type": "string", "affected[].severity[].score": "string",
	"affected[].ranges": "array", "affected[].ranges[]": "object", "affected[].ranges[].type": "string", "affected[].ranges[].repo": "string",
	"affected[].ranges[].events": "array", "affected[].ranges[].events[]": "object", "affected[].ranges[].events[].introduced": "string",
	"affected[].ranges[].events[].fixed": "string", "affected[].ranges[].events[].last_affected": "string", "affected[].ranges[].events[].limit": "string",
	"affected[].versions": "array", "affected[].versions[]": "string", "affected[].ecosystem_specific": "object", "affected[].database_specific": "object",
	"references": "array", "references[]": "object", "references[].type": "string", "references[].url": "string", "database_specific": "object",
}

// misfits lists every value of another kind than shape says. encoding/json has left
// them out and names only the first.
func misfits(data []byte, id string) []Problem {
	var doc any
	if json.Unmarshal(data, &doc) != nil {
		return nil
	}
	w := walker{id: id}
	w.walk(doc, "", "")
	return w.found
}

type walker struct {
	id    string
	found []Problem
}

// walk looks at v, which stands at path; pattern is the path without numbers.
func (w *walker) walk(v any, pattern, path string) {
	want, known := shape[pattern]
	if !known || v == nil || len(w.found) > maxProblems {
		return
	}
	if got := kindOf(v); got != want {
		w.found = append(w.found, Problem{Code: "osv.kind", ID: w.id, Path: path, Got: fmt.Sprintf("%s %s", article(got), short(fmt.Sprint(v), 60)), Want: article(want)})
		return
	}
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			w.walk(e, pattern+"[]", fmt.Sprintf("%s[%d]", path, i))
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			w.walk(v[key], join(pattern, key), join(path, key))
		}
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case bool:
		return "boolean"
	}
	return "number"
}

func article(kind string) string {
	if kind == "array" || kind == "object" {
		return "an " + kind
	}
	return "a " + kind
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
