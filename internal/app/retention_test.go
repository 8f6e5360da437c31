// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/office/retention"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// follow posts a form and returns where it leads.
func (b visitor) follow(path string, form url.Values) string {
	b.t.Helper()
	w := b.do("POST", path, form)
	if w.Code != 303 {
		b.t.Fatalf("POST %s: %d\n%s", path, w.Code, said(w.Body.String()))
	}
	return w.Header().Get("Location")
}

// Lea reads what is kept about her, without any permission, and takes it along. Ada, who
// administers, proposes that Lea be forgotten, sees what goes and what stays, and cannot agree
// to it herself. Bert can. Then the name stands nowhere, the pseudonym does, and the log holds.
func TestTwoPeopleForgetAThird(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx, _ := join(t, a, "", "Musterstadt")
		join(t, a, "", "Nachbarstadt")
		ada, bert := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "bert", "admin")
		lea, eve := a.signIn(t, "musterstadt", "lea", "none"), a.signIn(t, "nachbarstadt", "eve", "admin")
		who, err := a.Governance.ByLogin(ctx, "lea@musterstadt.example")
		if err != nil {
			t.Fatal(err)
		}
		id := string(who.ID)
		page := lea.do("GET", "/retention/me", nil)
		if body := page.Body.String(); page.Code != 200 || !strings.Contains(body, "lea@musterstadt.example") || !strings.Contains(body, "Angemeldet") {
			t.Errorf("her own page: %d\n%s", page.Code, said(body))
		}
		var record struct {
			Person governance.Person
			Did    []audit.Entry
		}
		file := lea.do("GET", "/retention/me.json", nil)
		if err := json.Unmarshal(file.Body.Bytes(), &record); err != nil || record.Person.Login != "lea@musterstadt.example" || len(record.Did) == 0 || !strings.Contains(file.Header().Get("Content-Disposition"), "person.json") {
			t.Errorf("her own file: %v %+v", err, record)
		}
		for who, b := range map[string]visitor{"who may nothing": lea, "who administers another city": eve} {
			for _, path := range []string{"/retention/person/" + id, "/retention/person/" + id + "/erase"} {
				if code := b.status(path); code != 403 && code != 404 {
					t.Errorf("%s is answered %d at %s", who, code, path)
				}
			}
		}
		handed := logged(t, a, "retention.export")
		if w := ada.do("POST", "/retention/person/"+id+"/export", nil); w.Code != 200 || !json.Valid(w.Body.Bytes()) || logged(t, a, "retention.export") != handed+1 {
			t.Errorf("handing over: %d, %d entries", w.Code, logged(t, a, "retention.export"))
		}
		path := "/retention/person/" + id + "/erase"
		plan := ada.do("GET", path, nil).Body.String()
		for _, want := range []string{governance.Pseudonym(ospo.PersonID(id)), "nicht rückgängig", "Was bleibt, und warum", "Sicherungen"} {
			if !strings.Contains(plan, want) {
				t.Errorf("the plan does not say %q", want)
			}
		}
		if w := ada.do("POST", path, url.Values{"reason": {" "}}); w.Code != 422 {
			t.Errorf("without a reason: %d", w.Code)
		}
		proposal := ada.follow(path, url.Values{"reason": {"Antrag vom 3. März"}})
		if w := ada.do("POST", proposal+"/approve", nil); w.Code != 403 {
			t.Errorf("she agrees to her own proposal: %d", w.Code)
		}
		if w := ada.do("POST", path, url.Values{"reason": {"noch einmal"}}); w.Code != 409 {
			t.Errorf("a second proposal: %d", w.Code)
		}
		bert.follow(proposal+"/approve", url.Values{"note": {"ja"}})
		shown := ada.do("GET", "/retention/person/"+id, nil).Body.String()
		if !strings.Contains(shown, "heißt jetzt „"+governance.Pseudonym(ospo.PersonID(id))) || strings.Contains(shown, "lea@") || !strings.Contains(shown, "Antrag vom 3. März") || !strings.Contains(shown, "Bert") {
			t.Errorf("afterwards:\n%s", said(shown))
		}
		if lea.status("/retention/me") != 303 {
			t.Error("her session goes on")
		}
		n, err := db.Count(t.Context(), a.DB.Read(), `SELECT count(*) FROM log_entry_view WHERE diff LIKE '%lea@muster%'`)
		if err != nil || n != 0 {
			t.Errorf("%d entries still name her, %v", n, err)
		}
		if r, err := a.Audit.Verify(t.Context(), audit.Trust{}); err != nil || !r.Good() {
			t.Errorf("the log: %+v, %v", r.Flaws, err)
		}
	})
}

// Who still holds a role, is the last to administer, or is under a hold, is not erased yet:
// the page says why, and so does the answer.
func TestWhoCannotBeErasedYet(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx, _ := join(t, a, "", "Musterstadt")
		ada, lea := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "lea", "reader")
		v := door.From(ctx)
		v.Door = "cli"
		ctx = door.With(ctx, v)
		id := lea.person()
		path := "/retention/person/" + id + "/erase"
		refused := func(path, want string) {
			t.Helper()
			if body := ada.do("GET", path, nil).Body.String(); !strings.Contains(body, want) {
				t.Errorf("the page does not say %q:\n%s", want, said(body))
			}
			if w := ada.do("POST", path, url.Values{"reason": {"Antrag"}}); w.Code != 422 || !strings.Contains(w.Body.String(), want) {
				t.Errorf("the form is answered %d, want %q", w.Code, want)
			}
		}
		o, err := a.Role.Grant(ctx, RoleGrant{Role: "developer", Person: id, Org: "musterstadt", Decision: "Amtsleitung"})
		if err != nil {
			t.Fatal(err)
		}
		refused(path, "hat noch Rollen: Entwicklung")
		if err := a.Role.End(ctx, o.ID, "geht"); err != nil {
			t.Fatal(err)
		}
		hold, err := a.Retention.AddHold(ctx, retention.Hold{Person: ospo.PersonID(id), Reason: "Az. 4 K 11/26", Until: a.DB.Now().AddDate(1, 0, 0).Format(time.DateOnly)})
		if err != nil {
			t.Fatal(err)
		}
		refused(path, "gilt eine Löschsperre")
		if err := a.Retention.EndHold(ctx, hold); err != nil {
			t.Fatal(err)
		}
		refused("/retention/person/"+ada.person()+"/erase", "eigene Löschung kann niemand")
		bars, err := a.Retention.Foresee(ctx, ospo.PersonID(ada.person()))
		if err != nil || len(bars.Bars) != 2 || !strings.Contains(a.Texts.Say("de", bars.Bars[0]), "Niemand sonst administriert Musterstadt") || !strings.Contains(a.Texts.Say("de", bars.Bars[1]), "verwaltet") {
			t.Errorf("the last who administers: %+v, %v", bars.Bars, err)
		}
		gisa := a.signIn(t, "musterstadt", "gisa", "admin").person()
		ada.enter("/governance/person/"+gisa+"/edit", "gisa@musterstadt.example", "musterstadt", "reader")
		refused("/retention/person/"+gisa+"/erase", "hat bis vor Kurzem verwaltet")
		if plan, err := a.Retention.Foresee(ctx, ospo.PersonID(id)); err != nil || len(plan.Bars) != 0 {
			t.Errorf("nothing bars any more: %+v, %v", plan.Bars, err)
		}
	})
}

// Each stock of each room has a rule and each rule that ends something a stock; half a century
// later all of them end, on either database, and the log proves itself.
func TestEveryStockEndsOneDay(t *testing.T) {
	t.Parallel() // takes minutes
	each(t, func(t *testing.T, a *App) {
		s := furnishSite(t, a)
		if _, err := a.Digest.SendAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		rules, err := a.Retention.Rules(s.ctx)
		if err != nil {
			t.Fatal(err)
		}
		ending := 0
		for _, r := range rules {
			if r.End != "keep" {
				ending++
			}
		}
		if stocks := a.stocks(); len(stocks) != ending {
			t.Errorf("%d stocks, %d rules that end something", len(stocks), ending)
		}
		for _, stock := range a.stocks() {
			if _, err := a.Retention.RuleOf(s.ctx, stock.Kind); err != nil {
				t.Errorf("%s has no rule: %v", stock.Kind, err)
			}
		}
		now := a.DB.Now().AddDate(50, 0, 0)
		a.DB.Now = func() time.Time { return now }
		instance := a.Instance(t.Context(), "de")
		before, err := a.ApplyRetention(instance, true)
		if err != nil || len(before) < 6 {
			t.Fatalf("%+v, %v", before, err)
		}
		done, err := a.ApplyRetention(instance, false)
		if err != nil || len(done) != len(before) {
			t.Errorf("%+v, %v", done, err)
		}
		for i, d := range done {
			if d.N+d.Held != before[i].N+before[i].Held || d.N == 0 {
				t.Errorf("%s of %s: %d ended, %d held; foreseen were %d and %d", d.Kind, d.Org, d.N, d.Held, before[i].N, before[i].Held)
			}
		}
		if r, err := a.Audit.Verify(t.Context(), audit.Trust{}); err != nil || !r.Good() {
			t.Errorf("the log: %+v, %v", r.Flaws, err)
		}
	})
}
