// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/browser/idptest"
	"allmende/internal/office/governance"
	"allmende/internal/office/identity"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// A house is the whole program behind a real address, with Musterstadt in it.
type house struct {
	*App
	t   *testing.T
	url string
}

// instance is the operator's act, by which tests furnish a house.
var instance = ospo.Act{Org: governance.System, Person: "operator", Door: "cli"}

func mapping(source, value string, target ospo.OrgID, level string) identity.Mapping {
	return identity.Mapping{Source: source, Value: value, Target: target, Level: level}
}

// operator may everything in an organisation.
func (h *house) operator(org ospo.OrgID) door.Viewer {
	return door.Viewer{Org: org, Person: "operator", Name: "operator", Grants: []string{"*"}, Lang: "de", Door: "test"}
}

// log lists the acts of an organisation's log from one of an act on, as "act on".
func (h *house) log(org, like string) []string {
	h.t.Helper()
	all, err := db.Texts(h.t.Context(), h.DB.Read(), `SELECT what || ' ' || thing FROM log_entry_view WHERE org = $1 AND what LIKE $2 ORDER BY id`, org, like)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// count counts rows.
func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	n, err := db.Count(h.t.Context(), h.DB.Read(), query, args...)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// A surfer is a browser at the house.
type surfer struct {
	webtest.Surfer
	h *house
}

func (h *house) surfer() surfer { return surfer{webtest.Surf(h.t, h.url), h} }

// get asks for a path of the house, or for an address.
func (b surfer) get(path string) (int, string) {
	b.h.t.Helper()
	return b.Read(path)
}

func (b surfer) post(path string, form url.Values) (int, string) {
	b.h.t.Helper()
	return b.Send(path, form)
}

// in reports whether the browser is signed in, and as whom.
func (b surfer) in() string {
	b.h.t.Helper()
	status, body := b.get("/me")
	if status != 200 {
		return ""
	}
	m := regexp.MustCompile(`<dt>Name</dt><dd>([^<]*)</dd>`).FindStringSubmatch(body)
	if m == nil {
		b.h.t.Fatalf("/me does not say who I am: %s", body)
	}
	return m[1]
}

// session is the value of the session's cookie.
func (b surfer) session() string {
	u, _ := url.Parse(b.h.url)
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == "allmende" {
			return c.Value
		}
	}
	return ""
}

// through signs in at the real provider and returns how the house answers.
func (b surfer) through(provider, back, login, password string) (int, string) {
	b.h.t.Helper()
	status, to := b.get("/identity/sign-in/" + provider + "?back=" + url.QueryEscape(back))
	if status != 303 {
		return status, to
	}
	_, form := b.get(to)       // the authorization endpoint leads to the form
	issuer, _ := url.Parse(to) // which is a path at the provider
	where, err := issuer.Parse(form)
	if err != nil {
		b.h.t.Fatal(err)
	}
	id := where.Query().Get("authRequestID")
	_, next := b.post(where.Scheme+"://"+where.Host+"/login/username", url.Values{"id": {id}, "username": {login}, "password": {password}})
	where, err = issuer.Parse(next)
	if err != nil {
		b.h.t.Fatal(err)
	}
	_, home := b.get(where.String())
	if !strings.HasPrefix(home, b.h.url) {
		b.h.t.Fatalf("the provider does not send %s back, but says %s", login, home)
	}
	return b.get(home)
}

// real opens a house with a real provider, which runs as a process of its own.
func real(t *testing.T, where string, p Provider) (*house, *idptest.Provider) {
	t.Helper()
	var idp *idptest.Provider
	h := inhabit(t, where, func(address string) Provider {
		idp = idptest.Start(t, address+"/identity/callback/rathaus")
		p.ID, p.Org, p.Label, p.Issuer, p.Client, p.Secret = "rathaus", "musterstadt", "Rathaus-Konto", idp.Issuer, idptest.Client, idptest.Secret
		return p
	})
	return h, idp
}

// inhabit opens a house with three organisations, for a provider that is told the house's
// address.
func inhabit(t *testing.T, where string, provider func(address string) Provider) *house {
	t.Helper()
	before := open(t, where)
	for _, o := range []governance.Org{{ID: "musterstadt", Name: "Musterstadt", Kind: "city"}, {ID: "bauamt", Parent: "musterstadt", Name: "Bauamt", Kind: "department"}, {ID: "nachbarstadt", Name: "Nachbarstadt", Kind: "city"}} {
		if _, err := before.Governance.AddOrg(t.Context(), instance, o); err != nil {
			t.Fatal(err)
		}
	}
	s := httptest.NewUnstartedServer(nil)
	address := "http://" + s.Listener.Addr().String()
	a, err := New(t.Context(), Options{Database: where, Blobs: t.TempDir(), Home: address, Providers: []Provider{provider(address)}})
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = a.Handler
	s.Start()
	t.Cleanup(func() { s.Close(); a.Close() })
	return &house{a, t, address}
}

// Ada signs in with the city's account: she gets an account here, with the rights of her
// group, and comes back to where she was. The key is changed meanwhile. The provider ends
// her session when it says so; what it says twice, or what somebody else says, ends nothing.
func TestAdaSignsInWithTheCitysAccount(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		h, idp := real(t, where, Provider{Join: true, Level: "reader", Groups: "groups"})
		if _, err := h.Identity.AddMapping(door.With(t.Context(), h.operator("musterstadt")), mapping("rathaus", "redaktion", "bauamt", "editor")); err != nil {
			t.Fatal(err)
		}
		ada := h.surfer()
		if _, body := ada.get("/sign-in?back=/estate"); !strings.Contains(body, `href="/identity/sign-in/rathaus?back=%2Festate"`) || !strings.Contains(body, "Anmelden mit Rathaus-Konto") {
			t.Error("the page for signing in does not offer the provider")
		}
		if status, to := ada.through("rathaus", "/estate", idptest.Ada, idptest.Password); status != 303 || to != "/estate" {
			t.Fatalf("coming back: %d %s", status, to)
		}
		if who := ada.in(); who != "Ada Musterfrau" {
			t.Errorf("signed in as %q", who)
		}
		if status, body := ada.get("/me"); !strings.Contains(body, "Bauamt") || !strings.Contains(body, "earbeite") {
			t.Errorf("her group does not give her the Bauamt: %d %s", status, body)
		}
		// A second browser after a change of keys: the same person, no second account.
		idp.Rotate()
		second := h.surfer()
		if status, to := second.through("rathaus", "/", idptest.Ada, idptest.Password); status != 303 || to != "/" {
			t.Fatalf("after the change of keys: %d %s", status, to)
		}
		if n := h.count(`SELECT count(*) FROM governance_person`); n != 1 {
			t.Errorf("%d people, want Ada alone", n)
		}
		// Back-channel logout ends both; the token works once.
		token := idp.SignedOut("id-ada", "", "first")
		logout := h.surfer()
		if status, body := logout.post("/identity/logout/rathaus", url.Values{"logout_token": {token}}); status != 200 {
			t.Fatalf("logout token: %d %s", status, body)
		}
		if ada.in() != "" || second.in() != "" {
			t.Error("the provider has ended the sessions and they go on")
		}
		if status, to := ada.through("rathaus", "/", idptest.Ada, idptest.Password); status != 303 || ada.in() == "" {
			t.Fatalf("signing in again: %d %s", status, to)
		}
		if status, body := logout.post("/identity/logout/rathaus", url.Values{"logout_token": {token}}); status != 400 || !strings.Contains(body, "replay") || ada.in() == "" {
			t.Errorf("a logout token taken twice: %d %s", status, body)
		}
		want := []string{"identity.logout rathaus", "identity.mapping.add rathaus: redaktion", "identity.sign_in.refused rathaus: replay"}
		for _, w := range want {
			if !slices.Contains(h.log("musterstadt", "identity.%"), w) {
				t.Errorf("the log of Musterstadt lacks %q: %v", w, h.log("musterstadt", "identity.%"))
			}
		}
		acts := strings.Join(h.log("bauamt", "identity.%"), "\n")
		for w, n := range map[string]int{"identity.join": 1, "identity.sign_in ": 3, "identity.session.end": 2} {
			if got := strings.Count(acts, w); got != n {
				t.Errorf("the log of the Bauamt has %d of %q, want %d:\n%s", got, w, n, acts)
			}
		}
		// Signing out here says that she is still signed in there.
		status, to := ada.post("/sign-out", nil)
		if status != 303 || to != "/identity/signed-out/rathaus" {
			t.Fatalf("signing out: %d %s", status, to)
		}
		if _, body := ada.get(to); !strings.Contains(body, "sind Sie noch angemeldet") || !strings.Contains(body, idp.Issuer+"/end_session?client_id=allmende") || ada.in() != "" {
			t.Errorf("signed out: %s", body)
		}
	})
}

// Bert is in no group that gives anything, and his account is not made for him: he reads why,
// and nothing of him is kept.
func TestWhoIsNotExpectedStaysOutside(t *testing.T) {
	h, _ := real(t, t.TempDir()+"/a.db", Provider{Groups: "groups", Join: true}) // one database: the other story is on both
	bert := h.surfer()
	status, body := bert.through("rathaus", "/", idptest.Bert, idptest.Password)
	if status != 403 || !strings.Contains(body, "Keine Ihrer Gruppen gibt Ihnen Zugang") || !strings.Contains(body, "Mit einem Konto bei Allmende anmelden") || bert.in() != "" {
		t.Errorf("%d %s", status, body)
	}
	if n := h.count(`SELECT (SELECT count(*) FROM governance_person) + (SELECT count(*) FROM identity_bond) + (SELECT count(*) FROM governance_session)`); n != 0 {
		t.Errorf("%d rows are left of him", n)
	}
	if log := h.log("musterstadt", "identity.%"); len(log) != 1 || log[0] != "identity.sign_in.refused rathaus: no_group" {
		t.Errorf("the log says %v", log)
	}
}

// lying opens a house with a provider that lies, for a case.
func lying(t *testing.T, p Provider) (*house, *idptest.Liar) {
	t.Helper()
	return lyingAt(t, t.TempDir()+"/a.db", p)
}

func lyingAt(t *testing.T, where string, p Provider) (*house, *idptest.Liar) {
	t.Helper()
	liar := idptest.Lie(t)
	p.ID, p.Org, p.Label, p.Issuer, p.Client, p.Secret = "rathaus", "musterstadt", "Rathaus-Konto", liar.URL, idptest.Client, idptest.Secret
	h := inhabit(t, where, func(string) Provider { return p })
	return h, liar
}

// lie signs in at the lying provider.
func (b surfer) lie(l *idptest.Liar, back string) (int, string) {
	b.h.t.Helper()
	status, to := b.get("/identity/sign-in/rathaus?back=" + url.QueryEscape(back))
	if status != 303 {
		return status, to
	}
	code, state := l.Authorize(to)
	return b.get("/identity/callback/rathaus?code=" + code + "&state=" + state)
}

// Tokens that an attacker, a broken provider or another one sends: each is refused with a
// sentence, an entry in the log that says why, and nobody is signed in or entered.
func TestForgedTokensAreRefused(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Level: "admin"})
	change := func(name string, v any) func() {
		return func() {
			l.Claims = func(c map[string]any) {
				if c[name] = v; v == nil {
					delete(c, name)
				}
			}
		}
	}
	signed := func(f func(map[string]any) string) func() { return func() { l.Sign = f } }
	now := time.Now().Unix()
	for name, tt := range map[string]struct {
		lie func()
		why string
	}{
		"of another issuer":               {change("iss", "https://boese.example"), "issuer"},
		"for another program":             {change("aud", "other"), "audience"},
		"for many, without the party":     {change("aud", []string{idptest.Client, "other"}), "audience"},
		"for another party":               {change("azp", "other"), "audience"},
		"expired":                         {change("exp", now-600), "time"},
		"without an end":                  {change("exp", nil), "time"},
		"not valid yet":                   {change("nbf", now+3600), "time"},
		"of the future":                   {change("iat", now+3600), "time"},
		"long ago":                        {change("iat", now-3600), "time"},
		"without a time":                  {change("iat", nil), "time"},
		"of another sign-in":              {change("nonce", "another"), "nonce"},
		"without a nonce":                 {change("nonce", nil), "nonce"},
		"without a subject":               {change("sub", ""), "token"},
		"with an endless subject":         {change("sub", strings.Repeat("x", 300)), "token"},
		"with another access token":       {change("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "signature"},
		"without a name":                  {func() { l.Claims = func(c map[string]any) { delete(c, "name"); delete(c, "preferred_username") } }, "nameless"},
		"signed with another key":         {signed(idptest.Forged), "signature"},
		"signed with the client's secret": {signed(func(c map[string]any) string { return idptest.Shared([]byte(idptest.Secret+"............"), c) }), "signature"},
		"signed with the published key":   {signed(func(c map[string]any) string { return idptest.Shared(l.Public().N.Bytes(), c) }), "signature"},
		"not signed":                      {signed(idptest.Unsigned), "signature"},
		"no token at all":                 {func() { l.Token = "no token" }, "signature"},
		"three dots and nothing":          {func() { l.Token = "..." }, "signature"},
		"larger than an answer may be":    {func() { l.Token = strings.Repeat("x", 2<<20) }, "away"},
	} {
		t.Run(name, func(t *testing.T) {
			l.Claims, l.Sign, l.Token = nil, nil, ""
			tt.lie()
			before := len(h.log("musterstadt", "identity.sign_in.refused"))
			b := h.surfer()
			status, body := b.lie(l, "/")
			if want := map[bool]int{true: 502, false: 403}[tt.why == "away"]; status != want || !strings.Contains(body, h.Texts.T("de", "identity.refused."+tt.why)) || !strings.Contains(body, h.Texts.T("de", "identity.remedy."+tt.why)) {
				t.Errorf("want %d and the sentence for %q, got %d: %s", want, tt.why, status, said(body))
			}
			log := h.log("musterstadt", "identity.sign_in.refused")
			if len(log) != before+1 || log[before] != "identity.sign_in.refused rathaus: "+tt.why {
				t.Errorf("the log says %v, want one more entry with the reason %s", log, tt.why)
			}
			if b.in() != "" {
				t.Error("and yet somebody is signed in")
			}
		})
	}
	if n := h.count(`SELECT (SELECT count(*) FROM governance_person) + (SELECT count(*) FROM identity_bond) + (SELECT count(*) FROM governance_session)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	l.Claims, l.Sign, l.Token = nil, nil, "" // and the one that holds is taken
	if b := h.surfer(); true {
		if status, to := b.lie(l, "/"); status != 303 || b.in() != "Eve Beispiel" {
			t.Errorf("a token that holds: %d %s", status, said(to))
		}
	}
}

var tags = regexp.MustCompile(`(?s)<main.*?</main>`)

// said is what a page says in its middle.
func said(body string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(tags.FindString(body), " ")), " ")
}

// What has been used once is used up: the journey, the code, the token. What another browser
// has begun cannot be finished in this one.
func TestReplaysAreRefused(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Level: "reader"})
	b := h.surfer()
	_, to := b.get("/identity/sign-in/rathaus?back=/")
	code, state := l.Authorize(to)
	home := "/identity/callback/rathaus?code=" + code + "&state=" + state
	refused := func(who surfer, path, why string) {
		t.Helper()
		if status, body := who.get(path); status != 403 || !strings.Contains(body, h.Texts.T("de", "identity.refused."+why)) {
			t.Errorf("%s: %d %s, want the sentence for %q", path, status, said(body), why)
		}
	}
	victim := h.surfer()
	refused(victim, home, "state") // the link of somebody else: signed in as the attacker otherwise
	if _, other := victim.get("/identity/sign-in/rathaus"); other == "" {
		t.Fatal("no way to the provider")
	}
	refused(victim, home, "state")
	if victim.in() != "" {
		t.Error("the victim is signed in as somebody else")
	}
	refused(b, "/identity/callback/rathaus?code="+code+"&state=x", "state")
	u, _ := url.Parse(h.url)
	cookies := b.Jar.Cookies(u)
	if status, to := b.get(home); status != 303 {
		t.Fatalf("the first time: %d %s", status, said(to))
	}
	refused(b, home, "state")
	b.Jar.SetCookies(u, cookies) // somebody who has kept the cookie, too
	refused(b, home, "state")
	// A code that was used, in a new journey.
	_, to = b.get("/identity/sign-in/rathaus")
	_, state = l.Authorize(to)
	refused(b, "/identity/callback/rathaus?code="+code+"&state="+state, "code")
	// A token that was used, in a new journey: the nonce is another one.
	l.Token = l.Last
	thief := h.surfer()
	if status, body := thief.lie(l, "/"); status != 403 || !strings.Contains(body, h.Texts.T("de", "identity.refused.nonce")) || thief.in() != "" {
		t.Errorf("a token used twice: %d %s", status, said(body))
	}
	l.Token = ""
	// A code that was taken from another's journey: the verifier is another one (RFC 7636).
	_, theirs := thief.get("/identity/sign-in/rathaus")
	stolen, _ := l.Authorize(theirs)
	_, mine := b.get("/identity/sign-in/rathaus")
	_, state = l.Authorize(mine)
	refused(b, "/identity/callback/rathaus?code="+stolen+"&state="+state, "code")
	if l.Broken == 0 {
		t.Error("the stolen code came with its own verifier")
	}
	// An answer in the name of another provider (RFC 9207), and what the provider itself refuses.
	for query, why := range map[string]string{"code=x&iss=https%3A%2F%2Fboese.example": "issuer", "error=access_denied": "denied"} {
		_, to = b.get("/identity/sign-in/rathaus")
		_, state = l.Authorize(to)
		refused(b, "/identity/callback/rathaus?state="+state+"&"+query, why)
	}
}

// A journey that takes too long is over.
func TestAJourneyEnds(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Level: "reader"})
	b := h.surfer()
	_, to := b.get("/identity/sign-in/rathaus")
	code, state := l.Authorize(to)
	h.DB.Now = func() time.Time { return time.Now().Add(11 * time.Minute) }
	if status, body := b.get("/identity/callback/rathaus?code=" + code + "&state=" + state); status != 403 || !strings.Contains(body, h.Texts.T("de", "identity.refused.state")) {
		t.Errorf("%d %s", status, said(body))
	}
}

// Nobody is led elsewhere by a link that begins here.
func TestNobodyIsLedElsewhere(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Level: "reader"})
	for _, back := range []string{"https://boese.example/", "//boese.example", `/\boese.example`, "javascript:alert(1)", "/\t/boese.example", "http:boese.example", "boese.example", "", "/%0d%0aLocation: x"} {
		b := h.surfer()
		status, to := b.lie(l, back)
		if status != 303 || to != "/" && !strings.HasPrefix(to, "/%0d") {
			t.Errorf("back to %q leads to %d %s", back, status, to)
		}
	}
	b := h.surfer()
	if _, to := b.lie(l, "/estate?q=a%20b"); to != "/estate?q=a%20b" {
		t.Errorf("a page of our own leads to %s", to)
	}
}

// A session that somebody has planted before signing in is worth nothing afterwards.
func TestAPlantedSessionIsWorthNothing(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Level: "reader"})
	b := h.surfer()
	u, _ := url.Parse(h.url)
	b.Jar.SetCookies(u, []*http.Cookie{{Name: "allmende", Value: "planted", Path: "/"}})
	if status, _ := b.lie(l, "/"); status != 303 {
		t.Fatal(status)
	}
	first := b.session()
	if first == "" || first == "planted" {
		t.Fatalf("the session is %q", first)
	}
	if status, _ := b.lie(l, "/"); status != 303 {
		t.Fatal(status)
	}
	if b.session() == first {
		t.Error("signing in again keeps the session's secret")
	}
	if n := h.count(`SELECT count(*) FROM governance_session`); n != 1 {
		t.Errorf("%d sessions, want the new one alone", n)
	}
	old := h.surfer()
	old.Jar.SetCookies(u, []*http.Cookie{{Name: "allmende", Value: first, Path: "/"}})
	if old.in() != "" {
		t.Error("the session from before still works")
	}
}

// A provider that is down: the page says so and what to do, the other ways stay open, and it
// is not asked again by each who comes.
func TestAProviderThatIsDown(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Level: "reader"})
	l.Down = true
	b := h.surfer()
	status, body := b.get("/identity/sign-in/rathaus?back=/estate")
	if status != 502 || !strings.Contains(body, "antwortet nicht") || !strings.Contains(body, "Es liegt nicht an Ihnen") || !strings.Contains(body, `href="/sign-in?back=%2Festate"`) || !strings.Contains(body, `href="/identity/sign-in/rathaus?back=%2Festate"`) {
		t.Errorf("%d %s", status, said(body))
	}
	if status, _ := b.get("/sign-in"); status != 200 {
		t.Errorf("the page for signing in: %d", status)
	}
	l.Down = false
	if status, _ := b.get("/identity/sign-in/rathaus"); status != 502 {
		t.Errorf("a moment later: %d, want a rest before it is asked again", status)
	}
	h.DB.Now = func() time.Time { return time.Now().Add(6 * time.Second) }
	if status, _ := b.lie(l, "/"); status != 303 {
		t.Errorf("once it is back: %d", status)
	}
}

// People who are here already: by e-mail only where the operator wants it and the provider
// has verified the address; never somebody of another city; never a closed account.
func TestWhomAProviderMayMean(t *testing.T) {
	for name, tt := range map[string]struct {
		p        Provider
		org      ospo.OrgID
		unproved bool
		want     string // as whom one is signed in; else the reason
	}{
		"not by e-mail unless the operator wants it": {Provider{}, "bauamt", false, "unknown"},
		"by e-mail where he does":                    {Provider{Match: []string{"mail"}}, "bauamt", false, "Eve Beispiel"},
		"not where nobody has verified it":           {Provider{Match: []string{"mail"}}, "bauamt", true, "unknown"},
		"never a person of another city":             {Provider{Match: []string{"mail"}}, "nachbarstadt", false, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			h, l := lying(t, tt.p)
			id, err := h.Governance.AddPerson(t.Context(), instance, governance.Person{Org: tt.org, Login: "eve@musterstadt.example", Name: "Eve von früher", Level: "editor"})
			if err != nil {
				t.Fatal(err)
			}
			l.Claims = func(c map[string]any) { c["email_verified"] = !tt.unproved }
			b := h.surfer()
			status, body := b.lie(l, "/")
			if got := b.in(); got != "" && got != tt.want || got == "" && !strings.Contains(body, h.Texts.T("de", "identity.refused."+tt.want)) {
				t.Fatalf("%d, signed in as %q: %s", status, got, said(body))
			}
			if b.in() == "" {
				return
			}
			// Once recognised, the subject counts, and a closed account stays closed.
			l.Claims = func(c map[string]any) { c["email"] = "other@musterstadt.example" }
			if b.lie(l, "/"); b.in() == "" {
				t.Error("with another address she is not recognised any more")
			}
			if err := h.Governance.ClosePerson(t.Context(), instance, id); err != nil {
				t.Fatal(err)
			}
			if b.in() != "" {
				t.Error("the session of a closed account goes on")
			}
			if status, body := b.lie(l, "/"); status != 403 || !strings.Contains(body, "ist geschlossen") {
				t.Errorf("%d %s", status, said(body))
			}
		})
	}
}

// Whose account has moved to another city is not let in by the old one's provider.
func TestAnOldProviderHasNoSay(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Level: "admin"})
	b := h.surfer()
	b.lie(l, "/")
	people, err := db.Texts(t.Context(), h.DB.Read(), `SELECT id FROM governance_person`)
	if err != nil || len(people) != 1 {
		t.Fatal(people, err)
	}
	if err := h.Governance.ChangePerson(t.Context(), instance, governance.Person{ID: ospo.PersonID(people[0]), Org: "nachbarstadt", Name: "Eve Beispiel", Level: "admin"}); err != nil {
		t.Fatal(err)
	}
	thief := h.surfer()
	if status, body := thief.lie(l, "/"); status != 403 || !strings.Contains(body, "gehört inzwischen zu einer anderen Organisation") || thief.in() != "" {
		t.Errorf("%d %s", status, said(body))
	}
}

// Who leaves a group loses what it gave, at the next sign-in; who has nothing left stays outside.
func TestRightsFollowGroups(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Groups: "realm_access.roles"})
	ctx := door.With(t.Context(), h.operator("musterstadt"))
	for group, level := range map[string]string{"lesen": "reader", "verwalten": "admin"} {
		if _, err := h.Identity.AddMapping(ctx, mapping("rathaus", group, "musterstadt", level)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Identity.AddMapping(ctx, mapping("rathaus", "fremd", "nachbarstadt", "admin")); err == nil {
		t.Error("a group of Musterstadt's provider may be given rights in Nachbarstadt")
	}
	b := h.surfer()
	for _, tt := range []struct {
		roles  []string
		status int // of a page for who administers
	}{{[]string{"lesen", "verwalten"}, 200}, {[]string{"lesen"}, 403}, {nil, 0}} {
		l.Claims = func(c map[string]any) { c["realm_access"] = map[string]any{"roles": tt.roles} }
		status, body := b.lie(l, "/")
		if tt.status == 0 {
			if status != 403 || !strings.Contains(body, "Keine Ihrer Gruppen") {
				t.Errorf("without a group: %d %s", status, said(body))
			}
			continue
		}
		if status, _ := b.get("/governance/people/add"); status != tt.status {
			t.Errorf("with %v: %d, want %d", tt.roles, status, tt.status)
		}
	}
}

// Logout tokens that an attacker could send end nothing.
func TestForgedLogoutTokensEndNothing(t *testing.T) {
	h, l := lying(t, Provider{Join: true, Level: "reader"})
	b, n := h.surfer(), 0
	b.lie(l, "/")
	good := func() map[string]any {
		n++
		now := time.Now()
		return map[string]any{"iss": l.URL, "aud": idptest.Client, "sub": "eve", "jti": fmt.Sprint(n), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
			"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}
	}
	with := func(name string, v any) string {
		c := good()
		if c[name] = v; v == nil {
			delete(c, name)
		}
		return l.Signed(c)
	}
	for name, token := range map[string]string{
		"forged": idptest.Forged(good()), "not signed": idptest.Unsigned(good()), "an ID token": with("nonce", "x"), "shared": idptest.Shared([]byte(idptest.Secret+"............"), good()),
		"without the event": with("events", map[string]any{}), "of another issuer": with("iss", "https://boese.example"), "for another program": with("aud", "other"),
		"expired": with("exp", time.Now().Add(-time.Hour).Unix()), "old": with("iat", time.Now().Add(-time.Hour).Unix()), "without an id": with("jti", nil),
		"about nobody": with("sub", nil), "nothing": "", "long": strings.Repeat("x", 70<<10), "of another session": with("sid", "elsewhere"), "the ID token of the sign-in": l.Last,
	} {
		status, body := h.surfer().post("/identity/logout/rathaus", url.Values{"logout_token": {token}})
		if name == "of another session" {
			if status != 200 {
				t.Errorf("%s: %d %s", name, status, body)
			}
		} else if status != 400 || !strings.Contains(body, `"error":"invalid_request"`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
		if b.in() == "" {
			t.Fatalf("a logout token that is %s ends the session", name)
		}
	}
	if status, _ := h.surfer().post("/identity/logout/rathaus", url.Values{"logout_token": {l.Signed(good())}}); status != 200 || b.in() != "" {
		t.Errorf("and the one that holds does not: %d", status)
	}
}

// Who asks without end is made to wait, and others are not.
func TestWhoAsksWithoutEndWaits(t *testing.T) {
	h, _ := lying(t, Provider{Join: true, Level: "reader"})
	b, waits := h.surfer(), 0
	for range 80 {
		if status, _ := b.get("/identity/callback/rathaus?code=x&state=x"); status == 429 {
			waits++
		}
	}
	if waits < 10 {
		t.Errorf("of 80 requests %d had to wait", waits)
	}
	if n := len(h.log("musterstadt", "identity.sign_in.refused")); n > 70 {
		t.Errorf("the log has %d entries of one who asks without end", n)
	}
}

// How long sessions last is the operator's to say, for those that run, too; whoever asks
// for less than no time at all is told so at the start.
func TestSessionsEndWhenTheOperatorSays(t *testing.T) {
	where := t.TempDir() + "/a.db" // one database: the times are compared by the same statements on both
	h, l := lyingAt(t, where, Provider{Join: true, Level: "admin"})
	if err := h.Governance.LimitSessions(30*time.Minute, 2*time.Hour); err != nil {
		t.Fatal(err)
	}
	b, now := h.surfer(), time.Now()
	h.DB.Now = func() time.Time { return now }
	b.lie(l, "/")
	if _, body := b.get("/me"); !strings.Contains(body, "nach 30 Minuten ohne Aufruf, spätestens nach 2 Stunden") {
		t.Errorf("the page does not say how long: %s", said(body))
	}
	person, _ := db.Texts(t.Context(), h.DB.Read(), `SELECT id FROM governance_person`)
	if _, body := b.get("/governance/person/" + person[0]); !strings.Contains(body, "<dt>Kommt über</dt><dd>Rathaus-Konto</dd>") {
		t.Errorf("the person's page does not say by which provider she comes: %s", said(body))
	}
	now = now.Add(31 * time.Minute)
	if b.in() != "" {
		t.Error("31 minutes without a request, and the session goes on")
	}
	for _, bad := range [][2]time.Duration{{time.Minute, 0}, {time.Hour, time.Minute}, {0, 1000 * time.Hour}, {-time.Hour, 0}} {
		if _, err := New(t.Context(), Options{Database: t.TempDir() + "/b.db", Idle: bad[0], Absolute: bad[1]}); err == nil {
			t.Errorf("limits of %v are taken", bad)
		}
	}
}
