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
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/award"
	"allmende/internal/engine/market"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/office/procurement"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
	"allmende/internal/platform/web/webtest"
)

// A desk is a city and a foreign city. Paul prepares and freezes, Rita reads; Eve is a stranger.
type desk struct {
	*procurement.Service
	t     testing.TB
	d     *db.DB
	now   time.Time
	site  http.Handler
	sheet url.Values // a setup that nothing blocks, as it is typed in German

	library market.Catalogue // in force for the city
}

func newDesk(t testing.TB, d *db.DB) *desk {
	t.Helper()
	gov := governance.New(d)
	w := &desk{Service: procurement.New(d), t: t, d: d, now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { w.now = w.now.Add(time.Second); return w.now }
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"procurement", w.Room().Files}} {
		w.ok(d.Migrate(t.Context(), room.name, room.files))
	}
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range []string{"city", "foreign"} {
		_, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o), Name: "Amt " + o, Kind: "city"})
		w.ok(err)
	}
	w.library = market.Shipped()
	w.Library = func(_ context.Context, org ospo.OrgID) (market.Catalogue, error) {
		if org != "city" {
			return market.Shipped(), nil
		}
		return w.library, nil
	}
	w.Products = func(context.Context) ([]string, error) { return []string{"Musteroffice"}, nil }
	w.Case = func(_ context.Context, id string) (string, error) {
		if id != "c7" {
			return "", fault.New(fault.NotFound, "fault.not_found")
		}
		return "2026-0007 Gewerbe", nil
	}
	w.Cases = func(context.Context) ([]procurement.Matter, error) {
		return []procurement.Matter{{ID: "c7", Name: "2026-0007 Gewerbe"}}, nil
	}
	texts, err := lang.Load(web.Files, gov.Room().Files, w.Room().Files)
	w.ok(err)
	mux := http.NewServeMux()
	(&web.Site{Texts: texts}).Mount(mux, w.Room().Files, w.Room().Pages)
	w.site = mux
	w.sheet = url.Values{"title": {"Fachverfahren Gewerbe"}, "org": {"city"}, "case": {"c7"}, "method": {"interp_2x"}, "price_weight": {"32,5"}, "minimum": {"50"}, "tie-1": {"quality"}, "tie-2": {"lot"},
		"name-1": {"Bedienung"}, "weight-1": {"62,5"}, "max-1": {"10"}, "anchors-1": {"10: ohne Schulung\n0: nur mit Schulung"},
		"name-2": {"Betrieb"}, "weight-2": {"37,5"}, "max-2": {"1.000"}, "anchors-2": {"1.000: selbst betreibbar"}}
	return w
}

func (w *desk) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *desk) as(person, org, tongue string, grants ...string) context.Context {
	return door.With(w.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Grants: grants, Lang: tongue, Door: "web"})
}

func (w *desk) paul() context.Context { return w.as("paul", "city", "de", "procurement.*") }
func (w *desk) rita() context.Context { return w.as("rita", "city", "en", "procurement.read") }
func (w *desk) eve() context.Context  { return w.as("eve", "foreign", "de", "*") }

// broken is what stands where a text is missing or has other values than it wants.
var broken = regexp.MustCompile(`.{0,40}(%!.|\[procurement\.).{0,40}`)

// ask sends a request to the pages; form is nil for one that is looked at.
func (w *desk) ask(ctx context.Context, path string, form url.Values) (status int, said string) {
	w.t.Helper()
	r := httptest.NewRequestWithContext(ctx, "GET", path, nil)
	if form != nil {
		r = httptest.NewRequestWithContext(ctx, "POST", path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	out := httptest.NewRecorder()
	w.site.ServeHTTP(out, r)
	if out.Code == http.StatusSeeOther {
		return out.Code, out.Header().Get("Location")
	}
	said = html.UnescapeString(out.Body.String())
	if bad := broken.FindString(said); bad != "" && !strings.HasPrefix(said, "PK") { // a document is compressed
		w.t.Errorf("%s: a text is missing, or has too few or too many values: %s", path, bad)
	}
	return out.Code, said
}

// sees asks for a page and wants a status and words on it.
func (w *desk) sees(ctx context.Context, status int, path string, form url.Values, want ...string) string {
	w.t.Helper()
	got, said := w.ask(ctx, path, form)
	if got != status {
		w.t.Fatalf("%s: %d, want %d\n%s", path, got, status, said)
	}
	for _, s := range want {
		if !strings.Contains(said, s) {
			w.t.Errorf("%s: want %q in\n%s", path, s, said)
		}
	}
	return said
}

// with is the form with some fields changed.
func (w *desk) with(pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range w.sheet {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

var bids = url.Values{"draws": {"200"}, "seed": {"7"}, "spread": {"25"}, "other_weight": {"30"}, "other_band": {"10"},
	"bid-1": {"A"}, "price-1": {"100.000"}, "points-1-c-1": {"8"}, "points-1-c-2": {"800"},
	"bid-2": {"B"}, "price-2": {"125.000,00 €"}, "points-2-c-1": {"9,5"}, "points-2-c-2": {"950"},
	"bid-3": {"C"}, "price-3": {"82 000"}, "points-3-c-1": {"7"}, "points-3-c-2": {"700"},
	"bid-4": {"D"}, "price-4": {"112.000"}, "points-4-c-1": {"8,8"}, "points-4-c-2": {"880"}}

func withBids(pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range bids {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// Paul prepares an award: the check says what is missing, he mends it, tries it out, freezes it.
// What was frozen stays; a change is a second edition with a reason.
func TestAnAwardIsPreparedTriedAndFrozen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.sees(w.paul(), 200, "/procurement", nil, "Es gibt noch keine Unterlage")
		w.sees(w.paul(), 200, "/procurement/add", nil, "2026-0007 Gewerbe", "Interpolation bis zum doppelten Preis", "Quelle: vergabeblog.de")
		at := w.sees(w.paul(), 303, "/procurement/add", w.with("minimum", "", "weight-2", "30", "text-2", "Es soll wie Musteroffice sein."))
		id := strings.TrimPrefix(at, "/procurement/award/")
		w.sees(w.paul(), 200, at, nil, "Sperrt", "Eine Mindestleistung ist nicht festgelegt", "§ 31 Abs. 6 VgV", "musteroffice", "ergeben nicht 100 %", "2026-0007 Gewerbe", "Entwurf")
		w.sees(w.rita(), 200, at, nil, "Blocks", "No minimum quality is set", "second hand")
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 409, at+"/freeze", url.Values{"seen": {p.Changed}}, "sperrt")

		w.sees(w.paul(), 200, at+"/edit", nil, `value="62,5"`, `value="1000"`, "1000: selbst betreibbar")
		w.sees(w.paul(), 303, at+"/edit", w.with("seen", p.Changed))
		w.sees(w.paul(), 409, at+"/edit", w.with("seen", p.Changed), "Inzwischen hat jemand") // the page was old
		if said := w.sees(w.paul(), 200, at, nil, "Nichts sperrt", "VK Bund", "32,5"); strings.Contains(said, "Sperrt") {
			t.Error("what was mended still blocks")
		}

		trial := w.sees(w.paul(), 303, at+"/try", bids)
		w.sees(w.paul(), 200, trial, nil, "L(Bedienung) = w · p / max", "<svg", "Preis eines Punktes", "Interpolation bis zum doppelten Preis (Preis 32,5 %)", "führen zu verschiedenen Ergebnissen", "125.000,00 €", "Startzahl 7")
		w.sees(w.paul(), 200, at+"/try", nil, `value="9,5"`) // begins with the bids of the last trial
		w.sees(w.rita(), 200, trial, nil, "125,000.00 €", "Price of a point", "Price alone")

		p, _, err = w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.rita(), 403, at+"/freeze", url.Values{"seen": {p.Changed}})
		w.sees(w.paul(), 303, at+"/freeze", url.Values{"seen": {p.Changed}})
		p, all, err := w.Show(w.paul(), id)
		w.ok(err)
		if p.Draft() || p.Sum == "" {
			t.Fatalf("not frozen: %+v", p)
		}
		setup, err := award.Thaw([]byte(all[0].Body), p.Sum)
		w.ok(err)
		if _, sum, err := setup.Freeze(); err != nil || sum != p.Sum {
			t.Errorf("the sum cannot be computed again: %s, %s, %v", sum, p.Sum, err)
		}
		w.sees(w.paul(), 200, at, nil, "festgeschrieben", p.Sum)
		w.sees(w.paul(), 409, at+"/edit", w.with("seen", p.Changed), "Öffnen Sie eine neue Fassung")
		if _, said := w.ask(w.rita(), at+"/edition/1/json", nil); said != all[0].Body {
			t.Errorf("the file is not what was summed up:\n%s", said)
		}

		w.sees(w.paul(), 422, at+"/reopen", url.Values{"reason": {" "}}, `href="#f-reason"`)
		w.sees(w.paul(), 303, at+"/reopen", url.Values{"reason": {"Frage eines Bieters"}})
		p, _, err = w.Show(w.paul(), id)
		w.ok(err)
		w.sees(w.paul(), 303, at+"/edit", w.with("seen", p.Changed, "price_weight", "40"))
		_, now, err := w.Show(w.paul(), id)
		w.ok(err)
		if len(now) != 2 || now[0].Reason != "Frage eines Bieters" || now[1].Body != all[0].Body || now[1].Sum != all[0].Sum {
			t.Errorf("the frozen edition has changed: %+v", now)
		}
		w.sees(w.paul(), 200, at+"?edition=1", nil, "Sie sehen eine ältere Fassung", "32,5")
		w.sees(w.paul(), 404, at+"?edition=9", nil)

		// Whoever alters what was frozen is found out, with the sum as well: the log knows it.
		alter := func(body, sum string) {
			t.Helper()
			w.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "test.alter", Door: "test"}, func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `UPDATE procurement_edition SET body = $1, sum = $2 WHERE org = $3 AND n = 1`, body, sum, "city")
				return err
			}))
		}
		refused := func(sentence string) {
			t.Helper()
			for _, path := range []string{"?edition=1", "/edition/1/json", "/edition/1/odt"} {
				w.sees(w.paul(), 409, at+path, nil, sentence)
			}
			site := webtest.New(t, nil, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.Viewer{Org: "city", Person: "paul", Grants: []string{"procurement.*"}})
			if status, said := site.Get("/api/v1/procurement/papers/" + id); status != 409 {
				t.Errorf("by the API: %d %s", status, said)
			}
			if _, _, err := w.Frozen(w.paul(), id, 1); fault.Of(err) != fault.Conflict {
				t.Error(err)
			}
			w.sees(w.paul(), 200, at, nil) // the draft is what it was
		}
		forged := strings.ReplaceAll(all[0].Body, "Gewerbe", "Verkehr")
		alter(forged, all[0].Sum)
		refused("passt nicht mehr zu seiner Prüfsumme")
		alter(forged, fmt.Sprintf("%x", sha256.Sum256([]byte(forged))))
		refused("nicht, was festgeschrieben wurde")
		alter(all[0].Body, all[0].Sum)
		w.sees(w.paul(), 200, at+"?edition=1", nil)
	})
}

// Nobody from elsewhere finds a paper, and who only reads changes nothing.
func TestStrangersFindNoPaper(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		at := w.sees(w.paul(), 303, "/procurement/add", w.sheet)
		trial := w.sees(w.paul(), 303, at+"/try", bids)
		if said := w.sees(w.eve(), 200, "/procurement", nil); strings.Contains(said, "Gewerbe") {
			t.Error("a stranger sees the list")
		}
		for _, path := range []string{at, at + "/edit", at + "/try", at + "/edition/1/json", trial, trial + "/json"} {
			w.sees(w.eve(), 404, path, nil)
		}
		for _, path := range []string{at + "/edit", at + "/freeze", at + "/reopen", at + "/try"} {
			w.sees(w.eve(), 404, path, withBids("title", "Fremd", "reason", "x"))
			w.sees(w.rita(), 403, path, bids)
		}
		w.sees(w.eve(), 422, "/procurement/add", w.with("org", "city"), "gibt es hier nicht")
		w.sees(w.rita(), 404, at+"/edition/1/json", nil) // a draft has no file
	})
}

// What cannot be meant is refused at its field, and all of it at once; what is typed stays.
func TestBadBidsAreRefusedAtTheirFields(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		at := w.sees(w.paul(), 303, "/procurement/add", w.sheet)
		w.sees(w.paul(), 422, at+"/try", withBids("price-1", "-5", "points-2-c-1", "", "points-3-c-2", "1.000,5", "bid-4", "C"),
			`href="#f-price-1"`, "größer als 0 sein; angegeben ist -5", `href="#f-points-2-c-1"`, "Fehlende Punkte sind nicht 0", `href="#f-points-3-c-2"`, "steht doppelt", `value="1.000,5"`)
		w.sees(w.paul(), 422, at+"/try", withBids("price-1", "0"), "größer als 0")
		w.sees(w.paul(), 422, at+"/try", withBids("price-1", "12345678901234567,89"), `href="#f-price-1"`, "zu lang")
		w.sees(w.paul(), 422, at+"/try", withBids("price-1", "100,000.00"), "1.234,56") // the other language's way
		w.sees(w.paul(), 422, at+"/try", withBids("price-1", "viel"), "„viel“ ist keine Zahl")
		w.sees(w.paul(), 422, at+"/try", withBids("draws", "10001", "seed", "x"), "von 0 bis 10000", `href="#f-seed"`)
		w.sees(w.paul(), 422, at+"/try", url.Values{"draws": {"1"}, "seed": {"1"}, "spread": {"25"}}, "Es ist kein Angebot da")
		w.sees(w.paul(), 422, at+"/edit", w.with("name-1", "", "weight-2", "", "max-2", "zehn", "anchors-1", "ohne Punkte"),
			`href="#f-name-1"`, `href="#f-weight-2"`, `href="#f-max-2"`, `href="#f-anchors-1"`)
		w.sees(w.paul(), 422, "/procurement/add", w.with("title", " "), `href="#f-title"`)
		w.sees(w.paul(), 422, "/procurement/add", w.with("case", "c8"), "Diesen Vorgang gibt es nicht")
		w.sees(w.paul(), 422, "/procurement/add", w.with("title", strings.Repeat("ü", 301)), "301 Zeichen")
	})
}

// One bid alone is first and nothing was compared; equal bids go to the rule or to lots; no
// points at all are named; in English a point is a decimal sign.
func TestWhatCannotBeDecidedHasNoWinner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		english := w.as("paul", "city", "en", "procurement.*")
		at := w.sees(english, 303, "/procurement/add", w.with("price_weight", "32.5", "minimum", "0", "weight-1", "62.5", "weight-2", "37.5", "max-2", "1,000", "anchors-2", "1,000: runs here"))
		try := func(rows ...[4]string) string {
			form := url.Values{"draws": {"50"}, "seed": {"18446744073709551615"}, "spread": {"12.5"}, "other_weight": {"30"}, "other_band": {"10"}}
			for i, r := range rows {
				n := string(rune('1' + i))
				form.Set("bid-"+n, r[0])
				form.Set("price-"+n, r[1])
				form.Set("points-"+n+"-c-1", r[2])
				form.Set("points-"+n+"-c-2", r[3])
			}
			return w.sees(english, 303, at+"/try", form)
		}
		w.sees(english, 200, try([4]string{"only", "1,000.50", "5", "0"}), nil, "nothing was compared", "1,000.50 €", "seed 18446744073709551615")
		w.sees(english, 200, try([4]string{"A", "100", "5", "500"}, [4]string{"B", "100", "5", "500"}), nil, "Lots decide between A, B", "nobody", "all prices are equal")
		w.sees(english, 200, try([4]string{"A", "100", "0", "0"}, [4]string{"B", "90", "5", "1000"}), nil, "without any point of quality: A")
	})
}

// A trial is the same text whoever computes it, and one that was altered is not shown.
func TestATrialIsASnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		at := w.sees(w.paul(), 303, "/procurement/add", w.sheet)
		one, two := w.sees(w.paul(), 303, at+"/try", bids), w.sees(w.paul(), 303, at+"/try", bids)
		read := func(path string) procurement.Trial {
			tr, _, err := w.ShowTrial(w.paul(), strings.TrimPrefix(path, "/procurement/trial/"))
			w.ok(err)
			return tr
		}
		a, b := read(one), read(two)
		if a.ID == b.ID || a.Body != b.Body || a.Sum != b.Sum || !a.Intact() {
			t.Error("equal input gave another text")
		}
		c, err := a.Course()
		w.ok(err)
		if c.Draws.Seed != 7 || c.Draws.Count != 200 || c.Draws.Spread.Cmp(number.Int(1).Div(number.Int(4))) != 0 || c.Trials[0].Formula.Method != "interp_2x" || len(c.Trials) < 5 {
			t.Errorf("the snapshot lacks what went in: %+v", c.Draws)
		}
		for _, tr := range c.Trials {
			wins := tr.Undecided
			for _, n := range tr.Wins {
				wins += n
			}
			if tr.Result != nil && wins != 200 {
				t.Errorf("%s: %d of 200 draws", tr.Formula.Method, wins)
			}
		}
		w.ok(w.d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "test.alter", Door: "test"}, func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE procurement_trial SET body = replace(body, '125000', '1') WHERE org = $1 AND id = $2`, "city", a.ID)
			return err
		}))
		w.sees(w.paul(), 409, one, nil, "passt nicht mehr zu seiner Prüfsumme")
		w.sees(w.paul(), 409, one+"/json", nil, "passt nicht mehr zu seiner Prüfsumme")
		forged := strings.ReplaceAll(a.Body, "125000", "1")
		w.ok(w.d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "test.alter", Door: "test"}, func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE procurement_trial SET sum = $1 WHERE org = $2 AND id = $3`, fmt.Sprintf("%x", sha256.Sum256([]byte(forged))), "city", a.ID)
			return err
		}))
		w.sees(w.paul(), 409, one, nil, "nicht, was gerechnet wurde")
		w.sees(w.paul(), 409, one+"/json", nil, "nicht, was gerechnet wurde")
		w.sees(w.paul(), 200, two, nil)
	})
}

// Who is erased stands nowhere in what was frozen; the sums fit again, the log has both, and
// the setup can still be read.
func TestWhatNamesSomebodyErasedIsSealedAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		at := w.sees(w.paul(), 303, "/procurement/add", w.with("text-1", `So hat es Lea "Leo" Löschmann gewünscht.`))
		id := strings.TrimPrefix(at, "/procurement/award/")
		trial := w.sees(w.paul(), 303, at+"/try", bids)
		p, _, err := w.Show(w.paul(), id)
		w.ok(err)
		w.ok(w.Freeze(w.paul(), id, p.Changed))
		w.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "governance.person.erase", Door: "test"}, func(tx *db.Tx) error {
			names := []string{`Lea "Leo" Löschmann`}
			n, err := w.Naming(t.Context(), tx, names)
			w.ok(err)
			for _, table := range w.Room().Rows {
				w.ok(table.Forget(t.Context(), tx, "lea", names, "Person 4711"))
			}
			return w.Reseal(t.Context(), tx, n)
		}))
		after, all, err := w.Show(w.paul(), id)
		w.ok(err)
		setup, err := all[0].Setup()
		w.ok(err)
		if after.Sum == "" || setup.Criteria[0].Text != "So hat es Person 4711 gewünscht." {
			t.Errorf("%+v", setup.Criteria[0])
		}
		w.sees(w.paul(), 200, trial, nil)
		n, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM log_entry WHERE what = 'procurement.reseal'`)
		if err != nil || n != 2 {
			t.Error(n, err)
		}
	})
}

// Every kind of fault and note that the engine has is a sentence in both languages.
func TestEveryKindHasASentence(t *testing.T) {
	texts, err := lang.Load(procurement.New(nil).Room().Files)
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{award.NoBids, award.TooMany, award.Twice, award.Unnamed, award.PriceMissing, award.PriceNotPositive, award.PointsMissing, award.PointsOutside, award.NoMethod, award.NoCriteria,
		award.WeightsSum, award.WeightOutside, award.MaxOutside, award.Parameter, award.TieUnknown, award.OnePrice, award.NoQuality, award.AnchorOutside, award.TooLong, award.MinimumOutside}
	notes := []string{award.OneBid, award.NoneLeft, award.TieOpen, award.DrawLots, award.TieDecided, award.ZeroPoints, award.UncheckedBy}
	for _, tongue := range []string{"de", "en"} {
		for _, k := range kinds {
			if said := texts.T(tongue, "procurement.fault."+k, "hier", "dies"); !strings.HasPrefix(said, "hier: ") || strings.Contains(said, "%!") {
				t.Errorf("%s: %s", k, said)
			}
		}
		for _, k := range notes {
			if said := texts.T(tongue, "procurement.note."+k); strings.HasPrefix(said, "[") {
				t.Errorf("%s: %s", k, said)
			}
		}
		for _, r := range award.Rules() {
			if r.In(tongue) == "" || texts.T(tongue, "procurement.certainty."+r.Certainty) == "[procurement.certainty."+r.Certainty+"]" {
				t.Errorf("rule %s has no words", r.ID)
			}
		}
	}
}

// The API gives what the pages show.
func TestProgramsReadPapers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		for range 3 {
			w.sees(w.paul(), 303, "/procurement/add", w.sheet)
		}
		all, next, err := w.Papers(w.rita(), "", 2)
		if err != nil || len(all) != 2 || next == "" {
			t.Fatal(len(all), next, err)
		}
		rest, end, err := w.Papers(w.rita(), next, 2)
		if err != nil || len(rest) != 1 || end != "" || rest[0].ID == all[1].ID {
			t.Fatal(len(rest), end, err)
		}
		if raw, err := json.Marshal(all[0]); err != nil || !strings.Contains(string(raw), `"kind":"award"`) {
			t.Errorf("%s %v", raw, err)
		}
		w.sees(w.rita(), 200, "/procurement?size=2", nil, "3 papers", "after="+next)
	})
}
