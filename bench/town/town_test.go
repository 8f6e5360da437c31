// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package town_test

import (
	"bytes"
	"slices"
	"testing"

	"allmende/bench/town"
	"allmende/internal/engine/bom"
	"allmende/internal/engine/match"
	"allmende/internal/engine/purl"
)

var small = town.Plan{Products: 60, Components: 120, Seed: 1}

func TestEqualPlansMakeEqualBytes(t *testing.T) {
	a, b := town.New(small), town.New(small)
	for _, n := range []int{59, 0, 7} {
		if !bytes.Equal(a.Document(n), b.Document(n)) {
			t.Errorf("product %d differs between two towns of one plan", n)
		}
	}
	other := town.New(town.Plan{Products: 60, Components: 120, Seed: 2})
	if bytes.Equal(a.Document(0), other.Document(0)) {
		t.Error("another seed made the same product")
	}
}

func TestDocumentsAreReadAsMeant(t *testing.T) {
	tn := town.New(small)
	seen := map[string]bool{}
	for n := range small.Products {
		p := tn.Product(n)
		seen[p.Profile], seen[p.Quality] = true, true
		d, err := bom.Read(tn.Document(n), bom.Defaults)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		if d.WarningTotal > 0 {
			t.Errorf("%s: %v", p.ID, d.Warnings[0])
		}
		if len(p.Parts) != small.Components {
			t.Errorf("%s has %d parts, want %d", p.ID, len(p.Parts), small.Components)
		}
		var got []string
		for i, c := range d.Components {
			if i != d.Root {
				got = append(got, c.PURL)
			}
		}
		for _, part := range p.Parts {
			if !slices.Contains(got, part.PURL()) {
				t.Fatalf("%s: %s is not in its document", p.ID, part.PURL())
			}
		}
		if len(got) != len(p.Parts) {
			t.Errorf("%s: %d components, want %d", p.ID, len(got), len(p.Parts))
		}
	}
	for _, want := range []string{"java", "node", "python", "php", "go", "full", "typical", "poor"} {
		if !seen[want] {
			t.Errorf("no product is %s", want)
		}
	}
}

func TestEveryPackageCanBeChecked(t *testing.T) {
	tn := town.New(small)
	for part := range tn.Census() {
		p, err := purl.Parse(part.PURL())
		if err != nil {
			t.Fatalf("%s: %v", part.PURL(), err)
		}
		if _, name, ok := match.Ecosystem(p); !ok || name != part.Full() {
			t.Fatalf("%s: advisories would speak of %q, want %q", part.PURL(), name, part.Full())
		}
	}
}

func TestPlantedIsWhereItIsSaidToBe(t *testing.T) {
	tn := town.New(town.Plan{Products: 200, Components: 50, Seed: 1})
	census := map[string]int{}
	for part, n := range tn.Census() {
		census[part.PURL()] = n
	}
	for _, p := range tn.Planted() {
		if len(p.Products) != census[p.PURL] || len(p.Products) == 0 {
			t.Errorf("%s: %d products named, %d hold it", p.PURL, len(p.Products), census[p.PURL])
		}
	}
}
