// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package obligation

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/spdx"
)

var update = flag.Bool("update", false, "write docs/obligations.md anew")

const listFile = "../../../docs/obligations.md"

// The list of obligations in the documentation is the catalogue, each with the clause, the
// words that stand there and the day on which they were compared.
func TestTheListIsDocumented(t *testing.T) {
	want := documented()
	if *update {
		if err := os.WriteFile(listFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(listFile)
	if err != nil || string(got) != want {
		t.Errorf("docs/obligations.md is not the catalogue (%v); write it anew with: go test ./internal/engine/obligation -run Documented -update", err)
	}
}

// documented writes the catalogue by licence: a duty that several have stands at each.
func documented() string {
	var b strings.Builder
	b.WriteString("<!-- SPDX-FileCopyrightText: 2026 The Allmende authors\n\nSPDX-License-Identifier: EUPL-1.2 -->\n\n# Obligations by licence\n\n")
	byLicence, classes, none := map[string][]Duty{}, []string{}, []string{}
	for _, d := range all {
		for _, id := range d.Licences {
			byLicence[id] = append(byLicence[id], d)
		}
		for _, c := range d.Classes {
			if !slices.Contains(classes, c) {
				classes = append(classes, c)
			}
		}
	}
	for id := range held {
		if len(byLicence[id]) == 0 {
			none = append(none, id)
		}
	}
	slices.Sort(none)
	fmt.Fprintf(&b, "What the catalogue of duties holds: %d entries, edition %d, for %d licences. Written by a test from `internal/engine/obligation/data`, which also\nlooks each quotation up in the text of its licence (SPDX License List %s) and checks that it stands in the section named. What it\ncan and cannot do: [duties.md](duties.md). Nobody with legal training has read it yet.\n\n", len(all), Version, len(held), spdx.ListVersion)
	fmt.Fprintf(&b, "These oblige to nothing: %s.\n", strings.Join(none, ", "))
	ids := make([]string, 0, len(byLicence))
	for id := range byLicence {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		fmt.Fprintf(&b, "\n## %s\n\n", id)
		table(&b, byLicence[id], func(d Duty) string { return d.Clause(id) })
	}
	b.WriteString("\n## Classes that stand in\n\nFor licences that the catalogue does not hold; no clause is named.\n")
	for _, c := range classes {
		fmt.Fprintf(&b, "\n### %s\n\n", c)
		var some []Duty
		for _, d := range all {
			if slices.Contains(d.Classes, c) {
				some = append(some, d)
			}
		}
		table(&b, some, func(Duty) string { return "–" })
	}
	return b.String()
}

func table(b *strings.Builder, duties []Duty, clause func(Duty) string) {
	b.WriteString("| Who | What | When | Clause | It says | Compared |\n|---|---|---|---|---|---|\n")
	cell := strings.NewReplacer("|", "\\|", "\n", " ")
	for _, d := range duties {
		var when []string
		for _, c := range d.Contexts() {
			when = append(when, string(c))
		}
		what, quote := d.EN, "–"
		if d.MustNot {
			what = "**Must not:** " + what
		}
		if d.Quote != "" {
			quote = "“" + d.Quote + "”"
		}
		if d.Modified {
			when = append(when, "if changed")
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", d.Actor, cell.Replace(what), strings.Join(when, ", "), cell.Replace(clause(d)), cell.Replace(quote), d.Reviewed)
	}
}
