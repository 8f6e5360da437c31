// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/process"
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
	want(200, "GET", "/casework/type/loan", nil, "<svg", "kind == &#34;other&#34;")
	want(200, "GET", "/casework/type/loan/bpmn", nil, "bpmn")
	want(200, "GET", "/casework/cases.csv", nil, "Gerät für den Markt")
}
