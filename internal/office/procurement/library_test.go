// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/market"
	"allmende/internal/fault"
	"allmende/internal/office/procurement"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// own is a catalogue of a city: one way more, one requirement of its own, one criterion.
func own(version int) market.Catalogue {
	say := func(de string) market.Text { return market.Text{DE: de, EN: de} }
	c := market.Shipped()
	c.Version = version
	c.Text, c.Sum = "own", "5e"
	c.Ways = append(c.Ways[:len(c.Ways):len(c.Ways)], market.Choice{ID: "borrow", Name: say("Mitnutzen im Verbund"), About: say("Beim Nachbarn mitnutzen."), Certainty: market.Own, Source: "Hausordnung"})
	c.Requirements = []market.Choice{{ID: "dialect", Name: say("Leichte Sprache"), About: say("Alle Texte gibt es in leichter Sprache."), Certainty: market.Own, Source: "Hausordnung"}}
	c.Award = []market.Choice{{ID: "walk", Name: say("Fußweg"), About: say("Wie weit ist es zu Fuß?"), Why: say("Wir haben kein Auto."), Evidence: say("Stadtplan"), Certainty: market.Own, Source: "Hausordnung",
		Anchors: []market.Anchor{{Points: 10, Text: say("gleich nebenan")}, {Points: 0, Text: say("weit")}}}}
	return c
}

// The city puts its own library in force: what Paul begins then follows it and says so, what
// he began before keeps its own until he renews it, and what was frozen stays in its words.
func TestPapersKeepTheLibraryTheyWereWrittenWith(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		kept := map[int]market.Catalogue{2026113001: own(2026113001)}
		w.Edition = func(_ context.Context, _ ospo.OrgID, p market.Pin) (market.Catalogue, error) {
			c, ok := kept[p.Version]
			if !ok {
				return c, fault.New(fault.NotFound, "fault.not_found")
			}
			return c, nil
		}
		before := w.sees(w.paul(), 303, "/procurement/add/survey", surveyed())
		w.library = kept[2026113001]
		w.sees(w.paul(), 200, before, nil, "Geschrieben mit den Bausteinen in der Fassung 2.")
		w.sees(w.paul(), 200, before+"/edit", nil, "die jetzt in Kraft sind (Fassung vom 30.11.2026, Nr. 1)")
		w.sees(w.paul(), 422, "/procurement/add/survey", surveyed("chosen", "walk"), `href="#f-chosen"`)
		at := w.sees(w.paul(), 303, "/procurement/add/survey", surveyed("fits-borrow", "yes", "way-borrow", "Nachbarstadt hat es", "chosen", "borrow"))
		w.sees(w.paul(), 200, at, nil, "in der Fassung vom 30.11.2026, Nr. 1", "Mitnutzen im Verbund <b>(gewählt)</b>")
		id := strings.TrimPrefix(at, "/procurement/survey/")
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
		_, all, err := w.Show(w.paul(), id)
		w.ok(err)
		for _, want := range []string{`"library":{"id":"market","sha256":"5e","text":"own","version":2026113001}`, `"version":2026113001`, "Mitnutzen im Verbund"} {
			if !strings.Contains(all[0].Body, want) {
				t.Errorf("frozen lacks %s: %s", want, all[0].Body)
			}
		}
		delete(kept, 2026113001) // nobody can read that edition any more; the paper has its words
		w.sees(w.rita(), 200, at, nil, "Mitnutzen im Verbund")
		if text := w.document(w.paul(), at+"/edition/1/odt"); !strings.Contains(text, "Fassung vom 30.11.2026, Nr. 1") || !strings.Contains(text, "Mitnutzen im Verbund") {
			t.Error("the document does not say which library")
		}
		kept[2026113001] = w.library
		p, _, err = w.Show(w.paul(), strings.TrimPrefix(before, "/procurement/survey/"))
		w.ok(err)
		w.sees(w.paul(), 303, before+"/edit", surveyed("seen", p.Changed, "renew", "yes"))
		w.sees(w.paul(), 200, before, nil, "in der Fassung vom 30.11.2026, Nr. 1", "Dieser Weg ist nicht abgewogen", "Mitnutzen im Verbund", "zwei Städte betreiben es")

		w.sees(w.paul(), 200, "/procurement/add/description", nil, "Alle Texte gibt es in leichter Sprache.", "Stückliste je Lieferung", "Fundstelle: § 46 Abs. 3 Nr. 1 VgV", "Nachweis:")
		at = w.sees(w.paul(), 303, "/procurement/add/description", url.Values{"title": {"Termine"}, "aim": {"ohne Anruf"}, "ask-dialect": {"yes"}, "text-dialect": {"Alles in leichter Sprache."}, "ask-ex_sbom": {"yes"}, "text-ex_sbom": {"Stückliste."}})
		w.sees(w.paul(), 200, at, nil, "Leichte Sprache", "Stückliste je Lieferung", "Fassung vom 30.11.2026, Nr. 1", "Keine Regel hat etwas gefunden")
	})
}

// Paul takes a criterion of the library into an award: a copy with its scale, which he may
// alter, and from where it is. Rounds of evaluation are listed.
func TestCriteriaAreCopiedFromTheLibrary(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.sees(w.paul(), 200, "/procurement/add", nil, "Bedienbarkeit im Versuch", "Warum es verlangt werden kann", "§ 127 Abs. 5 GWB", "das höchste gewinnt", `value="take" formnovalidate`)
		w.sees(w.as("paul", "city", "en", "procurement.*"), 200, "/procurement/add", nil, "Use in a trial", "highest wins")
		w.library = own(2026113001)
		w.Edition = func(_ context.Context, _ ospo.OrgID, p market.Pin) (market.Catalogue, error) {
			return own(p.Version), nil
		}
		w.sheet.Set("do", "take")
		w.sheet.Set("take-walk", "yes")
		w.sees(w.paul(), 200, "/procurement/add", w.sheet, `name="name-3" type="text" value="Fußweg"`, "10: gleich nebenan\n0: weit", "walk (market 2026113001)", `value="62,5"`)
		w.sheet.Del("take-walk")
		w.sees(w.paul(), 422, "/procurement/add", w.sheet, `href="#f-take-walk"`, "mindestens einen Baustein")
		w.sheet.Del("do")
		for field, text := range map[string]string{"weight-2": "27,5", "name-3": "Fußweg", "weight-3": "10", "max-3": "10", "anchors-3": "10: gleich nebenan", "from-3": "walk (market 2026113001)"} {
			w.sheet.Set(field, text)
		}
		for from, want := range map[string]string{"walk (market 2026113001)": "vom 30.11.2026, Nr. 1: Fußweg", "walk (market 2026113002)": "vom 30.11.2026, Nr. 2<"} { // not in force here: whose it is, no form finds out
			if said := w.sees(w.paul(), 422, "/procurement/add", w.with("weight-2", "x", "from-3", from)); !strings.Contains(said, want) {
				t.Errorf("of %s it does not say %q:\n%s", from, want, said)
			}
		}
		at := w.sees(w.paul(), 303, "/procurement/add", w.sheet)
		id := strings.TrimPrefix(at, "/procurement/award/")
		w.Rounds = func(_ context.Context, paper string) ([]procurement.Round, error) {
			if paper != id {
				return nil, nil
			}
			return []procurement.Round{{Href: "/scoring/round/r1", Person: "Tran", Edition: 1, Opened: time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)}}, nil
		}
		w.sees(w.paul(), 200, at, nil, "Aus den Bausteinen, Fassung vom 30.11.2026, Nr. 1: Fußweg", "/scoring/round/r1", "Fassung 1, eröffnet am 29.11.2026", "läuft", "das höchste gewinnt")
		w.sees(w.paul(), 200, at+"/edit", nil, `name="from-3" value="walk (market 2026113001)"`)
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
		_, all, err := w.Show(w.paul(), id)
		w.ok(err)
		if !strings.Contains(all[0].Body, "walk (market 2026113001)") {
			t.Error("frozen it does not say where it is from")
		}
		if _, err := all[0].Setup(); err != nil {
			t.Error(err)
		}
	})
}
