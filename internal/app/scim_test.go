// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// A directory asks the program by SCIM, with a token.
type directory struct {
	t     testing.TB
	app   *App
	token string
}

// directoryOf makes a token for SCIM, as whoever administers an organisation does.
func directoryOf(t testing.TB, a *App, org ospo.OrgID) directory {
	t.Helper()
	v := door.Viewer{Org: org, Person: "operator", Grants: []string{"*"}, Door: "test"}
	token, err := a.Governance.CreateToken(t.Context(), v.Act("governance.token", ""), org, "Verzeichnis", []string{"identity.scim"}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return directory{t, a, token}
}

// ask returns status, headers and body of an answer.
func (d directory) ask(method, path, body string, headers ...string) (int, http.Header, map[string]any) {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "application/scim+json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.app.Handler.ServeHTTP(w, r)
	var m map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			d.t.Fatalf("%s %s: %d %q is not JSON: %v", method, path, w.Code, w.Body, err)
		}
		if kind := w.Header().Get("Content-Type"); kind != "application/scim+json" {
			d.t.Errorf("%s %s: the answer is %s", method, path, kind)
		}
	}
	return w.Code, w.Header(), m
}

// must is ask for what has to work; it returns the answer's text.
func (d directory) must(status int, method, path, body string) (map[string]any, string) {
	d.t.Helper()
	got, _, m := d.ask(method, path, body)
	text, _ := json.Marshal(m)
	if got != status {
		d.t.Fatalf("%s %s: %d %s, want %d", method, path, got, text, status)
	}
	return m, string(text)
}

// The examples of RFC 7644, sections 3.3, 3.5.1 and 3.5.2, as a directory sends them.
const rfcUser = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"BJensen","externalId":"bjensen",
	"name":{"formatted":"Ms. Barbara J Jensen III","familyName":"Jensen","givenName":"Barbara"},"emails":[{"value":"home@x.example"},{"value":"Bjensen@example.com","primary":true}],"nickName":"Babs"}`

// A directory tells who joins, who is called otherwise, and who leaves. Who leaves is out at
// once: the session ends, the token rests. What she did stays in the log.
func TestJoinersAndLeavers(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		a := open(t, where)
		join(t, a, "", "Musterstadt")
		d := directoryOf(t, a, "musterstadt")
		m, text := d.must(201, "POST", "/scim/v2/Users", rfcUser)
		id := m["id"].(string)
		for _, want := range []string{`"userName":"bjensen"`, `"externalId":"bjensen"`, `"displayName":"Ms. Barbara J Jensen III"`, `"active":true`, `"value":"Bjensen@example.com"`, `"location":"http://example.com/scim/v2/Users/` + id} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in %s", want, text)
			}
		}
		if status, _, m := d.ask("POST", "/scim/v2/Users", rfcUser); status != 409 || m["scimType"] != "uniqueness" || m["status"] != "409" {
			t.Errorf("the same once more: %d %v", status, m)
		}
		// She signs in with a password that she was sent a link for, and makes a token.
		person := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "test"})
		v := door.Viewer{Org: "musterstadt", Person: ospo.PersonID(id), Door: "test"}
		token, err := a.Governance.CreateToken(t.Context(), v.Act("governance.token", ""), "musterstadt", "ihr Skript", []string{"estate.read"}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		path, err := a.Governance.Invite(person, ospo.PersonID(id))
		if err != nil {
			t.Fatal(err)
		}
		site := httptest.NewServer(a.Handler)
		defer site.Close()
		h := &house{a, t, site.URL}
		b := h.surfer()
		if status, _ := b.post(path, url.Values{"password": {"ein ganzer Satz"}, "again": {"ein ganzer Satz"}}); status != 303 || b.in() != "Ms. Barbara J Jensen III" {
			t.Fatalf("signing in: %d", status)
		}
		script := caller{t, a, token, "de"}
		if status, body := script.get("/api/v1/estate/software"); status != 200 {
			t.Fatalf("her token: %d %s", status, body)
		}
		// She marries; the names made of the old one go.
		_, text = d.must(200, "PATCH", "/scim/v2/Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"name.familyName","value":"Muster"}]}`)
		if !strings.Contains(text, `"displayName":"Barbara Muster"`) || b.in() != "Barbara Muster" {
			t.Errorf("her new name: %s", text)
		}
		// She leaves.
		d.must(200, "PATCH", "/scim/v2/Users/"+id, `{"Operations":[{"op":"replace","value":{"active":"False"}}]}`)
		if b.in() != "" {
			t.Error("she has left, and her session goes on")
		}
		if status, _ := script.get("/api/v1/estate/software"); status != 401 {
			t.Errorf("she has left, and her token works: %d", status)
		}
		if status, _ := b.post("/sign-in", url.Values{"login": {"bjensen"}, "password": {"ein ganzer Satz"}}); status == 303 {
			t.Error("she has left, and signs in with her password")
		}
		// It was a mistake; then she leaves for good, and another B. Jensen comes.
		d.must(200, "PATCH", "/scim/v2/Users/"+id, `{"Operations":[{"op":"replace","path":"active","value":true}]}`)
		if status, _ := script.get("/api/v1/estate/software"); status != 200 {
			t.Errorf("she is back, and her token: %d", status)
		}
		if status, _, _ := d.ask("DELETE", "/scim/v2/Users/"+id, ""); status != 204 {
			t.Errorf("deleting: %d", status)
		}
		for _, method := range []string{"GET", "DELETE", "PUT", "PATCH"} {
			if status, _, _ := d.ask(method, "/scim/v2/Users/"+id, rfcPatch); status != 404 {
				t.Errorf("%s of who is gone: %d", method, status)
			}
		}
		if status, _ := script.get("/api/v1/estate/software"); status != 401 {
			t.Errorf("she is gone, and her token works: %d", status)
		}
		m, _ = d.must(201, "POST", "/scim/v2/Users", rfcUser)
		if m["id"] == id {
			t.Error("another person with the same login is the old one")
		}
		if n := h.count(`SELECT count(*) FROM governance_person WHERE id = $1 AND name = 'Barbara Muster'`, id); n != 1 {
			t.Error("who is gone is not on record any more")
		}
		log := strings.Join(h.log("musterstadt", "identity.user.%"), "\n")
		for w, n := range map[string]int{"identity.user.add": 2, "identity.user.change": 1, "identity.user.close": 1, "identity.user.reopen": 1, "identity.user.drop": 1} {
			if got := strings.Count(log, w); got != n {
				t.Errorf("the log has %d of %s, want %d:\n%s", got, w, n, log)
			}
		}
	})
}

const rfcPatch = `{"userName":"x","Operations":[{"op":"add","path":"nickName","value":"x"}]}`

// Who is in a group has what the group gives, at once; who leaves it loses it; a group of
// another directory gives nothing.
func TestGroupsOfADirectory(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		a := open(t, where)
		city, _ := join(t, a, "", "Musterstadt")
		join(t, a, "musterstadt", "Bauamt")
		join(t, a, "", "Nachbarstadt")
		d, stranger := directoryOf(t, a, "musterstadt"), directoryOf(t, a, "nachbarstadt")
		h := &house{a, t, ""}
		var ids []string
		for _, name := range []string{"ada", "bert", "cora"} {
			m, _ := d.must(201, "POST", "/scim/v2/Users", `{"userName":"`+name+`","active":true}`)
			ids = append(ids, m["id"].(string))
		}
		level := func(i int) string {
			t.Helper()
			p, err := a.Governance.Person(city, ospo.PersonID(ids[i]))
			if err != nil {
				t.Fatal(err)
			}
			return p.Level + " " + string(p.Org)
		}
		if _, err := a.Identity.AddMapping(city, mapping("scim", "Redaktion", "bauamt", "editor")); err != nil {
			t.Fatal(err)
		}
		m, text := d.must(201, "POST", "/scim/v2/Groups", fmt.Sprintf(`{"displayName":"Redaktion","members":[{"value":%q},{"value":%q}]}`, ids[0], ids[1]))
		group := "/scim/v2/Groups/" + m["id"].(string)
		if !strings.Contains(text, ids[0]) || level(0) != "editor bauamt" || level(2) != "reader musterstadt" {
			t.Errorf("%s; ada is %s, cora %s", text, level(0), level(2))
		}
		d.must(200, "PATCH", group, fmt.Sprintf(`{"Operations":[{"op":"remove","path":"members[value eq \"%s\"]"},{"op":"add","path":"members","value":[{"value":"%s"}]}]}`, ids[0], ids[2]))
		if level(0) != "reader bauamt" || level(2) != "editor bauamt" {
			t.Errorf("after the change ada is %s, cora %s", level(0), level(2))
		}
		if _, text := d.must(200, "GET", "/scim/v2/Users/"+ids[2], ""); !strings.Contains(text, `"display":"Redaktion"`) {
			t.Errorf("cora's groups are not shown: %s", text)
		}
		if _, text := d.must(200, "GET", "/scim/v2/Groups?excludedAttributes=members&filter="+url.QueryEscape(`displayName sw "red" and members.value eq "`+ids[2]+`"`), ""); !strings.Contains(text, `"totalResults":1`) || strings.Contains(text, ids[2]) {
			t.Errorf("groups: %s", text)
		}
		d.must(200, "PUT", group, `{"displayName":"Andere","members":[{"value":"`+ids[2]+`"}]}`)
		if level(2) != "reader bauamt" {
			t.Errorf("the group is called otherwise, and cora is %s", level(2))
		}
		// Another city's directory: no such group, no such person, and no way to take one in.
		before := h.count(`SELECT count(*) FROM identity_member`)
		for _, path := range []string{group, "/scim/v2/Users/" + ids[0]} {
			for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
				if status, _, _ := stranger.ask(method, path, `{"displayName":"x","userName":"x","Operations":[{"op":"replace","path":"active","value":false}]}`); status != 404 {
					t.Errorf("a stranger's %s %s: %d", method, path, status)
				}
			}
		}
		if status, _, m := stranger.ask("POST", "/scim/v2/Groups", `{"displayName":"Redaktion","members":[{"value":"`+ids[0]+`"}]}`); status != 400 || m["scimType"] != "invalidValue" {
			t.Errorf("a stranger takes our person into a group: %d %v", status, m)
		}
		if _, text := stranger.must(200, "GET", "/scim/v2/Users", ""); !strings.Contains(text, `"totalResults":0`) {
			t.Errorf("a stranger sees %s", text)
		}
		if n := h.count(`SELECT count(*) FROM identity_member`); n != before || h.count(`SELECT count(*) FROM identity_group`) != 1 {
			t.Errorf("a stranger has changed who is in a group: %d, before %d", n, before)
		}
		if status, _, _ := d.ask("DELETE", group, ""); status != 204 {
			t.Errorf("deleting the group: %d", status)
		}
	})
}

// Filters, pages and parts, as directories ask for them.
func TestADirectoryLooksForPeople(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the filters are looked at in Go, and the story of joiners is on both
	join(t, a, "", "Musterstadt")
	d := directoryOf(t, a, "musterstadt")
	for i := range 25 {
		d.must(201, "POST", "/scim/v2/Users", fmt.Sprintf(`{"userName":"u%02d@example.org","externalId":"E%d","name":{"givenName":"G%d","familyName":"F"},"active":%v}`, i, i, i%3, i%2 == 0))
	}
	for filter, want := range map[string]int{
		``: 25, `userName eq "U07@EXAMPLE.ORG"`: 1, `externalId eq "E7"`: 1, `externalId eq "e7"`: 0, `userName sw "u1"`: 10, `active eq false`: 12, `name.givenName eq "g0" and active eq true`: 5,
		`userName eq "u01@example.org" or userName eq "u02@example.org"`: 2, `not (active eq true)`: 12, `emails pr`: 0, `externalId pr and userName co "2"`: 7,
		`meta.created gt "2100-01-01T00:00:00Z"`: 0, `urn:ietf:params:scim:schemas:core:2.0:User:userName ew "9@example.org"`: 2, `groups.display eq "x"`: 0,
	} {
		m, _ := d.must(200, "GET", "/scim/v2/Users?filter="+url.QueryEscape(filter), "")
		if m["totalResults"] != float64(want) {
			t.Errorf("%s: %v, want %d", filter, m["totalResults"], want)
		}
	}
	seen := map[string]bool{}
	for start := 1; start < 30; start += 10 {
		m, _ := d.must(200, "GET", fmt.Sprintf("/scim/v2/Users?startIndex=%d&count=10&attributes=userName", start), "")
		for _, one := range m["Resources"].([]any) {
			u := one.(map[string]any)
			seen[u["userName"].(string)] = true
			if _, ok := u["active"]; ok || u["id"] == nil {
				t.Errorf("attributes=userName gives %v", u)
			}
		}
	}
	if len(seen) != 25 {
		t.Errorf("three pages show %d people", len(seen))
	}
	for _, wrong := range []string{"count=abc", "startIndex=1.5", "count=99999999999999999999"} {
		if m, _ := d.must(400, "GET", "/scim/v2/Users?"+wrong, ""); m["scimType"] != "invalidValue" {
			t.Errorf("%s: %v", wrong, m)
		}
	}
	if m, _ := d.must(200, "GET", "/scim/v2/Users?count=0", ""); m["totalResults"] != 25.0 || len(m["Resources"].([]any)) != 0 {
		t.Errorf("count=0: %v", m)
	}
	// What has not changed is not sent again.
	m, _ := d.must(200, "GET", `/scim/v2/Users?filter=externalId+eq+"E7"`, "")
	path := "/scim/v2/Users/" + m["Resources"].([]any)[0].(map[string]any)["id"].(string)
	_, header, _ := d.ask("GET", path, "")
	if status, _, _ := d.ask("GET", path, "", "If-None-Match", header.Get("ETag")); status != 304 {
		t.Errorf("unchanged: %d", status)
	}
	// What we say of ourselves is what we do.
	m, _ = d.must(200, "GET", "/scim/v2/ServiceProviderConfig", "")
	if m["patch"].(map[string]any)["supported"] != true || m["bulk"].(map[string]any)["maxOperations"] != 100.0 || m["sort"].(map[string]any)["supported"] != true || m["etag"].(map[string]any)["supported"] != true {
		t.Errorf("we say %v", m)
	}
	d.must(200, "GET", "/scim/v2/ResourceTypes/User", "")
	m, _ = d.must(200, "GET", "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group", "")
	if m["name"] != "Group" {
		t.Errorf("the schema of groups: %v", m)
	}
	d.must(404, "GET", "/scim/v2/Schemas/urn:x", "")
}

// What a directory, or somebody in its name, must not send: refused in the form of the
// standard, with a sentence, and nothing is changed.
func TestADirectoryIsRefused(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: what is refused does not reach it
	join(t, a, "", "Musterstadt")
	d := directoryOf(t, a, "musterstadt")
	m, _ := d.must(201, "POST", "/scim/v2/Users", `{"userName":"ada"}`)
	ada := "/scim/v2/Users/" + m["id"].(string)
	h := &house{a, t, ""}
	acts := len(h.log("musterstadt", "identity.%"))
	ops := func(s string) string { return `{"Operations":[` + s + `]}` }
	for name, tt := range map[string]struct {
		method, path, body string
		status             int
		kind               any
	}{
		"no JSON":             {"POST", "/scim/v2/Users", `{`, 400, "invalidValue"},
		"two JSONs":           {"POST", "/scim/v2/Users", `{"userName":"x"}{}`, 400, "invalidValue"},
		"no login":            {"POST", "/scim/v2/Users", `{"displayName":"x"}`, 400, "invalidValue"},
		"a login of blanks":   {"POST", "/scim/v2/Users", `{"userName":"a b"}`, 400, "invalidValue"},
		"a number as a login": {"POST", "/scim/v2/Users", `{"userName":7}`, 400, "invalidValue"},
		"a line break":        {"POST", "/scim/v2/Users", `{"userName":"x","displayName":"a\nb"}`, 400, "invalidValue"},
		"a NUL":               {"POST", "/scim/v2/Users", `{"userName":"x","displayName":"a\u0000b"}`, 400, "invalidValue"},
		"an endless name":     {"POST", "/scim/v2/Users", `{"userName":"` + strings.Repeat("x", 300) + `"}`, 400, "invalidValue"},
		"perhaps active":      {"POST", "/scim/v2/Users", `{"userName":"x","active":"perhaps"}`, 400, "invalidValue"},
		"too large":           {"POST", "/scim/v2/Users", `{"userName":"` + strings.Repeat("x", 300<<10) + `"}`, 413, nil},
		"a bad filter":        {"GET", "/scim/v2/Users?filter=userName+xx", "", 400, "invalidFilter"},
		"a deep filter":       {"GET", "/scim/v2/Users?filter=" + strings.Repeat("(", 50), "", 400, "invalidFilter"},
		"a bad path":          {"PATCH", ada, ops(`{"op":"add","path":"a..b","value":1}`), 400, "invalidPath"},
		"no operation":        {"PATCH", ada, ops(``), 400, "tooMany"},
		"an unknown one":      {"PATCH", ada, ops(`{"op":"move","path":"a"}`), 400, "invalidSyntax"},
		"without its login":   {"PATCH", ada, ops(`{"op":"remove","path":"userName"}`), 400, "invalidValue"},
		"a group of nobody":   {"POST", "/scim/v2/Groups", `{"displayName":"g","members":[{"value":"nobody"}]}`, 400, "invalidValue"},
		"members as a text":   {"POST", "/scim/v2/Groups", `{"displayName":"g","members":"ada"}`, 400, "invalidValue"},
		"nobody":              {"GET", "/scim/v2/Users/nobody", "", 404, nil},
		"someone else's name": {"PATCH", ada, ops(`{"op":"replace","path":"userName","value":"operator b"}`), 400, "invalidValue"},
	} {
		status, _, m := d.ask(tt.method, tt.path, tt.body)
		if detail, _ := m["detail"].(string); status != tt.status || m["scimType"] != tt.kind || len(detail) < 15 || strings.HasPrefix(detail, "[") {
			t.Errorf("%s: %d %v, want %d %v", name, status, m, tt.status, tt.kind)
		}
	}
	if log := h.log("musterstadt", "identity.%"); len(log) != acts || h.count(`SELECT count(*) FROM governance_person`) != 1 {
		t.Errorf("something was changed: %v", log)
	}
	// Tokens that are none, or not for this.
	reader, err := a.Governance.CreateToken(t.Context(), ospo.Act{Org: "musterstadt", Person: "operator", Door: "test"}, "musterstadt", "lesen", []string{"governance.*", "identity.read"}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]int{"": 401, "allm_x": 401, reader: 403} {
		for _, method := range []string{"GET", "POST"} {
			status, header, m := directory{t, a, token}.ask(method, "/scim/v2/Users", `{"userName":"eve"}`)
			if status != want || m["status"] != fmt.Sprint(want) || want == 401 && header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with token %.6q: %d %v, want %d", method, token, status, m, want)
			}
		}
	}
}

// A token of somebody who has left opens no directory either, and one that asks without end waits.
func TestADirectorysTokenRests(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: tokens are tested on both in their own room
	join(t, a, "", "Musterstadt")
	id, err := a.Governance.AddPerson(t.Context(), ospo.Act{Org: "musterstadt", Person: "operator", Door: "test"}, governance.Person{Org: "musterstadt", Login: "admin", Name: "A", Level: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.Governance.CreateToken(t.Context(), ospo.Act{Org: "musterstadt", Person: id, Door: "test"}, "musterstadt", "Verzeichnis", []string{"identity.scim"}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	d := directory{t, a, token}
	d.must(200, "GET", "/scim/v2/Users", "")
	var waits []int
	for range 700 {
		status, header, _ := d.ask("GET", "/scim/v2/ServiceProviderConfig", "")
		if status == 429 {
			waits = append(waits, status)
			if header.Get("Retry-After") == "" {
				t.Fatal("no word on how long to wait")
			}
		}
	}
	if len(waits) == 0 || !slices.Contains(waits, 429) {
		t.Error("a directory that asks without end does not wait")
	}
	if err := a.Governance.ClosePerson(t.Context(), ospo.Act{Org: "musterstadt", Person: "operator", Door: "test"}, id); err != nil {
		t.Fatal(err)
	}
	d.must(401, "GET", "/scim/v2/Users", "")
}

// A person whom the directory has brought is recognised at the provider by the directory's
// id; once deleted there, the provider's word alone does not bring the account back.
func TestDirectoryAndProviderMeanTheSame(t *testing.T) {
	h, l := lying(t, Provider{Match: []string{"external"}})
	d := directoryOf(t, h.App, "musterstadt")
	m, _ := d.must(201, "POST", "/scim/v2/Users", `{"userName":"eve@musterstadt.example","externalId":"eve","displayName":"Eve aus dem Verzeichnis"}`)
	b := h.surfer()
	if status, body := b.lie(l, "/"); status != 303 || b.in() != "Eve Beispiel" {
		t.Fatalf("%d %s", status, said(body))
	}
	if n := h.count(`SELECT count(*) FROM governance_person`); n != 1 {
		t.Errorf("%d people", n)
	}
	d.ask("DELETE", "/scim/v2/Users/"+m["id"].(string), "")
	if b.in() != "" {
		t.Error("deleted, and still in")
	}
	if status, body := b.lie(l, "/"); status != 403 || !strings.Contains(body, "ist geschlossen") {
		t.Errorf("%d %s", status, said(body))
	}
	d.must(201, "POST", "/scim/v2/Users", `{"userName":"eve@musterstadt.example","externalId":"eve"}`)
	if status, body := b.lie(l, "/"); status != 303 {
		t.Errorf("come back: %d %s", status, said(body))
	}
}

// Routes of others' protocols are in the list of routes, too: each asks who it is before it
// reads anything, or proves it by what is sent. None is left out.
func TestEveryForeignRouteAsksWho(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: nobody gets as far as one
	join(t, a, "", "Musterstadt")
	proves := map[string]string{"POST /identity/logout/{provider}": "the provider signs what it sends", "POST /ticket/hook/{system}": "the ticket system signs what it sends"}
	reader := directory{t, a, ""}
	var err error
	if reader.token, err = a.Governance.CreateToken(t.Context(), ospo.Act{Org: "musterstadt", Person: "operator", Door: "test"}, "musterstadt", "lesen", []string{"governance.read", "estate.*"}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range a.modules() {
		for _, f := range m.Foreign {
			if f.Permit == "" {
				if proves[f.Pattern] == "" {
					t.Errorf("%s asks for no permission, and nobody says why", f.Pattern)
				}
				continue
			}
			n++
			method, path, _ := strings.Cut(f.Pattern, " ")
			path = idents.ReplaceAllString(path, "x")
			for token, want := range map[string]int{"": 401, reader.token: 403} {
				if status, _, _ := (directory{t, a, token}).ask(method, path, strings.Repeat("x", 100)); status != want {
					t.Errorf("%s with token %.6q: %d, want %d", f.Pattern, token, status, want)
				}
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d routes were asked", n)
	}
}

// A directory cannot lead the letters of whoever administers to somebody else: neither by
// another login nor by another id, and it does not open again what people here closed.
func TestADirectoryDoesNotHandOverWhoAdministers(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		d := directoryOf(t, a, "musterstadt")
		ada, edit := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "edit", "editor")
		head := ada.person() // who is out once she is closed
		patch := func(id, path, value string) (int, string) {
			status, _, m := d.ask("PATCH", "/scim/v2/Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"`+path+`","value":`+value+`}]}`)
			return status, fmt.Sprint(m["detail"])
		}
		for path, value := range map[string]string{"userName": `"boese@evil.example"`, "externalId": `"other"`} {
			if status, why := patch(head, path, value); status != 403 || !strings.Contains(why, "ada") && !strings.Contains(why, "Ada") {
				t.Errorf("%s of an administrator: %d %s", path, status, why)
			}
		}
		if status, why := patch(head, "name.familyName", `"Muster"`); status != 200 {
			t.Errorf("who marries: %d %s", status, why)
		}
		if status, why := patch(head, "active", "false"); status != 200 {
			t.Errorf("who leaves: %d %s", status, why)
		}
		if status, _ := patch(head, "active", "true"); status != 403 {
			t.Errorf("the directory opens an administrator again: %d", status)
		}
		if status, why := patch(edit.person(), "userName", `"edith@musterstadt.example"`); status != 200 {
			t.Errorf("an editor: %d %s", status, why)
		}
	})
}
