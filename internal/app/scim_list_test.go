// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"allmende/internal/engine/scim"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// found lists the ids that a list answers, in its order.
func (d directory) found(path string) (ids []string, all []map[string]any) {
	d.t.Helper()
	m, _ := d.must(200, "GET", path, "")
	for _, one := range m["Resources"].([]any) {
		r := one.(map[string]any)
		ids, all = append(ids, r["id"].(string)), append(all, r)
	}
	if int(m["totalResults"].(float64)) != len(ids) {
		d.t.Errorf("%s: %v in total, and %d are listed", path, m["totalResults"], len(ids))
	}
	return ids, all
}

// peopled fills a directory with people who differ in everything that a filter can ask for.
func peopled(t *testing.T, d directory) {
	t.Helper()
	for i := range 24 {
		mail := ""
		if i%3 > 0 {
			mail = fmt.Sprintf(`,"emails":[{"value":"M%d_%%@Example.org","type":"work","primary":true}]`, i)
		}
		external := ""
		if i%4 > 0 {
			external = fmt.Sprintf(`,"externalId":"E%d\\x_Y"`, i)
		}
		d.must(201, "POST", "/scim/v2/Users", fmt.Sprintf(`{"userName":"u%02d@example.org","displayName":"Name %d","name":{"givenName":"G%d","familyName":"%s"},"active":%v%s%s}`,
			i, i, i%3, []string{"", "Öztürk", "von Ax"}[i%3], i%2 == 0, mail, external))
	}
	ids, _ := d.found("/scim/v2/Users?count=100")
	for i, name := range []string{"Bau", "Recht", "leer"} {
		var members []string
		for _, id := range ids[i*8 : min(i*8+8, 16)] {
			members = append(members, `{"value":"`+id+`"}`)
		}
		d.must(201, "POST", "/scim/v2/Groups", `{"displayName":"`+name+`","externalId":"X`+name+`","members":[`+strings.Join(members, ",")+`]}`)
	}
}

// What the database finds by a filter is what the filter means, looked at one by one: for
// filters put together at random, for people and groups, on both databases.
func TestTheDatabaseFindsWhatAFilterMeans(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		join(t, a, "", "Nachbarstadt")
		d, stranger := directoryOf(t, a, "musterstadt"), directoryOf(t, a, "nachbarstadt")
		peopled(t, d)
		stranger.must(201, "POST", "/scim/v2/Users", `{"userName":"u99@example.org","displayName":"Name 99"}`)
		for kind, atoms := range map[string][]string{
			"Users": {`userName eq "U03@example.org"`, `userName sw "u1"`, `userName co "2@"`, `userName ew "ORG"`, `userName gt "u12"`, `userName le "u05@example.org"`, `displayName co "name 1"`, `name.formatted eq "NAME 7"`,
				`name.givenName eq "g1"`, `name.givenName ne "G1"`, `name.familyName eq "Öztürk"`, `name.familyName sw "VON"`, `name.familyName pr`, `externalId eq "E5\\x_Y"`, `externalId eq "e5\\x_y"`, `externalId sw "E1"`, `externalId sw "e1"`, `externalId co "\\x_"`, `externalId ew "_Y"`, `externalId ew "_y"`, `externalId pr`, `externalId eq null`, `externalId co ""`,
				`active eq true`, `active eq false`, `active ne true`, `active eq "x"`, `active pr`, `emails pr`, `emails co "_%@"`, `emails.value sw "m1"`, `emails[type eq "work" and value co "m2"]`, `emails[type eq "home"]`, `emails.type eq "WORK"`, `emails.primary eq true`, `emails.primary eq false`, `emails ne "m1_%@example.org"`,
				`groups.display eq "bau"`, `groups.display ne "bau"`, `groups pr`, `groups[display sw "re"]`, `groups eq null`, `meta.created gt "2020-01-01T00:00:00Z"`, `meta.lastModified lt "2020-01-01T00:00:00+01:00"`, `meta.resourceType eq "user"`, `nickName pr`, `nickName eq "x"`, `nickName ne "x"`, `nickName eq null`, `title co "x"`},
			"Groups": {`displayName eq "BAU"`, `displayName sw "re"`, `displayName co "E"`, `externalId eq "XBau"`, `externalId eq "xbau"`, `members pr`, `members.display co "name 3"`, `members ne "x"`, `meta.created pr`, `meta.resourceType eq "Group"`, `id pr`, `nickName pr`},
		} {
			_, all := d.found("/scim/v2/" + kind + "?count=100")
			r := rand.New(rand.NewPCG(1, 2))
			pick := func() string {
				atom := atoms[r.IntN(len(atoms))]
				if r.IntN(3) == 0 {
					return "not (" + atom + ")"
				}
				return atom
			}
			filters := slices.Clone(atoms)
			for range 120 {
				filters = append(filters, pick()+[]string{" and ", " or "}[r.IntN(2)]+"("+pick()+[]string{" and ", " or "}[r.IntN(2)]+pick()+")")
			}
			hits := 0
			for _, text := range filters {
				f, err := scim.ParseFilter(text, "id", "externalId")
				if err != nil {
					t.Fatal(text, err)
				}
				var want []string
				for _, m := range all {
					if f.Match(m) {
						want = append(want, m["id"].(string))
					}
				}
				got, _ := d.found("/scim/v2/" + kind + "?count=100&filter=" + url.QueryEscape(text))
				if !slices.Equal(got, want) {
					t.Errorf("%s: %d found, want %d", text, len(got), len(want))
				}
				hits += len(got)
			}
			if hits == 0 {
				t.Error("nothing was found by any filter")
			}
		}
		for _, bad := range []string{`meta.created gt "gestern"`} {
			if status, _, m := d.ask("GET", "/scim/v2/Users?filter="+url.QueryEscape(bad), ""); status != 400 || m["scimType"] != "invalidFilter" {
				t.Errorf("%s: %d %v", bad, status, m)
			}
		}
	})
}

// A directory may ask in the body, where no proxy writes the names of people down. What is not
// there is said in the form that directories understand.
func TestADirectoryAsksInTheBody(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the same lists as above
	join(t, a, "", "Musterstadt")
	d := directoryOf(t, a, "musterstadt")
	peopled(t, d)
	m, text := d.must(200, "POST", "/scim/v2/Users/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName sw \"u1\"","sortBy":"userName","sortOrder":"descending","startIndex":2,"count":3,"attributes":["userName"]}`)
	if m["totalResults"] != 10.0 || len(m["Resources"].([]any)) != 3 || m["Resources"].([]any)[0].(map[string]any)["userName"] != "u18@example.org" || strings.Contains(text, "displayName") {
		t.Errorf("people: %s", text)
	}
	if m, text := d.must(200, "POST", "/scim/v2/Groups/.search", `{"filter":"displayName eq \"bau\"","excludedAttributes":["members"]}`); m["totalResults"] != 1.0 || strings.Contains(text, `"members"`) {
		t.Errorf("groups: %s", text)
	}
	for _, bad := range []string{`{"filter":7}`, `[]`, `{"filter":"x"}`} {
		if status, _, _ := d.ask("POST", "/scim/v2/Users/.search", bad); status != 400 {
			t.Errorf("%s: %d", bad, status)
		}
	}
	for _, path := range []string{"/scim/v2/Me", "/scim/v2/.search", "/scim/v2/"} {
		if status, _, m := d.ask("POST", path, `{}`); status != 404 || m["status"] != "404" {
			t.Errorf("%s: %d %v", path, status, m)
		}
	}
}

// Lists are sorted by what a directory asks for, whoever lacks it last, and page by page in
// that order.
func TestADirectorySorts(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		d := directoryOf(t, a, "musterstadt")
		peopled(t, d)
		first := func(query, attribute string) (out []string) {
			for start := 1; start <= 24; start += 7 {
				m, _ := d.must(200, "GET", fmt.Sprintf("/scim/v2/Users?startIndex=%d&count=7&%s", start, query), "")
				for _, one := range m["Resources"].([]any) {
					text, _ := one.(map[string]any)[attribute].(string)
					out = append(out, text)
				}
			}
			return out
		}
		up, down := first("sortBy=userName", "userName"), first("sortBy=urn:ietf:params:scim:schemas:core:2.0:User:userName&sortOrder=descending", "userName")
		if !slices.IsSorted(up) || len(up) != 24 || up[0] == "" {
			t.Errorf("ascending: %v", up)
		}
		if slices.Reverse(down); !slices.Equal(up, down) {
			t.Errorf("descending is not the reverse: %v", down)
		}
		ext := first("sortBy=externalId", "externalId")
		if n := slices.Index(ext, ""); n != 18 {
			t.Errorf("whoever lacks it begins at %d, want 18: %v", n, ext)
		}
		if got := first("sortBy=nickName", "userName"); !slices.Equal(got, up) {
			t.Errorf("by what nobody has: %v", got)
		}
	})
}

// A directory changes only what it knows: with another version the change is refused, and
// nothing happens.
func TestADirectoryChangesOnlyWhatItKnows(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		d := directoryOf(t, a, "musterstadt")
		m, _ := d.must(201, "POST", "/scim/v2/Users", `{"userName":"ada","displayName":"Ada"}`)
		ada := "/scim/v2/Users/" + m["id"].(string)
		g, _ := d.must(201, "POST", "/scim/v2/Groups", `{"displayName":"Bau","members":[{"value":"`+m["id"].(string)+`"}]}`)
		group := "/scim/v2/Groups/" + g["id"].(string)
		_, header, _ := d.ask("GET", ada, "")
		old := header.Get("ETag")
		if m, _ := d.must(200, "GET", ada, ""); m["meta"].(map[string]any)["version"] != old {
			t.Errorf("meta.version is %v, the ETag %s", m["meta"], old)
		}
		if status, header, _ := d.ask("PATCH", ada, `{"Operations":[{"op":"replace","path":"displayName","value":"Ada L."}]}`, "If-Match", old); status != 200 || header.Get("ETag") == old || header.Get("ETag") == "" {
			t.Fatalf("with the version it has: %d %s", status, header.Get("ETag"))
		}
		_, header, _ = d.ask("GET", group, "")
		known := header.Get("ETag")
		if m, _ := d.must(200, "GET", "/scim/v2/Groups?excludedAttributes=members", ""); m["Resources"].([]any)[0].(map[string]any)["meta"].(map[string]any)["version"] != known {
			t.Error("a list without members says another version")
		}
		d.must(200, "PATCH", group, `{"Operations":[{"op":"remove","path":"members"}]}`)
		for _, method := range []string{"PUT", "PATCH", "DELETE"} {
			for path, tag := range map[string]string{ada: old, group: known} {
				body := `{"userName":"ada","displayName":"anders","Operations":[{"op":"replace","path":"displayName","value":"anders"}]}`
				status, _, m := d.ask(method, path, body, "If-Match", tag)
				if detail, _ := m["detail"].(string); status != 412 || !strings.Contains(detail, "changed meanwhile") {
					t.Errorf("%s %s with an old version: %d %v", method, path, status, m)
				}
			}
		}
		if m, _ := d.must(200, "GET", ada, ""); m["displayName"] != "Ada L." {
			t.Errorf("she is called %v", m["displayName"])
		}
		_, header, _ = d.ask("GET", ada, "")
		if status, _, _ := d.ask("DELETE", ada, "", "If-Match", `W/"x", `+header.Get("ETag")); status != 204 {
			t.Errorf("one of several versions: %d", status)
		}
		if status, _, _ := d.ask("DELETE", group, "", "If-Match", "*"); status != 204 {
			t.Errorf("any version: %d", status)
		}
	})
}

// Many changes at once: each for itself, in the order in which they need each other, with
// an answer for each; not more than we say, and not what another city has.
func TestADirectoryChangesMuchAtOnce(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		join(t, a, "", "Nachbarstadt")
		d := directoryOf(t, a, "musterstadt")
		theirs, _ := directoryOf(t, a, "nachbarstadt").must(201, "POST", "/scim/v2/Users", `{"userName":"eve"}`)
		bulk := func(ops string, more string) (out []map[string]any) {
			t.Helper()
			m, _ := d.must(200, "POST", "/scim/v2/Bulk", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]`+more+`,"Operations":[`+ops+`]}`)
			for _, one := range m["Operations"].([]any) {
				out = append(out, one.(map[string]any))
			}
			return out
		}
		says := func(all []map[string]any) (out []string) {
			for _, m := range all {
				out = append(out, fmt.Sprint(m["method"], " ", m["bulkId"], " ", m["status"]))
			}
			return out
		}
		got := bulk(`{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"Bau","members":[{"value":"bulkId:ada"},{"value":"bulkId:bert"}]}},
			{"method":"post","path":"/Users","bulkId":"ada","data":{"userName":"ada"}},
			{"method":"POST","path":"/Users","bulkId":"bert","data":{"userName":"bert"}},
			{"method":"POST","path":"/Users","bulkId":"again","data":{"userName":"bert"}},
			{"method":"PATCH","path":"/Users/bulkId:ada","data":{"Operations":[{"op":"replace","path":"displayName","value":"Ada"}]}},
			{"method":"PUT","path":"/Users/bulkId:bert","version":"W/\"x\"","data":{"userName":"bert","displayName":"B"}},
			{"method":"DELETE","path":"/Users/`+theirs["id"].(string)+`"},
			{"method":"POST","path":"/Groups","bulkId":"h","data":{"displayName":"Recht","members":[{"value":"bulkId:nobody"}]}},
			{"method":"GET","path":"/Users"},{"method":"POST","path":"/Users","data":{"userName":"nameless"}},{"method":"DELETE","path":"/Bulk/1"}`, "")
		want := []string{"POST g 201", "POST ada 201", "POST bert 201", "POST again 409", "PATCH <nil> 200", "PUT <nil> 412", "DELETE <nil> 404", "POST h 400", "GET <nil> 400", "POST <nil> 400", "DELETE <nil> 400"}
		if !slices.Equal(says(got), want) {
			text, _ := json.Marshal(got)
			t.Errorf("the answers are\n%v, want\n%v:\n%s", says(got), want, text)
		}
		location, _ := got[0]["location"].(string)
		_, path, _ := strings.Cut(location, "/scim/v2/")
		if m, _ := d.must(200, "GET", "/scim/v2/"+path, ""); len(m["members"].([]any)) != 2 || got[0]["version"] != m["meta"].(map[string]any)["version"] {
			t.Errorf("the group is %v, the answer said %v", m, got[0])
		}
		if p := got[3]["response"].(map[string]any); p["scimType"] != "uniqueness" || p["status"] != "409" {
			t.Errorf("the reason of a failure: %v", p)
		}
		if _, err := a.Governance.Person(door.With(t.Context(), door.Viewer{Org: "nachbarstadt", Person: "operator", Grants: []string{"*"}}), ospo.PersonID(theirs["id"].(string))); err != nil {
			t.Errorf("somebody of another city: %v", err)
		}
		// Two wait for each other; after one failure nothing more is done.
		got = bulk(`{"method":"POST","path":"/Groups","bulkId":"a","data":{"displayName":"A","members":[{"value":"bulkId:b"}]}},{"method":"POST","path":"/Groups","bulkId":"b","data":{"displayName":"B","members":[{"value":"bulkId:a"}]}}`, "")
		if !slices.Equal(says(got), []string{"POST a 400", "POST b 400"}) {
			t.Errorf("two that wait for each other: %v", says(got))
		}
		got = bulk(`{"method":"POST","path":"/Users","bulkId":"x","data":{}},{"method":"POST","path":"/Users","bulkId":"y","data":{"userName":"yolanda"}}`, `,"failOnErrors":1`)
		if !slices.Equal(says(got), []string{"POST x 400"}) {
			t.Errorf("after one failure: %v", says(got))
		}
		many := strings.TrimSuffix(strings.Repeat(`{"method":"DELETE","path":"/Users/x"},`, 101), ",")
		for _, ops := range []string{"", many} {
			if status, _, _ := d.ask("POST", "/scim/v2/Bulk", `{"Operations":[`+ops+`]}`); status != 413 {
				t.Errorf("%d bytes of changes: %d", len(ops), status)
			}
		}
		if status, _, _ := d.ask("POST", "/scim/v2/Bulk", `{"Operations":"`+strings.Repeat("x", 5<<20)+`"}`); status != 413 {
			t.Errorf("too large: %d", status)
		}
	})
}
