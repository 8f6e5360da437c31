// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/governance"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/web/webtest"
)

// Somebody who administers another city asks for everything of Musterstadt, by its ids.
func TestStrangerFindsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		add(t, s, "musterstadt", "bauamt")
		add(t, s, "", "anderstadt")
		ada, err := s.CreateAccount(t.Context(), instance, "bauamt", "ada@musterstadt.example", "Ada Geheim", password, "reader")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateToken(t.Context(), instance, "bauamt", "CI Geheim", []string{"sbom.write"}, time.Time{}); err != nil {
			t.Fatal(err)
		}
		tokens, err := s.Tokens(door.With(t.Context(), door.Viewer{Org: "bauamt", Person: "p", Grants: []string{"*"}}))
		if err != nil || len(tokens) != 1 {
			t.Fatal(tokens, err)
		}
		room := s.Room()
		eve := webtest.New(t, []fs.FS{room.Files}, room.Files, room.Pages, room.Ops).As(door.Viewer{Org: "anderstadt", Person: "eve", Grants: []string{"*"}})
		person := "/governance/person/" + string(ada)
		for _, path := range []string{
			"/governance", "/governance/people", "/governance/people?q=geh", "/governance/people?org=bauamt", "/governance/tokens", "/governance/add?parent=bauamt",
			"/governance/people/add?org=bauamt", "/governance/tokens/add", "/api/v1/governance/orgs", "/api/v1/governance/me",
		} {
			if status, body := eve.Get(path); status != 200 || strings.Contains(body, "Geheim") || strings.Contains(body, "Amt musterstadt") || strings.Contains(body, "Amt bauamt") {
				t.Errorf("%s shows %d %s", path, status, gist(body))
			}
		}
		for _, path := range []string{"/governance/org/musterstadt", "/governance/org/bauamt", "/governance/org/bauamt/edit", person, person + "/edit", "/me", "/governance/org/system"} {
			if status, body := eve.Get(path); status != 404 || strings.Contains(body, "Geheim") {
				t.Errorf("GET %s: %d, want 404", path, status)
			}
		}
		form := url.Values{"name": {"Feindlich"}, "kind": {"city"}, "parent": {"anderstadt"}, "org": {"anderstadt"}, "login": {"x"}, "level": {"admin"}}
		for _, path := range []string{"/governance/org/bauamt/edit", person + "/edit", person + "/link", person + "/close", person + "/reopen", "/governance/tokens/" + tokens[0].ID + "/revoke", "/me/session/x/end", "/act-for"} {
			if status, _ := eve.Post(path, form); status != 404 {
				t.Errorf("POST %s: %d, want 404", path, status)
			}
		}
		for path, change := range map[string]string{"/governance/add": "parent", "/governance/people/add": "org", "/governance/tokens/add": "org"} {
			form := url.Values{"name": {"Feindlich"}, "kind": {"city"}, "login": {"x"}, "level": {"admin"}, "scopes": {"sbom.read"}}
			form.Set(change, "bauamt")
			if status, _ := eve.Post(path, form); status != 404 {
				t.Errorf("POST %s with %s=bauamt: %d, want 404", path, change, status)
			}
		}
		if n := feindlich(t, d); n != 0 {
			t.Errorf("the stranger left %d rows behind", n)
		}
		own := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "p"})
		if p, err := s.Person(own, ada); err != nil || p.Name != "Ada Geheim" || !p.Ended.IsZero() {
			t.Errorf("afterwards the person is %+v, %v", p, err)
		}
		if o, err := s.Org(own, "bauamt"); err != nil || o.Parent != "musterstadt" {
			t.Errorf("afterwards the office is %+v, %v", o, err)
		}
	})
}

// Bytes that no id and no name has: an answer, on either database, and no broken server.
func TestBytesThatCannotBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		room := s.Room()
		c := webtest.New(t, []fs.FS{room.Files}, room.Files, room.Pages, room.Ops).As(door.Viewer{Org: "musterstadt", Person: "p", Grants: []string{"*"}})
		for _, bad := range []string{"%00", "%ff%fe", "a%00b", "%f0%28%8c%28"} {
			for path, want := range map[string]int{
				"/governance/org/" + bad: 404, "/governance/person/" + bad: 404, "/governance/people?q=" + bad: 200, "/governance/people?org=" + bad: 200,
				"/governance/people?after=" + keyset.Cursor("\x00", "a"): 422, "/sign-in?back=" + bad: 200, "/welcome/" + bad: 404,
				"/api/v1/governance/orgs?after=" + keyset.Cursor("\x00"): 400,
			} {
				if status, _ := c.Get(path); status != want && !(status == 303 && want == 200) {
					t.Errorf("GET %s: %d, want %d", path, status, want)
				}
			}
			raw, err := url.PathUnescape(bad)
			if err != nil {
				t.Fatal(err)
			}
			form := url.Values{"name": {raw}, "login": {raw}, "kind": {raw}, "parent": {raw}, "org": {raw}, "level": {raw}, "scopes": {raw}, "password": {raw}, "again": {raw}}
			for _, p := range room.Pages {
				method, path, _ := strings.Cut(p.Pattern, " ")
				path = strings.NewReplacer("{org}", bad, "{person}", bad, "{token}", bad, "{session}", bad, "{link}", bad).Replace(path)
				if method != "POST" {
					continue
				}
				if status, body := c.Post(path, form); status >= 500 {
					t.Errorf("POST %s with %q: %d %s", path, bad, status, gist(body))
				}
			}
		}
	})
}

func feindlich(t *testing.T, d *db.DB) int {
	t.Helper()
	n, err := db.Count(t.Context(), d.Read(), `
		SELECT (SELECT count(*) FROM governance_org WHERE name = 'Feindlich') + (SELECT count(*) FROM governance_person WHERE name = 'Feindlich')
		+ (SELECT count(*) FROM governance_token WHERE name = 'Feindlich') + (SELECT count(*) FROM governance_link) + (SELECT count(*) FROM governance_token WHERE revoked <> '')`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhoReadsChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		room := s.Room()
		site := webtest.New(t, []fs.FS{room.Files}, room.Files, room.Pages, room.Ops)
		reader := site.As(door.Viewer{Org: "musterstadt", Person: "p", Grants: governance.Levels[0].Grants})
		form := url.Values{"name": {"Feindlich"}, "kind": {"city"}, "parent": {"musterstadt"}, "org": {"musterstadt"}, "level": {"admin"}}
		for _, path := range []string{"/governance/add", "/governance/people/add", "/governance/org/musterstadt/edit"} {
			if status, _ := reader.Post(path, form); status != 403 {
				t.Errorf("POST %s: %d, want 403", path, status)
			}
			if _, body := reader.Get("/governance"); strings.Contains(body, `href="/governance/add"`) {
				t.Error("the page offers what the reader may not do")
			}
		}
		if n := feindlich(t, d); n != 0 {
			t.Errorf("%d rows were written", n)
		}
		nobody := site.As(door.Viewer{})
		for _, p := range room.Pages {
			if p.Permit == "" {
				continue
			}
			method, path, _ := strings.Cut(p.Pattern, " ")
			path = strings.NewReplacer("{org}", "musterstadt", "{person}", "p", "{token}", "t", "{session}", "s").Replace(path)
			status, to := nobody.Get(path)
			if method == "POST" {
				status, to = nobody.Post(path, form)
			}
			if status != 401 && !(status == 303 && strings.HasPrefix(to, "/sign-in?back=")) {
				t.Errorf("%s without sign-in: %d %s", p.Pattern, status, to)
			}
		}
	})
}

// The instance's own log is read at the top of every tree, so that it must not tell of others.
func TestTheInstancesLogTellsOfNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		add(t, s, "musterstadt", "bauamt")
		if _, err := s.CreateAccount(t.Context(), instance, "bauamt", "ada@musterstadt.example", "Ada Geheim", password, "reader"); err != nil {
			t.Fatal(err)
		}
		for org, want := range map[string]string{"system": "", "musterstadt": "governance.org.add", "bauamt": "governance.org.add governance.person.add"} {
			got, err := db.Texts(t.Context(), d.Read(), `SELECT what FROM log_entry_view WHERE org = $1 AND what LIKE 'governance.%.add' ORDER BY id`, org)
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("in the log of %s: %v %v, want %s", org, got, err, want)
			}
		}
	})
}
