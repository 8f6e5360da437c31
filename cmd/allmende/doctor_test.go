// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allmende/internal/app"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/mail/mailtest"
)

// look at an instance; the findings by check.
func examine(t *testing.T, s shell, want int, args ...string) map[string]app.Finding {
	t.Helper()
	code, out, errs := s.run(append([]string{"doctor", "--json"}, args...)...)
	var all []app.Finding
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatalf("%v: %d %s %s", err, code, out, errs)
	}
	if code != want {
		t.Errorf("doctor %v ends with %d, want %d: %s", args, code, want, out)
	}
	found := map[string]app.Finding{}
	for _, f := range all {
		found[f.Check] = f
		if (f.State == "fail" || f.State == "warn") && f.Remedy == "" {
			t.Errorf("%s: %s without a remedy", f.Check, f.Say)
		}
		if strings.Contains(f.Say+f.Remedy, "[app.") || strings.Contains(f.Say+f.Remedy, "%!") {
			t.Errorf("%s: a text is missing or does not fit: %s / %s", f.Check, f.Say, f.Remedy)
		}
	}
	return found
}

func state(t *testing.T, found map[string]app.Finding, wants map[string]string) {
	t.Helper()
	for check, want := range wants {
		if got := found[check]; got.State != want {
			t.Errorf("%s is %q (%s), want %s", check, got.State, got.Say, want)
		}
	}
}

func TestTheDoctorFindsWhatIsWrong(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		blobs, backups := t.TempDir(), t.TempDir()
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": blobs, "ALLMENDE_DB": where}}
		s.must("migrate")
		lite := !strings.HasPrefix(where, "postgres")
		healthy := map[string]string{"settings": "ok", "database": "ok", "tables": "ok", "clock": "ok", "log": "ok", "documents": "ok", "mirrors": "unknown", "mail": "unknown", "certificate": "unknown"}
		found := examine(t, s, 0)
		state(t, found, healthy)
		state(t, found, map[string]string{"integrity": map[bool]string{true: "ok", false: "unknown"}[lite], "backups": "unknown"})

		sum, err := blob.Folder(blobs).Put([]byte("ein Dokument"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(blobs, sum[:2], sum[2:]+".zst")
		if err := os.WriteFile(path, []byte("etwas anderes"), 0o600); err != nil {
			t.Fatal(err)
		}
		key := filepath.Join(t.TempDir(), "audit-key")
		if err := os.WriteFile(key, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		found = examine(t, s, refused, "--backups", backups, "--listen", ":8080", "--audit-key", key, "--mail-host", "127.0.0.1", "--mail-port", "1", "--mail-tls", "none", "--mail-from", "a@b.example", "--url", "http://localhost",
			"--tls-cert", filepath.Join(backups, "none.pem"), "--tls-key", filepath.Join(backups, "none.pem"), "--mirrors", "127.0.0.1:1")
		state(t, found, map[string]string{"documents": "fail", "backups": "fail", "mail": "fail", "keys": "unknown", "certificate": "fail", "mirrors": "warn"})
		state(t, examine(t, s, refused, "--audit-key", key), map[string]string{"keys": "fail", "documents": "fail"})
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}

		box := &mailtest.Office{}
		port := box.Open(t, nil)
		state(t, examine(t, s, 0, "--mail-host", "127.0.0.1", "--mail-port", itoa(port), "--mail-tls", "none", "--mail-from", "a@b.example", "--url", "http://localhost"), map[string]string{"mail": "ok"})
		state(t, examine(t, s, 0, "--listen", ":8080"), map[string]string{"settings": "warn"})
		state(t, examine(t, s, refused, "--mail-host", "x"), map[string]string{"settings": "fail"})

		found = examine(t, s, refused, "--operator", "nobody")
		state(t, found, map[string]string{"operator": "fail"})
		if !strings.Contains(found["operator"].Say, "nobody") {
			t.Errorf("the operator: %s", found["operator"].Say)
		}
		s.must("org", "create", "Betrieb", "--id", "betrieb")
		state(t, examine(t, s, 0, "--operator", "betrieb"), map[string]string{"operator": "ok"})

		s.must("backup", "--to", backups, "--keep", "2")
		state(t, examine(t, s, 0, "--backups", backups), map[string]string{"backups": "ok"})
	})
}

// A key is as old as its use, not as its file, and the remedy is one: the log goes on with
// another key, and what the old one signed stays verifiable.
func TestTheDoctorAsksForAnotherKey(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		dir := t.TempDir()
		key := filepath.Join(dir, "secret")
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir(), "ALLMENDE_DB": where, "ALLMENDE_AUDIT_KEY": key, "ALLMENDE_LANG": "en"}}
		s.must("migrate")
		state(t, examine(t, s, 0), map[string]string{"keys": "unknown"})
		old := s.must("audit", "key")
		s.must("audit", "checkpoint", "--out", filepath.Join(dir, "old.checkpoint"))
		long := time.Now().AddDate(-3, 0, 0)
		if err := os.Chtimes(key, long, long); err != nil {
			t.Fatal(err)
		}
		state(t, examine(t, s, 0), map[string]string{"keys": "ok", "rotation": "ok"})
		touch(t, where, `UPDATE audit_key SET since = '`+long.UTC().Format(db.Clock)+`'`)
		if err := os.Chtimes(key, time.Now(), time.Now()); err != nil { // copied, restored
			t.Fatal(err)
		}
		found := examine(t, s, 0)
		state(t, found, map[string]string{"keys": "ok", "rotation": "warn"})
		if !strings.Contains(found["rotation"].Remedy, "allmende audit key --new") {
			t.Errorf("the remedy is %s", found["rotation"].Remedy)
		}
		fresh := s.must("audit", "key", "--new")
		if fresh == old || s.must("audit", "key") != fresh {
			t.Errorf("the key was %s and is %s", old, fresh)
		}
		state(t, examine(t, s, 0), map[string]string{"keys": "ok", "rotation": "ok", "log": "ok"})
		s.must("audit", "verify", "--key", write(t, "keys.pub", old+fresh), "--checkpoint", dir)

		// A key that is no file is never shown, and is not replaced.
		secret, err := os.ReadFile(key)
		if err != nil {
			t.Fatal(err)
		}
		s.env["ALLMENDE_AUDIT_KEY"] = string(secret)
		state(t, examine(t, s, 0), map[string]string{"rotation": "ok"})
		_, out, errs := s.run("doctor")
		if code, _, more := s.run("audit", "key", "--new"); code != refused || !strings.Contains(more, "--audit-key FILE") || strings.Contains(out+errs+more, "PRIVATE") {
			t.Errorf("%d %s, or the secret is shown: %s%s", code, more, out, errs)
		}
	})
}

// Who misspells the operator is told so at the start; else nobody could change advisories, and
// nobody would know why.
func TestAnUnknownOperatorIsSaidAtTheStart(t *testing.T) { // one database: none is asked but for names
	where := filepath.Join(t.TempDir(), "a.db")
	s := shell{t, map[string]string{"ALLMENDE_DB": where}}
	s.must("org", "create", "Betrieb", "--id", "betrieb")
	for operator, want := range map[string]bool{"Betrieb": true, "betrieb": false, "": false} {
		t.Setenv("ALLMENDE_OPERATOR", operator)
		p := boot(t, where, t.TempDir(), "")
		if got := strings.Contains(p.said.String(), "There is no organisation with the id"); got != want {
			t.Errorf("operator %q: %s", operator, p.said)
		}
		p.stop()
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestTheDoctorMakesNothing(t *testing.T) {
	s := shell{t, map[string]string{}} // one database: the file that is not there
	where := filepath.Join(t.TempDir(), "none.db")
	state(t, examine(t, s, refused, "--db", where), map[string]string{"database": "fail"})
	if _, err := os.Stat(where); err == nil {
		t.Error("looking made the database")
	}
	broken := filepath.Join(t.TempDir(), "broken.db")
	if err := os.WriteFile(broken, []byte(strings.Repeat("this is no database", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	state(t, examine(t, s, refused, "--db", broken), map[string]string{"database": "fail"})
	s.env["ALLMENDE_LANG"] = "de"
	if code, out, _ := s.run("doctor", "--db", where); code != refused || !strings.Contains(out, "FEHLER") || !strings.Contains(out, "→ Prüfen Sie --db") {
		t.Errorf("%d %s", code, out)
	}
}

func TestABackupIsCheckedAndRestored(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		blobs, folder := t.TempDir(), t.TempDir()
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": blobs}}
		s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci")
		sum, err := blob.Folder(blobs).Put([]byte("ein Dokument"))
		if err != nil {
			t.Fatal(err)
		}
		from := strings.TrimSpace(s.must("backup", "--db", where, "--to", folder, "--keep", "3"))
		delete(s.env, "ALLMENDE_BLOBS")
		to := filepath.Join(t.TempDir(), "neu.db")
		out := s.must("restore", from, "--db", to, "--json")
		var r app.Restored
		if err := json.Unmarshal([]byte(out), &r); err != nil || r.Documents != 1 || r.Entries < 10 {
			t.Errorf("%s (%v)", out, err)
		}
		if got, err := app.BlobsOf(to).Get(sum); err != nil || string(got) != "ein Dokument" {
			t.Errorf("the document is %q (%v)", got, err)
		}
		if out := s.must("audit", "verify", "--db", to); out == "" {
			t.Error("the restored log is not verified")
		}
		// What is there is never overwritten.
		if code, _, errs := s.run("restore", from, "--db", to); code != refused || !strings.Contains(errs, "not overwritten") {
			t.Errorf("a second restore: %d %s", code, errs)
		}
		// A damaged document, a damaged file, a changed log: nothing is written.
		other := filepath.Join(t.TempDir(), "anders.db")
		bad := filepath.Join(string(app.BlobsOf(filepath.Join(from, "allmende.db"))), sum[:2], sum[2:]+".zst")
		whole, err := os.ReadFile(bad)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(bad, whole[:len(whole)-3], 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, errs := s.run("restore", from, "--db", other); code != refused || !strings.Contains(errs, sum) {
			t.Errorf("a damaged document: %d %s", code, errs)
		}
		os.WriteFile(bad, whole, 0o600)
		file, err := os.OpenFile(filepath.Join(from, "allmende.db"), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		file.WriteAt(make([]byte, 3*4096), 4096)
		file.Close()
		if code, _, errs := s.run("restore", from, "--db", other); code != refused && code != broken {
			t.Errorf("a damaged file: %d %s", code, errs)
		}
		if _, err := os.Stat(other); err == nil {
			t.Error("something was written all the same")
		}
		if code, _, _ := s.run("restore", filepath.Join(folder, "none"), "--db", other); code != missing {
			t.Errorf("no backup at all: %d", code)
		}
	})
}

func TestSoManyBackupsAreKept(t *testing.T) {
	s := shell{t, map[string]string{}} // one database: folders are counted
	where, folder := filepath.Join(t.TempDir(), "a.db"), t.TempDir()
	s.must("migrate", "--db", where)
	for _, name := range []string{"2020-01-01T000000Z", "2020-01-02T000000Z", "urlaub", "2020-01-03T000000Z"} {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if name != "2020-01-03T000000Z" { // the last is no backup: nobody removes it
			os.WriteFile(filepath.Join(folder, name, "allmende.db"), nil, 0o600)
		}
	}
	made := strings.TrimSpace(s.must("backup", "--db", where, "--to", folder, "--keep", "2"))
	if !strings.HasPrefix(filepath.Base(made), time.Now().UTC().Format("2006-01-02")) {
		t.Errorf("the backup is called %s", made)
	}
	left, err := os.ReadDir(folder)
	var names []string
	for _, e := range left {
		names = append(names, e.Name())
	}
	if want := "2020-01-02T000000Z 2020-01-03T000000Z " + filepath.Base(made) + " urlaub"; err != nil || strings.Join(names, " ") != want {
		t.Errorf("left are %v, want %s (%v)", names, want, err)
	}
}

// The doctor takes each setting of the server, and looks at those by which somebody outside
// is met. What a server could not use it refuses to start with.
func TestTheDoctorAndTheServerTakeTheSameSettings(t *testing.T) {
	dir := t.TempDir()
	s := shell{t, map[string]string{"ALLMENDE_DB": filepath.Join(dir, "city.db"), "ALLMENDE_LANG": "en"}}
	s.must("migrate")
	public := s.must("audit", "key")
	config := write(t, "allmende.conf", "witness = file:"+dir+",file:"+dir+"/none\noidc-issuer = https://127.0.0.1:1\noidc-client = x\nurl = https://localhost:1\n")
	found := examine(t, s, refused, "--config", config, "--session-idle", "1h", "--rate", "5")
	state(t, found, map[string]string{"witness": "warn", "provider": "fail"})
	for _, args := range [][]string{{"--witness", "ftp://x"}, {"--audit-key", strings.TrimSpace(public)}, {"--audit-key", write(t, "key.pub", public)}} {
		state(t, examine(t, s, refused, args...), map[string]string{"settings": "fail"})
		if code, _, said := s.run(append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...); code != refused || !strings.Contains(said, "ftp://x") && !strings.Contains(said, "PRIVATE+KEY") {
			t.Errorf("serve %v: %d %s", args, code, said)
		}
	}
	alone := filepath.Join(dir, "bk")
	s.must("backup", "--to", alone)
	state(t, examine(t, s, 0, "--backups", alone), map[string]string{"backups": "ok"})
}
