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
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/office/governance"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

// buying is a small procedure: a department asks, the market and the licence are looked at,
// somebody decides with a second person. What is not open needs a reason of its own.
const buying = `
id: buying
version: 1
name: {de: Software beschaffen, en: Buy software}
about: {de: Ein Fachbereich braucht Software., en: A department needs software.}
area: take
asked: {de: Ich brauche Software für …, en: I need software for …}
source: Test
checked: 2026-11-28
roles: [department, procurement_manager, licence_manager, strategist]
fields:
  - {id: need, name: {de: Bedarf, en: Need}, help: {de: Wofür, en: What for}, type: lines, required: true}
  - {id: users, name: {de: Nutzende, en: Users}, help: {de: Wie viele, en: How many}, type: number, min: 1}
  - {id: kind, name: {de: Art, en: Kind}, help: {de: Welche, en: Which}, type: choice, required: true, choices: [{id: new, name: {de: neu, en: new}}, {id: replace, name: {de: Ersatz, en: replacement}}]}
  - {id: old, name: {de: Bisherige Software, en: Software so far}, help: {de: Welche, en: Which}, type: text, required: true, when: 'kind == "replace"'}
  - {id: model, name: {de: Lizenzmodell, en: Licence model}, help: {de: Offen, en: Open}, type: choice, required: true, choices: [{id: open, name: {de: offen, en: open}}, {id: proprietary, name: {de: proprietär, en: proprietary}}]}
  - {id: price, name: {de: Preis, en: Price}, help: {de: In Euro, en: In euros}, type: money}
  - {id: opinion, name: {de: Lizenzurteil, en: Licence opinion}, help: {de: Darf man, en: May we}, type: yesno, required: true}
  - {id: because, name: {de: Warum nicht offen, en: Why not open}, help: {de: Begründung, en: Reason}, type: lines, when: 'model == "proprietary"'}
states:
  - id: looking
    name: {de: In Prüfung, en: Being looked at}
    tasks:
      - {id: market, name: {de: Markt erkunden, en: Survey the market}, role: procurement_manager, days: 10, fields: [model, price, because]}
      - {id: licence, name: {de: Lizenz prüfen, en: Check the licence}, role: licence_manager, days: 5, escalate: strategist, fields: [opinion]}
  - {id: bought, name: {de: Freigegeben, en: Cleared}, end: true, outcome: done}
  - {id: refused, name: {de: Abgelehnt, en: Refused}, end: true, outcome: refused}
  - {id: withdrawn, name: {de: Zurückgezogen, en: Withdrawn}, end: true, outcome: withdrawn}
transitions:
  - {id: clear, name: {de: Freigeben, en: Clear}, from: [looking], to: bought, role: procurement_manager, guard: 'opinion && (model == "open" || known(because))', else: {de: "Proprietäre Software braucht eine Begründung und ein Lizenzurteil.", en: "Proprietary software needs a justification and a licence opinion."}, reason: true, four_eyes: strategist}
  - {id: refuse, name: {de: Ablehnen, en: Refuse}, from: [looking], to: refused, role: procurement_manager, reason: true, anyway: true}
  - {id: withdraw, name: {de: Zurückziehen, en: Withdraw}, from: [looking], to: withdrawn, role: department, anyway: true}
`

// A desk is a city with a department and a foreign city. Dora of the department asks, Paul
// procures, Lea knows licences, Ada decides as strategist; Eve is a stranger.
type desk struct {
	t   testing.TB
	d   *db.DB
	now time.Time
	*casework.Service
	role *role.Service
	wait *approval.Desk
}

func newDesk(t testing.TB, d *db.DB) *desk {
	t.Helper()
	gov := governance.New(d)
	w := &desk{t: t, d: d, now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC), Service: casework.New(d), role: role.New(d), wait: approval.New(d)}
	d.Now = func() time.Time { return w.now }
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"approval", approval.Files}, {"role", w.role.Room().Files}, {"casework", w.Room().Files}} {
		if err := d.Migrate(t.Context(), room.name, room.files); err != nil {
			t.Fatal(room.name, err)
		}
	}
	def, err := process.Parse([]byte(buying))
	if err != nil {
		t.Fatal(err)
	}
	w.Definitions = []*process.Definition{def}
	w.RoleNames = w.role.Names
	w.Held = func(ctx context.Context, person ospo.PersonID) (out []casework.Holding, err error) {
		return out, w.role.Held(ctx, person, func(role string, org ospo.OrgID, _ []string) {
			out = append(out, casework.Holding{Role: role, Org: org})
		})
	}
	w.Filled = func(ctx context.Context, top ospo.OrgID) (out []casework.Holding, err error) {
		all, err := w.role.Mandates(door.With(ctx, door.Viewer{Org: top, Person: "test"}), role.Sieve{State: "running"})
		for _, m := range all {
			out = append(out, casework.Holding{Role: m.Role, Org: m.Org, Person: m.Person, Decides: true, Away: m.Away, Deputy: m.Deputy})
		}
		return out, err
	}
	w.Use(w.wait)
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range [][3]string{{"city", "", "city"}, {"school", "city", "department"}, {"foreign", "", "city"}} {
		if _, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]}); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range [][2]string{{"dora", "school"}, {"paul", "city"}, {"lea", "city"}, {"ada", "city"}, {"eve", "foreign"}} {
		if _, err := gov.AddPerson(t.Context(), act, governance.Person{ID: ospo.PersonID(p[0]), Org: ospo.OrgID(p[1]), Name: strings.ToUpper(p[0][:1]) + p[0][1:], Login: p[0], Level: "none"}); err != nil {
			t.Fatal(err)
		}
	}
	w.grant("procurement_manager", "paul")
	w.grant("strategist", "ada")
	return w
}

func (w *desk) grant(key, person string) {
	w.t.Helper()
	g := role.Grant{Role: key, Person: person, Org: "city", Since: "2026-11-01", Decision: "Amtsleitung"}
	if _, err := w.role.Grant(w.as("operator", "city", "*"), g); err != nil {
		w.t.Fatal(err)
	}
}

func (w *desk) as(person, org string, grants ...string) context.Context {
	return door.With(w.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Grants: grants, Lang: "de", Door: "web"})
}

// The people as they are let in.
func (w *desk) dora() context.Context { return w.as("dora", "school", "casework.read", "casework.ask") }
func (w *desk) paul() context.Context { return w.as("paul", "city", "casework.*") }
func (w *desk) lea() context.Context  { return w.as("lea", "city", "casework.*") }
func (w *desk) ada() context.Context  { return w.as("ada", "city", "casework.*", "approval.read") }
func (w *desk) eve() context.Context  { return w.as("eve", "foreign", "*") }

func (w *desk) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Say(err)[0].Key
}

func (w *desk) show(ctx context.Context, id string) casework.Dossier {
	w.t.Helper()
	o, err := w.Show(ctx, id)
	w.ok(err)
	return o
}

// task is the open task of a case with an id in the procedure.
func (w *desk) task(id, task string) string {
	w.t.Helper()
	all := w.show(w.paul(), id).Tasks
	i := slices.IndexFunc(all, func(t casework.Task) bool { return t.Task == task && t.Result == "" })
	if i < 0 {
		w.t.Fatalf("no open task %s among %+v", task, all)
	}
	return all[i].ID
}

func (w *desk) step(id, step string) casework.Step {
	w.t.Helper()
	all := w.show(w.paul(), id).Steps
	i := slices.IndexFunc(all, func(s casework.Step) bool { return s.ID == step })
	if i < 0 {
		w.t.Fatalf("no step %s among %+v", step, all)
	}
	return all[i]
}

func (w *desk) open() string {
	w.t.Helper()
	id, err := w.Open(w.dora(), casework.Input{Type: "buying", Title: "Terminplanung", Facts: map[string]string{"need": "Termine für Elternabende", "users": "40", "kind": "new"}})
	w.ok(err)
	return id
}

// looked lets the market and the licence be looked at: the software found is proprietary.
func (w *desk) looked(id string, more map[string]string) {
	w.t.Helper()
	answers := map[string]string{"model": "proprietary", "price": "1.234,50"}
	for k, v := range more {
		answers[k] = v
	}
	w.ok(w.Complete(w.paul(), id, w.task(id, "market"), "drei Angebote", answers, 0))
	w.ok(w.Complete(w.lea(), id, w.task(id, "licence"), "", map[string]string{"opinion": "ja"}, 0))
}

// A department asks, the office works. Nothing moves before the opinions are there; what is
// proprietary does not end without its justification; it ends with four eyes, and the record
// says all of it.
func TestADepartmentAsksAndTheOfficeDecides(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		o := w.show(w.paul(), id)
		if o.Number != "2026-0001" || o.Case.Org != "school" || o.Case.AskerName != "Dora" || len(o.Tasks) != 2 || o.Tasks[0].Due == "" || o.Tasks[0].Due <= "2026-12-04" {
			t.Fatalf("%s %+v %+v", o.Number, o.Case, o.Tasks)
		}
		if len(o.Vacant) != 1 || o.Vacant[0] != "licence_manager" {
			t.Errorf("nobody holds %v, want the licence manager", o.Vacant)
		}
		w.grant("licence_manager", "lea")
		if b, err := w.Board(w.lea()); err != nil || len(b.Roles) != 1 || b.Roles[0].Task.Task != "licence" || b.Roles[0].Number() != "2026-0001" {
			t.Errorf("Lea finds %+v, %v", b.Roles, err)
		}
		if b, err := w.Board(w.dora()); err != nil || len(b.Asked) != 1 || len(b.Roles) != 0 {
			t.Errorf("Dora finds %+v, %v", b, err)
		}
		w.ok(w.Take(w.lea(), id, w.task(id, "licence")))
		if b, err := w.Board(w.lea()); err != nil || len(b.Mine) != 1 || len(b.Roles) != 0 {
			t.Errorf("after Lea took it: %+v, %v", b, err)
		}
		if s := w.step(id, "clear"); len(s.Blocks) < 2 || !strings.Contains(s.Blocks[0], "Markt erkunden") || !strings.Contains(s.Blocks[0], "Lizenz prüfen") {
			t.Errorf("without opinions it is held back by %q", s.Blocks)
		}
		if _, err := w.Move(w.paul(), id, "clear", "geht", 0); key(err) != "casework.blocked" {
			t.Errorf("cleared without opinions: %v", err)
		}
		w.looked(id, nil)
		if s := w.step(id, "clear"); len(s.Blocks) != 1 || s.Blocks[0] != "Noch unbekannt: „Warum nicht offen“. Proprietäre Software braucht eine Begründung und ein Lizenzurteil." {
			t.Errorf("proprietary without a justification is held back by %q", s.Blocks)
		}
		if _, err := w.Move(w.paul(), id, "clear", "geht", 0); key(err) != "casework.blocked" {
			t.Errorf("proprietary software without a justification: %v", err)
		}
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"because": "Keine offene erfüllt die Pflicht zur Barrierefreiheit."}, 0))
		if _, err := w.Move(w.paul(), id, "clear", " ", 0); key(err) != "casework.reason_missing" {
			t.Errorf("without a reason: %v", err)
		}
		proposal, err := w.Move(w.paul(), id, "clear", "wirtschaftlich, und ohne offene Alternative", 0)
		w.ok(err)
		if o := w.show(w.paul(), id); !o.Case.Open() || len(o.Records) != 0 || proposal == "" {
			t.Errorf("one person decided: %+v", o.Case)
		}
		if err := w.wait.Approve(w.paul(), proposal, ""); key(err) != "approval.self" {
			t.Errorf("Paul approves what he proposed: %v", err)
		}
		if err := w.wait.Approve(w.lea(), proposal, ""); key(err) != "casework.second_role" {
			t.Errorf("Lea, who is no strategist, approves: %v", err)
		}
		w.ok(w.wait.Approve(w.ada(), proposal, "einverstanden"))
		o = w.show(w.dora(), id)
		if o.Case.Outcome != "done" || len(o.Records) != 1 || !o.Records[0].Intact() || len(o.Steps) != 0 {
			t.Fatalf("%+v %+v", o.Case, o.Records)
		}
		for _, want := range []string{`"decider":"paul"`, `"second":"ada"`, `"secondRole":"strategist"`, `"version":1`, `"value":"1234.50"`, `"value":40`, `"doer":"lea"`, `"reason":"wirtschaftlich, und ohne offene Alternative"`, "Barrierefreiheit"} {
			if !strings.Contains(o.Records[0].Body, want) {
				t.Errorf("the record lacks %s: %s", want, o.Records[0].Body)
			}
		}
		w.decidedAgain(id, o.Records[0])
	})
}

// decidedAgain reopens what two decided, which takes two again, and ends it otherwise: a new
// record, the first as it was.
func (w *desk) decidedAgain(id string, first casework.Record) {
	w.t.Helper()
	if err := w.SetFacts(w.paul(), id, map[string]string{"users": "50"}, 0); key(err) != "casework.closed_now" {
		w.t.Errorf("facts of a closed case change: %v", err)
	}
	if _, err := w.Reopen(w.dora(), id, "doch nicht"); fault.Of(err) != fault.Forbidden {
		w.t.Errorf("Dora reopens: %v", err)
	}
	proposal, err := w.Reopen(w.paul(), id, "Anbieter nahm das Angebot zurück")
	w.ok(err)
	if o := w.show(w.paul(), id); o.Case.Open() || proposal == "" {
		w.t.Fatalf("one person undid what two decided: %+v", o.Case)
	}
	for who, err := range map[string]error{"Paul himself": w.wait.Approve(w.paul(), proposal, ""), "Lea, who is no strategist": w.wait.Approve(w.lea(), proposal, "")} {
		if fault.Of(err) != fault.Forbidden || err == nil {
			w.t.Errorf("%s agrees to it: %v", who, err)
		}
	}
	if _, err := w.Reopen(w.lea(), id, "noch einmal"); key(err) != "casework.waits_already" {
		w.t.Errorf("proposed twice: %v", err)
	}
	w.ok(w.wait.Approve(w.ada(), proposal, ""))
	_, err = w.Move(w.paul(), id, "refuse", "kein Angebot mehr", 0)
	w.ok(err)
	all, err := w.Records(w.ada(), id)
	w.ok(err)
	if len(all) != 2 || all[1] != first || all[0].Sum == first.Sum || !strings.Contains(all[0].Body, `"earlier":"`+first.Sum+`"`) || !all[0].Intact() || all[0].Proof != "proven" {
		w.t.Errorf("%+v, want the first unchanged and a second that names it", all)
	}
	var said []string
	for _, e := range w.show(w.paul(), id).Events {
		said = append(said, e.What)
	}
	if got := strings.Join(said, " "); got != "opened escalated taken facts done facts done facts proposed moved frozen proposed reopened moved frozen" {
		w.t.Errorf("the log says %s", got)
	}
}

// What changed since it was proposed is not decided: somebody would agree to what they have
// not read.
func TestNobodyAgreesToOtherFacts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.looked(id, map[string]string{"because": "keine offene"})
		proposal, err := w.Move(w.paul(), id, "clear", "geht", 0)
		w.ok(err)
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"price": "99.000"}, 0))
		if err := w.wait.Approve(w.ada(), proposal, ""); key(err) != "casework.changed_since" {
			t.Errorf("approved with another price: %v", err)
		}
		if o := w.show(w.ada(), id); !o.Case.Open() || len(o.Records) != 0 {
			t.Errorf("%+v", o.Case)
		}
	})
}

// What a task found out is the word of whoever did it: nobody puts another one into their
// mouth while a decision waits.
func TestWhatATaskFoundOutStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.looked(id, map[string]string{"because": "keine offene"})
		for _, answers := range []map[string]string{{"opinion": "nein"}, {"opinion": ""}, {"opinion": "nein", "users": "41"}} {
			if err := w.SetFacts(w.paul(), id, answers, 0); key(err) != "casework.settled" {
				t.Errorf("Paul answers %v for Lea: %v", answers, err)
			}
		}
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"opinion": "ja", "users": "41"}, 0)) // a form sends what stands there
		w.ok(w.SetFacts(w.lea(), id, map[string]string{"opinion": "nein"}, 0))
		w.grant("licence_manager", "ada")
		w.ok(w.SetFacts(w.ada(), id, map[string]string{"opinion": "ja"}, 0))
		if o := w.show(w.ada(), id); o.Case.Facts["opinion"] != true || o.Case.Facts["users"] != 41.0 {
			t.Errorf("%v", o.Case.Facts)
		}
	})
}

// Nor is it got round by an answer without which it would not be asked: that would drop it, and
// the next one could say otherwise.
func TestWhatATaskFoundOutIsNotDropped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		const opinion = "type: yesno, required: true"
		def, err := process.Parse([]byte(strings.NewReplacer(opinion, opinion+", when: 'model == \"proprietary\" and users > 10'").Replace(buying)))
		w.ok(err)
		w.Definitions = []*process.Definition{def}
		id := w.open()
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"model": "proprietary"}, 0))
		w.ok(w.Complete(w.lea(), id, w.task(id, "licence"), "", map[string]string{"opinion": "nein"}, 0))
		w.grant("licence_manager", "lea")
		market := w.task(id, "market")
		for what, err := range map[string]error{"by fewer users": w.SetFacts(w.paul(), id, map[string]string{"users": "5"}, 0), "by none": w.SetFacts(w.paul(), id, map[string]string{"users": ""}, 0),
			"by his task": w.Complete(w.paul(), id, market, "", map[string]string{"model": "open"}, 0)} {
			if key(err) != "casework.settled_gone" {
				t.Errorf("Paul drops Lea's opinion %s: %v", what, err)
			}
		}
		if f := w.show(w.paul(), id).Case.Facts; f["opinion"] != false || f["users"] != 40.0 {
			t.Errorf("refused, and known is %v", f)
		}
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"users": "50"}, 0))
		w.ok(w.SetFacts(w.lea(), id, map[string]string{"users": "5"}, 0)) // it is hers
		w.ok(w.Complete(w.paul(), id, market, "", map[string]string{"model": "open"}, 0))
		if f := w.show(w.paul(), id).Case.Facts; f["opinion"] != nil {
			t.Errorf("known is %v", f)
		}
	})
}

// A proposal is about a case as it stands: when that went elsewhere and came back, the proposal
// is past.
func TestAnOldProposalStaysOld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.looked(id, map[string]string{"because": "keine offene"})
		proposal, err := w.Move(w.paul(), id, "clear", "geht", 0)
		w.ok(err)
		_, err = w.Move(w.dora(), id, "withdraw", "", 0)
		w.ok(err)
		_, err = w.Reopen(w.paul(), id, "Wird doch gebraucht")
		w.ok(err)
		if err := w.wait.Approve(w.ada(), proposal, ""); key(err) != "casework.changed_since" {
			t.Errorf("the proposal from before it was withdrawn: %v", err)
		}
		if o := w.show(w.ada(), id); !o.Case.Open() || len(o.Records) != 1 {
			t.Errorf("%+v", o.Case)
		}
	})
}

// Who works on cases ends none in place of a role without the permission to decide; a search
// looks for what is written; a Land that is taken back gives way to the one above; and what the
// office begins itself no department opens.
func TestInPlaceOfOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		if _, err := w.Move(w.as("lea", "city", "casework.read", "casework.write"), id, "withdraw", "", 0); fault.Of(err) != fault.Forbidden {
			t.Errorf("Lea withdraws Dora's case: %v", err)
		}
		for text, want := range map[string]int{"termin": 1, "%": 0, "_": 0, `\`: 0} {
			if all, _, err := w.Cases(w.paul(), casework.Sieve{Text: text}); err != nil || len(all) != want {
				t.Errorf("%q finds %d, %v; want %d", text, len(all), err, want)
			}
		}
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"need": "Ein Katalog wie Koha"}, 0))
		for text, want := range map[string]int{"KOHA": 1, "elternabende": 0, "new": 0} { // words as they are by now, and no ids of choices
			if all, _, err := w.Cases(w.paul(), casework.Sieve{Text: text, Answers: true}); err != nil || len(all) != want {
				t.Errorf("%q in the answers finds %d, %v; want %d", text, len(all), err, want)
			}
		}
		if all, _, err := w.Cases(w.paul(), casework.Sieve{Text: "koha"}); err != nil || len(all) != 0 {
			t.Errorf("a search for a number or a title looks into answers: %d, %v", len(all), err)
		}
		school := w.as("paul", "school", "casework.*")
		w.ok(w.SetLand(w.paul(), "NW"))
		w.ok(w.SetLand(school, "BY"))
		w.ok(w.SetLand(school, ""))
		if land, err := w.Land(school); err != nil || land != "NW" {
			t.Errorf("the school is in %q, %v", land, err)
		}
		own := *w.Definitions[0]
		own.ID, own.Asked = "own", process.Text{}
		w.Definitions = append(w.Definitions, &own)
		if _, err := w.Open(w.dora(), casework.Input{Type: "own", Title: "Prüfung"}); fault.Of(err) != fault.Forbidden {
			t.Errorf("Dora opens what the office begins: %v", err)
		}
	})
}

// A stranger finds nothing and can do nothing; a department does its own part and no more.
func TestStrangersAndDepartments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		task := w.task(id, "market")
		_, show := w.Show(w.eve(), id)
		_, records := w.Records(w.eve(), id)
		_, move := w.Move(w.eve(), id, "refuse", "nein", 0)
		_, reopen := w.Reopen(w.eve(), id, "x")
		for what, err := range map[string]error{"shows": show, "records": records, "moves": move, "facts": w.SetFacts(w.eve(), id, map[string]string{"users": "1"}, 0),
			"comments": w.Comment(w.eve(), id, "hm"), "takes": w.Take(w.eve(), id, task), "completes": w.Complete(w.eve(), id, task, "", nil, 0), "reopens": reopen} {
			if fault.Of(err) != fault.NotFound || err == nil {
				t.Errorf("a stranger %s: %v", what, err)
			}
		}
		if all, _, err := w.Cases(w.eve(), casework.Sieve{}); err != nil || len(all) != 0 {
			t.Errorf("a stranger lists %+v, %v", all, err)
		}
		if b, err := w.Board(w.eve()); err != nil || len(b.Mine)+len(b.Roles)+len(b.Asked) != 0 {
			t.Errorf("a stranger's board: %+v, %v", b, err)
		}
		if _, err := w.Open(w.eve(), casework.Input{Type: "buying", Org: "school", Title: "x"}); key(err) != "casework.org_bad" {
			t.Errorf("a stranger opens one here: %v", err)
		}
		_, move = w.Move(w.dora(), id, "refuse", "nein", 0)
		for what, err := range map[string]error{"refuses": move, "facts": w.SetFacts(w.dora(), id, map[string]string{"users": "1"}, 0), "completes": w.Complete(w.dora(), id, task, "", nil, 0)} {
			if fault.Of(err) != fault.Forbidden || err == nil {
				t.Errorf("the department %s: %v", what, err)
			}
		}
		w.grant("licence_manager", "lea")
		only := w.as("lea", "city", "casework.read", "casework.ask") // who holds a role needs no more for its part
		if err := w.Complete(only, id, task, "", nil, 0); fault.Of(err) != fault.Forbidden {
			t.Errorf("the licence manager does the task of another role: %v", err)
		}
		w.ok(w.Complete(only, id, w.task(id, "licence"), "", map[string]string{"opinion": "ja"}, 0))
		w.ok(w.Comment(w.dora(), id, "Es eilt."))
		_, err := w.Move(w.dora(), id, "withdraw", "", 0)
		w.ok(err)
		if o := w.show(w.dora(), id); o.Case.Outcome != "withdrawn" || o.Tasks[0].Result != "left" || o.Tasks[1].Doer != "lea" || len(o.Records) != 1 {
			t.Errorf("%+v %+v", o.Case, o.Tasks)
		}
	})
}

// Bad input is told in a sentence, at its field, and nothing of it stays.
func TestBadInput(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		good := map[string]string{"need": "Termine", "kind": "new"}
		with := func(pairs ...string) map[string]string {
			out := map[string]string{}
			for k, v := range good {
				out[k] = v
			}
			for i := 0; i < len(pairs); i += 2 {
				out[pairs[i]] = pairs[i+1]
			}
			return out
		}
		for _, tt := range []struct {
			title string
			facts map[string]string
			want  string
		}{
			{"", good, "fault.missing"},
			{strings.Repeat("ä", 301), good, "fault.long"},
			{"\u200b\u200d", good, "fault.missing"},
			{"eins\nzwei", good, "casework.line"},
			{"Antrag \u202etxt.exe", good, "casework.line"},
			{"x", with("need", "a\x00b"), "casework.misread.bytes"},
			{"x", with("price", "1,234"), "casework.misread.number"},
			{"x", with("price", "1,234.50"), "casework.misread.number"},
			{"x", with("need", " "), "casework.field_missing"},
			{"x", with("users", "viele"), "casework.misread.number"},
			{"x", with("users", "-3"), "casework.misread.small"},
			{"x", with("users", "1.234"), "casework.misread.ambiguous"},
			{"x", with("kind", "alt"), "casework.misread.choice"},
			{"x", with("kind", "replace"), "casework.field_missing"},
			{"x", with("price", "-1"), "casework.misread.small"},
			{"x", with("colour", "rot"), "casework.field_unknown"},
			{"x", with("old", "Doodle"), "casework.field_unknown"},
			{"x", with("opinion", "ja"), "casework.field_unknown"}, // the licence manager finds that out
			{"x", with("price", ""), "casework.field_unknown"},
		} {
			if _, err := w.Open(w.dora(), casework.Input{Type: "buying", Title: tt.title, Facts: tt.facts}); key(err) != tt.want {
				t.Errorf("%.20q %v: %v, want %s", tt.title, tt.facts, err, tt.want)
			}
		}
		w.ok(d.Keep(t.Context(), func(tx *db.Tx) error {
			if _, err := w.Admit(t.Context(), tx, casework.Input{Type: "buying", Org: "school", Title: "x", Facts: with("opinion", "ja")}, "Gast"); key(err) != "casework.field_unknown" {
				t.Errorf("a guest answers for the licence manager: %v", err)
			}
			return nil
		}))
		if _, err := w.Open(w.dora(), casework.Input{Type: "nothing", Title: "x"}); fault.Of(err) != fault.NotFound {
			t.Errorf("an unknown type: %v", err)
		}
		if all, _, err := w.Cases(w.paul(), casework.Sieve{}); err != nil || len(all) != 0 {
			t.Errorf("%d cases came of it, %v", len(all), err)
		}
		id := w.open()
		if err := w.Complete(w.lea(), id, w.task(id, "licence"), "", nil, 0); key(err) != "casework.field_missing" {
			t.Errorf("a task without its answer: %v", err)
		}
		if err := w.Complete(w.lea(), id, w.task(id, "licence"), "", map[string]string{"price": "1"}, 0); key(err) != "casework.field_unknown" {
			t.Errorf("a task with another's answer: %v", err)
		}
		if _, err := w.Move(w.paul(), id, "jump", "", 0); key(err) != "casework.step_gone" {
			t.Errorf("a step that is none: %v", err)
		}
		if _, _, err := w.Cases(w.paul(), casework.Sieve{After: "???"}); key(err) != "fault.cursor" {
			t.Errorf("a broken cursor: %v", err)
		}
		w.ok(w.SetLand(w.paul(), "BY"))
		if err := w.SetLand(w.paul(), "Bayern"); key(err) != "casework.land_bad" {
			t.Errorf("a Land by its name: %v", err)
		}
	})
}

// Numbers count within a city and a year, whichever department asks; the list is filtered and paged without losing
// or doubling a case.
func TestListsAndNumbers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		for range 7 {
			w.open()
			w.now = w.now.Add(time.Minute)
		}
		own, err := w.Open(w.paul(), casework.Input{Type: "buying", Title: "Eigener Bedarf", Facts: map[string]string{"need": "x", "kind": "new"}})
		w.ok(err)
		if n := w.show(w.paul(), own).Number; n != "2026-0008" {
			t.Errorf("the city's own after seven of the school is %s", n)
		}
		if _, err := w.Show(w.dora(), own); fault.Of(err) != fault.NotFound {
			t.Errorf("the school sees the city's own: %v", err)
		}
		w.now = time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)
		last := w.open()
		if n := w.show(w.paul(), last).Number; n != "2027-0001" {
			t.Errorf("the first of the new year is %s", n)
		}
		for _, sort := range []string{"created", "title"} {
			seen, f := map[string]bool{}, casework.Sieve{Sort: sort, Desc: sort == "created", Size: 3, Text: "termin", Type: "buying", Ended: "no", Org: "school"}
			for range 5 {
				page, next, err := w.Cases(w.paul(), f)
				w.ok(err)
				for _, c := range page {
					if seen[c.ID] {
						t.Errorf("%s comes twice by %s", c.Number(), sort)
					}
					seen[c.ID] = true
				}
				if next == nil {
					break
				}
				f.After = keyset.Cursor(next...)
			}
			if len(seen) != 8 {
				t.Errorf("by %s %d cases, want 8", sort, len(seen))
			}
		}
		if all, _, err := w.Cases(w.paul(), casework.Sieve{Ended: "done"}); err != nil || len(all) != 0 {
			t.Errorf("%d have ended, %v", len(all), err)
		}
	})
}

// A house and its departments count their cases together; a house below it counts its own. A number
// is a whole one, and leads strangers to nothing.
func TestAHouseCountsItsCases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		gov, act := governance.New(d), ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
		for _, o := range [][3]string{{"works", "city", "enterprise"}, {"office", "works", "department"}, {"class", "school", "department"}} {
			_, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]})
			w.ok(err)
		}
		for org, want := range map[ospo.OrgID][]ospo.OrgID{"class": {"city", "class", "school"}, "city": {"city", "class", "school"}, "office": {"office", "works"}, "foreign": {"foreign"}} {
			if got, err := w.Household(t.Context(), org); err != nil || !slices.Equal(got, want) {
				t.Errorf("with %s count %q, %v; want %q", org, got, err, want)
			}
		}
		id := w.open()
		w.ok(d.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE casework_case SET n = 10001`)
			return err
		}))
		for _, c := range []struct {
			who    context.Context
			number string
			want   int
		}{{w.paul(), "2026-10001", 1}, {w.paul(), "2026-1000", 0}, {w.paul(), "2026-1", 0}, {w.paul(), " 2026-10001", 0}, {w.paul(), "", 0}, {w.eve(), "2026-10001", 0}} {
			if all, err := w.Numbered(c.who, c.number); err != nil || len(all) != c.want || c.want > 0 && all[0].ID != id {
				t.Errorf("%q leads to %+v, %v", c.number, all, err)
			}
		}
	})
}
