// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
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
