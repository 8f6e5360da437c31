// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// ask sends a request with a token.
func (h *house) ask(path, token string) (int, string) {
	h.t.Helper()
	r, err := http.NewRequest(http.MethodGet, h.site.URL+path, nil)
	if err == nil {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return h.browser().Ask(r, err)
}

func (h *house) token(org ospo.OrgID, scopes ...string) string {
	h.t.Helper()
	token, err := h.CreateToken(h.t.Context(), instance, org, "CI", scopes, h.db.Now().Add(48*time.Hour))
	if err != nil {
		h.t.Fatal(err)
	}
	return token
}

func TestTokenMayWhatItsScopesSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		add(t, h.Service, "musterstadt", "bauamt")
		b := h.browser()
		reads, writes := h.token("bauamt", "governance.read"), h.token("bauamt", "sbom.write")
		b.want(200, `"grants":["governance.read"]`)(h.ask("/api/v1/governance/me", reads))
		b.want(200, `"org":"bauamt"`)(h.ask("/api/v1/governance/me", reads))
		b.want(403, "governance.read")(h.ask("/api/v1/governance/me", writes))
		b.want(403, "governance.read")(h.ask("/api/v1/governance/orgs", writes))
		b.want(403, "")(h.ask("/governance/people/add", reads))
		status, body := h.ask("/api/v1/governance/orgs", reads)
		if status != 200 || !strings.Contains(body, `"id":"bauamt"`) || strings.Contains(body, "musterstadt") {
			t.Errorf("a token of one office sees %d %s", status, body)
		}
		for _, bad := range []string{"", "allm_", "allm_invented", reads + "x", strings.TrimPrefix(reads, "allm_"), strings.Repeat("x", 5000)} {
			b.want(401, "")(h.ask("/api/v1/governance/me", bad))
		}
	})
}

func TestTokenEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "admin")
		b := h.browser().signIn("ada")
		token := h.token("musterstadt", "governance.read")
		b.want(200, "")(h.ask("/api/v1/governance/me", token))
		h.Wait()
		_, page := b.get("/governance/tokens")
		if strings.Contains(page, "noch nie") {
			t.Error("the page says of a token that was used that it never was")
		}
		_, rest, _ := strings.Cut(page, `action="/governance/tokens/`)
		id, _, _ := strings.Cut(rest, "/")
		b.want(303, "/governance/tokens")(b.post("/governance/tokens/" + id + "/revoke"))
		b.want(401, "")(h.ask("/api/v1/governance/me", token))
		b.want(200, "widerrufen")(b.get("/governance/tokens"))
		b.want(404, "")(b.post("/governance/tokens/" + id + "/revoke"))

		another := h.token("musterstadt", "governance.read")
		h.later(49 * time.Hour)
		b.want(401, "")(h.ask("/api/v1/governance/me", another))
	})
}

// A token never does more than whoever made it could do now.
func TestTokenFollowsItsMaker(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		add(t, h.Service, "musterstadt", "bauamt")
		add(t, h.Service, "musterstadt", "archiv")
		h.account("musterstadt", "ada", "admin")
		edda := h.account("musterstadt", "edda", "admin")
		b := h.browser().signIn("edda")
		_, page := b.post("/governance/tokens/add", "name", "CI", "org", "bauamt", "scopes", "governance.read", "scopes", "sbom.write", "days", "30")
		_, rest, _ := strings.Cut(page, governance.TokenPrefix)
		token := governance.TokenPrefix + rest[:43]
		b.want(200, `"grants":["governance.read","sbom.write"]`)(h.ask("/api/v1/governance/me", token))

		b.want(403, "cannot make another one")(func() (int, string) {
			r, err := http.NewRequest(http.MethodPost, h.site.URL+"/governance/tokens/add", strings.NewReader("name=x&org=bauamt&scopes=governance.read&days=0"))
			if err == nil {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Accept-Language", "en")
				r.Header.Set("Authorization", "Bearer "+token)
			}
			return h.browser().Ask(r, err)
		}())

		change := func(p governance.Person) {
			t.Helper()
			p.ID, p.Name, p.Login = edda, "Frau edda", "edda"
			if err := h.ChangePerson(t.Context(), instance, p); err != nil {
				t.Fatal(err)
			}
		}
		change(governance.Person{Org: "musterstadt", Level: "reader"})
		b.want(200, `"grants":["governance.read"]`)(h.ask("/api/v1/governance/me", token))
		change(governance.Person{Org: "archiv", Level: "admin"})
		b.want(401, "")(h.ask("/api/v1/governance/me", token))
		change(governance.Person{Org: "musterstadt", Level: "admin"})
		b.want(200, "sbom.write")(h.ask("/api/v1/governance/me", token))
		if err := h.ClosePerson(t.Context(), instance, edda); err != nil {
			t.Fatal(err)
		}
		b.want(401, "")(h.ask("/api/v1/governance/me", token))
		b.want(200, "ruht")(h.browser().signIn("ada").get("/governance/tokens"))
	})
}

func TestNobodyGivesAwayWhatTheyDoNotHave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		add(t, h.Service, "", "anderstadt")
		h.account("musterstadt", "edda", "editor")
		h.account("musterstadt", "ada", "admin")
		b := h.browser().signIn("edda")
		b.want(200, `value="sbom.write"`)(b.get("/governance/tokens/add"))
		b.want(200, "Kopieren Sie ihn jetzt")(b.post("/governance/tokens/add", "name", "CI", "org", "musterstadt", "scopes", "sbom.write", "days", "30"))
		for _, scope := range []string{"governance.admin", "*", "governance.*"} {
			b.want(422, "haben Sie selbst nicht")(b.post("/governance/tokens/add", "name", "CI", "org", "musterstadt", "scopes", scope, "days", "30"))
		}
		b.want(422, "mindestens eine Berechtigung")(b.post("/governance/tokens/add", "name", "CI", "org", "musterstadt"))
		b.want(404, "")(b.post("/governance/tokens/add", "name", "CI", "org", "anderstadt", "scopes", "sbom.write"))
		if strings.Contains(func() string { _, p := h.browser().signIn("ada").get("/governance/tokens"); return p }(), "allm_") {
			t.Error("the list of tokens shows a secret")
		}
	})
}

func TestBadTokensAreNotMade(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		for _, tt := range []struct {
			org     ospo.OrgID
			name    string
			scopes  []string
			expires time.Time
			want    fault.Kind
		}{
			{"musterstadt", "", []string{"sbom.write"}, time.Time{}, fault.Invalid},
			{"musterstadt", "CI", nil, time.Time{}, fault.Invalid},
			{"musterstadt", "CI", []string{"sbom"}, time.Time{}, fault.Invalid},
			{"musterstadt", "CI", []string{"sbom.write estate.write"}, time.Time{}, fault.Invalid},
			{"musterstadt", "CI", make([]string, 51), time.Time{}, fault.Invalid},
			{"musterstadt", "CI", []string{"sbom.write"}, h.db.Now().Add(-time.Second), fault.Invalid},
			{"nowhere", "CI", []string{"sbom.write"}, time.Time{}, fault.NotFound},
		} {
			token, err := h.CreateToken(t.Context(), instance, tt.org, tt.name, tt.scopes, tt.expires)
			if token != "" && err == nil || err == nil || fault.Of(err) != tt.want {
				t.Errorf("%+v: %v, want kind %v", tt, err, tt.want)
			}
		}
		if _, err := h.CreateToken(t.Context(), ospo.Act{Org: "musterstadt", Person: "p"}, governance.System, "CI", []string{"*"}, time.Time{}); fault.Of(err) != fault.NotFound {
			t.Errorf("a token for the instance itself: %v, want not found", err)
		}
	})
}

// A token rests with whoever made it: while their account is closed, while their own
// organisation is suspended, and for good once nobody of that id is there any more.
func TestATokenRestsWithItsMaker(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		add(t, h.Service, "musterstadt", "bauamt")
		add(t, h.Service, "", "anbieter")
		edda := h.account("musterstadt", "edda", "admin")
		make := func(person ospo.PersonID, org ospo.OrgID) string {
			t.Helper()
			token, err := h.CreateToken(t.Context(), ospo.Act{Org: org, Person: person, Door: "test"}, org, "CI", []string{"governance.read"}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		hers := make(edda, "bauamt")
		// Dora of the provider works for the Bauamt by a role, hence by a mandate alone.
		dora := h.account("anbieter", "dora", "none")
		h.Mandates = func(_ context.Context, person ospo.PersonID) ([]governance.Mandate, error) {
			if person != dora {
				return nil, nil
			}
			return []governance.Mandate{{Role: "operator", Org: "bauamt", Grants: []string{"governance.read"}}}, nil
		}
		service := make(dora, "bauamt")
		want := func(when, token string, status int) {
			t.Helper()
			if got, body := h.ask("/api/v1/governance/me", token); got != status {
				t.Errorf("%s: %d %.200s, want %d", when, got, body, status)
			}
			h.Wait()
		}
		want("she works", hers, 200)
		want("she works for another house", service, 200)

		if err := h.ClosePerson(t.Context(), instance, edda); err != nil {
			t.Fatal(err)
		}
		want("her account is closed", hers, 401)
		want("she tries again at once", hers, 401)
		if all, err := db.Texts(t.Context(), d.Read(), `SELECT org FROM log_entry WHERE what = 'governance.token.refused'`); err != nil || !slices.Equal(all, []string{"bauamt"}) {
			t.Errorf("the log tells of refusals for %v, %v; want one, for the Bauamt", all, err)
		}
		if err := h.ReopenPerson(t.Context(), instance, edda); err != nil {
			t.Fatal(err)
		}
		want("she is back", hers, 200)

		if err := h.SuspendOrg(t.Context(), instance, "anbieter", "Vertrag ruht"); err != nil {
			t.Fatal(err)
		}
		want("her house is suspended", service, 401)
		if err := h.ResumeOrg(t.Context(), instance, "anbieter"); err != nil {
			t.Fatal(err)
		}
		want("her house is back", service, 200)

		// Her organisation leaves the instance, and her row with it; the token is another's.
		if err := d.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `DELETE FROM governance_person WHERE id = $1`, dora)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want("nobody of that id is there", service, 401)
		want("and others go on", hers, 200)
		all, err := h.Tokens(door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}}))
		if err != nil || len(all) != 2 || !all[0].Rests || all[1].Rests {
			t.Errorf("the list says %+v, %v; want hers alone in use", all, err)
		}
	})
}
