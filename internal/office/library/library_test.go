// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package library_test

import (
	"context"
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"allmende/internal/engine/market"
	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/office/library"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
	"allmende/internal/platform/web/webtest"
)

// A house is a city with a school and the school's kitchen below it, and a foreign city. Cora and
// Paul write and enact, Rita reads, Sam acts for the school; Eve is a stranger.
type house struct {
	*library.Service
	t    testing.TB
	site http.Handler
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	gov := governance.New(d)
	h := &house{Service: library.New(d), t: t}
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	d.Now = func() time.Time { now = now.Add(time.Second); return now }
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"library", h.Room().Files}} {
		h.ok(d.Migrate(t.Context(), room.name, room.files))
	}
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range []governance.Org{{ID: "city", Name: "Stadt", Kind: "city"}, {ID: "school", Parent: "city", Name: "Schule", Kind: "department"},
		{ID: "kitchen", Parent: "school", Name: "Küche", Kind: "department"}, {ID: "foreign", Name: "Fremd", Kind: "city"}} {
		_, err := gov.AddOrg(t.Context(), act, o)
		h.ok(err)
	}
	h.Products = func(context.Context) ([]string, error) { return []string{"Musteroffice"}, nil }
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

func (h *house) cora() context.Context { return h.as("cora", "city", "procurement.*") }
func (h *house) paul() context.Context { return h.as("paul", "city", "procurement.*") }
func (h *house) rita() context.Context { return h.as("rita", "city", "procurement.read") }
func (h *house) sam() context.Context  { return h.as("sam", "school", "procurement.*") }
func (h *house) eve() context.Context  { return h.as("eve", "foreign", "procurement.*") }

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
	if strings.Contains(said, "[library.") || strings.Contains(said, "%!") {
		h.t.Errorf("%s: a text is missing, or has other values than it wants: %s", path, said)
	}
	for _, want := range wants {
		if !strings.Contains(said, want) {
			h.t.Errorf("%s: want %q in %s", path, want, said)
		}
	}
	return w.Header().Get("Location")
}

// follows wants the edition that an organisation follows.
func (h *house) follows(org string, version int) {
	h.t.Helper()
	c, err := h.InForce(h.t.Context(), ospo.OrgID(org))
	h.ok(err)
	if c.ID != "market" || c.Version != version || len(c.Rules) == 0 {
		h.t.Errorf("%s follows %s %d, want %d", org, c.ID, c.Version, version)
	}
}

func shipped() string {
	return string(market.Write(market.Shipped()))
}

// Cora changes the text. The check names each line in which something is wrong, a product of the
// register, too, and keeps nothing; what is sound she keeps, and cannot bring into force herself.
// Paul does: the city follows it, the school and its kitchen below, the foreign city does not.
// The school's own goes before the city's; what is retired goes back to what is above.
func TestAHouseAdaptsTheLibrary(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		text := shipped()
		ships := market.Shipped().Version
		h.sees(h.cora(), 200, "/library/shipped", nil, "EVB-IT Erstellung nach Beschluss 26.11.2025", "Kennung <code>")
		w := httptest.NewRecorder()
		h.site.ServeHTTP(w, httptest.NewRequest("GET", "/library/shipped", nil).WithContext(h.rita()))
		if said := w.Body.String(); !strings.Contains(said, "EVB-IT") || strings.Contains(said, "<code>") {
			t.Error("who only reads is shown ids")
		}
		h.sees(h.cora(), 200, "/library", nil, "noch keine eigene Fassung geschrieben", "gelten die mitgelieferten Bausteine")
		h.sees(h.rita(), 200, "/library/shipped", nil, "Bedienbarkeit im Versuch", "10: alle fünf Aufgaben gelöst", "§ 128 Abs. 2 GWB", "Nachweis:")
		h.sees(h.cora(), 200, "/library/write", nil, "suit_references")
		broken := strings.Replace(text, `id: "aw_usability"`, `id: "Bedienung!"`, 1)
		broken = strings.Replace(broken, "Mit jeder Lieferung kommt eine Stückliste", "Mit Musteroffice kommt eine Stückliste", 1)
		h.sees(h.cora(), 200, "/library/write", url.Values{"do": {"check"}, "body": {broken}}, "2 Mängel", "Zeile", "„Bedienung!“ ist keine Kennung", "nennt das Produkt „musteroffice“")
		h.sees(h.cora(), 422, "/library/write", url.Values{"do": {"keep"}, "reason": {"neu"}, "body": {broken}}, "stimmt etwas nicht", `href="#f-body"`)
		h.sees(h.cora(), 200, "/library/write", url.Values{"do": {"check"}, "body": {"needs: ["}}, "kein YAML", "Zeile 1")
		h.sees(h.cora(), 200, "/library/write", url.Values{"do": {"check"}, "body": {strings.ReplaceAll(text, "\n", "\r\n")}}, "Die Prüfung hat nichts gefunden", "Umsetzungskonzept")
		h.sees(h.cora(), 422, "/library/write", url.Values{"do": {"keep"}, "body": {text}}, `href="#f-reason"`)
		if all, err := h.Texts(h.cora()); err != nil || len(all) > 0 {
			t.Fatal("something was kept", all, err)
		}
		changed := strings.Replace(text, "Massenware", "Standardware", 1)
		at := h.sees(h.cora(), 303, "/library/write", url.Values{"do": {"keep"}, "reason": {"Wortlaut unseres Hauses"}, "body": {changed}})
		h.sees(h.cora(), 200, at, nil, "Entwurf", "Fassung vom 28.11.2026, Nr. 1", "jemand anderes", "Wortlaut unseres Hauses", "Standardware")
		h.sees(h.cora(), 403, at+"/enact", url.Values{})
		h.sees(h.rita(), 403, at+"/enact", url.Values{})
		for _, v := range []context.Context{h.eve(), h.sam()} { // a draft above is nobody's below
			h.sees(v, 404, at, nil)
			h.sees(v, 404, at+"/enact", url.Values{})
			h.sees(v, 404, at+"/retire", url.Values{})
			h.sees(v, 404, at+"/yaml", nil)
		}
		h.follows("city", ships)
		h.sees(h.paul(), 303, at+"/enact", url.Values{})
		h.sees(h.paul(), 409, at+"/enact", url.Values{})
		h.sees(h.rita(), 200, at, nil, "in Kraft")
		h.sees(h.sam(), 200, at, nil, "Standardware") // what one follows one may read
		h.sees(h.sam(), 404, at+"/retire", url.Values{})
		h.sees(h.eve(), 404, at, nil)
		h.sees(h.sam(), 200, "/library", nil, "die Fassung vom 28.11.2026, Nr. 1 (Stadt")
		h.sees(h.rita(), 200, at+"/yaml", nil, "Standardware")
		for org, version := range map[string]int{"city": 2026112801, "school": 2026112801, "kitchen": 2026112801, "foreign": ships} {
			h.follows(org, version)
		}
		below, err := h.Keep(h.sam(), changed, "für Schulen")
		h.ok(err)
		h.ok(h.Enact(h.paul(), below))
		later, err := h.Keep(h.cora(), text, "wieder anders")
		h.ok(err)
		h.ok(h.Enact(h.paul(), later))
		for org, version := range map[string]int{"city": 2026112803, "school": 2026112802, "kitchen": 2026112802} {
			h.follows(org, version)
		}
		if one, err := h.Show(h.rita(), strings.TrimPrefix(at, "/library/text/")); err != nil || one.State() != "retired" {
			t.Error("what was in force before still is", one.State(), err)
		}
		c, err := library.New(d).Written(t.Context(), "kitchen", market.Pin{ID: "market", Version: 2026112801})
		if err != nil || c.Needs[0].Name.DE != "Standardware" {
			t.Error("papers lose the edition that they name", err)
		}
		if _, err := h.Written(t.Context(), "city", market.Pin{ID: "market", Version: 1}); fault.Of(err) != fault.NotFound {
			t.Error("an edition that is nowhere is found", err)
		}
		if err := h.Retire(h.rita(), below); fault.Of(err) != fault.Forbidden {
			t.Error("whoever reads retires", err)
		}
		h.ok(h.Retire(h.paul(), below))
		h.follows("kitchen", 2026112803)
		if err := h.Retire(h.paul(), below); fault.Of(err) != fault.Conflict {
			t.Error("retired twice", err)
		}
	})
}

// Nobody takes the numbers of a day from others: a person has a bound, and organisations that have
// nothing to do with each other count by themselves; papers of each find their own edition. A list
// of them holds no texts. Own drafts can be taken off the table.
func TestNumbersAreEachHousesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var ids []string
		for range 20 {
			id, err := h.Keep(h.cora(), shipped(), "wieder")
			h.ok(err)
			ids = append(ids, id)
		}
		if _, err := h.Keep(h.cora(), shipped(), "wieder"); fault.Of(err) != fault.Conflict {
			t.Error("who writes without end takes all numbers", err)
		}
		other := strings.Replace(shipped(), "Massenware", "Fremdware", 1)
		for who, want := range map[context.Context]int{h.eve(): 2026112801, h.paul(): 2026112821} {
			id, err := h.Keep(who, other, "auch")
			h.ok(err)
			if one, err := h.Show(who, id); err != nil || one.Version != want {
				t.Errorf("%d, want %d, %v", one.Version, want, err)
			}
		}
		for org, want := range map[ospo.OrgID]string{"city": "Massenware", "kitchen": "Massenware", "foreign": "Fremdware"} {
			c, err := h.Written(t.Context(), org, market.Pin{ID: "market", Version: 2026112801})
			if err != nil || c.Needs[0].Name.DE != want {
				t.Errorf("%s: %+v, %v", org, c.Needs, err)
			}
		}
		below, err := h.Keep(h.sam(), shipped(), "darunter")
		h.ok(err)
		if one, err := h.Show(h.sam(), below); err != nil || one.Version != 2026112822 {
			t.Error("a paper of the school could mean two", one.Version, err)
		}
		api := webtest.New(t, []fs.FS{h.Room().Files}, h.Room().Files, h.Room().Pages, h.Room().Ops).As(door.Viewer{Person: "cora", Org: "city", Grants: []string{"procurement.read", "procurement.write"}, Lang: "de"})
		if status, said := api.Get("/api/v1/library/texts"); status != 200 || strings.Contains(said, "Massenware") || strings.Contains(said, `"body"`) {
			t.Errorf("%d %.300s", status, said)
		}
		if status, said := api.Get("/api/v1/library/texts/" + ids[0]); status != 200 || !strings.Contains(said, "Massenware") {
			t.Errorf("%d %.300s", status, said)
		}
		if status, said := api.Do(httptest.NewRequest("DELETE", "/api/v1/library/texts/"+ids[0], nil)); status != 200 {
			t.Errorf("%d %s", status, said)
		}
		if one, err := h.Show(h.cora(), ids[0]); err != nil || one.State() != "retired" {
			t.Error(one.State(), err)
		}
	})
}

// A paper finds the text that it names by its id, though a nearer one bears the same number, and
// though somebody's name was taken out of it; where the id is unknown the sum tells texts apart.
func TestAPaperNamesItsText(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		write := func(who context.Context, ware string) market.Pin {
			id, err := h.Keep(who, strings.Replace(shipped(), "Massenware", ware, 1), "so")
			h.ok(err)
			h.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "test.fill", Door: "test"}, func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `UPDATE library_text SET enacted = created, version = 2026112801 WHERE id = $1`, id)
				return err
			}))
			c, err := h.InForce(t.Context(), door.From(who).Org)
			h.ok(err)
			if c.Text != id || len(c.Sum) != 64 {
				t.Fatalf("in force is %q with the sum %q", c.Text, c.Sum)
			}
			return *c.Pin()
		}
		city, foreign := write(h.cora(), "Ware von Lea Löschmann"), write(h.eve(), "Fremdware")
		is := func(org ospo.OrgID, p market.Pin, want string) {
			t.Helper()
			c, err := h.Written(t.Context(), org, p)
			if want == "" && fault.Of(err) != fault.NotFound || want != "" && (err != nil || c.Needs[0].Name.DE != want) {
				t.Errorf("%s: %+v finds %+v, %v; want %q", org, p, c.Needs, err, want)
			}
		}
		number := market.Pin{ID: "market", Version: 2026112801}
		is("school", city, "Ware von Lea Löschmann")
		is("school", foreign, "Fremdware")
		is("school", number, "Ware von Lea Löschmann")
		moved := foreign
		moved.Text = "another"
		is("school", moved, "Fremdware")
		moved.Sum = city.Sum
		is("foreign", moved, "Ware von Lea Löschmann")
		moved.Sum = "none"
		is("foreign", moved, "")
		h.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "governance.person.erase", Door: "test"}, func(tx *db.Tx) error {
			return h.Room().Rows[0].Forget(t.Context(), tx, "lea", []string{"Lea Löschmann"}, "Person 4711")
		}))
		is("kitchen", city, "Ware von Person 4711")
		if p := *market.Shipped().Pin(); p.Text != "" || len(p.Sum) != 64 || !(market.Pin{ID: p.ID, Version: p.Version}).Names(market.Shipped()) {
			t.Errorf("what ships is %+v", p)
		}
	})
}

// What was written before a number was each organisation's own is still there.
func TestEditionsOutliveNewNumbers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		room := library.New(d).Room().Files
		first, err := fs.ReadFile(room, "migrations/0001_text.sql")
		if err != nil {
			t.Fatal(err)
		}
		err = d.Migrate(t.Context(), "library", fstest.MapFS{"migrations/0001_text.sql": {Data: first}})
		if err == nil {
			err = d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "test.fill", Door: "test"}, func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO library_text (id, org, version, body, reason, person, created, enacted, enactor, retired, retirer)
					VALUES ('a', 'city', 2026112801, 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')`)
				return err
			})
		}
		if err == nil {
			err = d.Migrate(t.Context(), "library", room)
		}
		if err != nil {
			t.Fatal(err)
		}
		n, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM library_text WHERE id = 'a' AND org = 'city' AND version = 2026112801 AND body = 'b' AND reason = 'c' AND person = 'd'
			AND created = 'e' AND enacted = 'f' AND enactor = 'g' AND retired = 'h' AND retirer = 'i'`)
		if err != nil || n != 1 {
			t.Error(n, err)
		}
	})
}

// However many drafts came after it, what is in force can be retired, and the log names it.
func TestTheOldestCanBeRetired(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id, err := h.Keep(h.cora(), shipped(), "zuerst")
		h.ok(err)
		h.ok(h.Enact(h.paul(), id))
		h.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "test.fill", Door: "test"}, func(tx *db.Tx) error {
			for n := range 201 {
				if _, err := tx.ExecContext(t.Context(), `INSERT INTO library_text (id, org, version, body, reason, person, created, enacted, enactor, retired, retirer)
					VALUES ($1, 'city', $2, 'x', 'x', 'zoe', $3, '', '', '', '')`, db.NewID(), 2027010101+n, tx.Now); err != nil {
					return err
				}
			}
			return nil
		}))
		names, _, err := h.Things(h.cora(), []string{id})
		if err != nil || names[id] == "" {
			t.Error("the log does not name it", names, err)
		}
		h.ok(h.Retire(h.paul(), id))
		h.follows("city", market.Shipped().Version)
	})
}

// entry is a criterion of a house as it is typed, with some fields changed.
func entry(pairs ...string) url.Values {
	out := url.Values{"section": {"award"}, "id": {"walk"}, "name_de": {"Fußweg"}, "name_en": {"Walk"}, "about_de": {"Wie weit ist es?"}, "about_en": {"How far is it?"}, "why_de": {"Kein Auto"}, "why_en": {"No car"},
		"evidence_de": {"Stadtplan"}, "evidence_en": {"Map"}, "anchors_de": {"10: nah\n0: weit"}, "anchors_en": {"10: near\n0: far"}, "certainty": {"own"}, "source": {"Dienstanweisung 7"}, "reason": {"Wir gehen zu Fuß"}}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// Cora writes an entry in a form, without YAML: it becomes a draft of the whole. What is wrong is
// told at its field, and nothing typed is lost. An entry that is there can be changed.
func TestAnEntryIsWrittenInAForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.sees(h.cora(), 200, "/library/entry?from=shipped&section=award&id=aw_concept", nil, `value="aw_concept"`, `value="award" selected`, "7: Schritte nachvollziehbar", "7: steps can be followed")
		h.sees(h.cora(), 422, "/library/entry", entry("name_en", "", "source", "", "about_de", "Läuft mit Musteroffice"), `href="#f-name_en"`, `href="#f-source"`, "nennt das Produkt", "Wir gehen zu Fuß", `value="Fußweg"`)
		h.sees(h.cora(), 422, "/library/entry", entry("anchors_en", "10: near"), `href="#f-anchors_en"`, "Auf Deutsch sind es 2 Zeilen")
		h.sees(h.cora(), 422, "/library/entry", entry("anchors_en", "9: near\n0: far"), "auf Deutsch 10 Punkte und auf Englisch 9")
		h.sees(h.cora(), 422, "/library/entry", entry("anchors_de", "viel\n0: weit"), "nicht die Form")
		h.sees(h.cora(), 422, "/library/entry", entry("anchors_de", "", "anchors_en", ""), `href="#f-anchors_de"`, "mindestens zwei Stufen")
		h.sees(h.cora(), 422, "/library/entry", entry("section", "procedures"), `href="#f-checks_de"`)
		h.sees(h.cora(), 422, "/library/entry", entry("section", "nirgends"), `href="#f-section"`)
		h.sees(h.cora(), 422, "/library/entry", entry("id", "use"), "hat schon ein anderer Baustein")
		h.sees(h.cora(), 422, "/library/entry", entry("reason", ""), `href="#f-reason"`)
		h.sees(h.rita(), 403, "/library/entry", entry())
		at := h.sees(h.cora(), 303, "/library/entry", entry())
		id := strings.TrimPrefix(at, "/library/text/")
		h.sees(h.cora(), 200, at, nil, "Fußweg", "10: nah", "Dienstanweisung 7", "/library/entry?from="+id+"&section=award&id=walk")
		h.sees(h.eve(), 404, "/library/entry?from="+id, nil)
		h.sees(h.eve(), 404, "/library/entry", entry("from", id))
		h.sees(h.cora(), 200, "/library/entry?from="+id+"&section=award&id=walk", nil, "10: near\n0: far", "Kein Auto")
		at = h.sees(h.cora(), 303, "/library/entry", entry("from", id, "name_de", "Weg zu Fuß"))
		h.ok(h.Enact(h.paul(), strings.TrimPrefix(at, "/library/text/")))
		c, err := h.InForce(t.Context(), "city")
		h.ok(err)
		if got := c.Pick("walk"); len(got) != 1 || got[0].Name.DE != "Weg zu Fuß" || len(c.Award) != len(market.Shipped().Award)+1 {
			t.Errorf("%+v", got)
		}
	})
}

// Each kind of flaw is a sentence in both languages.
func TestEveryFlawHasASentence(t *testing.T) {
	texts, err := lang.Load(library.New(nil).Room().Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, tongue := range []string{"de", "en"} {
		for _, k := range market.Kinds {
			if said := texts.T(tongue, "library.flaw."+k, "hier", "dies"); !strings.HasPrefix(said, "hier: ") || strings.Contains(said, "%!") {
				t.Errorf("%s: %s", k, said)
			}
		}
	}
}
