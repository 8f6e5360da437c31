// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// Two cities set how guests ask. A public name is one city's; what is closed or suspended is
// not found.
func TestAHouseIsOpenOnlyWhereItsCitySaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gov, s := governance.New(d), New(d)
		for _, room := range []struct {
			name  string
			files fs.FS
		}{{"governance", gov.Room().Files}, {"intake", files}} {
			if err := d.Migrate(t.Context(), room.name, room.files); err != nil {
				t.Fatal(err)
			}
		}
		act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
		for _, id := range []ospo.OrgID{"aldorf", "bedorf"} {
			if _, err := gov.AddOrg(t.Context(), act, governance.Org{ID: id, Name: "Stadt " + string(id), Kind: "city"}); err != nil {
				t.Fatal(err)
			}
		}
		as := func(org ospo.OrgID, grants ...string) context.Context {
			return door.With(t.Context(), door.Viewer{Org: org, Person: "ada", Grants: grants, Lang: "de", Door: "web"})
		}
		ada, bea := as("aldorf", "intake.*"), as("bedorf", "intake.*")
		if h, err := s.House(ada); err != nil || h.Open || h.Slug != "aldorf" {
			t.Fatalf("before: %+v, %v", h, err)
		}
		if err := s.SetHouse(as("aldorf", "intake.read"), House{Open: true, Slug: "aldorf"}); fault.Of(err) != fault.Forbidden {
			t.Errorf("who may only read sets it: %v", err)
		}
		for _, bad := range []House{{Slug: "ab"}, {Slug: "a--b"}, {Slug: "-ab"}, {Slug: "ab/c"}, {Slug: strings.Repeat("a", 41)}, {Slug: "aldorf", Domains: []string{"a_b.example"}}, {Slug: "aldorf", Domains: []string{"localhost"}}} {
			if err := s.SetHouse(ada, bad); fault.Of(err) != fault.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := s.SetHouse(ada, House{Open: true, Slug: " Aldorf ", Domains: []string{"@Aldorf.example", "aldorf.example", ""}}); err != nil {
			t.Fatal(err)
		}
		h, err := s.Public(t.Context(), "aldorf")
		if err != nil || h.Name != "Stadt aldorf" || !slices.Equal(h.Domains, []string{"aldorf.example"}) {
			t.Errorf("%+v, %v", h, err)
		}
		if err := s.SetHouse(bea, House{Open: true, Slug: "aldorf"}); fault.Of(err) != fault.Invalid {
			t.Errorf("a name twice: %v", err)
		}
		if h, err := s.House(bea); err != nil || h.Open || len(h.Domains) > 0 {
			t.Errorf("the other city sees %+v, %v", h, err)
		}
		if err := s.SetHouse(ada, House{Slug: "aldorf"}); err != nil {
			t.Fatal(err)
		}
		for _, slug := range []string{"aldorf", "bedorf", "", "Aldorf", "%"} {
			if _, err := s.Public(t.Context(), slug); fault.Of(err) != fault.NotFound {
				t.Errorf("%q: %v", slug, err)
			}
		}
		if _, err := s.Recognise(t.Context(), db.NewID()+".x"); fault.Of(err) != fault.NotFound {
			t.Errorf("an invented link: %v", err)
		}
	})
}

// An address below a domain counts, one that merely ends alike does not.
func TestDomainsOfAddresses(t *testing.T) {
	h := House{Domains: []string{"stadt.example"}}
	for mail, want := range map[string]bool{"a@stadt.example": true, "a@STADT.example": true, "a@schule.stadt.example": true, "a@meinestadt.example": false, "a@stadt.example.org": false, "a@example": false} {
		if h.takes(mail) != want {
			t.Errorf("%s: %v", mail, !want)
		}
	}
	if !(House{}).takes("a@anywhere.example") {
		t.Error("without a list any will do")
	}
}

// Ten answers, one of which took long; one request withdrawn, two open. Times are working days
// by the holidays of the Land: over Christmas they are few.
func TestFigures(t *testing.T) {
	at := func(text string) time.Time {
		out, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	today, since := date("2027-01-15"), date("2026-02-01")
	var all []Served
	for range 8 { // Monday to Wednesday
		all = append(all, Served{Type: "advice", Created: at("2026-11-02 10:00"), Answered: at("2026-11-04 10:00"), Closed: at("2026-12-18 10:00"), Outcome: "done"})
	}
	all = append(all,
		Served{Type: "advice", Created: at("2026-12-23 10:00"), Closed: at("2027-01-04 10:00"), Outcome: "refused"}, // 24., 28.–31. December and 4. January work
		Served{Type: "advice", Created: at("2026-11-02 10:00"), Closed: at("2026-11-02 15:00"), Outcome: "done"},    // the same day
		Served{Type: "publish", Created: at("2026-11-02 10:00"), Closed: at("2026-11-03 15:00"), Outcome: "withdrawn"},
		Served{Type: "publish", Created: at("2025-12-01 10:00")},
		Served{Type: "publish", Created: at("2027-01-08 10:00")})
	f := reckon(all, "NW", since, today)
	advice, publish := f.Types[0], f.Types[1]
	if advice.Type != "advice" || advice.Answered != 10 || !advice.Reckoned || advice.Median != 2 || advice.P90 != 2 || advice.Open != 0 {
		t.Errorf("advice: %+v", advice)
	}
	if publish.Answered != 0 || publish.Reckoned || publish.Open != 2 || publish.Ages != [4]int{1, 0, 0, 1} {
		t.Errorf("publish: %+v", publish)
	}
	all = all[8:]
	if f := reckon(all, "NW", since, today); f.Types[0].Type != "advice" || f.Types[0].Median != 0 || f.Types[0].P90 != 6 || f.All.Answered != 2 || f.All.Open != 2 {
		t.Errorf("two answers: %+v", f)
	}
	if f := reckon(all, "", since, today); f.All.Reckoned || f.All.Answered != 2 {
		t.Errorf("without a Land no time is known: %+v", f.All)
	}
	if len(f.Months) != 12 || f.Months[0].Month != "2026-02" || f.Months[9] != (Month{"2026-11", 10, 2}) || f.Months[11] != (Month{"2027-01", 1, 1}) {
		t.Errorf("months: %+v", f.Months)
	}
	if f := reckon(nil, "NW", since, today); f.All.Reckoned || f.All.Open != 0 || len(f.Types) != 0 {
		t.Errorf("nothing: %+v", f)
	}
}

// At 00:30 in Berlin a day has begun that in UTC has not.
func TestDaysAreThoseOfTheReaders(t *testing.T) {
	if d := day(time.Date(2026, 6, 30, 22, 30, 0, 0, time.UTC)); d != date("2026-07-01") {
		t.Error(d)
	}
}

// However fast one network asks, what an organisation takes in an hour is not used up by it.
func TestOneNetworkLeavesRoomForOthers(t *testing.T) {
	s, now, through := New(nil), time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC), 0
	for second := range 3600 {
		if s.calls.Take("192.0.2.7", now.Add(time.Duration(second)*time.Second)) == 0 {
			through++
		}
	}
	if through < 20 || through >= mostHourly {
		t.Errorf("%d of %d requests of an hour are one network's", through, mostHourly)
	}
	if wait := s.calls.Take("192.0.2.8", now.Add(time.Hour)); wait != 0 {
		t.Errorf("another one waits %v", wait)
	}
}
