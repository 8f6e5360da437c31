// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/combine"
	"allmende/internal/engine/obligation"
	"allmende/internal/engine/spdx"
)

var update = flag.Bool("update", false, "write the table of the most frequent licences into docs/licences.md")

const licencesPage = "../../../docs/licences.md"

// mostFrequent is how many of the most frequent licences the rules and the duties have to know.
const mostFrequent = 40

// A tally is how often a licence is named, in the documents of the demonstration and of the
// corpus of real ones.
type tally struct{ demo, corpus int }

func (t tally) all() int { return t.demo + t.corpus }

// count adds the licences of a document: each once for each component that has it.
func count(all map[string]tally, data []byte, add func(*tally)) {
	doc, err := bom.Read(data, bom.Defaults)
	if err != nil {
		return // the corpus has documents that are broken on purpose
	}
	for i := range doc.Components {
		c, seen := &doc.Components[i], map[string]bool{}
		r := spdx.Normalise(cmp.Or(c.Concluded, c.Declared))
		if !r.Definite() {
			continue
		}
		for l := range r.Expr.Licences {
			if p, _ := l.Present(); !seen[p.ID] && !p.Unsaid() && l.Listed {
				seen[p.ID] = true
				n := all[p.ID]
				add(&n)
				all[p.ID] = n
			}
		}
	}
}

// The licences that are met most often are those that rules and duties are about. The corpus is
// a folder of real documents; without it only those of the demonstration are counted.
func TestTheFrequentLicencesAreKnown(t *testing.T) {
	all := map[string]tally{}
	docs, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		data, err := d.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		count(all, data, func(n *tally) { n.demo++ })
	}
	corpus, err := filepath.Glob(filepath.Join(cmp.Or(os.Getenv("ALLMENDE_TEST_SBOMS"), "../../../../shared/data/sboms"), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range corpus {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		count(all, data, func(n *tally) { n.corpus++ })
	}
	ids := slices.SortedFunc(maps.Keys(all), func(a, b string) int { return cmp.Or(all[b].all()-all[a].all(), strings.Compare(a, b)) })
	if len(ids) < 15 {
		t.Fatalf("only %d licences are met", len(ids))
	}
	most := mostFrequent
	if len(corpus) == 0 {
		most = 30 // what comes behind them is met once or twice
	}
	ids = ids[:min(len(ids), most)]
	var table strings.Builder
	for i, id := range ids {
		if !obligation.Holds(id) || !combine.Known(id) {
			t.Errorf("%d: %s (%d times): duties known %v, rules known %v", i+1, id, all[id].all(), obligation.Holds(id), combine.Known(id))
		}
		fmt.Fprintf(&table, "| %d | %s | %d | %d |\n", i+1, id, all[id].demo, all[id].corpus)
	}
	if *update && len(corpus) > 0 {
		write(t, table.String())
	}
}

// write puts the table between its marks.
func write(t *testing.T, table string) {
	const begin, end = "<!-- frequent: begin -->\n", "<!-- frequent: end -->"
	page, err := os.ReadFile(licencesPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, also := strings.Cut(rest, end)
	if !ok || !also {
		t.Fatalf("%s has no place for the table", licencesPage)
	}
	head := "| | Licence | Components of the demonstration | of the corpus |\n|---|---|---|---|\n"
	if err := os.WriteFile(licencesPage, []byte(before+begin+head+table+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
