// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web/webtest"
)

// A stage is a city with two offices, a city of others, and a log with a few entries.
type stage struct {
	*audit.Service
	d    *db.DB
	gov  *governance.Service
	site *webtest.Site
	ada  ospo.PersonID
}

func set(t *testing.T, d *db.DB) stage {
	t.Helper()
	s := stage{Service: audit.New(d, nil), d: d, gov: governance.New(d)}
	for room, files := range map[string]fs.FS{"governance": s.gov.Room().Files, "audit": s.Room().Files} {
		if err := d.Migrate(t.Context(), room, files); err != nil {
			t.Fatal(err)
		}
	}
	s.Key = filepath.Join(t.TempDir(), "audit-key")
	for _, o := range []governance.Org{
		{ID: "musterstadt", Name: "Stadt Musterstadt", Kind: "city"}, {ID: "bauamt", Parent: "musterstadt", Name: "Bauamt", Kind: "department"},
		{ID: "standesamt", Parent: "musterstadt", Name: "Standesamt", Kind: "department"}, {ID: "anderstadt", Name: "Anderstadt", Kind: "city"},
	} {
		if _, err := s.gov.AddOrg(t.Context(), db.System("governance.org.add", ""), o); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if s.ada, err = s.gov.AddPerson(t.Context(), db.System("governance.person.add", ""), governance.Person{Org: "musterstadt", Name: "Ada Amt", Level: "admin"}); err != nil {
		t.Fatal(err)
	}
	room := s.Room()
	s.site = webtest.New(t, []fs.FS{room.Files}, room.Files, room.Pages, room.Ops)
	return s
}

// did writes an entry of an act.
func (s stage) did(t *testing.T, org ospo.OrgID, what, on string) {
	t.Helper()
	act := ospo.Act{Org: org, Person: s.ada, What: what, On: on, Door: "web", Request: "r-1"}
	if err := s.d.Write(t.Context(), act, func(*db.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

func (s stage) as(org ospo.OrgID) webtest.Caller {
	return s.site.As(door.Viewer{Org: org, Person: "p", Grants: []string{"audit.read"}})
}

// list returns the things of the entries that an organisation finds, the newest first.
func (s stage) list(t *testing.T, org ospo.OrgID, f audit.Filter) []string {
	t.Helper()
	all, err := s.Entries(door.With(t.Context(), door.Viewer{Org: org}), f, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range all {
		if strings.HasPrefix(e.What, "estate.") || strings.HasPrefix(e.What, "sbom.") {
			out = append(out, e.Thing)
		}
	}
	return out
}

func TestEachSeesTheOwnEntriesAndThoseBelow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		s.did(t, "musterstadt", "estate.add", "a")
		s.did(t, "bauamt", "estate.add", "b")
		s.did(t, "standesamt", "estate.add", "c")
		s.did(t, "anderstadt", "estate.add", "x")
		for org, want := range map[ospo.OrgID]string{"musterstadt": "c b a", "bauamt": "b", "standesamt": "c", "anderstadt": "x", "nowhere": ""} {
			if got := strings.Join(s.list(t, org, audit.Filter{}), " "); got != want {
				t.Errorf("%s sees %q, want %q", org, got, want)
			}
		}
		for org, want := range map[ospo.OrgID]bool{"musterstadt": true, "anderstadt": true, "bauamt": false} {
			all, err := s.Entries(door.With(t.Context(), door.Viewer{Org: org}), audit.Filter{Org: "system"}, 10)
			if err != nil || (len(all) > 0) != want {
				t.Errorf("%s sees %d entries of the instance itself, %v; want some: %v", org, len(all), err, want)
			}
		}
	})
}

// A name that JSON spells in another way is forgotten, too.
func TestANameWithAQuotationMarkIsForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, name := set(t, d), `Ute "Uschi" <Lang>`
		act := ospo.Act{Org: "musterstadt", Person: s.ada, What: "estate.product.add", On: "x", Door: "web", Diff: change.Added(map[string]string{"note": "Bitte von " + name})}
		if err := d.Write(t.Context(), act, func(*db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		erase := ospo.Act{Org: "musterstadt", Person: s.ada, What: "governance.person.erase", On: "ute", Door: "web"}
		if err := d.Write(t.Context(), erase, func(tx *db.Tx) error { return s.Forget(t.Context(), tx, "ute", []string{name}) }); err != nil {
			t.Fatal(err)
		}
		if n, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM log_entry WHERE diff LIKE '%Uschi%'`); err != nil || n != 0 {
			t.Errorf("%d entries still name her, %v", n, err)
		}
	})
}

func TestFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		s.did(t, "musterstadt", "estate.add", "a")
		s.did(t, "bauamt", "estate.release.add", "b")
		s.did(t, "bauamt", "sbom.upload", "b")
		s.did(t, "anderstadt", "sbom.upload", "b")
		s.did(t, "bauamt", "estate.added_by_nobody", "100%")
		hour := time.Hour
		for _, tt := range []struct {
			audit.Filter
			want string
		}{
			{audit.Filter{Org: "bauamt"}, "100% b b"},
			{audit.Filter{Org: "anderstadt"}, ""},
			{audit.Filter{Thing: "b"}, "b b"},
			{audit.Filter{Thing: "b", Org: "anderstadt"}, ""},
			{audit.Filter{Thing: "100_"}, ""},
			{audit.Filter{What: "sbom"}, "b"},
			{audit.Filter{What: "estate.add"}, "a"},
			{audit.Filter{What: "estate.release"}, "b"},
			{audit.Filter{What: "%"}, ""},
			{audit.Filter{Person: string(s.ada)}, "100% b b a"},
			{audit.Filter{Person: "' OR 1=1 --"}, ""},
			{audit.Filter{Door: "web", What: "sbom"}, "b"},
			{audit.Filter{Door: "api"}, ""},
			{audit.Filter{From: d.Now().Add(-hour), To: d.Now().Add(hour), What: "sbom"}, "b"},
			{audit.Filter{From: d.Now().Add(hour)}, ""},
			{audit.Filter{To: d.Now().Add(-hour)}, ""},
		} {
			if got := strings.Join(s.list(t, "musterstadt", tt.Filter), " "); got != tt.want {
				t.Errorf("%+v finds %q, want %q", tt.Filter, got, tt.want)
			}
		}
	})
}

// A provider with many municipalities reads along the log; the answer is the same.
func TestManyOrganisations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		var want []string
		for i := range 40 {
			id := ospo.OrgID(fmt.Sprintf("amt%02d", i))
			if _, err := s.gov.AddOrg(t.Context(), db.System("governance.org.add", ""), governance.Org{ID: id, Parent: "musterstadt", Name: "Amt", Kind: "department"}); err != nil {
				t.Fatal(err)
			}
			s.did(t, id, "estate.add", string(id))
			s.did(t, "anderstadt", "estate.add", "x")
			want = append(want, string(id))
		}
		var got []string
		f := audit.Filter{What: "estate"}
		for {
			all, err := s.Entries(door.With(t.Context(), door.Viewer{Org: "musterstadt"}), f, 7)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range all {
				got = append(got, e.Thing)
			}
			if len(all) < 7 {
				break
			}
			f.Before = all[6].ID
		}
		slices.Reverse(want)
		if !slices.Equal(got, want) {
			t.Errorf("page by page: %v", got)
		}
		if got := s.list(t, "musterstadt", audit.Filter{Org: "amt07"}); !slices.Equal(got, []string{"amt07"}) {
			t.Errorf("one of many: %v", got)
		}
		if got := s.list(t, "musterstadt", audit.Filter{Org: "amt07", Thing: "amt08"}); len(got) != 0 {
			t.Errorf("another's thing: %v", got)
		}
	})
}

func TestPageSpeaksOfActsInWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		s.Things = append(s.Things, s.gov.Things)
		s.did(t, "musterstadt", "sbom.upload", "zammad")
		s.did(t, "musterstadt", "catalogue.borrow", "zammad")
		for tongue, want := range map[string]string{"de": "Stückliste eingelesen", "en": "Took in a bill of materials"} {
			v := door.Viewer{Org: "musterstadt", Person: "p", Grants: []string{"audit.read"}, Lang: tongue}
			_, body := s.site.As(v).Get("/audit")
			for _, words := range []string{want, "<code>catalogue.borrow</code>", "Ada Amt", "Stadt Musterstadt", `href="/audit?thing=zammad"`} {
				if !strings.Contains(body, words) {
					t.Errorf("the page in %s does not say %q", tongue, words)
				}
			}
			if m := regexp.MustCompile(`\[[a-z]+\.[a-z._]+\]`).FindString(body); m != "" {
				t.Errorf("the page in %s lacks a text: %s", tongue, m)
			}
		}
		if _, body := s.as("musterstadt").Get("/audit?thing=bauamt"); !strings.Contains(body, "Verlauf: Bauamt") || !strings.Contains(body, `href="/governance/org/bauamt"`) {
			t.Errorf("the course of one thing is not named after it")
		}
	})
}

var next = regexp.MustCompile(`href="(/audit\?[^"]+)" rel="next"`)

func TestPagesAndFilesHoldTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		for i := range 25 {
			s.did(t, "bauamt", "estate.edit", fmt.Sprintf("thing%02d", i))
		}
		c := s.as("bauamt")
		seen := map[string]bool{}
		for path := "/audit?what=estate&size=10"; path != ""; {
			_, body := c.Get(path)
			for _, m := range regexp.MustCompile(`thing=(thing\d\d)`).FindAllStringSubmatch(body, -1) {
				seen[m[1]] = true
			}
			path = ""
			if m := next.FindStringSubmatch(body); m != nil {
				path = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		if len(seen) != 25 {
			t.Errorf("the pages show %d of 25 things", len(seen))
		}
		_, text := c.Get("/audit.csv?what=estate")
		table, err := sheet.Read([]byte(text), sheet.Default)
		if err != nil || len(table.Rows) != 25 || table.Rows[0][7] != "thing24" || table.Rows[24][7] != "thing00" {
			t.Errorf("the CSV: %v", err)
		}
		_, text = c.Get("/audit.jsonl?what=estate")
		lines := bufio.NewScanner(strings.NewReader(text))
		n := 0
		for ; lines.Scan(); n++ {
			var e audit.Entry
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.Org != "bauamt" || e.PersonName != "Ada Amt" {
				t.Errorf("line %d: %+v, %v", n+1, e, err)
			}
		}
		if n != 25 {
			t.Errorf("%d lines, want 25", n)
		}
		status, text := c.Get("/api/v1/audit/entries?what=estate&size=20")
		var list struct {
			Items []audit.Entry `json:"items"`
			Next  string        `json:"next"`
		}
		if err := json.Unmarshal([]byte(text), &list); status != 200 || err != nil || len(list.Items) != 20 || list.Next == "" {
			t.Fatalf("the API: %d, %v, %d entries", status, err, len(list.Items))
		}
		_, text = c.Get("/api/v1/audit/entries?what=estate&size=20&after=" + url.QueryEscape(list.Next))
		list.Next = ""
		if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Items) != 5 || list.Next != "" {
			t.Errorf("the API's second page: %v, %d entries", err, len(list.Items))
		}
	})
}

func TestStrangerFindsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		s.Things = append(s.Things, s.gov.Things)
		s.did(t, "bauamt", "estate.add", "geheim")
		eve := s.site.As(door.Viewer{Org: "anderstadt", Person: "eve", Grants: []string{"*"}})
		for _, path := range []string{
			"/audit?what=estate", "/audit?org=bauamt", "/audit?person=" + string(s.ada), "/audit?org=musterstadt", "/audit.csv", "/audit.jsonl", "/audit.csv?org=bauamt",
			"/api/v1/audit/entries", "/api/v1/audit/entries?org=bauamt", "/api/v1/audit/entries?person=" + string(s.ada),
		} {
			if status, body := eve.Get(path); status != 200 || strings.Contains(body, "geheim") {
				t.Errorf("%s: %d, and what is not theirs", path, status)
			}
		}
		if _, body := eve.Get("/audit?thing=geheim"); !strings.Contains(body, "Auf diese Auswahl passt kein Eintrag") {
			t.Error("a stranger sees the course of a thing")
		}
		nobody := s.site.As(door.Viewer{})
		for _, path := range []string{"/audit", "/audit.csv", "/audit.jsonl"} {
			if status, to := nobody.Get(path); status != 303 || !strings.HasPrefix(to, "/sign-in") {
				t.Errorf("%s without sign-in: %d", path, status)
			}
		}
		if status, _ := nobody.Get("/api/v1/audit/entries"); status != 401 {
			t.Errorf("the API without sign-in: %d", status)
		}
	})
}

func TestFiltersThatCannotBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := set(t, d).as("musterstadt")
		for path, want := range map[string]int{
			"/audit?thing=%00": 422, "/audit?org=%ff%fe": 422, "/audit?person=" + strings.Repeat("x", 501): 422, "/audit?from=gestern": 422, "/audit?to=2026-13-45": 422,
			"/audit?after=broken": 422, "/audit?size=-1&door=window": 200, "/audit.csv?from=gestern": 400,
			"/api/v1/audit/entries?from=gestern": 400, "/api/v1/audit/entries?after=broken": 400, "/api/v1/audit/entries?thing=%00": 400, "/api/v1/audit/entries?size=100000": 422,
		} {
			if status, body := c.Get(path); status != want {
				t.Errorf("%s: %d, want %d: %.300s", path, status, want, body)
			}
		}
	})
}

func TestRecentIsNews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		for i := range 3 {
			s.did(t, "bauamt", "estate.add", fmt.Sprint("thing", i))
			s.did(t, "bauamt", "estate.add", fmt.Sprint("thing", i)) // once more is no news
			s.did(t, "bauamt", "governance.sign_in", "p")
		}
		if err := d.Write(t.Context(), db.System("vulnerability.rematch", ""), func(*db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		all, err := s.Recent(door.With(t.Context(), door.Viewer{Org: "musterstadt"}), 2)
		if err != nil || len(all) != 2 || all[0].Thing != "thing2" || all[1].Thing != "thing1" || all[0].Phrase != "audit.act.estate.add" || all[0].PersonName != "Ada Amt" || all[0].At.IsZero() {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// The list can be narrowed to every room in which something is done, says that it is one page
// of several, and an entry says what ids in it stand for.
func TestTheLogIsLegible(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		s.Things = append(s.Things, s.gov.Things)
		s.RoleNames = func(context.Context) (map[string]string, error) {
			return map[string]string{"coordinator": "Koordination"}, nil
		}
		for range 60 {
			s.did(t, "bauamt", "estate.add", "zammad")
		}
		_, body := s.as("bauamt").Get("/audit?what=estate")
		for _, room := range []string{"role", "approval", "licence", "policy", "duty", "compat", "tenant", "app", "estate"} {
			if !regexp.MustCompile(`<option value="` + room + `"[^>]*>\p{Lu}`).MatchString(body) {
				t.Errorf("the log cannot be narrowed to %s, or without a word for it", room)
			}
		}
		if !strings.Contains(body, "50 Einträge auf dieser Seite, ältere folgen") {
			t.Error("the page passes for the whole")
		}
		act := ospo.Act{Org: "bauamt", Person: s.ada, What: "role.mandate.add", Door: "web", Diff: fmt.Sprintf(`{"person":[null,%q],"role":[null,"coordinator"]}`, s.ada)}
		if err := d.Write(t.Context(), act, func(*db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		for org, sees := range map[string]bool{"musterstadt": true, "bauamt": false} {
			v := door.Viewer{Org: ospo.OrgID(org), Person: "p", Grants: []string{"*"}, Lang: "de"}
			all, err := s.Entries(door.With(t.Context(), v), audit.Filter{What: "role"}, 1)
			if err != nil || len(all) != 1 {
				t.Fatal(err)
			}
			_, body := s.site.As(v).Get("/audit/entry/" + all[0].ID)
			if !strings.Contains(body, "Koordination · coordinator") || strings.Contains(body, "Ada Amt · "+string(s.ada)) != sees {
				t.Errorf("%s: the entry's names are not as they should be", org)
			}
		}
	})
}
