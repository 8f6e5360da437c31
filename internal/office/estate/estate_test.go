// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/estate"
	"allmende/internal/office/governance"
	"allmende/internal/office/sbom"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web/webtest"
)

// A stage is a register with people around it: an IT provider with two municipalities,
// one of which has a building department, and a city that has nothing to do with them.
type stage struct {
	*testing.T
	db     *db.DB
	estate *estate.Service
	queue  *job.Queue
	blobs  blob.Folder
	gov    *governance.Service
	site   *webtest.Site
	told   []ospo.ReleaseID // of changed visibility
}

// The organisations of the stage.
const (
	provider ospo.OrgID = "kommunal-it"
	musterau ospo.OrgID = "musterau"
	bauamt   ospo.OrgID = "bauamt"
	beispiel ospo.OrgID = "beispielbach"
	foreign  ospo.OrgID = "fremdstadt"
)

// each tells a story on both databases, and looks afterwards whether who sees what is still
// what follows from the register.
func each(t *testing.T, f func(*stage)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStage(t, d)
		f(s)
		s.seesRightly()
	})
}

func newStage(t *testing.T, d *db.DB) *stage {
	s := &stage{T: t, db: d, queue: job.New(d), blobs: blob.Folder(filepath.Join(t.TempDir(), "blobs"))}
	s.estate = estate.New(d, s.queue, s.blobs)
	s.estate.VisibilityChanged = append(s.estate.VisibilityChanged, func(_ context.Context, _ *db.Tx, r []ospo.ReleaseID) error {
		s.told = append(s.told, r...)
		return nil
	})
	gov := governance.New(d)
	gov.TreeChanged = append(gov.TreeChanged, s.estate.TreeChanged)
	s.gov = gov
	s.ok(d.Migrate(t.Context(), "governance", gov.Room().Files))
	s.ok(d.Migrate(t.Context(), "job", job.Files))
	s.ok(d.Migrate(t.Context(), "estate", s.estate.Room().Files))
	s.ok(d.Migrate(t.Context(), "sbom", sbom.New(d, s.blobs, s.queue).Room().Files))
	room := s.estate.Room()
	s.site = webtest.New(t, []fs.FS{room.Files, sheet.Files, job.Files}, room.Files, room.Pages, room.Ops)
	for _, o := range []governance.Org{
		{ID: provider, Name: "Kommunal-IT"}, {ID: musterau, Parent: provider, Name: "Gemeinde Musterau"}, {ID: beispiel, Parent: provider, Name: "Gemeinde Beispielbach"},
		{ID: bauamt, Parent: musterau, Name: "Bauamt"}, {ID: foreign, Name: "Fremdstadt"},
	} {
		o.Kind = "city"
		_, err := gov.AddOrg(t.Context(), db.System("governance.org.add", string(o.ID)), o)
		s.ok(err)
	}
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
	return door.Viewer{Org: org, OrgName: string(org), Person: "p-" + ospo.PersonID(org), Name: "Person", Grants: []string{"*"}, Lang: "de", Door: "web"}
}

func (s *stage) as(org ospo.OrgID) context.Context { return door.With(s.Context(), viewer(org)) }

// ensure is what the upload of a bill of materials does.
func (s *stage) ensure(org ospo.OrgID, name, version, purl string) (id ospo.ReleaseID, created bool) {
	s.Helper()
	s.ok(s.db.Write(s.Context(), viewer(org).Act("sbom.upload", ""), func(tx *db.Tx) (err error) {
		id, created, err = s.estate.Ensure(s.Context(), tx, name, version, purl)
		return err
	}))
	return id, created
}

// visible reads the published view as other rooms do.
func (s *stage) visible(org ospo.OrgID) []string {
	s.Helper()
	ids, err := db.Texts(s.Context(), s.db.Read(), `SELECT release FROM estate_visible_view WHERE root = $1 ORDER BY release`, org)
	s.ok(err)
	return ids
}

func TestEnsureRegistersOnce(t *testing.T) {
	each(t, func(s *stage) {
		id, created := s.ensure(musterau, "Zammad", "6.3.1", "pkg:github/zammad/zammad@6.3.1")
		if !created || !slices.Equal(s.told, []ospo.ReleaseID{id}) {
			s.Errorf("created %v, told %v, want a new release and the others told of it", created, s.told)
		}
		for _, again := range [][3]string{
			{"Zammad", "6.3.1", ""}, {" zammad ", "6.3.1", ""}, {"", "", "pkg:github/zammad/zammad@6.3.1"}, {"Ticketsystem", "6.3.1", "pkg:github/zammad/zammad@6.3.1"},
		} {
			if got, created := s.ensure(musterau, again[0], again[1], again[2]); got != id || created {
				s.Errorf("%q is %s (new: %v), want the release that was there", again, got, created)
			}
		}
		newer, created := s.ensure(provider, "Zammad", "6.5.2", "")
		if !created || newer == id {
			s.Error("another version is not a new release")
		}
		r, err := s.estate.Release(s.as(musterau), newer)
		if err != nil || r.Title() != "Zammad 6.5.2" || r.Org != musterau {
			s.Errorf("got %+v, %v: what the tree knows already stays with whom it belongs to", r, err)
		}
		if other, created := s.ensure(foreign, "Zammad", "6.3.1", ""); !created || other == id {
			s.Error("a foreign organisation was given somebody else's release")
		}
		if _, err := s.estate.Release(s.as(foreign), id); fault.Of(err) != fault.NotFound {
			s.Errorf("a foreign organisation reads the release: %v", err)
		}
		if got := s.visible(bauamt); len(got) != 0 {
			s.Errorf("a department sees %v of the municipality above it", got)
		}
		if got := s.visible(provider); len(got) != 2 {
			s.Errorf("the provider sees %v, want both releases of its municipality", got)
		}
	})
}

func TestEnsureNeedsAName(t *testing.T) {
	each(t, func(s *stage) {
		err := s.db.Write(s.Context(), viewer(musterau).Act("sbom.upload", ""), func(tx *db.Tx) error {
			_, _, err := s.estate.Ensure(s.Context(), tx, " ", "1", "not a purl")
			return err
		})
		if fault.Of(err) != fault.Invalid {
			s.Errorf("got %v, want a sentence about the missing name", err)
		}
	})
}
