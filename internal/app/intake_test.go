// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/casework"
	"allmende/internal/office/intake"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/mail/mailtest"
)

var (
	statusLink = regexp.MustCompile(`/intake/status/[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}`)
	testCard   = url.Values{"shown": {"question answer_by"}, "title": {"Lizenz im Schulprojekt"}, "x-question": {"Dürfen wir das?"}, "name": {"Gerda Gast"}, "mail": {"g.gast@schule.aldorf.example"}}
)

// changed is a form with one field changed.
func changed(form url.Values, name, value string) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = v
	}
	out.Set(name, value)
	return out
}

// A city lets a school ask without accounts. Gerda asks, gets a secret link, sees where it
// stands and what is answered, and nothing of what the office says among itself. Nobody else
// gets in: not by a wrong secret, not from a foreign city, and not where no city said so.
func TestAGuestAsksAndReadsTheAnswer(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		box := &mailtest.Office{}
		a.Mail.Server = mail.Server{Host: "127.0.0.1", Port: box.Open(t, nil), TLS: "none", From: "allmende@aldorf.example"}
		a.Mail.Home, a.Intake.Home = "https://allmende.example", "https://allmende.example"
		now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
		a.DB.Now = func() time.Time { return now }
		ctx, _ := join(t, a, "", "Aldorf")
		join(t, a, "", "Bedorf")
		ada, foreign, nobody := a.signIn(t, "aldorf", "ada", "admin"), a.signIn(t, "bedorf", "bea", "admin"), visitor{t: t, app: a}
		want := func(who visitor, status int, method, path string, form url.Values, texts ...string) string {
			t.Helper()
			w := who.do(method, path, form)
			body := html.UnescapeString(w.Body.String())
			for _, text := range texts {
				if !strings.Contains(body, text) {
					t.Errorf("%s %s lacks %q", method, path, text)
				}
			}
			if w.Code != status {
				t.Fatalf("%s %s: %d, want %d: %.3000s", method, path, w.Code, status, body)
			}
			return body + w.Header().Get("Location")
		}

		// As long as no city has said so nobody asks, and a closed door looks like none.
		const at = "/intake/at/aldorf-oss"
		want(nobody, 404, "GET", at, nil)
		want(ada, 422, "POST", "/intake/house", url.Values{"open": {"yes"}, "slug": {"Ä"}, "domains": {"aldorf"}}, `„ä“ geht nicht`)
		want(ada, 422, "POST", "/intake/house", url.Values{"open": {"yes"}, "slug": {"aldorf-oss"}, "domains": {"aldorf"}}, `„aldorf“ ist keine Domäne`)
		want(ada, 303, "POST", "/intake/house", url.Values{"open": {"no"}, "slug": {"aldorf-oss"}, "domains": {"@Aldorf.example"}})
		want(nobody, 404, "GET", at, nil)
		want(nobody, 404, "POST", at+"/other", testCard)
		want(ada, 303, "POST", "/intake/house", url.Values{"open": {"yes"}, "slug": {"aldorf-oss"}, "domains": {"@Aldorf.example"}})
		want(foreign, 422, "POST", "/intake/house", url.Values{"open": {"yes"}, "slug": {"aldorf-oss"}}, "hat schon eine andere")
		want(nobody, 200, "GET", at, nil, "Ich brauche eine Software", "Anliegen an Aldorf")
		want(nobody, 404, "GET", at+"/nowhere", nil)
		want(nobody, 200, "GET", at+"/need", nil, "Wofür brauchen Sie die Software?", "Ihr Name")

		// What is wrong is said beside what was written, and nothing is lost.
		want(nobody, 422, "POST", at+"/other", changed(testCard, "name", " "), "Bitte geben Sie Ihren Namen an", "Dürfen wir das?", `href="#f-name"`)
		want(nobody, 422, "POST", at+"/other", changed(testCard, "mail", "gerda@post.example"), "Von dieser Mailadresse", "Gerda Gast")
		want(nobody, 422, "POST", at+"/other", changed(testCard, "mail", "Gerda <g@aldorf.example>"), "ist keine Mailadresse")
		want(nobody, 422, "POST", at+"/other", changed(testCard, "website", "http://x"), "verstecktes Feld")
		want(nobody, 422, "POST", at+"/other", changed(testCard, "x-question", ""), "„Was möchten Sie wissen?“")
		if n, err := db.Count(ctx, a.DB.Read(), `SELECT count(*) FROM casework_case`); n != 0 || err != nil {
			t.Fatal(n, err)
		}

		now = now.Add(time.Hour)
		body := want(nobody, 200, "POST", at+"/other", testCard, "2026-0001", "https://allmende.example/intake/status/")
		link := statusLink.FindString(body)
		want(nobody, 200, "GET", link, nil, "Koordination", "vorgesehen bis", "Anliegen eingereicht", "Neuer Stand: In Arbeit")
		if text := want(nobody, 200, "GET", link, nil); strings.Contains(text, "Ada") || strings.Contains(text, "/casework/") {
			t.Error("the page of the guest names people, or leads into the house")
		}
		if n, err := db.Count(ctx, a.DB.Read(), `SELECT count(*) FROM intake_link WHERE sum = $1`, link[strings.Index(link, ".")+1:]); n != 0 || err != nil {
			t.Error("the secret is kept as it is", err)
		}
		if err := a.Mail.Post(t.Context()); err != nil {
			t.Fatal(err)
		}
		letters := box.Letters()
		if len(letters) != 1 || !strings.Contains(letters[0], "g.gast@schule.aldorf.example") {
			t.Fatal(letters)
		}
		mailed := statusLink.FindString(letters[0])
		if mailed == "" || mailed == link {
			t.Fatalf("the letter holds %q", mailed)
		}
		want(nobody, 200, "GET", mailed, nil, "Lizenz im Schulprojekt")

		// A wrong secret is no secret; the id of the case opens nothing to others.
		want(nobody, 404, "GET", link[:len(link)-1]+"_", nil)
		want(nobody, 404, "GET", link[:strings.Index(link, ".")], nil)
		want(nobody, 404, "POST", link[:len(link)-4]+"AAAA/withdraw", url.Values{})
		want(nobody, 404, "POST", link[:len(link)-4]+"AAAA/message", url.Values{"text": {"Hallo"}})
		all, _, err := a.Casework.Cases(ctx, casework.Sieve{})
		if err != nil || len(all) != 1 || all[0].Asker != casework.Guest {
			t.Fatal(all, err)
		}
		id := all[0].ID
		want(foreign, 404, "GET", "/intake/request/"+id, nil)
		want(foreign, 404, "POST", "/intake/request/"+id+"/message", url.Values{"text": {"Hallo"}})
		if text := want(foreign, 200, "GET", "/intake/guests", nil); strings.Contains(text, "Gerda") {
			t.Error("a foreign city reads who asked")
		}
		want(ada, 404, "POST", "/intake/request/"+id+"/withdraw", url.Values{}) // not hers
		want(ada, 200, "GET", "/intake/guests", nil, "Gerda Gast", "g.gast@schule.aldorf.example", "2026-0001")
		want(ada, 200, "GET", "/casework/case/"+id, nil, "Gefragt ohne Anmeldung von Gerda Gast", "Dürfen wir das?")

		// She adds something; the office talks among itself and answers.
		want(nobody, 422, "POST", link+"/message", url.Values{"text": {" "}})
		want(nobody, 303, "POST", link+"/message", url.Values{"text": {"Es eilt <b>sehr</b>."}})
		want(nobody, 200, "GET", link, nil, "Es eilt <b>sehr</b>.")
		admin := door.With(t.Context(), door.Viewer{Org: "aldorf", Person: ospo.PersonID(ada.person()), Grants: []string{"*"}, Lang: "de", Door: "web"})
		o, err := a.Casework.Show(admin, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []func() error{
			func() error { return a.Casework.Comment(admin, id, "Unter uns: schwierig") },
			func() error {
				for _, task := range o.Tasks {
					if task.Task == "answer_question" {
						return a.Casework.Complete(admin, id, task.ID, "Notiz im Haus", map[string]string{"topic": "use", "answer": "Ja, unter MIT.", "answer_source": "Lizenztext"}, 0)
					}
				}
				return nil
			},
			func() error { _, err := a.Casework.Move(admin, id, "answer_now", "", 0); return err },
		} {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		}
		text := want(nobody, 200, "GET", link, nil, "Ja, unter MIT.", "Die Antwort", "Sie sind an der Reihe")
		for _, inside := range []string{"Unter uns", "Notiz im Haus", "Ada"} {
			if strings.Contains(text, inside) {
				t.Errorf("the guest reads %q", inside)
			}
		}

		// A prepared text greets her by name; she reads what is said to her, and a letter says that there is something.
		want(ada, 303, "POST", "/desk/texts/add", url.Values{"name": {"Dauert"}, "de": {"Guten Tag {asker}, es dauert."}})
		page := want(ada, 200, "GET", "/desk/texts", nil)
		prepared := regexp.MustCompile(`/desk/texts/([0-9a-f-]{36})`).FindStringSubmatch(page)
		want(ada, 200, "GET", "/desk/case/"+id+"?text="+prepared[1]+"&in=de", nil, "Guten Tag Gerda Gast, es dauert.", "Auch der anfragenden Person zeigen")
		want(ada, 303, "POST", "/desk/case/"+id+"/comment", url.Values{"text": {"Guten Tag Gerda Gast, es dauert."}, "told": {"yes"}})
		want(ada, 200, "GET", "/casework/case/"+id, nil, "Nachricht an die anfragende Person")
		if text := want(nobody, 200, "GET", link, nil, "Nachricht an Sie", "es dauert."); strings.Contains(text, "Unter uns") {
			t.Error("the guest reads what was said within the office")
		}
		if err := a.Mail.Post(t.Context()); err != nil {
			t.Fatal(err)
		}
		if all := box.Letters(); len(all) != 2 || strings.Contains(all[1], "es dauert") || statusLink.FindString(all[1]) == "" {
			t.Errorf("%d letters: %s", len(all), all[len(all)-1])
		}
		want(nobody, 303, "POST", link+"/withdraw", url.Values{})
		want(nobody, 409, "POST", link+"/withdraw", url.Values{})
		want(nobody, 200, "GET", link, nil, "zurückgezogen")

		// The log says that a guest did it, and what.
		for what, n := range map[string]int{"intake.ask": 1, "intake.say": 1, "intake.withdraw": 1, "intake.link": 2, "intake.house": 2} {
			if got, err := db.Count(ctx, a.DB.Read(), `SELECT count(*) FROM log_entry WHERE what = $1 AND org = 'aldorf'`, what); err != nil || got != n {
				t.Errorf("%d entries of %s, want %d (%v)", got, what, n, err)
			}
		}
		if n, err := db.Count(ctx, a.DB.Read(), `SELECT count(*) FROM log_entry WHERE person = 'guest' AND door = 'web'`); err != nil || n != 3 {
			t.Errorf("a guest did %d things, want 3 (%v)", n, err)
		}
		want(ada, 200, "GET", "/audit", nil, "Gast (ohne Anmeldung)")

		// Who sends too much waits, and a city can stop it all; a link that was given out stays.
		now = now.Add(24 * time.Hour)
		codes := map[int]int{}
		for range 12 {
			codes[nobody.do("POST", at+"/other", testCard).Code]++
		}
		if codes[200] != 10 || codes[429] != 2 {
			t.Errorf("twelve at once: %v", codes)
		}
		now = now.Add(time.Hour)
		if w := nobody.do("POST", at+"/other", testCard); w.Code != 429 || !strings.Contains(w.Body.String(), "heute schon 10") {
			t.Errorf("the eleventh of a day: %d %.2000s", w.Code, w.Body)
		}
		if err := a.Intake.SetHouse(admin, intake.House{Slug: "aldorf-oss"}); err != nil {
			t.Fatal(err)
		}
		want(nobody, 404, "GET", at, nil)
		want(nobody, 404, "GET", at+"/other", nil)
		want(nobody, 200, "GET", link, nil)
	})
}

// Dora has an account. Before she sends she is told that the software is there already, and
// that somebody asks for it; a guest is told nothing of that. She sees what becomes of it; a
// colleague who only asks, too, does not.
func TestWhoAsksIsToldWhatThereIs(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx, city := join(t, a, "", "Aldorf")
		if status, body := city.do("POST", "/api/v1/estate/software", "application/json", strings.NewReader(`{"name":"Nextcloud Hub","kind":"open"}`)); status != 201 {
			t.Fatal(status, body)
		}
		a.signIn(t, "aldorf", "ada", "admin")
		dora, karl := a.signIn(t, "aldorf", "dora", "none"), a.signIn(t, "aldorf", "karl", "none")
		for _, who := range []string{"dora", "karl"} {
			if _, err := a.Role.Grant(ctx, RoleGrant{Role: "department", Person: who + "@aldorf.example", Org: "aldorf", Decision: "Amtsleitung"}); err != nil {
				t.Fatal(err)
			}
		}
		form := url.Values{"shown": {"need users needed_by product personal_data"}, "title": {"Dateien teilen"}, "x-need": {"Wir teilen Dateien"}, "x-users": {"12"}, "x-product": {"nextcloud 28"}, "x-personal_data": {"yes"}}
		w := dora.do("POST", "/intake/ask/need", form)
		if body := w.Body.String(); w.Code != 422 || !strings.Contains(body, "Nextcloud Hub") || !strings.Contains(body, `name="seen" value="nextcloud 28"`) || !strings.Contains(body, "Trotzdem absenden") {
			t.Fatalf("%d %.3000s", w.Code, body)
		}
		w = dora.do("POST", "/intake/ask/need", changed(form, "seen", "nextcloud 28"))
		to := w.Header().Get("Location")
		if w.Code != 303 || !strings.HasPrefix(to, "/intake/request/") {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w := karl.do("POST", "/intake/ask/need", changed(form, "title", "Auch Dateien")); w.Code != 422 || !strings.Contains(w.Body.String(), "Dateien teilen") {
			t.Errorf("Karl is not told that Dora asks: %d", w.Code)
		}
		if body := dora.do("GET", to, nil).Body.String(); !strings.Contains(body, "Koordination") || !strings.Contains(body, "Sichtung") || !strings.Contains(body, "Zurückziehen") {
			t.Errorf("Dora does not see where it stands: %.2000s", body)
		}
		if w := dora.do("POST", to+"/message", url.Values{"text": {"Noch etwas"}}); w.Code != 303 {
			t.Errorf("a message: %d %s", w.Code, w.Body)
		}
		if body := dora.do("GET", to, nil).Body.String(); !strings.Contains(body, "Noch etwas") {
			t.Error("her message is not there")
		}
		if w := karl.do("GET", to, nil); w.Code != 404 {
			t.Errorf("Karl sees Dora's request: %d", w.Code)
		}
		if w := karl.do("GET", "/intake/figures", nil); w.Code != 403 {
			t.Errorf("Karl sees the figures: %d", w.Code)
		}
		if body := dora.do("GET", "/intake", nil).Body.String(); !strings.Contains(body, "Dateien teilen") {
			t.Error("her request is not on the first page")
		}
		if w := dora.do("POST", to+"/withdraw", url.Values{}); w.Code != 303 {
			t.Errorf("withdrawing: %d %s", w.Code, w.Body)
		}
		if status, body := city.do("GET", "/api/v1/intake/figures", "", nil); status != 200 || !strings.Contains(body, `"reckoned":false`) || !strings.Contains(body, `"closed":1`) {
			t.Errorf("figures: %d %s", status, body)
		}
		if status, body := city.do("GET", "/intake/figures.csv", "", nil); status != 200 || !strings.Contains(body, "Softwareanfrage") {
			t.Errorf("the file: %d %s", status, body)
		}
		if status, body := city.do("POST", "/api/v1/intake/requests", "application/json", strings.NewReader(`{"door":"other","title":"Frage","facts":{"question":"Was nun?"}}`)); status != 201 {
			t.Errorf("by the API: %d %s", status, body)
		}
		if err := a.Intake.SetHouse(ctx, intake.House{Open: true, Slug: "aldorf"}); err != nil {
			t.Fatal(err)
		}
		guest := changed(changed(form, "name", "Gerda"), "mail", "g@x.example")
		if w := (visitor{t: t, app: a}).do("POST", "/intake/at/aldorf/need", guest); w.Code != 200 || strings.Contains(w.Body.String(), "Hub") {
			t.Errorf("a guest: %d %.2000s", w.Code, w.Body)
		}
	})
}

// askBack has the office return a software request with a question.
func askBack(t *testing.T, ctx context.Context, a *App, id, question string) {
	t.Helper()
	o, err := a.Casework.Show(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range o.Tasks {
		if task.Task == "screen" && task.Result == "" {
			if err := a.Casework.Complete(ctx, id, task.ID, "", map[string]string{"screening": "unclear"}, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := a.Casework.Move(ctx, id, "ask_back", question, 0); err != nil {
		t.Fatal(err)
	}
}

// Gerda asks for a software, and the office asks back: she answers in the form of her task, and the request goes on. That she said
// something is marked where Cora sees her tasks, until Cora opens the case. Her withdrawal is proven by the log.
func TestAGuestWhoIsAskedBackAnswersInTheForm(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
		a.DB.Now = func() time.Time { return now }
		ctx, _ := join(t, a, "", "Aldorf")
		cora, nobody := a.signIn(t, "aldorf", "cora", "admin"), visitor{t: t, app: a}
		if err := a.Intake.SetHouse(ctx, intake.House{Open: true, Slug: "aldorf"}); err != nil {
			t.Fatal(err)
		}
		page := func(who visitor, path string) string {
			return html.UnescapeString(who.do("GET", path, nil).Body.String())
		}
		form := url.Values{"shown": {"need users needed_by product personal_data"}, "title": {"Termine planen"}, "x-need": {"Termine im Standesamt"}, "x-users": {"12"}, "x-personal_data": {"no"}, "name": {"Gerda Gast"}, "mail": {"g@aldorf.example"}}
		link := statusLink.FindString(nobody.do("POST", "/intake/at/aldorf/need", form).Body.String())
		if link == "" {
			t.Fatal("she has no link")
		}
		all, _, err := a.Casework.Cases(ctx, casework.Sieve{})
		if err != nil || len(all) != 1 || all[0].State != "screened" {
			t.Fatal(all, err)
		}
		id := all[0].ID
		if strings.Contains(page(cora, "/casework"), "neue Nachricht") || strings.Contains(page(nobody, link), "Gefragt ohne Anmeldung") {
			t.Error("a request is no message")
		}
		now = now.Add(time.Hour)
		askBack(t, ctx, a, id, "Für wie viele Menschen genau?")
		body := page(nobody, link)
		for _, want := range []string{"Für wie viele Menschen genau?", "Sie sind an der Reihe: Bedarf beschreiben", "Termine im Standesamt", `name="x-users"`, `value="12"`, "Angaben absenden"} {
			if !strings.Contains(body, want) {
				t.Errorf("her page lacks %q", want)
			}
		}
		task := regexp.MustCompile(`name="task" value="([^"]+)"`).FindStringSubmatch(body)
		if task == nil {
			t.Fatalf("%.3000s", body)
		}
		answers := url.Values{"task": {task[1]}, "shown": {"need users needed_by product personal_data"}, "x-need": {"Termine im Standesamt"}, "x-users": {"vierzig"}, "x-personal_data": {"no"}}
		if w := nobody.do("POST", link+"/reply", answers); w.Code != 422 || !strings.Contains(w.Body.String(), "vierzig") || !strings.Contains(w.Body.String(), `href="#f-x-users"`) {
			t.Errorf("a word in place of a number: %d", w.Code)
		}
		if w := nobody.do("POST", link+"/reply", changed(answers, "task", id)); w.Code != 409 {
			t.Errorf("another task: %d", w.Code)
		}
		if w := nobody.do("POST", link[:len(link)-4]+"AAAA/reply", answers); w.Code != 404 {
			t.Errorf("without the secret: %d", w.Code)
		}
		now = now.Add(time.Hour)
		if w := nobody.do("POST", link+"/reply", changed(answers, "x-users", "40")); w.Code != 303 {
			t.Fatalf("her answer: %d %.3000s", w.Code, w.Body)
		}
		c, err := a.Casework.Case(ctx, id)
		if err != nil || c.State != "screened" || c.Facts["users"] != float64(40) {
			t.Errorf("%+v, %v", c, err)
		}
		if w := nobody.do("POST", link+"/reply", changed(answers, "x-users", "50")); w.Code != 409 {
			t.Errorf("twice: %d", w.Code)
		}
		o, err := a.Casework.Show(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, e := range o.Events {
			if strings.Contains(strings.Join(a.Casework.Words(ctx, o.Case, e), " "), "Aufgabe erledigt: Bedarf beschreiben") {
				told++
			}
		}
		if told != 2 {
			t.Errorf("what she did, once when she asked and once when she was asked back, is told %d times", told)
		}
		for _, task := range o.Tasks {
			if task.Task == "screen" && task.Result == "" {
				if w := cora.do("POST", "/casework/case/"+id+"/task/"+task.ID+"/take", url.Values{}); w.Code != 303 {
					t.Fatal(w.Code)
				}
			}
		}
		if !strings.Contains(page(cora, "/casework"), "neue Nachricht") {
			t.Error("Cora does not see that Gerda has answered")
		}
		if !strings.Contains(page(cora, "/casework/case/"+id), "Nachricht der anfragenden Stelle") || strings.Contains(page(cora, "/casework"), "neue Nachricht") {
			t.Error("once Cora has opened the case the mark is gone, and what came stands there")
		}
		now = now.Add(time.Hour)
		if w := nobody.do("POST", link+"/message", url.Values{"text": {"Noch etwas."}}); w.Code != 303 || !strings.Contains(page(cora, "/casework"), "neue Nachricht") {
			t.Errorf("a message: %d", w.Code)
		}
		if n, err := db.Count(ctx, a.DB.Read(), `SELECT count(*) FROM log_entry WHERE person = 'guest' AND what IN ('intake.reply', 'intake.say')`); err != nil || n != 2 {
			t.Errorf("a guest did %d things, want 2 (%v)", n, err)
		}
		if w := nobody.do("POST", link+"/withdraw", url.Values{}); w.Code != 303 {
			t.Fatal(w.Code)
		}
		o, err = a.Casework.Show(ctx, id)
		if err != nil || len(o.Records) != 1 || o.Records[0].Proof != "proven" {
			t.Errorf("the record of her withdrawal: %+v, %v", o.Records, err)
		}
	})
}

// Dora has signed in and is asked back: her page leads to the task.
func TestWhoIsAskedBackFindsTheTask(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		ctx, _ := join(t, a, "", "Aldorf")
		dora := a.signIn(t, "aldorf", "dora", "none")
		if _, err := a.Role.Grant(ctx, RoleGrant{Role: "department", Person: "dora@aldorf.example", Org: "aldorf", Decision: "Amtsleitung"}); err != nil {
			t.Fatal(err)
		}
		form := url.Values{"shown": {"need users needed_by product personal_data"}, "title": {"Termine planen"}, "x-need": {"Termine"}, "x-users": {"12"}, "x-personal_data": {"no"}}
		to := dora.do("POST", "/intake/ask/need", form).Header().Get("Location")
		id := strings.TrimPrefix(to, "/intake/request/")
		askBack(t, ctx, a, id, "Wofür genau?")
		link := regexp.MustCompile(`/casework/case/` + id + `/task/[0-9a-f-]{36}`).FindString(dora.do("GET", to, nil).Body.String())
		if w := dora.do("GET", link, nil); link == "" || w.Code != 200 || !strings.Contains(w.Body.String(), "Termine") {
			t.Errorf("%q: %d", link, w.Code)
		}
	})
}
