// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// Who asks without an account is called a guest wherever they are named, in the reader's language;
// and what is theirs to do is not escalated as something that nobody does.
func TestAGuestIsCalledOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		text := strings.Replace(buying, "    tasks:\n", "    tasks:\n      - {id: tell, name: {de: Bedarf beschreiben, en: Describe}, role: department, days: 3, fields: [need]}\n", 1)
		text = strings.Replace(text, "to: refused, role: procurement_manager, reason: true", "to: refused, role: procurement_manager", 1)
		def, err := process.Parse([]byte(text))
		w.ok(err)
		w.Definitions = []*process.Definition{def}
		w.Places = func(_ context.Context, person ospo.PersonID) (out []door.Viewer, _ error) {
			if person != casework.Guest { // who has no account has no place
				out = []door.Viewer{{Person: person, Org: "city"}}
			}
			return out, nil
		}
		var id string
		w.ok(d.Write(t.Context(), ospo.Act{Org: "school", Person: casework.Guest, What: "intake.ask", Door: "web"}, func(tx *db.Tx) error {
			c, err := w.Admit(t.Context(), tx, casework.Input{Type: "buying", Org: "school", Title: "Kartenspiel", Facts: map[string]string{"need": "x", "kind": "new"}}, "Gesa, gesa@aldorf.example")
			id = c.ID
			return err
		}))
		o := w.show(w.paul(), id)
		if i := slices.IndexFunc(o.Events, func(e casework.Event) bool { return e.What == "escalated" && strings.Contains(string(e.Body), "tell") }); i >= 0 || slices.Contains(o.Vacant, "department") {
			t.Errorf("the guest's own task is escalated: %v, %+v", o.Vacant, o.Events)
		}
		if o.Case.AskerName != "Gast (ohne Anmeldung)" || o.Tasks[0].DoerName != "Gast (ohne Anmeldung)" {
			t.Errorf("asked by %q, done by %q", o.Case.AskerName, o.Tasks[0].DoerName)
		}
		english := door.From(w.paul())
		english.Lang = "en"
		site := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops)
		if _, page := site.As(english).Get("/casework/case/" + id); !strings.Contains(page, "asked by guest (not signed in)") || !strings.Contains(page, "by guest (not signed in)") {
			t.Error("the English page does not say so")
		}
		if _, body := site.As(english).Get("/casework/case/" + id + "/opinion/" + o.Tasks[0].ID + "/json"); !strings.Contains(body, `"doer":"Gast (ohne Anmeldung)"`) {
			t.Error(body)
		}
		// Who ends a case in place of who asked says why, whatever the procedure asks for.
		for _, step := range []string{"withdraw", "refuse"} {
			if _, err := w.Move(w.paul(), id, step, " ", 0); key(err) != "casework.reason_missing" || !w.step(id, step).Reason {
				t.Errorf("%s without a reason: %v", step, err)
			}
		}
		if _, page := site.As(door.From(w.paul())).Get("/casework/case/" + id); !strings.Contains(page, "Sache dessen, der gefragt hat") {
			t.Error("Paul is not told that withdrawing is for the guest")
		}
		own := w.open()
		if _, page := site.As(door.From(w.dora())).Get("/casework/case/" + own); strings.Contains(page, "Sache dessen, der gefragt hat") {
			t.Error("Dora is told that she acts in place of herself")
		}
		if steps := w.show(w.dora(), own).Steps; !slices.ContainsFunc(steps, func(s casework.Step) bool { return s.ID == "withdraw" && !s.Reason }) {
			t.Errorf("Dora has to say why she withdraws what she asked for: %+v", steps)
		}
		_, err = w.Move(w.paul(), id, "refuse", "Doppelt", 0)
		w.ok(err)
		if _, page := site.As(door.From(w.paul())).Get("/casework/case/" + id + "/record"); !strings.Contains(page, "<dd>Gast (ohne Anmeldung)</dd>") {
			t.Error("the record calls the guest otherwise")
		}
	})
}

// Whoever only wrote a mail whose sender nobody has checked has no page here: nobody can say
// something to them there, and nothing is kept as if they had read it.
func TestNobodyIsToldOnAPageWhoOnlyWroteAMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		ids := map[ospo.PersonID]string{}
		for _, who := range []ospo.PersonID{casework.Guest, casework.Mailed} {
			w.ok(d.Write(t.Context(), ospo.Act{Org: "school", Person: who, What: "intake.ask", Door: "web"}, func(tx *db.Tx) error {
				c, err := w.Admit(t.Context(), tx, casework.Input{Type: "buying", Org: "school", Title: "Kartenspiel", Facts: map[string]string{"need": "x", "kind": "new"}}, "Gesa, gesa@aldorf.example")
				ids[who] = c.ID
				return err
			}))
		}
		said := func(who ospo.PersonID) (all, told int) {
			for _, e := range w.show(w.paul(), ids[who]).Events {
				if e.Person == "paul" {
					all++
				}
				if e.Told() {
					told++
				}
			}
			return all, told
		}
		w.ok(w.Tell(w.paul(), ids[casework.Guest], "Bitte die Klasse nennen."))
		if all, told := said(casework.Guest); all != 1 || told != 1 {
			t.Errorf("the guest is told %d of %d comments", told, all)
		}
		if err := w.Tell(w.paul(), ids[casework.Mailed], "Bitte die Klasse nennen."); key(err) != "casework.tell_mail" {
			t.Errorf("told who wrote a mail: %v", err)
		}
		w.ok(w.Comment(w.paul(), ids[casework.Mailed], "Nur für uns."))
		if all, told := said(casework.Mailed); all != 1 || told != 0 {
			t.Errorf("who wrote a mail is told %d of %d comments", told, all)
		}
		if err := w.Tell(w.eve(), ids[casework.Mailed], "x"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger learns whose case it is: %v", err)
		}
	})
}
