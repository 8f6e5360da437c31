// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/pace"
)

const phrase = "ein ganzer Satz"

// villain has a city with an account each for ada, who administers, and bert.
func villain(t *testing.T, a *App) (ada, bert ospo.PersonID) {
	t.Helper()
	join(t, a, "", "Musterstadt")
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for login, id := range map[string]*ospo.PersonID{"ada": &ada, "bert": &bert} {
		var err error
		if *id, err = a.Governance.CreateAccount(t.Context(), act, "musterstadt", login, "Frau "+login, phrase, "admin"); err != nil {
			t.Fatal(err)
		}
	}
	return ada, bert
}

// send sends a form the way a browser does; change alters the request.
func (a *App) send(method, path string, form url.Values, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	return w
}

// lets signs somebody in and returns the session's cookie.
func (a *App) lets(t *testing.T, login string, cookies ...*http.Cookie) []*http.Cookie {
	t.Helper()
	w := a.send("POST", "/sign-in", url.Values{"login": {login}, "password": {phrase}}, with(cookies))
	if w.Code != 303 {
		t.Fatalf("%s signs in: %d %.300s", login, w.Code, w.Body)
	}
	return w.Result().Cookies()
}

func with(cookies []*http.Cookie) func(*http.Request) {
	return func(r *http.Request) {
		for _, c := range cookies {
			r.AddCookie(c)
		}
	}
}

func logged(t *testing.T, a *App, what string) int {
	t.Helper()
	n, err := db.Count(t.Context(), a.DB.Read(), `SELECT count(*) FROM log_entry_view WHERE what = $1`, what)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// allLogged counts all entries of the log.
func allLogged(t *testing.T, a *App) int {
	t.Helper()
	n, err := db.Count(t.Context(), a.DB.Read(), `SELECT count(*) FROM log_entry_view`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Another site has the reader's browser send a form here, with the reader's cookie.
func TestAFormFromAnotherSiteDoesNothing(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ada, bert := villain(t, a)
		now := a.DB.Now()
		a.DB.Now = func() time.Time { return now }
		cookies := a.lets(t, "ada")
		before := logged(t, a, "governance.person.close")
		for name, header := range map[string][2]string{
			"another site": {"Sec-Fetch-Site", "cross-site"}, "a neighbour": {"Sec-Fetch-Site", "same-site"}, "an older browser": {"Origin", "https://evil.example"},
		} {
			n := 0
			for _, m := range a.modules() {
				for _, p := range m.Pages {
					method, path, _ := strings.Cut(p.Pattern, " ")
					if method != "POST" {
						continue
					}
					n++
					path = strings.ReplaceAll(path, "{person}", string(bert))
					w := a.send("POST", idents.ReplaceAllString(path, "x"), url.Values{"lang": {"en"}}, func(r *http.Request) {
						with(cookies)(r)
						r.Header.Set(header[0], header[1])
					})
					if w.Code != 403 || len(w.Result().Cookies()) > 0 || !strings.Contains(w.Body.String(), "anderen Website") {
						t.Errorf("%s posts to %s: %d %.200s", name, path, w.Code, w.Body)
					}
				}
			}
			if n < 25 {
				t.Errorf("only %d forms were sent", n)
			}
		}
		if logged(t, a, "governance.person.close") != before {
			t.Error("an account was closed")
		}
		if n := logged(t, a, "app.refused.other_site"); n != 1 {
			t.Errorf("%d entries in the log, want one for all that came within the minute", n)
		}
		a.tellsOfTheOtherSite(t, ada, bert, cookies)
		if w := a.send("POST", "/prefs", url.Values{"lang": {"en"}}, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }); w.Code != 303 {
			t.Errorf("our own form is refused: %d", w.Code)
		}
	})
}

// tellsOfTheOtherSite sends one form more, a minute later, and reads what the log says of it.
func (a *App) tellsOfTheOtherSite(t *testing.T, ada, bert ospo.PersonID, cookies []*http.Cookie) {
	t.Helper()
	later := a.DB.Now().Add(time.Minute)
	a.DB.Now = func() time.Time { return later }
	closing := "/governance/person/" + string(bert) + "/close"
	evil := func(r *http.Request) {
		r.Header.Set("Origin", "https://evil.example/"+strings.Repeat("x", 9999)+"\xff")
	}
	a.send("POST", closing, nil, func(r *http.Request) { evil(r); with(cookies)(r) })
	all, err := a.Audit.Entries(door.With(t.Context(), door.Viewer{Org: "musterstadt"}), audit.Filter{What: "app"}, 9)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d entries, %v; want another one after a minute", len(all), err)
	}
	if e := all[0]; e.Person != string(ada) || e.Thing != string(ada) || e.Phrase == "" || e.Door != "web" || e.Request == "" ||
		!strings.Contains(string(e.Diff), `"POST /governance/person/{person}/close"`) || !strings.Contains(string(e.Diff), `"https://evil.example/x`) || len(e.Diff) > 400 {
		t.Errorf("the log says %+v %s", e, e.Diff)
	}
	var server bytes.Buffer
	usual := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&server, nil)))
	defer slog.SetDefault(usual)
	if w := a.send("POST", closing, nil, evil); w.Code != 403 || logged(t, a, "app.refused.other_site") != 2 {
		t.Errorf("nobody's form: %d, and %d entries in the log", w.Code, logged(t, a, "app.refused.other_site"))
	}
	if !strings.Contains(server.String(), `"route":"POST /governance/person/{person}/close"`) || !strings.Contains(server.String(), `"WARN"`) {
		t.Errorf("the server's log says %s", server.String())
	}
}

// Somebody plants a cookie and waits for the reader to sign in with it.
func TestAPlantedCookieIsWorthNothing(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		villain(t, a)
		planted := &http.Cookie{Name: "allmende", Value: strings.Repeat("A", 43)}
		fresh := a.lets(t, "ada", planted)
		if fresh[0].Value == planted.Value {
			t.Error("the planted secret became the session's")
		}
		if w := a.send("GET", "/me", nil, with([]*http.Cookie{planted})); w.Code != 303 {
			t.Errorf("the planted cookie opens /me: %d", w.Code)
		}
		// One of the villain's own sessions, planted: it ends, and the reader gets another.
		own := a.lets(t, "bert")
		fresh = a.lets(t, "ada", own...)
		if w := a.send("GET", "/me", nil, with(own[:1])); w.Code != 303 {
			t.Errorf("the villain's session goes on: %d", w.Code)
		}
		if w := a.send("GET", "/me", nil, with(fresh)); w.Code != 200 || !strings.Contains(w.Body.String(), "Frau ada") {
			t.Errorf("the reader is not in: %d", w.Code)
		}
		// A planted cookie looks like one whose session is over, so nothing says that it was one.
		// What the log has is each session that began, with its person.
		if n := logged(t, a, "governance.sign_in"); n != 3 {
			t.Errorf("%d sign-ins in the log, want ada's two and bert's", n)
		}
	})
}

// one database: the counting is the same text on both, and ten thousand take their time
func TestTenThousandWrongPasswords(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	villain(t, a)
	usual := a.lets(t, "ada") // the browser in which ada has been before
	answers := map[int]int{}
	guess := func(login, address string) {
		w := a.send("POST", "/sign-in", url.Values{"login": {login}, "password": {"geraten und falsch"}}, func(r *http.Request) { r.RemoteAddr = address + ":4711" })
		answers[w.Code]++
	}
	for i := range 10_000 { // from a thousand addresses
		guess("ada", fmt.Sprintf("198.51.%d.%d", i/250%4, i%250))
	}
	// Five are free, then the pause doubles from two seconds on: in eight minutes, which is longer
	// than this takes on the slowest machine, eight more are looked at.
	if answers[422] > 13 || answers[422]+answers[429] != 10_000 {
		t.Errorf("answers %v: the brake does not hold", answers)
	}
	if n := logged(t, a, "governance.sign_in.refused"); n > 20 {
		t.Errorf("%d entries in the log", n)
	}
	// From elsewhere even the right password waits; where ada usually sits it does not.
	if w := a.send("POST", "/sign-in", url.Values{"login": {"ada"}, "password": {phrase}}, nil); w.Code != 429 {
		t.Errorf("a stranger's browser with the right password: %d, want 429", w.Code)
	}
	var known []*http.Cookie
	for _, c := range usual {
		if c.Name == "allmende_known" {
			known = append(known, c)
		}
	}
	if len(known) != 1 {
		t.Fatalf("the browser is not known: %v", usual)
	}
	a.lets(t, "ada", known...)
	// Known for ada is not known for bert.
	for range 6 {
		a.send("POST", "/sign-in", url.Values{"login": {"bert"}, "password": {"falsch und geraten"}}, with(known))
	}
	if w := a.send("POST", "/sign-in", url.Values{"login": {"bert"}, "password": {phrase}}, nil); w.Code != 429 {
		t.Errorf("guessing at bert in ada's browser is counted apart: %d", w.Code)
	}
}

// one database: as above
func TestGuessingAtInventedLoginsDoesNotFillTheLog(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	villain(t, a)
	const guesses = 200 // each costs a whole look at a password, as for a login that exists
	for i := range guesses {
		w := a.send("POST", "/sign-in", url.Values{"login": {fmt.Sprintf("erfunden%d", i)}, "password": {"geraten und falsch"}}, func(r *http.Request) {
			r.RemoteAddr = fmt.Sprintf("203.0.113.%d:4711", i)
		})
		if w.Code != 422 {
			t.Fatalf("guess %d: %d", i, w.Code)
		}
	}
	if n := logged(t, a, "governance.sign_in.refused"); n < 5 || n > 5+8 {
		t.Errorf("%d entries in the log for %d guesses, want the first five and then each time twice as many", n, guesses)
	}
}

// Whether an account exists shows neither in the answer nor in how long it takes: the same
// phrase, and a whole look at a password either way.
func TestSignInTellsNobodyWhichAccountsExist(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: what is compared is the work beside it
	_, bert := villain(t, a)
	if err := a.Governance.ClosePerson(t.Context(), ospo.Act{Org: governance.System, Person: "operator"}, bert); err != nil {
		t.Fatal(err)
	}
	took, page := map[string]time.Duration{}, ""
	for i := range 4 {
		for _, login := range []string{"ada", "niemand", "bert"} {
			begun := time.Now()
			w := a.send("POST", "/sign-in", url.Values{"login": {login}, "password": {"geraten und falsch"}}, func(r *http.Request) { r.RemoteAddr = fmt.Sprintf("203.0.113.%d:1", i) })
			if d := time.Since(begun); i == 0 || d < took[login] {
				took[login] = d // the least is what the work takes
			}
			body := strings.ReplaceAll(w.Body.String(), login, "…")
			body = strings.ReplaceAll(body, w.Header().Get("X-Request-Id"), "")
			if page == "" {
				page = body
			}
			if w.Code != 422 || body != page {
				t.Errorf("%s: %d, and the page differs: %v", login, w.Code, body != page)
			}
		}
	}
	for login, d := range took {
		if d > 3*took["ada"] || took["ada"] > 3*d {
			t.Errorf("%s takes %s, ada %s", login, d, took["ada"])
		}
	}
}

func TestTheTokenOfASuspendedPersonRests(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ada, bert := villain(t, a)
		v := door.Viewer{Org: "musterstadt", Person: bert, Grants: []string{"*"}, Door: "test"}
		token, err := a.Governance.CreateToken(t.Context(), v.Act("governance.token.add", ""), "musterstadt", "CI", []string{"governance.read"}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		c := caller{t, a, token, "de"}
		if status, _ := c.get("/api/v1/governance/orgs"); status != 200 {
			t.Fatalf("the token does not work at all: %d", status)
		}
		if err := a.Governance.ClosePerson(t.Context(), ospo.Act{Org: "musterstadt", Person: ada, Door: "test"}, bert); err != nil {
			t.Fatal(err)
		}
		if status, _ := c.get("/api/v1/governance/orgs"); status != 401 && status != 403 {
			t.Errorf("the token of somebody who was suspended is answered %d", status)
		}
		if logged(t, a, "governance.person.close") != 1 {
			t.Error("the suspension is not in the log")
		}
	})
}

// Whatever a request says of where it came from, it names nobody's address and leads nowhere.
func TestTricksWithHeadersAndPaths(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, bert := villain(t, a)
		cookies := a.lets(t, "ada")
		boss := a.lets(t, "ada")
		for i := range 60 { // a new address each time, if one believed it
			w := a.send("POST", "/sign-in", url.Values{"login": {fmt.Sprintf("x%d", i)}, "password": {"geraten und falsch"}}, func(r *http.Request) {
				r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i))
				r.Header.Set("X-Real-Ip", fmt.Sprintf("198.51.100.%d", i))
				r.Header.Set("Forwarded", fmt.Sprintf("for=198.51.100.%d", i))
			})
			if i == 59 && w.Code != 429 {
				t.Errorf("guess %d with a forged address: %d, want 429", i, w.Code)
			}
		}
		if n := logged(t, a, "governance.sign_in.refused"); n < 5 {
			t.Errorf("%d guesses in the log", n)
		}
		signedIn, all := logged(t, a, "governance.sign_in"), allLogged(t, a)
		for _, tt := range []struct{ method, path, form string }{
			{"POST", "/sign-in", "login=ada&password=ein+ganzer+Satz&back=https://evil.example/"},
			{"POST", "/sign-in", "login=ada&password=ein+ganzer+Satz&back=//evil.example"},
			{"POST", "/sign-in", `login=ada&password=ein+ganzer+Satz&back=/\evil.example`},
			{"GET", "/sign-in?back=//evil.example", ""},
			{"POST", "/prefs", "lang=en&back=https://evil.example"},
			{"POST", "/act-for", "org=musterstadt&back=//evil.example"},
			{"GET", "//evil.example/%2e%2e", ""},
			{"GET", "/sbom/..%2f..%2f..%2fetc%2fpasswd", ""},
			{"GET", "/static/../../etc/passwd", ""},
			{"GET", "/static/font/..%2f..%2fgo.mod", ""},
		} {
			form, _ := url.ParseQuery(tt.form)
			w := a.send(tt.method, tt.path, form, func(r *http.Request) {
				r.RemoteAddr = "192.0.2.99:1"
				with(cookies)(r)
			})
			if to := w.Header().Get("Location"); strings.Contains(to, "evil") && !strings.HasPrefix(to, "/sign-in?back=%2F") && !strings.HasPrefix(to, "/evil.example/") {
				t.Errorf("%s %s %s leads to %q", tt.method, tt.path, tt.form, to)
			}
			if strings.Contains(w.Body.String(), "root:") || strings.Contains(w.Body.String(), "module allmende") {
				t.Errorf("%s shows a file of the machine", tt.path)
			}
		}
		// The three that sign in are in the log as any others: of a way on that leads elsewhere
		// only the way is refused. Addresses without a page are counted among the figures.
		if n := logged(t, a, "governance.sign_in") - signedIn; n != 3 || allLogged(t, a)-all != 4 {
			t.Errorf("%d sign-ins of %d entries in the log, want 3, and one for the session before them that ended", n, allLogged(t, a)-all)
		}
		if w := a.send("GET", "/metrics", nil, nil); !strings.Contains(w.Body.String(), `door="static",status="404"`) {
			t.Errorf("what is not found is not counted: %s", w.Body)
		}
		// A link that is handed on leads where the instance is, where that was set.
		a.Governance.Home = "https://allmende.stadt.example"
		w := a.send("POST", "/governance/person/"+string(bert)+"/link", nil, func(r *http.Request) {
			with(boss)(r)
			r.Host = "evil.example"
			r.Header.Set("X-Forwarded-Host", "evil.example")
		})
		if w.Code != 200 || strings.Contains(w.Body.String(), "evil") || !strings.Contains(w.Body.String(), "https://allmende.stadt.example/welcome/") {
			t.Errorf("the link for bert: %d", w.Code)
		}
	})
}

// No route takes a body of any size from anybody: more than its bound is refused, whatever
// is said of its length.
func TestEveryRouteBoundsWhatItIsSent(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: nothing comes that far
	villain(t, a)
	cookies := a.lets(t, "ada")
	_, city := join(t, a, "", "Nachbarstadt")
	big, n := bytes.Repeat([]byte("x=y&"), 1<<19), 0
	for _, m := range a.modules() {
		for _, p := range m.Pages {
			method, path, _ := strings.Cut(p.Pattern, " ")
			if method != "POST" {
				continue
			}
			n++
			for _, signedIn := range []bool{true, false} {
				for _, chunked := range []bool{true, false} {
					var body io.Reader = bytes.NewReader(big)
					if chunked {
						body = io.MultiReader(body) // of unknown length
					}
					r := httptest.NewRequest("POST", idents.ReplaceAllString(path, "x"), body)
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
					if signedIn {
						with(cookies)(r)
					}
					w := httptest.NewRecorder()
					a.Handler.ServeHTTP(w, r)
					if w.Code == 200 || w.Code >= 500 {
						t.Errorf("%s takes 2 MiB (signed in %v, chunked %v): %d", path, signedIn, chunked, w.Code)
					}
				}
			}
		}
		for _, op := range m.Ops {
			if op.Method == "GET" || strings.Contains(op.Path, "documents") || strings.Contains(op.Path, "import") || strings.Contains(op.Path, "advisories") || strings.HasSuffix(op.Path, "/checkpoints") || strings.HasSuffix(op.Path, "/contract/papers") || strings.HasSuffix(op.Path, "/retention/runs") {
				continue // what takes files has bounds of its own, tested beside it; making a checkpoint, ordering a run and drawing the report read nothing
			}
			n++
			r := httptest.NewRequest(op.Method, idents.ReplaceAllString(op.Path, "x"), bytes.NewReader(append([]byte(`{"a":"`), big...)))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+city.token)
			w := httptest.NewRecorder()
			a.Handler.ServeHTTP(w, r)
			if w.Code < 400 && op.Method != "DELETE" || w.Code >= 500 {
				t.Errorf("%s %s takes 2 MiB: %d", op.Method, op.Path, w.Code)
			}
		}
	}
	if n < 25 {
		t.Errorf("only %d routes were tried", n)
	}
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: headers do not depend on it
	villain(t, a)
	cookies := a.lets(t, "ada")
	for _, path := range []string{"/", "/sign-in", "/me", "/nirgends", "/static/icon.svg", "/api/v1/governance/me", "/api/openapi.yaml", "/livez", "/readyz", "/audit.csv"} {
		w := a.send("GET", path, nil, with(cookies))
		csp := w.Header().Get("Content-Security-Policy")
		for _, bad := range []string{"unsafe", "*", "http:"} {
			if csp == "" || strings.Contains(csp, bad) {
				t.Errorf("%s: the policy is %q", path, csp)
			}
		}
		for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy", "X-Frame-Options"} {
			if len(w.Header().Values(name)) != 1 {
				t.Errorf("%s: %s is %q", path, name, w.Header().Values(name))
			}
		}
		if strings.Contains(w.Body.String(), " style=\"") || strings.Contains(w.Body.String(), " onclick=") || strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%s has something inline", path)
		}
	}
}

func TestOneCallerCannotTakeEverything(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: callers are counted in memory
	villain(t, a)
	cookies := a.lets(t, "ada")
	a.Pace = &pace.Meter{Burst: 10, Every: time.Second}
	codes := func(change func(*http.Request)) map[int]int {
		n := map[int]int{}
		for range 20 {
			n[a.send("GET", "/help", nil, change).Code]++
		}
		return n
	}
	if got := codes(nil); got[200] < 10 || got[429] < 8 {
		t.Errorf("an address gets %v", got)
	}
	if got := codes(with(cookies)); got[200] < 10 || got[429] < 8 {
		t.Errorf("an account gets %v", got)
	}
	if got := codes(func(r *http.Request) { r.RemoteAddr = "203.0.113.77:1" }); got[200] < 10 {
		t.Errorf("another address pays for it: %v", got)
	}
}
