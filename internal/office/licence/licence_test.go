// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"errors"
	"maps"
	"slices"
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
INSERT INTO n_org VALUES ('state', 'Land'), ('city', 'Musterstadt'), ('archive', 'Archiv'), ('library', 'Bücherei'), ('other', 'Nachbarstadt');
CREATE VIEW governance_org_view AS SELECT id, name FROM n_org;
CREATE TABLE n_scope (
  root TEXT NOT NULL, org TEXT NOT NULL
);
INSERT INTO n_scope VALUES ('state', 'state'), ('state', 'city'), ('state', 'archive'), ('city', 'city'), ('city', 'archive'), ('archive', 'archive'), ('state', 'library'), ('library', 'library'), ('other', 'other');
CREATE VIEW governance_scope_view AS SELECT root, org FROM n_scope;
CREATE VIEW governance_person_view AS SELECT 'p' AS id, 'Frau Sommer' AS name, 'city' AS org UNION ALL SELECT 'q', 'Herr Winter', 'archive' UNION ALL SELECT 'above', 'Minister', 'state';
CREATE TABLE n_software (
  id TEXT NOT NULL, name TEXT NOT NULL, licence TEXT NOT NULL
);
INSERT INTO n_software VALUES ('w1', 'Archivsuche', 'MIT OR AGPL-3.0-only'), ('w2', 'Ratsbote', 'GNU AGPL'), ('w3', 'Nachbars Werk', 'AGPL-3.0-only');
CREATE VIEW estate_software_view AS SELECT id, name, licence FROM n_software;
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
  (3, '', '', '', 'Kartenmodul', 'kartenmodul', '3.1'), (4, 'pkg:npm/lodash@4.1.0', 'npm', '', 'lodash', 'lodash', '4.1.0'), (7, 'pkg:npm/lodash@4.1.7', 'npm', '', 'lodash', 'lodash', '4.1.7'), (8, 'pkg:npm/lodash@4.3.0', 'npm', '', 'lodash', 'lodash', '4.3.0'), (5, 'pkg:npm/lodash@3.9.0', 'npm', '', 'lodash', 'lodash', '3.9.0');
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
		10: listing([3]int64{1, 101, 0}, [3]int64{2, 102, 0}, [3]int64{3, 0, 0}, [3]int64{4, 101, 0}),
		20: listing([3]int64{1, 103, 0}, [3]int64{2, 101, 106}, [3]int64{3, 104, 0}),
		30: listing([3]int64{2, 102, 0}, [3]int64{7, 101, 0}),
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
				want = "0/0:1 101/0:2 102/0:1"
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
		// What a product is under itself is told beside what is in it, whether it has a bill of materials or not.
		for org, want := range map[ospo.OrgID][]Bearer{
			"city":    {{"Archivsuche", "w1", "MIT OR AGPL-3.0-only", true, false}, {"Ratsbote", "w2", "GNU AGPL", false, true}},
			"archive": {{"Archivsuche", "w1", "MIT OR AGPL-3.0-only", true, false}},
			"other":   {{"Nachbars Werk", "w3", "AGPL-3.0-only", false, false}},
		} {
			if f, err := s.Find(as(org), "AGPL"); err != nil || !slices.Equal(f.Bearers, want) {
				t.Errorf("%s: under AGPL are %+v, %v; want %+v", org, f.Bearers, err, want)
			}
		}
		if f, err := s.Exactly(as("city"), "MIT"); err != nil || len(f.Bearers) != 1 || !f.Bearers[0].Choice {
			t.Errorf("under MIT are %+v, %v", f.Bearers, err)
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
		for text, key := range map[string]string{"GPL": "licence.conclusion.inexact", "LicenseRef-Haus": "licence.conclusion.own_unknown", "": "fault.missing"} {
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
		made, err := s.Conclude(city, "1", ConclusionInput{Expression: "gpl-2.0", Reason: "LICENSE im Quelltext gelesen", Source: "LICENSE", Reuse: true})
		if err != nil || made.ID == "" {
			t.Fatal(err)
		}
		id := made.ID
		f, err := s.Find(city, "GPL-2.0-only")
		if err != nil || f.Products != 2 || f.Packages != 4 || f.Maybe != 0 {
			t.Errorf("after the conclusion: %+v, %v", f, err)
		}
		// It counts below, not for the neighbour, and later versions take it over: 4.1.0 was there.
		if n := len(conclusionsFor(t, d, "archive")); n != 2 {
			t.Errorf("the archive has %d conclusions, want 2", n)
		}
		if all := conclusionsFor(t, d, "other"); len(all) != 0 {
			t.Errorf("the neighbour has %v", all)
		}
		if all := conclusionsFor(t, d, "city"); all[4] != "GPL-2.0-only" || all[5] != "" || all[7] != "" {
			t.Errorf("the city has %v; want 4.1.0 with it, without 3.9.0 and without 4.1.7, which the neighbour alone runs", all)
		}
		// A version takes it over when it arrives, whoever brings it and whoever ran it before:
		// in the name of who concluded it, saying from which version. 4.3.0 is under another
		// licence by now, as its document says, and takes nothing over.
		sh[40] = listing([3]int64{6, 103, 0}, [3]int64{7, 101, 0}, [3]int64{8, 106, 0})
		arrive(t, d, s, "q", 40, "r4", `INSERT INTO n_package VALUES (6, 'pkg:npm/lodash@4.2.0', 'npm', '', 'lodash', 'lodash', '4.2.0')`)
		for number, title := range map[string]string{"6": "lodash 4.2.0", "7": "lodash 4.1.7"} {
			past, err := s.Conclusions(city, number)
			if err != nil || len(past) != 1 || past[0].Origin != id || past[0].Title != title || past[0].OriginTitle != "lodash 4.0.0" || past[0].Person != "p" || past[0].Maker != "Frau Sommer" {
				t.Errorf("%s: %+v, %v; want one taken over from %s", title, past, err, id)
			}
		}
		if past, err := s.Conclusions(city, "8"); err != nil || len(past) != 0 {
			t.Errorf("4.3.0 changed its licence: %+v, %v", past, err)
		}
		// The archive knows better for itself; the city's stays for the city.
		if _, err := s.Conclude(as("archive"), "1", ConclusionInput{Expression: "MIT", Reason: "eigene Fassung"}); err != nil {
			t.Fatal(err)
		}
		if a, c := conclusionsFor(t, d, "archive")[1], conclusionsFor(t, d, "city")[1]; a != "MIT" || c != "GPL-2.0-only" {
			t.Errorf("the archive goes by %s, the city by %s", a, c)
		}
		if _, err := s.Withdraw(as("archive"), id, "irrig"); fault.Of(err) != fault.NotFound {
			t.Errorf("the archive withdraws the city's: %v", err)
		}
		if _, err := s.Withdraw(city, id, "irrig"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Withdraw(city, id, "irrig"); fault.Of(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		if all := conclusionsFor(t, d, "city"); len(all) != 0 {
			t.Errorf("after it was withdrawn the city has %v, and what was taken over stands on nothing", all)
		}
	})
}

// arrive lets a document come in, by somebody.
func arrive(t *testing.T, d *db.DB, s *Service, by ospo.PersonID, id ospo.DocumentID, release ospo.ReleaseID, before ...string) {
	t.Helper()
	err := d.Write(t.Context(), ospo.Act{Org: "city", Person: by, What: "sbom.take"}, func(tx *db.Tx) error {
		for _, text := range append(before, `INSERT INTO n_document VALUES (`+strconv.FormatInt(int64(id), 10)+`, '`+string(release)+`', true)`) {
			if _, err := tx.ExecContext(t.Context(), text); err != nil {
				return err
			}
		}
		return s.Arrived(t.Context(), tx, bom.Arrival{Org: "city", Release: release, Document: id})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is concluded anew takes the place of what was taken over, of the nearest version before;
// what somebody concluded of a version, or withdrew there, stays.
func TestLaterVersionsFollowTheNearest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, sh, as := staged(t, d)
		city := as("city")
		conclude := func(number, expression string, reuse bool) string {
			t.Helper()
			o, err := s.Conclude(city, number, ConclusionInput{Expression: expression, Reason: "gelesen", Reuse: reuse})
			if err != nil {
				t.Fatal(err)
			}
			return o.ID
		}
		wants := func(when string, want map[int64]string) {
			t.Helper()
			if got := conclusionsFor(t, d, "city"); !maps.Equal(got, want) {
				t.Errorf("%s the city has %v, want %v", when, got, want)
			}
		}
		sh[40] = listing([3]int64{7, 101, 0}, [3]int64{8, 101, 0})
		arrive(t, d, s, "p", 40, "r4")
		conclude("1", "MIT", true)
		wants("at first", map[int64]string{1: "MIT", 4: "MIT", 7: "MIT", 8: "MIT"})
		conclude("4", "ISC", true)
		wants("nearer", map[int64]string{1: "MIT", 4: "ISC", 7: "ISC", 8: "ISC"})
		arrive(t, d, s, "p", 40, "r4")
		wants("once more", map[int64]string{1: "MIT", 4: "ISC", 7: "ISC", 8: "ISC"})
		conclude("8", "Zlib", false)
		conclude("4", "0BSD", true)
		wants("anew", map[int64]string{1: "MIT", 4: "0BSD", 7: "0BSD", 8: "Zlib"})
		taken, err := s.Conclusions(city, "7")
		if err != nil || len(taken) != 3 {
			t.Fatalf("%+v, %v", taken, err)
		}
		active := taken[slices.IndexFunc(taken, func(c Conclusion) bool { return c.State == "active" })]
		if _, err := s.Withdraw(city, active.ID, "hier nicht"); err != nil {
			t.Fatal(err)
		}
		arrive(t, d, s, "p", 40, "r4")
		wants("withdrawn here", map[int64]string{1: "MIT", 4: "0BSD", 8: "Zlib"})
	})
}

// Who stands above, or beside, is not named: not the organisation, not the person. What they
// concluded counts all the same.
func TestWhoStandsAboveIsNotNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, as := staged(t, d)
		above := door.With(t.Context(), door.Viewer{Org: "state", OrgName: "Land", Person: "above", Grants: []string{"*"}, Lang: "de"})
		if _, err := s.Conclude(above, "1", ConclusionInput{Expression: "MIT", Reason: "gelesen"}); err != nil {
			t.Fatal(err)
		}
		for org, named := range map[ospo.OrgID]bool{"state": true, "city": false, "archive": false} {
			all, err := s.Conclusions(as(org), "1")
			if err != nil || len(all) != 1 || all[0].Expression != "MIT" || (all[0].Maker == "Minister") != named || (all[0].OrgName == "Land") != named || (all[0].Person != "") != named || (all[0].Org != "") != named {
				t.Errorf("%s reads %+v, %v", org, all, err)
			}
			counts, err := s.counting(as(org))
			if err != nil || counts[1] == nil || (counts[1].Maker != "") != named {
				t.Errorf("for %s counts %+v, %v", org, counts[1], err)
			}
		}
		// Somebody of the archive acts for the state: the archive and the city know them, the
		// sister does not.
		sister := door.With(t.Context(), door.Viewer{Org: "state", OrgName: "Land", Person: "q", Grants: []string{"*"}, Lang: "de"})
		if _, err := s.Conclude(sister, "2", ConclusionInput{Expression: "MIT", Reason: "gelesen"}); err != nil {
			t.Fatal(err)
		}
		for org, named := range map[ospo.OrgID]bool{"state": true, "city": true, "archive": true, "library": false} {
			counts, err := s.counting(as(org))
			if err != nil || counts[2] == nil || (counts[2].Maker == "Herr Winter") != named || (counts[2].Person == "q") != named {
				t.Errorf("for %s counts %+v, %v", org, counts[2], err)
			}
		}
	})
}

// Two who conclude at the same time, or withdraw, do not overwrite each other unseen.
func TestConclusionsDoNotCrossUnseen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, as := staged(t, d)
		p, err := s.inView(as("city"), "1")
		if err != nil {
			t.Fatal(err)
		}
		late, err := s.draft(as("city"), "city", p, ConclusionInput{Expression: "ISC", Reason: "spät"})
		if err != nil {
			t.Fatal(err)
		}
		made, err := s.Conclude(as("city"), "1", ConclusionInput{Expression: "MIT", Reason: "gelesen"})
		if err != nil {
			t.Fatal(err)
		}
		act := ospo.Act{Org: "city", Person: "p", What: "licence.conclude"}
		if err := d.Write(t.Context(), act, func(tx *db.Tx) error { _, err := s.enact(t.Context(), tx, "city", late); return err }); keyOf(err) != "licence.conclusion.changed_since" {
			t.Errorf("what was weighed before: %v", err)
		}
		for i, want := range []string{"", "licence.conclusion.past"} {
			if err := d.Write(t.Context(), act, func(tx *db.Tx) error { return s.store.withdraw(t.Context(), tx, "city", made.ID) }); err != nil && keyOf(err) != want || (err == nil) != (want == "") {
				t.Errorf("withdrawn %d times: %v", i+1, err)
			}
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

// A release that somebody begins to use comes into view: what was concluded of an earlier version
// is taken over, and only by who sees the release.
func TestAReleaseThatComesIntoView(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, as := staged(t, d)
		for _, org := range []ospo.OrgID{"city", "library"} {
			if err := d.Write(t.Context(), ospo.Act{Org: org, Person: "p", What: "licence.conclude"}, func(tx *db.Tx) error {
				return s.store.addConclusions(t.Context(), tx, org, []Conclusion{{ID: db.NewID(), ConclusionInput: ConclusionInput{Expression: "ISC", Reason: "gelesen", Reuse: true}, Version: 1, Person: "q", pack: 1}})
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Write(t.Context(), ospo.Act{Org: "city", Person: "p", What: "estate.use.add"}, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(t.Context(), `INSERT INTO n_scope VALUES ('city', 'other')`); err != nil {
				return err
			}
			return s.Seen(t.Context(), tx, []ospo.ReleaseID{"r3", "r4"})
		}); err != nil {
			t.Fatal(err)
		}
		if got := conclusionsFor(t, d, "city"); got[7] != "ISC" {
			t.Errorf("the city has %v, want it for 4.1.7, too", got)
		}
		if got := conclusionsFor(t, d, "library"); got[7] != "" {
			t.Errorf("the library has %v, and does not see the release", got)
		}
		if all, err := s.Conclusions(as("city"), "7"); err != nil || len(all) != 1 || all[0].Maker != "Herr Winter" || all[0].OriginTitle != "lodash 4.0.0" {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// What is said of a later version: the same, by some nothing, by all nothing, something else.
func TestWhatIsSaidOfALaterVersion(t *testing.T) {
	set := func(terms ...int64) map[int64]bool {
		out := map[int64]bool{}
		for _, n := range terms {
			out[n] = true
		}
		return out
	}
	for _, tt := range []struct {
		here, there map[int64]bool
		want        bool
	}{{set(1), set(1), true}, {set(1), set(1, 2), true}, {set(0, 1), set(1), true}, {set(0), set(1), false}, {set(0), set(0), true}, {set(1, 2), set(1), false}, {set(2), set(0), false}} {
		if got := covered(tt.here, tt.there); got != tt.want {
			t.Errorf("%v where %v was said: %v", tt.here, tt.there, got)
		}
	}
}
