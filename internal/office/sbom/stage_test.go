// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"allmende/internal/engine/inventory"
	"allmende/internal/office/estate"
	"allmende/internal/office/governance"
	"allmende/internal/office/sbom"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/web/webtest"
)

// A stage is a provider with a municipality below it, and a city that has nothing to do
// with them; the rooms sbom, estate and governance, and the doors of sbom.
type stage struct {
	testing.TB
	db     *db.DB
	blobs  blob.Folder
	queue  *job.Queue
	estate *estate.Service
	sbom   *sbom.Service
	site   *webtest.Site
}

// The organisations of the stage.
const (
	provider ospo.OrgID = "kommunal-it"
	musterau ospo.OrgID = "musterau"
	foreign  ospo.OrgID = "fremdstadt"
)

func each(t *testing.T, f func(*stage)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newStage(t, d)) })
}

func newStage(t testing.TB, d *db.DB) *stage {
	s := &stage{TB: t, db: d, blobs: blob.Folder(filepath.Join(t.TempDir(), "blobs")), queue: job.New(d)}
	gov := governance.New(d)
	s.estate = estate.New(d, s.queue, s.blobs)
	s.sbom = sbom.New(d, s.blobs, s.queue)
	s.sbom.Ensure = s.estate.Ensure
	s.ok(d.Migrate(t.Context(), "governance", gov.Room().Files))
	s.ok(d.Migrate(t.Context(), "job", job.Files))
	s.ok(d.Migrate(t.Context(), "estate", s.estate.Room().Files))
	s.ok(d.Migrate(t.Context(), "sbom", s.sbom.Room().Files))
	for _, o := range []governance.Org{{ID: provider, Name: "Kommunal-IT"}, {ID: musterau, Parent: provider, Name: "Gemeinde Musterau"}, {ID: foreign, Name: "Fremdstadt"}} {
		o.Kind = "city"
		_, err := gov.AddOrg(t.Context(), db.System("governance.org.add", string(o.ID)), o)
		s.ok(err)
	}
	room := s.sbom.Room()
	s.site = webtest.New(t, []fs.FS{room.Files, job.Files}, room.Files, room.Pages, room.Ops)
	return s
}

func (s *stage) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// viewer is somebody of an organisation who may do everything there.
func viewer(org ospo.OrgID) door.Viewer {
	return door.Viewer{Org: org, OrgName: string(org), Person: "p-" + ospo.PersonID(org), Name: "Person", Grants: []string{"*"}, Lang: "de", Door: "api"}
}

func (s *stage) as(org ospo.OrgID) context.Context { return door.With(s.Context(), viewer(org)) }

// take uploads a document as somebody of org and expects it to be taken in.
func (s *stage) take(org ospo.OrgID, in sbom.Upload) sbom.Receipt {
	s.Helper()
	r, err := s.sbom.Take(s.as(org), in)
	s.ok(err)
	return r
}

// count asks the database for one number.
func (s *stage) count(query string, args ...any) int {
	s.Helper()
	n, err := db.Count(s.Context(), s.db.Read(), query, args...)
	s.ok(err)
	return n
}

// listed returns what the documents that have an inventory list.
func (s *stage) listed() map[ospo.DocumentID]inventory.Inventory {
	s.Helper()
	ids, err := db.All(s.Context(), s.db.Read(), func(id *ospo.DocumentID) []any { return []any{id} }, `SELECT document FROM sbom_inventory`)
	s.ok(err)
	all, err := s.sbom.Inventories(s.Context(), s.db.Read(), ids)
	s.ok(err)
	return all
}

// items counts the packages that present documents list, and checks that whoever looks for
// the holders of each finds just these documents, before and after they are shelved.
func (s *stage) items() (n int) {
	s.Helper()
	for range 2 {
		n = 0
		var packages []ospo.PackageID
		want := map[inventory.Place]bool{}
		for id, v := range s.listed() {
			if s.count(`SELECT count(*) FROM sbom_document WHERE current AND id = $1`, id) == 0 {
				continue
			}
			n += v.Len()
			for _, p := range v.IDs() {
				want[inventory.Place{Package: p, Document: id}] = true
				packages = append(packages, p)
			}
		}
		found, err := s.sbom.Holders(s.Context(), s.db.Read(), packages)
		s.ok(err)
		for _, p := range found {
			if !want[p] && s.count(`SELECT count(*) FROM sbom_document WHERE current AND id = $1`, p.Document) > 0 {
				s.Errorf("document %d is said to hold %d, which it does not list", p.Document, p.Package)
			}
			delete(want, p)
		}
		if len(want) > 0 {
			s.Errorf("%d places are listed and not found, for example %v", len(want), want)
		}
		s.ok(s.sbom.Shelve(s.Context()))
	}
	if left := s.count(`SELECT count(*) FROM sbom_inbox`); left != 0 {
		s.Errorf("%d documents are left in the inbox", left)
	}
	return n
}

// post uploads a body through the API.
func (s *stage) post(org ospo.OrgID, path, kind string, body []byte) (int, sbom.Answer, string) {
	s.Helper()
	r := httptest.NewRequest("POST", "/api/v1"+path, bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	status, text := s.site.As(viewer(org)).Do(r)
	var a sbom.Answer
	if status == 201 {
		s.ok(json.Unmarshal([]byte(text), &a))
	}
	return status, a, text
}

// uses notes that org runs a release.
func (s *stage) uses(org ospo.OrgID, release ospo.ReleaseID) {
	s.Helper()
	s.ok(s.db.Write(s.Context(), viewer(org).Act("estate.use.add", string(release)), func(tx *db.Tx) error {
		_, err := tx.ExecContext(s.Context(), `
			INSERT INTO estate_use (id, org, release, role, purpose, since, ended, criticality, contract, supplier, external, created, changed)
			VALUES ($1, $2, $3, 'user', '', '', '', 'normal', '', '', '', $4, $5)`, db.NewID(), org, release, tx.Now, tx.Now)
		return errors.Join(err, s.estate.TreeChanged(s.Context(), tx))
	}))
}
