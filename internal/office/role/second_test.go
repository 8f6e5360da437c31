// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role_test

import (
	"slices"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// desk is a town in which acts wait for a second person.
func (w *town) desk() *approval.Desk {
	w.t.Helper()
	if err := w.d.Migrate(w.t.Context(), "approval", approval.Files); err != nil {
		w.t.Fatal(err)
	}
	d := approval.New(w.d)
	w.role.Use(d)
	return d
}

// entries counts the acts of a kind in the log.
func (w *town) entries(what string) int {
	w.t.Helper()
	n, err := db.Count(w.t.Context(), w.d.Read(), `SELECT count(*) FROM log_entry_view WHERE what = $1`, what)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// A role that administers is held only once a second person agrees: not who proposed it, not
// their deputy, not whose deputy they are, not another deputy of the same person, no token,
// nobody without the permission. Each refusal leaves everything as it was.
func TestFourEyes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		for _, p := range []string{"fred", "gisa"} {
			act := ospo.Act{Org: governanceSystem, Person: "operator", Door: "test"}
			if _, err := w.gov.AddPerson(t.Context(), act, personOf(p)); err != nil {
				t.Fatal(err)
			}
		}
		cleo := w.as("cleo", "city")
		w.grant(cleo, role.Grant{Role: "developer", Person: "cleo", Org: "library", Deputy: "ada"}) // Ada deputises for Cleo
		w.grant(cleo, role.Grant{Role: "developer", Person: "bob", Org: "library", Deputy: "cleo"}) // Cleo deputises for Bob
		w.grant(cleo, role.Grant{Role: "operator", Person: "bob", Org: "library", Deputy: "fred"})  // and so does Fred
		desk := w.desk()
		o, err := w.role.Grant(cleo, role.Grant{Role: "coordinator", Person: "ada", Org: "city", Decision: "Amtsleitung"})
		if err != nil || o.ID != "" || o.Proposal == "" {
			t.Fatalf("%+v %v", o, err)
		}
		if got := w.held("ada"); got != "" {
			t.Fatalf("Ada holds %q before anybody agreed", got)
		}
		if _, err := w.role.Grant(cleo, role.Grant{Role: "coordinator", Person: "ada", Org: "city", Decision: "Amtsleitung"}); key(err) != "approval.waits" {
			t.Errorf("proposed twice: %v", err)
		}
		token := door.With(t.Context(), door.Viewer{Org: "city", Person: "token:1", Behind: "gisa", Grants: []string{"*"}, Door: "api"})
		weak := door.With(t.Context(), door.Viewer{Org: "city", Person: "gisa", Grants: []string{"*.read", "role.grant"}, Door: "web"})
		before := w.entries("role.mandate.add")
		for want, err := range map[string]error{
			"approval.self":              desk.Approve(cleo, o.Proposal, ""),
			"approval.deputy":            desk.Approve(w.as("ada", "city"), o.Proposal, ""),
			"approval.deputy ":           desk.Approve(w.as("bob", "city"), o.Proposal, ""),
			"approval.deputy  ":          desk.Approve(w.as("fred", "city"), o.Proposal, ""),
			"approval.program":           desk.Approve(token, o.Proposal, ""),
			"fault.forbidden":            desk.Approve(weak, o.Proposal, ""),
			"fault.not_found":            desk.Approve(w.as("eve", "foreign"), o.Proposal, ""),
			"fault.not_found ":           desk.Approve(w.as("gisa", "library"), o.Proposal, ""),
			"note approval.note_missing": desk.Refuse(w.as("gisa", "city"), o.Proposal, " "),
			"approval.not_yours":         desk.Withdraw(w.as("gisa", "city"), o.Proposal),
		} {
			for len(want) > 0 && want[len(want)-1] == ' ' {
				want = want[:len(want)-1]
			}
			if key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		if w.held("ada") != "" || w.entries("role.mandate.add") != before || w.entries("approval.approve") != 0 {
			t.Error("a refused approval left something behind")
		}
		p, err := desk.Proposal(cleo, o.Proposal)
		if err != nil || p.State != "pending" {
			t.Fatal(p, err)
		}
		able, err := desk.Able(cleo, p)
		if err != nil || len(able) != 0 {
			t.Errorf("who could agree: %v %v", able, err)
		}
		if err := desk.Approve(w.as("gisa", "city"), o.Proposal, "gesehen"); err != nil {
			t.Fatal(err)
		}
		if got := w.held("ada"); got == "" {
			t.Error("approved, and Ada holds nothing")
		}
		if w.entries("role.mandate.add") != before+1 || w.entries("approval.approve") != 1 {
			t.Error("the log wants one mandate and one approval")
		}
		all, err := w.role.Mandates(cleo, role.Sieve{Role: "coordinator"})
		if err != nil || len(all) != 1 || all[0].Maker != "cleo" {
			t.Errorf("%+v %v", all, err)
		}
		if err := desk.Approve(w.as("gisa", "city"), o.Proposal, ""); fault.Of(err) != fault.Conflict {
			t.Errorf("approved twice: %v", err)
		}
	})
}

// Retiring a role and giving it more permissions wait, too; less permissions, and what the
// person at the server's command line does, do not. What has become impossible is undone.
func TestRolesChangeWithASecondPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		desk, cleo, gisa := w.desk(), w.as("cleo", "city"), w.as("gisa", "city")
		r, err := w.role.Role(cleo, "department")
		if err != nil {
			t.Fatal(err)
		}
		r.Grants = append([]string{"estate.write"}, r.Grants...)
		more, err := w.role.Change(cleo, r, "mehr")
		if err != nil || more.Proposal == "" {
			t.Fatalf("%+v %v", more, err)
		}
		retire, err := w.role.Retire(cleo, "department", "entfällt")
		if err != nil || retire.Proposal == "" {
			t.Fatalf("%+v %v", retire, err)
		}
		if r, _ := w.role.Role(cleo, "department"); r.Version != 6 || r.Retired {
			t.Errorf("changed before anybody agreed: %+v", r)
		}
		if err := desk.Approve(gisa, more.Proposal, ""); err != nil {
			t.Fatal(err)
		}
		if r, _ := w.role.Role(cleo, "department"); r.Version != 7 || r.Reason != "mehr" || r.Person != "cleo" {
			t.Errorf("%+v", r)
		}
		if err := desk.Refuse(gisa, retire.Proposal, "wird gebraucht"); err != nil {
			t.Fatal(err)
		}
		again, err := w.role.Retire(cleo, "department", "doch")
		if err != nil {
			t.Fatal(err)
		}
		cli := door.With(t.Context(), door.Viewer{Org: "city", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		if o, err := w.role.Retire(cli, "department", "an der Befehlszeile"); err != nil || o.Proposal != "" {
			t.Fatalf("%+v %v", o, err)
		}
		if err := desk.Approve(gisa, again.Proposal, ""); key(err) != "role.retired_already" {
			t.Errorf("retired twice: %v", err)
		}
		if p, _ := desk.Proposal(cleo, again.Proposal); p.State != "pending" {
			t.Errorf("the approval of the impossible stands: %s", p.State)
		}
		w.now = w.now.Add(31 * 24 * 3600e9)
		if err := desk.Approve(gisa, again.Proposal, ""); key(err) != "approval.decided" {
			t.Errorf("decided after the time: %v", err)
		}
		if p, _ := desk.Proposal(cleo, again.Proposal); p.State != "lapsed" {
			t.Errorf("after the time it is %s", p.State)
		}
		// Back into use brings rights back, so that it waits as well.
		w.grant(cli, role.Grant{Role: "developer", Person: "ada", Org: "city"})
		if _, err := w.role.Retire(cli, "developer", "an der Befehlszeile"); err != nil || w.held("ada") != "" {
			t.Fatal(w.held("ada"), err)
		}
		back, err := w.role.Restore(cleo, "developer", "doch")
		if err != nil || back.Proposal == "" || w.held("ada") != "" {
			t.Fatalf("%+v %v, Ada holds %q before anybody agreed", back, err, w.held("ada"))
		}
		if err := desk.Approve(cleo, back.Proposal, ""); key(err) != "approval.self" {
			t.Errorf("restored alone: %v", err)
		}
		if err := desk.Approve(gisa, back.Proposal, ""); err != nil || w.held("ada") == "" || w.entries("role.restore") != 1 {
			t.Errorf("restored: %v, Ada holds %q, the log has %d", err, w.held("ada"), w.entries("role.restore"))
		}
		if _, err := w.role.Restore(cleo, "developer", "noch einmal"); key(err) != "role.active_already" {
			t.Errorf("restored twice: %v", err)
		}
		r, _ = w.role.Role(cleo, "developer")
		r.Grants = r.Grants[:2]
		if o, err := w.role.Change(cleo, r, "weniger"); err != nil || o.Proposal != "" {
			t.Errorf("less needs nobody: %+v %v", o, err)
		}
	})
}

// A role changes while a proposal about it waits: what was proposed would bring back what
// was taken away meanwhile, and nobody has read that.
func TestAProposalThatWasOvertaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		cleo, desk := w.as("cleo", "city"), w.desk()
		r, err := w.role.Role(cleo, "developer")
		if err != nil {
			t.Fatal(err)
		}
		less := r
		less.Grants = r.Grants[:1]
		r.Grants = append(r.Grants, "role.write")
		o, err := w.role.Change(cleo, r, "mehr")
		if err != nil || o.Proposal == "" {
			t.Fatalf("%+v %v", o, err)
		}
		if o, err := w.role.Change(cleo, less, "weniger"); err != nil || o.Proposal != "" {
			t.Fatalf("%+v %v", o, err)
		}
		second := door.With(t.Context(), door.Viewer{Org: "city", Person: "gisa", Grants: []string{"*"}, Door: "web"})
		if err := desk.Approve(second, o.Proposal, ""); key(err) != "role.changed_since" {
			t.Errorf("approved all the same: %v", err)
		}
		if now, err := w.role.Role(cleo, "developer"); err != nil || len(now.Grants) != 1 {
			t.Errorf("the role grants %v, %v; want %v", now.Grants, err, less.Grants)
		}
	})
}

// diffs lists what the log says that acts of a kind changed, in their order.
func (w *town) diffs(what string) []string {
	w.t.Helper()
	all, err := db.Texts(w.t.Context(), w.d.Read(), `SELECT diff FROM log_entry_view WHERE what = $1 ORDER BY n`, what)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// The log says of each act what was different afterwards: who got which role, what a role
// grants more, why it ended. Names stand in none of it.
func TestTheLogSaysWhatChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		cleo, desk := w.as("cleo", "city"), w.desk()
		id := w.grant(cleo, role.Grant{Role: "developer", Person: "ada", Org: "building", Deputy: "bob", Until: "2026-12-31", Decision: "Rat"})
		if err := w.role.End(cleo, id, "Umsetzung"); err != nil {
			t.Fatal(err)
		}
		away, err := w.role.Leave(cleo, "ada@city.example", "2026-11-20", "2026-11-30")
		if err == nil {
			err = w.role.Return(cleo, away)
		}
		if err != nil {
			t.Fatal(err)
		}
		r, err := w.role.Role(cleo, "department")
		if err != nil {
			t.Fatal(err)
		}
		had := r.Grants
		r.Grants = append([]string{"estate.write"}, had...)
		o, err := w.role.Change(cleo, r, "mehr")
		if err == nil {
			err = desk.Approve(w.as("gisa", "city"), o.Proposal, "")
		}
		if err == nil {
			o, err = w.role.Retire(cleo, "department", "entfällt")
		}
		if err == nil {
			err = desk.Approve(w.as("gisa", "city"), o.Proposal, "")
		}
		if err == nil {
			_, err = w.role.Add(cleo, role.Role{Key: "geo", Name: role.Text{DE: "Geodaten"}, Purpose: role.Text{DE: "Karten"}, Grants: []string{"estate.read"}}, "neu")
		}
		if err != nil {
			t.Fatal(err)
		}
		for what, want := range map[string][]string{
			"role.mandate.add": {`{"decision":[null,"Rat"],"deputy":[null,"bob"],"org":[null,"building"],"person":[null,"ada"],"role":[null,"developer"],"since":[null,"2026-11-20"],"until":[null,"2026-12-31"]}`},
			"role.mandate.end": {`{"why":[null,"Umsetzung"]}`},
			"role.absence.add": {`{"person":[null,"ada"],"since":[null,"2026-11-20"],"until":[null,"2026-11-30"]}`},
			"role.absence.end": {`{"person":["ada",null],"since":["2026-11-20",null],"until":["2026-11-30",null]}`},
			"role.retire":      {`{"reason":["mehr","entfällt"],"retired":[null,true]}`},
		} {
			if got := w.diffs(what); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		got := w.diffs("role.change")
		if len(got) != 2 || !strings.Contains(got[0], `"reason":[null,"mehr"]`) || !strings.Contains(got[0], `["`+strings.Join(had, `","`)+`"]`) || !strings.Contains(got[0], `"estate.write"`) || strings.Contains(got[0], "purpose") {
			t.Errorf("a role that grants more: %v", got)
		}
		if len(got) != 2 || !strings.Contains(got[1], `"key":[null,"geo"]`) {
			t.Errorf("a new role: %v", got)
		}
	})
}
