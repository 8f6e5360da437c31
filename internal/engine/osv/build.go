// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package osv

import (
	"fmt"
	"strings"
	"time"
)

// maxProblems is how many flaws of one record are listed.
const maxProblems = 20

const exampleTime = "2024-01-31T12:00:00Z"

// A builder makes a Record of what was read and notes its flaws.
type builder struct {
	id       string
	problems []Problem
	hidden   int
	at       place
}

// A place is where the builder is; -1 for not inside.
type place struct{ affected, timeline, event int }

var top = place{-1, -1, -1}

func (b *builder) record(w wire) (Record, error) {
	b.id, b.at = w.ID, top
	if !usableID(w.ID) {
		return Record{}, Problem{Code: "osv.id", Got: short(w.ID, 60), Want: "GHSA-jfh8-c2jp-5v3q"}
	}
	modified, err := parseTime(w.Modified)
	if err != nil {
		return Record{}, Problem{Code: "osv.modified", ID: w.ID, Got: short(w.Modified, 60), Want: exampleTime}
	}
	r := Record{ID: w.ID, Schema: b.text("schema_version", w.Schema), Modified: modified,
		Published: b.time("published", w.Published), Withdrawn: b.time("withdrawn", w.Withdrawn),
		Aliases: b.names("aliases", w.Aliases), Related: b.names("related", w.Related), Upstream: b.names("upstream", w.Upstream),
		Summary: b.text("summary", w.Summary), Details: b.text("details", w.Details),
		Severity: b.severities(w.Severity), References: b.references(w.References),
		Word: b.word("database_specific.severity", w.Database.Severity), CWEs: b.weaknesses(w.Database.CWEs)}
	for i := range w.Affected {
		b.at = place{i, -1, -1}
		r.Affected = append(r.Affected, b.affected(&w.Affected[i]))
	}
	if b.at = top; b.hidden > 0 {
		b.problems = append(b.problems, Problem{Code: "osv.problems_hidden", ID: b.id, Got: fmt.Sprint(b.hidden)})
	}
	r.Problems = b.problems
	return r, nil
}

func (b *builder) affected(w *wireAffected) Affected {
	a := Affected{Ecosystem: b.text("package.ecosystem", w.Package.Ecosystem), Name: b.text("package.name", w.Package.Name),
		PURL: b.text("package.purl", w.Package.PURL), Severity: b.severities(w.Severity)}
	if (a.Ecosystem == "") != (a.Name == "") {
		b.note("osv.package", "package", strings.TrimSpace(a.Ecosystem+" "+a.Name), "an ecosystem and a name")
	}
	if a.Word = b.word("ecosystem_specific.severity", w.Own.Severity); a.Word == "" {
		a.Word = b.word("database_specific.severity", w.Database.Severity)
	}
	a.Notice = b.word("database_specific.informational", w.Database.Informational)
	for i := range w.Ranges {
		b.at = place{b.at.affected, i, -1}
		if r, ok := b.timeline(a.Ecosystem, &w.Ranges[i]); ok {
			a.Ranges = append(a.Ranges, r)
		} else {
			a.Incomplete = true
		}
	}
	b.at = place{b.at.affected, -1, -1}
	a.Versions = b.names("versions", w.Versions)
	a.Incomplete = a.Incomplete || len(a.Versions) < len(w.Versions)
	return a
}

// note lists a flaw of the field at the place where the builder is.
func (b *builder) note(code, field, got, want string) {
	if len(b.problems) >= maxProblems {
		b.hidden++
		return
	}
	b.problems = append(b.problems, Problem{Code: code, ID: b.id, Path: b.at.path(field), Got: short(got, 120), Want: want})
}

func (p place) path(field string) string {
	var s string
	if p.affected >= 0 {
		s = fmt.Sprintf("affected[%d]", p.affected)
	}
	if p.timeline >= 0 {
		s += fmt.Sprintf(".ranges[%d]", p.timeline)
	}
	if p.event >= 0 {
		s += fmt.Sprintf(".events[%d]", p.event)
	}
	return strings.Trim(s+"."+field, ".")
}

// text takes NUL characters out, which a database cannot hold.
func (b *builder) text(field, s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	b.note("osv.nul", field, "", "")
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// names leaves out what is empty, in place.
func (b *builder) names(field string, list []string) []string {
	out := list[:0]
	for i, s := range list {
		if s = strings.TrimSpace(s); s == "" {
			b.note("osv.text_empty", fmt.Sprintf("%s[%d]", field, i), "", "a text")
			continue
		}
		out = append(out, b.text(field, s))
	}
	return out
}

func (b *builder) severities(list []Severity) []Severity {
	for i, s := range list {
		list[i] = Severity{b.text("severity", s.Type), b.text("severity", s.Score)}
	}
	return list
}

func (b *builder) references(list []Reference) []Reference {
	for i, r := range list {
		list[i] = Reference{b.text("references", r.Type), b.text("references", r.URL)}
	}
	return list
}

// word takes a value nothing is agreed about, if it is a text.
func (b *builder) word(field string, v any) string {
	s, _ := v.(string)
	return b.text(field, s)
}

func (b *builder) weaknesses(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		if s, ok := e.(string); ok && s != "" {
			out = append(out, b.text("database_specific.cwe_ids", s))
		}
	}
	return out
}

// time reads a time that may be missing.
func (b *builder) time(field, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := parseTime(s)
	if err != nil {
		b.note("osv.time", field, s, exampleTime)
	}
	return t
}

// parseTime reads RFC 3339, and the forms that YAML writers make of it.
func parseTime(s string) (t time.Time, err error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err = time.Parse(layout, s); err == nil {
			if t = t.UTC(); !t.IsZero() && (t.Year() < 1970 || t.Year() > 9999) {
				return time.Time{}, fmt.Errorf("the year %d is not one of a vulnerability", t.Year())
			}
			return t, nil
		}
	}
	return time.Time{}, err
}

// usableID holds for identifiers that fit in a link and in a table.
func usableID(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte(`/\?#%"<>`, s[i]) >= 0 {
			return false
		}
	}
	return true
}
