// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor_test

import (
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"allmende/internal/engine/totp"
	"allmende/internal/office/factor"
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

const password = "ein ganzer Satz"

var instance = ospo.Act{Org: governance.System, Person: "operator", Door: "test"}

// A house is the room beside governance behind a real server, with a clock that the test moves.
type house struct {
	*factor.Service
	gov  *governance.Service
	db   *db.DB
	t    *testing.T
	site *httptest.Server
	mu   sync.Mutex
	late time.Duration
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{Service: factor.New(d), gov: governance.New(d), db: d, t: t}
	d.Now = func() time.Time {
		h.mu.Lock()
		defer h.mu.Unlock()
		return time.Now().Add(h.late)
	}
	h.Gate, h.Administers, h.gov.Second = h.gov, h.gov.Administers, h.Second
	texts, err := lang.Load(web.Files, h.gov.Room().Files, h.Room().Files)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	site := &web.Site{Texts: texts}
	ops := h.Room().Ops
	for _, r := range []struct {
		name  string
		files fs.FS
		pages []web.Page
	}{{"governance", h.gov.Room().Files, h.gov.Room().Pages}, {"factor", h.Room().Files, h.Room().Pages}} {
		if err := d.Migrate(t.Context(), r.name, r.files); err != nil {
			t.Fatal(err)
		}
		site.Mount(mux, r.files, r.pages)
	}
	api.Mount(mux, "test", texts, ops)
	h.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(door.With(r.Context(), h.gov.Viewer(r))))
	}))
	t.Cleanup(func() { h.site.Close(); h.gov.Wait() })
	for _, o := range []governance.Org{{ID: "musterstadt", Name: "Musterstadt", Kind: "city"}, {ID: "bauamt", Parent: "musterstadt", Name: "Bauamt", Kind: "department"}, {ID: "anderstadt", Name: "Anderstadt", Kind: "city"}} {
		if _, err := h.gov.AddOrg(t.Context(), instance, o); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *house) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late += d
}

func (h *house) account(org ospo.OrgID, login, level string) ospo.PersonID {
	h.t.Helper()
	id, err := h.gov.CreateAccount(h.t.Context(), instance, org, login, "Frau "+login, password, level)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *house) logged(what string) int {
	h.t.Helper()
	n, err := db.Count(h.t.Context(), h.db.Read(), `SELECT count(*) FROM log_entry_view WHERE what = $1`, what)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// A browser is one at the house.
type browser struct {
	webtest.Surfer
	h *house
}

func (h *house) browser() browser { return browser{webtest.Surf(h.t, h.site.URL), h} }

func (b browser) get(path string) (int, string) {
	b.h.t.Helper()
	return b.Read(path)
}

func (b browser) post(path string, pairs ...string) (int, string) {
	b.h.t.Helper()
	return b.Send(path, webtest.Pairs(pairs...))
}

// want checks an answer: its status, and a part of the page or the whole of the target.
func (b browser) want(status int, part string) func(int, string) string {
	b.h.t.Helper()
	return func(got int, body string) string {
		b.h.t.Helper()
		if got != status || status == 303 && body != part || !strings.Contains(html.UnescapeString(body), part) {
			b.h.t.Fatalf("%d %.1500s\nwant %d %s", got, body, status, part)
		}
		return body
	}
}

// password shows the first factor; to is where that leads.
func (b browser) password(login, to string) browser {
	b.h.t.Helper()
	b.want(303, to)(b.post("/sign-in", "login", login, "password", password, "back", "/me"))
	return b
}

var (
	secretField = regexp.MustCompile(`name="secret" value="([A-Z2-7]+)"`)
	codesShown  = regexp.MustCompile(`<li><code>([a-z2-7-]+)</code>`)
)

// An app is what shows codes on somebody's phone.
type app struct {
	h      *house
	secret []byte
	codes  []string
}

func (a app) code() string { return totp.Code(a.secret, totp.Step(a.h.db.Now())) }

// setUp sets an app up on the page for it.
func (b browser) setUp() app {
	b.h.t.Helper()
	page := b.want(200, "App einrichten")(b.get("/factor/app"))
	secret, err := totp.Decode(secretField.FindStringSubmatch(page)[1])
	if err != nil {
		b.h.t.Fatal(err)
	}
	a := app{h: b.h, secret: secret}
	page = b.want(200, "Ersatzcodes")(b.post("/factor/app", "secret", totp.Encode(secret), "code", a.code(), "present", password))
	for _, m := range codesShown.FindAllStringSubmatch(page, -1) {
		a.codes = append(a.codes, m[1])
	}
	if len(a.codes) != 10 {
		b.h.t.Fatalf("%d recovery codes, want 10: %s", len(a.codes), page)
	}
	return a
}

func TestAnAppIsAskedForAfterThePassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.account("musterstadt", "ada", "admin")
		b := h.browser().password("ada", "/me")
		page := b.want(200, "<svg class=\"qr\"")(b.get("/factor/app"))
		secret := secretField.FindStringSubmatch(page)[1]
		b.want(422, "Die Ziffern passen nicht")(b.post("/factor/app", "secret", secret, "code", "000000", "present", password))
		b.want(422, "Das bisherige Passwort stimmt nicht")(b.post("/factor/app", "secret", secret, "code", "000000", "present", "falsch"))
		phone := b.setUp()
		b.want(200, "eingerichtet")(b.get("/factor"))

		h.later(time.Minute)
		other := h.browser().password("ada", "/factor/sign-in")
		other.want(303, "/sign-in?back=%2Fme")(other.get("/me")) // not in yet
		other.want(200, "Guten Tag, Frau ada")(other.get("/factor/sign-in"))
		other.want(422, "kein gültiger Code")(other.post("/factor/sign-in", "code", "000000"))
		code := phone.code()
		other.want(303, "/me")(other.post("/factor/sign-in", "code", code))
		other.want(200, "Frau ada")(other.get("/me"))

		// The same code once more, seen over the shoulder.
		thief := h.browser().password("ada", "/factor/sign-in")
		thief.want(422, "schon benutzt")(thief.post("/factor/sign-in", "code", code))
		if n := h.logged("factor.refused"); n != 2 {
			t.Errorf("%d refusals in the log, want 2", n)
		}
		if n := h.logged("factor.app.used"); n != 1 {
			t.Errorf("%d uses in the log, want 1", n)
		}
		// A code of the step before is taken, one of two steps before is not.
		h.later(5 * time.Minute)
		early := phone.code()
		h.later(totp.Period)
		thief.want(303, "/me")(thief.post("/factor/sign-in", "code", early))
		late := h.browser().password("ada", "/factor/sign-in")
		h.later(5 * time.Minute)
		old := phone.code()
		h.later(2 * totp.Period)
		late.want(422, "kein gültiger Code")(late.post("/factor/sign-in", "code", old))
	})
}

func TestRecoveryCodesWorkOnceAndAreNotKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.account("musterstadt", "ada", "reader")
		b := h.browser().password("ada", "/me")
		phone := b.setUp()
		kept, err := db.Texts(t.Context(), d.Read(), `SELECT sum FROM factor_code`)
		if err != nil || len(kept) != 10 || strings.Contains(strings.Join(kept, " "), strings.ReplaceAll(phone.codes[0], "-", "")) {
			t.Fatalf("kept are %v, %v", kept, err)
		}
		one := h.browser().password("ada", "/factor/sign-in")
		one.want(303, "/me")(one.post("/factor/sign-in", "code", " "+strings.ToUpper(strings.ReplaceAll(phone.codes[3], "-", " "))))
		two := h.browser().password("ada", "/factor/sign-in")
		two.want(422, "schon benutzt")(two.post("/factor/sign-in", "code", phone.codes[3]))
		one.want(200, "noch 9")(one.get("/factor"))

		page := one.want(200, "Ihre Ersatzcodes")(one.post("/factor/codes", "present", password))
		fresh := codesShown.FindAllStringSubmatch(page, -1)
		two.want(422, "kein gültiger Code")(two.post("/factor/sign-in", "code", phone.codes[4]))
		two.want(303, "/me")(two.post("/factor/sign-in", "code", fresh[0][1]))

		two.want(303, "/factor")(two.post("/factor/app/remove", "present", password))
		two.want(200, "nicht eingerichtet")(two.get("/factor"))
		if n, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM factor_code`); n != 0 || err != nil {
			t.Errorf("%d recovery codes outlive the factor they stand in for (%v)", n, err)
		}
		h.browser().password("ada", "/me")
	})
}

func TestGuessingCodesIsSlowedDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.account("musterstadt", "ada", "reader")
		phone := h.browser().password("ada", "/me").setUp()
		h.later(time.Minute)
		b := h.browser().password("ada", "/factor/sign-in")
		for range 5 {
			b.want(422, "kein gültiger Code")(b.post("/factor/sign-in", "code", "111111"))
		}
		b.want(429, "in 2 Sekunden")(b.post("/factor/sign-in", "code", phone.code()))
		// A new step with the right password does not begin anew.
		h.later(time.Second / 2)
		fresh := h.browser().password("ada", "/factor/sign-in")
		fresh.want(429, "Sekunden")(fresh.post("/factor/sign-in", "code", phone.code()))
		if n := h.logged("factor.refused"); n != 5 {
			t.Errorf("%d refusals in the log, want 5", n)
		}
		h.later(3 * time.Second)
		fresh.want(303, "/me")(fresh.post("/factor/sign-in", "code", phone.code()))
	})
}

func TestTheStepBetweenEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		ada := h.account("musterstadt", "ada", "reader")
		phone := h.browser().password("ada", "/me").setUp()
		h.later(time.Minute)
		b := h.browser().password("ada", "/factor/sign-in")
		h.later(11 * time.Minute)
		b.want(303, "/sign-in")(b.get("/factor/sign-in"))
		b.want(303, "/sign-in")(b.post("/factor/sign-in", "code", phone.code()))
		b = h.browser().password("ada", "/factor/sign-in")
		if err := h.gov.ClosePerson(t.Context(), instance, ada); err != nil {
			t.Fatal(err)
		}
		b.want(303, "/sign-in")(b.post("/factor/sign-in", "code", phone.code()))
		nobody := h.browser()
		nobody.want(303, "/sign-in")(nobody.get("/factor/sign-in"))
	})
}

func TestALinkForANewPasswordDoesNotReplaceTheSecondFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		ada := h.account("musterstadt", "ada", "reader")
		phone := h.browser().password("ada", "/me").setUp()
		h.later(time.Minute)
		boss := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "boss", Grants: []string{"*"}})
		link, err := h.gov.Invite(boss, ada)
		if err != nil {
			t.Fatal(err)
		}
		b := h.browser()
		b.want(303, "/factor/sign-in")(b.post(link, "password", "ein anderer Satz", "again", "ein anderer Satz"))
		b.want(303, "/sign-in?back=%2Fme")(b.get("/me"))
		b.want(303, "/")(b.post("/factor/sign-in", "code", phone.code()))
	})
}

func TestWhoNeedsOneSetsItUpFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.account("musterstadt", "ada", "admin")
		h.account("bauamt", "bert", "reader")
		h.account("bauamt", "berta", "admin")
		ada := h.browser().password("ada", "/me")
		ada.want(303, "/factor/rule")(ada.post("/factor/rule", "rule", "admin"))
		ada.want(422, "gibt es nicht")(ada.post("/factor/rule", "rule", "sometimes"))
		ada.want(200, "0 von 3 Konten")(ada.get("/factor/rule"))

		h.browser().password("bert", "/me") // may not administer
		berta := h.browser().password("berta", "/factor")
		berta.want(200, "verlangt einen zweiten Faktor")(berta.get("/factor"))
		berta.want(403, "governance.read")(berta.get("/governance/people"))
		berta.setUp() // without asking for the password again, which was shown just now
		berta.want(200, "Frau berta")(berta.get("/me"))
		berta.want(200, "1 von 2 Konten")(berta.get("/factor/rule"))
		berta.want(422, "verlangt einen zweiten Faktor")(berta.post("/factor/app/remove", "present", password))

		// The stricter rule counts, whoever sets it.
		berta.want(303, "/factor/rule")(berta.post("/factor/rule", "rule", "nobody"))
		berta.want(200, "Eine Organisation darüber ist strenger")(berta.get("/factor/rule"))
		ada.want(303, "/factor/rule")(ada.post("/factor/rule", "rule", "all"))
		h.browser().password("bert", "/factor")
	})
}

func TestWhoAdministersResetsALostFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.account("musterstadt", "ada", "admin")
		bert := h.account("bauamt", "bert", "reader")
		h.account("anderstadt", "eve", "admin")
		h.browser().password("bert", "/me").setUp()
		eve := h.browser().password("eve", "/me")
		for _, path := range []string{"/factor/person/" + string(bert), "/factor/person/x%00y"} {
			if status, body := eve.get(path); status != 404 || strings.Contains(body, "bert") {
				t.Errorf("%s shows a stranger %d %s", path, status, body)
			}
		}
		if status, _ := eve.post("/factor/person/" + string(bert) + "/reset"); status != 404 {
			t.Errorf("a stranger resets a second factor: %d", status)
		}
		if _, body := eve.get("/factor/rule"); strings.Contains(body, "bert") || !strings.Contains(body, "1 Konten") && !strings.Contains(body, "von 1") {
			t.Error("a stranger sees who has a second factor")
		}
		h.browser().password("bert", "/factor/sign-in")
		ada := h.browser().password("ada", "/me")
		ada.want(200, "Frau bert")(ada.get("/factor/person/" + string(bert)))
		ada.want(303, "/factor/rule")(ada.post("/factor/person/" + string(bert) + "/reset"))
		h.browser().password("bert", "/me")
		if n := h.logged("factor.reset"); n != 1 {
			t.Errorf("%d resets in the log, want 1", n)
		}
	})
}

func TestNobodyAndTokensHaveNoFactors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		b := h.browser()
		for _, path := range []string{"/factor", "/factor/app", "/factor/app/remove", "/factor/codes", "/factor/rule"} {
			b.want(303, "/sign-in?back="+url.QueryEscape(path))(b.get(path))
		}
		for _, path := range []string{"/factor/app", "/factor/app/remove", "/factor/codes", "/factor/rule"} {
			b.want(401, "")(b.post(path, "secret", "x", "code", "1", "present", password))
		}
		token, err := h.gov.CreateToken(t.Context(), instance, "musterstadt", "CI", []string{"*"}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]int{"/factor": 404, "/factor/app": 404, "/api/v1/factor/coverage": 200} {
			r, err := http.NewRequest(http.MethodGet, h.site.URL+path, nil)
			if err == nil {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			if status, body := b.Ask(r, err); status != want {
				t.Errorf("%s with a token: %d %s, want %d", path, status, body, want)
			}
		}
	})
}

func TestManyTryTheSameCodeAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.account("musterstadt", "ada", "reader")
		phone := h.browser().password("ada", "/me").setUp()
		h.later(time.Minute)
		var all []browser
		for range 4 {
			all = append(all, h.browser().password("ada", "/factor/sign-in"))
		}
		code, in := phone.code(), 0
		var wg sync.WaitGroup
		var mu sync.Mutex
		for _, b := range all {
			wg.Go(func() {
				if status, to := b.post("/factor/sign-in", "code", code); status == 303 && to == "/me" {
					mu.Lock()
					in++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if in != 1 {
			t.Errorf("one code let in %d, want 1", in)
		}
	})
}
