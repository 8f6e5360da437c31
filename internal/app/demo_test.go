// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"testing"

	"allmende/internal/office/estate"
	"allmende/internal/office/where"
	"allmende/internal/platform/door"
)

// The city shows what the office is for: by which way log4j comes into its products, and
// what nobody knows of others. One database: the rooms' own tests look at both.
func TestTheDemoShowsWaysAndGaps(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	if _, _, err := a.Demo(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	ctx := door.With(t.Context(), door.Viewer{Org: "kitm", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "test"})
	answer, err := a.Where.Where(ctx, "log4j-core", 100, 0)
	if err != nil || answer.Counts.Affected < 3 {
		t.Fatalf("%+v, %v", answer.Counts, err)
	}
	for _, p := range answer.Products {
		if p.State == where.Affected && (!p.PathKnown || len(p.Path) != 2) {
			t.Errorf("%s %s: the way to log4j-core is %q, want it from the product itself", p.Software, p.Release, p.Path)
		}
	}
	for name, want := range map[string][2]string{"389 Directory Server": {"yes", "no"}, "Apache Tomcat": {"some", "some"}} {
		rows, _, err := a.Estate.List(ctx, estate.Filter{Text: name}, estate.Order{Sort: "name", Size: 1})
		if err != nil || len(rows) != 1 {
			t.Fatalf("%s: %v, %v", name, rows, err)
		}
		if r := rows[0]; r.SBOM != want[0] || r.Hit.Checked() != want[1] {
			t.Errorf("%s: bill of materials %q, checked %q of %+v, want %q", name, r.SBOM, r.Hit.Checked(), r.Hit, want)
		}
	}
}
