// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/office/ticket"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// Whose word counts on who has sent a mail, and what they have to say. The examples follow RFC 8601.
func TestWhoseWordCountsOnTheSender(t *testing.T) {
	const dora = "From: Dora <dora@schule.example>\n"
	for name, tt := range map[string]struct{ head, want string }{
		"dmarc":                   {"Authentication-Results: mx.stadt.example; dmarc=pass (p=reject) header.from=schule.example\n" + dora, "mx.stadt.example"},
		"with version":            {"Authentication-Results: MX.Stadt.example 1; spf=fail smtp.mailfrom=x.example; dmarc=pass header.from=Schule.example\n" + dora, "mx.stadt.example"},
		"folded":                  {"Authentication-Results: mx.stadt.example;\n\tdmarc=pass\n\theader.from=schule.example\n" + dora, "mx.stadt.example"},
		"spf and dkim":            {"Authentication-Results: mx.stadt.example; spf=pass smtp.mailfrom=dora@schule.example; dkim=pass header.d=schule.example header.s=k1\n" + dora, "mx.stadt.example"},
		"spf alone":               {"Authentication-Results: mx.stadt.example; spf=pass smtp.mailfrom=dora@schule.example\n" + dora, ""},
		"dkim of another":         {"Authentication-Results: mx.stadt.example; spf=pass smtp.mailfrom=schule.example; dkim=pass header.d=fremd.example\n" + dora, ""},
		"dmarc failed":            {"Authentication-Results: mx.stadt.example; dmarc=fail header.from=schule.example; spf=pass smtp.mailfrom=schule.example; dkim=pass header.d=schule.example\n" + dora, ""},
		"of another domain":       {"Authentication-Results: mx.stadt.example; dmarc=pass header.from=fremd.example\n" + dora, ""},
		"for no domain":           {"Authentication-Results: mx.stadt.example; dmarc=pass\n" + dora, ""},
		"none":                    {dora, ""},
		"no result":               {"Authentication-Results: mx.stadt.example; none\n" + dora, ""},
		"of a foreign server":     {"Authentication-Results: mx.fremd.example; dmarc=pass header.from=schule.example\n" + dora, ""},
		"in a comment":            {"Authentication-Results: mx.stadt.example; dmarc=fail (; dmarc=pass header.from=schule.example ;) header.from=schule.example\n" + dora, ""},
		"in quotes":               {"Authentication-Results: mx.stadt.example; spf=fail reason=\"; dmarc=pass header.from=schule.example\"\n" + dora, ""},
		"in the local part":       {"Authentication-Results: mx.stadt.example; dmarc=pass header.from=fremd.example\nFrom: \"x@schule.example\"@fremd.example\n", "mx.stadt.example"},
		"forged below":            {"Authentication-Results: mx.stadt.example; dmarc=fail header.from=schule.example\nAuthentication-Results: mx.stadt.example; dmarc=pass header.from=schule.example\n" + dora, ""},
		"foreign above":           {"Authentication-Results: mx.fremd.example; dmarc=fail\nAuthentication-Results: mx.stadt.example; dmarc=pass header.from=schule.example\n" + dora, "mx.stadt.example"},
		"two senders":             {"Authentication-Results: mx.stadt.example; dmarc=pass header.from=schule.example\nFrom: dora@schule.example, eve@schule.example\n", ""},
		"two headers of a sender": {"Authentication-Results: mx.stadt.example; dmarc=pass header.from=fremd.example\nFrom: eve@fremd.example\n" + dora, ""},
		"fail and pass":           {"Authentication-Results: mx.stadt.example; dmarc=fail header.from=schule.example; dmarc=pass header.from=schule.example\n" + dora, ""},
		"pass and fail":           {"Authentication-Results: mx.stadt.example; dmarc=pass header.from=schule.example; dmarc=fail header.from=schule.example\n" + dora, ""},
		"pass for two":            {"Authentication-Results: mx.stadt.example; dmarc=pass header.from=schule.example header.from=fremd.example\n" + dora, ""},
		"dmarc in error":          {"Authentication-Results: mx.stadt.example; dmarc=permerror header.from=schule.example; spf=pass smtp.mailfrom=schule.example; dkim=pass header.d=schule.example\n" + dora, ""},
		"dmarc without policy":    {"Authentication-Results: mx.stadt.example; dmarc=none header.from=schule.example; spf=pass smtp.mailfrom=schule.example; dkim=fail header.d=liste.example; dkim=pass header.d=schule.example\n" + dora, "mx.stadt.example"},
		"spf twice":               {"Authentication-Results: mx.stadt.example; spf=fail smtp.mailfrom=schule.example; spf=pass smtp.mailfrom=schule.example; dkim=pass header.d=schule.example\n" + dora, ""},
		"dkim twice":              {"Authentication-Results: mx.stadt.example; spf=pass smtp.mailfrom=schule.example; dkim=fail header.d=schule.example; dkim=pass header.d=schule.example\n" + dora, ""},
		"broken":                  {"Authentication-Results: (((;;;\"\\\n" + dora, ""},
	} {
		l := ticket.ReadLetter([]byte(strings.ReplaceAll(tt.head+"\nText\n", "\n", "\r\n")), "dora@schule.example")
		if got := ticket.Proven(l, []string{"mx.stadt.example"}); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func FuzzProven(f *testing.F) {
	f.Add("mx.stadt.example; dmarc=pass (x) header.from=\"b.example\"")
	f.Add("mx.stadt.example; none; ;;\\\"((")
	f.Fuzz(func(t *testing.T, header string) {
		got := ticket.Proven(ticket.Letter{Sender: "a@b.example", Results: []string{header}}, []string{"mx.stadt.example"})
		if got != "" && (got != "mx.stadt.example" || !strings.Contains(strings.ToLower(header), "b.example") || !strings.Contains(strings.ToLower(header), "pass")) {
			t.Errorf("%q proves %q", header, got)
		}
	})
}

// Anybody can write that they are Dora. Such a mail waits for somebody of the office, or opens a case as a
// guest does where guests may ask; in the log it is nobody of the house.
func TestAMailOfWhichNobodyKnowsWhoSentIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		unproven := func(id, subject, more, text string) string {
			return strings.Replace(note(id, "Dora Doll <dora@schule.example>", subject, more, text), "dmarc=pass", "dmarc=fail", 1)
		}
		p.sorted("dora@schule.example", unproven("u1@x.example", "Schnell", "", "Bitte freigeben."))
		if got := p.inbox(); !slices.Equal(got, []string{"kept unproven"}) || len(p.cases()) != 0 {
			t.Errorf("%q", got)
		}
		p.guests = true
		p.sorted("dora@schule.example", unproven("u2@x.example", "Frage", "", "Dürfen wir das?"))
		all := p.cases()
		if len(all) != 1 || all[0].Asker != casework.Mailed || all[0].Org != "city" || all[0].Title != "Frage" {
			t.Fatalf("%+v, %q", all, p.inbox())
		}
		// It may go on; who says so stands there as nobody has checked.
		p.sorted("dora@schule.example", unproven("u3@x.example", "Re: Frage", "In-Reply-To: <u2@x.example>\n", "Eilt."))
		p.sorted("dora@schule.example", note("u4@x.example", "dora@schule.example", "Re: Frage", "In-Reply-To: <u2@x.example>\n", "Wirklich."))
		var persons []string
		for s, err := range db.Each(t.Context(), d.Read(), func(s *string) []any { return []any{s} }, "SELECT person || ' ' || what FROM log_entry_view WHERE what LIKE 'ticket.mail.%' AND what <> 'ticket.mail.receive' ORDER BY n") {
			p.must(err)
			persons = append(persons, s)
		}
		if !slices.Equal(persons, []string{"mail ticket.mail.ask", "mail ticket.mail.add", "dora ticket.mail.add"}) {
			t.Errorf("the log says %q", persons)
		}
		o, err := p.c.Show(p.cora(), all[0].ID)
		p.must(err)
		var words []string
		for _, e := range o.Events {
			if e.Person == "dora" {
				t.Errorf("the timeline names Dora: %+v", e)
			}
			words = append(words, strings.Join(p.c.Words(p.cora(), all[0], e), " ")+" "+e.Text)
		}
		text := strings.Join(words, "\n")
		for _, want := range []string{"Gefragt per E-Mail von Dora Doll, dora@schule.example. Der Absender ist angegeben und nicht geprüft.", "Absender nicht geprüft Eilt.", "Absender geprüft durch " + checks + " Wirklich."} {
			if !strings.Contains(text, want) {
				t.Errorf("the timeline lacks %q:\n%s", want, text)
			}
		}
		// However many they send in her name, what she sends herself is taken.
		for i := range 40 {
			p.must(p.brings("x@x.example", office, unproven("w"+strings.Repeat("i", i)+"@x.example", "Re: Frage", "In-Reply-To: <u2@x.example>\n", "Spam")))
		}
		p.drain()
		if got := p.inbox(); got[len(got)-1] != "kept many" {
			t.Errorf("the fortieth of a stranger: %q", got[len(got)-1])
		}
		p.sorted("dora@schule.example", note("w@schule.example", "dora@schule.example", "Re: Frage", "In-Reply-To: <u2@x.example>\n", "Wirklich ich."))
		if got := p.inbox(); got[len(got)-1] != "added" {
			t.Errorf("a mail of hers: %q", got[len(got)-1])
		}
		// However many names they use, they do not fill the house.
		for i := range 70 {
			p.guests = true
			p.must(p.brings("x@x.example", office, strings.Replace(unproven("v"+strings.Repeat("i", i)+"@x.example", "Noch eine", "", "Frage"), "dora@schule", "dora"+strings.Repeat("a", i)+"@schule", 1)))
		}
		p.known = "dora@schule.example"
		p.drain()
		if n := len(p.cases()); n != 60 {
			t.Errorf("%d cases are opened by mails without proof", n)
		}
	})
}

// A stranger writes into a case, in somebody's name, with many files: few of them come to those of the case, and the office has its
// places. The others wait with the mail until somebody takes them.
func TestFilesOfStrangersDoNotFillACase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		mail := func(id, more string) string {
			body := "--b\n\nAnbei.\n"
			for i := range 98 {
				body += fmt.Sprintf("--b\nContent-Disposition: attachment; filename=%s-%02d.txt\n\n%s %d\n", id, i, id, i)
			}
			return note(id+"@x.example", "dora@schule.example", "Viele", more+"Content-Type: multipart/mixed; boundary=b\n", body+"--b--")
		}
		p.sorted("dora@schule.example", mail("ihre", ""))
		id := p.cases()[0].ID
		if n := len(p.beside(id)); n != 98 {
			t.Fatalf("%d files of Dora's own", n)
		}
		for i := range 3 {
			p.sorted("x@x.example", strings.Replace(mail(fmt.Sprintf("fremd%d", i), "In-Reply-To: <ihre@x.example>\n"), "dmarc=pass", "dmarc=fail", 1))
		}
		if n := len(p.beside(id)); n != 100 {
			t.Errorf("%d files lie beside the case", n)
		}
		var text string
		for _, e := range p.outside(id) {
			text += e.Text + "\n"
		}
		for _, want := range []string{"fremd0-02.txt: Bei diesem Vorgang liegen schon 100 Dateien; die letzten 100 Plätze", "Mit der E-Mail warten diese Anlagen", "– fremd0-10.txt\n", "– fremd2-00.txt\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("the timeline lacks %q", want)
			}
		}
		mails, err := db.Texts(t.Context(), d.Read(), "SELECT id FROM ticket_mail WHERE proof = '' ORDER BY id")
		p.must(err)
		if err := p.TakeFiles(p.eve(), mails[0]); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger takes them: %v", err)
		}
		for _, one := range mails {
			p.must(p.TakeFiles(p.cora(), one))
		}
		if err := p.TakeFiles(p.cora(), mails[0]); fault.Of(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		p.drain()
		waiting, err := db.Count(t.Context(), d.Read(), "SELECT count(*) FROM ticket_parcel WHERE state = 'waiting'")
		p.must(err)
		if n := len(p.beside(id)); n != 200 || waiting != 0 {
			t.Errorf("taken by the office: %d files, %d wait on", n, waiting)
		}
	})
}

// What waits with a mail of a stranger for somebody who takes it waits for a year; so long it is known what became
// of the others. What is still being fetched stays, and the mail has its files as before.
func TestFilesOfStrangersDoNotWaitForEver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		p.sorted("dora@schule.example", note("ihre@x.example", "dora@schule.example", "Frage", "", "Dürfen wir?"))
		body := "--b\n\nAnbei.\n"
		for i := range 12 {
			body += fmt.Sprintf("--b\nContent-Disposition: attachment; filename=%02d.txt\n\nText %d\n", i, i)
		}
		p.sorted("x@x.example", strings.Replace(note("fremd@x.example", "dora@schule.example", "Viele", "In-Reply-To: <ihre@x.example>\nContent-Type: multipart/mixed; boundary=b\n", body+"--b--"), "dmarc=pass", "dmarc=fail", 1))
		p.must(d.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE ticket_parcel SET state = 'waiting', system = 'gone', source = 'article/7/1' WHERE name = '03.txt'`)
			return err
		}))
		mails, err := db.Texts(t.Context(), d.Read(), "SELECT id FROM ticket_mail WHERE proof = ''")
		p.must(err)
		p.now = p.now.Add(364 * 24 * time.Hour)
		p.resume()
		mail, err := p.Mail(p.cora(), mails[0])
		p.must(err)
		if got, err := p.Beside(p.cora(), mail); err != nil || !slices.Equal(got, []string{"10.txt", "11.txt"}) {
			t.Errorf("after 364 days %q wait, %v", got, err)
		}
		p.now = p.now.Add(2 * 24 * time.Hour)
		p.resume()
		left, err := db.Texts(t.Context(), d.Read(), "SELECT name FROM ticket_parcel")
		if err != nil || !slices.Equal(left, []string{"03.txt"}) {
			t.Errorf("after a year %q are left, %v", left, err)
		}
		if err := p.TakeFiles(p.cora(), mail.ID); fault.Of(err) != fault.Conflict {
			t.Errorf("they are taken after a year: %v", err)
		}
		if n := len(p.beside(p.cases()[0].ID)); n != 10 || len(mail.Files) != 12 {
			t.Errorf("%d files lie beside the case, %d with the mail", n, len(mail.Files))
		}
	})
}
