// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/office/casework"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// upload sends a file by form, as a browser without script does.
func (b visitor) upload(path, name, content string) *httptest.ResponseRecorder {
	b.t.Helper()
	kind, body := form(name, []byte(content))
	r := httptest.NewRequest("POST", path, body)
	r.Header.Set("Content-Type", kind)
	r.AddCookie(&http.Cookie{Name: "allmende", Value: b.cookie})
	w := httptest.NewRecorder()
	b.app.Handler.ServeHTTP(w, r)
	return w
}

// Ada lays files beside a case, by form and by program; what is too large or brings macros along
// gets a sentence on the page. Whoever fetches a file gets a download that may do nothing. She
// names Ben, who is told; she links the case with a software, whose page shows it. Somebody of
// another city finds none of it.
func TestWhatLiesBesideACase(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		a.Desk.Most = 1 << 20
		ctx, program := join(t, a, "", "Musterstadt")
		join(t, a, "", "Nachbarstadt")
		ada, ben, eve := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "ben", "none"), a.signIn(t, "nachbarstadt", "eve", "admin")
		v := door.From(ctx)
		v.Person, v.Door = ospo.PersonID(ada.person()), "web"
		ctx = door.With(ctx, v)
		if _, err := a.Role.Grant(ctx, RoleGrant{Role: "department", Person: "ben@musterstadt.example", Org: "musterstadt", Decision: "Amtsleitung"}); err != nil {
			t.Fatal(err)
		}
		id, err := a.Casework.Open(ctx, casework.Input{Type: "advice", Title: "Umfragen", Facts: map[string]string{"question": "Dürfen wir?"}})
		if err != nil {
			t.Fatal(err)
		}
		to := "/desk/case/" + id
		for content, want := range map[string]string{
			strings.Repeat("a", 3<<20):                  "Die Datei hat 3,0 MB, erlaubt sind 1,0 MB.",
			"<?xml version='1.0'?><ooo:source-code>Sub": "enthält Makros",
			"MZ\x90\x00": "ist ein Programm",
		} {
			if w := ada.upload(to+"/file", "brief.odt", content); w.Code != 422 || !strings.Contains(html.UnescapeString(w.Body.String()), want) {
				t.Errorf("%.10q: %d, and the page does not say %q", content, w.Code, want)
			}
		}
		if w := ada.upload(to+"/file", "Angebot\u202e.html", "%PDF-1.7 geheim"); w.Code != 422 {
			t.Errorf("a page of the web by its name: %d", w.Code)
		}
		if w := ada.upload(to+"/file", "Angebot\u202e.txt", "%PDF-1.7 geheim"); w.Code != 303 || w.Header().Get("Location") != "/casework/case/"+id+"#desk" {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		status, body := program.do("POST", "/api/v1/desk/cases/"+id+"/files?name=noch.txt", "application/octet-stream", strings.NewReader("von einem Programm"))
		var taken struct{ ID, Media string }
		if json.Unmarshal([]byte(body), &taken); status != 201 || taken.Media != "text/plain" {
			t.Errorf("by a program: %d %s", status, body)
		}
		page := ada.do("GET", "/casework/case/"+id, nil).Body.String()
		_, rest, _ := strings.Cut(page, `href="`+to+`/file/`)
		file, _, _ := strings.Cut(rest, `"`)
		w := ben.do("GET", to+"/file/"+file, nil)
		h := w.Header()
		if w.Code != 200 || w.Body.String() != "%PDF-1.7 geheim" || h.Get("Content-Type") != "application/pdf" || h.Get("Content-Disposition") != "attachment; filename=Angebot.txt" ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox; default-src 'none'") {
			t.Errorf("Ben fetches it: %d %v", w.Code, h)
		}
		for _, path := range []string{to, to + "/file/" + file, to + "/file/" + file + "/remove", "/api/v1/desk/cases/" + id + "/files"} {
			if w := eve.do("GET", path, nil); w.Code != 404 || strings.Contains(w.Body.String(), "Angebot.txt") {
				t.Errorf("a stranger at %s: %d", path, w.Code)
			}
		}
		if w := eve.upload(to+"/file", "a.txt", "a"); w.Code != 404 {
			t.Errorf("a stranger lays something there: %d", w.Code)
		}

		if w := ada.do("POST", to+"/comment", url.Values{"text": {"Siehe https://a.example/x."}, "person": {"niemand"}}); w.Code != 303 {
			t.Errorf("a comment: %d", w.Code)
		}
		if w := ada.do("POST", to+"/comment", url.Values{"text": {"@ben@musterstadt.example, bitte lesen; @eve@nachbarstadt.example nicht."}}); w.Code != 303 {
			t.Errorf("a comment that names: %d", w.Code)
		}
		if body := ben.do("GET", "/desk/mentions", nil).Body.String(); !strings.Contains(body, "Umfragen") {
			t.Error("Ben is not told that he was named")
		}
		if body := eve.do("GET", "/desk/mentions", nil).Body.String(); strings.Contains(body, "Umfragen") {
			t.Error("a stranger is told")
		}
		if body := ada.do("GET", "/casework/case/"+id, nil).Body.String(); !strings.Contains(body, `href="https://a.example/x"`) {
			t.Error("the address is no link")
		}

		if status, body := program.do("POST", "/api/v1/estate/software", "application/json", strings.NewReader(`{"name":"LimeSurvey","kind":"open"}`)); status != 201 {
			t.Fatalf("%d %s", status, body)
		}
		if w := ada.do("POST", to+"/link", url.Values{"to": {"limesurvey"}, "relation": {"related"}}); w.Code != 303 {
			t.Errorf("a link: %d", w.Code)
		}
		_, rest, _ = strings.Cut(ada.do("GET", to, nil).Body.String(), `href="/estate/software/`)
		software, _, _ := strings.Cut(rest, `"`)
		if body := ada.do("GET", "/estate/software/"+software, nil).Body.String(); !strings.Contains(body, `href="/casework/case/`+id+`"`) {
			t.Error("the software does not show its case")
		}
	})
}
