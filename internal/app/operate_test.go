// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db/dbtest"
)

// tokenFor makes a token for an organisation.
func tokenFor(t *testing.T, a *App, org ospo.OrgID) caller {
	t.Helper()
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	token, err := a.Governance.CreateToken(t.Context(), act, org, "test", []string{"*"}, a.DB.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return caller{t, a, token, "de"}
}

// A suspended organisation gets in nowhere, nor do those below it, nor does anything for it;
// its data stays, the neighbour notices nothing, and once it is resumed all is as before.
func TestASuspendedOrganisationIsKeptOut(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		a, _, _ := neighbours(t, where)
		city, below, other := tokenFor(t, a, "musterstadt"), tokenFor(t, a, "musterstadt-bau"), tokenFor(t, a, "nachbarstadt")
		upload := func(c caller, query string) int {
			status, _ := c.do("POST", "/api/v1/sbom/documents"+query, "application/json", strings.NewReader(log4j("Neues", "1", "2.14.1")))
			return status
		}
		signIn := func() (int, string) {
			form := url.Values{"login": {"admin@musterstadt.example"}, "password": {"ein langes passwort"}}
			return caller{t: t, app: a, lang: "de"}.do("POST", "/sign-in", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		}
		if err := a.Factor.SetRule(as(operator(t), "musterstadt"), "nobody"); err != nil {
			t.Fatal(err)
		}
		if err := a.SuspendOrg(operator(t), "Musterstadt", ""); fault.Of(err) != fault.Invalid {
			t.Errorf("suspended without a reason: %v", err)
		}
		if err := a.SuspendOrg(operator(t), "Musterstadt", "Rechnung offen"); err != nil {
			t.Fatal(err)
		}
		rows := rowsOf(t, a, "musterstadt")
		for name, c := range map[string]caller{"the city": city, "its department": below} {
			if status, body := c.get("/api/v1/estate/software"); status != 403 || !strings.Contains(body, "gesperrt") || strings.Contains(body, "Rechnung") {
				t.Errorf("%s reads: %d %s", name, status, body)
			}
			if status, _ := c.get("/estate"); status != 403 {
				t.Errorf("%s sees a page: %d", name, status)
			}
			if status := upload(c, ""); status != 403 {
				t.Errorf("%s uploads: %d", name, status)
			}
			if status, _ := c.get("/help"); status != 200 {
				t.Errorf("%s gets no help: %d", name, status)
			}
		}
		if status, body := signIn(); status != 403 || !strings.Contains(body, "Ihre Organisation ist auf dieser Instanz gesperrt") {
			t.Errorf("signs in: %d", status)
		}
		if status := upload(other, ""); status != 201 {
			t.Errorf("the neighbour uploads: %d", status)
		}
		if now := rowsOf(t, a, "musterstadt"); now["sbom_document"] != rows["sbom_document"] || now["estate_software"] != rows["estate_software"] {
			t.Errorf("rows of the suspended city: %v, were %v", now, rows)
		}
		if err := a.SuspendOrg(operator(t), "Musterstadt", "noch einmal"); fault.Of(err) != fault.Conflict {
			t.Errorf("suspended twice: %v", err)
		}
		if err := a.ResumeOrg(operator(t), "musterstadt"); err != nil {
			t.Fatal(err)
		}
		if status := upload(below, ""); status != 201 {
			t.Errorf("resumed, and the department uploads: %d", status)
		}
		if status, to := signIn(); status != 303 || to != "/" {
			t.Errorf("resumed, and signing in is answered %d %s", status, to)
		}

		// The city suspends its own department: uploads for it are refused, to the city as well.
		form := strings.NewReader(url.Values{"reason": {"Umbau"}}.Encode())
		if status, to := city.do("POST", "/tenant/org/musterstadt-bau/suspend", "application/x-www-form-urlencoded", form); status != 303 {
			t.Fatalf("%d %s", status, to)
		}
		if status := upload(city, "?org=musterstadt-bau"); status != 403 {
			t.Errorf("the city uploads for its suspended department: %d", status)
		}
		if status := upload(city, ""); status != 201 {
			t.Errorf("the city itself uploads: %d", status)
		}
		for path, want := range map[string]int{"/tenant/org/musterstadt/suspend": 422, "/tenant/org/nachbarstadt/suspend": 404} {
			status, _ := city.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader("reason=x"))
			if status != want {
				t.Errorf("%s: %d, want %d", path, status, want)
			}
		}
		if status, body := city.get("/audit?org=musterstadt"); status != 200 || !strings.Contains(body, "Organisation gesperrt") || !strings.Contains(body, "Organisation entsperrt") {
			t.Errorf("the log does not tell of it: %d", status)
		}
	})
}

// An import that was killed among its documents goes on, and comes to the same.
func TestAnImportGoesOnWhereItWasKilled(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		a, _, _ := neighbours(t, filepath.Join(t.TempDir(), "a.db"))
		a.Audit.Key = filepath.Join(t.TempDir(), "key")
		folder := filepath.Join(t.TempDir(), "f")
		m, err := a.Tenant.Export(operator(t), "Musterstadt", folder, quietly)
		if err != nil {
			t.Fatal(err)
		}
		b := open(t, where)
		b.Audit.Key = filepath.Join(t.TempDir(), "key")
		killed := errors.New("killed")
		for n := 1; n < 4; n++ {
			_, _, err := b.ImportOrg(operator(t), folder, func(_ context.Context, done, _ int, _ string) error {
				if done == n {
					return killed
				}
				return nil
			})
			if !errors.Is(err, killed) {
				t.Fatalf("%v", err)
			}
		}
		r, _, err := b.ImportOrg(operator(t), folder, quietly)
		if err != nil || !r.Continued || r.Documents != 5 {
			t.Fatalf("%+v %v", r, err)
		}
		if n, err := b.Tenant.Export(operator(t), "Musterstadt", filepath.Join(t.TempDir(), "g"), quietly); err != nil || n.State != m.State {
			t.Errorf("%s, want %s: %v", n.State, m.State, err)
		}
	})
}

var archiveLink = regexp.MustCompile(`/tenant/export/[0-9a-f-]+`)

// Whoever operates the instance exports a city in the browser, fetches the archive and removes
// the city by typing its name. Nobody else finds any of it.
func TestTheOperatorRemovesACityInTheBrowser(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		a, _, _ := neighbours(t, where)
		a.Audit.Key, a.Tenant.Rest, a.Tenant.Operator = filepath.Join(t.TempDir(), "key"), 0, "rechenzentrum"
		_, provider := join(t, a, "", "Rechenzentrum")
		other := tokenFor(t, a, "nachbarstadt")
		post := func(c caller, path, form string) (int, string) {
			return c.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form))
		}
		if status, body := provider.get("/tenant"); status != 200 || !strings.Contains(body, "Nachbarstadt") || !strings.Contains(body, "Musterstadt") || strings.Contains(body, "Bauamt") {
			t.Errorf("the operator sees %d", status)
		}
		if _, body := other.get("/tenant"); strings.Contains(body, "Musterstadt") || !strings.Contains(body, "Nachbarstadt Bauamt") {
			t.Error("a city sees another, or not its own department")
		}
		if status, body := provider.get("/tenant/org/musterstadt/remove"); status != 200 || !strings.Contains(body, "Führen Sie sie zuerst aus") {
			t.Errorf("%d, no export yet", status)
		}
		status, task := post(provider, "/tenant/org/musterstadt/export", "")
		if status != 303 {
			t.Fatalf("%d %s", status, task)
		}
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, page := provider.get("/tenant/org/musterstadt")
		link := archiveLink.FindString(page)
		if status, body := provider.get(link); status != 200 || !strings.HasPrefix(body, "PK") {
			_, report := provider.get(task)
			t.Fatalf("the archive at %q: %d %s", link, status, report)
		}
		for name, c := range map[string]caller{"the neighbour": other, "the city itself": tokenFor(t, a, "musterstadt")} {
			if status, _ := c.get(link); status != 404 {
				t.Errorf("%s fetches what it did not order: %d", name, status)
			}
			if status, _ := c.get("/tenant/org/musterstadt/remove"); status != 404 {
				t.Errorf("%s finds the page for removing: %d", name, status)
			}
		}
		before := rowsOf(t, a, "nachbarstadt")
		if status, body := post(provider, "/tenant/org/musterstadt/remove", "name=musterstadt"); status != 422 || !strings.Contains(body, "genau so") {
			t.Errorf("removed by another name: %d", status)
		}
		if status, to := post(provider, "/tenant/org/musterstadt/remove", "name=Musterstadt"); status != 303 {
			t.Fatalf("%d %s", status, to)
		} else if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		} else if _, body := provider.get(to); !strings.Contains(body, "Musterstadt ist entfernt") {
			t.Errorf("%s", body)
		}
		if status, _ := provider.get("/tenant/org/musterstadt"); status != 404 {
			t.Errorf("it is still there: %d", status)
		}
		after := rowsOf(t, a, "nachbarstadt")
		for table, n := range before {
			if after[table] != n && table != "governance_token" {
				t.Errorf("the neighbour has %d rows in %s, had %d", after[table], table, n)
			}
		}
	})
}
