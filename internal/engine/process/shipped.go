// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"embed"
	"path"
	"slices"
)

//go:embed data
var files embed.FS

// order is that in which the shipped procedures are listed: take, give, steer.
var order = []string{"software_request", "exception", "advice", "licence_review", "legal_question", "sbom_intake", "advisory_response", "procurement_dossier",
	"test_environment", "missing_function", "exit_exercise", "publish", "contribution", "fork_watch", "community_engagement", "sabbatical",
	"idea", "sovereignty_assessment", "audit_finding", "awareness_campaign"}

// The definitions are part of the program: where one cannot be read the program is broken, and
// says so when it starts.
var shipped, written = func() (list []*Definition, text map[string][]byte) {
	entries, err := files.ReadDir("data")
	if err != nil {
		panic("process: " + err.Error())
	}
	text = map[string][]byte{}
	for _, e := range entries {
		data, err := files.ReadFile(path.Join("data", e.Name()))
		if err != nil {
			panic("process: " + err.Error())
		}
		d, err := Parse(data)
		if err != nil {
			panic("process: " + e.Name() + ": " + err.Error())
		}
		list, text[d.ID] = append(list, d), data
	}
	slices.SortStableFunc(list, func(a, b *Definition) int { return slices.Index(order, a.ID) - slices.Index(order, b.ID) })
	return list, text
}()

// Shipped lists the procedures that come with the program. They are shared: do not write there.
func Shipped() []*Definition { return shipped }

// Find returns a procedure that comes with the program.
func Find(id string) (*Definition, bool) {
	return find(shipped, func(d *Definition) bool { return d.ID == id })
}

// Written is the text of a procedure that comes with the program, for a city to begin with.
func Written(id string) ([]byte, bool) {
	data, ok := written[id]
	return slices.Clone(data), ok
}
