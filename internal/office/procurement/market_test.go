// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement_test

import (
	"archive/zip"
	"context"
	"io"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/engine/market"
	"allmende/internal/office/procurement"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/lang"
)

// surveyed is a market survey that nothing blocks, as it is typed, with some fields changed.
func surveyed(pairs ...string) url.Values {
	out := url.Values{"title": {"Terminvergabe"}, "org": {"city"}, "case": {"c7"}, "need": {"Menschen buchen Termine ohne Anruf."}, "kind": {"municipal_standard"},
		"source-1": {"openCode"}, "source_at-1": {"https://gitlab.opencode.de"}, "day-1": {"2026-11-02"}, "query-1": {"Termin"}, "hits-1": {"4"},
		"source-2": {"Umfrage im Verbund"}, "day-2": {"2026-11-05"}, "query-2": {"Wer vergibt Termine womit?"},
		"candidate-1": {"Offener Kalender"}, "licence-1": {"EUPL-1.2"}, "open-1": {"yes"}, "candidate-2": {"Kalender Plus"}, "open-2": {"no"}, "out-2": {"yes"}, "reason-2": {"Daten kommen nicht heraus"},
		"fits-use": {"yes"}, "way-use": {"zwei Städte betreiben es"}, "fits-compose": {"no"}, "way-compose": {"kein Baustein fehlt"}, "fits-make": {"no"}, "way-make": {"gibt es schon"}, "fits-buy": {"unknown"}, "way-buy": {"nicht gefragt"},
		"chosen": {"use"}, "procedure": {"open"}, "because": {"Betrieb lässt sich beschreiben"}, "result": {"Offener Kalender passt."}}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// Paul surveys the market: what he forgot blocks freezing and stands there with its place; once
// it is whole he freezes it, and whoever reads it later sees where was looked and why.
func TestAMarketSurveyIsFrozenWhenSomebodyCanRepeatIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.sees(w.paul(), 200, "/procurement/add/survey", nil, `value="openCode"`, "Kommunaler Standard", "von niemandem verglichen")
		at := w.sees(w.paul(), 303, "/procurement/add/survey", surveyed("query-1", "", "reason-2", ""))
		id := strings.TrimPrefix(at, "/procurement/survey/")
		w.sees(w.paul(), 200, "/procurement", nil, "Markterkundung", at)
		said := w.sees(w.paul(), 200, at, nil, "Niemand kann die Suche wiederholen", "Quelle 1: openCode", "Lösung 2: Kalender Plus", "vor dem Festschreiben zu klären")
		if strings.Contains(said, `/freeze"`) {
			t.Error("what is blocked is offered to be frozen")
		}
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 409, at+"/freeze", url.Values{"seen": {p.Changed}}, "zu klären")
		w.sees(w.paul(), 200, at+"/edit", nil, `value="Kalender Plus"`, `value="4"`, "zwei Städte betreiben es", `value="use" selected`)
		w.sees(w.paul(), 303, at+"/edit", surveyed("seen", p.Changed))
		w.sees(w.paul(), 409, at+"/edit", surveyed("seen", p.Changed), "geändert oder festgeschrieben")
		w.sees(w.paul(), 200, at, nil, "02.11.2026", "unbekannt", "Gibt es auf openCode oder im Verbund eine Lösung?", "(gewählt)", "Vergabestelle")
		p, _, err = w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
		_, all, err := w.Show(w.paul(), id)
		w.ok(err)
		if !strings.Contains(all[0].Body, `"method":"market"`) || !strings.Contains(all[0].Body, `"hits":4`) {
			t.Errorf("frozen is not what was surveyed: %s", all[0].Body)
		}
		if _, body := w.ask(w.rita(), at+"/edition/1/json", nil); body != all[0].Body {
			t.Error("the file is not what was summed up")
		}
		w.sees(w.rita(), 200, at, nil, "Offener Kalender passt.", "left out", all[0].Sum, at+"/edition/1/odt")
		text := w.document(w.paul(), at+"/edition/1/odt")
		for _, want := range []string{all[0].Sum, "Menschen buchen Termine ohne Anruf.", "openCode", "02.11.2026", "Daten kommen nicht heraus", "Offener Kalender passt.", "(gewählt)"} {
			if !strings.Contains(text, want) {
				t.Errorf("the document lacks %q", want)
			}
		}
		w.sees(w.paul(), 303, at+"/reopen", url.Values{"reason": {"neue Lösung"}})
		w.sees(w.paul(), 200, at, nil, "neue Lösung")
		w.sees(w.eve(), 404, at, nil)
		w.sees(w.eve(), 404, at+"/edit", surveyed())
		w.sees(w.eve(), 404, at+"/freeze", url.Values{})
		w.sees(w.eve(), 404, at+"/reopen", url.Values{"reason": {"x"}})
		w.sees(w.rita(), 403, at+"/edit", surveyed())
		w.sees(w.paul(), 404, "/procurement/description/"+id, nil) // a survey is no description
	})
}

// What cannot be read is told at its field, all at once, and nothing typed is lost.
func TestASurveyThatCannotBeRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.sees(w.paul(), 422, "/procurement/add/survey", surveyed("title", "", "day-1", "2.11.2026", "hits-1", "-3", "source-2", "", "kind", "erfunden", "need", strings.Repeat("n", 5001)),
			`href="#f-day-1"`, `href="#f-hits-1"`, `href="#f-source-2"`, `href="#f-kind"`, `href="#f-need"`, `value="2.11.2026"`, "Kalender Plus")
		w.sees(w.paul(), 422, "/procurement/add/survey", surveyed("title", " "), `href="#f-title"`)
		w.sees(w.paul(), 422, "/procurement/add/survey", surveyed("day-1", "2026-12-24", "day-2", "1999-12-31"), `href="#f-day-1"`, "Der Tag 24.12.2026 liegt nicht zwischen dem 01.01.2000 und heute (30.11.2026)", `href="#f-day-2"`)
		w.sees(w.paul(), 422, "/procurement/add/survey", surveyed("day-1", "2999-01-01"), "01.01.2999")
	})
}

// Paul describes what is wanted. A requirement that names a product of the register keeps the
// description from being frozen; what the catalogue would ask for and he does not is named.
func TestADescriptionNamesNoProduct(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.sees(w.paul(), 200, "/procurement/add/description", nil, "Stückliste", `name="ask-sbom" value="yes" checked`, "CycloneDX oder SPDX")
		form := url.Values{"title": {"Termine"}, "org": {"city"}, "aim": {"Termine ohne Anruf"}, "ask-sbom": {"yes"}, "item-sbom": {"must"}, "text-sbom": {"Eine Stückliste je Lieferung."}, "item-1": {"score"}, "text-1": {"Läuft mit Musteroffice."}, "text-licence": {"nicht verlangt"}}
		at := w.sees(w.paul(), 303, "/procurement/add/description", form)
		id := strings.TrimPrefix(at, "/procurement/description/")
		w.sees(w.paul(), 200, at, nil, "Die Anforderung nennt ein Produkt", "Anforderung 2: musteroffice", "Das ist nicht verlangt", "Lizenz der Ergebnisse", "Eine Stückliste je Lieferung.")
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 409, at+"/freeze", url.Values{"seen": {p.Changed}})
		w.sees(w.paul(), 200, at+"/edit", nil, "Läuft mit Musteroffice.", `name="ask-sbom" value="yes" checked`)
		form.Set("text-1", "Liest und schreibt offene Formate.")
		form.Set("seen", p.Changed)
		w.sees(w.paul(), 303, at+"/edit", form)
		p, _, err = w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
		w.sees(w.rita(), 200, at, nil, "What has to be provided", "must be met", "Liest und schreibt offene Formate.")
		w.sees(w.paul(), 422, at+"/reopen", url.Values{"reason": {""}}, `href="#f-reason"`)
		w.sees(w.paul(), 422, "/procurement/add/description", url.Values{"title": {""}, "text-1": {strings.Repeat("x", 5001)}}, `href="#f-text-1"`)
		w.sees(w.eve(), 404, at, nil)
		w.sees(w.eve(), 404, at+"/edit", form)
		w.sees(w.rita(), 403, at+"/freeze", url.Values{})
	})
}

// Paul mixes what the bidder has to be with what is bought. Page and document part it under four
// headings, with what proves it and where that stands; points for suitability are hinted at. A
// widely used product is found although the register does not have it, in the aim too.
func TestADescriptionPartsSuitabilityFromAward(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		form := url.Values{"title": {"Termine"}, "org": {"city"}, "aim": {"Termine statt Listen in Microsoft Excel"}, "ask-ex_sbom": {"yes"}, "item-ex_sbom": {"must"}, "text-ex_sbom": {"Eine Stückliste je Lieferung."},
			"ask-suit_staff": {"yes"}, "item-suit_staff": {"score"}, "text-suit_staff": {"Rollen mit Erfahrung."}, "item-1": {"score"}, "text-1": {"Ohne Schulung bedienbar."}, "item-2": {"must"}, "text-2": {"Umsatz nennen."}, "part-2": {"suitability"}, "item-3": {"must"}, "text-3": {"Vergibt Termine."}}
		at := w.sees(w.paul(), 303, "/procurement/add/description", form)
		page := w.sees(w.paul(), 200, at, nil, "Das Ziel nennt ein Produkt", "Ziel: microsoft", "Eignung ist hier zum Bewerten vorgesehen", "Übersicht der Rollen mit Erfahrung in Jahren und Aufgaben", "§ 46 Abs. 1 VgV", "Gesucht wurde nach 1 Namen aus dem Bestand und nach 76 verbreiteten Namen")
		text := w.document(w.paul(), at+"/edition/1/odt")
		for _, said := range []string{page, text} {
			last := 0
			for _, want := range []string{">Leistung<", "Vergibt Termine.", ">Eignung<", "Rollen mit Erfahrung.", "Umsatz nennen.", ">Zuschlag<", "Ohne Schulung bedienbar.", ">Ausführung<", "Eine Stückliste je Lieferung."} {
				i := strings.LastIndex(said, want)
				if i < last {
					t.Errorf("%q is missing or stands elsewhere", want)
				}
				last = max(i, last)
			}
		}
		for _, want := range []string{"Nachweis: Übersicht der Rollen mit Erfahrung in Jahren und Aufgaben", "Fundstelle: § 46 Abs. 1 VgV", "Warum es verlangt werden kann", "76 verbreiteten Namen"} {
			if !strings.Contains(text, want) {
				t.Errorf("the document lacks %q", want)
			}
		}
		id := strings.TrimPrefix(at, "/procurement/description/")
		w.sees(w.paul(), 200, at+"/edit", nil, `value="suitability" selected`)
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 409, at+"/freeze", url.Values{"seen": {p.Changed}})
		form.Set("aim", "Termine statt Listen")
		form.Set("seen", p.Changed)
		w.sees(w.paul(), 303, at+"/edit", form)
		p, _, err = w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
		_, all, err := w.Show(w.paul(), id)
		w.ok(err)
		if !strings.Contains(all[0].Body, `"searched":{"edition":1,"known":76,"register":1}`) || strings.Index(all[0].Body, "Vergibt Termine.") > strings.Index(all[0].Body, "Umsatz nennen.") {
			t.Errorf("frozen: %s", all[0].Body)
		}
		setup := w.sees(w.paul(), 303, "/procurement/add", w.sheet)
		w.sees(w.paul(), 200, setup, nil, "76 verbreiteten Namen")
		w.sheet.Set("name-1", "Läuft mit Oracle")
		w.sees(w.paul(), 200, w.sees(w.paul(), 303, "/procurement/add", w.sheet), nil, "Ein Kriterium nennt ein Produkt", "oracle")
	})
}

// Every place of a finding has words in both languages.
func TestEveryPlaceOfTheMarketHasWords(t *testing.T) {
	texts, err := lang.Load(procurement.New(nil).Room().Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, tongue := range []string{"de", "en"} {
		for _, key := range []string{"place.source", "place.candidate", "place.item", "severity." + market.Block, "severity." + market.Warn, "certainty." + market.Own, "certainty." + market.Seen, "certainty." + market.Unverified} {
			if said := texts.T(tongue, "procurement."+key, 3); strings.Contains(said, "procurement.") || strings.Contains(said, "%!(NOVERB") {
				t.Errorf("%s: %s", key, said)
			}
		}
	}
}

// document unpacks the text of a document that is handed out.
func (w *desk) document(v context.Context, path string) string {
	w.t.Helper()
	status, body := w.ask(v, path, nil)
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if status != 200 || err != nil {
		w.t.Fatal(path, status, err)
	}
	f, err := z.Open("content.xml")
	w.ok(err)
	text, err := io.ReadAll(f)
	w.ok(err)
	return string(text)
}

// Each kind of paper is a document that can be edited: with its sum once it is frozen, and with
// the words that it has none before.
func TestEachPaperIsADocument(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		for path, want := range map[string][]string{
			w.sees(w.paul(), 303, "/procurement/add", w.sheet):       {"Bedienung", "62,5", "10: ohne Schulung"},
			w.sees(w.paul(), 303, "/procurement/add/study", study()): {"−329.960,58 €", "Höchster Kapitalwert: Offen.", "07.07.2023"},
			w.sees(w.paul(), 303, "/procurement/add/description", url.Values{"title": {"Termine"}, "aim": {"ohne Anruf"}, "text-1": {"Öffnet & speichert <offen>."}}): {"ohne Anruf", "Öffnet &amp; speichert &lt;offen&gt;.", "Das ist nicht verlangt"},
		} {
			text := w.document(w.paul(), path+"/edition/1/odt")
			for _, x := range append(want, "Noch nicht festgeschrieben") {
				if !strings.Contains(text, x) {
					t.Errorf("%s lacks %q", path, x)
				}
			}
			w.sees(w.eve(), 404, path+"/edition/1/odt", nil)
			w.sees(w.paul(), 404, path+"/edition/9/odt", nil)
		}
	})
}
