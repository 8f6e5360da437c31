// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/office/retention"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
)

// A stage is two cities, one with an office below, and a clock that the test moves.
type stage struct {
	t     *testing.T
	db    *db.DB
	gov   *governance.Service
	log   *audit.Service
	queue *job.Queue
	*retention.Service
	start time.Time
}

func set(t *testing.T, d *db.DB) *stage {
	t.Helper()
	s := &stage{t: t, db: d, gov: governance.New(d), queue: job.New(d), start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	s.log, s.Service = audit.New(d, nil), retention.New(d, s.queue)
	s.after(0, 0)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(d.Migrate(t.Context(), "governance", s.gov.Room().Files))
	check(d.Migrate(t.Context(), "job", job.Files))
	check(d.Migrate(t.Context(), "audit", s.log.Room().Files))
	check(d.Migrate(t.Context(), "retention", s.Room().Files))
	s.gov.Erased = append(s.gov.Erased, s.log.Forget)
	s.Stocks = slices.Concat(s.gov.Room().Stocks, s.log.Room().Stocks, job.Stocks)
	s.Pseudonym = governance.Pseudonym
	for _, o := range []governance.Org{{ID: "musterstadt", Name: "Musterstadt", Kind: "city"}, {ID: "bauamt", Parent: "musterstadt", Name: "Bauamt", Kind: "department"}, {ID: "nachbarstadt", Name: "Nachbarstadt", Kind: "city"}} {
		_, err := s.gov.AddOrg(t.Context(), db.System("governance.org.add", ""), o)
		check(err)
	}
	return s
}

// after moves the clock to some years and days after the beginning.
func (s *stage) after(years, days int) {
	now := s.start.AddDate(years, 0, days)
	s.db.Now = func() time.Time { return now }
}

func (s *stage) as(org ospo.OrgID) context.Context {
	return door.With(s.t.Context(), door.Viewer{Org: org, Person: "ada", Grants: []string{"*"}, Lang: "de", Door: "web"})
}

// invited makes an account with a link that works for some days.
func (s *stage) invited(org ospo.OrgID, name string) ospo.PersonID {
	s.t.Helper()
	id, err := s.gov.AddPerson(s.t.Context(), db.System("governance.person.add", ""), governance.Person{Org: org, Name: name, Login: strings.ToLower(name[:1]) + strconv.Itoa(len(name)) + "@" + string(org) + ".example", Level: "reader"})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.gov.Invite(s.as(org), id); err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stage) count(query string) int {
	s.t.Helper()
	n, err := db.Count(s.t.Context(), s.db.Read(), query)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// due is what a preview says of one kind.
func (s *stage) due(org ospo.OrgID, kind string) (n, held int) {
	s.t.Helper()
	all, err := s.Preview(s.as(org))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range all {
		if d.Kind == kind {
			n, held = n+d.N, held+d.Held
		}
	}
	return n, held
}

func (s *stage) apply(run string, watch retention.Watch) []retention.Due {
	s.t.Helper()
	all, err := s.Apply(s.t.Context(), db.System("retention.apply", ""), run, "system", watch)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

func (s *stage) holds() {
	s.t.Helper()
	if r, err := s.log.Verify(s.t.Context(), audit.Trust{}); err != nil || !r.Good() || r.Size < 5 {
		s.t.Errorf("the log does not prove itself: %+v, %v", r.Flaws, err)
	}
}

type silent struct{}

func (silent) Progress(context.Context, int, int, string) error             { return nil }
func (silent) Report(context.Context, string, string, string, ...any) error { return nil }

// Invitations run out, stay for the period that each city decided, and go; what is held stays.
func TestEachCityKeepsWhatItDecided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		s.invited("bauamt", "Berta")
		held := s.invited("nachbarstadt", "Nora")
		s.invited("nachbarstadt", "Nilson")
		if n, _ := s.due("nachbarstadt", "governance.link"); n != 0 {
			t.Errorf("%d links are due at once", n)
		}
		for _, bad := range []struct {
			days        int
			reason, key string
		}{{400, "länger", "retention.days_bounds"}, {0, "ewig", "retention.days_bounds"}, {-3, "früher", "retention.days_bounds"}, {60, " ", "retention.reason_missing"}} {
			if err := s.Decide(s.as("musterstadt"), "governance.link", bad.days, bad.reason); fault.Of(err) != fault.Invalid || fault.Say(err)[0].Key != bad.key {
				t.Errorf("%d days because of %q: %v, want %s", bad.days, bad.reason, err, bad.key)
			}
		}
		for kind, key := range map[string]string{"audit.entry": "retention.keeps", "governance.try": "retention.instance"} {
			if err := s.Decide(s.as("musterstadt"), kind, 60, "anders"); fault.Of(err) != fault.Invalid || fault.Say(err)[0].Key != key {
				t.Errorf("%s: %v, want %s", kind, err, key)
			}
		}
		for i, days := range []int{60, 300} {
			if err := s.Decide(s.as("musterstadt"), "governance.link", days, "Rückfragen"); err != nil {
				t.Fatal(err)
			}
			if r, err := s.RuleOf(s.as("bauamt"), "governance.link"); err != nil || r.Days != days || r.Version != i+1 || r.Org != "musterstadt" {
				t.Errorf("the office below: %+v, %v", r, err)
			}
		}
		if all, err := s.Versions(s.as("musterstadt"), "governance.link"); err != nil || len(all) != 2 || all[0].Days != 300 {
			t.Errorf("versions: %+v, %v", all, err)
		}
		if r, err := s.RuleOf(s.as("nachbarstadt"), "governance.link"); err != nil || r.Days != 30 || r.Org != "" || r.Source != "allmende-retention/1" {
			t.Errorf("the neighbour: %+v, %v", r, err)
		}
		for _, h := range []retention.Hold{{Person: held, Reason: "Streit", Until: "gestern"}, {Person: held, Reason: "Streit", Until: "2026-03-01"}, {Person: held, Reason: "Streit", Until: "2046-03-01"}, {Person: held, Until: "2027-01-01"}} {
			if _, err := s.AddHold(s.as("nachbarstadt"), h); fault.Of(err) != fault.Invalid {
				t.Errorf("%+v was taken: %v", h, err)
			}
		}
		if _, err := s.AddHold(s.as("musterstadt"), retention.Hold{Person: held, Reason: "Streit", Until: "2027-01-01"}); fault.Of(err) != fault.Invalid {
			t.Errorf("a stranger held a person: %v", err)
		}
		hold, err := s.AddHold(s.as("nachbarstadt"), retention.Hold{Person: held, Reason: "Streit", Until: "2027-01-01"})
		if err != nil {
			t.Fatal(err)
		}
		s.after(0, 60)
		if n, _ := s.due("musterstadt", "governance.link"); n != 0 {
			t.Errorf("%d links of the city that keeps them for 300 days are due", n)
		}
		if n, h := s.due("nachbarstadt", "governance.link"); n != 1 || h != 1 {
			t.Errorf("%d due and %d held, want one of each", n, h)
		}
		s.holds()
		s.apply("run-1", silent{})
		if n := s.count(`SELECT count(*) FROM governance_link`); n != 2 {
			t.Errorf("%d links are left, want the held one and the other city's", n)
		}
		s.holds()
		runs, err := s.Runs(s.as("nachbarstadt"))
		if err != nil || len(runs) != 1 || runs[0].N != 1 || runs[0].Held != 1 {
			t.Errorf("the neighbour's runs: %+v, %v", runs, err)
		}
		if runs, err := s.Runs(s.as("musterstadt")); err != nil || len(runs) != 0 {
			t.Errorf("the other's: %+v, %v", runs, err)
		}
		if _, err := s.RunOf(s.as("musterstadt"), "run-1"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger reads the run: %v", err)
		}
		if n := s.count(`SELECT count(*) FROM log_entry_view WHERE what = 'retention.apply' AND org = 'nachbarstadt' AND thing = 'governance.link'`); n != 1 {
			t.Errorf("%d entries of the run", n)
		}
		if err := s.EndHold(s.as("musterstadt"), hold); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger lifted the hold: %v", err)
		}
		if err := s.EndHold(s.as("nachbarstadt"), hold); err != nil {
			t.Error(err)
		}
		s.apply("run-2", silent{})
		if n := s.count(`SELECT count(*) FROM governance_link`); n != 1 {
			t.Errorf("%d links are left once the hold is lifted", n)
		}
		if all := s.apply("run-3", silent{}); len(all) != 0 {
			t.Errorf("a third run finds %+v", all)
		}
	})
}

// Who left is forgotten after the period, and what entries about accounts say goes later
// still; an organisation under a hold keeps all of it. The log proves itself all along.
func TestThoseWhoLeftAreForgottenAndTheLogHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		id, other := s.invited("musterstadt", "Lea Löschmann"), s.invited("nachbarstadt", "Nora Nachbar")
		for _, p := range []ospo.PersonID{id, other} {
			if err := s.gov.ClosePerson(t.Context(), db.System("governance.person.close", string(p)), p); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.AddHold(s.as("nachbarstadt"), retention.Hold{Reason: "Prüfung", Until: "2036-01-01"}); err != nil {
			t.Fatal(err)
		}
		barred := true
		s.Bars = append(s.Bars, func(_ context.Context, p ospo.PersonID) (error, error) {
			if barred && p == id {
				return fault.New(fault.Conflict, "retention.bar.last", "Musterstadt"), nil
			}
			return nil, nil
		})
		s.after(3, 30)
		if n, held := s.due("musterstadt", "governance.left"); n != 1 || held != 0 {
			t.Errorf("%d due, %d held", n, held)
		}
		s.apply("run-1", silent{})
		if n := s.count(`SELECT count(*) FROM governance_person WHERE name = 'Lea Löschmann'`); n != 1 {
			t.Error("what bars an erasure is not heard")
		}
		barred = false
		s.apply("run-2", silent{})
		p, err := s.gov.Person(s.as("musterstadt"), id)
		if err != nil || p.Name != governance.Pseudonym(id) || p.Login != "" {
			t.Errorf("%+v, %v", p, err)
		}
		if n := s.count(`SELECT count(*) FROM log_entry_view WHERE diff LIKE '%Löschmann%'`); n != 0 {
			t.Errorf("%d entries name the person", n)
		}
		if n := s.count(`SELECT count(*) FROM governance_person WHERE name = 'Nora Nachbar'`); n != 1 {
			t.Error("the organisation under a hold lost a person")
		}
		s.holds()
		if n, _ := s.due("musterstadt", "governance.left"); n != 0 {
			t.Errorf("%d are due once more", n)
		}
		if err := s.Decide(s.as("musterstadt"), "audit.detail", 1825, "fünf Jahre genügen"); err != nil {
			t.Fatal(err)
		}
		s.after(20, 0)
		before := s.count(`SELECT count(*) FROM log_entry_view`)
		s.apply("run-3", silent{})
		if n := s.count(`SELECT count(*) FROM log_entry_view WHERE diff <> '' AND org = 'musterstadt' AND what NOT IN ('audit.erase', 'retention.apply')`); n != 0 {
			t.Errorf("%d entries still have details", n)
		}
		if n := s.count(`SELECT count(*) FROM log_entry_view`); n <= before {
			t.Errorf("%d entries, %d before: none may go", n, before)
		}
		s.holds()
	})
}

// stopping ends a run after some steps, as if the process were killed.
type stopping struct {
	silent
	left *int
}

var errKilled = errors.New("killed")

func (w stopping) Progress(context.Context, int, int, string) error {
	if *w.left--; *w.left < 0 {
		return errKilled
	}
	return nil
}

// A run that is killed is taken up where it was, and its report counts everything once.
func TestARunThatWasKilledGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		for i, name := range []string{"A", "B", "C", "D", "E"} {
			s.invited("musterstadt", name+strings.Repeat("a", i))
		}
		for i := range s.Stocks {
			s.Stocks[i].Batch = 2
		}
		s.after(0, 90)
		for steps := range 3 {
			left := 0
			_, err := s.Apply(t.Context(), db.System("retention.apply", ""), "run-1", "system", stopping{left: &left})
			if steps < 3 && !errors.Is(err, errKilled) {
				t.Errorf("step %d: %v", steps, err)
			}
		}
		s.apply("run-1", silent{})
		all, err := s.RunOf(s.as("musterstadt"), "run-1")
		if err != nil || len(all) != 1 || all[0].N != 5 || all[0].OrgName != "Musterstadt" || all[0].End != "delete" {
			t.Errorf("the report: %+v, %v", all, err)
		}
		if n := s.count(`SELECT count(*) FROM governance_link`); n != 0 {
			t.Errorf("%d links are left", n)
		}
		s.holds()
	})
}

// Each rule that ends something has a stock, each stock a rule, and each has its words.
func TestRulesAndStocksMeet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		rules, err := s.Rules(s.as("musterstadt"))
		if err != nil || len(rules) < 15 {
			t.Fatal(len(rules), err)
		}
		for _, r := range rules {
			if r.Name.DE == "" || r.Name.EN == "" || r.Why.DE == "" || r.Why.EN == "" || r.End == "keep" && r.Days+r.Least+r.Most != 0 || r.End != "keep" && r.Least <= 0 || r.Most != 0 && (r.Days < r.Least || r.Days > r.Most) {
				t.Errorf("%+v", r)
			}
		}
		for _, stock := range s.Stocks {
			if !slices.ContainsFunc(rules, func(r retention.Rule) bool { return r.Kind == stock.Kind && r.End != "keep" }) {
				t.Errorf("%s has no rule", stock.Kind)
			}
		}
	})
}
