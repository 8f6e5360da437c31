// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procedure_test

import (
	"context"
	"encoding/json"
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/office/procedure"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// A house is a city with an office below it, and a foreign city. Cora and Paul write and enact,
// Rita reads; Eve is a stranger.
type house struct {
	*procedure.Service
	t    testing.TB
	site http.Handler
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	gov := governance.New(d)
	h := &house{Service: procedure.New(d), t: t}
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	d.Now = func() time.Time { now = now.Add(time.Second); return now }
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"procedure", h.Room().Files}} {
		h.ok(d.Migrate(t.Context(), room.name, room.files))
	}
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range []governance.Org{{ID: "city", Name: "Stadt", Kind: "city"}, {ID: "school", Parent: "city", Name: "Schule", Kind: "department"}, {ID: "foreign", Name: "Fremd", Kind: "city"}} {
		_, err := gov.AddOrg(t.Context(), act, o)
		h.ok(err)
	}
	h.Roles = func(context.Context) ([]string, error) {
		var all []string
		for _, d := range process.Shipped() {
			all = append(all, d.Roles...)
		}
		return all, nil
	}
	texts, err := lang.Load(web.Files, gov.Room().Files, h.Room().Files)
	h.ok(err)
	mux := http.NewServeMux()
	(&web.Site{Texts: texts}).Mount(mux, h.Room().Files, h.Room().Pages)
	h.site = mux
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) as(person, org string, grants ...string) context.Context {
	return door.With(h.t.Context(), door.Viewer{Person: ospo.PersonID(person), Org: ospo.OrgID(org), Grants: grants, Lang: "de", Request: "r"})
}

func (h *house) cora() context.Context { return h.as("cora", "city", "procedure.*") }
func (h *house) paul() context.Context { return h.as("paul", "city", "procedure.*") }
func (h *house) rita() context.Context { return h.as("rita", "city", "procedure.read") }
func (h *house) eve() context.Context  { return h.as("eve", "foreign", "procedure.*") }

// sees asks for a page, or sends a form, and wants a status and words; it gives where it leads.
func (h *house) sees(v context.Context, status int, path string, form url.Values, wants ...string) string {
	h.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	if form != nil {
		r = httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r.WithContext(v))
	said := html.UnescapeString(w.Body.String())
	if w.Code != status {
		h.t.Fatalf("%s: %d, want %d: %s", path, w.Code, status, said)
	}
	if strings.Contains(said, "[procedure.") {
		h.t.Errorf("%s: a text is missing: %s", path, said[strings.Index(said, "[procedure."):][:60])
	}
	for _, want := range wants {
		if !strings.Contains(said, want) {
			h.t.Errorf("%s: want %q in %s", path, want, said)
		}
	}
	return w.Header().Get("Location")
}

// Cora shortens a deadline. The check names each line in which something is wrong, and keeps
// nothing; once it is sound she keeps it, and cannot bring it into force herself. Paul does: the
// city and the school below it follow it, the foreign city does not. Retired, what ships is back.
func TestAHouseAdaptsAProcedure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		shipped, _ := process.Written("advice")
		text := string(shipped)
		h.sees(h.cora(), 200, "/procedure", nil, "noch kein eigenes Verfahren", "/procedure/write?from=advice")
		h.sees(h.cora(), 200, "/procedure/write?from=advice", nil, "id: advice")
		h.sees(h.cora(), 404, "/procedure/write?from=nothing", nil)
		h.sees(h.cora(), 200, "/procedure/write", url.Values{"do": {"check"}, "body": {"id: Advice!\nname: 3\n"}}, "Zeile", "gebraucht wird")
		broken := strings.Replace(text, "role: coordinator", "role: nobody_at_all", 1)
		if broken == text {
			t.Fatal("the shipped text has changed; the test breaks nothing")
		}
		h.sees(h.cora(), 200, "/procedure/write", url.Values{"do": {"check"}, "body": {broken}}, "nobody_at_all", "die Ihr Haus nicht hat", "<svg")
		h.sees(h.cora(), 422, "/procedure/write", url.Values{"do": {"keep"}, "reason": {"kürzer"}, "body": {broken}}, "stimmt etwas nicht", "nobody_at_all")
		h.sees(h.cora(), 200, "/procedure/write", url.Values{"do": {"check"}, "body": {text}}, "Die Prüfung hat nichts gefunden")
		h.sees(h.cora(), 422, "/procedure/write", url.Values{"do": {"keep"}, "body": {text}}, `href="#f-reason"`)
		if all, err := h.Texts(h.cora()); err != nil || len(all) > 0 {
			t.Fatal("something was kept", all, err)
		}
		at := h.sees(h.cora(), 303, "/procedure/write", url.Values{"do": {"keep"}, "reason": {"Fristen kürzer"}, "body": {text}})
		id := strings.TrimPrefix(at, "/procedure/text/")
		h.sees(h.cora(), 200, at, nil, "Entwurf", "Fassung vom 28.11.2026, Nr. 1", "jemand anderes", "Fristen kürzer")
		h.sees(h.cora(), 403, at+"/enact", url.Values{})
		h.sees(h.rita(), 403, at+"/enact", url.Values{})
		h.sees(h.eve(), 404, at, nil)
		h.sees(h.eve(), 404, at+"/enact", url.Values{})
		h.sees(h.eve(), 404, at+"/retire", url.Values{})
		h.sees(h.eve(), 404, at+"/yaml", nil)
		h.follows("city", 0)
		h.sees(h.paul(), 303, at+"/enact", url.Values{})
		h.sees(h.paul(), 409, at+"/enact", url.Values{})
		h.sees(h.rita(), 200, at, nil, "in Kraft", "/bpmn")
		h.sees(h.rita(), 200, at+"/bpmn", nil, "bpmn:definitions")
		h.follows("city", 2026112801)
		h.follows("school", 2026112801)
		h.follows("foreign", 0)

		second, err := h.Keep(h.paul(), text, "noch kürzer")
		h.ok(err)
		h.ok(h.Enact(h.cora(), second))
		h.follows("city", 2026112802)
		if one, err := h.Show(h.rita(), id); err != nil || one.State() != "retired" {
			t.Error("what was in force before still is", one.State(), err)
		}
		if d, ok := procedure.New(d).Written("city", "advice", 2026112801); !ok || d.Version != 2026112801 {
			t.Error("cases on the old version lose it")
		}
		if err := h.Retire(h.rita(), second); fault.Of(err) != fault.Forbidden {
			t.Error("whoever reads retires", err)
		}
		h.ok(h.Retire(h.cora(), second))
		h.follows("city", 0)
		if err := h.Retire(h.cora(), second); fault.Of(err) != fault.Conflict {
			t.Error("retired twice", err)
		}
	})
}

// follows wants the version of the house's own that an organisation follows; 0 for none.
func (h *house) follows(org string, version int) {
	h.t.Helper()
	all, err := h.Adapted(h.t.Context(), ospo.OrgID(org))
	h.ok(err)
	got := 0
	for _, d := range all {
		got = d.Version
	}
	if got != version || len(all) > 1 {
		h.t.Errorf("%s follows %d (%d procedures), want %d", org, got, len(all), version)
	}
}

// Nobody takes the numbers of a day from others, and cases of each house find its own text, though
// both bear the same number. Where somebody's name is taken out of a text, it is gone from what
// cases follow a moment later. The oldest is named in the log, and a list holds no texts.
func TestNumbersAreEachHousesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
		d.Now = func() time.Time { now = now.Add(time.Second); return now }
		raw, _ := process.Written("advice")
		text := string(raw)
		own := strings.Replace(text, "  de: ", "  de: Lea Löschmann ", 1)
		if own == text {
			t.Fatal("the shipped text has changed; the test alters nothing")
		}
		first, err := h.Keep(h.cora(), own, "wieder")
		h.ok(err)
		for range 19 {
			_, err := h.Keep(h.cora(), text, "wieder")
			h.ok(err)
		}
		if _, err := h.Keep(h.cora(), text, "wieder"); fault.Of(err) != fault.Conflict {
			t.Error("who writes without end takes all numbers", err)
		}
		_, err = h.Keep(h.eve(), text, "auch")
		h.ok(err)
		says := func(org ospo.OrgID, want bool) {
			t.Helper()
			d, ok := h.Written(org, "advice", 2026112801)
			if !ok {
				t.Fatal(org, "finds no text")
			}
			if all, err := json.Marshal(d); err != nil || strings.Contains(string(all), "Lea Löschmann") != want {
				t.Errorf("%s: %s, %v", org, all, err)
			}
		}
		says("city", true)
		says("school", true)
		says("foreign", false)
		h.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "governance.person.erase", Door: "test"}, func(tx *db.Tx) error {
			return h.Room().Rows[0].Forget(t.Context(), tx, "lea", []string{"Lea Löschmann"}, "Person 4711")
		}))
		now = now.Add(2 * time.Minute)
		says("school", false)
		if names, _, err := h.Things(h.cora(), []string{first}); err != nil || names[first] != "advice, Fassung vom 28.11.2026, Nr. 1" {
			t.Error(names, err)
		}
		if all, err := h.Texts(h.cora()); err != nil || len(all) != 20 || all[0].Body != "" {
			t.Error(len(all), err)
		}
	})
}

// Each kind of flaw is a sentence in both languages.
func TestEveryFlawHasASentence(t *testing.T) {
	texts, err := lang.Load(procedure.New(nil).Room().Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, tongue := range []string{"de", "en"} {
		for _, k := range process.Kinds {
			if said := texts.T(tongue, "procedure.flaw."+k, "hier", "dies"); !strings.Contains(said, "hier") || strings.Contains(said, "%!") {
				t.Errorf("%s: %s", k, said)
			}
		}
	}
}

// What was written before a number was each organisation's own is still there, and goes on.
func TestTextsOutliveNewNumbers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gov, s := governance.New(d), procedure.New(d)
		room := s.Room().Files
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		first, err := fs.ReadFile(room, "migrations/0001_text.sql")
		ok(err)
		ok(d.Migrate(t.Context(), "governance", gov.Room().Files))
		ok(d.Migrate(t.Context(), "procedure", fstest.MapFS{"migrations/0001_text.sql": {Data: first}}))
		for _, org := range []ospo.OrgID{"city", "foreign"} {
			_, err := gov.AddOrg(t.Context(), ospo.Act{Org: governance.System, Person: "operator", Door: "test"}, governance.Org{ID: org, Name: string(org), Kind: "city"})
			ok(err)
		}
		body, _ := process.Written("advice")
		write := func(id, org string) error {
			return d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "test.fill", Door: "test"}, func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO procedure_text (id, org, name, version, body, reason, person, created, enacted, enactor, retired, retirer)
					VALUES ($1, $2, 'advice', 2026112801, $3, 'c', 'd', 'e', 'f', 'g', 'h', 'i')`, id, org, string(body))
				return err
			})
		}
		ok(write("a", "city"))
		if err := write("b", "foreign"); err == nil {
			t.Fatal("the number was each organisation's own before")
		}
		ok(d.Migrate(t.Context(), "procedure", room))
		n, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM procedure_text WHERE id = 'a' AND org = 'city' AND name = 'advice' AND version = 2026112801 AND body = $1 AND reason = 'c' AND person = 'd'
			AND created = 'e' AND enacted = 'f' AND enactor = 'g' AND retired = 'h' AND retirer = 'i'`, string(body))
		if err != nil || n != 1 {
			t.Error(n, err)
		}
		if def, found := s.Written("city", "advice", 2026112801); !found || def.Version != 2026112801 || def.Text != "a" || len(def.Sum) != 64 {
			t.Error("a case does not find the text that it follows")
		}
		ok(write("b", "foreign"))
		if write("c", "foreign") == nil {
			t.Error("two texts of an organisation bear one number")
		}
	})
}
