// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/inventory"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// What the neighbours publish, as far as this room reads it: a city with an archive below
// it, another city, three releases with bills of materials and one without.
var neighbours = fstest.MapFS{"migrations/0001.sql": {Data: []byte(`
CREATE TABLE n_org (
  id TEXT NOT NULL, name TEXT NOT NULL
);
INSERT INTO n_org VALUES ('state', 'Land'), ('city', 'Musterstadt'), ('archive', 'Archiv'), ('other', 'Nachbarstadt');
CREATE VIEW governance_org_view AS SELECT id, name FROM n_org;
CREATE TABLE n_scope (
  root TEXT NOT NULL, org TEXT NOT NULL
);
INSERT INTO n_scope VALUES ('state', 'state'), ('state', 'city'), ('state', 'archive'), ('city', 'city'), ('city', 'archive'), ('archive', 'archive'), ('other', 'other');
CREATE VIEW governance_scope_view AS SELECT root, org FROM n_scope;
CREATE VIEW governance_person_view AS SELECT 'p' AS id, 'Frau Sommer' AS name, 'city' AS org;
CREATE TABLE n_software (
  id TEXT NOT NULL, name TEXT NOT NULL
);
INSERT INTO n_software VALUES ('w1', 'Archivsuche'), ('w2', 'Ratsbote'), ('w3', 'Nachbars Werk');
CREATE VIEW estate_software_view AS SELECT id, name FROM n_software;
CREATE TABLE n_release (
  id TEXT NOT NULL, org TEXT NOT NULL, software TEXT NOT NULL, version TEXT NOT NULL
);
INSERT INTO n_release VALUES ('r1', 'archive', 'w1', '2.8'), ('r2', 'city', 'w2', '7.1'), ('r3', 'other', 'w3', '1'), ('r4', 'city', 'w2', '8');
CREATE VIEW estate_release_view AS SELECT id, org, software, version FROM n_release;
CREATE VIEW estate_visible_view AS SELECT s.root, r.id AS release FROM n_release r JOIN n_scope s ON s.org = r.org;
CREATE TABLE n_package (
  id BIGINT NOT NULL, purl TEXT NOT NULL, type TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, version TEXT NOT NULL
);
INSERT INTO n_package VALUES (1, 'pkg:npm/lodash@4.0.0', 'npm', '', 'lodash', 'lodash', '4.0.0'), (2, 'pkg:maven/l/core@1', 'maven', 'l', 'core', 'core', '1'),
  (3, '', '', '', 'Kartenmodul', 'kartenmodul', '3.1'), (4, 'pkg:npm/lodash@4.1.0', 'npm', '', 'lodash', 'lodash', '4.1.0'), (5, 'pkg:npm/lodash@3.9.0', 'npm', '', 'lodash', 'lodash', '3.9.0');
CREATE VIEW sbom_package_view AS SELECT id, purl, type, namespace, name, folded, version FROM n_package;
CREATE TABLE n_document (
  id BIGINT NOT NULL, release TEXT NOT NULL, current BOOLEAN NOT NULL
);
INSERT INTO n_document VALUES (10, 'r1', true), (20, 'r2', true), (30, 'r3', true);
CREATE VIEW sbom_document_view AS SELECT id, release, current FROM n_document;
CREATE TABLE n_term (
  id BIGINT NOT NULL, text TEXT NOT NULL
);
INSERT INTO n_term VALUES (101, 'MIT'), (102, 'AGPL-3.0-only'), (103, 'GPL'), (104, 'MIT OR GPL-2.0'), (105, 'LicenseRef-Haus'), (106, 'BSD-3-Clause');
CREATE VIEW sbom_term_view AS SELECT id, text FROM n_term;
`)}}

// shelf is bills of materials in memory.
type shelf map[ospo.DocumentID]inventory.Inventory

func (s shelf) Inventories(_ context.Context, _ db.Querier, ids []ospo.DocumentID) (map[ospo.DocumentID]inventory.Inventory, error) {
	out := map[ospo.DocumentID]inventory.Inventory{}
	for _, id := range ids {
		if v, ok := s[id]; ok {
			out[id] = v
		}
	}
	return out, nil
}

func (s shelf) Holders(_ context.Context, _ db.Querier, packages []ospo.PackageID) (out []inventory.Place, _ error) {
	for id, v := range s {
		for _, p := range packages {
			if _, ok := v.Find(p); ok {
				out = append(out, inventory.Place{Package: p, Document: id})
			}
		}
	}
	return out, nil
}

// listing is a bill of materials of packages with declared and concluded licence.
func listing(all ...[3]int64) inventory.Inventory {
	v := inventory.Empty(len(all))
	for _, p := range all {
		v.Add(p[0], inventory.Product, p[1], p[2], 0)
	}
	return v
}

func staged(t *testing.T, d *db.DB) (*Service, shelf, func(org ospo.OrgID) context.Context) {
	t.Helper()
	for name, files := range map[string]fstest.MapFS{"n": neighbours} {
		if err := d.Migrate(t.Context(), name, files); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Migrate(t.Context(), "licence", files); err != nil {
		t.Fatal(err)
	}
	s, sh := New(d, nil), shelf{
		10: listing([3]int64{1, 101, 0}, [3]int64{2, 102, 0}, [3]int64{3, 0, 0}),
		20: listing([3]int64{1, 103, 0}, [3]int64{2, 101, 106}, [3]int64{3, 104, 0}),
		30: listing([3]int64{2, 102, 0}),
	}
	s.Shelf = sh
	if n, err := s.Mix(t.Context()); err != nil || n != 3 {
		t.Fatalf("%d documents counted, %v", n, err)
	}
	return s, sh, func(org ospo.OrgID) context.Context {
		return door.With(t.Context(), door.Viewer{Org: org, OrgName: string(org), Person: "p", Grants: []string{"licence.*", "sbom.read"}, Lang: "de"})
	}
}

func mixOf(t *testing.T, d *db.DB, document int64) string {
	t.Helper()
	rows, err := db.Texts(t.Context(), d.Read(), `
		SELECT declared || '/' || concluded || ':' || packages FROM licence_mix_view WHERE document = $1 ORDER BY declared, concluded`, document)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(rows, " ")
}

func TestPairsOfDocumentsAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, sh, _ := staged(t, d)
		if got := mixOf(t, d, 20); got != "101/106:1 103/0:1 104/0:1" {
			t.Errorf("document 20 has %s", got)
		}
		if n, err := s.Mix(t.Context()); err != nil || n != 0 {
			t.Errorf("once more: %d counted, %v", n, err)
		}
		// A newer document takes the place of 20.
		sh[21] = listing([3]int64{1, 101, 0}, [3]int64{4, 101, 0})
		err := d.Keep(t.Context(), func(tx *db.Tx) error {
			for _, text := range []string{`UPDATE n_document SET current = false WHERE id = 20`, `INSERT INTO n_document VALUES (21, 'r2', true)`} {
				if _, err := tx.ExecContext(t.Context(), text); err != nil {
					return err
				}
			}
			return s.Arrived(t.Context(), tx, bom.Arrival{Org: "city", Release: "r2", Document: 21, Packages: []ospo.PackageID{1, 4}})
		})
		if err != nil || mixOf(t, d, 20) != "" || mixOf(t, d, 21) != "101/0:2" {
			t.Errorf("%v; 20 has %q, 21 has %q", err, mixOf(t, d, 20), mixOf(t, d, 21))
		}
		// One goes without that this room is told.
		if err := d.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE n_document SET current = false WHERE id = 30`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Mix(t.Context()); err != nil || mixOf(t, d, 30) != "" {
			t.Errorf("%v; 30 still has %q", err, mixOf(t, d, 30))
		}
	})
}

// A shelf that is cut off after some documents, as by a kill: what was to be kept of the batch
// that was under way is not.
type cutShelf struct {
	shelf
	left *int
}

func (s cutShelf) Inventories(ctx context.Context, q db.Querier, ids []ospo.DocumentID) (map[ospo.DocumentID]inventory.Inventory, error) {
	if *s.left -= len(ids); *s.left < 0 {
		return nil, errors.New("the power went out")
	}
	return s.shelf.Inventories(ctx, q, ids)
}

// Counting is cut short and begun again by another process: it goes on behind what was kept,
// counts nothing twice, and a third time there is nothing left to do.
func TestCountingGoesOnWhereItWasCutShort(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, sh, _ := staged(t, d)
		const more = mostMixed + 50
		exec(t, d, `DELETE FROM licence_mix`, `
			INSERT INTO n_document
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `+strconv.Itoa(more)+`)
			SELECT 1000 + i, 'r1', true FROM n`)
		for i := range more {
			sh[ospo.DocumentID(1001+i)] = listing([3]int64{1, 101, 0}, [3]int64{2, 101, 0}, [3]int64{3, 104, 0})
		}
		left := mostMixed
		s.Shelf = cutShelf{sh, &left}
		if n, err := s.Mix(t.Context()); err == nil || n != mostMixed {
			t.Fatalf("cut short after %d documents, %v; want %d and why", n, err, mostMixed)
		}
		again := New(d, nil)
		again.Shelf = sh
		if n, err := again.Mix(t.Context()); err != nil || n != more+3-mostMixed {
			t.Errorf("%d counted, %v; want the %d that were left", n, err, more+3-mostMixed)
		}
		if n, err := again.Mix(t.Context()); err != nil || n != 0 {
			t.Errorf("a third time: %d counted, %v", n, err)
		}
		for _, id := range []int64{10, 1001, 1000 + mostMixed, 1000 + more} {
			want := "101/0:2 104/0:1"
			if id == 10 {
				want = "0/0:1 101/0:1 102/0:1"
			}
			if got := mixOf(t, d, id); got != want {
				t.Errorf("document %d has %q, want %q", id, got, want)
			}
		}
	})
}

func exec(t *testing.T, d *db.DB, statements ...string) {
	t.Helper()
	err := d.Keep(t.Context(), func(tx *db.Tx) error {
		for _, text := range statements {
			if _, err := tx.ExecContext(t.Context(), text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheLicenceManagerLooksThroughTheEstate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, as := staged(t, d)
		terms, err := s.Estate(as("city"), TermFilter{}, "packages", true)
		if err != nil || len(terms) != 6 {
			t.Fatalf("%d terms, %v: %+v", len(terms), err, terms)
		}
		by := map[string]Term{}
		for _, one := range terms {
			by[one.Text] = one
		}
		if m := by["BSD-3-Clause"]; m.Contrary != 1 || m.Products != 1 || m.Class != "permissive" {
			t.Errorf("BSD-3-Clause: %+v", m)
		}
		if m := by["GPL"]; m.Certainty != spdx.Ambiguous || m.Expression != "" || m.Class != "" {
			t.Errorf("GPL: %+v", m)
		}
		if m := by["MIT OR GPL-2.0"]; m.Expression != "MIT OR GPL-2.0-only" || m.Class != "permissive" {
			t.Errorf("MIT OR GPL-2.0: %+v", m)
		}
		f, err := s.Find(as("city"), "agpl")
		if err != nil || f.Products != 1 || f.Packages != 1 || f.Places[0].Software != "Archivsuche" || f.Looked != 2 {
			t.Errorf("AGPL: %+v, %v", f, err)
		}
		f, err = s.Find(as("city"), "GPL-2.0")
		if err != nil || f.Products != 1 || f.Places[0].Choice != 1 || f.Places[0].Maybe != 1 {
			t.Errorf("GPL-2.0: %+v, %v", f, err)
		}
		if held, known, err := s.Held(as("city"), "AGPL"); err != nil || !known || len(held) != 1 || held[0].Package != 2 {
			t.Errorf("packages under AGPL: %v, %v, %v", held, known, err)
		}
		if _, known, _ := s.Held(as("city"), "log4j"); known {
			t.Error("log4j is taken for a licence")
		}
		// The archive sees its own alone, the neighbour nothing of the city's.
		if f, _ := s.Find(as("archive"), "AGPL"); f.Products != 1 || f.Looked != 1 {
			t.Errorf("the archive finds %+v", f)
		}
		if f, _ := s.Find(as("other"), "GPL"); len(f.Places) != 0 || f.Looked != 1 {
			t.Errorf("the neighbour finds %+v", f)
		}
	})
}

func TestWhatIsConcludedCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, sh, as := staged(t, d)
		city := as("city")
		doubts, err := s.Clarify(city, "", "")
		if err != nil || len(doubts) != 3 {
			t.Fatalf("%+v, %v", doubts, err)
		}
		kinds := map[string]string{}
		for _, one := range doubts {
			kinds[one.Title] = one.Kind
		}
		if kinds["lodash 4.0.0"] != "ambiguous" || kinds["l:core 1"] != "contrary" || kinds["Kartenmodul 3.1"] != "none" {
			t.Errorf("to clarify: %v", kinds)
		}
		for text, key := range map[string]string{"GPL": "licence.conclusion.inexact", "LicenseRef-Haus": "licence.conclusion.own_unknown", "": "licence.missing"} {
			if _, err := s.Conclude(city, "1", ConclusionInput{Expression: text, Reason: "gelesen"}); keyOf(err) != key {
				t.Errorf("%q is refused with %v, want %s", text, err, key)
			}
		}
		if _, err := s.Conclude(city, "99", ConclusionInput{Expression: "MIT", Reason: "gelesen"}); fault.Of(err) != fault.NotFound {
			t.Errorf("a package in no document: %v", err)
		}
		if _, err := s.Conclude(as("other"), "1", ConclusionInput{Expression: "MIT", Reason: "gelesen"}); fault.Of(err) != fault.NotFound {
			t.Errorf("a package that only others have: %v", err)
		}
		id, err := s.Conclude(city, "1", ConclusionInput{Expression: "gpl-2.0", Reason: "LICENSE im Quelltext gelesen", Source: "LICENSE", Reuse: true})
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Find(city, "GPL-2.0-only")
		if err != nil || f.Products != 2 || f.Packages != 3 || f.Maybe != 0 {
			t.Errorf("after the conclusion: %+v, %v", f, err)
		}
		// It counts below, not for the neighbour, and later versions take it over: 4.1.0 was there.
		if n := len(conclusionsFor(t, d, "archive")); n != 2 {
			t.Errorf("the archive has %d conclusions, want 2", n)
		}
		if all := conclusionsFor(t, d, "other"); len(all) != 0 {
			t.Errorf("the neighbour has %v", all)
		}
		if all := conclusionsFor(t, d, "city"); all[4] != "GPL-2.0-only" || all[5] != "" {
			t.Errorf("the city has %v; want 4.1.0 with it and 3.9.0 without", all)
		}
		// A version that is new to the instance takes it over when it arrives.
		sh[40] = listing([3]int64{6, 103, 0})
		if err := d.Keep(t.Context(), func(tx *db.Tx) error {
			for _, text := range []string{`INSERT INTO n_document VALUES (40, 'r4', true)`, `INSERT INTO n_package VALUES (6, 'pkg:npm/lodash@4.2.0', 'npm', '', 'lodash', 'lodash', '4.2.0')`} {
				if _, err := tx.ExecContext(t.Context(), text); err != nil {
					return err
				}
			}
			tx.Act.Person = "p"
			return s.Arrived(t.Context(), tx, bom.Arrival{Org: "city", Release: "r4", Document: 40, Packages: []ospo.PackageID{6},
				New: []bom.Package{{ID: 6, Key: "pkg:npm/lodash@4.2.0", Type: "npm", Name: "lodash", Version: "4.2.0"}}})
		}); err != nil {
			t.Fatal(err)
		}
		past, err := s.Conclusions(city, "6")
		if err != nil || len(past) != 1 || past[0].Origin != id || past[0].Title != "lodash 4.2.0" {
			t.Errorf("4.2.0: %+v, %v; want one taken over from %s", past, err, id)
		}
		// The archive knows better for itself; the city's stays for the city.
		if _, err := s.Conclude(as("archive"), "1", ConclusionInput{Expression: "MIT", Reason: "eigene Fassung"}); err != nil {
			t.Fatal(err)
		}
		if a, c := conclusionsFor(t, d, "archive")[1], conclusionsFor(t, d, "city")[1]; a != "MIT" || c != "GPL-2.0-only" {
			t.Errorf("the archive goes by %s, the city by %s", a, c)
		}
		if err := s.Withdraw(as("archive"), id, "irrig"); fault.Of(err) != fault.NotFound {
			t.Errorf("the archive withdraws the city's: %v", err)
		}
		if err := s.Withdraw(city, id, "irrig"); err != nil {
			t.Fatal(err)
		}
		if err := s.Withdraw(city, id, "irrig"); fault.Of(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		if all := conclusionsFor(t, d, "city"); all[1] != "" {
			t.Errorf("after it was withdrawn the city has %v", all)
		}
	})
}

func conclusionsFor(t *testing.T, d *db.DB, org ospo.OrgID) map[int64]string {
	t.Helper()
	type row struct {
		pack int64
		text string
	}
	all, err := db.All(t.Context(), d.Read(), func(r *row) []any { return []any{&r.pack, &r.text} }, `SELECT package, expression FROM licence_conclusion_view WHERE org = $1`, org)
	if err != nil {
		t.Fatal(err)
	}
	out := map[int64]string{}
	for _, r := range all {
		out[r.pack] = r.text
	}
	return out
}

func TestOwnLicencesAreKeptInVersions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, as := staged(t, d)
		in := OwnInput{ID: "LicenseRef-Haus", Name: "Haus-Lizenz", Class: spdx.Permissive, Text: "Nutzen Sie, was Sie brauchen.", Reason: "Vertrag von 2024"}
		if err := s.AddOwn(as("city"), in); err != nil {
			t.Fatal(err)
		}
		for org, want := range map[ospo.OrgID]string{"city": "licence.own.taken", "archive": "licence.own.taken", "state": "licence.own.taken"} {
			if err := s.AddOwn(as(org), in); keyOf(err) != want {
				t.Errorf("%s adds it again: %v", org, err)
			}
		}
		if err := s.AddOwn(as("other"), in); err != nil {
			t.Errorf("the neighbour may have one of that name, too: %v", err)
		}
		in.Retired, in.Reason = true, "abgelöst"
		if err := s.ChangeOwn(as("archive"), in); fault.Of(err) != fault.Forbidden {
			t.Errorf("the archive changes the city's: %v", err)
		}
		if err := s.ChangeOwn(as("city"), in); err != nil {
			t.Fatal(err)
		}
		versions, err := s.OwnVersions(as("archive"), "LicenseRef-Haus")
		if err != nil || len(versions) != 2 || !versions[0].Retired || versions[0].OrgName != "" || versions[0].Maker != "" || versions[1].Version != 1 {
			t.Errorf("the archive sees %+v, %v", versions, err)
		}
		if all, _ := s.OwnLicences(as("state")); len(all) != 1 || all[0].Maker != "Frau Sommer" {
			t.Errorf("the state sees %+v", all)
		}
		if _, err := s.Show(as("other"), "LicenseRef-Haus"); err != nil {
			t.Errorf("the neighbour's own: %v", err)
		}
		for id, key := range map[string]string{"Haus": "licence.own.id_bad", "LicenseRef-": "licence.own.id_bad", "LicenseRef-a b": "licence.own.id_bad"} {
			in.ID = id
			if err := s.AddOwn(as("city"), in); keyOf(err) != key {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

// keyOf is the first text that an error names.
func keyOf(err error) string {
	if all := fault.Say(err); len(all) > 0 {
		return all[0].Key
	}
	return ""
}
