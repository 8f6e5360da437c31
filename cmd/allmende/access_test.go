// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"allmende/internal/app"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db/dbtest"
)

// On the command line somebody gives Ada a role and asks what she may, and why.
func TestWhoMayWhatAndWhy(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir(), "ALLMENDE_DB": where}}
		a, err := app.New(t.Context(), app.Options{Database: where, Blobs: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
		for _, o := range []governance.Org{{ID: "stadt", Name: "Stadt", Kind: "city"}, {ID: "bauamt", Parent: "stadt", Name: "Bauamt", Kind: "department"}} {
			if _, err := a.Governance.AddOrg(t.Context(), act, o); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.Governance.AddPerson(t.Context(), act, governance.Person{ID: "ada", Org: "stadt", Name: "Ada Amt", Login: "ada@stadt.example", Level: "none"}); err != nil {
			t.Fatal(err)
		}
		a.Close()
		ask := []string{"access", "explain", "--person", "ada@stadt.example", "--permission", "sbom.write", "--org", "bauamt"}
		if out := s.must(ask...); !strings.HasPrefix(out, "no: Ada Amt may not do sbom.write in Bauamt\n") || !strings.Contains(out, "the role Developer (developer) would grant it") {
			t.Errorf("%s", out)
		}
		if out := s.must("person", "link", "--login", "ada@stadt.example", "--org", "stadt"); !strings.HasPrefix(out, "/welcome/") {
			t.Errorf("%s", out)
		}
		s.must("access", "grant", "--role", "developer", "--person", "ada", "--org", "stadt", "--decision", "Amtsleitung")
		if out := s.must(append(ask, "--org=bauamt")...); !strings.HasPrefix(out, "yes: Ada Amt may do sbom.write in Bauamt\n") {
			t.Errorf("%s", out)
		}
		var e app.Explanation
		if err := json.Unmarshal([]byte(s.must(append(ask, "--json")...)), &e); err != nil || !e.Allowed || len(e.Reasons) != 1 || e.Reasons[0].Role != "developer" || e.Reasons[0].Version < 1 {
			t.Errorf("%+v %v", e, err)
		}
		if out := s.must("access", "matrix", "--org", "bauamt", "--permission", "sbom.write"); !strings.HasPrefix(out, "Ada Amt  Stadt  sbom.write") {
			t.Errorf("%s", out)
		}
		for _, bad := range []struct {
			code int
			args []string
		}{
			{usage, []string{"access", "explain", "--person", "ada"}}, {usage, []string{"access"}}, {missing, []string{"access", "explain", "--person", "nobody", "--permission", "sbom.write"}},
			{refused, []string{"access", "explain", "--person", "ada", "--permission", "everything"}}, {missing, []string{"access", "matrix", "--org", "nowhere"}},
			{refused, []string{"access", "grant", "--role", "wizard", "--person", "ada", "--decision", "x"}},
		} {
			if code, out, err := s.run(bad.args...); code != bad.code {
				t.Errorf("%v: exit %d, want %d: %s%s", bad.args, code, bad.code, out, err)
			}
		}
	})
}
