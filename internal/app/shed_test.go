// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// A backdoor is everything by which somebody who prepared an account can be that person.
type backdoor struct {
	h       *house
	person  ospo.PersonID
	login   string
	session surfer
	program caller
	link    string
}

// prepare opens every way into an account, as an administrator of the person's organisation
// could: a password, a session in a known browser, a token, a link, second factors.
func (h *house) prepare(person ospo.PersonID, org ospo.OrgID, login string) backdoor {
	h.t.Helper()
	ctx := door.With(h.t.Context(), h.operator(org))
	b := backdoor{h: h, person: person, login: login, session: h.surfer()}
	link := func() string {
		path, err := h.Governance.Invite(ctx, person)
		if err != nil {
			h.t.Fatal(err)
		}
		return path
	}
	if status, _ := b.session.post(link(), url.Values{"password": {sentence}, "again": {sentence}}); status != 303 {
		h.t.Fatalf("setting a password: %d", status)
	}
	b.link = link()
	token, err := h.Governance.CreateToken(ctx, ospo.Act{Org: org, Person: person, Door: "test"}, org, "Hintertür", []string{"estate.read"}, time.Time{})
	if err != nil {
		h.t.Fatal(err)
	}
	b.program = caller{h.t, h.App, token, "de"}
	if err := h.DB.Keep(ctx, func(tx *db.Tx) error {
		for _, q := range []string{
			`INSERT INTO factor_app (person, org, secret, last, created) VALUES ($1, $2, 'GEHEIM', 0, '')`,
			`INSERT INTO factor_code (person, org, sum, created) VALUES ($1, $2, 'x', '')`,
			`INSERT INTO factor_key (person, org, id, name, body, created, used) VALUES ($1, $2, 'x', 'Schlüssel', '{}', '', '')`,
			`INSERT INTO governance_device (person, org, sum, expires) VALUES ($1, $2, 'x', '9999')`,
		} {
			if _, err := tx.ExecContext(ctx, q, person, org); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	return b
}

// open lists the ways in that still work.
func (b backdoor) open() (out []string) {
	b.h.t.Helper()
	if b.session.in() != "" {
		out = append(out, "session")
	}
	if status, _ := b.program.get("/api/v1/estate/software"); status != 401 {
		out = append(out, fmt.Sprint("token ", status))
	}
	if status, _ := b.h.surfer().get(b.link); status != 404 {
		out = append(out, fmt.Sprint("link ", status))
	}
	for _, table := range []string{"factor_app", "factor_code", "factor_key", "governance_device", "governance_password"} {
		if b.h.count(`SELECT count(*) FROM `+table+` WHERE person = $1`, b.person) > 0 {
			out = append(out, table)
		}
	}
	return out
}

const allWays = "[session token 200 link 200 factor_app factor_code factor_key governance_device governance_password]"

// Somebody in the Bauamt has prepared an account for Eve, and could be her. The first time
// that the city's provider recognises her, by mail or by the directory's id, it is hers
// alone. Afterwards what she has set up herself stays.
func TestARecognisedAccountLosesItsOtherWaysIn(t *testing.T) {
	for _, way := range []string{"mail", "external"} {
		t.Run(way, func(t *testing.T) {
			dbtest.EachAddress(t, func(t *testing.T, where string) {
				h, l := lyingAt(t, where, Provider{Match: []string{way}})
				login := "eve@musterstadt.example"
				m, _ := directoryOf(t, h.App, "bauamt").must(201, "POST", "/scim/v2/Users", `{"userName":"`+login+`","externalId":"eve","displayName":"Eve von früher"}`)
				trap := h.prepare(ospo.PersonID(m["id"].(string)), "bauamt", login)
				if got := fmt.Sprint(trap.open()); got != allWays {
					t.Fatalf("before: %s", got)
				}
				eve := h.surfer()
				if status, body := eve.lie(l, "/"); status != 303 || eve.in() != "Eve Beispiel" {
					t.Fatalf("%d %s", status, said(body))
				}
				if got := trap.open(); len(got) != 0 {
					t.Errorf("recognised, and whoever prepared the account still has %v", got)
				}
				if status, _ := h.surfer().post("/sign-in", url.Values{"login": {login}, "password": {sentence}}); status == 303 {
					t.Error("the password of the one who prepared it still opens")
				}
				own := h.prepare(trap.person, "bauamt", login)
				if status, _ := eve.lie(l, "/"); status != 303 {
					t.Fatalf("the second time: %d", status)
				}
				if got := fmt.Sprint(own.open()); got != allWays {
					t.Errorf("what she set up herself is gone the second time: %s", got)
				}
			})
		})
	}
}

// A group of the city's directory raises somebody above the house that has prepared the
// account: whoever prepared it does not rise along. Within the house nothing is lost.
func TestWhoRisesAboveTheirHouseLosesOtherWaysIn(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		h, _ := lyingAt(t, where, Provider{})
		city := door.With(t.Context(), h.operator("musterstadt"))
		d := directoryOf(t, h.App, "musterstadt")
		for group, m := range map[string][2]string{"Leitung": {"musterstadt", "admin"}, "Bau": {"bauamt", "editor"}} {
			if _, err := h.Identity.AddMapping(city, mapping("scim", group, ospo.OrgID(m[0]), m[1])); err != nil {
				t.Fatal(err)
			}
		}
		id, err := h.Governance.AddPerson(t.Context(), instance, governance.Person{Org: "bauamt", Login: "eve", Name: "Eve", Level: "reader"})
		if err != nil {
			t.Fatal(err)
		}
		trap := h.prepare(id, "bauamt", "eve")
		member := `{"displayName":"%s","members":[{"value":"` + string(id) + `"}]}`
		d.must(201, "POST", "/scim/v2/Groups", fmt.Sprintf(member, "Bau"))
		if p, err := h.Governance.Person(city, id); err != nil || p.Level != "editor" || p.Org != "bauamt" {
			t.Fatalf("%+v, %v", p, err)
		}
		if got := fmt.Sprint(trap.open()); got != allWays {
			t.Errorf("within the house she keeps all she has, not %s", got)
		}
		d.must(201, "POST", "/scim/v2/Groups", fmt.Sprintf(member, "Leitung"))
		if p, err := h.Governance.Person(city, id); err != nil || p.Level != "admin" || p.Org != "musterstadt" {
			t.Fatalf("%+v, %v", p, err)
		}
		if got := trap.open(); len(got) != 0 {
			t.Errorf("she administers the city, and whoever prepared her account still has %v", got)
		}
	})
}

// Where somebody gets mail is theirs to say: neither a sign-in by a provider, which knows a
// new name, nor a directory that changes one, takes the address away.
func TestWhatComesFromElsewhereKeepsTheMailAddress(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		h, l := lyingAt(t, where, Provider{Match: []string{"mail"}})
		id, err := h.Governance.AddPerson(t.Context(), instance, governance.Person{Org: "musterstadt", Login: "eve@musterstadt.example", Name: "Eve", Mail: "post@eve.example", Level: "reader"})
		if err != nil {
			t.Fatal(err)
		}
		check := func(when, name string) {
			t.Helper()
			p, err := h.Governance.Person(door.With(t.Context(), h.operator("musterstadt")), id)
			if err != nil || p.Mail != "post@eve.example" || p.Name != name {
				t.Errorf("%s: %+v, %v; want the address kept and the name %q", when, p, err, name)
			}
		}
		if status, body := h.surfer().lie(l, "/"); status != 303 {
			t.Fatalf("%d %s", status, said(body))
		}
		check("signed in by the provider", "Eve Beispiel")
		d := directoryOf(t, h.App, "musterstadt")
		d.must(200, "PATCH", "/scim/v2/Users/"+string(id), `{"Operations":[{"op":"replace","path":"displayName","value":"Eve Neu"}]}`)
		check("changed by the directory", "Eve Neu")
		d.must(200, "PATCH", "/scim/v2/Users/"+string(id), `{"Operations":[{"op":"replace","path":"name.formatted","value":"Dr. Eve Neu"}]}`)
		check("changed in its other name", "Dr. Eve Neu")
		d.must(200, "PUT", "/scim/v2/Users/"+string(id), `{"userName":"eve@musterstadt.example","displayName":"Eve Ganz","emails":[{"value":"anders@eve.example"}]}`)
		check("put by the directory", "Eve Ganz")
	})
}
