// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/fault"
	"allmende/internal/office/estate"
	"allmende/internal/office/governance"
	"allmende/internal/office/policy"
	"allmende/internal/office/sbom"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/web/webtest"
)

// A stage is a city with a department below it, and a foreign city. Lena manages licences in
// the city, Max is her second person, Dora asks for the department, Eve is a stranger.
type stage struct {
	testing.TB
	db     *db.DB
	estate *estate.Service
	sbom   *sbom.Service
	desk   *approval.Desk
	site   *webtest.Site
	now    time.Time
	*policy.Service
}

// The mix as the room of licences publishes it, filled as documents arrive.
var mix = fstest.MapFS{"migrations/0001.sql": {Data: []byte(`
-- common: for this test
CREATE TABLE licence_mix (
  document BIGINT NOT NULL, declared BIGINT NOT NULL, concluded BIGINT NOT NULL, packages BIGINT NOT NULL
);
CREATE VIEW licence_mix_view AS SELECT document, declared, concluded, packages FROM licence_mix;
CREATE TABLE licence_concluded (
  org TEXT NOT NULL, package BIGINT NOT NULL, expression TEXT NOT NULL
);
CREATE VIEW licence_conclusion_view AS SELECT org, package, expression FROM licence_concluded;
`)}}

func each(t *testing.T, f func(*stage)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newStage(t, d)) })
}

func newStage(t testing.TB, d *db.DB) *stage {
	s := &stage{TB: t, db: d, desk: approval.New(d), Service: policy.New(d), now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return s.now }
	queue, blobs := job.New(d), blob.Folder(filepath.Join(t.TempDir(), "blobs"))
	gov := governance.New(d)
	s.estate, s.sbom = estate.New(d, queue, blobs), sbom.New(d, blobs, queue)
	s.sbom.Ensure = s.estate.Ensure
	s.sbom.Arrived = append(s.sbom.Arrived, s.count)
	s.Shelf = s.sbom
	t.Cleanup(s.sbom.Wait)
	s.Use(s.desk)
	for _, m := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"job", job.Files}, {"approval", approval.Files}, {"estate", s.estate.Room().Files}, {"sbom", s.sbom.Room().Files}, {"licence", mix}, {"policy", s.Room().Files}} {
		s.ok(d.Migrate(t.Context(), m.name, m.files))
	}
	for _, o := range []governance.Org{{ID: "city", Name: "Musterstadt"}, {ID: "dept", Parent: "city", Name: "Bauamt"}, {ID: "foreign", Name: "Fremdstadt"}} {
		o.Kind = "city"
		_, err := gov.AddOrg(t.Context(), db.System("governance.org.add", string(o.ID)), o)
		s.ok(err)
	}
	for _, p := range [][2]string{{"lena", "city"}, {"max", "city"}, {"dora", "dept"}, {"eve", "foreign"}} {
		_, err := gov.AddPerson(t.Context(), db.System("governance.person.add", p[0]), governance.Person{ID: ospo.PersonID(p[0]), Org: ospo.OrgID(p[1]), Name: strings.ToUpper(p[0][:1]) + p[0][1:], Login: p[0] + "@x.example", Level: "none"})
		s.ok(err)
	}
	room := s.Room()
	s.site = webtest.New(t, []fs.FS{room.Files, approval.Files}, room.Files, room.Pages, room.Ops)
	return s
}

// count does what the room of licences does when a document arrives.
func (s *stage) count(ctx context.Context, tx *db.Tx, a bom.Arrival) error {
	v, err := s.sbom.Inventory(ctx, tx, a.Document)
	if err != nil {
		return err
	}
	if len(v.Packages) == 0 {
		return errors.New("the inventory is not there yet")
	}
	n := map[[2]int64]int{}
	for i := range v.Packages {
		n[[2]int64{v.Declared[i], v.Concluded[i]}]++
	}
	for k, packages := range n {
		if _, err := tx.ExecContext(ctx, `INSERT INTO licence_mix (document, declared, concluded, packages) VALUES ($1, $2, $3, $4)`, a.Document, k[0], k[1], packages); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *stage) as(person, org string, grants ...string) context.Context {
	if len(grants) == 0 {
		grants = []string{"*"}
	}
	return door.With(s.Context(), door.Viewer{Org: ospo.OrgID(org), OrgName: org, Person: ospo.PersonID(person), Name: person, Grants: grants, Lang: "de", Door: "web"})
}

func (s *stage) lena() context.Context { return s.as("lena", "city") }
func (s *stage) max() context.Context  { return s.as("max", "city") }

// agree lets the second person approve what waits.
func (s *stage) agree(o policy.Outcome) {
	s.Helper()
	if o.Proposal == "" {
		s.Fatal("nothing waits for a second person")
	}
	s.ok(s.desk.Approve(s.max(), o.Proposal, ""))
}

// done takes it that one person was enough.
func (s *stage) done(o policy.Outcome, err error) {
	s.Helper()
	if s.ok(err); o.Proposal != "" || o.ID == "" {
		s.Fatalf("it waits for a second person: %+v", o)
	}
}

// take uploads a document of an organisation: packages with their licences.
func (s *stage) take(org, software string, packages ...[2]string) ospo.ReleaseID {
	s.Helper()
	var parts []map[string]any
	for _, p := range packages {
		name, version, _ := strings.Cut(p[0], "@")
		c := map[string]any{"type": "library", "name": name, "version": version, "purl": "pkg:npm/" + p[0], "bom-ref": p[0]}
		if p[1] != "" {
			c["licenses"] = []any{map[string]any{"expression": p[1]}}
			if !strings.ContainsAny(p[1], "(-") && p[1] != "MIT" {
				c["licenses"] = []any{map[string]any{"license": map[string]any{"name": p[1]}}}
			}
		}
		parts = append(parts, c)
	}
	data, err := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts,
		"metadata": map[string]any{"component": map[string]any{"type": "application", "name": software, "version": "1.0", "bom-ref": "root"}}})
	s.ok(err)
	r, err := s.sbom.Take(s.as("lena", org), sbom.Upload{File: software + ".json", Data: data, Software: software, Version: "1.0"})
	s.ok(err)
	return r.Release
}

func (s *stage) verdict(ctx context.Context, release ospo.ReleaseID) string {
	s.Helper()
	v, err := s.Verdict(ctx, release)
	s.ok(err)
	return string(v.Verdict)
}

// told writes what a tally says: allow, review, unknown, deny.
func told(t policy.Tally) string { return fmt.Sprint(t.Allow, t.Review, t.Unknown, t.Deny) }

// row finds a release in the portfolio.
func (s *stage) row(ctx context.Context, release ospo.ReleaseID) policy.Row {
	s.Helper()
	all, _, _, err := s.Releases(ctx, policy.Filter{})
	s.ok(err)
	for _, r := range all {
		if r.Release == release {
			return r
		}
	}
	s.Fatalf("%s is not in the list", release)
	return policy.Row{}
}

func key(err error) string {
	if err == nil {
		return ""
	}
	var out []string
	for _, e := range fault.Say(err) {
		out = append(out, strings.TrimSpace(e.Field+" "+e.Key))
	}
	return strings.Join(out, ", ")
}
