// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"allmende/internal/engine/inventory"
	"allmende/internal/engine/purl"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

func TestWhatIsAskedFor(t *testing.T) {
	for query, want := range map[string]string{
		"CVE-2021-44228": Vulnerability, "cve-2021-44228": Vulnerability, "GHSA-jfh8-c2jp-5v3q": Vulnerability, "GO-2024-2687": Vulnerability,
		"PYSEC-2021-19": Vulnerability, "RUSTSEC-2016-0001": Vulnerability, "USN-5192-1": Vulnerability,
		"pkg:npm/lodash": Package, "PKG:npm/lodash@<5": Package,
		"log4j-core": Text, "go-redis": Text, "org.apache.logging.log4j:log4j-core": Text, "AGPL-3.0-only": Text, "cve": Text, "cve-bin-tool": Text, "Go-Team GmbH": Text,
	} {
		if got := KindOf(query); got != want {
			t.Errorf("%q asks for %s, want %s", query, got, want)
		}
	}
}

func TestRanges(t *testing.T) {
	maven := func(v string) pkg {
		return pkg{PURL: "pkg:maven/g/a@" + v, Type: "maven", Namespace: "g", Name: "a", Version: v}
	}
	for _, tt := range []struct {
		query string
		p     pkg
		want  bool
	}{
		{"pkg:maven/g/a", maven("2.0"), true},
		{"pkg:maven/g/a@<2.17", maven("2.14.1"), true},
		{"pkg:maven/g/a@<2.17", maven("2.17"), false},
		{"pkg:maven/g/a@<2.17", maven("2.17-rc1"), true}, // a candidate comes before its release
		{"pkg:maven/g/a@>=2.0,<2.17", maven("1.9"), false},
		{"pkg:maven/g/a@2.0", maven("2.0.0"), true}, // equal by Maven's order
		{"pkg:maven/g/a@2.0", maven("2.0.1"), false},
		{"pkg:maven/g/b@<3", maven("1"), false},
		{"pkg:npm/g/a@<3", maven("1"), false},
		{"pkg:maven/g/a@<2.17", maven("${project.version}"), true}, // cannot be ruled out
		{"pkg:generic/a@<2", pkg{PURL: "pkg:generic/a@1", Type: "generic", Name: "a", Version: "1"}, true},
		{"pkg:generic/a@2", pkg{PURL: "pkg:generic/a@1", Type: "generic", Name: "a", Version: "1"}, false},
	} {
		q, err := purl.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fits(q, tt.p); err != nil || got != tt.want {
			t.Errorf("%s and %s: %v, %v; want %v", tt.query, tt.p.PURL, got, err, tt.want)
		}
	}
	if q, err := purl.ParseQuery("pkg:npm/a@<not a version"); err == nil {
		if _, err := fits(q, pkg{PURL: "pkg:npm/a@1.0.0", Type: "npm", Name: "a", Version: "1.0.0"}); err == nil {
			t.Error("a bound that is no version was taken for one")
		}
	}
}

// What the neighbours publish, as far as this room reads it: two organisations, of which
// the city runs a product with log4j below two others, one release without a bill of
// materials, and a document whose parents run in a circle.
var neighbours = fstest.MapFS{"migrations/0001.sql": {Data: []byte(`
CREATE TABLE n_org (
  id TEXT NOT NULL, parent TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL
);
INSERT INTO n_org VALUES ('city', '', 'Musterstadt', 'city'), ('archive', 'city', 'Archiv', 'department'), ('other', '', 'Nachbarstadt', 'city');
CREATE VIEW governance_org_view AS SELECT * FROM n_org;
CREATE TABLE n_scope (
  root TEXT NOT NULL, org TEXT NOT NULL
);
INSERT INTO n_scope VALUES ('city', 'city'), ('city', 'archive'), ('archive', 'archive'), ('other', 'other');
CREATE VIEW governance_scope_view AS SELECT * FROM n_scope;
CREATE TABLE n_software (
  id TEXT NOT NULL, org TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, kind TEXT NOT NULL, licence TEXT NOT NULL, supplier TEXT NOT NULL
);
INSERT INTO n_software VALUES ('w1', 'city', 'Archivsuche', 'archivsuche', 'own', 'EUPL-1.2', ''), ('w2', 'city', 'Ratsbote', 'ratsbote', 'proprietary', '', 'Rathaus_Software GmbH');
CREATE VIEW estate_software_view AS SELECT * FROM n_software;
CREATE TABLE n_release (
  id TEXT NOT NULL, org TEXT NOT NULL, software TEXT NOT NULL, version TEXT NOT NULL
);
INSERT INTO n_release VALUES ('r1', 'city', 'w1', '2.8'), ('r2', 'city', 'w2', '7.1'), ('r3', 'city', 'w1', '3.0');
CREATE VIEW estate_release_view AS SELECT * FROM n_release;
CREATE VIEW estate_visible_view AS SELECT 'city' AS root, id AS release FROM n_release;
CREATE TABLE n_use (
  org TEXT NOT NULL, release TEXT NOT NULL, role TEXT NOT NULL, purpose TEXT NOT NULL, criticality TEXT NOT NULL
);
INSERT INTO n_use VALUES ('archive', 'r1', 'user', 'Recherche', 'high'), ('city', 'r1', 'operator', '', 'normal');
CREATE VIEW estate_use_view AS SELECT * FROM n_use;
CREATE TABLE n_package (
  id BIGINT NOT NULL, purl TEXT NOT NULL, type TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, version TEXT NOT NULL
);
INSERT INTO n_package VALUES (1, 'pkg:maven/s/solr@8', 'maven', 's', 'solr', 'solr', '8'), (2, 'pkg:maven/l/log4j-core@2.14.1', 'maven', 'l', 'log4j-core', 'log4j-core', '2.14.1'),
  (3, '', '', '', 'Kartenmodul', 'kartenmodul', '3.1'), (4, 'pkg:maven/l/log4j-core@2.17.1', 'maven', 'l', 'log4j-core', 'log4j-core', '2.17.1'), (5, 'pkg:npm/emitter@1.0.0', 'npm', '', 'emitter', 'emitter', '1.0.0');
CREATE VIEW sbom_package_view AS SELECT * FROM n_package;
CREATE TABLE n_document (
  id BIGINT NOT NULL, release TEXT NOT NULL, current BOOLEAN NOT NULL, components BIGINT NOT NULL
);
INSERT INTO n_document VALUES (10, 'r1', true, 4), (30, 'r3', true, 4);
CREATE VIEW sbom_document_view AS SELECT * FROM n_document;
CREATE TABLE n_term (
  id BIGINT NOT NULL, text TEXT NOT NULL
);
INSERT INTO n_term VALUES (7, 'Apache-2.0'), (8, 'MIT');
CREATE VIEW sbom_term_view AS SELECT * FROM n_term;
CREATE TABLE n_alias (
  alias TEXT NOT NULL, key TEXT NOT NULL
);
INSERT INTO n_alias VALUES ('CVE-2021-44228', 'CVE-2021-44228'), ('GHSA-jfh8-c2jp-5v3q', 'CVE-2021-44228'), ('SUSE-SU-2021:4118-1', 'CVE-2021-44228'), ('PSF-2026-9', 'PSF-2026-9');
CREATE VIEW vulnerability_alias_view AS SELECT * FROM n_alias;
CREATE VIEW vulnerability_advisory_view AS SELECT 'CVE-2021-44228' AS key, 'Look-ups' AS summary, 'critical' AS level, 10.0 AS score, '2021-12-10T00:00:00.000Z' AS published, '' AS withdrawn
  UNION ALL SELECT 'PSF-2026-9', 'Taken back', 'low', 0.0, '2026-01-10T00:00:00.000Z', '2026-02-10T00:00:00.000Z';
CREATE VIEW vulnerability_about_view AS SELECT 'CVE-2021-44228' AS key, 'Maven' AS eco, 'l:log4j-core' AS name;
CREATE VIEW vulnerability_candidate_view AS SELECT id AS package, 'CVE-2021-44228' AS key FROM n_package WHERE name = 'log4j-core';
CREATE TABLE n_match (
  package BIGINT NOT NULL, key TEXT NOT NULL, level TEXT NOT NULL, fixed TEXT NOT NULL, score DOUBLE PRECISION NOT NULL
);
INSERT INTO n_match VALUES (2, 'CVE-2021-44228', 'critical', '2.15.0', 10.0), (2, 'CVE-2021-45105', 'medium', '2.17.0', 5.9);
CREATE VIEW vulnerability_match_view AS SELECT * FROM n_match;
CREATE TABLE n_doubt (
  package BIGINT NOT NULL, key TEXT NOT NULL
);
CREATE VIEW vulnerability_doubt_view AS SELECT * FROM n_doubt;
CREATE TABLE n_ecosystem (
  eco TEXT NOT NULL
);
INSERT INTO n_ecosystem VALUES ('Maven');
CREATE VIEW vulnerability_ecosystem_view AS SELECT * FROM n_ecosystem;
`)}}

func staged(t *testing.T, d *db.DB) (*Service, func(org ospo.OrgID) context.Context) {
	t.Helper()
	if err := d.Migrate(t.Context(), "n", neighbours); err != nil {
		t.Fatal(err)
	}
	s := New(d)
	s.Shelf = shelf{10: listing([5]int64{1, 3}, [5]int64{2, 1, 7}, [5]int64{3, 0, 0, 8}, [5]int64{5}), 30: listing([5]int64{1, 4}, [5]int64{3, inventory.Nobody, 8}, [5]int64{4, 1}, [5]int64{5})}
	return s, func(org ospo.OrgID) context.Context {
		return door.With(t.Context(), door.Viewer{Org: org, OrgName: string(org), Person: "p", Grants: []string{"where.read"}, Lang: "de"})
	}
}

// A shelf is what the documents of the neighbours list.
type shelf map[ospo.DocumentID]inventory.Inventory

// listing takes package, parent, declared and concluded licence, and supplier.
func listing(entries ...[5]int64) inventory.Inventory {
	v := inventory.Empty(len(entries))
	for _, e := range entries {
		v.Add(e[0], e[1], e[2], e[3], e[4])
	}
	return v
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

func (s shelf) Trees(context.Context, db.Querier, []ospo.DocumentID) (map[ospo.DocumentID]inventory.Tree, error) {
	out := map[ospo.DocumentID]inventory.Tree{}
	for id, v := range s {
		out[id] = v.Tree
	}
	return out, nil
}

func (s shelf) Inventories(context.Context, db.Querier, []ospo.DocumentID) (map[ospo.DocumentID]inventory.Inventory, error) {
	return s, nil
}

func TestQuestions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		for _, tt := range []struct {
			query  string
			counts Counts
			first  string // product, version of the component, fixed, path
		}{
			{"log4j-core", Counts{Affected: 1, Contained: 1, Unknown: 1, Total: 3}, "Archivsuche 2.8|2.14.1|2.17.0|Archivsuche 2.8 > Kartenmodul 3.1 > solr 8 > log4j-core 2.14.1"},
			{"l:log4j-core", Counts{Affected: 1, Contained: 1, Unknown: 1, Total: 3}, ""},
			{"x:log4j-core", Counts{Unknown: 1, Absent: 2, Total: 3}, ""},
			{"LOG4J", Counts{Affected: 1, Contained: 1, Unknown: 1, Total: 3}, ""},
			{"cve-2021-44228", Counts{Affected: 1, Contained: 1, Unknown: 1, Total: 3}, "Archivsuche 2.8|2.14.1|2.15.0|Archivsuche 2.8 > Kartenmodul 3.1 > solr 8 > log4j-core 2.14.1"},
			{"pkg:maven/l/log4j-core@>2.14.1", Counts{Contained: 1, Unknown: 1, Absent: 1, Total: 3}, "Archivsuche 3.0|2.17.1||"}, // parents in a circle: no path, and an end
			{"apache-2.0", Counts{Affected: 1, Unknown: 1, Absent: 1, Total: 3}, ""},
			{"Kartenmodul", Counts{Doubtful: 2, Unknown: 1, Total: 3}, ""}, // without a package URL nothing can be found
			{"mit", Counts{Doubtful: 2, Unknown: 1, Total: 3}, ""},         // the map module, not what log4j emits
			{"100%", Counts{Unknown: 1, Absent: 2, Total: 3}, ""},
		} {
			a, err := s.Where(as("city"), tt.query, 0, 0)
			if err != nil {
				t.Errorf("%s: %v", tt.query, err)
				continue
			}
			if a.Counts != tt.counts {
				t.Errorf("%s: %+v, want %+v", tt.query, a.Counts, tt.counts)
			}
			if tt.first != "" {
				p := a.Products[0]
				if got := strings.Join([]string{p.Software + " " + p.Release, p.Version, p.Fixed, strings.Join(p.Path, " > ")}, "|"); got != tt.first {
					t.Errorf("%s: first %s, want %s", tt.query, got, tt.first)
				}
			}
		}
	})
}

// Whoever asks for a product or its supplier learns who runs it; that others do not contain
// it, and that it cannot be ruled out in them, is no answer to that.
func TestWhoRunsAProductIsAskedByItsNameOrSupplier(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		exec(t, d, `INSERT INTO n_use VALUES ('archive', 'r2', 'user', '', 'very_high')`)
		for _, q := range []string{"ratsbote", "Rathaus_Software GmbH"} {
			a, err := s.Where(as("city"), q, 0, 0)
			if err != nil || !a.OnlyProducts() || len(a.Unknown) != 0 || len(a.Software) != 1 || len(a.Software[0].Releases) != 1 {
				t.Fatalf("%s: %+v %v", q, a, err)
			}
			if r := a.Software[0].Releases[0]; r.Release != "7.1" || r.State != Named || r.Criticality != "very_high" || len(r.Uses) != 1 || r.Uses[0].Name != "Archiv" || r.Uses[0].Role != "user" {
				t.Errorf("%s: %+v", q, r)
			}
		}
		city := webtest.New(t, []fs.FS{files}, files, s.pages(), s.ops()).As(door.From(as("city")))
		_, page := city.Get("/where?q=ratsbote")
		if !strings.Contains(page, "Ratsbote 7.1") || !strings.Contains(page, "Archiv (nutzt)") || strings.Contains(page, "wie betroffen behandeln") || strings.Contains(page, "kommt es nicht vor") {
			t.Errorf("the page:\n%s", page)
		}
		if _, csv := city.Get("/where.csv?q=ratsbote"); !strings.Contains(csv, "named,Ratsbote,7.1,Archiv,user,very_high,") || strings.Contains(csv, "unknown,") {
			t.Errorf("the table:\n%s", csv)
		}
		if _, answer := city.Get("/api/v1/where?q=ratsbote"); !strings.Contains(answer, `"releases":[{"software":"Ratsbote"`) {
			t.Errorf("the API:\n%s", answer)
		}
	})
}

func TestWhoRunsItAndWhoDoesNotSeeIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		a, err := s.Where(as("city"), "log4j-core", 0, 0)
		if err != nil || len(a.Products[0].Uses) != 2 || a.Products[0].Criticality != "high" || a.Unknown[0].Software != "Ratsbote" {
			t.Errorf("%+v %v", a, err)
		}
		if a, err = s.Where(as("city"), "rathaus_software", 0, 0); err != nil || len(a.Software) != 1 || a.Software[0].Name != "Ratsbote" {
			t.Errorf("by supplier: %+v %v", a.Software, err)
		}
		for _, q := range []string{"log4j-core", "CVE-2021-44228", "pkg:maven/l/log4j-core", "rathaus", "Apache-2.0"} {
			if a, err := s.Where(as("other"), q, 0, 0); err != nil || a.Counts != (Counts{}) || a.Packages != 0 || len(a.Products)+len(a.Unknown)+len(a.Software) != 0 {
				t.Errorf("a stranger asks for %s and learns %+v %v", q, a, err)
			}
		}
		for _, q := range []string{"", "CVE-1999-0001", "CVE-1999-1", "cve 2021 44228", "GHSA-1-2-3", "pkg:", strings.Repeat("x", 501)} {
			if _, err := s.Where(as("city"), q, 0, 0); fault.Of(err) != fault.Invalid && fault.Of(err) != fault.NotFound {
				t.Errorf("%q: %v, want a sentence", q, err)
			}
		}
	})
}

func TestDoors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := staged(t, d)
		site := webtest.New(t, []fs.FS{files}, files, s.pages(), s.ops())
		city := site.As(door.Viewer{Org: "city", OrgName: "Musterstadt", Person: "p", Grants: []string{"where.read"}})
		for path, want := range map[string]string{
			"/where":                        "Das können Sie fragen",
			"/where?q=log4j-core":           "Archivsuche 2.8 › Kartenmodul 3.1 › solr 8 › log4j-core 2.14.1",
			"/where?q=CVE-2021-44228":       "Look-ups",
			"/where.csv?q=log4j-core":       "affected,Archivsuche,2.8,Archiv,user,high,pkg:maven/l/log4j-core@2.14.1,critical,10.0,CVE-2021-44228 CVE-2021-45105,2.17.0,Archivsuche 2.8 > Kartenmodul 3.1",
			"/api/v1/where?q=log4j-core":    `"affected":1`,
			"/where?q=nirgends-zu-finden":   "Kein Fund in den Stücklisten",
			"/api/v1/where?q=kein-programm": `"products":[]`,
		} {
			if status, body := city.Get(path); status != 200 || !strings.Contains(body, want) {
				t.Errorf("%s: %d, no %q in\n%s", path, status, want, body)
			}
		}
		if status, _ := site.As(door.Viewer{Org: "city", Person: "p"}).Get("/where?q=x"); status != 403 {
			t.Errorf("without permission: %d", status)
		}
	})
}

// Each release that is listed is told with the verdict on its licences, asked for at once and
// for those alone; who may not read verdicts is told nothing.
func TestLicenceVerdictsStandAtHits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		var asked [][]ospo.ReleaseID
		told := map[ospo.ReleaseID]Ruling{"r1": {"deny", "/policy/release/r1"}, "r2": {"unknown", "/policy/release/r2"}}
		s.Rulings = func(_ context.Context, releases []ospo.ReleaseID) (map[ospo.ReleaseID]Ruling, error) {
			asked = append(asked, releases)
			return told, nil
		}
		a, err := s.Where(as("city"), "log4j-core", 1, 1)
		if err != nil || len(asked) != 1 || !slices.Equal(asked[0], []ospo.ReleaseID{"r1", "r2"}) || a.Products[0].Ruling.Verdict != "deny" || a.Unknown[0].Ruling.Verdict != "unknown" {
			t.Fatalf("%v: %+v, %v", asked, a, err)
		}
		city := webtest.New(t, []fs.FS{files}, files, s.pages(), s.ops()).As(door.From(as("city")))
		for path, want := range map[string]string{
			"/where?q=log4j-core": `href="/policy/release/r1"`, "/where?q=ratsbote": `href="/policy/release/r2"`, "/where.csv?q=log4j-core": "log4j-core 2.14.1,deny",
			"/api/v1/where?q=log4j-core": `"licences":{"verdict":"deny","href":"/policy/release/r1"}`,
		} {
			if status, body := city.Get(path); status != 200 || !strings.Contains(body, want) {
				t.Errorf("%s: %d, no %q in\n%s", path, status, want, body)
			}
		}
		told = nil
		if _, body := city.Get("/where?q=log4j-core"); strings.Contains(body, "Lizenzen</th>") || strings.Contains(body, "/policy/") {
			t.Error("who may not read verdicts is shown a column for them")
		}
	})
}

// A licence is found by what it means, where the room of licences knows it and the viewer may
// ask it; else as the text that stands there.
func TestByLicence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		var asked []string
		agpl := []inventory.Place{{Package: 1, Document: 10}, {Package: 1, Document: 30}, {Package: 1, Document: 99}} // the last one is another's
		s.Licensed = func(_ context.Context, licence string) ([]inventory.Place, bool, error) {
			asked = append(asked, licence)
			return map[string][]inventory.Place{"AGPL": agpl, "agpl": agpl}[licence], licence != "solr", nil
		}
		city := door.From(as("city"))
		city.Grants = append(city.Grants, "licence.read")
		may := door.With(t.Context(), city)
		for query, want := range map[string]int{"licence:AGPL": 2, "Lizenz: AGPL": 2, "AGPL": 2, "licence:MIT": 0, "Apache-2.0": 1} {
			if a, err := s.Where(may, query, 0, 0); err != nil || len(a.Products) != want {
				t.Errorf("%s: %d products, %v; want %d", query, len(a.Products), err, want)
			}
		}
		s.Bearers = func(_ context.Context, licence string) ([]ospo.SoftwareID, error) {
			return map[string][]ospo.SoftwareID{"EUPL": {"w2"}}[licence], nil
		}
		a, err := s.Where(may, "licence:EUPL", 0, 0)
		if err != nil || len(a.Products) != 0 || len(a.Software) != 1 || a.Software[0].Name != "Ratsbote" || len(a.Software[0].Releases) == 0 {
			t.Errorf("a product that is under it itself: %+v, %v", a, err)
		}
		if a.OnlyProducts() || a.Counts.Unknown != len(a.Unknown) || len(a.Unknown) == 0 {
			t.Errorf("what is in the others was asked, too: %+v", a)
		}
		if a, err := s.Where(may, "solr", 0, 0); err != nil || len(a.Products) != 2 || slices.Contains(asked, "solr") {
			t.Errorf("solr is a component: %+v, %v, asked for %q", a.Products, err, asked)
		}
		if a, err := s.Where(as("city"), "licence:AGPL", 0, 0); err != nil || len(a.Products) != 0 {
			t.Errorf("who may not read licences finds %+v, %v", a.Products, err)
		}
	})
}

// exec changes what the neighbours publish.
func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// What could not be judged is no finding, and not the all-clear either.
func TestWhatCannotBeJudgedIsNotClean(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		ask := func(when, query string, want Counts) {
			t.Helper()
			if a, err := s.Where(as("city"), query, 0, 0); err != nil || a.Counts != want {
				t.Errorf("%s: %+v, %v; want %+v", when, a.Counts, err, want)
			}
		}
		exec(t, d, `INSERT INTO n_doubt VALUES (4, 'CVE-2021-44228')`)
		ask("the advisory leaves 2.17.1 open", "CVE-2021-44228", Counts{Affected: 1, Doubtful: 1, Unknown: 1, Total: 3})
		ask("and so it does here", "log4j-core", Counts{Affected: 1, Doubtful: 1, Unknown: 1, Total: 3})
		exec(t, d, `DELETE FROM n_doubt`)
		exec(t, d, `UPDATE n_package SET version = 'latest', purl = 'pkg:maven/l/log4j-core@' WHERE id = 4`)
		ask("the version is unknown", "CVE-2021-44228", Counts{Affected: 1, Doubtful: 1, Unknown: 1, Total: 3})
		exec(t, d, `DELETE FROM n_ecosystem`)
		ask("no advisories are loaded", "solr", Counts{Doubtful: 2, Unknown: 1, Total: 3})
	})
}

// Whatever others on the instance have: the answer is the same, and tells nothing of it.
func TestOthersDoNotChangeTheAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		answers := func() (all []Counts) {
			for _, q := range []string{"log4j-core", "log4j", "CVE-2021-44228", "pkg:maven/l/log4j-core@<2.15", "apache-2.0"} {
				a, err := s.Where(as("city"), q, 0, 0)
				if err != nil || a.Cut {
					t.Fatalf("%s: %v, cut %v", q, err, a.Cut)
				}
				all = append(all, a.Counts)
			}
			return all
		}
		before := answers()
		exec(t, d, `INSERT INTO n_package VALUES (900, 'pkg:maven/x/log4j@1', 'maven', 'x', 'log4j', 'log4j', '1'), (901, 'pkg:maven/x/apache-2.0@1', 'maven', 'x', 'apache-2.0', 'apache-2.0', '1')`)
		exec(t, d, `
			INSERT INTO n_package
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
			SELECT -i, 'pkg:maven/l/log4j-core@0.' || i, 'maven', 'l', 'log4j-core', 'log4j-core', '0.' || i FROM n`)
		if after := answers(); !slices.Equal(before, after) {
			t.Errorf("the city's answers were\n%+v and became\n%+v", before, after)
		}
		if a, err := s.Where(as("other"), "log4j", 0, 0); err != nil || a.Packages != 0 || a.Counts != (Counts{}) {
			t.Errorf("a stranger learns %+v, %v", a, err)
		}
	})
}

// A component without a package URL may be what was asked for: nobody can tell, and that is
// no all-clear. Its version, where it states one, still rules it out of a range.
func TestAComponentWithoutPackageURLIsNotRuledOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		exec(t, d, `UPDATE n_package SET purl = '', type = '' WHERE id = 2`)
		for query, want := range map[string]Counts{
			"CVE-2021-44228":              {Affected: 1, Contained: 1, Unknown: 1, Total: 3},
			"pkg:maven/l/log4j-core":      {Affected: 1, Contained: 1, Unknown: 1, Total: 3},
			"pkg:maven/l/log4j-core@<2.9": {Unknown: 1, Absent: 2, Total: 3},
		} {
			exec(t, d, `DELETE FROM n_match`)
			want.Doubtful, want.Affected = want.Affected, 0
			if a, err := s.Where(as("city"), query, 0, 0); err != nil || a.Counts != want {
				t.Errorf("%s: %+v, %v; want %+v", query, a.Counts, err, want)
			}
		}
		exec(t, d, `UPDATE n_package SET name = 'l:log4j-core', folded = 'l:log4j-core', namespace = '' WHERE id = 2`)
		for _, query := range []string{"CVE-2021-44228", "pkg:maven/l/log4j-core@<2.15", "l:log4j-core", "l:log4j-core@<2.15"} {
			if a, err := s.Where(as("city"), query, 0, 0); err != nil || a.Counts.Doubtful != 1 {
				t.Errorf("in one field, %s: %+v, %v", query, a.Counts, err)
			}
		}
	})
}

// What is nearly a question is read, or refused in words: it never passes for "not contained".
func TestNearMisses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		s.Licensed = func(context.Context, string) ([]inventory.Place, bool, error) { return nil, false, nil }
		city := door.From(as("city"))
		city.Grants = append(city.Grants, "licence.read")
		ctx := door.With(t.Context(), city)
		for query, packages := range map[string]int{
			"log4j-core@<2.17": 1, "log4j-core@2.14.1": 1, "log4j-core 2.14.1": 1, "log4j-core@>=2.0, <3": 2, "pkg:maven/l/log4j-core@*": 2,
			"SUSE-SU-2021:4118-1": 2, "suse-su-2021:4118-1": 2, "licence:mit": 1,
		} {
			if a, err := s.Where(ctx, query, 0, 0); err != nil || a.Packages != packages || a.Unheard {
				t.Errorf("%s: %d packages, %v; want %d", query, a.Packages, err, packages)
			}
		}
		for query, key := range map[string]string{
			"CVE-2021-44228, CVE-2021-45105": "where.several", "pkg:npm/a pkg:npm/b": "where.several", "licence:nonsense": "where.licence_unknown",
			"pkg:npm/express@^4": "where.range_form", "pkg:npm/express@~4.17": "where.range_form", "pkg:npm/express@4.x": "where.range_form",
			"pkg:npm/express@vers:npm/<4.19": "where.range_form", "log4j-core@^2": "where.range_form",
		} {
			if _, err := s.Where(ctx, query, 0, 0); err == nil || !strings.Contains(err.Error(), key) {
				t.Errorf("%s: %v, want %s", query, err, key)
			}
		}
		for query, unheard := range map[string]bool{"log4j-kern": true, "log4j-kern@<3": true, "pkg:maven/l/log4j-kern": true, "log4j-core@<1": false, "pkg:maven/l/log4j-core@<1": false} {
			if a, err := s.Where(ctx, query, 0, 0); err != nil || a.Unheard != unheard || a.Counts.Absent != 2 {
				t.Errorf("%s: nothing of that name %v, %v; want %v", query, a.Unheard, err, unheard)
			}
		}
		for _, limit := range []int{-1, Most + 1} {
			if _, err := s.Where(ctx, "log4j", limit, 0); fault.Of(err) != fault.Invalid {
				t.Errorf("a limit of %d: %v, want a sentence", limit, err)
			}
		}
		page := webtest.New(t, []fs.FS{files}, files, s.pages(), s.ops()).As(city)
		for path, want := range map[string]string{
			"/where?q=log4j-kern": "Unter diesem Namen ist nichts bekannt", "/api/v1/where?q=log4j-kern": `"nothingOfThatName":true`,
			"/where?q=PSF-2026-9": "Diese Meldung wurde zurückgezogen", "/api/v1/where?q=psf-2026-9": `"withdrawn":"2026-02-10T`,
		} {
			if _, body := page.Get(path); !strings.Contains(body, want) || strings.Contains(body, "kommt es nicht vor") {
				t.Errorf("%s: no %q, or the all-clear, in\n%s", path, want, body)
			}
		}
	})
}

// A bill of materials that lists nothing rules nothing out.
func TestAnEmptyDocumentIsNoAllClear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		exec(t, d, `INSERT INTO n_document VALUES (20, 'r2', true, 0)`)
		a, err := s.Where(as("city"), "log4j-core", 0, 0)
		if err != nil || a.Counts.Unknown != 1 || a.Counts.Absent != 0 || len(a.Unknown) != 1 || a.Unknown[0].ReleaseID != "r2" {
			t.Errorf("%+v, %v; want r2 unknown", a, err)
		}
	})
}
