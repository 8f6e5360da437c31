// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// closedToAuditor are pages and operations that only show something and that the role of the
// audit office does not open; each says why. docs/audit.md says the same.
var closedToAuditor = map[string]string{
	"GET /retention/person/{person}": "all there is about a person, gathered: for whoever answers that person, noted each time (GDPR Art. 15)",
	"GET /factor/person/{person}":    "asks before somebody's second factors are removed",
	"GET /estate/import/{id}":        "a table on its way in: what came of it is in the register and the log",
	"GET /tenant":                    "other administrations of the instance, which have audit offices of their own; what the operator does to the own one is in its log",
	"GET /tenant/org/{org}":          "as above",
	"GET /tenant/export/{task}":      "as above",
	"GET /api/v1/tenant/orgs":        "as above",
	"GET /api/v1/casework/team":      "how much each colleague has to do: for those who share the work out; the tasks themselves stand in the cases",
}

// Whoever holds the role of the audit office opens each page and operation that shows
// something, but for those listed. A page whose form is sent to the same address changes
// something and is left out.
func TestTheAuditorReadsEverything(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		role, err := a.Role.Role(door.With(t.Context(), door.Viewer{Org: "musterstadt"}), "auditor")
		if err != nil {
			t.Fatal(err)
		}
		v, list, n := door.Viewer{Grants: role.Grants}, a.routes(), 0
		for _, r := range list {
			form := slices.ContainsFunc(list, func(o route) bool { return o.method == "POST" && o.path == r.path && !o.operation })
			if r.method != "GET" || r.permit == web.Anyone || form && !v.May(r.permit) {
				continue
			}
			if n++; v.May(r.permit) == (closedToAuditor[r.String()] != "") {
				t.Errorf("%s wants %s: the audit office may %v; give it a permission to read, or say in closedToAuditor why not", r, r.permit, v.May(r.permit))
			}
		}
		for r := range closedToAuditor {
			if !slices.ContainsFunc(list, func(o route) bool { return o.String() == r }) {
				t.Errorf("%s is listed as closed and is no route; take it out", r)
			}
		}
		if n < 150 {
			t.Errorf("only %d routes were looked at", n)
		}
	})
}

// What others administer the auditor sees and does not touch: tokens, second factors, mail.
func TestTheAuditorSeesWhatOthersAdminister(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ada, _ := villain(t, a)
		rita := a.signIn(t, "musterstadt", "rita", "none")
		operator := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		if _, err := a.Role.Grant(operator, RoleGrant{Role: "auditor", Person: "rita@musterstadt.example", Org: "musterstadt", Decision: "Stadtrat"}); err != nil {
			t.Fatal(err)
		}
		v := door.Viewer{Org: "musterstadt", Person: ada, Door: "web"}
		secret, err := a.Governance.CreateToken(t.Context(), v.Act("", ""), "musterstadt", "Lieferung aus der CI", []string{"sbom.write"}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]string{"/governance/tokens": "Lieferung aus der CI", "/factor/rule": "0 von 3 Konten", "/mail": "Mail", "/mail/preview": "Betreff", "/governance": `href="/factor/rule"`} {
			w := rita.do("GET", path, nil)
			body := w.Body.String()
			main := body[max(strings.Index(body, "<main"), 0):]
			if w.Code != 200 || !strings.Contains(body, want) || strings.Contains(body, secret) || strings.Contains(main, `method="post"`) {
				t.Errorf("%s: %d, or without %q, or with something to send: %.900s", path, w.Code, want, main)
			}
		}
		all, err := a.Governance.Tokens(operator)
		if err != nil || len(all) != 2 { // hers, and the one that joined the city
			t.Fatal(all, err)
		}
		for path, want := range map[string]int{"/governance/tokens/" + all[0].ID + "/revoke": 404, "/factor/rule": 403, "/factor/person/" + string(ada) + "/reset": 403, "/mail/test": 403} {
			if w := rita.do("POST", path, url.Values{"rule": {"all"}, "to": {"x@musterstadt.example"}}); w.Code != want {
				t.Errorf("POST %s: %d, want %d", path, w.Code, want)
			}
		}
		if w := rita.do("GET", "/retention/person/"+string(ada), nil); w.Code != 403 {
			t.Errorf("the audit office reads all there is about a person: %d", w.Code)
		}
	})
}

// A finding is addressed to whoever may answer it: these stand first in the form, and where
// somebody else is addressed form and record warn.
func TestAFindingIsAddressedToWhoMayAnswer(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		villain(t, a)
		rita, mia, leo := a.signIn(t, "musterstadt", "rita", "none"), a.signIn(t, "musterstadt", "mia", "none"), a.signIn(t, "musterstadt", "leo", "reader")
		operator := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		for role, person := range map[string]string{"auditor": "rita", "head_of_administration": "mia"} {
			if _, err := a.Role.Grant(operator, RoleGrant{Role: role, Person: person + "@musterstadt.example", Org: "musterstadt", Decision: "Stadtrat"}); err != nil {
				t.Fatal(err)
			}
		}
		form := rita.do("GET", "/audit/finding/new", nil).Body.String()
		may, rest, _ := strings.Cut(form[strings.Index(form, "Darf antworten"):], "Darf nicht antworten")
		if !strings.Contains(may, ">Mia<") || strings.Contains(may, ">Leo<") || !strings.Contains(rest, ">Leo<") || !strings.Contains(rest, ">Rita<") {
			t.Errorf("who may answer: %s", may)
		}
		const warning = "darf die Feststellung nicht beantworten"
		for person, warned := range map[visitor]bool{mia: false, leo: true} {
			w := rita.do("POST", "/audit/finding/new", url.Values{"title": {"Drei Verfahren ohne Stückliste"}, "fact": {"f"}, "org": {"musterstadt"}, "weight": {"normal"}, "head": {person.person()}})
			to := w.Header().Get("Location")
			for _, path := range []string{to, to + "/edit"} {
				if body := rita.do("GET", path, nil).Body.String(); w.Code != 303 || strings.Contains(body, warning) != warned {
					t.Errorf("%s, addressed to who may answer %v: the page warns %v", path, !warned, strings.Contains(body, warning))
				}
			}
			want := map[bool]int{false: 303, true: 403}[warned]
			if w := person.do("POST", to, url.Values{"state": {"accepted"}}); w.Code != want {
				t.Errorf("the one addressed answers: %d, want %d", w.Code, want)
			}
		}
	})
}
