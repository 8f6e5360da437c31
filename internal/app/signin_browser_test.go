// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"os"
	"strings"
	"testing"

	"allmende/internal/browser"
	"allmende/internal/browser/idptest"
	"allmende/internal/platform/door"
)

// The whole way in a real browser, at a real provider: to the page for signing in, there,
// back to where one was, out again, and what one reads when it does not work. Each page of
// ours on the way is looked at by axe, on a desk and on a phone, in the light and in the
// dark. With ALLMENDE_TEST_PICTURES naming a folder, pictures of the way are left there.
func TestAdaSignsInInTheBrowser(t *testing.T) {
	p := browser.Start(t) // one database: what a page looks like does not depend on it
	h, idp := real(t, t.TempDir()+"/a.db", Provider{Join: true, Groups: "groups"})
	if _, err := h.Identity.AddMapping(door.With(t.Context(), h.operator("musterstadt")), mapping("rathaus", "redaktion", "musterstadt", "admin")); err != nil {
		t.Fatal(err)
	}
	look := func(name string) {
		t.Helper()
		for _, dark := range []bool{false, true} {
			p.Look(1280, 900, dark)
			for _, v := range p.Axe() {
				t.Errorf("%s: %s", name, v)
			}
			p.Look(320, 700, dark)
			if p.Scrolls() {
				t.Errorf("%s scrolls sideways at a width of 320", name)
			}
			if dir := os.Getenv("ALLMENDE_TEST_PICTURES"); dir != "" {
				p.Screenshot(dir+"/"+name+map[bool]string{true: "-dark", false: ""}[dark]+".png", 1280, 0, dark)
				p.Screenshot(dir+"/"+name+"-phone"+map[bool]string{true: "-dark", false: ""}[dark]+".png", 360, 0, dark)
			}
		}
		p.Look(1280, 900, false)
		for _, e := range p.Errors() {
			if !strings.Contains(e, "403") && !strings.Contains(e, idp.Issuer) {
				t.Errorf("%s: %s", name, e)
			}
		}
	}
	at := func(login string) int {
		p.Follow(`a[href^="/identity/sign-in/rathaus"]`)
		if !strings.HasPrefix(p.Where(), idp.Issuer) {
			t.Fatalf("the button leads to %s", p.Where())
		}
		p.Fill("#username", login)
		p.Fill("#password", idptest.Password)
		return p.Follow("button")
	}
	p.Visit(h.url + "/identity")
	speak(p, "de")
	look("sign-in")
	if status := at(idptest.Ada); status != 200 || p.Where() != h.url+"/identity" {
		t.Fatalf("back from the provider: %d at %s", status, p.Where())
	}
	look("mappings")
	p.Visit(h.url + "/me")
	if !strings.Contains(p.Text("main"), "Ada Musterfrau") {
		t.Errorf("signed in as: %s", p.Text("main"))
	}
	p.Follow(`form[action="/sign-out"] button`)
	if !strings.Contains(p.Text("h1"), "Sie sind hier abgemeldet") {
		t.Errorf("after signing out: %s", p.Text("main"))
	}
	look("signed-out")
	p.Follow(`a[href^="` + idp.Issuer + `"]`) // out there, too, and back
	if !strings.HasPrefix(p.Where(), h.url+"/sign-in") {
		t.Errorf("signing out at the provider leads to %s", p.Where())
	}
	p.Visit(h.url + "/sign-in")
	if status := at(idptest.Bert); status != 403 || !strings.Contains(p.Text("main"), "Keine Ihrer Gruppen") {
		t.Errorf("Bert: %d %s", status, p.Text("main"))
	}
	look("refused")
	speak(p, "en")
	look("refused-en")
}
