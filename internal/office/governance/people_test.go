// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

var (
	rowName  = regexp.MustCompile(`href="/governance/person/[^"]+">([^<]+)</a>`)
	nextPage = regexp.MustCompile(`href="(/governance/people\?[^"]+)" rel="next"`)
)

func TestPeopleAreListedPageByPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		for i, name := range []string{"Zoe", "Ömer", "Olga", "Ada", "ada", "100_Prozent", "100xProzent", "Änne"} {
			p := governance.Person{Org: "musterstadt", Name: name, Login: fmt.Sprint("login", i), Level: "reader"}
			if _, err := s.AddPerson(t.Context(), instance, p); err != nil {
				t.Fatal(err)
			}
		}
		room := s.Room()
		site := webtest.New(t, []fs.FS{room.Files}, room.Files, room.Pages, nil).As(door.Viewer{Org: "musterstadt", Person: "p", Grants: []string{"*"}})
		walk := func(path string) []string {
			var names []string
			for path != "" {
				_, body := site.Get(path)
				for _, m := range rowName.FindAllStringSubmatch(body, -1) {
					names = append(names, m[1])
				}
				path = ""
				if m := nextPage.FindStringSubmatch(body); m != nil {
					path = strings.ReplaceAll(m[1], "&amp;", "&")
				}
				if len(names) > 20 {
					t.Fatal("the pages go round in a circle")
				}
			}
			return names
		}
		up := walk("/governance/people?size=3")
		if got := strings.ToLower(strings.Join(up, " ")); got != "100_prozent 100xprozent ada ada änne olga ömer zoe" {
			t.Errorf("by name: %s", got)
		}
		down := walk("/governance/people?size=3&sort=-name")
		slices.Reverse(down)
		if !slices.Equal(up, down) {
			t.Errorf("upwards %v, downwards %v", up, down)
		}
		if got := walk("/governance/people?size=2&sort=-created"); len(got) != 8 {
			t.Errorf("by date: %v", got)
		}
		if got := walk("/governance/people?q=100_"); !slices.Equal(got, []string{"100_Prozent"}) {
			t.Errorf("an underscore is no wildcard: %v", got)
		}
		if got := walk("/governance/people?q=%C3%96MER"); !slices.Equal(got, []string{"Ömer"}) {
			t.Errorf("upper and lower case: %v", got)
		}
		if status, body := site.Get("/governance/people?after=broken"); status != 422 || !strings.Contains(body, "Seitenmarke") {
			t.Errorf("a broken cursor: %d", status)
		}
		if _, body := site.Get("/governance/people?level=admin"); !strings.Contains(body, "Auf diese Auswahl passt niemand") {
			t.Error("an empty selection does not say so")
		}
	})
}

func TestNobodyLocksThemselvesOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		id, err := s.CreateAccount(t.Context(), instance, "musterstadt", "ada", "Ada", password, "admin")
		if err != nil {
			t.Fatal(err)
		}
		act := ospo.Act{Org: "musterstadt", Person: id, Door: "web"}
		p := governance.Person{ID: id, Org: "musterstadt", Login: "ada", Name: "Ada Neu", Level: "admin"}
		if err := s.ChangePerson(t.Context(), act, p); err != nil {
			t.Errorf("changing the own name: %v", err)
		}
		p.Level = "reader"
		if err := s.ChangePerson(t.Context(), act, p); fault.Of(err) != fault.Invalid {
			t.Errorf("lowering the own level: %v, want a fault", err)
		}
		if err := s.ClosePerson(t.Context(), act, id); fault.Of(err) != fault.Invalid {
			t.Errorf("closing the own account: %v, want a fault", err)
		}
	})
}

func TestLoginIsUnique(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		add(t, s, "", "musterstadt")
		add(t, s, "", "anderstadt")
		for _, tt := range []struct {
			org   ospo.OrgID
			login string
			want  bool
		}{{"musterstadt", "ada@example.org", true}, {"anderstadt", "Ada@Example.org", false}, {"musterstadt", "", true}, {"anderstadt", "", true}} {
			_, err := s.AddPerson(t.Context(), instance, governance.Person{Org: tt.org, Name: "Ada", Login: tt.login, Level: "reader"})
			if (err == nil) != tt.want || err != nil && fault.Of(err) != fault.Invalid {
				t.Errorf("%+v: %v", tt, err)
			}
		}
		id, err := s.AddPerson(t.Context(), instance, governance.Person{Org: "musterstadt", Name: "Bert", Login: "bert", Level: "reader"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.ChangePerson(t.Context(), instance, governance.Person{ID: id, Org: "musterstadt", Name: "Bert", Login: "ADA@example.org", Level: "reader"}); fault.Of(err) != fault.Invalid {
			t.Errorf("taking another's login: %v, want a fault", err)
		}
	})
}
