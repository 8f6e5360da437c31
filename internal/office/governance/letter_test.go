// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/mail/mailtest"
	"allmende/internal/platform/web"
)

// posts gives the house a mail server.
func (h *house) posts() (*mail.Outbox, *mailtest.Office) {
	h.t.Helper()
	if err := h.db.Migrate(h.t.Context(), "mail", mail.Files); err != nil {
		h.t.Fatal(err)
	}
	box, o := &mailtest.Office{}, mail.New(h.db)
	o.Server, o.Home = mail.Server{Host: "127.0.0.1", Port: box.Open(h.t, nil), TLS: "none", From: "allmende@stadt.example"}, "https://allmende.stadt.example"
	texts, err := lang.Load(web.Files, h.Room().Files, mail.Files)
	if err != nil {
		h.t.Fatal(err)
	}
	o.Texts = texts
	h.UseMail(o)
	return o, box
}

var linkInMail = regexp.MustCompile(`https://allmende\.stadt\.example(/welcome/[\w-]+)`)

func TestAForgottenPasswordIsSetByALinkFromTheMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		o, box := h.posts()
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada@stadt.example", "reader")
		b := h.browser()
		b.want(200, `href="/forgot"`)(b.get("/sign-in"))
		b.want(200, "Wenn es ein Konto mit diesem Anmeldenamen")(b.post("/forgot", "login", " ADA@stadt.example"))
		if err := o.Post(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := box.Letters()
		if len(got) != 1 || !strings.Contains(got[0], "Guten Tag, Frau ada@stadt.example") || !strings.Contains(got[0], "To: <ada@stadt.example>") {
			t.Fatalf("%q", got)
		}
		link := linkInMail.FindStringSubmatch(got[0])[1]
		b.want(200, "Willkommen")(b.get(link))
		b.want(303, "/")(b.post(link, "password", "ein neuer Satz", "again", "ein neuer Satz"))
		b.want(404, "gilt nicht mehr")(b.get(link))
		b.want(200, "Mein Konto")(b.get("/me"))
		if n := h.logged("governance.link.add"); n != 1 {
			t.Errorf("%d links in the log, want 1", n)
		}

		// A second link makes the first invalid, and none lives longer than two hours.
		for range 2 {
			b.want(200, "unterwegs")(b.post("/forgot", "login", "ada@stadt.example"))
			if err := o.Post(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		got = box.Letters()
		first, second := linkInMail.FindStringSubmatch(got[1])[1], linkInMail.FindStringSubmatch(got[2])[1]
		b.want(404, "gilt nicht mehr")(b.get(first))
		b.want(200, "Willkommen")(b.get(second))
		h.later(2*time.Hour + time.Minute)
		b.want(404, "gilt nicht mehr")(b.get(second))
	})
}

// Whether an account exists shows neither in the answer nor in what is done for it: the
// same page, the same rows written, and no letter before the background has looked.
func TestForgettingTellsNobodyWhichAccountsExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		o, box := h.posts()
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada@stadt.example", "reader")
		h.account("musterstadt", "ohneadresse", "reader")
		closed := h.account("musterstadt", "karl@stadt.example", "reader")
		if err := h.ClosePerson(t.Context(), instance, closed); err != nil {
			t.Fatal(err)
		}
		rows := func() [3]int {
			var n [3]int
			for i, q := range []string{`SELECT count(*) FROM mail_letter`, `SELECT count(*) FROM governance_try`, `SELECT count(*) FROM log_entry_view`} {
				c, err := db.Count(t.Context(), d.Read(), q)
				if err != nil {
					t.Fatal(err)
				}
				n[i] = c
			}
			return n
		}
		h.browser().post("/forgot", "login", "irgendwer@stadt.example") // the address is counted from here on
		var page string
		for _, login := range []string{"ada@stadt.example", "niemand@stadt.example", "ohneadresse", "karl@stadt.example"} {
			before := rows()
			status, body := h.browser().post("/forgot", "login", login)
			after := rows()
			body = strings.ReplaceAll(body, login, "…")
			if page == "" {
				page = body
			}
			if status != 200 || body != page {
				t.Errorf("%s: %d, and the page differs from that of the others: %v", login, status, body != page)
			}
			if after[0]-before[0] != 1 || after[1]-before[1] != 1 || after[2] != before[2] {
				t.Errorf("%s: letters, counters and log go from %v to %v, want one more, one more, the same", login, before, after)
			}
		}
		if err := o.Post(t.Context()); err != nil || len(box.Letters()) != 1 {
			t.Errorf("%d letters arrived, want that of the one account with an address (%v)", len(box.Letters()), err)
		}
		if n, err := db.Count(t.Context(), d.Read(), `SELECT count(*) FROM mail_letter WHERE state <> 'sent'`); n != 0 || err != nil {
			t.Errorf("%d letters to nobody are kept (%v)", n, err)
		}
	})
}

func TestForgettingAgainAndAgainIsSlowedDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.posts()
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada@stadt.example", "reader")
		b := h.browser()
		for range 5 {
			b.want(200, "unterwegs")(b.post("/forgot", "login", "ada@stadt.example"))
		}
		b.want(429, "Sekunden")(b.post("/forgot", "login", "ada@stadt.example"))
		h.browser().signIn("ada@stadt.example") // that holds nobody up who knows the password
	})
}

// Whoever sends the request names no host: links in mails lead to the address that was set.
func TestLinksInMailsLeadHomeWhateverTheRequestSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		o, box := h.posts()
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada@stadt.example", "reader")
		r, err := http.NewRequest(http.MethodPost, h.site.URL+"/forgot", strings.NewReader("login=ada@stadt.example"))
		if err == nil {
			r.Host = "evil.example"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Forwarded-Host", "evil.example")
			r.Header.Set("Accept-Language", "en")
		}
		b := h.browser()
		b.want(200, "is on its way")(b.Ask(r, err))
		if err := o.Post(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := box.Letters(); len(got) != 1 || strings.Contains(got[0], "evil") || !strings.Contains(got[0], "Hello Frau ada") {
			t.Errorf("%q", got)
		}
	})
}

func TestAnInvitationComesByMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		o, box := h.posts()
		add(t, h.Service, "", "musterstadt")
		h.account("musterstadt", "ada", "admin")
		ada := h.browser().signIn("ada")
		ada.want(422, "keine Mailadresse")(ada.post("/governance/people/add", "name", "Bert Bau", "login", "bert", "mail", "Bert <bert@stadt.example>", "org", "musterstadt", "level", "editor"))
		status, to := ada.post("/governance/people/add", "name", "Bert Bau", "login", "bert", "org", "musterstadt", "level", "editor")
		if status != 303 {
			t.Fatal(status, gist(to))
		}
		ada.want(422, "keine Mailadresse bekannt")(ada.post(to + "/mail"))
		ada.want(303, to)(ada.post(to+"/edit", "name", "Bert Bau", "login", "bert", "mail", "bert@stadt.example", "org", "musterstadt", "level", "editor"))
		ada.want(200, "ist unterwegs")(ada.post(to + "/mail"))
		if err := o.Post(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := box.Letters()
		if len(got) != 1 || !strings.Contains(got[0], "Open-Source-Büro von Amt musterstadt") {
			t.Fatalf("%q", got)
		}
		bert := h.browser()
		bert.want(303, "/")(bert.post(linkInMail.FindStringSubmatch(got[0])[1], "password", password, "again", password))
		bert.want(200, "Bert Bau")(bert.get("/me"))
	})
}
