// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-github/v75/github"
)

// githubClient is a SCIM client that others wrote, for a service that has organisations in
// the path where we have one address: what it asks is led there.
func githubClient(t *testing.T, a *App, token string) *github.Client {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, theirs := range []string{"/scim/v2/organizations/stadt/", "/scim/v2/enterprises/stadt/"} {
			if rest, ok := strings.CutPrefix(r.URL.Path, theirs); ok {
				r.URL.Path = "/scim/v2/" + rest
			}
		}
		a.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(site.Close)
	c := github.NewClient(nil).WithAuthToken(token)
	base, err := url.Parse(site.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	c.BaseURL = base
	return c
}

// A client of others creates, finds, reads, changes and removes a person, pages through
// people and groups, and understands a refusal.
func TestAScimClientOfOthers(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx := t.Context()
		join(t, a, "", "Musterstadt")
		d := directoryOf(t, a, "musterstadt")
		c := githubClient(t, a, d.token)
		person := &github.SCIMUserAttributes{UserName: "ada", Name: github.SCIMUserName{GivenName: "Ada", FamilyName: "Beispiel"},
			Emails: []*github.SCIMUserEmail{{Value: "ada@musterstadt.example", Primary: github.Ptr(true)}}, ExternalID: github.Ptr("x-1"), Active: github.Ptr(true)}
		made, _, err := c.SCIM.ProvisionAndInviteSCIMUser(ctx, "stadt", person)
		if err != nil {
			t.Fatal(err)
		}
		id := made.GetID()
		if id == "" || made.UserName != "ada" || made.GetExternalID() != "x-1" || !made.GetActive() || made.Meta.GetLocation() == "" {
			t.Errorf("created: %v", made)
		}
		_, answer, err := c.SCIM.ProvisionAndInviteSCIMUser(ctx, "stadt", person)
		var refused *github.ErrorResponse
		if !errors.As(err, &refused) || answer.StatusCode != http.StatusConflict {
			t.Errorf("the same once more: %v", err)
		}
		got, _, err := c.SCIM.GetSCIMProvisioningInfoForUser(ctx, "stadt", id)
		if err != nil || got.Name.FamilyName != "Beispiel" || len(got.Emails) != 1 || got.Emails[0].Value != "ada@musterstadt.example" {
			t.Errorf("read: %v, %v", got, err)
		}
		for filter, want := range map[string]int{`userName eq "ada"`: 1, `externalId eq "x-1"`: 1, `emails eq "ada@musterstadt.example"`: 1, `userName eq "bert"`: 0} {
			all, _, err := c.SCIM.ListSCIMProvisionedIdentities(ctx, "stadt", &github.ListSCIMProvisionedIdentitiesOptions{Filter: &filter, StartIndex: github.Ptr(1), Count: github.Ptr(10)})
			if err != nil || all.GetTotalResults() != want || len(all.Resources) != want {
				t.Errorf("%s: %v, %v", filter, all, err)
			}
		}

		change, err := c.NewRequest(http.MethodPatch, "scim/v2/organizations/stadt/Users/"+id, map[string]any{
			"schemas":    []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"},
			"Operations": []map[string]any{{"op": "replace", "path": "name.familyName", "value": "Muster"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		var changed github.SCIMUserAttributes
		if _, err := c.Do(ctx, change, &changed); err != nil || changed.Name.FamilyName != "Muster" {
			t.Errorf("changed: %v, %v", changed, err)
		}
		// The client's own way to replace sends everything in the address and nothing in the
		// body: that is refused with a sentence, and nobody loses her name by it.
		answer, err = c.SCIM.UpdateProvisionedOrgMembership(ctx, "stadt", id, person)
		if !errors.As(err, &refused) || answer.StatusCode != http.StatusBadRequest {
			t.Errorf("an empty body: %v", err)
		}
		if m, _ := d.must(200, "GET", "/scim/v2/Users/"+id, ""); m["name"].(map[string]any)["familyName"] != "Muster" {
			t.Errorf("after it: %v", m)
		}

		d.must(201, "POST", "/scim/v2/Groups", `{"displayName":"Bau","externalId":"g-1","members":[{"value":"`+id+`"}]}`)
		groups, _, err := c.SCIM.ListSCIMProvisionedGroupsForEnterprise(ctx, "stadt", &github.ListSCIMProvisionedGroupsForEnterpriseOptions{Filter: github.Ptr(`externalId eq "g-1"`)})
		if err != nil || len(groups.Resources) != 1 || groups.Resources[0].GetDisplayName() != "Bau" || groups.Resources[0].Members[0].Value != id {
			t.Errorf("groups: %v, %v", groups, err)
		}
		if _, err := c.SCIM.DeleteSCIMUserFromOrg(ctx, "stadt", id); err != nil {
			t.Error(err)
		}
		if _, answer, err = c.SCIM.GetSCIMProvisioningInfoForUser(ctx, "stadt", id); err == nil || answer.StatusCode != http.StatusNotFound {
			t.Errorf("removed, and still there: %v", err)
		}
	})
}
