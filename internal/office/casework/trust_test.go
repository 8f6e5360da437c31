// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// events says what happened in a case, as one line.
func (w *desk) events(id string) string {
	w.t.Helper()
	var said []string
	for _, e := range w.show(w.paul(), id).Events {
		said = append(said, e.What)
	}
	return strings.Join(said, " ")
}

// decided is the decision of the latest record of a case.
func (w *desk) decided(id string) (d casework.Justification) {
	w.t.Helper()
	all, err := w.Records(w.paul(), id)
	w.ok(err)
	if len(all) == 0 {
		w.t.Fatal("no record")
	}
	w.ok(json.Unmarshal([]byte(all[0].Body), &d))
	return d
}

// What somebody holds the role for, nobody else does, whatever they may. Where nobody holds it,
// whoever works on cases may act in its place: task, timeline and record say so. Each end
// leaves a record, also one without a second person or a reason.
func TestOnlyWhoHoldsARolePlaysIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		market := w.task(id, "market")
		_, refuse := w.Move(w.lea(), id, "refuse", "nein", 0)
		for what, err := range map[string]error{"takes": w.Take(w.lea(), id, market), "completes": w.Complete(w.lea(), id, market, "", map[string]string{"model": "open"}, 0), "refuses": refuse} {
			if key(err) != "casework.role_held" {
				t.Errorf("Lea %s for Paul: %v", what, err)
			}
		}
		w.ok(w.Complete(w.ada(), id, w.task(id, "licence"), "", map[string]string{"opinion": "ja"}, 0)) // nobody knows licences
		w.grant("licence_manager", "lea")
		w.ok(w.Complete(w.paul(), id, market, "", map[string]string{"model": "open"}, 0))
		_, err := w.Move(w.dora(), id, "withdraw", "", 0)
		w.ok(err)
		j := w.decided(id)
		if j.Decision.Outcome != "withdrawn" || j.Decision.Decider != "dora" || j.Decision.Role != "department" || j.Decision.Instead {
			t.Errorf("the record of a withdrawal: %+v", j.Decision)
		}
		for _, task := range w.show(w.paul(), id).Tasks {
			if want := task.Task == "licence"; task.Instead != want {
				t.Errorf("task %s in place of its role: %v", task.Task, task.Instead)
			}
		}
		for _, did := range j.Tasks {
			if want := did.Role == "licence_manager"; did.Instead != want {
				t.Errorf("the record: %+v", did)
			}
		}
		told := false
		for _, e := range w.show(w.paul(), id).Events {
			told = told || e.What == "done" && strings.Contains(string(e.Body), `"instead":"licence_manager"`)
		}
		if !told {
			t.Error("the timeline does not say that Ada did it in place of the licence manager")
		}
	})
}

// The second person is never who asked. Where all who hold the role proposed, asked or deputise
// for who did, anybody else who may decide agrees, and the record says why; where one of them
// can, only they.
func TestWhoMayAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.wait.Apart = func(_ context.Context, one, other ospo.PersonID) error {
			if one != other && strings.Contains("paul ada paul", string(one)+" "+string(other)) {
				return fault.New(fault.Forbidden, "approval.deputy")
			}
			return nil
		}
		w.grant("licence_manager", "lea")
		propose := func(asker context.Context) (id, proposal string) {
			t.Helper()
			id, err := w.Open(asker, casework.Input{Type: "buying", Title: "Umfragen", Facts: map[string]string{"need": "x", "kind": "new"}})
			w.ok(err)
			w.looked(id, map[string]string{"model": "open"})
			proposal, err = w.Move(w.paul(), id, "clear", "geht", 0)
			w.ok(err)
			return id, proposal
		}
		// Ada, the only strategist, deputises for Paul: the case is not locked.
		id, proposal := propose(w.dora())
		if err := w.wait.Approve(w.ada(), proposal, ""); key(err) != "approval.deputy" {
			t.Errorf("Ada agrees to what she deputises for: %v", err)
		}
		w.ok(w.wait.Approve(w.lea(), proposal, ""))
		if j := w.decided(id).Decision; j.Role != "procurement_manager" || j.Second != "lea" || j.SecondRole != "" || j.Wanted != "strategist" || j.Why != "barred" {
			t.Errorf("the record: %+v", j)
		}
		// Another strategist can: then only she, and Lea's own request never by Lea.
		w.grant("strategist", "dora")
		_, proposal = propose(w.lea())
		if err := w.wait.Approve(w.lea(), proposal, ""); key(err) != "casework.second_asker" {
			t.Errorf("Lea agrees to her own request: %v", err)
		}
		id, proposal = propose(w.ada())
		p, err := w.wait.Proposal(w.lea(), proposal)
		w.ok(err)
		if err := w.wait.Check(w.lea(), p); key(err) != "casework.second_role" {
			t.Errorf("Lea agrees, though a strategist could: %v", err)
		}
		if n, err := w.wait.Waiting(w.as("lea", "city", "casework.*", "approval.read")); err != nil || n != 0 {
			t.Errorf("%d wait for Lea, who can agree to none; %v", n, err)
		}
		dora := w.as("dora", "city", "casework.*", "approval.read")
		w.ok(w.wait.Approve(dora, proposal, ""))
		if j := w.decided(id).Decision; j.SecondRole != "strategist" || j.Why != "" {
			t.Errorf("the record: %+v", j)
		}
	})
}

// A proposal that the case has overtaken locks nothing: a new one takes its place, and the old
// one cannot be approved any more. One that still holds makes no room.
func TestAStaleProposalMakesRoom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.looked(id, map[string]string{"because": "keine offene"})
		old, err := w.Move(w.paul(), id, "clear", "geht", 0)
		w.ok(err)
		if _, err := w.Move(w.paul(), id, "clear", "noch einmal", 0); key(err) != "casework.waits_already" {
			t.Errorf("proposed twice: %v", err)
		}
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"price": "99.000"}, 0))
		again, err := w.Move(w.paul(), id, "clear", "auch so", 0)
		w.ok(err)
		if p, err := w.wait.Proposal(w.ada(), old); err != nil || p.State != "withdrawn" || again == old {
			t.Errorf("the old one is %s, %v", p.State, err)
		}
		if err := w.wait.Approve(w.ada(), old, ""); key(err) != "approval.decided" {
			t.Errorf("the old one is approved: %v", err)
		}
		w.ok(w.wait.Approve(w.ada(), again, ""))
		if j := w.decided(id).Decision; j.Reason != "auch so" {
			t.Errorf("decided because %q", j.Reason)
		}
	})
}

// Who reads a proposal reads it in their own language, whoever wrote it; the page says which role
// has to agree, and that nobody can any more once the case has changed.
func TestAProposalIsReadInOnesOwnLanguage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.looked(id, map[string]string{"because": "keine offene"})
		english := door.From(w.paul())
		english.Lang = "en"
		proposal, err := w.Move(door.With(t.Context(), english), id, "clear", "works", 0)
		w.ok(err)
		site := webtest.New(t, []fs.FS{approval.Files, w.Room().Files}, approval.Files, w.wait.Pages(), w.wait.Ops())
		page := func(want ...string) {
			t.Helper()
			status, body := site.As(door.From(w.ada())).Get("/approval/" + proposal)
			for _, text := range want {
				if status != 200 || !strings.Contains(body, text) {
					t.Errorf("%d, the page lacks %q", status, text)
				}
			}
		}
		page("In Prüfung → Freigegeben", "Lizenzmodell: proprietär", "Preis: 1.234,50 €", "Zustimmen muss, wer hier diese Rolle hat: Strategie.")
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"price": "99"}, 0))
		page("Preis: 1.234,50 €", "kann nicht mehr freigegeben werden")
	})
}

// Two who fill in the same form: what one left as it was does not undo the other, and what both
// changed is refused and says what stands there by whom. A decision waits for who reads anew.
func TestNobodyUndoesWhatTheyHaveNotSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		seen := w.show(w.paul(), id).Seen
		w.ok(w.SetFacts(w.lea(), id, map[string]string{"users": "99", "price": "10"}, seen))
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"need": "Termine", "users": "40", "kind": "new", "price": ""}, seen)) // as a form sends all it shows
		if f := w.show(w.paul(), id).Case.Facts; f["need"] != "Termine" || f["users"] != 99.0 || f["price"] != "10.00" {
			t.Errorf("after Lea and Paul: %v", f)
		}
		err := w.SetFacts(w.paul(), id, map[string]string{"need": "Anderes", "users": "41"}, seen)
		if key(err) != "casework.clash" || !strings.Contains(fmt.Sprint(fault.Say(err)[0].Args...), "„Nutzende“ (Lea: 99)") {
			t.Errorf("both changed the users: %v", err)
		}
		if f := w.show(w.paul(), id).Case.Facts; f["need"] != "Termine" || f["users"] != 99.0 {
			t.Errorf("a refused form left %v", f)
		}
		if err := w.Complete(w.paul(), id, w.task(id, "market"), "", map[string]string{"model": "open", "price": "20"}, seen); key(err) != "casework.clash" {
			t.Errorf("a task on an old form: %v", err)
		}
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"users": "41"}, w.show(w.paul(), id).Seen)) // having read it, he means it
		seen = w.show(w.paul(), id).Seen
		w.ok(w.SetFacts(w.lea(), id, map[string]string{"users": "7"}, 0))
		if _, err := w.Move(w.paul(), id, "refuse", "zu klein", seen); key(err) != "casework.unseen" {
			t.Errorf("decided on what he has not read: %v", err)
		}
		_, err = w.Move(w.paul(), id, "refuse", "zu klein", w.show(w.paul(), id).Seen)
		w.ok(err)
	})
}

// The board shows what waits in all organisations for which somebody can act, and where it is
// opened that is not seen from here.
func TestTheBoardKnowsAllPlaces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		w.Places = func(_ context.Context, p ospo.PersonID) (out []door.Viewer, err error) {
			for _, org := range []ospo.OrgID{"school", "city"} {
				out = append(out, door.Viewer{Org: org, OrgName: "Amt " + string(org), Person: p, Grants: []string{"casework.*"}})
			}
			return out, nil
		}
		own, err := w.Open(w.paul(), casework.Input{Type: "buying", Title: "Eigener Bedarf", Facts: map[string]string{"need": "x", "kind": "new"}})
		w.ok(err)
		below := w.open()
		w.ok(w.Take(w.paul(), own, w.task(own, "market")))
		b, err := w.Board(w.as("paul", "school", "casework.*"))
		w.ok(err)
		if len(b.Mine) != 1 || b.Mine[0].At != "city" || b.Mine[0].AtName != "Amt city" || len(b.Roles) != 1 || b.Roles[0].Case != below || b.Roles[0].At != "" || len(b.Asked) != 1 || b.Asked[0].At != "city" {
			t.Errorf("from the school Paul finds %+v", b)
		}
		b, err = w.Board(w.paul())
		w.ok(err)
		if len(b.Mine) != 1 || b.Mine[0].At != "" || len(b.Roles) != 1 || b.Roles[0].At != "" {
			t.Errorf("from the city Paul finds %+v", b)
		}
		token := door.With(t.Context(), door.Viewer{Org: "school", Person: "token:1", Behind: "paul", Grants: []string{"casework.*"}})
		if b, err := w.Board(token); err != nil || len(b.Mine) != 0 {
			t.Errorf("by a token for the school: %+v, %v", b, err)
		}
	})
}

// Who alters a record, and its sum, and the event that knows it, is found out by the log; what
// cannot be read any more is said at its case and hides no other.
func TestWhatWasAlteredIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id, other := w.open(), w.open()
		_, err := w.Move(w.paul(), id, "refuse", "zu teuer", 0)
		w.ok(err)
		do := func(query string, args ...any) {
			t.Helper()
			w.ok(d.Keep(t.Context(), func(tx *db.Tx) error { _, err := tx.ExecContext(t.Context(), query, args...); return err }))
		}
		proof := func(want string) {
			t.Helper()
			if all, err := w.Records(w.paul(), id); err != nil || len(all) != 1 || all[0].Proof != want {
				t.Errorf("%+v, %v; want %s", all, err, want)
			}
		}
		proof("proven")
		do(`UPDATE casework_record SET body = replace(body, 'teuer', 'lahm')`)
		proof("altered")
		forged := w.show(w.paul(), id).Records[0]
		was := forged.Sum
		do(`UPDATE casework_record SET sum = $1`, casework.Sum(forged.Body))
		proof("altered")
		do(`UPDATE casework_event SET body = replace(body, CAST($1 AS TEXT), CAST($2 AS TEXT)) WHERE what = 'frozen'`, was, casework.Sum(forged.Body))
		proof("altered")
		do(`DELETE FROM log_entry WHERE what = 'casework.move'`)
		proof("unproven")
		do(`UPDATE casework_record SET body = 'kein JSON'`)
		do(`UPDATE casework_event SET body = '{' WHERE what = 'opened'`)
		do(`UPDATE casework_case SET facts = '{"users":' WHERE id = $1`, other)
		proof("altered")
		if o := w.show(w.paul(), other); !o.Case.Broken || o.Known || len(o.Steps) != 0 {
			t.Errorf("a case whose facts are broken: %+v", o.Case)
		}
		if err := w.SetFacts(w.paul(), other, map[string]string{"users": "1"}, 0); key(err) != "casework.facts_broken" {
			t.Errorf("somebody works on it: %v", err)
		}
		if all, _, err := w.Cases(w.paul(), casework.Sieve{}); err != nil || len(all) != 2 {
			t.Errorf("the list shows %d cases, %v", len(all), err)
		}
	})
}

// A record that somebody takes away is missing, as long as the events or the log know it: the page
// and the API say so, nothing is handed out for it, and the next one does not take its number.
func TestWhatWasTakenAwayIsMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		end := func() casework.Record {
			t.Helper()
			_, err := w.Move(w.paul(), id, "refuse", "zu teuer", 0)
			w.ok(err)
			return w.show(w.paul(), id).Records[0]
		}
		do := func(query string) {
			t.Helper()
			w.ok(d.Keep(t.Context(), func(tx *db.Tx) error { _, err := tx.ExecContext(t.Context(), query); return err }))
		}
		first := end()
		do(`DELETE FROM casework_record`)
		gone := w.show(w.paul(), id).Records
		if len(gone) != 1 || gone[0].N != 1 || gone[0].Proof != "missing" || gone[0].Sum != first.Sum || gone[0].Created != first.Created || gone[0].Body != "" {
			t.Fatalf("taken away: %+v", gone)
		}
		_, err := w.Reopen(w.paul(), id, "doch")
		w.ok(err)
		second := end()
		do(`DELETE FROM casework_event WHERE what = 'frozen' AND body LIKE '%"record":"1"%'`) // the log knows it still
		all, err := w.Records(w.paul(), id)
		w.ok(err)
		if len(all) != 2 || all[0] != second || second.N != 2 || second.Proof != "proven" || !strings.Contains(second.Body, `"earlier":"`+first.Sum) || all[1].N != 1 || all[1].Proof != "missing" || all[1].Sum != first.Sum {
			t.Errorf("%+v", all)
		}
		paul := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.paul()))
		for path, want := range map[string]string{"/record?n=1": "200 Begründung 1 dieses Vorgangs fehlt", "/record": "200 fehlt</", "/record.json?n=1": "404 Begründung 1 dieses Vorgangs fehlt", "/record.odt?n=1": "404 Begründung 1 dieses Vorgangs fehlt"} {
			status, body := paul.Get("/casework/case/" + id + path)
			if code, text, _ := strings.Cut(want, " "); fmt.Sprint(status) != code || !strings.Contains(body, text) {
				t.Errorf("%s: %d, lacks %q", path, status, text)
			}
		}
		if status, body := paul.Get("/api/v1/casework/cases/" + id); status != 200 || !strings.Contains(body, `"proof":"missing"`) {
			t.Errorf("the API: %d %.300s", status, body)
		}
	})
}

// What is overdue is escalated once, to the role that the procedure names; a role that nobody
// holds at once, and one that becomes vacant later when the clock comes by. Who fills it calms it.
func TestWhatNobodyDoesIsEscalated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open() // nobody knows licences
		if got := w.events(id); got != "opened escalated" {
			t.Errorf("at once: %s", got)
		}
		alarm := func(task string) string {
			t.Helper()
			for _, one := range w.show(w.paul(), id).Tasks {
				if one.Task == task {
					return strings.TrimSpace(one.Alarm + " " + one.Raised)
				}
			}
			return "?"
		}
		if got := alarm("licence"); got != "vacant strategist" {
			t.Errorf("the licence: %q", got)
		}
		if _, raised, err := w.Pressing(w.ada(), ""); err != nil || len(raised) != 1 || raised[0].Task.Task != "licence" {
			t.Errorf("Ada, to whom it was escalated, is told %+v, %v", raised, err)
		}
		if n, err := w.Escalate(t.Context()); err != nil || n != 0 {
			t.Errorf("%d more, %v", n, err)
		}
		w.grant("licence_manager", "lea")
		if n, err := w.Escalate(t.Context()); err != nil || n != 0 || alarm("licence") != "" {
			t.Errorf("Lea has the role, and the task is %q; %d, %v", alarm("licence"), n, err)
		}
		if due, _, err := w.Pressing(w.lea(), "2026-12-01"); err != nil || len(due) != 0 {
			t.Errorf("long before its day Lea is told %+v, %v", due, err)
		}
		if due, _, err := w.Pressing(w.lea(), "2026-12-07"); err != nil || len(due) != 1 {
			t.Errorf("shortly before its day Lea is told %+v, %v", due, err)
		}
		w.now = w.now.Add(9 * 24 * time.Hour) // past the five working days of the licence, not the ten of the market
		if n, err := w.Escalate(t.Context()); err != nil || n != 1 || alarm("licence") != "late strategist" || alarm("market") != "" {
			t.Errorf("%d, %v: licence %q, market %q", n, err, alarm("licence"), alarm("market"))
		}
		if n, err := w.Escalate(t.Context()); err != nil || n != 0 {
			t.Errorf("once more: %d, %v", n, err)
		}
		if all, err := w.Escalated(w.paul()); err != nil || len(all) != 1 {
			t.Errorf("the meeting is told %+v, %v", all, err)
		}
		if all, err := w.Escalated(w.eve()); err != nil || len(all) != 0 {
			t.Errorf("a stranger's meeting is told %+v, %v", all, err)
		}
		held, err := w.role.Mandates(w.as("operator", "city", "*"), roleOf("procurement_manager"))
		w.ok(err)
		w.ok(w.role.End(w.as("operator", "city", "*"), held[0].ID, "geht"))
		if n, err := w.Escalate(t.Context()); err != nil || n != 1 || alarm("market") != "vacant" {
			t.Errorf("Paul is gone: %d, %v, market %q", n, err, alarm("market"))
		}
		if got := w.events(id); got != "opened escalated escalated escalated" {
			t.Errorf("the log says %s", got)
		}
	})
}

// A running case keeps its version until somebody moves it, with a reason: what that changes is
// told before. Tasks that are done stay done, a proposal made by the old version is past, and a
// state that is gone has to be mapped. So it is where nobody knows the old version any more.
func TestACaseGoesOnByANewVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id, other := w.open(), w.open()
		w.looked(id, map[string]string{"because": "keine offene"})
		proposal, err := w.Move(w.paul(), id, "clear", "geht", 0)
		w.ok(err)
		if err := w.Advance(w.paul(), id, "", "neue Regeln", 0); key(err) != "casework.version_newest" {
			t.Errorf("without a new version: %v", err)
		}
		next, err := process.Parse([]byte(strings.NewReplacer("version: 1", "version: 2", "{id: price, name: {de: Preis, en: Price}, help: {de: In Euro, en: In euros}, type: money}", "{id: term, name: {de: Laufzeit, en: Term}, help: {de: Monate, en: Months}, type: number}",
			"fields: [model, price, because]", "fields: [model, term, because]", "id: licence, name", "id: rights, name",
			"  - {id: bought,", "  - {id: agreed, name: {de: Zugesagt, en: Agreed}}\n  - {id: bought,").Replace(buying)))
		w.ok(err)
		w.Definitions = append(w.Definitions, next)
		p, err := w.Passage(w.paul(), id, "")
		w.ok(err)
		if !p.Newer() || p.State != "looking" || strings.Join(p.Lost, " ") != "price" || strings.Join(p.Asked, " ") != "term" || strings.Join(p.Begins, " ") != "rights" || len(p.Ends) != 0 {
			t.Errorf("it would change %+v", p.Change)
		}
		if o := w.show(w.paul(), id); o.Case.Version != 1 {
			t.Errorf("looking moved it to %d", o.Case.Version)
		}
		for what, err := range map[string]error{"without a reason": w.Advance(w.paul(), id, "", " ", 0), "to an end": w.Advance(w.paul(), id, "bought", "x", 0), "past its steps": w.Advance(w.paul(), id, "agreed", "x", 0), "without having seen all": w.Advance(w.paul(), id, "", "x", p.Seen-1),
			"by a department": w.Advance(w.dora(), id, "", "x", 0), "by a stranger": w.Advance(w.eve(), id, "", "x", 0)} {
			want := map[string]string{"without a reason": "fault.missing", "to an end": "casework.version_stays", "past its steps": "casework.version_stays", "without having seen all": "casework.version_moved", "by a department": "fault.forbidden", "by a stranger": "fault.not_found"}[what]
			if key(err) != want {
				t.Errorf("%s: %v, want %s", what, err, want)
			}
		}
		w.ok(w.Advance(w.paul(), id, "", "neue Regeln", p.Seen))
		o := w.show(w.paul(), id)
		if o.Case.Version != 2 || o.Case.Facts["price"] != nil || o.Case.Facts["model"] != "proprietary" || !strings.HasSuffix(w.events(id), "proposed version facts escalated") {
			t.Errorf("%+v %s", o.Case, w.events(id))
		}
		var open, done []string
		for _, task := range o.Tasks {
			if task.Result == "" {
				open = append(open, task.Task)
			} else {
				done = append(done, task.Task+" "+task.Result)
			}
		}
		if strings.Join(open, " ") != "rights" || strings.Join(done, ", ") != "market done, licence done" {
			t.Errorf("open %v, over %v", open, done)
		}
		if err := w.wait.Approve(w.ada(), proposal, ""); key(err) != "casework.changed_since" {
			t.Errorf("a proposal by the old version: %v", err)
		}
		w.ok(w.Complete(w.lea(), id, w.task(id, "rights"), "", nil, 0))
		proposal, err = w.Move(w.paul(), id, "clear", "geht auch so", 0)
		w.ok(err)
		w.ok(w.wait.Approve(w.ada(), proposal, ""))
		j := w.decided(id)
		if j.Procedure.Version != 2 || len(j.Tasks) != 3 || j.Tasks[1].Task.DE != "Lizenz prüfen" {
			t.Errorf("the record: %+v %+v", j.Procedure, j.Tasks)
		}
		// The program forgets the first version: the other case can only be read, until it is moved.
		w.Definitions = []*process.Definition{next}
		if err := w.SetFacts(w.paul(), other, map[string]string{"users": "1"}, 0); key(err) != "casework.version_gone" {
			t.Errorf("somebody works on what nobody knows: %v", err)
		}
		w.ok(w.Advance(w.paul(), other, "", "die alte Fassung ist fort", 0))
		w.ok(w.SetFacts(w.paul(), other, map[string]string{"users": "1"}, 0))
		gone := *next
		gone.Version = 3
		gone.States = append([]process.State{{ID: "seeing", Name: process.Text{DE: "Sichten"}}}, next.States[1:]...)
		gone.Transitions = append(slices.Clone(next.Transitions), process.Transition{ID: "agree", From: []string{"seeing"}, To: "agreed", Role: "strategist", FourEyes: "procurement_manager"})
		w.Definitions = append(w.Definitions, &gone)
		if err := w.Advance(w.paul(), other, "", "x", 0); key(err) != "casework.version_state" {
			t.Errorf("its state is gone: %v", err)
		}
		if err := w.Advance(w.paul(), other, "agreed", "x", 0); key(err) != "casework.version_state" {
			t.Errorf("past a second person: %v", err)
		}
		if p, err := w.Passage(w.paul(), other, "agreed"); err != nil || len(p.May) != 1 || p.May[0].ID != "seeing" || p.State != "" {
			t.Errorf("it can be put at %+v, %v", p.May, err)
		}
		w.ok(w.Advance(w.paul(), other, "seeing", "x", 0))
		if o := w.show(w.paul(), other); o.Case.State != "seeing" || o.Case.Version != 3 {
			t.Errorf("%+v", o.Case)
		}
	})
}

// The form takes what is asked at the opening: what is asked no more, given the others, is dropped;
// what a task finds out is refused by its name.
func TestTheOpeningFormTakesWhatItAsks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		dora := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.dora()))
		form := webtest.Pairs("title", "Termine", "x-need", "Elternabende", "x-users", "40", "x-kind", "new", "x-old", "Doodle", "shown", "need users kind old")
		if status, at := dora.Post("/casework/new/buying", form); status != 303 {
			t.Errorf("what is asked no more: %d %.300s", status, at)
		}
		form.Set("x-opinion", "yes")
		if status, body := dora.Post("/casework/new/buying", form); status != 422 || !strings.Contains(body, "Ein Feld „opinion“") {
			t.Errorf("what the licence manager finds out: %d %.300s", status, body)
		}
		all, _, err := w.Cases(w.paul(), casework.Sieve{})
		w.ok(err)
		if len(all) != 1 || all[0].Facts["old"] != nil || all[0].Facts["kind"] != "new" {
			t.Errorf("%+v", all)
		}
	})
}

// Many who open a case at the same moment get one number each.
func TestManyOpenAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		const many = 20
		errs := make([]error, many)
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				_, errs[i] = w.Open(w.dora(), casework.Input{Type: "buying", Title: "Termine", Facts: map[string]string{"need": "x", "kind": "new"}})
			})
		}
		all.Wait()
		for _, err := range errs {
			w.ok(err)
		}
		cases, _, err := w.Cases(w.paul(), casework.Sieve{Size: 100})
		w.ok(err)
		seen := map[int]bool{}
		for _, c := range cases {
			seen[c.N] = true
		}
		if len(seen) != many || !seen[1] || !seen[many] {
			t.Errorf("%d numbers for %d cases", len(seen), many)
		}
	})
}

func roleOf(key string) role.Sieve { return role.Sieve{Role: key, State: "running"} }
