// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate_test

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/estate"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/web"
)

// get asks for a page that has to be there.
func (s *stage) get(org ospo.OrgID, path string) string {
	s.Helper()
	status, body := s.site.As(viewer(org)).Get(path)
	if status != http.StatusOK {
		s.Fatalf("%s: status %d: %s", path, status, plainText(body))
	}
	return body
}

// post sends a form that has to be accepted, and returns where it leads.
func (s *stage) post(org ospo.OrgID, path string, form url.Values) string {
	s.Helper()
	status, to := s.site.As(viewer(org)).Post(path, form)
	if status != http.StatusSeeOther {
		s.Fatalf("%s: status %d: %s", path, status, plainText(to))
	}
	return to
}

var tags = regexp.MustCompile(`(?s)<head>.*</head>|<nav class="side".*?</nav>|<[^>]*>`)

func plainText(body string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " ")
}

// says fails unless the page says all of it, and nothing of what begins with "!".
func (s *stage) says(body string, want ...string) {
	s.Helper()
	text := plainText(body)
	for _, w := range want {
		w, not := strings.CutPrefix(w, "!")
		if strings.Contains(text, w) == not {
			s.Errorf("%q (wanted: %v) in: %s", w, !not, text)
		}
	}
}

func TestStoryOfASoftware(t *testing.T) {
	each(t, func(s *stage) {
		s.says(s.get(musterau, "/estate"), "Noch ist keine Software eingetragen", "Tabelle importieren")

		// Somebody forgets the name and mistypes an address; nothing typed is lost.
		status, body := s.site.As(viewer(musterau)).Post("/estate/new", url.Values{"purpose_de": {"Anfragen beantworten"}, "website": {"javascript:alert(1)"}, "version": {"6.3.1"}, "kind": {"open"}})
		if status != http.StatusUnprocessableEntity {
			s.Errorf("status %d, want 422", status)
		}
		s.says(body, "Bitte berichtigen Sie 2 Angaben", "Bitte geben Sie den Namen", "keine Internetadresse", "Anfragen beantworten")
		for _, want := range []string{`href="#f-name"`, `value="6.3.1"`, `aria-invalid="true" aria-describedby="e-website"`} {
			if !strings.Contains(body, want) {
				s.Errorf("%s is missing", want)
			}
		}

		software := s.post(musterau, "/estate/new", url.Values{"name": {" Zammad "}, "kind": {"open"}, "purpose_de": {"Anfragen beantworten"}, "licence": {"AGPL-3.0-only"},
			"supplier": {"Zammad GmbH"}, "website": {"https://zammad.com/"}, "version": {"6.3.1"}, "used": {string(musterau)}, "criticality": {"high"}, "source": {"Hersteller"}, "checked": {"11/2026"}})
		page := s.get(musterau, software)
		s.says(page, "Zammad", "Anfragen beantworten", "AGPL-3.0-only", "Zammad GmbH", "6.3.1", "Gemeinde Musterau", "hoch", "Eingetragen", "Hersteller, 2026-11")
		s.says(s.get(musterau, "/estate"), "1 Programm", "Zammad", "Gemeinde Musterau")
		s.says(s.get(musterau, "/estate?kind=proprietary"), "0 von 1 Programmen", "Art: proprietär", "Zu diesen Filtern passt nichts")

		// The name is taken, whatever its case.
		_, body = s.site.As(viewer(musterau)).Post("/estate/new", url.Values{"name": {"ZAMMAD"}})
		s.says(body, "steht schon im Verzeichnis")

		// Two people edit; the slower one is told and keeps what was typed.
		form := s.get(musterau, software+"/edit")
		seen := regexp.MustCompile(`name="seen" value="([^"]*)"`).FindStringSubmatch(form)[1]
		time.Sleep(2 * time.Millisecond) // the clock of the register counts milliseconds
		s.post(musterau, software+"/edit", url.Values{"seen": {seen}, "name": {"Zammad"}, "kind": {"open"}, "licence": {"AGPL-3.0-or-later"}, "supplier": {"Zammad GmbH"}})
		_, body = s.site.As(viewer(musterau)).Post(software+"/edit", url.Values{"seen": {seen}, "name": {"Zammad"}, "kind": {"own"}})
		s.says(body, "Jemand hat den Eintrag inzwischen geändert")
		s.says(s.get(musterau, software), "AGPL-3.0-or-later", "Angaben geändert")
	})
}

var releaseLink = regexp.MustCompile(`/estate/release/[0-9a-f-]{36}`)
var useLink = regexp.MustCompile(`/estate/use/[0-9a-f-]{36}`)

func TestStoryOfAReleaseAndItsUses(t *testing.T) {
	each(t, func(s *stage) {
		s.addMany(musterau, []estate.SoftwareInput{{Name: "Zammad", Releases: []estate.ReleaseInput{{Version: "6.3.1"}}}})
		software := regexp.MustCompile(`/estate/software/[0-9a-f-]{36}`).FindString(s.get(musterau, "/estate"))
		release := releaseLink.FindString(s.get(musterau, software))
		s.says(s.get(musterau, release), "Noch ist nicht eingetragen, wer sie einsetzt", "(heute) Eingetragen")

		s.post(musterau, release+"/use", url.Values{"org": {string(bauamt)}, "role": {"operator"}, "purpose": {"Bauanfragen"}, "since": {"1.5.2021"}, "criticality": {"very_high"},
			"supplier": {"Dataport"}, "contract": {"V-17"}, "contract_until": {"31.12.2027"}, "external": {"CI-4711"}})
		page := s.get(musterau, release)
		s.says(page, "Bauamt", "betreibt", "Bauanfragen", "01.05.2021", "sehr hoch", "Dataport", "V-17", "31.12.2027", "CI-4711", "1 Nutzung")
		_, body := s.site.As(viewer(musterau)).Post(release+"/use", url.Values{"org": {string(foreign)}, "since": {"gestern"}})
		s.says(body, "„gestern“ ist kein Datum")
		_, body = s.site.As(viewer(musterau)).Post(release+"/use", url.Values{"org": {string(foreign)}})
		s.says(body, "gehört nicht zu Ihrem Bereich")

		// The supplier has come up by itself, with its contract.
		list := s.get(musterau, "/estate/supplier")
		supplier := regexp.MustCompile(`/estate/supplier/[0-9a-f-]{36}`).FindString(list)
		s.says(s.get(musterau, supplier), "Dataport", "V-17", "31.12.2027", "Zammad")
		contract := regexp.MustCompile(`/estate/contract/[0-9a-f-]{36}/edit`).FindString(s.get(musterau, supplier))
		s.post(musterau, contract, url.Values{"number": {"V-17"}, "title": {"Pflege"}, "until": {"2028"}})
		s.post(musterau, supplier+"/edit", url.Values{"name": {"Dataport AöR"}, "contact": {"Frau Öztürk"}})
		s.says(s.get(musterau, release), "Dataport AöR", "2028")

		// Another version takes over; the old one has no use left and retires.
		next := s.post(musterau, software+"/release", url.Values{"version": {"6.5.2"}, "supported": {"2027-06"}})
		use := useLink.FindString(page)
		s.told = nil
		to := s.post(musterau, use+"/edit", url.Values{"release": {strings.TrimPrefix(next, "/estate/release/")}, "org": {string(bauamt)}, "role": {"operator"}, "criticality": {"high"}, "supplier": {"Dataport AöR"}, "contract": {"V-17"}})
		if to != next || len(s.told) != 2 {
			s.Errorf("led to %s, told of %v; want %s and both releases", to, s.told, next)
		}
		s.says(s.get(musterau, release), "außer Betrieb", "Wieder in Betrieb nehmen")
		s.says(s.get(musterau, next), "Bauamt", "V-17", "Dataport AöR", "Nutzung eintragen")

		// Out of service, after a second look; and back.
		s.says(s.get(musterau, software+"/retire"), "Das wird geschehen", "1 Version wird außer Betrieb genommen", "1 Nutzung in Ihrem Bereich endet heute")
		s.post(musterau, software+"/retire", nil)
		if got := s.visible(musterau); len(got) != 0 {
			s.Errorf("%v is still visible", got)
		}
		s.says(s.get(musterau, "/estate"), "Noch ist keine Software eingetragen")
		s.says(s.get(musterau, "/estate?state=retired"), "Zammad")
		s.says(s.get(musterau, next), "1 Nutzung ist beendet", "Bauamt")
		s.post(musterau, next+"/restore", nil)
		s.says(s.get(musterau, "/estate"), "Zammad", "6.5.2")
	})
}

func TestTheProvidersReleaseIsSeenAndNotTouched(t *testing.T) {
	each(t, func(s *stage) {
		s.addMany(provider, []estate.SoftwareInput{{Name: "Fachverfahren X", Kind: "proprietary", Licence: "nach Vertrag", Supplier: "Firma", Releases: []estate.ReleaseInput{
			{Version: "2024.1", Uses: []estate.UseInput{{Org: musterau, Supplier: "Firma", Contract: "P-1"}, {Org: beispiel, Purpose: "geheim"}}}, {Version: "2025.1"}}}})
		page := s.get(musterau, "/estate")
		s.says(page, "Fachverfahren X", "2024.1", "!2025.1", "Gemeinde Musterau", "!Beispielbach")
		software := regexp.MustCompile(`/estate/software/[0-9a-f-]{36}`).FindString(page)
		release := releaseLink.FindString(page)
		s.says(s.get(musterau, software), "führt eine andere Organisation", "!2025.1", "!geheim", "!Bearbeiten", "Firma", "P-1")
		s.says(s.get(musterau, release), "führt eine andere Organisation", "!geheim", "!Bearbeiten", "Nutzung eintragen")
		for _, path := range []string{software + "/edit", software + "/retire", software + "/release", software + "/restore", release + "/edit", release + "/retire", release + "/restore"} {
			if status, _ := s.site.As(viewer(musterau)).Post(path, url.Values{"name": {"Meins"}, "version": {"9"}}); status != http.StatusNotFound {
				s.Errorf("%s: status %d, want 404", path, status)
			}
		}
		s.says(s.get(provider, software), "2025.1", "geheim", "Gemeinde Musterau", "Gemeinde Beispielbach")

		// A department of the municipality takes it up; its use is the municipality's to change.
		s.post(musterau, release+"/use", url.Values{"org": {string(bauamt)}, "role": {"user"}})
		if got := s.visible(bauamt); len(got) != 1 {
			s.Errorf("the department sees %v, want the release it uses", got)
		}
		use := useLink.FindString(s.get(bauamt, release))
		s.says(s.get(bauamt, use+"/end"), "1 Nutzung in Ihrem Bereich endet heute")
		s.post(bauamt, use+"/end", nil)
		if got := s.visible(bauamt); len(got) != 0 {
			s.Errorf("the department still sees %v", got)
		}
	})
}

func TestAForeignOrganisationFindsNothing(t *testing.T) {
	each(t, func(s *stage) {
		ids := s.addMany(musterau, []estate.SoftwareInput{{Name: "Zammad", Supplier: "Zammad GmbH", Releases: []estate.ReleaseInput{
			{Version: "6.3.1", Uses: []estate.UseInput{{Supplier: "Zammad GmbH", Contract: "V-1"}}}}}})
		software := "/estate/software/" + string(ids[0])
		release := releaseLink.FindString(s.get(musterau, software))
		use := useLink.FindString(s.get(musterau, software))
		supplier := regexp.MustCompile(`/estate/supplier/[0-9a-f-]{36}`).FindString(s.get(musterau, software))
		contract := regexp.MustCompile(`/estate/contract/[0-9a-f-]{36}`).FindString(s.get(musterau, supplier))
		upload, err := s.estate.Bring(s.as(musterau), "liste.csv", []byte("Name\nGeheim\n"))
		s.ok(err)

		stranger := s.site.As(viewer(foreign))
		for _, path := range []string{software, software + "/edit", software + "/retire", software + "/release", release, release + "/edit", release + "/retire", release + "/use",
			use + "/edit", use + "/end", supplier, supplier + "/edit", contract + "/edit", "/estate/import/" + upload,
			"/api/v1" + software, "/api/v1/estate/releases/" + strings.TrimPrefix(release, "/estate/release/"), "/api/v1/estate/uses?release=" + strings.TrimPrefix(release, "/estate/release/")} {
			if status, body := stranger.Get(path); status != http.StatusNotFound {
				s.Errorf("GET %s: status %d, want 404: %s", path, status, plainText(body))
			}
		}
		for _, path := range []string{software + "/edit", software + "/retire", software + "/restore", software + "/release", release + "/edit", release + "/retire", release + "/restore", release + "/use",
			use + "/edit", use + "/end", supplier + "/edit", contract + "/edit", "/estate/import/" + upload} {
			if status, _ := stranger.Post(path, url.Values{"name": {"x"}, "number": {"x"}, "version": {"x"}, "org": {string(foreign)}}); status != http.StatusNotFound {
				s.Errorf("POST %s: status %d, want 404", path, status)
			}
		}
		for _, path := range []string{"/estate", "/estate?q=zammad", "/estate?org=" + string(musterau), "/estate?supplier=Zammad", "/estate/supplier", "/estate.csv", "/estate.json", "/api/v1/estate/software"} {
			if status, body := stranger.Get(path); status != http.StatusOK || strings.Contains(body, "Zammad GmbH") || strings.Contains(body, "6.3.1") || strings.Contains(body, string(ids[0])) {
				s.Errorf("GET %s: status %d, finds something: %s", path, status, plainText(body))
			}
		}
		body := strings.NewReader(`{"release":"` + strings.TrimPrefix(release, "/estate/release/") + `"}`)
		if status, answer := stranger.Send("/api/v1/estate/uses", "application/json", body); status != http.StatusNotFound {
			s.Errorf("a use of a foreign release: status %d %s", status, answer)
		}
		body = strings.NewReader(`{"software":"` + string(ids[0]) + `","version":"7"}`)
		if status, answer := stranger.Send("/api/v1/estate/releases", "application/json", body); status != http.StatusNotFound {
			s.Errorf("a release of a foreign software: status %d %s", status, answer)
		}
		if _, err := s.estate.EndUse(s.as(foreign), strings.TrimPrefix(use, "/estate/use/")); fault.Of(err) != fault.NotFound {
			s.Errorf("ending a foreign use: %v", err)
		}
		n, err := db.Count(s.Context(), s.db.Read(), `SELECT count(*) FROM estate_use_view`)
		if err != nil || n != 1 {
			s.Errorf("%d uses are left (%v), want the one", n, err)
		}
	})
}

func TestWithoutPermissionThereAreNoButtons(t *testing.T) {
	each(t, func(s *stage) {
		ids := s.addMany(musterau, []estate.SoftwareInput{{Name: "Zammad"}})
		reader := viewer(musterau)
		reader.Grants = []string{"estate.read"}
		_, body := s.site.As(reader).Get("/estate/software/" + string(ids[0]))
		s.says(body, "Zammad", "!Bearbeiten", "!Außer Betrieb nehmen")
		for _, path := range []string{"/estate/new", "/estate/import", "/estate/software/" + string(ids[0]) + "/edit"} {
			if status, _ := s.site.As(reader).Get(path); status != http.StatusForbidden {
				s.Errorf("%s: status %d, want 403", path, status)
			}
		}
	})
}

func TestTheReleasePageShowsWhatOthersKnow(t *testing.T) {
	each(t, func(s *stage) {
		id, _ := s.ensure(musterau, "Zammad", "6.3.1", "")
		next, _ := s.ensure(musterau, "Zammad", "6.5.2", "")
		s.estate.Signs = func(context.Context, ospo.ReleaseID) ([]web.Sign, error) {
			return []web.Sign{{Key: "estate.licence", Verdict: web.Review, Text: "zwei offen"}}, nil
		}
		s.estate.Panels = func(_ context.Context, release string) (template.HTML, error) {
			return template.HTML("<p>Panel für " + release + "</p>"), nil
		}
		s.estate.Hits = func(_ context.Context, ids []ospo.ReleaseID) (map[ospo.ReleaseID]estate.Hit, error) {
			return map[ospo.ReleaseID]estate.Hit{id: {Critical: 2, Findings: 3, Documents: 1}}, nil
		}
		body := s.get(musterau, "/estate/release/"+string(id))
		s.says(body, "zwei offen", "prüfen", "Panel für "+string(id), "6.5.2")
		if strings.Contains(body, "vergleichen") {
			s.Errorf("a release without a bill of materials can be compared with:\n%s", body)
		}
		s.estate.Hits = func(_ context.Context, ids []ospo.ReleaseID) (map[ospo.ReleaseID]estate.Hit, error) {
			return map[ospo.ReleaseID]estate.Hit{id: {Critical: 2, Findings: 3, Documents: 1}, next: {Documents: 1}}, nil
		}
		s.says(s.get(musterau, "/estate/release/"+string(id)), "6.5.2 vergleichen")
		s.says(s.get(musterau, "/estate"), "2 kritisch", "vorhanden")
	})
}

func TestTheCardOfTheOverview(t *testing.T) {
	each(t, func(s *stage) {
		fields := s.estate.Room().Fields
		cards, err := fields(s.as(musterau))
		s.ok(err)
		if len(cards) != 1 || cards[0].Badge.Kind != "unknown" {
			s.Errorf("an empty register says %+v", cards)
		}
		s.addMany(musterau, []estate.SoftwareInput{{Name: "A", Kind: "open"}, {Name: "B", Kind: "open"}, {Name: "C", Kind: "own"}, {Name: "D"}})
		cards, err = fields(s.as(musterau))
		s.ok(err)
		if c := cards[0]; c.Figure != "4" || c.Badge.Word != "50 % Open Source" || !strings.Contains(c.Note, "1 unbekannt") {
			s.Errorf("got %+v", c)
		}
	})
}

func TestThingsOfTheLogHaveNamesAndPages(t *testing.T) {
	each(t, func(s *stage) {
		software := s.addMany(musterau, []estate.SoftwareInput{{Name: "Zammad", Supplier: "Zammad GmbH"}})[0]
		release, _ := s.ensure(musterau, "Zammad", "6.3.1", "")
		w, err := s.estate.Software(s.as(musterau), software)
		s.ok(err)
		ids := []string{string(software), string(release), w.SupplierID, "nothing"}
		names, hrefs, err := s.estate.Things(s.as(musterau), ids)
		s.ok(err)
		if len(names) != 3 || names[string(release)] != "Zammad 6.3.1" || names[w.SupplierID] != "Zammad GmbH" {
			s.Errorf("got %v", names)
		}
		for _, href := range hrefs {
			s.get(musterau, href)
		}
		names, _, err = s.estate.Things(s.as(foreign), ids)
		if err != nil || len(names) != 0 {
			s.Errorf("a foreign organisation is told %v, %v", names, err)
		}
		if names, _, err = s.estate.Things(s.as(musterau), nil); err != nil || len(names) != 0 {
			s.Errorf("no ids: %v, %v", names, err)
		}
	})
}
