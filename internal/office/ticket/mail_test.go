// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/office/governance"
	"allmende/internal/office/ticket"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/lmtp"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/mail/mailtest"
)

const (
	office = "ospo@musterstadt.example"
	checks = "mx.musterstadt.example" // the mail server of the house, which checks who sends
)

// A post office is a hall with a mailbox: mails are handed in by LMTP, and go out by SMTP.
type postOffice struct {
	*hall
	out    *mail.Outbox
	smtp   mailtest.Office
	at     string
	blobs  blob.Folder
	before func()   // happens once, before a case is opened
	guests bool     // may ask
	held   []string // contents to which another room points
	known  string   // login for which every sender counts; empty for the own
}

func newPostOffice(t *testing.T, d *db.DB) *postOffice {
	t.Helper()
	p := &postOffice{hall: newHall(t, d), out: mail.New(d), blobs: blob.Folder(t.TempDir())}
	p.must(d.Migrate(t.Context(), "mail", mail.Files))
	texts, err := lang.Load(mail.Files, p.Room().Files)
	p.must(err)
	p.out.Texts, p.out.Home = texts, p.Home
	p.out.Server = mail.Server{Host: "127.0.0.1", Port: p.smtp.Open(t, nil), TLS: "none", From: "allmende@musterstadt.example"}
	gov := governance.New(d)
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	_, err = gov.AddPerson(t.Context(), act, governance.Person{ID: "dora", Org: "school", Name: "Dora Doll", Login: "dora@schule.example", Level: "none"})
	p.must(err)
	p.UseMail(ticket.Box{Blobs: p.blobs, Out: p.out,
		Held: func(ctx context.Context, sum string) (bool, error) {
			n, err := db.Count(ctx, d.Read(), "SELECT count(*) FROM ticket_mail WHERE sum = $1", sum)
			return n > 0 || slices.Contains(p.held, sum), err
		},
		Become: func(ctx context.Context, org ospo.OrgID, address string) (context.Context, bool, error) {
			if p.known != "" {
				address = p.known
			}
			one, err := gov.ByLogin(door.With(ctx, door.Viewer{Org: org}), address)
			if fault.Of(err) == fault.NotFound {
				return ctx, false, nil
			}
			return door.With(ctx, door.Viewer{Org: one.Org, Person: one.ID, Grants: []string{"casework.ask", "casework.read"}, Lang: "de", Door: "job"}), err == nil, err
		},
		Ask: func(ctx context.Context, title, text string) (string, error) {
			if f := p.before; f != nil {
				p.before = nil
				f()
			}
			return p.c.Open(ctx, casework.Input{Type: "advice", Title: title, Facts: map[string]string{"question": text}})
		},
		Guests: func(context.Context, ospo.OrgID, string) (bool, error) { return p.guests, nil },
		Admit: func(ctx context.Context, tx *db.Tx, org ospo.OrgID, title, text, who string) error {
			_, err := p.c.Admit(ctx, tx, casework.Input{Type: "advice", Org: org, Title: title, Facts: map[string]string{"question": text}}, who)
			return err
		},
		Remark: func(ctx context.Context, tx *db.Tx, m ticket.Matter, text string) error {
			return p.c.Remark(ctx, tx, m.Org, m.ID, text)
		},
		Numbered: func(ctx context.Context, org ospo.OrgID, number string) (m ticket.Matter, asker string, found bool, err error) {
			all, _, err := p.c.Cases(p.as("system", string(org)), casework.Sieve{Text: number, Sort: "created", Size: 5})
			for _, c := range all {
				if c.Number() == number {
					return ticket.Matter{ID: c.ID, Org: c.Org, Number: number}, map[ospo.PersonID]string{"dora": "dora@schule.example"}[c.Asker], true, err
				}
			}
			return m, "", false, err
		}})
	p.use(ticket.System{ID: "post", Label: "E-Mail", Kind: "mail", Address: office, Org: "city", Proves: []string{checks}})
	l, err := lmtp.Listen("127.0.0.1:0")
	p.must(err)
	p.at = l.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s := lmtp.Server{Most: ticket.MostMail, Takes: p.Takes, Keep: p.Arrive}
	go s.Serve(ctx, l)
	return p
}

// brings hands a mail in as the mail server of the house does, and returns what was answered.
func (p *postOffice) brings(from, to, text string) error {
	p.t.Helper()
	conn, err := net.Dial("tcp", p.at)
	p.must(err)
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	p.must(c.Hello("mx.musterstadt.example"))
	p.must(c.Mail(from, nil))
	if err := c.Rcpt(to, nil); err != nil {
		return err
	}
	w, err := c.Data()
	p.must(err)
	if _, err := w.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n"))); err != nil {
		return err
	}
	return w.Close()
}

// sorted hands in and does what follows.
func (p *postOffice) sorted(from, text string) {
	p.t.Helper()
	p.must(p.brings(from, office, text))
	p.drain()
}

// note is a mail as the mail server of the house hands it in, which has checked who sent it.
func note(id, from, subject, more, text string) string {
	domain := strings.TrimSuffix(from[strings.LastIndex(from, "@")+1:], ">")
	return "Authentication-Results: " + checks + "; dmarc=pass header.from=" + domain + "\nMessage-ID: <" + id + ">\nFrom: " + from + "\nTo: " + office + "\nSubject: " + subject + "\n" + more + "\n" + text + "\n"
}

// inbox is what came of each mail, the oldest first: "state why flaw".
func (p *postOffice) inbox() (out []string) {
	p.t.Helper()
	for s, err := range db.Each(p.t.Context(), p.d.Read(), func(s *string) []any { return []any{s} }, "SELECT state || ' ' || why || ' ' || flaw FROM ticket_mail WHERE way = 'in' ORDER BY id") {
		p.must(err)
		out = append(out, strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "ticket.mail.why.", ""), "ticket.mail.flaw.", "flaw:")))
	}
	return out
}

func (p *postOffice) cases() (out []casework.Case) {
	p.t.Helper()
	all, _, err := p.c.Cases(p.cora(), casework.Sieve{Sort: "created", Size: 200})
	p.must(err)
	return all
}

func TestAMailOpensACaseAndTheThreadStaysTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		p.sorted("dora@schule.example", note("a1@schule.example", "Dora Doll <Dora@schule.example>", "=?utf-8?q?D=C3=BCrfen_wir=3F?=", "", "Dürfen wir das Werkzeug nutzen?"))
		all := p.cases()
		if len(all) != 1 || all[0].Title != "Dürfen wir?" || all[0].Asker != "dora" || all[0].Org != "school" || all[0].Facts["question"] != "Dürfen wir das Werkzeug nutzen?" {
			t.Fatalf("%d cases: %+v", len(all), all)
		}
		id := all[0].ID
		// Cora answers; the answer names what it answers, and where it is answered to.
		if err := p.Answer(p.cora(), id, "eve@fremd.example", "Hallo"); fault.Of(err) != fault.Invalid {
			t.Errorf("to somebody who has not written: %v", err)
		}
		if err := p.Answer(p.eve(), id, "dora@schule.example", "Hallo"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger answers: %v", err)
		}
		p.must(p.Answer(p.cora(), id, "dora@schule.example", "Guten Tag,\n\nja, unter Bedingungen."))
		p.must(p.out.Post(t.Context()))
		sent := p.smtp.Letters()
		if len(sent) != 1 {
			t.Fatalf("%d letters went out", len(sent))
		}
		for _, want := range []string{"In-Reply-To: <a1@schule.example>", "References: <a1@schule.example>", "Reply-To: <" + office + ">", "ja, unter Bedingungen.", "[2026-0001]"} {
			if !strings.Contains(sent[0], want) {
				t.Errorf("the letter lacks %q:\n%s", want, sent[0])
			}
		}
		if strings.Contains(sent[0], "Auto-Submitted") {
			t.Error("what Cora wrote is said to be from an automaton")
		}
		var ours string
		for s, err := range db.Each(t.Context(), d.Read(), func(s *string) []any { return []any{s} }, "SELECT ident FROM ticket_mail WHERE way = 'out'") {
			p.must(err)
			ours = s
		}
		if !strings.Contains(sent[0], "Message-ID: <"+ours+">") {
			t.Errorf("the letter is not called %s:\n%s", ours, sent[0])
		}
		// Dora goes on, from another account: by the thread it belongs to the case.
		p.sorted("dora@privat.example", note("a2@privat.example", "dora@privat.example", "Re: irgendwas", "In-Reply-To: <"+ours+">\n", "Welche Bedingungen?"))
		// Somebody names the number alone: only who has a part in the case is let in by that.
		p.sorted("eve@fremd.example", note("e1@fremd.example", "eve@fremd.example", "Zu 2026-0001", "", "Ich auch!"))
		p.sorted("dora@schule.example", note("a3@schule.example", "dora@schule.example", "Zu 2026-0001: noch etwas", "", "Eilt."))
		p.sorted("dora@privat.example", note("a4@privat.example", "dora@privat.example", "2026-0001", "", "Wirklich."))
		if got := p.inbox(); !slices.Equal(got, []string{"opened", "added", "kept unknown", "added", "added"}) {
			t.Errorf("%q", got)
		}
		var said []string
		for _, e := range p.outside(id) {
			said = append(said, e.Text)
		}
		if !slices.Equal(said, []string{"Welche Bedingungen?", "Eilt.", "Wirklich."}) || len(p.cases()) != 1 {
			t.Errorf("in the case: %q, %d cases", said, len(p.cases()))
		}
		// Brought a second time since our answer was lost: nothing comes of it.
		p.sorted("dora@privat.example", note("a4@privat.example", "dora@privat.example", "2026-0001", "", "Wirklich."))
		if got := p.inbox(); len(got) != 5 {
			t.Errorf("%q", got)
		}
		// What was kept can be made a case by somebody of the office; a stranger finds nothing.
		var kept string
		for s, err := range db.Each(t.Context(), d.Read(), func(s *string) []any { return []any{s} }, "SELECT id FROM ticket_mail WHERE state = 'kept'") {
			p.must(err)
			kept = s
		}
		if err := p.OpenMail(p.eve(), kept); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger opens: %v", err)
		}
		// Two press the button: while one case is being opened the other is.
		p.before = func() { p.must(p.OpenMail(p.cora(), kept)) }
		if err := p.OpenMail(p.cora(), kept); fault.Of(err) != fault.Conflict {
			t.Errorf("who was too late: %v", err)
		}
		if err := p.OpenMail(p.cora(), kept); fault.Of(err) != fault.Conflict || len(p.cases()) != 2 {
			t.Errorf("twice: %v, %d cases", err, len(p.cases()))
		}
		m, err := p.Mail(p.cora(), kept)
		p.must(err)
		if raw, err := p.blobs.Get(m.Sum); err != nil || !strings.Contains(string(raw), "Ich auch!") || m.State != "opened" || m.Matter == "" {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

// What comes with a mail comes to the files of the case; the mail as it came has it all.
func TestFilesOfAMailComeIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		p.k.Most = 100_000
		part := func(name, encoding, text string) string {
			return "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"" + name + "\"\nContent-Transfer-Encoding: " + encoding + "\n\n" + text + "\n"
		}
		p.sorted("dora@schule.example", note("f1@schule.example", "Dora Doll <dora@schule.example>", "Mit Plan", "Content-Type: multipart/mixed; boundary=b\n",
			"--b\n\nDer Plan liegt bei.\n"+part("=?utf-8?q?Pl=C3=A4ne.txt?=", "base64", "R3LDvMOfZQ==")+part("kaputt.txt", "base64", "R3LD!!!")+part("=?utf-8?q?l=E2=80=AEos.sh?=", "7bit", "#!/bin/sh\nrm -rf /")+
				part("gross.txt", "7bit", strings.Repeat("Zeile um Zeile\n", 10_000))+"--b--"))
		id := p.cases()[0].ID
		if got := p.beside(id); !slices.Equal(got, []string{"Pläne.txt: Dora Doll"}) {
			t.Errorf("%q", got)
		}
		all, err := p.k.Files(p.cora(), id)
		p.must(err)
		if _, data, err := p.k.Content(p.cora(), id, all[0].ID); err != nil || string(data) != "Grüße" {
			t.Errorf("%q, %v", data, err)
		}
		said := p.outside(id)
		for _, want := range []string{"kaputt.txt: „kaputt.txt“ ist in der E-Mail beschädigt.", "los.sh: ", "gross.txt: "} {
			if len(said) != 1 || !strings.Contains(said[0].Text, want) {
				t.Errorf("the note lacks %q: %+v", want, said)
			}
		}
		if q := fmt.Sprint(p.cases()[0].Facts["question"]); !strings.Contains(q, "kaputt.txt, los.sh, gross.txt") {
			t.Errorf("a name with what turns it round: %q", q)
		}
		// The same plan in an answer is not taken twice.
		p.sorted("dora@schule.example", note("f2@schule.example", "dora@schule.example", "Re: Mit Plan", "In-Reply-To: <f1@schule.example>\nContent-Type: multipart/mixed; boundary=b\n",
			"--b\n\nNoch einmal.\n"+part("plan.txt", "base64", "R3LDvMOfZQ==")+"--b--"))
		if got := p.beside(id); len(got) != 1 || len(p.outside(id)) != 2 {
			t.Errorf("%q", got)
		}
	})
}

func TestWhatIsNoQuestionIsKeptAndNotAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		dora := "dora@schule.example"
		for i, tt := range []struct{ back, more, from, text, want string }{
			{"", "", dora, "Unzustellbar", "kept bounce"},
			{dora, "Auto-Submitted: auto-replied (vacation)\n", dora, "Ich bin im Urlaub.", "kept auto"},
			{dora, "X-Auto-Response-Suppress: All\n", dora, "Automatisch", "kept auto"},
			{dora, "Precedence: bulk\n", dora, "An alle", "kept list"},
			{dora, "List-Id: <liste.example>\n", dora, "An alle", "kept list"},
			{dora, "", office, "Von uns an uns", "kept own"},
			{dora, "", "allmende@musterstadt.example", "Von uns an uns", "kept own"},
			{dora, "", "a@x.example, b@x.example", "Zwei Absender", "kept sender"},
			{dora, "", "fremd@anderswo.example", "Unbekannt", "kept unknown"},
			{dora, "", dora, "", "kept empty"},
			{dora, "Auto-Submitted: no\n", dora, "Von Hand", "opened"},
		} {
			p.sorted(tt.back, note(fmt.Sprintf("k%d@x.example", i), tt.from, "Betreff", tt.more, tt.text))
			if got := p.inbox(); got[len(got)-1] != tt.want {
				t.Errorf("%d %s: %q, want %q", i, tt.text, got[len(got)-1], tt.want)
			}
		}
		before := len(p.cases())
		for i := range 40 {
			p.must(p.brings(dora, office, note(fmt.Sprintf("loop%d@schule.example", i), dora, "Immer wieder", "", fmt.Sprintf("Nummer %d", i))))
		}
		p.drain()
		if n := len(p.cases()) - before; n > 20 || n < 5 {
			t.Errorf("forty mails within a minute opened %d cases", n)
		}
		if got := p.inbox(); got[len(got)-1] != "kept many" {
			t.Errorf("the fortieth: %q", got[len(got)-1])
		}
		p.now = p.now.Add(2 * time.Hour)
		p.sorted(dora, note("later@schule.example", dora, "Später", "", "Nun wirklich."))
		if got := p.inbox(); got[len(got)-1] != "opened" {
			t.Errorf("two hours later: %q", got[len(got)-1])
		}
		p.must(p.out.Post(t.Context()))
		if n := len(p.smtp.Letters()); n != 0 {
			t.Errorf("%d letters went out by themselves", n)
		}
	})
}

func TestMailsThatAreHardToRead(t *testing.T) {
	deep := "Content-Type: multipart/mixed; boundary=b\n"
	body := "ganz innen"
	kind := "Content-Type: text/plain\n"
	for i := range 15 {
		body = fmt.Sprintf("--d%d\n%s\n%s\n--d%d--\n", i, kind, body, i)
		kind = fmt.Sprintf("Content-Type: multipart/mixed; boundary=d%d\n", i)
	}
	many := strings.Repeat("--b\nContent-Type: text/plain\n\nx\n", 300) + "--b--\n"
	for name, tt := range map[string]struct{ raw, text, flaw string }{
		"no mail":    {"kein Kopf\n", "kein Kopf", "ticket.mail.flaw.form"},
		"html alone": {"From: a@b.example\nContent-Type: text/html\n\n<p>eins</p><img src=\"https://fremd.example/x\"><p>zwei</p>", "eins\n\nzwei", ""},
		"both":       {"From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nText\n--b\nContent-Type: text/html\n\n<p>HTML</p>\n--b--\n", "Text", ""},
		"latin":      {"From: a@b.example\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe", "Grüße", ""},
		"euro":       {"From: a@b.example\nContent-Type: text/plain; charset=windows-1252\n\n100 \x80", "100 €", ""},
		"base64":     {"From: a@b.example\nContent-Transfer-Encoding: base64\n\nR3LDvMOfZQ==", "Grüße", ""},
		"broken":     {"From: a@b.example\nContent-Transfer-Encoding: base64\n\nR3LDvMOfZQ==!!!", "Grüße", "ticket.mail.flaw.broken"},
		"odd":        {"From: a@b.example\nContent-Type: text/plain; charset=x-klingon\n\na\xffb", "a?b", "ticket.mail.flaw.charset"},
		"no end":     {"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nohne Ende", "ohne Ende", "ticket.mail.flaw.broken"},
		"deep":       {"From: a@b.example\n" + kind + "\n" + body, "", "ticket.mail.flaw.parts"},
		"many":       {"From: a@b.example\n" + deep + "\n" + many, strings.TrimSpace(strings.Repeat("x\n", 99)), "ticket.mail.flaw.parts"},
	} {
		l := ticket.ReadLetter([]byte(strings.ReplaceAll(tt.raw, "\n", "\r\n")), "a@b.example")
		if l.Text != tt.text || l.Flaw != tt.flaw {
			t.Errorf("%s: %q, %s; want %q, %s", name, l.Text, l.Flaw, tt.text, tt.flaw)
		}
	}
	l := ticket.ReadLetter([]byte("From: =?iso-8859-1?q?J=FCrgen?= <J@B.example>\r\nReferences: <1@x> <2@x>\r\nIn-Reply-To: <3@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nText\r\n--b\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Disposition: attachment; filename=\"plan.pdf\"\r\n\r\nx\r\n--b--\r\n"), "j@b.example")
	if l.Sender != "j@b.example" || l.Name != "Jürgen" || !slices.Equal(l.Refs, []string{"3@x", "2@x", "1@x"}) || !slices.Equal(l.Files, []string{"plan.pdf"}) || l.Text != "Text" || l.Why != "" {
		t.Errorf("%+v", l)
	}
}

// What is not kept stays with the mail server.
func TestAMailIsTakenOnlyWhenItIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		if err := p.brings("a@b.example", "wer@anders.example", "x"); err == nil || !strings.Contains(err.Error(), "550") && !strings.Contains(err.Error(), "nobody") {
			t.Errorf("an address that nobody has: %v", err)
		}
		big := note("big@x.example", "dora@schule.example", "Groß", "", strings.Repeat(strings.Repeat("x", 70)+"\n", 400_000))
		if err := p.brings("dora@schule.example", office, big); err == nil {
			t.Error("28 megabytes were taken")
		}
		p.UseMail(ticket.Box{Blobs: full{}, Out: p.out})
		if err := p.brings("dora@schule.example", office, note("f@x.example", "dora@schule.example", "Voll", "", "x")); err == nil || !strings.Contains(err.Error(), "try again") {
			t.Errorf("the disk is full: %v", err)
		}
		if got := p.inbox(); len(got) != 0 {
			t.Errorf("%q", got)
		}
		socket := "unix:" + t.TempDir() + "/lmtp"
		l, err := lmtp.Listen(socket)
		p.must(err)
		if _, err := lmtp.Listen(socket); err == nil {
			t.Error("two processes take mails at one socket")
		}
		l.(*net.UnixListener).SetUnlinkOnClose(false) // as if the process had been killed
		l.Close()
		again, err := lmtp.Listen(socket)
		p.must(err)
		again.Close()
		for _, where := range []string{"0.0.0.0:2400", "musterstadt.example:24", "2400"} {
			if l, err := lmtp.Listen(where); err == nil {
				l.Close()
				t.Errorf("anybody may hand in mails at %s", where)
			}
		}
	})
}

// full is a disk on which there is no room.
type full struct{}

func (full) Put([]byte) (string, error) { return "", fmt.Errorf("no space left on device") }
func (full) Get(string) ([]byte, error) { return nil, nil }
func (full) Delete(string) error        { return nil }

func (full) Drop(string, time.Time) (bool, error) { return false, nil }

// Two mails are the same when all that they say is; one that is brought again, by whatever way, is not
// kept twice, nor are its bytes.
func TestOnlyTheVerySameMailCountsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		from := "kim@fremd.example"
		long := strings.Repeat(strings.Repeat("x", 70)+"\n", 5000)
		letter := func(file string) string {
			return note("1@fremd.example", from, "Frage", "Content-Type: multipart/mixed; boundary=b\n", "--b\n\nText\n--b\nContent-Disposition: attachment; filename=a.txt\n\n"+file+"\n--b--")
		}
		unnamed := "From: " + from + "\nSubject: Frage\nDate: Mon, 30 Nov 2026 09:0%d:00 +0000\n\nGuten Tag\n"
		for _, raw := range []string{letter("eins"), letter("zwei"), fmt.Sprintf(unnamed, 1), fmt.Sprintf(unnamed, 2), note("2@x", from, "Lang", "", long+"eins"), note("2@x", from, "Lang", "", long+"zwei"),
			note("3@x", from, "Eine Zeile", "", strings.Repeat("x", 1<<20))} {
			p.must(p.brings(from, office, raw))
		}
		if got := p.inbox(); len(got) != 7 {
			t.Errorf("seven mails are %q", got)
		}
		for _, raw := range []string{"Received: from anderswo\nDelivered-To: x@y.example\n" + letter("eins"), fmt.Sprintf(unnamed, 1)} {
			p.must(p.brings(from, office, raw))
		}
		n := 0
		p.must(fs.WalkDir(os.DirFS(string(p.blobs)), ".", func(_ string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				n++
			}
			return err
		}))
		if got := p.inbox(); len(got) != 7 || n != 7 {
			t.Errorf("brought once more: %d files, %q", n, got)
		}
	})
}

func FuzzReadLetter(f *testing.F) {
	f.Add("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n", "a@b")
	f.Add("From: =?utf-8?q?=C3=BC?= <a@b>\r\nSubject: =?x?b?!!?=\r\n\r\n\xff\x00", "")
	f.Fuzz(func(t *testing.T, raw, back string) {
		l := ticket.ReadLetter([]byte(raw), back)
		for _, s := range append(append([]string{l.Sender, l.Name, l.Subject, l.Ident, l.Text}, l.Refs...), l.Files...) {
			if strings.ContainsRune(s, 0) || strings.ToValidUTF8(s, "") != s {
				t.Errorf("%q gives %q, which no table takes", raw, s)
			}
		}
		for _, s := range append([]string{l.Sender, l.Name, l.Subject, l.Ident}, append(l.Refs, l.Files...)...) {
			if strings.ContainsAny(s, "\n\r") {
				t.Errorf("%q gives %q, which is more than a line", raw, s)
			}
		}
	})
}

// When somebody is erased, the mails as they came go with them; what was read of them gets the
// pseudonym with all other tables. After a year a mail of which nothing came goes, too.
func TestMailsAsTheyCameAreNotKeptForEver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPostOffice(t, d)
		p.sorted("kim@fremd.example", note("1@fremd.example", "Kim_Kundin <kim@fremd.example>", "Frage", "", "Gruß, Kim"))
		p.sorted("ali@fremd.example", note("2@fremd.example", "ali@fremd.example", "Andere Frage", "", "Gruß, Ali"))
		p.sorted("kim@fremd.example", note("3@fremd.example", "Kim_Kundin <kim@fremd.example>", "Noch eine", "", "Gruß, Kim"))
		sums := func() (out []string) {
			for s, err := range db.Each(t.Context(), d.Read(), func(s *string) []any { return []any{s} }, "SELECT sum FROM ticket_mail ORDER BY id") {
				p.must(err)
				out = append(out, s)
			}
			return out
		}
		before := sums()
		p.held = []string{before[2]} // a colleague has laid it beside another case
		var undone error
		forget := func() error {
			return d.Write(t.Context(), db.System("ticket.test", ""), func(tx *db.Tx) error {
				return errors.Join(p.Forget(t.Context(), tx, []string{"", "100%", "kim_kundin"}), undone)
			})
		}
		undone = errors.New("somebody else said no")
		if err := forget(); err == nil {
			t.Fatal("it was done")
		}
		p.drain()
		if _, err := p.blobs.Get(before[0]); err != nil || !slices.Equal(sums(), before) {
			t.Errorf("what was undone: %v, %q", err, sums())
		}
		undone = nil
		p.must(forget())
		p.drain()
		if after := sums(); after[0] != "" || after[1] != before[1] || after[2] != "" {
			t.Errorf("%q, before %q", after, before)
		}
		if _, err := p.blobs.Get(before[0]); err == nil {
			t.Error("the mail of who was erased is still there")
		}
		for i, whose := range map[int]string{1: "another one's mail", 2: "a mail that lies beside another case, too"} {
			if _, err := p.blobs.Get(before[i]); err != nil {
				t.Errorf("%s: %v", whose, err)
			}
		}
		p.now = p.now.Add(364 * 24 * time.Hour)
		p.resume()
		if n := len(sums()); n != 3 {
			t.Errorf("after 364 days %d mails", n)
		}
		p.now = p.now.Add(2 * 24 * time.Hour)
		p.resume()
		if _, err := p.blobs.Get(before[1]); err == nil || len(sums()) != 0 {
			t.Errorf("after a year: %q", sums())
		}
	})
}
