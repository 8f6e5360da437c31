// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

var (
	hrefs  = regexp.MustCompile(`(?:href|action)="(/[^"#]*)"`)
	idents = regexp.MustCompile(`\{[a-z]+\}`)
)

// crawl follows every link from the overview and returns what was found: address and answer.
func (c caller) crawl(most int) map[string]string {
	c.t.Helper()
	seen, next := map[string]string{}, []string{"/"}
	for len(next) > 0 && len(seen) < most {
		path := next[0]
		next = next[1:]
		if _, ok := seen[path]; ok || strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/api/openapi") {
			continue
		}
		status, body := c.get(path)
		seen[path] = body
		if status >= 400 && status != 404 && status != 405 && status != 422 && path != "/governance/tokens/add" { // a token makes no tokens
			c.t.Errorf("%s, a link on our own pages, is answered %d", path, status)
		}
		for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
			next = append(next, html.UnescapeString(m[1]))
		}
	}
	return seen
}

// missing is how a text looks that nobody wrote.
var missing = regexp.MustCompile(`\[(web|app|job|estate|sbom|vulnerability|where|compat|licence|duty|governance|identity|intake|idea|procedure|procurement|scoring|library|tenant|audit|competence|contract|budget|meeting|casework|desk|policy|role|factor|retention|digest|ticket|fault)\.[\w.]+\]`)

// In English, too, every page has its texts.
func TestEveryPageSpeaksEnglish(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: texts do not depend on it
	if _, _, err := a.Demo(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	v := door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "test"}
	token, err := a.Governance.CreateToken(t.Context(), v.Act("governance.token", "test"), v.Org, "test", []string{"*"}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	english := caller{t, a, token, "en"}
	if _, body := english.get("/vulnerability"); !strings.Contains(body, "<html") || strings.Contains(body, "taken in to their end") {
		t.Errorf("the demo begins with old advisories:\n%s", body)
	}
	for path, body := range english.crawl(400) {
		if missing.MatchString(body) {
			t.Errorf("%s shows a key instead of its text: %s", path, missing.FindString(body))
		}
		if strings.Contains(body, "<html") && !strings.Contains(body, `<html lang="en"`) {
			t.Errorf("%s is not in English", path)
		}
	}
}

// Whatever one organisation's pages and operations lead to, a stranger who has the very
// addresses learns nothing there. Addresses come from the pages and the list of routes, so
// that a forgotten check cannot land.
func TestR13AStrangerFindsNothing(t *testing.T) {
	t.Parallel() // takes minutes
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		_, stranger := join(t, a, "", "Nachbarstadt")
		a.Vulnerability.Operator = "musterstadt"
		for _, version := range []string{"1.0", "2.0"} {
			if status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Geheimverfahren", version, "2.14.1"))); status != 201 {
				t.Fatalf("%d %s", status, body)
			}
		}
		if status, body := city.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(log4shell)); status != 201 {
			t.Fatalf("%d %s", status, body)
		}
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		mine := city.crawl(600)
		if len(mine) < 60 {
			t.Errorf("only %d pages are linked", len(mine))
		}
		secret := func(body string) bool {
			return strings.Contains(body, "Geheimverfahren") || strings.Contains(body, "Musterstadt")
		}
		told := 0
		for path, body := range mine {
			if missing.MatchString(body) {
				t.Errorf("%s shows a key instead of its text: %s", path, missing.FindString(body))
			}
			if !secret(body) {
				continue
			}
			told++
			if status, answer := stranger.get(path); secret(answer) {
				t.Errorf("%s tells a stranger (%d) what is ours", path, status)
			}
			open := slices.Contains([]string{"/api", "/help", "/accessibility", "/imprint"}, path)
			if status, answer := (caller{t, a, "", "de"}).get(path); secret(answer) || status < 300 && !open {
				t.Errorf("%s tells somebody who is not signed in (%d)", path, status)
			}
		}
		if told < 20 {
			t.Errorf("only %d pages say anything of ours: the test does not see enough", told)
		}
		a.operations(t, city, stranger, secret, mine)
	})
}

// operations asks for each operation that reads, with the ids that occur on the city's pages.
func (a *App) operations(t *testing.T, city, stranger caller, secret func(string) bool, pages map[string]string) {
	ids := map[string]bool{"CVE-2021-44228": true, "log4j-core": true}
	for path := range pages {
		u, err := url.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(u.Path, "/") {
			if len(part) > 8 {
				ids[part] = true
			}
		}
		for _, values := range u.Query() {
			ids[values[0]] = true
		}
	}
	all := slices.Sorted(func(yield func(string) bool) {
		for id := range ids {
			if !yield(id) {
				return
			}
		}
	})
	asked := 0
	for _, m := range a.modules() {
		for _, op := range m.Ops {
			if op.Method != "GET" {
				continue
			}
			for _, id := range all {
				path := idents.ReplaceAllString(op.Path, url.PathEscape(id)) + "?q=" + url.QueryEscape(id) + "&release=" + url.QueryEscape(id) + "&from=" + url.QueryEscape(id) + "&to=" + url.QueryEscape(id) + "&package=" + url.QueryEscape(id)
				if !strings.Contains(op.Path, "{") && id != all[0] && id != "log4j-core" {
					continue
				}
				asked++
				if status, answer := stranger.get(path); secret(answer) {
					t.Errorf("%s tells a stranger (%d) what is ours", strings.TrimPrefix(path, api.Root), status)
				}
				if status, _ := (caller{t, a, "", "de"}).get(path); status != 401 {
					t.Errorf("%s answers nobody with %d, want 401", path, status)
				}
			}
		}
	}
	if asked < 50 {
		t.Errorf("only %d operations were asked", asked)
	}
}
