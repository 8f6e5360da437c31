// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/browser"
)

// A passkey in a real browser, with a device that it emulates: added, used to sign in alone,
// renamed, removed. One database: what the device signs does not depend on it.
func TestAPasskeyInTheBrowser(t *testing.T) {
	p := browser.Start(t)
	a := open(t, t.TempDir()+"/a.db")
	villain(t, a)
	s := httptest.NewServer(a.Handler)
	defer s.Close()
	base := strings.Replace(s.URL, "127.0.0.1", "localhost", 1) // a passkey is bound to a name, not to a number
	p.Authenticator()
	p.Look(1280, 900, false)

	p.Visit(base + "/sign-in")
	speak(p, "de")
	p.Fill("#f-login", "ada")
	p.Fill("#f-password", phrase)
	p.Follow("main button[type=submit]")
	p.Visit(base + "/factor/passkey")
	for _, v := range p.Axe() {
		t.Errorf("/factor/passkey: %s", v)
	}
	p.Fill("#f-name", "Diensttelefon")
	p.Fill("#f-present", phrase)
	if status := p.Follow("main button[type=submit]"); status != 200 || !strings.Contains(p.Text("main"), "Ersatzcodes") {
		t.Fatalf("%d at %s: %s", status, p.Where(), p.Text("main"))
	}
	p.Visit(base + "/factor")
	if !strings.Contains(p.Text("#keys ~ ul, .list"), "Diensttelefon") {
		t.Errorf("the passkey is not listed: %s", p.Text("main"))
	}

	leave := func() {
		p.Visit(base + "/me")
		p.Follow("form[action='/sign-out'] button")
	}
	leave()
	p.Visit(base + "/sign-in?back=%2Ffactor")
	p.Follow("a[href^='/factor/passkey-sign-in']")
	for _, v := range p.Axe() {
		t.Errorf("/factor/passkey-sign-in: %s", v)
	}
	if status := p.Follow("main button[type=submit]"); status != 200 || !strings.HasSuffix(p.Where(), "/factor") || !strings.Contains(p.Text("main"), "zuletzt benutzt") {
		t.Fatalf("signing in by passkey: %d at %s: %s", status, p.Where(), p.Text("main"))
	}

	// With the password alone one does not get in any more.
	leave()
	p.Visit(base + "/sign-in")
	p.Fill("#f-login", "ada")
	p.Fill("#f-password", phrase)
	p.Follow("main button[type=submit]")
	if !strings.HasSuffix(p.Where(), "/factor/sign-in") {
		t.Errorf("the password alone leads to %s", p.Where())
	}
	p.Follow("a[href='/factor/passkey-sign-in']")
	p.Follow("main button[type=submit]")

	p.Visit(base + "/factor")
	p.Follow(".list a")
	p.Fill("#f-name", "Zweitgerät")
	p.Follow("form[action$='/rename'] button")
	if !strings.Contains(p.Text("main"), "Zweitgerät") {
		t.Errorf("the passkey was not renamed: %s", p.Text("main"))
	}
	p.Follow(".list a")
	p.Fill("#f-present", phrase)
	p.Follow("form[action$='/remove'] button")
	if strings.Contains(p.Text("main"), "Zweitgerät") {
		t.Errorf("the passkey was not removed: %s", p.Text("main"))
	}
	leave()
	p.Visit(base + "/factor/passkey-sign-in")
	if status := p.Follow("main button[type=submit]"); status != 422 || !strings.Contains(p.Text("main"), "passt nicht") {
		t.Errorf("the removed passkey: %d at %s: %s", status, p.Where(), p.Text("main"))
	}
	for what, want := range map[string]int{"factor.key.add": 1, "factor.key.used": 2, "factor.key.rename": 1, "factor.key.remove": 1} {
		if n := logged(t, a, what); n != want {
			t.Errorf("%s stands %d times in the log, want %d", what, n, want)
		}
	}
	for _, e := range p.Errors() {
		if !strings.Contains(e, "422") {
			t.Errorf("the page complains: %s", e)
		}
	}
}

// What a browser sends in place of a passkey's answer is refused with a sentence, and lets
// nobody in.
func TestForgedPasskeys(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		villain(t, a)
		for _, answer := range []string{
			"", "null", "{}", "[]", strings.Repeat("{", 10_000), strings.Repeat("a", 100_000), "\x00",
			`{"id":"YWRh","rawId":"YWRh","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA","userHandle":"YWRh"}}`,
			`{"id":"YWRh","rawId":"YWRh","type":"public-key","response":{"clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUFBQSIsIm9yaWdpbiI6Imh0dHA6Ly9leGFtcGxlLmNvbSJ9","authenticatorData":"SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MBAAAAAA","signature":"AAAA","userHandle":"AAB4"}}`,
		} {
			w := a.send("POST", "/factor/passkey-sign-in", url.Values{"credential": {answer}}, nil)
			if w.Code != 422 && w.Code != 413 || len(w.Result().Cookies()) > 0 {
				t.Errorf("%.40q: %d, cookies %v", answer, w.Code, w.Result().Cookies())
			}
		}
		cookies := a.lets(t, "ada")
		for _, answer := range []string{"", "{}", strings.Repeat("[", 10_000)} {
			w := a.send("POST", "/factor/passkey", url.Values{"credential": {answer}, "name": {"x"}, "present": {phrase}}, with(cookies))
			if w.Code != 422 {
				t.Errorf("adding %.40q: %d", answer, w.Code)
			}
		}
	})
}
