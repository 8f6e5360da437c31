// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"allmende/internal/office/duty"
	"allmende/internal/office/policy"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// licensed is a document with one component under a licence.
func licensed(product, licence string) string {
	return `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{"component":{"type":"application","name":"` + product + `","version":"1.0","bom-ref":"r"}},` +
		`"components":[{"type":"library","bom-ref":"c","name":"baustein","version":"1.0","purl":"pkg:npm/baustein@1.0","licenses":[{"license":{"id":"` + licence + `"}}]}]}`
}

// verdictOf is what the answer to an upload says of the licences.
type verdictOf struct {
	Release  ospo.ReleaseID
	Licences struct {
		Verdict, Profile, Href string
		Deny                   int
	}
}

// A licence that is denied is found when the build uploads its bill of materials: the answer
// says so, and where the reasons are. After a second person agreed to an own profile that
// allows it, the same upload is answered otherwise.
func TestADeniedLicenceIsFoundByTheBuild(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		upload := func() (v verdictOf) {
			t.Helper()
			status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(licensed("Suche", "SSPL-1.0")))
			if status != 201 && status != 200 {
				t.Fatalf("%d %s", status, body)
			}
			if err := json.Unmarshal([]byte(body), &v); err != nil {
				t.Fatal(err)
			}
			return v
		}
		v := upload()
		if v.Licences.Verdict != "deny" || v.Licences.Deny != 1 || v.Licences.Profile != "opencode" {
			t.Fatalf("%+v", v)
		}
		if status, body := city.get(v.Licences.Href); status != 200 || !strings.Contains(body, "not-approved") || !strings.Contains(body, "Suche 1.0") {
			t.Errorf("the page with the reasons: %d %s", status, body)
		}
		if status, body := city.get("/estate/release/" + string(v.Release)); status != 200 || !strings.Contains(body, `id="policy"`) || !strings.Contains(body, "SSPL-1.0") {
			t.Errorf("the page of the release does not show the verdict: %d", status)
		}
		lena, max := a.signIn(t, "musterstadt", "lena", "admin"), a.signIn(t, "musterstadt", "max", "admin")
		change := url.Values{"profile": {"opencode"}, "licence": {"SSPL-1.0"}, "verdict": {"allow"}, "contexts": {"internal"}, "as": {"haus"}, "title": {"Haus"}, "reason": {"Nutzung im Haus"}}
		approve := func(by visitor, path string, form url.Values) {
			t.Helper()
			w := lena.do("POST", path, form)
			to := w.Header().Get("Location")
			if w.Code != 303 || !strings.HasPrefix(to, "/approval/") {
				t.Fatalf("%s: %d to %q: %s", path, w.Code, to, w.Body)
			}
			if w := by.do("POST", to+"/approve", url.Values{}); w.Code != 303 {
				t.Fatalf("%s: %d %s", to, w.Code, w.Body)
			}
		}
		approve(max, "/policy/simulate", change)
		approve(max, "/policy/profile/haus/adopt", url.Values{"reason": {"Beschluss"}})
		if v = upload(); v.Licences.Verdict != "allow" || v.Licences.Profile != "haus" {
			t.Errorf("by the own profile: %+v", v)
		}
	})
}

// One person concludes what is unclear; where a conclusion takes a denial away, or its withdrawal
// does, a second person has to agree.
func TestADenialIsTakenAwayByTwo(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		lena, max := a.signIn(t, "musterstadt", "lena", "admin"), a.signIn(t, "musterstadt", "max", "admin")
		verdict := func(licence string) (v verdictOf) {
			t.Helper()
			status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(licensed("Suche", licence)))
			if err := json.Unmarshal([]byte(body), &v); err != nil || status > 201 {
				t.Fatalf("%d %s", status, body)
			}
			return v
		}
		if v := verdict("SSPL-1.0"); v.Licences.Verdict != "deny" {
			t.Fatalf("%+v", v)
		}
		id, err := db.One(t.Context(), a.DB.Read(), func(s *string) []any { return []any{s} }, `SELECT CAST(id AS TEXT) FROM sbom_package_view WHERE name = $1`, "baustein")
		if err != nil {
			t.Fatal(err)
		}
		conclude := url.Values{"expression": {"MIT"}, "reason": {"LICENSE gelesen"}}
		w := lena.do("POST", "/licence/package/"+id, conclude)
		to := w.Header().Get("Location")
		if w.Code != 303 || !strings.HasPrefix(to, "/approval/") || verdict("SSPL-1.0").Licences.Verdict != "deny" {
			t.Fatalf("one person takes the denial away: %d to %q: %s", w.Code, to, w.Body)
		}
		if w := max.do("GET", to, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "baustein 1.0") || !strings.Contains(w.Body.String(), "Wäre nicht mehr abgelehnt") {
			t.Errorf("the second person reads %d %s", w.Code, w.Body)
		}
		if w := max.do("POST", to+"/approve", url.Values{}); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if v := verdict("SSPL-1.0"); v.Licences.Verdict != "allow" {
			t.Errorf("after both agreed: %+v", v)
		}
		if w := max.do("GET", "/licence/package/"+id, nil); !strings.Contains(w.Body.String(), "Lena") && !strings.Contains(w.Body.String(), "lena") {
			t.Errorf("it does not bear who concluded it: %s", w.Body)
		}
		conclude.Set("expression", "SSPL-1.0")
		if w := lena.do("POST", "/licence/package/"+id, conclude); w.Code != 303 || w.Header().Get("Location") != "/licence/package/"+id || verdict("SSPL-1.0").Licences.Verdict != "deny" {
			t.Errorf("who makes it stricter needs nobody: %d to %q", w.Code, w.Header().Get("Location"))
		}
	})
}

// What is open about licences comes to the meeting and into letters: a question to whoever may
// answer it, and not to who asked; an escalated duty to whoever holds the responsible role. A
// foreign city hears nothing.
func TestWhatIsOpenAboutLicencesIsTold(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx, city := join(t, a, "", "Musterstadt")
		join(t, a, "", "Fremdstadt")
		bert := a.signIn(t, "musterstadt", "bert", "none")
		operator := door.With(ctx, door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "cli"})
		if _, err := a.Role.Grant(operator, RoleGrant{Role: "coordinator", Person: "bert@musterstadt.example", Org: "musterstadt", Decision: "Amtsleitung"}); err != nil {
			t.Fatal(err)
		}
		if status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(licensed("Suche", "GPL"))); status != 201 {
			t.Fatal(status, body)
		}
		duties, _, err := a.Duty.Rows(operator, duty.Sieve{State: duty.Pending})
		if err != nil || len(duties) == 0 {
			t.Fatalf("%+v %v", duties, err)
		}
		if _, err := a.Duty.Decide(operator, duties[0].Release, duty.Input{Duty: duties[0].Duty, State: "escalated", Reason: "Hersteller schweigt", Role: "coordinator"}); err != nil {
			t.Fatal(err)
		}
		question, err := a.Policy.Ask(operator, policy.QuestionInput{Licence: "AGPL-3.0-only", Context: ospo.Hosted, Text: "Dürfen wir?"})
		if err != nil {
			t.Fatal(err)
		}
		agenda := func(v door.Viewer) (out []string) {
			t.Helper()
			for _, f := range a.matters() {
				all, err := f(door.With(ctx, v), v.Org)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range all {
					out = append(out, m.Kind+" "+m.Title+" "+m.Link)
				}
			}
			return out
		}
		letter := func(v door.Viewer) (out []string) {
			t.Helper()
			for _, s := range a.Digest.Sources {
				all, err := s.Ask(door.With(ctx, v))
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range all {
					out = append(out, m.Kind+" "+m.Link)
				}
			}
			return out
		}
		has := func(all []string, part string) bool {
			return slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, part) })
		}
		link := "/duty/release/" + string(duties[0].Release) + "/to/" + duties[0].Duty
		reader := door.Viewer{Org: "musterstadt", Person: "r", Grants: []string{"*.read"}, Lang: "de", Door: "web"}
		if got := agenda(reader); !has(got, "question Frage zu einer Lizenz: AGPL-3.0-only (Musterstadt) /policy/question/"+question) || !has(got, link) {
			t.Errorf("the agenda has %q", got)
		}
		manager, asker, holder := reader, reader, reader
		manager.Person, manager.Grants = "m", []string{"*.read", "policy.decide"}
		asker.Person, asker.Grants = "operator", manager.Grants
		holder.Person = ospo.PersonID(bert.person())
		for name, tt := range map[string]struct {
			v              door.Viewer
			question, duty bool
		}{"the manager": {manager, true, false}, "who asked": {asker, false, false}, "who holds the role": {holder, false, true}, "a reader": {reader, false, false}} {
			if got := letter(tt.v); has(got, "/policy/question/"+question) != tt.question || has(got, link) != tt.duty {
				t.Errorf("%s is told %q", name, got)
			}
		}
		stranger := door.Viewer{Org: "fremdstadt", Person: "s", Grants: []string{"*"}, Lang: "de", Door: "web"}
		if got := append(agenda(stranger), letter(stranger)...); has(got, question) || has(got, "/duty/") {
			t.Errorf("a foreign city hears %q", got)
		}
	})
}
