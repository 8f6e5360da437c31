// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"

	"github.com/jba/templatecheck"
)

var update = flag.Bool("update", false, "rewrite golden files")

// mould is a database that all migrations have run on.
var mould = dbtest.NewMould(func(where string) error {
	a, err := New(context.Background(), Options{Database: where, Blobs: filepath.Join(os.TempDir(), "none")})
	if err != nil {
		return err
	}
	return a.Close()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if err := mould.Break(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// open opens an app on a database of its own.
func open(t testing.TB, where string) *App {
	t.Helper()
	if _, err := os.Stat(where); err != nil && !strings.Contains(where, "://") {
		mould.Lite(t, where)
	}
	a, err := New(t.Context(), Options{Database: where, Blobs: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// each runs a story on both databases.
func each(t *testing.T, story func(t *testing.T, a *App)) {
	mould.Each(t, func(t *testing.T, where string) { story(t, open(t, where)) })
}

// A caller asks the app over HTTP with a token of its own.
type caller struct {
	t     testing.TB
	app   *App
	token string
	lang  string
}

// join makes an organisation below parent and returns who acts for it, and a caller that
// asks for it through the doors.
func join(t testing.TB, a *App, parent ospo.OrgID, name string) (context.Context, caller) {
	t.Helper()
	v := door.Viewer{Org: governance.System, Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "test"}
	if parent != "" {
		v.Org = parent
	}
	id, err := a.Governance.AddOrg(t.Context(), v.Act("governance.add", name), governance.Org{ID: ospo.OrgID(strings.ToLower(name)), Parent: parent, Name: name, Kind: "city"})
	if err != nil {
		t.Fatal(err)
	}
	v.Org, v.OrgName = id, name
	token, err := a.Governance.CreateToken(t.Context(), v.Act("governance.token", name), id, "test of "+name, []string{"*"}, a.DB.Now().AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	return door.With(t.Context(), v), caller{t, a, token, "de"}
}

func (c caller) do(method, path, kind string, body io.Reader) (status int, answer string) {
	c.t.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Accept-Language", c.lang)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	w := httptest.NewRecorder()
	c.app.Handler.ServeHTTP(w, r)
	if to := w.Header().Get("Location"); to != "" {
		return w.Code, to
	}
	return w.Code, w.Body.String()
}

func (c caller) get(path string) (int, string) { c.t.Helper(); return c.do("GET", path, "", nil) }

func TestR09EveryTemplateFitsItsPage(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	n := 0
	check := func(room string, file string, err error) {
		n++
		if err != nil {
			t.Errorf("%s %s: %v", room, file, err)
		}
	}
	for _, m := range a.modules() {
		for _, p := range m.Pages {
			if p.Template == "" {
				continue
			}
			for _, tongue := range lang.Tongues {
				tm, err := a.Site.Parse(m.Files, p, tongue)
				if err == nil {
					for _, part := range []string{"title", "lead", "crumbs", "acts", "head", "main"} {
						if part := tm.Lookup(part); part != nil && err == nil {
							err = templatecheck.CheckHTML(part, p.Data)
						}
					}
				}
				check(m.Name, p.Template, err)
			}
		}
		for _, p := range slices.Concat(m.Release, m.Licence, m.Software, m.Advisory, m.Case) {
			tm, err := a.Site.ParsePanel(m.Files, p, "de")
			if err == nil {
				err = templatecheck.CheckHTML(tm.Lookup("panel"), p.Data)
			}
			check(m.Name, p.Template, err)
		}
	}
	if n < 30 {
		t.Errorf("only %d templates were checked", n)
	}
}

func TestR10TheAPIIsAGoldenFile(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	const golden = "testdata/openapi.yaml"
	_, said := caller{t, a, "", "en"}.get("/api/openapi.yaml")
	if *update {
		if err := os.WriteFile(golden, []byte(said), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != said {
		t.Errorf("the API changed (%v); if that is meant, run: go test ./internal/app -run R10 -update", err)
	}
}

// What log4j looks like in a bill of materials, with the product that holds it.
func log4j(product, version, core string) string {
	return `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","bom-ref":"p","name":"` + product + `","version":"` + version + `"}},
	"components":[
	 {"type":"library","bom-ref":"s","group":"org.apache.solr","name":"solr-core","version":"8.11.0","purl":"pkg:maven/org.apache.solr/solr-core@8.11.0","licenses":[{"license":{"id":"Apache-2.0"}}]},
	 {"type":"library","bom-ref":"l","group":"org.apache.logging.log4j","name":"log4j-core","version":"` + core + `","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@` + core + `"}],
	"dependencies":[{"ref":"p","dependsOn":["s"]},{"ref":"s","dependsOn":["l"]}]}`
}

const log4shell = `{"schema_version":"1.6.0","id":"GHSA-jfh8-c2jp-5v3q","aliases":["CVE-2021-44228"],"modified":"2024-06-01T00:00:00Z","published":"2021-12-10T00:40:56Z",
 "summary":"Code execution through look-ups in log messages","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"}],
 "affected":[{"package":{"ecosystem":"Maven","name":"org.apache.logging.log4j:log4j-core"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"2.13.0"},{"fixed":"2.15.0"}]}]}]}`

// The story of the first day: two departments bring bills of materials, an advisory comes,
// and the question is answered in the browser and on the API; a stranger learns nothing.
func TestWhereDoWeRunLog4j(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		_, archive := join(t, a, "musterstadt", "Stadtarchiv")
		_, stranger := join(t, a, "", "Nachbarstadt")
		a.Vulnerability.Operator = "musterstadt"
		for _, up := range []struct {
			by             caller
			product, holds string
		}{{city, "Formularserver", "2.17.1"}, {archive, "Archivsuche", "2.14.1"}} {
			status, body := up.by.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j(up.product, "4.2", up.holds)))
			if status != 201 || !strings.Contains(body, `"components":2`) {
				t.Fatalf("%s: %d %s", up.product, status, body)
			}
		}
		status, body := city.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(log4shell))
		if status != 201 {
			t.Fatalf("the advisory: %d %s", status, body)
		}
		for _, other := range []caller{archive, stranger} {
			if status, body := other.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(log4shell)); status != 403 {
				t.Errorf("who does not operate the instance sends an advisory: %d %s, want 403", status, body)
			}
		}
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			by    caller
			path  string
			code  int
			want  []string
			never string
		}{
			{city, "/api/v1/where?q=log4j-core", 200, []string{`"affected":1`, `"contained":1`, `"Archivsuche"`, `"Formularserver"`}, "Nachbarstadt"},
			{city, "/api/v1/where?q=CVE-2021-44228", 200, []string{`"kind":"vulnerability"`, `"affected":1`, `"software":"Archivsuche"`, `"state":"affected"`, `"fixed":"2.15.0"`, `"path":["Archivsuche 4.2","solr-core 8.11.0","log4j-core 2.14.1"]`}, ""},
			{city, "/api/v1/where?q=ghsa-jfh8-c2jp-5v3q", 200, []string{`"affected":1`}, ""},
			{city, "/api/v1/where?q=pkg:maven/org.apache.logging.log4j/log4j-core@%3C2.17", 200, []string{`"kind":"package"`, `"Archivsuche"`}, "Formularserver"},
			{city, "/api/v1/where?q=pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1", 200, []string{`"Formularserver"`}, "Archivsuche"},
			{city, "/api/v1/where?q=Apache-2.0", 200, []string{`"solr-core`, `"Archivsuche"`}, ""},
			{city, "/api/v1/where?q=archivsuche", 200, []string{`"name":"Archivsuche"`}, ""},
			{city, "/api/v1/where?q=CVE-1999-0001", 404, []string{"nicht bekannt"}, ""},
			{city, "/api/v1/where?q=pkg:nonsense", 400, []string{"purl"}, ""},
			{archive, "/api/v1/where?q=log4j-core", 200, []string{`"Archivsuche"`, `"total":1`}, "Formularserver"},
			{stranger, "/api/v1/where?q=log4j-core", 200, []string{`"products":[]`, `"total":0`}, "Archivsuche"},
			{city, "/where?q=log4j-core", 200, []string{"Wo läuft log4j-core?", "Betroffen", "Archivsuche 4.2", "Archivsuche 4.2 › solr-core 8.11.0 › log4j-core 2.14.1", "kritisch 10,0", "2.15.0"}, "["},
			{stranger, "/where?q=log4j-core", 200, []string{"Kein Fund in den Stücklisten"}, "Archivsuche"},
			{city, "/where.csv?q=CVE-2021-44228", 200, []string{"affected,Archivsuche,4.2"}, ""},
		} {
			status, body := tt.by.get(tt.path)
			if status != tt.code {
				t.Errorf("%s: status %d, want %d\n%s", tt.path, status, tt.code, body)
			}
			for _, s := range tt.want {
				if !strings.Contains(body, s) {
					t.Errorf("%s: no %s in\n%s", tt.path, s, body)
				}
			}
			if tt.never == "[" {
				tt.never = "[where."
			}
			if tt.never != "" && strings.Contains(body, tt.never) {
				t.Errorf("%s: %s should not be in\n%s", tt.path, tt.never, body)
			}
		}
	})
}
