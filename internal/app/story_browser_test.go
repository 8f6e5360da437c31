// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"allmende/internal/browser/zammadtest"
	"allmende/internal/platform/lang"
)

// Who does what in the story; each holds the role that their part takes.
const (
	asker       = "kovacs@musterstadt.example"    // of the citizens' office
	coordinator = "hansen@musterstadt.example"    // screens, brings to decision, is the second person
	buyer       = "tran@musterstadt.example"      // surveys, calculates, proposes
	licenceOf   = "obermeier@musterstadt.example" // judges licences
	securityOf  = "nowak@musterstadt.example"     // judges security
	strategist  = "yilmaz@musterstadt.example"    // judges sovereignty, agrees to what is proprietary
)

// When the story plays: cases bear the year, and the market was surveyed some days ago.
var (
	year = lang.Day(time.Now())[:5]
	ago  = lang.Day(time.Now().AddDate(0, 0, -5))
)

// A telling is the story of one request, told in a browser.
type telling struct {
	*visit
	title string
	z     *zammadtest.Office
	app   *App
}

func (s *telling) as(who string) { s.t.Helper(); enter(s.t, s.Page, s.base, who) }

// A department asks for a tool to agree on dates. The office surveys the market, finds two open
// candidates and a proprietary one, has licence, security, economy and sovereignty judged, and
// decides with four eyes. The record is printed, the department reads the answer, and
// Zammad knows of all of it.
func TestADepartmentGetsItsSchedulingTool(t *testing.T) {
	s := tell(t, "Termine mit Vereinen abstimmen")
	s.connectsZammad()
	s.asks()
	s.screens()
	s.surveys()
	s.findings()
	s.calculates()
	s.judges("Keine Bedenken: AGPL-3.0-or-later, Nutzung im Haus.")
	s.proposesOpen()
	s.agrees(coordinator)
	s.prints("Quelloffene Software freigegeben", "Terminkreis")
	s.readsTheAnswer("Terminkreis", "Erfüllt den Bedarf, Betrieb im Haus.")
	s.zammadKnows("closed", "Vorgeschlagen", "Quelloffene Software freigegeben", "Erfüllt den Bedarf, Betrieb im Haus.")
}

// The same ends proprietary: it cannot be closed before it is justified, the page says in a
// sentence what is missing, and what was justified stands in the report for the council.
func TestTheSchedulingToolEndsProprietary(t *testing.T) {
	s := tell(t, "Dienste im Bürgersaal planen")
	s.asks()
	s.screens()
	s.findings()
	s.judges("Keine Bedenken: Überlassung nach EVB-IT.")
	s.cannotCloseUnjustified()
	s.justifies()
	s.agrees(strategist)
	s.prints("Proprietäre Software freigegeben, mit Begründung", "TerminPro", "Stadtratsbeschluss 14/2025 (erfunden)", "Keine führt Dienstpläne mit Tarifrecht.")
	s.readsTheAnswer("TerminPro", "Für zwei Jahre, dann neu.")
	s.councilReads("Keine führt Dienstpläne mit Tarifrecht.")
}

// tell opens the city.
func tell(t *testing.T, title string) *telling {
	t.Helper()
	p, base, a := city(t)
	return &telling{visit: &visit{Page: p, t: t, base: base}, title: title, app: a}
}

// connectsZammad has the operator set a Zammad up, and the office switch the connection on.
func (s *telling) connectsZammad() {
	s.z = zammadtest.Start(s.t)
	if err := s.app.connectTickets(s.t.Context(), []TicketSystem{{ID: "zammad", Label: "Servicedesk", Kind: "zammad", URL: s.z.URL, Org: "musterstadt", Token: zammadtest.Token, Secret: zammadtest.Secret}}); err != nil {
		s.t.Fatal(err)
	}
	s.as(coordinator)
	s.actsFor("Stadt Musterstadt (fiktiv)")
	s.goes("Vorgänge") // below which it stands
	s.goes("Tickets")
	s.press("Verbindungen zu anderen Systemen", "")
	s.press("Verbindung einstellen: Servicedesk", "")
	s.write("", "Verbindung einschalten", "", "Gruppe", "OSPO", "Kunde der Tickets", "ospo@musterstadt.example")
	s.press("Speichern", "")
	s.sees("verbunden", "Gruppe „OSPO“")
}

// actsFor switches to another organisation by the list in the navigation.
func (s *telling) actsFor(org string) {
	s.t.Helper()
	var now string
	s.Ask(`(e => e ? e.selectedOptions[0].text : '')(document.querySelector('#act-for'))`, &now)
	if now == org || now == "" {
		return
	}
	s.Pick("#act-for", s.option("#act-for", org))
}

// asks is the department's part, on a phone.
func (s *telling) asks() {
	s.as(asker)
	s.phone()
	s.Visit(s.base + "/")
	s.goes("Anliegen")
	s.checks()
	s.press("Ich brauche eine Software für …", "")
	s.write("", "Ihr Anliegen in einer Zeile", s.title,
		"Wofür brauchen Sie die Software?", "Mit 30 Vereinen Termine finden, ohne Rundmails.",
		"Wie viele Menschen werden damit arbeiten?", "40",
		"Werden personenbezogene Daten verarbeitet?", "ja")
	s.checks()
	s.press("Anliegen absenden", "")
	s.sees(s.title, "Sichtung", "Damit befasst ist: Koordination")
	s.checks()
	s.desk()
}

// finds opens the case by the task that waits for who is signed in.
func (s *telling) finds(task string) {
	s.t.Helper()
	s.goes("Vorgänge")
	s.press(task, s.title)
	s.sees(s.title, task)
}

// does opens a task by its button, fills its form in and sends it.
func (s *telling) does(task string, pairs ...string) {
	s.t.Helper()
	s.finds(task)
	s.press("Erledigen: "+task, "")
	s.write("", pairs...)
	s.press("Aufgabe als erledigt melden", "")
}

// screens takes the request in.
func (s *telling) screens() {
	s.as(coordinator)
	s.does("Anfrage sichten und mit dem Bestand vergleichen", "Ergebnis der Sichtung", "Der Markt wird erkundet")
	s.press("Markterkundung beginnen", "")
	s.sees("Markterkundung")
}

// surveys records where was looked and what was found, and freezes it.
func (s *telling) surveys() {
	s.as(buyer)
	s.finds("Markt erkunden, openCode zuerst")
	s.press("Markt erkunden", "Unterlagen der Vergabe")
	s.write("", "Bezeichnung", "Werkzeuge für Terminabstimmung", "Bedarf", "Vereine und Amt finden gemeinsame Termine.", "Art des Bedarfs", "Massenware")
	s.write("Quelle 1", "Quelle", "openCode", "Adresse im Netz", "https://opencode.de", "Tag", ago, "Suchworte oder Frage", "Terminabstimmung", "Treffer", "2")
	s.write("Quelle 2", "Quelle", "Suche im Netz", "Tag", ago, "Suchworte oder Frage", "Terminumfrage Verwaltung", "Treffer", "9")
	s.write("Lösung 1", "Lösung", "Terminkreis", "Lizenz", "AGPL-3.0-or-later", "Quelloffen?", "ja")
	s.write("Lösung 2", "Lösung", "Wannpasst", "Lizenz", "MIT", "Quelloffen?", "ja", "Ausgeschlossen", "", "Grund oder Bemerkung", "Seit 2021 kein Sicherheitsupdate.")
	s.write("Lösung 3", "Lösung", "TerminPro", "Lizenz", "proprietär", "Quelloffen?", "nein")
	s.write("Vorhandenes nutzen", "Passt?", "nein", "Grund", "Im Bestand ist nichts dafür.")
	s.write("Zusammensetzen", "Passt?", "nein", "Grund", "Es gibt nur ganze Werkzeuge.")
	s.write("Selbst entwickeln", "Passt?", "nein", "Grund", "Es gibt genug davon.")
	s.write("Kaufen", "Passt?", "ja", "Grund", "Einrichtung und Betrieb einkaufen.")
	s.write("", "Gewählter Weg", "Kaufen", "Vergabeverfahren", "Offenes Verfahren", "Warum dieses Verfahren", "Viele Anbieter.", "Ergebnis", "Zwei kommen in Frage.")
	s.press("Entwurf speichern", "")
	s.sees("Seit 2021 kein Sicherheitsupdate.", "openCode")
	s.press("Festschreiben", "")
	s.sees("festgeschrieben", "SHA-256")
}

// findings says in the case what the survey came to.
func (s *telling) findings() {
	s.as(buyer)
	s.does("Markt erkunden, openCode zuerst",
		"Wurde auf openCode gesucht?", "ja", "Tag der Erkundung", ago,
		"Quellen und Suchbegriffe", "openCode: Terminabstimmung",
		"Gefundene Lösungen", "Terminkreis (AGPL-3.0-or-later), Wannpasst (MIT), TerminPro (proprietär)",
		"Ausgeschiedene Lösungen, je mit Grund", "Wannpasst: seit 2021 kein Sicherheitsupdate.",
		"Ist eine brauchbare quelloffene Lösung dabei?", "ja")
	s.press("Zur Prüfung geben", "")
	s.sees("Lizenz beurteilen", "Sicherheit beurteilen", "Wirtschaftlichkeit beurteilen", "Digitale Souveränität beurteilen")
}

// calculates compares what the two cost over five years, and freezes that.
func (s *telling) calculates() {
	s.as(buyer)
	s.finds("Wirtschaftlichkeit beurteilen")
	s.press("Wirtschaftlichkeit rechnen", "Unterlagen der Vergabe")
	s.write("", "Bezeichnung", "Terminwerkzeug: Kauf oder offen", "Tag der Betrachtung", ago, "Basisjahr", "2026", "Letztes Jahr der Betrachtung", "5")
	s.write("Kalkulationszins", "Zins in Prozent", "0,9", "Veröffentlicht am", "2023-07-07", "Quelle", "wibe.de")
	for i, a := range [][]string{{"TerminPro", "0", "6.000"}, {"Terminkreis", "8.000", "2.500"}} {
		n := string(rune('1' + i))
		s.write("Alternative "+n, "Name der Alternative", a[0])
		s.write("Posten 1 der Alternative "+n, "Bezeichnung des Postens", "Einführung", "Betrag in Euro", a[1], "Woher der Betrag kommt", "Schätzung")
		s.write("Posten 2 der Alternative "+n, "Bezeichnung des Postens", "Betrieb", "Art", "jährlich", "Betrag in Euro", a[2], "Ab Jahr (0 ist das Basisjahr)", "1", "Bis Jahr (nur bei jährlich)", "5")
	}
	s.press("Entwurf speichern", "")
	s.sees("Höchster Kapitalwert: Terminkreis", "Was fehlt")
	s.press("Festschreiben", "")
	s.sees("festgeschrieben", "SHA-256")
}

// judges has the four opinions written by the people whose roles they fall to.
func (s *telling) judges(licence string) {
	s.as(licenceOf)
	s.does("Lizenz beurteilen", "Stellungnahme zur Lizenz", licence, "Ergebnis zur Lizenz", "Keine Bedenken")
	s.as(securityOf)
	s.does("Sicherheit beurteilen", "Stellungnahme zur Sicherheit", "Keine bekannten Schwachstellen.", "Ergebnis zur Sicherheit", "Keine Bedenken")
	s.as(buyer)
	s.does("Wirtschaftlichkeit beurteilen", "Stellungnahme zur Wirtschaftlichkeit", "Terminkreis ist über fünf Jahre günstiger.", "Erwartete Kosten im Jahr", "2.500,00")
	s.as(strategist)
	s.does("Digitale Souveränität beurteilen", "Stellungnahme zur digitalen Souveränität", "Offener Quelltext, mehrere Dienstleister.")
	s.as(coordinator)
	s.opens()
	s.press("Zur Entscheidung vorlegen", "")
	s.sees("Entscheidung vorschlagen und begründen")
}

// opens finds the case in the city's list of all of them.
func (s *telling) opens() {
	s.t.Helper()
	s.actsFor("Stadt Musterstadt (fiktiv)")
	s.goes("Vorgänge")
	s.press("Alle Vorgänge", "")
	s.press(year, s.title)
}

// proposesOpen proposes what the opinions speak for.
func (s *telling) proposesOpen() {
	s.as(buyer)
	s.asked("Quelloffene Software", "Vorgeschlagene Software")
	s.write("", "Vorgeschlagene Software", "Terminkreis")
	s.press("Aufgabe als erledigt melden", "")
	s.write("Quelloffene Software freigeben", "Begründung", "Erfüllt den Bedarf, Betrieb im Haus.")
	s.press("Vorschlagen: Quelloffene Software freigeben", "")
	s.sees("wartet auf eine zweite Person")
	s.unseen("Quelloffene Software freigegeben")
}

// asked begins a proposal, and is asked further questions because of what is proposed.
func (s *telling) asked(proposal string, further ...string) {
	s.t.Helper()
	s.finds("Entscheidung vorschlagen und begründen")
	s.sees("noch nicht möglich", "Offen sind noch: Entscheidung vorschlagen und begründen")
	s.press("Erledigen: Entscheidung vorschlagen und begründen", "")
	s.write("", "Entscheidungsvorschlag", proposal)
	if status := s.pressed("Aufgabe als erledigt melden", ""); status != 422 {
		s.t.Errorf("a bare proposal is answered %d", status)
	}
	for _, question := range further {
		s.sees("Aus Ihren Angaben ergibt sich eine weitere Frage: " + question)
	}
}

// cannotCloseUnjustified tries to end with proprietary software and nothing else.
func (s *telling) cannotCloseUnjustified() {
	s.as(buyer)
	s.asked("Proprietäre Software", "Vorgeschlagene Software", "Welche Regeln galten an diesem Tag?", "Welche quelloffenen Lösungen wurden geprüft?", "Warum keine von ihnen?", "Wann wird die Entscheidung überprüft?")
	s.write("", "Vorgeschlagene Software", "TerminPro")
	if status := s.pressed("Aufgabe als erledigt melden", ""); status != 422 {
		s.t.Errorf("an unjustified proposal is answered %d", status)
	}
	s.sees("„Warum keine von ihnen?“ wird gebraucht. Bitte geben Sie es an.", "„Wann wird die Entscheidung überprüft?“ wird gebraucht. Bitte geben Sie es an.")
	s.unseen("„Vorgeschlagene Software“ wird gebraucht")
}

// justifies answers what is asked beside a proprietary choice, and proposes it.
func (s *telling) justifies() {
	s.write("", "Welche Regeln galten an diesem Tag?", "Stadtratsbeschluss 14/2025 (erfunden)", "Welche quelloffenen Lösungen wurden geprüft?", "Terminkreis, Wannpasst",
		"Warum keine von ihnen?", "Keine führt Dienstpläne mit Tarifrecht.", "Wann wird die Entscheidung überprüft?", "2028-11-30")
	s.press("Aufgabe als erledigt melden", "")
	s.write("Proprietäre Software mit Begründung freigeben", "Begründung", "Für zwei Jahre, dann neu.")
	s.press("Vorschlagen: Proprietäre Software mit Begründung freigeben", "")
	s.sees("wartet auf eine zweite Person")
}

// agrees is the second pair of eyes.
func (s *telling) agrees(who string) {
	s.as(who)
	s.actsFor("Stadt Musterstadt (fiktiv)")
	s.goes("Freigaben")
	s.press("Schritt in einem Vorgang", s.title)
	s.sees(s.title, "Minh Anh Tran")
	s.press("Freigeben", "")
	s.sees("freigegeben")
}

// prints reads the justification on paper and as a text document; both bear the sum of what
// was frozen.
func (s *telling) prints(texts ...string) {
	s.opens()
	s.press("Begründung", "")
	s.sees(append(texts, "unverändert")...)
	s.checks()
	sum := sha256.Sum256(s.fetch("Als JSON herunterladen"))
	hash := hex.EncodeToString(sum[:])
	s.sees(hash)
	content := odtText(s.t, s.fetch("Als Textdokument (ODT)"))
	for _, text := range append(texts, hash) {
		if !strings.Contains(content, text) {
			s.t.Errorf("the text document lacks %q", text)
		}
	}
	s.Paper(true)
	s.sees(append(texts, hash)...)
	if s.Shows("nav.side") || s.Shows(".head") || s.Shows(".acts") {
		s.t.Error("navigation, head or buttons stand on paper")
	}
	s.Paper(false)
	if pdf := s.Print(); len(pdf) < 10_000 {
		s.t.Errorf("printed are %d bytes", len(pdf))
	}
}

// odtText is the text of a document with its marks.
func odtText(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// readsTheAnswer is the end for the department, on a phone again.
func (s *telling) readsTheAnswer(texts ...string) {
	s.as(asker)
	s.phone()
	s.Visit(s.base + "/")
	s.goes("Anliegen")
	s.press(year, "Ihre Anliegen")
	s.sees(append(texts, "Ihr Anliegen ist abgeschlossen.", "Die Antwort")...)
	s.unseen("Tran", "Hansen") // who decided is the office's affair
	s.checks()
	s.desk()
}

// councilReads opens the report of what is proprietary and why.
func (s *telling) councilReads(reason string) {
	s.as(strategist)
	s.goes("Verträge")
	s.press("Proprietär, weil", "")
	var row string
	s.Ask(`[...document.querySelectorAll("main tr")].map(r => r.innerText).find(r => r.includes("`+s.title+`")) || ''`, &row)
	if !strings.Contains(row, reason) || !strings.Contains(row, "aus dem Vorgang") {
		s.t.Errorf("the council is told %q", row)
	}
}

// zammadKnows compares what stands in the ticket, and has a customer write there.
func (s *telling) zammadKnows(state string, texts ...string) {
	s.t.Helper()
	if err := s.app.Jobs.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	made := s.z.One()
	if !strings.Contains(made.Title, s.title) || made.State != state {
		s.t.Errorf("the ticket is %q, %s", made.Title, made.State)
	}
	all := strings.Join(s.z.Bodies(), "\n")
	for _, text := range texts {
		if !strings.Contains(all, text) {
			s.t.Errorf("Zammad does not know %q: %s", text, all)
		}
	}
	s.z.Held()
	s.z.Writes(made.Number, "Customer", "Ilona Kovács", "text/plain", "Danke, das hilft uns sehr.", false)
	for _, k := range s.z.Held() {
		r, err := http.NewRequestWithContext(s.t.Context(), "POST", s.base+"/ticket/hook/zammad", bytes.NewReader(k.Body))
		if err != nil {
			s.t.Fatal(err)
		}
		r.Header.Set("X-Hub-Signature", k.Signature)
		r.Header.Set("X-Zammad-Delivery", k.Delivery)
		answer, err := http.DefaultClient.Do(r)
		if err != nil || answer.StatusCode != 204 {
			s.t.Fatal(answer, err)
		}
		answer.Body.Close()
	}
	if err := s.app.Jobs.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.as(coordinator)
	s.opens()
	s.sees("Servicedesk-Ticket "+made.Number, "Zustand dort: closed", "Danke, das hilft uns sehr.")
}
