// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// furnished returns the room on d, with two cities that have nothing to do with each other.
func furnished(t *testing.T, d *db.DB) *Service {
	t.Helper()
	g, s := governance.New(d), New(d)
	for name, files := range map[string]fs.FS{"governance": g.Room().Files} {
		if err := d.Migrate(t.Context(), name, files); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Migrate(t.Context(), "identity", files); err != nil {
		t.Fatal(err)
	}
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "cli"}
	for _, o := range []governance.Org{{ID: "musterstadt", Name: "Musterstadt", Kind: "city"}, {ID: "bauamt", Parent: "musterstadt", Name: "Bauamt", Kind: "department"}, {ID: "nachbarstadt", Name: "Nachbarstadt", Kind: "city"}} {
		if _, err := g.AddOrg(t.Context(), act, o); err != nil {
			t.Fatal(err)
		}
	}
	s.Levels = []string{"reader", "editor", "admin"}
	s.Gives = func(level string) []string { return map[string][]string{"admin": {"*"}}[level] }
	if err := s.Use("https://allmende.example.org", []Provider{{ID: "rathaus", Org: "musterstadt", Label: "Rathaus-Konto", Issuer: "https://login.musterstadt.example", Client: "allmende"}}); err != nil {
		t.Fatal(err)
	}
	return s
}

// Whoever administers a city says what its groups mean; another city sees and changes nothing.
func TestMappingsBelongToTheirCity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := furnished(t, d)
		site := webtest.New(t, []fs.FS{files, governance.New(d).Room().Files}, files, s.pages(), nil)
		admin := site.As(door.Viewer{Org: "musterstadt", Person: "a", Grants: []string{"*"}})
		stranger := site.As(door.Viewer{Org: "nachbarstadt", Person: "s", Grants: []string{"*"}})
		form := map[string][]string{"source": {"rathaus"}, "value": {"/allmende/geheim"}, "gives": {"editor"}, "target": {"bauamt"}}
		if status, to := admin.Post("/identity/mappings/add", form); status != 303 || to != "/identity" {
			t.Fatalf("%d %s", status, to)
		}
		if status, body := admin.Post("/identity/mappings/add", form); status != 422 || !strings.Contains(body, "gibt es schon eine Zuordnung") || !strings.Contains(body, `value="/allmende/geheim"`) {
			t.Errorf("the same once more: %d, and what was typed should still be there", status)
		}
		if _, body := admin.Get("/identity"); !strings.Contains(body, "https://allmende.example.org/identity/callback/rathaus") || !strings.Contains(body, "/allmende/geheim") {
			t.Error("the page does not show the provider and the mapping")
		}
		if _, body := stranger.Get("/identity"); strings.Contains(body, "Rathaus") || strings.Contains(body, "geheim") {
			t.Error("a stranger sees the provider or the mapping")
		}
		for name, change := range map[string][2]string{"source": {"source", "rathaus"}, "target": {"target", "bauamt"}} {
			f := map[string][]string{"source": {"scim"}, "value": {"x"}, "gives": {"admin"}, "target": {"nachbarstadt"}}
			f[change[0]] = []string{change[1]}
			if status, _ := stranger.Post("/identity/mappings/add", f); status != 422 {
				t.Errorf("a stranger's mapping with our %s: %d, want 422", name, status)
			}
		}
		all, err := s.store.mappings(t.Context(), d.Read(), "musterstadt", "rathaus")
		if err != nil || len(all) != 1 || all[0].Target != "bauamt" {
			t.Fatal(all, err)
		}
		if status, _ := stranger.Post("/identity/mappings/"+all[0].ID+"/drop", nil); status != 404 {
			t.Errorf("a stranger takes the mapping away: %d", status)
		}
		if status, _ := admin.Post("/identity/mappings/"+all[0].ID+"/drop", nil); status != 303 {
			t.Errorf("taking it away: %d", status)
		}
		if all, err := s.store.mappings(t.Context(), d.Read(), "musterstadt", "rathaus"); err != nil || len(all) != 0 {
			t.Error(all, err)
		}
	})
}

// A journey is finished once, also when two come back with it at the same moment.
func TestAJourneyIsFinishedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := furnished(t, d)
		f := flow{sum: digest("secret"), org: "musterstadt", provider: "rathaus", back: "/estate", expires: time.Now().Add(time.Minute)}
		if err := d.Keep(t.Context(), func(tx *db.Tx) error { return s.store.addFlow(t.Context(), tx, f) }); err != nil {
			t.Fatal(err)
		}
		got := make(chan error, 8)
		for range cap(got) {
			go func() {
				_, err := s.take(t.Context(), s.desks[0], "secret")
				got <- err
			}()
		}
		won := 0
		for range cap(got) {
			if err := <-got; err == nil {
				won++
			} else if why(err) != "state" {
				t.Errorf("who comes late hears %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d finished the journey, want 1", won)
		}
	})
}

// Settings that cannot work are said to the operator at the start.
func TestSettingsThatCannotWork(t *testing.T) {
	good := Provider{ID: "rathaus", Org: "o", Issuer: "https://login.example", Client: "allmende"}
	for want, change := range map[string]func(*Provider){
		"short name": func(p *Provider) { p.ID = "Rathaus Konto" }, "no address": func(p *Provider) { p.Issuer = "login" },
		"want https": func(p *Provider) { p.Issuer = "http://login.example" }, "client id": func(p *Provider) { p.Client = "" },
		"level": func(p *Provider) { p.Level = "king" }, "match": func(p *Provider) { p.Match = []string{"name"} },
	} {
		p := good
		change(&p)
		if err := p.check([]string{"reader"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want a word about %q", p, err, want)
		}
	}
	for _, address := range []string{"", "allmende.example.org", "https://allmende.example.org/path", "ftp://x"} {
		if err := New(nil).Use(address, []Provider{good}); err == nil {
			t.Errorf("the public address %q is taken", address)
		}
	}
	if err := New(nil).Use("https://allmende.example.org", []Provider{good, good}); err == nil {
		t.Error("two providers of one name are taken")
	}
}

// Whatever a provider writes into its claims, what is taken from it is short and legible.
func FuzzClaims(f *testing.F) {
	f.Add(`{"name":"Ada","groups":["a","b"],"realm_access":{"roles":["c"]},"realm_access.roles":"d"}`, "realm_access.roles")
	f.Add(`{"given_name":" A\u0000da ","family_name":"M\nusterfrau","groups":"x"}`, "groups")
	f.Add(`{"a":{"b":{"c":{"d":[1,null,"x",{}]}}}}`, "a.b.c.d")
	f.Fuzz(func(t *testing.T, text, path string) {
		var all map[string]any
		if json.Unmarshal([]byte(text), &all) != nil {
			return
		}
		words := append(list(into(all, path)), title(all))
		if len(words) > mostGroups+1 {
			t.Errorf("%d groups", len(words))
		}
		for _, w := range words {
			if len([]rune(w)) > longestName || strings.ContainsAny(w, "\x00\r\n\t") {
				t.Errorf("%q was taken", w)
			}
		}
	})
}

func TestWhereTheGroupsAre(t *testing.T) {
	var all map[string]any
	if err := json.Unmarshal([]byte(`{"groups":["a",7,""],"one":"b","realm_access":{"roles":["c"]},"https://x.example/g":["d"]}`), &all); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"groups": "a", "one": "b", "realm_access.roles": "c", "https://x.example/g": "d", "realm_access": "", "no.such": "", "one.more": ""} {
		if got := strings.Join(list(into(all, path)), " "); got != want {
			t.Errorf("groups at %q: %q, want %q", path, got, want)
		}
	}
	if why(refused("nonce", nil)) != "nonce" || why(fault.New(fault.NotFound, "fault.not_found")) != "" {
		t.Error("a reason is not read back")
	}
}

// Nobody gives to a group what they may not do themselves: whoever could be in it would come
// back with it. Not by the page, and whatever the group is called.
func TestNobodyMapsAGroupAboveThemselves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := furnished(t, d)
		s.Gives = governance.LevelGrants
		site := webtest.New(t, []fs.FS{files, governance.New(d).Room().Files}, files, s.pages(), nil)
		weak := door.Viewer{Org: "musterstadt", Person: "w", Grants: append([]string{"identity.*"}, governance.LevelGrants("reader")...), Door: "web"}
		for _, source := range []string{"rathaus", ByDirectory} {
			for _, level := range []string{"editor", "admin"} {
				m := Mapping{Source: source, Value: "g-" + level, Target: "bauamt", Level: level}
				_, err := s.AddMapping(door.With(t.Context(), weak), m)
				if all := fault.Say(err); err == nil || all[0].Key != "identity.mapping.level_above" || all[0].Field != "gives" {
					t.Errorf("%s from %s: %v, want a refusal at the level", level, source, err)
				}
				if status, body := site.As(weak).Post("/identity/mappings/add", map[string][]string{"source": {source}, "value": {m.Value}, "gives": {level}, "target": {"bauamt"}}); status != 422 || !strings.Contains(body, `value="`+m.Value+`"`) {
					t.Errorf("the page: %d; want a refusal that keeps what was typed", status)
				}
			}
		}
		if all, err := s.store.mappingsIn(t.Context(), "musterstadt"); err != nil || len(all) != 0 {
			t.Errorf("%d mappings are left, %v", len(all), err)
		}
		if _, err := s.AddMapping(door.With(t.Context(), weak), Mapping{Source: "rathaus", Value: "lesen", Target: "bauamt", Level: "reader"}); err != nil {
			t.Errorf("what they may themselves: %v", err)
		}
	})
}
