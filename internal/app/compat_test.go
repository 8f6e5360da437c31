// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/office/compat"
)

// A city uploads the bill of materials of an own product, asks whether it may be published
// under the EUPL, and sees the GPL component with the clause. A stranger who has the address
// finds nothing.
func TestAReleaseIsAskedAbout(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		_, stranger := join(t, a, "", "Nachbarstadt")
		const bom = `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","bom-ref":"p","name":"Terminbuchung","version":"1.0"}},"components":[
			{"type":"library","bom-ref":"a","name":"kalender","version":"1","purl":"pkg:npm/kalender@1","licenses":[{"license":{"id":"GPL-3.0-only"}}]},
			{"type":"library","bom-ref":"b","name":"knopf","version":"1","purl":"pkg:npm/knopf@1","licenses":[{"expression":"MIT OR GPL-2.0-only"}]},
			{"type":"library","bom-ref":"c","name":"stumm","version":"1","purl":"pkg:npm/stumm@1"}]}`
		status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(bom))
		if status != 201 {
			t.Fatalf("%d %s", status, body)
		}
		var receipt struct{ Release string }
		if err := json.Unmarshal([]byte(body), &receipt); err != nil || receipt.Release == "" {
			t.Fatalf("%v %s", err, body)
		}
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		question := "?licence=EUPL-1.2&release=" + receipt.Release
		status, body = city.get("/api/v1/compat/answer" + question)
		var answer compat.Answer
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 {
			t.Fatalf("%d %v %s", status, err, body)
		}
		if answer.Answer != "no" || answer.Counts != (compat.Counts{Yes: 1, Unknown: 1, No: 1}) || answer.Lines[0].Text != "GPL-3.0-only" || answer.Lines[0].Reasons[0].Clause != "GPL-3.0 §5(c)" || answer.Matrix != nil {
			t.Errorf("%+v", answer)
		}
		if _, page := city.get("/estate/release/" + receipt.Release); !strings.Contains(page, `action="/compat"`) {
			t.Error("the page of the release does not offer the question")
		}
		for _, path := range []string{"/compat" + question, "/api/v1/compat/answer" + question} {
			if status, page := city.get(path); status != 200 || !strings.Contains(page, "GPL-3.0 §5(c)") {
				t.Errorf("%s: %d", path, status)
			}
			if status, page := stranger.get(path); status != 404 || strings.Contains(page, "Terminbuchung") {
				t.Errorf("%s tells a stranger (%d)", path, status)
			}
		}
	})
}

// The matrix comes in through the API, stands beside the rules, and what it lacks is unknown.
func TestAMatrixComesInThroughTheDoor(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		_, stranger := join(t, a, "", "Nachbarstadt")
		const file = `{"timestamp": "2026-01-02T00:00:00+0000", "licenses": [{"name": "EUPL-1.2", "compatibilities": [{"name": "MIT", "compatibility": "No", "explanation": "For this test."}, {"name": "ISC", "compatibility": "Yes"}]}]}`
		status, body := city.do("POST", "/api/v1/compat/matrices?name=m.json", "application/json", strings.NewReader(file))
		var m compat.Matrix
		if err := json.Unmarshal([]byte(body), &m); err != nil || status != 201 || m.Date != "2026-01-02" || m.Flaws != 3 {
			t.Fatalf("%d %v %s", status, err, body)
		}
		page := "/compat?licence=EUPL-1.2&parts=" + url.QueryEscape("MIT\nZlib")
		_, body = city.get(page)
		for _, want := range []string{"OSADL", "CC-BY-4.0", "widersprechen sich", "For this test.", "fehlt in der Matrix", "02.01.2026"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if _, body := stranger.get(page); strings.Contains(body, "widersprechen sich") {
			t.Error("another city is answered by our matrix")
		}
		for path, want := range map[string]int{"/compat/matrix/" + m.ID: 200, "/compat/matrices": 200} {
			if status, body := city.get(path); status != want || !strings.Contains(body, "m.json") {
				t.Errorf("%s: %d", path, status)
			}
			if _, body := stranger.get(path); strings.Contains(body, "m.json") {
				t.Errorf("%s tells a stranger", path)
			}
		}
		if status, body := city.do("POST", "/api/v1/compat/matrices?name=m.json", "application/json", strings.NewReader("no")); status != 422 || !strings.Contains(body, "Matrix") {
			t.Errorf("a file that is none: %d %s", status, body)
		}
	})
}

// In a browser, by keyboard and without script: the question about the EUPL and a GPL
// component, what helps, another use; then a licence for an own work, as a decision.
func TestPublishingUnderTheEUPLInTheBrowser(t *testing.T) {
	p, base, _ := city(t)
	p.NoScript(true)
	p.Visit(base + "/compat")
	p.Choose("#f-parts", "MIT\nGPL-3.0-or-later\nApache-2.0")
	if status := p.Follow("main form.form button[type=submit]"); status != 200 {
		t.Fatalf("%d at %s", status, p.Where())
	}
	no := p.Text("section[aria-labelledby=g-no]")
	for _, want := range []string{"GPL-3.0-or-later", "GPL-3.0 §5(c)", "als eigenes Programm daneben", "ersetzen", "Ausnahme"} {
		if !strings.Contains(no, want) {
			t.Errorf("%q is not said in %s", want, no)
		}
	}
	if own := p.Text("section[aria-labelledby=own]"); !strings.Contains(own, "AGPL-3.0-or-later") || !strings.Contains(p.Where(), "licence=EUPL-1.2") {
		t.Errorf("%s at %s", own, p.Where())
	}
	p.Visit(base + "/compat?licence=EUPL-1.2&way=separate&parts=GPL-3.0-or-later")
	if !strings.Contains(p.Text("#verdict"), "darf alles hinein") {
		t.Errorf("beside it: %s", p.Text("main"))
	}
	p.Visit(base + "/compat/choose")
	p.Fill("#f-work", "Ratsportal")
	p.Choose("#f-parts", "MIT")
	if status := p.Follow("section[aria-labelledby=questions] button[type=submit]"); status != 200 || !strings.Contains(p.Text("#recommended"), "MIT") {
		t.Fatalf("%d: %s", status, p.Text("main"))
	}
	p.Choose("#f-reason", "Wie die Stadt es sonst hält.")
	if status := p.Follow("section[aria-labelledby=decide] button[type=submit]"); status != 200 || !strings.Contains(p.Text("h1"), "Ratsportal") || !strings.Contains(p.Text("main"), "Wie die Stadt es sonst hält.") {
		t.Errorf("%d at %s: %s", status, p.Where(), p.Text("main"))
	}
}
