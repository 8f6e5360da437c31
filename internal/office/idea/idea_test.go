// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package idea_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/office/idea"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// A house is a city with a school, and a foreign city.
type house struct {
	*idea.Service
	t   *testing.T
	now time.Time
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{idea.New(d), t, time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { h.now = h.now.Add(time.Second); return h.now }
	gov := governance.New(d)
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"idea", h.Room().Files}} {
		if err := d.Migrate(t.Context(), room.name, room.files); err != nil {
			t.Fatal(err)
		}
	}
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range [][3]string{{"city", "", "city"}, {"school", "city", "department"}, {"foreign", "", "city"}} {
		if _, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]}); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *house) as(person, org string, grants ...string) context.Context {
	return door.With(h.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Grants: grants, Lang: "de", Door: "web"})
}

func (h *house) dora() context.Context { return h.as("dora", "school", "idea.read", "idea.ask") }
func (h *house) paul() context.Context { return h.as("paul", "city", "idea.read", "idea.ask") }
func (h *house) ada() context.Context  { return h.as("ada", "city", "idea.*") }
func (h *house) eve() context.Context  { return h.as("eve", "foreign", "*") }

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// all are points for every criterion.
func all(points string) map[string]idea.Mark {
	out := map[string]idea.Mark{}
	for _, id := range []string{"need", "sovereignty", "others", "saving", "work", "cost", "risk"} {
		out[id] = idea.Mark{Points: points, Reason: "so ist es"}
	}
	return out
}

// Dora brings an idea, two people score it, Ada decides, looks again; each of it stands there.
func TestAnIdeaFromWishToResult(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id, err := h.Add(h.dora(), idea.Input{Title: "Raumbuchung", Purpose: "Räume selbst buchen", Asker: "Schulsekretariate"})
		h.must(err)
		other, err := h.Add(h.paul(), idea.Input{Title: "Ratsinfo", Purpose: "Vorlagen finden", Asker: "Fraktionen"})
		h.must(err)
		o, err := h.Show(h.dora(), id)
		if err != nil || o.Value != (idea.Interval{Low: "0,0", High: "100,0"}) || len(o.Missing) != 7 || o.Scorers != 0 {
			t.Fatalf("unscored: %+v, %v", o, err)
		}
		h.must(h.Score(h.dora(), id, map[string]idea.Mark{"need": {Points: "5", Reason: "Alle warten"}}))
		h.must(h.Score(h.paul(), id, map[string]idea.Mark{"need": {Points: "2", Reason: "Nur Schulen"}}))
		h.must(h.Score(h.paul(), other, all("3")))
		if o, _ = h.Show(h.ada(), id); o.Value != (idea.Interval{Low: "21,0", High: "91,0"}) || o.Scorers != 2 || len(o.Scores) != 2 {
			t.Errorf("two people: %+v", o)
		}
		rows, w, err := h.Ranked(h.ada(), "open")
		if err != nil || len(rows) != 2 || rows[0].ID != other || rows[0].Result.Best != 1 || rows[0].Result.Worst != 2 || w.Version != 0 {
			t.Errorf("ranking: %+v, %v", rows, err)
		}
		h.must(h.Score(h.dora(), id, map[string]idea.Mark{"need": {}})) // taken back
		if o, _ = h.Show(h.ada(), id); o.Value.Low != "12,0" || o.Scorers != 1 {
			t.Errorf("taken back: %+v", o)
		}

		// The city sets weights; they count in the school, too, and not elsewhere.
		weights := map[string]string{"need": "1", "sovereignty": "0", "others": "0", "saving": "0", "work": "1", "cost": "1", "risk": "1"}
		h.must(h.SetWeights(h.ada(), weights, "Bedarf zuerst"))
		h.must(h.SetWeights(h.ada(), weights, "Noch einmal"))
		if o, _ = h.Show(h.dora(), id); o.Weights.Version != 2 || o.Value != (idea.Interval{Low: "40,0", High: "40,0"}) || !o.Value.Known() {
			t.Errorf("in the school: %+v", o)
		}
		if w, err := h.Weights(h.eve()); err != nil || w.Version != 0 || w.Of["sovereignty"] != 30 {
			t.Errorf("elsewhere: %+v, %v", w, err)
		}

		// What the city wants its departments see, discuss and score; it decides itself.
		h.must(h.Comment(h.dora(), other, "Wir auch"))
		h.must(h.Score(h.dora(), other, map[string]idea.Mark{"need": {Points: "3", Reason: "ja"}}))
		if rows, _, err := h.Ranked(h.dora(), "open"); err != nil || len(rows) != 2 {
			t.Errorf("the school sees %d ideas, %v", len(rows), err)
		}
		if err := h.Decide(h.as("dean", "school", "idea.*"), other, "no", "Nein", ""); fault.Of(err) != fault.Forbidden {
			t.Errorf("the school decides for the city: %v", err)
		}
		h.must(h.Comment(h.dora(), id, "Bitte bald"))
		h.must(h.Decide(h.ada(), id, "later", "Erst nach dem Umzug", "2027-03-31"))
		h.must(h.Decide(h.ada(), id, "accepted", "Der Umzug ist vorbei", ""))
		h.must(h.Follow(h.ada(), id, "Läuft an drei Schulen", "2027-09-30"))
		o, err = h.Show(h.dora(), id)
		if err != nil || o.Idea.State != "accepted" || len(o.Steps) != 3 || len(o.Comments) != 1 || o.Steps[0].Again != "2027-03-31" || o.Steps[2].What != "followed" || o.Steps[1].Person != "ada" {
			t.Fatalf("%+v, %v", o, err)
		}
		if b := o.Steps[1].Basis; !strings.Contains(b, `"value":{"low":"40.0","high":"40.0"}`) || !strings.Contains(b, `"version":2`) {
			t.Errorf("the basis: %s", b)
		}
		site := webtest.New(t, []fs.FS{h.Room().Files}, h.Room().Files, h.Room().Pages, h.Room().Ops).As(door.From(h.ada()))
		if _, page := site.Get("/idea/one/" + id); strings.Contains(page, "catalogue") || !strings.Contains(page, "eigene in Fassung 2;") || !strings.Contains(page, "40,0") {
			t.Errorf("what the weighing said then is not in words: %s", page)
		}
		_, page := site.Get("/idea/one/" + id)
		if _, then, _ := strings.Cut(page, "<details"); !strings.Contains(then, "<dd>Wert · Gewicht 1") || strings.Index(then, "Wert · Gewicht") > strings.Index(then, "Aufwand · Gewicht") {
			t.Errorf("the weights of then are in no order: %s", then)
		}
		if _, page := site.Get("/idea/portfolio"); !strings.Contains(page, "m0-7v14m0-7H") {
			t.Errorf("how uncertain it is has no ends: %s", page)
		}
		if _, page := site.Get("/idea/portfolio"); strings.Count(page, "m0-7v14m0-7H") != 1 || strings.Count(page, "/idea/one/") < 2 {
			t.Errorf("what nobody scored is in the picture, or not in the table: %s", page)
		}
		h.must(h.Decide(h.ada(), other, "no", "Gibt es schon", ""))
		if err := h.Score(h.paul(), other, all("1")); fault.Of(err) != fault.Conflict {
			t.Errorf("scored after its end: %v", err)
		}
		if rows, _, _ := h.Ranked(h.ada(), "open", "accepted", "later"); len(rows) != 1 {
			t.Errorf("%d ideas are left", len(rows))
		}
		shifts, err := h.Vary(h.ada(), 50, "accepted", "no")
		if err != nil || len(shifts) != 8 {
			t.Errorf("%+v, %v", shifts, err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id, err := h.Add(h.dora(), idea.Input{Title: "Raumbuchung", Purpose: "Räume", Asker: "Schulen"})
		h.must(err)
		weights := func(id, text string) map[string]string {
			out := map[string]string{"need": "1", "sovereignty": "1", "others": "1", "saving": "1", "work": "1", "cost": "1", "risk": "1"}
			out[id] = text
			return out
		}
		for name, err := range map[string]error{
			"no title":        second(h.Add(h.dora(), idea.Input{Title: " ", Purpose: "x", Asker: "x"})),
			"long":            second(h.Add(h.dora(), idea.Input{Title: strings.Repeat("ä", 301), Purpose: "x", Asker: "x"})),
			"bytes":           second(h.Add(h.dora(), idea.Input{Title: "a\x00b", Purpose: "x", Asker: "x"})),
			"six points":      h.Score(h.dora(), id, all("6")),
			"half a point":    h.Score(h.dora(), id, all("2,5")),
			"no reason":       h.Score(h.dora(), id, map[string]idea.Mark{"need": {Points: "3"}}),
			"unknown":         h.Decide(h.ada(), id, "maybe", "x", ""),
			"later, no day":   h.Decide(h.ada(), id, "later", "x", ""),
			"later, past day": h.Decide(h.ada(), id, "later", "x", "2026-11-30"),
			"no day":          h.Decide(h.ada(), id, "later", "x", "morgen"),
			"no justice":      h.Decide(h.ada(), id, "no", " ", ""),
			"weight":          h.SetWeights(h.ada(), weights("need", "viel"), "x"),
			"negative":        h.SetWeights(h.ada(), weights("need", "-1"), "x"),
			"criterion":       h.SetWeights(h.ada(), weights("beauty", "1"), "x"),
			"why":             h.SetWeights(h.ada(), weights("need", "2"), ""),
			"weightless":      h.SetWeights(h.ada(), map[string]string{"need": "0", "sovereignty": "0", "others": "0", "saving": "0", "work": "1", "cost": "1", "risk": "1"}, "x"),
		} {
			if fault.Of(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.Follow(h.ada(), id, "x", ""); fault.Of(err) != fault.Conflict {
			t.Errorf("followed up before it was decided on: %v", err)
		}
		for name, err := range map[string]error{
			"decide": h.Decide(h.paul(), id, "no", "x", ""), "follow": h.Follow(h.paul(), id, "x", ""), "weights": h.SetWeights(h.paul(), weights("need", "2"), "x"),
			"add": second(h.Add(h.as("rita", "city", "idea.read"), idea.Input{Title: "x", Purpose: "x", Asker: "x"})), "score": h.Score(h.as("rita", "city", "idea.read"), id, all("1")),
		} {
			if name != "follow" && fault.Of(err) != fault.Forbidden || err == nil {
				t.Errorf("%s without permission: %v", name, err)
			}
		}
		for name, err := range map[string]error{
			"show": second(h.Show(h.eve(), id)), "comment": h.Comment(h.eve(), id, "x"), "score": h.Score(h.eve(), id, all("1")), "decide": h.Decide(h.eve(), id, "no", "x", ""),
			"follow": h.Follow(h.eve(), id, "x", ""), "above": second(h.Show(h.dora(), strings.Repeat("x", 36))), "short": second(h.Show(h.ada(), "x")),
		} {
			if fault.Of(err) != fault.NotFound {
				t.Errorf("a stranger, %s: %v", name, err)
			}
		}
		if rows, _, err := h.Ranked(h.eve(), "open"); err != nil || len(rows) != 0 {
			t.Errorf("a stranger sees %+v, %v", rows, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
