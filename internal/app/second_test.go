// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// enter posts the form of a person and returns where it leads.
func (b visitor) enter(path, login, org, level string) string {
	b.t.Helper()
	w := b.do("POST", path, url.Values{"name": {"Frau " + login}, "login": {login}, "org": {org}, "level": {level}})
	if w.Code != 303 {
		b.t.Fatalf("%s as %s: %d %s", login, level, w.Code, said(w.Body.String()))
	}
	return w.Header().Get("Location")
}

// stand is the level, organisation and state of a login's account, or nothing.
func (a *App) stand(t testing.TB, login string) string {
	t.Helper()
	h := &house{a, nil, ""}
	for _, level := range []string{"none", "reader", "editor", "admin"} {
		for _, org := range []string{"musterstadt", "bauamt"} {
			for state, cond := range map[string]string{"": "ended = ''", " closed": "ended <> ''"} {
				h.t, _ = t.(*testing.T)
				if h.count(`SELECT count(*) FROM governance_person WHERE login = $1 AND level = $2 AND org = $3 AND `+cond, login, level, org) > 0 {
					return level + " " + org + state
				}
			}
		}
	}
	return ""
}

// Ada administers Musterstadt alone: she can appoint a second administrator, and the log says
// that nobody agreed. From then on nobody becomes one without the other's consent: not by a new
// account, a level, a move upwards or a closed account that is opened again.
func TestNobodyBecomesAnAdministratorByOneAlone(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		join(t, a, "musterstadt", "Bauamt")
		join(t, a, "", "Nachbarstadt")
		h := &house{a, t, ""}
		ada, stranger := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "nachbarstadt", "eve", "admin")
		if body := ada.do("GET", "/governance/people/add", nil).Body.String(); !strings.Contains(body, a.Texts.T("de", "governance.second.alone")) {
			t.Error("the form does not say that nobody else could agree")
		}
		if to := ada.enter("/governance/people/add", "bert@musterstadt.example", "musterstadt", "admin"); !strings.HasPrefix(to, "/governance/person/") || a.stand(t, "bert@musterstadt.example") != "admin musterstadt" {
			t.Fatalf("alone she appoints the second: %s, %s", to, a.stand(t, "bert@musterstadt.example"))
		}
		if n := len(h.log("musterstadt", "governance.person.alone")); n != 1 {
			t.Errorf("the log says %d times that nobody agreed", n)
		}
		if body := ada.do("GET", "/governance/people/add", nil).Body.String(); !strings.Contains(body, a.Texts.T("de", "governance.second.asks")) {
			t.Error("the form does not say that somebody has to agree now")
		}
		gisa := a.signIn(t, "musterstadt", "gisa", "admin")
		waits := func(what, to, login, before string) string {
			t.Helper()
			if !strings.HasPrefix(to, "/approval/") || a.stand(t, login) != before {
				t.Errorf("%s leads to %s, and the account is %q, want a proposal and %q", what, to, a.stand(t, login), before)
			}
			return to
		}
		approve := func(b visitor, path string) int {
			t.Helper()
			return b.do("POST", path+"/approve", url.Values{}).Code
		}
		// A new account.
		path := waits("a new one", ada.enter("/governance/people/add", "cora", "musterstadt", "admin"), "cora", "")
		if code := approve(ada, path); code != 403 {
			t.Errorf("Ada approves her own: %d", code)
		}
		if code := approve(stranger, path); code != 404 {
			t.Errorf("a stranger approves: %d", code)
		}
		if code := approve(gisa, path); code != 303 || a.stand(t, "cora") != "admin musterstadt" {
			t.Errorf("Gisa approves: %d, %q", code, a.stand(t, "cora"))
		}
		// A level, and what happens to it while the proposal waits.
		edit := func(b visitor, login, org, level string) string {
			t.Helper()
			ctx := door.With(t.Context(), h.operator("musterstadt"))
			p, err := a.Governance.ByLogin(ctx, login)
			if err != nil {
				t.Fatal(err)
			}
			return b.enter("/governance/person/"+string(p.ID)+"/edit", login, org, level)
		}
		ada.enter("/governance/people/add", "dora", "musterstadt", "editor")
		path = waits("a level", edit(ada, "dora", "musterstadt", "admin"), "dora", "editor musterstadt")
		edit(ada, "dora", "musterstadt", "reader")
		if code := approve(gisa, path); code != 409 || a.stand(t, "dora") != "reader musterstadt" {
			t.Errorf("overtaken: %d, %q", code, a.stand(t, "dora"))
		}
		if code := gisa.do("POST", path+"/refuse", url.Values{"note": {"überholt"}}).Code; code != 303 {
			t.Errorf("refusing: %d", code)
		}
		path = waits("a level anew", edit(ada, "dora", "bauamt", "admin"), "dora", "reader musterstadt")
		if code := approve(gisa, path); code != 303 || a.stand(t, "dora") != "admin bauamt" {
			t.Errorf("approved: %d, %q", code, a.stand(t, "dora"))
		}
		// Upwards, and downwards again.
		path = waits("upwards", edit(ada, "dora", "musterstadt", "admin"), "dora", "admin bauamt")
		if code := approve(gisa, path); code != 303 {
			t.Errorf("approved: %d", code)
		}
		if to := edit(ada, "dora", "bauamt", "admin"); !strings.HasPrefix(to, "/governance/person/") || a.stand(t, "dora") != "admin bauamt" {
			t.Errorf("downwards waits: %s, %q", to, a.stand(t, "dora"))
		}
		// A closed account.
		p, err := a.Governance.ByLogin(door.With(t.Context(), h.operator("musterstadt")), "dora")
		if err != nil {
			t.Fatal(err)
		}
		if code := ada.do("POST", "/governance/person/"+string(p.ID)+"/close", nil).Code; code != 303 || a.stand(t, "dora") != "admin bauamt closed" {
			t.Errorf("closing: %d, %q; nobody has to agree to that", code, a.stand(t, "dora"))
		}
		to := ada.do("POST", "/governance/person/"+string(p.ID)+"/reopen", nil).Header().Get("Location")
		path = waits("a closed account", to, "dora", "admin bauamt closed")
		if code := approve(gisa, path); code != 303 || a.stand(t, "dora") != "admin bauamt" {
			t.Errorf("reopened: %d, %q", code, a.stand(t, "dora"))
		}
		if n := len(h.log("musterstadt", "governance.person.alone")); n != 1 {
			t.Errorf("the log says %d times that nobody agreed", n)
		}
		// Whoever sits at the server is not asked.
		cli := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		if o, err := a.Governance.Enter(cli, governance.Person{Org: "musterstadt", Login: "fritz", Name: "Fritz", Level: "admin"}); err != nil || o.Proposal != "" || o.ID == "" {
			t.Errorf("at the command line: %+v, %v", o, err)
		}
	})
}

// Nobody gets rid of the others first and is alone then: whoever could agree until lately
// still counts, however their right went away.
func TestWhoGetsRidOfTheOthersIsNotAlone(t *testing.T) {
	for name, rid := range map[string]func(t *testing.T, a *App, ada visitor, gisa string){
		"closed": func(t *testing.T, a *App, ada visitor, gisa string) {
			if code := ada.do("POST", "/governance/person/"+gisa+"/close", nil).Code; code != 303 {
				t.Fatal(code)
			}
		},
		"lowered": func(t *testing.T, a *App, ada visitor, gisa string) {
			ada.enter("/governance/person/"+gisa+"/edit", "gisa@musterstadt.example", "musterstadt", "reader")
		},
		"lowered and moved": func(t *testing.T, a *App, ada visitor, gisa string) {
			ada.enter("/governance/person/"+gisa+"/edit", "gisa@musterstadt.example", "bauamt", "none")
		},
		"closed, and without a login": func(t *testing.T, a *App, ada visitor, gisa string) {
			if code := ada.do("POST", "/governance/person/"+gisa+"/close", nil).Code; code != 303 {
				t.Fatal(code)
			}
			err := a.DB.Keep(t.Context(), func(tx *db.Tx) error { // as a directory deletes one, or one who came by a provider
				_, err := tx.ExecContext(t.Context(), `UPDATE governance_person SET login = '' WHERE id = $1`, gisa)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		},
		"a role ended": func(t *testing.T, a *App, ada visitor, gisa string) {
			cli := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
			o, err := a.Role.Grant(cli, RoleGrant{Role: "coordinator", Person: "gisa@musterstadt.example", Org: "musterstadt", Decision: "x"})
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Governance.ChangePerson(cli, instance, governance.Person{ID: ospo.PersonID(gisa), Org: "musterstadt", Login: "gisa@musterstadt.example", Name: "Gisa", Level: "none"}); err != nil {
				t.Fatal(err)
			}
			now := a.DB.Now().Add(30*24*time.Hour + time.Hour) // that she was an administrator is long ago
			a.DB.Now = func() time.Time { return now }
			if code := ada.do("POST", "/role/mandate/"+o.ID+"/end", url.Values{"why": {"weg"}}).Code; code != 303 {
				t.Fatal(code)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, a *App) {
				join(t, a, "", "Musterstadt")
				join(t, a, "musterstadt", "Bauamt")
				if err := a.Governance.LimitSessions(31*24*time.Hour, 31*24*time.Hour); err != nil {
					t.Fatal(err)
				}
				ada, gisa := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "gisa", "admin").person()
				rid(t, a, ada, gisa)
				ctx := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: ospo.PersonID(ada.person()), Grants: []string{"*"}, Door: "web"})
				add := governance.Person{Org: "musterstadt", Login: "kumpan", Name: "Kumpan", Level: "admin"}
				o, err := a.Governance.Enter(ctx, add)
				if err != nil || o.Proposal == "" || a.stand(t, "kumpan") != "" {
					t.Fatalf("with the others gone: %+v, %v", o, err)
				}
				now := a.DB.Now().Add(31 * 24 * time.Hour)
				a.DB.Now = func() time.Time { return now }
				if o, err := a.Governance.Enter(ctx, add); err != nil || o.Proposal != "" || a.stand(t, "kumpan") == "" {
					t.Errorf("a month later she is alone, and still: %+v, %v", o, err)
				}
			})
		})
	}
}

// Nobody gets into the account of somebody who administers by a link, or by an address to
// which one is sent, without a third person knowing: so nobody is both of four eyes.
func TestNobodyTakesOverAnAdministrator(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		h := &house{a, t, ""}
		ada, bert, gisa := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "bert", "admin"), a.signIn(t, "musterstadt", "gisa", "admin")
		edit := a.signIn(t, "musterstadt", "edit", "editor")
		ask := func(id string) (link, proposal string) {
			t.Helper()
			body := ada.do("POST", "/governance/person/"+id+"/link", nil).Body.String()
			return regexp.MustCompile(`/welcome/[\w-]+`).FindString(body), regexp.MustCompile(`/approval/[\w-]+`).FindString(body)
		}
		welcome := func(link string) int {
			t.Helper()
			return visitor{t: t, app: a}.do("POST", link, url.Values{"password": {sentence + "!"}, "again": {sentence + "!"}}).Code
		}
		link, proposal := ask(bert.person())
		if link == "" || proposal == "" {
			t.Fatalf("a link for Bert: %q, %q; it wants to wait", link, proposal)
		}
		if code := welcome(link); code != 404 {
			t.Errorf("before anybody agreed the link answers %d", code)
		}
		if code := ada.do("POST", proposal+"/approve", url.Values{}).Code; code != 403 {
			t.Errorf("Ada agrees with herself: %d", code)
		}
		if body := gisa.do("GET", proposal, nil).Body.String(); !strings.Contains(body, "Bert") || strings.Contains(body, link) {
			t.Error("the proposal names Bert, and not the link")
		}
		if code := gisa.do("POST", proposal+"/approve", url.Values{}).Code; code != 303 {
			t.Fatalf("Gisa agrees: %d", code)
		}
		if code := welcome(link); code != 303 {
			t.Errorf("now the link answers %d", code)
		}
		if code := welcome(link); code != 404 {
			t.Errorf("once more: %d", code)
		}
		if n := len(h.log("musterstadt", "governance.link.add")); n != 1 {
			t.Errorf("%d links in the log", n)
		}
		// Whoever does not administer needs nobody's consent; nor does an account that nobody used yet.
		if link, proposal = ask(edit.person()); link == "" || proposal != "" {
			t.Errorf("for an editor: %q, %q", link, proposal)
		}
		path := ada.enter("/governance/people/add", "cora", "musterstadt", "admin")
		if code := gisa.do("POST", path+"/approve", url.Values{}).Code; code != 303 {
			t.Fatal(code)
		}
		cora, err := a.Governance.ByLogin(door.With(t.Context(), h.operator("musterstadt")), "cora")
		if err != nil {
			t.Fatal(err)
		}
		if link, proposal = ask(string(cora.ID)); link == "" || proposal != "" || welcome(link) != 303 {
			t.Errorf("the first password: %q, %q", link, proposal)
		}
		if _, proposal = ask(string(cora.ID)); proposal == "" {
			t.Error("the second link for Cora does not wait")
		}
		// Two accounts with one address are one person.
		zwei := a.signIn(t, "musterstadt", "zwei", "admin")
		if err := a.DB.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE governance_person SET mail = 'Ada@musterstadt.example' WHERE id = $1`, zwei.person())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if code := zwei.do("POST", proposal+"/approve", url.Values{}).Code; code != 403 {
			t.Errorf("Ada's other account agrees: %d", code)
		}
		// Another address.
		was := a.stand(t, "cora")
		if to := ada.enter("/governance/person/"+string(cora.ID)+"/edit", "ada-too@musterstadt.example", "musterstadt", "admin"); !strings.HasPrefix(to, "/approval/") || a.stand(t, "cora") != was {
			t.Errorf("another login for Cora leads to %s", to)
		}
		// A role that may agree counts as much as a level.
		cli := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		if _, err := a.Role.Grant(cli, RoleGrant{Role: "coordinator", Person: "edit@musterstadt.example", Org: "musterstadt", Decision: "x"}); err != nil {
			t.Fatal(err)
		}
		if _, proposal = ask(edit.person()); proposal == "" {
			t.Error("a link for a coordinator does not wait")
		}
		if _, o, err := a.Governance.Hand(cli, ospo.PersonID(gisa.person())); err != nil || o.Proposal != "" {
			t.Errorf("at the command line: %+v, %v", o, err)
		}
	})
}

// Who proposes is as much one of the four eyes as who agrees: nobody gets into the account of a
// strategist, who may change roles, by a link of their own.
func TestNobodyTakesOverWhoProposes(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		h := &house{a, t, ""}
		ada, sven := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "sven", "none")
		a.signIn(t, "musterstadt", "gisa", "admin")
		cli := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		if _, err := a.Role.Grant(cli, RoleGrant{Role: "strategist", Person: "sven@musterstadt.example", Org: "musterstadt", Decision: "x", Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		ada.do("POST", "/governance/person/"+sven.person()+"/link", nil)
		if n := len(h.log("musterstadt", "governance.link.add")); n != 0 {
			t.Errorf("%d links into a strategist's account", n)
		}
	})
}

// Whoever could agree to anything is not only who may approve roles: whatever permission the
// desk asks for counts, and a role that has one is not given by one alone.
func TestEveryPermissionOfTheDeskWeighs(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: none is asked
	all := a.Approval.Halves()
	if slices.Contains(all, "") {
		t.Error("somebody handles an act and does not say who may propose it")
	}
	for _, p := range append(all, "identity.scim") {
		if !a.Role.Administers([]string{p}) {
			t.Errorf("%s can be given away by one alone", p)
		}
	}
	if a.Role.Administers([]string{"estate.*", "sbom.write", "audit.read"}) {
		t.Error("whoever keeps the register administers")
	}
}

// Another place in the tree, and a token for a directory, are not one person's either: both
// change what others may.
func TestPlaceAndDirectoryWaitForASecondPerson(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		join(t, a, "musterstadt", "Bauamt")
		join(t, a, "musterstadt", "Kulturamt")
		h := &house{a, t, ""}
		ada, gisa := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "gisa", "admin")
		form := url.Values{"name": {"Kulturamt"}, "kind": {"department"}, "parent": {"bauamt"}}
		below := func() int {
			t.Helper()
			return h.count(`SELECT count(*) FROM governance_scope WHERE root = 'bauamt' AND org = 'kulturamt'`)
		}
		to := ada.do("POST", "/governance/org/kulturamt/edit", form).Header().Get("Location")
		if !strings.HasPrefix(to, "/approval/") || below() != 0 {
			t.Fatalf("moving leads to %s, below: %d", to, below())
		}
		if code := ada.do("POST", to+"/approve", url.Values{}).Code; code != 403 {
			t.Errorf("Ada agrees with herself: %d", code)
		}
		if code := gisa.do("POST", to+"/approve", url.Values{}).Code; code != 303 || below() != 1 {
			t.Errorf("Gisa agrees: %d, below: %d", code, below())
		}
		form.Set("name", "Amt für Kultur")
		if to := ada.do("POST", "/governance/org/kulturamt/edit", form).Header().Get("Location"); to != "/governance/org/kulturamt" {
			t.Errorf("another name leads to %s; it needs nobody", to)
		}
		body := ada.do("POST", "/governance/tokens/add", url.Values{"name": {"Verzeichnis"}, "org": {"musterstadt"}, "days": {"30"}, "scopes": {"identity.scim"}}).Body.String()
		token, path := regexp.MustCompile(`allm_[\w-]+`).FindString(body), regexp.MustCompile(`/approval/[\w-]+`).FindString(body)
		if token == "" || path == "" {
			t.Fatalf("a token for a directory: %q, %q", token, path)
		}
		ask := func() int {
			t.Helper()
			r := httptest.NewRequest("GET", "/scim/v2/Users", nil)
			r.Header.Set("Authorization", "Bearer "+token)
			w := httptest.NewRecorder()
			a.Handler.ServeHTTP(w, r)
			return w.Code
		}
		if code := ask(); code != 401 {
			t.Errorf("before anybody agreed it answers %d", code)
		}
		if body := gisa.do("GET", path, nil).Body.String(); strings.Contains(body, token) || !strings.Contains(body, "Verzeichnis") {
			t.Error("the proposal names the token, and does not show it")
		}
		if code := gisa.do("POST", path+"/approve", url.Values{}).Code; code != 303 {
			t.Fatal(code)
		}
		if code := ask(); code != 200 {
			t.Errorf("then it answers %d", code)
		}
	})
}

// A person who goes from one organisation to another is decided above both: nobody of the one
// hands over somebody of the other.
func TestWhoMovesIsDecidedAboveBoth(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		join(t, a, "musterstadt", "Bauamt")
		ada, dora := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "bauamt", "dora", "admin")
		gisa := a.signIn(t, "musterstadt", "gisa", "admin")
		to := ada.enter("/governance/person/"+gisa.person()+"/edit", "ada-zwei@musterstadt.example", "bauamt", "admin")
		if !strings.HasPrefix(to, "/approval/") {
			t.Fatalf("it leads to %s", to)
		}
		if code := dora.do("POST", to+"/approve", url.Values{}).Code; code != 404 {
			t.Errorf("the office below decides about the city's: %d", code)
		}
		if code := gisa.do("POST", to+"/approve", url.Values{}).Code; code != 303 || a.stand(t, "ada-zwei@musterstadt.example") != "admin bauamt" {
			t.Errorf("Gisa agrees: %d, %q", code, a.stand(t, "ada-zwei@musterstadt.example"))
		}
	})
}

// Who takes a second factor away opens half the door to an account: for one that administers
// that waits for a second person, and nobody does it to themselves without their password.
func TestSecondFactorsOfWhoAdministersAreNotResetByOneAlone(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		h := &house{a, t, ""}
		ada, bert, gisa := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "bert", "admin"), a.signIn(t, "musterstadt", "gisa", "admin")
		edit := a.signIn(t, "musterstadt", "edit", "editor")
		for _, id := range []string{ada.person(), bert.person(), edit.person()} {
			if err := a.DB.Keep(t.Context(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO factor_code (org, person, sum, created) VALUES ('musterstadt', $1, $2, '')`, id, "x"+id)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		left := func(b visitor) int { return h.count(`SELECT count(*) FROM factor_code WHERE person = $1`, b.person()) }
		reset := func(of visitor) *httptest.ResponseRecorder {
			return ada.do("POST", "/factor/person/"+of.person()+"/reset", nil)
		}
		w := reset(bert)
		proposal := w.Header().Get("Location")
		if w.Code != 303 || !strings.HasPrefix(proposal, "/approval/") || left(bert) != 1 {
			t.Fatalf("Bert's: %d to %q, %d codes left; it wants to wait", w.Code, proposal, left(bert))
		}
		if code := ada.do("POST", proposal+"/approve", url.Values{}).Code; code != 403 {
			t.Errorf("Ada agrees with herself: %d", code)
		}
		if body := gisa.do("GET", proposal, nil).Body.String(); !strings.Contains(body, "Bert") {
			t.Error("the proposal does not name Bert")
		}
		if code := gisa.do("POST", proposal+"/approve", url.Values{}).Code; code != 303 || left(bert) != 0 {
			t.Errorf("Gisa agrees: %d, %d codes left", code, left(bert))
		}
		if w := reset(edit); w.Code != 303 || w.Header().Get("Location") != "/factor/rule" || left(edit) != 0 {
			t.Errorf("an editor's: %d to %q, %d codes left", w.Code, w.Header().Get("Location"), left(edit))
		}
		if w := reset(ada); w.Code != 400 || left(ada) != 1 {
			t.Errorf("her own: %d, %d codes left", w.Code, left(ada))
		}
		if n := len(h.log("musterstadt", "factor.reset")); n != 2 {
			t.Errorf("%d resets in the log, want 2", n)
		}
	})
}

// What two people did stands in the log under each in their own role: the act under who
// proposed it, the agreement under who agreed; and the entry of the agreement says what was
// agreed to.
func TestTheLogSaysInWhichRoleEachOfTwoActed(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		join(t, a, "", "Musterstadt")
		a.signIn(t, "musterstadt", "edit", "reader")
		ada, bert := a.signIn(t, "musterstadt", "ada", "reader"), a.signIn(t, "musterstadt", "bert", "reader")
		cli := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Door: "cli"})
		for who, roles := range map[string][]string{"ada": {"coordinator", "community_manager"}, "bert": {"coordinator", "awareness_manager"}} {
			for _, r := range roles {
				if _, err := a.Role.Grant(cli, RoleGrant{Role: r, Person: who + "@musterstadt.example", Org: "musterstadt", Decision: "Stadtrat"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		type entry struct{ person, role, diff string }
		entries := func(what string) []entry {
			t.Helper()
			all, err := db.All(t.Context(), a.DB.Read(), func(e *entry) []any { return []any{&e.person, &e.role, &e.diff} },
				`SELECT person, role, diff FROM log_entry_view WHERE org = 'musterstadt' AND what = $1 ORDER BY id`, what)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		w := ada.do("POST", "/role/mandates/add", url.Values{"role": {"coordinator"}, "person": {"edit@musterstadt.example"}, "org": {"musterstadt"}, "decision": {"Stadtrat"}})
		proposal := w.Header().Get("Location")
		if !strings.HasPrefix(proposal, "/approval/") {
			t.Fatalf("Ada proposes: %d %s", w.Code, said(w.Body.String()))
		}
		if code := bert.do("POST", proposal+"/approve", url.Values{"note": {"gesehen"}}).Code; code != 303 {
			t.Fatalf("Bert agrees: %d", code)
		}
		for what, want := range map[string]struct{ person, role, says string }{
			"approval.propose": {ada.person(), "coordinator", "Edit"},
			"approval.approve": {bert.person(), "coordinator", "gesehen"},
		} {
			all := entries(what)
			if len(all) != 1 {
				t.Fatalf("%d entries %s", len(all), what)
			}
			if e := all[0]; e.person != want.person || e.role != want.role || !strings.Contains(e.diff, want.says) || !strings.Contains(e.diff, "coordinator") {
				t.Errorf("%s: %s as %q, %s", what, e.person, e.role, e.diff)
			}
		}
		all := entries("role.mandate.add")
		if e := all[len(all)-1]; e.person != ada.person() || e.role != "coordinator" {
			t.Errorf("the act itself: %s as %q", e.person, e.role)
		}
	})
}
