// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package access

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"allmende/internal/ospo"
)

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		grant, permission string
		want              bool
	}{
		{"*", "sbom.write", true}, {"sbom.*", "sbom.write", true}, {"sbom.write", "sbom.write", true}, {"*.read", "audit.read", true}, {"*.*", "audit.read", true},
		{"sbom.read", "sbom.write", false}, {"*.read", "sbom.write", false}, {"sbom", "sbom.write", false}, {"", "sbom.write", false}, {"sbom.*", "sbomx.write", false}, {"*.read", "read", false},
	} {
		if got := Covers(tt.grant, tt.permission); got != tt.want {
			t.Errorf("Covers(%q, %q) = %v", tt.grant, tt.permission, got)
		}
	}
}

// The licence manager of the city decides in the department of building, not next door;
// the deputy does only for whom is away; and the reason names the mandate and the version.
func TestReasons(t *testing.T) {
	x := NewIndex(map[ospo.OrgID]ospo.OrgID{"city": "", "building": "city", "geodata": "building", "library": "city"}, map[ospo.PersonID][]Holding{
		"ada":  {{Way: ByMandate, Org: "building", Grants: []string{"licence.*", "sbom.read"}, Mandate: "m1", Role: "licence_manager", Version: 3}},
		"bob":  {{Way: ByDeputy, Org: "building", Grants: []string{"licence.*"}, Mandate: "m1", Role: "licence_manager", Version: 3, For: "ada"}},
		"cleo": {{Way: ByLevel, Org: "city", Grants: []string{"*"}, Level: "admin"}, {Way: ByMandate, Org: "library", Grants: []string{"licence.decide"}, Mandate: "m2"}},
	})
	for _, tt := range []struct {
		person ospo.PersonID
		what   string
		org    ospo.OrgID
		want   string
	}{
		{"ada", "licence.decide", "building", "[m1 v3 licence.*]"}, {"ada", "licence.decide", "geodata", "[m1 v3 licence.*]"},
		{"ada", "licence.decide", "city", "[]"}, {"ada", "licence.decide", "library", "[]"}, {"ada", "sbom.write", "building", "[]"},
		{"bob", "licence.decide", "geodata", "[m1 v3 licence.*]"}, {"cleo", "licence.decide", "library", "[ v0 * m2 v0 licence.decide]"},
		{"eve", "licence.decide", "building", "[]"}, {"ada", "licence.decide", "elsewhere", "[]"},
	} {
		var got []string
		for _, r := range x.Reasons(tt.person, tt.what, tt.org) {
			got = append(got, fmt.Sprintf("%s v%d %s", r.Mandate, r.Version, r.Grant))
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%s %s in %s: %v, want %s", tt.person, tt.what, tt.org, got, tt.want)
		}
		if x.May(tt.person, tt.what, tt.org) != (len(got) > 0) {
			t.Errorf("%s %s in %s: May says otherwise", tt.person, tt.what, tt.org)
		}
	}
}

// A tree whose ends meet does not hang.
func TestATreeThatBitesItsTail(t *testing.T) {
	x := NewIndex(map[ospo.OrgID]ospo.OrgID{"a": "b", "b": "a"}, map[ospo.PersonID][]Holding{"p": {{Org: "c", Grants: []string{"*"}}}})
	if x.May("p", "sbom.read", "a") {
		t.Error("c is not above a")
	}
	x.Matrix([]ospo.PersonID{"p"}, []ospo.OrgID{"a"}, []string{"sbom.read"})
}

// The matrix says what the single question says, for a town made by dice.
func TestTheMatrixAgrees(t *testing.T) {
	x, people, orgs, permissions := town(60, 40, rand.New(rand.NewPCG(1, 2)))
	m := x.Matrix(people, orgs, permissions)
	yes := 0
	for p, person := range people {
		for _, org := range orgs {
			any := false
			for i, what := range permissions {
				want := x.May(person, what, org)
				if got := m.May(p, i, org); got != want {
					t.Fatalf("%s %s in %s: matrix %v, question %v", person, what, org, got, want)
				}
				any = any || want
				if want {
					yes++
				}
			}
			if m.Any(p, org) != any {
				t.Fatalf("%s in %s: Any says %v", person, org, !any)
			}
		}
	}
	if yes == 0 || yes == len(people)*len(orgs)*len(permissions) {
		t.Errorf("%d yes: the dice prove nothing", yes)
	}
}

// town makes people with up to four holdings in a tree, and 70 permissions.
func town(people, orgs int, dice *rand.Rand) (*Index, []ospo.PersonID, []ospo.OrgID, []string) {
	parent, holdings := map[ospo.OrgID]ospo.OrgID{}, map[ospo.PersonID][]Holding{}
	var who []ospo.PersonID
	var where []ospo.OrgID
	var what []string
	for i := range orgs {
		id := ospo.OrgID(fmt.Sprint("o", i))
		parent[id] = ""
		if i > 0 {
			parent[id] = where[dice.IntN(i)]
		}
		where = append(where, id)
	}
	for i := range 70 {
		what = append(what, fmt.Sprintf("room%d.%s", i/5, []string{"read", "write", "decide", "grant", "admin"}[i%5]))
	}
	for i := range people {
		id := ospo.PersonID(fmt.Sprint("p", i))
		who = append(who, id)
		for range dice.IntN(4) {
			grants := [][]string{{"*.read"}, {what[dice.IntN(70)], what[dice.IntN(70)]}, {fmt.Sprintf("room%d.*", dice.IntN(14))}}[dice.IntN(3)]
			holdings[id] = append(holdings[id], Holding{Way: ByMandate, Org: where[dice.IntN(orgs)], Grants: grants})
		}
	}
	return NewIndex(parent, holdings), who, where, what
}

func BenchmarkMay(b *testing.B) {
	x, people, orgs, permissions := town(500, 200, rand.New(rand.NewPCG(1, 2)))
	for i := 0; b.Loop(); i++ {
		x.Reasons(people[i%500], permissions[i%70], orgs[i%200])
	}
}

func BenchmarkMatrix(b *testing.B) {
	x, people, orgs, permissions := town(500, 200, rand.New(rand.NewPCG(1, 2)))
	for b.Loop() {
		x.Matrix(people, orgs, permissions)
	}
}
