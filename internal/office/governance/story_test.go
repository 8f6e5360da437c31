// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
	"allmende/internal/platform/web/webtest"
)

// A house is the room behind a real server, with a clock that the test moves.
type house struct {
	*governance.Service
	db   *db.DB
	t    *testing.T
	site *httptest.Server
	mu   sync.Mutex
	late time.Duration
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{Service: service(t, d), db: d, t: t}
	began := time.Now() // a slow machine must not make a pause go by
	d.Now = func() time.Time {
		h.mu.Lock()
		defer h.mu.Unlock()
		return began.Add(h.late)
	}
	texts, err := lang.Load([]fs.FS{web.Files, h.Room().Files}...)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	site := &web.Site{Texts: texts, Nav: h.Room().Nav, Orgs: h.Orgs}
	site.Mount(mux, h.Room().Files, h.Room().Pages)
	api.Mount(mux, "test", texts, h.Room().Ops)
	h.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(door.With(r.Context(), h.Viewer(r))))
	}))
	t.Cleanup(func() {
		h.site.Close()
		h.Wait()
	})
	return h
}

// later moves the clock.
func (h *house) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late += d
}

// account makes an account with the password "ein ganzer Satz".
func (h *house) account(org ospo.OrgID, login, level string) ospo.PersonID {
	h.t.Helper()
	id, err := h.CreateAccount(h.t.Context(), instance, org, login, "Frau "+login, password, level)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

const password = "ein ganzer Satz"

// A browser is one at the house.
type browser struct {
	webtest.Surfer
	t *testing.T
}

func (h *house) browser() browser { return browser{webtest.Surf(h.t, h.site.URL), h.t} }

func (b browser) get(path string) (int, string) {
	b.t.Helper()
	return b.Read(path)
}

func (b browser) post(path string, pairs ...string) (int, string) {
	b.t.Helper()
	return b.Send(path, webtest.Pairs(pairs...))
}

// signIn signs in and fails the test where that does not work.
func (b browser) signIn(login string) browser {
	b.t.Helper()
	if status, to := b.post("/sign-in", "login", login, "password", password, "back", "/me"); status != http.StatusSeeOther || to != "/me" {
		b.t.Fatalf("%s could not sign in: %d %s", login, status, to)
	}
	return b
}

// want fails unless an answer has the status and the words.
func (b browser) want(status int, words string) func(int, string) {
	b.t.Helper()
	return func(got int, body string) {
		b.t.Helper()
		if got != status || !strings.Contains(body, words) {
			b.t.Errorf("got %d %s, want %d with %q", got, gist(body), status, words)
		}
	}
}

// gist is the part of a page that matters.
func gist(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return body[:min(len(body), 1500)]
}

// logged counts the entries of the log for an act.
func (h *house) logged(what string) int {
	h.t.Helper()
	n, err := db.Count(h.t.Context(), h.db.Read(), `SELECT count(*) FROM log_entry_view WHERE what = $1`, what)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestFirstAccountByItsLinkOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		void, err := h.FirstLink(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		link, err := h.FirstLink(t.Context())
		if err != nil || link == "" {
			t.Fatal(link, err)
		}
		b := h.browser()
		b.want(200, "Noch gibt es kein Konto")(b.get("/sign-in"))
		b.want(404, "gilt nicht mehr")(b.get(void))
		b.want(404, "gilt nicht mehr")(b.get("/welcome/invented"))
		b.want(200, "Name Ihrer Organisation")(b.get(link))

		form := []string{"org_name", "Stadt Musterstadt", "kind", "city", "name", "Ada Amt", "login", "Ada@Musterstadt.example"}
		b.want(422, "mindestens 12")(b.post(link, append(form, "password", "zu kurz", "again", "zu kurz")...))
		b.want(422, "verschieden")(b.post(link, append(form, "password", password, "again", password+"!")...))
		b.want(303, "/")(b.post(link, append(form, "password", password, "again", password)...))
		b.want(200, "Ada Amt")(b.get("/me"))
		b.want(200, "Stadt Musterstadt")(b.get("/governance"))

		other := h.browser()
		other.want(404, "gilt nicht mehr")(other.get(link))
		other.want(404, "gilt nicht mehr")(other.post(link, append(form, "password", password, "again", password)...))
		if again, err := h.FirstLink(t.Context()); again != "" || err != nil {
			t.Errorf("with an account there is another first link: %q, %v", again, err)
		}
		other.signIn("ada@musterstadt.EXAMPLE")
	})
}

func TestFirstLinkExpires(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		link, err := h.FirstLink(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		h.later(73 * time.Hour)
		b := h.browser()
		b.want(404, "gilt nicht mehr")(b.get(link))
	})
}

func TestWrongPasswordAndUnknownAccountLookAlike(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "reader")
		closed := h.account("musterstadt", "karl", "reader")
		if err := h.ClosePerson(t.Context(), instance, closed); err != nil {
			t.Fatal(err)
		}
		b := h.browser()
		var first string
		for _, login := range []string{"ada", "niemand", "karl"} {
			status, body := b.post("/sign-in", "login", login, "password", "ein falscher Satz")
			body = strings.ReplaceAll(body, login, "…")
			if first == "" {
				first = body
			}
			if status != 422 || body != first || !strings.Contains(body, "Anmeldename oder Passwort stimmen nicht.") {
				t.Errorf("%s: %d, and the page differs from that of the others: %v", login, status, body != first)
			}
		}
		b.want(303, "/sign-in?back=%2Fme")(b.get("/me"))
		if n := h.logged("governance.sign_in.refused"); n != 3 {
			t.Errorf("%d refusals in the log, want 3", n)
		}
	})
}

func TestGuessingIsSlowedDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "reader")
		h.account("musterstadt", "berta", "reader")
		b := h.browser()
		for range 5 {
			b.want(422, "stimmen nicht")(b.post("/sign-in", "login", "ada", "password", "geraten"))
		}
		b.want(429, "in 2 Sekunden")(b.post("/sign-in", "login", "ada", "password", "geraten"))
		b.want(429, "in 2 Sekunden")(b.post("/sign-in", "login", "ADA ", "password", password))
		h.browser().signIn("berta") // others are not held up
		for range 9 {               // each next failure doubles the pause, up to five minutes
			h.later(5 * time.Minute)
			b.want(422, "stimmen nicht")(b.post("/sign-in", "login", "ada", "password", "geraten"))
		}
		b.want(429, "in 5 Minuten")(b.post("/sign-in", "login", "ada", "password", password))
		h.later(6 * time.Minute)
		h.browser().signIn("ada")
		b.want(422, "stimmen nicht")(b.post("/sign-in", "login", "ada", "password", "geraten")) // forgiven
	})
}

func TestManyGuessesAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "reader")
		var wg sync.WaitGroup
		var mu sync.Mutex
		got := map[int]int{}
		for range 40 {
			wg.Go(func() {
				status, _ := h.browser().post("/sign-in", "login", "ada", "password", "geraten")
				mu.Lock()
				defer mu.Unlock()
				got[status]++
			})
		}
		wg.Wait()
		if got[422] > 6 || got[422]+got[429] != 40 {
			t.Errorf("answers %v: more guesses were looked at than the free ones", got)
		}
	})
}

func TestSessionEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		ada := h.account("musterstadt", "ada", "admin")
		out := "/sign-in?back=%2Fme"
		for name, end := range map[string]func(b browser){
			"signing out":      func(b browser) { b.want(303, "/sign-in")(b.post("/sign-out")) },
			"eight idle hours": func(browser) { h.later(8*time.Hour + time.Minute) },
			"closing the account": func(browser) {
				if err := h.ClosePerson(t.Context(), instance, ada); err != nil {
					t.Fatal(err)
				}
				if err := h.ReopenPerson(t.Context(), instance, ada); err != nil {
					t.Fatal(err)
				}
			},
			"a changed password": func(browser) {
				other := h.browser().signIn("ada")
				form := []string{"present", password, "password", "ein ganz anderer Satz", "again", "ein ganz anderer Satz"}
				other.want(303, "/me")(other.post("/me/password", form...))
				other.want(200, "Mein Konto")(other.get("/me"))
				form[1], form[3], form[5] = form[3], password, password
				other.want(303, "/me")(other.post("/me/password", form...))
			},
			"ending it elsewhere": func(browser) {
				other := h.browser().signIn("ada")
				_, page := other.get("/me")
				for _, part := range strings.Split(page, `action="/me/session/`)[1:] {
					id, _, _ := strings.Cut(part, "/")
					other.want(303, "/me")(other.post("/me/session/" + id + "/end"))
				}
				other.want(200, "Mein Konto")(other.get("/me"))
			},
		} {
			b := h.browser().signIn("ada")
			b.want(200, "Mein Konto")(b.get("/me"))
			end(b)
			if status, to := b.get("/me"); status != 303 || to != out {
				t.Errorf("after %s the session goes on: %d", name, status)
			}
		}
	})
}

func TestSessionEndsAfterADayWhateverHappens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "reader")
		b, hours := h.browser().signIn("ada"), 0
		for ; hours < 30; hours++ {
			h.later(time.Hour)
			if status, _ := b.get("/me"); status != 200 {
				break
			}
			h.Wait()
		}
		if hours < 22 || hours > 24 {
			t.Errorf("a session that is used each hour ends after %d hours, want 24", hours)
		}
	})
}

func TestSecretsAreNotKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "admin")
		b := h.browser().signIn("ada")
		u, _ := url.Parse(b.Base)
		cookie := b.Jar.Cookies(u)[0]
		token, err := h.CreateToken(t.Context(), instance, "musterstadt", "CI", []string{"sbom.write"}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := db.Texts(t.Context(), d.Read(), `
			SELECT sum || id || agent FROM governance_session UNION ALL SELECT sum || id || name FROM governance_token UNION ALL SELECT hash FROM governance_password`)
		if err != nil || len(kept) != 3 {
			t.Fatal(kept, err)
		}
		for _, secret := range []string{cookie.Value, token, strings.TrimPrefix(token, "allm_"), password} {
			if strings.Contains(strings.Join(kept, "\n"), secret) {
				t.Errorf("%q can be read in the database", secret)
			}
		}
	})
}

func TestCookieIsGuarded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "reader")
		for proto, name := range map[string]string{"http": "allmende", "https": "__Host-allmende"} {
			form := url.Values{"login": {"ada"}, "password": {password}}
			r, err := http.NewRequest(http.MethodPost, h.site.URL+"/sign-in", strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Forwarded-Proto", proto)
			a, err := h.browser().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			a.Body.Close()
			c := a.Cookies()[0]
			if c.Name != name || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure != (proto == "https") || len(c.Value) < 43 {
				t.Errorf("over %s: %+v", proto, c)
			}
		}
	})
}

func TestInvitedPersonSetsThePassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "admin")
		b := h.browser().signIn("ada")
		status, to := b.post("/governance/people/add", "name", "Bert Bau", "login", "bert", "org", "musterstadt", "level", "editor")
		if status != 303 {
			t.Fatal(status, gist(to))
		}
		b.want(200, "Bert Bau")(b.get(to))
		_, page := b.post(to + "/link")
		_, link, _ := strings.Cut(page, "<code>"+h.site.URL)
		link, _, _ = strings.Cut(link, "<")
		bert := h.browser()
		bert.want(200, "Willkommen, Bert Bau")(bert.get(link))
		bert.want(303, "/")(bert.post(link, "password", password, "again", password))
		bert.want(200, "Bert Bau")(bert.get("/me"))
		bert.want(403, "governance.admin")(bert.get("/governance/people/add"))
		bert.want(404, "gilt nicht mehr")(bert.get(link))
		h.browser().signIn("bert")
	})
}

func TestActingForAnotherOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		add(t, h.Service, "", "musterstadt")
		add(t, h.Service, "musterstadt", "bauamt")
		add(t, h.Service, "musterstadt", "standesamt")
		add(t, h.Service, "", "anderstadt")
		h.account("musterstadt", "ada", "reader")
		h.account("bauamt", "bert", "reader")
		b := h.browser().signIn("ada")
		b.want(200, `<option value="bauamt">`)(b.get("/governance"))
		b.want(303, "/")(b.post("/act-for", "org", "bauamt"))
		b.want(200, `<option value="bauamt" selected>`)(b.get("/governance"))
		b.want(404, "")(b.get("/governance/org/standesamt"))
		b.want(404, "")(b.post("/act-for", "org", "anderstadt"))
		b.want(303, "/")(b.post("/act-for", "org", "musterstadt"))
		b.want(200, "standesamt")(b.get("/governance/org/standesamt"))

		bert := h.browser().signIn("bert")
		bert.want(404, "")(bert.post("/act-for", "org", "musterstadt"))
		bert.want(404, "")(bert.get("/governance/org/musterstadt"))

		// The office moves to another city while somebody acts for it.
		b.want(303, "/")(b.post("/act-for", "org", "bauamt"))
		if err := h.ChangeOrg(t.Context(), instance, governance.Org{ID: "bauamt", Parent: "anderstadt", Name: "Bauamt", Kind: "department"}); err != nil {
			t.Fatal(err)
		}
		b.want(404, "")(b.get("/governance/org/bauamt"))
		b.want(200, "standesamt")(b.get("/governance/org/standesamt"))
	})
}

func TestPreferencesAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		b := h.browser()
		b.want(303, "/sign-in")(b.post("/prefs", "lang", "en", "theme", "dark", "back", "/sign-in"))
		b.want(200, `<html lang="en" data-kern-theme="dark">`)(b.get("/sign-in"))
		b.want(303, "/")(b.post("/prefs", "lang", "xx", "theme", "pink", "back", "https://evil.example"))
		b.want(200, `<html lang="en" data-kern-theme="dark">`)(b.get("/sign-in"))
	})
}
