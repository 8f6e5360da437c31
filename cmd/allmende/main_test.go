// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allmende/internal/platform/db/dbtest"
)

// A shell runs commands as a script would.
type shell struct {
	t   *testing.T
	env map[string]string
}

func (s shell) run(args ...string) (code int, out, err string) {
	s.t.Helper()
	var o, e bytes.Buffer
	c := &console{in: strings.NewReader(""), out: &o, err: &e, env: func(k string) (string, bool) { v, ok := s.env[k]; return v, ok }}
	code = run(s.t.Context(), c, args)
	return code, o.String(), e.String()
}

// must runs a command that has to succeed, and returns what it printed.
func (s shell) must(args ...string) string {
	s.t.Helper()
	code, out, err := s.run(args...)
	if code != done {
		s.t.Fatalf("allmende %s: exit %d\n%s%s", strings.Join(args, " "), code, out, err)
	}
	return out
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

const archive = `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","bom-ref":"p","name":"Archivsuche","version":"2.8"}},
 "components":[{"type":"library","bom-ref":"l","group":"org.apache.logging.log4j","name":"log4j-core","version":"2.14.1","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"},
 {"type":"library","name":"ohne purl"}],
 "dependencies":[{"ref":"p","dependsOn":["l"]}]}`

const advisory = `{"id":"GHSA-jfh8-c2jp-5v3q","aliases":["CVE-2021-44228"],"modified":"2024-06-01T00:00:00Z","summary":"Code execution through look-ups",
 "affected":[{"package":{"ecosystem":"Maven","name":"org.apache.logging.log4j:log4j-core"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"2.13.0"},{"fixed":"2.15.0"}]}]}]}`

// One bad file among good ones is named, and the good ones are taken in; and before any
// advisory is loaded nothing is said to be without vulnerabilities.
func TestABadFileDoesNotStopTheOthers(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir()}}
		code, out, err := s.run("sbom", "upload", write(t, "bad.json", `[]`), write(t, "bom.json", archive), "--db", where)
		if code != refused || !strings.Contains(err, "bad.json: ") || strings.Contains(err, "panic") {
			t.Errorf("exit %d: %s", code, err)
		}
		if !strings.Contains(out, "Archivsuche 2.8") || !strings.Contains(out, "2 components could not be checked") {
			t.Errorf("%s", out)
		}
	})
}

// What a script on a machine without a server does, from nothing to the answer.
func TestAScriptWithoutAServer(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir()}}
		s.must("migrate", "--db", where)
		s.must("migrate", "--db", where)
		token := strings.TrimSpace(s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci"))
		if len(strings.Fields(token)) != 1 || len(token) < 30 {
			t.Errorf("the token is not printed alone: %q", token)
		}
		var uploaded []struct {
			Receipt struct {
				Software, Version string
				Components        int
				WithoutPURL       int `json:"withoutPurl"`
			}
		}
		decode(t, s.must("sbom", "upload", write(t, "bom.json", archive), "--db", where, "--json"), &uploaded)
		if r := uploaded[0].Receipt; r.Software != "Archivsuche" || r.Version != "2.8" || r.Components != 2 || r.WithoutPURL != 1 {
			t.Errorf("the receipt says %+v", r)
		}
		s.must("advisories", "import", write(t, "GHSA-jfh8-c2jp-5v3q.json", advisory), "--db", where)
		for _, query := range []string{"log4j-core", "CVE-2021-44228", "pkg:maven/org.apache.logging.log4j/log4j-core@<2.17"} {
			var a struct {
				Counts   struct{ Affected int }
				Products []struct{ Software, Fixed string }
			}
			decode(t, s.must("where", query, "--json", "--db", where), &a)
			if a.Counts.Affected != 1 || len(a.Products) != 1 || a.Products[0].Software != "Archivsuche" || a.Products[0].Fixed != "2.15.0" {
				t.Errorf("where %s: %+v", query, a)
			}
		}
		if out := s.must("where", "log4j-core", "--db", where); !strings.Contains(out, "1 affected") || !strings.Contains(out, "Archivsuche 2.8") {
			t.Errorf("for people:\n%s", out)
		}
		if out := s.must("estate", "export", "--db", where); !strings.Contains(out, "Archivsuche") {
			t.Errorf("the register:\n%s", out)
		}
		for format, want := range map[string]string{"cyclonedx": `"specVersion": "1.6"`, "spdx": `"SPDX-2.3"`, "spdx3": `"3.0.1"`} {
			if out := s.must("sbom", "export", "--software", "Archivsuche", "--release", "2.8", "--format", format, "--db", where); !strings.Contains(out, want) || !strings.Contains(out, "log4j-core") {
				t.Errorf("exported as %s:\n%s", format, out)
			}
		}
		to := filepath.Join(t.TempDir(), "backup")
		s.must("backup", "--db", where, "--to", to)
		if out := s.must("where", "log4j-core", "--db", filepath.Join(to, "allmende.db")); !strings.Contains(out, "1 affected") {
			t.Errorf("the backup answers\n%s", out)
		}
	})
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

// The same against a server, with a token from the environment.
func TestAScriptAgainstAServer(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir()}}
		s.env["ALLMENDE_TOKEN"] = strings.TrimSpace(s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci"))
		server := "http://" + start(t, s, where)
		s.must("sbom", "upload", write(t, "bom.json", archive), "--server", server)
		if out := s.must("where", "log4j-core", "--json", "--server", server); !strings.Contains(out, `"software": "Archivsuche"`) {
			t.Errorf("where says\n%s", out)
		}
		if code, _, err := s.run("sbom", "upload", write(t, "bad.json", `{"hello":1}`), "--server", server); code != refused || !strings.Contains(err, "bad.json") {
			t.Errorf("a file that is no bill of materials: exit %d, %s", code, err)
		}
		if out := s.must("sbom", "upload", write(t, "bom.json", archive), "--server", server); !strings.Contains(out, "known already, nothing changed: Archivsuche 2.8") {
			t.Errorf("the same again: %s", out)
		}
		department(t, server, s.env["ALLMENDE_TOKEN"])
		s.env["ALLMENDE_TOKEN"] = "wrong"
		if code, _, err := s.run("where", "log4j-core", "--server", server); code != refused || !strings.Contains(err, "The token is unknown") {
			t.Errorf("with a wrong token: exit %d, %s", code, err)
		}
	})
}

// start runs "allmende serve" until the test ends and returns its address.
func start(t *testing.T, s shell, where string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	l.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	var out syncBuffer
	go func() {
		c := &console{out: &out, err: &out, env: func(k string) (string, bool) { v, ok := s.env[k]; return v, ok }}
		ended <- run(ctx, c, []string{"serve", "--db", where, "--listen", address})
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != done {
			t.Errorf("the server ended with %d\n%s", code, out.String())
		}
	})
	ready(t, "http://"+address+"/readyz")
	if !strings.Contains(out.String(), "/welcome/") {
		t.Errorf("the first start prints no link for the first account:\n%s", out.String())
	}
	return address
}

func TestTheCallIsWrong(t *testing.T) {
	s := shell{t, nil}
	empty := filepath.Join(t.TempDir(), "empty.db")
	s.must("migrate", "--db", empty)
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{nil, done, "where do we run it?"},
		{[]string{"help", "where"}, done, "allmende where log4j-core"},
		{[]string{"where", "--help"}, done, "allmende where log4j-core"},
		{[]string{"dance"}, usage, "no such command"},
		{[]string{"where"}, usage, "usage"},
		{[]string{"where", "x", "--colour"}, usage, "colour"},
		{[]string{"where", "x", "--db"}, usage, "wants a value"},
		{[]string{"where", "x", "--server", "ftp://x"}, usage, "not an http"},
		{[]string{"help", "dance"}, usage, "no such command"},
		{[]string{"where", "x", "--limit", "many"}, usage, `--limit cannot be "many"`},
		{[]string{"where", "x", "--server", "http://127.0.0.1:1"}, broken, "nobody answers at 127.0.0.1:1"},
		{[]string{"sbom", "inspect", "no-such-file"}, missing, "no such file"},
		{[]string{"sbom", "upload", "no-such-file", "--db", empty}, missing, "no such file"},
		{[]string{"estate", "import", "no-such-file", "--db", empty}, missing, "no such file"},
		{[]string{"advisories", "import", "no-such-file", "--db", empty}, missing, "no-such-file"},
		{[]string{"where", "CVE-1999-0001", "--db", empty}, missing, "not known here"},
		{[]string{"where", "CVE-1999-1", "--db", empty}, refused, "not a whole id"},
		{[]string{"where", "x", "--db", empty, "--json"}, done, `"products": []`},
		{[]string{"version"}, done, "0."},
	} {
		code, out, err := s.run(tt.args...)
		if code != tt.code || !strings.Contains(out+err, tt.want) {
			t.Errorf("allmende %s: exit %d, want %d with %q\n%s%s", strings.Join(tt.args, " "), code, tt.code, tt.want, out, err)
		}
	}
}

func TestInspectNeedsNoDatabase(t *testing.T) {
	s := shell{t, nil}
	var got struct {
		Format        string
		FormatVersion string
		Components    int
		Warnings      []struct{ Path, Text string }
	}
	decode(t, s.must("sbom", "inspect", write(t, "bom.json", archive), "--json"), &got)
	if got.Format != "CycloneDX" || got.FormatVersion != "1.5" || got.Components != 2 {
		t.Errorf("%+v", got)
	}
	for text, want := range map[string]string{
		`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":`: "line 1",
		`{"hello":1}`: "",
		"":            "",
	} {
		code, out, err := s.run("sbom", "inspect", write(t, "bad.json", text), "--json")
		if code != refused || !strings.Contains(out+err, want) || len(out+err) < 20 {
			t.Errorf("%q: exit %d\n%s%s", text, code, out, err)
		}
	}
}

// Help is there in both languages, for each command, with an example.
func TestHelp(t *testing.T) {
	for _, lang := range []string{"de", "en"} {
		for _, c := range commands {
			s := shell{t, map[string]string{"ALLMENDE_LANG": lang}}
			if out := s.must("help", c.name); !strings.Contains(out, "allmende "+c.name) {
				t.Errorf("help of %s in %s:\n%s", c.name, lang, out)
			}
		}
	}
}

// A file of settings is named in one word or in two, as every other setting.
func TestAFileOfSettings(t *testing.T) {
	s, where := shell{t, nil}, filepath.Join(t.TempDir(), "city.db")
	file := write(t, "settings", "db = "+where+"\n")
	s.must("migrate", "--config", file)
	for _, args := range [][]string{{"--config", file}, {"--config=" + file}} {
		if out := s.must(append([]string{"where", "x"}, args...)...); !strings.Contains(out, "nothing of that name is known") {
			t.Errorf("%v: %s", args, out)
		}
	}
}

// A mistyped name is no empty database: nothing is answered, and nothing is made.
func TestADatabaseThatIsNotThere(t *testing.T) {
	s := shell{t, nil}
	for _, args := range [][]string{
		{"where", "log4j-core"}, {"backup", "--to", filepath.Join(t.TempDir(), "backup")}, {"estate", "export"}, {"advisories", "list"}, {"advisories", "show", "CVE-2021-44228"},
		{"audit", "verify"}, {"audit", "export"}, {"audit", "key"}, {"org", "list"}, {"org", "export", "x", "--to", filepath.Join(t.TempDir(), "x")}, {"retention", "--dry-run"}, {"access", "matrix"},
		{"person", "link", "--login", "x"},
	} {
		none := filepath.Join(t.TempDir(), "none.db")
		code, out, err := s.run(append(args, "--db", none)...)
		if code != missing || out != "" || !strings.Contains(err, "There is no database") || !strings.Contains(err, none) {
			t.Errorf("%v: exit %d\n%s%s", args, code, out, err)
		}
		if made, err := filepath.Glob(none + "*"); err != nil || len(made) > 0 {
			t.Errorf("%v makes %v %v", args, made, err)
		}
	}
}

// Whoever reads German reads German, once.
func TestMistakesAreToldInGerman(t *testing.T) {
	s := shell{t, map[string]string{"ALLMENDE_LANG": "de"}}
	for want, args := range map[string][]string{
		"die Angabe --farbe gibt es nicht":        {"where", "x", "--farbe"},
		"--db braucht einen Wert":                 {"where", "x", "--db"},
		"--limit kann nicht \"viele\" sein":       {"where", "x", "--limit", "viele"},
		"die Datei keine.json gibt es nicht":      {"sbom", "inspect", "keine.json"},
		"unter 127.0.0.1:1 antwortet niemand":     {"where", "x", "--server", "http://127.0.0.1:1"},
		"Eine Datenbank „keine.db“ gibt es nicht": {"where", "x", "--db", "keine.db"},
		"die Datei keine.settings gibt es nicht":  {"where", "x", "--config", "keine.settings"},
	} {
		if _, _, err := s.run(args...); strings.Count(err, want) != 1 || strings.Count(err, "\n") != 1 {
			t.Errorf("%v: want %q once:\n%s", args, want, err)
		}
	}
}

// What was refused among advisories is said by the exit code, as everywhere.
func TestARefusedAdvisory(t *testing.T) {
	s, where, folder := shell{t, nil}, filepath.Join(t.TempDir(), "city.db"), t.TempDir()
	for name, text := range map[string]string{"good.json": advisory, "bad.json": `{"id":"GHSA-x","modified":"never"}`, "readme.json": `{"hello":1}`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, err := s.run("advisories", "import", folder, "--db", where)
	if code != refused || !strings.Contains(out, "1 taken in") || !strings.Contains(out, "1 refused") || !strings.Contains(out, "1 files passed over, they are no OSV records") || !strings.Contains(err, "bad.json") {
		t.Errorf("exit %d\n%s%s", code, out, err)
	}
}

// A table says in words who runs a product, also where only its name was asked for.
func TestWhereForPeople(t *testing.T) {
	s, where := shell{t, nil}, filepath.Join(t.TempDir(), "city.db")
	s.must("sbom", "upload", write(t, "bom.json", archive), "--db", where)
	s.must("estate", "import", write(t, "estate.csv", "Name;Version;Rolle;Kritikalität;Lieferant\nArchivsuche;2.8;nutzt;hoch;Haus der Suche GmbH\nRatsbote;7;betreibt;normal;Haus der Boten GmbH\n"), "--db", where)
	if out := s.must("where", "log4j-core", "--db", where); !strings.Contains(out, "1 contain it and cannot be judged") || !strings.Contains(out, "high") || !strings.Contains(out, "Archivsuche 2.8 > log4j-core 2.14.1") {
		t.Error(out)
	}
	if out := s.must("where", "Ratsbote", "--db", where); !strings.Contains(out, "Ratsbote 7") || !strings.Contains(out, "(operator)") || strings.Contains(out, "ruled out") {
		t.Error(out)
	}
}

// department adds one below the token's organisation, and tries to below one that there is not.
func department(t *testing.T, server, token string) {
	t.Helper()
	for body, want := range map[string]int{`{"name":"Stadtarchiv"}`: http.StatusCreated, `{"name":"Stadtarchiv","parent":"nowhere"}`: http.StatusNotFound, `{"name":""}`: http.StatusBadRequest} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server+"/api/v1/governance/orgs", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(w.Body)
		if w.Body.Close(); err != nil || w.StatusCode != want || want == http.StatusCreated && !strings.Contains(string(answer), `"kind":"department"`) {
			t.Errorf("%s: %d, want %d: %s %v", body, w.StatusCode, want, answer, err)
		}
	}
}

// The first day from nothing, with a table as it is and its own words for the columns.
func TestTheFirstDay(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir()}}
		do := func(args ...string) string { t.Helper(); return s.must(append(args, "--db", where)...) }
		do("org", "create", "Musterstadt", "--id", "musterstadt")
		do("org", "create", "Stadtarchiv", "--parent", "Musterstadt")
		do("org", "create", "Lesesaal", "--parent", strings.TrimSpace(do("org", "create", "Magazin", "--parent", "musterstadt")))
		table := write(t, "software.csv", "Verfahren;Fassung;Build;Stelle\nArchivsuche;2.8;2.8.1;Stadtarchiv\nSchlagwort;1;1.0;Lesesaal\n")
		if code, _, err := s.run("estate", "import", table, "--column", "name=Werkzeug", "--db", where); code != refused || !strings.Contains(err, "Verfahren, Fassung, Build, Stelle") {
			t.Errorf("a column that there is not: exit %d, %s", code, err)
		}
		do("estate", "import", table, "--column", "name=Verfahren", "--column=org=Stelle")
		if out := do("where", "Archivsuche"); !strings.Contains(out, "Archivsuche 2.8 ") || !strings.Contains(out, "Stadtarchiv") {
			t.Errorf("%s", out)
		}
		do("estate", "import", table, "--column", "name=Verfahren", "--column", "org=Stelle", "--column", "version=Build")
		if out := do("where", "Archivsuche"); !strings.Contains(out, "Archivsuche 2.8.1 ") {
			t.Errorf("%s", out)
		}
		for _, args := range [][]string{{"where", "x", "--org", "Nirgendsstadt"}, {"org", "create", "x", "--parent", "Nirgendsstadt"}} {
			if code, _, err := s.run(append(args, "--db", where)...); code != missing || !strings.Contains(err, "Musterstadt") {
				t.Errorf("%v: exit %d, %s", args, code, err)
			}
		}
		code, _, err := s.run("estate", "import", write(t, "more.csv", "Software;Organisation\nX;Nirgendsamt\n"), "--db", where)
		if code != refused || strings.Count(err, "ine 2") != 2 || !strings.Contains(err, "Stadtarchiv") {
			t.Errorf("an office that there is not: exit %d, %s", code, err)
		}
		code, _, err = s.run("token", "create", "--name", "ci", "--scopes", "where.read,sbom.wirte", "--db", where)
		if code != refused || !strings.Contains(err, "sbom.wirte") || !strings.Contains(err, "sbom.write") {
			t.Errorf("a permission that there is not: exit %d, %s", code, err)
		}
		do("token", "create", "--name", "ci", "--scopes", "where.read,sbom.*,*.read")
	})
}
