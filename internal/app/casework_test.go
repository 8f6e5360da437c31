// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Each role that a shipped procedure names is one that ships, and grants what its part takes:
// whoever has a task or a step can do it, and whoever agrees as second person may decide.
func TestShippedProceduresFitTheShippedRoles(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: none is asked
	all, err := a.Role.Roles(door.With(t.Context(), door.Viewer{Org: "nowhere", Person: "operator", Grants: []string{"*"}}))
	if err != nil {
		t.Fatal(err)
	}
	grants, keys := map[string]door.Viewer{}, []string{}
	for _, r := range all {
		grants[r.Key], keys = door.Viewer{Grants: r.Grants}, append(keys, r.Key)
	}
	needs := func(d *process.Definition, role, permission string) {
		t.Helper()
		if role != "" && !grants[role].May(permission) {
			t.Errorf("%s: %s has a part that takes %s, and does not grant it", d.ID, role, permission)
		}
	}
	for _, d := range a.Casework.Definitions {
		for _, f := range process.Check(d, keys) {
			t.Errorf("%s: %+v", d.ID, f)
		}
		for _, s := range d.States {
			for _, task := range s.Tasks {
				needs(d, task.Role, "casework.ask")
				needs(d, task.Escalate, "casework.read")
			}
		}
		for _, step := range d.Transitions {
			needs(d, step.Role, "casework.ask")
			needs(d, step.FourEyes, "casework.decide")
			needs(d, step.FourEyes, "approval.read")
		}
	}
	if len(a.Casework.Definitions) < 20 {
		t.Errorf("only %d procedures were looked at", len(a.Casework.Definitions))
	}
}

// loan asks for more where an answer calls for it, and ends with a reason.
const loan = `
id: loan
version: 1
name: {de: Gerät leihen, en: Borrow a device}
about: {de: Ein Gerät wird gebraucht., en: A device is needed.}
area: take
asked: {de: Ich brauche ein Gerät., en: I need a device.}
source: Test
checked: "2026-11-28"
roles: [department, coordinator]
fields:
  - {id: kind, name: {de: Art, en: Kind}, type: choice, required: true, choices: [{id: laptop, name: {de: Rechner, en: Laptop}}, {id: other, name: {de: Anderes, en: Other}}]}
  - {id: which, name: {de: Welches Gerät, en: Which device}, type: text, required: true, when: 'kind == "other"'}
  - {id: price, name: {de: Wert, en: Value}, type: money}
states:
  - {id: open, name: {de: Offen, en: Open}}
  - {id: lent, name: {de: Verliehen, en: Lent}, end: true, outcome: done}
transitions:
  - {id: lend, name: {de: Verleihen, en: Lend}, from: [open], to: lent, role: coordinator, reason: true}
`

// In the browser without script: a form keeps what was written and asks further where an answer
// calls for it; a step without a reason is refused at its field; the record that is shown has
// the sum of the file that is handed out.
func TestACaseWithoutScript(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the pages are asked
	d, err := process.Parse([]byte(loan))
	if err != nil {
		t.Fatal(err)
	}
	a.Casework.Definitions = append(slices.Clone(a.Casework.Definitions), d)
	join(t, a, "", "Aldorf")
	ada := a.signIn(t, "aldorf", "ada", "admin")
	want := func(status int, method, path string, form url.Values, texts ...string) string {
		t.Helper()
		w := ada.do(method, path, form)
		for _, text := range texts {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s %s lacks %q", method, path, text)
			}
		}
		if w.Code != status {
			t.Fatalf("%s %s: %d, want %d: %.2000s", method, path, w.Code, status, w.Body)
		}
		return w.Header().Get("Location") + w.Body.String()
	}
	form := url.Values{"title": {"Gerät für den Markt"}, "x-kind": {"other"}, "x-price": {"viel"}, "shown": {"kind price"}}
	want(422, "POST", "/casework/new/loan", form, "Gerät für den Markt", `value="viel"`, "keine Zahl", `href="#f-x-price"`)
	form.Set("x-price", "1.234,5")
	want(422, "POST", "/casework/new/loan", form, "weitere Frage: Welches Gerät", `name="x-which"`, "wegen Ihrer Angabe zu: Art", `value="1.234,5"`)
	form.Set("x-which", "Beamer")
	form.Set("shown", "kind which price")
	at := want(303, "POST", "/casework/new/loan", form)
	want(200, "GET", at, nil, "Gerät für den Markt", "1.234,50 €", "Beamer", "Verleihen")
	want(404, "GET", at+"/record", nil)
	want(422, "POST", at+"/move", url.Values{"step": {"lend"}, "reason": {" "}}, `href="#f-reason-lend"`)
	want(303, "POST", at+"/move", url.Values{"step": {"lend"}, "reason": {"<b>wird</b> gebraucht"}})
	file := want(200, "GET", at+"/record.json", nil, `"reason":"<b>wird</b> gebraucht"`)
	sum := sha256.Sum256([]byte(file))
	want(200, "GET", at+"/record", nil, hex.EncodeToString(sum[:]), "&lt;b&gt;wird&lt;/b&gt; gebraucht", "unverändert")
	if strings.Contains(want(200, "GET", at+"/record", nil), "wieder aufgenommen") {
		t.Error("the record tells of a reopening before there was one")
	}
	want(303, "POST", at+"/reopen", url.Values{"reason": {"Der Beamer kam zurück"}})
	want(200, "GET", at+"/record", nil, "wieder aufgenommen", "Der Beamer kam zurück", "unverändert")
	want(200, "GET", at+"/version", nil, "neuesten Fassung")
	second, err := process.Parse([]byte(strings.NewReplacer("version: 1", "version: 2", "id: open,", "id: asked,", "[open]", "[asked]", "{id: price,", "{id: worth,").Replace(loan)))
	if err != nil {
		t.Fatal(err)
	}
	a.Casework.Definitions = append(a.Casework.Definitions, second)
	want(200, "GET", at, nil, "gibt es Fassung 2", at+"/version")
	want(200, "GET", at+"/version", nil, "Den Stand „Offen“ gibt es in der neuen Fassung nicht", "Wert: 1.234,50 €")
	want(422, "POST", at+"/version", url.Values{"reason": {"neue Regeln"}}, `href="#f-state"`)
	want(200, "GET", at+"/version?state=asked", nil, "Auf Fassung 2 heben, Stand: Offen")
	want(303, "POST", at+"/version", url.Values{"state": {"asked"}, "reason": {"neue Regeln"}})
	want(200, "GET", at, nil, "Von Fassung 1 auf Fassung 2 gehoben", "price: entfällt, bisher 1234.50")
	want(200, "GET", "/casework/type/loan", nil, "<svg", "kind == &#34;other&#34;")
	want(200, "GET", "/casework/type/loan/bpmn", nil, "bpmn")
	want(200, "GET", "/casework/cases.csv", nil, "Gerät für den Markt")
}

// Two have the same form open, without script: who is second keeps what they wrote, reads what
// the other wrote, and by sending it once more means it. A step on an old page does nothing
// and keeps its reason; a task that somebody has done by now keeps its note.
func TestTwoHaveTheSameFormOpen(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the pages are asked
	d, err := process.Parse([]byte(strings.Replace(loan, "{id: open, name: {de: Offen, en: Open}}",
		"{id: open, name: {de: Offen, en: Open}, tasks: [{id: look, role: coordinator, fields: [price], optional: true, name: {de: Ansehen, en: Look}}]}", 1)))
	if err != nil {
		t.Fatal(err)
	}
	a.Casework.Definitions = append(slices.Clone(a.Casework.Definitions), d)
	join(t, a, "", "Aldorf")
	ada, bea := a.signIn(t, "aldorf", "ada", "admin"), a.signIn(t, "aldorf", "bea", "admin")
	ask := func(b visitor, status int, method, path string, form url.Values, texts ...string) string {
		t.Helper()
		w := b.do(method, path, form)
		for _, text := range texts {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s %s lacks %q", method, path, text)
			}
		}
		if w.Code != status {
			t.Fatalf("%s %s: %d, want %d: %.2000s", method, path, w.Code, status, w.Body)
		}
		return w.Header().Get("Location") + w.Body.String()
	}
	at := ask(ada, 303, "POST", "/casework/new/loan", url.Values{"title": {"Gerät"}, "x-kind": {"laptop"}, "shown": {"kind"}})
	ask(ada, 303, "POST", at+"/facts", url.Values{"x-kind": {"laptop"}, "x-price": {"10"}, "shown": {"kind price"}})
	seen := func(page string) string {
		t.Helper()
		m := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page)
		if m == nil {
			t.Fatal("the form does not carry what was seen")
		}
		return m[1]
	}
	first := seen(ask(ada, 200, "GET", at+"/facts", nil))
	stepped := seen(ask(ada, 200, "GET", at, nil))
	form := func(price, seen string) url.Values {
		return url.Values{"x-kind": {"laptop"}, "x-price": {price}, "shown": {"kind price"}, "seen": {seen}}
	}
	ask(bea, 303, "POST", at+"/facts", form("20", first))
	again := seen(ask(ada, 409, "POST", at+"/facts", form("30", first), `value="30"`, "Inzwischen von Bea geändert auf: 20,00 €", "Nichts ist gespeichert"))
	ask(ada, 409, "POST", at+"/move", url.Values{"step": {"lend"}, "reason": {"eilt sehr"}, "seen": {stepped}}, "eilt sehr</textarea>", "„Wert“ (Bea: 20,00 €)")
	ask(ada, 303, "POST", at+"/facts", form("30", again))
	ask(bea, 200, "GET", at, nil, "30,00 €", "Offen")
	todo := regexp.MustCompile(`/task/([0-9a-f-]{36})"`).FindStringSubmatch(ask(ada, 200, "GET", at, nil))[1]
	ask(bea, 303, "POST", at+"/task/"+todo, url.Values{"x-price": {"31"}, "shown": {"price"}})
	page := ask(ada, 409, "POST", at+"/task/"+todo, url.Values{"x-price": {"32"}, "note": {"lange geschrieben"}, "shown": {"price"}}, "lange geschrieben</textarea>", `value="32"`, "nicht mehr offen")
	if strings.Contains(page, "Aufgabe als erledigt melden") {
		t.Error("what is done can be sent again")
	}
	ask(ada, 303, "POST", at+"/move", url.Values{"step": {"lend"}, "reason": {"eilt"}})
	ask(ada, 200, "GET", at+"/record", nil, "anstelle der Rolle", "stimmen mit dem Verlauf und dem Protokoll überein")
	if err := a.DB.Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE casework_record SET body = 'kein JSON'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	ask(ada, 200, "GET", at+"/record", nil, "beschädigt und nicht lesbar", "verändert")
	ask(ada, 200, "GET", at+"/record.json", nil, "kein JSON")
}

// A task in another organisation is opened from the board by acting for that one: the button
// leads to the case itself, and to no other house.
func TestTheBoardLeadsElsewhere(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the pages are asked
	join(t, a, "", "Aldorf")
	join(t, a, "aldorf", "Bauamt")
	ada := a.signIn(t, "aldorf", "ada", "admin")
	w := ada.do("POST", "/casework/new/advice", url.Values{"title": {"Darf man das?"}, "org": {"aldorf"}, "x-question": {"Darf man?"}, "shown": {"question answer_by"}})
	at := w.Header().Get("Location")
	if at == "" {
		t.Fatal(said(w.Body.String()))
	}
	ada.do("POST", "/act-for", url.Values{"org": {"bauamt"}})
	if w := ada.do("GET", at, nil); w.Code != 404 {
		t.Fatalf("from the department she reads it: %d", w.Code)
	}
	board := ada.do("GET", "/casework", nil).Body.String()
	if !strings.Contains(board, "Darf man das?") || !strings.Contains(board, `name="back" value="`+at) {
		t.Fatalf("the board does not lead to %s: %s", at, board)
	}
	a.signIn(t, "aldorf", "bob", "admin").do("POST", "/desk/case"+strings.TrimPrefix(at, "/casework/case")+"/comment", url.Values{"text": {"@ada Was meinen Sie?"}})
	ada.do("POST", "/act-for", url.Values{"org": {"aldorf"}})
	ada.do("POST", "/budget/add", url.Values{"name": {"Ansatz"}, "kind": {"budget"}, "amount": {"100"}})
	ada.do("POST", "/act-for", url.Values{"org": {"bauamt"}})
	for path, want := range map[string]string{
		"/casework/team": `name="back" value="` + at + `#tasks"`,
		"/desk/mentions": `name="back" value="` + at + `#timeline"`,
		"/budget":        `name="back" value="/budget"`,
	} {
		if page := ada.do("GET", path, nil).Body.String(); !strings.Contains(page, want) || !strings.Contains(page, "Öffnen in: Aldorf") {
			t.Errorf("acting for the department she reads nothing of the city's: %s", path)
		}
	}
	month := ada.do("GET", "/desk/calendar", nil).Body.String() + ada.do("GET", "/desk/calendar?month="+a.DB.Now().AddDate(0, 0, 20).Format("2006-01"), nil).Body.String()
	if !strings.Contains(month, `name="back" value="`+at+`#tasks"`) {
		t.Error("the calendar shows the department nothing of the city's")
	}
	if page := ada.do("GET", "/contract", nil).Body.String(); strings.Contains(page, "Öffnen in") {
		t.Error("she is led to where nothing is")
	}
	for back, want := range map[string]string{at: at, "https://elsewhere.example/": "/", "//elsewhere.example": "/"} {
		if to := ada.do("POST", "/act-for", url.Values{"org": {"aldorf"}, "back": {back}}).Header().Get("Location"); to != want {
			t.Errorf("back to %q leads to %q", back, to)
		}
	}
	if w := ada.do("GET", at, nil); w.Code != 200 {
		t.Errorf("acting for the city she reads %d", w.Code)
	}
}

// What somebody took and let lie is in their letter, and once it is
// escalated on the agenda of the office's meeting; no other house hears of it.
func TestALateTaskIsTold(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the rooms are asked
	join(t, a, "", "Aldorf")
	join(t, a, "", "Bedorf")
	ada, eve := a.signIn(t, "aldorf", "ada", "admin"), a.signIn(t, "bedorf", "eve", "admin")
	at := ada.do("POST", "/casework/new/advice", url.Values{"title": {"Darf man das?"}, "x-question": {"Darf man?"}, "shown": {"question answer_by"}}).Header().Get("Location")
	todo := regexp.MustCompile(`/task/([0-9a-f-]{36})"`).FindStringSubmatch(ada.do("GET", at, nil).Body.String())
	if todo == nil || ada.do("POST", at+"/task/"+todo[1]+"/take", nil).Code != 303 {
		t.Fatal("nothing to take")
	}
	me, stranger := ospo.PersonID(ada.person()), ospo.PersonID(eve.person())
	told := func(who ospo.PersonID) (keys []string) {
		t.Helper()
		groups, err := a.Digest.Waiting(t.Context(), who, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range groups {
			for _, m := range g.Matters {
				if g.Key == "casework" {
					keys = append(keys, m.Key)
				}
			}
		}
		return keys
	}
	agenda := func(org ospo.OrgID) int {
		t.Helper()
		all, err := a.openCases(door.With(t.Context(), door.Viewer{Org: org, Person: "x", Grants: []string{"*"}, Lang: "de"}))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	began := agenda("aldorf") // its roles are vacant
	now := time.Now().AddDate(0, 2, 0)
	a.DB.Now = func() time.Time { return now }
	if got := told(me); !slices.Equal(got, []string{"digest.matter.task_late"}) {
		t.Errorf("Ada is told %v", got)
	}
	if n, err := a.Casework.Escalate(t.Context()); err != nil || n == 0 {
		t.Fatalf("%d escalated, %v", n, err)
	}
	if agenda("aldorf") < began || agenda("aldorf") == 0 || agenda("bedorf") != 0 {
		t.Errorf("agendas: %d, before %d; %d elsewhere", agenda("aldorf"), began, agenda("bedorf"))
	}
	if got := told(stranger); len(got) != 0 {
		t.Errorf("another house is told %v", got)
	}
}

// The page of a proposal lists exactly who can agree, and says which role that takes: who holds
// it alone, and only where nobody does all who may decide, but never who asked.
func TestWhoCanAgreeIsNamedExactly(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the rooms are asked
	d, err := process.Parse([]byte(strings.Replace(strings.Replace(loan, "role: coordinator, reason: true}", "role: coordinator, reason: true, four_eyes: strategist}", 1), "[department, coordinator]", "[department, coordinator, strategist]", 1)))
	if err != nil {
		t.Fatal(err)
	}
	a.Casework.Definitions = append(slices.Clone(a.Casework.Definitions), d)
	join(t, a, "", "Aldorf")
	ada, bea, cleo, dora := a.signIn(t, "aldorf", "ada", "admin"), a.signIn(t, "aldorf", "bea", "admin"), a.signIn(t, "aldorf", "cleo", "admin"), a.signIn(t, "aldorf", "dora", "admin")
	cli := door.With(t.Context(), door.Viewer{Org: "aldorf", Person: "operator", Grants: []string{"*"}, Door: "cli", Lang: "de"})
	o, err := a.Role.Grant(cli, role.Grant{Role: "strategist", Person: bea.person(), Org: "aldorf", Decision: "Amtsleitung"})
	if err != nil || o.ID == "" {
		t.Fatal(o, err)
	}
	at := cleo.do("POST", "/casework/new/loan", url.Values{"title": {"Gerät"}, "x-kind": {"laptop"}, "shown": {"kind price"}}).Header().Get("Location")
	ada.do("POST", at+"/move", url.Values{"step": {"lend"}, "reason": {"eilt"}})
	path := regexp.MustCompile(`/approval/[0-9a-f-]{36}`).FindString(ada.do("GET", at, nil).Body.String())
	able := func(says string, names ...string) {
		t.Helper()
		body := dora.do("GET", path, nil).Body.String()
		_, list, _ := strings.Cut(body, a.Texts.T("de", "approval.able"))
		list, _, _ = strings.Cut(list, "</ul>")
		for _, name := range []string{"Ada", "Bea", "Cleo", "Dora"} {
			if strings.Contains(list, name) != slices.Contains(names, name) {
				t.Errorf("can %s agree? The page says %s", name, said(list))
			}
		}
		if !strings.Contains(body, says) {
			t.Errorf("the page lacks %q: %s", says, said(body))
		}
	}
	able("Zustimmen muss, wer hier diese Rolle hat: Strategie.", "Bea")
	if err := a.Role.End(cli, o.ID, "geht"); err != nil {
		t.Fatal(err)
	}
	able("die hier niemand hat", "Bea", "Dora")
	if code := cleo.do("POST", path+"/approve", nil).Code; code != 403 {
		t.Errorf("Cleo agrees to her own request: %d", code)
	}
	if code := dora.do("POST", path+"/approve", nil).Code; code != 303 {
		t.Errorf("Dora agrees: %d", code)
	}
	if body := ada.do("GET", at+"/record", nil).Body.String(); !strings.Contains(body, "anstelle der Rolle „Strategie“, die niemand hat") {
		t.Error("the record does not say in place of what Dora agreed")
	}
}
