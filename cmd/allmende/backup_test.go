// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"allmende/internal/app"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// A backup is made while documents keep coming in: what had been accepted before it
// began is in it, and what it holds is whole, down to the raw documents.
func TestABackupWhileUploadsRun(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir()}}
		token := strings.TrimSpace(s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci"))
		p := boot(t, where, s.env["ALLMENDE_BLOBS"], token)
		taken, stop := p.uploads(3)
		until(t, time.Minute, "some documents are in", func() bool { return taken.Load() >= 20 })
		before := taken.Load()
		to := filepath.Join(t.TempDir(), "backup")
		s.must("backup", "--db", where, "--to", to)
		during := taken.Load()
		until(t, time.Minute, "more documents come in", func() bool { return taken.Load() > during })
		stop()
		p.stop()

		copied := filepath.Join(to, "allmende.db")
		r := look(t, copied, string(app.BlobsOf(copied)))
		r.whole()
		n := int64(r.count(`SELECT count(*) FROM sbom_document`))
		if n < before || n > taken.Load() || during == before {
			t.Errorf("the backup has %d documents; %d were accepted before it, %d when it was done", n, before, during)
		}
		r.want(int(n), "releases", `SELECT count(*) FROM estate_release`)
		delete(s.env, "ALLMENDE_BLOBS")
		if out := s.must("where", "baustein-7", "--db", copied); !strings.Contains(out, "Fachverfahren") {
			t.Errorf("the backup answers\n%s", out)
		}
		q := boot(t, copied, string(app.BlobsOf(copied)), token)
		if status, text, err := q.do("POST", "/api/v1/sbom/documents", "application/json", bytes.NewReader(invent(9999, 5))); err != nil || status != 201 {
			t.Errorf("a server on the backup takes nothing in: %d %s %v", status, text, err)
		}
		q.stop()
	})
}

// uploads sends one document after the other from n clients, until it is told to stop;
// taken counts the accepted.
func (p *process) uploads(n int64) (taken *atomic.Int64, stop func()) {
	var clients sync.WaitGroup
	var ended atomic.Bool
	taken = &atomic.Int64{}
	next := &atomic.Int64{}
	for range n {
		clients.Go(func() {
			for !ended.Load() {
				status, text, err := p.do("POST", "/api/v1/sbom/documents", "application/json", bytes.NewReader(invent(int(next.Add(1)), 25)))
				if err != nil || status != 201 {
					p.t.Errorf("an upload was answered %d %s %v", status, text, err)
					return
				}
				taken.Add(1)
			}
		})
	}
	stop = func() { ended.Store(true); clients.Wait() }
	p.t.Cleanup(stop)
	return taken, stop
}

// The key that signs the log stays out of a backup, which says so. A restored instance makes
// no key of its own in silence: the old one is put back, or replaced in front of everybody.
func TestTheKeyOfTheLogIsNotInABackup(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		dir := t.TempDir()
		key := filepath.Join(dir, "audit-key")
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir(), "ALLMENDE_AUDIT_KEY": key, "ALLMENDE_LANG": "en"}}
		s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci")
		public := write(t, "old.pub", s.must("audit", "key", "--db", where))
		s.must("audit", "checkpoint", "--db", where)
		from, to := filepath.Join(dir, "backup"), filepath.Join(dir, "new.db")
		if code, _, said := s.run("backup", "--db", where, "--to", from); code != 0 || !strings.Contains(said, key+", is not in the backup") {
			t.Errorf("the backup says nothing of the key: %d %s", code, said)
		}
		for _, set := range []string{"ALLMENDE_BLOBS", "ALLMENDE_AUDIT_KEY"} {
			delete(s.env, set)
		}
		place := app.AuditKeyOf(to, "")
		if code, _, said := s.run("restore", from, "--db", to); code != 0 || !strings.Contains(said, place) {
			t.Errorf("the restore says nothing of the key: %d %s", code, said)
		}
		if code, _, said := s.run("audit", "checkpoint", "--db", to); code != refused || !strings.Contains(said, place+" is missing") || !strings.Contains(said, "--new") {
			t.Errorf("without the key: %d %s", code, said)
		}
		state(t, examine(t, s, refused, "--db", to), map[string]string{"keys": "fail"})
		if _, err := os.Stat(place); err == nil {
			t.Fatal("a key was made in silence")
		}
		text, err := os.ReadFile(key)
		if err != nil || os.WriteFile(place, text, 0o600) != nil {
			t.Fatal(err)
		}
		s.must("audit", "checkpoint", "--db", to)
		s.must("audit", "verify", "--db", to, "--key", public)
		if err := os.Remove(place); err != nil {
			t.Fatal(err)
		}
		both := write(t, "both.pub", read(t, public)+s.must("audit", "key", "--new", "--db", to))
		s.must("audit", "verify", "--db", to, "--key", both)
		if d := dbtest.Open(t, to); !slices.Contains(acts(t, d), "audit.key.replace") {
			t.Error("the log does not say that the key was replaced without the old one")
		}
	})
}

func acts(t *testing.T, d *db.DB) []string {
	t.Helper()
	all, err := db.Texts(t.Context(), d.Read(), `SELECT what FROM log_entry`)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
