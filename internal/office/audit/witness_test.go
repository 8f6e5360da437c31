// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allmende/internal/office/audit"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/merkle"
)

// county is a second instance, which is a witness for whoever has its token.
func county(t *testing.T, d *db.DB) (stage, *httptest.Server) {
	t.Helper()
	s := set(t, d)
	caller := s.site.As(door.Viewer{Org: "musterstadt", Person: "token:1", Grants: []string{"audit.witness"}, Lang: "en"})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		status, body := caller.Do(r)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return s, server
}

func (s stage) state(t *testing.T) audit.State {
	t.Helper()
	st, err := s.State(operator(t))
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// A checkpoint goes into a folder, by mail, and to another instance; each has what is
// there, and who fails is named while the others get theirs.
func TestCheckpointsGoToWitnesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, key, _ := filled(t, d, 20)
		other, server := county(t, second(t, d))
		folder := t.TempDir()
		var mailed string
		s.Mail = func(_ context.Context, to, origin string, size int64, note string) error {
			mailed = fmt.Sprint(to, " ", origin, " ", size, " ", note)
			return nil
		}
		s.Witnesses, s.WitnessToken = []string{"file:" + folder, "mailto:rpa@musterstadt.de", server.URL, "file:/nowhere/at/all", "http://127.0.0.1:1"}, "secret"
		for range 2 {
			s.did(t, "bauamt", "estate.add", "more")
			if _, err := s.Announce(operator(t)); err != nil {
				t.Fatal(err)
			}
		}
		st := s.state(t)
		for _, w := range st.Witnesses {
			bad := strings.Contains(w.Witness, "nowhere") || strings.HasSuffix(w.Witness, ":1")
			if (w.Fault != "") != bad || (w.Size != st.Signed) != bad {
				t.Errorf("witness %+v, the last checkpoint counts %d", w, st.Signed)
			}
		}
		files, err := filepath.Glob(folder + "/*.checkpoint")
		if err != nil || len(files) != 2 || !strings.Contains(mailed, "rpa@musterstadt.de") || !strings.Contains(mailed, st.Checkpoint) {
			t.Errorf("%d files, %v, mail %q", len(files), err, mailed)
		}
		trust, err := audit.ReadTrust(key, []string{folder})
		if err != nil || len(trust.Checkpoints) != 2 {
			t.Fatalf("%+v, %v", trust, err)
		}
		if r := s.verify(t, trust); !r.Good() {
			t.Errorf("against the folder: %+v", r.Flaws)
		}
		seen := other.state(t).Witnessed
		if len(seen) != 1 || seen[0].Size != st.Signed || seen[0].Key != key || len(other.state(t).Alarms) != 0 {
			t.Errorf("the county has %+v", seen)
		}
	})
}

// Whoever writes the log anew is found out by the witness, who says so and keeps both
// checkpoints; what was witnessed stays.
func TestAWitnessComplainsOfAForkedLog(t *testing.T) {
	for kind, change := range map[string]string{"fork": `UPDATE log_entry SET what = 'estate.add' WHERE n = 12`, "short": `DELETE FROM log_entry WHERE n > 20`} {
		t.Run(kind, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s, _, _ := filled(t, d, 20)
				other, server := county(t, second(t, d))
				s.Witnesses, s.WitnessToken = []string{server.URL}, "secret"
				if _, err := s.Announce(operator(t)); err != nil {
					t.Fatal(err)
				}
				had := other.state(t).Witnessed[0]
				s.rewriteWithKey(t, change)
				if _, err := s.Announce(operator(t)); err != nil {
					t.Fatal(err)
				}
				st := other.state(t)
				if len(st.Alarms) != 1 || st.Alarms[0].Kind != kind || st.Alarms[0].Had == st.Alarms[0].Got || st.Witnessed[0] != had {
					t.Errorf("the county says %+v", st)
				}
				if w := s.state(t).Witnesses[0]; !strings.Contains(w.Fault, "409") || w.Size != had.Size {
					t.Errorf("the forger reads %+v", w)
				}
				_, page := other.as("musterstadt").Get("/audit/proof")
				if !strings.Contains(page, `role="alert"`) {
					t.Error("the county's page says nothing")
				}
			})
		})
	}
}

func TestAWitnessRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, key, kept := filled(t, d, 5)
		other, server := county(t, second(t, d))
		as := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "p", Grants: []string{"*"}})
		for name, st := range map[string]audit.Statement{
			"nothing": {}, "no key": {Checkpoint: kept.Text}, "another's key": {Key: strange(t), Checkpoint: kept.Text}, "another text": {Key: key, Checkpoint: strings.Replace(kept.Text, "\n1", "\n2", 1) + " "},
		} {
			if _, err := other.Testify(as, st); err == nil {
				t.Errorf("%s was witnessed", name)
			}
		}
		if _, err := s.Testify(as, audit.Statement{Key: key, Checkpoint: kept.Text}); err == nil {
			t.Error("an instance is its own witness")
		}
		if _, err := other.Testify(as, audit.Statement{Key: key, Checkpoint: kept.Text}); err != nil {
			t.Error(err)
		}
		if _, err := other.Testify(as, audit.Statement{Key: key, Checkpoint: kept.Text}); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		secret, strange, _ := merkle.NewKey(s.state(t).Origin)
		c, err := merkle.Peek(kept.Text)
		if err != nil {
			t.Fatal(err)
		}
		text, err := merkle.Sign(c, secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Testify(as, audit.Statement{Key: strange, Checkpoint: text}); err == nil || other.state(t).Alarms[0].Kind != "key" {
			t.Errorf("another key: %v", err)
		}
		if st, err := other.State(door.With(t.Context(), door.Viewer{Org: "anderstadt"})); err != nil || len(st.Witnessed)+len(st.Alarms) != 0 {
			t.Errorf("another organisation sees %+v, %v", st, err)
		}
		s.Witnesses, s.WitnessToken = []string{server.URL}, "wrong"
		if _, err := s.Announce(operator(t)); err != nil || !strings.Contains(s.state(t).Witnesses[0].Fault, "401") {
			t.Errorf("without its token: %v, %+v", err, s.state(t).Witnesses)
		}
	})
}

// rewriteWithKey writes the log anew and leaves the key, so that the instance signs it.
func (s stage) rewriteWithKey(t *testing.T, change string) {
	t.Helper()
	keys := s.state(t).Keys
	s.rewrite(t, change)
	s.touch(t, `UPDATE audit_key SET public = '`+keys[0]+`'`, `DELETE FROM audit_checkpoint`)
}

// second is another database of the same kind.
func second(t *testing.T, d *db.DB) *db.DB {
	t.Helper()
	if d.Lite() {
		return dbtest.Open(t, filepath.Join(t.TempDir(), "second.db"))
	}
	return dbtest.Open(t, dbtest.Schema(t, os.Getenv("ALLMENDE_TEST_PG")))
}

func TestPagesOfTheProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := filled(t, d, 20)
		all, err := s.Entries(operator(t), audit.Filter{Thing: "thing7"}, 1)
		if err != nil || len(all) != 1 {
			t.Fatal(err)
		}
		mine := s.as("bauamt")
		path := "/audit/entry/" + all[0].ID
		if status, body := mine.Get(path); status != 200 || !strings.Contains(body, "licence_manager") || !strings.Contains(body, "n7") || !strings.Contains(body, "m7") || !strings.Contains(body, "durch einen Prüfpunkt belegt") {
			t.Errorf("the entry: %d %.2000s", status, body)
		}
		if status, body := mine.Post(path+"/proof", nil); status != 200 || !strings.Contains(body, `"allmende": "proof"`) {
			t.Errorf("the proof: %d", status)
		}
		if status, body := mine.Post("/audit/bundle", nil); status != 200 || !strings.Contains(body, `"allmende":"log"`) {
			t.Errorf("the bundle: %d", status)
		}
		if status, body := mine.Get("/audit/proof"); status != 200 || !strings.Contains(body, "noch nicht geprüft") || strings.Contains(body, "Prüfpunkt unterschreiben</span>") {
			t.Errorf("the proof's page: %d", status)
		}
		if status, body := mine.Get("/api/v1/audit/entries/" + all[0].ID + "/proof"); status != 200 || !strings.Contains(body, `"allmende":"proof"`) {
			t.Errorf("the proof at the API: %d %s", status, body)
		}
		for _, path := range []string{"/audit/checkpoint", "/audit/verify"} {
			if status, _ := mine.Post(path, nil); status != 403 {
				t.Errorf("%s without the permission: %d", path, status)
			}
		}
		eve := s.as("standesamt")
		for _, p := range []string{path, "/api/v1" + strings.Replace(path, "entry", "entries", 1), "/api/v1" + strings.Replace(path, "entry", "entries", 1) + "/proof"} {
			if status, _ := eve.Get(p); status != 404 {
				t.Errorf("a stranger asks for %s: %d", p, status)
			}
		}
		if status, _ := eve.Post(path+"/proof", nil); status != 404 {
			t.Errorf("a stranger asks for the proof: %d", status)
		}
		s.touch(t, `UPDATE log_entry SET what = 'estate.add' WHERE n = 12`)
		if _, err := s.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, body := s.as("musterstadt").Get("/audit/proof"); !strings.Contains(body, "Eintrag 12 (") {
			t.Error("the page does not name the entry that was changed")
		}
		if _, body := mine.Get("/audit/proof"); strings.Contains(body, "Eintrag 12 (") || !strings.Contains(body, "Mangel") {
			t.Error("a department reads about others' entries, or nothing")
		}
	})
}
