// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package demo

import (
	"testing"

	"allmende/internal/engine/award"
	"allmende/internal/engine/market"
)

// The awards of the demonstration can be frozen, have a winner, and belong to a case that
// somebody has asked for before.
func TestAwardsCanBeFrozen(t *testing.T) {
	c, err := Load()
	if err != nil || len(c.Awards) == 0 {
		t.Fatal(len(c.Awards), err)
	}
	var products []string
	for _, s := range c.Software {
		products = append(products, s.Name)
	}
	for _, a := range c.Awards {
		if found := a.Setup.Lint(products); award.Blocked(found) {
			t.Errorf("%s: %+v", a.Setup.Title, found)
		}
		if r, bad := a.Setup.Evaluate(a.Bids); len(bad) > 0 || r.Winner == "" {
			t.Errorf("%s: %+v", a.Setup.Title, bad)
		}
		asked := false
		for _, m := range c.Cases {
			asked = asked || m.Title == a.Case && m.Day < a.Day
		}
		if !asked {
			t.Errorf("%s: no case %q", a.Setup.Title, a.Case)
		}
	}
}

// Who freezes papers or writes and enacts the library of the demonstration holds a role that may;
// the library passes its own checker, and two are at it.
func TestPapersAreFrozenByWhoMay(t *testing.T) {
	c, err := Load()
	if err != nil || len(c.Library) == 0 {
		t.Fatal(len(c.Library), err)
	}
	may := map[string]bool{}
	for _, m := range c.Roles.Mandates {
		may[m.Person] = may[m.Person] || m.Role == "procurement_manager" || m.Role == "strategist"
	}
	var who []string
	for _, a := range c.Awards {
		who = append(who, a.By)
	}
	for _, s := range c.Studies {
		who = append(who, s.By)
	}
	for _, s := range c.Surveys {
		who = append(who, s.By)
	}
	var products []string
	for _, s := range c.Software {
		products = append(products, s.Name)
	}
	for _, l := range c.Library {
		who = append(who, l.By, l.EnactedBy)
		if _, flaws := market.Read(l.Text(), products); len(flaws) > 0 || l.By == l.EnactedBy {
			t.Errorf("%s: %+v", l.Reason, flaws)
		}
	}
	for _, w := range who {
		if !may[w] {
			t.Errorf("%s freezes or enacts, and holds no role that may", w)
		}
	}
}

// The studies of the demonstration have a result, and say what is missing.
func TestStudiesHaveAResult(t *testing.T) {
	c, err := Load()
	if err != nil || len(c.Studies) == 0 {
		t.Fatal(len(c.Studies), err)
	}
	for _, s := range c.Studies {
		s.Study.Day, s.Study.Base = "2026-11-28", 2026
		if r, bad := s.Study.Calculate(); len(bad) > 0 || len(r.Gaps) == 0 {
			t.Errorf("%s: %+v", s.Study.Title, bad)
		}
	}
}

// The surveys of the demonstration can be frozen once their sources have days; descriptions name
// no product of its register.
func TestSurveysAndDescriptionsAreSound(t *testing.T) {
	c, err := Load()
	if err != nil || len(c.Surveys) == 0 || len(c.Descriptions) == 0 {
		t.Fatal(len(c.Surveys), len(c.Descriptions), err)
	}
	for _, s := range c.Surveys {
		if len(s.Before) != len(s.Survey.Sources) {
			t.Fatalf("%s: %d days for %d sources", s.Survey.Title, len(s.Before), len(s.Survey.Sources))
		}
		for i := range s.Survey.Sources {
			s.Survey.Sources[i].Day = "2026-11-20"
		}
		if found := s.Survey.Lint(market.Shipped(), "2026-11-28"); market.Blocked(found) {
			t.Errorf("%s: %+v", s.Survey.Title, found)
		}
	}
	var products []string
	for _, s := range c.Software {
		products = append(products, s.Name)
	}
	for _, d := range c.Descriptions {
		if found := d.Description.Lint(market.Shipped(), products); market.Blocked(found) {
			t.Errorf("%s: %+v", d.Description.Title, found)
		}
	}
}
