// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"allmende/internal/office/estate"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// seesRightly compares who sees which releases with what follows from the register.
func (s *stage) seesRightly() {
	s.Helper()
	kept, err := db.Texts(s.Context(), s.db.Read(), `SELECT root || ' sees ' || release FROM estate_visible_view ORDER BY 1`)
	s.ok(err)
	want, err := db.Texts(s.Context(), s.db.Read(), `
		SELECT s.root || ' sees ' || r.id FROM estate_release r JOIN governance_scope_view s ON s.org = r.org WHERE r.retired = ''
		UNION
		SELECT s.root || ' sees ' || u.release FROM estate_use u JOIN governance_scope_view s ON s.org = u.org WHERE u.ended = ''
		ORDER BY 1`)
	s.ok(err)
	if !slices.Equal(kept, want) {
		too := slices.DeleteFunc(slices.Clone(kept), func(line string) bool { return slices.Contains(want, line) })
		s.Fatalf("kept too much: %v; missing: %v", too, slices.DeleteFunc(want, func(line string) bool { return slices.Contains(kept, line) }))
	}
}

// Releases and uses come, change hands and go, and municipalities and departments move
// about, at random; after each step who sees what follows from the register.
func TestWhoSeesWhatFollowsTheRegister(t *testing.T) {
	each(t, func(s *stage) {
		r := rand.New(rand.NewPCG(8, 8))
		orgs := []ospo.OrgID{provider, musterau, bauamt, beispiel, foreign}
		var releases []ospo.ReleaseID
		var uses []string
		steps := []func(as context.Context){
			func(as context.Context) {
				if id, err := s.estate.Add(as, estate.SoftwareInput{Name: fmt.Sprint("Software ", len(releases)), Kind: "open", Releases: []estate.ReleaseInput{{Version: "1"}}}); err == nil {
					all, err := s.estate.Releases(as, id)
					s.ok(err)
					releases = append(releases, all[0].ID)
				}
			},
			func(as context.Context) {
				in := estate.UseInput{Org: pick(r, orgs), Role: "user", Criticality: "normal"}
				if id, err := s.estate.AddUse(as, pick(r, releases), in); err == nil {
					uses = append(uses, id)
				}
			},
			func(as context.Context) {
				s.estate.EditUse(as, pick(r, uses), estate.UseInput{Org: pick(r, orgs), Role: "user", Criticality: "low"})
			},
			func(as context.Context) { s.estate.EndUse(as, pick(r, uses)) },
			func(as context.Context) { s.estate.RetireRelease(as, pick(r, releases)) },
			func(as context.Context) { s.estate.RestoreRelease(as, pick(r, releases)) },
			func(context.Context) {
				id, parent := pick(r, []ospo.OrgID{bauamt, beispiel}), pick(r, []ospo.OrgID{provider, musterau, foreign})
				s.gov.ChangeOrg(s.Context(), db.System("governance.org.change", string(id)), governance.Org{ID: id, Parent: parent, Name: string(id), Kind: "department"})
			},
		}
		steps = append(steps, steps[1], steps[1], steps[0])
		most := 0
		for range 250 {
			pick(r, steps)(s.as(pick(r, append(orgs, provider, provider, provider))))
			s.seesRightly()
			most = max(most, len(s.visible(provider)))
		}
		if most < 5 || len(uses) < 5 {
			t.Errorf("the provider never saw more than %d releases, with %d uses; the test is to see many of each", most, len(uses))
		}
	})
}

// A purpose is put right after the use has ended: that does not bring the use back.
func TestWhatEndedStaysSo(t *testing.T) {
	each(t, func(s *stage) {
		id, _ := s.ensure(provider, "Zammad", "6.3.1", "")
		use, err := s.estate.AddUse(s.as(provider), id, estate.UseInput{Org: musterau, Role: "user", Criticality: "low"})
		s.ok(err)
		_, err = s.estate.EndUse(s.as(provider), use)
		s.ok(err)
		s.ok(s.estate.EditUse(s.as(provider), use, estate.UseInput{Org: musterau, Role: "user", Purpose: "Störungsmeldungen"}))
		u, err := s.estate.Use(s.as(provider), use)
		if err != nil || u.Ended == "" || u.Purpose == "" {
			t.Errorf("got %+v, %v: want the new purpose, and that it ended", u, err)
		}
		if got := s.visible(musterau); len(got) != 0 {
			t.Errorf("the municipality sees %v, and uses nothing", got)
		}
	})
}

// pick takes one of all, or what is nothing.
func pick[T any](r *rand.Rand, all []T) (one T) {
	if len(all) > 0 {
		one = all[r.IntN(len(all))]
	}
	return one
}

// Two offices end their uses of one release while a third moves: nobody's view is worked
// out from what another was about to change.
func TestWhoSeesWhatWithMany(t *testing.T) {
	each(t, func(s *stage) {
		id, _ := s.ensure(provider, "Zammad", "6.3.1", "")
		for round := range 10 {
			var uses []string
			for _, org := range []ospo.OrgID{musterau, beispiel, bauamt} {
				use, err := s.estate.AddUse(s.as(provider), id, estate.UseInput{Org: org, Role: "user", Criticality: "low"})
				s.ok(err)
				uses = append(uses, use)
			}
			var all sync.WaitGroup
			for _, use := range uses {
				all.Go(func() {
					if _, err := s.estate.EndUse(s.as(provider), use); err != nil {
						t.Error(err)
					}
				})
			}
			all.Go(func() {
				parent := []ospo.OrgID{beispiel, musterau}[round%2]
				if err := s.gov.ChangeOrg(s.Context(), db.System("governance.org.change", string(bauamt)), governance.Org{ID: bauamt, Parent: parent, Name: "Bauamt", Kind: "department"}); err != nil {
					t.Error(err)
				}
			})
			all.Wait()
			s.seesRightly()
		}
	})
}
