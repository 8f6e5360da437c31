// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/office/procurement"
	"allmende/internal/office/scoring"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// A desk is a city with an award setup that was frozen. Paul opens and enters, Ada and Ben
// score, Cora has a conflict of interest, Dora decides; Eve is a stranger.
type desk struct {
	*scoring.Service
	t    testing.TB
	d    *db.DB
	now  time.Time
	site http.Handler
}

// setup is the one that was frozen: interpolation up to twice the price, 30 % price.
func setup() award.Setup {
	least := number.Int(50)
	return award.Setup{Title: "Fachverfahren Gewerbe", Formula: award.Formula{Method: "interp_2x", PriceWeight: new(number.Int(30))}, Minimum: &least, Ties: []string{award.ByQuality, award.ByLot},
		Criteria: []award.Criterion{{ID: "c-1", Title: "Bedienung", Weight: number.Int(60), Max: number.Int(10), Anchors: []award.Anchor{{Points: number.Int(10), Text: "ohne Schulung"}}},
			{ID: "c-2", Title: "Betrieb", Weight: number.Int(40), Max: number.Int(10), Anchors: []award.Anchor{{Points: number.Int(10), Text: "selbst betreibbar"}}}}}
}

func newDesk(t testing.TB, d *db.DB, by award.Setup) *desk {
	t.Helper()
	gov, proc := governance.New(d), procurement.New(nil)
	w := &desk{Service: scoring.New(d), t: t, d: d, now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { w.now = w.now.Add(time.Second); return w.now }
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"scoring", w.Room().Files}} {
		w.ok(d.Migrate(t.Context(), room.name, room.files))
	}
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range []string{"city", "foreign"} {
		_, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o), Name: "Amt " + o, Kind: "city"})
		w.ok(err)
	}
	for _, p := range []string{"Paul", "Ada", "Ben", "Cora", "Dora", "Fynn"} {
		_, err := gov.AddPerson(t.Context(), act, governance.Person{ID: ospo.PersonID(strings.ToLower(p)), Org: "city", Name: p + " Amt", Login: p + "@city.example", Level: "reader"})
		w.ok(err)
	}
	body, sum, err := by.Freeze()
	w.ok(err)
	w.Setup = func(ctx context.Context, paper string, edition int) (scoring.Announced, error) {
		if paper != "p1" || edition != 2 || door.From(ctx).Org != "city" {
			return scoring.Announced{}, fault.New(fault.NotFound, "fault.not_found")
		}
		return scoring.Announced{Org: "city", Title: by.Title, Body: string(body), Sum: sum}, nil
	}
	w.Faults, w.Notes = proc.FaultWords, proc.NoteWords
	texts, err := lang.Load(web.Files, gov.Room().Files, w.Room().Files)
	w.ok(err)
	mux := http.NewServeMux()
	(&web.Site{Texts: texts}).Mount(mux, w.Room().Files, w.Room().Pages)
	w.site = mux
	return w
}

func (w *desk) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *desk) as(person string, grants ...string) context.Context {
	org := "city"
	if person == "eve" {
		org = "foreign"
	}
	return door.With(w.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Grants: grants, Lang: "de", Door: "web"})
}

// who are the people by what they may.
func (w *desk) who(person string) context.Context {
	switch person {
	case "dora", "cora", "eve":
		return w.as(person, "scoring.*")
	case "rita":
		return w.as(person, "scoring.read")
	}
	return w.as(person, "scoring.read", "scoring.write")
}

var broken = regexp.MustCompile(`.{0,40}(%!.|\[scoring\.).{0,40}`)

// sees asks for a page and wants a status and words on it; it returns the page, or where it leads.
func (w *desk) sees(person string, status int, path string, form url.Values, want ...string) string {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.who(person), "GET", path, nil)
	if form != nil {
		r = httptest.NewRequestWithContext(w.who(person), "POST", path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	out := httptest.NewRecorder()
	w.site.ServeHTTP(out, r)
	said := html.UnescapeString(out.Body.String())
	if strings.HasSuffix(path, "/odt") || strings.HasSuffix(path, "/json") {
		said = out.Body.String()
	}
	if out.Code != status {
		w.t.Fatalf("%s asks %s: %d, want %d\n%s", person, path, out.Code, status, said)
	}
	if bad := broken.FindString(said); bad != "" && !strings.HasPrefix(said, "PK") { // a document is compressed
		w.t.Errorf("%s: a text is missing, or has too few or too many values: %s", path, bad)
	}
	for _, s := range want {
		if !strings.Contains(said, s) {
			w.t.Errorf("%s sees %s: want %q in\n%s", person, path, s, said)
		}
	}
	if out.Code == http.StatusSeeOther {
		return out.Header().Get("Location")
	}
	return said
}

func (w *desk) hides(person, path string, words ...string) {
	w.t.Helper()
	said := w.sees(person, 200, path, nil)
	for _, s := range words {
		if strings.Contains(said, s) {
			w.t.Errorf("%s sees %q on %s", person, s, path)
		}
	}
}

// form is a form of pairs.
func form(pairs ...string) url.Values {
	out := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// opened is a round whose bids were released.
func (w *desk) opened(bids url.Values) (at string) {
	w.t.Helper()
	at = w.sees("paul", 303, "/scoring/open", form("paper", "p1", "edition", "2"))
	bids.Set("ready", "yes")
	w.sees("paul", 303, at+"/bids", bids)
	return at
}

func twoBids() url.Values {
	return form("bid-1", "Alpha GmbH", "price-1", "100.000", "bid-2", "Beta eG", "price-2", "125.000,50 €")
}

// scores lets somebody state that there is no conflict, and hand in points in the order of bids
// and criteria.
func (w *desk) scores(person, at string, points ...string) {
	w.t.Helper()
	w.sees(person, 303, at+"/state", form("kind", "none"))
	w.sees(person, 303, at+"/points", hand(person, points...))
}

func hand(person string, points ...string) url.Values {
	out := form("hand", "yes")
	for i, x := range points {
		field := "-" + string(rune('1'+i/2)) + "-c-" + string(rune('1'+i%2))
		out.Set("points"+field, x)
		out.Set("remark"+field, "Anmerkung von "+person)
	}
	return out
}

// Paul opens a round and enters bids; Ada and Ben score without seeing each other's points;
// where they differ, one proposes and the other agrees; Dora closes, and all of it is frozen.
func TestBidsAreScoredByTwoAndTheResultIsFrozen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d, setup())
		w.sees("paul", 200, "/scoring", nil, "Es gibt noch keine Runde")
		w.sees("paul", 200, "/scoring/open?paper=p1&edition=2", nil, "Fachverfahren Gewerbe", "SHA-256")
		w.sees("paul", 404, "/scoring/open?paper=p1&edition=3", nil) // a draft
		at := w.sees("paul", 303, "/scoring/open", form("paper", "p1", "edition", "2"))
		w.sees("paul", 200, at, nil, "noch nicht freigegeben", "Es ist noch kein Angebot erfasst")
		w.sees("ada", 409, at+"/state", form("kind", "none"), "noch nicht freigegeben")
		w.sees("paul", 303, at+"/bids", twoBids())
		w.sees("paul", 200, at+"/bids", nil, `value="125000,5"`)
		bids := twoBids()
		bids.Set("ready", "yes")
		w.sees("paul", 303, at+"/bids", bids)
		w.sees("paul", 409, at+"/bids", bids, "werden nicht mehr geändert")
		w.sees("paul", 200, at, nil, "125.000,50 €", "bisher gibt es 0", "keinen Interessenkonflikt mit einem der Bieter: Alpha GmbH, Beta eG")

		w.sees("ada", 403, at+"/points", nil, "Erklären Sie zuerst")
		w.sees("ada", 422, at+"/state", form(), `href="#f-kind"`)
		w.sees("ada", 303, at+"/state", form("kind", "none"))
		w.sees("ada", 409, at+"/state", form("kind", "none"), "schon abgegeben")
		w.sees("ada", 200, at+"/points", nil, "10: ohne Schulung")
		w.sees("ada", 422, at+"/points", form("hand", "yes", "points-1-c-1", "11", "points-1-c-2", "8.55", "points-2-c-1", "7"), "8.55")
		w.sees("ada", 422, at+"/points", form("hand", "yes", "points-1-c-1", "11", "points-2-c-1", "7"), "11 Punkte gibt es hier nicht", `href="#f-points-1-c-2"`, `href="#f-remark-2-c-1"`, "Fehlende Punkte sind nicht 0")
		w.sees("ada", 303, at+"/points", form("points-1-c-1", "8,5")) // kept, not handed in
		w.scores("ben", at, "8,5", "8", "9", "6")
		w.hides("ada", at, "Anmerkung von ben")
		w.hides("paul", at, "Anmerkung von ben")
		w.sees("ada", 200, at, nil, "Ada Amt hat noch nicht alle Punkte abgegeben")
		w.sees("ada", 200, at+"/points", nil, `value="8,5"`)
		if b, err := w.Show(w.who("ada"), strings.TrimPrefix(at, "/scoring/round/")); err != nil || len(b.Points) != 1 || b.Points[0].Person != "ada" {
			t.Errorf("by the API Ada sees %+v %v", b.Points, err)
		}
		if b, err := w.Show(w.who("ben"), strings.TrimPrefix(at, "/scoring/round/")); err != nil || len(b.Points) != 4 {
			t.Errorf("by the API Ben sees the draft of Ada: %+v %v", b.Points, err)
		}
		w.sees("ben", 409, at+"/propose", form("bid", "1", "criterion", "c-1", "value-1-c-1", "8", "reason-1-c-1", "x"), "alle abgegeben")
		w.sees("ada", 303, at+"/points", hand("ada", "8,5", "8", "9", "9"))
		w.sees("ada", 409, at+"/points", hand("ada", "1", "1", "1", "1"), "schon abgegeben")
		w.sees("ada", 200, at, nil, "Anmerkung von ben", "Bei „Beta eG“, „Betrieb“ weichen die Punkte ab")
		w.hides("paul", at, "Anmerkung von ben") // who does not score sees them after closing
		w.sees("dora", 409, at+"/close", form(), "weichen die Punkte ab")

		w.sees("ada", 409, at+"/propose", form("bid", "1", "criterion", "c-1", "value-1-c-1", "8", "reason-1-c-1", "x"), "weichen keine Punkte ab")
		w.sees("ada", 422, at+"/propose", form("bid", "2", "criterion", "c-2", "value-2-c-2", "12", "reason-2-c-2", ""), `href="#f-value-2-c-2"`, `href="#f-reason-2-c-2"`)
		w.sees("ada", 303, at+"/propose", form("bid", "2", "criterion", "c-2", "value-2-c-2", "7,5", "reason-2-c-2", "Der Nachweis gilt nur für einen Teil."))
		b, err := w.Show(w.who("ada"), strings.TrimPrefix(at, "/scoring/round/"))
		w.ok(err)
		agree := form("bid", "2", "criterion", "c-2", "seen", b.Consensus[0].Created)
		w.sees("ada", 403, at+"/agree", agree, "andere Person")
		w.sees("paul", 403, at+"/agree", agree)
		w.sees("fynn", 409, at+"/state", form("kind", "none"), "neue Wertende kommen nicht mehr hinzu")
		w.sees("ben", 409, at+"/agree", form("bid", "2", "criterion", "c-2", "seen", "earlier"), "nicht mehr")
		w.sees("dora", 409, at+"/close", form(), "fehlt die Zustimmung zum Vorschlag von Ada Amt")
		w.sees("ben", 200, at, nil, "Ada Amt schlägt 7,5 Punkte vor", "Zustimmen")
		w.sees("ben", 303, at+"/agree", agree)
		w.sees("ben", 409, at+"/agree", agree, "nicht mehr")

		w.sees("paul", 403, at+"/close", form())
		w.sees("dora", 200, at, nil, "Es fehlt nichts", "Auswerten und abschließen")
		w.sees("dora", 303, at+"/close", form())
		// A: L = 0.6·85 + 0.4·80 = 83, Z = 30 + 0.7·83 = 88.1. B: L = 84, Z = 30·(2 − 1.250005) + 58.8 = 81.29985.
		w.sees("paul", 200, at, nil, "Vorn liegt nach der festgeschriebenen Wertung: Alpha GmbH", "88,1000", "81,2999", "Anmerkung von ben", "Zugestimmt hat Ben Amt",
			"L(Bedienung) = w · p / max", "<dt><code>Zp</code></dt><dd>Punkte für den Preis</dd>", "<dt><code>Pmin</code></dt>")
		b, err = w.Show(w.who("rita"), strings.TrimPrefix(at, "/scoring/round/"))
		w.ok(err)
		rec, err := b.Round.Frozen()
		w.ok(err)
		if rec.Result.Winner != "Alpha GmbH" || len(rec.Points) != 8 || len(rec.Statements) != 2 || rec.Consensus[0].Reason != "Der Nachweis gilt nur für einen Teil." ||
			rec.Bids[1].Points["c-2"].String() != "7.5" || rec.Result.Bids[1].Score.String() != "81.29985" || len(rec.Result.Bids[0].Steps) == 0 || rec.Closer != "dora" {
			t.Errorf("frozen: %s", b.Round.Record)
		}
		if got := w.sees("rita", 200, at+"/json", nil); got != b.Round.Record {
			t.Errorf("the file is not what was summed up:\n%s", got)
		}
		if text := contentOf(t, w.sees("rita", 200, at+"/odt", nil)); !strings.Contains(text, b.Round.Sum) || !strings.Contains(text, "Der Nachweis gilt") || !strings.Contains(text, "Zp: Punkte für den Preis") {
			t.Error("the text document lacks sum or reason")
		}
		for path, f := range map[string]url.Values{"/state": form("kind", "none"), "/points": hand("ada"), "/bids": twoBids(), "/agree": agree, "/close": form()} {
			w.sees("dora", map[bool]int{true: 403, false: 409}[path == "/points"], at+path, f)
		}
		alter := func(sql string, args ...any) {
			t.Helper()
			w.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "test.alter", Door: "test"}, func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), sql, args...)
				return err
			}))
		}
		// What stands in the tables beside the record changes nothing that is shown.
		alter(`UPDATE scoring_bid SET price = '1' WHERE org = $1`, "city")
		alter(`UPDATE scoring_point SET points = '1', remark = 'gefälscht' WHERE org = $1`, "city")
		alter(`DELETE FROM scoring_statement WHERE org = $1`, "city")
		w.sees("paul", 200, at, nil, "125.000,50 €", "Anmerkung von ben", "Zugestimmt hat Ben Amt",
			"L(Bedienung) = w · p / max", "<dt><code>Zp</code></dt><dd>Punkte für den Preis</dd>", "<dt><code>Pmin</code></dt>")
		w.hides("paul", at, "gefälscht")
		if b, err := w.Show(w.who("rita"), b.Round.ID); err != nil || b.Bids[1].Price != "125000.5" || len(b.Points) != 8 || b.Points[0].Points == "1" || len(b.Statements) != 2 {
			t.Errorf("by the API: %+v %v", b, err)
		}
		refused := func(sentence string) {
			t.Helper()
			for _, path := range []string{"", "/json", "/odt"} {
				if said := w.sees("paul", 409, at+path, nil); !strings.Contains(html.UnescapeString(said), sentence) {
					t.Errorf("%s: %s", path, said)
				}
			}
			if _, err := w.Show(w.who("rita"), b.Round.ID); fault.Of(err) != fault.Conflict {
				t.Error(err)
			}
		}
		alter(`UPDATE scoring_round SET record = replace(record, 'Alpha', 'Gamma') WHERE org = $1`, "city")
		refused("passt nicht mehr zu seiner Prüfsumme")
		forged := strings.ReplaceAll(b.Round.Record, "Alpha", "Gamma")
		alter(`UPDATE scoring_round SET sum = $1 WHERE org = $2`, fmt.Sprintf("%x", sha256.Sum256([]byte(forged))), "city")
		refused("nicht, was festgeschrieben wurde")
	})
}

// contentOf is the text of a document.
func contentOf(t *testing.T, file string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(file)), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Who has a conflict of interest is on record and does not score; one that shows up later takes
// points and consent out of the reckoning.
func TestAConflictOfInterestKeepsSomebodyOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d, setup())
		at := w.opened(twoBids())
		w.sees("cora", 422, at+"/state", form("kind", "conflict"), `href="#f-reason"`)
		w.sees("cora", 303, at+"/state", form("kind", "conflict", "reason", "Mein Bruder arbeitet bei Beta."))
		w.sees("cora", 409, at+"/state", form("kind", "none"), "wirken an dieser Wertung nicht mit")
		w.sees("cora", 403, at+"/points", nil, "wirken an dieser Wertung nicht mit")
		w.sees("cora", 403, at+"/points", hand("cora", "10", "10", "0", "0"), "wirken an dieser Wertung nicht mit")
		w.sees("paul", 200, at, nil, "Cora Amt", "Mein Bruder arbeitet bei Beta.")
		w.scores("ada", at, "8", "8", "9", "9")
		w.scores("ben", at, "8", "8", "9", "6")
		w.sees("ada", 303, at+"/propose", form("bid", "2", "criterion", "c-2", "value-2-c-2", "7", "reason-2-c-2", "Mittelweg"))
		b, err := w.Show(w.who("ada"), strings.TrimPrefix(at, "/scoring/round/"))
		w.ok(err)
		w.sees("cora", 403, at+"/agree", form("bid", "2", "criterion", "c-2", "seen", b.Consensus[0].Created), "wirken an dieser Wertung nicht mit")
		w.sees("ben", 303, at+"/agree", form("bid", "2", "criterion", "c-2", "seen", b.Consensus[0].Created))
		w.sees("cora", 403, at+"/close", form(), "wirken an dieser Wertung nicht mit")
		w.sees("ben", 303, at+"/state", form("kind", "conflict", "reason", "Beta hat mir eine Stelle angeboten."))
		w.hides("ben", at, "Anmerkung von ada")
		w.sees("dora", 409, at+"/close", form(), "bisher gibt es 1")
		w.scores("fynn", at, "8", "8", "9", "9")
		w.sees("dora", 303, at+"/close", form())
		w.sees("rita", 200, at, nil, "Vorn liegt", "Beta hat mir eine Stelle angeboten.")
		b, err = w.Show(w.who("rita"), strings.TrimPrefix(at, "/scoring/round/"))
		w.ok(err)
		if rec, err := b.Round.Frozen(); err != nil || len(rec.Statements) != 5 || len(rec.Points) != 12 || rec.Bids[1].Points["c-2"].String() != "9" {
			t.Errorf("%s %v", b.Round.Record, err)
		}
	})
}

// Nobody from elsewhere finds a round, and who only reads changes nothing.
func TestStrangersFindNoRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d, setup())
		at := w.opened(twoBids())
		w.hides("eve", "/scoring", "Gewerbe")
		for _, path := range []string{at, at + "/bids", at + "/points", at + "/json", at + "/odt", "/scoring/open?paper=p1&edition=2"} {
			w.sees("eve", 404, path, nil)
		}
		w.sees("eve", 404, "/scoring/open", form("paper", "p1", "edition", "2"))
		for _, path := range []string{"/bids", "/state", "/points", "/propose", "/agree", "/close"} {
			w.sees("eve", 404, at+path, form("kind", "none", "bid", "1", "criterion", "c-1"))
			w.sees("rita", 403, at+path, form("kind", "none"))
		}
		w.sees("rita", 404, at+"/json", nil) // nothing is frozen yet
		for person, want := range map[string]int{"rita": 1, "eve": 0} {
			if all, err := w.OfPapers(w.who(person), []string{"p0", "p1"}); err != nil || len(all) != want {
				t.Errorf("by the setup %s finds %d rounds, want %d: %v", person, len(all), want, err)
			}
		}
		if _, err := w.Show(w.who("eve"), strings.TrimPrefix(at, "/scoring/round/")); fault.Of(err) != fault.NotFound {
			t.Error(err)
		}
	})
}

// What cannot be a bid is refused at its field, all of it at once; what is typed stays.
func TestBadBidsAreRefusedAtTheirFields(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d, setup())
		at := w.sees("paul", 303, "/scoring/open", form("paper", "p1", "edition", "2"))
		w.sees("paul", 422, at+"/bids", form("bid-1", "A", "price-1", "-5", "bid-2", "B", "bid-3", "B", "price-3", "7"), `href="#f-price-1"`, "größer als 0", "Der Preis fehlt", "steht doppelt", `value="-5"`)
		w.sees("paul", 422, at+"/bids", form("bid-1", "A", "price-1", "1,234.56"), "nicht eindeutig")
		w.sees("paul", 422, at+"/bids", form("bid-1", "A", "price-1", "1,234"), "nicht eindeutig", "1,234") // meant the English way, most likely
		w.sees("paul", 422, at+"/bids", form("bid-1", "A", "price-1", "viel"), "ist keine Zahl")
		w.sees("paul", 422, at+"/bids", form("bid-1", "A", "price-1", "12345678901234567,89"), `href="#f-price-1"`, "höchstens 18 Stellen")
		w.sees("paul", 303, at+"/bids", form("bid-1", "A", "price-1", "1234567890123456,89"))
		w.sees("paul", 422, at+"/bids", form("price-1", "5"), `href="#f-bid-1"`)
		w.sees("paul", 422, at+"/bids", form("ready", "yes"), "Es ist kein Angebot erfasst")
	})
}

// One bid alone is first and nothing was compared; equal bids go to lots and nobody is first;
// a bid without any points is excluded by the minimum.
func TestWhatCannotBeDecidedHasNoWinner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d, setup())
		at := w.opened(form("bid-1", "Alpha GmbH", "price-1", "100"))
		w.scores("ada", at, "8", "8")
		w.scores("ben", at, "8", "8")
		w.sees("dora", 303, at+"/close", form())
		w.sees("dora", 200, at, nil, "Vorn liegt", "verglichen wurde nichts")
		at = w.opened(form("bid-1", "Alpha GmbH", "price-1", "100", "bid-2", "Beta eG", "price-2", "100,00", "bid-3", "Null AG", "price-3", "50"))
		w.scores("ada", at, "8", "8", "8", "8", "0", "0")
		w.scores("ben", at, "8", "8,0", "8", "8", "0", "0")
		w.sees("dora", 303, at+"/close", form())
		w.sees("dora", 200, at, nil, "Die Rechnung nennt kein erstes Angebot", "Zwischen Alpha GmbH, Beta eG entscheidet das Los", "ausgeschlossen")
		w.sees("dora", 200, "/scoring?size=1", nil, "2 Runden", "after=")
		all, next, err := w.Rounds(w.who("rita"), "", 1)
		if err != nil || len(all) != 1 || next == "" {
			t.Error(len(all), next, err)
		}
	})
}

// Price alone has no criteria: two confirm that they have seen the bids.
func TestPriceAloneNeedsTwoAsWell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d, award.Setup{Title: "Papier", Formula: award.Formula{Method: "price_only"}, Ties: []string{award.ByLot}})
		at := w.opened(twoBids())
		w.scores("ada", at)
		w.sees("dora", 409, at+"/close", form(), "bisher gibt es 1")
		w.scores("ben", at)
		w.sees("dora", 303, at+"/close", form())
		w.sees("dora", 200, at, nil, "Vorn liegt nach der festgeschriebenen Wertung: Alpha GmbH", "keine Leistungskriterien")
	})
}

// Who is erased stands nowhere in what was frozen; the sums fit again, and the log has both.
func TestWhatNamesSomebodyErasedIsSealedAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		by := setup()
		by.Criteria[0].Text = `So hat es Ada "Addi" Amt gewünscht.`
		w := newDesk(t, d, by)
		at := w.opened(twoBids())
		w.scores("ada", at, "8", "8", "9", "9")
		w.scores("ben", at, "8", "8", "9", "9")
		w.sees("dora", 303, at+"/close", form())
		w.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "governance.person.erase", Door: "test"}, func(tx *db.Tx) error {
			names := []string{`Ada "Addi" Amt`}
			n, err := w.Naming(t.Context(), tx, names)
			w.ok(err)
			for _, table := range w.Room().Rows {
				w.ok(table.Forget(t.Context(), tx, "ada", names, "Person 4711"))
			}
			return w.Reseal(t.Context(), tx, n)
		}))
		w.sees("dora", 200, at, nil, "Vorn liegt")
		b, err := w.Show(w.who("dora"), strings.TrimPrefix(at, "/scoring/round/"))
		w.ok(err)
		if strings.Contains(b.Round.Record+b.Round.Setup, "Addi") || !b.Round.Intact() || !strings.Contains(b.Round.Record, "Person 4711") {
			t.Errorf("%s", b.Round.Record)
		}
		n, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM log_entry WHERE what = 'scoring.reseal'`)
		if err != nil || n != 1 {
			t.Error(n, err)
		}
	})
}

// The rounds of a setup are listed for whoever may read them; strangers and other papers have none.
func TestRoundsOfAPaper(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d, setup())
		first, second := w.opened(twoBids()), w.opened(twoBids())
		all, err := w.OfPaper(w.who("rita"), "p1")
		w.ok(err)
		if len(all) != 2 || "/scoring/round/"+all[0].ID != second || "/scoring/round/"+all[1].ID != first || all[0].Edition != 2 || all[0].Name != "Paul Amt" {
			t.Errorf("%+v", all)
		}
		for paper, who := range map[string]context.Context{"p2": w.who("rita"), "p1": w.who("eve")} {
			if all, err := w.OfPaper(who, paper); err != nil || len(all) > 0 {
				t.Errorf("%s: %+v %v", paper, all, err)
			}
		}
		if _, err := w.OfPaper(w.as("rita"), "p1"); fault.Of(err) != fault.Forbidden {
			t.Error("whoever may not read rounds has them listed", err)
		}
	})
}
