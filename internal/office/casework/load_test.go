// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"allmende/internal/office/casework"
	"allmende/internal/office/role"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

func TestATaskIsHandedOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.grant("licence_manager", "lea")
		licence := w.task(id, "licence")
		if err := w.Hand(w.paul(), id, licence, "paul"); key(err) != "casework.hand.nobody" {
			t.Errorf("handed to somebody who does not hold the role: %v", err)
		}
		if err := w.Hand(w.dora(), id, licence, "lea"); key(err) != "fault.forbidden" {
			t.Errorf("the department hands on the office's work: %v", err)
		}
		if err := w.Hand(w.eve(), id, licence, "lea"); key(err) != "fault.not_found" {
			t.Errorf("a stranger hands on a task: %v", err)
		}
		w.ok(w.Hand(w.paul(), id, licence, "lea"))
		if b, err := w.Board(w.lea()); err != nil || len(b.Mine) != 1 || len(b.Roles) != 0 || len(b.Handed) != 0 {
			t.Errorf("Lea, who got it, finds %+v, %v", b, err)
		}
		if b, err := w.Board(w.paul()); err != nil || len(b.Handed) != 1 || b.Handed[0].PersonName != "Lea" {
			t.Errorf("Paul, who gave it, finds %+v, %v", b.Handed, err)
		}
		if err := w.Hand(w.paul(), id, licence, "lea"); key(err) != "casework.hand.nobody" {
			t.Errorf("handed to who has it already: %v", err)
		}
		o := w.show(w.paul(), id)
		if last := o.Events[len(o.Events)-1]; last.What != "handed" || !strings.Contains(w.Words(w.paul(), o.Case, last)[0], "an Lea") {
			t.Errorf("the case tells %+v", last)
		}
		w.ok(w.Take(w.lea(), id, licence)) // back
		if b, err := w.Board(w.paul()); err != nil || len(b.Handed) != 0 {
			t.Errorf("after it came back Paul finds %+v, %v", b.Handed, err)
		}
	})
}

// Who is away is marked, and who acts in their stead is offered; nobody is offered themself.
func TestADeputyIsHandedATask(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		boss := w.as("operator", "city", "*")
		for _, g := range []role.Grant{{Person: "lea", Deputy: "ada"}, {Person: "paul"}} {
			g.Role, g.Org, g.Since, g.Decision = "licence_manager", "city", "2026-11-01", "Amtsleitung"
			_, err := w.role.Grant(boss, g)
			w.ok(err)
		}
		paul := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.paul()))
		licence := w.task(id, "licence")
		offered := func(want, not string) {
			t.Helper()
			_, page := paul.Get("/casework/case/" + id)
			_, form, _ := strings.Cut(page, `id="f-person-`+licence+`"`)
			form, _, _ = strings.Cut(form, "</select>")
			if !strings.Contains(form, want) || strings.Contains(form, not) || strings.Contains(form, ">Paul<") {
				t.Errorf("offered are %s", form)
			}
		}
		offered(`<option value="lea">Lea</option>`, "Ada")
		if err := w.Hand(w.paul(), id, licence, "ada"); key(err) != "casework.hand.nobody" {
			t.Errorf("Lea is there, and her deputy got it: %v", err)
		}
		_, err := w.role.Leave(boss, "lea", "2026-11-30", "2026-12-04")
		w.ok(err)
		offered(`<option value="lea">Lea, abwesend bis 04.12.2026</option><option value="ada">Ada</option>`, "Paul")
		w.ok(w.Hand(w.paul(), id, licence, "ada"))
	})
}

func TestATeamSeesWhoHasWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		first, second := w.open(), w.open()
		w.grant("licence_manager", "lea")
		w.ok(w.Take(w.lea(), first, w.task(first, "licence")))
		loads, err := w.Loads(w.paul())
		w.ok(err)
		var told []string
		for _, l := range loads {
			if l.Role == "licence_manager" {
				told = append(told, l.PersonName)
				if l.Open != 1 || l.Late != 0 || l.Due == "" {
					t.Errorf("counted %+v", l)
				}
			}
		}
		if !slices.Equal(told, []string{"", "Lea"}) {
			t.Errorf("licence managers' tasks are with %q", told)
		}
		all, _, err := w.Team(w.paul(), casework.TeamSieve{Role: "licence_manager", Who: "nobody"})
		if err != nil || len(all) != 1 || all[0].Case != second {
			t.Errorf("with nobody: %+v, %v", all, err)
		}
		if all, _, err = w.Team(w.paul(), casework.TeamSieve{Who: "lea"}); err != nil || len(all) != 1 || all[0].Case != first {
			t.Errorf("with Lea: %+v, %v", all, err)
		}
		if _, err := w.Loads(w.dora()); key(err) != "fault.forbidden" {
			t.Errorf("the department sees who has what: %v", err)
		}
		if none, err := w.Loads(w.eve()); err != nil || len(none) != 0 {
			t.Errorf("a stranger sees %+v, %v", none, err)
		}
	})
}

// What is open is counted for the sieve that lists it.
func TestTheCountFitsTheList(t *testing.T) {
	all := []casework.Load{{Role: "a", Open: 3, Late: 1}, {Role: "a", Person: "lea", Open: 2}, {Role: "b", Person: "lea", Open: 5, Late: 4}}
	for _, c := range []struct {
		role, who string
		want      int
	}{{"", "", 10}, {"a", "", 5}, {"", "nobody", 3}, {"", "taken", 7}, {"a", "taken", 2}, {"", "late", 5}, {"b", "late", 4}, {"", "lea", 7}, {"a", "lea", 2}, {"", "paul", 0}} {
		if got := (casework.TeamSieve{Role: c.role, Who: c.who}).Counted(all); got != c.want {
			t.Errorf("%q %q counts %d, want %d", c.role, c.who, got, c.want)
		}
	}
}
