// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

const sentence = "ein ganzer Satz zum Anmelden"

// A visitor keeps the cookie of one session and follows nothing.
type visitor struct {
	t      testing.TB
	app    *App
	cookie string
}

// signIn makes an account and opens a session for it.
func (a *App) signIn(t testing.TB, org, id, level string) visitor {
	t.Helper()
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	_, err := a.Governance.CreateAccount(t.Context(), act, ospo.OrgID(org), id+"@"+org+".example", strings.ToUpper(id[:1])+id[1:], sentence, level)
	if err != nil {
		t.Fatal(err)
	}
	b := visitor{t: t, app: a}
	w := b.do("POST", "/sign-in", url.Values{"login": {id + "@" + org + ".example"}, "password": {sentence}})
	for _, c := range w.Result().Cookies() {
		if c.Name == "allmende" {
			b.cookie = c.Value
		}
	}
	if b.cookie == "" {
		t.Fatalf("%s cannot sign in: %d %s", id, w.Code, w.Body)
	}
	return b
}

func (b visitor) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method != "GET" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "allmende", Value: b.cookie})
	}
	w := httptest.NewRecorder()
	b.app.Handler.ServeHTTP(w, r)
	return w
}

func (b visitor) status(path string) int { b.t.Helper(); return b.do("GET", path, nil).Code }

// person returns the id of who is signed in.
func (b visitor) person() string {
	b.t.Helper()
	_, rest, _ := strings.Cut(b.do("GET", "/api/v1/governance/me", nil).Body.String(), `"person":"`)
	id, _, _ := strings.Cut(rest, `"`)
	if id == "" {
		b.t.Fatal("nobody is signed in")
	}
	return id
}

// Ada's account may nothing by itself. A role lets her in, and the token that she makes; the
// moment the role is taken away, while she works, both stand outside. So it is when the role
// itself changes.
func TestARoleTakenAwayWhileItsHolderWorks(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx, _ := join(t, a, "", "Musterstadt")
		if status, _ := (caller{t, a, "", "de"}).get("/sbom"); status != 303 {
			t.Errorf("nobody: %d", status)
		}
		ada := a.signIn(t, "musterstadt", "ada", "none")
		if status := ada.status("/sbom"); status != 403 {
			t.Errorf("before: %d, want 403", status)
		}
		act := door.With(ctx, door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		grant := func(key string) string {
			o, err := a.Role.Grant(act, RoleGrant{Role: key, Person: "ada@musterstadt.example", Org: "musterstadt", Decision: "Amtsleitung"})
			if err != nil {
				t.Fatal(err)
			}
			return o.ID
		}
		id := grant("developer")
		w := ada.do("POST", "/governance/tokens/add", url.Values{"name": {"CI"}, "org": {"musterstadt"}, "scopes": {"sbom.read", "audit.read"}, "days": {"30"}})
		if w.Code != 422 && w.Code != 400 {
			t.Errorf("she gives away what she does not have: %d", w.Code)
		}
		w = ada.do("POST", "/governance/tokens/add", url.Values{"name": {"CI"}, "org": {"musterstadt"}, "scopes": {"sbom.read", "sbom.write"}, "days": {"30"}})
		_, rest, _ := strings.Cut(w.Body.String(), "allm_")
		secret, _, _ := strings.Cut(rest, "<")
		program := caller{t, a, "allm_" + secret, "de"}
		log, err := a.Audit.Entries(act, audit.Filter{What: "governance.token.add", Person: ada.person()}, 1)
		if err != nil || len(log) != 1 || log[0].Role != "developer" || log[0].Roles == "" || log[0].Roles == "developer" {
			t.Errorf("the log says that she made the token as %+v, %v; want the role of the developer, by its name", log, err)
		}
		check := func(when string, page, api int) {
			t.Helper()
			if got := ada.status("/sbom"); got != page {
				t.Errorf("%s: the page answers %d, want %d", when, got, page)
			}
			if got, _ := program.get("/api/v1/sbom/documents"); got != api {
				t.Errorf("%s: the operation answers %d, want %d", when, got, api)
			}
		}
		check("as developer", 200, 200)
		if err := a.Role.End(act, id, "Umsetzung"); err != nil {
			t.Fatal(err)
		}
		check("after the mandate ended", 403, 401)
		grant("developer")
		check("as developer again", 200, 200)
		r, err := a.Role.Role(act, "developer")
		if err != nil {
			t.Fatal(err)
		}
		r.Grants = []string{"estate.read", "governance.read"}
		if _, err := a.Role.Change(act, r, "weniger ist genug"); err != nil {
			t.Fatal(err)
		}
		check("after the role became smaller", 403, 403)
		if _, err := a.Role.Retire(act, "developer", "entfällt"); err != nil {
			t.Fatal(err)
		}
		check("after the role was retired", 403, 401)
	})
}

// Role as a service: Dora of the provider manages licences for two municipalities beside
// which she has nothing. She switches between them and finds no third.
func TestARoleAsAService(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Anbieter")
		join(t, a, "", "Aldorf")
		join(t, a, "", "Bedorf")
		join(t, a, "", "Cedorf")
		dora := a.signIn(t, "anbieter", "dora", "none")
		for _, org := range []string{"aldorf", "bedorf"} {
			act := door.With(t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: "operator", Grants: []string{"*"}, Door: "cli"})
			if _, err := a.Role.Grant(act, RoleGrant{Role: "licence_manager", Person: "dora@anbieter.example", Org: ospo.OrgID(org), Decision: "Gemeinderat"}); err != nil {
				t.Fatal(err)
			}
		}
		page := dora.do("GET", "/sbom", nil)
		if page.Code != 200 || !strings.Contains(page.Body.String(), "<b>Aldorf</b>") || !strings.Contains(page.Body.String(), "Bedorf") || strings.Contains(page.Body.String(), "Cedorf") {
			t.Errorf("%d: she is to begin in Aldorf and to find Bedorf, not Cedorf", page.Code)
		}
		if w := dora.do("POST", "/act-for", url.Values{"org": {"bedorf"}}); w.Code != 303 {
			t.Errorf("to Bedorf: %d", w.Code)
		}
		if page := dora.do("GET", "/sbom", nil); page.Code != 200 || !strings.Contains(page.Body.String(), "<b>Bedorf</b>") {
			t.Errorf("in Bedorf: %d", page.Code)
		}
		if w := dora.do("POST", "/act-for", url.Values{"org": {"cedorf"}}); w.Code != 404 {
			t.Errorf("to Cedorf: %d, want 404", w.Code)
		}
		if status := dora.status("/governance/people/add"); status != 403 {
			t.Errorf("she administers Bedorf: %d", status)
		}
	})
}

// Each grant of a shipped role is for a page or an operation that there is, or for a room
// that is still to come; which those are is written down here, and one that has come
// leaves the list.
func TestShippedRolesGrantWhatThereIs(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: none is asked
	planned := []string{"awareness", "catalogue", "community", "health", "publish", "strategy"}
	for _, m := range a.modules() {
		if slices.Contains(planned, m.Name) {
			t.Errorf("the room %s has come; take it from this list", m.Name)
		}
	}
	v := door.With(t.Context(), door.Viewer{Org: "nowhere", Person: "operator", Grants: []string{"*"}})
	all, err := a.Role.Roles(v)
	if err != nil || len(all) != 12 {
		t.Fatal(len(all), err)
	}
	for _, r := range all {
		if r.Name.EN == "" || r.Purpose.EN == "" || len(r.Responsibilities) == 0 || len(r.Competences) == 0 || len(r.Grants) == 0 {
			t.Errorf("%s: want name, purpose, responsibilities, competences and permissions, in both languages", r.Key)
		}
		for _, g := range r.Grants {
			room, _, _ := strings.Cut(g, ".")
			covers := func(p string) bool { return (door.Viewer{Grants: []string{g}}).May(p) }
			if !slices.ContainsFunc(a.Role.Permissions, covers) && !slices.Contains(planned, room) {
				t.Errorf("%s grants %s, which no page and no operation asks for", r.Key, g)
			}
		}
	}
}

// The matrix says in words what a permission lets somebody do, in either language, under the
// name of its room; so does the form of a token. A task's page is called by its kind.
func TestEveryPermissionHasAWord(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: none is asked
	var keys []string
	for _, p := range a.Role.Permissions {
		room, verb, _ := strings.Cut(p, ".")
		keys = append(keys, "role.verb."+verb, room+".nav")
	}
	for _, p := range governance.Scopes {
		keys = append(keys, "governance.scope."+p)
	}
	for _, kind := range a.Jobs.Kinds() {
		keys = append(keys, "job.kind."+kind)
	}
	for _, key := range keys {
		for _, tongue := range []string{"de", "en"} {
			if word := a.Texts.T(tongue, key); strings.HasPrefix(word, "[") {
				t.Errorf("%s in %s", word, tongue)
			}
		}
	}
	if len(a.Jobs.Kinds()) < 10 {
		t.Errorf("only %d kinds of task were looked at", len(a.Jobs.Kinds()))
	}
	if len(a.Role.Permissions) < 30 {
		t.Errorf("only %d permissions were looked at", len(a.Role.Permissions))
	}
}
