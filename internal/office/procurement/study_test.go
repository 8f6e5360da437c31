// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement_test

import (
	"net/url"
	"strings"
	"testing"

	"allmende/internal/engine/economics"
	"allmende/internal/office/procurement"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/lang"
)

// study is the worked example of docs/economics.md as it is typed in German, with some fields
// changed.
func study(pairs ...string) url.Values {
	out := url.Values{"title": {"Büropaket"}, "org": {"city"}, "case": {""}, "day": {"2026-11-30"}, "base": {"2026"}, "years": {"5"}, "rate": {"0,9"}, "rate_date": {"2023-07-07"}, "rate_source": {"wibe.de"},
		"alt-1": {"Proprietär"}, "line-1-1": {"Einführung"}, "kind-1-1": {"once"}, "side-1-1": {"cost"}, "amount-1-1": {"20.000"}, "from-1-1": {"0"}, "effective-1-1": {"yes"},
		"line-1-2": {"Lizenzen"}, "kind-1-2": {"yearly"}, "side-1-2": {"cost"}, "amount-1-2": {"60.000,00 €"}, "from-1-2": {"1"}, "to-1-2": {"5"}, "growth-1-2": {"3"}, "effective-1-2": {"yes"},
		"alt-2": {"Offen"}, "cost_risk-2": {"20"}, "line-2-1": {"Umstieg"}, "kind-2-1": {"once"}, "side-2-1": {"cost"}, "amount-2-1": {"150 000"}, "effective-2-1": {"yes"},
		"line-2-2": {"Betreuung"}, "kind-2-2": {"yearly"}, "side-2-2": {"cost"}, "amount-2-2": {"35.000"}, "from-2-2": {"1"}, "growth-2-2": {"2"}, "effective-2-2": {"yes"}}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// Paul compares two alternatives. The page has the worked example to the cent, says what is
// missing and what turns the result round; frozen, it stays, whatever a next edition says.
func TestAStudyIsCalculatedAndFrozen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.sees(w.paul(), 200, "/procurement/add/study", nil, "0,9 %, veröffentlicht am 07.07.2023, Quelle: https://wibe.de/", `value="exit" selected`, "2026-0007 Gewerbe")
		at := w.sees(w.paul(), 303, "/procurement/add/study", study())
		id := strings.TrimPrefix(at, "/procurement/study/")
		w.sees(w.paul(), 200, "/procurement", nil, "Wirtschaftlichkeitsbetrachtung", "/procurement/study/"+id)
		w.sees(w.paul(), 200, at, nil, "−329.960,58 €", "−327.262,13 €", "2.698,46 €", "1,5796 %", "Ab Jahr 5 nie mehr im Rückstand", "Höchster Kapitalwert: Offen.", "Mit Risiko: Proprietär.", "Mit Risiko kehrt sich",
			"Offen: Was der Ausstieg kostet, ist nicht angegeben", "Der Zins ist mehr als ein Jahr älter", "−1.627,15 €", "<polyline", "6.406,74 €")
		w.sees(w.rita(), 200, at, nil, "2,698.46 €", "Offen", "Never behind again from year 5")
		w.sees(w.paul(), 200, at, nil, "Zuschlag auf Kosten 20 %, Abschlag auf Nutzen 0 %")
		if text := w.document(w.paul(), at+"/edition/1/odt"); !strings.Contains(text, "Zuschlag auf Kosten 20 %") || !strings.Contains(text, "−1.627,15 €") {
			t.Error("the document lacks the surcharge or the other rates")
		}
		w.sees(w.paul(), 200, at+"/edit", nil, `value="0,9"`, `value="60000"`, `value="20"`)
		w.sees(w.paul(), 404, "/procurement/award/"+id, nil) // a study is no setup
		w.sees(w.paul(), 404, "/procurement/award/"+id+"/try", nil)

		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
		_, all, err := w.Show(w.paul(), id)
		w.ok(err)
		r, err := all[0].Report()
		w.ok(err)
		if r.Method != "present_value" || r.Version != 1 || r.Result.Differences[0].Present.Text("en", 2) != "2,698.46" || len(r.Points) != 8 {
			t.Errorf("what was frozen is not what was calculated: %+v", r.Result)
		}
		w.sees(w.rita(), 200, at+"?edition=1", nil, "2,698.46 €", all[0].Sum)
		if _, said := w.ask(w.rita(), at+"/edition/1/json", nil); said != all[0].Body {
			t.Error("the file is not what was summed up")
		}
		w.sees(w.paul(), 409, at+"/edit", study("seen", p.Changed))
		w.sees(w.paul(), 422, at+"/reopen", url.Values{"reason": {""}}, `href="#f-reason"`)
		w.sees(w.paul(), 303, at+"/reopen", url.Values{"reason": {"neuer Zins"}})
		p, _, err = w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/edit", study("seen", p.Changed, "rate", "3,3", "rate_date", "2011-05-09", "rate_source", "Rundschreiben"))
		w.sees(w.paul(), 200, at, nil, "−6.464,55 €", "neuer Zins")
		w.sees(w.paul(), 200, at+"?edition=1", nil, "2.698,46 €", "ältere Fassung")
	})
}

// A study without a rate that can be looked up, without a second alternative or with a
// negative amount has no result, says why, and cannot be frozen.
func TestAStudyWithoutARateHasNoResult(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		at := w.sees(w.paul(), 303, "/procurement/add/study", study("rate_date", "", "rate_source", "", "amount-1-1", "-5"))
		said := w.sees(w.paul(), 200, at, nil, "Warum es kein Ergebnis gibt", "Der Zins hat kein Datum", "Der Zins hat keine Quelle", "Proprietär, Einführung: Der Betrag darf nicht negativ sein (-5)", "Ohne Ergebnis lässt sich nichts festschreiben")
		if strings.Contains(said, "Kapitalwert:") {
			t.Error("there is a result all the same")
		}
		id := strings.TrimPrefix(at, "/procurement/study/")
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 409, at+"/freeze", url.Values{"seen": {p.Changed}}, "Ohne Ergebnis")
		w.sees(w.paul(), 303, at+"/edit", study("seen", p.Changed, "alt-2", "", "line-2-1", "", "amount-2-1", "", "line-2-2", "", "amount-2-2", "", "day", "2026-11-01", "rate_date", "2026-11-20"))
		w.sees(w.paul(), 200, at, nil, "mindestens zwei Alternativen", "erst nach der Betrachtung veröffentlicht")

		w.sees(w.paul(), 422, "/procurement/add/study", study("rate", "", "years", "51", "amount-1-1", "1,234.50", "line-2-2", "", "growth-2-2", "viel"),
			`href="#f-rate"`, `href="#f-years"`, `href="#f-amount-1-1"`, `href="#f-line-2-2"`, `href="#f-growth-2-2"`, `value="1,234.50"`)
		w.sees(w.paul(), 422, "/procurement/add/study", study("day", "2999-01-01", "base", "2999", "rate_date", "1923-11-15"), `href="#f-day"`, "01.01.2999", `href="#f-base"`, "2999“ ist kein Basisjahr", `href="#f-rate_date"`)
		w.sees(w.eve(), 404, at, nil)
		w.sees(w.eve(), 404, at+"/edit", study())
		w.sees(w.eve(), 404, at+"/freeze", url.Values{})
		w.sees(w.eve(), 404, at+"/reopen", url.Values{"reason": {"x"}})
		w.sees(w.rita(), 403, at+"/edit", study())
	})
}

// Paul puts a surcharge on one line in place of the alternative's, takes criteria of what money
// does not show from the library, weighs them and scores. The page has the arithmetic; a score
// that is missing is a span, not 0. JSON and document have the same.
func TestAStudyHasRisksOfLinesAndAUtilityValue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		form := study("cost_risk-2", "", "risk-2-1", "20", "do", "take", "take-ut_reuse", "yes", "take-ut_independence", "yes")
		w.sees(w.paul(), 200, "/procurement/add/study", form, `value="Unabhängigkeit von Herstellern"`, `value="4.1.6 (Migrationsleitfaden 3.0)"`, "8: mehrere Häuser nutzen es", "ut_reuse (market 2)", "Aus den Bausteinen, Fassung 2: ", `value="35.000"`, `name="score-1-2"`)
		if all, _, err := w.Papers(w.paul(), "", 10); err != nil || len(all) > 0 {
			t.Fatal("taking over has saved something", err)
		}
		w.sees(w.paul(), 422, "/procurement/add/study", study("do", "take"), "Wählen Sie mindestens einen Baustein", `value="Lizenzen"`)
		for field, text := range map[string]string{"do": "", "crit-1": "Unabhängigkeit", "critweight-1": "30", "critnumber-1": "4.1.6", "critanchors-1": "0: keine\n8: gesichert", "critfrom-1": "ut_independence (market 2)",
			"crit-2": "Nachnutzung", "critweight-2": "10", "critanchors-2": "0: nein", "score-1-1": "2", "score-1-2": "10", "score-2-1": "8"} {
			form.Set(field, text)
		}
		at := w.sees(w.paul(), 303, "/procurement/add/study", form)
		id := strings.TrimPrefix(at, "/procurement/study/")
		w.sees(w.paul(), 200, at, nil, "−357.262,13 €", "eigenes Risiko 20 %", `data-label="Beitrag"><span>unbekannt<`, "Proprietär: 40,00", "Offen: 60,00 bis 85,00, weil Punkte fehlen", "8: gesichert", "entspricht 4.1.6", "Offen, Nachnutzung: Es sind keine Punkte vergeben", "Aus den Bausteinen, Fassung 2: Unabhängigkeit von Herstellern")
		w.sees(w.paul(), 200, at+"/edit", nil, `name="risk-2-1" type="text" value="20"`, `name="score-2-1" type="text" value="8"`, `name="critnumber-1" type="text" value="4.1.6"`, "0: keine\n8: gesichert")
		w.sees(w.paul(), 422, at+"/edit", study("crit-1", "Tempo", "critweight-1", "", "critanchors-1", "11: schnell\n2,5: langsam", "score-1-1", "viel"), `href="#f-critweight-1"`, "11 ist keine ganze Zahl von 0 bis 10", "2,5 ist keine", `href="#f-score-1-1"`)
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/edit", study("seen", p.Changed, "crit-1", "Tempo", "critweight-1", "1", "score-1-1", "11"))
		w.sees(w.paul(), 200, at, nil, "Proprietär, Tempo: 11 Punkte liegen nicht zwischen 0 und 10", "Ohne Ergebnis")
		p, _, err = w.Show(w.paul(), id)
		w.ok(err)
		form.Set("seen", p.Changed)
		w.sees(w.paul(), 303, at+"/edit", form)
		p, _, err = w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
		_, all, err := w.Show(w.paul(), id)
		w.ok(err)
		r, err := all[0].Report()
		w.ok(err)
		if u := r.Result.Utility; len(u) != 2 || u[1].Low.String() != "60" || u[1].High.String() != "85" || r.Study.Criteria[0].Corresponds != "4.1.6" || r.Study.Alternatives[1].Lines[0].Risk == nil {
			t.Errorf("frozen: %+v", r)
		}
		text := w.document(w.paul(), at+"/edition/1/odt")
		// All that the page has stands in the document, so that it can be calculated again from it.
		for _, want := range []string{"60,00 bis 85,00, weil Punkte fehlen", "gesichert", "4.1.6", "20 %", "Beitrag", all[0].Sum,
			"Jahr 1 bis 5, Steigerung 3 %", "im Jahr 0", ">haushaltswirksam<", "Bei anderen Zinssätzen", "0,9 (Zins der Betrachtung)", "Zuschlag auf Kosten 0 %", ">unbekannt<"} {
			if !strings.Contains(text, want) {
				t.Errorf("the document lacks %q", want)
			}
		}
	})
}

// Every kind of fault and gap of the engine is a sentence in both languages.
func TestEveryKindOfStudyHasASentence(t *testing.T) {
	texts, err := lang.Load(procurement.New(nil).Room().Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, tongue := range []string{"de", "en"} {
		for _, k := range []string{economics.RateUndated, economics.RateUnsourced, economics.RateOutside, economics.RateLater, economics.DayMissing, economics.YearsOutside, economics.TooFew, economics.TooMany, economics.Unnamed, economics.Twice,
			economics.KindUnknown, economics.AmountNegative, economics.YearOutside, economics.GrowthOutside, economics.RiskOutside, economics.Weightless, economics.TooLong, economics.ScoreOutside, economics.CriterionUnknown} {
			if said := texts.T(tongue, "procurement.study.fault."+k, "hier", "dies"); !strings.HasPrefix(said, "hier: ") || strings.Contains(said, "%!") {
				t.Errorf("%s: %s", k, said)
			}
		}
		for _, k := range []string{economics.ExitMissing, economics.EndMissing, economics.ZeroUnreasoned, economics.RateOld, economics.NothingEffective, economics.AnchorsMissing, economics.ScoreMissing} {
			if said := texts.T(tongue, "procurement.gap."+k, "hier"); !strings.HasPrefix(said, "hier: ") {
				t.Errorf("%s: %s", k, said)
			}
		}
	}
}
