// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"strings"
	"testing"

	"allmende/internal/browser"
	"allmende/internal/platform/door"
)

// enter signs somebody of the city in, in place of whoever is.
func enter(t *testing.T, p *browser.Page, base, login string) {
	t.Helper()
	p.Visit(base + "/me")
	p.Follow(`form[action="/sign-out"] button`)
	p.Visit(base + "/sign-in")
	p.Fill("#f-login", login)
	p.Fill("#f-password", DemoPassword)
	if status := p.Follow("main button[type=submit]"); status != 200 || p.Has("#f-password") {
		t.Fatalf("signing %s in: %d at %s", login, status, p.Where())
	}
	speak(p, "de")
}

// A question about a licence goes its whole way in the browser, without script: a department
// asks and reads what the program knows, the licence manager writes an opinion and decides
// with an exception, a second person agrees, and the department reads the answer.
func TestALicenceQuestionInTheBrowser(t *testing.T) {
	p, base, _ := city(t)
	p.NoScript(true)
	enter(t, p, base, "kovacs@musterstadt.example")
	p.Visit(base + "/policy/questions")
	p.Follow("main .acts a, .title .acts a")
	p.Type("#f-text", "Dürfen wir Suricata-Regeln unter dieser Lizenz im Haus nutzen?")
	p.Fill("#f-licence", "CC-BY-NC-4.0")
	p.Choose("#f-context", "internal")
	if status := p.Follow("main form button[type=submit]"); status != 200 || !strings.Contains(p.Where(), "/policy/question/") {
		t.Fatalf("asked: %d at %s: %s", status, p.Where(), p.Text("main"))
	}
	question := p.Where()
	if text := p.Text("main"); !strings.Contains(text, "not-approved") || !strings.Contains(text, "Noch nicht entschieden") || !strings.Contains(text, "munich") {
		t.Errorf("the facts are not shown: %s", text)
	}
	if p.Has("#a-yes") || p.Has("#f-opinion") {
		t.Error("whoever asks is offered to decide")
	}
	enter(t, p, base, "obermeier@musterstadt.example")
	p.Visit(base + "/policy/questions")
	if status := p.Follow(`a[href="` + strings.TrimPrefix(question, base) + `"]`); status != 200 {
		t.Fatalf("the question is not on the licence manager's list: %s", p.Text("main"))
	}
	p.Type("#f-opinion", "Gewerblich ist die Nutzung im Haus nicht; weitergegeben wird nichts.")
	if status := p.Follow(`form[action$="/advise"] button`); status != 200 || !strings.Contains(p.Text("main"), "weitergegeben wird nichts") {
		t.Fatalf("opinion: %d at %s", status, p.Where())
	}
	p.Click("#a-conditions")
	p.Type("#f-reason", "Nur im Haus, und nur die Regeln selbst.")
	p.Choose("#f-scope", "organisation")
	p.Click("#f-except")
	if status := p.Follow(`form[action$="/decide"] button`); status != 200 || !strings.Contains(p.Where(), "/approval/") {
		t.Fatalf("decided: %d at %s: %s", status, p.Where(), p.Text("main"))
	}
	proposal := p.Where()
	enter(t, p, base, "yilmaz@musterstadt.example")
	p.Visit(proposal)
	if status := p.Follow(`form[action$="/approve"] button`); status != 200 {
		t.Fatalf("agreed: %d at %s: %s", status, p.Where(), p.Text("main"))
	}
	enter(t, p, base, "kovacs@musterstadt.example")
	p.Visit(question)
	if text := p.Text("main"); !strings.Contains(text, "Ja, unter Bedingungen") || !strings.Contains(text, "nur die Regeln selbst") {
		t.Errorf("the answer is not shown: %s", text)
	}
	p.NoScript(false)
	for _, path := range []string{question, base + "/licence/entry/CC-BY-NC-4.0"} {
		p.Visit(path)
		for _, v := range p.Axe() {
			t.Errorf("%s: %s", path, v)
		}
	}
	enter(t, p, base, "obermeier@musterstadt.example")
	p.Visit(base + "/licence/entry/CC-BY-NC-4.0")
	if text := p.Text("#policy") + p.Text("#decisions"); !strings.Contains(text, "erlaubt") || !strings.Contains(text, "Ja, unter Bedingungen") || !strings.Contains(text, "Ausnahme: CC-BY-NC-4.0") {
		t.Errorf("the licence's page does not tell of it: %s", text)
	}
}

// A build uploads its bill of materials with a token, and is told that a licence is denied.
// The licence manager finds it by the search, follows the verdict to its reasons, from there
// to the licence, and looks what would be hit if it were allowed.
func TestADeniedLicenceFoundByCIIsSeenInTheBrowser(t *testing.T) {
	p, base, a := city(t)
	v := door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "cli"}
	token, err := a.Governance.CreateToken(t.Context(), v.Act("governance.token", "ci"), "it-betrieb", "Bau des Kartendienstes", []string{"sbom.write", "sbom.read", "policy.read"}, a.DB.Now().AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	ci := caller{t, a, token, "de"}
	status, body := ci.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(licensed("Kartendienst", "Elastic-2.0")))
	var said verdictOf
	if err := json.Unmarshal([]byte(body), &said); err != nil || status != 201 || said.Licences.Verdict != "deny" || said.Licences.Profile != "musterstadt" {
		t.Fatalf("the build is told %d %s %v", status, body, err)
	}
	p.Visit(base + "/where?q=baustein")
	if row := p.Text("#contained"); !strings.Contains(row, "Kartendienst 1.0") || !strings.Contains(row, "abgelehnt") {
		t.Fatalf("the search does not say so: %s", p.Text("main"))
	}
	if status := p.Follow(`#contained a[href="` + said.Licences.Href + `"]`); status != 200 {
		t.Fatalf("%d at %s", status, p.Where())
	}
	chain := p.Text("section[aria-labelledby=p-lines]")
	for _, want := range []string{"Elastic-2.0", "abgelehnt", "Stadt Musterstadt 1", "not-approved", "im eigenen Haus", "baustein 1.0"} {
		if !strings.Contains(chain, want) {
			t.Errorf("the reasons do not name %q: %s", want, chain)
		}
	}
	if status := p.Follow(`section[aria-labelledby=p-lines] a[href="/licence/entry/Elastic-2.0"]`); status != 200 || !strings.Contains(p.Text("#policy"), "abgelehnt") {
		t.Fatalf("the licence's page: %d at %s", status, p.Where())
	}
	if status := p.Follow(`#policy a[href^="/policy/simulate"]`); status != 200 || p.Text("#f-verdict") == "" {
		t.Fatalf("trying a change: %d at %s", status, p.Where())
	}
	p.Choose("#f-verdict", "allow")
	if status := p.Follow("form[action='/policy/simulate']:not([method]) button"); status != 200 || !strings.Contains(p.Text("section[aria-labelledby=p-shifts]"), "Kartendienst 1.0") {
		t.Errorf("what would be hit: %d at %s: %s", status, p.Where(), p.Text("main"))
	}
	for _, path := range []string{said.Licences.Href, "/where?q=baustein", "/estate?q=Kartendienst", "/estate/release/" + string(said.Release)} {
		p.Visit(base + path)
		if !strings.Contains(p.Text("main"), "abgelehnt") {
			t.Errorf("%s does not say that it is denied", path)
		}
	}
}
