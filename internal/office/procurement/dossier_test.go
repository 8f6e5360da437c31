// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/procurement"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
	"allmende/internal/platform/web"
)

// Paul hands the auditor one document of case 7: what was frozen stands in it as it was frozen,
// what is a draft is called one, each part has its sum, and the whole has that of its JSON.
func TestADossierLeadsFromNeedToAward(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.Whole = func(_ context.Context, id string, papers []procurement.Paper) (out procurement.Whole, err error) {
			if id != "c7" {
				return out, fault.New(fault.NotFound, "fault.not_found")
			}
			return procurement.Whole{Number: "2026-0007", Title: "Gewerbe", Unseen: []string{procurement.Plan, procurement.Contract}, Parts: []procurement.Chapter{
				{Kind: procurement.Need, ID: "c7", Title: "2026-0007 Gewerbe", State: procurement.Current, Body: `{"need":"Anmeldung ohne Papier"}`,
					Write: func(d *odt.Document) error { d.Heading(1, "Bedarf"); d.Para("Anmeldung ohne Papier"); return nil }}}}, nil
		}
		setup := w.sees(w.paul(), 303, "/procurement/add", w.sheet)
		w.sees(w.paul(), 303, setup+"/try", url.Values{"bid-1": {"Nord"}, "price-1": {"1.000"}, "points-1-c-1": {"5"}, "points-1-c-2": {"500"}, "draws": {"10"}, "seed": {"1"}, "spread": {"25"}, "other_weight": {"50"}, "other_band": {"10"}})
		p, _, err := w.Show(w.paul(), strings.TrimPrefix(setup, "/procurement/award/"))
		w.ok(err)
		w.sees(w.paul(), 303, setup+"/freeze", url.Values{"seen": {p.Changed}})
		w.sees(w.paul(), 303, setup+"/reopen", url.Values{"reason": {"anderes Gewicht"}})
		w.sees(w.paul(), 303, "/procurement/add/survey", surveyed())

		const at = "/procurement/case/c7/dossier/"
		_, body := w.ask(w.paul(), at+"json", nil)
		var got procurement.Dossier
		w.ok(json.Unmarshal([]byte(body), &got))
		var kinds []string
		text := w.document(w.paul(), at+"odt")
		for _, part := range got.Parts {
			kinds = append(kinds, part.Kind+" "+part.State)
			if part.Sum != fmt.Sprintf("%x", sha256.Sum256([]byte(part.Body))) || !strings.Contains(text, part.Sum) {
				t.Errorf("%s has the sum of another text, or the document lacks it: %s", part.Kind, part.Sum)
			}
		}
		if want := "need current, survey draft, award frozen, trial frozen"; strings.Join(kinds, ", ") != want {
			t.Errorf("parts are %v, want %s", kinds, want)
		}
		for _, want := range []string{fmt.Sprintf("%x", sha256.Sum256([]byte(body))), "Anmeldung ohne Papier", "Entwurf, kann sich noch ändern", "Fassung 2 ist ein Entwurf und steht nicht hier", "62,5", "Nord", "zwei Städte betreiben es",
			"Dazu gibt es nichts: Leistungsbeschreibung, Ergebnis der Wertung, Wirtschaftlichkeitsbetrachtung.", "Das dürfen Sie nicht sehen, es fehlt hier: Vertragsplan, Vertrag.", `text:outline-level="2">Terminvergabe<`} {
			if !strings.Contains(text, want) {
				t.Errorf("the document lacks %q", want)
			}
		}
		if _, again := w.ask(w.rita(), at+"json", nil); again != body {
			t.Error("another reader gets another text of the same")
		}
		w.sees(w.paul(), 404, "/procurement/case/c8/dossier/odt", nil)
		w.sees(w.paul(), 404, "/procurement/case/c8/dossier/json", nil)
		w.sees(w.as("nina", "city", "de", "scoring.read"), 403, at+"odt", nil)
	})
}

// A frozen survey that found open source stands on the page of its case, and so does it where the
// case says that there is none; a draft and what was left out are no contradiction.
func TestACaseIsToldOfItsSurvey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		denied := true
		w.Denied = func(context.Context, string) (bool, error) { return denied, nil }
		panel := func(v context.Context) string {
			t.Helper()
			texts, err := lang.Load(web.Files, w.Room().Files)
			w.ok(err)
			draw, err := (&web.Site{Texts: texts}).Panels(w.Room().Files, w.Room().Case...)
			w.ok(err)
			out, err := draw(v, "c7")
			w.ok(err)
			return html.UnescapeString(string(out))
		}
		freeze := func(form url.Values) string {
			at := w.sees(w.paul(), 303, "/procurement/add/survey", form)
			if said := panel(w.paul()); strings.Contains(said, "widerspricht") {
				t.Errorf("a draft contradicts: %s", said)
			}
			p, _, err := w.Show(w.paul(), strings.TrimPrefix(at, "/procurement/survey/"))
			w.ok(err)
			w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
			return panel(w.paul())
		}
		if said := freeze(surveyed("out-1", "yes", "reason-1", "zu alt", "chosen", "make", "fits-make", "yes")); strings.Contains(said, "widerspricht") || !strings.Contains(said, "Ausgeschlossen: Offener Kalender, Kalender Plus. Gewählter Weg: Selbst entwickeln") {
			t.Errorf("what was left out contradicts, or is not told: %s", said)
		}
		if said := freeze(surveyed()); !strings.Contains(said, "Das widerspricht sich") || !strings.Contains(said, "quelloffen und in Frage kommend: Offener Kalender.") || !strings.Contains(said, "/procurement/case/c7/dossier/odt") {
			t.Errorf("the contradiction is not named: %s", said)
		}
		denied = false
		if said := panel(w.paul()); strings.Contains(said, "widerspricht") {
			t.Errorf("there is no contradiction: %s", said)
		}
		if all, err := w.Surveyed(w.as("nina", "city", "de"), "c7"); err != nil || len(all) > 0 {
			t.Errorf("who may not read papers is told %v, %v", all, err)
		}
	})
}
