// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/mail/mailtest"
)

var leaves = regexp.MustCompile(`List-Unsubscribe:\s+<https://allmende\.example(/digest/stop/[A-Z2-7]+)>`)

// Bert holds a role: on Monday he gets one letter with what waits for him, in his language, once
// however many look at the same time and whoever is killed. What is new is told once, what waits
// each week. A mail program stops the letters without signing in.
func TestALetterAWeekSaysWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		box := &mailtest.Office{}
		a.Mail.Server = mail.Server{Host: "127.0.0.1", Port: box.Open(t, nil), TLS: "none", From: "allmende@musterstadt.example"}
		a.Mail.Home = "https://allmende.example"
		start := time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC) // a Monday, 8 o'clock in Berlin
		at := func(days int) { a.DB.Now = func() time.Time { return start.AddDate(0, 0, days) } }
		at(0)
		ctx, city := join(t, a, "", "Musterstadt")
		a.Vulnerability.Operator = "musterstadt"
		ada, bert, cora := a.signIn(t, "musterstadt", "ada", "admin"), a.signIn(t, "musterstadt", "bert", "none"), a.signIn(t, "musterstadt", "cora", "reader")
		as := func(person string) door.Viewer {
			return door.Viewer{Org: "musterstadt", Person: ospo.PersonID(person), Grants: []string{"*"}, Lang: "de", Door: "cli"}
		}
		grant := func(v door.Viewer, role, login string, until string) {
			t.Helper()
			if _, err := a.Role.Grant(door.With(ctx, v), RoleGrant{Role: role, Person: login, Org: "musterstadt", Until: until, Decision: "Amtsleitung"}); err != nil {
				t.Fatal(err)
			}
		}
		grant(as("operator"), "coordinator", "bert@musterstadt.example", "2026-12-20")
		proposer := as(ada.person())
		proposer.Door = "web"
		grant(proposer, "coordinator", "cora@musterstadt.example", "") // waits for Bert
		if status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Fachverfahren", "1.0", "2.14.1"))); status != 201 {
			t.Fatal(status, body)
		}
		if status, body := city.do("POST", "/api/v1/vulnerability/advisories", "application/json", strings.NewReader(log4shell)); status != 201 {
			t.Fatal(status, body)
		}
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		head, err := a.Governance.ByLogin(ctx, "bert@musterstadt.example")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Audit.Raise(ctx, audit.FindingInput{Title: "Ohne Begründung", Fact: "Drei Fälle.", Weight: "normal", Head: head.ID, Due: "2026-12-24"}); err != nil {
			t.Fatal(err)
		}
		count := func(query string) int {
			t.Helper()
			n, err := db.Count(t.Context(), a.DB.Read(), query)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		letters := func() []string {
			t.Helper()
			var all sync.WaitGroup
			for range 3 { // replicas look at the same moment
				all.Go(func() {
					if _, err := a.Digest.SendAll(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if err := a.Mail.Post(t.Context()); err != nil {
				t.Fatal(err)
			}
			return box.Letters()
		}
		got := letters()
		if len(got) != 1 {
			t.Fatalf("%d letters, want Bert's", len(got))
		}
		for _, want := range []string{"To: <bert@musterstadt.example>", "Rolle besetzen", "seit 30.11.2026", "https://allmende.example/approval/", "Ohne Begründung (bis 24.12.2026)", "Koordination in Musterstadt (bis 20.12.2026)",
			"Revision in Musterstadt ist unbesetzt", "CVE-2021-44228 in", ": 15 Dinge warten", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Auto-Submitted: auto-generated"} {
			if !strings.Contains(got[0], want) {
				t.Errorf("the letter does not say %q:\n%s", want, got[0])
			}
		}
		at(1)
		if n := len(letters()); n != 1 {
			t.Errorf("%d letters on Tuesday", n)
		}
		at(7)
		got = letters()
		if len(got) != 2 || !strings.Contains(got[1], "/approval/") || strings.Contains(got[1], "CVE-2021-44228 in") {
			t.Errorf("a week later there are %d letters; what waits is told again, what is not new is not", len(got))
		}
		if n := count(`SELECT count(*) FROM digest_sent`); n != 2 {
			t.Errorf("%d periods are done, want Bert's two", n)
		}
		// Cora reads each day, in English, and only about what she does not have: no letter.
		at(0) // her session is of that day
		cora.follow("/digest", url.Values{"rhythm": {"daily"}, "source": {"approval", "job"}})
		if page := cora.do("GET", "/digest", nil).Body.String(); !strings.Contains(page, `value="daily" checked`) || strings.Contains(page, "noch nichts gewählt") {
			t.Error("her choice is not shown")
		}
		if w := cora.do("POST", "/digest", url.Values{"rhythm": {"stündlich"}}); w.Code != 422 {
			t.Errorf("a rhythm that is none: %d", w.Code)
		}
		at(8)
		if n := len(letters()); n != 2 || count(`SELECT count(*) FROM digest_sent WHERE n = 0`) != 1 {
			t.Errorf("%d letters: nothing to say is no letter, and is done", n)
		}
		m := leaves.FindStringSubmatch(got[1])
		if m == nil {
			t.Fatalf("no way to stop the letters:\n%s", got[1])
		}
		nobody := visitor{t: t, app: a}
		if w := nobody.do("GET", m[1], nil); w.Code != 200 || count(`SELECT count(*) FROM digest_choice WHERE rhythm = 'never'`) != 0 {
			t.Errorf("looking at the link: %d", w.Code)
		}
		for range 2 {
			if w := nobody.do("POST", m[1], url.Values{"List-Unsubscribe": {"One-Click"}}); w.Code != 200 || !strings.Contains(w.Body.String(), "keine Übersicht mehr") {
				t.Errorf("one click: %d", w.Code)
			}
		}
		for _, secret := range []string{"AAAA", "%00", strings.Repeat("A", 300)} {
			if w := nobody.do("POST", "/digest/stop/"+secret, nil); w.Code != 404 && w.Code != 400 {
				t.Errorf("an invented link: %d", w.Code)
			}
		}
		at(14)
		if n := len(letters()); n != 2 {
			t.Errorf("%d letters after he stopped them", n)
		}
		at(0)
		if w := bert.do("GET", "/digest", nil); w.Code != 200 || !strings.Contains(w.Body.String(), `value="never" checked`) || !strings.Contains(w.Body.String(), "Ohne Begründung") {
			t.Errorf("his page: %d", w.Code)
		}
		if n := count(`SELECT count(*) FROM digest_told`); n == 0 {
			t.Error("nobody noted what was told")
		}
		if _, err := a.Governance.ErasePerson(ctx, ospo.Act{Org: governance.System, Person: "operator", Door: "cli"}, head.ID); err != nil {
			t.Fatal(err)
		}
		if n := count(`SELECT count(*) FROM digest_choice`) + count(`SELECT count(*) FROM digest_stop`) + count(`SELECT count(*) FROM digest_told`) + count(`SELECT count(*) FROM digest_sent WHERE n > 0`); n != 1 {
			t.Errorf("%d rows are left, want Cora's choice", n)
		}
	})
}
