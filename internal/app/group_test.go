// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/browser/idptest"
	"allmende/internal/fault"
	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/office/identity"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// key is the text of what was refused.
func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Say(err)[0].Key
}

// gives lets a group give a role, and fails the test where that waits or is refused.
func (h *house) gives(source, group, role string, target ospo.OrgID) string {
	h.t.Helper()
	o, err := h.Identity.AddMapping(door.With(h.t.Context(), h.operator("musterstadt")), identity.Mapping{Source: source, Value: group, Target: target, Role: role})
	if err != nil || o.ID == "" {
		h.t.Fatal(o, err)
	}
	return o.ID
}

// seats writes down who holds what by a group: "running developer bauamt: rathaus redaktion".
func (h *house) seats(person ospo.PersonID) string {
	h.t.Helper()
	all, err := h.Role.Mandates(door.With(h.t.Context(), h.operator("musterstadt")), role.Sieve{Person: string(person)})
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, m := range all {
		out = append(out, fmt.Sprintf("%s %s %s: %s %s", m.State, m.Role, m.Org, m.Source, m.Decision))
	}
	return strings.Join(out, "; ")
}

// only is the id of the one person there is.
func (h *house) only() ospo.PersonID {
	h.t.Helper()
	var found []ospo.PersonID
	people, err := h.Governance.Admins(h.t.Context(), "musterstadt")
	for _, p := range people {
		found = append(found, p.ID)
	}
	if err != nil || len(found) > 0 {
		h.t.Fatal(found, err)
	}
	all, err := h.Audit.Entries(door.With(h.t.Context(), h.operator("musterstadt")), audit.Filter{What: "identity.join"}, 5)
	if err != nil || len(all) != 1 {
		h.t.Fatal(all, err)
	}
	return ospo.PersonID(all[0].Thing)
}

// At the real provider Ada is in the group "redaktion", which gives the role of a developer in
// the Bauamt. She may what it grants, everybody sees where it comes from, and nobody ends it
// by hand. Her account may nothing beside it.
func TestAGroupAtTheProviderGivesARole(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		h, _ := real(t, where, Provider{Join: true, Groups: "groups"})
		h.gives("rathaus", "redaktion", "developer", "bauamt")
		ada := h.surfer()
		if status, to := ada.through("rathaus", "/sbom", idptest.Ada, idptest.Password); status != 303 || to != "/sbom" {
			t.Fatalf("%d %s", status, said(to))
		}
		if status, body := ada.get("/sbom"); status != 200 || !strings.Contains(body, "<b>Bauamt</b>") {
			t.Errorf("she reads bills of materials in the Bauamt: %d", status)
		}
		if status, _ := ada.get("/governance/people/add"); status != 403 {
			t.Errorf("she administers: %d", status)
		}
		id := h.only()
		if got := h.seats(id); got != "running developer bauamt: rathaus redaktion" {
			t.Errorf("she holds %q", got)
		}
		if log := h.log("bauamt", "role.mandate.%"); len(log) != 1 || !strings.HasPrefix(log[0], "role.mandate.add ") {
			t.Errorf("the log of the Bauamt says %v", log)
		}
		ctx := door.With(t.Context(), h.operator("musterstadt"))
		all, err := h.Role.Mandates(ctx, role.Sieve{})
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		if err := h.Role.End(ctx, all[0].ID, "von Hand"); key(err) != "role.mandate.sourced" {
			t.Errorf("ended by hand: %v", err)
		}
		city := h.admin()
		if status, body := city.get("/role/mandate/" + all[0].ID); status != 200 || !strings.Contains(body, "Diese Besetzung gibt die Gruppe „redaktion“") || strings.Contains(body, all[0].ID+"/end") {
			t.Errorf("the page of the mandate does not say where it comes from: %d", status)
		}
		if _, body := city.get("/role/mandates"); !strings.Contains(body, "durch Gruppe redaktion") {
			t.Error("the list of mandates does not say where it comes from")
		}
	})
}

// admin asks for everything in Musterstadt.
func (h *house) admin() caller {
	h.t.Helper()
	v := h.operator("musterstadt")
	token, err := h.Governance.CreateToken(h.t.Context(), v.Act("governance.token", ""), v.Org, "alles", []string{"*"}, h.DB.Now().AddDate(0, 0, 1))
	if err != nil {
		h.t.Fatal(err)
	}
	return caller{h.t, h.App, token, "de"}
}

// Roles follow groups at each sign-in: a second group gives a second role, who leaves one has
// lost its role, what somebody gave by hand stays, and a mapping that goes takes it along.
func TestRolesFollowGroups(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		h, l := lyingAt(t, where, Provider{Join: true, Groups: "groups", Level: ""})
		h.gives("rathaus", "bau", "developer", "bauamt")
		recht := h.gives("rathaus", "recht", "department", "musterstadt")
		h.gives("rathaus", "auch-bau", "developer", "bauamt")
		in := func(groups ...string) (int, string) {
			l.Claims = func(c map[string]any) { c["groups"] = groups }
			return h.surfer().lie(l, "/")
		}
		if status, body := in("andere"); status != 403 || !strings.Contains(body, "Keine Ihrer Gruppen") {
			t.Errorf("without a group: %d", status)
		}
		if status, _ := in("bau", "auch-bau"); status != 303 {
			t.Fatal(status)
		}
		id := h.only()
		ctx := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		hand, err := h.Role.Grant(ctx, role.Grant{Role: "awareness_manager", Person: string(id), Org: "musterstadt", Decision: "Rat"})
		if err != nil || hand.ID == "" {
			t.Fatal(hand, err)
		}
		check := func(when string, want string, groups ...string) {
			t.Helper()
			if status, body := in(groups...); status != 303 {
				t.Fatalf("%s: %d %s", when, status, said(body))
			}
			if got := h.seats(id); got != want {
				t.Errorf("%s she holds\n%s, want\n%s", when, got, want)
			}
		}
		const byHand = "running awareness_manager musterstadt:  Rat"
		check("in two that give the same", byHand+"; running developer bauamt: rathaus bau", "auch-bau", "bau")
		check("in another, too", byHand+"; running department musterstadt: rathaus recht; running developer bauamt: rathaus bau", "bau", "recht")
		check("out of the first", byHand+"; running department musterstadt: rathaus recht; ended developer bauamt: rathaus bau", "recht")
		if err := h.Identity.DropMapping(ctx, recht); err != nil {
			t.Fatal(err)
		}
		if got := h.seats(id); !strings.Contains(got, "ended department") {
			t.Errorf("the mapping is gone, and she holds %s", got)
		}
		// Held by hand already, it is not given twice; the level stays none.
		h.gives("rathaus", "pruefung", "awareness_manager", "musterstadt")
		check("in a group for what she has by hand", byHand+"; ended department musterstadt: rathaus recht; ended developer bauamt: rathaus bau", "pruefung")
		if p, err := h.Governance.Person(ctx, id); err != nil || p.Level != "none" {
			t.Errorf("%+v, %v", p, err)
		}
		log := strings.Join(append(h.log("bauamt", "role.mandate.%"), h.log("musterstadt", "role.mandate.%")...), "\n")
		if strings.Count(log, "role.mandate.add") != 3 || strings.Count(log, "role.mandate.end") != 2 {
			t.Errorf("the log:\n%s", log)
		}
	})
}

// A directory's group gives a role at once, and takes it when somebody leaves, when the group
// is called otherwise, when the mapping goes, and when the person goes. Another city's
// directory has no say.
func TestAGroupOfADirectoryGivesARole(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		h, _ := lyingAt(t, where, Provider{})
		d, stranger := directoryOf(t, h.App, "musterstadt"), directoryOf(t, h.App, "nachbarstadt")
		user := func(d directory, name string) ospo.PersonID {
			m, _ := d.must(201, "POST", "/scim/v2/Users", `{"userName":"`+name+`"}`)
			return ospo.PersonID(m["id"].(string))
		}
		ada, bert, other := user(d, "ada"), user(d, "bert"), user(stranger, "eve")
		m, _ := d.must(201, "POST", "/scim/v2/Groups", fmt.Sprintf(`{"displayName":"Bau","members":[{"value":%q},{"value":%q}]}`, ada, bert))
		group := "/scim/v2/Groups/" + m["id"].(string)
		stranger.must(201, "POST", "/scim/v2/Groups", fmt.Sprintf(`{"displayName":"Bau","members":[{"value":%q}]}`, other))
		mapping := h.gives("scim", "Bau", "developer", "bauamt")
		const running, ended = "running developer bauamt: scim musterstadt Bau", "ended developer bauamt: scim musterstadt Bau"
		check := func(when string, wantAda, wantBert string) {
			t.Helper()
			if a, b := h.seats(ada), h.seats(bert); a != wantAda || b != wantBert {
				t.Errorf("%s: Ada %q and Bert %q, want %q and %q", when, a, b, wantAda, wantBert)
			}
		}
		check("mapped", running, running)
		if n := h.count(`SELECT count(*) FROM role_mandate WHERE person = $1`, other); n != 0 {
			t.Errorf("a group of that name in another city gives %d mandates", n)
		}
		if p, err := h.Governance.Person(door.With(t.Context(), h.operator("musterstadt")), ada); err != nil || p.Level != "reader" || p.Org != "musterstadt" {
			t.Errorf("a group that gives a role alone changes the level: %+v, %v", p, err)
		}
		d.must(200, "PATCH", group, fmt.Sprintf(`{"Operations":[{"op":"remove","path":"members[value eq \"%s\"]"}]}`, ada))
		check("Ada left", ended, running)
		d.must(200, "PATCH", group, `{"Operations":[{"op":"replace","path":"displayName","value":"Hochbau"}]}`)
		check("called otherwise", ended, ended)
		d.must(200, "PATCH", group, `{"Operations":[{"op":"replace","path":"displayName","value":"Bau"}]}`)
		check("called as before", ended, ended+"; "+running)
		if err := h.Identity.DropMapping(door.With(t.Context(), h.operator("musterstadt")), mapping); err != nil {
			t.Fatal(err)
		}
		check("without the mapping", ended, ended+"; "+ended)
		h.gives("scim", "Bau", "developer", "bauamt")
		check("with it again", ended, ended+"; "+ended+"; "+running)
		if status, _, _ := d.ask("DELETE", "/scim/v2/Users/"+string(bert), ""); status != 204 {
			t.Fatal(status)
		}
		check("Bert is gone", ended, ended+"; "+ended+"; "+ended)
	})
}

// Nobody gives by a group what they could not give by hand: roles want role.grant, and what
// administers a second person, whoever is in the group. Above the own house, an account that
// somebody else has prepared loses its other ways in.
func TestNobodyGivesByAGroupWhatTheyCouldNotByHand(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		h, _ := lyingAt(t, where, Provider{})
		d := directoryOf(t, h.App, "musterstadt")
		id, err := h.Governance.AddPerson(t.Context(), instance, governance.Person{Org: "bauamt", Login: "eve", Name: "Eve", Level: "reader"})
		if err != nil {
			t.Fatal(err)
		}
		trap := h.prepare(id, "bauamt", "eve")
		d.must(201, "POST", "/scim/v2/Groups", fmt.Sprintf(`{"displayName":"Leitung","members":[{"value":%q}]}`, id))
		as := func(person ospo.PersonID, grants ...string) context.Context {
			return door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: person, Grants: grants, Lang: "de", Door: "web"})
		}
		add := func(ctx context.Context, role string) (identity.Outcome, error) {
			return h.Identity.AddMapping(ctx, identity.Mapping{Source: "scim", Value: "Leitung", Target: "musterstadt", Role: role})
		}
		if _, err := add(as("w", "identity.write", "*.read"), "developer"); key(err) != "identity.mapping.role_above" {
			t.Errorf("without role.grant: %v", err)
		}
		if _, err := add(as("w", "*"), "king"); key(err) != "identity.mapping.role_unknown" {
			t.Errorf("a role that there is not: %v", err)
		}
		if _, err := h.Identity.AddMapping(as("w", "*"), identity.Mapping{Source: "scim", Value: "Leitung", Target: "nachbarstadt", Role: "developer"}); key(err) != "identity.mapping.target_far" {
			t.Errorf("in another city: %v", err)
		}
		o, err := add(as("cleo", "*"), "coordinator")
		if err != nil || o.Proposal == "" || h.seats(id) != "" {
			t.Fatalf("%+v, %v; she holds %q", o, err, h.seats(id))
		}
		if err := h.Approval.Approve(as("cleo", "*"), o.Proposal, ""); key(err) != "approval.self" {
			t.Errorf("approved by who proposed it: %v", err)
		}
		if got := fmt.Sprint(trap.open()); got != allWays {
			t.Fatalf("before: %s", got)
		}
		if err := h.Approval.Approve(as("gisa", "*"), o.Proposal, ""); err != nil {
			t.Fatal(err)
		}
		if got := h.seats(id); got != "running coordinator musterstadt: scim musterstadt Leitung" {
			t.Errorf("approved, and she holds %q", got)
		}
		if got := trap.open(); len(got) != 0 {
			t.Errorf("she coordinates the city, and whoever prepared her account still has %v", got)
		}
		if log := h.log("musterstadt", "identity.mapping.add"); len(log) != 1 || log[0] != "identity.mapping.add scim: Leitung" {
			t.Errorf("the log says %v", log)
		}
		// A level that administers waits in the same way, once there is somebody to agree.
		h.signIn(t, "musterstadt", "ada", "admin")
		o, err = h.Identity.AddMapping(as("cleo", "*"), mapping("scim", "Chefs", "musterstadt", "admin"))
		if err != nil || o.Proposal == "" {
			t.Errorf("a group for administrators: %+v, %v", o, err)
		}
	})
}

// Whoever may not steer for another house by hand without a reason does not by a group either.
func TestAGroupGivesNoSteeringRoleToAnotherHouse(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		a := open(t, where)
		join(t, a, "", "Anbieter")
		join(t, a, "anbieter", "Musterstadt")
		h := &house{a, t, ""}
		d := directoryOf(t, a, "anbieter")
		m, _ := d.must(201, "POST", "/scim/v2/Users", `{"userName":"dora"}`)
		d.must(201, "POST", "/scim/v2/Groups", `{"displayName":"Dienst","members":[{"value":"`+m["id"].(string)+`"}]}`)
		ctx := door.With(t.Context(), door.Viewer{Org: "anbieter", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		for _, role := range []string{"strategist", "developer"} {
			if o, err := a.Identity.AddMapping(ctx, identity.Mapping{Source: "scim", Value: "Dienst", Target: "musterstadt", Role: role}); err != nil || o.ID == "" {
				t.Fatal(o, err)
			}
		}
		if got := h.seats(ospo.PersonID(m["id"].(string))); got != "running developer musterstadt: scim anbieter Dienst" {
			t.Errorf("she holds %q, want no steering role", got)
		}
	})
}

// The page offers levels and roles, keeps what was typed, and shows both; so does the API.
func TestMappingsOfRolesByPageAndAPI(t *testing.T) {
	h, _ := lying(t, Provider{}) // one database: the stories above are on both
	city := h.admin()
	if _, body := city.get("/identity"); !strings.Contains(body, `<option value="role:awareness_manager">`) || !strings.Contains(body, `<option value="editor">`) {
		t.Error("the form does not offer both")
	}
	post := func(gives string) (int, string) {
		return city.do("POST", "/identity/mappings/add", "application/x-www-form-urlencoded", strings.NewReader(url.Values{"source": {"rathaus"}, "value": {"recht"}, "gives": {gives}, "target": {"bauamt"}}.Encode()))
	}
	if status, to := post("role:awareness_manager"); status != 303 || to != "/identity" {
		t.Errorf("a role: %d %s", status, said(to))
	}
	if status, body := post("role:king"); status != 422 || !strings.Contains(body, "Die Rolle „king“ gibt es in dieser Organisation nicht") || !strings.Contains(body, `value="recht"`) {
		t.Errorf("a role that there is not: %d", status)
	}
	if _, body := city.get("/identity"); !strings.Contains(body, "Rolle: Bewusstseinsmanag") {
		t.Error("the list does not show the role")
	}
	status, body := city.do("POST", "/api/v1/identity/mappings", "application/json", strings.NewReader(`{"source":"scim","value":"Bau","target":"bauamt","role":"developer"}`))
	var o identity.Outcome
	if json.Unmarshal([]byte(body), &o); status != 200 && status != 201 || o.ID == "" {
		t.Fatalf("by the API: %d %s", status, body)
	}
	if status, body := city.get("/api/v1/identity/mappings/" + o.ID); status != 200 || !strings.Contains(body, `"role":"developer"`) {
		t.Errorf("read: %d %s", status, body)
	}
	for _, bad := range []string{`{"source":"scim","value":"Bau","target":"bauamt","role":"developer"}`, `{"source":"scim","value":"x","target":"bauamt"}`, `{"source":"scim","value":"x","target":"bauamt","level":"reader","role":"developer"}`} {
		if status, body := city.do("POST", "/api/v1/identity/mappings", "application/json", strings.NewReader(bad)); status != 400 {
			t.Errorf("%s: %d %s", bad, status, body)
		}
	}
	if status, _ := city.do("DELETE", "/api/v1/identity/mappings/"+o.ID, "", nil); status >= 300 {
		t.Errorf("dropped: %d", status)
	}
	if status, _ := city.get("/api/v1/identity/mappings/" + o.ID); status != 404 {
		t.Errorf("gone: %d", status)
	}
}
