// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/ospo"
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
