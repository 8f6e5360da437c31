// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

var instance = ospo.Act{Org: governance.System, Person: "system", Door: "cli"}

func service(t *testing.T, d *db.DB) *governance.Service {
	t.Helper()
	s := governance.New(d)
	if err := d.Migrate(t.Context(), "governance", s.Room().Files); err != nil {
		t.Fatal(err)
	}
	return s
}

func add(t *testing.T, s *governance.Service, parent, id ospo.OrgID) ospo.OrgID {
	t.Helper()
	id, err := s.AddOrg(t.Context(), instance, governance.Org{ID: id, Parent: parent, Name: "Amt " + string(id), Kind: "department"})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// scope returns the pairs of the published view, as "root>org".
func scope(t *testing.T, d *db.DB) []string {
	t.Helper()
	got, err := db.Texts(t.Context(), d.Read(), `SELECT root || '>' || org FROM governance_scope_view`)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	return got
}

// naive walks up from each organisation.
func naive(parents map[ospo.OrgID]ospo.OrgID) []string {
	var out []string
	for org := range parents {
		for up := org; up != ""; up = parents[up] {
			out = append(out, string(up)+">"+string(org))
		}
	}
	slices.Sort(out)
	return out
}

func TestScopeIsTheTree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, parents := service(t, d), map[ospo.OrgID]ospo.OrgID{}
		r := rand.New(rand.NewPCG(1, 2))
		all := []ospo.OrgID{""}
		for i := range 30 {
			parent := all[r.IntN(len(all))]
			id := add(t, s, parent, ospo.OrgID(fmt.Sprint("o", i)))
			parents[id], all = parent, append(all, id)
		}
		if got, want := scope(t, d), naive(parents); !slices.Equal(got, want) {
			t.Errorf("the view lists\n%v, walking up gives\n%v", got, want)
		}
	})
}

// Branches are moved about at random, also to places where they cannot go. After each move
// the view is what walking up gives, and a refused move changes nothing.
func TestMovedBranchKeepsTheScopeRight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, parents := service(t, d), map[ospo.OrgID]ospo.OrgID{}
		told := 0
		s.TreeChanged = append(s.TreeChanged, func(context.Context, *db.Tx) error { told++; return nil })
		all := []ospo.OrgID{""}
		r := rand.New(rand.NewPCG(3, 4))
		for i := range 14 {
			parent := all[r.IntN(len(all))]
			id := add(t, s, parent, ospo.OrgID(fmt.Sprint("o", i)))
			parents[id], all = parent, append(all, id)
		}
		moved, refused := 0, 0
		for range 60 {
			id, to := all[1+r.IntN(len(all)-1)], all[r.IntN(len(all))]
			circle := id == to || slices.Contains(naive(parents), string(id)+">"+string(to))
			if to != parents[id] && !circle {
				moved++
			}
			err := s.ChangeOrg(t.Context(), instance, governance.Org{ID: id, Parent: to, Name: "Amt", Kind: "department"})
			if (err != nil) != circle {
				t.Fatalf("moving %s below %q: %v, a circle: %v", id, to, err, circle)
			}
			if circle {
				refused++
			} else {
				parents[id] = to
			}
			if got, want := scope(t, d), naive(parents); !slices.Equal(got, want) {
				t.Fatalf("after moving %s below %q the view lists\n%v, walking up gives\n%v", id, to, got, want)
			}
		}
		if moved < 10 || refused < 10 || told != moved {
			t.Errorf("%d moves, %d refused, %d told; the test is to see many of each", moved, refused, told)
		}
	})
}

func TestTreeHasABottom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		var parent ospo.OrgID
		for i := range governance.Deepest {
			parent = add(t, s, parent, ospo.OrgID(fmt.Sprint("level", i)))
		}
		before := scope(t, d)
		if _, err := s.AddOrg(t.Context(), instance, governance.Org{Parent: parent, Name: "Zu tief", Kind: "department"}); fault.Of(err) != fault.Invalid {
			t.Errorf("level %d: %v, want a fault", governance.Deepest+1, err)
		}
		add(t, s, "", "other")
		if err := s.ChangeOrg(t.Context(), instance, governance.Org{ID: "level0", Parent: "other", Name: "Amt", Kind: "department"}); fault.Of(err) != fault.Invalid {
			t.Errorf("moving the whole branch one level down: %v, want a fault", err)
		}
		if got := scope(t, d); len(got) != len(before)+1 {
			t.Errorf("what was refused left %d rows, want %d", len(got), len(before)+1)
		}
	})
}

func TestIDsThatCannotBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		for _, o := range []governance.Org{
			{ID: "musterstadt", Name: "Noch einmal", Kind: "city"}, {ID: governance.System, Name: "System", Kind: "city"},
			{ID: "../etc", Name: "Pfad", Kind: "city"}, {ID: "Groß", Name: "Groß", Kind: "city"},
			{Name: " \t ", Kind: "city"}, {Name: strings.Repeat("x", 201), Kind: "city"}, {Name: "a\x00b", Kind: "city"}, {Name: "Stadt", Kind: "castle"},
		} {
			if _, err := s.AddOrg(t.Context(), instance, o); fault.Of(err) != fault.Invalid {
				t.Errorf("%+v: %v, want a fault", o, err)
			}
		}
		if got := scope(t, d); len(got) != 1 {
			t.Errorf("something was left behind: %v", got)
		}
	})
}

func TestOrgOutsideTheViewIsNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		add(t, s, "", "anderstadt")
		act := ospo.Act{Org: "musterstadt", Person: "p", Door: "web"}
		for _, parent := range []ospo.OrgID{"anderstadt", "", "nowhere"} {
			_, err := s.AddOrg(t.Context(), act, governance.Org{Parent: parent, Name: "Fremdes Amt", Kind: "department"})
			if fault.Of(err) != fault.NotFound {
				t.Errorf("below %q: %v, want not found", parent, err)
			}
			_, err = s.AddPerson(t.Context(), act, governance.Person{Org: parent, Name: "Eine Person", Level: "reader"})
			if fault.Of(err) != fault.NotFound {
				t.Errorf("a person of %q: %v, want not found", parent, err)
			}
		}
	})
}
